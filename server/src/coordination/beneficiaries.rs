//! Who was served at an outreach, as files for spreadsheets: chips as text, and no cell that is run
//! as a formula.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use backend::closing::{self, Beneficiary};
use backend::error::{Error, Fault};
use backend::records::ServiceRecord;
use domain::service::ServiceKind;
use domain::spreadsheet::{inert, inert_text};
use phrases::label::Labelled;
use phrases::{Locale, closing as say, common, coordination};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::outreach;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// The programmes are Chilean: the list is in Spanish whoever asks for it.
const LOCALE: Locale = Locale::Es;
const COLUMNS: usize = 17;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /coordinacion/operativos/{id}/beneficiarios.xlsx`.
///
/// # Errors
/// Those of [`closing::beneficiaries`].
pub(super) async fn xlsx(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let list = closing::beneficiaries(&state.office, visitor.actor(), outreach(&id)?).await?;
    let bytes = workbook(&list).map_err(|_| Error::Failed(unwritten()))?;
    Ok(file(XLSX, "beneficiarios.xlsx", bytes))
}

/// `GET /coordinacion/operativos/{id}/beneficiarios.csv`: UTF-8 with a byte order mark, so that
/// Excel reads ñ.
///
/// # Errors
/// Those of [`closing::beneficiaries`].
pub(super) async fn csv(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let list = closing::beneficiaries(&state.office, visitor.actor(), outreach(&id)?).await?;
    let bytes = text(&list).map_err(Error::Failed)?;
    Ok(file("text/csv; charset=utf-8", "beneficiarios.csv", bytes))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (head, bytes).into_response()
}

fn unwritten() -> Fault {
    Fault::new("a list could not be written")
}

fn text(list: &[Beneficiary]) -> Result<Vec<u8>, Fault> {
    let out = b"\xEF\xBB\xBF".to_vec();
    let mut out = ::csv::WriterBuilder::new().delimiter(b';').from_writer(out);
    out.write_record(headings()).map_err(|_| unwritten())?;
    for one in list {
        out.write_record(row(one).iter().map(|cell| inert_text(cell))).map_err(|_| unwritten())?;
    }
    out.into_inner().map_err(|_| unwritten())
}

/// Every cell is a text and stays one when it is typed over: a number's format would round a chip.
fn workbook(list: &[Beneficiary]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, plain) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name(say::sheet_name(LOCALE))?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(headings()) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (line, one) in (1..).zip(list) {
        for (column, cell) in (0..).zip(row(one)) {
            sheet.write_string_with_format(line, column, inert(&cell), &plain)?;
        }
    }
    sheet.autofit();
    book.save_to_buffer()
}

fn headings() -> [&'static str; COLUMNS] {
    [
        say::document(LOCALE),
        coordination::csv_given(LOCALE),
        coordination::csv_surnames(LOCALE),
        common::address(LOCALE),
        common::commune(LOCALE),
        common::phone(LOCALE),
        common::email(LOCALE),
        common::chip(LOCALE),
        common::name(LOCALE),
        common::species(LOCALE),
        common::sex(LOCALE),
        say::chip_service(LOCALE),
        say::chip_date(LOCALE),
        say::internal_date(LOCALE),
        say::external_date(LOCALE),
        say::surgery_date(LOCALE),
        coordination::programme(LOCALE),
    ]
}

fn row(one: &Beneficiary) -> [String; COLUMNS] {
    let (owner, animal) = (&one.owner.details, &one.animal.details);
    let text =
        |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
    let last = |kinds: &[ServiceKind]| {
        one.services.iter().rev().find(|service| kinds.contains(&service.kind))
    };
    let day = |service: Option<&ServiceRecord>| {
        service.map(|service| service.performed_on.to_string()).unwrap_or_default()
    };
    let chip = last(&[ServiceKind::Implantation, ServiceKind::Verification]);
    [
        owner.document.to_string(),
        owner.name.given().to_owned(),
        owner.name.surnames().to_owned(),
        text(owner.address.as_ref().map(|address| address as _)),
        owner.residence().unwrap_or_default(),
        text(owner.phone.as_ref().map(|phone| phone as _)),
        text(owner.email.as_ref().map(|email| email as _)),
        text(one.animal.chip.as_ref().map(|chip| chip as _)),
        animal.name.to_string(),
        animal.species.label(LOCALE).to_owned(),
        animal.sex.label(LOCALE).to_owned(),
        chip.map(|service| service.kind.label(LOCALE).to_owned()).unwrap_or_default(),
        day(chip),
        day(last(&[ServiceKind::DewormingInternal])),
        day(last(&[ServiceKind::DewormingExternal])),
        day(last(&[ServiceKind::Sterilisation])),
        one.programmes.join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_its_headings() {
        let text = text(&[]).unwrap();
        assert!(text.starts_with(b"\xEF\xBB\xBFDocumento;Nombres;Apellidos;"), "{text:?}");
        let book = workbook(&[]).unwrap();
        assert!(book.starts_with(b"PK\x03\x04"));
    }
}
