//! How old it is: "about two years" in one tap, or the date.

use domain::field_error::Field;
use leptos::prelude::*;
use phrases::{common, field};

use crate::components::action::{Button, Weight};
use crate::components::live::{When, derived, each};
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::field::asking::{Asked, Tile, bound};
use crate::pages::field::visit::visit;

/// Ages offered in one tap, in months.
const OFFERED: [u16; 12] = [2, 4, 6, 9, 12, 24, 36, 48, 60, 84, 120, 156];

/// The age.
#[component]
pub fn Age() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (has_date, change_has_date) = bound!(visit, animal.form.age.has_date);
    let toggle = move |_| change_has_date.run(!has_date.get_untracked());
    let words = move || match has_date.get() {
        true => field::age_about(locale),
        false => field::age_date_known(locale),
    };
    view! {
        <Asked title=field::age(locale) error=visit.fault(Field::BirthDate)>
            <When holds=has_date otherwise=About>
                <ExactDate />
            </When>
            <Button weight=Weight::Plain on:click=toggle>
                {words}
            </Button>
        </Asked>
    }
}

#[component]
fn About() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (months, change) = bound!(visit, animal.form.age.about_months);
    let tiles = each(OFFERED, |offered| {
        let words = match offered % 12 {
            0 => common::age_years(locale, u64::from(offered / 12)),
            _ => common::age_months(locale, u64::from(offered)),
        };
        let tap = Callback::new(move |()| change.run(Some(offered)));
        let pressed = derived(move || months.get() == Some(offered));
        view! { <Tile words=words pressed=pressed on_tap=tap /> }
    });
    view! {
        <p class="field-hint">{field::age_hint(locale)}</p>
        <div class="tiles" id=Field::BirthDate.code() tabindex="-1">
            {tiles}
        </div>
    }
}

#[component]
fn ExactDate() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (date, change) = bound!(visit, animal.form.age.date);
    let question = visit.question(Field::BirthDate, field::birth_date(locale));
    view! {
        <TextField
            question=question.hint(field::date_hint(locale))
            keyboard=Keyboard::Date
            value=date
            on_input=change
        />
    }
}
