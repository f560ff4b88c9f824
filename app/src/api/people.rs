//! Accounts and keys.

use domain::desk::people::{InvitationForm, KeyList, StaffList};
use domain::id::StaffId;
use domain::role::Role;
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// Every account.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskStaff, prefix = "/api/coordinacion", endpoint = "equipo/lista", input = Json)]
pub async fn staff() -> Result<StaffList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::people::list(&asked.office, asked.actor()).await;
    asked.told(answer)
}

/// Invites somebody by mail.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskInvite, prefix = "/api/coordinacion", endpoint = "equipo/invitar", input = Json)]
pub async fn invite(form: InvitationForm) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::people::invite(&asked.office, asked.actor(), form).await;
    asked.told(answer)
}

/// Closes an account and its sessions.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskDisableStaff,
    prefix = "/api/coordinacion",
    endpoint = "equipo/cerrar",
    input = Json
)]
pub async fn disable_staff(staff: StaffId) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::accounts::disable(
        &asked.office.store,
        asked.actor(),
        staff,
        asked.office.clock.now(),
    )
    .await;
    asked.told(answer)
}

/// Opens an account again that was closed.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskEnableStaff,
    prefix = "/api/coordinacion",
    endpoint = "equipo/abrir",
    input = Json
)]
pub async fn enable_staff(staff: StaffId) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let now = asked.office.clock.now();
    let answer = backend::accounts::enable(&asked.office.store, asked.actor(), staff, now).await;
    asked.told(answer)
}

/// Gives an account another role; `run` is the person's, where it is not known yet.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskChangeRole, prefix = "/api/coordinacion", endpoint = "equipo/rol", input = Json)]
pub async fn change_role(staff: StaffId, role: Role, run: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let new = (role, run.as_str());
    let answer = backend::desk::people::change_role(&asked.office, asked.actor(), staff, new).await;
    asked.told(answer)
}

/// Every signing key.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskKeys, prefix = "/api/coordinacion", endpoint = "claves/lista", input = Json)]
pub async fn keys() -> Result<KeyList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::people::keys(&asked.office, &asked.present).await;
    asked.told(answer)
}

/// Puts a new key in the place of the current one of a purpose.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRotateKey,
    prefix = "/api/coordinacion",
    endpoint = "claves/rotar",
    input = Json
)]
pub async fn rotate_key(purpose: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::people::rotate_key(&asked.office, &asked.present, &purpose).await;
    asked.told(answer)
}
