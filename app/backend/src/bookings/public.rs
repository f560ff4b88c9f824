//! What everybody sees: which outreaches are announced, and what is free there.

use domain::booking::{Offering, Slot};
use domain::id::OutreachId;
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::HashMap;
use uuid::Uuid;

use super::ticket::Place;
use super::{PublicFilter, PublicOffering, PublicOutreach};
use crate::error::Error;
use crate::office::Office;
use crate::planning::plan::priority_of;
use crate::records::{self, from_json};
use crate::store::vocabulary::plan::{OfferingRow, SlotRow};
use crate::store::vocabulary::programme::OutreachesWantedRow;
use crate::store::{StoreError, Tx};

/// Most outreaches that one list shows: the soonest of those that fit.
const MOST: u16 = 500;
/// Those of which everybody may know.
const SHOWN: [OutreachStatus; 3] =
    [OutreachStatus::Published, OutreachStatus::Open, OutreachStatus::UnderWay];
/// How many days ahead outreaches are looked for.
const AHEAD_DAYS: i64 = 400;

/// The outreaches that are announced, open or under way and not over, the soonest first, and
/// whether there are more behind them. What is free may be some seconds old.
///
/// # Errors
/// A failed database.
pub async fn open_outreaches(
    office: &Office,
    filter: PublicFilter,
) -> Result<(Vec<PublicOutreach>, bool), Error> {
    let now = office.clock.now();
    let today = office.day_of(now);
    let read = office.store.read_stale(move |tx| {
        Box::pin(async move { list(tx, filter, (today, now)).await.map_err(Error::from) })
    });
    read.await
}

/// One of them, with its slots and what is free in each.
///
/// # Errors
/// [`Refusal::OutreachUnknown`] also for one that is not announced, or over.
pub async fn public_outreach(office: &Office, id: OutreachId) -> Result<PublicOutreach, Error> {
    let now = office.clock.now();
    let read = office
        .store
        .read(move |tx| Box::pin(async move { one(tx, id, (now, is_open_to_all)).await }));
    read.await
}

/// The same for who has its form open, whatever became of it meanwhile: of what is called off, over
/// or not open, nothing can be booked.
///
/// # Errors
/// [`Refusal::OutreachUnknown`] for one that nobody has heard of.
pub async fn outreach_asked(office: &Office, id: OutreachId) -> Result<PublicOutreach, Error> {
    let now = office.clock.now();
    let read =
        office.store.read(move |tx| Box::pin(async move { one(tx, id, (now, is_known)).await }));
    read.await
}

async fn list(
    tx: &mut Tx,
    filter: PublicFilter,
    (today, now): (CivilDate, Timestamp),
) -> Result<(Vec<PublicOutreach>, bool), StoreError> {
    let day = |days: i64| CivilDate::from_days(today.days() + days).to_string();
    let wanted = OutreachesWantedRow {
        // One that crosses midnight began yesterday.
        from: day(-1),
        to: day(AHEAD_DAYS),
        statuses: SHOWN.iter().map(|status| status.code().to_owned()).collect(),
        commune: filter.commune.map(Commune::code),
        offering: filter.offering.map(|offering| offering.code().to_owned()),
        holds_chips: false,
        limit: i64::from(MOST) + 1,
    };
    let mut rows = tx.outreaches_soonest(&wanted).await?;
    let has_more = rows.len() > usize::from(MOST);
    rows.truncate(usize::from(MOST));
    let outreaches: Result<Vec<_>, _> = rows.into_iter().map(records::outreach).collect();
    let mut outreaches = outreaches?;
    outreaches.retain(|outreach| is_shown(outreach, now));
    outreaches.sort_by_key(|outreach| (outreach.starts_at, outreach.id));
    let ids: Vec<_> = outreaches.iter().map(|outreach| outreach.id.0).collect();
    let plans = tx.plans_of_outreaches(&ids).await?.into_iter();
    let mut plans: HashMap<Uuid, _> = plans.map(|plan| (plan.outreach_id, plan)).collect();
    let mut offerings: HashMap<Uuid, Vec<_>> = HashMap::new();
    let ahead = tx.places_ahead(&ids, now.0).await?.into_iter();
    let ahead: HashMap<_, _> = ahead.map(|(id, code, free)| ((id, code), number(free))).collect();
    for row in tx.offerings_of_outreaches(&ids).await? {
        let mut offered = offering(&row)?;
        // Who can come at no time is promised nothing.
        let own = ahead.get(&(row.outreach_id, row.offering)).copied().unwrap_or(0);
        offered.free = offered.free.min(own);
        offerings.entry(row.outreach_id).or_default().push(offered);
    }
    let shown = outreaches.into_iter().map(|outreach| {
        let id = outreach.id.0;
        let place = Place { outreach, plan: plans.remove(&id) };
        shown(place, offerings.remove(&id).unwrap_or_default(), now)
    });
    Ok((shown.collect(), has_more))
}

