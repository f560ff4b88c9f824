//! The part of the form that asks who books, and how and where they are found.

use domain::territory::Commune;
use leptos::prelude::*;
use phrases::{Locale, booking as say, common};

use super::asking::Typed;
use super::{Announced, priority_words};
use crate::components::choice::{Checkbox, Choice};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};

pub(super) fn owner(typed: &Typed, locale: Locale) -> impl IntoView + use<> {
    let run = typed.question("run", say::run_label(locale)).hint(say::run_hint(locale));
    let country = typed
        .question("document_country", say::country_label(locale))
        .hint(say::country_hint(locale));
    let number = typed.question("document", say::document_label(locale));
    let is_foreign = ["document_country", "document"]
        .into_iter()
        .any(|name| !typed.value(name).is_empty() || typed.faults.iter().any(|one| one.id == name));
    let given = typed.question("given", say::given_label(locale)).autocomplete("given-name");
    let surnames =
        typed.question("surnames", say::surnames_label(locale)).autocomplete("family-name");
    view! {
        <h2>{say::owner_title(locale)}</h2>
        <TextField question=run keyboard=Keyboard::Run value=typed.value("run") />
        <details class="aside" open=is_foreign>
            <summary>{say::no_run(locale)}</summary>
            <TextField
                question=country
                keyboard=Keyboard::Name
                value=typed.value("document_country")
            />
            <TextField question=number keyboard=Keyboard::Run value=typed.value("document") />
        </details>
        <TextField question=given keyboard=Keyboard::Name value=typed.value("given") />
        <TextField question=surnames keyboard=Keyboard::Name value=typed.value("surnames") />
    }
}

pub(super) fn contact(
    typed: &Typed,
    outreach: &Announced,
    locale: Locale,
) -> impl IntoView + use<> {
    let email = typed
        .question("email", common::email(locale))
        .hint(say::email_hint(locale))
        .autocomplete("email")
        .optional();
    let phone = typed.question("phone", common::phone(locale)).autocomplete("tel").optional();
    let address =
        typed.question("address", say::address_label(locale)).autocomplete("street-address");
    let communes =
        Commune::named().map(|commune| Choice::new(commune.code(), commune.to_string())).collect();
    let commune = typed.question("commune", common::commune(locale));
    let (address, commune) = match outreach.comes_home {
        true => (address.hint(say::address_hint(locale)), commune),
        false => (address.optional(), commune.optional()),
    };
    let has_priority = !typed.value("priority").is_empty();
    let priority = priority_words(outreach.priority, locale).map(|words| {
        view! { <Checkbox question=Question::new("priority", words) checked=has_priority /> }
    });
    view! {
        <TextField question=email keyboard=Keyboard::Email value=typed.value("email") />
        <TextField question=phone keyboard=Keyboard::Phone value=typed.value("phone") />
        <TextField question=address value=typed.value("address") />
        <Select question=commune choices=communes value=typed.value("commune") />
        {priority}
    }
}
