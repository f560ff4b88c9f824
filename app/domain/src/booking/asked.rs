//! What somebody asks a place for, and whether an outreach takes it.

use crate::catalogue::{Sex, Species, coded};
use crate::chip_number::ChipNumber;
use crate::contact::{Email, Phone};
use crate::field_error::{Field, FieldError, Problem};
use crate::identity::IdentityDocument;
use crate::name::{PersonName, PetName, ShortText};
use crate::territory::{Commune, UnitKey};
use crate::timestamp::CivilDate;
use serde::{Deserialize, Serialize};

use super::Offering;

/// An animal for which a place is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct AnimalAsked {
    /// What its people call it.
    pub name: PetName,
    /// Dog or cat.
    pub species: Species,
    /// Male or female.
    pub sex: Sex,
    /// Its age in months, as its people say, on the day on which they ask.
    pub age_months: Option<u16>,
    /// It has a flat face (brachycephalic: bulldog, pug, Persian …).
    pub is_flat_faced: bool,
    /// Its chip, if it has one and the number is at hand.
    pub chip: Option<ChipNumber>,
}

impl AnimalAsked {
    /// The animal on a day to come: older by the whole months since its age was told, or, where
    /// that was told in years, by the whole years: who says seven means until the next birthday.
    #[must_use]
    pub fn on_day(&self, told_on: CivilDate, day: CivilDate) -> Self {
        let months = u16::try_from(told_on.months_until(day)).unwrap_or(0);
        let aged = |age: u16| match age {
            1.. if age.is_multiple_of(12) => age.saturating_add(months / 12 * 12),
            _ => age.saturating_add(months),
        };
        let age_months = self.age_months.map(aged);
        Self { age_months, ..self.clone() }
    }
}

/// Who books, for which animals: the personal part of a booking, stored as one JSON text, emptied
/// by an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct BookingDetails {
    /// The document that identifies the owner.
    pub document: IdentityDocument,
    /// Name and surnames.
    pub name: PersonName,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Where the ticket is mailed.
    pub email: Option<Email>,
    /// Street and number.
    pub address: Option<ShortText<120>>,
    /// Commune of residence.
    pub commune: Option<Commune>,
    /// Neighbourhood unit of residence, when known.
    pub unit: Option<UnitKey>,
    /// Sixty or older, or living far away, as the owner says: served first.
    pub has_priority: bool,
    /// The animals, 1 to [`BookingDetails::MOST_ANIMALS`]; each takes a place.
    pub animals: Vec<AnimalAsked>,
}

impl BookingDetails {
    /// Most animals of one booking, whatever the outreach allows.
    pub const MOST_ANIMALS: usize = 6;

    /// What a team that comes home would not find it by.
    #[must_use]
    pub fn lacks_of_home(&self) -> Vec<FieldError> {
        let lacks =
            [(Field::Address, self.address.is_none()), (Field::Commune, self.commune.is_none())];
        let lacks = lacks.into_iter().filter(|(_, is_so)| *is_so);
        lacks.map(|(field, _)| FieldError::new(field, Problem::Empty)).collect()
    }
}

/// Which animals an outreach takes for one offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// Only this species; both when none.
    pub species: Option<Species>,
    /// Youngest, in months (two for surgery and chip in Antofagasta, 2025).
    pub from_months: u16,
    /// Oldest, in months.
    pub to_months: Option<u16>,
    /// Animals with flat faces are taken too; surgery does not take them (Antofagasta, 2025).
    pub takes_flat_faced: bool,
    /// Most animals of one owner.
    pub per_owner: u8,
    /// Most animals of those who share an address; as many as two owners may have when none.
    #[serde(default)]
    pub per_household: Option<u8>,
}

coded! {
    /// Why an animal is not taken.
    pub enum Lack {
        /// The outreach is for the other species.
        OtherSpecies = "other_species",
        /// Too young.
        TooYoung = "too_young",
        /// Too old.
        TooOld = "too_old",
        /// A flat face.
        FlatFaced = "flat_faced",
        /// More animals of one owner than are taken.
        TooMany = "too_many",
    }
}

impl Eligibility {
    /// What an offering takes unless the coordination says otherwise: animals of two months and
    /// more, at most three of one owner; surgery up to seven years and none with a flat face.
    #[must_use]
    pub const fn usual(offering: Offering) -> Self {
        let is_surgery = matches!(offering, Offering::Sterilisation);
        Self {
            species: None,
            from_months: 2,
            to_months: if is_surgery { Some(84) } else { None },
            takes_flat_faced: !is_surgery,
            per_owner: 3,
            per_household: None,
        }
    }

    /// Why an animal, as it is on the day of the outreach, is not taken; nothing when it is. An
    /// unknown age is no reason: it is looked at on the day.
    #[must_use]
    pub fn lacks(&self, animal: &AnimalAsked) -> Vec<Lack> {
        let age = animal.age_months;
        let checks = [
            (Lack::OtherSpecies, self.species.is_some_and(|only| only != animal.species)),
            (Lack::TooYoung, age.is_some_and(|months| months < self.from_months)),
            (Lack::TooOld, age.zip(self.to_months).is_some_and(|(months, most)| months > most)),
            (Lack::FlatFaced, animal.is_flat_faced && !self.takes_flat_faced),
        ];
        checks.into_iter().filter(|(_, is_so)| *is_so).map(|(lack, _)| lack).collect()
    }

    /// How many animals of those who share an address are taken; several owners may live there.
    #[must_use]
    pub fn most_of_household(&self) -> u16 {
        self.per_household.map_or(2 * u16::from(self.per_owner), u16::from)
    }

    /// Whether so many animals of one owner are more than are taken.
    #[must_use]
    pub fn is_too_many(&self, animals: usize) -> bool {
        animals > usize::from(self.per_owner)
    }
}
