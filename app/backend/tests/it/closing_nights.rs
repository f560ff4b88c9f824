//! Nights on which the clocks change, from the first ticket to the act: an hour that comes twice,
//! or never, loses nobody and tells nobody twice.

use backend::bookings::{self, Request, Ticket};
use backend::closing::{self, Closed};
use backend::day::{self, Arrived, WalkIn, WalkedIn};
use backend::planning::{self, plan};
use domain::booking::{Offering, TurnAwayReason};
use domain::closing::Attendance;
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, OfferingForm};
use domain::outreach::OutreachStatus;
use domain::outreach::life::LifeStep;
use domain::submission::{Outcome, Submission};
use domain::timestamp::{CivilDate, HOUR_MS, Timestamp};

use crate::it::databases::Database;
use crate::it::day::guest;
use crate::it::fair::{ADDRESS, booked, details};
use crate::it::field::{Field, Guest};
use crate::it::straight::sums_hold;

const MINUTE_MS: i64 = 60_000;

/// An outreach from nine in the evening to two in the morning.
struct Night {
    field: Field,
    held_on: CivilDate,
    /// When people are asked to come, one animal each time.
    times: Vec<Timestamp>,
}

impl Night {
    /// That of a day, which lasts so many hours; two days before it.
    async fn of(database: &Database, held_on: &str, hours: usize) -> Self {
        let mut field = Field::on(database).await;
        let held_on: CivilDate = held_on.parse().unwrap();
        let eve = CivilDate::from_days(held_on.days() - 2);
        let noon = field.office.zone.moment(eve, 12 * HOUR_MS);
        field.office.clock.advance_ms(noon.since_ms(field.office.clock.now()));
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = planning::choices(office, actor, None).await.unwrap().form;
        let form = OutreachForm {
            name: "Noche en Bonilla".to_owned(),
            place: "Av. Bonilla 9820".to_owned(),
            held_on: held_on.to_string(),
            starts: "21:00".to_owned(),
            ends: "02:00".to_owned(),
            ..form
        };
        let id = planning::save(office, actor, None, form).await.unwrap();
        let chips = OfferingForm {
            offering: "chip".to_owned(),
            capacity: (2 * hours).to_string(),
            minutes: "10".to_owned(),
            stations: "2".to_owned(),
            from_months: "2".to_owned(),
            flat_faced: "on".to_owned(),
            per_owner: "3".to_owned(),
            ..OfferingForm::default()
        };
        let offered = planning::save_offering(office, actor, id, &chips).await.unwrap();
        assert_eq!(offered, Asked::Done(()));
        for member in [field.operative, field.veterinarian] {
            planning::set_member(office, actor, id, (member, true)).await.unwrap();
        }
        for step in [LifeStep::Publish, LifeStep::Open] {
            let done = planning::step(office, actor, id, step).await.unwrap();
            assert!(matches!(done, Asked::Done(_)), "{step}: {done:?}");
        }
        let sheet = plan::sheet(office, actor, id).await.unwrap();
        let times: Vec<_> = sheet.times.iter().map(|(_, one)| one.slot.starts_at).collect();
        assert_eq!(times.len(), 2 * hours, "half an hour each, as time passes");
        field.outreach = id;
        Self { field, held_on, times }
    }

    /// The day after the one that the night belongs to.
    fn next_day(&self) -> CivilDate {
        CivilDate::from_days(self.held_on.days() + 1)
    }

    /// Lets the time pass until so many minutes after one at which people are asked to come.
    fn after(&self, slot: usize, minutes: i64) {
        self.until(self.times[slot].plus_ms(minutes * MINUTE_MS));
    }

    fn until(&self, moment: Timestamp) {
        let clock = &self.field.office.clock;
        clock.advance_ms(moment.since_ms(clock.now()));
    }

    /// Books a place for a dog, at one of the times.
    async fn books(&self, person: u32, slot: usize) -> Ticket {
        let request = Request {
            outreach: self.field.outreach,
            offering: Offering::Chip,
            slot: Some(self.times[slot]),
            details: details(person, 1),
            waits: false,
            form: None,
        };
        let outcome = bookings::book(&self.field.office, request, ADDRESS).await.unwrap();
        let ticket = booked(outcome);
        assert_eq!(ticket.slot, Some(self.times[slot]));
        ticket
    }

    async fn comes(&self, ticket: &Ticket, number: u32) {
        let (office, actor) = (&self.field.office, self.field.as_operative());
        let came = day::check_in(office, actor, self.field.outreach, ticket.id).await.unwrap();
        assert_eq!(came, Arrived::Arrived { number });
    }

    /// The visit of somebody, as a phone records it now.
    fn visit(&self, person: u32) -> Submission {
        let (field, run) = (&self.field, 10_000_000 + person);
        let commands = field.visit(&Guest::new(run), &format!("999{run:012}"));
        let now = field.office.clock.now();
        let utc_offset_minutes = field.office.zone.offset_minutes(now);
        Submission { utc_offset_minutes, ..field.submission(field.as_operative(), commands) }
    }

    /// Some visits come home, and what happens by itself happens; answers how many were settled.
    async fn brings_home(&self, visits: &[Submission]) -> u32 {
        let reply = self.field.send(self.field.as_operative(), visits).await;
        for answer in &reply.answers {
            assert!(matches!(answer.outcome, Outcome::Accepted { .. }), "{:?}", answer.outcome);
        }
        day::tick(&self.field.office).await.unwrap()
    }

