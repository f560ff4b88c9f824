//! How a static page is made: a component, rendered to text with what it may know of the request.
//!
//! No `Resource`, no streaming, no script of Leptos: what leaves is the whole document.

use std::convert::Infallible;

use app::components::navigation::Way;
use app::pages::public::Visit;
use app::pages::public::account::MessagePage;
use app::pages::public::form_state::FormState;
use app::shell::{Assets, PublicShell};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use futures_util::{StreamExt, future, stream};
use leptos::prelude::*;
use leptos_meta::ServerMetaContext;
use phrases::Locale;

use crate::api::json;
use crate::site;
use crate::state::AppState;

/// What a page may know of the request that it answers. Handlers take it as an argument.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The language to answer in.
    pub locale: Locale,
    visit: Visit,
    scripts: Vec<&'static str>,
    form: Option<FormState>,
    status: StatusCode,
    area: &'static str,
    takes_gzip: bool,
    is_long: bool,
}

impl Ask {
    /// A page that answers no request in particular.
    #[must_use]
    pub fn new(locale: Locale, visit: Visit) -> Self {
        let (scripts, form, status) = (Vec::new(), None, StatusCode::OK);
        let (takes_gzip, is_long) = (false, false);
        Self { locale, visit, scripts, form, status, area: "public", takes_gzip, is_long }
    }

    /// The page is long, and compressed for who takes that (goal P1). Not for a page that shows,
    /// beside something secret, what a stranger's link can put there: its length would tell.
    #[must_use]
    pub fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    /// The page is one of the coordination's.
    #[must_use]
    pub fn of_coordination(mut self) -> Self {
        self.area = "coordination";
        self
    }

    /// The page loads this script of ours.
    #[must_use]
    pub fn script(mut self, address: &'static str) -> Self {
        self.scripts.push(address);
        self
    }

    /// The page is answered with this status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The page's form was refused: status 422, or what the refusal has, and nothing typed is lost.
    #[must_use]
    pub fn refused(self, form: FormState) -> Self {
        let status = form.refusal.as_ref().map(crate::refused::status);
        let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Self { form: Some(form), status, ..self }
    }

    /// Renders the page.
    pub async fn page<V: IntoView + 'static>(self, page: impl FnOnce() -> V) -> Response {
        let Self { locale, visit, scripts, form, status, area, takes_gzip, is_long } = self;
        let (meta, found) = ServerMetaContext::new();
        let owner = own();
        let text = owner.with(|| {
            provide_context(locale);
            provide_context(visit);
            provide_context(meta);
            if let Some(form) = form {
                provide_context(form);
            }
            let page = page();
            view! {
                <PublicShell assets=assets() scripts=scripts area=area>
                    {page}
                </PublicShell>
            }
            .to_html()
        });
        let text = stream::once(future::ready(text));
        let whole = found.inject_meta_context(Box::pin(text)).await;
        let whole = whole.collect::<String>().await;
        owner.cleanup();
        let packed = (takes_gzip && is_long).then(|| json::gzip(whole.as_bytes())).flatten();
        let mut response = match packed {
            Some(packed) => {
                let head = [
                    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                    (header::CONTENT_ENCODING, "gzip"),
                ];
                (status, head, packed).into_response()
            }
            None => (status, Html(whole)).into_response(),
        };
        if is_long {
            let varies = HeaderValue::from_static("accept-encoding");
            response.headers_mut().insert(header::VARY, varies);
        }
        response
    }
}

impl<S> FromRequestParts<S> for Ask
where
    AppState: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let state = AppState::from_ref(state);
        let path = parts.uri.path().to_owned();
        let visit = Visit { path, demonstration: state.office.demonstration.is_set() };
        let takes_gzip = json::takes_gzip(&parts.headers);
        Ok(Self { takes_gzip, ..Self::new(locale(&parts.headers), visit) })
    }
}

/// What a page's signals belong to. On each thread stands whose page was made there last, as long
/// as that is still being sent: a page that belonged to it would end with it, in the middle, and
/// find in it what is another request's.
pub(crate) fn own() -> Owner {
    Owner::new_root(None)
}

/// Where this build's files are.
#[must_use]
pub fn assets() -> Assets {
    Assets {
        pkg: site::pkg().to_owned(),
        build: site::build_id().to_owned(),
        decoder: site::decoder().to_owned(),
    }
}

/// The language of a request: the browser's, if it asks for one we have.
#[must_use]
pub fn locale(headers: &HeaderMap) -> Locale {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Locale::from_accept_language(asked.unwrap_or_default())
}

/// A page that says one thing: a confirmation or an error.
#[derive(Clone, Debug)]
pub struct Message {
    title: String,
    lines: Vec<String>,
    ways: Vec<Way>,
}

impl Message {
    /// A heading and its paragraphs.
    #[must_use]
    pub fn new(
        title: impl Into<String>,
        lines: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let lines = lines.into_iter().map(Into::into).collect();
        Self { title: title.into(), lines, ways: Vec::new() }
    }

    /// A way to go on; the first one is the main one.
    #[must_use]
    pub fn way(mut self, href: &str, words: &str) -> Self {
        self.ways.push(Way::new(href, words));
        self
    }

    /// The page of it.
    pub async fn page(self, ask: Ask) -> Response {
        let Self { title, lines, ways } = self;
        ask.page(move || view! { <MessagePage title=title lines=lines ways=ways /> }).await
    }
}

/// A path of ours to go to afterwards; `None` for anything that could lead elsewhere.
#[must_use]
pub fn own_path(next: &str) -> Option<&str> {
    let path = next.strip_prefix('/')?;
    let leaves = path.starts_with(['/', '\\']) || next.chars().any(char::is_control);
    (!leaves && !next.contains('\\')).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        assert_eq!(own_path("/cuenta"), Some("/cuenta"));
        assert_eq!(
            own_path("/coordinacion/correos?estado=1"),
            Some("/coordinacion/correos?estado=1")
        );
        for elsewhere in ["", "cuenta", "//evil", "/\\evil", "https://evil", "/a\r\nb", "/a\\b"] {
            assert_eq!(own_path(elsewhere), None, "{elsewhere}");
        }
    }

    #[tokio::test]
    async fn a_page_is_a_whole_document_with_its_title() {
        let _ = any_spawner::Executor::init_tokio();
        let message = Message::new("Título <b>", ["Línea"]).way("/", "Inicio");
        let response = message.page(Ask::new(Locale::Es, Visit::default())).await;
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(text.starts_with("<!DOCTYPE html>"), "{text}");
        assert!(text.contains("<title>Título ‹b> · Huella</title>"), "{text}");
        assert!(text.contains("lang=\"es-CL\""), "{text}");
        assert!(!text.contains("<script"), "{text}");
    }

    #[tokio::test]
    async fn a_page_belongs_to_no_other_that_is_made_on_its_thread() {
        let _ = any_spawner::Executor::init_tokio();
        let other = Owner::new_root(None);
        other.with(|| provide_context("another request's".to_owned()));
        let page = || {
            assert_eq!(use_context::<String>(), None);
            let signal = RwSignal::new("whole");
            other.cleanup();
            view! { <p>{signal.get()}</p> }
        };
        let response = Ask::new(Locale::Es, Visit::default()).page(page).await;
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains("<p>whole"));
    }
}
