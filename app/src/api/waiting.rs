//! The first page, tasks and unresolved submissions.

use domain::desk::Home;
use domain::desk::queue::{Resolution, TaskEnding, TaskLine};
use domain::desk::unresolved::{AtOnce, RecordedAtOnce, UnresolvedFilter, UnresolvedList};
use domain::id::{SubmissionId, TaskId};
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// What waits today.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskHome, prefix = "/api/coordinacion", endpoint = "inicio", input = Json)]
pub async fn home() -> Result<Home, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::home(&asked.office, asked.actor()).await;
    asked.told(answer)
}

/// The open tasks.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskTasks, prefix = "/api/coordinacion", endpoint = "tareas/lista", input = Json)]
pub async fn tasks() -> Result<Vec<TaskLine>, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::waiting::list(&asked.office, asked.actor()).await;
    asked.told(answer)
}

/// Ends a task: takes over what it proposes, or puts it away.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskSolveTask,
    prefix = "/api/coordinacion",
    endpoint = "tareas/cerrar",
    input = Json
)]
pub async fn solve_task(task: TaskId, ending: TaskEnding) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::tasks::solve(&asked.office, &asked.present, task, ending).await;
    asked.told(answer)
}

/// A page of what was not accepted.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskUnresolved,
    prefix = "/api/coordinacion",
    endpoint = "por-resolver/lista",
    input = Json
)]
pub async fn unresolved(filter: UnresolvedFilter) -> Result<UnresolvedList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::desk::unresolved::list(&asked.office, asked.actor(), filter).await;
    asked.told(answer)
}

/// Resolves a submission.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskResolve,
    prefix = "/api/coordinacion",
    endpoint = "por-resolver/resolver",
    input = Json
)]
pub async fn resolve(submission: SubmissionId, resolution: Resolution) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer =
        backend::desk::unresolved::resolve(&asked.office, &asked.present, submission, resolution)
            .await;
    asked.told(answer)
}

/// Records what a phone has in quarantine at once.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRecordAtOnce,
    prefix = "/api/coordinacion",
    endpoint = "por-resolver/registrar",
    input = Json
)]
pub async fn record_at_once(wanted: AtOnce) -> Result<RecordedAtOnce, ApiError> {
    use backend::desk::unresolved;

    let asked = crate::api::asked::asked()?;
    asked.told(unresolved::record_at_once(&asked.office, &asked.present, wanted).await)
}
