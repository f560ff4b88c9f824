//! `/clave`: asks for a link to choose a new password. The answer never says whether the address
//! belongs to anybody.

use app::pages::public::account::password::ResetPage;
use app::pages::public::form_state::FormState;
use app::routes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use backend::accounts::invitation;
use backend::error::Error;
use leptos::prelude::*;
use phrases::account;

use crate::forms::{Fields, see};
use crate::pages::{Ask, Message};
use crate::refused::Problem;
use crate::state::AppState;

/// The word of the address after the form was taken.
const SENT: &str = "enviado";

/// The page, or the word that a link is on its way.
pub async fn show(ask: Ask, RawQuery(query): RawQuery) -> Response {
    if query.as_deref() != Some(SENT) {
        return ask.page(|| view! { <ResetPage /> }).await;
    }
    let locale = ask.locale;
    let lines = [account::reset_sent(locale), account::reset_sent_next(locale)];
    Message::new(account::reset_sent_title(locale), lines)
        .way(routes::SIGN_IN, account::back_to_sign_in(locale))
        .page(ask)
        .await
}

/// Asks for the link.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn act(
    State(state): State<AppState>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let (email, address) = (fields.text("email"), fields.address.to_string());
    match invitation::request_reset(&state.office, email, &address).await {
        Ok(()) => {
            state.wake.notify_one();
            Ok(see(&format!("{}?{SENT}", routes::PASSWORD)))
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["email"]));
            Ok(ask.refused(form).page(|| view! { <ResetPage /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}
