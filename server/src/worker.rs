//! What happens by itself: mail leaves, bounces come back, places that become free are offered,
//! registers are taken in, the history is sealed, the old is forgotten. Several processes may do it
//! at once; leases and unique indexes keep them apart.

mod bookings;
mod bounces;
mod delivery;
mod import;
mod letters;
mod upkeep;

use tokio::sync::watch;

use crate::config::Config;
use crate::state::AppState;

/// Whether the settings of mail can be used: told before anything listens, since a process that
/// serves and sends nothing would let every certificate wait unnoticed.
///
/// # Errors
/// When the sender or the address of the transport is none.
pub fn can_send(config: &Config) -> anyhow::Result<()> {
    delivery::Post::open(config).map(drop)
}

/// Works until it is told to stop. What is being sent is sent to its end. The mail, the upkeep and
/// the bookings wait for nothing of one another: a mail server that stalls keeps no key from being
/// read.
pub async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    let upkeep = tokio::spawn(upkeep::run(state.clone(), stopped.clone()));
    let bookings = tokio::spawn(bookings::run(state.clone(), stopped.clone()));
    let imports = tokio::spawn(import::run(state.clone(), stopped.clone()));
    match delivery::Post::open(&state.config) {
        Ok(post) => post.run(&state, stopped).await,
        Err(error) => tracing::error!(error = format!("{error:#}"), "no mail will leave"),
    }
    if let Err(error) = upkeep.await {
        tracing::error!(%error, "the upkeep ended by itself");
    }
    if let Err(error) = bookings.await {
        tracing::error!(%error, "the care of bookings ended by itself");
    }
    if let Err(error) = imports.await {
        tracing::error!(%error, "the imports ended by themselves");
    }
}
