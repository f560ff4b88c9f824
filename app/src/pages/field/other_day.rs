//! What is unusual about the outreach that was chosen, told where the day begins.

use leptos::prelude::*;
use phrases::{field, format};

use crate::components::action::{Button, Weight};
use crate::components::live::{When, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::field::phone;
use crate::pages::field::start::leave;

/// The chosen outreach was called off, and what was done before is recorded all the same; or it
/// was on another day, which is easily overlooked in the morning after.
#[component]
pub(super) fn NotAsUsual() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let is_off =
        memo(move || phone.outreach().is_some_and(|view| !view.outreach.status.takes_services()));
    let other = memo(move || {
        phone.other_day().map(|on| field::other_day(locale, format::date(on, locale)))
    });
    view! {
        <When holds=is_off>
            <Notice title=field::called_off(locale) tone=Tone::Person>
                <p>{field::called_off_next(locale)}</p>
            </Notice>
        </When>
        {live(move || {
            other.get().map(|title| {
                view! {
                    <Notice title=title tone=Tone::Person>
                        <p>{field::other_day_next(locale)}</p>
                        <Button weight=Weight::Quiet icon="map-pin" on:click=move |_| leave(phone)>
                            {field::change_outreach(locale)}
                        </Button>
                    </Notice>
                }
            })
        })}
    }
}
