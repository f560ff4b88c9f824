//! The normal forms of Unicode, its combining marks, and letters large and small.
//!
//! The server has the tables in its binary. A browser brings its own, so that the phone need not
//! download them: some 160 KB before compression. Normal forms and cases are stable: every version
//! of Unicode gives the same result for the characters it knows.

use std::borrow::Cow;

/// The composed form NFC.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(tables::nfc(text)) }
}

/// The decomposed compatibility form NFKD.
pub(crate) fn nfkd(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(tables::nfkd(text)) }
}

/// Whether a character is of the general category M: accents and other marks on a letter.
pub(crate) fn is_combining_mark(c: char) -> bool {
    match c {
        '\0'..'\u{300}' | '\u{370}'..'\u{483}' => false,
        '\u{300}'..'\u{370}' => true,
        _ => tables::is_combining_mark(c),
    }
}

/// With small letters, those at the end of a word as their language writes them there.
pub fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { tables::lower_case(text) }
}

/// With capital letters.
pub fn upper_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { tables::upper_case(text) }
}

/// With a capital at its start, as a sentence or a line of its own begins.
pub fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|c| upper_case(c.encode_utf8(&mut [0; 4])));
    first.unwrap_or_default() + rest.as_str()
}

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use unicode_normalization::UnicodeNormalization;
    pub(super) use unicode_normalization::char::is_combining_mark;

    pub(super) fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    pub(super) fn nfkd(text: &str) -> String {
        text.nfkd().collect()
    }

    pub(super) fn lower_case(text: &str) -> String {
        text.to_lowercase()
    }

    pub(super) fn upper_case(text: &str) -> String {
        text.to_uppercase()
    }
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::{JsString, RegExp};

    pub(super) fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    pub(super) fn nfkd(text: &str) -> String {
        JsString::from(text).normalize("NFKD").into()
    }

    pub(super) fn lower_case(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    pub(super) fn upper_case(text: &str) -> String {
        JsString::from(text).to_upper_case().into()
    }

    /// Rarely asked: only of characters outside of the Latin and Greek blocks.
    pub(super) fn is_combining_mark(c: char) -> bool {
        RegExp::new(r"\p{M}", "u").test(c.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_answers_are_those_of_the_tables() {
        for c in ('\0'..='\u{1000}').chain('\u{1D00}'..='\u{2100}') {
            assert_eq!(is_combining_mark(c), tables::is_combining_mark(c), "{c:?}");
        }
    }

    #[test]
    fn letters_change_their_case() {
        assert_eq!(lower_case("ÑUÑOA 2"), "ñuñoa 2");
        assert_eq!(upper_case("o'higgins"), "O'HIGGINS");
        assert_eq!(upper_case("maría"), "MARÍA");
        assert_eq!(capital("ñandú"), "Ñandú");
        assert_eq!(capital("águila y cóndor"), "Águila y cóndor");
        assert_eq!(capital(""), "");
    }

    #[test]
    fn accents_are_joined_and_taken_apart() {
        assert_eq!(nfc("N\u{303}un\u{303}oa"), "Ñuñoa");
        assert_eq!(nfkd("ﬁn Ñ"), "fin N\u{303}");
        assert_eq!(nfc("Soto"), "Soto");
    }
}
