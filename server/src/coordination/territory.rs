//! The territory at the desk: plain pages and forms, as those of the stock. 303 after an act, 422
//! with all that was typed.

mod areas;
mod next;
mod units;

use app::pages::public::form_state::FormState;
use app::pages::public::territory::{
    CalendarPage, Month, ORGANISATION_FIELDS, OrganisationPage, OrganisationsPage, View,
};
use app::routes;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::clock::fresh_id;
use backend::error::Error;
use backend::territory;
use domain::desk::territory::OrganisationForm;
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::id::OrganisationId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use serde::Deserialize;

use super::stock::links;
use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// In the address after something was kept.
const DONE: &str = "hecho";

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default()
        .get(routes::ORGANISATIONS, organisations)
        .both(routes::ORGANISATION, organisation, save_organisation)
        .get(routes::UNITS, units::list)
        .both(routes::UNIT, areas::show, areas::change)
        .both(routes::UNIT_FILE, units::ask_for_file, units::take_file)
        .both(routes::WHERE_NEXT, next::show, next::weigh)
        .get(routes::WHERE_NEXT_MAP, next::map)
        .post(routes::WHERE_NEXT_UNIT, next::accept)
        .get(routes::CALENDAR, calendar)
}

async fn organisations(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let list = territory::organisations(&state.office, visitor.actor()).await?;
    let (links, is_done) = (links(&visitor, &ask), query.as_deref() == Some(DONE));
    let page = move || view! { <OrganisationsPage links=links list=list is_done=is_done /> };
    Ok(ask.of_coordination().page(page).await)
}

/// The organisation of an address; a new one has an identifier of its own at once, so that its form
/// sent twice makes one.
fn id_of(text: &str) -> Result<(OrganisationId, bool), Refusal> {
    if text == routes::NEW {
        return Ok((OrganisationId(fresh_id()), true));
    }
    let unknown = || Refusal::field(FieldError::new(Field::Organisation, FieldProblem::Unknown));
    Ok((text.parse().map_err(|_| unknown())?, false))
}

async fn organisation(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    let (id, is_new) = id_of(&id)?;
    let form = match is_new {
        true => OrganisationForm::default(),
        false => territory::organisation(&state.office, visitor.actor(), id).await?,
    };
    let values = ORGANISATION_FIELDS.iter().zip([
        form.name,
        form.kind,
        form.commune,
        form.unit,
        form.address,
        form.contact_name,
        form.phone,
        form.email,
    ]);
    let values = values.map(|(name, value)| ((*name).to_owned(), value)).collect();
    let ask = shown(ask, values);
    Ok(organisation_page((&visitor, ask), id, is_new).await)
}

/// The page with these values in its form, and nothing wrong.
fn shown(ask: Ask, values: Vec<(String, String)>) -> Ask {
    ask.refused(FormState { values, ..FormState::default() }).status(StatusCode::OK)
}

async fn organisation_page(
    (visitor, ask): (&Visitor, Ask),
    id: OrganisationId,
    is_new: bool,
) -> Response {
    let links = links(visitor, &ask);
    let page = move || view! { <OrganisationPage links=links id=id is_new=is_new /> };
    ask.of_coordination().page(page).await
}

async fn save_organisation(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let (id, _) = id_of(&id)?;
    let text = |field: Field| fields.text(field.code()).to_owned();
    let form = OrganisationForm {
        name: text(Field::Name),
        kind: text(Field::Organisation),
        commune: text(Field::Commune),
        unit: text(Field::NeighbourhoodUnit),
        address: text(Field::Address),
        contact_name: text(Field::PersonName),
        phone: text(Field::Phone),
        email: text(Field::Email),
    };
    match territory::save_organisation(&state.office, visitor.actor(), id, &form).await {
        Ok(()) => Ok(see(&format!("{}?{DONE}", routes::ORGANISATIONS))),
        Err(Error::Refused(refusal)) => {
            let known = territory::organisation(&state.office, visitor.actor(), id).await;
            let typed = fields.keep(&ORGANISATION_FIELDS);
            let ask = ask.refused(FormState::refused(refusal, typed));
            Ok(organisation_page((&visitor, ask), id, known.is_err()).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Which month, and how.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default, rename = "mes")]
    month: String,
    #[serde(default, rename = "vista")]
    view: String,
}

async fn calendar(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
    ask: Ask,
) -> Result<Response, Problem> {
    let office = &state.office;
    let today = office.day_of(office.clock.now());
    // Whatever is no month is this one.
    let month = Month::parse(&wanted.month).unwrap_or_else(|| Month::of(today));
    let view = View::named(&wanted.view);
    let (from, to) = month.days(view);
    let (outreaches, has_more) = territory::between(office, visitor.actor(), from, to).await?;
    let (links, when) = (links(&visitor, &ask), (office.zone.clone(), today));
    let page = move || {
        view! {
            <CalendarPage
                links=links
                view=view
                month=month
                outreaches=outreaches
                has_more=has_more
                when=when
            />
        }
    };
    Ok(ask.of_coordination().page(page).await)
}
