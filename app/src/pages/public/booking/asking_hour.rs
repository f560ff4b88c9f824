//! The part of the form that asks at what hour, or says that no places are left.

use domain::booking::Slot;
use domain::timestamp::{Timestamp, Zone};
use leptos::prelude::*;
use phrases::{Locale, booking as say};

use super::asking::Typed;
use super::{Offered, slot_words};
use crate::components::choice::Choice;
use crate::components::notice::{Notice, Tone};
use crate::components::select::Select;

pub(super) fn hour(
    (offered, home_ends): (&Offered, Option<Timestamp>),
    zone: &Zone,
    typed: &Typed,
    locale: Locale,
) -> impl IntoView + use<> {
    if offered.free == 0 {
        let (title, body) =
            (say::waits_title(locale), say::waits_body(locale, offered.waiting.into()));
        return view! {
            <Notice title=title tone=Tone::Waiting>
                <p>{body}</p>
            </Notice>
        }
        .into_any();
    }
    let choice = |slot: &Slot| {
        let words = slot_words(*slot, home_ends, zone, locale);
        Choice::new(slot.starts_at.0.to_string(), words)
    };
    let chosen = typed.value("time");
    // One that has filled up stays chosen: sent again, the form asks for no other hour.
    let is_shown = |slot: &&Slot| slot.capacity > 0 || slot.starts_at.0.to_string() == chosen;
    let choices = offered.slots.iter().filter(is_shown).map(choice).collect();
    let label = match home_ends {
        Some(_) => say::hour_home_label(locale),
        None => say::hour_label(locale),
    };
    let question = typed.question("time", label).hint(say::hour_hint(locale)).optional();
    view! { <Select question=question choices=choices value=chosen /> }.into_any()
}
