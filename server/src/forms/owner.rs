//! An owner's pages: asking for a code, entering it, the own records and what may be asked there.

mod records;
mod requests;

use app::pages::public::form_state::FormState;
use app::pages::public::owner::{CertificatesPage, CodePage};
use app::routes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use backend::error::Error;
use backend::owner_access::code::{self, Entered, Wanted};
use leptos::prelude::*;

use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::{Cookie, Keeping};
use crate::state::AppState;

/// The cookie by which a browser comes back to the code it asked for: ten minutes, no more.
const ASKED: &str = "__Host-huella-code";

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default()
        .both(routes::CERTIFICATES, show, ask_for_code)
        .both(routes::CERTIFICATES_CODE, show_code, enter)
        .get(routes::MY_ANIMALS, records::show)
        .post(routes::OWN_STATE, requests::report)
        .both(routes::OWN_ADDRESS, requests::show_address, requests::ask_address)
        .both(routes::OWN_CORRECTION, requests::show_correction, requests::ask_correction)
        .post(routes::OWN_LEAVE, records::leave)
}

async fn show(ask: Ask) -> Response {
    ask.page(|| view! { <CertificatesPage /> }).await
}

/// The same answer whether or not anybody is known.
async fn ask_for_code(
    State(state): State<AppState>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let wanted = Wanted {
        run: fields.text("run").to_owned(),
        chip_end: fields.text("chip").to_owned(),
        address: fields.address.to_string(),
    };
    match code::request(&state.office, wanted).await {
        Ok(handle) => {
            state.wake.notify_one();
            let kept = AppendHeaders([asked(&handle)]);
            Ok((kept, see(routes::CERTIFICATES_CODE)).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["run", "chip"]));
            Ok(ask.refused(form).page(|| view! { <CertificatesPage /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn show_code(ask: Ask) -> Response {
    ask.page(|| view! { <CodePage /> }).await
}

async fn enter(
    State(state): State<AppState>,
    ask: Ask,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let entered = Entered {
        handle: handle(&headers),
        code: fields.text("code").to_owned(),
        user_agent: fields.user_agent.clone(),
        address: fields.address.to_string(),
    };
    match code::enter(&state.office, entered).await {
        Ok(begun) => {
            let cookie = Cookie::Owner.begin(&begun, Keeping::UntilClosed);
            let kept = AppendHeaders([cookie, asked("")]);
            Ok((kept, see(routes::MY_ANIMALS)).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["code"]));
            Ok(ask.refused(form).page(|| view! { <CodePage /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// The header that gives a browser its cookie, or takes it away when there is nothing to keep.
fn asked(handle: &str) -> (HeaderName, HeaderValue) {
    let age = if handle.is_empty() { 0 } else { code::MINUTES * 60 };
    let text = format!("{ASKED}={handle}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age}");
    let none = HeaderValue::from_static("");
    (header::SET_COOKIE, HeaderValue::from_str(&text).unwrap_or(none))
}

fn handle(headers: &HeaderMap) -> String {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == ASKED)
        .map(|(_, handle)| handle.to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_that_is_given_is_found_again() {
        let (_, given) = asked("ABC");
        assert!(given.to_str().unwrap().starts_with("__Host-huella-code=ABC; Path=/; Secure;"));
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; __Host-huella-code=ABC"));
        assert_eq!(handle(&headers), "ABC");
        assert_eq!(handle(&HeaderMap::new()), "");
    }
}
