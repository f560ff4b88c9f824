//! `GET /operativos.ics`: the outreaches that are announced, for calendar programs.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use backend::territory;
use domain::ical::{self, Event};
use domain::outreach::{Outreach, OutreachKind};
use domain::timestamp::Timestamp;
use domain::unicode::capital;
use phrases::label::Labelled;
use phrases::{Locale, booking, territory as say};

use crate::refused::Problem;
use crate::state::AppState;

/// A program asks, not a person with a language; the outreaches are in Chile.
const LOCALE: Locale = Locale::Es;

/// The feed. Programs ask again by themselves, so it may be some minutes old.
///
/// # Errors
/// A failed database.
pub async fn feed(State(state): State<AppState>) -> Result<Response, Problem> {
    let office = &state.office;
    let (announced, has_more) = territory::public(office).await?;
    let now = office.clock.now();
    let events: Vec<_> =
        announced.iter().map(|outreach| event(outreach, &office.public_url, now)).collect();
    let about = has_more.then(|| say::calendar_more(LOCALE));
    let text = ical::calendar(say::feed_name(LOCALE), about, &events);
    let kind = (header::CONTENT_TYPE, "text/calendar; charset=utf-8");
    let age = (header::CACHE_CONTROL, "public, max-age=600");
    Ok(([kind, age], text).into_response())
}

fn event(outreach: &Outreach, public_url: &str, now: Timestamp) -> Event {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let (place, commune) = (&outreach.place, outreach.commune);
    let kind = capital(outreach.kind.label(LOCALE));
    let (location, description) = match outreach.kind {
        OutreachKind::HomeVisits => {
            let about = say::feed_home(LOCALE);
            (booking::place_homes(LOCALE, place, commune), format!("{kind}. {about}"))
        }
        _ => (booking::place_and_commune(LOCALE, place, commune), kind),
    };
    Event {
        uid: format!("{}@{host}", outreach.id),
        sequence: None,
        organizer: None,
        made_at: now,
        starts_at: outreach.starts_at,
        ends_at: outreach.ends_at,
        summary: outreach.name.to_string(),
        location,
        description,
        url: format!("{public_url}/operativos/{}", outreach.id),
    }
}
