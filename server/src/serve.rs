//! `huella serve`: start, run, stop.

mod connections;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

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
    if let Some(problem) = misuse(&config, demo) {
        complain(&problem);
        return Ok(Verdict::Misuse);
    }
    logs::start();
    let figures = health::collect()?;
    let metrics = match config.metrics_addr {
        MetricsAddr::Off => None,
        MetricsAddr::On(addr) => Some(listen("the metrics", addr, FOR_METRICS).await?),
    };
    let listener = listen("the pages", config.addr, FOR_PAGES).await?;
    let bound = listener.local_addr()?;
    let config = Config { addr: bound, ..config };
    let state = AppState::open(config, demo).await?;
    let router = router::router(state.clone())?;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(worker::run(state.clone(), stopped.clone()));
    say(&format!("huella: {} (pages on {bound})", state.config.public_url()));
    if let Some(listener) = metrics {
        say(&format!("huella: metrics on http://{}/metrics", listener.local_addr()?));
        tokio::spawn(health::serve(listener, figures, when_true(stopped.clone())));
    }
    let served = tokio::spawn(connections::serve(listener, router, stopped));
    let ended = run_until(told_to_stop(), Tasks { served, worker }, stop).await;
    state.office.store.close().await;
    tracing::info!("stopped");
    ended.map(|()| Verdict::Yes)
}

/// Why it would be wrong to serve with these settings. What a demonstration prints is for nobody.
fn misuse(config: &Config, demo: bool) -> Option<String> {
    if config.smtp_url.is_none() && !demo {
        let remedy = "set HUELLA_SMTP_URL (smtps://…, smtp://… or folder:PATH), or give --demo";
        return Some(format!("{remedy}: without it every certificate would vanish"));
    }
    if let Err(error) = worker::can_send(config) {
        return Some(format!("{error:#}"));
    }
    let public = if demo { None } else { config.public_problem() };
    config.mail_problem().or(public).map(str::to_owned)
}

/// What to do when the pages' address cannot be had.
const FOR_PAGES: &str = "give HUELLA_ADDR another address or a free port, as in 127.0.0.1:3001";

/// The same for the metrics, which can be done without.
const FOR_METRICS: &str =
    "give HUELLA_METRICS_ADDR another address or a free port, as in 127.0.0.1:9465, or `off`";

/// Listens on an address that a setting names.
///
/// # Errors
/// When the address is taken, or not this machine's; it says what to do.
async fn listen(what: &str, addr: SocketAddr, remedy: &str) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(addr).await;
    bound.with_context(|| format!("{what} cannot listen on {addr}; {remedy}"))
}

/// What runs as long as the process does.
struct Tasks {
    served: JoinHandle<()>,
    worker: JoinHandle<()>,
}

/// Runs until the process is told to stop, and then until what is in flight is done. A process of
/// which a part has ended does not go on with the rest: whoever supervises it starts it again.
///
/// # Errors
/// When a part panicked, failed, or ended by itself.
async fn run_until(
    told: impl Future<Output = ()>,
    mut tasks: Tasks,
    stop: watch::Sender<bool>,
) -> anyhow::Result<()> {
    let early = tokio::select! {
        () = told => None,
        ended = &mut tasks.served => Some(("the pages", ended)),
        ended = &mut tasks.worker => Some(("the worker", ended)),
    };
    tracing::info!("stopping");
    // Nobody listens only when everything has stopped already.
    let _ = stop.send(true);
    if let Some((what, ended)) = early {
        let error: anyhow::Error = match ended {
            Ok(()) => anyhow::anyhow!("it ended by itself"),
            Err(panicked) => panicked.into(),
        };
        tracing::error!(error = format!("{error:#}"), "{what} stopped");
        return Err(error.context(format!("{what} stopped")));
    }
    let all = async { (tasks.served.await, tasks.worker.await) };
    let Ok((served, worker)) = tokio::time::timeout(GRACE, all).await else {
        tracing::warn!("requests were still open after {GRACE:?}");
        return Ok(());
    };
    served?;
    worker?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    fn tasks(
        served: impl Future<Output = ()> + Send + 'static,
        worker: impl Future<Output = ()> + Send + 'static,
    ) -> Tasks {
        Tasks { served: tokio::spawn(served), worker: tokio::spawn(worker) }
    }

    #[tokio::test]
    async fn a_part_that_ends_or_panics_ends_the_process_with_an_error() {
        for (name, tasks) in [
            ("the worker", tasks(pending(), async { panic!("on purpose") })),
            ("the worker", tasks(pending(), async {})),
            ("the pages", tasks(async { panic!("on purpose") }, pending())),
            ("the pages", tasks(async {}, pending())),
        ] {
            let (stop, stopped) = watch::channel(false);
            let ended = run_until(pending(), tasks, stop).await;
            let told = ended.unwrap_err().to_string();
            assert!(told.starts_with(name), "{told}");
            assert!(*stopped.borrow(), "the other part is told to stop");
        }
    }

    #[tokio::test]
    async fn told_to_stop_it_ends_when_both_parts_have() {
        let (stop, stopped) = watch::channel(false);
        let both = tasks(when_true(stopped.clone()), when_true(stopped));
        run_until(async {}, both, stop).await.unwrap();
    }
}
