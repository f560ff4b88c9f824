//! `POST /api/v1/submissions` and `POST /api/v1/sealed`: what phones send.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use backend::submissions;
use domain::submission::{Batch, Reply, SealedBatch};
use serde_json::Value;

use crate::api::json;
use crate::api::openapi::RefusalBody;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// A door by which records come, under the name of its use case: both are told by one text.
macro_rules! door_of_records {
    ($(#[$about:meta])* $name:ident: $path:literal takes $batch:ident, $limits:literal) => {
        $(#[$about])*
        ///
        /// # Errors
        /// A refusal of the whole batch, or [`Problem`] when the database fails.
        #[utoipa::path(
            post,
            path = $path,
            request_body(content = $batch, description = $limits),
            responses(
                (status = 200, description = "Every submission's answer, and the receipt",
                    body = Reply),
                (status = 400, description = "The body cannot be read as a batch",
                    body = RefusalBody),
                (status = 422, description = "One is of a version that is not read here; all wait",
                    body = RefusalBody),
            )
        )]
        pub async fn $name(
            State(state): State<AppState>,
            visitor: Visitor,
            headers: HeaderMap,
            body: Bytes,
        ) -> Result<Response, Problem> {
            let batch: $batch<Value> = json::read(&headers, body)?;
            let reply = submissions::$name(&state.office, visitor.actor(), batch).await?;
            state.wake.notify_one();
            Ok(json::packed(&headers, &reply))
        }
    };
}

door_of_records! {
    /// Takes a batch in and answers each submission, finally. What cannot be read is refused alone;
    /// one of a version that is not read here refuses the whole batch, of which nothing is stored.
    receive: "/api/v1/submissions" takes Batch,
    "At most 250 submissions or 256 KiB, none to ask only what was resolved; gzip is taken, 4 MiB \
     after it"
}

door_of_records! {
    /// Takes sealed copies of submissions in and answers each like the submission that it holds,
    /// whether that came before or comes later, but never with the code of a slip. What cannot be
    /// opened is refused alone, as unreadable, and that answer is not kept.
    receive_sealed: "/api/v1/sealed" takes SealedBatch,
    "At most 250 copies or 256 KiB, each sealed to the recovery key of its outreach; gzip is \
     taken, 4 MiB after it"
}
