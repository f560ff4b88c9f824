//! One phone: its storage, its tabs, each with the app's queue on it, and in the tab that holds the
//! lock the machine, carried out as in the browser (`app::offline::carrying`). Time is virtual: a
//! wait of the machine is a moment at which it is fed, and nobody sleeps.

use app::offline::carrying::{Carrier, is_writing, letter, lists};
use app::offline::held::Kept;
use app::offline::queue::{Queue, StorageError};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Answer, MAX_BATCH_BYTES, PhoneReport};
use domain::sync::{Action, Agreement, Event, HEARTBEAT_MS, Item, Sync};
use domain::timestamp::Timestamp;
use std::collections::{BTreeMap, VecDeque};

use crate::clock::Clock;
use crate::plan::Plan;
use crate::storage::Storage;

/// A phone with its storage.
pub(crate) struct Phone {
    pub(crate) storage: Storage,
    plan: Plan,
    clock: Clock,
    /// Open tabs; the first holds the lock and sends.
    tabs: Vec<Tab>,
    /// The one that somebody works with.
    in_hand: usize,
    /// When somebody opens the app again after it died.
    opens_at: i64,
    /// Its clock is off by so many milliseconds.
    pub(crate) skew: i64,
    /// No signal until then.
    pub(crate) away_until: i64,
}

/// A tab; one that does not hold the lock does nothing by itself.
struct Tab {
    carrier: Carrier,
    /// Lists of actions, which are carried out beside one another.
    lists: BTreeMap<u64, List>,
    /// How many lists there were.
    listed: u64,
    /// Answers on their way.
    flights: Vec<(i64, Event)>,
    timer: Option<i64>,
    beat: i64,
}

/// What is left of a list of actions.
struct List {
    actions: VecDeque<Action>,
    is_writing: bool,
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
    pub(crate) fn new(plan: &Plan, clock: &Clock) -> Self {
        Self {
            storage: Storage::new(plan, clock),
            plan: plan.clone(),
            clock: clock.clone(),
            tabs: Vec::new(),
            in_hand: 0,
            opens_at: 0,
            skew: plan.between(-10_800_000..10_800_000),
            away_until: 0,
        }
    }

    pub(crate) const fn is_dead(&self) -> bool {
        self.tabs.is_empty()
    }

    /// What it is called, while its app is open.
    pub(crate) fn device(&self) -> Option<DeviceId> {
        self.tabs.first().map(|tab| tab.carrier.queue().device())
    }

    /// Opens the app in one tab or two, on a day that began then; whether it could.
    pub(crate) async fn open(&mut self, day: Timestamp) -> bool {
        self.storage.place.start();
        let tabs = if self.plan.one_in(4) { 2 } else { 1 };
        for _ in 0..tabs {
            match self.begin(day).await {
                Ok(queue) => self.tabs.push(Tab::new(queue)),
                // The other tab works without it.
                Err(StorageError) => break,
            }
        }
        self.lead().await;
        !self.is_dead()
    }

    /// What a tab does before it is ready. What cannot be forgotten now goes another time.
    async fn begin(&self, day: Timestamp) -> Result<Queue, StorageError> {
        let fresh = DeviceId(self.plan.id());
        let queue = Queue::open(self.storage.place.clone(), fresh).await?;
        let _ = queue.forget_before(day).await;
        if !queue.now().await?.is_whole() {
            queue.all().await?;
            let _ = queue.forget_before(day).await;
        }
        Ok(queue)
    }

    /// The first tab has the lock: it reads what is held, and tries.
    async fn lead(&mut self) {
        let beat = self.next_beat();
        if let Some(tab) = self.tabs.first_mut() {
            tab.beat = beat;
        }
        self.resume().await;
        self.settle().await;
    }

    fn next_beat(&self) -> i64 {
        self.clock.now() + i64::from(HEARTBEAT_MS)
    }

    /// The app ends; only what is stored is left.
    pub(crate) fn die(&mut self, opens_at: i64) {
        self.tabs.clear();
        self.opens_at = opens_at;
    }

