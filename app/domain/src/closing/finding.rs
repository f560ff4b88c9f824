//! What is still open when an outreach is to be closed, how much it weighs, and whether the step
//! can be taken.

use super::progress::TargetLine;
use crate::booking::Offering;
use crate::catalogue::coded;
use crate::id::ProgrammeId;
use crate::stock::DoseBalance;
use crate::timestamp::Timestamp;

coded! {
    /// How much something weighs that is still open.
    pub enum Severity {
        /// It can be closed with, for a reason that is kept.
        Warning = "warning",
        /// It cannot be closed with.
        Blocks = "blocks",
    }
}

/// A phone that was paired for the outreach, as it last told of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneFact {
    /// What people call it.
    pub name: String,
    /// When it last told what is on it.
    pub told_at: Option<Timestamp>,
    /// Its records that are not in the register: without an answer, or refused.
    pub unsent: u32,
}

/// Places that are lent to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareFact {
    /// What the phone is called.
    pub phone: String,
    /// For what.
    pub offering: Offering,
    /// How many have not come back.
    pub places: u32,
}

/// A target of a programme that was passed, and that nobody has explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedTarget {
    /// Whose.
    pub programme: ProgrammeId,
    /// Its name, where several pay for the outreach.
    pub name: Option<String>,
    /// Which, and how far it is.
    pub line: TargetLine,
}

/// What the closing of an outreach depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosingFacts {
    /// When it ends.
    pub ends_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Its phones.
    pub phones: Vec<PhoneFact>,
    /// Chips that were allotted and neither implanted, lost nor taken back.
    pub chips_left: u32,
    /// Chips that fit nowhere: never allotted, or used twice.
    pub chips_odd: u32,
    /// What became of the doses, batch by batch.
    pub doses: Vec<DoseBalance>,
    /// Surgeries without the owner's consent.
    pub without_consent: u32,
    /// Surgeries for which no veterinarian answers who has authorised the outreach.
    pub without_leave: u32,
    /// Documents that wait for a signature.
    pub unsigned: u32,
    /// Bookings that are neither served, turned away nor a no-show.
    pub live_bookings: u32,
    /// Bookings whose hour is still to come.
    pub still_expected: u32,
    /// Bookings for which an outreach that was called off has no other day.
    pub without_day: u32,
    /// Places over the count: phones without signal promised more than was left.
    pub over_count: u32,
    /// Places lent to phones.
    pub shares: Vec<ShareFact>,
    /// Submissions that a person has to look at.
    pub unresolved: u32,
    /// Targets of its programmes that were passed without a reason.
    pub passed: Vec<PassedTarget>,
}

/// Something that is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its time is not over.
    NotOver,
    /// A phone has records that are not in the register.
    PhoneUnsent {
        /// What it is called.
        phone: String,
        /// How many.
        records: u32,
        /// When it said so.
        told_at: Option<Timestamp>,
    },
    /// A phone has not told of itself since the outreach ended.
    PhoneUnheard {
        /// What it is called.
        phone: String,
        /// When it last did.
        told_at: Option<Timestamp>,
    },
    /// Chips that nobody has accounted for.
    ChipsLeft(u32),
    /// Chips that fit nowhere.
    ChipsOdd(u32),
    /// Doses that nobody has accounted for.
    DosesLeft(u32),
    /// A batch of which more was used than was allotted.
    DosesOdd(DoseBalance),
    /// Surgeries without consent: Decreto 2/2015 (Salud) asks for it beforehand.
    WithoutConsent(u32),
    /// Surgeries that nobody has authorised.
    WithoutLeave(u32),
    /// Documents that wait for a signature.
    Unsigned(u32),
    /// Bookings without an end.
    LiveBookings(u32),
    /// Bookings whose hour is still to come. At the close they end, and their people are told.
    StillExpected(u32),
    /// Bookings that wait for another day of an outreach that was called off. At the close they
    /// end, and their people are told.
    WithoutDay(u32),
    /// Places over the count. They are not undone, for the people were there: the reason of the
    /// close says how it came to that.
    OverCount(u32),
    /// Places that a phone may still have given away: they come back on sync or at the close
    /// (contracts, section 8).
    ShareOut(ShareFact),
    /// Submissions that a person has to look at.
    Unresolved(u32),
    /// A target of one of its programmes was passed, here or before, and nobody has said why. The
    /// reason of the close says it.
    TargetPassed(PassedTarget),
}

