//! `/api/v1/outreaches/{outreach}/stock`: the chips and doses that a phone takes along.

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use backend::stock;
use domain::id::{DeviceId, OutreachId};
use domain::refusal::Refusal;
use domain::stock::PackStock;

use crate::api::json;
use crate::api::openapi::RefusalBody;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// What a phone has in its box: its own allotment when it is paired for the outreach and has one,
/// else the outreach's common part. Small and whole, so that fetching it again is the top-up.
///
/// # Errors
/// A refusal, or [`Problem`] when the database fails.
#[utoipa::path(
    get,
    path = "/api/v1/outreaches/{outreach}/stock",
    params(
        ("outreach" = String, Path, description = "The outreach"),
        ("device" = Option<String>, Query, description = "The phone; without it, the common part"),
    ),
    responses(
        (status = 200, description = "The chips and the doses", body = PackStock),
        (status = 400, description = "What is asked for cannot be read", body = RefusalBody),
        (status = 403, description = "Not theirs, or not at present", body = RefusalBody),
        (status = 404, description = "No such outreach", body = RefusalBody),
    )
)]
pub async fn of_outreach(
    State(state): State<AppState>,
    Path(outreach): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let outreach: OutreachId = outreach.parse().map_err(|_| Refusal::OutreachUnknown)?;
    let device = phone(query.as_deref().unwrap_or_default()).ok_or(Refusal::Unreadable)?;
    let stock = stock::pack(&state.office, visitor.actor(), outreach, device).await?;
    Ok(json::packed(&headers, &stock))
}

/// Reads `device` and nothing else; `None` when it cannot be read.
fn phone(query: &str) -> Option<Option<DeviceId>> {
    match query {
        "" => Some(None),
        query => query.strip_prefix("device=")?.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_and_nothing_else() {
        let id = "01900000-0000-7000-8000-000000000000";
        assert_eq!(phone(""), Some(None));
        assert_eq!(phone(&format!("device={id}")).flatten().unwrap().to_string(), id);
        for hostile in ["device=", "device=1", "x=1", "device", "device=%00", "&device=1"] {
            assert_eq!(phone(hostile), None, "{hostile}");
        }
    }
}
