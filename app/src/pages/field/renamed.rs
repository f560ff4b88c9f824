//! A phone that could not read its name any more says so, and leads to where it is paired anew.

use leptos::prelude::*;
use phrases::field;

use crate::components::action::{Button, Weight};
use crate::components::live::When;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::pairing::HEADING;
use crate::pages::field::phone;

/// The phone counts as another device than before, and is to be paired as one.
#[component]
pub(super) fn Renamed() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    view! {
        <When holds=phone.is_renamed>
            <Notice title=field::renamed(locale) tone=Tone::Person>
                <p>{field::renamed_next(locale)}</p>
                <Button
                    weight=Weight::Quiet
                    icon="key-round"
                    on:click=move |_| browser::focus(HEADING)
                >
                    {field::renamed_pair(locale)}
                </Button>
                <Button weight=Weight::Plain on:click=move |_| phone.read_renamed()>
                    {field::understood(locale)}
                </Button>
            </Notice>
        </When>
    }
}
