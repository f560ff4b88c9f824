//! A small fair to book at: an outreach in five days, its places, and people who ask for them.

use backend::bookings::{self, Key, Outcome, Request, Ticket};
use backend::store::StoreError;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::plan::{OfferingRow, OutreachPlanRow, SlotRow};
use backend::store::vocabulary::programme::OutreachRow;
use domain::booking::{AnimalAsked, BookingDetails, Eligibility, Offering, slots};
use domain::catalogue::{Sex, Species};
use domain::contact::Email;
use domain::id::OutreachId;
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName};
use domain::run::Run;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::it::databases::Database;
use crate::it::field::{Field, NOW, outreach_row};

/// Friday 27 November 2026, 10:00 in Santiago: five days ahead, less four hours.
pub const OPENS: Timestamp = Timestamp(NOW.0 + 5 * DAY_MS - 4 * HOUR_MS);

/// The address of everybody who asks.
pub const ADDRESS: &str = "192.0.2.7";

/// An outreach of four hours that is open for booking.
pub struct Fair {
    pub field: Field,
    pub id: OutreachId,
}

impl Fair {
    /// One that offers so many places for chips, in slots of half an hour.
    pub async fn of(database: &Database, capacity: u32) -> Self {
        let mut field = Field::on(database).await;
        // What is tested here is not how often one may ask.
        field.office.bookings_per_hour = 1_000_000;
        let under_way = field.outreach.0;
        let planned = field.office.store.write(move |tx| {
            Box::pin(async move {
                let programme = tx.outreach(under_way).await?.unwrap().programme_id;
                let row = OutreachRow {
                    status: "open".to_owned(),
                    held_on: "2026-11-27".to_owned(),
                    starts_at: OPENS.0,
                    ends_at: OPENS.0 + 4 * HOUR_MS,
                    ..outreach_row(programme)
                };
                tx.insert_outreach(&row).await?;
                let plan = OutreachPlanRow {
                    outreach_id: row.id,
                    bring: Some("Correa o transportador".to_owned()),
                    ..OutreachPlanRow::default()
                };
                tx.put_outreach_plan(&plan).await?;
                let usual = Eligibility::usual(Offering::Chip);
                let offering = OfferingRow {
                    outreach_id: row.id,
                    offering: Offering::Chip.code().to_owned(),
                    capacity: i64::from(capacity),
                    minutes: 6,
                    stations: 2,
                    eligibility: serde_json::to_string(&usual).unwrap(),
                    booked: 0,
                    used: 0,
                    shared: 0,
                    programme_id: None,
                };
                tx.put_offering(&offering).await?;
                let slots = slots(Timestamp(row.starts_at), Timestamp(row.ends_at), capacity);
                let slots = slots.into_iter().map(|slot| SlotRow {
                    outreach_id: row.id,
                    offering: offering.offering.clone(),
                    starts_at: slot.starts_at.0,
                    capacity: i64::from(slot.capacity),
                    booked: 0,
                });
                let slots: Vec<_> = slots.collect();
                tx.put_slots(row.id, &offering.offering, &slots).await?;
                Ok::<_, StoreError>(OutreachId(row.id))
            })
        });
        let id = planned.await.unwrap();
        Self { field, id }
    }

    /// Somebody asks for places for so many dogs, at any time, and would wait for them.
    pub fn asks(&self, person: u32, animals: usize) -> Request {
        Request {
            outreach: self.id,
            offering: Offering::Chip,
            slot: None,
            details: details(person, animals),
            waits: true,
            form: None,
        }
    }

    /// Asks for it.
    pub async fn book(&self, request: Request) -> Outcome {
        bookings::book(&self.field.office, request, ADDRESS).await.unwrap()
    }

    /// Books for somebody, or fails the test.
    pub async fn booked(&self, person: u32, animals: usize) -> Ticket {
        booked(self.book(self.asks(person, animals)).await)
    }

    /// Somebody for whom there is no place, or a failed test.
    pub async fn waiting(&self, request: Request) -> (Ticket, u32) {
        match self.book(request).await {
            Outcome::Waiting { ticket, position } => (ticket, position),
            other => panic!("not waiting: {other:?}"),
        }
    }

