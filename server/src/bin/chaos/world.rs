//! One seed from its first operation to its verdict: one thread, virtual time, the real server.

mod deeds;
mod sending;

use anyhow::{Result, anyhow, bail};
use app::offline::queue::StorageError;
use domain::sync::{Action, Event};
use std::collections::VecDeque;
use std::time::Instant;

use crate::clock::Clock;
use crate::holding::Holding;
use crate::oracle::{Oracle, Violation};
use crate::person::Visit;
use crate::phone::{Due, Phone};
use crate::plan::{LATENCY_MS, Mishap, Plan};
use crate::process::Server;
use crate::register::{Register, Wanted};
use crate::told::{Arguments, Sabotage, Verdict};
use crate::town::{self, Town};
use crate::wire::Wire;

/// Phones at the outreach.
const PHONES: usize = 8;
/// Time from the healing of the network until nothing may wait any more, in milliseconds.
const HEALING_MS: i64 = 60_000;
/// Far more turns than one operation's time can hold.
const MOST_TURNS: u32 = 100_000;
/// How long a phone's day is here, in milliseconds, so that a seed lives through many of them and
/// the app forgets what was sent on the days before.
const DAY_MS: i64 = 120_000;
/// Of so many operations, in one the service worker of a phone sends what waits.
const COPIES_SENT: u32 = 6;
/// How many of the last events a failing seed tells.
const REMEMBERED: usize = 80;

/// The phones, the server and what lies between them.
pub(crate) struct World {
    plan: Plan,
    town: Town,
    server: Server,
    wire: Wire,
    phones: Vec<Phone>,
    oracle: Oracle,
    /// Every visit that was told as kept.
    visits: Vec<Visit>,
    clock: Clock,
    /// When a killed server is started again.
    back_at: i64,
    trail: VecDeque<String>,
    sabotage: Option<Sabotage>,
    verdict: Verdict,
}

impl World {
    /// A town with its server, and phones that nobody has opened yet.
    pub(crate) async fn begin(arguments: &Arguments) -> Result<Self> {
        let (seed, folder) = (arguments.seed, &arguments.folder);
        let database = arguments.database();
        std::fs::create_dir_all(folder)?;
        let (plan, clock) = (Plan::new(seed), Clock::default());
        let town = Town::build(&database, folder, PHONES).await?;
        let mut server = Server::new(arguments.program()?, folder.clone(), database)?;
        server.start().await?;
        let phones = (0..PHONES).map(|_| Phone::new(&plan, &clock)).collect();
        Ok(Self {
            plan,
            town,
            server,
            wire: Wire::open().await?,
            phones,
            oracle: Oracle::default(),
            visits: Vec::new(),
            clock,
            back_at: 0,
            trail: VecDeque::new(),
            sabotage: arguments.sabotage,
            verdict: Verdict { seed, operations: arguments.operations, ..Verdict::default() },
        })
    }

    /// Lives through so many operations, heals the network, and judges.
    pub(crate) async fn run(mut self, arguments: &Arguments) -> Result<Verdict> {
        let begun = Instant::now();
        for operation in 0..arguments.operations {
            self.plan.begin(operation);
            self.wire.deliver_late(operation, &self.server).await;
            let until = self.clock.now() + self.plan.between(100..1_500);
            self.run_until(until).await?;
            let number = self.plan.below(PHONES);
            if let Some(mishap) = self.plan.mishap() {
                self.meet(number, mishap).await;
            }
            if self.plan.one_in(COPIES_SENT) {
                self.go_home(number).await?;
            }
            self.deed().await?;
        }
        let worked = begun.elapsed().as_secs_f64();
        let holdings = self.heal().await?;
        self.judge(&arguments.database(), &holdings).await?;
        self.verdict.seconds = worked;
        self.verdict.per_second = f64::from(arguments.operations) / worked.max(f64::EPSILON);
        Ok(self.sum_up())
    }

