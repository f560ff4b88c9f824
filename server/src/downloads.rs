//! Documents to look at and keep: for the team, and for owners.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use backend::actor::Actor;
use backend::error::Error;
use backend::store::vocabulary::document::DocumentRow;
use backend::{documents, registry};
use domain::id::{DocumentId, OwnerId};
use domain::refusal::Refusal;
use domain::role::Role;

use crate::layers::headers::Policy;
use crate::papers::Paper;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// `GET /documentos/{id}`: for a coordinator every document, for others those of the outreaches
/// they work at. The owner sees that it was looked at.
///
/// # Errors
/// [`Refusal::DocumentUnknown`], also for a document that is not theirs to see.
pub async fn by_staff(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id: DocumentId = id.parse().map_err(|_| Refusal::DocumentUnknown)?;
    let actor = visitor.actor();
    let owner = state.office.store.read(move |tx| {
        Box::pin(async move {
            let row = documents::find(tx, id).await?;
            let team = match row.outreach_id {
                Some(outreach) => tx.team(outreach).await?,
                None => Vec::new(),
            };
            let works_there = team.iter().any(|member| Some(member.staff_id) == actor.id());
            let sees_all = matches!(actor, Actor::Staff { role: Role::Coordinator, .. });
            if !works_there && !sees_all {
                return Err(Error::Refused(Refusal::DocumentUnknown));
            }
            let animal = tx.animal(row.animal_id).await?;
            Ok::<_, Error>(animal.map(|animal| OwnerId(animal.owner_id)))
        })
    });
    let owner = owner.await?;
    registry::note_looks(&state.office, actor, "document", owner.into_iter()).await?;
    send(&state, id).await
}

/// `GET /mis-animales/documentos/{id}`: an owner's own.
///
/// # Errors
/// [`Refusal::DocumentUnknown`], also for somebody else's document.
pub async fn by_owner(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id: DocumentId = id.parse().map_err(|_| Refusal::DocumentUnknown)?;
    let Actor::Owner { owner, .. } = visitor.actor() else { return Err(Refusal::SignedOut.into()) };
    let is_own = state.office.store.read(move |tx| {
        Box::pin(async move {
            let row = documents::find(tx, id).await?;
            belongs_to(tx, &row, owner).await
        })
    });
    if !is_own.await? {
        return Err(Refusal::DocumentUnknown.into());
    }
    send(&state, id).await
}

/// Whether the document's animal is the owner's, or that of an owner merged into this one.
async fn belongs_to(
    tx: &mut backend::store::Tx,
    row: &DocumentRow,
    owner: OwnerId,
) -> Result<bool, Error> {
    let Some(animal) = tx.animal(row.animal_id).await? else { return Ok(false) };
    if animal.owner_id == owner.0 {
        return Ok(true);
    }
    let merged = tx.owners_merged_into(owner.0).await?;
    Ok(merged.iter().any(|other| other.id == animal.owner_id))
}

async fn send(state: &AppState, id: DocumentId) -> Result<Response, Problem> {
    let Paper { media_type, bytes } = state.press.paper(&state.office, id).await?;
    let head = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, "inline; filename=\"documento.pdf\"".to_owned()),
    ];
    let mut response = (head, bytes).into_response();
    response.extensions_mut().insert(Policy::File);
    Ok(response)
}
