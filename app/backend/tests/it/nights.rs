//! Nights across midnight in which the clocks change: who books there is reminded on time, comes,
//! and is missed once the night is over.

use backend::bookings::{self, Request, Ticket};
use backend::day::{self, Arrived};
use backend::error::Error;
use backend::planning;
use domain::booking::{BookingState, Offering};
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DayForm, OfferingForm, PlanFault, PlanField, PlanProblem};
use domain::field_error::{Field as Named, FieldError, Problem};
use domain::id::OutreachId;
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp, Twice};

use crate::it::databases::{Database, Stored};
use crate::it::fair::{ADDRESS, assert_sums_hold, booked, details, link};
use crate::it::field::{Field, NOW};

/// At midnight after Saturday 3 April 2027 it is 23:00 again.
const BACK: Timestamp = Timestamp(1_806_807_600_000);
/// At midnight after Saturday 4 September 2027 it is one o'clock.
const FORWARD: Timestamp = Timestamp(1_820_116_800_000);

const HALF_HOUR_MS: i64 = HOUR_MS / 2;

/// An outreach from ten in the evening until two, at which one may book.
struct Night {
    field: Field,
    id: OutreachId,
}

impl Night {
    /// That of a Saturday at whose end the clocks change, seen on the Wednesday before.
    async fn of(database: &Database, held_on: &str, change: Timestamp) -> Self {
        let field = Field::on(database).await;
        field.office.clock.advance_ms(change.plus_ms(-4 * DAY_MS).since_ms(NOW));
        let (office, actor) = (&field.office, field.as_coordinator());
        let text = |text: &str| text.to_owned();
        let form = planning::choices(office, actor, None).await.unwrap().form;
        let form = OutreachForm {
            name: text("Feria nocturna"),
            kind: text("mixed"),
            place: text("Plaza"),
            held_on: text(held_on),
            starts: text("22:00"),
            ends: text("02:00"),
            ..form
        };
        let id = planning::save(office, actor, None, form).await.unwrap();
        let chips = OfferingForm {
            offering: text("chip"),
            capacity: text("20"),
            minutes: text("10"),
            stations: text("2"),
            from_months: text("2"),
            per_owner: text("3"),
            ..OfferingForm::default()
        };
        let offered = planning::save_offering(office, actor, id, &chips).await.unwrap();
        assert_eq!(offered, Asked::Done(()));
        for step in [LifeStep::Publish, LifeStep::Open] {
            planning::step(office, actor, id, step).await.unwrap();
        }
        let (here, operative) = (id.0, field.operative.0);
        let joined: Stored<bool> = office
            .store
            .write(move |tx| Box::pin(async move { tx.join_team(here, operative, NOW.0).await }))
            .await;
        assert!(joined.unwrap());
        Self { field, id }
    }

    /// What the clocks show at each time of coming: the minute of the day, and which of two it is.
    async fn shown(&self) -> Vec<(u16, Option<Twice>)> {
        let office = &self.field.office;
        let outreach = bookings::public_outreach(office, self.id).await.unwrap();
        let slots = outreach.offerings.into_iter().flat_map(|one| one.slots);
        let walls = slots.map(|slot| office.zone.wall(slot.starts_at));
        walls.map(|wall| (wall.minute, wall.twice)).collect()
    }

    /// Somebody books at a moment.
    async fn booked(&self, person: u32, at: Timestamp) -> Ticket {
        let request = Request {
            outreach: self.id,
            offering: Offering::Chip,
            slot: Some(at),
            details: details(person, 1),
            waits: false,
            form: None,
        };
        let asked = bookings::book(&self.field.office, request, ADDRESS).await;
        let ticket = booked(asked.unwrap());
        assert_eq!(ticket.slot, Some(at));
        ticket
    }

    /// Goes on to a moment, and lets happen what happens by itself.
    async fn until(&self, at: Timestamp) {
        let clock = &self.field.office.clock;
        clock.advance_ms(at.since_ms(clock.now()));
        bookings::tick(&self.field.office).await.unwrap();
    }

    /// Shows a ticket at the door; answers the number.
    async fn comes(&self, ticket: &Ticket) -> u32 {
        let (office, actor) = (&self.field.office, self.field.as_operative());
        match day::check_in(office, actor, self.id, ticket.id).await.unwrap() {
            Arrived::Arrived { number } => number,
            other => panic!("not let in: {other:?}"),
        }
    }

    async fn state(&self, ticket: &Ticket) -> BookingState {
        let token = ticket.link_token.as_deref().unwrap();
        bookings::ticket_by_link(&self.field.office, token).await.unwrap().state
    }
}

async fn reminders(database: &Database) -> i64 {
    database.number("SELECT COUNT(*) FROM outbox WHERE kind = 'booking_reminder'").await
}

/// So many hours after another moment; before it, where they are fewer than none.
fn hours_after(moment: Timestamp, hours: i64) -> Timestamp {
    moment.plus_ms(hours * HOUR_MS)
}

