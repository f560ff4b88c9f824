//! Who is served first is a rule of the plan: it orders the line, and the calls at the door.

use backend::planning::plan;
use backend::{bookings, day};
use domain::booking::Priority;
use domain::desk::bookings::BookingsShown;
use domain::desk::planned::PlanForm;

use crate::it::day::{booked, lay_out, shown};
use crate::it::fair::Fair;
use crate::it::field::Field;
use crate::it::offered::{booker, table};

fn first(code: &str) -> PlanForm {
    PlanForm { priority: code.to_owned(), ..PlanForm::default() }
}

on_both_databases! {
    async fn the_line_follows_the_rule_of_the_plan(database) {
        let fair = Fair::of(&database, 1).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        fair.booked(1, 1).await;
        fair.waiting(fair.asks(2, 1)).await;
        let elderly = |person| {
            let mut asks = fair.asks(person, 1);
            asks.details.has_priority = true;
            asks
        };
        plan::save(office, actor, fair.id, &first("nobody")).await.unwrap();
        let (ticket, position) = fair.waiting(elderly(3)).await;
        assert_eq!((position, fair.row(&ticket).await.priority), (2, 0));
        let public = bookings::public_outreach(office, fair.id).await.unwrap();
        assert_eq!(public.priority, Priority::Nobody);

        plan::save(office, actor, fair.id, &first("elderly")).await.unwrap();
        let (ticket, position) = fair.waiting(elderly(4)).await;
        assert_eq!((position, fair.row(&ticket).await.priority), (1, 1));
        assert_eq!(fair.seen(&ticket).await.position, Some(1));
        // What they said when they booked stays, and the rule that stands decides.
        plan::save(office, actor, fair.id, &first("nobody")).await.unwrap();
        assert_eq!(fair.seen(&ticket).await.position, Some(3));
        let shown = (BookingsShown::Waiting, 1);
        let sheet = bookings::desk::sheet(office, actor, fair.id, shown).await.unwrap();
        assert!(sheet.lines.iter().all(|line| !line.has_priority), "{:?}", sheet.lines);
        let places: Vec<_> = sheet.lines.iter().map(|line| line.position).collect();
        assert_eq!(places, [Some(1), Some(2), Some(3)]);
        // Where nothing is said, whoever may be is served first.
        plan::save(office, actor, fair.id, &first("")).await.unwrap();
        let sheet = plan::sheet(office, actor, fair.id).await.unwrap();
        assert_eq!(sheet.priority, Priority::Both);
        assert_eq!(fair.waiting(elderly(5)).await.1, 2);
    }

    async fn nobody_is_called_before_others_where_nobody_goes_first(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Rosa", true)),
        ];
        lay_out(&field, 4, &rows).await;
        for row in &rows {
            shown(&field, row).await;
        }
        plan::save(office, actor, here, &first("nobody")).await.unwrap();
        let board = day::board(office, actor, here).await.unwrap();
        assert!(board.queue.iter().all(|line| !line.has_priority), "{:?}", board.queue);
        assert_eq!(day::call_next(office, actor, here, table(1)).await.unwrap(), Some(1));
    }
}
