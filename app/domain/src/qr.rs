//! QR codes (ISO/IEC 18004), drawn as one path: crisp at any size, and small.
//!
//! Of the standard this is what our codes need: letters of addresses and bytes, two levels of
//! correction, every version. Digits alone are written as letters.

mod matrix;
mod words;

use matrix::Matrix;
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
        let matrix = Matrix::of(text, correction)?;
        let mut path = String::new();
        for y in 0..matrix.side {
            let mut begins = None;
            for x in 0..=matrix.side {
                match (begins, matrix.is_dark(x, y)) {
                    (None, true) => begins = Some(x),
                    (Some(from), false) => {
                        let (left, top, length) =
                            (from + QUIET_MODULES, y + QUIET_MODULES, x - from);
                        // Writing to a String cannot fail.
                        let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                        begins = None;
                    }
                    _ => {}
                }
            }
        }
        Some(Self { side: matrix.side + 2 * QUIET_MODULES, path })
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
    use fast_qr::{ECL, Mask, QRBuilder};

    const MASKS: [Mask; 8] = [
        Mask::Checkerboard,
        Mask::HorizontalLines,
        Mask::VerticalLines,
        Mask::DiagonalLines,
        Mask::LargeCheckerboard,
        Mask::Fields,
        Mask::Diamonds,
        Mask::Meadow,
    ];

    /// Module for module; of lengths that make every version, and of masks each in turn.
    #[test]
    fn a_symbol_is_the_one_that_another_program_makes() {
        let mut versions = std::collections::BTreeSet::new();
        for (ecl, correction) in [(ECL::L, Correction::Low), (ECL::M, Correction::Medium)] {
            let counts = (1..100).step_by(3).chain((101..700).step_by(13));
            for (at, count) in counts.chain((701..4_400).step_by(53)).enumerate() {
                let letters = "HTTPS://EXAMPLE.CL/V/0A1B2C3D4E5F $%*+-.".repeat(110);
                let bytes = "https://example.cl/?añ=1&b=2#~".repeat(150);
                let bytes = bytes.char_indices().nth(count).map_or("", |(end, _)| &bytes[..end]);
                for text in [&letters[..count], bytes] {
                    let mask = at % 8;
                    let made = words::words(text, correction);
                    let theirs = QRBuilder::new(text).ecl(ecl).mask(MASKS[mask]).build();
                    let Some((version, words)) = made else {
                        assert!(theirs.is_err(), "{count}");
                        continue;
                    };
                    let (theirs, side) = (theirs.unwrap(), 4 * version + 17);
                    let ours = Matrix::masked(version, &words, correction, mask);
                    assert_eq!((theirs.size, ours.side), (side, side), "{count}");
                    let is_same =
                        |at: &usize| theirs.data[*at].value() == ours.is_dark(at % side, at / side);
                    let other = (0..side * side).find(|at| !is_same(at));
                    assert_eq!(other, None, "version {version}, mask {mask}, {count} letters");
                    versions.insert((version, correction == Correction::Low));
                }
            }
        }
        assert_eq!(versions.len(), 80, "a version was never made");
    }

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
