//! Public forms: plain posts that call the same use cases as everything else (contracts section
//! 5). Success is a 303; a refusal is the same page again with 422 and all that was typed.
//!
//! To add a form: a file here with `show` and `act`, its two routes in `router`, its two rows in
//! `doors::table`, its page in `app::pages::public`.

pub mod account;
pub mod booking;
pub mod found;
pub mod handover;
pub mod link;
pub mod owner;
pub mod password;
pub mod public;
pub mod sign_in;
pub mod sign_out;
pub mod turn;

use std::net::IpAddr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::refusal::Refusal;

use crate::layers::flood::ClientAddress;
use crate::refused::Refused;

/// The fields of a posted form, as typed.
#[derive(Debug)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    /// The address that the request came from.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub user_agent: String,
}

impl Fields {
    /// The text of a field; empty when it is missing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        let pair = self.pairs.iter().find(|(known, _)| known == name);
        pair.map_or("", |(_, text)| text.as_str())
    }

    /// Names and texts of those fields that may be shown again.
    #[must_use]
    pub fn keep(&self, names: &[&str]) -> Vec<(String, String)> {
        let kept = self.pairs.iter().filter(|(name, _)| names.contains(&name.as_str()));
        kept.cloned().collect()
    }

    /// A password that was typed twice alike.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on the password when the two differ.
    pub fn new_password(&self) -> Result<String, Refusal> {
        let password = self.text("password");
        if password == self.text("repeated") {
            return Ok(password.to_owned());
        }
        Err(Refusal::field(FieldError::new(Field::PasswordRepeated, FieldProblem::Differs)))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let headers = request.headers();
        let text = |name| {
            headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let user_agent = text(header::USER_AGENT);
        let kind = text(header::CONTENT_TYPE);
        let address = request.extensions().get::<ClientAddress>().map(|client| client.0);
        let address = address.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
        let body =
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let is_form = kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
        if !is_form && !body.is_empty() {
            return Err(Refused(Refusal::Unreadable).into_response());
        }
        let pairs = form_urlencoded::parse(&body).into_owned().collect();
        Ok(Self { pairs, address, user_agent })
    }
}

/// The answer after a form did its work: see this page now.
#[must_use]
pub fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}
