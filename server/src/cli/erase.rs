//! `erase owner`.

use backend::actor::Actor;
use backend::erasure;
use backend::error::Error;
use clap::Subcommand;
use domain::id::OwnerId;
use domain::refusal::Refusal;

use crate::cli::{Outcome, Verdict, complain, print_json};
use crate::config::Config;
use crate::state::{Missing, open_office};

/// What to erase.
#[derive(Debug, Subcommand)]
pub(super) enum Erase {
    /// Everything that says who an owner is, from every place; prints what was removed as JSON
    Owner {
        /// The owner's identifier
        id: OwnerId,
        /// On what lawful ground; it stays in the history
        #[arg(long)]
        ground: String,
    },
}

/// Does it.
///
/// # Errors
/// When the database or the secret file cannot be used.
pub(super) async fn erase(config: &Config, what: &Erase) -> Outcome {
    let Erase::Owner { id, ground } = what;
    let office = open_office(config, Missing::Refused).await?;
    let erased = erasure::erase_owner(&office, Actor::System, *id, ground).await;
    office.store.close().await;
    match erased {
        Ok(erased) => {
            print_json(&erased)?;
            Ok(Verdict::Yes)
        }
        Err(Error::Refused(Refusal::OwnerUnknown)) => {
            complain("there is no such owner");
            Ok(Verdict::No)
        }
        Err(Error::Refused(Refusal::Invalid { .. })) => {
            complain("a ground of 1 to 200 characters is needed");
            Ok(Verdict::Misuse)
        }
        Err(error) => Err(error.into()),
    }
}
