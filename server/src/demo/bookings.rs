//! What is booked: today's outreach with its plan and those who come to it, one two weeks ahead
//! with free places, and one that is full, with a waiting list. By the use cases, and without a
//! mail.

use anyhow::{Context, Result, bail, ensure};
use backend::bookings::{self, BookingQueue, Outcome, Request};
use backend::clock::{Clock, fresh_id};
use backend::office::Office;
use backend::store::StoreError;
use backend::store::vocabulary::programme::OrganisationRow;
use backend::{planning, records};
use domain::booking::{AnimalAsked, BookingDetails, Eligibility, Offering};
use domain::desk::planned::{Asked, OfferingForm, PlanForm};
use domain::id::{OrganisationId, OutreachId};
use domain::name::ShortText;
use domain::outreach::life::LifeStep;
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, DAY_MS, HOUR_MS, Timestamp};

use super::accounts::Team;
use super::draw::Draw;
use super::plan;
use super::words::{self, Hall};

/// What one may come for, and who asks for it.
struct Offered {
    offering: Offering,
    /// How many animals.
    capacity: u32,
    /// Minutes for one of them.
    minutes: u16,
    /// Tables that work at once.
    stations: u16,
    /// How many people ask for a place; those who find none wait.
    people: u32,
}

/// Today: as many chips and doses as [`super::stock`] allots, and 21 people who booked.
const TODAY: &[Offered] = &[
    Offered { offering: Offering::Chip, capacity: 40, minutes: 8, stations: 2, people: 12 },
    Offered { offering: Offering::Deworming, capacity: 20, minutes: 5, stations: 1, people: 5 },
    Offered { offering: Offering::Sterilisation, capacity: 8, minutes: 45, stations: 1, people: 4 },
];

/// Two weeks ahead: most places are free.
const FREE: &[Offered] = &[
    Offered { offering: Offering::Chip, capacity: 40, minutes: 8, stations: 2, people: 6 },
    Offered { offering: Offering::Deworming, capacity: 20, minutes: 5, stations: 1, people: 2 },
];

/// Nine people with an animal each for six places: three wait.
const FULL: &[Offered] = &[Offered {
    offering: Offering::Sterilisation,
    capacity: 6,
    minutes: 60,
    stations: 1,
    people: 9,
}];

/// Days until the outreach with free places is held, and until the full one.
const DAYS_TO_FREE: i64 = 14;
const DAYS_TO_FULL: i64 = 16;
/// The hours of those two, local.
const OPENS_AT: i64 = 9;
const HOURS: i64 = 8;
/// Who comes today booked the evening before, after the last reminder: none is sent for it.
const BOOKED_BEFORE_MS: i64 = 10 * HOUR_MS;
/// Ages that every offering takes, in months.
const YOUNGEST: i32 = 3;
const OLDEST: i32 = 80;

/// Plans the outreach of the day and has people book there, unless that was done before, or it is
/// not under way any more; makes those ahead when there are none.
pub(super) async fn make(office: &Office, team: &Team, today: OutreachId) -> Result<()> {
    let sheet = planning::plan::sheet(office, team.coordinating(), today).await?;
    let outreach = sheet.outreach;
    // Another may be held today, which somebody planned by hand.
    let is_its = outreach.name.as_str() == words::TODAY.name;
    let is_planned = !is_its || sheet.offerings.len() >= TODAY.len();
    // The same day makes the same people.
    let mut draw = Draw::new(u64::try_from(outreach.held_on.days()).unwrap_or_default());
    if outreach.status == OutreachStatus::UnderWay && !is_planned {
        plan_day(office, team, (&outreach, TODAY), &words::TODAY).await?;
        // People book what is open; afterwards the team is there again.
        let before = Clock::fixed(outreach.starts_at.plus_ms(-BOOKED_BEFORE_MS));
        set_status(office, &outreach, OutreachStatus::Open).await?;
        fill(office, before, &mut draw, (&outreach, TODAY)).await?;
        set_status(office, &outreach, OutreachStatus::UnderWay).await?;
    }
    if is_any_ahead(office, outreach.held_on).await? {
        return Ok(());
    }
    for (days, offered, hall) in
        [(DAYS_TO_FREE, FREE, &words::FREE), (DAYS_TO_FULL, FULL, &words::FULL)]
    {
        let ahead = ahead(office, &outreach, days, hall).await?;
        let (ahead_id, actor) = (ahead.id, team.coordinating());
        plan::store(office, team, Vec::new(), Vec::new(), vec![ahead.clone()]).await?;
        plan_day(office, team, (&ahead, offered), hall).await?;
        let quiet = Office { quiet: true, ..office.clone() };
        for step in [LifeStep::Publish, LifeStep::Open] {
            let taken = planning::step(&quiet, actor, ahead_id, step).await?;
            ensure!(matches!(taken, Asked::Done(_)), "{taken:?}");
        }
        fill(office, office.clock.clone(), &mut draw, (&ahead, offered)).await?;
    }
    Ok(())
}

