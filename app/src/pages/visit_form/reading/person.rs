//! The owner: from what was typed to details that can only be right, and back.

use super::Faults;
use crate::pages::visit_form::draft::{ELSEWHERE, OwnerDraft, OwnerForm};
use domain::contact::{Email, Phone};
use domain::field_error::{Field, FieldError, Problem};
use domain::identity::{DocumentKind, IdentityDocument};
use domain::name::{PersonName, ShortText};
use domain::owner::{ContactProposal, OwnerDetails};
use domain::territory::{Commune, UnitKey};
use domain::view::OwnerCard;

/// The owner's data.
///
/// # Errors
/// Every field that cannot be taken.
pub fn owner(form: &OwnerForm) -> Result<OwnerDetails, Vec<FieldError>> {
    let mut faults = Faults::default();
    let document = document(form, &mut faults);
    let name = name(form, &mut faults);
    let phone = faults.optional(Field::Phone, &form.phone, Phone::parse);
    let email = faults.optional(Field::Email, &form.email, Email::parse);
    let address = faults.optional(Field::Address, &form.address, ShortText::parse);
    let (commune, unit, elsewhere) = home(form, &mut faults);
    let details = document.zip(name).map(|(document, name)| OwnerDetails {
        document,
        name,
        phone,
        email,
        address,
        commune,
        unit,
        elsewhere,
        is_adult: form.is_adult,
        no_disqualification: form.no_disqualification,
        consents_to_photos: form.consents_to_photos,
        consents_to_news: form.consents_to_news,
    });
    faults.finish(details)
}

/// An owner's data as a desk puts them right: who stands in the register without surnames, as one
/// of an earlier register may, need not be given any.
///
/// # Errors
/// Every field that cannot be taken.
pub fn corrected(form: &OwnerForm, before: &OwnerDetails) -> Result<OwnerDetails, Vec<FieldError>> {
    let is_mononym = before.name.surnames().is_empty() && form.surnames.trim().is_empty();
    if !is_mononym {
        return owner(form);
    }
    let mut faults = Faults::default();
    let document = document(form, &mut faults);
    let form = OwnerForm { document: DocumentKind::None, ..form.clone() };
    let read = owner(&form).map_err(|wrong| faults.0.extend(wrong)).ok();
    let details = document.zip(read);
    faults.finish(details.map(|(document, details)| OwnerDetails { document, ..details }))
}

/// What a known owner says otherwise than the register; `None` when that is nothing. A consent that
/// was known is not said again: it may have been taken back since the phone learned of it.
///
/// # Errors
/// Every field that cannot be taken.
pub fn amended(owner: &OwnerDraft) -> Result<Option<OwnerDetails>, Vec<FieldError>> {
    // Without a document nobody could tell that it is the same person.
    let has_document = |card: &&OwnerCard| card.details.document != IdentityDocument::None;
    let known = owner.known.as_deref().filter(|_| owner.amends);
    let Some(card) = known.filter(has_document) else { return Ok(None) };
    let form = OwnerForm { document: DocumentKind::None, ..owner.form.clone() };
    let (known, said) = (&card.details, self::owner(&form)?);
    let said = OwnerDetails {
        document: known.document.clone(),
        consents_to_photos: said.consents_to_photos && !known.consents_to_photos,
        consents_to_news: said.consents_to_news && !known.consents_to_news,
        ..said
    };
    let is_new = ContactProposal::between(known, &said).is_some() || known.stating(&said).is_some();
    Ok(is_new.then_some(said))
}

/// A form filled in with what is known.
#[must_use]
pub fn filled(details: &OwnerDetails) -> OwnerForm {
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map(T::to_string).unwrap_or_default()
    }
    OwnerForm {
        document: details.document.kind(),
        given: details.name.given().to_owned(),
        surnames: details.name.surnames().to_owned(),
        phone: text(details.phone.as_ref()),
        email: text(details.email.as_ref()),
        address: text(details.address.as_ref()),
        commune: commune(details),
        unit: text(details.unit.map(|unit| unit.number).as_ref()),
        is_adult: details.is_adult,
        no_disqualification: details.no_disqualification,
        consents_to_photos: details.consents_to_photos,
        consents_to_news: details.consents_to_news,
        ..OwnerForm::default()
    }
}

/// The same with the document that is known.
#[must_use]
pub fn filled_whole(details: &OwnerDetails) -> OwnerForm {
    let mut form = filled(details);
    match &details.document {
        IdentityDocument::Passport { country, number } => {
            (form.country, form.passport) = (country.to_string(), number.to_string());
        }
        document => form.run = document.to_string(),
    }
    form
}

/// The answer about the commune that stands for what is known.
fn commune(details: &OwnerDetails) -> String {
    let words = details.residence().unwrap_or_default();
    match details.commune {
        Some(commune) if commune.name().is_some() => commune.code(),
        None if words.is_empty() => words,
        _ => format!("{ELSEWHERE}{words}"),
    }
}

pub(in crate::pages::visit_form) fn document(
    form: &OwnerForm,
    faults: &mut Faults,
) -> Option<IdentityDocument> {
    match form.document {
        DocumentKind::None => Some(IdentityDocument::None),
        DocumentKind::Passport => {
            let read = IdentityDocument::parse_passport(&form.country, &form.passport);
            faults.take(Field::Document, read)
        }
        DocumentKind::Run | DocumentKind::CompanyRut => {
            faults.take(Field::Run, IdentityDocument::parse_run(&form.run))
        }
        kind => faults.take(Field::Run, IdentityDocument::from_key(kind, &form.run)),
    }
}