    /// The tab with the lock is closed; the next one gets it, if there is one.
    pub(crate) async fn close_tab(&mut self) {
        if self.tabs.len() < 2 {
            self.die(self.clock.now() + 1_000);
        } else {
            self.tabs.remove(0);
            self.lead().await;
        }
    }

    /// The tab with the lock tries, once it is known what is held.
    pub(crate) async fn resume(&mut self) {
        let Some(tab) = self.tabs.first_mut() else { return };
        if tab.carrier.is_stale() {
            tab.carrier.load().await;
        }
        if tab.carrier.is_stale() {
            tab.wait_for_storage(&self.plan, &self.clock);
        } else {
            tab.take_up(vec![Event::Timer], &self.plan);
        }
    }

    /// Gives the machine an event and takes up the list of actions that follows.
    pub(crate) async fn feed(&mut self, event: Event) {
        self.feed_all(vec![event]).await;
    }

    async fn feed_all(&mut self, events: Vec<Event>) {
        let Some(tab) = self.tabs.first_mut() else { return };
        if events.is_empty() || !tab.carrier.leads() {
            return;
        }
        if tab.carrier.is_stale() {
            self.resume().await;
        } else {
            tab.take_up(events, &self.plan);
        }
    }

    /// The tab with the lock takes up what a tab has written or removed.
    async fn look_again(&mut self) {
        let Some(tab) = self.tabs.first() else { return };
        let Ok(held) = tab.carrier.queue().all().await else { return };
        let news = tab.carrier.news(&held);
        self.feed_all(news).await;
        if let Some(tab) = self.tabs.first() {
            tab.carrier.count_aside(&held).await;
        }
    }

    /// The queue is looked at, and what is known of it summed up now and then.
    pub(crate) async fn beat(&mut self) {
        self.look_again().await;
        self.settle().await;
    }

    async fn settle(&self) {
        if let Some(tab) = self.tabs.first() {
            // Not written means that more is read at the next start.
            let _ = tab.carrier.queue().settle().await;
        }
    }

    /// The app comes to the front; meanwhile the browser may have closed its store.
    pub(crate) async fn look(&mut self) {
        if self.plan.one_in(3) {
            self.storage.place.close();
        }
        for tab in &self.tabs {
            tab.carrier.queue().doubt();
        }
        self.look_again().await;
        self.feed(Event::Visible).await;
    }

    /// A tab has changed the queue: the others hear of it and look.
    async fn tell(&self, by: usize) {
        for (_, tab) in self.tabs.iter().enumerate().filter(|(at, _)| *at != by) {
            tab.carrier.queue().doubt();
            // One that cannot read shows what it has shown.
            let _ = tab.carrier.queue().now().await;
        }
    }

    /// A tab has changed the queue: it and the others take that up.
    pub(crate) async fn changed(&mut self, by: usize) {
        self.tell(by).await;
        self.look_again().await;
    }

    /// Somebody takes the phone, and works with one of its tabs.
    pub(crate) fn take(&mut self) {
        self.in_hand = self.plan.below(self.tabs.len());
    }

    /// The tab that somebody works with, and its queue.
    pub(crate) fn in_hand(&self) -> Option<(usize, Queue)> {
        let tab = self.tabs.get(self.in_hand)?;
        Some((self.in_hand, tab.carrier.queue().clone()))
    }

    /// What each tab shows.
    pub(crate) async fn shown(&self) -> Result<Vec<Kept>, StorageError> {
        let mut shown = Vec::new();
        for tab in &self.tabs {
            shown.push(tab.carrier.queue().all().await?);
        }
        Ok(shown)
    }

    /// What the phone shows of the server's last word; none before the first.
    pub(crate) async fn agreement(&self) -> Result<Option<Agreement>, StorageError> {
        let Some(tab) = self.tabs.first() else { return Ok(None) };
        let kept = tab.carrier.queue().all().await?;
        let word = tab.carrier.queue().last_word().await?;
        Ok(word.map(|word| word.beside(&kept)))
    }

