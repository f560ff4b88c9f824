//! Which animals of a booking are not taken as they are on the day of the outreach: it may have
//! been put off since they booked. The coordination and their owner are told by one rule.

use domain::booking::{BookingState, Eligibility, Lack};
use domain::outreach::{Outreach, OutreachStatus};
use domain::timestamp::{Timestamp, Zone};

use super::ticket::{owner_of, state_of};
use crate::records::from_json;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::{StoreError, Tx};

/// Which animals are taken for what was booked; nothing where it is not offered any more.
pub(super) async fn rule(tx: &mut Tx, row: &BookingRow) -> Result<Option<Eligibility>, StoreError> {
    let offering = tx.offering(row.outreach_id, &row.offering).await?;
    offering.map(|offering| from_json(&offering.eligibility)).transpose()
}

/// The animals of somebody who expects a place that are not taken as they are on the day of the
/// outreach, each with why. Of one that is called off there is no such day.
pub(super) fn animals(
    row: &BookingRow,
    here: &Outreach,
    (rule, zone): (Option<&Eligibility>, &Zone),
) -> Result<Vec<(String, Lack)>, StoreError> {
    use BookingState::{Booked, Offered, Waiting};
    let is_due = matches!(state_of(row)?, Booked | Offered | Waiting)
        && here.status != OutreachStatus::Suspended;
    let (Some(owner), Some(rule), true) = (owner_of(row)?, rule, is_due) else {
        return Ok(Vec::new());
    };
    let told_on = zone.local(Timestamp(row.created_at)).0;
    let there = owner.animals.iter().map(|animal| animal.on_day(told_on, here.held_on));
    let lacks = there.flat_map(|animal| {
        let lacks = rule.lacks(&animal).into_iter();
        lacks.map(move |lack| (animal.name.to_string(), lack))
    });
    Ok(lacks.collect())
}
