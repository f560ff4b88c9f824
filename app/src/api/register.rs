//! The register: searching, sheets, acts.

use domain::command::Command;
use domain::desk::sheet::{AnimalSheet, Found, FoundOwner, OwnerSheet};
use domain::id::{AnimalId, OwnerId, SubmissionId};
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// Finds owners by chip, RUN, telephone or names.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskSearch,
    prefix = "/api/coordinacion",
    endpoint = "registro/buscar",
    input = Json
)]
pub async fn search(text: String) -> Result<Found, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::register::search(&asked.office, asked.actor(), &text).await;
    asked.told(answer)
}

/// An owner's sheet.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskOwnerSheet,
    prefix = "/api/coordinacion",
    endpoint = "registro/persona",
    input = Json
)]
pub async fn owner_sheet(owner: OwnerId) -> Result<OwnerSheet, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::register::owner(&asked.office, asked.actor(), owner).await;
    asked.told(answer)
}

/// An animal's sheet.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskAnimalSheet,
    prefix = "/api/coordinacion",
    endpoint = "registro/animal",
    input = Json
)]
pub async fn animal_sheet(animal: AnimalId) -> Result<AnimalSheet, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::register::animal(&asked.office, asked.actor(), animal).await;
    asked.told(answer)
}

/// The one owner that a text names.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskOneOwner, prefix = "/api/coordinacion", endpoint = "registro/uno", input = Json)]
pub async fn one_owner(text: String) -> Result<FoundOwner, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::register::one_owner(&asked.office, asked.actor(), &text).await;
    asked.told(answer)
}

/// Records commands as one submission; answers how many documents were made anew.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRecord,
    prefix = "/api/coordinacion",
    endpoint = "registro/anotar",
    input = Json
)]
pub async fn record(id: SubmissionId, commands: Vec<Command>) -> Result<u32, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::act::record(&asked.office, &asked.present, id, commands).await;
    asked.told(answer)
}
