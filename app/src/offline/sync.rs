//! The browser's side of [`domain::sync`]: carries out what the machine says, and nothing else.
//!
//! One tab sends: the one that holds the lock. The others write to the same store and tell it.

mod sending;

use crate::offline::browser;
use crate::offline::browser::tabs::{Tabs, with_lock};
use crate::offline::held::{Kept, Record};
use crate::offline::insurance;
use crate::offline::pictures::{self, Pictures};
use crate::offline::queue::Queue;
use domain::id::SubmissionId;
use domain::sync::{
    Action, Contact, Event, Failure, HEARTBEAT_MS, Sync, is_unnumbered, rewrite_wait,
};
use gloo::timers::callback::Timeout;
use leptos::prelude::{GetUntracked, RwSignal};
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The lock that one tab holds.
const LOCK: &str = "huella-sync";

/// What pages see of the sending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The way to the server.
    pub contact: Contact,
    /// Records are under way.
    pub is_sending: bool,
    /// The phone's clock less the server's, in milliseconds, when it was measured just now.
    pub skew_ms: Option<i64>,
    /// What the server answered could not be written down.
    pub is_unwritten: bool,
    /// Records over which the server breaks again and again.
    pub stuck: Vec<SubmissionId>,
}

/// The driver of one tab.
#[derive(Clone)]
pub struct Driver(Rc<Inner>);

struct Inner {
    queue: Queue,
    tabs: Tabs,
    /// None until this tab holds the lock and has read what is held.
    machine: RefCell<Option<Sync>>,
    timer: RefCell<Option<Timeout>>,
    wake_waits: Cell<bool>,
    /// Writes that failed since the last that were all done.
    failed_writes: Cell<u32>,
    /// The machine does not know what is held, or believes in writes that failed.
    is_stale: Cell<bool>,
    skew_ms: Cell<Option<i64>>,
    /// Whether the browser promised to keep what is stored, as it said last.
    persisted: Cell<Option<bool>>,
    /// Records of which the server may hold nothing although they have an answer.
    aside: Cell<u32>,
    /// How many pictures there are.
    pictures: RwSignal<Pictures>,
    /// How many of them the server was told of last.
    pictures_told: Cell<u32>,
    changed: Box<dyn Fn(Progress)>,
}

impl Driver {
    /// Starts sending what the queue holds, as soon as no other tab does; `changed` is called
    /// after every change of the queue or of the contact.
    #[must_use]
    pub fn start(
        queue: Queue,
        pictures: RwSignal<Pictures>,
        changed: impl Fn(Progress) + 'static,
    ) -> Self {
        let slot: Rc<RefCell<Option<Self>>> = Rc::default();
        let heard = slot.clone();
        let tabs = Tabs::open(move || {
            if let Some(driver) = heard.borrow().as_ref() {
                driver.0.queue.doubt();
                driver.look_again();
                driver.show();
            }
        });
        let driver = Self(Rc::new(Inner {
            queue,
            tabs,
            machine: RefCell::default(),
            timer: RefCell::default(),
            wake_waits: Cell::new(false),
            failed_writes: Cell::new(0),
            is_stale: Cell::new(true),
            skew_ms: Cell::new(None),
            persisted: Cell::new(None),
            aside: Cell::new(0),
            pictures,
            pictures_told: Cell::new(0),
            changed: Box::new(changed),
        }));
        slot.replace(Some(driver.clone()));
        driver.look_at_storage();
        driver.listen();
        let leading = driver.clone();
        spawn_local(async move { with_lock(LOCK, leading.lead()).await });
        driver
    }

    /// Something was written to the queue by this tab, or removed from it.
    pub fn queue_changed(&self) {
        self.look_again();
        self.0.tabs.tell();
        self.show();
    }

    /// Tries now: somebody has asked for it, or has just signed in.
    pub fn wake(&self) {
        self.feed(Event::Visible);
    }

    /// Holds the lock for the life of the tab.
    async fn lead(self) {
        self.resume().await;
        self.beat();
        self.settle();
        std::future::pending::<()>().await;
    }

