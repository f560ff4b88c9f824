//! `POST /api/v1/pictures` and `PUT /api/v1/pictures/{id}/{from}`: pictures as phones send them,
//! after their records.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use backend::pictures::{self, Piece};
use domain::id::PictureId;
use domain::picture::{PictureNotice, PictureProgress, SEALED_KIND};
use domain::refusal::Refusal;

use crate::api::json;
use crate::api::openapi::RefusalBody;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// Takes the notice of a picture, and answers how much of it has come. Sent again it changes
/// nothing.
///
/// # Errors
/// A refusal, or [`Problem`] when the database fails.
#[utoipa::path(
    post,
    path = "/api/v1/pictures",
    request_body(
        content = PictureNotice,
        description = "1 to 409,600 bytes, their SHA-256 in lower-case hexadecimal; at most 4 \
                       pictures of an animal in one submission; those of kind `animal` only with \
                       the owner's consent"
    ),
    responses(
        (status = 200, description = "How much of it has come", body = PictureProgress),
        (status = 400, description = "The body cannot be read", body = RefusalBody),
        (status = 403, description = "A revoked phone", body = RefusalBody),
        (status = 404, description = "No such animal in the record, or owner", body = RefusalBody),
        (
            status = 409,
            description = "`submission_not_stored`: the record is not in the register yet, send \
                           the notice again later; `id_reused`: another picture has this \
                           identifier",
            body = RefusalBody,
        ),
        (status = 422, description = "No consent, or too many pictures", body = RefusalBody),
    )
)]
pub async fn announce(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let notice: PictureNotice = json::read(&headers, body)?;
    Ok(json::answer(&pictures::announce(&state.office, visitor.actor(), notice).await?))
}

/// Takes the piece of a picture that begins after `from` bytes, and answers how much has come. One
/// that begins elsewhere than where the picture stands is not kept: go on from what is answered.
///
/// # Errors
/// As [`announce`].
#[utoipa::path(
    put,
    path = "/api/v1/pictures/{id}/{from}",
    params(
        ("id" = String, Path, description = "The picture"),
        ("from" = u32, Path, description = "How many bytes stand before this piece"),
    ),
    request_body(
        description = "At most 65,536 bytes; or such a piece sealed to the recovery key of its \
                       outreach, as `application/vnd.huella.sealed`: the public half of the pair \
                       (65 bytes), the nonce (12), and what was encrypted with its tag",
        content(
            ([u8] = "application/octet-stream"),
            ([u8] = "application/vnd.huella.sealed"),
        ),
    ),
    responses(
        (status = 200, description = "How much of it has come", body = PictureProgress),
        (
            status = 400,
            description = "`from` is no number, or a sealed piece cannot be opened",
            body = RefusalBody,
        ),
        (status = 403, description = "A revoked phone", body = RefusalBody),
        (status = 404, description = "No such picture of theirs, or owner", body = RefusalBody),
        (status = 413, description = "It reaches beyond what was announced", body = RefusalBody),
        (
            status = 422,
            description = "`picture_damaged`: other bytes than announced; `picture_unfit`: no \
                           JPEG of at most 2,048 pixels a side without metadata; all of it was \
                           dropped. Or the owner consents no longer",
            body = RefusalBody,
        ),
    )
)]
pub async fn add_piece(
    State(state): State<AppState>,
    Path((id, from)): Path<(String, String)>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let picture: PictureId = id.parse().map_err(|_| Refusal::PictureUnknown)?;
    let from: u32 = from.parse().map_err(|_| Refusal::Unreadable)?;
    let piece = Piece { picture, from, bytes: body.to_vec() };
    let kind = headers.get(header::CONTENT_TYPE);
    let added = match kind.is_some_and(|kind| kind == SEALED_KIND) {
        true => pictures::add_sealed_piece(&state.office, visitor.actor(), piece).await?,
        false => pictures::add_piece(&state.office, visitor.actor(), piece).await?,
    };
    Ok(json::answer(&added))
}
