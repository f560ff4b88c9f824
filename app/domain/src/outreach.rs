//! Programmes, host organisations and outreaches: who pays, who lends the hall, who goes when.

use crate::catalogue::{OrganisationKind, SanitaryPhase, coded};
use crate::id::{OrganisationId, OutreachId, ProgrammeId, StaffId};
use crate::name::ShortText;
use crate::territory::{Commune, UnitKey};
use crate::timestamp::{CivilDate, DAY_MS, Timestamp};
use serde::{Deserialize, Serialize};

pub mod funding;
pub mod life;
pub mod times;

coded! {
    /// What an outreach is for.
    pub enum OutreachKind {
        /// Chips and deworming.
        ChipAndDeworming = "chip_and_deworming",
        /// Surgery.
        Sterilisation = "sterilisation",
        /// Teaching.
        Education = "education",
        /// Several of them.
        Mixed = "mixed",
        /// At the owners' homes.
        HomeVisits = "home_visits",
    }
}

coded! {
    /// Where an outreach is in its life.
    pub enum OutreachStatus {
        /// Being planned; unseen by the public.
        Draft = "draft",
        /// Announced.
        Published = "published",
        /// Open to the public.
        Open = "open",
        /// The team is there.
        UnderWay = "under_way",
        /// Over.
        Closed = "closed",
        /// Over and accounted for.
        Reported = "reported",
        /// Called off or put off.
        Suspended = "suspended",
    }
}

impl OutreachStatus {
    /// Whether services performed there are accepted. Also after the close: a phone without
    /// signal brings its day home later, and what was done was done.
    #[must_use]
    pub const fn takes_services(self) -> bool {
        !matches!(self, Self::Draft | Self::Suspended)
    }
}

/// A dated deployment of a team to a place (*operativo*).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Outreach {
    /// Its identifier.
    pub id: OutreachId,
    /// The programme that pays for all of which nothing else is said ([`funding::Funding`]).
    pub programme: ProgrammeId,
    /// How people call it.
    pub name: ShortText<120>,
    /// What it is for.
    pub kind: OutreachKind,
    /// Where it is in its life.
    pub status: OutreachStatus,
    /// The day it is assigned to: the local day on which it starts.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, format = "date"))]
    pub held_on: CivilDate,
    /// Start.
    pub starts_at: Timestamp,
    /// End; may lie on the next day.
    pub ends_at: Timestamp,
    /// The hall, square or street.
    pub place: ShortText<120>,
    /// Commune of the place.
    pub commune: Commune,
    /// Neighbourhood unit of the place, when known.
    pub unit: Option<UnitKey>,
    /// Who lends the hall.
    pub host: Option<OrganisationId>,
    /// The sanitary phase in force there on that day.
    pub phase: Option<SanitaryPhase>,
    /// Most people at once, when limited.
    pub max_people: Option<u32>,
}

impl Outreach {
    /// The day to which belongs what was done at a moment, on the local day `on`: what crosses
    /// midnight belongs to the day on which the outreach began.
    #[must_use]
    pub fn day_of(&self, at: Timestamp, on: CivilDate) -> CivilDate {
        let held = (self.starts_at.0 - DAY_MS / 2)..=(self.ends_at.0 + DAY_MS / 2);
        if held.contains(&at.0) { self.held_on } else { on }
    }

    /// Whether something may have been done here at a moment, on the local day `on`: on its own
    /// day, or in the night after it.
    #[must_use]
    pub fn may_have_seen(&self, at: Timestamp, on: CivilDate) -> bool {
        let until = self.ends_at.plus_ms(DAY_MS / 2);
        on == self.held_on || (self.starts_at..=until).contains(&at)
    }
}

/// A funded programme with its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Its identifier.
    pub id: ProgrammeId,
    /// A short number that stands in certificates, unique.
    pub number: u16,
    /// Its name.
    pub name: ShortText<120>,
    /// Who answers for it and issues its documents.
    pub issuer: ShortText<120>,
    /// First day.
    pub starts_on: CivilDate,
    /// Last day.
    pub ends_on: CivilDate,
    /// What was promised to the funder.
    pub targets: Targets,
}

/// What a programme promised. Implantations count to it, verifications do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Chips implanted.
    pub implantations: u32,
    /// Internal doses.
    pub dewormings_internal: u32,
    /// External doses.
    pub dewormings_external: u32,
    /// Surgeries performed.
    pub sterilisations: u32,
    /// Outreaches held.
    pub outreaches: u32,
}

/// A host or partner organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: ShortText<120>,
    /// Commune.
    pub commune: Commune,
    /// Neighbourhood unit, when known.
    pub unit: Option<UnitKey>,
    /// Street and number.
    pub address: Option<ShortText<120>>,
}

/// A veterinarian of an outreach, as documents name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ResponsibleVeterinarian {
    /// The account.
    pub id: StaffId,
    /// The full name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_crosses_midnight_belongs_to_the_day_on_which_it_began() {
        let text = |text| ShortText::parse(text).unwrap();
        let (held_on, next): (CivilDate, CivilDate) =
            ("2026-11-22".parse().unwrap(), "2026-11-23".parse().unwrap());
        let hour = DAY_MS / 24;
        let outreach = Outreach {
            id: OutreachId(Uuid::nil()),
            programme: ProgrammeId(Uuid::nil()),
            name: text("Feria nocturna"),
            kind: OutreachKind::Mixed,
            status: OutreachStatus::UnderWay,
            held_on,
            starts_at: Timestamp(0),
            ends_at: Timestamp(5 * hour),
            place: text("Plaza"),
            commune: Commune::ANTOFAGASTA,
            unit: None,
            host: None,
            phase: None,
            max_people: None,
        };
        assert_eq!(outreach.day_of(Timestamp(3 * hour), next), held_on);
        assert_eq!(outreach.day_of(Timestamp(17 * hour), next), held_on);
        assert_eq!(outreach.day_of(Timestamp(18 * hour), next), next);
        let before = CivilDate::from_days(held_on.days() - 1);
        for (at, on, may) in [
            (-13, held_on, true),
            (0, held_on, true),
            (3, next, true),
            (17, next, true),
            (18, next, false),
            (-1, before, false),
        ] {
            assert_eq!(outreach.may_have_seen(Timestamp(at * hour), on), may, "{at} {on}");
        }
    }
}
