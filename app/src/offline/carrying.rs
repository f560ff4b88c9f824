//! What a tab does with its queue and the machine of [`domain::sync`]: reads what is held, tells
//! the machine of it, writes down what it says, and puts together what is sent. When that is done,
//! who is asked and how one waits, a driver knows: that of the browser (`offline::sync`), and that
//! of `huella-chaos`, where time is virtual.

use crate::offline::held::{Kept, Record, batch};
use crate::offline::queue::{Outgoing, Queue};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{MAX_BATCH, MOST_ASKED, PhoneReport};
use domain::sync::{Action, Contact, Event, Item, ItemState, Sync, is_unnumbered, rewrite_wait};
use domain::timestamp::Timestamp;
use std::cell::{Cell, Ref, RefCell};

/// Where submissions go.
const PATH: &str = "/api/v1/submissions";
/// Where sealed copies go.
const SEALED_PATH: &str = "/api/v1/sealed";

/// One tab's part in the sending.
pub struct Carrier {
    queue: Queue,
    /// Bytes that a batch may have before it is packed.
    most_bytes: u32,
    /// None until this tab holds the lock and has read what is held.
    machine: RefCell<Option<Sync>>,
    /// Writes that failed since the last that were all done.
    failed_writes: Cell<u32>,
    /// The machine does not know what is held, or believes in writes that failed.
    is_stale: Cell<bool>,
    /// Records of which the server may hold nothing although they have an answer.
    aside: Cell<u32>,
    /// So many of the records that wait for a person were asked after in this turn.
    asked: Cell<usize>,
}

impl Carrier {
    /// A tab that has no lock so far.
    #[must_use]
    pub fn new(queue: Queue, most_bytes: u32) -> Self {
        Self {
            queue,
            most_bytes,
            machine: RefCell::default(),
            failed_writes: Cell::new(0),
            is_stale: Cell::new(true),
            aside: Cell::new(0),
            asked: Cell::new(0),
        }
    }

