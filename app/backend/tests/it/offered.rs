//! What an outreach of the tests offers, and who booked there.

use backend::store::vocabulary::plan::OfferingRow;
use domain::booking::{AnimalAsked, BookingDetails, Eligibility, Offering, Station};
use domain::catalogue::{Sex, Species};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName};
use domain::timestamp::CivilDate;
use uuid::Uuid;

/// The local day of the field's outreach.
pub fn today() -> CivilDate {
    "2026-11-22".parse().unwrap()
}

/// An offering of which nothing is promised.
pub fn offering_row(outreach: Uuid, offering: &str, capacity: i64) -> OfferingRow {
    let usual = Eligibility::usual(Offering::from_code(offering).unwrap());
    OfferingRow {
        outreach_id: outreach,
        offering: offering.to_owned(),
        capacity,
        minutes: 10,
        stations: 2,
        eligibility: serde_json::to_string(&usual).unwrap(),
        booked: 0,
        used: 0,
        shared: 0,
        programme_id: None,
    }
}

/// A table for chips.
pub fn table(number: u32) -> Station {
    Station { offering: Offering::Chip, number }
}

/// Who books, with a RUN made of a number, for two dogs.
pub fn booker(run: u32, given: &str, has_priority: bool) -> BookingDetails {
    let run = domain::run::Run::from_number(run).unwrap();
    let animal = |name: &str| AnimalAsked {
        name: PetName::parse(name).unwrap(),
        species: Species::Dog,
        sex: Sex::Female,
        age_months: Some(24),
        is_flat_faced: false,
        chip: None,
    };
    BookingDetails {
        document: IdentityDocument::of_run(run).unwrap(),
        name: PersonName::parse(given, "Núñez Soto").unwrap(),
        phone: None,
        email: None,
        address: None,
        commune: None,
        unit: None,
        has_priority,
        animals: vec![animal("Luna"), animal("Ñato")],
    }
}