    /// Sums up for the next start what is known by now. One tab does, while nobody waits for it.
    fn settle(&self) {
        let queue = self.0.queue.clone();
        spawn_local(async move {
            // Not written means that more is read at the next start.
            let _ = queue.settle().await;
        });
    }

    /// Tries, once it is known what is held.
    async fn resume(&self) {
        if self.0.is_stale.get() {
            self.load().await;
        }
        match self.0.is_stale.get() {
            true => {
                self.wait_for_storage();
                self.0.failed_writes.update(|failed| failed.saturating_add(1));
                self.show();
            }
            false => self.feed(Event::Timer),
        }
    }

    /// Begins with what is held. When that cannot be read, what was known stays, and it is read
    /// again at the next attempt.
    async fn load(&self) {
        let held = self.0.queue.all().await;
        self.0.is_stale.set(held.is_err());
        if let Ok(held) = held {
            let queue = &self.0.queue;
            let machine = Sync::new(queue.device(), held.items()).holding(sending::batch_bytes());
            self.0.machine.replace(Some(machine.formerly(queue.former().to_vec())));
            self.count_aside(&held).await;
        }
    }

    fn listen(&self) {
        let driver = self.clone();
        browser::on_window("online", move || driver.feed(Event::Online));
        let driver = self.clone();
        browser::on_window("offline", move || driver.show());
        let driver = self.clone();
        browser::on_visible(move || {
            driver.0.queue.doubt();
            driver.look_again();
            driver.feed(Event::Visible);
        });
    }

    fn beat(&self) {
        let driver = self.clone();
        let look = move || {
            driver.look_again();
            driver.settle();
            driver.send_pictures();
            // Else the coordination would hear only with the next record that pictures have come.
            let is_news = driver.0.pictures_told.get() != driver.unsent_pictures();
            if is_news && driver.may_send_pictures() {
                driver.feed(Event::Timer);
            }
        };
        gloo::timers::callback::Interval::new(HEARTBEAT_MS, look).forget();
    }

    /// Counts the records that were set aside: those that are here, and those that have gone.
    async fn count_aside(&self, held: &Kept) {
        let word = self.0.queue.last_word().await.ok().flatten();
        let is_own = |record: &&Record| {
            record.is_aside() && !self.0.queue.is_of_before(record.held.head.sequence)
        };
        let here = held.records.iter().filter(is_own).count();
        let gone = word.map_or(0, |word| word.gone_aside);
        self.0.aside.set(gone.saturating_add(u32::try_from(here).unwrap_or(u32::MAX)));
    }

    /// Takes up what this or another tab has written or removed.
    fn look_again(&self) {
        if self.0.machine.borrow().is_none() || self.0.wake_waits.replace(true) {
            return;
        }
        let driver = self.clone();
        spawn_local(async move {
            // What is written from now on may not be in this reading: it asks for another.
            driver.0.wake_waits.set(false);
            let Ok(held) = driver.0.queue.all().await else { return };
            let items: Vec<_> = held.items().collect();
            let news = driver.0.machine.borrow().as_ref().map(|machine| machine.news(&items));
            driver.feed_all(news.unwrap_or_default());
            // At the end: the machine must not go on meanwhile with what was read.
            driver.count_aside(&held).await;
        });
    }

    fn feed(&self, event: Event) {
        self.feed_all(vec![event]);
    }

    /// Tells the machine of events, does what it says of them, and shows what has come of it once:
    /// with the day before go thousands of records.
    fn feed_all(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        if self.0.is_stale.get() && self.0.machine.borrow().is_some() {
            // It believes in writes that failed: what is held is read first.
            let driver = self.clone();
            spawn_local(async move { driver.resume().await });
            return;
        }
        let mut actions = Vec::new();
        match self.0.machine.borrow_mut().as_mut() {
            Some(machine) => {
                for event in events {
                    actions.append(&mut machine.handle(event, browser::random()));
                }
            }
            None => return,
        }
        let driver = self.clone();
        let is_writing =
            !matches!(actions.first(), None | Some(Action::Send(_) | Action::Wait { .. }));
        spawn_local(async move {
            let mut is_done = true;
            for action in actions {
                // What follows a write that failed rests on it.
                is_done = driver.perform(action).await;
                if !is_done {
                    break;
                }
            }
            if is_done && is_writing {
                driver.0.failed_writes.set(0);
            }
            driver.show();
            driver.send_pictures();
        });
    }

