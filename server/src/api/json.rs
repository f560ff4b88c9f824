//! Reading and writing JSON bodies, with our own refusals in place of the framework's texts.

use std::io::{Read, Write};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use domain::submission::MAX_INFLATED_BYTES;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::refused::{Failed, Refused};

/// Reads a body as `T`.
///
/// # Errors
/// [`Refusal::Unreadable`] when it is not declared as JSON or cannot be read as `T`;
/// [`Refusal::TooLarge`] as in [`inflate`].
pub fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Bytes) -> Result<T, Refused> {
    let body = inflate(headers, body)?;
    serde_json::from_slice(&body).map_err(|_| Refused(Refusal::Unreadable))
}

/// The body as it was before it was compressed.
///
/// # Errors
/// [`Refusal::Unreadable`] when it is not declared as JSON, is compressed in another way than
/// gzip or is broken; [`Refusal::TooLarge`] when it holds more than [`MAX_INFLATED_BYTES`].
pub fn inflate(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refused> {
    if !is_json(headers) {
        return Err(Refused(Refusal::Unreadable));
    }
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(body),
        Some(b"gzip") => gunzip(&body),
        Some(_) => Err(Refused(Refusal::Unreadable)),
    }
}

fn gunzip(body: &[u8]) -> Result<Bytes, Refused> {
    let most = u64::from(MAX_INFLATED_BYTES);
    let mut plain = Vec::with_capacity(body.len().saturating_mul(4));
    let mut reader = MultiGzDecoder::new(body).take(most + 1);
    reader.read_to_end(&mut plain).map_err(|_| Refused(Refusal::Unreadable))?;
    if u64::try_from(plain.len()).unwrap_or(u64::MAX) > most {
        return Err(Refused(Refusal::TooLarge));
    }
    Ok(plain.into())
}

/// Whether the body is declared as JSON. A page of another site cannot declare that without asking
/// us first.
fn is_json(headers: &HeaderMap) -> bool {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = declared.and_then(|text| text.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Writes a value as a JSON answer.
#[must_use]
pub fn answer(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Failed.into_response()
        }
    }
}

/// The same, compressed for who takes gzip: for long answers.
#[must_use]
pub fn packed(request: &HeaderMap, value: &impl Serialize) -> Response {
    if !takes_gzip(request) {
        return answer(value);
    }
    let text = serde_json::to_vec(value).unwrap_or_default();
    match gzip(&text) {
        Some(bytes) => {
            let head = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CONTENT_ENCODING, "gzip"),
                (header::VARY, "accept-encoding"),
            ];
            (head, bytes).into_response()
        }
        None => answer(value),
    }
}

/// Whether who asks takes gzip.
#[must_use]
pub fn takes_gzip(request: &HeaderMap) -> bool {
    let offered = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut offers = offered.unwrap_or_default().split(',').map(str::trim);
    offers.any(|offer| offer.eq_ignore_ascii_case("gzip"))
}

/// A text compressed, quickly rather than well; nothing of nothing.
#[must_use]
pub fn gzip(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(text).and_then(|()| encoder.finish()).ok();
    packed.filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(plain: &[u8]) -> Bytes {
        super::gzip(plain).unwrap().into()
    }

    fn headers(encoding: &'static str) -> HeaderMap {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        HeaderMap::from_iter([(header::CONTENT_TYPE, json), encoding])
    }

    #[test]
    fn a_compressed_body_reads_as_what_was_compressed() {
        let value: Vec<u32> = read(&headers("gzip"), gzip(b"[1,2]")).unwrap();
        assert_eq!(value, [1, 2]);
    }

    #[test]
    fn an_answer_is_compressed_for_who_takes_that_and_for_nobody_else() {
        let encoding = |offered: &'static str| {
            let offered = (header::ACCEPT_ENCODING, HeaderValue::from_static(offered));
            let answer = packed(&HeaderMap::from_iter([offered]), &[1]);
            answer.headers().get(header::CONTENT_ENCODING).cloned()
        };
        for takes in ["gzip", "gzip, deflate, br", "br,GZIP"] {
            assert_eq!(encoding(takes), Some(HeaderValue::from_static("gzip")), "{takes}");
        }
        for takes in ["", "br", "gzip;q=0", "identity, gzip; q=0", "xgzip"] {
            assert_eq!(encoding(takes), None, "{takes}");
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_bursts() {
        let bomb = gzip(&vec![b' '; 5 * 1024 * 1024]);
        assert!(bomb.len() < 64 * 1024);
        let refused = inflate(&headers("gzip"), bomb).unwrap_err();
        assert_eq!(refused, Refused(Refusal::TooLarge));
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        let unreadable = Err(Refused(Refusal::Unreadable));
        assert_eq!(read::<u32>(&headers("gzip"), Bytes::from_static(b"1")), unreadable);
        assert_eq!(read::<u32>(&headers("br"), Bytes::from_static(b"1")), unreadable);
        assert_eq!(read::<u32>(&HeaderMap::new(), Bytes::from_static(b"1")), unreadable);
        assert_eq!(read::<u32>(&headers("identity"), Bytes::from_static(b"{")), unreadable);
    }
}
