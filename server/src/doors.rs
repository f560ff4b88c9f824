//! Every endpoint of the server with what it needs: the one table, and the guard that enforces it.
//!
//! The guard fails closed: a route that is not in the table is not reachable. What a use case may
//! do with which record is decided once more, behind the door, by the use case itself.

mod guard;
mod routes;
mod table;

use domain::role::UseCase;

pub use guard::guard;
pub use routes::Routes;
pub use table::DOORS;

/// One endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// `GET` (which includes `HEAD`), `POST` or `PUT`.
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

/// The doors of a process: those of the demonstration's mails only where they are shown.
#[must_use]
pub fn open(shows_mail: bool) -> Vec<Door> {
    let is_mail = |door: &&Door| door.pattern.starts_with(app::routes::DEMO_MAIL);
    DOORS.iter().filter(|door| shows_mail || !is_mail(door)).copied().collect()
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
    fn every_door_of_the_coordination_has_its_function_or_its_page() {
        let functions: HashSet<_> =
            leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
        let doors = DOORS.iter().filter(|door| door.pattern.starts_with("/api/coordinacion/"));
        for door in doors {
            assert!(functions.contains(door.pattern), "{door:?} leads to no function");
        }
        let written = |path: &str| -> String {
            let parts = path.split('/').map(|part| match part.strip_prefix(':') {
                Some(name) => format!("{{{name}}}"),
                None => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join("/")
        };
        let context = || {
            leptos::prelude::provide_context(domain::desk::Visitor {
                id: domain::id::StaffId(uuid::Uuid::nil()),
                name: String::new(),
                role: domain::role::Role::Admin,
                zone: domain::timestamp::Zone(Vec::new()),
                demonstration: false,
                language: "es-CL".to_owned(),
            });
        };
        let app = app::coordination::App;
        let (pages, _) = leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(
            app, None, context,
        );
        let pages: HashSet<String> = pages.iter().map(|page| written(page.path())).collect();
        let doors: HashSet<String> = DOORS
            .iter()
            .filter(|door| door.method == "GET" && door.pattern.starts_with("/coordinacion"))
            .filter(|door| !app::routes::WHOLE.contains(&door.pattern))
            .map(|door| door.pattern.to_owned())
            .collect();
        assert_eq!(pages, doors);
    }
}
