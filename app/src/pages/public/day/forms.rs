//! What is typed at the door.

use domain::booking::{Offering, Priority, TurnAwayReason};
use domain::desk::day::QueueLine;
use domain::field_error::Field;
use domain::id::BookingId;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, day as say};

use super::offering_words;
use crate::components::action::{Actions, Button, Weight};
use crate::components::choice::{Checkbox, Choice, Layout, Radios};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::form_state::FormState;

/// The names of the fields that may be shown again.
pub const FIELDS: [&str; 7] =
    ["code", "given", "surnames", "run", "offering", "quantity", "priority"];

/// The field that names the ticket of somebody without a booking.
pub const TICKET: &str = "ticket";

/// With a booking: whatever is read or typed of it.
#[component]
pub(super) fn Arrival(path: String) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let name = Field::Code.code();
    let question = state.question(name, say::arrival_label(locale)).hint(say::arrival_hint(locale));
    view! {
        <section class="card flow">
            <h2 class="card-title">{say::arrival_title(locale)}</h2>
            <form class="flow" method="post" action=path>
                <input type="hidden" name="act" value="arrive" />
                <TextField question=question keyboard=Keyboard::Search value=state.value(name) />
                <Actions>
                    <Button submit=true weight=Weight::Quiet>
                        {say::arrival_button(locale)}
                    </Button>
                </Actions>
            </form>
        </section>
    }
}

/// Without a booking.
#[component]
pub(super) fn WalkIn(
    path: String,
    offered: Vec<Offering>,
    ticket: BookingId,
    /// Who is called before the others.
    priority: Priority,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let first = offered.first().map(|offering| offering.code().to_owned()).unwrap_or_default();
    let chosen = match state.value("offering") {
        typed if typed.is_empty() => first,
        typed => typed,
    };
    let choices: Vec<_> = offered
        .iter()
        .map(|&offering| Choice::new(offering.code(), offering_words(offering, locale)))
        .collect();
    let run = state.question(Field::Run.code(), say::walk_in_run(locale));
    let run = run.hint(say::walk_in_run_hint(locale)).optional();
    let animals = state.question(Field::Quantity.code(), say::walk_in_animals(locale));
    let count = match state.value(Field::Quantity.code()) {
        typed if typed.is_empty() && state.errors.is_empty() => "1".to_owned(),
        typed => typed,
    };
    let has_priority = !state.value("priority").is_empty();
    let priority = match priority {
        Priority::Both => Some(say::walk_in_priority(locale)),
        Priority::Elderly => Some(say::walk_in_elderly(locale)),
        Priority::FarAway => Some(say::walk_in_far_away(locale)),
        Priority::Nobody => None,
    };
    let priority = priority.map(|words| {
        view! { <Checkbox question=Question::new("priority", words) checked=has_priority /> }
    });
    view! {
        <section class="card flow">
            <h2 class="card-title">{say::walk_in_title(locale)}</h2>
            <p class="soft">{say::walk_in_lead(locale)}</p>
            <form class="flow" method="post" action=path>
                <input type="hidden" name="act" value="walk_in" />
                <input type="hidden" name=TICKET value=ticket.to_string() />
                <Radios
                    question=Question::new("offering", say::walk_in_service(locale))
                    choices=choices
                    value=chosen
                    layout=Layout::Row
                />
                {name(Field::Given, &state, locale)}
                {name(Field::Surnames, &state, locale)}
                <TextField
                    question=run
                    keyboard=Keyboard::Run
                    value=state.value(Field::Run.code())
                />
                <TextField question=animals keyboard=Keyboard::Digits value=count />
                {priority}
                <Actions>
                    <Button submit=true weight=Weight::Quiet>
                        {say::walk_in_button(locale)}
                    </Button>
                </Actions>
            </form>
        </section>
    }
}

/// A part of the name; some people have one name only.
fn name(field: Field, state: &FormState, locale: Locale) -> impl IntoView + use<> {
    let question = state.question(field.code(), &capital(field.label(locale)));
    let question = if field == Field::Surnames { question.optional() } else { question };
    let value = state.value(field.code());
    view! { <TextField question=question keyboard=Keyboard::Name value=value /> }
}

/// Whose places become free.
#[component]
pub(super) fn NoShows(path: String) -> impl IntoView {
    let locale = locale();
    view! {
        <section class="card flow">
            <h2 class="card-title">{say::no_shows_title(locale)}</h2>
            <p>{say::no_shows_lead(locale)}</p>
            <form method="post" action=path>
                <button class="button" data-kind="quiet" type="submit" name="act" value="no_shows">
                    {say::no_shows_button(locale)}
                </button>
            </form>
        </section>
    }
}

/// Why somebody who is there was not served.
#[component]
pub(super) fn Away(path: String, line: QueueLine) -> impl IntoView {
    let locale = locale();
    let (booking, number) = (line.booking.to_string(), line.number);
    let id = format!("reason-{number}");
    let options: Vec<_> = TurnAwayReason::ALL
        .iter()
        .map(|&reason| {
            view! { <option value=reason.code()>{reason_words(reason, locale)}</option> }
        })
        .collect();
    view! {
        <details>
            <summary aria-label=say::turn_away_what(locale, number)>
                {say::turn_away(locale)}
            </summary>
            <form class="flow" method="post" action=path>
                <input type="hidden" name="booking" value=booking />
                <label class="field-label" for=id.clone()>
                    {say::why_away(locale)}
                </label>
                <select class="input" id=id name="reason">
                    {options}
                </select>
                <button class="button" data-kind="grave" type="submit" name="act" value="away">
                    {say::keep_away(locale)}
                </button>
            </form>
        </details>
    }
}

const fn reason_words(reason: TurnAwayReason, locale: Locale) -> &'static str {
    match reason {
        TurnAwayReason::Unfit => say::reason_unfit(locale),
        TurnAwayReason::NotTaken => say::reason_not_taken(locale),
        TurnAwayReason::NoStock => say::reason_no_stock(locale),
        TurnAwayReason::NoTime => say::reason_no_time(locale),
        TurnAwayReason::Left => say::reason_left(locale),
        TurnAwayReason::NoConsent => say::reason_no_consent(locale),
    }
}
