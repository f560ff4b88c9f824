//! The pages about one outreach that are served whole: the outreach stands in their path, and what
//! of them is to be seen in their query.

use std::future::Future;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use domain::id::OutreachId;

use super::outreach;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// Such a page.
pub(super) trait Sheet: 'static {
    /// What it shows beside what the outreach is.
    type Shown: Send;

    /// What an address asks for, and what it tells that was just done.
    fn asked(query: &str) -> Self::Shown;

    /// The page.
    fn page(
        state: &AppState,
        by: (&Visitor, Ask),
        id: OutreachId,
        shown: Self::Shown,
    ) -> impl Future<Output = Result<Response, Problem>> + Send;
}

/// Shows it.
pub(super) async fn show<S: Sheet>(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let shown = S::asked(query.as_deref().unwrap_or_default());
    S::page(&state, (&visitor, ask), outreach(&id)?, shown).await
}
