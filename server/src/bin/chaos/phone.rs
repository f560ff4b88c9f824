//! One phone: what it stores, its tabs, and in the tab that holds the lock the machine of
//! [`domain::sync`], driven as the browser drives it (`app::offline::sync`). Time is virtual: a
//! wait of the machine is a moment at which it is fed, and nobody sleeps.

use domain::id::DeviceId;
use domain::sync::{Action, Event, HEARTBEAT_MS, Sync, rewrite_wait};
use std::collections::{BTreeMap, VecDeque};

use crate::disk::Disk;
use crate::plan::Plan;

/// A phone with its storage.
pub(crate) struct Phone {
    pub(crate) disk: Disk,
    /// Open tabs; the first holds the lock and sends.
    tabs: Vec<Tab>,
    /// When somebody opens the app again after it died.
    opens_at: i64,
    /// Its clock is off by so many milliseconds.
    pub(crate) skew: i64,
    /// No signal until then.
    pub(crate) away_until: i64,
    /// No room to write until then.
    pub(crate) full_until: i64,
}

/// A tab; one that does not hold the lock has no machine and does nothing by itself.
#[derive(Default)]
struct Tab {
    machine: Option<Sync>,
    /// What is left of each list of actions; lists are carried out beside one another.
    lists: BTreeMap<u64, VecDeque<Action>>,
    /// How many lists there were.
    listed: u64,
    /// Answers on their way.
    flights: Vec<(i64, Event)>,
    timer: Option<i64>,
    beat: i64,
    /// Writes that failed since the last that did not.
    failed_writes: u32,
}

/// What a phone does next.
pub(crate) enum Due {
    /// Somebody opens the app.
    Open,
    /// An action of a list is carried out.
    Act(u64, Action),
    /// An answer is here, or the news that none comes.
    Hear(Event),
    /// The wait is over.
    Timer,
    /// The queue is looked at.
    Beat,
}

impl Phone {
    pub(crate) fn new(device: DeviceId, skew: i64) -> Self {
        let disk = Disk::new(device);
        Self { disk, tabs: Vec::new(), opens_at: 0, skew, away_until: 0, full_until: 0 }
    }

    pub(crate) const fn is_dead(&self) -> bool {
        self.tabs.is_empty()
    }

    /// The machine of the tab that holds the lock.
    pub(crate) fn machine(&self) -> Option<&Sync> {
        self.tabs.first().and_then(|tab| tab.machine.as_ref())
    }

    /// Opens the app in one tab or two.
    pub(crate) fn open(&mut self, now: i64, plan: &mut Plan) {
        self.tabs = vec![Tab::default()];
        if plan.one_in(4) {
            self.tabs.push(Tab::default());
        }
        self.lead(now, plan);
    }

    /// The first tab has the lock: it loads what is held and tries.
    fn lead(&mut self, now: i64, plan: &mut Plan) {
        self.load();
        if let Some(tab) = self.tabs.first_mut() {
            tab.beat = now + i64::from(HEARTBEAT_MS);
        }
        self.feed(Event::Timer, plan);
    }

    fn load(&mut self) {
        let machine = Sync::new(self.disk.device, self.disk.items());
        if let Some(tab) = self.tabs.first_mut() {
            tab.machine = Some(machine);
        }
    }

    /// The app ends; only what is stored is left.
    pub(crate) fn die(&mut self, opens_at: i64) {
        self.tabs.clear();
        self.opens_at = opens_at;
    }

    /// The tab with the lock is closed; the next one gets it, if there is one.
    pub(crate) fn close_tab(&mut self, now: i64, plan: &mut Plan) {
        if self.tabs.len() < 2 {
            self.die(now + 1_000);
        } else {
            self.tabs.remove(0);
            self.lead(now, plan);
        }
    }

    /// Gives the machine an event and takes up the list of actions that follows.
    pub(crate) fn feed(&mut self, event: Event, plan: &mut Plan) {
        let Some(tab) = self.tabs.first_mut() else { return };
        let Some(machine) = &mut tab.machine else { return };
        let actions = machine.handle(event, plan.spread());
        if !actions.is_empty() {
            tab.listed += 1;
            tab.lists.insert(tab.listed, actions.into());
        }
    }

    /// Takes up what a tab has written or removed.
    pub(crate) fn look_again(&mut self, plan: &mut Plan) {
        let news = self.machine().map(|machine| machine.news(&self.disk.items()));
        for event in news.into_iter().flatten() {
            self.feed(event, plan);
        }
    }

    /// When the phone does something by itself; the past means at once.
    pub(crate) fn next_at(&self) -> i64 {
        let Some(tab) = self.tabs.first() else { return self.opens_at };
        if !tab.lists.is_empty() {
            return 0;
        }
        let flights = tab.flights.iter().map(|(at, _)| *at);
        flights.chain(tab.timer).fold(tab.beat, i64::min)
    }

    /// What is due at a moment that [`Phone::next_at`] named.
    pub(crate) fn due(&mut self, now: i64, plan: &mut Plan) -> Due {
        let Some(tab) = self.tabs.first_mut() else { return Due::Open };
        let lists: Vec<u64> = tab.lists.keys().copied().collect();
        if !lists.is_empty() {
            let number = lists[plan.below(lists.len())];
            if let Some(action) = tab.next_of(number) {
                return Due::Act(number, action);
            }
        }
        if let Some(place) = tab.flights.iter().position(|(at, _)| *at <= now) {
            return Due::Hear(tab.flights.remove(place).1);
        }
        if tab.timer.is_some_and(|at| at <= now) {
            tab.timer = None;
            return Due::Timer;
        }
        tab.beat = now + i64::from(HEARTBEAT_MS);
        Due::Beat
    }

    pub(crate) fn wait(&mut self, until: i64) {
        if let Some(tab) = self.tabs.first_mut() {
            tab.timer = Some(until);
        }
    }

    /// An answer, or the lack of one, will be here then.
    pub(crate) fn expect(&mut self, at: i64, event: Event) {
        if let Some(tab) = self.tabs.first_mut() {
            tab.flights.push((at, event));
        }
    }

    /// What could not be written down is asked for again; what follows in its list is left.
    pub(crate) fn not_written(&mut self, list: u64, now: i64, plan: &mut Plan) {
        self.load();
        let Some(tab) = self.tabs.first_mut() else { return };
        tab.lists.remove(&list);
        let ms = rewrite_wait(tab.failed_writes, plan.spread());
        tab.failed_writes += 1;
        self.wait(now + i64::from(ms));
    }

    /// Answers were written down.
    pub(crate) fn written(&mut self) {
        if let Some(tab) = self.tabs.first_mut() {
            tab.failed_writes = 0;
        }
    }
}

impl Tab {
    fn next_of(&mut self, number: u64) -> Option<Action> {
        let list = self.lists.get_mut(&number)?;
        let action = list.pop_front();
        if list.is_empty() {
            self.lists.remove(&number);
        }
        action
    }
}
