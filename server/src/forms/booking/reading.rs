//! What was typed into the form of a booking, read field by field: every fault is told at once.

use app::pages::public::booking::asking::{EMAIL_SURE, FORM, Fault, FlatFace, ROWS, Wrong};
use app::pages::public::booking::asking_animals::{ANIMAL_FIELDS, field_of};
use domain::booking::{AnimalAsked, BookingDetails, Lack, Slot};
use domain::catalogue::{Sex, Species};
use domain::chip_number::ChipNumber;
use domain::contact::{Email, Phone};
use domain::field_error::{Field, FieldError, Problem};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName, ShortText};
use domain::territory::Commune;
use domain::timestamp::Timestamp;

use crate::forms::Fields;

/// The fields of the form and of the owner that are shown again.
const OWNER_FIELDS: [&str; 13] = [
    FORM,
    "time",
    "run",
    "document_country",
    "document",
    "given",
    "surnames",
    "phone",
    "email",
    "address",
    "commune",
    "priority",
    EMAIL_SURE,
];
/// The greatest age that is believed, in years.
const OLDEST_YEARS: u16 = 40;

/// A form without a fault.
pub(super) struct Reading {
    /// When; none when any hour will do.
    pub(super) slot: Option<Timestamp>,
    /// Who, with which animals.
    pub(super) details: BookingDetails,
    /// The row in which each of the animals was typed, from 1.
    pub(super) rows: Vec<usize>,
}

/// How many animals the form has room for.
pub(super) fn rows(fields: &Fields) -> usize {
    let rows = fields.text("rows").parse().unwrap_or(ROWS);
    rows.clamp(ROWS, BookingDetails::MOST_ANIMALS)
}

/// All that was typed, to be shown again. Who was asked about an address is not asked twice.
pub(super) fn kept(fields: &Fields, faults: &[Fault]) -> Vec<(String, String)> {
    let animals = (1..=BookingDetails::MOST_ANIMALS)
        .flat_map(|row| ANIMAL_FIELDS.iter().map(move |field| field_of(field, row)));
    let names: Vec<String> =
        OWNER_FIELDS.iter().map(|name| (*name).to_owned()).chain(animals).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut kept = fields.keep(&names);
    let is_asked = faults.iter().any(|fault| matches!(fault.wrong, Wrong::EmailDoubt(_)));
    if is_asked && let Ok(email) = Email::parse(fields.text("email")) {
        kept.retain(|(name, _)| name != EMAIL_SURE);
        kept.push((EMAIL_SURE.to_owned(), email.to_string()));
    }
    kept
}

/// Reads the form; a team that comes home has to be told where.
///
/// # Errors
/// Every field that has to be put right.
pub(super) fn read(
    fields: &Fields,
    (slots, comes_home): (&[Slot], bool),
) -> Result<Reading, Vec<Fault>> {
    let mut faults = Faults(Vec::new());
    let slot = hour(fields, slots, &mut faults);
    let document = document(fields, &mut faults);
    let name = name(fields, &mut faults);
    let (email, phone) = contact(fields, &mut faults);
    let address = faults
        .take(Field::Address, ShortText::<120>::parse_optional(fields.text("address")))
        .flatten();
    let commune = match fields.text("commune") {
        "" => None,
        code => faults.take(Field::Commune, Commune::parse(code)),
    };
    for field in [Field::Address, Field::Commune].into_iter().filter(|_| comes_home) {
        if fields.text(field.code()).trim().is_empty() {
            faults.take::<(), _>(field, Err(Problem::Empty));
        }
    }
    let (rows, animals): (Vec<_>, Vec<_>) = animals(fields, &mut faults).into_iter().unzip();
    match document.zip(name) {
        Some((document, name)) if faults.0.is_empty() => {
            let has_priority = !fields.text("priority").is_empty();
            let details = BookingDetails {
                document,
                name,
                phone,
                email,
                address,
                commune,
                unit: None,
                has_priority,
                animals,
            };
            Ok(Reading { slot, details, rows })
        }
        _ => Err(faults.0),
    }
}

/// The fault of an animal that is not taken, at the field by which it can be put right.
pub(super) fn not_taken(row: usize, (lack, flat): (Lack, FlatFace)) -> Fault {
    let field = match lack {
        Lack::OtherSpecies => "species",
        Lack::TooYoung | Lack::TooOld => "years",
        Lack::FlatFaced => "flat",
        Lack::TooMany => "pet_name",
    };
    Fault { id: field_of(field, row), animal: Some(row), wrong: Wrong::NotTaken(lack, flat) }
}

struct Faults(Vec<Fault>);

impl Faults {
    /// A value of the owner's part, or the fault of its field.
    fn take<T, E: Into<Problem>>(&mut self, field: Field, read: Result<T, E>) -> Option<T> {
        self.take_at(field.code().to_owned(), None, (field, read))
    }

    /// A value of an animal's row, or the fault of its field.
    fn take_at<T, E: Into<Problem>>(
        &mut self,
        id: String,
        animal: Option<usize>,
        (field, read): (Field, Result<T, E>),
    ) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                let wrong = Wrong::Field(FieldError::new(field, error));
                self.0.push(Fault { id, animal, wrong });
                None
            }
        }
    }

    fn push(&mut self, id: &str, wrong: Wrong) {
        self.0.push(Fault { id: id.to_owned(), animal: None, wrong });
    }
}

