//! `POST /api/v1/submissions` and `POST /api/v1/sealed`: what phones send.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use backend::submissions;
use domain::submission::{Batch, Reply, SealedBatch};
use serde_json::Value;

use crate::api::json;
use crate::api::openapi::{FaultBody, RefusalBody};
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// Takes a batch in and answers each submission, finally. What cannot be read is refused alone.
///
/// # Errors
/// A refusal of the whole batch, or [`Problem`] when the database fails.
#[utoipa::path(
    post,
    path = "/api/v1/submissions",
    request_body(
        content = Batch,
        description = "At most 250 submissions or 256 KiB, none to ask only what was resolved; \
                       gzip is taken, 4 MiB after it"
    ),
    responses(
        (status = 200, description = "Every submission's answer, and the receipt", body = Reply),
        (status = 400, description = "The body cannot be read as a batch", body = RefusalBody),
        (status = 401, description = "Nobody is signed in", body = RefusalBody),
        (status = 403, description = "The role does not submit", body = RefusalBody),
        (status = 413, description = "More than is taken at once", body = RefusalBody),
        (status = 500, description = "A fault, nothing was stored", body = FaultBody),
    )
)]
pub async fn receive(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let batch: Batch<Value> = json::read(&headers, body)?;
    let reply = submissions::receive(&state.office, visitor.actor(), batch).await?;
    state.wake.notify_one();
    Ok(json::answer(&reply))
}

/// Takes sealed copies of submissions in and answers each like the submission that it holds,
/// whether that came before or comes later, but never with the code of a slip. What cannot be
/// opened is refused alone, as unreadable, and that answer is not kept.
///
/// # Errors
/// As [`receive`].
#[utoipa::path(
    post,
    path = "/api/v1/sealed",
    request_body(
        content = SealedBatch,
        description = "At most 250 copies or 256 KiB, each sealed to the recovery key of its \
                       outreach; gzip is taken, 4 MiB after it"
    ),
    responses(
        (status = 200, description = "Every submission's answer, and the receipt", body = Reply),
        (status = 400, description = "The body cannot be read as a batch", body = RefusalBody),
        (status = 401, description = "Nobody is signed in", body = RefusalBody),
        (status = 403, description = "The role does not submit", body = RefusalBody),
        (status = 413, description = "More than is taken at once", body = RefusalBody),
        (status = 500, description = "A fault, nothing was stored", body = FaultBody),
    )
)]
pub async fn receive_sealed(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let batch: SealedBatch<Value> = json::read(&headers, body)?;
    let reply = submissions::receive_sealed(&state.office, visitor.actor(), batch).await?;
    state.wake.notify_one();
    Ok(json::answer(&reply))
}