    /// What the act tells of the places.
    async fn told(&self) -> Attendance {
        let (office, actor) = (&self.field.office, self.field.as_coordinator());
        let act = closing::attendance_act(office, actor, self.field.outreach).await.unwrap();
        act.offerings[0].1
    }

    async fn takes(&self, step: &str) -> Closed {
        let (office, actor) = (&self.field.office, self.field.as_coordinator());
        let why = (step, "Una mesa sin señal");
        closing::close(office, actor, self.field.outreach, why).await.unwrap()
    }
}

/// One comes early in the evening and one after midnight; one goes straight to a table, one comes
/// without a booking and is turned away, and one does not come. The table that works after midnight
/// has no signal until the next noon.
async fn from_the_first_ticket_to_the_close(night: &Night) -> [Submission; 2] {
    let (field, here) = (&night.field, night.field.outreach);
    let (office, actor) = (&field.office, field.as_coordinator());
    let (late, last) = (night.times.len() - 2, night.times.len() - 1);
    assert_eq!(office.zone.local(night.times[5]), (night.held_on, 23 * 60 + 30));
    assert_eq!(office.zone.local(night.times[late]), (night.next_day(), 60));
    let early_one = night.books(1, 0).await;
    night.books(2, 5).await;
    let late_one = night.books(3, late).await;
    night.books(4, last).await;

    night.after(0, -5);
    let begun = planning::step(office, actor, here, LifeStep::Begin).await.unwrap();
    assert_eq!(begun, Asked::Done(OutreachStatus::UnderWay));
    night.after(0, 5);
    night.comes(&early_one, 1).await;
    night.after(0, 20);
    assert_eq!(night.brings_home(&[night.visit(1)]).await, 1);
    night.after(late, 5);
    night.comes(&late_one, 2).await;
    night.after(late, 20);
    let after_midnight = night.visit(3);
    night.after(last, 10);
    let straight = night.visit(4);
    let walk_in = WalkIn { at: office.clock.now(), ..guest(field, 1, None) };
    let unfit = (walk_in.id, TurnAwayReason::Unfit);
    let came = day::welcome(office, field.as_operative(), walk_in).await.unwrap();
    assert_eq!(came, WalkedIn::Arrived { number: 3 });
    day::turn_away(office, actor, here, unfit).await.unwrap();

    // It is over; whoever was asked to come an hour ago, as time passes, is missed.
    night.after(last, 50);
    assert_eq!(office.zone.local(office.clock.now()), (night.next_day(), 140));
    assert_eq!(day::release_no_shows(office, actor, here).await.unwrap(), 1);
    assert_eq!(night.takes("close").await, Closed::Done(OutreachStatus::Closed));
    [after_midnight, straight]
}

async fn adds_up(database: &Database, (held_on, hours): (&str, usize)) {
    let night = Night::of(database, held_on, hours).await;
    let visits = from_the_first_ticket_to_the_close(&night).await;
    let capacity = u32::try_from(2 * hours).unwrap();
    let closed = Attendance {
        capacity,
        booked: 4,
        arrived: 3,
        served: 1,
        turned_away: 1,
        no_shows: 1,
        walk_ins: 1,
        expected: 1,
        ..Attendance::default()
    };
    assert_eq!(night.told().await, closed);
    assert_eq!((closed.undecided(), closed.unused()), (1, capacity - 3));
    sums_hold(database, &night.field).await;

    let noon = night.field.office.zone.moment(night.next_day(), 12 * HOUR_MS);
    night.until(noon);
    assert_eq!(night.brings_home(&visits).await, 2);
    let settled = Attendance { arrived: 4, served: 3, expected: 0, ..closed };
    assert_eq!(night.told().await, settled);
    assert_eq!((settled.undecided(), settled.unused()), (0, capacity - 3));
    sums_hold(database, &night.field).await;
    // What was done after midnight is of the day on which the night began.
    let of_another_day = format!("SELECT COUNT(*) FROM service WHERE performed_on <> '{held_on}'");
    assert_eq!(database.number("SELECT COUNT(*) FROM service").await, 9);
    assert_eq!(database.number(&of_another_day).await, 0);

    let (office, actor) = (&night.field.office, night.field.as_coordinator());
    let act = closing::attendance_act(office, actor, night.field.outreach).await.unwrap();
    assert_eq!((act.counts.implantations, act.counts.dewormings_internal), (3, 3));
    assert_eq!((act.heading.held_on, act.heading.hours), (night.held_on, (21 * 60, 2 * 60)));
    assert_eq!((act.heading.issued_on, act.heading.issued_at), (night.next_day(), 12 * 60));
    let ending = act.ending.unwrap();
    assert_eq!((ending.at, ending.later), ((night.next_day(), 140), 2));
    let list = closing::beneficiaries(office, actor, night.field.outreach).await.unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(night.takes("report").await, Closed::Done(OutreachStatus::Reported));
    assert_eq!(night.told().await, settled);
}

on_both_databases! {
    async fn a_night_with_an_hour_twice_adds_up(database) {
        adds_up(&database, ("2027-04-03", 6)).await;
    }

    async fn a_night_without_its_midnight_hour_adds_up(database) {
        adds_up(&database, ("2027-09-04", 4)).await;
    }
}
