//! The desk of the RNM.

use domain::desk::queue::{RnmList, RnmStep};
use domain::id::AnimalId;
use domain::rnm::RnmState;
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// One page of the animals in a state.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskRnmList, prefix = "/api/coordinacion", endpoint = "rnm/lista", input = Json)]
pub async fn rnm_list(state: RnmState, page: u32) -> Result<RnmList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::rnm::list(&asked.office, asked.actor(), state, page).await;
    asked.told(answer)
}

/// Records one step for several animals, all or none.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskRnmMark, prefix = "/api/coordinacion", endpoint = "rnm/marcar", input = Json)]
pub async fn rnm_mark(animals: Vec<AnimalId>, step: RnmStep) -> Result<u32, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::rnm::mark(&asked.office, asked.actor(), animals, step).await;
    asked.told(answer)
}
