//! `/ingresar`.

use std::convert::Infallible;

use app::pages::public::account::sign_in::SignInPage;
use app::pages::public::form_state::FormState;
use app::routes;
use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use backend::accounts::session::{self, SignIn};
use backend::error::Error;
use domain::refusal::Refusal;
use domain::role::Role;
use leptos::prelude::*;

use crate::forms::{Fields, see};
use crate::pages::{Ask, own_path};
use crate::refused::Problem;
use crate::session::{Cookie, Keeping, Visitor};
use crate::state::AppState;

/// Where to go afterwards: the path `next` of the query, if it is one of ours.
#[derive(Debug, Default)]
pub struct Next(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Next {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let next = pairs.find(|(name, _)| name == "next").map(|(_, next)| next.into_owned());
        let own = next.as_deref().and_then(own_path).unwrap_or_default();
        Ok(Self(own.to_owned()))
    }
}

/// The query of who comes from choosing a password.
pub(super) const CHOSEN: &str = "clave";

/// The page.
pub async fn show(RawQuery(query): RawQuery, ask: Ask, Next(next): Next) -> Response {
    let chosen = query.as_deref() == Some(CHOSEN);
    ask.page(move || view! { <SignInPage next=next chosen=chosen /> }).await
}

/// Signs in, and goes where the person wanted to be.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn act(
    State(state): State<AppState>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let by = SignIn {
        email: fields.text("email").to_owned(),
        password: fields.text("password").to_owned(),
        address: fields.address.to_string(),
        user_agent: fields.user_agent.clone(),
    };
    let now = state.office.clock.now();
    let next = own_path(fields.text("next")).unwrap_or_default().to_owned();
    let begun = match session::sign_in(&state.office.store, &state.passwords, by, now).await {
        Ok(begun) => {
            tracing::info!("somebody signed in");
            begun
        }
        Err(Error::Refused(refusal)) => {
            let limited = matches!(refusal, Refusal::TooManyAttempts { .. });
            tracing::warn!(limited, "a sign-in was refused");
            let form = FormState::refused(refusal, fields.keep(&["email"]));
            return Ok(ask.refused(form).page(move || view! { <SignInPage next=next /> }).await);
        }
        Err(failed) => return Err(failed.into()),
    };
    let role = Visitor(session::find(&state.office.store, &begun.secret, now).await?).role();
    let to = if next.is_empty() { first_page(role).to_owned() } else { next };
    let cookie = Cookie::Staff.begin(&begun, Keeping::of(role, &to));
    Ok((AppendHeaders([cookie]), see(&to)).into_response())
}

/// Where a role's work begins.
const fn first_page(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Operative | Role::Veterinarian) => routes::FIELD,
        Some(Role::Coordinator | Role::Auditor | Role::Admin) => routes::COORDINATION,
        None => routes::HOME,
    }
}
