//! Routes as they are registered, beside the table of doors. A route without a row, or a row
//! without a route, keeps the process from starting, and with it every test of the server.

use std::collections::BTreeSet;
use std::convert::Infallible;

use anyhow::bail;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route, get, post, put};
use tower::{Layer, Service};

use crate::doors::Door;
use crate::state::AppState;

/// Registered routes, each remembered with its method.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    opened: BTreeSet<(&'static str, &'static str)>,
}

impl Routes {
    /// Opens a pattern to `GET` and `HEAD`.
    #[must_use]
    pub fn get<H: Handler<T, AppState>, T: 'static>(self, pattern: &'static str, show: H) -> Self {
        self.open("GET", pattern, get(show))
    }

    /// Opens a pattern to `POST`.
    #[must_use]
    pub fn post<H: Handler<T, AppState>, T: 'static>(self, pattern: &'static str, act: H) -> Self {
        self.open("POST", pattern, post(act))
    }

    /// Opens a pattern to `PUT`.
    #[must_use]
    pub fn put<H: Handler<T, AppState>, T: 'static>(self, pattern: &'static str, keep: H) -> Self {
        self.open("PUT", pattern, put(keep))
    }

    /// Opens a pattern to a page and to the form on it.
    #[must_use]
    pub fn both<G, P, A, B>(self, pattern: &'static str, show: G, act: P) -> Self
    where
        G: Handler<A, AppState>,
        P: Handler<B, AppState>,
        A: 'static,
        B: 'static,
    {
        self.get(pattern, show).post(pattern, act)
    }

    fn open(
        mut self,
        method: &'static str,
        pattern: &'static str,
        handler: MethodRouter<AppState>,
    ) -> Self {
        self.opened.insert((method, pattern));
        Self { router: self.router.route(pattern, handler), opened: self.opened }
    }

    /// These routes and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.opened.extend(other.opened);
        Self { router: self.router.merge(other.router), opened: self.opened }
    }

    /// Puts a layer around the routes so far.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.layer(layer), opened: self.opened }
    }

    /// The router, once routes and rows were found to be the same.
    ///
    /// # Errors
    /// Names every route without a row and every row without a route.
    pub fn checked(self, doors: &[Door]) -> anyhow::Result<Router<AppState>> {
        let listed: BTreeSet<_> = doors.iter().map(|door| (door.method, door.pattern)).collect();
        let unlisted = self.opened.difference(&listed);
        let mut faults: Vec<_> = unlisted
            .map(|(method, pattern)| format!("{method} {pattern} has no row in the table of doors"))
            .collect();
        let unrouted = listed.difference(&self.opened);
        faults.extend(unrouted.map(|(method, pattern)| format!("{method} {pattern} has no route")));
        if !faults.is_empty() {
            bail!("{}", faults.join("; "));
        }
        Ok(self.router)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::role::UseCase;

    #[test]
    fn a_route_without_a_row_and_a_row_without_a_route_are_named() {
        let row = |method, pattern| Door {
            method,
            pattern,
            needs: UseCase::UsePublicPages,
            body_limit: 0,
        };
        let routes =
            || Routes::default().both("/a", async || (), async || ()).get("/b", async || ());
        let all = [row("GET", "/a"), row("POST", "/a"), row("GET", "/b")];
        assert!(routes().checked(&all).is_ok());
        let missing = routes().checked(&all[1..]).unwrap_err().to_string();
        assert_eq!(missing, "GET /a has no row in the table of doors");
        let idle = routes()
            .post("/b", async || ())
            .checked(&[all.as_slice(), &[row("POST", "/c")]].concat());
        let told = idle.unwrap_err().to_string();
        assert_eq!(told, "POST /b has no row in the table of doors; POST /c has no route");
    }
}
