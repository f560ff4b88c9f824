//! Questions to the register that need a network; the app works without their answers.

use crate::offline::browser::{self, Answered, Body};
use crate::offline::json;
use domain::chip_number::ChipNumber;
use domain::refusal::Refusal;
use domain::view::{ChipRequest, ChipStatus, FieldSetup, SearchRequest, SearchResult};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody answered, or something that is not our server.
    Unreachable,
    /// Somebody has to sign in.
    SignedOut,
    /// The server said why not.
    Refused(Refusal),
    /// The server has trouble.
    Failed,
}

/// The body of every refused request.
#[derive(Deserialize)]
pub(super) struct Refused {
    /// Why.
    pub(super) refusal: Refusal,
}

/// Everything needed before the first visit.
///
/// # Errors
/// See [`Trouble`].
pub async fn setup() -> Result<FieldSetup, Trouble> {
    read(browser::request("/api/v1/field/setup", Body::None).await)
}

/// Owners by RUN, telephone, name or chip.
///
/// # Errors
/// See [`Trouble`].
pub async fn search(text: String) -> Result<SearchResult, Trouble> {
    ask("/api/v1/field/search", &SearchRequest { text }).await
}

/// Whether a chip is on an animal already.
///
/// # Errors
/// See [`Trouble`].
pub async fn chip(chip: ChipNumber) -> Result<ChipStatus, Trouble> {
    ask("/api/v1/field/chip", &ChipRequest { chip }).await
}

async fn ask<Q: Serialize, A: DeserializeOwned>(path: &str, question: &Q) -> Result<A, Trouble> {
    let body = serde_json::to_string(question).map_err(|_| Trouble::Failed)?;
    read(browser::request(path, Body::Json(body)).await)
}

/// What came back, as the answer it is.
///
/// # Errors
/// See [`Trouble`].
pub(super) fn read<A: DeserializeOwned>(answered: Option<Answered>) -> Result<A, Trouble> {
    let Answered { status, text } = answered.ok_or(Trouble::Unreachable)?;
    match status {
        200 => json::read(&text).map_err(|_| Trouble::Unreachable),
        401 => Err(Trouble::SignedOut),
        _ => match json::read::<Refused>(&text) {
            Ok(refused) => Err(Trouble::Refused(refused.refusal)),
            Err(_) => Err(Trouble::Failed),
        },
    }
}
