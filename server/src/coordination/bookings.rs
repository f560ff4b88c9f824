//! `/coordinacion/operativos/{id}/reservas`: who booked at an outreach, and what they say when they
//! are telephoned. Plain pages and forms: 303 to what was noted, or the page with why it was not.

use app::pages::public::day::{AnswerTold, BookingsPage, PAGE, SHOWN, list_address, list_of};
use app::pages::public::form_state::FormState;
use app::routes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use backend::bookings::desk;
use backend::error::Error;
use domain::desk::bookings::{Answered, BookingAnswer, BookingsShown};
use domain::id::OutreachId;
use domain::refusal::Refusal;
use leptos::prelude::*;

use super::outreach;
use super::sheets::{Sheet, show};
use super::stock::links;
use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default().both(routes::BOOKINGS, show::<Bookings>, act)
}

/// What an address asks for: the list, its page, and what was just noted.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    shown: BookingsShown,
    page: u32,
    told: Option<AnswerTold>,
}

impl Wanted {
    fn read(query: &str) -> Self {
        let mut wanted = Self { shown: BookingsShown::Live, page: 1, told: None };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                SHOWN => wanted.shown = list_of(&value),
                PAGE => wanted.page = value.parse().unwrap_or(1),
                name => wanted.told = AnswerTold::read(name, &value).or(wanted.told),
            }
        }
        wanted
    }
}

/// The list.
struct Bookings;

impl Sheet for Bookings {
    type Shown = Wanted;

    fn asked(query: &str) -> Wanted {
        Wanted::read(query)
    }

    async fn page(
        state: &AppState,
        (visitor, ask): (&Visitor, Ask),
        id: OutreachId,
        Wanted { shown, page, told }: Wanted,
    ) -> Result<Response, Problem> {
        let sheet = desk::sheet(&state.office, visitor.actor(), id, (shown, page)).await?;
        let (links, zone) = (links(visitor, &ask), state.office.zone.clone());
        let page = move || {
            view! { <BookingsPage links=links sheet=sheet zone=zone told=told /> }
        };
        Ok(ask.of_coordination().page(page).await)
    }
}

async fn act(
    State(state): State<AppState>,
    (Path(id), RawQuery(query)): (Path<String>, RawQuery),
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = outreach(&id)?;
    let wanted = Wanted { told: None, ..Wanted::read(query.as_deref().unwrap_or_default()) };
    match noted(&state, &visitor, id, &fields).await {
        Ok(told) => {
            // Letters to whom it is about leave at once.
            state.wake.notify_one();
            let address = list_address(id, wanted.shown, wanted.page);
            Ok(see(&format!("{address}{}", told.word())))
        }
        // What cannot be read comes from no form of ours.
        Err(Error::Refused(Refusal::Unreadable)) => Err(Refusal::Unreadable.into()),
        Err(Error::Refused(refusal)) => {
            let ask = ask.refused(FormState::refused(refusal, Vec::new()));
            Bookings::page(&state, (&visitor, ask), id, wanted).await
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn noted(
    state: &AppState,
    visitor: &Visitor,
    id: OutreachId,
    fields: &Fields,
) -> Result<AnswerTold, Error> {
    let unreadable = || Error::Refused(Refusal::Unreadable);
    let answer = BookingAnswer::from_code(fields.text("act")).ok_or_else(unreadable)?;
    let booking = fields.text("booking").parse().map_err(|_| unreadable())?;
    let said = desk::answer(&state.office, visitor.actor(), id, (booking, answer)).await?;
    Ok(match said {
        Answered::Done => AnswerTold::of(answer),
        Answered::TooLate => AnswerTold::TooLate,
    })
}
