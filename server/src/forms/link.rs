//! `/e/{token}`: the links of mails. A GET only shows; the act is one POST.
//!
//! A token says nothing of its purpose; each purpose is tried in turn, which costs one look-up of
//! a hash each. That of a booking opens it again and again, the others act once.

use app::pages::public::account::link::{ChoosePasswordPage, Occasion};
use app::pages::public::form_state::FormState;
use app::routes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use backend::accounts::invitation::{self, Choice, LinkFor};
use backend::error::Error;
use backend::tokens::{INVITATION, PASSWORD_RESET, Purpose};
use domain::refusal::Refusal;
use leptos::prelude::*;

use crate::forms::booking::tickets::{self, Lately};
use crate::forms::sign_in::CHOSEN;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::state::AppState;

/// The page of what the link is for.
///
/// # Errors
/// [`Refusal::LinkUnusable`], and [`Problem`] when the database fails.
pub async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(lately): Query<Lately>,
    ask: Ask,
) -> Result<Response, Problem> {
    if let Some(ticket) = tickets::of_link(&state, &token).await? {
        return tickets::show_own(&state, ask, ticket, &lately).await;
    }
    let (purpose, about) = find(&state, &token).await?;
    Ok(choose(ask, purpose, about, &token).await)
}

/// Sets the password that was chosen, or does what is asked with a booking.
///
/// # Errors
/// As [`show`].
pub async fn act(
    State(state): State<AppState>,
    Path(token): Path<String>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    if let Some(ticket) = tickets::of_link(&state, &token).await? {
        return tickets::act_on_own(&state, ask, ticket, &fields).await;
    }
    let (purpose, about) = find(&state, &token).await?;
    let done = match fields.new_password() {
        Err(refusal) => Err(Error::Refused(refusal)),
        Ok(password) => {
            let choice = Choice { purpose, token: token.clone(), password };
            let now = state.office.clock.now();
            invitation::choose_password(&state.office.store, &state.passwords, choice, now).await
        }
    };
    match done {
        Ok(_) => Ok(see(&format!("{}?{CHOSEN}", routes::SIGN_IN))),
        Err(Error::Refused(refusal @ Refusal::LinkUnusable)) => Err(refusal.into()),
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, Vec::new());
            Ok(choose(ask.refused(form), purpose, about, &token).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// What a link is for.
async fn find(state: &AppState, token: &str) -> Result<(Purpose, LinkFor), Problem> {
    let now = state.office.clock.now();
    for purpose in [INVITATION, PASSWORD_RESET] {
        match invitation::look(&state.office.store, purpose, token.to_owned(), now).await {
            Ok(about) => return Ok((purpose, about)),
            Err(Error::Refused(Refusal::LinkUnusable)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Refusal::LinkUnusable.into())
}

async fn choose(ask: Ask, purpose: Purpose, about: LinkFor, token: &str) -> Response {
    let occasion = if purpose == INVITATION {
        Occasion::Invitation { email: about.email }
    } else {
        Occasion::Reset
    };
    let action = format!("{}/{token}", routes::LINK);
    ask.page(move || view! { <ChoosePasswordPage occasion=occasion action=action /> }).await
}