/// The hour that was chosen: one that is offered.
fn hour(fields: &Fields, slots: &[Slot], faults: &mut Faults) -> Option<Timestamp> {
    let text = fields.text("time");
    if text.is_empty() {
        return None;
    }
    let chosen = text.parse().ok().map(Timestamp);
    let chosen = chosen.filter(|at| slots.iter().any(|slot| slot.starts_at == *at));
    faults.take(Field::Time, chosen.ok_or(Problem::Unknown))
}

/// The RUN, or the other document of who has none.
fn document(fields: &Fields, faults: &mut Faults) -> Option<IdentityDocument> {
    let (run, number) = (fields.text("run").trim(), fields.text("document").trim());
    let country = fields.text("document_country").trim();
    if run.is_empty() && !(number.is_empty() && country.is_empty()) {
        let read = IdentityDocument::parse_passport(country, number);
        return faults.take(Field::Document, read);
    }
    let read = match run {
        "" => Err(Problem::Empty),
        run => IdentityDocument::parse_run(run).map_err(Problem::from),
    };
    faults.take(Field::Run, read)
}

/// A foreign document may name a person by one word; a Chilean one never does.
fn name(fields: &Fields, faults: &mut Faults) -> Option<PersonName> {
    let (given, surnames) = (fields.text("given"), fields.text("surnames"));
    let is_foreign = fields.text("run").trim().is_empty();
    let first = faults.take(Field::Given, PersonName::mononym(given));
    if is_foreign && surnames.trim().is_empty() {
        return first;
    }
    let last = faults.take(Field::Surnames, PersonName::mononym(surnames));
    first.zip(last)?;
    faults.take(Field::Surnames, PersonName::parse(given, surnames))
}

/// At least one of the two. An address that looks like a slip is asked about once.
fn contact(fields: &Fields, faults: &mut Faults) -> (Option<Email>, Option<Phone>) {
    let (email, phone) = (fields.text("email").trim(), fields.text("phone").trim());
    if email.is_empty() && phone.is_empty() {
        faults.push("phone", Wrong::NoContact);
        return (None, None);
    }
    let read = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let phone = read(phone).and_then(|text| faults.take(Field::Phone, Phone::parse(&text)));
    let email = read(email).and_then(|text| faults.take(Field::Email, Email::parse(&text)));
    let meant = email.as_ref().and_then(Email::suggestion);
    let is_sure = email.as_ref().is_some_and(|email| email.as_str() == fields.text(EMAIL_SURE));
    if let Some(meant) = meant.filter(|_| !is_sure) {
        faults.push("email", Wrong::EmailDoubt(meant.to_string()));
    }
    (email, phone)
}

/// The animals that were typed, each with its row.
fn animals(fields: &Fields, faults: &mut Faults) -> Vec<(usize, AnimalAsked)> {
    let is_used = |row: &usize| {
        ANIMAL_FIELDS.iter().any(|field| !fields.text(&field_of(field, *row)).trim().is_empty())
    };
    let used: Vec<_> = (1..=rows(fields)).filter(is_used).collect();
    if used.is_empty() {
        faults.push(&field_of("pet_name", 1), Wrong::NoAnimal);
    }
    used.into_iter().filter_map(|row| Some((row, animal(fields, row, faults)?))).collect()
}

fn animal(fields: &Fields, row: usize, faults: &mut Faults) -> Option<AnimalAsked> {
    let text = |field: &str| fields.text(&field_of(field, row)).trim();
    let at = |field: &str| field_of(field, row);
    let animal = Some(row);
    let name = (Field::PetName, PetName::parse(text("pet_name")));
    let name = faults.take_at(at("pet_name"), animal, name);
    let species = Species::from_code(text("species")).ok_or(Problem::Empty);
    let species = faults.take_at(at("species"), animal, (Field::Species, species));
    let sex = Sex::from_code(text("sex")).ok_or(Problem::Empty);
    let sex = faults.take_at(at("sex"), animal, (Field::Sex, sex));
    let years = count(text("years"), OLDEST_YEARS);
    let years = faults.take_at(at("years"), animal, (Field::BirthDate, years));
    let months = count(text("months"), OLDEST_YEARS * 12);
    let months = faults.take_at(at("months"), animal, (Field::BirthDate, months));
    let chip = match text("chip") {
        "" => Some(None),
        chip => faults
            .take_at(at("chip"), animal, (Field::Chip, ChipNumber::parse_read(chip)))
            .map(Some),
    };
    let age_months = match (years?, months?) {
        (None, None) => None,
        (years, months) => Some(years.unwrap_or(0) * 12 + months.unwrap_or(0)),
    };
    Some(AnimalAsked {
        name: name?,
        species: species?,
        sex: sex?,
        age_months,
        is_flat_faced: !text("flat").is_empty(),
        chip: chip?,
    })
}

/// A number of years or months; nothing for nothing.
fn count(text: &str, most: u16) -> Result<Option<u16>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let number: u16 = text.parse().map_err(|_| Problem::NotANumber)?;
    if number > most { Err(Problem::TooLarge) } else { Ok(Some(number)) }
}