async fn one(
    tx: &mut Tx,
    id: OutreachId,
    (now, may_be_seen): (Timestamp, fn(&Place, Timestamp) -> bool),
) -> Result<PublicOutreach, Error> {
    let place = Place::of(tx, id.0).await?;
    if !may_be_seen(&place, now) {
        return Err(Error::Refused(Refusal::OutreachUnknown));
    }
    let mut offerings = Vec::new();
    for row in tx.offerings_of(id.0).await? {
        let mut offered = offering(&row)?;
        let waiting = tx.waiting_counts(id.0, &row.offering).await?;
        let waiting: i64 = waiting.iter().map(|(_, count)| count).sum();
        offered.waiting = number(waiting);
        let slots = tx.slots_of(id.0, &row.offering).await?;
        let slots = slots.iter().filter(|slot| slot.starts_at > now.0);
        offered.slots = slots.map(|slot| free_in(slot, offered.free)).collect();
        offered.slots.sort_by_key(|slot| slot.starts_at);
        // Who can come at no time is promised nothing.
        let ahead: u32 = offered.slots.iter().map(|slot| slot.capacity).sum();
        offered.free = offered.free.min(ahead);
        offerings.push(offered);
    }
    Ok(shown(place, offerings, now))
}

/// Whether anybody may have heard of it: of a draft that was called off nobody has.
fn is_known(place: &Place, _now: Timestamp) -> bool {
    let was_draft = place.plan.as_ref().is_some_and(|plan| plan.was_draft);
    place.outreach.status != OutreachStatus::Draft && !was_draft
}

/// Whether everybody may know of one.
fn is_open_to_all(place: &Place, now: Timestamp) -> bool {
    is_shown(&place.outreach, now)
}

/// Whether everybody may know of it.
fn is_shown(outreach: &Outreach, now: Timestamp) -> bool {
    SHOWN.contains(&outreach.status) && now < outreach.ends_at
}

fn shown(place: Place, offerings: Vec<PublicOffering>, now: Timestamp) -> PublicOutreach {
    let bookable = place.takes_bookings(now) && !offerings.is_empty();
    let Place { outreach, plan } = place;
    let position = plan.as_ref().and_then(|plan| plan.latitude.zip(plan.longitude));
    let opens_at = plan.as_ref().and_then(|plan| plan.booking_opens_at);
    let priority = priority_of(plan.as_ref());
    let (bring, way) = plan.map(|plan| (plan.bring, plan.way)).unwrap_or_default();
    PublicOutreach {
        id: outreach.id,
        name: outreach.name.to_string(),
        kind: outreach.kind,
        status: outreach.status,
        place: outreach.place.to_string(),
        commune: outreach.commune,
        starts_at: outreach.starts_at,
        ends_at: outreach.ends_at,
        booking_opens_at: opens_at.map(Timestamp).filter(|at| *at > now),
        priority,
        bookable,
        bring,
        way,
        position,
        offerings,
    }
}

fn offering(row: &OfferingRow) -> Result<PublicOffering, StoreError> {
    Ok(PublicOffering {
        offering: records::code(&row.offering, Offering::from_code)?,
        capacity: number(row.capacity),
        free: number(row.capacity - row.booked - row.used - row.shared),
        eligibility: from_json(&row.eligibility)?,
        waiting: 0,
        slots: Vec::new(),
    })
}

/// A slot with what is free in it: no more than is free of all.
fn free_in(slot: &SlotRow, free: u32) -> Slot {
    let own = number(slot.capacity - slot.booked);
    Slot { starts_at: Timestamp(slot.starts_at), capacity: own.min(free) }
}

/// A count that is never less than nothing.
fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}
