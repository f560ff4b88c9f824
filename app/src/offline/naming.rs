//! Where else than in its place a phone is told what it is called.

use domain::id::DeviceId;

/// So many has an identifier.
const LETTERS: usize = 36;

/// The device that a text names first, be it JSON, a piece of JSON, or JSON within JSON.
#[must_use]
pub fn device_in(text: &str) -> Option<DeviceId> {
    let (_, named) = text.split_once("device")?;
    named.trim_start_matches(['\\', '"', ':']).get(..LETTERS)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-0000000000d2";

    #[test]
    fn a_device_is_found_in_whole_and_in_broken_texts() {
        let known = Some(ID.parse().unwrap());
        let body = format!(r#"{{"id":"a","version":1,"device":"{ID}","sequence":3}}"#);
        let within = serde_json::json!({ "body": body, "lines": [], "form": "" }).to_string();
        for text in [body.as_str(), &within, &format!(r#"{{"device":"{ID}","ne"#)] {
            assert_eq!(device_in(text), known, "{text}");
        }
        let broken = format!(r#"{{"device":"{}"#, &ID[..20]);
        for text in ["", "{}", "~AAAA", r#"{"device":null}"#, &broken, "\u{0}device\":\"ñ"] {
            assert_eq!(device_in(text), None, "{text}");
        }
    }
}
