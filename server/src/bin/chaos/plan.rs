//! Everything that is left to chance, drawn from the seed and the number of the operation. What is
//! drawn in one operation moves nothing in the next, so that a seed replays.

use app::offline::store::Ending;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use uuid::Uuid;

/// What becomes of a request on its way to the server and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It arrives, and so does the answer.
    Passes,
    /// The connection breaks before anything is sent.
    NeverArrives,
    /// It breaks after so many hundredths of the request.
    BreaksOff(usize),
    /// The server has answered, and the connection breaks before the answer is here.
    AnswerLost,
    /// It breaks after so many hundredths of the answer.
    AnswerCut(usize),
    /// The request arrives twice, one after the other.
    Twice,
    /// The request arrives twice at the same moment.
    TwiceAtOnce,
    /// The phone hears nothing; the request arrives so many operations later.
    Late(u32),
    /// A captive portal answers 200 with a page of its own.
    Portal,
    /// A proxy answers 502 with a page of its own.
    Gateway,
    /// The session is not shown.
    SignedOut,
    /// The server is killed before the request arrives.
    KilledBefore,
    /// The server is killed after so many hundredths of the request.
    KilledAmid(usize),
    /// The server is killed at work, so many microseconds after the request arrived; started
    /// again, it is asked once more, and that answer is lost.
    KilledAtWork(u64),
    /// The server is killed when it has answered, before the answer is here.
    KilledAfter,
}

/// What somebody in the field does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A new owner with an animal, a chip and two doses.
    Visit,
    /// A dose for an animal that a phone has registered.
    Dose,
    /// A visit with the chip of another phone's visit.
    SameChip,
    /// A visit of an owner whom another phone has registered, with another telephone.
    KnownOwner,
    /// A visit that the server refuses.
    Faulty(Fault),
    /// A visit recorded by somebody else on this phone.
    Colleague,
    /// A refused or conflicting record is mended; one of some stays wrong.
    Mend,
    /// A refused or conflicting record is withdrawn.
    Withdraw,
    /// What was sent today is taken back.
    Annul,
}

/// Why the server refuses a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The batch of a product has expired.
    ExpiredBatch,
    /// Nobody answers for the chip.
    NoVeterinarian,
    /// The phone's clock is two days ahead.
    ClockAhead,
}

/// What happens to a phone beside the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The app is ended.
    PhoneDies,
    /// The tab that holds the lock is closed.
    TabDies,
    /// No signal for so many milliseconds.
    Outage(i64),
    /// No room to write for so many milliseconds.
    StorageFull(i64),
    /// The clock is off by so many milliseconds from now on.
    ClockSkips(i64),
    /// The app is brought to the front.
    Looked,
}

/// The chance of one seed. Whoever has it draws from the same: the stores of the phones do, too.
#[derive(Clone)]
pub(crate) struct Plan(Rc<RefCell<Drawing>>);

struct Drawing {
    seed: u64,
    operation: u32,
    random: fastrand::Rng,
    /// Nothing goes wrong any more.
    is_calm: bool,
}

/// Identifiers begin with this moment, 1 January 2026, so that they are alike in every run.
const FIRST_MS: u64 = 1_767_225_600_000;

/// How long a request and its answer are on their way, in milliseconds.
pub(crate) const LATENCY_MS: Range<i64> = 30..3_000;

impl Plan {
    pub(crate) fn new(seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self(Rc::new(RefCell::new(Drawing { seed, operation: 0, random, is_calm: false })))
    }

    /// Draws for an operation from now on.
    pub(crate) fn begin(&self, operation: u32) {
        let (a, b) = (0x9E37_79B9_7F4A_7C15_u64, 0xBF58_476D_1CE4_E5B9_u64);
        let mut drawing = self.0.borrow_mut();
        let mixed = drawing.seed.wrapping_mul(a).rotate_left(23) ^ u64::from(operation);
        drawing.operation = operation;
        drawing.random = fastrand::Rng::with_seed(mixed.wrapping_mul(b));
    }

    pub(crate) fn calm_down(&self) {
        self.0.borrow_mut().is_calm = true;
    }

    fn is_calm(&self) -> bool {
        self.0.borrow().is_calm
    }

    pub(crate) fn operation(&self) -> u32 {
        self.0.borrow().operation
    }

    fn draw<T>(&self, one: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        one(&mut self.0.borrow_mut().random)
    }

