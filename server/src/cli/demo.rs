//! `demo`: the demonstration data, and the accounts to sign in with.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use backend::demonstration::{self, State};

use crate::cli::{Outcome, Verdict, say};
use crate::config::Config;
use crate::demo::{self, Account};
use crate::state::{Tables, open_office};

/// Where the accounts are kept for the next start, beside the database. They open nothing but
/// demonstration data.
const ACCOUNTS: &str = "demonstration-accounts.txt";

/// Fills an empty database; of one that holds the demonstration it says the accounts again, and
/// opens an outreach for today, since yesterday's is over. One that an earlier call left half made
/// is filled anew: only when the accounts are kept on the disk is it complete.
///
/// # Errors
/// When the database holds real data, or fails.
pub(super) async fn demo(config: &Config, seed: u64) -> Outcome {
    let kept = config.data_dir.join(ACCOUNTS);
    let issuer = config.issuer_name.as_deref();
    let office = open_office(config, Tables::Migrated).await?;
    if demonstration::state(&office.store).await? == State::Complete {
        demo::open_today(&office, issuer).await?;
        office.store.close().await;
        say(&fs::read_to_string(&kept).with_context(|| format!("{}", kept.display()))?);
        return Ok(Verdict::Yes);
    }
    let parts = (&office.store, &office.keys);
    let summary = demo::run(parts, &config.public_url(), issuer, seed).await?;
    let text = accounts(&summary.accounts);
    keep(&kept, &text).with_context(|| format!("{}", kept.display()))?;
    demonstration::complete(&office.store).await?;
    office.store.close().await;
    say(&format!("huella: {} visits registered as demonstration", summary.visits));
    say(&text);
    Ok(Verdict::Yes)
}

fn accounts(accounts: &[Account]) -> String {
    let line = |account: &Account| {
        format!("{:<14} {:<40} {}", account.role.code(), account.email, account.password)
    };
    accounts.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn keep(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}
