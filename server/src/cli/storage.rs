//! `migrate`, `backup`, `restore`.

use std::path::Path;

use anyhow::Context;
use backend::backup;
use backend::clock::Clock;

use crate::cli::{Outcome, Verdict, complain, print_json};
use crate::config::Config;
use crate::state::{Tables, open_store};

/// Brings the tables up to this version.
///
/// # Errors
/// When the database cannot be used.
pub(super) async fn migrate(config: &Config) -> Outcome {
    open_store(config, Tables::Migrated).await?.close().await;
    Ok(Verdict::Yes)
}

/// Writes everything into a new file and prints what is in it.
///
/// # Errors
/// When the file exists or cannot be written, or the database fails.
pub(super) async fn backup(config: &Config, to: &Path) -> Outcome {
    let store = open_store(config, Tables::Kept).await?;
    let summary = backup::backup(&store, to, Clock::System.now()).await;
    let summary = summary.with_context(|| format!("{} was not written", to.display()))?;
    store.close().await;
    complain(&format!(
        "the secret file {} is not in it: keep it apart, without it no key can sign",
        config.secret_file().display()
    ));
    print_json(&summary)?;
    Ok(Verdict::Yes)
}

/// Puts the rows of a file back and prints what was in it.
///
/// # Errors
/// When the file cannot be read, was altered or is of other tables, the database is not empty, or
/// it fails.
pub(super) async fn restore(config: &Config, from: &Path) -> Outcome {
    let failed = || format!("{} was not restored", from.display());
    // Looked at before tables are made: the version that can restore it wants none of this one's.
    backup::header(from).with_context(failed)?;
    let store = open_store(config, Tables::Migrated).await?;
    let summary = backup::restore(&store, from).await.with_context(failed)?;
    // Everything is there. Where that fails the database does it later by itself.
    if store.settle().await.is_err() {
        complain("the database could not count yet what it holds: at first it may answer slowly");
    }
    store.close().await;
    print_json(&summary)?;
    Ok(Verdict::Yes)
}
