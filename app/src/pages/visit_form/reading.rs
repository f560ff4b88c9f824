//! From what was typed to values that can only be right, or to the fields that are not.

mod person;

pub(super) use person::document;
pub use person::{amended, corrected, filled, filled_whole, owner};

use crate::pages::visit_form::dates::{date, expiry};
use crate::pages::visit_form::draft::{AgeForm, AnimalForm, ChipForm, DoseForm};
use domain::animal::{AnimalDetails, Birth, Drawing};
use domain::catalogue::coat::Coat;
use domain::catalogue::product::Ingredient;
use domain::catalogue::{DewormingKind, HoldingProof, Procedure, Species};
use domain::chip_number::{ChipNumber, TestChips};
use domain::decide::animal::consistent;
use domain::field_error::{Field, FieldError, Problem};
use domain::name::{PetName, ShortText};
use domain::refusal::Refusal;
use domain::service::{Deworming, Microchip};
use domain::timestamp::CivilDate;
use domain::weight::Weight;

/// Gathers what is wrong while values are read.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<FieldError>);

impl Faults {
    pub(super) fn take<T, E: Into<Problem>>(
        &mut self,
        field: Field,
        read: Result<T, E>,
    ) -> Option<T> {
        read.map_err(|problem| self.0.push(FieldError::new(field, problem))).ok()
    }

    /// An empty text is no value; any other has to be readable.
    pub(super) fn optional<T, E: Into<Problem>>(
        &mut self,
        field: Field,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match text.trim() {
            "" => None,
            text => self.take(field, parse(text)),
        }
    }

    pub(super) fn needed<T>(&mut self, field: Field, value: Option<T>) -> Option<T> {
        self.take(field, value.ok_or(Problem::Empty))
    }

    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

/// The animal's data; `today` is the local day, by which an age is reckoned.
///
/// # Errors
/// Every field that cannot be taken. What only the RNM asks for may be missing.
pub fn animal(form: &AnimalForm, today: CivilDate) -> Result<AnimalDetails, Vec<FieldError>> {
    let mut faults = Faults::default();
    let name = faults.take(Field::PetName, PetName::parse(&form.name));
    let species = faults.needed(Field::Species, form.species);
    let sex = faults.needed(Field::Sex, form.sex);
    let state = faults.needed(Field::ReproductiveState, form.reproductive_state);
    let birth = faults.take(Field::BirthDate, form.age.birth(today)).flatten();
    let coat = match form.coat.is_empty() {
        true => None,
        false => faults.take(Field::Coat, Coat::new(form.coat.iter().copied())),
    };
    let day = |text: &str| date(text).map_err(|_| Problem::Malformed);
    let acquired_on = faults.optional(Field::Date, &form.acquired_on, day);
    let details = name.zip(species).zip(sex.zip(state)).map(|((name, species), (sex, state))| {
        AnimalDetails {
            name,
            species,
            sex,
            reproductive_state: state,
            breed: form.breed.clone().filter(|breed| breed.suits(species)),
            coat,
            pattern: form.pattern,
            birth,
            acquisition: form.acquisition,
            acquired_on,
            keeping_reason: form.keeping_reason,
            holding_proof: form.holding_proof,
            qualified_dangerous: None,
            declaration: declaration(form),
        }
    });
    let details = faults.finish(details)?;
    match consistent(&details, today) {
        Err(Refusal::Invalid { fields }) => Err(fields),
        _ => Ok(details),
    }
}

/// A signature counts only under the declaration that it signs.
fn declaration(form: &AnimalForm) -> Option<Drawing> {
    (form.holding_proof == Some(HoldingProof::SimpleDeclaration))
        .then(|| Drawing::parse(&form.declaration).ok())
        .flatten()
        .filter(Drawing::is_signature)
}

impl AgeForm {
    /// The birth: the date typed, or so many months before `today`; none when nothing was said.
    ///
    /// # Errors
    /// The date cannot be read, or has not come yet.
    pub fn birth(&self, today: CivilDate) -> Result<Option<Birth>, Problem> {
        if self.has_date {
            if self.date.trim().is_empty() {
                return Ok(None);
            }
            let on = date(&self.date).map_err(|_| Problem::Malformed)?;
            if on > today {
                return Err(Problem::InFuture);
            }
            return Ok(Some(Birth { on, estimated: false }));
        }
        // A month is 30.4375 days on average.
        let days = |months: u16| i64::from(months) * 304_375 / 10_000;
        let birth = |months| Birth {
            on: CivilDate::from_days(today.days() - days(months)),
            estimated: true,
        };
        Ok(self.about_months.map(birth))
    }
}

/// The chip with its two readings.
///
/// # Errors
/// A reading that cannot be taken; two that differ; for an implantation, a number that may not
/// be implanted.
pub fn chip(form: &ChipForm, tests: TestChips) -> Result<Microchip, Vec<FieldError>> {
    let mut faults = Faults::default();
    let is_new = form.procedure == Procedure::Implantation;
    let parse = |text: &str| match is_new {
        true => ChipNumber::parse_in(text, tests),
        false => ChipNumber::parse_read(text),
    };
    let first = faults.take(Field::Chip, parse(&form.first));
    let second = match form.second.trim() {
        "" => faults.needed(Field::ChipRepeated, None),
        text => faults.take(Field::ChipRepeated, ChipNumber::parse_read(text)),
    };
    let both = first.zip(second);
    if both.is_some_and(|(first, second)| first != second) {
        faults.0.push(FieldError::new(Field::ChipRepeated, Problem::Differs));
    }
    let chip = both.map(|(chip, second_reading)| Microchip {
        procedure: form.procedure,
        chip,
        second_reading,
        site: form.site,
        professional_kind: form.professional,
    });
    faults.finish(chip)
}

/// The weight; none when nothing was typed.
///
/// # Errors
/// The weight cannot be read.
pub fn weight(text: &str) -> Result<Option<Weight>, Vec<FieldError>> {
    let mut faults = Faults::default();
    let weight = faults.optional(Field::Weight, text, Weight::parse);
    faults.finish(Some(weight))
}

/// A dose.
///
/// # Errors
/// Every field that cannot be taken.
pub fn dose(
    kind: DewormingKind,
    form: &DoseForm,
    weight: Option<Weight>,
) -> Result<Deworming, Vec<FieldError>> {
    let mut faults = Faults::default();
    let product = faults.take(Field::Product, ShortText::parse(&form.product));
    let batch = faults.take(Field::Batch, ShortText::parse(&form.batch));
    let expires = match form.expires.trim() {
        "" => faults.needed(Field::Expiry, None),
        text => faults.take(Field::Expiry, expiry(text).map_err(|_| Problem::Malformed)),
    };
    let dose = faults.optional(Field::Dose, &form.dose, ShortText::parse);
    let deworming = product.zip(batch).zip(expires).map(|((product, batch), expires_on)| {
        let (ingredients, route) = (form.ingredients.clone(), form.route);
        Deworming { kind, product, ingredients, route, batch, expires_on, weight, dose }
    });
    faults.finish(deworming)
}

/// What must not be given, as what is wrong with the fields.
#[must_use]
pub fn blocked(dose: &Deworming, species: Species, today: CivilDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if dose.expires_on < today {
        faults.push(FieldError::new(Field::Expiry, Problem::Expired));
    }
    if species == Species::Cat && dose.ingredients.contains(&Ingredient::Permethrin) {
        faults.push(FieldError::new(Field::Product, Problem::WrongSpecies));
    }
    faults
}

#[cfg(test)]
mod tests;