async fn is_any_ahead(office: &Office, today: CivilDate) -> Result<bool> {
    let (from, to) = (today.days() + 1, today.days() + 366);
    let (from, to) = (CivilDate::from_days(from).to_string(), CivilDate::from_days(to).to_string());
    let found: Result<_, StoreError> = office
        .store
        .read(move |tx| {
            Box::pin(async move { Ok(!tx.outreaches_between(&from, &to, 1).await?.is_empty()) })
        })
        .await;
    Ok(found?)
}

/// An outreach so many days from today, in the hall of a host, of the same programme.
async fn ahead(office: &Office, today: &Outreach, days: i64, hall: &Hall) -> Result<Outreach> {
    let hosts: Result<Vec<OrganisationRow>, StoreError> =
        office.store.read(|tx| Box::pin(async move { tx.organisations().await })).await;
    let host = hosts?.into_iter().find(|host| host.name == hall.host);
    let host = host.context("the demonstration lacks a host")?;
    let held_on = CivilDate::from_days(today.held_on.days() + days);
    let noon = Timestamp(held_on.days() * DAY_MS + DAY_MS / 2);
    let offset_ms = i64::from(office.zone.offset_minutes(noon)) * 60_000;
    let starts_at = Timestamp(held_on.days() * DAY_MS + OPENS_AT * HOUR_MS - offset_ms);
    let kind = if days == DAYS_TO_FULL { OutreachKind::Sterilisation } else { OutreachKind::Mixed };
    Ok(Outreach {
        id: OutreachId(fresh_id()),
        programme: today.programme,
        name: ShortText::parse(hall.name)?,
        kind,
        status: OutreachStatus::Draft,
        held_on,
        starts_at,
        ends_at: starts_at.plus_ms(HOURS * HOUR_MS),
        place: ShortText::parse(host.address.as_deref().unwrap_or(&host.name))?,
        commune: Commune::parse(&host.commune)?,
        unit: host.unit.as_deref().map(UnitKey::parse).transpose()?,
        host: Some(OrganisationId(host.id)),
        phase: None,
        max_people: Some(40),
    })
}

/// What is offered at an outreach, and what people have to know of it.
async fn plan_day(
    office: &Office,
    team: &Team,
    (outreach, offered): (&Outreach, &[Offered]),
    hall: &Hall,
) -> Result<()> {
    let actor = team.coordinating();
    let text = |text: &str| text.to_owned();
    let facts = PlanForm {
        max_people: outreach.max_people.map(|most| most.to_string()).unwrap_or_default(),
        bring: text(hall.bring),
        way: text(hall.way),
        latitude: text(hall.latitude),
        longitude: text(hall.longitude),
        units: text(hall.units),
        ..PlanForm::default()
    };
    let planned = planning::plan::save(office, actor, outreach.id, &facts).await?;
    ensure!(planned == Asked::Done(()), "{planned:?}");
    let payable = planning::plan::sheet(office, actor, outreach.id).await?.programmes;
    let mut others = payable.iter().filter(|(id, _)| *id != outreach.programme);
    // Surgeries have a programme of their own.
    let surgeries = others.next().map(|(id, _)| id.to_string()).unwrap_or_default();
    for one in offered {
        let usual = Eligibility::usual(one.offering);
        let form = OfferingForm {
            offering: text(one.offering.code()),
            capacity: one.capacity.to_string(),
            minutes: one.minutes.to_string(),
            stations: one.stations.to_string(),
            species: String::new(),
            from_months: usual.from_months.to_string(),
            to_months: usual.to_months.map(|months| months.to_string()).unwrap_or_default(),
            flat_faced: if usual.takes_flat_faced { text("on") } else { String::new() },
            per_owner: usual.per_owner.to_string(),
            per_household: String::new(),
            programme: match one.offering {
                Offering::Sterilisation => surgeries.clone(),
                Offering::Chip | Offering::Deworming => String::new(),
            },
        };
        let done = planning::save_offering(office, actor, outreach.id, &form).await?;
        ensure!(done == Asked::Done(()), "{done:?}");
    }
    Ok(())
}

