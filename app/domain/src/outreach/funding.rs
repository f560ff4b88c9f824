//! Which programme pays for what at an outreach.

use crate::booking::Offering;
use crate::closing::{Cost, Target};
use crate::id::ProgrammeId;
use crate::service::ServiceKind;

/// Which programme pays for what at an outreach. What is offered may be paid by another than the
/// outreach's own; what names none, and what was done without being offered, is paid by its own.
///
/// The store asks the same in one expression (`queries/progress.rs`), and a test compares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funding {
    own: ProgrammeId,
    offered: Vec<(Offering, ProgrammeId)>,
}

impl Funding {
    /// Of an outreach's own programme, and of what is offered with the programme that it names.
    #[must_use]
    pub fn new(
        own: ProgrammeId,
        offered: impl IntoIterator<Item = (Offering, Option<ProgrammeId>)>,
    ) -> Self {
        let offered = offered.into_iter().map(|(one, named)| (one, named.unwrap_or(own)));
        Self { own, offered: offered.collect() }
    }

    /// Who pays for a service. A place for a chip brings both doses: where none are offered by
    /// themselves, who pays for the chips pays for them.
    #[must_use]
    pub fn of(&self, kind: ServiceKind) -> ProgrammeId {
        let paid = |wanted: Offering| {
            let found = self.offered.iter().find(|(one, _)| *one == wanted);
            found.map(|(_, programme)| *programme)
        };
        let booked = Offering::of(kind);
        let with_chips = match booked {
            Offering::Deworming => paid(Offering::Chip),
            Offering::Chip | Offering::Sterilisation => None,
        };
        paid(booked).or(with_chips).unwrap_or(self.own)
    }

    /// Every programme that pays for something there: the outreach's own first, which pays for
    /// whatever was not offered.
    #[must_use]
    pub fn programmes(&self) -> Vec<ProgrammeId> {
        let mut all = vec![self.own];
        for (_, programme) in &self.offered {
            if !all.contains(programme) {
                all.push(*programme);
            }
        }
        all
    }

    /// Whether an outreach that is announced is one of a programme's: it pays for something that is
    /// offered, or the outreach is its own and offers nothing.
    #[must_use]
    pub fn is_of(&self, programme: ProgrammeId) -> bool {
        match self.offered.is_empty() {
            true => self.own == programme,
            false => self.offered.iter().any(|(_, by)| *by == programme),
        }
    }

    /// Whether a place of an offering there may count to a target of a programme.
    #[must_use]
    pub fn feeds(&self, offering: Offering, (programme, target): (ProgrammeId, Target)) -> bool {
        let is_paid = target.kind().is_some_and(|kind| self.of(kind) == programme);
        is_paid && target.is_fed_by(offering)
    }

