//! Whether the process lives, whether it can work, and its figures.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use backend::outbox::{self, Backlog};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use tokio::net::TcpListener;

use crate::state::AppState;

/// The content type of the Prometheus text format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of the request histogram, in seconds; goal P9 lies between them.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// `GET /livez`: the process answers.
pub async fn livez() -> Response {
    ([(header::CONTENT_TYPE, "text/plain")], "ok\n").into_response()
}

/// The oldest due mail may wait this long before the outbox counts as late, in seconds.
const LATE_S: i64 = 900;

/// How long the database may take to answer the question whether it does. Whoever asks has a
/// patience of some seconds, while a pool waits half a minute for a server that is away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// `GET /readyz`: 200 when the database answers within two seconds, else 503. A late outbox and
/// dead mails are told, and are no reason to take the process out of service: the pages work
/// without a mail server.
pub async fn readyz(State(state): State<AppState>) -> Response {
    let now = state.office.clock.now();
    let asked = state.office.store.read(move |tx| Box::pin(outbox::backlog(tx, now)));
    let error = match tokio::time::timeout(ANSWERS_WITHIN, asked).await {
        Ok(Ok(backlog)) => return ready(&backlog),
        Ok(Err(error)) => error.to_string(),
        Err(late) => late.to_string(),
    };
    tracing::error!(error, "the database does not answer");
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "database": "failed" }))).into_response()
}

fn ready(backlog: &Backlog) -> Response {
    let waiting_s = backlog.oldest_ms / 1_000;
    let outbox = if waiting_s > LATE_S { "late" } else { "ok" };
    let body = json!({
        "database": "ok",
        "outbox": outbox,
        "outbox_oldest_s": waiting_s,
        "outbox_dead": backlog.of("dead"),
    });
    Json(body).into_response()
}

/// Starts to collect figures for the whole process.
///
/// # Errors
/// When the process collects them already.
pub fn collect() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new().set_buckets(&SECONDS)?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)
        .map_err(|_| anyhow::anyhow!("figures are collected already"))?;
    metrics::describe_counter!("huella_requests_total", "Requests by method, route and status");
    metrics::describe_histogram!("huella_request_seconds", "Seconds to the head of the answer");
    metrics::describe_counter!("huella_mail_total", "Mails by what became of them");
    metrics::describe_gauge!("huella_outbox_messages", "Mails not yet sent, by state");
    metrics::describe_gauge!("huella_outbox_oldest_seconds", "Age of the oldest waiting mail");
    Ok(handle)
}

/// Serves `/metrics` until `end` is done; nothing else is there.
pub async fn serve(
    listener: TcpListener,
    handle: PrometheusHandle,
    end: impl Future<Output = ()> + Send + 'static,
) {
    let router = Router::new()
        .route("/metrics", get(move || async move { exposition(&handle) }))
        .fallback(|| async { StatusCode::NOT_FOUND });
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(end).await {
        tracing::error!(%error, "the metrics stopped");
    }
}

fn exposition(handle: &PrometheusHandle) -> Response {
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, EXPOSITION)], handle.render()).into_response()
}
