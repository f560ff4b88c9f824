//! `/operativos/{id}/reservar`: who, how to reach them, which animals, which hour. One form, no
//! script: what is wrong comes back beside its field, and nothing typed is lost.

use domain::booking::{AnimalAsked, Lack, Offering};
use domain::field_error::{Field, FieldError};
use domain::refusal::Refusal;
use domain::timestamp::Zone;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{
    Locale, booking as say, explain_field, explain_field_as, explain_named_field, format,
};

use super::asking_animals::animals;
use super::asking_hour::hour;
use super::asking_people::{contact, owner};
use super::{Announced, Offered, eligibility_words, offering_words};
use crate::components::action::{Actions, Button, Weight};
use crate::components::error_summary::{ErrorSummary, FaultLink};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, RefusalNotice, Tone};
use crate::components::question::Question;
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::found::TRAP;
use crate::routes;

/// Animals a form has room for at first.
pub const ROWS: usize = 3;

/// Sends the form: asks for a place.
pub const BOOK: &str = "book";
/// Sends the form: asks for a place, or to wait for one.
pub const WAIT: &str = "wait";
/// Sends the form: asks for room for another animal.
pub const ADD: &str = "add";
/// The field of the name that the form was given when it was shown.
pub const FORM: &str = "form";
/// The address that somebody was asked about and sends again.
pub const EMAIL_SURE: &str = "email_sure";

/// What was typed and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Name and text of every field.
    pub values: Vec<(String, String)>,
    /// How many animals there is room for.
    pub rows: usize,
    /// What has to be put right.
    pub faults: Vec<Fault>,
    /// Why no place was given.
    pub told: Option<Told>,
}

impl Default for Typed {
    fn default() -> Self {
        Self { values: Vec::new(), rows: ROWS, faults: Vec::new(), told: None }
    }
}

/// Something to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field.
    pub id: String,
    /// Of which animal, from 1.
    pub animal: Option<usize>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong with a field of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It cannot be read.
    Field(FieldError),
    /// Neither a telephone nor an address for mail.
    NoContact,
    /// The address looks like a slip of this one.
    EmailDoubt(String),
    /// No animal at all.
    NoAnimal,
    /// The outreach does not take the animal; what is to be said of a flat face.
    NotTaken(Lack, FlatFace),
}

/// What is to be said of a flat face that is not taken for what is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlatFace {
    /// It is not operated, and may have its chip there.
    ChipThere,
    /// It is not operated.
    NotOperated,
    /// It is not taken for something without anaesthesia.
    NotTaken,
}

/// Why no place was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The hour is full; others have places.
    HourFull,
    /// Everything is full.
    Full,
    /// More animals than are taken of one owner.
    TooMany {
        /// How many are.
        most: u8,
    },
    /// The document has a booking, or the household all that it may have: it is not told which.
    NotGiven,
    /// Nothing can be booked any more, or yet.
    NotOpen,
    /// The form has booked before, with something else.
    AskedOtherwise,
    /// What the form has booked before is over.
    HasEnded,
    /// The hour to which a booking was to be moved is full.
    MoveFull,
    /// The time to accept an offered place is over.
    OfferOver,
    /// The booking cannot be changed any more.
    NotChanged,
    /// Anything else.
    Refused(Refusal),
}

