//! Every route, and the layers before them.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::layers::headers::Https;
use crate::layers::{error_pages, flood, headers, requests};
use crate::state::AppState;
use crate::verification;
use crate::{
    api, coordination, demo_mail, doors, downloads, field_shell, forms, health, pwa, site,
};

/// How long a request may take until its answer begins.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every page, endpoint and file.
///
/// # Errors
/// When the public address is no origin.
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
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE));
    let guarded = Router::new()
        .merge(machines())
        .merge(people(&state))
        .merge(coordination::router(&state))
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
fn machines() -> Router<AppState> {
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/.well-known/jwks.json", get(key_set))
        .route("/.well-known/revocations.json", get(verification::revocations))
        .route("/sw.js", get(pwa::worker))
        .route("/api/v1/openapi.json", get(api::openapi::description))
        .route("/api/v1/session", get(api::session::own))
        .route("/api/v1/field/setup", get(api::field::setup))
        .route("/api/v1/field/search", post(api::field::search))
        .route("/api/v1/field/chip", post(api::field::chip))
        .route("/api/v1/submissions", post(api::submissions::receive))
        .route("/api/v1/verify", get(api::verification::by_query).post(api::verification::by_body))
}

/// What people open.
fn people(state: &AppState) -> Router<AppState> {
    use app::routes;
    let mut router = Router::new()
        .route(routes::FIELD, get(field_shell::shell))
        .route("/terreno/{*rest}", get(field_shell::shell))
        .route("/V/{text}", get(verification::page))
        .route("/v/{text}", get(verification::page))
        .route("/documentos/{id}", get(downloads::by_staff))
        .route("/papeletas/{id}", get(downloads::slip).post(downloads::renew_slip))
        .route("/mis-animales/documentos/{id}", get(downloads::by_owner))
        .route("/e/{token}", both(forms::link::show, forms::link::act))
        .route(routes::SIGN_IN, both(forms::sign_in::show, forms::sign_in::act))
        .route(routes::SIGN_OUT, both(forms::sign_out::show, forms::sign_out::act))
        .route(routes::PASSWORD, both(forms::password::show, forms::password::act))
        .route(routes::ACCOUNT, get(forms::account::show))
        .route(routes::SESSIONS, post(forms::account::end_sessions))
        .route(routes::CHANGE_PASSWORD, post(forms::account::change_password))
        .route(routes::CONFIRM, both(forms::account::ask_again, forms::account::confirm));
    router = router
        .merge(forms::public::router())
        .merge(forms::owner::router())
        .merge(forms::found::router());
    if state.shows_mail {
        router = router.merge(demo_mail::router());
    }
    router
}

/// `GET /.well-known/jwks.json`: the public keys of documents. They change with a rotation only;
/// who finds a key missing asks again past the cache.
async fn key_set(State(state): State<AppState>) -> Response {
    let kept = (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    ([kept], axum::Json(state.office.keys.jwks())).into_response()
}

/// A page and the form on it.
fn both<G, P, A, B>(show: G, act: P) -> MethodRouter<AppState>
where
    G: axum::handler::Handler<A, AppState>,
    P: axum::handler::Handler<B, AppState>,
    A: 'static,
    B: 'static,
{
    get(show).post(act)
}
