//! `/mis-animales`: the own records, from the use case's types to the page's.

use app::pages::public::form_state::FormState;
use app::pages::public::owner::animal::{OwnAnimal, OwnDocument, Registration};
use app::pages::public::owner::looks::{Look, LookKind};
use app::pages::public::owner::own::{Done, OwnPage};
use app::routes;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Response};
use backend::accounts::session::{self, Holder};
use backend::actor::Actor;
use backend::owner_access::own;
use domain::timestamp::Zone;
use leptos::prelude::*;
use serde::Deserialize;

use crate::forms::see;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::{Cookie, Visitor};
use crate::state::AppState;

/// What was done just before, as the address tells it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    done: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(told): Query<Told>,
    ask: Ask,
) -> Result<Response, Problem> {
    let known = Done::WORDS.into_iter().find(|(_, word)| *word == told.done);
    let done = known.map(|(done, _)| done);
    render(&state, &visitor, ask, done).await
}

/// The address of the page that tells what was done.
pub(super) fn after(done: Done) -> String {
    let word = Done::WORDS.into_iter().find(|(known, _)| *known == done);
    format!("{}?done={}", routes::MY_ANIMALS, word.map_or("", |(_, word)| word))
}

/// The page again, with what was refused.
pub(super) async fn again(
    state: &AppState,
    visitor: &Visitor,
    ask: Ask,
    form: FormState,
) -> Result<Response, Problem> {
    render(state, visitor, ask.refused(form), None).await
}

async fn render(
    state: &AppState,
    visitor: &Visitor,
    ask: Ask,
    done: Option<Done>,
) -> Result<Response, Problem> {
    let records = own::records(&state.office, visitor.actor()).await?;
    let own::OwnRecords { name, email, animals, looks } = records;
    let animals: Vec<_> = animals.into_iter().map(animal).collect();
    let looks: Vec<_> = looks.into_iter().map(|one| look(one, &state.office.zone)).collect();
    Ok(ask
        .page(move || {
            view! { <OwnPage name=name email=email animals=animals looks=looks done=done /> }
        })
        .await)
}

/// Ends the session.
pub(super) async fn leave(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    if let Some(present) = &visitor.0
        && let Actor::Owner { owner, .. } = present.actor
    {
        let now = state.office.clock.now();
        session::revoke(&state.office.store, Holder::Owner(owner), present.session, now).await?;
    }
    Ok((AppendHeaders([Cookie::Owner.end()]), see(routes::HOME)).into_response())
}

fn animal(animal: own::OwnAnimal) -> OwnAnimal {
    OwnAnimal {
        id: animal.id,
        details: animal.details,
        chip: animal.chip,
        vital_state: animal.vital_state,
        vital_since: animal.vital_since,
        registration: Registration {
            state: animal.rnm_state,
            number: animal.rnm_number,
            reason: animal.rnm_reason,
            lacks: animal.rnm_lacks,
        },
        documents: animal.documents.into_iter().map(document).collect(),
    }
}

fn document(document: own::OwnDocument) -> OwnDocument {
    let own::OwnDocument { id, kind, state, on } = document;
    OwnDocument { id, kind, state, on }
}

fn look(look: own::Look, zone: &Zone) -> Look {
    let kind = match look.kind {
        own::LookKind::Search => LookKind::Search,
        own::LookKind::Document => LookKind::Document,
        own::LookKind::Chip => LookKind::Chip,
        own::LookKind::Sheet => LookKind::Sheet,
        own::LookKind::List => LookKind::List,
        own::LookKind::Export => LookKind::Export,
        own::LookKind::CodeRefused => LookKind::CodeRefused,
        own::LookKind::Pack => LookKind::Pack,
        own::LookKind::Message => LookKind::Message,
        own::LookKind::CodeAsked => LookKind::CodeAsked,
        own::LookKind::SignIn => LookKind::SignIn,
        own::LookKind::Other => LookKind::Other,
    };
    let offset_minutes = zone.offset_minutes(look.at);
    Look { at: look.at, offset_minutes, kind, by: look.by, outreach: look.outreach }
}
