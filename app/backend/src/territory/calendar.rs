//! Outreaches by their days: for the desk all of them, for the public those that are announced.

use domain::outreach::{Outreach, OutreachStatus};
use domain::role::UseCase;
use domain::timestamp::CivilDate;

use crate::actor::Actor;
use crate::desk::may;
use crate::error::Error;
use crate::office::Office;
use crate::planning::nearest;
use crate::records;
use crate::store::StoreError;
use crate::store::vocabulary::programme::OutreachesWantedRow;

/// Most outreaches of an answer on each side of today: a year has some sixty.
const MOST: i64 = 1_000;
/// How many days of the past the public's calendar keeps, so that nothing vanishes on its day.
const DAYS_BACK: i64 = 31;
/// How many days ahead it looks.
const DAYS_AHEAD: i64 = 366;

/// The outreaches held from one day to another, in the order in which they begin, and whether there
/// are more.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn between(
    office: &Office,
    actor: Actor,
    from: CivilDate,
    to: CivilDate,
) -> Result<(Vec<Outreach>, bool), Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    Ok(held(office, (from, to), |_| true).await?)
}

/// The outreaches that are announced to everybody, in the order in which they begin: nothing of a
/// draft, and nothing of who works there. And whether there are more.
///
/// # Errors
/// A failed database.
pub async fn public(office: &Office) -> Result<(Vec<Outreach>, bool), Error> {
    let today = office.day_of(office.clock.now()).days();
    let (from, to) = (today - DAYS_BACK, today + DAYS_AHEAD);
    let days = (CivilDate::from_days(from), CivilDate::from_days(to));
    Ok(held(office, days, is_announced).await?)
}

const fn is_announced(status: OutreachStatus) -> bool {
    match status {
        OutreachStatus::Published
        | OutreachStatus::Open
        | OutreachStatus::UnderWay
        | OutreachStatus::Closed
        | OutreachStatus::Reported => true,
        OutreachStatus::Draft | OutreachStatus::Suspended => false,
    }
}

/// Of very many those that are nearest to today.
async fn held(
    office: &Office,
    (from, to): (CivilDate, CivilDate),
    is_meant: fn(OutreachStatus) -> bool,
) -> Result<(Vec<Outreach>, bool), StoreError> {
    let today = office.day_of(office.clock.now());
    let statuses = OutreachStatus::ALL.iter().filter(|status| is_meant(**status));
    let wanted = OutreachesWantedRow {
        from: from.to_string(),
        to: to.to_string(),
        statuses: statuses.map(|status| status.code().to_owned()).collect(),
        limit: MOST,
        ..OutreachesWantedRow::default()
    };
    let (rows, has_more) = office
        .store
        .read_stale(move |tx| {
            let wanted = wanted.clone();
            Box::pin(async move { nearest(tx, wanted, today).await })
        })
        .await?;
    let mut all: Vec<_> = rows.into_iter().map(records::outreach).collect::<Result<_, _>>()?;
    all.sort_by_key(|outreach| (outreach.starts_at, outreach.id));
    Ok((all, has_more))
}
