//! What is done from time to time: sealing the history, reading keys again, forgetting the old.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use backend::desk::talks;
use backend::error::Error;
use backend::owner_access::code;
use backend::store::StoreError;
use backend::{bookings, counters, day, history, import, outbox, pictures};
use domain::timestamp::DAY_MS;
use futures_util::FutureExt;
use tokio::sync::watch;

use crate::serve::when_true;
use crate::state::AppState;
use crate::worker::bounces;

/// How often the history is offered for sealing; it decides itself whether it is time.
const SEAL_EVERY: Duration = Duration::from_secs(30);
/// How often the keys are read again, since another process may have rotated one.
const KEYS_EVERY: Duration = Duration::from_secs(60);
/// How often it is looked whether the database is a demonstration's: somebody may fill one in while
/// a process serves it, and what that issues has to say so.
const MARK_EVERY: Duration = Duration::from_secs(2);
/// How often the bounces' Maildir is looked into.
const BOUNCES_EVERY: Duration = Duration::from_secs(15);
/// How often what is over is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(600);
/// How often it is looked who was served at the outreaches of the day.
const DAYS_EVERY: Duration = Duration::from_secs(20);
/// How often the figures of the outbox are taken.
const FIGURES_EVERY: Duration = Duration::from_secs(15);

/// Rows that are over are kept this much longer, in milliseconds: two days.
const KEPT_MS: i64 = 2 * DAY_MS;

/// How long an owner sees who asked for a code, in milliseconds: ninety days.
const CODES_KEPT_MS: i64 = 90 * DAY_MS;
/// Pause between two turns.
const TURN: Duration = Duration::from_secs(1);

/// Does what is due until it is told to stop. A turn that panics is logged, and the next one comes.
pub(super) async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    let mut upkeep = Upkeep::default();
    while !*stopped.borrow() {
        if AssertUnwindSafe(upkeep.run(&state)).catch_unwind().await.is_err() {
            tracing::error!("a turn of the upkeep panicked");
        }
        tokio::select! {
            () = when_true(stopped.clone()) => {}
            () = tokio::time::sleep(TURN) => {}
        }
    }
}

/// When each task ran last.
#[derive(Default)]
struct Upkeep {
    sealed: Option<Instant>,
    keys: Option<Instant>,
    mark: Option<Instant>,
    bounces: Option<Instant>,
    forgotten: Option<Instant>,
    figures: Option<Instant>,
    days: Option<Instant>,
}

impl Upkeep {
    /// Does what is due. A failure is logged and tried again at the next turn.
    async fn run(&mut self, state: &AppState) {
        let office = &state.office;
        if is_due(&mut self.sealed, SEAL_EVERY) {
            let sealed = history::seal(&office.store, &office.keys, office.clock.now()).await;
            told("the history could not be sealed", sealed.map(|_| ()));
        }
        if is_due(&mut self.keys, KEYS_EVERY) {
            told("the keys could not be read", office.keys.refresh(&office.store).await);
        }
        if is_due(&mut self.mark, MARK_EVERY) {
            let renewed = office.demonstration.renew(&office.store).await;
            told("the mark of the database could not be read", renewed.map_err(Error::from));
        }
        if self.bounces.is_none() {
            bounces::resume(state).await;
        }
        if is_due(&mut self.bounces, BOUNCES_EVERY) {
            bounces::collect(state).await;
        }
        if is_due(&mut self.forgotten, FORGET_EVERY) {
            state.gate.forget_quiet();
            told("what is over could not be forgotten", forget(state).await);
        }
        if is_due(&mut self.days, DAYS_EVERY) {
            told("the day's bookings could not be settled", day::tick(office).await.map(|_| ()));
        }
        if is_due(&mut self.figures, FIGURES_EVERY) {
            told("the outbox could not be counted", figures(state).await);
        }
    }
}

fn is_due(last: &mut Option<Instant>, every: Duration) -> bool {
    let due = last.is_none_or(|last| last.elapsed() >= every);
    if due {
        *last = Some(Instant::now());
    }
    due
}

fn told(what: &'static str, done: Result<(), Error>) {
    if let Err(error) = done {
        tracing::error!(%error, "{what}");
    }
}

async fn forget(state: &AppState) -> Result<(), Error> {
    let now = state.office.clock.now();
    let before = now.plus_ms(-KEPT_MS);
    counters::forget(&state.office.store, before).await?;
    code::forget(&state.office.store, now.plus_ms(-CODES_KEPT_MS)).await?;
    outbox::forget_secrets(&state.office.store, now).await?;
    pictures::forget(&state.office.store, now).await?;
    import::clear(&state.office).await?;
    bookings::forget(&state.office).await?;
    talks::forget(&state.office).await?;
    let forgotten = state.office.store.write(move |tx| {
        Box::pin(async move {
            tx.forget_sessions(before.0).await?;
            tx.forget_tokens(before.0).await?;
            Ok::<_, StoreError>(())
        })
    });
    Ok(forgotten.await?)
}

async fn figures(state: &AppState) -> Result<(), Error> {
    let now = state.office.clock.now();
    let taken =
        state.office.store.read(move |tx| Box::pin(async move { outbox::backlog(tx, now).await }));
    let backlog = taken.await?;
    metrics::gauge!("huella_outbox_oldest_seconds").set(seconds(backlog.oldest_ms));
    for name in ["pending", "leased", "held", "dead"] {
        metrics::gauge!("huella_outbox_messages", "state" => name).set(exact(backlog.of(name)));
    }
    Ok(())
}

fn seconds(ms: i64) -> f64 {
    exact(ms / 1_000)
}

/// A count as a figure; beyond four thousand millions it no longer matters how many.
fn exact(count: i64) -> f64 {
    f64::from(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
}
