//! `outbox list|resend`.

use anyhow::Context;
use backend::clock::Clock;
use backend::outbox;
use clap::Subcommand;
use domain::desk::queue::MailState;
use domain::id::MessageId;

use crate::cli::{Outcome, Verdict, complain, say};
use crate::config::Config;
use crate::state::{Tables, open_store};

/// Messages listed at most.
const LISTED: i64 = 1_000;

/// What to do with the outbox.
#[derive(Debug, Subcommand)]
pub(super) enum Outbox {
    /// Messages: identifier, state, kind, attempts, last error. No address is shown.
    List {
        /// pending, leased, sent, dead or held [default: every one that was not sent]
        #[arg(long, value_parser = state)]
        state: Option<MailState>,
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
    let store = open_store(config, Tables::Kept).await?;
    let verdict = match act {
        Outbox::List { state } => {
            let state = *state;
            let rows = store.glance(move |tx| {
                Box::pin(async move {
                    match state {
                        Some(state) => tx.messages_in_state(state.code(), LISTED).await,
                        None => tx.unsent_messages(LISTED).await,
                    }
                })
            });
            for row in rows.await? {
                let error = row.last_error.unwrap_or_default();
                let (id, state, kind) = (row.id, row.state, row.kind);
                say(&format!("{id}\t{state}\t{kind}\t{}\t{error}", row.attempts));
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

fn state(text: &str) -> anyhow::Result<MailState> {
    MailState::from_code(text).context("give pending, leased, sent, dead or held")
}
