//! How a phone brings its submissions home: a state machine without a browser.
//!
//! Events go in, actions come out; the driver on the phone (`app::offline::sync`) only carries
//! them out. There is no clock and no randomness here: waiting is an action, and the random
//! number that spreads the waits is a parameter.
//!
//! What it promises: oldest first; one batch in flight; at most [`MAX_BATCH`] submissions and
//! [`MAX_BATCH_BYTES`] a batch, or what a driver that packs says ([`Sync::holding`]); waits capped
//! at [`MAX_WAIT_MS`]; what a slow line does not carry in time goes in smaller batches; one bad
//! record never holds others than those that came after it of its own visit, which wait until it is
//! accepted, put right or put away ([`ahead_of`]); nothing is sent again once it has an answer;
//! only what a receipt names is cleared; a refused or conflicting record stays until a person has
//! dealt with it. A phone that has nothing to send but holds records that wait at the desk sends an
//! empty batch at a calm pace: what was resolved comes with its reply.
//! One that holds nothing at all sends one when it starts and seldom afterwards, so that the
//! coordination hears of it ([`Sync::tally`]); such a word is no record, so that without a network
//! it is not tried again and again. It is sent as well when somebody takes the phone in hand, and
//! when the browser says that the network has come or gone: what the phone says of its signal is
//! what the server answers then.

mod failing;
mod former;
mod news;
mod order;
mod standing;
mod tally;
mod vocabulary;
mod waits;

use crate::id::{DeviceId, SubmissionId};
use crate::submission::{Answer, MAX_BATCH, MAX_BATCH_BYTES, Reply};
use uuid::Uuid;

pub use former::{Former, maker};
pub use order::{ahead_of, is_put_away};
pub use standing::{Agreement, Count, clock_skew, days_waiting, is_unnumbered};
pub use tally::Tally;
pub use vocabulary::{Action, Contact, Event, Failure, Item, ItemState};
pub use waits::rewrite_wait;
use waits::spread;

/// Longest wait between two attempts of a phone that has something to send or to ask, in
/// milliseconds.
pub const MAX_WAIT_MS: u32 = 60_000;
/// Drivers look at the queue this often even when nothing has been reported, in milliseconds.
pub const HEARTBEAT_MS: u32 = 30_000;
/// Pace at which a phone with nothing to send asks after the records that wait at the desk, before
/// it is spread, in milliseconds.
const ASKING_MS: u32 = MAX_WAIT_MS;
/// Pace at which a phone with nothing to send and nothing at the desk says how it stands, before it
/// is spread, in milliseconds.
pub const REPORT_MS: u32 = 30 * 60_000;
/// An item and how often it failed all alone.
#[derive(Clone, Copy, Debug)]
struct Entry {
    item: Item,
    /// Times this one failed alone; such a record gives way to the others.
    setbacks: u16,
    /// Those of them in which the server broke over it.
    breaks: u16,
    /// Another of its visit may stand before it.
    follows: bool,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Sync {
    device: DeviceId,
    /// The devices that this phone was before, oldest first.
    former: Vec<Former>,
    /// As which of them an empty batch is in flight, or was last.
    asks_as: DeviceId,
    /// By sequence.
    entries: Vec<Entry>,
    in_flight: Vec<SubmissionId>,
    /// An empty batch is in flight: to learn what the desk has resolved, or to say how it stands.
    asking: bool,
    /// The server has heard of this phone since the app started.
    has_reported: bool,
    /// The browser has said that there is a network, and no reply has come since.
    is_hopeful: bool,
    /// Failed attempts since the last reply.
    failures: u32,
    /// Submissions a batch may have just now; shrinks to find a bad record and on a slow line,
    /// grows again.
    most: u32,
    /// Bytes a batch may have before it is packed.
    most_bytes: u32,
    contact: Contact,
}

/// Puts one into a list that is in order, unless it is there already; whether it was new. Those of
/// a phone come in the order of their making, which is this one.
fn is_new(all: &mut Vec<Uuid>, id: Uuid) -> bool {
    let Err(at) = all.binary_search(&id) else { return false };
    all.insert(at, id);
    true
}

impl Sync {
    /// A machine for what the phone holds. A record that was being sent when the app died is
    /// pending again: its identifier makes the repeat harmless.
    #[must_use]
    pub fn new(device: DeviceId, held: impl IntoIterator<Item = Item>) -> Self {
        let mut sync = Self {
            device,
            former: Vec::new(),
            asks_as: device,
            entries: Vec::new(),
            in_flight: Vec::new(),
            asking: false,
            has_reported: false,
            is_hopeful: false,
            failures: 0,
            most: MAX_BATCH,
            most_bytes: MAX_BATCH_BYTES,
            contact: Contact::Untried,
        };
        // A phone may hold ten thousand: no look through all of them for each.
        let (mut known, mut visits) = (Vec::new(), Vec::new());
        for mut item in held {
            if item.state == ItemState::Sending {
                item.state = ItemState::Pending;
            }
            if is_new(&mut known, item.id.0) {
                sync.insert(item, false);
            }
        }
        for entry in &mut sync.entries {
            entry.follows = entry.item.visit.is_some_and(|visit| !is_new(&mut visits, visit.0));
        }
        sync
    }

