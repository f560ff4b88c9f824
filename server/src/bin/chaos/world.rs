//! One seed from its first operation to its verdict: one thread, virtual time, the real server.

mod deeds;
mod sending;

use anyhow::{Result, bail};
use domain::id::DeviceId;
use domain::sync::{Action, Event, Item, Sync};
use std::collections::VecDeque;
use std::time::Instant;

use crate::disk::Disk;
use crate::oracle::{Oracle, Violation};
use crate::person::Visit;
use crate::phone::{Due, Phone};
use crate::plan::{LATENCY_MS, Mishap, Plan, Write};
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
    /// Virtual milliseconds since the beginning.
    now: i64,
    /// When a killed server is started again.
    back_at: i64,
    trail: VecDeque<String>,
    sabotage: Option<Sabotage>,
    verdict: Verdict,
}

/// How a write to a phone's storage went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Yes,
    No,
    /// The phone died, before or after.
    Died,
}

impl World {
    /// A town with its server, and phones that nobody has opened yet.
    pub(crate) async fn begin(arguments: &Arguments) -> Result<Self> {
        let (seed, folder) = (arguments.seed, &arguments.folder);
        let database = arguments.database();
        std::fs::create_dir_all(folder)?;
        let mut plan = Plan::new(seed);
        let town = Town::build(&database, folder, PHONES).await?;
        let mut server = Server::new(arguments.program()?, folder.clone(), database)?;
        server.start().await?;
        let phones = (0..PHONES)
            .map(|_| {
                let skew = plan.between(-10_800_000..10_800_000);
                Phone::new(DeviceId(plan.id()), skew)
            })
            .collect();
        Ok(Self {
            plan,
            town,
            server,
            wire: Wire::open().await?,
            phones,
            oracle: Oracle::default(),
            visits: Vec::new(),
            now: 0,
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
            let until = self.now + self.plan.between(100..1_500);
            self.run_until(until).await?;
            let number = self.plan.below(PHONES);
            if let Some(mishap) = self.plan.mishap() {
                self.meet(number, mishap);
            }
            if self.plan.one_in(COPIES_SENT) {
                self.go_home(number).await?;
            }
            self.deed()?;
        }
        let worked = begun.elapsed().as_secs_f64();
        self.heal().await?;
        self.judge(&arguments.database()).await?;
        self.verdict.seconds = worked;
        self.verdict.per_second = f64::from(arguments.operations) / worked.max(f64::EPSILON);
        Ok(self.sum_up())
    }

    /// Lets every phone do what is due until a moment.
    async fn run_until(&mut self, until: i64) -> Result<()> {
        for _ in 0..MOST_TURNS {
            let due = self.phones.iter().enumerate().map(|(at, phone)| (phone.next_at(), at)).min();
            let Some((at, number)) = due.filter(|(at, _)| *at <= until) else {
                self.now = self.now.max(until);
                return Ok(());
            };
            self.now = self.now.max(at);
            if !self.server.is_up() && self.back_at <= self.now {
                self.server.start().await?;
            }
            self.turn(number).await?;
        }
        bail!("the phones do not come to rest at operation {}", self.plan.operation())
    }

    async fn turn(&mut self, number: usize) -> Result<()> {
        let Self { phones, plan, oracle, .. } = self;
        let phone = &mut phones[number];
        match phone.due(self.now, plan) {
            Due::Open => {
                // Wherever it died, it tells no more and no less than what is so.
                oracle.must_not_alarm(&phone.disk);
                self.open(number);
            }
            Due::Timer => phone.feed(Event::Timer, plan),
            Due::Beat => phone.look_again(plan),
            Due::Hear(event) => self.hear(number, event),
            Due::Act(list, action) => match self.plan.dies() {
                Some(mishap) => self.meet(number, mishap),
                None => self.perform(number, list, action).await?,
            },
        }
        Ok(())
    }

    /// Somebody opens the app, which first forgets what was sent before its day began. What cannot
    /// be removed now goes another time; a phone that dies over it stays dead.
    fn open(&mut self, number: usize) {
        let phone = &self.phones[number];
        let clock = self.town.begins.plus_ms(self.now + phone.skew);
        let from = clock.plus_ms(-clock.0.rem_euclid(DAY_MS));
        let old = phone.disk.of_before(from);
        if !old.is_empty() {
            self.note(number, &format!("forgets {} records", old.len()));
            old.iter().for_each(|id| self.oracle.forgets(*id));
            match self.write(number, |disk| disk.forget_before(from)) {
                Written::Yes => self.verdict.forgotten += old.len(),
                Written::No => {}
                Written::Died => return,
            }
        }
        self.phones[number].open(self.now, &mut self.plan);
    }

    fn hear(&mut self, number: usize, event: Event) {
        let phone = &mut self.phones[number];
        if let Event::Reply { reply, digest } = &event {
            self.oracle.hear(&self.town.keys, phone.disk.device, (reply, digest));
        }
        let words = match &event {
            Event::Reply { reply, .. } => format!("hears {} answers", reply.answers.len()),
            other => format!("{other:?}"),
        };
        self.note(number, &words);
        self.phones[number].feed(event, &mut self.plan);
    }

    async fn perform(&mut self, number: usize, list: u64, action: Action) -> Result<()> {
        let is_receipt = matches!(action, Action::Keep(_));
        let written = match action {
            Action::Send(ids) => return self.send(number, &ids).await,
            Action::Wait { ms } => {
                self.phones[number].wait(self.now + i64::from(ms));
                return Ok(());
            }
            Action::Store(answers) => self.store(number, &answers),
            Action::SetAside(answer) => self.write(number, |disk| disk.set_aside(&answer)),
            Action::Clear(ids) => self.clear(number, &ids),
            Action::Keep(receipt) => self.write(number, |disk| disk.receipt = Some(*receipt)),
        };
        if written == Written::No {
            self.note(number, "cannot write");
            self.phones[number].not_written(list, self.now, &mut self.plan);
        } else if !is_receipt {
            self.phones[number].written();
        }
        Ok(())
    }

    /// One transaction of a phone's storage.
    fn write(&mut self, number: usize, change: impl FnOnce(&mut Disk)) -> Written {
        let phone = &mut self.phones[number];
        let is_full = phone.full_until > self.now;
        let fate = if is_full { Write::Full } else { self.plan.write() };
        match fate {
            Write::Full => {
                self.verdict.writes_failed += 1;
                Written::No
            }
            Write::Done => {
                change(&mut phone.disk);
                Written::Yes
            }
            Write::DiesBefore | Write::DiesAfter => {
                if fate == Write::DiesAfter {
                    change(&mut phone.disk);
                }
                self.meet(number, Mishap::PhoneDies);
                Written::Died
            }
        }
    }

    fn meet(&mut self, number: usize, mishap: Mishap) {
        self.note(number, &format!("{mishap:?}"));
        let Self { phones, plan, now, .. } = self;
        let phone = &mut phones[number];
        match mishap {
            Mishap::PhoneDies if !phone.is_dead() => {
                phone.die(*now + plan.between(1_000..90_000));
                self.verdict.phone_kills += 1;
            }
            Mishap::TabDies if !phone.is_dead() => {
                phone.close_tab(*now, plan);
                self.verdict.tab_kills += 1;
            }
            Mishap::PhoneDies | Mishap::TabDies => {}
            Mishap::Outage(ms) => phone.away_until = *now + ms,
            Mishap::StorageFull(ms) => phone.full_until = *now + ms,
            Mishap::ClockSkips(ms) => phone.skew = ms,
            Mishap::Looked => {
                phone.look_again(plan);
                phone.feed(Event::Visible, plan);
            }
        }
    }

    /// The network and the storage are well again, the server is up, and every phone is looked at;
    /// a minute later nothing may wait.
    async fn heal(&mut self) -> Result<()> {
        self.plan.begin(u32::MAX);
        self.plan.calm_down();
        self.server.start().await?;
        self.wire.deliver_late(u32::MAX, &self.server).await;
        // What is in the air comes down first.
        self.run_until(self.now + LATENCY_MS.end).await?;
        for number in 0..PHONES {
            let phone = &mut self.phones[number];
            (phone.away_until, phone.full_until) = (0, 0);
            if phone.is_dead() {
                self.open(number);
            }
            self.meet(number, Mishap::Looked);
        }
        self.run_until(self.now + HEALING_MS).await?;
        for phone in &self.phones {
            self.oracle.must_be_home(&phone.disk);
            self.oracle.must_not_alarm(&phone.disk);
            let mut items = phone.machine().into_iter().flat_map(Sync::items);
            let is_ghost =
                |item: &Item| item.state.is_open() && phone.disk.record(item.id).is_none();
            if items.any(is_ghost) {
                self.oracle.goes_on(phone.disk.device);
            }
        }
        self.wire.deliver_stale(&self.server).await;
        self.server.kill()
    }

    async fn judge(&mut self, database: &str) -> Result<()> {
        let store = town::open(database).await?;
        let told = &self.oracle.told;
        let wanted = Wanted {
            outreach: Some(self.town.outreach),
            submissions: told.keys().copied().collect(),
            animals: told.values().filter_map(|told| told.recorded.animal).collect(),
            owners: told.values().filter_map(|told| Some(told.recorded.owner?.0)).collect(),
            visits: told.values().filter_map(|told| told.recorded.visit).collect(),
            phones: self.phones.iter().map(|phone| phone.disk.device).collect(),
        };
        let register = Register::read(&store, &self.town.keys, wanted).await?;
        store.close().await;
        let disks: Vec<_> = self.phones.iter().map(|phone| &phone.disk).collect();
        self.oracle.judge(&disks, &register);
        for stored in register.submissions.values() {
            *self.verdict.outcomes.entry(stored.outcome.clone()).or_default() += 1;
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
        let (operation, now) = (self.plan.operation(), self.now);
        self.trail.push_back(format!("operation {operation}, {now} ms, phone {number}: {words}"));
    }
}
