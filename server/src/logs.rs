//! The log: one JSON object a line on the standard error, no personal data.

use std::io;

use tracing_subscriber::EnvFilter;

/// Starts the log; `RUST_LOG` changes what is told. A second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,lettre=warn,hyper=warn"));
    let log = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .finish();
    let _ = tracing::subscriber::set_global_default(log);
}