    /// Whether the machine goes on sending something that the phone does not hold.
    pub(crate) fn goes_on(&self) -> bool {
        let Some(tab) = self.tabs.first() else { return false };
        let (machine, held) = (tab.carrier.machine(), self.storage.ids());
        let is_ghost = |item: &Item| item.state.is_open() && !held.contains(&item.id);
        machine.iter().flat_map(Sync::items).any(is_ghost)
    }

    /// Where these go, and as what text; what will go next is read meanwhile.
    pub(crate) async fn letter(
        &self,
        ids: &[SubmissionId],
        clock: Timestamp,
    ) -> Option<(&'static str, String)> {
        let carrier = &self.tabs.first()?.carrier;
        let sender = carrier.sender(ids);
        let withdrawn = carrier.queue().untold().await;
        let outgoing = carrier.queue().outgoing(ids).await.ok()?;
        let report = carrier.report(sender, ("chaos".to_owned(), clock), Some(true), 0);
        let report = PhoneReport { withdrawn, ..report };
        let written = letter(sender, outgoing, &report);
        // What was not opened is opened when it goes.
        let _ = carrier.queue().have_at_hand(&carrier.ahead()).await;
        Some(written)
    }

    /// What was withdrawn and a reply names among what is resolved is told no more.
    pub(crate) async fn hear(&self, resolved: &[Answer]) {
        let Some(tab) = self.tabs.first() else { return };
        let queue = tab.carrier.queue();
        queue.hear(&queue.untold().await, resolved).await;
    }

    /// What a phone that is broken on purpose does with what it has just sent.
    pub(crate) async fn clear_early(&mut self, ids: &[SubmissionId]) {
        let Some(tab) = self.tabs.first() else { return };
        // One that could not be cleared is sent as it should be.
        let _ = tab.carrier.queue().clear(ids).await;
        self.look_again().await;
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
    pub(crate) fn due(&mut self) -> Due {
        let (now, next_beat) = (self.clock.now(), self.next_beat());
        let Some(tab) = self.tabs.first_mut() else { return Due::Open };
        let lists: Vec<u64> = tab.lists.keys().copied().collect();
        if !lists.is_empty() {
            let number = lists[self.plan.below(lists.len())];
            let list = tab.lists.get_mut(&number);
            if let Some(action) = list.and_then(|list| list.actions.pop_front()) {
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
        tab.beat = next_beat;
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

    /// Writes down what an action says; whether it is written.
    pub(crate) async fn write(&mut self, action: Action) -> bool {
        let Some(tab) = self.tabs.first_mut() else { return false };
        let is_written = tab.carrier.write(action).await;
        if !is_written {
            tab.wait_for_storage(&self.plan, &self.clock);
        }
        self.tell(0).await;
        is_written
    }

    /// An action of a list was carried out, or could not be: then what follows it is left.
    pub(crate) fn carried(&mut self, number: u64, is_done: bool) {
        let Some(tab) = self.tabs.first_mut() else { return };
        let is_over = tab.lists.get(&number).is_some_and(|list| list.actions.is_empty());
        if !is_done || is_over {
            let list = tab.lists.remove(&number);
            if is_done && list.is_some_and(|list| list.is_writing) {
                tab.carrier.written();
            }
        }
    }
}

impl Tab {
    fn new(queue: Queue) -> Self {
        Self {
            carrier: Carrier::new(queue, MAX_BATCH_BYTES),
            lists: BTreeMap::new(),
            listed: 0,
            flights: Vec::new(),
            timer: None,
            beat: 0,
        }
    }

    /// Tells the machine of events, and takes up what it says of them.
    fn take_up(&mut self, events: Vec<Event>, plan: &Plan) {
        let lists = lists(self.carrier.hear(events, || plan.spread()));
        for actions in lists.into_iter().filter(|list| !list.is_empty()) {
            let is_writing = is_writing(&actions);
            self.listed += 1;
            self.lists.insert(self.listed, List { actions: actions.into(), is_writing });
        }
    }

    /// Longer each time that something could not be written.
    fn wait_for_storage(&mut self, plan: &Plan, clock: &Clock) {
        let ms = self.carrier.put_off(plan.spread());
        self.timer = Some(clock.now() + i64::from(ms));
    }
}
