//! QR codes.

use std::fmt::Write as _;

use leptos::prelude::*;
use phrases::common;
use qrcode::{Color, EcLevel, QrCode as Matrix};

use crate::locale::locale;

/// Modules of empty space round the symbol (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code of level M, drawn as one path. A text too long for a symbol is shown as it is.
#[component]
pub fn QrCode(
    /// What it encodes: an upper-case URL makes the smallest symbol.
    #[prop(into)]
    text: String,
    /// What it leads to, for those who cannot scan it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let Some((side, path)) = drawn(&text, EcLevel::M) else {
        return view! { <p class="small">{text}</p> }.into_any();
    };
    view! {
        <svg
            class="qr"
            viewBox=format!("0 0 {side} {side}")
            role="img"
            aria-label=common::qr_of(locale(), label)
            shape-rendering="crispEdges"
        >
            <path d=path></path>
        </svg>
    }
    .into_any()
}

/// The symbol of one of the codes that another camera films: its side in modules with the empty
/// space, `|`, and its outline; blank for a text that is too long. Of level L: `/frames.js` says
/// why.
#[must_use]
pub fn filmed(text: &str) -> String {
    drawn(text, EcLevel::L).map_or_else(String::new, |(side, path)| format!("{side}|{path}"))
}

/// The side of a symbol in modules, with its empty space, and its outline; nothing when the text
/// is too long for one.
fn drawn(text: &str, level: EcLevel) -> Option<(usize, String)> {
    let matrix = Matrix::with_error_correction_level(text.as_bytes(), level).ok()?;
    Some((matrix.width() + 2 * QUIET, outline(&matrix)))
}

/// Every run of dark modules of a row as one rectangle.
fn outline(matrix: &Matrix) -> String {
    let width = matrix.width();
    let colours = matrix.to_colors();
    let mut path = String::new();
    for (y, row) in colours.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a String cannot fail.
                let _ =
                    write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_begins_with_the_finder_pattern() {
        let matrix = Matrix::new(b"HTTPS://EXAMPLE.CL/V/ABC").unwrap();
        assert!(outline(&matrix).starts_with("M4 4h7v1h-7z"));
    }

    #[test]
    fn a_filmed_code_is_small_enough_for_a_camera_at_arms_length() {
        // The letters of each code of `/frames.js`: version 10, and eight modules of empty space.
        let text = "Z9+ ".repeat(99);
        let symbol = filmed(text.get(..393).unwrap());
        assert!(symbol.starts_with("65|M4 4h7v1h-7z"), "{symbol}");
        assert_eq!(filmed(&"A".repeat(5_000)), "");
    }
}
