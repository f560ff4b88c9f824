//! What phones bring home days after an outreach was closed.

use backend::closing::{self, Closed};
use backend::day;
use backend::desk::act;
use backend::store::vocabulary::booking::BookingRow;
use domain::command::Command;
use domain::name::ShortText;
use domain::outreach::OutreachStatus;
use domain::service::ServiceDetails;
use domain::submission::{Outcome, Submission};
use domain::timestamp::{DAY_MS, HOUR_MS};
use domain::weight::Weight;

use crate::it::correcting::commands::corrected;
use crate::it::databases::Database;
use crate::it::day::{booked, lay_out, state};
use crate::it::desk::at_browser;
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

/// A dose with another weight of its animal.
fn weighed(recorded: &Command, kilos: &str) -> Command {
    corrected(recorded, |details| match details {
        ServiceDetails::Deworming(dose) => dose.weight = Weight::parse(kilos).ok(),
        other => panic!("no dose: {other:?}"),
    })
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

    async fn the_act_says_how_much_came_after_the_close(database) {
        let field = Field::on(&database).await;
        let (_, visits) = three(&field).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        for visit in &visits[..2] {
            comes_home(&field, visit).await;
        }
        office.clock.advance_ms(2 * HOUR_MS);
        let desk = at_browser(actor);
        let puts_right = async |command: Command| {
            act::record(office, &desk, act::fresh(), vec![command]).await.unwrap();
        };
        puts_right(weighed(&visits[0].commands[3], "11")).await;
        assert_eq!(steps(&field, "close").await, Closed::Done(OutreachStatus::Closed));
        let later = async || {
            let sheet = closing::sheet(office, actor, field.outreach).await.unwrap();
            let act = closing::attendance_act(office, actor, field.outreach).await.unwrap();
            assert_eq!(act.ending, sheet.ending);
            act.ending.unwrap().later
        };
        assert_eq!(later().await, 0, "what came before is in the figures of the close");

        office.clock.advance_ms(DAY_MS);
        comes_home(&field, &visits[2]).await;
        assert_eq!(later().await, 1);
        puts_right(weighed(&visits[0].commands[3], "12")).await;
        assert_eq!(later().await, 2);
        let Command::RecordService { service, .. } = visits[1].commands[4] else {
            panic!("no service");
        };
        let reason = ShortText::parse("No fue a este animal").unwrap();
        puts_right(Command::AnnulService { service, reason }).await;
        assert_eq!(later().await, 3);
        let heading =
            closing::attendance_act(office, actor, field.outreach).await.unwrap().heading;
        let made = (heading.issued_on.to_string(), heading.issued_at);
        assert_eq!(made, ("2026-11-23".to_owned(), 16 * 60));
    }
}
