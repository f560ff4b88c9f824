//! Security headers (OWASP ASVS 5.0, chapter V3): what a page may load, and who may embed it.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;

/// What a response wants of its content security policy; a handler puts it into the extensions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// A static page: our own scripts by address, no WebAssembly.
    #[default]
    Static,
    /// A hydrated page: WebAssembly, and inline scripts that carry the request's nonce.
    Hydrated,
    /// The field shell: WebAssembly and no inline script, so that it can be cached.
    Mounted,
    /// A file to be shown by itself, such as a PDF: nothing may be loaded.
    File,
}

/// Another origin from which this page may show pictures; a handler puts it into the extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures(pub String);

/// The nonce of this request, for [`Policy::Hydrated`]: 128 random bits as base64.
#[derive(Clone, Debug)]
pub struct PageNonce(pub String);

impl PageNonce {
    fn new() -> Option<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(BASE64URL_NOPAD.encode(&bytes)))
    }
}

/// Whether the public address is HTTPS: only then is HSTS sent.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// A year, as browsers' lists ask for.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The same on every answer.
const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Gives the request a [`PageNonce`] and the response its headers. A response without a
/// `Cache-Control` of its own is personal and is not stored.
pub async fn protect(State(https): State<Https>, mut request: Request, next: Next) -> Response {
    let nonce = PageNonce::new();
    if let Some(nonce) = &nonce {
        request.extensions_mut().insert(nonce.clone());
    }
    let mut response = next.run(request).await;
    let policy = response.extensions().get::<Policy>().copied().unwrap_or_default();
    let pictures = response.extensions().get::<Pictures>().cloned();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if https.0 {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let nonce = nonce.as_ref().map_or("", |nonce| &nonce.0);
    insert_policy(headers, policy, nonce, pictures.as_ref());
    response
}

fn insert_policy(
    headers: &mut HeaderMap,
    policy: Policy,
    nonce: &str,
    pictures: Option<&Pictures>,
) {
    let text = policy_text(policy, nonce, pictures.map_or("", |pictures| &pictures.0));
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

fn policy_text(policy: Policy, nonce: &str, pictures: &str) -> String {
    let scripts = match policy {
        Policy::Static => "'self'".to_owned(),
        Policy::Hydrated => format!("'self' 'wasm-unsafe-eval' 'nonce-{nonce}'"),
        Policy::Mounted => "'self' 'wasm-unsafe-eval'".to_owned(),
        Policy::File => return "default-src 'none'; frame-ancestors 'none'".to_owned(),
    };
    let gap = if pictures.is_empty() { "" } else { " " };
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; \
         img-src 'self' data: blob:{gap}{pictures}; font-src 'self'; connect-src 'self'; \
         manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Policy; 4] = [Policy::Static, Policy::Hydrated, Policy::Mounted, Policy::File];

    #[test]
    fn no_policy_allows_inline_or_evaluated_script() {
        for policy in ALL {
            let text = policy_text(policy, "abc", "");
            assert!(!text.contains("unsafe-inline"), "{text}");
            assert!(!text.contains(" 'unsafe-eval'"), "{text}");
            assert!(text.contains("frame-ancestors 'none'"), "{text}");
        }
    }

    #[test]
    fn only_pages_that_run_it_may_compile_wasm() {
        let wasm = ALL.map(|policy| policy_text(policy, "abc", "").contains("'wasm-unsafe-eval'"));
        assert_eq!(wasm, [false, true, true, false]);
        assert!(!policy_text(Policy::Mounted, "abc", "").contains("nonce"));
    }

    #[test]
    fn pictures_of_others_are_shown_where_a_page_asks_for_them_only() {
        let text = policy_text(Policy::Static, "", "https://tiles.example");
        assert!(text.contains("img-src 'self' data: blob: https://tiles.example; font-src"));
        let text = policy_text(Policy::Static, "", "");
        assert!(text.contains("img-src 'self' data: blob:; font-src 'self'; connect-src 'self'"));
    }
}
