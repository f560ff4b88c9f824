//! `/coordinacion/operativos/{id}/cierre` and the papers of an outreach, and the page of a
//! programme, `/coordinacion/programas/{id}`; the services behind the figures of both. Plain pages
//! and forms: 303 to what was changed, or 422 with all that was typed.

use app::pages::public::closing::{
    CLOSING_FIELDS, CORRECTION_FIELDS, ClosingPage, ProgrammeCorrectionPage, ProgrammeDone,
    ProgrammePage, REASON_FIELDS, SEEN, ServicesPage, services_asked,
};
use app::pages::public::form_state::FormState;
use app::routes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::closing::{self, Closed};
use backend::documents::PDF;
use backend::error::Error;
use backend::planning;
use domain::closing::{ServiceList, ServicesOf, Target};
use domain::desk::plan::{ProgrammeCorrection, ProgrammeForm};
use domain::field_error::Field;
use domain::id::{OutreachId, ProgrammeId};
use domain::refusal::Refusal;
use leptos::prelude::*;
use phrases::{closing as say, coordination};

use super::sheets::{Sheet, show};
use super::stock::links;
use super::{beneficiaries, outreach};
use crate::doors::Routes;
use crate::downloads::as_file;
use crate::forms::{Fields, see};
use crate::pages::{Ask, Message};
use crate::papers::Paper;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// In the address after something was noted.
const DONE: &str = "hecho";
/// In the address after a programme was put right.
const CORRECTED: &str = "corregido";

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default()
        .both(routes::CLOSING, show::<Closing>, act)
        .get(routes::CLOSING_DAY_SHEET, day_sheet)
        .get(routes::CLOSING_ACT, attendance)
        .get(routes::CLOSING_XLSX, beneficiaries::xlsx)
        .get(routes::CLOSING_CSV, beneficiaries::csv)
        .get(routes::OUTREACH_SERVICES, show_outreach_services)
        .both(routes::PROGRAMME, show_programme, explain)
        .get(routes::PROGRAMME_SERVICES, show_services)
        .both(routes::PROGRAMME_CORRECTION, show_correction, correct)
}

/// The page of a close.
struct Closing;

impl Sheet for Closing {
    /// That a step was done, and that something keeps one from being done.
    type Shown = (bool, bool);

    fn asked(query: &str) -> (bool, bool) {
        (query == DONE, false)
    }

    async fn page(
        state: &AppState,
        (visitor, ask): (&Visitor, Ask),
        id: OutreachId,
        (is_done, is_blocked): (bool, bool),
    ) -> Result<Response, Problem> {
        let sheet = closing::sheet(&state.office, visitor.actor(), id).await?;
        let (links, zone) = (links(visitor, &ask), state.office.zone.clone());
        let page = move || {
            view! {
                <ClosingPage
                    links=links
                    sheet=sheet
                    zone=zone
                    is_done=is_done
                    is_blocked=is_blocked
                />
            }
        };
        Ok(ask.of_coordination().page(page).await)
    }
}

