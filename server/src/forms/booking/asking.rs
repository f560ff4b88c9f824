//! `/operativos/{id}/reservar`: a place is asked for, and given, or it is told why not and what to
//! do instead.

use app::pages::public::booking::asking::{ADD, BookPage, FORM, Fault, Place, Told, Typed, WAIT};
use app::pages::public::booking::ticket::Done;
use app::pages::public::booking::{Announced, Offered};
use app::pages::public::found::TRAP;
use app::routes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::bookings::{self, Outcome, Request, Ticket};
use backend::clock;
use backend::error::Error;
use data_encoding::HEXLOWER;
use domain::booking::{AnimalAsked, BookingDetails, BookingState, Eligibility, Lack, Offering};
use domain::id::OutreachId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use serde::Deserialize;

use crate::forms::booking::{reading, shown};
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::{self, Problem};
use crate::state::AppState;

/// Random bytes of a form's name.
const FORM_BYTES: usize = 16;

/// For what a place is asked.
#[derive(Debug, Default, Deserialize)]
pub(super) struct For {
    #[serde(default, rename = "servicio")]
    offering: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<For>,
    ask: Ask,
) -> Result<Response, Problem> {
    let id: OutreachId = id.parse().map_err(|_| Refusal::OutreachUnknown)?;
    let outreach = shown::announced(bookings::public_outreach(&state.office, id).await?);
    // The outreach's own page tells why nothing can be booked.
    match offered(&outreach, &asked).filter(|_| outreach.is_bookable) {
        Some(offered) => {
            let zone = state.office.zone.clone();
            page(ask, Place { outreach, offered, zone }, Typed::default()).await
        }
        None => Ok(see(&routes::open_outreach(id))),
    }
}

pub(super) async fn act(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<For>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let id: OutreachId = id.parse().map_err(|_| Refusal::OutreachUnknown)?;
    // A program that fills in every field learns nothing from the answer.
    if !fields.text(TRAP).is_empty() {
        return Ok(see(routes::OPEN));
    }
    let Some(place) = place(&state, id, &asked).await? else {
        return Ok(see(&routes::open_outreach(id)));
    };
    let closed = (!place.outreach.is_bookable).then_some(Told::NotOpen);
    if fields.text("act") == ADD {
        let rows = (reading::rows(&fields) + 1).min(BookingDetails::MOST_ANIMALS);
        let typed = Typed { rows, ..typed(&fields, Vec::new(), closed) };
        return page(ask, place, typed).await;
    }
    let read = match reading::read(&fields, (&place.offered.slots, place.outreach.comes_home)) {
        // Also where it is closed: what this form has booked before is told again.
        Ok(read) => read,
        Err(faults) => {
            let faults = if closed.is_some() { Vec::new() } else { faults };
            return refused(ask, place, typed(&fields, faults, closed)).await;
        }
    };
    let (wants_hour, animals) = (read.slot.is_some(), on_the_day(&state, &place, &read.details));
    let request = Request {
        outreach: id,
        offering: place.offered.offering,
        slot: read.slot,
        details: read.details,
        waits: fields.text("act") == WAIT,
        form: Some(fields.text(FORM).to_owned()).filter(|form| is_drawn(form)),
    };
    let answer = bookings::book(&state.office, request, &fields.address.to_string()).await;
    let (faults, told) = match answer {
        Ok(Outcome::Booked(ticket)) => return Ok(booked(&state, &ticket, Done::Booked)),
        Ok(Outcome::Waiting { ticket, .. }) => return Ok(booked(&state, &ticket, Done::Waits)),
        Ok(Outcome::NotTaken(lacks)) => (not_taken(&place, (&read.rows, &animals), lacks), None),
        Ok(Outcome::Full) if wants_hour => (Vec::new(), Some(Told::HourFull)),
        Ok(Outcome::Full) => (Vec::new(), Some(Told::Full)),
        Ok(Outcome::TooManyAnimals { most }) => (Vec::new(), Some(Told::TooMany { most })),
        Ok(Outcome::NotGiven) => (Vec::new(), Some(Told::NotGiven)),
        Ok(Outcome::NotOpen) => (Vec::new(), Some(Told::NotOpen)),
        Ok(Outcome::AskedOtherwise) => (Vec::new(), Some(Told::AskedOtherwise)),
        Ok(Outcome::HasEnded) => (Vec::new(), Some(closed.unwrap_or(Told::HasEnded))),
        Err(Error::Refused(refusal)) => (Vec::new(), Some(Told::Refused(refusal))),
        Err(failed) => return Err(failed.into()),
    };
    // What is free may have changed since the page was asked for.
    let place = self::place(&state, id, &asked).await?.unwrap_or(place);
    let told = match told {
        Some(Told::HourFull) if !place.offered.has_room(animals.len()) => Some(Told::Full),
        told => told,
    };
    let has_ended = told == Some(Told::HasEnded);
    let mut typed = typed(&fields, faults, told);
    if has_ended {
        // What this form asked for is over: whoever sends it again asks anew.
        typed.values.retain(|(name, _)| name != FORM);
    }
    refused(ask, place, typed).await
}

