//! `/coordinacion/*`: server-rendered, then hydrated; and its server functions under
//! `/api/coordinacion/*`.
//!
//! What is routed here is what `doors::table` lists below the two addresses: a page or a function
//! without a row is not reachable, and a row needs no second line here.

mod approval;
mod beneficiaries;
mod bookings;
mod closing;
mod day;
mod imports;
mod lists;
mod plan;
mod sheets;
mod stock;
mod territory;

use app::api::asked::Asked;
use app::coordination::App;
use app::routes;
use app::shell::CoordinationShell;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use backend::actor::Actor;
use domain::desk;
use domain::id::OutreachId;
use domain::refusal::Refusal;
use leptos::nonce::Nonce;
use leptos::prelude::*;

use crate::doors::{DOORS, Routes};
use crate::layers::headers::{PageNonce, Policy};
use crate::layers::requests::RequestId;
use crate::pages;
use crate::session::Visitor;
use crate::state::AppState;

/// Where the server functions of the pages are.
const FUNCTIONS: &str = "/api/coordinacion/";

/// The pages, rendered here and hydrated there, their server functions, lists and files.
pub fn router(state: &AppState) -> Routes {
    let shared = state.clone();
    let context = move || provide(&shared);
    let document =
        || view! { <CoordinationShell assets=pages::assets()><App /></CoordinationShell> };
    let page = leptos_axum::render_app_async_with_context(context.clone(), document);
    let function = move |request: Request<Body>| {
        leptos_axum::handle_server_fns_with_context(context.clone(), request)
    };
    let mut pages = Routes::default();
    let is_whole =
        |pattern: &str| routes::WHOLE.contains(&pattern) || pattern == routes::RNM_APPROVE;
    for door in DOORS.iter().filter(|door| !is_whole(door.pattern)) {
        if door.pattern.starts_with(FUNCTIONS) {
            pages = pages.post(door.pattern, function.clone());
        } else if door.pattern.starts_with(routes::COORDINATION) {
            pages = pages.get(door.pattern, page.clone());
        }
    }
    pages
        .layer(from_fn_with_state(state.clone(), hydrated))
        .get(routes::RNM_CSV, lists::ready_for_rnm)
        .post(routes::RNM_APPROVE, approval::approve)
        .merge(stock::router())
        .merge(territory::router())
        .merge(plan::router())
        .merge(day::router())
        .merge(bookings::router())
        .merge(closing::router())
        .merge(imports::router())
}

/// The outreach of an address.
fn outreach(id: &str) -> Result<OutreachId, Refusal> {
    id.parse().map_err(|_| Refusal::OutreachUnknown)
}

/// What the pages and server functions of a request may use.
fn provide(state: &AppState) {
    let Some(parts) = use_context::<Parts>() else { return };
    let locale = pages::locale(&parts.headers);
    provide_context(locale);
    if let Some(PageNonce(nonce)) = parts.extensions.get::<PageNonce>() {
        provide_context(Nonce::from_value(nonce.as_str()));
    }
    let visitor = parts.extensions.get::<Visitor>().cloned().unwrap_or_default();
    let Some(present) = visitor.0 else { return };
    if let Actor::Staff { id, role } = present.actor {
        provide_context(desk::Visitor {
            id,
            name: present.name.clone(),
            role,
            zone: state.office.zone.clone(),
            demonstration: state.office.demonstration.is_set(),
            language: locale.code().to_owned(),
        });
    }
    let reference = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
    let office = state.office.clone();
    let (reference, build) = (reference.unwrap_or_default(), pages::assets().build);
    provide_context(Asked { office, present, reference, build });
}

/// Marks the answer as a hydrated page; wakes the worker after an act, which may have put a mail
/// into the outbox.
async fn hydrated(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let acts = request.method() == Method::POST;
    let mut response = told(next.run(request).await).await;
    response.extensions_mut().insert(Policy::Hydrated);
    if acts {
        state.wake.notify_one();
    }
    response
}

/// Longest answer of a server function that failed.
const FAILURE_BYTES: usize = 65_536;

/// Gives a refusal of a server function the status of one: the framework answers every failure
/// with 500, and an expected one is none of the server's.
async fn told(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, FAILURE_BYTES).await.unwrap_or_default();
    if bytes.starts_with(b"{\"refusal\"") {
        parts.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Response::from_parts(parts, Body::from(bytes))
}
