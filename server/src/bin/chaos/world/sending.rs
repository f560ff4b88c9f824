//! What a phone does with its machine's actions: it sends, stores and clears.

use anyhow::Result;
use app::offline::held::batch;
use app::offline::json;
use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Reply};
use domain::sync::{Event, Failure, ItemState, Sync, hashed_bytes};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use std::io::Write;

use super::{World, Written};
use crate::copies::{self, Request};
use crate::oracle::Sent;
use crate::plan::Fate;
use crate::told::Sabotage;
use crate::wire::{Answered, Parcel};

/// How long a killed server stays away, in virtual milliseconds.
const AWAY: std::ops::Range<i64> = 500..40_000;

/// Where records go, and where their sealed copies.
const RECORDS: &str = "/api/v1/submissions";
const COPIES: &str = "/api/v1/sealed";

/// The body of a refused request.
#[derive(Deserialize)]
struct Refused {
    refusal: Refusal,
}

impl World {
    pub(super) async fn send(&mut self, number: usize, ids: &[SubmissionId]) -> Result<()> {
        let (phone, fate) = (&self.phones[number], self.plan.fate());
        let (latency, zips) = (self.plan.latency(), !self.plan.one_in(4));
        let mut bodies = phone.disk.bodies(ids);
        if self.sabotage == Some(Sabotage::SendAnew) {
            for (body, id) in bodies.iter_mut().zip(ids) {
                *body = body.replace(&id.to_string(), &self.plan.id().to_string());
            }
        }
        let tally = phone.machine().map(Sync::tally).unwrap_or_default();
        let clock = self.town.begins.plus_ms(self.now + phone.skew);
        let report = tally.report("chaos".to_owned(), clock, Some(true), (phone.disk.aside(), 0));
        let text = batch(phone.disk.device, "submissions", &bodies, &report);
        let is_away = phone.away_until > self.now;
        self.note(number, &format!("sends {} records: {fate:?}, away: {is_away}", ids.len()));
        if self.sabotage == Some(Sabotage::ClearEarly) {
            ids.iter().for_each(|id| self.phones[number].disk.remove(*id));
        }
        let answered = if is_away {
            None
        } else {
            self.exchange(number, (RECORDS, &text), (fate, zips)).await?
        };
        let event = read(answered);
        self.phones[number].expect(self.now + latency, event);
        Ok(())
    }

    /// The service worker of a phone sends the copies of what waits. The phone writes no answer
    /// down, but each one that comes must be an answer to them.
    pub(super) async fn go_home(&mut self, number: usize) -> Result<()> {
        let phone = &self.phones[number];
        if phone.away_until > self.now {
            return Ok(());
        }
        let request = copies::request(&phone.disk, &self.town.recovery_key, &mut self.plan)?;
        let Some(Request { ids, mut text }) = request else { return Ok(()) };
        if self.sabotage == Some(Sabotage::BreakCopies) {
            text = text.replace(r#""nonce":""#, r#""nonce":"_"#);
        }
        let (device, fate) = (phone.disk.device, self.plan.fate());
        self.note(number, &format!("sends copies: {fate:?}"));
        self.wire.count("as_copies");
        let answered = self.exchange(number, (COPIES, &text), (fate, false)).await?;
        let Some(status) = answered.as_ref().map(|answered| answered.status) else {
            return Ok(());
        };
        let event = read(answered);
        if matches!(event, Event::Reply { .. }) {
            self.wire.count("copies_answered");
        }
        self.oracle.hear_of(&self.town.keys, &Sent { device, ids, fate }, (status, &event));
        Ok(())
    }

    async fn exchange(
        &mut self,
        number: usize,
        (path, text): (&'static str, &str),
        (fate, is_gzip): (Fate, bool),
    ) -> Result<Option<Answered>> {
        let body = if is_gzip { compressed(text)? } else { text.as_bytes().to_vec() };
        let cookie = self.town.operatives[number].cookie.clone();
        let parcel = Parcel { path, cookie, body, is_gzip };
        let operation = self.plan.operation();
        let was_up = self.server.is_up();
        self.verdict.exchanges += 1;
        let answered = self.wire.exchange(&mut self.server, parcel, (fate, operation)).await?;
        if let Some(answered) = &answered {
            self.oracle.answered(answered.status, fate);
        }
        if was_up && !self.server.is_up() {
            self.back_at = self.now + self.plan.between(AWAY);
        }
        Ok(answered)
    }

    pub(super) fn store(&mut self, number: usize, answers: &[Answer]) -> Written {
        for answer in answers {
            let becomes = ItemState::after(&answer.outcome);
            if becomes == ItemState::Sent {
                let disk = &self.phones[number].disk;
                self.oracle.clears(disk, answer.id, Some(becomes));
            }
        }
        self.write(number, |disk| disk.store_answers(answers))
    }

    pub(super) fn clear(&mut self, number: usize, ids: &[SubmissionId]) -> Written {
        for id in ids {
            self.oracle.clears(&self.phones[number].disk, *id, None);
        }
        self.write(number, |disk| disk.clear(ids))
    }
}

fn compressed(text: &str) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes())?;
    Ok(gzip.finish()?)
}

/// What an answer, or none, is to the machine; as the browser reads it.
fn read(answered: Option<Answered>) -> Event {
    let Some(Answered { status, text }) = answered else {
        return Event::Failed(Failure::Unreachable);
    };
    if status == 200
        && let Ok(reply) = json::read::<Reply>(&text)
    {
        let hash = Sha256::digest(hashed_bytes(&reply.answers));
        let digest = data_encoding::HEXLOWER.encode(&hash);
        return Event::Reply { reply: Box::new(reply), digest };
    }
    let refusal = json::read::<Refused>(&text).ok().map(|refused| refused.refusal);
    let is_json = json::read::<IgnoredAny>(&text).is_ok();
    Event::Failed(Failure::of(status, refusal, is_json))
}