    /// With batches of so many bytes, for a driver that packs them: what was packed must still be
    /// at most [`MAX_BATCH_BYTES`], else its answer to itself is a 413.
    #[must_use]
    pub const fn holding(mut self, bytes: u32) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// Takes an event; `random` is any number, fresh for each call.
    pub fn handle(&mut self, event: Event, random: u32) -> Vec<Action> {
        match event {
            Event::Queued(item) => {
                self.add(item);
                // While failing, the wait that is running goes on: a day without signal must
                // not try once for each record.
                if self.failures == 0 { self.send_next() } else { Vec::new() }
            }
            Event::Timer | Event::Visible => self.send_or_ask(true),
            Event::Online => {
                self.is_hopeful = true;
                self.send_or_ask(true)
            }
            Event::Reply { reply, digest } => self.replied(*reply, &digest, random),
            Event::Failed(failure) => self.failed(failure, random),
            Event::Gone(id) => {
                // What waited behind it goes now; of the day before nothing waits.
                let frees = self.forget(id);
                if frees && self.failures == 0 { self.send_next() } else { Vec::new() }
            }
        }
    }

    /// Where a submission stands; `None` when it is not held.
    #[must_use]
    pub fn state(&self, id: SubmissionId) -> Option<ItemState> {
        self.entries.iter().find(|entry| entry.item.id == id).map(|entry| entry.item.state)
    }

    /// Everything held, oldest first.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.entries.iter().map(|entry| &entry.item)
    }

    /// What the last attempt says about the way to the server.
    #[must_use]
    pub const fn contact(&self) -> Contact {
        self.contact
    }

