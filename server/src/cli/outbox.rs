//! `outbox list|resend`.

use backend::clock::Clock;
use backend::outbox;
use clap::Subcommand;
use domain::id::MessageId;

use crate::cli::{Outcome, Verdict, complain, say};
use crate::config::Config;
use crate::state::open_store;

/// Messages listed at most.
const LISTED: i64 = 1_000;

/// What to do with the outbox.
#[derive(Debug, Subcommand)]
pub(super) enum Outbox {
    /// Messages in a state: identifier, kind, attempts, last error. No address is shown.
    List {
        /// pending, leased, sent, dead or held
        #[arg(long, default_value = "dead")]
        state: String,
    },
    /// Make a dead or held message due again
    Resend {
        /// Its identifier
        id: MessageId,
    },
}

/// Does it.
///
/// # Errors
/// When the database cannot be used.
pub(super) async fn outbox(config: &Config, act: &Outbox) -> Outcome {
    let store = open_store(config).await?;
    let verdict = match act {
        Outbox::List { state } => {
            let state = state.clone();
            let rows = store.glance(move |tx| {
                Box::pin(async move { tx.messages_in_state(&state, LISTED).await })
            });
            for row in rows.await? {
                let error = row.last_error.unwrap_or_default();
                say(&format!("{}\t{}\t{}\t{error}", row.id, row.kind, row.attempts));
            }
            Verdict::Yes
        }
        Outbox::Resend { id } => {
            let (id, now) = (*id, Clock::System.now());
            let revived = store
                .write(move |tx| Box::pin(async move { outbox::resend(tx, id, None, now).await }));
            if revived.await? {
                Verdict::Yes
            } else {
                complain("no dead or held message has this identifier");
                Verdict::No
            }
        }
    };
    store.close().await;
    Ok(verdict)
}