    /// Lets every phone do what is due until a moment.
    async fn run_until(&mut self, until: i64) -> Result<()> {
        for _ in 0..MOST_TURNS {
            let due = self.phones.iter().enumerate().map(|(at, phone)| (phone.next_at(), at)).min();
            let Some((at, number)) = due.filter(|(at, _)| *at <= until) else {
                self.clock.reach(until);
                return Ok(());
            };
            self.clock.reach(at);
            if !self.server.is_up() && self.back_at <= self.clock.now() {
                self.server.start().await?;
            }
            self.turn(number).await?;
        }
        bail!("the phones do not come to rest at operation {}", self.plan.operation())
    }

    async fn turn(&mut self, number: usize) -> Result<()> {
        let phone = &mut self.phones[number];
        match phone.due() {
            Due::Open => self.open(number).await?,
            Due::Timer => phone.resume().await,
            Due::Beat => phone.beat().await,
            Due::Hear(event) => self.hear(number, event).await,
            Due::Act(list, action) => match self.plan.dies() {
                Some(mishap) => self.meet(number, mishap).await,
                None => self.perform(number, list, action).await?,
            },
        }
        self.bury(number);
        Ok(())
    }

    /// Somebody opens the app, which first forgets what was sent before its day began. What cannot
    /// be removed now goes another time; a phone that dies over it, or has no room for its name, is
    /// opened later. Wherever it died before, it tells no more and no less than what is so.
    async fn open(&mut self, number: usize) -> Result<()> {
        let phone = &mut self.phones[number];
        let clock = self.town.begins.plus_ms(self.clock.now() + phone.skew);
        let day = clock.plus_ms(-clock.0.rem_euclid(DAY_MS));
        let before = phone.storage.ids();
        let is_open = phone.open(day).await;
        let left = phone.storage.ids();
        let gone: Vec<_> = before.difference(&left).copied().collect();
        gone.iter().for_each(|id| self.oracle.forgets(*id));
        self.verdict.forgotten += gone.len();
        if phone.storage.place.has_died() || !is_open {
            self.note(number, "does not open");
            self.end(number);
            return Ok(());
        }
        let agreement = phone.agreement().await.map_err(unreadable)?;
        let shown = phone.shown().await.map_err(unreadable)?;
        if let Some(device) = phone.device() {
            self.oracle.must_not_alarm(device, agreement);
        }
        shown.iter().for_each(|kept| self.oracle.must_list(&left, kept));
        if !gone.is_empty() {
            self.note(number, &format!("forgets {} records", gone.len()));
        }
        Ok(())
    }

    async fn hear(&mut self, number: usize, event: Event) {
        let phone = &self.phones[number];
        if let (Event::Reply { reply, digest }, Some(device)) = (&event, phone.device()) {
            self.oracle.hear(&self.town.keys, device, (reply, digest));
            phone.hear(&reply.resolved).await;
        }
        let words = match &event {
            Event::Reply { reply, .. } => format!("hears {} answers", reply.answers.len()),
            other => format!("{other:?}"),
        };
        self.note(number, &words);
        self.phones[number].feed(event).await;
    }

    async fn perform(&mut self, number: usize, list: u64, action: Action) -> Result<()> {
        let is_done = match action {
            Action::Send(ids) => {
                self.send(number, &ids).await?;
                true
            }
            Action::Wait { ms } => {
                let until = self.clock.now() + i64::from(ms);
                self.phones[number].wait(until);
                true
            }
            writing => self.write(number, writing).await,
        };
        self.phones[number].carried(list, is_done);
        Ok(())
    }

    async fn meet(&mut self, number: usize, mishap: Mishap) {
        self.note(number, &format!("{mishap:?}"));
        let (phone, now) = (&mut self.phones[number], self.clock.now());
        match mishap {
            Mishap::PhoneDies if !phone.is_dead() => self.kill(number),
            Mishap::TabDies if !phone.is_dead() => {
                self.verdict.tab_kills += 1;
                phone.close_tab().await;
            }
            Mishap::PhoneDies | Mishap::TabDies => {}
            Mishap::Outage(ms) => phone.away_until = now + ms,
            Mishap::StorageFull(ms) => phone.storage.fill_until(now + ms),
            Mishap::ClockSkips(ms) => phone.skew = ms,
            Mishap::Looked => phone.look().await,
        }
        self.bury(number);
    }

    /// A phone that has died over a write ends.
    fn bury(&mut self, number: usize) {
        let phone = &self.phones[number];
        if phone.storage.place.has_died() && !phone.is_dead() {
            self.note(number, "dies over a write");
            self.kill(number);
        }
    }

