//! A phone whose clock is wrong says so, and corrects nothing by itself.

use domain::submission::CLOCK_TOLERANCE_MS;
use leptos::prelude::*;
use phrases::{field, format};

use crate::components::action::{Button, Weight};
use crate::components::live::{live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::field::phone;

/// By how much the clock is wrong, once for each start of the app.
#[component]
pub fn ClockNotice() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let title = memo(move || {
        let skew_ms = phone.skew_ms.get();
        let is_wrong = skew_ms.saturating_abs() > CLOCK_TOLERANCE_MS;
        (is_wrong && !phone.knows_of_skew.get()).then(|| {
            let span = format::span(skew_ms, locale);
            match skew_ms > 0 {
                true => field::clock_ahead(locale, span),
                false => field::clock_behind(locale, span),
            }
        })
    });
    live(move || {
        title.get().map(|title| {
            view! {
                <Notice title=title tone=Tone::Person>
                    <p>{field::clock_next(locale)}</p>
                    <Button weight=Weight::Quiet on:click=move |_| phone.knows_of_skew.set(true)>
                        {field::understood(locale)}
                    </Button>
                </Notice>
            }
        })
    })
}
