//! Where next: the list with its weights, the same as a map's shapes, and a suggestion taken.

use app::pages::public::form_state::FormState;
use app::pages::public::territory::{MAP_SCRIPT, Tiles, WEIGHT_FIELDS, WhereNextPage};
use app::routes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::error::{Error, Fault};
use backend::territory;
use domain::desk::territory::{NextRow, Weighed, WeightsForm, WhereNext, Wrong};
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::refusal::Refusal;
use domain::territory::UnitKey;
use domain::territory::point::Point;
use domain::territory::ranking::Part;
use leptos::prelude::*;
use phrases::{Locale, territory as say};
use serde_json::{Value, json};

use super::{DONE, links, shown};
use crate::forms::{Fields, see};
use crate::layers::headers::Pictures;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let sheet = territory::where_next(&state.office, visitor.actor()).await?;
    let ask = shown(ask, values(&sheet));
    let is_done = query.as_deref() == Some(DONE);
    Ok(page((&state, &visitor), ask, sheet, Vec::new(), is_done).await)
}

async fn page(
    (state, visitor): (&AppState, &Visitor),
    ask: Ask,
    sheet: WhereNext,
    wrong: Vec<Wrong>,
    is_done: bool,
) -> Response {
    let config = &state.config;
    let tiles = config.tiles_url.clone().map(|url| {
        let attribution = config.tiles_attribution.clone();
        Tiles { url, attribution }
    });
    let links = links(visitor, &ask);
    let page = move || {
        view! {
            <WhereNextPage links=links sheet=sheet wrong=wrong is_done=is_done tiles=tiles />
        }
    };
    let mut response = ask.of_coordination().script(MAP_SCRIPT).page(page).await;
    if let Some(origin) = config.tiles_origin() {
        response.extensions_mut().insert(Pictures(origin));
    }
    response
}

/// The form as it counts now.
fn values(sheet: &WhereNext) -> Vec<(String, String)> {
    let weight = |part: &Part| (part.code().to_owned(), sheet.weights.of(*part).to_string());
    let office = |of: fn(Point) -> String| sheet.office.map(of).unwrap_or_default();
    let place = [
        ("latitude".to_owned(), office(Point::latitude_text)),
        ("longitude".to_owned(), office(Point::longitude_text)),
    ];
    Part::ALL.iter().map(weight).chain(place).collect()
}

pub(super) async fn weigh(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let text = |name: &str| fields.text(name).to_owned();
    let [unserved, waiting, elapsed, distance, cost, latitude, longitude] = WEIGHT_FIELDS.map(text);
    let weights = [unserved, waiting, elapsed, distance, cost];
    let form = WeightsForm { weights, latitude, longitude };
    let (office, actor) = (&state.office, visitor.actor());
    match territory::set_weights(office, actor, &form).await? {
        Weighed::Kept => Ok(see(&format!("{}?{DONE}", routes::WHERE_NEXT))),
        Weighed::Wrong(wrong) => {
            let sheet = territory::where_next(office, actor).await?;
            let ask = shown(ask, fields.keep(&WEIGHT_FIELDS));
            let ask = ask.status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(page((&state, &visitor), ask, sheet, wrong, false).await)
        }
    }
}

pub(super) async fn accept(
    State(state): State<AppState>,
    Path(unit): Path<String>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    let unknown = FieldError::new(Field::NeighbourhoodUnit, FieldProblem::Unknown);
    let unit = UnitKey::parse(&unit).map_err(|_| Refusal::field(unknown))?;
    let (office, actor, locale) = (&state.office, visitor.actor(), ask.locale);
    let name = say::draft_name(locale, words(unit, locale));
    let draft = (name, say::draft_place(locale).to_owned());
    match territory::accept(office, actor, unit, draft).await {
        Ok(outreach) => {
            let sheet = routes::desk_outreach(outreach);
            Ok(see(&format!("{sheet}/{}", routes::CHANGE)))
        }
        Err(Error::Refused(refusal)) => {
            let sheet = territory::where_next(office, actor).await?;
            let ask = ask.refused(FormState::refused(refusal, values(&sheet)));
            Ok(page((&state, &visitor), ask, sheet, Vec::new(), false).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

fn words(unit: UnitKey, locale: Locale) -> String {
    say::unit_of(locale, unit.commune, unit.number)
}

/// `GET /coordinacion/donde-sigue/mapa.json`: the units that are somewhere, as `GeoJSON` (RFC
/// 7946), with the words that the map says.
///
/// # Errors
/// Those of [`territory::map`].
pub(super) async fn map(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    let sheet = territory::map(&state.office, visitor.actor()).await?;
    let mut features = Vec::with_capacity(sheet.rows.len());
    for (rank, row) in (1_u32..).zip(&sheet.rows) {
        if let Some(geometry) = geometry(row).map_err(Fault::from).map_err(Error::Failed)? {
            features.push(json!({
                "type": "Feature",
                "geometry": geometry,
                "properties": properties(rank, row, ask.locale),
            }));
        }
    }
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], text).into_response())
}

fn properties(rank: u32, row: &NextRow, locale: Locale) -> Value {
    let unit = row.scored.facts.unit;
    let name = match &row.name {
        Some(name) => format!("{name} ({})", words(unit, locale)),
        None => words(unit, locale),
    };
    json!({
        "rank": rank,
        "name": name,
        "points": say::points(locale, row.scored.total().into()),
        "row": format!("#uv-{unit}"),
    })
}

/// A unit's boundary, or else its middle; nothing of one that is nowhere.
fn geometry(row: &NextRow) -> serde_json::Result<Option<Value>> {
    let (kind, text) = match (&row.boundary, row.point) {
        (Some(boundary), _) => ("MultiPolygon", boundary.as_str().to_owned()),
        (None, Some(point)) => {
            ("Point", format!("[{},{}]", point.longitude_text(), point.latitude_text()))
        }
        (None, None) => return Ok(None),
    };
    let coordinates: Value = serde_json::from_str(&text)?;
    Ok(Some(json!({ "type": kind, "coordinates": coordinates })))
}
