//! Every route, and the layers before them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use backend::keys::Purpose;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::doors::Routes;
use crate::layers::headers::Https;
use crate::layers::patience::Patience;
use crate::layers::{error_pages, flood, headers, origin, patience, requests};
use crate::state::AppState;
use crate::verification;
use crate::{
    api, calendar, coordination, demo_mail, doors, downloads, field_shell, forms, health, pwa, site,
};

/// Every page, endpoint and file.
///
/// # Errors
/// When the public address is no origin, or a route and the table of doors differ.
pub fn router(state: AppState) -> anyhow::Result<Router> {
    // Rendering waits for a tick of the executor; a second initialisation changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let public_url = state.config.public_url();
    let https = Https(public_url.starts_with("https://"));
    let layers = ServiceBuilder::new()
        .layer(from_fn(requests::follow))
        .layer(from_fn_with_state(https, headers::protect))
        .layer(from_fn_with_state(state.clone(), error_pages::word))
        .layer(CatchPanicLayer::custom(error_pages::panicked))
        .layer(from_fn_with_state(state.gate.clone(), flood::gate))
        .layer(CsrfLayer::new().add_trusted_origin(&public_url)?)
        .layer(from_fn(origin::known))
        .layer(from_fn_with_state(Patience::default(), patience::bound));
    let routes = machines().merge(people(&state)).merge(coordination::router(&state));
    let guarded = routes
        .checked(&doors::open(state.shows_mail))?
        .layer(from_fn_with_state(state.clone(), doors::guard));
    let router = guarded
        .merge(site::router())
        .fallback(|| async { StatusCode::NOT_FOUND })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(DefaultBodyLimit::disable())
        .layer(layers)
        .with_state(state);
    Ok(router)
}

/// What programs call.
fn machines() -> Routes {
    Routes::default()
        .get("/livez", health::livez)
        .get("/readyz", health::readyz)
        .get("/.well-known/jwks.json", key_set)
        .get("/.well-known/delegations.json", delegation_keys)
        .get("/.well-known/revocations.json", verification::revocations)
        .get("/sw.js", pwa::worker)
        .get("/api/v1/openapi.json", api::openapi::description)
        .get("/api/v1/session", api::session::own)
        .get("/api/v1/field/setup", api::field::setup)
        .get("/api/v1/field/chips", api::field::chips)
        .post("/api/v1/field/search", api::field::search)
        .post("/api/v1/field/chip", api::field::chip)
        .get("/api/v1/field/pack/{id}", api::field::pack)
        .get("/api/v1/field/pack/{id}/bookings", api::field::bookings)
        .post("/api/v1/field/pairing", api::field::pair)
        .get("/api/v1/outreaches/{outreach}/stock", api::stock::of_outreach)
        .post("/api/v1/field/places", api::places::ask)
        .post("/api/v1/submissions", api::submissions::receive)
        .post("/api/v1/sealed", api::submissions::receive_sealed)
        .post("/api/v1/pictures", api::pictures::announce)
        .put("/api/v1/pictures/{id}/{from}", api::pictures::add_piece)
        .both("/api/v1/verify", api::verification::by_query, api::verification::by_body)
}

/// What people open.
fn people(state: &AppState) -> Routes {
    use app::routes;
    let open = Routes::default()
        .get(routes::FIELD, field_shell::shell)
        .get("/terreno/{*rest}", field_shell::shell)
        .get("/V/{text}", verification::page)
        .get("/v/{text}", verification::page)
        .get("/P/{text}", verification::provisional_page)
        .get("/p/{text}", verification::provisional_page)
        .get("/documentos/{id}", downloads::by_staff)
        .both("/papeletas/{id}", downloads::slip, downloads::renew_slip)
        .get("/mis-animales/documentos/{id}", downloads::by_owner)
        .get("/fotos/{id}", downloads::picture)
        .get(routes::CALENDAR_FEED, calendar::feed)
        .both("/e/{token}", forms::link::show, forms::link::act)
        .both(routes::SIGN_IN, forms::sign_in::show, forms::sign_in::act)
        .both(routes::SIGN_OUT, forms::sign_out::show, forms::sign_out::act)
        .both(routes::PASSWORD, forms::password::show, forms::password::act)
        .get(routes::ACCOUNT, forms::account::show)
        .post(routes::SESSIONS, forms::account::end_sessions)
        .post(routes::CHANGE_PASSWORD, forms::account::change_password)
        .both(routes::CONFIRM, forms::account::ask_again, forms::account::confirm)
        .merge(forms::public::router())
        .merge(forms::owner::router())
        .merge(forms::found::router())
        .merge(forms::handover::router())
        .merge(forms::booking::router())
        .merge(forms::turn::router());
    if state.shows_mail { open.merge(demo_mail::router()) } else { open }
}

/// `GET /.well-known/jwks.json`: the public keys of documents. They change with a rotation only;
/// who finds a key missing asks again past the cache.
async fn key_set(State(state): State<AppState>) -> Response {
    told(&state, Purpose::Documents).await
}

/// `GET /.well-known/delegations.json`: the same of the keys by which phones are delegated.
async fn delegation_keys(State(state): State<AppState>) -> Response {
    told(&state, Purpose::Delegation).await
}

/// The keys, with those that another process has made some seconds ago. Those at hand are told
/// when the database is away: they verify as well.
async fn told(state: &AppState, purpose: Purpose) -> Response {
    let office = &state.office;
    if let Err(error) = office.keys.renew(&office.store, office.clock.now()).await {
        tracing::warn!(%error, "the keys could not be read again");
    }
    let kept = (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    ([kept], axum::Json(office.keys.jwks(purpose))).into_response()
}