impl Typed {
    /// What was typed into a field.
    #[must_use]
    pub fn value(&self, name: &str) -> String {
        let typed = self.values.iter().find(|(known, _)| known == name);
        typed.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// A question with what is wrong with its answer.
    pub(super) fn question(&self, name: &str, label: &str) -> Question {
        let fault = self.faults.iter().find(|fault| fault.id == name);
        let error = fault.map(|fault| fault.wrong.words(locale()));
        Question::new(name, label).error(error)
    }

    fn links(&self, locale: Locale) -> Vec<FaultLink> {
        let link = |fault: &Fault| FaultLink { id: fault.id.clone(), words: fault.words(locale) };
        self.faults.iter().map(link).collect()
    }
}

impl Fault {
    /// For the summary: of what it is said.
    fn words(&self, locale: Locale) -> String {
        let said = match &self.wrong {
            // The age is asked in two boxes, and neither is the date of birth.
            Wrong::Field(error) if self.id.starts_with("years") => {
                explain_field_as(*error, say::years_label(locale), locale)
            }
            Wrong::Field(error) if self.id.starts_with("months") => {
                explain_field_as(*error, say::months_label(locale), locale)
            }
            Wrong::Field(error) => explain_named_field(*error, locale),
            Wrong::EmailDoubt(_) => {
                let email = capital(Field::Email.label(locale));
                phrases::refusal::problem_of_field(locale, email, self.wrong.words(locale))
            }
            wrong => wrong.words(locale),
        };
        match self.animal {
            Some(place) => say::fault_of_animal(locale, place, said),
            None => said,
        }
    }
}

impl Wrong {
    /// Beside the field: what happened, and what to do instead.
    fn words(&self, locale: Locale) -> String {
        match self {
            Self::Field(error) => explain_field(*error, locale),
            Self::NoContact => say::no_contact(locale).to_owned(),
            Self::EmailDoubt(meant) => say::email_doubt(locale, meant),
            Self::NoAnimal => say::no_animal(locale).to_owned(),
            Self::NotTaken(lack, flat) => lack_words(*lack, *flat, locale).to_owned(),
        }
    }
}

/// Why an animal is not taken, and what to do instead.
fn lack_words(lack: Lack, flat: FlatFace, locale: Locale) -> &'static str {
    match lack {
        Lack::OtherSpecies => say::lack_other_species(locale),
        Lack::TooYoung => say::lack_too_young(locale),
        Lack::TooOld => say::lack_too_old(locale),
        Lack::FlatFaced => match flat {
            FlatFace::ChipThere => say::lack_not_operated_chip(locale),
            FlatFace::NotOperated => say::lack_not_operated(locale),
            FlatFace::NotTaken => say::lack_flat_faced(locale),
        },
        Lack::TooMany => say::lack_too_many(locale),
    }
}

/// What the form is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The outreach.
    pub outreach: Announced,
    /// What is booked there.
    pub offered: Offered,
    /// By which days and hours are told.
    pub zone: Zone,
}

impl Place {
    /// What is to be said of an animal whose flat face is not taken.
    #[must_use]
    pub fn flat_face(&self, animal: &AnimalAsked) -> FlatFace {
        if self.offered.offering != Offering::Sterilisation {
            return FlatFace::NotTaken;
        }
        let mut chips = self.outreach.offered.iter().filter(|one| one.offering == Offering::Chip);
        let is_taken = chips.any(|one| one.eligibility.lacks(animal).is_empty());
        match is_taken && animal.chip.is_none() {
            true => FlatFace::ChipThere,
            false => FlatFace::NotOperated,
        }
    }
}

/// The page.
#[component]
pub fn BookPage(
    /// What it is about.
    place: Place,
    /// What was typed.
    #[prop(optional)]
    typed: Typed,
) -> impl IntoView {
    let locale = locale();
    let Place { outreach, offered, zone } = place;
    let what = offering_words(offered.offering, locale);
    let title = say::book_title(locale, what);
    let day = capital(&format::date_long(outreach.day(&zone), locale));
    let hall = say::place_and_commune(locale, &outreach.place, outreach.commune);
    let lead = match outreach.comes_home {
        true => say::book_lead_home(locale, day, &outreach.name),
        false => say::book_lead(locale, day, hall, &outreach.name),
    };
    let rules: Vec<_> = eligibility_words(&offered.eligibility, offered.offering, locale)
        .into_iter()
        .map(|words| view! { <li>{words}</li> })
        .collect();
    let is_open = outreach.is_bookable;
    // Who would rather come at another hour need not wait for one.
    let is_full = offered.free == 0 || typed.told == Some(Told::Full);
    let (can_wait, has_room) = (is_open && is_full, offered.free > 0);
    // Of what is not open any more the hour that was chosen is kept, and nothing is promised.
    let hour = (is_open || has_room)
        .then(|| hour((&offered, outreach.home_ends()), &zone, &typed, locale));
    let action = routes::book(outreach.id, offered.offering.code());
    let told = typed.told.clone().map(|told| notice(told, locale));
    let rows = typed.rows;
    view! {
        <PublicPage title=title.clone()>
            <div class="narrow flow">
                <BackLink href=routes::open_outreach(outreach.id) />
                <h1>{title}</h1>
                <ErrorSummary faults=typed.links(locale) />
                {told}
                <p class="lead">{lead}</p>
                <ul class="bullets">{rules}</ul>
                <form method="post" action=action class="flow" novalidate=true>
                    <input type="hidden" name="rows" value=rows.to_string() />
                    <input type="hidden" name=FORM value=typed.value(FORM) />
                    <input type="hidden" name=EMAIL_SURE value=typed.value(EMAIL_SURE) />
                    {hour}
                    {owner(&typed, locale)}
                    {contact(&typed, &outreach, locale)}
                    {animals(&offered, &typed, locale)}
                    <div class="trap" aria-hidden="true">
                        <label for=TRAP>{phrases::public::found_trap_label(locale)}</label>
                        <input id=TRAP name=TRAP type="text" tabindex="-1" autocomplete="off" />
                    </div>
                    <p class="small soft">{say::book_privacy(locale)}</p>
                    {buttons(has_room || !is_open, can_wait, rows, locale)}
                </form>
            </div>
        </PublicPage>
    }
}

