//! What a phone does with its machine's actions: it sends, and writes down.

use anyhow::Result;
use app::offline::held::Record;
use app::offline::{json, reply};
use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::sync::{Action, Event, Failure, ItemState, hashed_bytes};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use std::io::Write;

use super::World;
use crate::copies::{self, Request, TOGETHER};
use crate::oracle::Sent;
use crate::plan::Fate;
use crate::told::Sabotage;
use crate::wire::{Answered, Parcel};

/// How long a killed server stays away, in virtual milliseconds.
const AWAY: std::ops::Range<i64> = 500..40_000;

/// Where sealed copies go.
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
        let clock = self.town.begins.plus_ms(self.clock.now() + phone.skew);
        // A phone that has just died reads nothing.
        let Some((path, mut text)) = phone.letter(ids, clock).await else { return Ok(()) };
        if self.sabotage == Some(Sabotage::SendAnew) {
            for id in ids {
                text = text.replace(&id.to_string(), &self.plan.id().to_string());
            }
        }
        if self.sabotage == Some(Sabotage::KeepSilent) {
            text = text.replace(r#""withdrawn":"#, r#""unsaid":"#);
        }
        let is_away = phone.away_until > self.clock.now();
        self.note(number, &format!("sends {} records: {fate:?}, away: {is_away}", ids.len()));
        if self.sabotage == Some(Sabotage::ClearEarly) {
            self.phones[number].clear_early(ids).await;
        }
        let answered =
            if is_away { None } else { self.exchange(number, (path, &text), (fate, zips)).await? };
        let at = self.clock.now() + latency;
        self.phones[number].expect(at, read(answered));
        Ok(())
    }

    /// The app makes copies of what waits, as when it is left, and the service worker of the phone
    /// sends those that are stored, whether the app is open or not. The phone writes no answer
    /// down, but each one that comes must be an answer to them.
    pub(super) async fn go_home(&mut self, number: usize) -> Result<()> {
        self.copy(number).await?;
        self.bury(number);
        let phone = &self.phones[number];
        let (Some(device), false) = (phone.storage.device(), self.is_away(number)) else {
            return Ok(());
        };
        let Some(Request { ids, mut text }) = copies::request(device, &phone.storage) else {
            return Ok(());
        };
        if self.sabotage == Some(Sabotage::BreakCopies) {
            text = text.replace(r#""nonce":""#, r#""nonce":"_"#);
        }
        let fate = self.plan.fate();
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

    fn is_away(&self, number: usize) -> bool {
        self.phones[number].away_until > self.clock.now()
    }

    /// Makes the copies that are missing, as far as they can be kept.
    async fn copy(&mut self, number: usize) -> Result<()> {
        self.phones[number].take();
        let Some((tab, queue)) = self.phones[number].in_hand() else { return Ok(()) };
        let Ok(kept) = queue.now().await else { return Ok(()) };
        let lacks = |record: &&Record| {
            let held = &record.held;
            held.state.is_open() && held.copy.is_empty() && !held.is_shut()
        };
        let lacking = kept.records.iter().filter(lacks).take(TOGETHER);
        let lacking: Vec<_> = lacking.map(|record| record.held.head.id).collect();
        for Record { held, .. } in queue.opened(&lacking).await.unwrap_or_default() {
            let device = queue.maker(held.head.sequence);
            let copy = copies::sealed(&held, device, &self.town.recovery_key, &self.plan)?;
            if queue.keep_copy(held.head.id, copy).await.is_err() {
                break;
            }
        }
        if !lacking.is_empty() {
            self.phones[number].changed(tab).await;
        }
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
            self.back_at = self.clock.now() + self.plan.between(AWAY);
        }
        Ok(answered)
    }

    /// Writes down what an action says; whether it is written.
    pub(super) async fn write(&mut self, number: usize, action: Action) -> bool {
        let storage = &self.phones[number].storage;
        match &action {
            Action::Store(answers) => {
                for answer in answers {
                    let becomes = ItemState::after(&answer.outcome);
                    if becomes == ItemState::Sent {
                        self.oracle.clears(storage, answer.id, Some(becomes));
                    }
                }
            }
            Action::Clear(ids) => ids.iter().for_each(|id| self.oracle.clears(storage, *id, None)),
            Action::SetAside(_) | Action::Keep(_) | Action::Send(_) | Action::Wait { .. } => {}
        }
        let is_written = self.phones[number].write(action).await;
        if !is_written {
            self.note(number, "cannot write");
        }
        is_written
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
        && let Ok(reply) = reply::read(&text)
    {
        let hash = Sha256::digest(hashed_bytes(&reply.answers));
        let digest = data_encoding::HEXLOWER.encode(&hash);
        return Event::Reply { reply: Box::new(reply), digest };
    }
    let refusal = json::read::<Refused>(&text).ok().map(|refused| refused.refusal);
    let is_json = json::read::<IgnoredAny>(&text).is_ok();
    Event::Failed(Failure::of(status, refusal, is_json))
}