    /// The store.
    #[must_use]
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The machine, in the tab that holds the lock.
    #[must_use]
    pub fn machine(&self) -> Ref<'_, Option<Sync>> {
        self.machine.borrow()
    }

    /// Whether this tab holds the lock and has read what is held.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.machine.borrow().is_some()
    }

    /// Whether what is held has to be read ([`Self::load`]) before the machine goes on.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.is_stale.get()
    }

    /// Whether something could not be written, and nothing since could.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed_writes.get() > 0
    }

    /// Begins with what is held. When that cannot be read, what was known stays, and it is read
    /// again at the next attempt.
    pub async fn load(&self) {
        let held = self.queue.all().await;
        self.is_stale.set(held.is_err());
        if let Ok(held) = held {
            let machine = Sync::new(self.queue.device(), held.items()).holding(self.most_bytes);
            self.machine.replace(Some(machine.formerly(self.queue.former().to_vec())));
            self.count_aside(&held).await;
        }
    }

    /// Counts the records that were set aside: those that are here, and those that have gone.
    pub async fn count_aside(&self, held: &Kept) {
        let word = self.queue.last_word().await.ok().flatten();
        let is_own = |record: &&Record| {
            record.is_aside() && !self.queue.is_of_before(record.held.head.sequence)
        };
        let here = held.records.iter().filter(is_own).count();
        let gone = word.map_or(0, |word| word.gone_aside);
        self.aside.set(gone.saturating_add(u32::try_from(here).unwrap_or(u32::MAX)));
    }

    /// What the machine has to hear of what is held: this or another tab has written or removed it.
    #[must_use]
    pub fn news(&self, held: &Kept) -> Vec<Event> {
        let items: Vec<Item> = held.items().collect();
        let news = self.machine.borrow().as_ref().map(|machine| machine.news(&items));
        news.unwrap_or_default()
    }

    /// Tells the machine of events; what it says of them is to be carried out as [`lists`] has it.
    /// `random` is any number, fresh for each. What it sets aside is counted here, so that the
    /// batch that follows at once says so, before all are counted again.
    #[must_use]
    pub fn hear(&self, events: Vec<Event>, mut random: impl FnMut() -> u32) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(machine) = self.machine.borrow_mut().as_mut() {
            for event in events {
                actions.append(&mut machine.handle(event, random()));
            }
        }
        let aside = actions.iter().map(count_unnumbered).sum::<usize>();
        let aside = u32::try_from(aside).unwrap_or(u32::MAX);
        self.aside.update(|known| known.saturating_add(aside));
        actions
    }

    /// Writes down what an action says; whether the next one may follow, which rests on it. What
    /// could not be written down is asked for again: the server answers alike.
    pub async fn write(&self, action: Action) -> bool {
        let queue = &self.queue;
        let written = match action {
            Action::Send(_) | Action::Wait { .. } => return true,
            Action::Store(answers) => queue.store_answers(&answers, false).await,
            Action::SetAside(answer) => queue.store_answers(&[answer], true).await,
            Action::Clear(ids) => queue.clear(&ids).await,
            Action::Keep(receipt) => queue.keep_receipt(&receipt).await,
        };
        if written.is_err() {
            self.load().await;
        }
        written.is_ok()
    }

    /// Something could not be written: how long to wait, in milliseconds, longer each time.
    #[must_use]
    pub fn put_off(&self, random: u32) -> u32 {
        let failed = self.failed_writes.get();
        self.failed_writes.set(failed.saturating_add(1));
        rewrite_wait(failed, random)
    }

    /// A list was carried out that begins with something to write.
    pub fn written(&self) {
        self.failed_writes.set(0);
    }

    /// As which device a batch of these goes.
    #[must_use]
    pub fn sender(&self, ids: &[SubmissionId]) -> DeviceId {
        let sender = self.machine.borrow().as_ref().map(|machine| machine.sender(ids));
        sender.unwrap_or(self.queue.device())
    }

    /// What the phone says of itself as this device: its build and its clock, whether the browser
    /// promised to keep what is stored, and how many pictures were not sent; with an empty batch,
    /// what it asks after, too.
    #[must_use]
    pub fn report(
        &self,
        sender: DeviceId,
        (build, clock): (String, Timestamp),
        persisted: Option<bool>,
        pictures: u32,
    ) -> PhoneReport {
        let tally = |machine: &Sync| machine.tally_of(sender);
        let tally = self.machine.borrow().as_ref().map(tally).unwrap_or_default();
        let is_own = sender == self.queue.device();
        let counted = if is_own { (self.aside.get(), pictures) } else { (0, 0) };
        let report = tally.report(build, clock, persisted, counted);
        PhoneReport { asks: self.asks(sender), ..report }
    }

    /// What an empty batch asks after.
    fn asks(&self, sender: DeviceId) -> Vec<SubmissionId> {
        let machine = self.machine.borrow();
        let idle = machine.iter().filter(|machine| !machine.is_sending());
        let mut all: Vec<_> = idle.flat_map(|machine| machine.unsettled_of(sender)).collect();
        if all.len() > MOST_ASKED {
            let from = self.asked.get() % all.len();
            self.asked.set(from + MOST_ASKED);
            all.rotate_left(from);
            all.truncate(MOST_ASKED);
        }
        all
    }

    /// What will go next, where the server has answered: where nobody has so far there may be no
    /// next batch for long.
    #[must_use]
    pub fn ahead(&self) -> Vec<SubmissionId> {
        let mut bytes = 0_u32;
        let mut fits = |more: u32| {
            bytes = bytes.saturating_add(more);
            bytes <= self.most_bytes
        };
        let machine = self.machine.borrow();
        let reached = machine.iter().filter(|machine| machine.contact() == Contact::Reached);
        let items = reached.flat_map(Sync::items);
        let pending = items.filter(|item| item.state == ItemState::Pending);
        let next = pending.take(MAX_BATCH as usize).take_while(|item| fits(item.bytes));
        next.map(|item| item.id).collect()
    }

    /// Whether this tab has the lock, every record an answer or one before it that waits for a
    /// person, and nobody need sign in first.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let is_idle = |machine: &Sync| {
            let is_signed_out = machine.contact() == Contact::SignedOut;
            let held = machine.held_back();
            let mut open = machine.items().filter(|item| item.state.is_open());
            !is_signed_out && open.all(|item| held.contains(&item.id))
        };
        !self.is_stale.get() && self.machine.borrow().as_ref().is_some_and(is_idle)
    }
}

/// The lists in which actions are carried out, beside one another: the next batch is sent while the
/// answers to the last one are written down. It does not rest on that: what the server has answered
/// is so whether it can be written down or not, and what could not be is asked for again.
#[must_use]
pub fn lists(mut actions: Vec<Action>) -> Vec<Vec<Action>> {
    let is_sent = |action: &Action| matches!(action, Action::Send(_));
    let Some(at) = actions.iter().position(is_sent).filter(|at| *at > 0) else {
        return vec![actions];
    };
    let sent = actions.split_off(at);
    vec![sent, actions]
}

/// How many records an action sets aside.
fn count_unnumbered(action: &Action) -> usize {
    match action {
        Action::Store(answers) => {
            answers.iter().filter(|answer| is_unnumbered(&answer.outcome)).count()
        }
        Action::SetAside(_) => 1,
        Action::Send(_) | Action::Wait { .. } | Action::Clear(_) | Action::Keep(_) => 0,
    }
}

/// Whether a list begins with something to write.
#[must_use]
pub fn is_writing(actions: &[Action]) -> bool {
    !matches!(actions.first(), None | Some(Action::Send(_) | Action::Wait { .. }))
}

/// Where these go, and as what text.
#[must_use]
pub fn letter(
    sender: DeviceId,
    outgoing: Outgoing,
    report: &PhoneReport,
) -> (&'static str, String) {
    let (path, what, texts) = match outgoing {
        Outgoing::Plain(bodies) => (PATH, "submissions", bodies),
        Outgoing::Sealed(copies) => (SEALED_PATH, "sealed", copies),
    };
    (path, batch(sender, what, &texts, report))
}

#[cfg(test)]
mod tests;
