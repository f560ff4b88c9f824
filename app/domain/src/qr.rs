//! QR codes (ISO/IEC 18004), drawn as one path: crisp at any size, and small.

use fast_qr::{ECL, QRBuilder};
use std::fmt::Write as _;

/// Empty modules round the symbol (ISO/IEC 18004 section 9.1 asks for four).
pub const QUIET_MODULES: usize = 4;

/// How much of a symbol may be lost before it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// Level L, 7 %: for codes that are shown again and again.
    Low,
    /// Level M, 15 %: for codes on paper (contracts section 3).
    Medium,
}

/// A symbol, with its empty space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Modules of a side, empty space included.
    pub side: usize,
    /// Every run of dark modules of a row as one rectangle, in the syntax of an SVG path; its
    /// units are modules.
    pub path: String,
}

impl Symbol {
    /// The smallest symbol for a text, an upper-case address best of all; none when it is too long
    /// for one.
    #[must_use]
    pub fn of(text: &str, correction: Correction) -> Option<Self> {
        let level = match correction {
            Correction::Low => ECL::L,
            Correction::Medium => ECL::M,
        };
        let code = QRBuilder::new(text).ecl(level).build().ok()?;
        let mut path = String::new();
        for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one.value() == next.value()) {
                let length = run.len();
                if run.first().is_some_and(|module| module.value()) {
                    let (left, top) = (x + QUIET_MODULES, y + QUIET_MODULES);
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                }
                x += length;
            }
        }
        Some(Self { side: code.size + 2 * QUIET_MODULES, path })
    }

    /// The version of ISO/IEC 18004, 1 to 40.
    #[must_use]
    pub const fn version(&self) -> usize {
        // Version 1 has 21 modules, each further one four more.
        self.side.saturating_sub(2 * QUIET_MODULES + 17) / 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::QR_MAX_CHARS;

    #[test]
    fn the_path_begins_with_the_finder_pattern() {
        let symbol = Symbol::of("HTTPS://EXAMPLE.CL/V/ABC", Correction::Medium).unwrap();
        assert!(symbol.path.starts_with("M4 4h7v1h-7z"), "{}", symbol.path);
        assert_eq!((symbol.side, symbol.version()), (33, 2));
    }

    #[test]
    fn the_longest_address_of_a_document_makes_version_10() {
        let version = |count| Symbol::of(&"A".repeat(count), Correction::Medium).unwrap().version();
        assert_eq!(version(QR_MAX_CHARS), 10);
        assert_eq!(version(QR_MAX_CHARS + 1), 11);
    }

    #[test]
    fn a_text_too_long_for_any_symbol_has_none() {
        assert_eq!(Symbol::of(&"A".repeat(5_000), Correction::Low), None);
    }
}
