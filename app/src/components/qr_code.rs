//! QR codes.

use domain::qr::{Correction, Symbol};
use leptos::prelude::*;
use phrases::common;

use crate::locale::locale;

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
    let Some(Symbol { side, path }) = Symbol::of(&text, Correction::Medium) else {
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
    let symbol = Symbol::of(text, Correction::Low);
    symbol.map_or_else(String::new, |symbol| format!("{}|{}", symbol.side, symbol.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filmed_code_is_small_enough_for_a_camera_at_arms_length() {
        // The letters of each code of `/frames.js`: version 10, and eight modules of empty space.
        let text = "Z9+ ".repeat(99);
        let symbol = filmed(text.get(..393).unwrap());
        assert!(symbol.starts_with("65|M4 4h7v1h-7z"), "{symbol}");
        assert_eq!(filmed(&"A".repeat(5_000)), "");
    }
}
