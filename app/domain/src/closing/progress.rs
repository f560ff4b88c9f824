//! How far a programme is, where and when, and at what cost.

use crate::booking::Offering;
use crate::catalogue::coded;
use crate::id::OutreachId;
use crate::outreach::{Programme, Targets};
use crate::service::ServiceKind;
use crate::territory::units::Source;
use crate::timestamp::CivilDate;
use serde::Serialize;

coded! {
    /// Something that a programme promised.
    pub enum Target {
        /// Chips implanted.
        Implantations = "implantations",
        /// Internal doses.
        DewormingsInternal = "dewormings_internal",
        /// External doses.
        DewormingsExternal = "dewormings_external",
        /// Surgeries performed.
        Sterilisations = "sterilisations",
        /// Outreaches held.
        Outreaches = "outreaches",
    }
}

impl Target {
    /// The figure of it.
    #[must_use]
    pub const fn of(self, figures: &Targets) -> u32 {
        match self {
            Self::Implantations => figures.implantations,
            Self::DewormingsInternal => figures.dewormings_internal,
            Self::DewormingsExternal => figures.dewormings_external,
            Self::Sterilisations => figures.sterilisations,
            Self::Outreaches => figures.outreaches,
        }
    }

    /// The kind of service that counts to it.
    #[must_use]
    pub const fn kind(self) -> Option<ServiceKind> {
        match self {
            Self::Implantations => Some(ServiceKind::Implantation),
            Self::DewormingsInternal => Some(ServiceKind::DewormingInternal),
            Self::DewormingsExternal => Some(ServiceKind::DewormingExternal),
            Self::Sterilisations => Some(ServiceKind::Sterilisation),
            Self::Outreaches => None,
        }
    }

    /// Whether a place of an offering may count to it. A place for a chip may turn out to be a
    /// verification, which counts to nothing: what announced outreaches bring is the most they
    /// can.
    #[must_use]
    pub const fn is_fed_by(self, offering: Offering) -> bool {
        match self {
            Self::Implantations => matches!(offering, Offering::Chip),
            Self::DewormingsInternal | Self::DewormingsExternal => {
                matches!(offering, Offering::Chip | Offering::Deworming)
            }
            Self::Sterilisations => matches!(offering, Offering::Sterilisation),
            Self::Outreaches => false,
        }
    }

    /// Whether a service took a place that might have counted to it. One for a chip that became a
    /// verification is gone.
    #[must_use]
    pub fn is_used_by(self, kind: ServiceKind) -> bool {
        let is_verified = self == Self::Implantations && kind == ServiceKind::Verification;
        is_verified || self.kind() == Some(kind)
    }
}

/// Why a programme may do more than it promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetReason {
    /// The reason.
    pub reason: String,
    /// What was promised then.
    pub promised: u32,
    /// What was done and announced then: it explains no more than that.
    pub expected: u32,
    /// Who gave it.
    pub by: Option<String>,
    /// The local day.
    pub on: CivilDate,
}

/// One target, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetLine {
    /// Which.
    pub target: Target,
    /// What was promised; nothing was when it is zero.
    pub promised: u32,
    /// What was done.
    pub done: u32,
    /// The most that the announced outreaches still bring beside what was done there.
    pub coming: u32,
    /// The last reason that was given.
    pub reason: Option<TargetReason>,
}

impl TargetLine {
    /// What will have been done, at most.
    #[must_use]
    pub const fn expected(&self) -> u32 {
        self.done.saturating_add(self.coming)
    }

    /// By how much the target is passed, or would be.
    #[must_use]
    pub const fn passed_by(&self) -> u32 {
        match self.promised {
            0 => 0,
            promised => self.expected().saturating_sub(promised),
        }
    }

    /// It is passed, and the last reason does not explain as much.
    #[must_use]
    pub fn needs_reason(&self) -> bool {
        let explained = self.reason.as_ref().is_some_and(|reason| {
            reason.promised == self.promised && reason.expected >= self.expected()
        });
        self.passed_by() > 0 && !explained
    }
}

/// Services that count, by kind; verifications beside, for they count to no target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Chips implanted.
    pub implantations: u32,
    /// Chips verified.
    pub verifications: u32,
    /// Internal doses.
    pub dewormings_internal: u32,
    /// External doses.
    pub dewormings_external: u32,
    /// Surgeries performed.
    pub sterilisations: u32,
}

