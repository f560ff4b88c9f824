//! The language of the page being rendered.

use leptos::prelude::use_context;
use phrases::Locale;

/// The language that the request, or the phone's setting, provided as context; Spanish otherwise.
/// Read it while a component is being made, not inside a closure that runs later.
#[must_use]
pub fn locale() -> Locale {
    use_context().unwrap_or_default()
}
