//! Sending one batch, and what the phone says of itself with it.

use super::Driver;
use crate::offline::browser::{self, Body};
use crate::offline::held::batch;
use crate::offline::queue::{Outgoing, StorageError};
use crate::offline::receipts;
use crate::offline::withdrawn::kept;
use crate::offline::{registry, reply};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{MAX_BATCH, MAX_BATCH_BYTES, PACKED_BATCH_BYTES, PhoneReport};
use domain::sync::{Contact, Event, Failure, ItemState, Sync, clock_skew, hashed_bytes};
use leptos::task::spawn_local;

const PATH: &str = "/api/v1/submissions";
/// Where sealed copies go.
const SEALED_PATH: &str = "/api/v1/sealed";

/// Bytes that a batch may have on this browser before it is packed.
pub(super) fn batch_bytes() -> u32 {
    if browser::packs() { PACKED_BATCH_BYTES } else { MAX_BATCH_BYTES }
}

impl Driver {
    pub(super) async fn send(&self, ids: &[SubmissionId]) -> Event {
        match self.exchange(ids).await {
            Ok(event) => event,
            Err(StorageError) => Event::Failed(Failure::Unreachable),
        }
    }

    async fn exchange(&self, ids: &[SubmissionId]) -> Result<Event, StorageError> {
        // What it was asked for is known before anything is waited for.
        let sender = self.0.machine.borrow().as_ref().map(|machine| machine.sender(ids));
        let sender = sender.unwrap_or(self.0.queue.device());
        let withdrawn = kept::untold(&self.0.queue).await;
        let (path, what, texts) = match self.0.queue.outgoing(ids).await? {
            Outgoing::Plain(bodies) => (PATH, "submissions", bodies),
            Outgoing::Sealed(copies) => (SEALED_PATH, "sealed", copies),
        };
        let report = PhoneReport { withdrawn: withdrawn.clone(), ..self.report(sender) };
        let text = batch(sender, what, &texts, &report);
        let body = match browser::gzip(&text).await {
            // The server would take none of it, after a long way over the line.
            Some(packed) if packed.len() > MAX_BATCH_BYTES as usize && ids.len() > 1 => {
                return Ok(Event::Failed(Failure::Status { code: 413, refusal: None }));
            }
            Some(packed) => Body::Gzip(packed),
            None => Body::Json(text),
        };
        self.read_ahead();
        let before = browser::now();
        let answered = browser::request(path, body).await;
        let after = browser::now();
        let reply = match registry::read_by(answered, reply::read) {
            Ok(reply) => reply,
            Err(failure) => return Ok(Event::Failed(failure)),
        };
        if let Err(failure) = receipts::check(&self.0.queue, &reply.receipt).await {
            return Ok(Event::Failed(failure));
        }
        kept::hear(&self.0.queue, &withdrawn, &reply.resolved).await;
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
        let tally = |machine: &Sync| machine.tally_of(sender);
        let tally = self.0.machine.borrow().as_ref().map(tally).unwrap_or_default();
        let mut counted = (0, 0);
        if sender == self.0.queue.device() {
            counted = (self.0.aside.get(), self.unsent_pictures());
            self.0.pictures_told.set(counted.1);
        }
        tally.report(browser::build(), browser::now(), persisted, counted)
    }

    /// What will go next is opened while this batch is on its way.
    fn read_ahead(&self) {
        let (mut bytes, most) = (0_u32, batch_bytes());
        let mut fits = |more: u32| {
            bytes = bytes.saturating_add(more);
            bytes <= most
        };
        let machine = self.0.machine.borrow();
        // Where nobody has answered so far there may be no next one for long.
        let reached = machine.iter().filter(|machine| machine.contact() == Contact::Reached);
        let items = reached.flat_map(Sync::items);
        let pending = items.filter(|item| item.state == ItemState::Pending);
        let next = pending.take(MAX_BATCH as usize).take_while(|item| fits(item.bytes));
        let next = next.map(|item| item.id);
        let next: Vec<SubmissionId> = next.collect();
        let queue = self.0.queue.clone();
        spawn_local(async move {
            // What was not opened is opened when it goes.
            let _ = queue.have_at_hand(&next).await;
        });
    }
}
