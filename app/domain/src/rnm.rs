//! The road of an animal's request in the Registro Nacional de Mascotas.
//!
//! The municipality approves; this system only follows and hands over (domain reference,
//! section 2). The certificate exists once the request is approved.

use crate::animal::AnimalDetails;
use crate::catalogue::{HoldingProof, VitalState, coded};
use crate::owner::OwnerDetails;

coded! {
    /// Where an animal's request stands.
    pub enum RnmState {
        /// No chip yet, so nothing to ask for.
        NoChip = "no_chip",
        /// Chip on the animal, but the form lacks something.
        Incomplete = "incomplete",
        /// The owner has no RUN, which the platform asks for.
        BlockedNoRun = "blocked_no_run",
        /// Everything the form asks is here.
        Ready = "ready",
        /// Entered in the platform, waiting for the municipality.
        Requested = "requested",
        /// The municipality asked for a correction.
        Observed = "observed",
        /// The municipality said no.
        Rejected = "rejected",
        /// Approved, with its number.
        Approved = "approved",
        /// The certificate went to the owner.
        CertificateMailed = "certificate_mailed",
    }
}

impl RnmState {
    /// Whether a person may record the step from this state to `to`.
    #[must_use]
    pub const fn may_become(self, to: Self) -> bool {
        match to {
            Self::Requested => matches!(self, Self::Ready | Self::Observed | Self::Rejected),
            Self::Observed | Self::Rejected => matches!(self, Self::Requested | Self::Observed),
            // A second time for a wrong number or the wrong file.
            Self::Approved => matches!(
                self,
                Self::Ready
                    | Self::Requested
                    | Self::Observed
                    | Self::Approved
                    | Self::CertificateMailed
            ),
            Self::CertificateMailed => matches!(self, Self::Approved),
            Self::NoChip | Self::Incomplete | Self::BlockedNoRun | Self::Ready => false,
        }
    }

    /// Whether the state follows from the data alone, so that a change of data changes it.
    #[must_use]
    pub const fn is_derived(self) -> bool {
        matches!(self, Self::NoChip | Self::Incomplete | Self::BlockedNoRun | Self::Ready)
    }

    /// Whether an animal in this state waits for somebody: nobody asks for one that is dead or
    /// with somebody else by now; what was asked before goes on.
    #[must_use]
    pub const fn is_awaited(self, vital: VitalState) -> bool {
        match vital {
            VitalState::Alive | VitalState::Lost => true,
            VitalState::Deceased | VitalState::Transferred => !self.is_derived(),
        }
    }

    /// The codes of the vital states in which one waits for somebody.
    #[must_use]
    pub fn awaited_in(self) -> Vec<&'static str> {
        let all = VitalState::ALL.iter().filter(|vital| self.is_awaited(**vital));
        all.map(|vital| vital.code()).collect()
    }
}

coded! {
    /// What the form of the RNM still lacks.
    pub enum RnmLack {
        /// The owner's home address.
        Address = "address",
        /// The owner's commune.
        Commune = "commune",
        /// How the animal was obtained.
        Acquisition = "acquisition",
        /// Why it is kept.
        KeepingReason = "keeping_reason",
        /// The pattern of its coat.
        Pattern = "pattern",
        /// The colours of its coat.
        Coat = "coat",
        /// Its breed.
        Breed = "breed",
        /// Its birth date or an estimate.
        BirthDate = "birth_date",
        /// Proof that the owner holds the animal.
        HoldingProof = "holding_proof",
        /// The statement of no disqualification.
        NoDisqualification = "no_disqualification",
    }
}

/// What the form still lacks for this animal; empty when it is ready.
#[must_use]
pub fn lacks(owner: &OwnerDetails, animal: &AnimalDetails) -> Vec<RnmLack> {
    let missing = [
        (owner.address.is_none(), RnmLack::Address),
        (owner.commune.is_none() && owner.elsewhere.is_none(), RnmLack::Commune),
        (animal.acquisition.is_none(), RnmLack::Acquisition),
        (animal.keeping_reason.is_none(), RnmLack::KeepingReason),
        (animal.pattern.is_none(), RnmLack::Pattern),
        (animal.coat.is_none(), RnmLack::Coat),
        (animal.breed.is_none(), RnmLack::Breed),
        (animal.birth.is_none(), RnmLack::BirthDate),
        (!is_holding_shown(animal), RnmLack::HoldingProof),
        (!owner.no_disqualification, RnmLack::NoDisqualification),
    ];
    missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, lack)| lack).collect()
}

