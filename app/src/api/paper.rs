//! The veterinarian's signature and documents.

use domain::animal::Drawing;
use domain::desk::paper::{OwnDocuments, SignatureDesk};
use domain::id::{DocumentId, OutreachId};
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// One's own signature and outreaches.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskSignature, prefix = "/api/coordinacion", endpoint = "firma/ver", input = Json)]
pub async fn signature() -> Result<SignatureDesk, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::signature::desk(&asked.office, &asked.present).await;
    asked.told(answer)
}

/// Keeps a drawn signature.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskDrawSignature,
    prefix = "/api/coordinacion",
    endpoint = "firma/dibujar",
    input = Json
)]
pub async fn draw_signature(drawing: Drawing) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::documents::draw_signature(&asked.office, asked.actor(), drawing).await;
    asked.told(answer)
}

/// Authorises an outreach; answers how many documents were issued.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskAuthoriseOutreach,
    prefix = "/api/coordinacion",
    endpoint = "firma/autorizar",
    input = Json
)]
pub async fn authorise_outreach(outreach: OutreachId) -> Result<u32, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::signature::authorise(&asked.office, &asked.present, outreach).await;
    asked.told(answer)
}

/// Withdraws an authorisation.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskWithdrawAuthorisation,
    prefix = "/api/coordinacion",
    endpoint = "firma/retirar",
    input = Json
)]
pub async fn withdraw_authorisation(outreach: OutreachId) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer =
        backend::documents::withdraw_authorisation(&asked.office, asked.actor(), outreach).await;
    asked.told(answer)
}

/// A page of the documents in one's own name.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskOwnDocuments,
    prefix = "/api/coordinacion",
    endpoint = "documentos/propios",
    input = Json
)]
pub async fn own_documents(page: u32) -> Result<OwnDocuments, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::signature::own_documents(&asked.office, asked.actor(), page).await;
    asked.told(answer)
}

/// Revokes a document, with the reason.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRevokeDocument,
    prefix = "/api/coordinacion",
    endpoint = "documentos/revocar",
    input = Json
)]
pub async fn revoke_document(document: DocumentId, reason: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::documents::revoke(&asked.office, asked.actor(), document, reason).await;
    asked.told(answer)
}
