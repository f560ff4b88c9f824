//! Who a request comes from: the session cookie, and the person behind it.
//!
//! Sessions are rows of the database with the hash of a 256-bit secret, so that they can be listed
//! and ended. Written by hand instead of tower-sessions, whose store keeps an opaque map under its
//! own identifier: one's devices, their ages and their end are columns here.

use std::convert::Infallible;

use app::routes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use backend::accounts::session::{self, Begun, LONGEST_MS, Present};
use backend::actor::Actor;
use backend::error::Error;
use domain::refusal::Refusal;
use domain::role::{Caller, Role, UseCase};

use crate::refused::{Problem, Refused};
use crate::state::AppState;

/// Stands behind the secret in a lasting cookie: a browser tells nobody how long it keeps one.
/// Who writes it there without us keeps what a browser can keep anyway.
const LASTING: &str = "+";

/// Which cookie. A member of staff may be an owner too, in the same browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session of a member of staff.
    Staff,
    /// The code session of an owner.
    Owner,
}

impl Cookie {
    /// What it is called; the prefix binds it to this host, to `/` and to a secure connection.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Staff => "__Host-huella",
            Self::Owner => "__Host-huella-owner",
        }
    }

    /// The cookie that a use case looks at.
    #[must_use]
    pub const fn of(needs: UseCase) -> Self {
        match needs {
            UseCase::ReadOwnAnimals | UseCase::AskAsOwner => Self::Owner,
            _ => Self::Staff,
        }
    }

    /// The header that gives a browser its session. The row says when that ends, whatever the
    /// browser keeps.
    #[must_use]
    pub fn begin(self, begun: &Begun, keeping: Keeping) -> (header::HeaderName, HeaderValue) {
        let (mark, age) = match keeping {
            Keeping::UntilClosed => ("", String::new()),
            Keeping::Lasting => (LASTING, format!("; Max-Age={}", LONGEST_MS / 1_000)),
        };
        let (name, secret) = (self.name(), &begun.secret);
        let text = format!("{name}={secret}{mark}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
        let value = HeaderValue::from_str(&text);
        (header::SET_COOKIE, value.unwrap_or_else(|_| self.forgotten()))
    }

    /// The header that makes a browser forget its session.
    #[must_use]
    pub fn end(self) -> (header::HeaderName, HeaderValue) {
        (header::SET_COOKIE, self.forgotten())
    }

    fn forgotten(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Staff => "__Host-huella=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
            Self::Owner => {
                "__Host-huella-owner=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
            }
        })
    }

    /// Whether a request shows this cookie.
    #[must_use]
    pub fn is_in(self, headers: &HeaderMap) -> bool {
        self.secret(headers).is_some()
    }

    /// The secret that a request shows.
    fn secret(self, headers: &HeaderMap) -> Option<&str> {
        self.value(headers).map(|value| value.strip_suffix(LASTING).unwrap_or(value))
    }

    fn value(self, headers: &HeaderMap) -> Option<&str> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        all.flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name())
            .map(|(_, value)| value)
    }
}

/// For how long a browser keeps a session's cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Until it is closed.
    UntilClosed,
    /// As long as a session can last: a phone kills the browser behind a call or the camera, and
    /// nobody is signed out by that in the middle of a day.
    Lasting,
}

impl Keeping {
    /// Of a member of staff who goes on to a path of ours: lasting for who works in the field or
    /// is on the way there. A desk's browser may be another person's next.
    #[must_use]
    pub fn of(role: Option<Role>, to: &str) -> Self {
        let below = to.strip_prefix(routes::FIELD);
        let is_there = below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        match role {
            Some(Role::Operative | Role::Veterinarian) => Self::Lasting,
            _ if is_there => Self::Lasting,
            _ => Self::UntilClosed,
        }
    }

    /// Of a session that takes the place of the one a request shows: as that was kept.
    #[must_use]
    pub fn again(role: Option<Role>, headers: &HeaderMap) -> Self {
        let before = Cookie::Staff.value(headers);
        match before.is_some_and(|value| value.ends_with(LASTING)) {
            true => Self::Lasting,
            false => Self::of(role, routes::ACCOUNT),
        }
    }
}

/// Who a request comes from. Every guarded route has it as an extension.
#[derive(Clone, Debug, Default)]
pub struct Visitor(pub Option<Present>);

