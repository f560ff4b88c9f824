//! Delivery reports in a Maildir become tasks for a coordinator (RFC 3464).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use backend::error::{Error, Fault};
use backend::mail_desk::{self, Report};
use mailroom::bounce;

use crate::state::AppState;

/// Largest report that is read, bytes; a larger one is put aside unread.
const LARGEST: u64 = 2 * 1024 * 1024;

/// How the name of a file ends that a process has taken and has not dealt with yet; one that is
/// dealt with is seen (`S`).
const CLAIMED: &str = ":2,";

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
        match claim(maildir, &file).await {
            Ok(Some(claimed)) => take_in(state, &claimed, &file).await,
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "a bounce cannot be moved"),
        }
    }
}

/// Takes in what a process had claimed that ended before it had dealt with it. What another one has
/// in hand at this moment is read twice, and becomes one task.
pub(super) async fn resume(state: &AppState) {
    let Some(maildir) = &state.config.bounce_maildir else { return };
    // Before the first bounce there is no such folder.
    let Ok(mut entries) = tokio::fs::read_dir(maildir.join("cur")).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let name = entry.file_name();
        let Some(came_as) = name.to_str().and_then(|name| name.strip_suffix(CLAIMED)) else {
            continue;
        };
        take_in(state, &entry.path(), &maildir.join("new").join(came_as)).await;
    }
}

/// Moves a file out of the way of other processes; nothing when another was quicker.
async fn claim(maildir: &Path, file: &Path) -> std::io::Result<Option<PathBuf>> {
    let cur = maildir.join("cur");
    tokio::fs::create_dir_all(&cur).await?;
    let name = file.file_name().map(PathBuf::from).unwrap_or_default();
    let claimed = cur.join(format!("{}{CLAIMED}", name.display()));
    match tokio::fs::rename(file, &claimed).await {
        Ok(()) => Ok(Some(claimed)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Deals with a claimed file, and says so in its name; one that could not be dealt with goes back
/// to where it came from.
async fn take_in(state: &AppState, claimed: &Path, came_from: &Path) {
    let to = match take(state, claimed).await {
        Ok(()) => {
            let mut seen = claimed.as_os_str().to_owned();
            seen.push("S");
            PathBuf::from(seen)
        }
        Err(error) => {
            tracing::error!(%error, "a bounce was not taken in");
            came_from.to_owned()
        }
    };
    match tokio::fs::rename(claimed, &to).await {
        // Another process has dealt with it meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => tracing::error!(%error, "a bounce cannot be put away"),
        Ok(()) => {}
    }
}

async fn take(state: &AppState, file: &Path) -> Result<(), Error> {
    let length = tokio::fs::metadata(file).await.map_err(Fault::from)?.len();
    if length > LARGEST {
        return Ok(());
    }
    let bytes = tokio::fs::read(file).await.map_err(Fault::from)?;
    let Some(found) = bounce::read(&bytes) else { return Ok(()) };
    let (message_id, recipient, status) = (found.message_id, found.recipient, found.status);
    mail_desk::bounced(&state.office, Report { message_id, recipient, status }).await
}
