//! How the day stands: for the team, and for everybody who waits.

use domain::booking::{BookingState, Priority, Station};
use domain::catalogue::DewormingKind;
use domain::desk::day::{
    Board, OfferingLine, QueueLine, ShareLine, StationLine, StockLeft, Turn, TurnLine,
};
use domain::desk::stock::BoxSheet;
use domain::id::{BookingId, OutreachId};
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;

use super::{details_of, door, is_open, number_of, offering_of, outreach_of, places_of, state_of};
use crate::actor::Actor;
use crate::clock::fresh_id;
use crate::desk::number;
use crate::error::Error;
use crate::office::Office;
use crate::planning::plan::priority_of;
use crate::stock;
use crate::store::vocabulary::day::{DayRow, ShareRow};
use crate::store::vocabulary::plan::OfferingRow;
use crate::store::{StoreError, Tx};

/// Most calls that are looked at for what is being served, the latest: of each table the last one
/// is shown.
const MOST_TURNS: i64 = 200;

/// Everything about the day of an outreach.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::OutreachUnknown`]; for field staff
/// [`Refusal::NotYourOutreach`] and [`Refusal::NoOpenOutreach`].
pub async fn board(office: &Office, actor: Actor, outreach: OutreachId) -> Result<Board, Error> {
    let here = door(office, actor, UseCase::ReadOwnOutreaches, outreach).await?;
    let caller = actor.caller().unwrap_or(Caller::Public);
    let stock = match allows(caller, UseCase::ReadStock) {
        true => Some(left_of(&stock::box_sheet(office, actor, outreach).await?)),
        false => None,
    };
    let (now, zone) = (office.clock.now(), office.zone.clone());
    let frame = Board {
        outreach,
        name: here.name.to_string(),
        place: here.place.to_string(),
        held_on: here.held_on,
        status: here.status,
        now,
        zone,
        called: 0,
        offerings: Vec::new(),
        stations: Vec::new(),
        queue: Vec::new(),
        shares: Vec::new(),
        stock,
        is_open: is_open(here.status),
        priority: Priority::Both,
        may_write_off: allows(caller, UseCase::ManageDevices),
        ticket: BookingId(fresh_id()),
    };
    office.store.read(move |tx| Box::pin(async move { Ok(fill(tx, frame).await?) })).await
}

/// What is left in an outreach's boxes that can be used on its day.
fn left_of(held: &BoxSheet) -> StockLeft {
    let doses = |kind| held.doses_good(kind, held.line.held_on);
    StockLeft {
        chips: held.line.balance.in_box,
        internal: doses(DewormingKind::Internal),
        external: doses(DewormingKind::External),
    }
}

async fn fill(tx: &mut Tx, frame: Board) -> Result<Board, StoreError> {
    let outreach = frame.outreach;
    let rows = tx.day_bookings(outreach.0).await?;
    let plan = tx.outreach_plan(outreach.0).await?;
    let (mut offerings, mut stations) = (Vec::new(), Vec::new());
    for offering in tx.offerings_of(outreach.0).await? {
        offerings.push(line(&offering, &rows)?);
        stations.extend(tables(&offering, &rows)?);
    }
    let mut queue = Vec::new();
    let priority = priority_of(plan.as_ref());
    for row in &rows {
        queue.extend(queued(row)?);
    }
    for one in &mut queue {
        one.has_priority &= priority.is_given();
    }
    queue
        .sort_by_key(|one| (one.called_at.is_none(), one.called_at, !one.has_priority, one.number));
    Ok(Board {
        called: plan.map_or(0, |plan| number(plan.called_number)),
        priority,
        offerings,
        stations,
        queue,
        shares: shares(tx, outreach).await?,
        ..frame
    })
}

/// What became of some animals.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    waiting: u32,
    called: u32,
    served: u32,
    turned_away: u32,
    no_shows: u32,
    listed: u32,
    over: u32,
    taken_ms: i64,
    timed: i64,
}

impl Tally {
    fn of<'r>(rows: impl Iterator<Item = &'r DayRow>) -> Result<Self, StoreError> {
        let mut tally = Self::default();
        for row in rows {
            tally.add(row)?;
        }
        Ok(tally)
    }

    fn add(&mut self, row: &DayRow) -> Result<(), StoreError> {
        let state = state_of(row)?;
        let mut animals = number(row.places);
        if matches!(state, BookingState::Arrived | BookingState::Served) {
            self.over = self.over.saturating_add(number(row.over_count));
        }
        if matches!(state, BookingState::Arrived | BookingState::TurnedAway) {
            // Each animal counts by itself.
            self.served = self.served.saturating_add(number(row.served_places));
            animals = left(row);
        }
        let count = match state {
            BookingState::Arrived if is_at_table(row) => &mut self.called,
            BookingState::Arrived => &mut self.waiting,
            BookingState::Served => &mut self.served,
            BookingState::TurnedAway => &mut self.turned_away,
            BookingState::NoShow => &mut self.no_shows,
            BookingState::Waiting => &mut self.listed,
            _ => return Ok(()),
        };
        *count = count.saturating_add(animals);
        if let (Some(called), Some(served)) = (row.called_at, row.served_at) {
            self.taken_ms = self.taken_ms.saturating_add((served - called).max(0));
            self.timed = self.timed.saturating_add(row.places);
        }
        Ok(())
    }

    /// Minutes for one animal, to the nearest.
    fn minutes(&self) -> Option<u32> {
        (self.timed > 0).then(|| number((self.taken_ms / self.timed + 30_000) / 60_000))
    }
}

