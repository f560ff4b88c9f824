//! `GET /api/v1/session`: who is signed in.

use axum::response::Response;
use backend::actor::Actor;
use domain::refusal::Refusal;
use domain::view::StaffView;

use crate::api::json;
use crate::refused::Problem;
use crate::session::Visitor;

/// Who is signed in.
///
/// # Errors
/// [`Refusal::SignedOut`].
#[utoipa::path(
    get,
    path = "/api/v1/session",
    responses((status = 200, description = "Who is signed in", body = StaffView))
)]
pub async fn own(visitor: Visitor) -> Result<Response, Problem> {
    let present = visitor.present()?;
    let Actor::Staff { id, role } = present.actor else { return Err(Refusal::SignedOut.into()) };
    Ok(json::answer(&StaffView { id, name: present.name.clone(), role }))
}