impl Finding {
    /// Its code, as the history keeps it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOver => "not_over",
            Self::PhoneUnsent { .. } => "phone_unsent",
            Self::PhoneUnheard { .. } => "phone_unheard",
            Self::ChipsLeft(_) => "chips_left",
            Self::ChipsOdd(_) => "chips_odd",
            Self::DosesLeft(_) => "doses_left",
            Self::DosesOdd(_) => "doses_odd",
            Self::WithoutConsent(_) => "without_consent",
            Self::WithoutLeave(_) => "without_leave",
            Self::Unsigned(_) => "unsigned",
            Self::LiveBookings(_) => "live_bookings",
            Self::StillExpected(_) => "still_expected",
            Self::WithoutDay(_) => "without_day",
            Self::OverCount(_) => "over_count",
            Self::ShareOut(_) => "share_out",
            Self::Unresolved(_) => "unresolved",
            Self::TargetPassed(_) => "target_passed",
        }
    }

    /// How much it weighs. What was done was done, and a phone without signal brings its day home
    /// later: only what the law asks for stands in the way.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::WithoutConsent(_) => Severity::Blocks,
            _ => Severity::Warning,
        }
    }
}

/// What a look at the facts comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is open: what stands in the way first.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Something stands in the way.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity() == Severity::Blocks)
    }

    /// It can be closed, for a reason.
    #[must_use]
    pub fn needs_reason(&self) -> bool {
        !self.findings.is_empty()
    }
}

impl ClosingFacts {
    /// Everything that is still open.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let counted = [
            Finding::WithoutConsent(self.without_consent),
            Finding::WithoutLeave(self.without_leave),
            Finding::ChipsLeft(self.chips_left),
            Finding::ChipsOdd(self.chips_odd),
            Finding::DosesLeft(
                self.doses.iter().fold(0_u32, |sum, one| sum.saturating_add(one.left)),
            ),
            Finding::LiveBookings(self.live_bookings),
            Finding::StillExpected(self.still_expected),
            Finding::WithoutDay(self.without_day),
            Finding::OverCount(self.over_count),
            Finding::Unresolved(self.unresolved),
            Finding::Unsigned(self.unsigned),
        ];
        let mut findings: Vec<_> = (self.now < self.ends_at)
            .then_some(Finding::NotOver)
            .into_iter()
            .chain(self.shares.iter().cloned().map(Finding::ShareOut))
            .chain(self.phones.iter().filter_map(|phone| self.phone(phone)))
            .chain(counted.into_iter().filter(is_any))
            .chain(self.doses.iter().filter(|one| one.odd > 0).cloned().map(Finding::DosesOdd))
            .chain(self.passed.iter().cloned().map(Finding::TargetPassed))
            .collect();
        findings.sort_by_key(|finding| finding.severity() != Severity::Blocks);
        Verdict { findings }
    }

    fn phone(&self, phone: &PhoneFact) -> Option<Finding> {
        let (name, told_at) = (phone.name.clone(), phone.told_at);
        if phone.unsent > 0 {
            return Some(Finding::PhoneUnsent { phone: name, records: phone.unsent, told_at });
        }
        let is_heard = told_at.is_some_and(|at| at >= self.ends_at.min(self.now));
        (!is_heard).then_some(Finding::PhoneUnheard { phone: name, told_at })
    }
}

