//! The browser's side of [`domain::sync`]: when a tab carries out what the machine says, over which
//! network, and how it waits. What it does then is in `offline::carrying`, without a browser.
//!
//! One tab sends: the one that holds the lock. The others write to the same store and tell it, and
//! show what it tells them.

mod sending;
mod telling;

use crate::offline::browser;
use crate::offline::browser::tabs::{Tabs, with_lock};
use crate::offline::carrying::{Carrier, is_writing, lists};
use crate::offline::insurance;
use crate::offline::pictures::{self, Pictures};
use crate::offline::queue::Queue;
use crate::offline::receipts::Setup;
use crate::offline::windows::{Going, WAKE};
use domain::sync::{Action, Event, Failure, HEARTBEAT_MS};
use gloo::timers::callback::Timeout;
use leptos::prelude::{GetUntracked, RwSignal};
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The lock that one tab holds.
const LOCK: &str = "huella-sync";

/// The driver of one tab.
#[derive(Clone)]
pub struct Driver(Rc<Inner>);

struct Inner {
    carrier: Carrier,
    tabs: Tabs,
    timer: RefCell<Option<Timeout>>,
    wake_waits: Cell<bool>,
    skew_ms: Cell<Option<i64>>,
    /// Whether the browser promised to keep what is stored, as it said last.
    persisted: Cell<Option<bool>>,
    /// Who works, and by which keys the server signs.
    setup: Setup,
    /// How many pictures there are.
    pictures: RwSignal<Pictures>,
    /// How many of them the server was told of last.
    pictures_told: Cell<u32>,
    /// How the sending goes, as the tab that sends has told last.
    heard: RefCell<Going>,
    /// And as this one has told it last.
    said: RefCell<String>,
    changed: Box<dyn Fn(Going, Option<i64>)>,
}

impl Driver {
    /// Starts sending what the queue holds, as soon as no other tab does; `changed` is called
    /// after every change of the queue or of the contact, with the phone's clock less the server's,
    /// in milliseconds, when it was measured just now.
    #[must_use]
    pub fn start(
        queue: Queue,
        (setup, pictures): (Setup, RwSignal<Pictures>),
        changed: impl Fn(Going, Option<i64>) + 'static,
    ) -> Self {
        let slot: Rc<RefCell<Option<Self>>> = Rc::default();
        let heard = slot.clone();
        let tabs = Tabs::open(move |word| {
            if let Some(driver) = heard.borrow().as_ref() {
                driver.hear(word);
            }
        });
        let driver = Self(Rc::new(Inner {
            carrier: Carrier::new(queue, sending::batch_bytes()),
            tabs,
            timer: RefCell::default(),
            wake_waits: Cell::new(false),
            skew_ms: Cell::new(None),
            persisted: Cell::new(None),
            setup,
            pictures,
            pictures_told: Cell::new(0),
            heard: RefCell::default(),
            said: RefCell::default(),
            changed: Box::new(changed),
        }));
        slot.replace(Some(driver.clone()));
        driver.look_at_storage();
        driver.listen();
        // Whichever tab sends says how that goes.
        driver.0.tabs.tell(WAKE);
        let leading = driver.clone();
        spawn_local(async move { with_lock(LOCK, Box::pin(leading.lead())).await });
        driver
    }

    /// Something was written to the queue by this tab, or removed from it.
    pub fn queue_changed(&self) {
        self.look_again();
        self.0.tabs.tell("");
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
        let queue = self.0.carrier.queue().clone();
        spawn_local(async move {
            // Not written means that more is read at the next start.
            let _ = queue.settle().await;
        });
    }

    /// Tries, once it is known what is held.
    async fn resume(&self) {
        let carrier = &self.0.carrier;
        if carrier.is_stale() {
            carrier.load().await;
        }
        match carrier.is_stale() {
            true => {
                self.wait_for_storage();
                self.show();
            }
            false => self.feed(Event::Timer),
        }
    }

    fn listen(&self) {
        let driver = self.clone();
        browser::on_window("online", move || driver.feed(Event::Online));
        let driver = self.clone();
        browser::on_window("offline", move || {
            driver.show();
            // A hint as well: what is so, the answer says.
            driver.feed(Event::Timer);
        });
        let driver = self.clone();
        browser::on_visible(move || {
            driver.0.carrier.queue().doubt();
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
            if is_news && driver.0.carrier.is_idle() {
                driver.feed(Event::Timer);
            }
        };
        gloo::timers::callback::Interval::new(HEARTBEAT_MS, look).forget();
    }

    /// Takes up what this or another tab has written or removed.
    fn look_again(&self) {
        if !self.0.carrier.leads() || self.0.wake_waits.replace(true) {
            return;
        }
        let driver = self.clone();
        spawn_local(async move {
            // What is written from now on may not be in this reading: it asks for another.
            driver.0.wake_waits.set(false);
            let carrier = &driver.0.carrier;
            let Ok(held) = carrier.queue().all().await else { return };
            driver.feed_all(carrier.news(&held));
            // At the end: the machine must not go on meanwhile with what was read.
            carrier.count_aside(&held).await;
        });
    }

    fn feed(&self, event: Event) {
        self.feed_all(vec![event]);
    }

    /// Tells the machine of events, does what it says of them, and shows what has come of it once:
    /// with the day before go thousands of records.
    fn feed_all(&self, events: Vec<Event>) {
        let carrier = &self.0.carrier;
        if events.is_empty() {
            return;
        }
        if !carrier.leads() {
            return self.0.tabs.tell(WAKE);
        }
        if carrier.is_stale() {
            // It believes in writes that failed: what is held is read first.
            let driver = self.clone();
            spawn_local(async move { driver.resume().await });
            return;
        }
        for actions in lists(carrier.hear(events, browser::random)) {
            let driver = self.clone();
            spawn_local(async move { driver.carry_out(actions).await });
        }
    }

    async fn carry_out(self, actions: Vec<Action>) {
        let is_writing = is_writing(&actions);
        let mut is_done = true;
        for action in actions {
            // What follows a write that failed rests on it.
            is_done = self.perform(action).await;
            if !is_done {
                break;
            }
        }
        if is_done && is_writing {
            self.0.carrier.written();
        }
        self.show();
        self.send_pictures();
    }

    /// Sends pictures while no record waits, for those go first. One tab does: the one that has the
    /// lock. What the network swallows is tried again at the next heartbeat.
    fn send_pictures(&self) {
        if !self.0.carrier.is_idle() {
            return;
        }
        let driver = self.clone();
        spawn_local(async move {
            let is_signed_out = pictures::send().await;
            // A record that is under way meanwhile is told the same.
            if is_signed_out && driver.0.carrier.is_idle() {
                driver.feed(Event::Failed(Failure::Status { code: 401, refusal: None }));
            }
        });
    }

    /// Carries an action out; answers whether the next one may follow.
    async fn perform(&self, action: Action) -> bool {
        match action {
            Action::Send(ids) => {
                let event = self.send(&ids).await;
                self.feed(event.unwrap_or(Event::Failed(Failure::Unreachable)));
                true
            }
            Action::Wait { ms } => {
                self.wait(ms);
                true
            }
            writing => {
                let is_written = self.0.carrier.write(writing).await;
                if !is_written {
                    self.wait_for_storage();
                }
                self.0.tabs.tell("");
                is_written
            }
        }
    }

    /// Longer each time that something could not be written.
    fn wait_for_storage(&self) {
        self.wait(self.0.carrier.put_off(browser::random()));
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
        (self.0.changed)(self.going(), self.0.skew_ms.take());
    }
}