/// How far one offering is.
fn line(offering: &OfferingRow, rows: &[DayRow]) -> Result<OfferingLine, StoreError> {
    let tally = Tally::of(rows.iter().filter(|row| row.offering == offering.offering))?;
    Ok(OfferingLine {
        offering: offering_of(&offering.offering)?,
        places: places_of(offering),
        stations: number(offering.stations),
        waiting: tally.waiting,
        called: tally.called,
        served: tally.served,
        turned_away: tally.turned_away,
        no_shows: tally.no_shows,
        listed: tally.listed,
        over: tally.over,
        planned_minutes: number(offering.minutes),
        minutes: tally.minutes(),
    })
}

/// How its tables are doing.
fn tables(offering: &OfferingRow, rows: &[DayRow]) -> Result<Vec<StationLine>, StoreError> {
    let of = offering_of(&offering.offering)?;
    let table = |place: i64| {
        let is_here =
            |row: &&DayRow| row.offering == offering.offering && row.station == Some(place);
        let tally = Tally::of(rows.iter().filter(is_here))?;
        let mut called: Vec<_> = rows
            .iter()
            .filter(is_here)
            .filter(|row| row.state == BookingState::Arrived.code())
            .filter_map(|row| number_of(row).map(|number| (row.called_at, number)))
            .collect();
        called.sort_unstable_by(|one, other| other.cmp(one));
        Ok(StationLine {
            station: Station { offering: of, number: number(place) },
            numbers: called.into_iter().map(|(_, number)| number).collect(),
            called: tally.called,
            served: tally.served,
            turned_away: tally.turned_away,
            minutes: tally.minutes(),
        })
    };
    (1..=offering.stations).map(table).collect()
}

/// How many animals of a booking have not been served.
fn left(row: &DayRow) -> u32 {
    number(row.places.saturating_sub(row.served_places))
}

/// Whether somebody's turn has come: they were called, or one of their animals was served.
fn is_at_table(row: &DayRow) -> bool {
    row.called_at.is_some() || row.served_places > 0
}

/// Somebody who is there and not yet served.
fn queued(row: &DayRow) -> Result<Option<QueueLine>, StoreError> {
    let Some(number_given) = number_of(row) else { return Ok(None) };
    if state_of(row)? != BookingState::Arrived {
        return Ok(None);
    }
    let details = details_of(row)?;
    let animals = details.iter().flat_map(|details| &details.animals);
    Ok(Some(QueueLine {
        booking: BookingId(row.id),
        number: number_given,
        offering: offering_of(&row.offering)?,
        animals: left(row),
        names: animals.map(|animal| animal.name.to_string()).collect(),
        given: details.map(|details| details.name.given().to_owned()).unwrap_or_default(),
        has_priority: row.priority == 1,
        is_walk_in: row.walk_in == 1,
        is_over: row.over_count > 0,
        // Whom the record of their visit took in is there since that at the latest.
        arrived_at: Timestamp(row.arrived_at.unwrap_or(row.changed_at)),
        called_at: row.called_at.map(Timestamp),
        station: row.station.map(number),
    }))
}

async fn shares(tx: &mut Tx, outreach: OutreachId) -> Result<Vec<ShareLine>, StoreError> {
    let rows = tx.shares_out(outreach.0).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.device_id).collect();
    let names: BTreeMap<_, _> =
        tx.devices(&ids).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let line = |row: ShareRow| {
        Ok(ShareLine {
            id: row.id,
            offering: offering_of(&row.offering)?,
            phone: names.get(&row.device_id).cloned().unwrap_or_default(),
            granted: number(row.granted),
            used: number(row.used),
            granted_at: Timestamp(row.granted_at),
        })
    };
    rows.into_iter().map(line).collect()
}

/// Which numbers are being served at an outreach that was announced: numbers alone, for anybody.
///
/// # Errors
/// [`Refusal::OutreachUnknown`], also of one that is not announced.
pub async fn turn(office: &Office, outreach: OutreachId) -> Result<Turn, Error> {
    let (_, minute) = office.zone.local(office.clock.now());
    office
        .store
        .read_stale(move |tx| {
            Box::pin(async move {
                let here = outreach_of(tx, outreach.0).await?;
                if here.status == OutreachStatus::Draft {
                    return Err(Error::Refused(Refusal::OutreachUnknown));
                }
                Ok(look(tx, here, minute).await?)
            })
        })
        .await
}

async fn look(tx: &mut Tx, here: Outreach, minute: u16) -> Result<Turn, StoreError> {
    let plan = tx.outreach_plan(here.id.0).await?;
    let mut called: Vec<TurnLine> = Vec::new();
    for turn in tx.turns(here.id.0, MOST_TURNS).await? {
        let line = TurnLine {
            number: number(turn.queue_number),
            offering: offering_of(&turn.offering)?,
            station: turn.station.map(number),
        };
        let at = (line.offering, line.station);
        if line.station.is_none() || !called.iter().any(|one| (one.offering, one.station) == at) {
            called.push(line);
        }
    }
    Ok(Turn {
        outreach: here.id,
        name: here.name.to_string(),
        status: here.status,
        minute,
        called,
        waiting: number(tx.count_uncalled(here.id.0).await?),
        last: plan.map_or(0, |plan| number(plan.last_number)),
    })
}
