//! `/mi-hora`, and what the owner of a booking may do with it: each act one button of one form.

use domain::booking::{BookingState, Slot};
use domain::timestamp::{Timestamp, Zone};
use leptos::prelude::*;
use phrases::{Locale, booking as say};

use super::slot_words;
use super::ticket::Shown;
use crate::components::action::{Button, Weight};
use crate::components::choice::Choice;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// What may be done with a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Give it back.
    Cancel,
    /// Come at another hour.
    Move,
    /// Take the offered place.
    Accept,
    /// Leave the offered place to others.
    Decline,
    /// Say that the new date suits.
    AcceptDate,
}

impl Act {
    /// All of them.
    const ALL: [Self; 5] =
        [Self::Cancel, Self::Move, Self::Accept, Self::Decline, Self::AcceptDate];

    /// What its button sends.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Move => "move",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::AcceptDate => "date",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// Where acts go, and the hours to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acts {
    /// The address that takes them.
    pub address: String,
    /// The hours with room for all its animals.
    pub slots: Vec<Slot>,
    /// When the outreach ends, of one whose team comes to their home.
    pub home_ends: Option<Timestamp>,
}

/// The acts that the booking's state allows, each a form.
#[component]
pub fn ActForms(
    /// The booking.
    ticket: Shown,
    /// Where they go.
    acts: Acts,
    /// By which hours are told.
    zone: Zone,
) -> impl IntoView {
    let locale = locale();
    let one = |act, words: &'static str, weight| button(&acts.address, act, words, weight);
    let offered = (ticket.state == BookingState::Offered).then(|| {
        view! {
            {one(Act::Accept, say::act_accept(locale), Weight::Main)}
            {one(Act::Decline, say::act_decline(locale), Weight::Quiet)}
        }
    });
    let is_booked = ticket.state == BookingState::Booked;
    let date = (is_booked && ticket.asks_new_date && !ticket.is_suspended)
        .then(|| one(Act::AcceptDate, say::act_date(locale), Weight::Main));
    let other = (is_booked && !acts.slots.is_empty()).then(|| moving(&acts, &zone, locale));
    let words = match ticket.state {
        BookingState::Waiting => Some(say::act_leave(locale)),
        BookingState::Booked if ticket.comes_home => Some(say::act_cancel_home(locale)),
        BookingState::Booked => Some(say::act_cancel(locale)),
        _ => None,
    };
    let cancel = words.map(|words| one(Act::Cancel, words, Weight::Grave));
    view! {
        <section class="flow no-print">
            {offered}
            {date}
            {other}
            {cancel}
            <p>
                <a href=routes::OPEN>{say::list_title(locale)}</a>
            </p>
        </section>
    }
}

/// One act: a form with one button.
pub(super) fn button(
    address: &str,
    act: Act,
    words: &'static str,
    weight: Weight,
) -> impl IntoView + use<> {
    view! {
        <form method="post" action=address.to_owned()>
            <input type="hidden" name="act" value=act.code() />
            <div class="actions">
                <Button submit=true weight=weight>
                    {words}
                </Button>
            </div>
        </form>
    }
}

fn moving(acts: &Acts, zone: &Zone, locale: Locale) -> impl IntoView + use<> {
    let choice = |slot: &Slot| {
        let words = slot_words(*slot, acts.home_ends, zone, locale);
        Choice::new(slot.starts_at.0.to_string(), words)
    };
    let choices = acts.slots.iter().map(choice).collect();
    let question = FormState::current().question("time", say::act_move_label(locale));
    view! {
        <form method="post" action=acts.address.clone() class="flow">
            <input type="hidden" name="act" value=Act::Move.code() />
            <Select question=question choices=choices />
            <div class="actions">
                <Button submit=true weight=Weight::Quiet>
                    {say::act_move(locale)}
                </Button>
            </div>
        </form>
    }
}

/// `/mi-hora`: the code, and the end of the document.
#[component]
pub fn MyBookingPage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = say::mine_title(locale);
    let code = state.question("code", say::mine_code(locale)).hint(say::mine_code_hint(locale));
    let document = state
        .question("document", say::mine_document(locale))
        .hint(say::mine_document_hint(locale));
    view! {
        <PublicPage title=title description=say::mine_lead(locale)>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{say::mine_lead(locale)}</p>
                <form method="post" action=routes::MY_BOOKING class="flow">
                    <TextField question=code keyboard=Keyboard::Code value=state.value("code") />
                    <TextField
                        question=document
                        keyboard=Keyboard::Code
                        value=state.value("document")
                    />
                    <div class="actions">
                        <Button submit=true>{say::mine_see(locale)}</Button>
                    </div>
                </form>
            </div>
        </PublicPage>
    }
}
