//! What keeps unsent records from being lost with the phone's memory: each thing told before it
//! happens, with what to do.

use leptos::prelude::*;
use phrases::field;

use crate::components::action::{Button, Weight};
use crate::components::live::{When, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::insurance::{FILLING, FLEETING, INSTALLABLE, Insurance, LASTING, OUTSIDE};
use crate::pages::field::phone;
use crate::pages::field::pictures::pictures;

fn insurance() -> Insurance {
    expect_context()
}

/// Little room is left: said before a write fails.
#[component]
pub(super) fn Filling() -> impl IntoView {
    let locale = locale();
    view! {
        <When holds=insurance().says(FILLING)>
            <Notice title=field::filling(locale) tone=Tone::Person>
                <p>{field::filling_next(locale)}</p>
            </Notice>
        </When>
    }
}

/// Something has waited for a day or more.
#[component]
pub(super) fn Overdue() -> impl IntoView {
    let (phone, pictures, locale) = (phone(), pictures(), locale());
    let days = memo(move || phone.days_waiting(pictures.get().oldest()));
    live(move || {
        days.get().map(|days| {
            view! {
                <Notice title=field::overdue(locale, days) tone=Tone::Person>
                    <p>{field::overdue_next(locale)}</p>
                </Notice>
            }
        })
    })
}

/// On an iPhone or iPad: how to install, and why. Read once it does not come again.
#[component]
pub(super) fn InstallWord() -> impl IntoView {
    let (insurance, locale) = (insurance(), locale());
    view! {
        <When holds=insurance.says(OUTSIDE)>
            <Notice title=field::install_apple(locale)>
                <p>{field::install_apple_next(locale)}</p>
                <Button weight=Weight::Quiet on:click=move |_| insurance.act("read")>
                    {field::understood(locale)}
                </Button>
            </Notice>
        </When>
    }
}

/// Elsewhere: the browser's own way to install, where it offers one.
#[component]
pub(super) fn InstallOffer() -> impl IntoView {
    let (insurance, locale) = (insurance(), locale());
    view! {
        <When holds=insurance.says(INSTALLABLE)>
            <Button
                weight=Weight::Quiet
                icon="download"
                on:click=move |_| insurance.act("install")
            >
                {field::install(locale)}
            </Button>
        </When>
    }
}

/// Whether the browser keeps what it was given, as far as it says.
#[component]
pub(super) fn Keeping() -> impl IntoView {
    let (insurance, locale) = (insurance(), locale());
    let (lasts, fleets) = (insurance.says(LASTING), insurance.says(FLEETING));
    live(move || {
        let words = match (lasts.get(), fleets.get()) {
            (true, _) => field::lasting(locale),
            (_, true) => field::fleeting(locale),
            _ => return None,
        };
        Some(view! { <p class="notice-line">{words}</p> })
    })
}