    fn kill(&mut self, number: usize) {
        self.end(number);
        self.verdict.phone_kills += 1;
    }

    /// The app ends, and is opened again later.
    fn end(&mut self, number: usize) {
        let opens_at = self.clock.now() + self.plan.between(1_000..90_000);
        self.phones[number].die(opens_at);
    }

    /// The network and the storage are well again, the server is up, and every phone is looked at;
    /// a minute later nothing may wait, and everything is shown as it is held.
    async fn heal(&mut self) -> Result<Vec<Holding>> {
        self.plan.begin(u32::MAX);
        self.plan.calm_down();
        self.server.start().await?;
        self.wire.deliver_late(u32::MAX, &self.server).await;
        // What is in the air comes down first.
        self.run_until(self.clock.now() + LATENCY_MS.end).await?;
        for number in 0..PHONES {
            let phone = &mut self.phones[number];
            phone.away_until = 0;
            phone.storage.fill_until(0);
            if phone.is_dead() {
                self.open(number).await?;
            }
            self.meet(number, Mishap::Looked).await;
        }
        self.run_until(self.clock.now() + HEALING_MS).await?;
        let mut holdings = Vec::with_capacity(PHONES);
        for phone in &self.phones {
            let holding = Holding::read(&phone.storage).await?;
            self.oracle.must_be_home(&holding);
            self.oracle.must_not_alarm(holding.device, holding.agreement);
            for kept in phone.shown().await.map_err(unreadable)?.iter().chain([&holding.kept]) {
                self.oracle.must_show(&holding, kept);
            }
            if phone.goes_on() {
                self.oracle.goes_on(holding.device);
            }
            holdings.push(holding);
        }
        self.wire.deliver_stale(&self.server).await;
        self.server.kill()?;
        Ok(holdings)
    }

    async fn judge(&mut self, database: &str, holdings: &[Holding]) -> Result<()> {
        let store = town::open(database).await?;
        let told = &self.oracle.told;
        let wanted = Wanted {
            outreach: Some(self.town.outreach),
            submissions: told.keys().copied().collect(),
            animals: told.values().filter_map(|told| told.recorded.animal).collect(),
            owners: told.values().filter_map(|told| Some(told.recorded.owner?.0)).collect(),
            visits: told.values().filter_map(|told| told.recorded.visit).collect(),
            phones: holdings.iter().map(|holding| holding.device).collect(),
        };
        let register = Register::read(&store, &self.town.keys, wanted).await?;
        store.close().await;
        self.oracle.judge(holdings, &register);
        for stored in register.submissions.values() {
            *self.verdict.outcomes.entry(stored.outcome.clone()).or_default() += 1;
            self.verdict.withdrawn += u32::from(stored.is_withdrawn);
        }
        Ok(())
    }

    fn sum_up(mut self) -> Verdict {
        let count = |what| self.oracle.count(what);
        self.verdict.lost = count(Violation::Lost);
        self.verdict.doubled = count(Violation::Doubled);
        self.verdict.hidden = count(Violation::Hidden);
        self.verdict.pending = count(Violation::Pending);
        self.verdict.kept = self.oracle.told.values().filter(|told| told.is_kept).count();
        self.verdict.writes_failed = self.phones.iter().map(|phone| phone.storage.failed()).sum();
        // The last kill ends the seed and is no chance.
        self.verdict.server_kills = self.server.kills.saturating_sub(1);
        self.verdict.met = std::mem::take(&mut self.wire.met);
        self.verdict.found = std::mem::take(&mut self.oracle.found);
        self.verdict.trail = self.trail.into_iter().collect();
        self.verdict
    }

    /// Remembers what happened, for a seed that fails.
    fn note(&mut self, number: usize, words: &str) {
        if self.trail.len() == REMEMBERED {
            self.trail.pop_front();
        }
        let (operation, now) = (self.plan.operation(), self.clock.now());
        self.trail.push_back(format!("operation {operation}, {now} ms, phone {number}: {words}"));
    }
}

fn unreadable(_: StorageError) -> anyhow::Error {
    anyhow!("a phone that runs does not read what it holds")
}