    /// Whether records are under way.
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        !self.in_flight.is_empty()
    }

    /// Whether a batch is under way, be it an empty one.
    const fn is_busy(&self) -> bool {
        self.asking || self.is_sending()
    }

    /// Whether something can be sent.
    fn has_pending(&self) -> bool {
        let held = self.held_back();
        let pending = |item: &&Item| item.state == ItemState::Pending;
        self.items().filter(pending).any(|item| !held.contains(&item.id))
    }

    /// Whether something waits at the desk, so that its answer may come later.
    fn waits_for_desk(&self) -> bool {
        self.entries.iter().any(|entry| entry.item.state.waits_for_desk())
    }

    /// What comes after an answer: the next batch, or a calm wait until the desk is asked again.
    fn go_on(&mut self, random: u32) -> Vec<Action> {
        let actions = self.send_next();
        if self.is_busy() { actions } else { vec![self.calm_wait(random)] }
    }

    /// The wait of a phone that has nothing to send.
    fn calm_wait(&self, random: u32) -> Action {
        let longest = if self.waits_for_desk() { ASKING_MS } else { REPORT_MS };
        Action::Wait { ms: spread(longest, random) }
    }

    /// The next batch; when there is none, an empty one if it is wanted.
    fn send_or_ask(&mut self, asks: bool) -> Vec<Action> {
        let actions = self.send_next();
        if !asks || self.is_busy() {
            return actions;
        }
        self.asking = true;
        self.asks_as = self.next_to_ask();
        vec![Action::Send(Vec::new())]
    }

    fn add(&mut self, item: Item) {
        if self.state(item.id).is_none() {
            let follows = self.join(&item);
            self.insert(item, follows);
        }
    }

    fn insert(&mut self, item: Item, follows: bool) {
        let at = self.entries.partition_point(|entry| entry.item.sequence <= item.sequence);
        self.entries.insert(at, Entry { item, setbacks: 0, breaks: 0, follows });
    }

    fn entry(&mut self, id: SubmissionId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.item.id == id)
    }

    /// The next batch: of those that can go and failed alone least often, the oldest.
    fn send_next(&mut self) -> Vec<Action> {
        if self.is_busy() {
            return Vec::new();
        }
        let held = self.held_back();
        let pending = |entry: &&mut Entry| {
            entry.item.state == ItemState::Pending && !held.contains(&entry.item.id)
        };
        let least = self.entries.iter_mut().filter(pending).map(|entry| entry.setbacks).min();
        let mut bytes = 0_u32;
        let mut sender = None;
        for entry in self.entries.iter_mut().filter(pending) {
            if Some(entry.setbacks) != least {
                continue;
            }
            // A batch names one device, and each goes as the one that made it.
            let own = maker(&self.former, entry.item.sequence).unwrap_or(self.device);
            if *sender.get_or_insert(own) != own {
                break;
            }
            bytes = bytes.saturating_add(entry.item.bytes);
            let is_full = self.in_flight.len() >= self.most.max(1) as usize;
            if is_full || (bytes > self.most_bytes && !self.in_flight.is_empty()) {
                break;
            }
            entry.item.state = ItemState::Sending;
            self.in_flight.push(entry.item.id);
        }
        match self.in_flight.is_empty() {
            true => Vec::new(),
            false => vec![Action::Send(self.in_flight.clone())],
        }
    }

    fn replied(&mut self, reply: Reply, digest: &str, random: u32) -> Vec<Action> {
        let Reply { answers, resolved, receipt } = reply;
        // To a request of before the queue was read anew: it has been sent again since.
        if !self.is_busy() {
            return Vec::new();
        }
        let sender = self.sender(&self.in_flight);
        if receipt.device != sender || receipt.batch_hash != digest {
            return self.failed(Failure::NotOurs, random);
        }
        let sent = std::mem::take(&mut self.in_flight);
        let asked_only = std::mem::take(&mut self.asking);
        let asked = |answer: &Answer| sent.contains(&answer.id);
        let mut stored: Vec<Answer> = answers.into_iter().filter(asked).collect();
        let progressed = !stored.is_empty();
        let mut cleared = self.settle(&stored);
        // What a correction of this batch has mended is here no more.
        let news: Vec<_> = resolved.into_iter().filter(|answer| self.is_news(answer)).collect();
        let told_anew = !news.is_empty();
        cleared.extend(self.settle(&news));
        stored.extend(news);
        self.give_back(&sent);
        self.contact = Contact::Reached;
        self.has_reported = true;
        self.is_hopeful = false;
        // The receipt first: an app that dies in between must not find answers for more than the
        // last receipt counts, which looks like a server that has lost some.
        let mut actions = Vec::new();
        if sender == self.device {
            actions.push(Action::Keep(Box::new(receipt)));
        }
        if !stored.is_empty() {
            actions.push(Action::Store(stored));
        }
        if !cleared.is_empty() {
            actions.push(Action::Clear(cleared));
        }
        if progressed || asked_only {
            self.failures = 0;
            self.most = self.most.saturating_mul(2).min(MAX_BATCH);
            // What it said of itself is true no more once the desk has resolved something.
            let more = if told_anew { self.send_or_ask(true) } else { self.go_on(random) };
            actions.extend(more);
        } else {
            actions.push(self.back_off(random));
        }
        actions
    }

    /// Whether the desk's answer leads a held record elsewhere. Of a refused one the desk says
    /// that it was recorded after all, or put away; of one that the server does not hold it says
    /// nothing: what was resolved under its identifier is somebody else's.
    fn is_news(&self, answer: &Answer) -> bool {
        let Some(entry) = self.entries.iter().find(|entry| entry.item.id == answer.id) else {
            return false;
        };
        match entry.item.state {
            ItemState::Refused if entry.item.is_aside => false,
            state @ ItemState::Refused if is_put_away(state, &answer.outcome) => {
                !entry.item.is_put_away
            }
            ItemState::Refused => ItemState::after(&answer.outcome) == ItemState::Sent,
            state => state.waits_for_desk() && state != ItemState::after(&answer.outcome),
        }
    }

    /// Moves each answered record to its state; returns what may be cleared.
    fn settle(&mut self, answers: &[Answer]) -> Vec<SubmissionId> {
        let mut cleared = Vec::new();
        for answer in answers {
            let state = ItemState::after(&answer.outcome);
            let Some(entry) = self.entry(answer.id) else { continue };
            entry.item.is_put_away = is_put_away(entry.item.state, &answer.outcome);
            entry.item.state = state;
            entry.item.is_aside |= is_unnumbered(&answer.outcome);
            let mended = entry.item.replaces;
            if state == ItemState::Sent {
                cleared.push(answer.id);
                // A correction may have been mended itself.
                let mut next = mended;
                while let Some(old) = next.and_then(|id| self.take_out(id)) {
                    cleared.push(old.id);
                    next = old.replaces;
                }
            }
        }
        cleared
    }

    fn take_out(&mut self, id: SubmissionId) -> Option<Item> {
        let at = self.entries.iter().position(|entry| entry.item.id == id)?;
        Some(self.entries.remove(at).item)
    }

    /// What was sent and has no answer is pending again.
    fn give_back(&mut self, sent: &[SubmissionId]) {
        for entry in &mut self.entries {
            if entry.item.state == ItemState::Sending && sent.contains(&entry.item.id) {
                entry.item.state = ItemState::Pending;
            }
        }
    }
}

/// What a receipt's `batch_hash` is made of: the 16 bytes of each identifier, in the order of the
/// answers.
#[must_use]
pub fn hashed_bytes(answers: &[Answer]) -> Vec<u8> {
    answers.iter().flat_map(|answer| answer.id.0.into_bytes()).collect()
}

#[cfg(test)]
mod tests;
