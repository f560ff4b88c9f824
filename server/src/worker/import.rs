//! Takes imports in and out, batch by batch. Between two batches anything may happen: a stop, a
//! kill, another process that goes on.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use backend::import;
use futures_util::FutureExt;
use tokio::sync::watch;

use crate::serve::when_true;
use crate::state::AppState;

/// Pause when there is nothing to take in.
const IDLE: Duration = Duration::from_secs(1);
/// Pause after a failure.
const FAILED: Duration = Duration::from_secs(10);
/// Pause between two batches, so that others write meanwhile.
const BREATH: Duration = Duration::from_millis(20);

/// Works until it is told to stop. A batch that panics is logged, and tried again later.
pub(super) async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let pause = match AssertUnwindSafe(import::tick(&state.office)).catch_unwind().await {
            Ok(Ok(true)) => BREATH,
            Ok(Ok(false)) => IDLE,
            Ok(Err(error)) => {
                tracing::error!(%error, "rows of an import were not dealt with");
                FAILED
            }
            Err(_) => {
                tracing::error!("a batch of an import panicked");
                FAILED
            }
        };
        tokio::select! {
            () = when_true(stopped.clone()) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
