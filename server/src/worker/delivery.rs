//! From a leased message of the outbox to the transport, outside any transaction.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use backend::error::Error;
use backend::outbox::{self, Failure, Lane};
use backend::rnm;
use backend::store::vocabulary::outbox::MessageRow;
use domain::id::MessageId;
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use futures_util::FutureExt;
use mailroom::compose::{ComposeError, Composer, MailMessage, Sender};
use mailroom::transport::{SendError, Transport};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::Config;
use crate::serve::when_true;
use crate::state::AppState;
use crate::worker::letters::{self, Contents};

/// Messages of each lane on their way at the same time: what somebody waits for at a screen has
/// ways of its own, so that a server that stalls on certificates does not hold it up.
const AT_ONCE: [(Lane, usize); 2] = [(Lane::Urgent, 4), (Lane::Ordinary, 8)];
/// How long a lease holds, in milliseconds: longer than the transport's own patience, and than
/// printing takes but on a machine that has no time for it, where the lease is renewed. A process
/// that dies gives its messages back after this long.
const LEASE_MS: i64 = 10 * 60_000;
/// How long a message that nobody waits for at a screen lets phones that send go first, and after
/// the start whoever has waited for the process.
const STEP_BACK: Duration = Duration::from_secs(1);
/// How long whoever was woken lets others wake too before the outbox is looked at: each phone that
/// sends does, and a look for each of them would cost what a part of its visit costs.
const GATHERING: Duration = Duration::from_millis(20);
/// How often the outbox is looked at when nobody wakes the worker, in milliseconds; each pause is
/// between half and all of it longer, so that processes do not look at the same moment.
const PAUSE_MS: u32 = 700;

/// What composes and sends. Cloning it is cheap.
#[derive(Clone)]
pub(super) struct Post {
    composer: Composer,
    transport: Arc<Transport>,
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
        let issuer = config.issuer_name().to_owned();
        let composer = Composer::new(Sender { from, host, issuer })
            .context("HUELLA_MAIL_FROM is no address")?;
        let transport =
            Transport::from_url(&config.mail_url()).context("HUELLA_SMTP_URL is no address")?;
        Ok(Self { composer, transport: Arc::new(transport) })
    }

    /// Sends what is due until it is told to stop, each message as soon as its lane has room.
    pub(super) async fn run(self, state: &AppState, stopped: watch::Receiver<bool>) {
        let lanes = AT_ONCE.map(|(lane, at_once)| (lane, Arc::new(Semaphore::new(at_once))));
        let mut under_way = JoinSet::new();
        let begun = Instant::now();
        while !*stopped.borrow() {
            let is_settled = begun.elapsed() >= STEP_BACK;
            let mut taken = 0;
            for (lane, room) in lanes.iter().filter(|(lane, _)| is_settled || *lane == Lane::Urgent)
            {
                taken += self.take(state, (*lane, room), &mut under_way).await;
            }
            if taken > 0 {
                continue;
            }
            tokio::select! {
                () = when_true(stopped.clone()) => {}
                () = state.wake.notified() => tokio::time::sleep(GATHERING).await,
                () = tokio::time::sleep(pause()) => {}
                Some(_) = under_way.join_next() => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Takes as many due messages of a lane as it has room for and starts them; answers how many.
    async fn take(
        &self,
        state: &AppState,
        (lane, room): (Lane, &Arc<Semaphore>),
        under_way: &mut JoinSet<()>,
    ) -> usize {
        let free = i64::try_from(room.available_permits()).unwrap_or(0);
        if free == 0 {
            return 0;
        }
        let office = &state.office;
        let now = office.clock.now();
        let leased = match outbox::lease_due(&office.store, lane, now, free, LEASE_MS).await {
            Ok(leased) => leased,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                return 0;
            }
        };
        let taken = leased.len();
        for message in leased {
            // Nobody else takes places, so that there is one for each message taken.
            let place = Arc::clone(room).try_acquire_owned();
            let (post, state) = (self.clone(), state.clone());
            under_way.spawn(async move {
                let _place = place;
                if lane == Lane::Ordinary {
                    state.office.calm(STEP_BACK).await;
                }
                post.conclude(&state, &message).await;
            });
        }
        taken
    }

    async fn conclude(&self, state: &AppState, message: &MessageRow) {
        let tried = AssertUnwindSafe(self.deliver(state, message)).catch_unwind().await;
        let delivered = tried
            .unwrap_or_else(|_| Err(Undelivered { code: "panic".to_owned(), temporary: true }));
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
        // What the letter would say holds no more: nobody has to see to it.
        if letters::is_overtaken(message, &contents) {
            return Ok(());
        }
        let Contents { to_name, letter, attachments, approved } = contents.map_err(unwritable)?;
        let mail = MailMessage {
            id,
            at: Timestamp(message.created_at),
            to_name,
            to_address: message.recipient.clone(),
            letter,
            attachments,
        };
        let composed = self.composer.compose(&mail).map_err(uncomposed)?;
        still_ours(state, message).await?;
        self.transport.send(id, &composed).await.map_err(unsent)?;
        for document in approved {
            // The mail has left: that a state could not be noted must not send it again.
            if let Err(error) = rnm::certificate_left(&state.office, document).await {
                tracing::error!(%error, "a certificate's leaving could not be noted");
            }
        }
        Ok(())
    }
}

/// Printing may have taken long: before the letter leaves, a lease that has not much left is
/// renewed. Whoever has taken the message since sends it.
async fn still_ours(state: &AppState, message: &MessageRow) -> Result<(), Undelivered> {
    let now = state.office.clock.now();
    let left = message.lease_until.map_or(0, |until| Timestamp(until).since_ms(now));
    if left > LEASE_MS / 2 {
        return Ok(());
    }
    match outbox::renew_lease(&state.office.store, message, now, LEASE_MS).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Undelivered { code: "lease_lost".to_owned(), temporary: true }),
        Err(error) => Err(unwritable(error.into())),
    }
}

/// A letter whose facts are gone will never leave; a database that fails may come back.
fn unwritable(error: Error) -> Undelivered {
    match error {
        Error::Refused(Refusal::DocumentNotValid | Refusal::DocumentUnknown) => {
            Undelivered { code: "no_valid_document".to_owned(), temporary: false }
        }
        Error::Refused(Refusal::LinkUnusable) => {
            Undelivered { code: "expired".to_owned(), temporary: false }
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

fn pause() -> Duration {
    let random = getrandom::u32().unwrap_or(0);
    let extra = random % (PAUSE_MS / 2) + PAUSE_MS / 2;
    Duration::from_millis(u64::from(PAUSE_MS + extra))
}
