//! Neighbourhood units: the list, and a file of them. What was looked at is sent again with the
//! form that confirms it, so that nothing lies on the server between the two.

use app::pages::public::territory::{CONFIRMED, FILE, UnitFilePage, UnitPreviewPage, UnitsPage};
use app::routes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::territory;
use domain::desk::territory::{FileFault, FileVerdict, UnitFile, Wrong};
use domain::refusal::Refusal;
use domain::territory::file::Judged;
use leptos::prelude::*;

use super::{DONE, links, shown};
use crate::forms::see;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// In the address after a file was taken in: how many units were kept.
const TAKEN: &str = "guardadas=";

pub(super) async fn list(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let list = territory::units(&state.office, visitor.actor()).await?;
    let query = query.unwrap_or_default();
    let taken = query.strip_prefix(TAKEN).and_then(|number| number.parse::<u64>().ok());
    let is_done = query == DONE;
    let links = links(&visitor, &ask);
    let page = move || view! { <UnitsPage links=links list=list taken=taken is_done=is_done /> };
    Ok(ask.of_coordination().page(page).await)
}

pub(super) async fn ask_for_file(visitor: Visitor, ask: Ask) -> Response {
    form(&visitor, ask, Vec::new(), None).await
}

async fn form(
    visitor: &Visitor,
    ask: Ask,
    wrong: Vec<Wrong>,
    unfit: Option<FileFault>,
) -> Response {
    let links = links(visitor, &ask);
    let page = move || view! { <UnitFilePage links=links wrong=wrong unfit=unfit /> };
    ask.of_coordination().page(page).await
}

/// What was sent: the file, whether its rows were looked at, whether the form is wanted again.
#[derive(Default)]
struct Sent {
    file: UnitFile,
    is_confirmed: bool,
    is_again: bool,
}

pub(super) async fn take_file(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let Ok(sent) = sent else {
        let ask = ask.status(StatusCode::UNPROCESSABLE_ENTITY);
        return Ok(form(&visitor, ask, Vec::new(), Some(FileFault::Unreadable)).await);
    };
    let sent = read(sent).await?;
    let ask = shown(ask, values(&sent.file));
    if sent.is_again {
        return Ok(form(&visitor, ask, Vec::new(), None).await);
    }
    let (office, actor) = (&state.office, visitor.actor());
    let verdict = match sent.is_confirmed {
        true => territory::take_units(office, actor, &sent.file).await?,
        false => territory::look_at_units(office, actor, &sent.file).await?,
    };
    let refused = |ask: Ask| ask.status(StatusCode::UNPROCESSABLE_ENTITY);
    match verdict {
        FileVerdict::Judged(rows) if sent.is_confirmed => Ok(taken(&rows)),
        FileVerdict::Judged(rows) => {
            let links = links(&visitor, &ask);
            let page = move || view! { <UnitPreviewPage links=links rows=rows /> };
            Ok(ask.of_coordination().page(page).await)
        }
        FileVerdict::Unfit(unfit) => {
            Ok(form(&visitor, refused(ask), Vec::new(), Some(unfit)).await)
        }
        FileVerdict::Wrong(wrong) => Ok(form(&visitor, refused(ask), wrong, None).await),
    }
}

fn taken(rows: &[Judged]) -> Response {
    let kept = rows.iter().filter(|row| row.stored().is_some()).count();
    see(&format!("{}?{TAKEN}{kept}", routes::UNITS))
}

fn values(file: &UnitFile) -> Vec<(String, String)> {
    let values = [
        ("text", &file.text),
        ("commune", &file.commune),
        ("source", &file.source),
        ("year", &file.year),
    ];
    values.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
}

async fn read(mut form: Multipart) -> Result<Sent, Refusal> {
    let (mut sent, mut chosen) = (Sent::default(), String::new());
    // The guard bounds the whole body: what is cut off was too large.
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::Unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let text = decoded(&field.bytes().await.map_err(|_| Refusal::TooLarge)?);
        match name.as_str() {
            FILE => chosen = text,
            "text" => sent.file.text = text,
            "commune" => sent.file.commune = text,
            "source" => sent.file.source = text,
            "year" => sent.file.year = text,
            CONFIRMED => sent.is_confirmed = !text.is_empty(),
            "again" => sent.is_again = !text.is_empty(),
            _ => {}
        }
    }
    if !chosen.is_empty() {
        sent.file.text = chosen;
    }
    Ok(sent)
}

/// A file's text: UTF-8, or else what spreadsheets of Chile write without asking, Latin-1, in which
/// every byte is a letter.
fn decoded(bytes: &[u8]) -> String {
    let latin = || bytes.iter().map(|byte| char::from(*byte)).collect();
    std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_file_is_read_in_both_encodings_of_spreadsheets() {
        assert_eq!(decoded("Año;Ñ".as_bytes()), "Año;Ñ");
        assert_eq!(decoded(b"A\xf1o;\xd1"), "Año;Ñ");
        assert_eq!(decoded(b""), "");
    }
}
