//! Lists as files, for spreadsheets: UTF-8 with a byte order mark, so that Excel reads ñ, and no
//! cell that a spreadsheet would run as a formula.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use backend::error::{Error, Fault};
use backend::rnm::{self, ReadyAnimal};
use domain::catalogue::IdentificationKind;
use domain::spreadsheet::inert_text;
use phrases::Locale;
use phrases::label::Labelled;
use phrases::{common, coordination as say};

use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// `GET /coordinacion/rnm.csv`: what is ready to be entered in the RNM, in the order in which its
/// form asks: the owner, the animal's identification, the animal, the holding.
///
/// # Errors
/// Those of [`rnm::ready`].
pub(super) async fn ready_for_rnm(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let ready = rnm::ready(&state.office, visitor.actor()).await?;
    let text = write(&ready).map_err(Error::Failed)?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"rnm.csv\"");
    Ok(([kind, name], text).into_response())
}

/// The platform is Chilean: the list is in Spanish whoever asks for it.
const LOCALE: Locale = Locale::Es;

fn write(ready: &[ReadyAnimal]) -> Result<Vec<u8>, Fault> {
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xEF\xBB\xBF".to_vec());
    let failed = |error| Fault::caused("a list could not be written", error);
    out.write_record(headings()).map_err(failed)?;
    for one in ready {
        out.write_record(row(one).iter().map(|cell| inert_text(cell))).map_err(failed)?;
    }
    out.into_inner().map_err(|_| Fault::new("a list could not be written"))
}

fn headings() -> [&'static str; 22] {
    [
        say::csv_document(LOCALE),
        say::csv_given(LOCALE),
        say::csv_surnames(LOCALE),
        common::address(LOCALE),
        common::commune(LOCALE),
        common::phone(LOCALE),
        common::email(LOCALE),
        say::csv_identification(LOCALE),
        common::chip(LOCALE),
        common::name(LOCALE),
        common::species(LOCALE),
        common::sex(LOCALE),
        common::breed(LOCALE),
        common::pattern(LOCALE),
        common::colours(LOCALE),
        say::csv_sterilised(LOCALE),
        common::birth(LOCALE),
        say::csv_estimated(LOCALE),
        say::acquisition(LOCALE),
        say::keeping_reason(LOCALE),
        say::holding_proof(LOCALE),
        say::csv_ppp(LOCALE),
    ]
}

fn row(one: &ReadyAnimal) -> [String; 22] {
    let (owner, animal) = (&one.owner.details, &one.animal.details);
    let text =
        |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
    let upper = |words: &str| words.to_uppercase();
    let yes_or_no = |is: bool| upper(if is { common::yes(LOCALE) } else { common::no(LOCALE) });
    [
        owner.document.to_string(),
        owner.name.given().to_owned(),
        owner.name.surnames().to_owned(),
        text(owner.address.as_ref().map(|address| address as _)),
        owner.residence().unwrap_or_default(),
        text(owner.phone.as_ref().map(|phone| phone as _)),
        text(owner.email.as_ref().map(|email| email as _)),
        upper(IdentificationKind::Microchip.label(LOCALE)),
        text(one.animal.chip.as_ref().map(|chip| chip as _)),
        animal.name.to_string(),
        upper(animal.species.label(LOCALE)),
        upper(animal.sex.label(LOCALE)),
        animal.breed.as_ref().map(|breed| upper(breed.name())).unwrap_or_default(),
        animal.pattern.map(|pattern| upper(pattern.label(LOCALE))).unwrap_or_default(),
        animal.coat.as_ref().map(|coat| coat.name()).unwrap_or_default(),
        yes_or_no(animal.reproductive_state.is_sterilised()),
        animal.birth.map(|birth| birth.on.to_string()).unwrap_or_default(),
        animal.birth.map(|birth| yes_or_no(birth.estimated)).unwrap_or_default(),
        animal.acquisition.map(|way| upper(way.label(LOCALE))).unwrap_or_default(),
        animal.keeping_reason.map(|reason| upper(reason.label(LOCALE))).unwrap_or_default(),
        animal.holding_proof.map(|proof| upper(proof.label(LOCALE))).unwrap_or_default(),
        yes_or_no(animal.is_dangerous()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_begins_with_the_byte_order_mark_and_its_headings() {
        let text = write(&[]).unwrap();
        assert!(text.starts_with(b"\xEF\xBB\xBFRUN;Nombres;Apellidos;"), "{text:?}");
    }
}
