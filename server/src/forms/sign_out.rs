//! `/salir`.

use app::pages::public::account::sign_in::{SIGNED_OUT_SCRIPT, SignOutPage};
use app::routes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Response};
use backend::accounts::session::{self, Holder};
use backend::actor::Actor;
use leptos::prelude::*;
use phrases::account;

use crate::forms::see;
use crate::pages::{Ask, Message};
use crate::refused::Problem;
use crate::session::{Cookie, Visitor};
use crate::state::AppState;

/// The page: a button for somebody signed in, the news for somebody who is not. With these comes a
/// script that drops what the phone took along to an outreach: nobody's data is left to the next
/// person, wherever one signed out.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, Problem> {
    let visitor = Visitor::of(&state, &headers, Cookie::Staff).await?;
    if visitor.0.is_some() {
        return Ok(ask.page(|| view! { <SignOutPage /> }).await);
    }
    let locale = ask.locale;
    let message = Message::new(account::signed_out(locale), [account::signed_out_body(locale)])
        .way(routes::SIGN_IN, account::sign_in(locale));
    Ok(message.page(ask.script(SIGNED_OUT_SCRIPT)).await)
}

/// Ends the session. Without one there is nothing to end, and the answer is the same.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn act(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = Visitor::of(&state, &headers, Cookie::Staff).await?;
    if let Some(present) = visitor.0
        && let Actor::Staff { id, .. } = present.actor
    {
        let of = Holder::Staff(id);
        session::revoke(&state.office.store, of, present.session, state.office.clock.now()).await?;
    }
    Ok((AppendHeaders([Cookie::Staff.end()]), see(routes::SIGN_OUT)).into_response())
}
