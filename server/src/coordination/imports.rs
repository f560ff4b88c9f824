//! `/coordinacion/importar`: earlier registers and lists. A file is sent, looked at, its columns
//! put right, begun; the worker does the rest. Plain pages and forms.

use app::pages::public::form_state::FormState;
use app::pages::public::imports::{
    FILE, ImportPage, ImportsPage, column_name, fault_words, verdict_words,
};
use app::routes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::error::{Error, Fault};
use backend::import;
use domain::field_error::Field;
use domain::id::ImportId;
use domain::import::{COLUMNS, ImportLine, MOST_COLUMNS, Plan, PreviewRow, Step, Unfit};
use domain::refusal::Refusal;
use domain::spreadsheet::inert_text;
use leptos::prelude::*;
use phrases::{Locale, import as say};

use super::stock::links;
use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default()
        .both(routes::IMPORTS, list, upload)
        .both(routes::IMPORT, show, act)
        .get(routes::IMPORT_CSV, result)
}

async fn list(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    listed(&state, (&visitor, ask), None).await
}

async fn listed(
    state: &AppState,
    (visitor, ask): (&Visitor, Ask),
    unfit: Option<Unfit>,
) -> Result<Response, Problem> {
    let lines = import::list(&state.office, visitor.actor()).await?;
    let zone = &state.office.zone;
    let with_offset = |line: ImportLine| {
        let offset = zone.offset_minutes(line.started_at);
        (line, offset)
    };
    let lines: Vec<_> = lines.into_iter().map(with_offset).collect();
    let links = links(visitor, &ask);
    let page = move || view! { <ImportsPage links=links lines=lines unfit=unfit /> };
    Ok(ask.of_coordination().page(page).await)
}

async fn upload(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let sent = match form {
        Ok(form) => file_of(form).await?,
        Err(_) => None,
    };
    let (name, bytes) = sent.unwrap_or_default();
    match import::upload(&state.office, visitor.actor(), &name, bytes).await? {
        Ok(id) => Ok(see(&routes::desk_import(id))),
        Err(unfit) => {
            let ask = ask.status(StatusCode::UNPROCESSABLE_ENTITY);
            listed(&state, (&visitor, ask), Some(unfit)).await
        }
    }
}

/// Name and bytes of the file of a form; nothing when it has none.
async fn file_of(mut form: Multipart) -> Result<Option<(String, Vec<u8>)>, Refusal> {
    // The guard bounds the whole body: what is cut off was too large.
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::Unreadable)? {
        if field.name() == Some(FILE) {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|_| Refusal::TooLarge)?;
            return Ok(Some((name, bytes.to_vec())));
        }
    }
    Ok(None)
}

/// The import of an address; one that is none is one that is no longer there.
fn import_at(id: &str) -> Result<ImportId, Refusal> {
    id.parse().map_err(|_| Refusal::ChangedMeanwhile)
}

async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    shown(&state, (&visitor, ask), import_at(&id)?, false).await
}

async fn shown(
    state: &AppState,
    (visitor, ask): (&Visitor, Ask),
    id: ImportId,
    asks_undo: bool,
) -> Result<Response, Problem> {
    let sheet = import::sheet(&state.office, visitor.actor(), id).await?;
    let links = links(visitor, &ask);
    let page = move || {
        view! { <ImportPage links=links sheet=sheet asks_undo=asks_undo /> }
    };
    Ok(ask.of_coordination().page(page).await)
}

async fn act(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = import_at(&id)?;
    let (office, actor) = (&state.office, visitor.actor());
    let step = Step::from_code(fields.text("act"));
    let done = match step {
        Some(Step::Undo) if fields.text("confirmed").is_empty() => {
            return shown(&state, (&visitor, ask), id, true).await;
        }
        Some(step) => import::act(office, actor, id, step).await,
        None if fields.text("act") == "columns" => {
            import::set_columns(office, actor, id, columns(&fields)).await
        }
        None => Err(Error::Refused(Refusal::Unreadable)),
    };
    match done {
        Ok(()) if step == Some(Step::Discard) => Ok(see(routes::IMPORTS)),
        Ok(()) => Ok(see(&routes::desk_import(id))),
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            let form = FormState::refused(refusal, kept(&fields));
            shown(&state, (&visitor, ask.refused(form)), id, false).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What was chosen for the columns, as it was sent.
fn kept(fields: &Fields) -> Vec<(String, String)> {
    let names: Vec<_> = (0..MOST_COLUMNS).map(column_name).collect();
    fields.keep(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The columns that were chosen, in their order, as many as were sent.
fn columns(fields: &Fields) -> Vec<Option<Field>> {
    let kept = kept(fields);
    let sent = |place| {
        let name = column_name(place);
        kept.iter().find(|(known, _)| *known == name).map(|(_, code)| code)
    };
    let codes = (0..MOST_COLUMNS).map_while(sent);
    let field = |code: &String| Field::from_code(code).filter(|field| COLUMNS.contains(field));
    codes.map(field).collect()
}

/// `GET /coordinacion/importar/{id}/resultado.csv`: every row with what became of it.
async fn result(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (plan, rows) = import::result(&state.office, visitor.actor(), import_at(&id)?).await?;
    let text = write(plan, &rows).map_err(Error::Failed)?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"resultado.csv\"");
    Ok(([kind, name], text).into_response())
}

/// The platform is Chilean: the file is in Spanish whoever asks for it.
const LOCALE: Locale = Locale::Es;

fn write(plan: Plan, rows: &[PreviewRow]) -> Result<Vec<u8>, Fault> {
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xEF\xBB\xBF".to_vec());
    let failed = |error| Fault::caused("a list could not be written", error);
    let width = plan.headings.len();
    let own = [say::verdict_column(LOCALE), say::problem_column(LOCALE)].map(str::to_owned);
    let head = plan.headings.into_iter().chain(own);
    out.write_record(head.map(|cell| inert_text(&cell))).map_err(failed)?;
    for row in rows {
        let verdict = row.verdict.map_or("", |verdict| verdict_words(verdict, LOCALE));
        let cells = row.cells.iter().map(String::as_str);
        let cells = cells.chain(std::iter::repeat("")).take(width).map(inert_text);
        let told = [verdict.to_owned(), fault_words(&row.faults, LOCALE)];
        out.write_record(cells.chain(told)).map_err(failed)?;
    }
    out.into_inner().map_err(|_| Fault::new("a list could not be written"))
}
