//! `/cuenta`: one's own sessions and password, and the password once more before grave acts.

use app::pages::public::account::own::{AccountPage, Done, SessionLine};
use app::pages::public::account::sign_in::ConfirmPage;
use app::pages::public::form_state::FormState;
use app::routes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Response};
use backend::accounts::invitation::{self, Choice};
use backend::accounts::session::{self, Holder, Present};
use backend::actor::Actor;
use backend::error::Error;
use backend::{clock, tokens};
use domain::id::{SessionId, StaffId};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::timestamp::Timestamp;
use domain::view::StaffView;
use leptos::prelude::*;

use crate::forms::sign_in::Next;
use crate::forms::{Fields, see};
use crate::pages::{Ask, own_path};
use crate::refused::Problem;
use crate::session::{Cookie, Keeping, Visitor};
use crate::state::AppState;

/// The page.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let word = query.unwrap_or_default();
    let done = Done::WORDS.into_iter().find(|(_, known)| *known == word).map(|(done, _)| done);
    page(&state, visitor.present()?, done, ask).await
}

async fn page(
    state: &AppState,
    present: &Present,
    done: Option<Done>,
    ask: Ask,
) -> Result<Response, Problem> {
    let now = state.office.clock.now();
    let (id, role) = staff(present).ok_or(Refusal::SignedOut)?;
    let staff = StaffView { id, name: present.name.clone(), role };
    let rows = session::list(&state.office.store, Holder::Staff(id), now).await?;
    let mut sessions: Vec<_> = rows
        .into_iter()
        .map(|row| SessionLine {
            id: SessionId(row.id),
            device: row.user_agent,
            since: Timestamp(row.created_at),
            last_seen: Timestamp(row.last_seen_at),
            own: row.id == present.session.0,
        })
        .collect();
    sessions.sort_by_key(|session| !session.own);
    let offset_minutes = clock::zone(now).map_err(Error::from)?.offset_minutes(now);
    let view = move || {
        view! {
            <AccountPage
                staff=staff
                sessions=sessions
                offset_minutes=offset_minutes
                done=done
            />
        }
    };
    Ok(ask.page(view).await)
}

/// Ends one session, or all the others.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn end_sessions(
    State(state): State<AppState>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let present = visitor.present()?;
    let now = state.office.clock.now();
    let (id, _) = staff(present).ok_or(Refusal::SignedOut)?;
    let of = Holder::Staff(id);
    let which = fields.text("session");
    if which == "others" {
        session::revoke_all(&state.office.store, of, Some(present.session), now).await?;
        return Ok(after(Done::OthersEnded));
    }
    // What is no session of one's own has ended already, as far as one is concerned.
    if let Ok(session) = which.parse() {
        session::revoke(&state.office.store, of, session, now).await?;
    }
    Ok(after(Done::SessionEnded))
}

/// Changes the password: the current one first. Every session ends, and this one begins anew, kept
/// by the browser as before.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn change_password(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let present = visitor.present()?;
    match changed(&state, present, &fields).await {
        Ok(begun) => {
            let keeping = Keeping::again(visitor.role(), &headers);
            let cookie = AppendHeaders([Cookie::Staff.begin(&begun, keeping)]);
            Ok((cookie, after(Done::PasswordChanged)).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, Vec::new());
            page(&state, present, None, ask.refused(form)).await
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn changed(
    state: &AppState,
    present: &Present,
    fields: &Fields,
) -> Result<session::Begun, Error> {
    let now = state.office.clock.now();
    let (id, _) = staff(present).ok_or(Error::Refused(Refusal::SignedOut))?;
    let (store, passwords) = (&state.office.store, &state.passwords);
    session::sign_in_again(store, passwords, present, fields.text("current"), now).await?;
    let password = fields.new_password().map_err(Error::Refused)?;
    let token = own_token(state, id, now).await?;
    let purpose = tokens::PASSWORD_RESET;
    let choice = Choice { purpose, token, password };
    invitation::choose_password(store, passwords, choice, now).await?;
    let agent = fields.user_agent.clone();
    store
        .write_with(agent, move |tx, agent| {
            Box::pin(session::begin(tx, Holder::Staff(id), agent, now))
        })
        .await
}

/// The same one-time token that a mail would bring, for somebody who just gave the password.
async fn own_token(state: &AppState, id: StaffId, now: Timestamp) -> Result<String, Error> {
    let issued = state.office.store.write(move |tx| {
        Box::pin(async move {
            tokens::issue(tx, tokens::PASSWORD_RESET, &id.to_string(), &id, now).await
        })
    });
    Ok(issued.await?.as_str().to_owned())
}

/// Asks for the password once more.
pub async fn ask_again(ask: Ask, Next(next): Next) -> Response {
    ask.page(move || view! { <ConfirmPage next=next /> }).await
}

/// Notes that the password was given again, and goes on.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn confirm(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let present = visitor.present()?;
    let now = state.office.clock.now();
    let password = fields.text("password");
    let next = own_path(fields.text("next")).unwrap_or(routes::ACCOUNT).to_owned();
    match session::sign_in_again(&state.office.store, &state.passwords, present, password, now)
        .await
    {
        Ok(()) => Ok(see(&next)),
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, Vec::new());
            Ok(ask.refused(form).page(move || view! { <ConfirmPage next=next /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Who a session of staff belongs to.
fn staff(present: &Present) -> Option<(StaffId, Role)> {
    match present.actor {
        Actor::Staff { id, role } => Some((id, role)),
        _ => None,
    }
}

fn after(done: Done) -> Response {
    let words = Done::WORDS.into_iter().find(|(known, _)| *known == done);
    see(&format!("{}?{}", routes::ACCOUNT, words.map_or("", |(_, word)| word)))
}
