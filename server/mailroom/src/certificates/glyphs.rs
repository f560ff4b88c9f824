//! What the embedded fonts can print.
//!
//! PDF/UA-1 and PDF/A-2a refuse a page with a missing glyph, so one unknown character in a name
//! would cost its owner the certificate. Such characters become an empty box before Typst sees
//! them.

use std::collections::BTreeSet;

use typst::text::Font;
use unicode_normalization::UnicodeNormalization;

/// Stands for a character that no embedded font has: ◻, the empty box that Noto Emoji brings.
const REPLACEMENT: char = '\u{25fb}';

/// Ties emoji together into one sign.
const JOINER: char = '\u{200d}';

/// The characters that can be printed.
pub(super) struct Glyphs(BTreeSet<u32>);

impl Glyphs {
    pub(super) fn of(fonts: &[Font]) -> Self {
        Self(fonts.iter().flat_map(|font| font.info().coverage.iter()).collect())
    }

    /// The text in NFC with every unprintable character replaced, and a warning that counts them.
    pub(super) fn printable(&self, text: &str) -> String {
        self.mapped(text, |c| c == JOINER || self.0.contains(&u32::from(c)))
    }

    /// As [`Glyphs::printable`], but letters and signs of Latin writing only: the second attempt,
    /// for sequences whose parts are printable while the whole is not.
    pub(super) fn plain(&self, text: &str) -> String {
        self.mapped(text, |c| c < '\u{250}' && self.0.contains(&u32::from(c)))
    }

    fn mapped(&self, text: &str, known: impl Fn(char) -> bool) -> String {
        let mut replaced = 0_usize;
        let text = text
            .nfc()
            .filter_map(|c| match c {
                c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => Some(' '),
                // Direction marks, byte order marks and variation selectors print nothing.
                '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => None,
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
                '\u{fe00}'..='\u{fe0f}' => None,
                c if known(c) => Some(c),
                _ => {
                    replaced += 1;
                    Some(REPLACEMENT)
                }
            })
            .collect();
        if replaced > 0 {
            tracing::warn!(replaced, "characters without a glyph were printed as a box");
        }
        text
    }
}
