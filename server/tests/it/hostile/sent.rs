//! What is sent: hostile texts in what a door takes, and bodies that are none of it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::{HERE, Takes};
use crate::client::percent;

/// A body and the headers that go with it.
pub struct Sent {
    pub what: &'static str,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: Vec<u8>,
}

/// Everything that is sent to one door.
pub fn assaults(takes: &Takes) -> Vec<Sent> {
    let ours = ("sec-fetch-site", "same-origin");
    let kind = match takes {
        Takes::Form(_) => ("content-type", "application/x-www-form-urlencoded"),
        Takes::Json(_) => ("content-type", "application/json"),
    };
    let sent = |what, body| Sent { what, headers: vec![kind, ours], body };
    let texts = [
        ("a NUL", "a\0b".to_owned()),
        ("only a NUL", "\0".to_owned()),
        ("a turned text", "\u{202e}abc\u{feff}".to_owned()),
        ("60 KiB", "ñ".repeat(30 * 1024)),
        ("a statement", "' OR 1=1; DROP TABLE owner; --".to_owned()),
    ];
    let mut all: Vec<_> =
        texts.iter().map(|(what, text)| sent(*what, filled(takes, text))).collect();
    let deep = [b"[".repeat(30_000), b"]".repeat(30_000)].concat();
    all.push(sent("deep JSON", deep));
    all.push(sent("no UTF-8", b"\"\xff\xfe\"=%ff%fe&email=%ff".to_vec()));
    for wrong in ["", "null", "[]", "{}", "{\"form\":7,\"text\":[],\"page\":-1}", "%%%&&=", "{"] {
        all.push(sent("the wrong type", wrong.as_bytes().to_vec()));
    }
    let packed = ("content-encoding", "gzip");
    let headers = vec![kind, ours, packed];
    all.push(Sent { what: "no gzip", headers: headers.clone(), body: b"\x1f\x8bxyz".to_vec() });
    all.push(Sent { what: "half a gzip", headers, body: gzip(b"{\"text\":1}")[..12].to_vec() });
    let part = ("content-type", "multipart/form-data; boundary=b");
    let body = b"--b\r\ncontent-disposition: form-data; name=\"animal\"\r\n\r\n\xff\0\r\n--b--\r\n";
    all.push(Sent { what: "parts", headers: vec![part, ours], body: body.to_vec() });
    all
}

fn filled(takes: &Takes, text: &str) -> Vec<u8> {
    match takes {
        Takes::Form(names) => {
            let pairs = names.iter().map(|name| format!("{name}={}", percent(text)));
            // The longest text is longer still when it is escaped: within what a door takes.
            let mut body = pairs.collect::<Vec<_>>().join("&").into_bytes();
            body.truncate(60 * 1024);
            body
        }
        Takes::Json(shape) => with(shape, text).to_string().into_bytes(),
    }
}

fn with(shape: &Value, text: &str) -> Value {
    match shape {
        Value::String(place) => Value::from(place.replace(HERE, text)),
        Value::Array(all) => all.iter().map(|one| with(one, text)).collect(),
        Value::Object(all) => {
            all.iter().map(|(name, one)| (name.clone(), with(one, text))).collect()
        }
        other => other.clone(),
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}