on_both_databases! {
    async fn nothing_is_planned_into_the_hour_that_is_lost(database) {
        let night = Night::of(&database, "2027-09-04", FORWARD).await;
        let (office, actor) = (&night.field.office, night.field.as_coordinator());
        let form = planning::choices(office, actor, None).await.unwrap().form;
        let form = |held_on: &str| OutreachForm {
            name: "Madrugada".to_owned(),
            place: "Plaza".to_owned(),
            held_on: held_on.to_owned(),
            starts: "00:30".to_owned(),
            ends: "01:00".to_owned(),
            ..form.clone()
        };
        let refused = planning::save(office, actor, None, form("2027-09-05")).await;
        let wrong = Refusal::field(FieldError::new(Named::Time, Problem::ClocksChange));
        assert!(matches!(refused, Err(Error::Refused(told)) if told == wrong));
        let id = planning::save(office, actor, None, form("2027-09-12")).await.unwrap();
        planning::step(office, actor, id, LifeStep::Publish).await.unwrap();
        let day = DayForm { day: "2027-09-05".to_owned(), starts: "00:30".to_owned() };
        let lost = vec![PlanFault::new(PlanField::Starts, PlanProblem::ClocksChange)];
        let moved = planning::reschedule(office, actor, id, &day).await.unwrap();
        assert_eq!(moved, Asked::Faults(lost.clone()));
        let copied = planning::copy(office, actor, id, (&day, None)).await.unwrap();
        assert_eq!(copied, Asked::Faults(lost));
    }

    async fn the_hour_that_comes_twice_is_two_times_to_book(database) {
        let night = Night::of(&database, "2027-04-03", BACK).await;
        let (first, second) = (Some(Twice::First), Some(Twice::Second));
        let times: [(u16, Option<Twice>); 10] = [
            (1_320, None), (1_350, None), (1_380, first), (1_410, first), (1_380, second),
            (1_410, second), (0, None), (30, None), (60, None), (90, None),
        ];
        assert_eq!(night.shown().await, times);
        night.booked(1, BACK.plus_ms(-HALF_HOUR_MS)).await;
        let moves = night.booked(2, BACK.plus_ms(-HALF_HOUR_MS)).await;
        night.booked(3, hours_after(BACK, 1)).await;
        // An hour later the clocks show the same.
        let later = BACK.plus_ms(HALF_HOUR_MS);
        let moved = bookings::reschedule(&night.field.office, link(&moves), later, ADDRESS).await;
        assert_eq!(booked(moved.unwrap()).slot, Some(later));
        assert_sums_hold(&database).await;

        night.until(hours_after(BACK, -62).plus_ms(-1)).await;
        assert_eq!(reminders(&database).await, 0);
        // Thursday at ten, of the Saturday; Friday at ten, of the Sunday; the evenings before.
        for (hours, sent) in [(-62, 2), (-38, 3), (-30, 5), (-6, 6), (2, 6)] {
            night.until(hours_after(BACK, hours)).await;
            assert_eq!(reminders(&database).await, sent, "{hours} hours after the change");
        }
    }

    async fn a_night_without_a_midnight_is_reminded_of_on_time(database) {
        let night = Night::of(&database, "2027-09-04", FORWARD).await;
        let times: [(u16, Option<Twice>); 6] =
            [1_320, 1_350, 1_380, 1_410, 60, 90].map(|minute| (minute, None));
        assert_eq!(night.shown().await, times);
        let last = night.booked(1, FORWARD.plus_ms(-HALF_HOUR_MS)).await;
        let first = night.booked(2, FORWARD).await;
        night.until(hours_after(FORWARD, -62).plus_ms(-1)).await;
        assert_eq!(reminders(&database).await, 0);
        for (hours, sent) in [(-62, 1), (-38, 2), (-30, 3), (-6, 4)] {
            night.until(hours_after(FORWARD, hours)).await;
            assert_eq!(reminders(&database).await, sent, "{hours} hours after the change");
        }
        night.until(FORWARD.plus_ms(-HALF_HOUR_MS)).await;
        assert_eq!(night.comes(&last).await, 1);
        night.until(FORWARD.plus_ms(1)).await;
        assert_eq!(night.comes(&first).await, 2);
        assert_sums_hold(&database).await;
    }

    async fn whoever_comes_after_midnight_comes_to_the_same_night(database) {
        let night = Night::of(&database, "2027-04-03", BACK).await;
        let one = night.booked(1, BACK.plus_ms(-HALF_HOUR_MS)).await;
        let two = night.booked(2, BACK.plus_ms(HALF_HOUR_MS)).await;
        let late = night.booked(3, hours_after(BACK, 1)).await;
        let absent = night.booked(4, BACK.plus_ms(-HALF_HOUR_MS)).await;
        for (number, (ticket, at)) in [
            (&one, BACK.plus_ms(-HALF_HOUR_MS)),
            (&two, BACK.plus_ms(HALF_HOUR_MS)),
            (&late, hours_after(BACK, 1)),
        ].into_iter().enumerate() {
            night.until(at).await;
            assert_eq!(night.comes(ticket).await as usize, number + 1);
        }
        // It is one in the morning, two and a half hours after theirs, and places are left.
        night.until(hours_after(BACK, 2)).await;
        assert_eq!(night.state(&absent).await, BookingState::Booked);
        // The night is over at two, five hours after it began.
        night.until(hours_after(BACK, 3).plus_ms(-1)).await;
        assert_eq!(night.state(&absent).await, BookingState::Booked);
        night.until(hours_after(BACK, 3)).await;
        assert_eq!(night.state(&absent).await, BookingState::NoShow);
        assert_eq!(night.state(&late).await, BookingState::Arrived);
        assert_sums_hold(&database).await;
    }
}
