//! Sending one batch, and what the phone says of itself with it.

use super::Driver;
use crate::offline::browser::{self, Body};
use crate::offline::carrying::letter;
use crate::offline::queue::StorageError;
use crate::offline::receipts;
use crate::offline::{registry, reply};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{MAX_BATCH_BYTES, PACKED_BATCH_BYTES, PhoneReport};
use domain::sync::{Event, Failure, clock_skew, hashed_bytes};
use leptos::task::spawn_local;

/// Bytes that a batch may have on this browser before it is packed.
pub(super) fn batch_bytes() -> u32 {
    if browser::packs() { PACKED_BATCH_BYTES } else { MAX_BATCH_BYTES }
}

impl Driver {
    /// Sends them, and says what came of it; what cannot be read goes nowhere.
    pub(super) async fn send(&self, ids: &[SubmissionId]) -> Result<Event, StorageError> {
        let queue = self.0.carrier.queue();
        // What it was asked for is known before anything is waited for.
        let sender = self.0.carrier.sender(ids);
        let withdrawn = queue.untold().await;
        let outgoing = queue.outgoing(ids).await?;
        let report = PhoneReport { withdrawn: withdrawn.clone(), ..self.report(sender) };
        let (path, text) = letter(sender, outgoing, &report);
        let body = match browser::gzip(&text).await {
            // The server would take none of it, after a long way over the line.
            Some(packed) if packed.len() > MAX_BATCH_BYTES as usize && ids.len() > 1 => {
                return Ok(Event::Failed(Failure::Status { code: 413, refusal: None }));
            }
            Some(packed) => Body::Gzip(packed),
            None => Body::Json(text),
        };
        self.read_ahead();
        // Drawn once the browser has what it sends: nothing on the way waits for the page.
        self.show();
        let before = browser::now();
        let answered = browser::request(path, body).await;
        let after = browser::now();
        let reply = match registry::read_by(answered, reply::read) {
            Ok(reply) => reply,
            Err(failure) => return Ok(Event::Failed(failure)),
        };
        if let Err(failure) = receipts::check(queue, self.0.setup, &reply.receipt).await {
            return Ok(Event::Failed(failure));
        }
        queue.hear(&withdrawn, &reply.resolved).await;
        self.0.skew_ms.set(clock_skew(before, after, reply.receipt.answered_at));
        let digest = browser::sha256_hex(&hashed_bytes(&reply.answers)).await.unwrap_or_default();
        Ok(Event::Reply { reply: Box::new(reply), digest })
    }

    /// Says now how the phone stands, and what was withdrawn on it.
    pub fn say(&self) {
        self.feed(Event::Timer);
    }

    /// How the phone stands just now, as far as it is this device. No record waits for the
    /// browser's word on its storage: what it says now is told the next time.
    fn report(&self, sender: DeviceId) -> PhoneReport {
        let persisted = self.0.persisted.get();
        self.look_at_storage();
        let (carrier, pictures) = (&self.0.carrier, self.unsent_pictures());
        if sender == carrier.queue().device() {
            self.0.pictures_told.set(pictures);
        }
        carrier.report(sender, (browser::build(), browser::now()), persisted, pictures)
    }

    /// What will go next is opened while this batch is on its way.
    fn read_ahead(&self) {
        let (queue, next) = (self.0.carrier.queue().clone(), self.0.carrier.ahead());
        spawn_local(async move {
            // What was not opened is opened when it goes.
            let _ = queue.have_at_hand(&next).await;
        });
    }
}
