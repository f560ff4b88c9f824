//! Questions to the register that need a network; the app works without their answers.

use crate::offline::browser::{self, Answered, Body};
use crate::offline::json;
use domain::chip_number::ChipNumber;
use domain::id::{DeviceId, OutreachId};
use domain::refusal::Refusal;
use domain::stock::PackStock;
use domain::sync::Failure;
use domain::view::{ChipRequest, ChipStatus, FieldSetup, SearchRequest, SearchResult};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Who waits longer than this for the register is told meanwhile what the phone itself knows, in
/// milliseconds: a network may swallow a question.
pub const SLOW_MS: i32 = 2_000;

/// The body of every refused request.
#[derive(Deserialize)]
struct Refused {
    refusal: Refusal,
}

/// Everything needed before the first visit.
///
/// # Errors
/// See [`Failure`].
pub async fn setup() -> Result<FieldSetup, Failure> {
    read(browser::request("/api/v1/field/setup", Body::None).await)
}

/// The chips and doses that are allotted to this phone at an outreach, or else to all phones there.
///
/// # Errors
/// See [`Failure`].
pub async fn stock(outreach: OutreachId, device: DeviceId) -> Result<PackStock, Failure> {
    let path = format!("/api/v1/outreaches/{outreach}/stock?device={device}");
    read(browser::request(&path, Body::None).await)
}

/// Owners by RUN, telephone, name or chip.
///
/// # Errors
/// See [`Failure`].
pub async fn search(text: String) -> Result<SearchResult, Failure> {
    ask("/api/v1/field/search", &SearchRequest { text }).await
}

/// Whether a chip is on an animal already.
///
/// # Errors
/// See [`Failure`].
pub async fn chip(chip: ChipNumber) -> Result<ChipStatus, Failure> {
    ask("/api/v1/field/chip", &ChipRequest { chip }).await
}

async fn ask<Q: Serialize, A: DeserializeOwned>(path: &str, question: &Q) -> Result<A, Failure> {
    read(browser::request(path, Body::Json(json::write(question))).await)
}

/// The answer, or why there is none.
pub(super) fn read<A: DeserializeOwned>(answered: Result<Answered, Failure>) -> Result<A, Failure> {
    read_by(answered, json::read)
}

/// The answer as it is read there, or why there is none.
pub(super) fn read_by<A>(
    answered: Result<Answered, Failure>,
    reading: fn(&str) -> Result<A, json::Error>,
) -> Result<A, Failure> {
    let Answered { status, text } = answered?;
    if status == 200
        && let Ok(answer) = reading(&text)
    {
        return Ok(answer);
    }
    Err(failure(status, &text))
}

/// What an answer says that is not the one that was asked for.
#[inline(never)]
fn failure(status: u16, text: &str) -> Failure {
    let refusal = json::read::<Refused>(text).ok().map(|refused| refused.refusal);
    Failure::of(status, refusal, json::Tree::parse(text).is_ok())
}
