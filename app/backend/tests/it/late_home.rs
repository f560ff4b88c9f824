//! What phones bring home days after an outreach was closed.

use backend::closing::{self, Closed};
use backend::day;
use backend::store::vocabulary::booking::BookingRow;
use domain::outreach::OutreachStatus;
use domain::submission::{Outcome, Submission};
use domain::timestamp::{DAY_MS, HOUR_MS};

use crate::it::databases::Database;
use crate::it::day::{booked, lay_out, state};
use crate::it::field::{Field, Guest};
use crate::it::offered::booker;

const RUNS: [u32; 3] = [12_345_678, 9_876_543, 8_765_432];

/// Three bookings of a dog each, and their visits as a phone has recorded them.
async fn three(field: &Field) -> ([BookingRow; 3], [Submission; 3]) {
    let one = |run| BookingRow { places: 1, ..booked(field, &booker(run, "María", false)) };
    let rows = RUNS.map(one);
    lay_out(field, 4, &rows).await;
    let visit = |run| {
        let commands = field.visit(&Guest::new(run), &format!("999{run:012}"));
        field.submission(field.as_operative(), commands)
    };
    (rows, RUNS.map(visit))
}

async fn comes_home(field: &Field, visit: &Submission) {
    let reply = field.send(field.as_operative(), std::slice::from_ref(visit)).await;
    let outcome = &reply.answers[0].outcome;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

async fn steps(field: &Field, step: &str) -> Closed {
    let (office, actor) = (&field.office, field.as_coordinator());
    closing::close(office, actor, field.outreach, (step, "Una mesa sin señal")).await.unwrap()
}

/// How many animals the act tells as served, and as still to come.
async fn told(field: &Field) -> (u32, u32) {
    let (office, actor) = (&field.office, field.as_coordinator());
    let act = closing::attendance_act(office, actor, field.outreach).await.unwrap();
    let (_, figures) = act.offerings[0];
    (figures.served, figures.expected)
}

/// Lets so many days pass, and what happens by itself happen.
async fn after(field: &Field, days: i64) -> u32 {
    field.office.clock.advance_ms(days * DAY_MS);
    day::tick(&field.office).await.unwrap()
}

async fn is_served(database: &Database, row: &BookingRow) -> bool {
    state(database, row).await == "served"
}

on_both_databases! {
    async fn who_was_served_is_told_however_late_the_phone_comes_home(database) {
        let field = Field::on(&database).await;
        let (rows, visits) = three(&field).await;
        field.office.clock.advance_ms(2 * HOUR_MS);
        assert_eq!(steps(&field, "close").await, Closed::Done(OutreachStatus::Closed));
        assert_eq!(told(&field).await, (0, 3));
        assert_eq!(after(&field, 5).await, 0);
        comes_home(&field, &visits[0]).await;
        assert_eq!(after(&field, 0).await, 1);
        assert!(is_served(&database, &rows[0]).await);
        assert_eq!(after(&field, 0).await, 0);
        assert_eq!(told(&field).await, (1, 2), "the act adds up");

        // Nobody looked for two days; before it is accounted for somebody does.
        comes_home(&field, &visits[1]).await;
        assert_eq!(after(&field, 2).await, 0);
        assert_eq!(told(&field).await, (1, 2));
        assert_eq!(steps(&field, "report").await, Closed::Done(OutreachStatus::Reported));
        assert_eq!(told(&field).await, (2, 1));

        assert_eq!(after(&field, 30).await, 0);
        comes_home(&field, &visits[2]).await;
        assert_eq!(after(&field, 0).await, 1);
        assert!(is_served(&database, &rows[2]).await);
        assert_eq!(told(&field).await, (3, 0));
    }
}
