//! Who comes to a load's visits: each number is one person with one dog and one chip, the same in
//! every run, named as the demonstration names people.

use anyhow::{Context, Result};
use domain::animal::AnimalDetails;
use domain::catalogue::product::{Ingredient, Route};
use domain::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::ChipNumber;
use domain::contact::{Email, Phone};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName, ShortText};
use domain::owner::OwnerDetails;
use domain::run::Run;
use domain::service::{Deworming, Microchip, ServiceDetails};
use domain::territory::Commune;
use server::demo::words::{GIVEN, SURNAMES};

/// The RUN of a visit's owner.
pub(crate) fn run(number: usize) -> Result<Run> {
    Run::from_number(10_000_000 + u32::try_from(number)?).context("a RUN")
}

/// The nine digits of the owner's mobile telephone.
pub(crate) fn telephone(number: usize) -> String {
    format!("9{:08}", 10_000_000 + number * 7)
}

/// Given names and surnames of a visit's owner.
pub(crate) fn names(number: usize) -> (&'static str, String) {
    let mut random = fastrand::Rng::with_seed(number as u64);
    let mut one = |list: &[&'static str]| list[random.usize(..list.len())];
    let (given, first, second) = (one(GIVEN), one(SURNAMES), one(SURNAMES));
    (given, format!("{first} {second}"))
}

/// The chip of a visit's dog.
pub(crate) fn chip(number: usize) -> Result<ChipNumber> {
    Ok(ChipNumber::from_digits(&format!("{}", 999_100_000_000_000 + number as u64))?)
}

/// The owner of a visit.
pub(crate) fn person(number: usize, with_mail: bool) -> Result<OwnerDetails> {
    let (given, surnames) = names(number);
    let email = with_mail.then(|| format!("carga{number}@example.cl.invalid"));
    Ok(OwnerDetails {
        phone: Some(Phone::parse(&telephone(number))?),
        email: email.as_deref().map(Email::parse).transpose()?,
        address: Some(ShortText::parse("Sicilia 1516")?),
        commune: Some(Commune::ANTOFAGASTA),
        ..OwnerDetails::adult(
            IdentityDocument::of_run(run(number)?)?,
            PersonName::parse(given, &surnames)?,
        )
    })
}

/// A dog of which the least is known.
pub(crate) fn dog() -> Result<AnimalDetails> {
    Ok(AnimalDetails::least(
        PetName::parse("Luna")?,
        Species::Dog,
        Sex::Female,
        ReproductiveState::Intact,
    ))
}

/// The chip of a visit, implanted.
pub(crate) fn microchip(number: usize) -> Result<ServiceDetails> {
    let chip = chip(number)?;
    Ok(ServiceDetails::Microchip(Microchip {
        procedure: Procedure::Implantation,
        chip,
        second_reading: chip,
        site: ImplantSite::LeftNeck,
        professional_kind: ProfessionalKind::Technician,
    }))
}

/// A dose of one kind.
pub(crate) fn dose(kind: DewormingKind) -> Result<ServiceDetails> {
    let (ingredient, route) = match kind {
        DewormingKind::Internal => (Ingredient::Praziquantel, Route::Oral),
        DewormingKind::External => (Ingredient::Fipronil, Route::Topical),
    };
    Ok(ServiceDetails::Deworming(Deworming {
        kind,
        product: ShortText::parse("Producto")?,
        ingredients: vec![ingredient],
        route,
        batch: ShortText::parse("L1")?,
        expires_on: "2199-01-01".parse()?,
        weight: domain::weight::Weight::from_grams(12_500).ok(),
        dose: None,
    }))
}
