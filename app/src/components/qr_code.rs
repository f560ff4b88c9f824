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
    let Ok(matrix) = Matrix::with_error_correction_level(text.as_bytes(), EcLevel::M) else {
        return view! { <p class="small">{text}</p> }.into_any();
    };
    let side = matrix.width() + 2 * QUIET;
    view! {
        <svg
            class="qr"
            viewBox=format!("0 0 {side} {side}")
            role="img"
            aria-label=common::qr_of(locale(), label)
            shape-rendering="crispEdges"
        >
            <path d=outline(&matrix)></path>
        </svg>
    }
    .into_any()
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
}
