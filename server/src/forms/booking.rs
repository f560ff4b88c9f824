//! Booking: what is announced, the form, the ticket and what its owner does with it.

mod asking;
mod reading;
mod shown;
pub(super) mod tickets;

use app::pages::public::booking::Announced;
use app::pages::public::booking::listing::{Listing, OutreachesPage};
use app::pages::public::booking::outreach::OutreachPage;
use app::routes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use backend::bookings::{self, PublicFilter};
use domain::booking::Offering;
use domain::id::OutreachId;
use domain::refusal::Refusal;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, Zone};
use leptos::prelude::*;
use serde::Deserialize;

use crate::doors::Routes;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::state::AppState;

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default()
        .get(routes::OPEN, listing)
        .get(routes::OPEN_OUTREACH, outreach)
        .both(routes::BOOK, asking::show, asking::act)
        .get("/T/{code}", tickets::show)
        .get("/t/{code}", tickets::show)
        .get("/T/{code}/{paper}", tickets::paper)
        .both(routes::MY_BOOKING, tickets::ask, tickets::find)
}

/// What is looked for, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default, rename = "comuna")]
    commune: String,
    #[serde(default, rename = "servicio")]
    offering: String,
    #[serde(default, rename = "mes")]
    month: String,
}

async fn listing(
    State(state): State<AppState>,
    Query(wanted): Query<Wanted>,
    ask: Ask,
) -> Result<Response, Problem> {
    let commune = Commune::parse(&wanted.commune).ok();
    let offering = Offering::from_code(&wanted.offering);
    let filter = PublicFilter { commune, offering };
    let (found, has_more) = bookings::open_outreaches(&state.office, filter).await?;
    let zone = state.office.zone.clone();
    let mut outreaches: Vec<_> = found.into_iter().map(shown::announced).collect();
    outreaches.sort_by_key(|one| (one.starts_at, one.id));
    let months = months_of(&outreaches, &zone);
    let asked = format!("{}-01", wanted.month).parse::<CivilDate>().ok();
    let asked = asked.filter(|month| months.contains(month));
    let month = asked.or_else(|| months.first().copied());
    outreaches.retain(|one| Some(first_of_month(one.day(&zone))) == month);
    let feed = format!("{}{}", state.office.public_url, routes::CALENDAR_FEED);
    let listing = Listing { commune, offering, months, month, outreaches, has_more, zone, feed };
    Ok(ask.long().page(move || view! { <OutreachesPage listing=listing /> }).await)
}

/// The first day of each month in which there is an outreach, oldest first.
fn months_of(outreaches: &[Announced], zone: &Zone) -> Vec<CivilDate> {
    let mut months: Vec<_> = outreaches.iter().map(|one| first_of_month(one.day(zone))).collect();
    months.sort_unstable();
    months.dedup();
    months
}

fn first_of_month(day: CivilDate) -> CivilDate {
    CivilDate::from_days(day.days() - i64::from(day.day()) + 1)
}

async fn outreach(
    State(state): State<AppState>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let id: OutreachId = id.parse().map_err(|_| Refusal::OutreachUnknown)?;
    let outreach = shown::announced(bookings::public_outreach(&state.office, id).await?);
    let zone = state.office.zone.clone();
    Ok(ask.long().page(move || view! { <OutreachPage outreach=outreach zone=zone /> }).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_belongs_to_its_month() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        assert_eq!(first_of_month(day("2026-12-31")), day("2026-12-01"));
        assert_eq!(first_of_month(day("2026-12-01")), day("2026-12-01"));
    }
}