/// Whether there is any of what a finding counts.
const fn is_any(finding: &Finding) -> bool {
    !matches!(
        finding,
        Finding::WithoutConsent(0)
            | Finding::WithoutLeave(0)
            | Finding::ChipsLeft(0)
            | Finding::ChipsOdd(0)
            | Finding::DosesLeft(0)
            | Finding::LiveBookings(0)
            | Finding::StillExpected(0)
            | Finding::WithoutDay(0)
            | Finding::OverCount(0)
            | Finding::Unresolved(0)
            | Finding::Unsigned(0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::DewormingKind;
    use proptest::prelude::*;

    const END: Timestamp = Timestamp(1_000);

    fn clear() -> ClosingFacts {
        ClosingFacts { ends_at: END, now: Timestamp(2_000), ..ClosingFacts::default() }
    }

    fn phone(told_at: Option<i64>, unsent: u32) -> PhoneFact {
        PhoneFact { name: "Mesa 1".to_owned(), told_at: told_at.map(Timestamp), unsent }
    }

    fn batch((left, odd): (u32, u32)) -> DoseBalance {
        DoseBalance {
            kind: DewormingKind::Internal,
            product: None,
            batch: "L1".to_owned(),
            received: left,
            given: odd,
            lost: 0,
            left,
            odd,
        }
    }

    fn share() -> ShareFact {
        ShareFact { phone: "Mesa 1".to_owned(), offering: Offering::Chip, places: 4 }
    }

    #[test]
    fn where_nothing_is_open_no_reason_is_asked() {
        let facts = ClosingFacts { phones: vec![phone(Some(1_000), 0)], ..clear() };
        let verdict = facts.verdict();
        assert_eq!(verdict.findings, []);
        assert!(!verdict.is_blocked() && !verdict.needs_reason());
    }

    #[test]
    fn a_phone_is_named_by_what_it_last_told() {
        let phones = vec![phone(Some(1_500), 2), phone(Some(999), 0), phone(None, 0)];
        let findings = ClosingFacts { phones, ..clear() }.verdict().findings;
        let name = || "Mesa 1".to_owned();
        assert_eq!(
            findings,
            [
                Finding::PhoneUnsent { phone: name(), records: 2, told_at: Some(Timestamp(1_500)) },
                Finding::PhoneUnheard { phone: name(), told_at: Some(Timestamp(999)) },
                Finding::PhoneUnheard { phone: name(), told_at: None },
            ]
        );
    }

    #[test]
    fn what_a_rule_forbids_stands_in_the_way_and_comes_first() {
        let facts = ClosingFacts {
            phones: vec![phone(None, 1)],
            shares: vec![share()],
            without_consent: 1,
            unsigned: 3,
            ..clear()
        };
        let verdict = facts.verdict();
        let first: Vec<_> = verdict.findings.iter().take(2).cloned().collect();
        assert_eq!(first, [Finding::WithoutConsent(1), Finding::ShareOut(share())]);
        assert!(verdict.is_blocked() && verdict.needs_reason());
    }

    #[test]
    fn before_its_end_it_says_so() {
        let early = ClosingFacts { now: Timestamp(999), ..clear() };
        assert_eq!(early.verdict().findings, [Finding::NotOver]);
    }

    proptest! {
        #[test]
        fn only_a_missing_consent_stands_in_the_way(
            counts in prop::array::uniform10(0_u32..3),
            lent in 0_usize..3,
            unsent in 0_u32..3,
            batches in prop::collection::vec((0_u32..3, 0_u32..3), 0..3),
        ) {
            let [consent, leave, left, odd, live, still, without_day, over, unresolved, unsigned] =
                counts;
            let facts = ClosingFacts {
                phones: vec![phone(Some(2_000), unsent)],
                shares: vec![share(); lent],
                without_consent: consent,
                without_leave: leave,
                chips_left: left,
                chips_odd: odd,
                doses: batches.iter().copied().map(batch).collect(),
                live_bookings: live,
                still_expected: still,
                without_day,
                over_count: over,
                unresolved,
                unsigned,
                ..clear()
            };
            let verdict = facts.verdict();
            prop_assert_eq!(verdict.is_blocked(), consent > 0);
            let open = counts.iter().filter(|count| **count > 0).count()
                + lent
                + usize::from(unsent > 0)
                + usize::from(batches.iter().any(|(left, _)| *left > 0))
                + batches.iter().filter(|(_, odd)| *odd > 0).count();
            prop_assert_eq!(verdict.findings.len(), open);
            prop_assert_eq!(verdict.needs_reason(), open > 0);
        }
    }
}
