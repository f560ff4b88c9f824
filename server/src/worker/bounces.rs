//! Delivery reports in a Maildir become tasks for a coordinator (RFC 3464).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use backend::error::Error;
use backend::mail_desk;
use backend::tasks::{self, About, TaskBody};
use domain::id::MessageId;
use mailroom::bounce::{self, Bounce};

use crate::state::AppState;

/// Largest report that is read, bytes; a larger one is put aside unread.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Reads what is new in the Maildir and opens the tasks. A file is claimed by moving it to `cur`:
/// of several processes one succeeds. One that could not be taken in goes back.
pub(super) async fn collect(state: &AppState) {
    let Some(maildir) = &state.config.bounce_maildir else { return };
    let new = maildir.join("new");
    let Ok(mut entries) = tokio::fs::read_dir(&new).await else {
        tracing::warn!("the Maildir of bounces has no folder new");
        return;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let file = entry.path();
        let claimed = match claim(maildir, &file).await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => continue,
            Err(error) => {
                tracing::error!(%error, "a bounce cannot be moved");
                continue;
            }
        };
        if let Err(error) = take(state, &claimed).await {
            tracing::error!(%error, "a bounce was not taken in");
            if let Err(error) = tokio::fs::rename(&claimed, &file).await {
                tracing::error!(%error, "a bounce cannot be put back");
            }
        }
    }
}

/// Moves a file out of the way of other processes; nothing when another was quicker.
async fn claim(maildir: &Path, file: &Path) -> std::io::Result<Option<PathBuf>> {
    let cur = maildir.join("cur");
    tokio::fs::create_dir_all(&cur).await?;
    let name = file.file_name().map(PathBuf::from).unwrap_or_default();
    let claimed = cur.join(format!("{}:2,S", name.display()));
    match tokio::fs::rename(file, &claimed).await {
        Ok(()) => Ok(Some(claimed)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
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

/// Opens the task, with whose mail it was and about which animal: once for each message, for the
/// same report may come twice.
async fn open_task(state: &AppState, found: Bounce) -> Result<(), Error> {
    let id = found.message_id.as_deref().and_then(|id| id.split('@').next());
    let message: Option<MessageId> = id.and_then(|id| id.parse().ok());
    let body = TaskBody::Bounce { recipient: found.recipient, status: found.status };
    let now = state.office.clock.now();
    let opened = state.office.store.write_with((body, message), move |tx, (body, message)| {
        Box::pin(async move {
            let row = match message {
                Some(message) => tx.message(message.0).await?,
                None => None,
            };
            let (owner, animal) = match &row {
                Some(row) => mail_desk::addressee(tx, row).await?,
                None => (None, None),
            };
            let about = About { owner, animal, message: *message, ..About::default() };
            tasks::open(tx, body, about, now).await?;
            Ok::<_, Error>(())
        })
    });
    opened.await
}