async fn set_status(office: &Office, outreach: &Outreach, status: OutreachStatus) -> Result<()> {
    // The plan may have changed what else stands in the row: only the status is another.
    let id = outreach.id.0;
    let written: Result<(), StoreError> = office
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.outreach(id).await? else { return Ok(()) };
                let known = records::outreach(row)?;
                let row = records::outreach_row(&Outreach { status, ..known });
                tx.update_outreach(&row).await
            })
        })
        .await;
    Ok(written?)
}

/// Everybody asks for a place at an hour, as they did until a moment; nobody is written to.
async fn fill(
    office: &Office,
    clock: Clock,
    draw: &mut Draw,
    (outreach, offered): (&Outreach, &[Offered]),
) -> Result<()> {
    let bookings = BookingQueue::default();
    let office = Office { clock, quiet: true, bookings, ..office.clone() };
    for one in offered {
        // The other hours are too short for two.
        let takes_two = one.offering == Offering::Chip;
        for _ in 0..one.people {
            let animals = if takes_two && draw.percent(20) { 2 } else { 1 };
            let Some(details) = details(draw, outreach, animals) else {
                bail!("somebody drawn is not valid");
            };
            let slot = slot(&office, draw, (outreach.id, one.offering), animals).await?;
            let (outreach, offering) = (outreach.id, one.offering);
            let request = Request { outreach, offering, slot, details, waits: true, form: None };
            // Each outreach has its own address: no limit of one is met.
            let outcome = bookings::book(&office, request, &outreach.to_string()).await?;
            if !matches!(outcome, Outcome::Booked(_) | Outcome::Waiting { .. }) {
                bail!("a drawn booking was not taken: {outcome:?}");
            }
        }
    }
    Ok(())
}

/// One of the hours that have room; none when there is none.
async fn slot(
    office: &Office,
    draw: &mut Draw,
    (outreach, offering): (OutreachId, Offering),
    animals: u32,
) -> Result<Option<Timestamp>> {
    let known = bookings::public_outreach(office, outreach).await?;
    let offered = known.offerings.into_iter().filter(|one| one.offering == offering);
    let slots = offered.flat_map(|one| one.slots).filter(|slot| slot.capacity >= animals);
    let hours: Vec<_> = slots.map(|slot| slot.starts_at).collect();
    Ok((!hours.is_empty()).then(|| *draw.one(&hours)))
}

/// Somebody from around the hall, with animals that every offering takes.
fn details(draw: &mut Draw, outreach: &Outreach, animals: u32) -> Option<BookingDetails> {
    let owner = draw.owner(outreach.commune, outreach.unit)?;
    let animals: Option<Vec<_>> = (0..animals).map(|_| animal(draw, outreach.held_on)).collect();
    Some(BookingDetails {
        document: owner.document,
        name: owner.name,
        phone: owner.phone,
        email: owner.email,
        address: owner.address,
        commune: owner.commune,
        unit: owner.unit,
        has_priority: draw.percent(20),
        animals: animals?,
    })
}

fn animal(draw: &mut Draw, on: CivilDate) -> Option<AnimalAsked> {
    let drawn = draw.animal(on)?;
    let months = drawn.birth.map(|birth| birth.on.months_until(on).clamp(YOUNGEST, OLDEST));
    Some(AnimalAsked {
        name: drawn.name,
        species: drawn.species,
        sex: drawn.sex,
        age_months: months.and_then(|months| u16::try_from(months).ok()),
        is_flat_faced: false,
        chip: None,
    })
}
