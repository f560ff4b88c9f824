//! Values as people read them. Grouping is drawn by the style sheet, so that selecting and
//! copying gives the plain number.

use domain::chip_number::ChipNumber;
use domain::timestamp::{CivilDate, Timestamp};
use leptos::prelude::*;
use phrases::format;

use crate::components::icon::LiveIcon;
use crate::components::live::{derived, each};
use crate::components::notice::Tone;
use crate::locale::locale;

/// How large a value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As the text around it.
    #[default]
    Text,
    /// The thing one came to see.
    Large,
}

/// A chip in groups, `152 0981 0000 0001`; its text is the 15 digits.
#[component]
pub fn ChipText(
    /// The chip.
    chip: ChipNumber,
    /// How large.
    #[prop(optional)]
    size: Size,
) -> impl IntoView {
    let digits = chip.to_string();
    let groups =
        [0..3, 3..7, 7..11, 11..15].map(|range| digits.get(range).unwrap_or_default().to_owned());
    let groups = each(groups, |group| view! { <span class="value-group">{group}</span> });
    let large = (size == Size::Large).then_some("large");
    view! {
        <span class="value" data-kind="chip" data-size=large>
            {groups}
        </span>
    }
}

/// A day, `sáb 22 nov 2026`.
#[component]
pub fn DateText(
    /// The day.
    date: CivilDate,
) -> impl IntoView {
    view! {
        <time class="value" datetime=date.to_string()>
            {format::date(date, locale())}
        </time>
    }
}

/// A moment, `sáb 22 nov 2026, 14:05`, in the zone whose offset is given.
#[component]
pub fn MomentText(
    /// The moment.
    at: Timestamp,
    /// Minutes to add to UTC there.
    offset_minutes: i32,
) -> impl IntoView {
    let (day, minute) = at.local(offset_minutes);
    view! {
        <time class="value" datetime=format!("{day}T{}", format::time(minute))>
            {format::moment(at, offset_minutes, locale())}
        </time>
    }
}

/// A count, `1.600`.
#[component]
pub fn CountText(
    /// The number.
    number: u64,
) -> impl IntoView {
    view! { <span class="value">{format::count(number, locale())}</span> }
}

/// A state: icon and word, coloured by what it asks for.
#[component]
pub fn StateText(
    /// The word.
    #[prop(into)]
    words: Signal<String>,
    /// What it asks for.
    #[prop(into)]
    tone: Signal<Tone>,
) -> impl IntoView {
    view! {
        <span class="state" data-kind=move || tone.get().code()>
            <LiveIcon name=derived(move || tone.get().icon()) />
            {words}
        </span>
    }
}