/// A passport may name a person by one word; a Chilean document never does.
fn name(form: &OwnerForm, faults: &mut Faults) -> Option<PersonName> {
    let is_foreign = matches!(form.document, DocumentKind::Passport | DocumentKind::None);
    if form.surnames.trim().is_empty() && is_foreign {
        return faults.take(Field::Given, PersonName::mononym(&form.given));
    }
    let given = faults.take(Field::Given, PersonName::mononym(&form.given));
    let surnames = faults.take(Field::Surnames, PersonName::mononym(&form.surnames));
    given.zip(surnames)?;
    faults.take(Field::Surnames, PersonName::parse(&form.given, &form.surnames))
}

/// Where somebody lives: a commune with its unit, or a place in words.
fn home(
    form: &OwnerForm,
    faults: &mut Faults,
) -> (Option<Commune>, Option<UnitKey>, Option<ShortText<60>>) {
    if form.commune.starts_with(ELSEWHERE) {
        return match Commune::parse(&form.commune) {
            Ok(commune) => (Some(commune), None, None),
            Err(_) => (None, None, faults.take(Field::Commune, ShortText::parse(&form.commune))),
        };
    }
    let commune = faults.optional(Field::Commune, &form.commune, Commune::parse);
    (commune, unit(form, commune, faults), None)
}

fn unit(form: &OwnerForm, commune: Option<Commune>, faults: &mut Faults) -> Option<UnitKey> {
    let field = Field::NeighbourhoodUnit;
    let number = faults
        .optional(field, &form.unit, |text| text.parse::<u16>().map_err(|_| Problem::NotANumber))?;
    let commune = faults.needed(Field::Commune, commune)?;
    faults.take(field, UnitKey::new(commune, number).map_err(|_| Problem::Unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields<T>(read: Result<T, Vec<FieldError>>) -> Vec<Field> {
        read.err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    }

    fn somebody() -> OwnerForm {
        OwnerForm {
            run: "12.345.678-5".into(),
            given: "María".into(),
            surnames: "Ñuñez".into(),
            ..OwnerForm::default()
        }
    }

    #[test]
    fn an_empty_owner_lacks_document_and_name_only() {
        let missing = fields(owner(&OwnerForm::default()));
        assert_eq!(missing, [Field::Run, Field::Given, Field::Surnames]);
    }

    #[test]
    fn one_surname_and_no_mail_make_an_owner() {
        let form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "María".into(),
            surnames: "Ñuñez".into(),
            ..OwnerForm::default()
        };
        let OwnerDetails { name, email, .. } = owner(&form).unwrap();
        assert_eq!((name.full().as_str(), email), ("María Ñuñez", None));
    }

    #[test]
    fn who_lives_elsewhere_says_so_in_words() {
        let at = |commune: &str| OwnerForm { commune: commune.into(), ..somebody() };
        let form = OwnerForm { unit: "54".into(), ..at(" La  Serena, Coquimbo ") };
        let details = owner(&form).unwrap();
        assert_eq!(details.residence().as_deref(), Some("La Serena, Coquimbo"));
        assert_eq!((details.commune, details.unit), (None, None), "the unit is of no commune");
        assert_eq!(filled(&details).commune, " La Serena, Coquimbo");
        assert_eq!(owner(&filled_whole(&details)).unwrap(), details);
        assert_eq!(fields(owner(&at(" "))), [Field::Commune], "said to be elsewhere, not where");
        assert_eq!(owner(&at("")).unwrap().residence(), None);
        assert_eq!(fields(owner(&at("La Serena"))), [Field::Commune], "no choice of the list");
        assert_eq!(owner(&at(" 02104")).unwrap().commune, Commune::parse("02104").ok());
    }

    #[test]
    fn a_commune_without_a_name_here_stays_as_it_is() {
        for code in ["02104", "13101"] {
            let details =
                OwnerDetails { commune: Commune::parse(code).ok(), ..owner(&somebody()).unwrap() };
            assert_eq!(owner(&filled_whole(&details)).unwrap(), details, "{code}");
        }
    }

    #[test]
    fn every_document_is_filled_in_and_read_again() {
        let passport = OwnerForm {
            document: DocumentKind::Passport,
            country: "Perú".into(),
            passport: "X1234".into(),
            surnames: String::new(),
            ..somebody()
        };
        let school =
            OwnerForm { document: DocumentKind::Ipa, run: "100.000.000-7".into(), ..somebody() };
        let nobody = OwnerForm { document: DocumentKind::None, ..somebody() };
        for form in [passport, school, nobody, somebody()] {
            let details = owner(&form).unwrap();
            assert_eq!(details.document.kind(), form.document);
            assert_eq!(corrected(&filled_whole(&details), &details).unwrap(), details);
        }
    }

    #[test]
    fn a_single_name_stays_one_and_a_surname_is_not_lost() {
        let known = owner(&somebody()).unwrap();
        let single = OwnerForm { surnames: " ".into(), ..somebody() };
        assert_eq!(fields(corrected(&single, &known)), [Field::Surnames]);
        let name = PersonName::mononym("Suharto").unwrap();
        let before = OwnerDetails { name, ..known };
        let details = corrected(&single, &before).unwrap();
        assert_eq!((details.name.full(), &details.document), ("María".into(), &before.document));
        let wrong = OwnerForm { run: "12.345.678-9".into(), phone: "7".into(), ..single };
        assert_eq!(fields(corrected(&wrong, &before)), [Field::Run, Field::Phone]);
        let named = corrected(&somebody(), &before).unwrap();
        assert_eq!(named.name.full(), "María Ñuñez");
    }
}
