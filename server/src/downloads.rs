//! Documents to look at and keep, for the team and for owners; and pictures, for the team.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use backend::actor::Actor;
use backend::error::Error;
use backend::owner_access::holds;
use backend::{documents, pictures, registry};
use domain::id::{DocumentId, OwnerId, PictureId};
use domain::refusal::Refusal;
use mailroom::certificates::SlipFacts;

use crate::layers::headers::Policy;
use crate::papers::{Haste, Paper};
use crate::refused::Problem;
use crate::session::Visitor;
use crate::site;
use crate::state::AppState;

/// `GET /documentos/{id}`: for a coordinator every document, for others those in their name and
/// those of the outreaches they work at. The owner sees that it was looked at.
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
            if !documents::may_see(tx, &actor, &row).await? {
                return Err(Error::Refused(Refusal::DocumentUnknown));
            }
            Ok::<_, Error>(OwnerId(row.owner_id))
        })
    });
    let owner = owner.await?;
    registry::note_looks(&state.office, actor, "document", std::iter::once(owner)).await?;
    send(&state, id).await
}

/// `GET /papeletas/{id}`: the slip of a document, for who may see the document: the paper by which
/// an owner without e-mail comes to it. The owner sees that it was looked at.
///
/// # Errors
/// [`Refusal::DocumentUnknown`], also for a document that is not theirs to see or has no slip.
pub async fn slip(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id: DocumentId = id.parse().map_err(|_| Refusal::DocumentUnknown)?;
    let (office, actor) = (&state.office, visitor.actor());
    let slip = documents::slip(office, actor, id).await?;
    registry::note_looks(office, actor, "document", std::iter::once(slip.owner)).await?;
    let lookup = format!("{}{}", office.public_url, app::routes::CERTIFICATES);
    let facts = SlipFacts {
        issuer: slip.issuer,
        name: slip.name,
        chip: slip.chip,
        on: slip.on,
        code: slip.code,
        url: slip.link.unwrap_or_else(|| lookup.clone()),
        lookup,
        demonstration: office.demonstration.is_set(),
    };
    let bytes = state.press.slip(facts).await?;
    Ok(as_file(Paper { media_type: documents::PDF.to_owned(), bytes }, "papeleta"))
}

/// `POST /papeletas/{id}`: another code, then the slip.
///
/// # Errors
/// Those of [`documents::renew_slip`].
pub async fn renew_slip(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id: DocumentId = id.parse().map_err(|_| Refusal::DocumentUnknown)?;
    documents::renew_slip(&state.office, visitor.actor(), id).await?;
    Ok(Redirect::to(&app::routes::slip(id)).into_response())
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
            holds(tx, owner, &row).await
        })
    });
    if !is_own.await? {
        return Err(Refusal::DocumentUnknown.into());
    }
    send(&state, id).await
}

/// `GET /fotos/{id}`: a picture of an animal or of a paper, for who may see it. A browser may keep
/// it and asks again each time: who saw it yesterday may not any more, or it was erased since.
///
/// # Errors
/// [`Refusal::PictureUnknown`], also for a picture that is not theirs to see.
pub async fn picture(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: PictureId = id.parse().map_err(|_| Refusal::PictureUnknown)?;
    let shown = pictures::show(&state.office, visitor.actor(), id).await?;
    let tag = format!("\"{}\"", shown.sha256);
    let is_held = site::has(&headers, &tag);
    let head = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if is_held {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "image/jpeg")];
    let mut response = (head, kind, shown.bytes).into_response();
    response.extensions_mut().insert(Policy::File);
    Ok(response)
}

async fn send(state: &AppState, id: DocumentId) -> Result<Response, Problem> {
    Ok(as_file(state.press.paper(&state.office, id, Haste::Now).await?, "documento"))
}

/// A paper to look at, which a browser saves under this name.
pub(crate) fn as_file(paper: Paper, name: &str) -> Response {
    let Paper { media_type, bytes } = paper;
    let head = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}.pdf\"")),
    ];
    let mut response = (head, bytes).into_response();
    response.extensions_mut().insert(Policy::File);
    response
}