/// What is booked at an outreach: what was asked for, or the only thing that there is.
fn offered(outreach: &Announced, asked: &For) -> Option<Offered> {
    let one = match (Offering::from_code(&asked.offering), outreach.offered.as_slice()) {
        (Some(offering), offered) => offered.iter().find(|one| one.offering == offering),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    one.cloned()
}

/// What a form that comes back is about, also where nothing can be booked any more, so that it is
/// there with what was typed; nothing where it was not said for what.
async fn place(state: &AppState, id: OutreachId, asked: &For) -> Result<Option<Place>, Problem> {
    let outreach = shown::announced(bookings::outreach_asked(&state.office, id).await?);
    let zone = state.office.zone.clone();
    if let Some(offered) = offered(&outreach, asked) {
        return Ok(Some(Place { outreach, offered, zone }));
    }
    // It was taken out of the plan meanwhile.
    let outreach = Announced { is_bookable: false, ..outreach };
    let gone = |offering| Offered {
        offering,
        free: 0,
        eligibility: Eligibility::usual(offering),
        waiting: 0,
        slots: Vec::new(),
    };
    let offered = Offering::from_code(&asked.offering).map(gone);
    Ok(offered.map(|offered| Place { outreach, offered, zone }))
}

/// The animals that a place is asked for, as old as they will be.
fn on_the_day(state: &AppState, place: &Place, details: &BookingDetails) -> Vec<AnimalAsked> {
    let (today, day) =
        (state.office.day_of(state.office.clock.now()), place.outreach.day(&place.zone));
    details.animals.iter().map(|animal| animal.on_day(today, day)).collect()
}

/// What is said of animals that are not taken, each told by its index among those asked for.
fn not_taken(
    place: &Place,
    (rows, animals): (&[usize], &[AnimalAsked]),
    lacks: Vec<(usize, Lack)>,
) -> Vec<Fault> {
    let fault = |(at, lack): (usize, Lack)| {
        let (row, animal) = (*rows.get(at)?, animals.get(at)?);
        Some(reading::not_taken(row, (lack, place.flat_face(animal))))
    };
    lacks.into_iter().filter_map(fault).collect()
}

fn typed(fields: &Fields, faults: Vec<Fault>, told: Option<Told>) -> Typed {
    let values = reading::kept(fields, &faults);
    Typed { values, rows: reading::rows(fields), faults, told }
}

/// The ticket's page; the mail is on its way. Of a form that came before, what became of its
/// booking since is told by the page alone.
fn booked(state: &AppState, ticket: &Ticket, done: Done) -> Response {
    state.wake.notify_one();
    if !matches!(ticket.state, BookingState::Booked | BookingState::Waiting) {
        return see(&routes::ticket(&ticket.code));
    }
    see(&format!("{}?hecho={}", routes::ticket(&ticket.code), done.code()))
}

async fn refused(ask: Ask, place: Place, typed: Typed) -> Result<Response, Problem> {
    let status = match &typed.told {
        Some(Told::Refused(refusal)) => refused::status(refusal),
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page(ask.status(status), place, typed).await
}

/// The form, under the name it has had, or one that nobody can foresee.
async fn page(ask: Ask, place: Place, mut typed: Typed) -> Result<Response, Problem> {
    if !is_drawn(&typed.value(FORM)) {
        let drawn = clock::random::<FORM_BYTES>().map_err(Error::from)?;
        typed.values.retain(|(name, _)| name != FORM);
        typed.values.push((FORM.to_owned(), HEXLOWER.encode(&drawn)));
    }
    Ok(ask.long().page(move || view! { <BookPage place=place typed=typed /> }).await)
}

/// Whether a form's name is one of ours, by its look.
fn is_drawn(form: &str) -> bool {
    form.len() == 2 * FORM_BYTES && form.bytes().all(|sign| sign.is_ascii_hexdigit())
}
