//! The owner's consent to a surgery, as it stands on the animal's sheet.

use domain::desk::sheet::ConsentSheet;
use leptos::prelude::*;
use phrases::{Locale, coordination as say};

/// How the owner agreed; the signature where it may be seen.
pub(super) fn consented(consent: ConsentSheet, locale: Locale) -> impl IntoView {
    let (words, drawing) = match consent {
        ConsentSheet::Signed { drawing } => (say::consent_signed(locale), drawing),
        ConsentSheet::Unsigned => (say::consent_unsigned(locale), None),
    };
    let ink = drawing.map(|drawing| {
        view! {
            <svg viewBox="0 0 600 200" role="img" aria-label=words>
                <path class="signature-ink" d=drawing.path().to_owned() />
            </svg>
        }
    });
    view! {
        <figure class="signature-kept consent">
            {ink} <figcaption class="soft small">{words}</figcaption>
        </figure>
    }
}
