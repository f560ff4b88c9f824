//! How long a request may take until its answer begins. The body counts, since whoever sends one
//! letter a minute would hold a connection for ever; but a door that takes a large file lets a bad
//! line bring it.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::doors::{Door, door};

/// What is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A request without a body.
    request: Duration,
    /// Bytes a second of the slowest line by which a body may come.
    pace: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { request: Duration::from_secs(30), pace: 16 * 1024 }
    }
}

impl Patience {
    /// For a request through a door, or for a file that needs none.
    fn of(self, door: Option<&Door>) -> Duration {
        let bytes = door.map_or(0, |door| door.body_limit);
        self.request + Duration::from_secs(bytes.div_ceil(self.pace).into())
    }
}

/// Answers 408 in the place of what takes too long.
pub async fn bound(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let door = pattern.and_then(|pattern| door(request.method().as_str(), pattern));
    let answer = tokio::time::timeout(patience.of(door), next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::routes;
    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use futures_util::stream;
    use std::convert::Infallible;
    use tower::ServiceExt;

    #[test]
    fn a_door_waits_as_long_as_a_bad_line_needs_for_what_it_takes() {
        let seconds = |method, pattern| {
            let door = door(method, pattern);
            assert!(door.is_some(), "{method} {pattern}");
            Patience::default().of(door).as_secs()
        };
        assert_eq!(Patience::default().of(None).as_secs(), 30);
        assert_eq!(seconds("GET", routes::HOME), 30);
        assert_eq!(seconds("POST", routes::SIGN_IN), 34, "nobody holds a public door for long");
        assert_eq!(seconds("POST", "/api/v1/submissions"), 46);
        assert_eq!(seconds("POST", routes::UNIT_FILE), 286);
        assert_eq!(seconds("POST", routes::IMPORTS), 354);
        assert_eq!(seconds("POST", routes::HAND_IN), 546);
    }

    async fn read(body: Bytes) -> String {
        body.len().to_string()
    }

    /// Posts so many pieces, one each fifth of a second.
    async fn status(pattern: &str, pieces: usize) -> StatusCode {
        let patience = Patience { request: Duration::from_millis(500), pace: 4 * 1024 * 1024 };
        let router = Router::new()
            .route(routes::SIGN_IN, post(read))
            .route(routes::HAND_IN, post(read))
            .layer(from_fn_with_state(patience, bound));
        let body = stream::unfold(0, move |sent| async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            (sent < pieces).then_some((Ok::<_, Infallible>("x"), sent + 1))
        });
        let request = Request::post(pattern).body(Body::from_stream(body)).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_slow_upload_arrives_where_much_is_taken_and_one_without_end_nowhere() {
        let (small, large, endless) = tokio::join!(
            status(routes::SIGN_IN, 11),
            status(routes::HAND_IN, 11),
            status(routes::HAND_IN, usize::MAX),
        );
        assert_eq!(small, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(large, StatusCode::OK);
        assert_eq!(endless, StatusCode::REQUEST_TIMEOUT);
    }
}
