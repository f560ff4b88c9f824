//! Finds the verification address inside a document: its link annotation (ISO 32000-1, 12.5.6.5).

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, String as PdfString};

/// Every address that a link of the PDF opens, in the order of the pages; nothing of a file that
/// cannot be read as a PDF.
#[must_use]
pub(super) fn links(file: Vec<u8>) -> Option<Vec<String>> {
    let pdf = Pdf::new(file).ok()?;
    let mut found = Vec::new();
    for page in pdf.pages().iter() {
        let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots".as_slice()) else {
            continue;
        };
        for annotation in annotations.iter::<Dict<'_>>() {
            let action = annotation.get::<Dict<'_>>(b"A".as_slice());
            let address = action.and_then(|action| action.get::<PdfString<'_>>(b"URI".as_slice()));
            if let Some(address) = address {
                found.push(String::from_utf8_lossy(address.as_bytes()).into_owned());
            }
        }
    }
    Some(found)
}