    /// The ticket as its owner sees it now.
    pub async fn seen(&self, ticket: &Ticket) -> Ticket {
        let token = ticket.link_token.as_deref().unwrap();
        bookings::ticket_by_link(&self.field.office, token).await.unwrap()
    }

    /// Gives a booking back.
    pub async fn cancel(&self, ticket: &Ticket) -> Ticket {
        bookings::cancel(&self.field.office, link(ticket), ADDRESS).await.unwrap()
    }

    /// Lets the clock go on, and what happens by itself happen.
    pub async fn after(&self, ms: i64) -> u32 {
        self.field.office.clock.advance_ms(ms);
        bookings::tick(&self.field.office).await.unwrap()
    }

    /// The row of a booking.
    pub async fn row(&self, ticket: &Ticket) -> BookingRow {
        let id = ticket.id.0;
        let read = self.field.office.store.read(move |tx| {
            Box::pin(async move { Ok::<_, StoreError>(tx.booking(id).await?.unwrap()) })
        });
        read.await.unwrap()
    }
}

/// The link of a ticket's mails.
pub fn link(ticket: &Ticket) -> Key {
    Key::Link(ticket.link_token.clone().unwrap())
}

/// The ticket of who got places, or a failed test.
pub fn booked(outcome: Outcome) -> Ticket {
    match outcome {
        Outcome::Booked(ticket) => ticket,
        other => panic!("not booked: {other:?}"),
    }
}

/// Somebody with so many dogs and no domicile.
pub fn details(person: u32, animals: usize) -> BookingDetails {
    let run = Run::from_number(10_000_000 + person).unwrap();
    BookingDetails {
        document: IdentityDocument::of_run(run).unwrap(),
        name: PersonName::parse("María José", "Núñez").unwrap(),
        phone: None,
        email: Some(Email::parse(&format!("tenedor{person}@example.cl.invalid")).unwrap()),
        address: None,
        commune: None,
        unit: None,
        has_priority: false,
        animals: vec![dog(); animals],
    }
}

/// A dog of two years.
pub fn dog() -> AnimalAsked {
    AnimalAsked {
        name: PetName::parse("Ñato").unwrap(),
        species: Species::Dog,
        sex: Sex::Male,
        age_months: Some(24),
        is_flat_faced: false,
        chip: None,
    }
}

/// Statements that find what must not be: more promised than there is, and sums of places that are
/// not those of the bookings.
const WRONG: [&str; 4] = [
    "SELECT COUNT(*) FROM outreach_offering AS o
     WHERE o.booked + o.used + o.shared > o.capacity OR o.booked <> (
         SELECT COALESCE(SUM(b.places), 0) FROM booking AS b
         WHERE b.outreach_id = o.outreach_id AND b.offering = o.offering
             AND b.state IN ('offered', 'booked'))",
    "SELECT COUNT(*) FROM outreach_offering AS o
     WHERE o.used <> (
         SELECT COALESCE(SUM(b.places), 0) FROM booking AS b
         WHERE b.outreach_id = o.outreach_id AND b.offering = o.offering
             AND b.state = 'arrived')",
    "SELECT COUNT(*) FROM slot AS s
     WHERE s.booked > s.capacity OR s.booked <> (
         SELECT COALESCE(SUM(b.places), 0) FROM booking AS b
         WHERE b.outreach_id = s.outreach_id AND b.offering = s.offering
             AND b.slot_at = s.starts_at AND b.state IN ('offered', 'booked', 'arrived'))",
    "SELECT COUNT(*) FROM booking
     WHERE (state IN ('offered', 'booked') AND slot_at IS NULL)
         OR (state = 'waiting' AND slot_at IS NOT NULL)
         OR (state = 'offered' AND offered_until IS NULL)",
];

/// Fails unless every place is accounted for.
pub async fn assert_sums_hold(database: &Database) {
    for wrong in WRONG {
        assert_eq!(database.number(wrong).await, 0, "{wrong}");
    }
}
