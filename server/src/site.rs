//! The static files, embedded in the binary by the build script: content types, the smaller
//! encoding where the browser takes it, validation, and caching for ever of what is named by its
//! content. What is not in the list is left to the router's fallback.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use flate2::read::GzDecoder;
use std::{borrow::Cow, io::Read};

include!(concat!(env!("OUT_DIR"), "/site_files.rs"));

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const TEN_MINUTES: &str = "public, max-age=600";
/// How the name of the folder of the barcode decoder begins.
const DECODER: &str = "zxing-";

/// One static file.
#[derive(Debug)]
pub struct File {
    /// Relative to the site's root, without a leading `/`.
    pub path: &'static str,
    /// 16 hexadecimal digits of the content's SHA-256; changes with the content.
    pub hash: &'static str,
    /// The content, of a file that no encoding makes smaller.
    plain: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// Name of the folder of wasm, scripts, style and fonts, `pkg-<content hash>`, without slashes.
#[must_use]
pub fn pkg() -> &'static str {
    PKG
}

/// The content hash in [`pkg`]: another content, another build.
#[must_use]
pub fn build_id() -> &'static str {
    PKG.trim_start_matches("pkg-")
}

/// The addresses that the field app needs off-line, each with its leading `/`.
#[must_use]
pub fn field_files() -> Vec<String> {
    let is_of_desk = |path: &str| path.contains("/desk/") || path.starts_with("desk");
    let is_of_pages = |path: &str| path.starts_with("page/") || path.ends_with("/huella.css");
    // But for the one that begins, the app has its scripts in one file of the package folder.
    let is_single = |path: &str| path.ends_with(".js") && !path.contains('/') && path != "field.js";
    // The program comes packed; whole it is asked for where that fails.
    let is_whole = |path: &str| path.ends_with("/field_bg.wasm");
    // Fetched where a name needs such a letter.
    let is_later = |path: &str| path.contains("/atkinson-ext");
    let needed = FILES.iter().filter(|file| !is_of_desk(file.path) && !is_later(file.path));
    let needed = needed.filter(|file| !file.is_of_decoder() && !is_of_pages(file.path));
    let needed = needed.filter(|file| !is_single(file.path) && !is_whole(file.path));
    needed.map(|file| format!("/{}", file.path)).collect()
}

/// The addresses of the barcode decoder, each with its leading `/`: a phone whose browser reads no
/// codes takes it along when it is prepared.
#[must_use]
pub fn decoder_files() -> Vec<String> {
    let runs = FILES.iter().filter(|file| file.is_of_decoder() && file.extension() != "txt");
    runs.map(|file| format!("/{}", file.path)).collect()
}

/// Name of the folder of the barcode decoder, `zxing-<content hash>`, without slashes; empty in a
/// build without a site.
#[must_use]
pub fn decoder() -> &'static str {
    let file = FILES.iter().find(|file| file.is_of_decoder());
    file.and_then(|file| file.path.split('/').next()).unwrap_or_default()
}

/// Every file, ordered by path: what the service worker may cache.
#[must_use]
pub fn files() -> &'static [File] {
    FILES
}

/// The file at a path relative to the site's root, without a leading `/`.
#[must_use]
pub fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// A route for every file, for GET and HEAD.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.iter().fold(Router::new(), |router, file| {
        let serve = move |headers: HeaderMap| async move { file.answer(&headers) };
        router.route(&format!("/{}", file.path), get(serve))
    })
}

impl File {
    /// The answer to a request with these headers: 200 with the best encoding, or 304.
    #[must_use]
    pub fn answer(&self, request: &HeaderMap) -> Response<Body> {
        let accepted = request.get_all(header::ACCEPT_ENCODING);
        let accepts = |coding| {
            let values = accepted.iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|offer| takes(offer, coding))
        };
        let encoded = match (self.brotli, self.gzip) {
            (Some(brotli), _) if accepts("br") => Some(("br", brotli)),
            (_, Some(gzip)) if accepts("gzip") => Some(("gzip", gzip)),
            _ => None,
        };
        let coding = encoded.map(|(coding, _)| coding);
        let tag = format!("\"{}{}\"", self.hash, coding.unwrap_or_default());
        let mut response = if has(request, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let bytes = encoded.map_or_else(|| self.decoded(), |(_, bytes)| Cow::Borrowed(bytes));
            let length = HeaderValue::from(bytes.len());
            let mut response = Body::from(bytes).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind()));
            headers.insert(header::CONTENT_LENGTH, length);
            if let Some(coding) = coding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            response
        };
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.lifetime()));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }

    /// The content, not encoded. What can be is kept encoded only: hardly anybody takes neither.
    fn decoded(&self) -> Cow<'static, [u8]> {
        if let Some(plain) = self.plain {
            return Cow::Borrowed(plain);
        }
        let mut plain = Vec::new();
        let mut reader = GzDecoder::new(self.gzip.unwrap_or_default());
        if let Err(error) = reader.read_to_end(&mut plain) {
            tracing::error!(%error, path = self.path, "a file of this build cannot be decoded");
        }
        Cow::Owned(plain)
    }

    fn is_of_decoder(&self) -> bool {
        self.path.starts_with(DECODER)
    }

    fn extension(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    fn lifetime(&self) -> &'static str {
        let is_named_by_content = self.path.starts_with("pkg-") || self.is_of_decoder();
        if is_named_by_content { FOR_EVER } else { TEN_MINUTES }
    }

    /// The content type by the name's extension (IANA media types).
    fn kind(&self) -> &'static str {
        match self.extension() {
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "ico" => "image/vnd.microsoft.icon",
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "json" => "application/json",
            "png" => "image/png",
            "svg" => "image/svg+xml",
            "txt" => "text/plain; charset=utf-8",
            "wasm" => "application/wasm",
            "webmanifest" => "application/manifest+json",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        }
    }
}

