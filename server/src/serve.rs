//! `huella serve`: start, run, stop.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::{Outcome, Verdict, complain, say};
use crate::config::{Config, MetricsAddr};
use crate::state::AppState;
use crate::{health, logs, router, worker};

/// How long requests in flight may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until the process is told to stop (SIGTERM, or Ctrl-C).
///
/// # Errors
/// When the database, the keys or an address cannot be had.
pub(crate) async fn serve(config: Config, demo: bool) -> Outcome {
    if config.smtp_url.is_none() && !demo {
        complain(
            "set HUELLA_SMTP_URL (smtp://…, smtps://… or folder:PATH), or give --demo: \
             without it every certificate would vanish",
        );
        return Ok(Verdict::Misuse);
    }
    logs::start();
    let figures = health::collect()?;
    let metrics = match config.metrics_addr {
        MetricsAddr::Off => None,
        MetricsAddr::On(addr) => Some(health::listen(addr).await?),
    };
    let listener = TcpListener::bind(config.addr).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", config.addr))?;
    let bound = listener.local_addr()?;
    let config = Config { addr: bound, ..config };
    let state = AppState::open(config, demo).await?;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(worker::run(state.clone(), stopped.clone()));
    say(&format!("huella: {} (pages on {bound})", state.config.public_url()));
    if let Some(listener) = metrics {
        say(&format!("huella: metrics on http://{}/metrics", listener.local_addr()?));
        tokio::spawn(health::serve(listener, figures, when_true(stopped.clone())));
    }
    let served = tokio::spawn(pages(listener, state.clone(), stopped));
    told_to_stop().await;
    tracing::info!("stopping");
    // Nobody listens only when everything has stopped already.
    let _ = stop.send(true);
    let all = async { (served.await, worker.await) };
    let Ok((served, worker)) = tokio::time::timeout(GRACE, all).await else {
        tracing::warn!("requests were still open after {GRACE:?}");
        return Ok(Verdict::Yes);
    };
    served??;
    worker?;
    state.office.store.close().await;
    tracing::info!("stopped");
    Ok(Verdict::Yes)
}

async fn pages(
    listener: TcpListener,
    state: AppState,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let router = router::router(state)?;
    // Without this a streamed page waits 40 ms for the peer's acknowledgement.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(when_true(stopped))
        .await?;
    Ok(())
}

/// Ends when the flag is set, or nobody can set it any more.
pub(crate) async fn when_true(mut flag: watch::Receiver<bool>) {
    let _ = flag.wait_for(|set| *set).await;
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
