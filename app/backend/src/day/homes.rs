//! The homes that a team visits.

use domain::booking::BookingState;
use domain::desk::planned::HomeVisit;
use domain::outreach::{Outreach, OutreachKind};
use domain::timestamp::Timestamp;

use super::{details_of, offering_of, state_of};
use crate::store::{StoreError, Tx};

/// Where the team of an outreach is expected, in the order of the hours; nowhere where people come
/// to it. It says who lives there: only for those who plan.
///
/// # Errors
/// A failed database.
pub(crate) async fn homes(tx: &mut Tx, outreach: &Outreach) -> Result<Vec<HomeVisit>, StoreError> {
    if outreach.kind != OutreachKind::HomeVisits {
        return Ok(Vec::new());
    }
    let mut homes = Vec::new();
    for row in tx.day_bookings(outreach.id.0).await? {
        let state = state_of(&row)?;
        let is_expected = matches!(state, BookingState::Booked | BookingState::Arrived);
        let Some(details) = details_of(&row)?.filter(|_| is_expected) else { continue };
        let street = details.address.map(|street| street.to_string());
        let parts = [street, details.commune.map(|commune| commune.to_string())];
        homes.push(HomeVisit {
            at: row.slot_at.map(Timestamp),
            offering: offering_of(&row.offering)?,
            person: details.name.full(),
            phone: details.phone.map(|phone| phone.to_string()),
            address: parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
            animals: details.animals.iter().map(|animal| animal.name.to_string()).collect(),
        });
    }
    homes.sort_by_key(|home| (home.at.is_none(), home.at));
    Ok(homes)
}
