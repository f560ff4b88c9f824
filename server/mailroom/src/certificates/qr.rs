//! The QR code as one SVG path: crisp at any size, and small.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode, Version};

use super::RenderError;

/// Empty modules around the symbol (ISO/IEC 18004 section 9.1 asks for four).
const QUIET_MODULES: usize = 4;

/// Largest version, 57 modules: at 43 mm a module is 0.66 mm wide, which a cheap phone's camera
/// resolves on bad paper (contracts section 3).
const LARGEST: i16 = 10;

/// The QR of `text` at level M, black on white, quiet zone included. A text that needs more than
/// version 10 is refused.
pub(super) fn svg(text: &str) -> Result<String, RenderError> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| RenderError::Qr)?;
    if !matches!(code.version(), Version::Normal(version) if version <= LARGEST) {
        return Err(RenderError::Qr);
    }
    let width = code.width();
    let size = width + 2 * QUIET_MODULES;
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {size} {size}'>\
         <rect width='{size}' height='{size}' fill='#fff'/><path d='"
    );
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                let (left, top) = (x + QUIET_MODULES, y + QUIET_MODULES);
                // Writing to a String cannot fail.
                let _ = write!(svg, "M{left} {top}h{length}v1h-{length}z");
            }
            x += length;
        }
    }
    svg.push_str("'/></svg>");
    Ok(svg)
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
