//! The QR code of a paper as one SVG.

use domain::qr::{Correction, Symbol};

use super::RenderError;

/// Largest version, 57 modules: at 43 mm a module is 0.66 mm wide, which a cheap phone's camera
/// resolves on bad paper (contracts section 3).
const LARGEST: usize = 10;

/// The QR of `text` at level M, black on white, quiet zone included. A text that needs more than
/// version 10 is refused.
pub(super) fn svg(text: &str) -> Result<String, RenderError> {
    let symbol = Symbol::of(text, Correction::Medium);
    let symbol = symbol.filter(|symbol| symbol.version() <= LARGEST).ok_or(RenderError::Qr)?;
    let Symbol { side, path } = symbol;
    Ok(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}'>\
         <rect width='{side}' height='{side}' fill='#fff'/><path d='{path}'/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_larger_than_version_10_is_refused() {
        let most = domain::certificate::QR_MAX_CHARS;
        assert!(svg(&"A".repeat(most)).is_ok());
        assert!(matches!(svg(&"A".repeat(most + 1)), Err(RenderError::Qr)));
    }
}