    /// What of the cost of the outreach falls to a programme: as much as of what was done there,
    /// and all of it to its own programme where nothing was. Nothing where it did nothing.
    #[must_use]
    pub fn share(
        &self,
        pesos: u64,
        done: &[(ServiceKind, u32)],
        programme: ProgrammeId,
    ) -> Option<Cost> {
        let all = self.programmes();
        let services = |programme: &ProgrammeId| {
            let paid = done.iter().filter(|(kind, _)| self.of(*kind) == *programme);
            paid.fold(0_u32, |sum, (_, many)| sum.saturating_add(*many))
        };
        let parts: Vec<_> = all.iter().map(services).collect();
        if parts.iter().all(|part| *part == 0) {
            return (programme == self.own).then_some(Cost { pesos, services: 0 });
        }
        let place = all.iter().position(|known| *known == programme)?;
        Cost::shared(pesos, &parts).into_iter().nth(place).filter(|cost| cost.services > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const OWN: ProgrammeId = ProgrammeId(Uuid::from_u128(1));
    const OTHER: ProgrammeId = ProgrammeId(Uuid::from_u128(2));
    const THIRD: ProgrammeId = ProgrammeId(Uuid::from_u128(3));

    fn paid(funding: &Funding) -> Vec<ProgrammeId> {
        ServiceKind::ALL.iter().map(|kind| funding.of(*kind)).collect()
    }

    #[test]
    fn what_names_no_programme_and_what_is_not_offered_is_of_the_outreachs_own() {
        let nothing = Funding::new(OWN, []);
        assert_eq!(paid(&nothing), [OWN; 5]);
        assert_eq!(nothing.programmes(), [OWN]);
        assert!(nothing.is_of(OWN) && !nothing.is_of(OTHER));
        let surgery = Funding::new(OWN, [(Offering::Sterilisation, Some(OTHER))]);
        assert_eq!(paid(&surgery), [OWN, OWN, OWN, OWN, OTHER]);
        assert_eq!(surgery.programmes(), [OWN, OTHER]);
        assert!(surgery.is_of(OTHER) && !surgery.is_of(OWN), "nothing of its own is offered");
        let named = Funding::new(OWN, [(Offering::Chip, None), (Offering::Deworming, Some(OWN))]);
        assert_eq!((paid(&named), named.programmes()), (vec![OWN; 5], vec![OWN]));
    }

    #[test]
    fn doses_go_with_the_chips_unless_they_are_offered_by_themselves() {
        let chips = Funding::new(OWN, [(Offering::Chip, Some(OTHER))]);
        assert_eq!(paid(&chips), [OTHER, OTHER, OTHER, OTHER, OWN]);
        let both = [(Offering::Chip, Some(OTHER)), (Offering::Deworming, Some(THIRD))];
        assert_eq!(paid(&Funding::new(OWN, both)), [OTHER, OTHER, THIRD, THIRD, OWN]);
        let own = Funding::new(OWN, [(Offering::Chip, Some(OTHER)), (Offering::Deworming, None)]);
        assert_eq!(paid(&own), [OTHER, OTHER, OWN, OWN, OWN]);
    }

    #[test]
    fn places_feed_the_targets_of_who_pays_for_what_they_bring() {
        let funding =
            Funding::new(OWN, [(Offering::Chip, Some(OTHER)), (Offering::Deworming, None)]);
        let feeds = |offering, programme, target| funding.feeds(offering, (programme, target));
        assert!(feeds(Offering::Chip, OTHER, Target::Implantations));
        assert!(!feeds(Offering::Chip, OWN, Target::Implantations));
        assert!(feeds(Offering::Chip, OWN, Target::DewormingsInternal), "its doses are of those");
        assert!(!feeds(Offering::Chip, OTHER, Target::DewormingsInternal));
        assert!(feeds(Offering::Deworming, OWN, Target::DewormingsExternal));
        assert!(!feeds(Offering::Chip, OTHER, Target::Outreaches));
    }

    #[test]
    fn a_place_is_used_by_what_it_became() {
        use ServiceKind::{DewormingInternal, Implantation, Verification};
        let used = |target: Target| {
            [Implantation, Verification, DewormingInternal].map(|kind| target.is_used_by(kind))
        };
        assert_eq!(used(Target::Implantations), [true, true, false]);
        assert_eq!(used(Target::DewormingsInternal), [false, false, true]);
        assert_eq!(used(Target::Outreaches), [false; 3]);
    }

    #[test]
    fn a_cost_is_shared_by_what_was_done_and_nothing_of_it_is_lost() {
        let offered = [(Offering::Chip, Some(OTHER)), (Offering::Sterilisation, Some(THIRD))];
        let funding = Funding::new(OWN, offered);
        let done = [(ServiceKind::Implantation, 2), (ServiceKind::Sterilisation, 1)];
        let share = |done: &[_], programme| funding.share(1_000, done, programme);
        let of = |pesos, services| Some(Cost { pesos, services });
        assert_eq!(share(&done, OTHER), of(666, 2));
        assert_eq!(share(&done, THIRD), of(334, 1));
        assert_eq!(share(&done, OWN), None, "it has no part in it");
        assert_eq!((share(&[], OWN), share(&[], OTHER)), (of(1_000, 0), None));
        let all = [(ServiceKind::Sterilisation, 3)];
        assert_eq!((share(&all, THIRD), share(&all, OTHER)), (of(1_000, 3), None));
        let unknown = ProgrammeId(Uuid::from_u128(9));
        assert_eq!(share(&done, unknown), None);
    }
}
