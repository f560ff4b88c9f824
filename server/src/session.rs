//! Who a request comes from: the session cookie, and the person behind it.
//!
//! Sessions are rows of the database with the hash of a 256-bit secret, so that they can be listed
//! and ended. Written by hand instead of tower-sessions, whose store keeps an opaque map under its
//! own identifier: one's devices, their ages and their end are columns here.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use backend::accounts::session::{self, Begun, Present};
use backend::actor::Actor;
use backend::error::Error;
use domain::refusal::Refusal;
use domain::role::{Caller, Role, UseCase};

use crate::refused::{Problem, Refused};
use crate::state::AppState;

/// Which cookie. A member of staff may be an owner too, in the same browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session of a member of staff.
    Staff,
    /// The code session of an owner.
    Owner,
}

impl Cookie {
    /// The prefix binds the cookie to this host, to `/` and to a secure connection.
    const fn name(self) -> &'static str {
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

    /// The header that gives a browser its session. It lasts as long as the browser; the row says
    /// when it ends.
    #[must_use]
    pub fn begin(self, begun: &Begun) -> (header::HeaderName, HeaderValue) {
        let text =
            format!("{}={}; Path=/; Secure; HttpOnly; SameSite=Lax", self.name(), begun.secret);
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
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        all.flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name())
            .map(|(_, secret)| secret)
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
        let found = session::find(&state.office.store, secret, state.office.clock.now()).await?;
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

    #[test]
    fn the_right_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        let text = "a=b; __Host-huella-owner=two; __Host-huella=one";
        headers.insert(header::COOKIE, HeaderValue::from_static(text));
        assert_eq!(Cookie::Staff.secret(&headers), Some("one"));
        assert_eq!(Cookie::Owner.secret(&headers), Some("two"));
        assert_eq!(Cookie::Staff.secret(&HeaderMap::new()), None);
    }
}
