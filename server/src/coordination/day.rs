//! `/coordinacion/operativos/{id}/dia`: the board of an outreach's day and what is done at its
//! door. Plain pages and forms: 303 to what was done, or 422 with all that was typed.

use app::coordination::{foot, ways};
use app::pages::public::day::{DayPage, FIELDS, TICKET, Told};
use app::pages::public::form_state::FormState;
use app::pages::public::stock::Links;
use app::routes;
use axum::extract::{Path, State};
use axum::response::Response;
use backend::clock::fresh_id;
use backend::day::{self, Arrived, WalkIn, WalkedIn};
use backend::error::Error;
use domain::booking::{BookingDetails, Offering, Station, TurnAwayReason};
use domain::desk::day::Sought;
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::id::{BookingId, OutreachId};
use domain::identity::IdentityDocument;
use domain::name::PersonName;
use domain::refusal::Refusal;
use domain::role::Role;
use leptos::prelude::*;

use super::outreach;
use super::sheets::{Sheet, show};
use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// Brings the newest state of the board into the page.
const SCRIPT: &str = "/desk-day.js";

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default().both(routes::DAY, show::<Day>, act)
}

/// What an act came to, with the bookings to choose from.
type Outcome = (Told, Vec<Sought>);

/// The board.
struct Day;

impl Sheet for Day {
    /// What an act came to, with the bookings to choose from.
    type Shown = (Option<Told>, Vec<Sought>);

    fn asked(query: &str) -> Self::Shown {
        (Told::read(query), Vec::new())
    }

    async fn page(
        state: &AppState,
        (visitor, ask): (&Visitor, Ask),
        outreach: OutreachId,
        (told, sought): Self::Shown,
    ) -> Result<Response, Problem> {
        let board = day::board(&state.office, visitor.actor(), outreach).await?;
        let role = visitor.role().unwrap_or(Role::Operative);
        let links = Links { ways: ways(role, ask.locale), foot: foot(ask.locale) };
        let page = move || {
            view! { <DayPage links=links board=board told=told sought=sought /> }
        };
        Ok(ask.of_coordination().script(SCRIPT).page(page).await)
    }
}

async fn act(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let outreach = outreach(&id)?;
    let typed = fields.keep(&FIELDS);
    match done(&state, &visitor, outreach, &fields).await {
        Ok((told, sought)) => match told.word() {
            Some(word) => Ok(see(&format!("{}?{word}", routes::desk_day(outreach)))),
            None => {
                let form = FormState { values: typed, ..FormState::default() };
                let shown = (Some(told), sought);
                Day::page(&state, (&visitor, ask.refused(form)), outreach, shown).await
            }
        },
        Err(Error::Refused(refusal)) => {
            let ask = ask.refused(FormState::refused(refusal, typed));
            Day::page(&state, (&visitor, ask), outreach, (None, Vec::new())).await
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn done(
    state: &AppState,
    visitor: &Visitor,
    outreach: OutreachId,
    fields: &Fields,
) -> Result<Outcome, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    let told = match fields.text("act") {
        "arrive" => return arrive(state, visitor, outreach, fields).await,
        "walk_in" => return welcome(state, visitor, outreach, fields).await,
        "call" => {
            let offering = Offering::from_code(fields.text("offering")).ok_or_else(unreadable)?;
            let number = fields.text("station").parse().map_err(|_| unreadable())?;
            let station = Station { offering, number };
            match day::call_next(office, actor, outreach, station).await? {
                Some(number) => Told::Called(number, station),
                None => Told::Nobody(offering),
            }
        }
        "served" => {
            day::serve(office, actor, outreach, booking(fields)?).await?;
            Told::Served
        }
        "away" => {
            let reason = TurnAwayReason::from_code(fields.text("reason"));
            let unknown = || wrong(Field::Reason, FieldProblem::Unknown);
            let away = (booking(fields)?, reason.ok_or_else(unknown)?);
            day::turn_away(office, actor, outreach, away).await?;
            Told::Away
        }
        "no_shows" => Told::Freed(day::release_no_shows(office, actor, outreach).await?),
        "write_off" => {
            let share = fields.text("share").parse().map_err(|_| unreadable())?;
            Told::WrittenOff(day::write_off(office, actor, outreach, share).await?)
        }
        _ => return Err(unreadable()),
    };
    Ok((told, Vec::new()))
}

const fn unreadable() -> Error {
    Error::Refused(Refusal::Unreadable)
}

fn wrong(field: Field, problem: FieldProblem) -> Error {
    Error::Refused(Refusal::field(FieldError::new(field, problem)))
}

fn booking(fields: &Fields) -> Result<BookingId, Error> {
    fields.text("booking").parse().map_err(|_| unreadable())
}

/// Somebody with a booking: the one that was chosen, else the only one that can be meant.
async fn arrive(
    state: &AppState,
    visitor: &Visitor,
    outreach: OutreachId,
    fields: &Fields,
) -> Result<Outcome, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    let chosen = match fields.text("booking") {
        "" => {
            let text = fields.text(Field::Code.code());
            if text.trim().is_empty() {
                return Err(wrong(Field::Code, FieldProblem::Empty));
            }
            let sought = day::seek(office, actor, outreach, text).await?;
            match sought.as_slice() {
                [] => return Ok((Told::NotFound, sought)),
                [only] => only.booking,
                _ => return Ok((Told::Choose, sought)),
            }
        }
        _ => booking(fields)?,
    };
    let told = match day::check_in(office, actor, outreach, chosen).await? {
        Arrived::Arrived { number } => Told::In(number),
        Arrived::NotArrived(ticket) => Told::NotIn(ticket),
        Arrived::Unknown => Told::NotFound,
    };
    Ok((told, Vec::new()))
}

/// Somebody without a booking.
async fn welcome(
    state: &AppState,
    visitor: &Visitor,
    outreach: OutreachId,
    fields: &Fields,
) -> Result<Outcome, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    let at = office.clock.now();
    let details = guest(fields).map_err(|fields| Error::Refused(Refusal::Invalid { fields }))?;
    let guest = WalkIn {
        id: fields.text(TICKET).parse().unwrap_or_else(|_| BookingId(fresh_id())),
        here: outreach,
        offering: Offering::from_code(fields.text("offering")).ok_or_else(unreadable)?,
        places: details.1,
        details: Some(details.0),
        at,
        phone: None,
        share: None,
        number: None,
    };
    match day::welcome(office, actor, guest).await? {
        WalkedIn::Arrived { number } => Ok((Told::In(number), Vec::new())),
        WalkedIn::Full { free } => Ok((Told::Full(free), Vec::new())),
        WalkedIn::HasBooking(_) => {
            let run = fields.text(Field::Run.code());
            Ok((Told::HasBooking, day::seek(office, actor, outreach, run).await?))
        }
    }
}

