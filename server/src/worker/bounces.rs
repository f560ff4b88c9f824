//! Delivery reports in a Maildir become tasks for a coordinator (RFC 3464).

use std::path::{Path, PathBuf};

use backend::error::Error;
use backend::tasks::{self, About, TaskBody};
use domain::id::MessageId;
use mailroom::bounce::{self, Bounce};

use crate::state::AppState;

/// Largest report that is read, bytes; a larger one is put aside unread.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Reads what is new in the Maildir, opens the tasks, and moves each file to `cur`.
pub(super) async fn collect(state: &AppState) {
    let Some(maildir) = &state.config.bounce_maildir else { return };
    let new = maildir.join("new");
    let Ok(mut entries) = tokio::fs::read_dir(&new).await else {
        tracing::warn!("the Maildir of bounces has no folder new");
        return;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        if let Err(error) = take(state, &entry.path()).await {
            tracing::error!(%error, "a bounce was not taken in");
            continue;
        }
        if let Err(error) = put_aside(maildir, &entry.path()).await {
            tracing::error!(%error, "a bounce cannot be moved out of the way");
        }
    }
}

async fn take(state: &AppState, file: &Path) -> Result<(), Error> {
    let length = tokio::fs::metadata(file).await.map_err(backend::error::Fault::from)?.len();
    if length > LARGEST {
        return Ok(());
    }
    let bytes = tokio::fs::read(file).await.map_err(backend::error::Fault::from)?;
    let Some(found) = bounce::read(&bytes) else { return Ok(()) };
    open_task(state, found).await
}

/// Opens the task, once for each message: the same report may come twice.
async fn open_task(state: &AppState, found: Bounce) -> Result<(), Error> {
    let id = found.message_id.as_deref().and_then(|id| id.split('@').next());
    let message: Option<MessageId> = id.and_then(|id| id.parse().ok());
    let body = TaskBody::Bounce { recipient: found.recipient, status: found.status };
    let now = state.office.clock.now();
    let opened = state.office.store.write_with((body, message), move |tx, (body, message)| {
        Box::pin(async move {
            let known = tx.open_tasks(Some(body.kind()), i64::MAX).await?;
            let wanted = message.map(|message| message.0);
            if wanted.is_some() && known.iter().any(|task| task.message_id == wanted) {
                return Ok(());
            }
            let about = About { message: *message, ..About::default() };
            tasks::open(tx, body, about, now).await?;
            Ok::<_, Error>(())
        })
    });
    opened.await
}

async fn put_aside(maildir: &Path, file: &Path) -> std::io::Result<()> {
    let cur = maildir.join("cur");
    tokio::fs::create_dir_all(&cur).await?;
    let name = file.file_name().map(PathBuf::from).unwrap_or_default();
    tokio::fs::rename(file, cur.join(format!("{}:2,S", name.display()))).await
}
