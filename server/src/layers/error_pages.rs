//! Words for every answer that has none yet: JSON under `/api`, a page elsewhere.
//!
//! Handlers and layers answer with a status and, when they know it, a
//! [`Reason`](crate::refused::Reason); the framework answers 404, 405 and the like with nothing or
//! with English text. What leaves the house is worded here, in one place.

use app::pages::public::Visit;
use app::routes;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, REFRESH, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::refusal::Refusal;
use phrases::{Locale, account, booking, common, public};
use serde_json::json;
use tower_http::csrf::ProtectionError;

use crate::forms::turn;
use crate::layers::requests::RequestId;
use crate::pages::{self, Ask, Message};
use crate::refused::{self, Reason};
use crate::state::AppState;

/// Headers of the first answer that the worded one keeps.
const KEPT: [HeaderName; 2] = [RETRY_AFTER, ALLOW];

/// Words what has no words.
pub async fn word(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request, state.office.demonstration.is_set());
    let again = turn::after_error(request.uri().path()).filter(|_| asked.safe);
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if is_worded(&response) {
        response.headers_mut().extend(again.map(|after| (REFRESH, after)));
        return response;
    }
    let mut worded = asked.answer(status, reason(&response)).await;
    worded.headers_mut().extend(again.map(|after| (REFRESH, after)));
    for name in KEPT {
        if let Some(value) = response.headers().get(&name) {
            worded.headers_mut().insert(name, value.clone());
        }
    }
    worded
}

/// What became of a request whose handling panicked. Its place is in the log; its text is nowhere,
/// for it may hold what the request was about.
#[must_use]
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// A page or a JSON value is worded already; an empty or plain-text body is the framework's.
fn is_worded(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/html") || kind.starts_with(b"application/"))
        && response.extensions().get::<Reason>().is_none()
}

fn reason(response: &Response) -> Option<Refusal> {
    if let Some(Reason(refusal)) = response.extensions().get::<Reason>() {
        return Some(refusal.clone());
    }
    if response.extensions().get::<ProtectionError>().is_some() {
        return Some(Refusal::ForeignOrigin);
    }
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Some(Refusal::TooLarge),
        StatusCode::UNAUTHORIZED => Some(Refusal::SignedOut),
        _ => None,
    }
}

/// Of a request, what its answer's words depend on.
struct Asked {
    json: bool,
    safe: bool,
    path: String,
    demonstration: bool,
    locale: Locale,
    reference: String,
}

impl Asked {
    fn of(request: &Request, demonstration: bool) -> Self {
        let path = request.uri().path();
        let id = request.extensions().get::<RequestId>();
        Self {
            json: path.starts_with("/api/"),
            safe: matches!(*request.method(), Method::GET | Method::HEAD),
            path: path.to_owned(),
            demonstration,
            locale: pages::locale(request.headers()),
            reference: id.map(|id| id.0.clone()).unwrap_or_default(),
        }
    }

    async fn answer(self, status: StatusCode, reason: Option<Refusal>) -> Response {
        let status = reason.as_ref().map_or(status, refused::status);
        if self.json {
            return self.machine(status, reason);
        }
        match reason {
            Some(Refusal::SignedOut) if self.safe && self.path.starts_with(routes::MY_ANIMALS) => {
                Redirect::to(routes::CERTIFICATES).into_response()
            }
            Some(Refusal::SignedOut) if self.safe => self.go(routes::SIGN_IN),
            Some(Refusal::SignInAgain) if self.safe => self.go(routes::CONFIRM),
            reason => {
                let message = self.message(status, reason);
                let visit = Visit { path: String::new(), demonstration: self.demonstration };
                message.page(Ask::new(self.locale, visit).status(status)).await
            }
        }
    }

    fn machine(&self, status: StatusCode, reason: Option<Refusal>) -> Response {
        let body = if status.is_server_error() {
            json!({ "reference": self.reference })
        } else {
            json!({ "refusal": reason.unwrap_or(Refusal::Unreadable) })
        };
        (status, Json(body)).into_response()
    }

    fn go(&self, to: &str) -> Response {
        Redirect::to(&format!("{to}?next={}", routes::escape_query(&self.path))).into_response()
    }

    fn message(&self, status: StatusCode, reason: Option<Refusal>) -> Message {
        let locale = self.locale;
        let is_dead_link = reason == Some(Refusal::LinkUnusable);
        let is_public = self.path.starts_with(routes::OPEN);
        let message = match reason {
            Some(Refusal::OutreachUnknown) if is_public => return not_announced(locale),
            Some(Refusal::TooManyAttempts { retry_after_s }) if retry_after_s < 60 => {
                let next = account::error_too_many_next(locale, u64::from(retry_after_s));
                Message::new(account::error_too_many_title(locale), [next])
            }
            Some(refusal) => {
                let told = phrases::explain(&refusal, locale);
                Message::new(told.happened, [told.kept.to_owned(), told.next])
            }
            None if status.is_server_error() => {
                let next = common::failed_next(locale, &self.reference);
                let kept = common::failed_kept(locale).to_owned();
                Message::new(common::failed_title(locale), [kept, next])
            }
            None => {
                let (title, next) = words_of(status, locale);
                Message::new(title, [next])
            }
        };
        if status == StatusCode::UNAUTHORIZED {
            return message.way(routes::SIGN_IN, account::sign_in(locale));
        }
        if is_dead_link {
            let mine = message.way(routes::MY_BOOKING, booking::mine_link(locale));
            return mine.way(routes::PASSWORD, account::reset_title(locale));
        }
        message.way(routes::HOME, public::nav_home(locale))
    }
}

/// Who comes from a ticket or by an earlier link to what is over by now, or called off, is not told
/// that there never was such an outreach.
fn not_announced(locale: Locale) -> Message {
    let lines = [booking::not_announced_body(locale), booking::not_announced_next(locale)];
    Message::new(booking::not_announced(locale), lines)
        .way(routes::OPEN, booking::list_see_all(locale))
        .way(routes::MY_BOOKING, booking::mine_link(locale))
}

/// What happened and what to do, for a status that came without a reason.
fn words_of(status: StatusCode, locale: Locale) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => {
            (common::page_not_found(locale), common::page_not_found_next(locale))
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            (account::error_method_title(locale), account::error_method_next(locale))
        }
        StatusCode::REQUEST_TIMEOUT => {
            (account::error_timeout_title(locale), account::error_timeout_next(locale))
        }
        _ => (account::error_bad_request_title(locale), account::error_bad_request_next(locale)),
    }
}
