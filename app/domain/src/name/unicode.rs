//! The normal forms of Unicode, and its combining marks.
//!
//! The server has the tables in its binary. A browser brings its own, so that the phone need not
//! download them: some 130 KB before compression. Normal forms are stable: every version of
//! Unicode gives the same result for the characters it knows.

use std::borrow::Cow;

/// The composed form NFC.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(tables::nfc(text)) }
}

/// The decomposed compatibility form NFKD.
pub(super) fn nfkd(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(tables::nfkd(text)) }
}

/// Whether a character is of the general category M: accents and other marks on a letter.
pub(super) fn is_combining_mark(c: char) -> bool {
    match c {
        '\0'..'\u{300}' | '\u{370}'..'\u{483}' => false,
        '\u{300}'..'\u{370}' => true,
        _ => tables::is_combining_mark(c),
    }
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
    fn accents_are_joined_and_taken_apart() {
        assert_eq!(nfc("N\u{303}un\u{303}oa"), "Ñuñoa");
        assert_eq!(nfkd("ﬁn Ñ"), "fin N\u{303}");
        assert_eq!(nfc("Soto"), "Soto");
    }
}
