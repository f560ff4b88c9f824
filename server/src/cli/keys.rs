//! `keys list|rotate`.

use anyhow::Context;
use backend::actor::Actor;
use backend::keys::Purpose;
use clap::Subcommand;
use data_encoding::HEXLOWER;

use crate::cli::{Outcome, Verdict, say};
use crate::config::Config;
use crate::state::{Tables, open_office};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Every key: identifier, purpose, since when, until when (UTC milliseconds)
    List,
    /// Put a new key in the place of the current one; the old one goes on verifying
    Rotate {
        /// documents, receipts, delegation or checkpoints
        #[arg(value_parser = purpose, default_value = "documents")]
        purpose: Purpose,
    },
}

/// Does it.
///
/// # Errors
/// When the database or the secret file cannot be used.
pub(super) async fn keys(config: &Config, act: &Keys) -> Outcome {
    let office = open_office(config, Tables::Kept).await?;
    let keys = &office.keys;
    match act {
        Keys::List => {
            for key in keys.list() {
                let kid = HEXLOWER.encode(&key.kid);
                let until = key.retired_at.map_or("current".to_owned(), |at| at.0.to_string());
                say(&format!("{kid}\t{}\t{}\t{until}", key.purpose.code(), key.created_at.0));
            }
        }
        Keys::Rotate { purpose } => {
            let kid =
                keys.rotate(&office.store, &Actor::System, *purpose, office.clock.now()).await?;
            say(&HEXLOWER.encode(&kid));
        }
    }
    office.store.close().await;
    Ok(Verdict::Yes)
}

fn purpose(text: &str) -> anyhow::Result<Purpose> {
    Purpose::from_code(text).context("give documents, receipts, delegation or checkpoints")
}