    /// A number below this.
    fn number(&self, end: u32) -> u32 {
        self.draw(|random| random.u32(..end))
    }

    pub(crate) fn one_in(&self, many: u32) -> bool {
        self.number(many) == 0
    }

    pub(crate) fn below(&self, end: usize) -> usize {
        self.draw(|random| random.usize(..end.max(1)))
    }

    pub(crate) fn between(&self, range: Range<i64>) -> i64 {
        self.draw(|random| random.i64(range))
    }

    /// The number that spreads the machine's waits.
    pub(crate) fn spread(&self) -> u32 {
        self.draw(|random| random.u32(..))
    }

    /// An identifier that no other draw gives.
    pub(crate) fn id(&self) -> Uuid {
        let bytes = self.bytes::<10>();
        let ms = FIRST_MS + u64::from(self.operation());
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
    }

    /// So many bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.draw(|random| random.fill(&mut bytes));
        bytes
    }

    pub(crate) fn fate(&self) -> Fate {
        if self.is_calm() {
            return Fate::Passes;
        }
        match self.number(1_000) {
            0..640 => Fate::Passes,
            640..720 => Fate::NeverArrives,
            720..760 => Fate::BreaksOff(self.below(100)),
            760..830 => Fate::AnswerLost,
            830..870 => Fate::AnswerCut(self.below(100)),
            870..895 => Fate::Twice,
            895..915 => Fate::TwiceAtOnce,
            915..955 => Fate::Late(1 + self.number(59)),
            955..970 => Fate::Portal,
            970..980 => Fate::Gateway,
            980..990 => Fate::SignedOut,
            990..992 => Fate::KilledBefore,
            992..994 => Fate::KilledAmid(self.below(100)),
            994..997 => Fate::KilledAtWork(self.draw(|random| random.u64(..6_000))),
            _ => Fate::KilledAfter,
        }
    }

    /// How a write to a phone's storage ends.
    pub(crate) fn ending(&self) -> Ending {
        match self.number(1_000) {
            _ if self.is_calm() => Ending::Done,
            0..6 => Ending::Full,
            6..9 => Ending::DiesBefore,
            9..12 => Ending::DiesAfter,
            _ => Ending::Done,
        }
    }

    /// Whether the phone dies, or its tab, before the next action is carried out.
    pub(crate) fn dies(&self) -> Option<Mishap> {
        match self.number(1_000) {
            _ if self.is_calm() => None,
            0..2 => Some(Mishap::PhoneDies),
            2..4 => Some(Mishap::TabDies),
            _ => None,
        }
    }

    pub(crate) fn deed(&self) -> Deed {
        match self.number(100) {
            0..38 => Deed::Visit,
            38..56 => Deed::Dose,
            56..64 => Deed::SameChip,
            64..68 => Deed::KnownOwner,
            68..74 => Deed::Faulty(match self.below(3) {
                0 => Fault::ExpiredBatch,
                1 => Fault::NoVeterinarian,
                _ => Fault::ClockAhead,
            }),
            74..75 => Deed::Colleague,
            75..88 => Deed::Mend,
            88..93 => Deed::Withdraw,
            _ => Deed::Annul,
        }
    }

    pub(crate) fn mishap(&self) -> Option<Mishap> {
        Some(match self.number(1_000) {
            0..5 => Mishap::PhoneDies,
            5..10 => Mishap::TabDies,
            10..25 => Mishap::Outage(self.between(5_000..300_000)),
            25..30 => Mishap::StorageFull(self.between(2_000..30_000)),
            30..33 => Mishap::ClockSkips(self.between(-10_800_000..10_800_000)),
            33..60 => Mishap::Looked,
            _ => return None,
        })
    }

    /// How long a request and its answer are on their way, in milliseconds.
    pub(crate) fn latency(&self) -> i64 {
        if self.is_calm() { self.between(20..200) } else { self.between(LATENCY_MS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_draws_the_same_whatever_was_drawn_before() {
        let (one, other) = (Plan::new(7), Plan::new(7));
        one.begin(4);
        let _: Vec<_> = (0..9).map(|_| one.fate()).collect();
        one.begin(5);
        other.begin(5);
        let drawn = |plan: &Plan| (plan.fate(), plan.deed(), plan.id(), plan.mishap());
        assert_eq!(drawn(&one), drawn(&other));
        let third = Plan::new(8);
        third.begin(5);
        assert_ne!(drawn(&one).2, drawn(&third).2);
    }
}
