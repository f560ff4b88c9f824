//! The ticket: shown to who has its code, and with its acts to who shows that it is theirs, by the
//! link of a mail. A GET only shows; each act is one POST.

use app::pages::public::booking::asking::Told;
use app::pages::public::booking::mine::{Act, Acts, MyBookingPage};
use app::pages::public::booking::reminder::ReminderPage;
use app::pages::public::booking::ticket::{Done, News, TicketPage};
use app::pages::public::form_state::FormState;
use app::routes;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::bookings::{self, Key, Outcome, Ticket};
use backend::error::Error;
use domain::booking::{BookingState, room};
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::ical;
use domain::outreach::OutreachKind;
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use crate::forms::booking::shown;
use crate::forms::{Fields, see};
use crate::layers::flood::ClientAddress;
use crate::layers::headers::Policy;
use crate::pages::Ask;
use crate::papers::tickets::{APPOINTMENT, PRINTED};
use crate::papers::{Haste, tickets};
use crate::refused::{self, Problem};
use crate::state::AppState;

/// What was just done, or that a reminder leads here, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Lately {
    #[serde(default, rename = "hecho")]
    done: String,
    /// [`routes::REMINDED`].
    #[serde(default, rename = "aviso")]
    reminded: String,
}

impl Lately {
    fn news(&self) -> Option<News> {
        Done::from_code(&self.done).map(News::Done)
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    Path(code): Path<String>,
    Query(lately): Query<Lately>,
    Extension(client): Extension<ClientAddress>,
    ask: Ask,
) -> Result<Response, Problem> {
    let ticket = by_code(&state, &code, client).await?;
    Ok(page(&state, ask, ticket, (lately.news(), None)).await)
}

/// `GET /T/{code}/boleto.pdf` and `/T/{code}/cita.ics`: only for an hour that is theirs.
pub(super) async fn paper(
    State(state): State<AppState>,
    Path((code, name)): Path<(String, String)>,
    Extension(client): Extension<ClientAddress>,
) -> Result<Response, Problem> {
    let office = &state.office;
    let ticket = by_code(&state, &code, client).await?;
    match name.as_str() {
        PRINTED => {
            let facts = tickets::printed(office, &ticket, state.config.issuer_name());
            let facts = facts.ok_or(Refusal::LinkUnusable)?;
            let bytes = state.press.ticket(facts, Haste::Now).await?;
            Ok(file(bytes, "application/pdf", format!("inline; filename=\"{PRINTED}\"")))
        }
        APPOINTMENT => {
            let entry = tickets::appointment(
                office,
                &ticket,
                (office.clock.now(), &state.config.mail_from),
            );
            let entry = entry.ok_or(Refusal::LinkUnusable)?;
            let bytes = ical::appointment(&entry).into_bytes();
            let name = format!("attachment; filename=\"{APPOINTMENT}\"");
            Ok(file(bytes, "text/calendar; charset=utf-8", name))
        }
        _ => Err(Refusal::DocumentUnknown.into()),
    }
}

async fn by_code(state: &AppState, code: &str, client: ClientAddress) -> Result<Ticket, Error> {
    bookings::ticket_by_code(&state.office, code, &client.0.to_string()).await
}

fn file(bytes: Vec<u8>, kind: &str, name: String) -> Response {
    let head = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    let mut response = (head, bytes).into_response();
    response.extensions_mut().insert(Policy::File);
    response
}

pub(super) async fn ask(ask: Ask) -> Response {
    ask.page(|| view! { <MyBookingPage /> }).await
}

/// The code and the end of the document open what the link of a mail opens.
pub(super) async fn find(
    State(state): State<AppState>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let blank = [("code", Field::Code), ("document", Field::Document)]
        .into_iter()
        .filter(|(name, _)| fields.text(name).trim().is_empty())
        .map(|(_, field)| FieldError::new(field, FieldProblem::Empty));
    let blank: Vec<_> = blank.collect();
    let found = if blank.is_empty() {
        let key = Key::Code {
            code: fields.text("code").to_owned(),
            document_end: fields.text("document").to_owned(),
        };
        bookings::ticket_by_key(&state.office, key, &fields.address.to_string()).await
    } else {
        Err(Error::Refused(Refusal::Invalid { fields: blank }))
    };
    match found {
        Ok(ticket) => Ok(match ticket.link_token {
            Some(token) => see(&format!("{}/{token}", routes::LINK)),
            None => see(&routes::ticket(&ticket.code)),
        }),
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["code", "document"]));
            Ok(ask.refused(form).page(|| view! { <MyBookingPage /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// The booking that the link of a mail opens; nothing when it opens none.
pub(in crate::forms) async fn of_link(
    state: &AppState,
    token: &str,
) -> Result<Option<Ticket>, Problem> {
    match bookings::ticket_by_link(&state.office, token).await {
        Ok(ticket) => Ok(Some(ticket)),
        Err(Error::Refused(Refusal::LinkUnusable)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The ticket with its acts; for who comes by a reminder the one act that it asks about.
///
/// # Errors
/// A failed database.
pub(in crate::forms) async fn show_own(
    state: &AppState,
    ask: Ask,
    ticket: Ticket,
    lately: &Lately,
) -> Result<Response, Problem> {
    let kept = shown::ticket(ticket.clone());
    if !lately.reminded.is_empty() && lately.done.is_empty() && kept.is_kept() {
        let (address, zone) = (own_address(&ticket), state.office.zone.clone());
        let page = move || view! { <ReminderPage ticket=kept zone=zone address=address /> };
        return Ok(ask.long().page(page).await);
    }
    let acts = acts(state, &ticket).await?;
    Ok(page(state, ask, ticket, (lately.news(), Some(acts))).await)
}

/// Does what a button asked for.
///
/// # Errors
/// [`Refusal::Unreadable`] for no act; a failed database.
pub(in crate::forms) async fn act_on_own(
    state: &AppState,
    ask: Ask,
    ticket: Ticket,
    fields: &Fields,
) -> Result<Response, Problem> {
    let act = Act::from_code(fields.text("act")).ok_or(Refusal::Unreadable)?;
    // Not as it was typed, which may be anything that reads alike.
    let token = ticket.link_token.clone().unwrap_or_default();
    let (news, ask) = match done(state, act, &token, fields).await {
        Ok(Ok(done)) => {
            state.wake.notify_one();
            return Ok(see(&format!("{}/{token}?hecho={}", routes::LINK, done.code())));
        }
        Ok(Err(told)) => (Some(News::Told(told)), ask.status(StatusCode::UNPROCESSABLE_ENTITY)),
        // It is told beside its field.
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            (None, ask.refused(FormState::refused(refusal, Vec::new())))
        }
        Err(Error::Refused(refusal)) => {
            let status = refused::status(&refusal);
            (Some(News::Told(Told::Refused(refusal))), ask.status(status))
        }
        Err(failed) => return Err(failed.into()),
    };
    // It may have changed: somebody else did something, or a time ran out.
    let ticket = of_link(state, &token).await?.unwrap_or(ticket);
    let acts = acts(state, &ticket).await?;
    Ok(page(state, ask, ticket, (news, Some(acts))).await)
}

/// What came of an act: done, or why not.
async fn done(
    state: &AppState,
    act: Act,
    token: &str,
    fields: &Fields,
) -> Result<Result<Done, Told>, Error> {
    let (office, key) = (&state.office, Key::Link(token.to_owned()));
    let address = fields.address.to_string();
    Ok(match act {
        Act::Cancel => {
            bookings::cancel(office, key, &address).await?;
            Ok(Done::Cancelled)
        }
        Act::Decline => {
            bookings::decline_offer(office, key, &address).await?;
            Ok(Done::Declined)
        }
        Act::AcceptDate => {
            bookings::accept_new_date(office, key, &address).await?;
            Ok(Done::DateAccepted)
        }
        Act::Accept => came(bookings::accept_offer(office, key, &address).await?, Done::Accepted),
        Act::Move => {
            let slot = fields.text("time").parse::<i64>().map(Timestamp);
            let slot =
                slot.map_err(|_| Refusal::field(FieldError::new(Field::Time, FieldProblem::Empty)));
            let slot = slot.map_err(Error::Refused)?;
            came(bookings::reschedule(office, key, slot, &address).await?, Done::Moved)
        }
    })
}

fn came(outcome: Outcome, done: Done) -> Result<Done, Told> {
    match outcome {
        Outcome::Booked(_) => Ok(done),
        Outcome::Waiting { .. } => Ok(Done::Waits),
        Outcome::Full if done == Done::Accepted => Err(Told::OfferOver),
        Outcome::Full => Err(Told::MoveFull),
        Outcome::TooManyAnimals { most } => Err(Told::TooMany { most }),
        Outcome::NotGiven => Err(Told::NotGiven),
        Outcome::NotOpen | Outcome::NotTaken(_) | Outcome::AskedOtherwise | Outcome::HasEnded => {
            Err(Told::NotChanged)
        }
    }
}

/// Where the acts of a booking go.
fn own_address(ticket: &Ticket) -> String {
    format!("{}/{}", routes::LINK, ticket.link_token.as_deref().unwrap_or_default())
}

/// Where the acts of a booking go, with the other hours that have room for all its animals.
async fn acts(state: &AppState, ticket: &Ticket) -> Result<Acts, Error> {
    let address = own_address(ticket);
    if ticket.state != BookingState::Booked {
        return Ok(Acts { address, slots: Vec::new(), home_ends: None });
    }
    let outreach = match bookings::public_outreach(&state.office, ticket.outreach).await {
        // Where nothing is booked now, as before a new date is opened, no hour is changed either.
        Ok(outreach) => Some(outreach).filter(|outreach| outreach.bookable),
        // One that is over is not shown any more: then there is no other hour.
        Err(Error::Refused(_)) => None,
        Err(failed) => return Err(failed),
    };
    let needed = u32::try_from(ticket.animals.len()).unwrap_or(u32::MAX);
    let visits = outreach.as_ref().filter(|outreach| outreach.kind == OutreachKind::HomeVisits);
    let home_ends = visits.map(|outreach| outreach.ends_at);
    let offerings = outreach.into_iter().flat_map(|outreach| outreach.offerings);
    let own = offerings.filter(|one| one.offering == ticket.offering);
    let mut slots: Vec<_> = own.flat_map(|one| one.slots).collect();
    let mut free = slots.clone();
    // What they hold is theirs to come with at another time.
    for slot in free.iter_mut().filter(|slot| Some(slot.starts_at) == ticket.slot) {
        slot.capacity = slot.capacity.saturating_add(needed);
    }
    slots.retain(|slot| {
        let at = Some(slot.starts_at);
        at != ticket.slot && room(&free, at, needed).is_some()
    });
    Ok(Acts { address, slots, home_ends })
}

async fn page(
    state: &AppState,
    ask: Ask,
    ticket: Ticket,
    (news, acts): (Option<News>, Option<Acts>),
) -> Response {
    let ticket = shown::ticket(ticket);
    let (zone, origin) = (state.office.zone.clone(), state.office.public_url.clone());
    // Nothing stands on it that an address could put there.
    ask.long()
        .page(move || {
            view! { <TicketPage ticket=ticket zone=zone origin=origin news=news acts=acts /> }
        })
        .await
}