impl Counts {
    /// Adds services of a kind.
    pub const fn add(&mut self, kind: ServiceKind, many: u32) {
        let figure = match kind {
            ServiceKind::Implantation => &mut self.implantations,
            ServiceKind::Verification => &mut self.verifications,
            ServiceKind::DewormingInternal => &mut self.dewormings_internal,
            ServiceKind::DewormingExternal => &mut self.dewormings_external,
            ServiceKind::Sterilisation => &mut self.sterilisations,
        };
        *figure = figure.saturating_add(many);
    }

    /// How many of a kind.
    #[must_use]
    pub const fn of(&self, kind: ServiceKind) -> u32 {
        match kind {
            ServiceKind::Implantation => self.implantations,
            ServiceKind::Verification => self.verifications,
            ServiceKind::DewormingInternal => self.dewormings_internal,
            ServiceKind::DewormingExternal => self.dewormings_external,
            ServiceKind::Sterilisation => self.sterilisations,
        }
    }

    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u32 {
        let doses = self.dewormings_internal.saturating_add(self.dewormings_external);
        let chips = self.implantations.saturating_add(self.verifications);
        doses.saturating_add(chips).saturating_add(self.sterilisations)
    }
}

/// What was done in one place or month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressLine {
    /// A commune's name, a unit's key, or a month as `2026-11`; nothing where it is not known.
    pub of: Option<String>,
    /// By what its services are asked for: the commune's code, or the same; empty where it is not
    /// known.
    pub key: String,
    /// What.
    pub counts: Counts,
}

/// Pesos for so many services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Chilean pesos.
    pub pesos: u64,
    /// Services, all kinds together.
    pub services: u32,
}

impl Cost {
    /// Pesos for each, to the nearest; nothing where there is no service.
    #[must_use]
    pub fn each(self) -> Option<u64> {
        let services = u64::from(self.services);
        self.pesos.checked_add(services / 2)?.checked_div(services)
    }

    /// So many pesos, shared out to so many services each, in their order: together they are all of
    /// it, to the peso; none of it where there is no service.
    #[must_use]
    pub fn shared(pesos: u64, services: &[u32]) -> Vec<Self> {
        let all: u128 = services.iter().copied().map(u128::from).sum();
        let (mut served, mut told) = (0_u128, 0);
        let share = |services: &u32| {
            served += u128::from(*services);
            let until = (u128::from(pesos) * served).checked_div(all).unwrap_or(0);
            let until = u64::try_from(until).unwrap_or(pesos);
            let own = Self { pesos: until - told, services: *services };
            told = until;
            own
        };
        services.iter().map(share).collect()
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            pesos: self.pesos.saturating_add(other.pesos),
            services: self.services.saturating_add(other.services),
        }
    }
}

/// What one outreach cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// Which.
    pub outreach: OutreachId,
    /// Its name.
    pub name: String,
    /// Its day.
    pub held_on: CivilDate,
    /// What of it falls to the programme.
    pub cost: Cost,
    /// Other programmes bear a part of it, each by what was done there.
    pub is_shared: bool,
}

/// How many of the animals of a commune were served by a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageLine {
    /// The commune's name.
    pub commune: String,
    /// Its code, by which its animals are asked for.
    pub code: String,
    /// Animals of people who live there that were served, each once; and those served there of
    /// people of whom nobody knows where they live.
    pub served: u32,
    /// Animals that are estimated to live there.
    pub estimated: u32,
    /// Who says so; none where it is the sum of the units' estimates.
    pub source: Option<Source>,
}

impl CoverageLine {
    /// Those served of a hundred, rounded down; nothing where none are estimated.
    #[must_use]
    pub fn percent(&self) -> Option<u32> {
        let hundred = u64::from(self.served) * 100;
        let percent = hundred.checked_div(self.estimated.into())?;
        Some(u32::try_from(percent).unwrap_or(u32::MAX))
    }
}

/// A programme, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeSheet {
    /// The programme.
    pub programme: Programme,
    /// Chips verified: told beside, for they count to no target.
    pub verifications: u32,
    /// Each target.
    pub targets: Vec<TargetLine>,
    /// By commune of the outreach.
    pub communes: Vec<ProgressLine>,
    /// By commune in which the owners lived.
    pub residences: Vec<ProgressLine>,
    /// By neighbourhood unit.
    pub units: Vec<ProgressLine>,
    /// By month.
    pub months: Vec<ProgressLine>,
    /// How much of each commune was reached of which an estimate is known.
    pub coverage: Vec<CoverageLine>,
    /// What each outreach cost whose cost is known, the latest first.
    pub costs: Vec<CostLine>,
    /// How it was made and put right.
    pub corrections: crate::desk::Corrections,
    /// Whether the caller may give a reason.
    pub may_plan: bool,
}