/// Whether whoever asks has what carries this tag already (`If-None-Match`, RFC 9110, 13.1.2).
#[must_use]
pub fn has(request: &HeaderMap, tag: &str) -> bool {
    let known = request.get_all(header::IF_NONE_MATCH).iter();
    known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}

/// Whether one element of `Accept-Encoding` (RFC 9110, 12.5.3) takes the coding: `br`, `br;q=0.5`,
/// but not `br;q=0`.
fn takes(offer: &str, coding: &str) -> bool {
    let mut parts = offer.split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
    let refused = parts.any(|part| {
        let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
        weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
    });
    named && !refused
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::to_bytes, http::Request};
    use sha2::{Digest, Sha256};
    use tower::ServiceExt;

    const SCRIPT: File = File {
        path: "pkg-0123/huella.js",
        hash: "00aa",
        plain: Some(b"plain"),
        brotli: Some(b"br"),
        gzip: Some(b"gzip"),
    };

    fn asking(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    async fn sent(response: Response<Body>) -> Vec<u8> {
        to_bytes(response.into_body(), 1024).await.unwrap().to_vec()
    }

    #[tokio::test]
    async fn the_browser_gets_the_smallest_encoding_it_takes() {
        let cases = [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("identity", "plain"),
        ];
        for (accepted, body) in cases {
            let response = SCRIPT.answer(&asking(header::ACCEPT_ENCODING, accepted));
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
            assert_eq!(sent(response).await, body.as_bytes(), "{accepted}");
        }
    }

    #[tokio::test]
    async fn what_is_named_by_its_content_is_kept_for_ever_and_the_rest_is_asked_for_again() {
        let response = SCRIPT.answer(&HeaderMap::new());
        assert_eq!(response.headers()[header::CACHE_CONTROL], FOR_EVER);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        let icons = File { path: "icons.svg", ..SCRIPT };
        assert_eq!(icons.answer(&HeaderMap::new()).headers()[header::CACHE_CONTROL], TEN_MINUTES);
        let decoder = File { path: "zxing-0123/share.js", ..SCRIPT };
        assert_eq!(decoder.answer(&HeaderMap::new()).headers()[header::CACHE_CONTROL], FOR_EVER);
    }

    #[tokio::test]
    async fn a_known_tag_is_answered_without_a_body() {
        let known = asking(header::IF_NONE_MATCH, "\"other\", W/\"00aa\"");
        let response = SCRIPT.answer(&known);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()[header::ETAG], "\"00aa\"");
        assert_eq!(sent(response).await, b"");
        // The tag of one encoding says nothing about another.
        let mut other = known;
        other.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(SCRIPT.answer(&other).status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn who_takes_no_encoding_gets_the_content_that_the_hash_is_of() {
        for file in files() {
            let response = file.answer(&HeaderMap::new());
            let length = response.headers()[header::CONTENT_LENGTH].clone();
            let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
            let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
            assert!(hash.starts_with(file.hash), "{}", file.path);
            assert_eq!(length, HeaderValue::from(bytes.len()), "{}", file.path);
        }
    }

    #[test]
    fn a_phone_takes_nothing_along_that_only_other_pages_load() {
        for part in ["/desk/", "/page/", "/huella.css", "/pack.js", "/field_bg.wasm"] {
            assert!(field_files().iter().all(|path| !path.contains(part)), "{part}");
        }
        let programs = field_files().iter().filter(|path| path.ends_with(".packed")).count();
        assert_eq!(programs, usize::from(!files().is_empty()));
        let has_sheet = field_files().iter().any(|path| path.ends_with("/field.css"));
        assert_eq!(has_sheet, !files().is_empty(), "the field app has its sheet");
        let scripts = field_files().iter().filter(|path| path.ends_with(".js")).count();
        assert_eq!(scripts, if files().is_empty() { 0 } else { 3 }, "{:?}", field_files());
        let of_desk = files().iter().any(|file| file.path == "desk/map.js");
        assert_eq!(of_desk, !files().is_empty(), "a site has the map's script");
    }

    #[tokio::test]
    async fn every_listed_file_is_served_and_nothing_else_is() {
        let status = async |path: &str| {
            let request = Request::head(path).body(Body::empty()).unwrap();
            let response = router::<()>().oneshot(request).await.unwrap();
            response.status()
        };
        for file in files() {
            assert_eq!(status(&format!("/{}", file.path)).await, StatusCode::OK, "{}", file.path);
        }
        assert_eq!(status("/pkg-0123/huella.js").await, StatusCode::NOT_FOUND);
        assert_eq!(status("/site.json").await, StatusCode::NOT_FOUND);
    }
}