/// The animal with what nobody had said of it before and `said` says now, of all that the form of
/// the RNM asks beyond what every registration needs; what is known stays as it is.
#[must_use]
pub fn completed(known: &AnimalDetails, said: &AnimalDetails) -> AnimalDetails {
    let holding = if is_holding_shown(known) { known } else { said };
    AnimalDetails {
        breed: known.breed.clone().or_else(|| said.breed.clone()),
        coat: known.coat.clone().or_else(|| said.coat.clone()),
        pattern: known.pattern.or(said.pattern),
        birth: known.birth.or(said.birth),
        acquisition: known.acquisition.or(said.acquisition),
        acquired_on: known.acquired_on.or(said.acquired_on),
        keeping_reason: known.keeping_reason.or(said.keeping_reason),
        holding_proof: holding.holding_proof.or(known.holding_proof),
        declaration: holding.declaration.clone(),
        ..known.clone()
    }
}

/// Whether the holding is shown; a *declaración simple* is one only once it is signed.
fn is_holding_shown(animal: &AnimalDetails) -> bool {
    match animal.holding_proof {
        Some(HoldingProof::SimpleDeclaration) => animal.declaration.is_some(),
        proof => proof.is_some(),
    }
}

/// The state that follows from the data, before anybody has asked the municipality; a number that
/// nobody may implant is no chip there.
#[must_use]
pub fn derived_state(owner: &OwnerDetails, animal: &AnimalDetails, has_chip: bool) -> RnmState {
    if !has_chip {
        RnmState::NoChip
    } else if !owner.document.suits_rnm() {
        RnmState::BlockedNoRun
    } else if lacks(owner, animal).is_empty() {
        RnmState::Ready
    } else {
        RnmState::Incomplete
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::animal::{Birth, Drawing};
    use crate::catalogue::breed::Breed;
    use crate::catalogue::coat::{Coat, Colour};
    use crate::catalogue::{Acquisition, KeepingReason, Pattern, ReproductiveState, Sex, Species};
    use crate::name::PetName;

    fn least(name: &str) -> AnimalDetails {
        AnimalDetails::least(
            PetName::parse(name).unwrap(),
            Species::Dog,
            Sex::Female,
            ReproductiveState::Intact,
        )
    }

    fn whole() -> AnimalDetails {
        AnimalDetails {
            reproductive_state: ReproductiveState::Sterilised,
            breed: Breed::parse("mestizo").ok(),
            coat: Coat::new([Colour::Black]).ok(),
            pattern: Some(Pattern::Bands),
            birth: Some(Birth { on: "2024-03-01".parse().unwrap(), estimated: true }),
            acquisition: Some(Acquisition::Gift),
            acquired_on: "2024-05-01".parse().ok(),
            keeping_reason: Some(KeepingReason::Companion),
            holding_proof: Some(HoldingProof::Receipt),
            ..least("Sol")
        }
    }

    #[test]
    fn a_completion_fills_in_what_is_missing_and_changes_nothing() {
        let owner = OwnerDetails { no_disqualification: true, ..OwnerDetails::erased() };
        let of_owner = [RnmLack::Address, RnmLack::Commune];
        let after = completed(&least("Luna"), &whole());
        assert_eq!(lacks(&owner, &after), of_owner, "nothing of the animal is missing");
        assert_eq!(after.acquired_on, whole().acquired_on);
        assert_eq!(after.name, least("Luna").name);
        assert_eq!(after.reproductive_state, ReproductiveState::Intact, "that was known");
        let other = AnimalDetails { pattern: Some(Pattern::None), ..least("Rex") };
        assert_eq!(completed(&whole(), &other), whole());
    }

    #[test]
    fn a_declaration_that_nobody_signed_is_signed_or_another_proof_shown() {
        let declared =
            AnimalDetails { holding_proof: Some(HoldingProof::SimpleDeclaration), ..whole() };
        let declaration = Drawing::parse("M10 20L30 40").ok();
        let signed = AnimalDetails { declaration, ..declared.clone() };
        assert_eq!(completed(&declared, &signed), signed);
        assert_eq!(completed(&declared, &whole()), whole());
        assert_eq!(completed(&declared, &least("Luna")), declared, "nothing was shown");
        assert_eq!(completed(&signed, &whole()), signed);
    }
}
