//! Every endpoint of the server with what it needs: the one table, and the guard that enforces it.
//!
//! The guard fails closed: a route that is not in the table is not reachable. What a use case may
//! do with which record is decided once more, behind the door, by the use case itself.

mod guard;
mod table;

use domain::role::UseCase;

pub use guard::guard;
pub use table::DOORS;

/// One endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// `GET` (which includes `HEAD`) or `POST`.
    pub method: &'static str,
    /// The route's pattern, as axum writes it.
    pub pattern: &'static str,
    /// What it takes to pass.
    pub needs: UseCase,
    /// Most bytes of a request's body.
    pub body_limit: u32,
}

/// The row of a method and a pattern.
#[must_use]
pub fn door(method: &str, pattern: &str) -> Option<&'static Door> {
    let method = if method == "HEAD" { "GET" } else { method };
    DOORS.iter().find(|door| door.method == method && door.pattern == pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_endpoint_is_listed_twice() {
        let mut seen = HashSet::new();
        for door in DOORS {
            assert!(seen.insert((door.method, door.pattern)), "{door:?}");
        }
    }

    #[test]
    fn every_server_function_has_its_door() {
        for (path, method) in leptos::server_fn::axum::server_fn_paths() {
            assert!(door(method.as_str(), path).is_some(), "{method} {path} is not in the table");
            assert_eq!(method.as_str(), "POST", "{path}: a GET passes SameSite=Lax");
        }
    }

    #[test]
    fn nothing_is_changed_by_a_get() {
        for door in DOORS.iter().filter(|door| door.method == "GET") {
            assert_eq!(door.body_limit, 0, "{door:?}");
        }
    }
}