/// Who comes, with how many animals; or all that is wrong with what was typed.
fn guest(fields: &Fields) -> Result<(BookingDetails, u32), Vec<FieldError>> {
    let mut faults = Vec::new();
    let name = person_name(fields).map_err(|fault| faults.push(fault)).ok();
    let document = document(fields).map_err(|fault| faults.push(fault)).ok();
    let animals = animals(fields).map_err(|fault| faults.push(fault)).ok();
    let (Some(name), Some(document), Some(animals)) = (name, document, animals) else {
        return Err(faults);
    };
    let details = BookingDetails {
        document,
        name,
        phone: None,
        email: None,
        address: None,
        commune: None,
        unit: None,
        has_priority: !fields.text("priority").is_empty(),
        animals: Vec::new(),
    };
    Ok((details, animals))
}

fn person_name(fields: &Fields) -> Result<PersonName, FieldError> {
    let (given, surnames) = (fields.text("given"), fields.text("surnames"));
    let given_name = PersonName::mononym(given);
    let given_name = given_name.map_err(|error| FieldError::new(Field::Given, error))?;
    if surnames.trim().is_empty() {
        return Ok(given_name);
    }
    PersonName::parse(given, surnames).map_err(|error| FieldError::new(Field::Surnames, error))
}

fn document(fields: &Fields) -> Result<IdentityDocument, FieldError> {
    let run = fields.text(Field::Run.code());
    if run.trim().is_empty() {
        return Ok(IdentityDocument::None);
    }
    IdentityDocument::parse_run(run).map_err(|error| FieldError::new(Field::Run, error))
}

fn animals(fields: &Fields) -> Result<u32, FieldError> {
    let wrong = |problem: FieldProblem| FieldError::new(Field::Quantity, problem);
    let text = fields.text(Field::Quantity.code()).trim();
    if text.is_empty() {
        return Err(wrong(FieldProblem::Empty));
    }
    let most = u32::try_from(BookingDetails::MOST_ANIMALS).unwrap_or(u32::MAX);
    match text.parse::<u32>() {
        Ok(0) => Err(wrong(FieldProblem::TooSmall)),
        Ok(count) if count > most => Err(wrong(FieldProblem::TooLarge)),
        Ok(count) => Ok(count),
        Err(_) => Err(wrong(FieldProblem::NotANumber)),
    }
}