impl ProgrammeSheet {
    /// What all of these outreaches cost together.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.costs.iter().fold(Cost::default(), |all, line| all.plus(line.cost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(promised: u32, done: u32, coming: u32) -> TargetLine {
        TargetLine { target: Target::Implantations, promised, done, coming, reason: None }
    }

    fn because(promised: u32, expected: u32) -> Option<TargetReason> {
        let on = CivilDate::new(2026, 11, 22).unwrap();
        Some(TargetReason { reason: "Más fondos".to_owned(), promised, expected, by: None, on })
    }

    #[test]
    fn coverage_is_told_of_a_hundred() {
        let line = |served, estimated| {
            let (commune, code) = ("Taltal".to_owned(), "02104".to_owned());
            CoverageLine { commune, code, served, estimated, source: None }.percent()
        };
        assert_eq!([line(0, 10), line(1, 3), line(3, 3)], [Some(0), Some(33), Some(100)]);
        assert_eq!(line(12, 10), Some(120), "an estimate may be too low");
        assert_eq!(line(1, 0), None);
    }

    #[test]
    fn a_target_is_passed_by_what_is_announced_too() {
        assert_eq!(line(800, 700, 100).passed_by(), 0);
        assert_eq!(line(800, 700, 120).passed_by(), 20);
        assert_eq!(line(0, 700, 120).passed_by(), 0, "nothing was promised");
        assert!(!line(800, 700, 100).needs_reason() && line(800, 700, 120).needs_reason());
    }

    #[test]
    fn a_reason_explains_as_much_as_was_known_then() {
        let with = |reason| TargetLine { reason, ..line(800, 700, 120) };
        assert!(!with(because(800, 820)).needs_reason());
        assert!(with(because(800, 819)).needs_reason(), "more was announced since");
        assert!(with(because(700, 900)).needs_reason(), "another target was promised since");
    }

    #[test]
    fn a_place_for_a_chip_brings_doses_too_and_verifications_bring_nothing() {
        let fed = |offering| {
            Target::ALL.iter().copied().filter(|t| t.is_fed_by(offering)).collect::<Vec<_>>()
        };
        let doses = [Target::DewormingsInternal, Target::DewormingsExternal];
        assert_eq!(fed(Offering::Deworming), doses);
        assert_eq!(fed(Offering::Chip), [Target::Implantations, doses[0], doses[1]]);
        assert_eq!(fed(Offering::Sterilisation), [Target::Sterilisations]);
        let mut counts = Counts::default();
        counts.add(ServiceKind::Verification, 3);
        counts.add(ServiceKind::Implantation, 2);
        assert_eq!((counts.implantations, counts.verifications, counts.all()), (2, 3, 5));
    }

    #[test]
    fn the_cost_of_each_is_rounded_and_of_none_unknown() {
        let cost = |pesos, services| Cost { pesos, services };
        assert_eq!(cost(1_000, 3).each(), Some(333));
        assert_eq!(cost(500, 3).each(), Some(167));
        assert_eq!(cost(500, 0).each(), None);
        assert_eq!(cost(u64::MAX, 2).each(), None, "more than can be counted");
        assert_eq!(cost(1_000, 3).plus(cost(500, 3)), cost(1_500, 6));
    }

    #[test]
    fn a_shared_cost_is_whole() {
        let pesos = |of, services: &[u32]| {
            Cost::shared(of, services).iter().map(|part| part.pesos).collect::<Vec<_>>()
        };
        assert_eq!(pesos(100, &[1, 0, 1, 1]), [33, 0, 33, 34]);
        assert_eq!(pesos(100, &[0, 0]), [0, 0]);
        assert_eq!(pesos(u64::MAX, &[u32::MAX]), [u64::MAX]);
        assert_eq!(pesos(5, &[]), [0; 0]);
    }

    #[test]
    fn every_kind_but_verifications_counts_to_one_target() {
        for kind in ServiceKind::ALL {
            let to = Target::ALL.iter().filter(|target| target.kind() == Some(*kind)).count();
            assert_eq!(to, usize::from(*kind != ServiceKind::Verification), "{kind}");
            let mut counts = Counts::default();
            counts.add(*kind, 7);
            assert_eq!((counts.of(*kind), counts.all()), (7, 7));
        }
    }
}
