//! What happens to bookings by themselves: places pass on, people are reminded. Every process does
//! it; each act is done once.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use backend::bookings;
use futures_util::FutureExt;
use tokio::sync::watch;

use crate::serve::when_true;
use crate::state::AppState;

/// How often it is looked whether something is due.
const EVERY: Duration = Duration::from_secs(15);
/// How soon again while there is more than was done in one go.
const AT_ONCE: Duration = Duration::from_millis(50);

/// Does what is due until it is told to stop. A turn that fails or panics is logged, and the next
/// one comes.
pub(super) async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let turn = AssertUnwindSafe(bookings::tick(&state.office)).catch_unwind();
        let done = match turn.await {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => {
                tracing::error!(%error, "bookings could not be seen to");
                0
            }
            Err(_) => {
                tracing::error!("a turn of the bookings panicked");
                0
            }
        };
        if done > 0 {
            // Letters were written.
            state.wake.notify_one();
        }
        let pause = if done >= bookings::AT_ONCE { AT_ONCE } else { EVERY };
        tokio::select! {
            () = when_true(stopped.clone()) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