async fn act(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = outreach(&id)?;
    let typed = (fields.text("step"), fields.text("reason"));
    let kept = fields.keep(&CLOSING_FIELDS);
    match closing::close(&state.office, visitor.actor(), id, typed).await {
        Ok(Closed::Done(_)) => Ok(see(&format!("{}?{DONE}", routes::desk_closing(id)))),
        Ok(Closed::Blocked) => {
            let ask = ask.refused(FormState { values: kept, ..FormState::default() });
            Closing::page(&state, (&visitor, ask), id, (false, true)).await
        }
        // There is no page to show it on.
        Err(Error::Refused(Refusal::OutreachUnknown)) => Err(Refusal::OutreachUnknown.into()),
        Err(Error::Refused(refusal)) => {
            let ask = ask.refused(FormState::refused(refusal, kept));
            Closing::page(&state, (&visitor, ask), id, (false, false)).await
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn attendance(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = outreach(&id)?;
    let facts = closing::attendance_act(&state.office, visitor.actor(), id).await?;
    let bytes = state.press.attendance(facts).await?;
    Ok(as_file(Paper { media_type: PDF.to_owned(), bytes }, "acta"))
}

async fn day_sheet(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = outreach(&id)?;
    let facts = closing::day_sheet(&state.office, visitor.actor(), id).await?;
    let bytes = state.press.day_sheet(facts).await?;
    Ok(as_file(Paper { media_type: PDF.to_owned(), bytes }, "hoja"))
}

async fn show_programme(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let done = match query.as_deref() {
        Some(DONE) => Some(ProgrammeDone::Explained),
        Some(CORRECTED) => Some(ProgrammeDone::Corrected),
        _ => None,
    };
    programme_page(&state, (&visitor, ask), &id, done).await
}

async fn programme_page(
    state: &AppState,
    (visitor, ask): (&Visitor, Ask),
    id: &str,
    done: Option<ProgrammeDone>,
) -> Result<Response, Problem> {
    let sheet = match id.parse::<ProgrammeId>() {
        Ok(id) => closing::programme(&state.office, visitor.actor(), id).await?,
        Err(_) => None,
    };
    let Some(sheet) = sheet else { return Ok(unknown(ask).await) };
    let links = links(visitor, &ask);
    let page = move || view! { <ProgrammePage links=links sheet=sheet done=done /> };
    Ok(ask.of_coordination().page(page).await)
}

/// That there is no such programme.
async fn unknown(ask: Ask) -> Response {
    let locale = ask.locale;
    let lines = [say::programme_unknown_next(locale)];
    let unknown = Message::new(say::programme_unknown(locale), lines)
        .way(&routes::desk(routes::PROGRAMMES), coordination::nav_programmes(locale));
    unknown.page(ask.status(StatusCode::NOT_FOUND)).await
}

/// The services behind a figure of a programme, as the address says.
async fn show_services(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let of = id.parse().ok().map(ServicesOf::Programme);
    let list = services(&state, (&visitor, of), query).await?;
    let Some(list) = list else { return Ok(unknown(ask).await) };
    Ok(services_page(&visitor, list, ask).await)
}

/// The same of an outreach.
async fn show_outreach_services(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let of = id.parse().ok().map(ServicesOf::Outreach);
    let list = services(&state, (&visitor, of), query).await?;
    let list = list.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    Ok(services_page(&visitor, list, ask).await)
}

/// The services that an address asks for; nothing where it is nobody's.
async fn services(
    state: &AppState,
    (visitor, of): (&Visitor, Option<ServicesOf>),
    query: Option<String>,
) -> Result<Option<ServiceList>, Problem> {
    let query = query.unwrap_or_default();
    let asked = services_asked(form_urlencoded::parse(query.as_bytes()).into_owned());
    let Some(of) = of else { return Ok(None) };
    Ok(closing::services(&state.office, visitor.actor(), of, asked).await?)
}

async fn services_page(visitor: &Visitor, list: ServiceList, ask: Ask) -> Response {
    let links = links(visitor, &ask);
    let page = move || view! { <ServicesPage links=links list=list /> };
    ask.of_coordination().page(page).await
}

async fn explain(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let Ok(programme) = id.parse::<ProgrammeId>() else {
        return programme_page(&state, (&visitor, ask), &id, None).await;
    };
    let typed = (fields.text("target"), fields.text("reason"));
    match closing::explain(&state.office, visitor.actor(), programme, typed).await {
        Ok(()) => Ok(see(&format!("{}?{DONE}", routes::desk_programme(programme)))),
        Err(Error::Refused(refusal)) => {
            let kept = fields.keep(&REASON_FIELDS);
            let ask = ask.refused(FormState::refused(refusal, kept));
            programme_page(&state, (&visitor, ask), &id, None).await
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn show_correction(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    correction_page(&state, (&visitor, ask), &id).await
}

async fn correction_page(
    state: &AppState,
    (visitor, ask): (&Visitor, Ask),
    id: &str,
) -> Result<Response, Problem> {
    let Ok(id) = id.parse::<ProgrammeId>() else { return Ok(unknown(ask).await) };
    let form = planning::programme_form(&state.office, visitor.actor(), id).await?;
    let Some(form) = form else { return Ok(unknown(ask).await) };
    let links = links(visitor, &ask);
    let page = move || view! { <ProgrammeCorrectionPage links=links id=id form=form /> };
    Ok(ask.of_coordination().page(page).await)
}

async fn correct(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let Ok(programme) = id.parse::<ProgrammeId>() else {
        return correction_page(&state, (&visitor, ask), &id).await;
    };
    let asked = correction(&fields);
    match planning::correct_programme(&state.office, visitor.actor(), programme, asked).await {
        Ok(()) => Ok(see(&format!("{}?{CORRECTED}", routes::desk_programme(programme)))),
        Err(Error::Refused(refusal)) => {
            let kept = fields.keep(&CORRECTION_FIELDS);
            let ask = ask.refused(FormState::refused(refusal, kept));
            correction_page(&state, (&visitor, ask), &id).await
        }
        Err(failed) => Err(failed.into()),
    }
}

fn correction(fields: &Fields) -> ProgrammeCorrection {
    use Target::{
        DewormingsExternal, DewormingsInternal, Implantations, Outreaches, Sterilisations,
    };
    let text = |name: &str| fields.text(name).to_owned();
    let targets =
        [Implantations, DewormingsInternal, DewormingsExternal, Sterilisations, Outreaches];
    ProgrammeCorrection {
        form: ProgrammeForm {
            name: text(Field::Name.code()),
            issuer: text(Field::Organisation.code()),
            starts_on: text(Field::Date.code()),
            ends_on: text(Field::EndDate.code()),
            targets: targets.map(|target| text(target.code())),
        },
        seen: text(SEEN),
        reason: text(Field::Reason.code()),
    }
}
