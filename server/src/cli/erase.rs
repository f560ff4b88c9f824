//! `erase owner` and `erase person`.

use backend::actor::Actor;
use backend::erasure;
use backend::error::Error;
use clap::Subcommand;
use domain::id::OwnerId;
use domain::identity::{DocumentKind, IdentityDocument};
use domain::refusal::Refusal;

use crate::cli::{Outcome, Verdict, complain, print_json};
use crate::config::Config;
use crate::state::{Tables, open_office};

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
    /// The same of whoever has a document, also of somebody who has only booked a place
    Person {
        /// The RUN; another document as kind and key, like passport:ARG:AAB123456
        document: String,
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
    let (office, erased) = match what {
        Erase::Owner { id, ground } => {
            let office = open_office(config, Tables::Kept).await?;
            let erased = erasure::erase_owner(&office, Actor::System, *id, ground).await;
            (office, erased)
        }
        Erase::Person { document, ground } => {
            let Some(document) = read(document) else {
                complain("a RUN is needed, or the kind and key of another document");
                return Ok(Verdict::Misuse);
            };
            let office = open_office(config, Tables::Kept).await?;
            let erased = erasure::erase_person(&office, Actor::System, &document, ground).await;
            (office, erased)
        }
    };
    office.store.close().await;
    match erased {
        Ok(erased) => {
            print_json(&erased)?;
            Ok(Verdict::Yes)
        }
        Err(Error::Refused(Refusal::OwnerUnknown)) => {
            complain("nobody is known by that");
            Ok(Verdict::No)
        }
        Err(Error::Refused(Refusal::Invalid { .. })) => {
            complain("a ground of 1 to 200 characters is needed");
            Ok(Verdict::Misuse)
        }
        Err(error) => Err(error.into()),
    }
}

/// A document as typed.
fn read(text: &str) -> Option<IdentityDocument> {
    match text.split_once(':') {
        Some((kind, key)) => IdentityDocument::from_key(DocumentKind::from_code(kind)?, key).ok(),
        None => IdentityDocument::parse_run(text).ok(),
    }
}
