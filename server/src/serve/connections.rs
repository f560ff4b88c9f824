//! Connections: accepted, served by the router, ended in order. Written by hand instead of
//! `axum::serve`, which waits for ever for a request's head: whoever opens connections and sends a
//! letter a minute would hold them all.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::serve::when_true;

/// How long a request's head may take to arrive, and a kept connection may lie idle. The body and
/// the answer have the router's own time limit.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// The pause after a connection could not be accepted, as when every file descriptor is taken.
const OUT_OF_BREATH: Duration = Duration::from_millis(100);

/// Serves until it is told to stop, and then until the requests in flight are answered.
pub(super) async fn serve(listener: TcpListener, router: Router, stopped: watch::Receiver<bool>) {
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = when_true(stopped.clone()) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                open.spawn(hold(stream, peer, router.clone(), stopped.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(OUT_OF_BREATH).await;
            }
        }
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// One connection with all its requests. What breaks it off is the other side's business.
async fn hold(stream: TcpStream, peer: SocketAddr, router: Router, stopped: watch::Receiver<bool>) {
    // Without this a streamed page waits 40 ms for the peer's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = when_true(stopped) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
