//! Each table calls the next of its own service, and the board counts for it; what hangs in the
//! hall says where to go.

use backend::day::{self, WalkIn, WalkedIn};
use backend::planning;
use backend::store::vocabulary::booking::BookingRow;
use domain::booking::{Offering, Station, TurnAwayReason};
use domain::desk::day::TurnLine;
use domain::desk::planned::DayForm;
use domain::id::BookingId;
use domain::refusal::Refusal;

use crate::it::databases::Stored;
use crate::it::day::{booked, guest, lay_out, shown};
use crate::it::desk::refused;
use crate::it::field::{Field, Guest};
use crate::it::offered::{booker, offering_row, table};
use crate::it::storm;

/// The only table for doses, of two that are planned.
const DOSES: Station = Station { offering: Offering::Deworming, number: 1 };

on_both_databases! {
    async fn each_table_calls_the_next_of_its_service(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Eva", false)),
            booked(&field, &booker(1_000_003, "Rosa", true)),
        ];
        lay_out(&field, 6, &rows).await;
        let doses = offering_row(here.0, "deworming", 5);
        let planned: Stored<bool> = office
            .store
            .write_with(doses, |tx, doses| {
                Box::pin(async move { tx.put_offering(doses).await })
            })
            .await;
        assert!(planned.unwrap());
        for row in &rows {
            shown(&field, row).await;
        }
        let details = Some(booker(1_000_004, "Inés", false));
        let walk_in = WalkIn { offering: Offering::Deworming, ..guest(&field, 2, details) };
        let came = day::welcome(office, actor, walk_in).await.unwrap();
        assert_eq!(came, WalkedIn::Arrived { number: 4 });

        let call = async |station| day::call_next(office, actor, here, station).await;
        // Rosa goes first among those for a chip, and is not in the way of who came for a dose.
        assert_eq!(call(DOSES).await.unwrap(), Some(4));
        assert_eq!(call(table(1)).await.unwrap(), Some(3));
        assert_eq!(call(table(2)).await.unwrap(), Some(1));
        assert_eq!(call(DOSES).await.unwrap(), None);
        for number in [0, 3] {
            assert_eq!(refused(call(table(number)).await), Refusal::ChangedMeanwhile);
        }
        let unplanned = Station { offering: Offering::Sterilisation, number: 1 };
        assert_eq!(refused(call(unplanned).await), Refusal::ChangedMeanwhile);

        let away = (BookingId(rows[2].id), TurnAwayReason::Unfit);
        day::turn_away(office, actor, here, away).await.unwrap();
        office.clock.advance_ms(60_000);
        assert_eq!(call(table(2)).await.unwrap(), Some(2));
        day::serve(office, actor, here, BookingId(rows[0].id)).await.unwrap();
        let board = day::board(office, actor, here).await.unwrap();
        let lines = board.stations.iter().map(|line| {
            let counted = [line.called, line.served, line.turned_away];
            (line.station, line.numbers.as_slice(), counted)
        });
        let other = Station { number: 2, ..DOSES };
        let expected: [(Station, &[u32], [u32; 3]); 4] = [
            (table(1), &[], [0, 0, 2]),
            (table(2), &[2], [2, 2, 0]),
            (DOSES, &[4], [2, 0, 0]),
            (other, &[], [0, 0, 0]),
        ];
        assert_eq!(lines.collect::<Vec<_>>(), expected);
        assert_eq!(board.queue.iter().find(|line| line.number == 2).unwrap().station, Some(2));

        let turn = day::turn(office, here).await.unwrap();
        let said = |number, station: Station| TurnLine {
            number,
            offering: station.offering,
            station: Some(station.number),
        };
        assert_eq!(turn.called, [said(2, table(2)), said(4, DOSES)]);
    }

    async fn what_a_table_did_before_a_storm_is_counted_for_it(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let owner = Guest::new(12_345_678);
        let both = BookingRow { places: 2, ..storm::booked(&field, owner.run) };
        lay_out(&field, 4, std::slice::from_ref(&both)).await;
        shown(&field, &both).await;
        let called = day::call_next(office, actor, here, table(2)).await.unwrap();
        assert_eq!(called, Some(1));
        office.clock.advance_ms(10 * 60_000);
        field.submit(field.visit(&owner, "999000000000001")).await;
        office.clock.advance_ms(60 * 60_000);
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let next = DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, here, &next).await.unwrap();
        // One of the two had its chip at that table, in ten minutes; the other one is to come.
        let board = day::board(office, actor, here).await.unwrap();
        let line = board.stations.iter().find(|line| line.station == table(2)).unwrap();
        assert_eq!((line.called, line.served, line.minutes), (0, 1, Some(10)));
        assert_eq!((board.stations[0].served, board.offerings[0].minutes), (0, Some(10)));
    }

    async fn of_each_table_the_last_call_hangs_in_the_hall(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Eva", false)),
        ];
        lay_out(&field, 6, &rows).await;
        for row in &rows {
            shown(&field, row).await;
        }
        for number in [1, 2] {
            office.clock.advance_ms(60_000);
            let called = day::call_next(office, actor, here, table(1)).await.unwrap();
            assert_eq!(called, Some(number));
        }
        let turn = day::turn(office, here).await.unwrap();
        let numbers: Vec<_> = turn.called.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2]);
        let board = day::board(office, actor, here).await.unwrap();
        assert_eq!(board.stations[0].numbers, [2, 1], "the first one is still at the table");
    }
}
