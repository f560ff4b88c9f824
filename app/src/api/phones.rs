//! The phones of the field.

use domain::desk::phones::{PhoneFilter, PhoneList, PhoneSheet};
use domain::id::{DeviceId, OutreachId};
use domain::pairing::Invitation;
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// A page of the phones.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskPhones,
    prefix = "/api/coordinacion",
    endpoint = "telefonos/lista",
    input = Json
)]
pub async fn phones(filter: PhoneFilter) -> Result<PhoneList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let (office, actor) = (&asked.office, asked.actor());
    let answer = backend::desk::phones::list(office, actor, filter, &asked.build).await;
    asked.told(answer)
}

/// One phone.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskPhone, prefix = "/api/coordinacion", endpoint = "telefonos/ver", input = Json)]
pub async fn phone(phone: DeviceId) -> Result<PhoneSheet, ApiError> {
    let asked = crate::api::asked::asked()?;
    let (office, actor) = (&asked.office, asked.actor());
    let answer = backend::desk::phones::sheet(office, actor, phone, &asked.build).await;
    asked.told(answer)
}

/// Makes a code by which one phone can be paired for an outreach.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskInvitePhone,
    prefix = "/api/coordinacion",
    endpoint = "telefonos/invitar",
    input = Json
)]
pub async fn invite_phone(outreach: OutreachId) -> Result<Invitation, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::pairing::invite(&asked.office, asked.actor(), outreach).await;
    asked.told(answer)
}

/// Gives a phone a name.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRenamePhone,
    prefix = "/api/coordinacion",
    endpoint = "telefonos/nombrar",
    input = Json
)]
pub async fn rename_phone(phone: DeviceId, name: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::phones::rename(&asked.office, asked.actor(), phone, &name).await;
    asked.told(answer)
}

/// Revokes a phone: what it sends waits for a coordinator.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRevokePhone,
    prefix = "/api/coordinacion",
    endpoint = "telefonos/revocar",
    input = Json
)]
pub async fn revoke_phone(phone: DeviceId, words: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let standing = (backend::desk::phones::Standing::Revoked, words.as_str());
    let answer = backend::desk::phones::stand(&asked.office, asked.actor(), phone, standing).await;
    asked.told(answer)
}

/// Admits a revoked phone again.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskAdmitPhone,
    prefix = "/api/coordinacion",
    endpoint = "telefonos/admitir",
    input = Json
)]
pub async fn admit_phone(phone: DeviceId, words: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let standing = (backend::desk::phones::Standing::Admitted, words.as_str());
    let answer = backend::desk::phones::stand(&asked.office, asked.actor(), phone, standing).await;
    asked.told(answer)
}