    /// Sends pictures while no record waits, for those go first. One tab does: the one that has the
    /// lock. What the network swallows is tried again at the next heartbeat.
    fn send_pictures(&self) {
        if !self.may_send_pictures() {
            return;
        }
        let driver = self.clone();
        spawn_local(async move {
            let is_signed_out = pictures::send().await;
            // A record that is under way meanwhile is told the same.
            if is_signed_out && driver.may_send_pictures() {
                driver.feed(Event::Failed(Failure::Status { code: 401, refusal: None }));
            }
        });
    }

    /// Whether this tab has the lock, every record an answer or one before it that waits for a
    /// person, and nobody need sign in first.
    fn may_send_pictures(&self) -> bool {
        let may = |machine: &Sync| {
            let is_signed_out = machine.contact() == Contact::SignedOut;
            let held = machine.held_back();
            let mut open = machine.items().filter(|item| item.state.is_open());
            !is_signed_out && open.all(|item| held.contains(&item.id))
        };
        !self.0.is_stale.get() && self.0.machine.borrow().as_ref().is_some_and(may)
    }

    /// Carries an action out; answers whether the next one may follow.
    async fn perform(&self, action: Action) -> bool {
        let queue = &self.0.queue;
        let written = match action {
            Action::Send(ids) => {
                self.show();
                let event = self.send(&ids).await;
                self.feed(event);
                return true;
            }
            Action::Wait { ms } => {
                self.wait(ms);
                return true;
            }
            Action::Store(answers) => {
                let aside = answers.iter().filter(|answer| is_unnumbered(&answer.outcome)).count();
                self.more_aside(u32::try_from(aside).unwrap_or(u32::MAX));
                queue.store_answers(&answers, false).await
            }
            Action::SetAside(answer) => {
                self.more_aside(1);
                queue.store_answers(&[answer], true).await
            }
            Action::Clear(ids) => queue.clear(&ids).await,
            Action::Keep(receipt) => queue.keep_receipt(&receipt).await,
        };
        if written.is_err() {
            // What could not be written down is asked for again: the server answers alike.
            self.load().await;
            self.wait_for_storage();
            self.0.failed_writes.update(|failed| failed.saturating_add(1));
        }
        self.0.tabs.tell();
        written.is_ok()
    }

    /// The batch that follows at once says so, before all are counted again.
    fn more_aside(&self, count: u32) {
        self.0.aside.update(|known| known.saturating_add(count));
    }

    /// Longer each time that something could not be written.
    fn wait_for_storage(&self) {
        self.wait(rewrite_wait(self.0.failed_writes.get(), browser::random()));
    }

    fn wait(&self, ms: u32) {
        let driver = self.clone();
        let timer = Timeout::new(ms, move || spawn_local(async move { driver.resume().await }));
        self.0.timer.replace(Some(timer));
    }

    fn unsent_pictures(&self) -> u32 {
        self.0.pictures.get_untracked().unsent()
    }

    fn look_at_storage(&self) {
        let driver = self.clone();
        spawn_local(async move { driver.0.persisted.set(insurance::is_lasting().await) });
    }

    fn show(&self) {
        let mut progress = Progress {
            skew_ms: self.0.skew_ms.take(),
            is_unwritten: self.0.failed_writes.get() > 0,
            ..Progress::default()
        };
        if let Some(sync) = self.0.machine.borrow().as_ref() {
            progress.contact = sync.contact();
            progress.is_sending = sync.is_sending();
            progress.stuck = sync.stuck();
        }
        (self.0.changed)(progress);
    }
}