impl Visitor {
    /// Looks the person behind a cookie up.
    ///
    /// # Errors
    /// A failed database.
    pub async fn of(state: &AppState, headers: &HeaderMap, cookie: Cookie) -> Result<Self, Error> {
        let Some(secret) = cookie.secret(headers) else { return Ok(Self(None)) };
        let (office, now) = (&state.office, state.office.clock.now());
        let found = session::find_among(&office.looks, &office.store, secret, now).await?;
        let fits = found.filter(|present| match present.actor {
            Actor::Staff { .. } => cookie == Cookie::Staff,
            Actor::Owner { .. } => cookie == Cookie::Owner,
            _ => false,
        });
        Ok(Self(fits))
    }

    /// What the permission table calls this visitor.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let present = self.0.as_ref();
        present.and_then(|present| present.actor.caller()).unwrap_or(Caller::Public)
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.as_ref().map_or(Actor::Public, |present| present.actor)
    }

    /// What a member of staff is.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self.actor() {
            Actor::Staff { role, .. } => Some(role),
            _ => None,
        }
    }

    /// The session, which there must be.
    ///
    /// # Errors
    /// [`Refusal::SignedOut`] when there is none.
    pub fn present(&self) -> Result<&Present, Problem> {
        self.0.as_ref().ok_or(Problem::Refused(Refused(Refusal::SignedOut)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::timestamp::Timestamp;

    #[test]
    fn a_lasting_cookie_lasts_as_long_as_a_session_can() {
        let (session, expires_at) = (backend::clock::fresh_id().into(), Timestamp(0));
        let begun = Begun { session, secret: "ab".to_owned(), expires_at };
        let value = |cookie: Cookie, keeping| {
            let (_, value) = cookie.begin(&begun, keeping);
            value.to_str().unwrap().to_owned()
        };
        let plain = "__Host-huella=ab; Path=/; Secure; HttpOnly; SameSite=Lax";
        assert_eq!(value(Cookie::Staff, Keeping::UntilClosed), plain);
        let lasting = value(Cookie::Staff, Keeping::Lasting);
        let marked = plain.replace("=ab;", "=ab+;");
        assert_eq!(lasting, format!("{marked}; Max-Age=604800"));
        assert!(!value(Cookie::Owner, Keeping::UntilClosed).contains("Max-Age"));
    }

    #[test]
    fn who_works_in_the_field_or_goes_there_keeps_the_session() {
        let table = [
            (Some(Role::Operative), "/cuenta", Keeping::Lasting),
            (Some(Role::Veterinarian), "/coordinacion/firma", Keeping::Lasting),
            (Some(Role::Coordinator), "/terreno", Keeping::Lasting),
            (Some(Role::Coordinator), "/terreno/registros", Keeping::Lasting),
            (Some(Role::Coordinator), "/terreno?a=b", Keeping::Lasting),
            (Some(Role::Coordinator), "/terrenos", Keeping::UntilClosed),
            (Some(Role::Coordinator), "/coordinacion?next=/terreno", Keeping::UntilClosed),
            (Some(Role::Admin), "/cuenta", Keeping::UntilClosed),
            (None, "/", Keeping::UntilClosed),
        ];
        for (role, to, keeping) in table {
            assert_eq!(Keeping::of(role, to), keeping, "{role:?} {to}");
        }
    }

    #[test]
    fn a_session_that_begins_anew_is_kept_as_the_one_before() {
        let (desk, field) = (Some(Role::Coordinator), Some(Role::Operative));
        let table = [
            (desk, "__Host-huella=ab+", Keeping::Lasting),
            (desk, "__Host-huella=ab", Keeping::UntilClosed),
            (desk, "__Host-huella-owner=ab+", Keeping::UntilClosed),
            (field, "__Host-huella=ab", Keeping::Lasting),
        ];
        for (role, cookie, keeping) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            assert_eq!(Keeping::again(role, &headers), keeping, "{role:?} {cookie}");
        }
    }

    #[test]
    fn the_right_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        let text = "a=b; __Host-huella-owner=two; __Host-huella=one+";
        headers.insert(header::COOKIE, HeaderValue::from_static(text));
        assert_eq!(Cookie::Staff.secret(&headers), Some("one"));
        assert_eq!(Cookie::Owner.secret(&headers), Some("two"));
        assert_eq!(Cookie::Staff.secret(&HeaderMap::new()), None);
    }
}
