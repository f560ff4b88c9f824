//! From a leased message of the outbox to the transport, outside any transaction.

use anyhow::Context;
use backend::error::Error;
use backend::outbox::{self, Failure};
use backend::store::vocabulary::outbox::MessageRow;
use domain::id::MessageId;
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use futures_util::{StreamExt, stream};
use mailroom::compose::{ComposeError, Composer, MailMessage, Sender};
use mailroom::transport::{SendError, Transport};

use crate::config::Config;
use crate::state::AppState;
use crate::worker::letters::{self, Contents};

/// Messages taken at once.
const TAKEN: i64 = 32;
/// Messages on their way at the same time.
const AT_ONCE: usize = 8;
/// How long a lease holds, in milliseconds: longer than the transport's own patience for all of
/// a batch. A process that dies gives its messages back after this long.
const LEASE_MS: i64 = 10 * 60_000;

/// What composes and sends.
pub(super) struct Post {
    composer: Composer,
    transport: Transport,
}

/// Why a message was not delivered.
struct Undelivered {
    /// For the coordinator, without personal data.
    code: String,
    temporary: bool,
}

impl Post {
    /// Reads the templates and the transport's address.
    ///
    /// # Errors
    /// When the sender or the address of the transport is none.
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        let public_url = config.public_url();
        let host = public_url.split("://").nth(1).unwrap_or("localhost");
        let host = host.split(':').next().unwrap_or(host).to_owned();
        let from = config.mail_from.clone();
        let issuer = config.issuer_name.clone();
        let composer = Composer::new(Sender { from, host, issuer })
            .context("HUELLA_MAIL_FROM is no address")?;
        let transport =
            Transport::from_url(&config.mail_url()).context("HUELLA_SMTP_URL is no address")?;
        Ok(Self { composer, transport })
    }

    /// Sends what is due; answers how many messages were taken.
    pub(super) async fn deliver_due(&self, state: &AppState) -> usize {
        let office = &state.office;
        let now = office.clock.now();
        let leased = match outbox::lease_due(&office.store, now, TAKEN, LEASE_MS).await {
            Ok(leased) => leased,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                return 0;
            }
        };
        let taken = leased.len();
        stream::iter(leased)
            .for_each_concurrent(AT_ONCE, |message| async move {
                self.conclude(state, &message).await;
            })
            .await;
        taken
    }

    async fn conclude(&self, state: &AppState, message: &MessageRow) {
        let delivered = self.deliver(state, message).await;
        let store = &state.office.store;
        let now = state.office.clock.now();
        let (noted, outcome) = match delivered {
            Ok(()) => (outbox::mark_sent(store, message, now).await, "sent"),
            Err(Undelivered { code, temporary }) => {
                tracing::warn!(message = %message.id, kind = message.kind, code, temporary,
                    "a mail was not delivered");
                let seed = u64::from(getrandom::u32().unwrap_or(0));
                let failure = Failure { code, temporary, seed };
                let noted = outbox::mark_failed(store, message, failure, now).await;
                (noted, if temporary { "postponed" } else { "dead" })
            }
        };
        metrics::counter!("huella_mail_total", "outcome" => outcome).increment(1);
        match noted {
            Ok(true) => {}
            Ok(false) => tracing::warn!(message = %message.id, "the lease had passed on"),
            Err(error) => tracing::error!(%error, message = %message.id, "not noted"),
        }
    }

    async fn deliver(&self, state: &AppState, message: &MessageRow) -> Result<(), Undelivered> {
        let id = MessageId(message.id);
        let contents = letters::contents(state, &self.composer, message).await;
        let Contents { to_name, letter, attachments } = contents.map_err(unwritable)?;
        let mail = MailMessage {
            id,
            at: Timestamp(message.created_at),
            to_name,
            to_address: message.recipient.clone(),
            letter,
            attachments,
        };
        let composed = self.composer.compose(&mail).map_err(uncomposed)?;
        self.transport.send(id, &composed).await.map_err(unsent)
    }
}

/// A letter whose facts are gone will never leave; a database that fails may come back.
fn unwritable(error: Error) -> Undelivered {
    match error {
        Error::Refused(Refusal::DocumentNotValid | Refusal::DocumentUnknown) => {
            Undelivered { code: "no_valid_document".to_owned(), temporary: false }
        }
        Error::Refused(_) => Undelivered { code: "refused".to_owned(), temporary: false },
        Error::Failed(fault) => {
            tracing::error!(%fault, "a letter could not be written");
            Undelivered { code: "fault".to_owned(), temporary: true }
        }
    }
}

fn uncomposed(error: ComposeError) -> Undelivered {
    let code = match error {
        ComposeError::Recipient => "bad_address",
        _ => {
            tracing::error!(%error, "a mail could not be composed");
            "compose"
        }
    };
    Undelivered { code: code.to_owned(), temporary: false }
}

fn unsent(error: SendError) -> Undelivered {
    match error {
        SendError::Temporary(code) => Undelivered { code, temporary: true },
        SendError::Permanent(code) => Undelivered { code, temporary: false },
    }
}
