//! One neighbourhood unit, or the figures of a whole commune: its form, kept or taken out.

use app::pages::public::form_state::FormState;
use app::pages::public::territory::{AREA_FIELDS, AreaPage, NO_BOUNDARY, SEEN, TAKE_OUT};
use app::routes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::error::Error;
use backend::territory;
use domain::desk::territory::{AreaDeed, AreaForm, AreaSheet, Wrong};
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::refusal::Refusal;
use domain::territory::area::Area;
use leptos::prelude::*;

use super::{DONE, links, shown};
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// The area of an address.
fn area_of(text: &str) -> Result<Area, Refusal> {
    let unknown = FieldError::new(Field::NeighbourhoodUnit, FieldProblem::Unknown);
    Area::parse(text).map_err(|_| Refusal::field(unknown))
}

pub(super) async fn show(
    State(state): State<AppState>,
    Path(area): Path<String>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    let sheet = territory::area(&state.office, visitor.actor(), area_of(&area)?).await?;
    let ask = shown(ask, values(&sheet.form));
    Ok(page(&visitor, ask, sheet, (Vec::new(), false)).await)
}

async fn page(
    visitor: &Visitor,
    ask: Ask,
    sheet: AreaSheet,
    (wrong, stays): (Vec<Wrong>, bool),
) -> Response {
    let links = links(visitor, &ask);
    let page = move || {
        view! { <AreaPage links=links sheet=sheet wrong=wrong stays=stays /> }
    };
    ask.of_coordination().page(page).await
}

/// The form as it is.
fn values(form: &AreaForm) -> Vec<(String, String)> {
    let texts = [
        &form.name,
        &form.households,
        &form.dogs_and_cats,
        &form.source,
        &form.year,
        &form.latitude,
        &form.longitude,
    ];
    let kept = AREA_FIELDS.iter().zip(texts).map(|(name, text)| ((*name).to_owned(), text.clone()));
    kept.chain([(SEEN.to_owned(), form.seen.clone())]).collect()
}

fn typed(fields: &Fields) -> AreaForm {
    let text = |name: &str| fields.text(name).to_owned();
    AreaForm {
        name: text("name"),
        households: text("households"),
        dogs_and_cats: text("dogs_and_cats"),
        source: text("source"),
        year: text("year"),
        latitude: text("latitude"),
        longitude: text("longitude"),
        drops_boundary: !fields.text(NO_BOUNDARY).is_empty(),
        seen: text(SEEN),
    }
}

pub(super) async fn change(
    State(state): State<AppState>,
    Path(area): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let area = area_of(&area)?;
    let (office, actor) = (&state.office, visitor.actor());
    let leaves = !fields.text(TAKE_OUT).is_empty();
    let done = match leaves {
        true => territory::take_area_out(office, actor, area).await,
        false => territory::keep_area(office, actor, area, &typed(&fields)).await,
    };
    let refused = |ask: Ask| ask.status(StatusCode::UNPROCESSABLE_ENTITY);
    match done {
        Ok(AreaDeed::Kept | AreaDeed::TakenOut) => Ok(see(&format!("{}?{DONE}", routes::UNITS))),
        Ok(AreaDeed::Wrong(wrong)) => {
            let sheet = territory::area(office, actor, area).await?;
            let ask = refused(shown(ask, fields.keep(&AREA_FIELDS)));
            Ok(page(&visitor, ask, sheet, (wrong, false)).await)
        }
        Ok(AreaDeed::Reached(_)) => {
            let sheet = territory::area(office, actor, area).await?;
            let ask = refused(shown(ask, values(&sheet.form)));
            Ok(page(&visitor, ask, sheet, (Vec::new(), true)).await)
        }
        Err(Error::Refused(refusal @ Refusal::ChangedMeanwhile)) => {
            let sheet = territory::area(office, actor, area).await?;
            let ask = ask.refused(FormState::refused(refusal, fields.keep(&AREA_FIELDS)));
            Ok(page(&visitor, ask, sheet, (Vec::new(), false)).await)
        }
        Err(failed) => Err(failed.into()),
    }
}