/// The main one stands first: it is what the Enter key presses.
fn buttons(has_room: bool, can_wait: bool, rows: usize, locale: Locale) -> impl IntoView + use<> {
    let book = has_room.then(|| {
        view! {
            <Button submit=true attr:name="act" attr:value=BOOK>
                {say::book(locale)}
            </Button>
        }
    });
    let weight = if has_room { Weight::Quiet } else { Weight::Main };
    let wait = can_wait.then(|| {
        view! {
            <Button submit=true weight=weight attr:name="act" attr:value=WAIT>
                {say::wait(locale)}
            </Button>
        }
    });
    let has_more = rows < domain::booking::BookingDetails::MOST_ANIMALS;
    let add = has_more.then(|| {
        view! {
            <Button submit=true weight=Weight::Plain icon="plus" attr:name="act" attr:value=ADD>
                {say::add_animal(locale)}
            </Button>
        }
    });
    view! { <Actions>{book} {wait} {add}</Actions> }
}

/// Why no place was given, and what to do instead.
pub(super) fn notice(told: Told, locale: Locale) -> impl IntoView + use<> {
    let mine = || {
        view! {
            <p>
                <a href=routes::MY_BOOKING>{say::mine_link(locale)}</a>
            </p>
        }
        .into_any()
    };
    let others = || {
        view! {
            <p>
                <a href=routes::OPEN>{say::list_title(locale)}</a>
            </p>
        }
        .into_any()
    };
    let (title, body, more) = match told {
        Told::HourFull => {
            (say::hour_full(locale), say::hour_full_next(locale).to_owned(), ().into_any())
        }
        Told::Full => (say::all_full(locale), say::all_full_next(locale).to_owned(), others()),
        Told::TooMany { most } => {
            (say::too_many(locale), say::too_many_next(locale, most.into()), ().into_any())
        }
        Told::NotGiven => (say::not_given(locale), say::not_given_next(locale).to_owned(), mine()),
        Told::AskedOtherwise => {
            (say::asked_otherwise(locale), say::asked_otherwise_next(locale).to_owned(), mine())
        }
        Told::HasEnded => {
            (say::has_ended(locale), say::has_ended_next(locale).to_owned(), ().into_any())
        }
        Told::NotOpen => (say::not_open(locale), say::not_open_next(locale).to_owned(), others()),
        Told::MoveFull => {
            (say::hour_full(locale), say::move_full_next(locale).to_owned(), ().into_any())
        }
        Told::OfferOver => {
            (say::offer_over(locale), say::offer_over_next(locale).to_owned(), others())
        }
        Told::NotChanged => {
            (say::not_changed(locale), say::not_changed_next(locale).to_owned(), ().into_any())
        }
        Told::Refused(refusal) => {
            let explanation = phrases::explain(&refusal, locale);
            return view! { <RefusalNotice explanation=explanation /> }.into_any();
        }
    };
    view! {
        <Notice title=title tone=Tone::Person live=true>
            <p>{body}</p>
            {more}
        </Notice>
    }
    .into_any()
}
