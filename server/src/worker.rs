//! What happens by itself: mail leaves, bounces come back, the history is sealed, the old is
//! forgotten. Several processes may do it at once; leases and unique indexes keep them apart.

mod bounces;
mod delivery;
mod letters;
mod upkeep;

use std::time::Duration;

use tokio::sync::watch;

use crate::config::Config;
use crate::serve::when_true;
use crate::state::AppState;

/// How often the outbox is looked at when nobody wakes the worker, in milliseconds; each pause is
/// between half and all of it longer, so that processes do not look at the same moment.
const PAUSE_MS: u32 = 700;

/// Whether the settings of mail can be used: told before anything listens, since a process that
/// serves and sends nothing would let every certificate wait unnoticed.
///
/// # Errors
/// When the sender or the address of the transport is none.
pub fn can_send(config: &Config) -> anyhow::Result<()> {
    delivery::Post::open(config).map(drop)
}

/// Works until it is told to stop. What is being sent is sent to its end.
pub async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    let post = match delivery::Post::open(&state.config) {
        Ok(post) => post,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "no mail will leave");
            return;
        }
    };
    let mut upkeep = upkeep::Upkeep::default();
    while !*stopped.borrow() {
        let sent = post.deliver_due(&state).await;
        upkeep.run(&state).await;
        if sent > 0 {
            continue;
        }
        tokio::select! {
            () = when_true(stopped.clone()) => {}
            () = state.wake.notified() => {}
            () = tokio::time::sleep(pause()) => {}
        }
    }
}

fn pause() -> Duration {
    let random = getrandom::u32().unwrap_or(0);
    let extra = random % (PAUSE_MS / 2) + PAUSE_MS / 2;
    Duration::from_millis(u64::from(PAUSE_MS + extra))
}
