//! Who has a booking and goes straight to a table: the record of the visit takes them in, whether
//! or not the record of a door comes home, and in whatever order.

use backend::clock::fresh_id;
use backend::closing::{self, Closed};
use backend::day;
use backend::planning;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::day::DayRow;
use domain::catalogue::DewormingKind;
use domain::command::Command;
use domain::desk::planned::DayForm;
use domain::id::{AnimalId, BookingId, OutreachId};
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::submission::{Outcome, Submission};
use domain::timestamp::DAY_MS;

use crate::it::databases::{Database, Stored};
use crate::it::day::{booked, lay_out, state};
use crate::it::day_escrow::Draw;
use crate::it::field::{Field, Guest, NOW, refusal};
use crate::it::offered::{booker, table};

fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted { .. })
}

fn arrive(row: &BookingRow, number: Option<u32>) -> Vec<Command> {
    vec![Command::Arrive { booking: BookingId(row.id), number }]
}

/// A booking of so many dogs, by who comes with a RUN.
fn booked_by(field: &Field, run: u32, (state, places): (&str, i64)) -> BookingRow {
    let row = booked(field, &booker(run, "María", false));
    BookingRow { state: state.to_owned(), places, ..row }
}

/// What is counted is what the rows say, and no more than there is; answers the rows.
pub async fn sums_hold(database: &Database, field: &Field) -> Vec<DayRow> {
    let here = field.outreach.0;
    let read: Stored<_> = database
        .store
        .read(move |tx| {
            Box::pin(async move {
                let places = tx.offering(here, "chip").await?.unwrap();
                Ok((places, tx.day_bookings(here).await?))
            })
        })
        .await;
    let (places, rows) = read.unwrap();
    let held = |states: [&str; 2]| -> i64 {
        let rows = rows.iter().filter(|row| states.contains(&row.state.as_str()));
        rows.map(|row| row.places - row.over_count).sum()
    };
    assert_eq!(places.booked, held(["booked", "offered"]));
    assert_eq!(places.used, held(["arrived", "served"]));
    assert!(places.booked + places.used + places.shared <= places.capacity, "{places:?}");
    rows
}

/// The booking as the day has it.
async fn row(database: &Database, field: &Field, id: uuid::Uuid) -> DayRow {
    let rows = sums_hold(database, field).await;
    rows.into_iter().find(|row| row.id == id).unwrap()
}

/// Families of which each comes with two dogs, at two tables; the door sees two of three, and all
/// of it comes home in an order, and in batches, that follow from a seed.
async fn a_day(database: &Database, seed: u64) {
    let field = Field::on(database).await;
    let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
    let families: Vec<_> = (0..9_u32)
        .zip(["booked", "no_show", "offered"].into_iter().cycle())
        .map(|(run, state)| booked_by(&field, 7_000_000 + run, (state, 2)))
        .collect();
    // Six keep two places each, and three are left for the other three, who come with two each.
    lay_out(&field, 15, &families).await;
    let mut waiting: Vec<Submission> = Vec::new();
    for (run, family) in (0_u32..).zip(&families) {
        for dog in 0..2 {
            let guest = Guest::new(7_000_000 + run);
            let visit = field.visit(&guest, &format!("999{:012}", run * 2 + dog + 1));
            waiting.push(field.submission(field.as_operative(), visit));
        }
        if run < 6 {
            waiting.push(field.submission(field.as_operative(), arrive(family, None)));
        }
    }
    let mut draw = Draw(seed);
    let mut below =
        |most: usize| usize::try_from(draw.below(u32::try_from(most).unwrap())).unwrap();
    let mut sent: Vec<Submission> = Vec::new();
    while !waiting.is_empty() {
        let mut batch = Vec::new();
        for _ in 0..=below(3) {
            if !waiting.is_empty() {
                batch.push(waiting.swap_remove(below(waiting.len())));
            }
        }
        // An answer was lost: it comes twice.
        if !sent.is_empty() && below(2) == 0 {
            batch.push(sent[below(sent.len())].clone());
        }
        let reply = field.send(field.as_operative(), &batch).await;
        let outcomes: Vec<_> = reply.answers.iter().map(|answer| &answer.outcome).collect();
        assert!(outcomes.iter().all(|one| is_accepted(one)), "seed {seed}: {outcomes:?}");
        sent.extend(batch);
        match below(4) {
            0 => assert!(day::call_next(office, actor, here, table(1)).await.is_ok()),
            1 => assert!(day::release_no_shows(office, actor, here).await.is_ok()),
            2 => assert!(day::tick(office).await.is_ok()),
            _ => {}
        }
        sums_hold(database, &field).await;
    }
    day::tick(office).await.unwrap();
    assert_eq!(day::tick(office).await.unwrap(), 0, "seed {seed}");
    let rows = sums_hold(database, &field).await;
    assert!(rows.iter().all(|row| row.state == "served"), "seed {seed}: {rows:?}");
    assert_eq!(rows.iter().map(|row| row.over_count).sum::<i64>(), 3, "seed {seed}");
    let came = |row: &&DayRow| row.arrived_at == Some(NOW.0) && row.device_id.is_some();
    assert_eq!(rows.iter().filter(came).count(), 6, "seed {seed}");
    let numbers = "SELECT COUNT(queue_number) - COUNT(DISTINCT queue_number) FROM booking";
    assert_eq!(database.number(numbers).await, 0, "seed {seed}: a number was given twice");
    let report = backend::history::verify(&office.store, &office.keys).await.unwrap();
    assert!(report.findings.is_empty(), "seed {seed}: {:?}", report.findings);
}

on_both_databases! {
    async fn who_goes_straight_to_a_table_is_served_and_arrives_once(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let owner = Guest::new(12_345_678);
        let mine = booked_by(&field, owner.run, ("booked", 1));
        lay_out(&field, 1, std::slice::from_ref(&mine)).await;
        field.submit(field.visit(&owner, "999000000000001")).await;
        // Also where the places would be wanted: nobody is missed who was served.
        assert_eq!(day::release_no_shows(office, actor, here).await.unwrap(), 0);
        assert_eq!(state(&database, &mine).await, "served");
        assert_eq!(day::tick(office).await.unwrap(), 0);
        let found = row(&database, &field, mine.id).await;
        assert_eq!((found.arrived_at, found.owner_id), (None, Some(owner.owner.0)));
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.waiting, line.no_shows, line.over), (1, 0, 0, 0));
        // At the desk the ticket is a used one; of the phone that let them in it is the record.
        let again = day::check_in(office, actor, here, BookingId(mine.id)).await.unwrap();
        assert!(matches!(again, day::Arrived::NotArrived(_)), "{again:?}");
        let door = field.submission(field.as_operative(), arrive(&mine, None));
        for _ in 0..2 {
            let reply = field.send(field.as_operative(), std::slice::from_ref(&door)).await;
            assert!(is_accepted(&reply.answers[0].outcome), "{:?}", reply.answers[0].outcome);
        }
        let came = row(&database, &field, mine.id).await;
        assert_eq!((came.state.as_str(), came.arrived_at), ("served", Some(NOW.0)));
        assert_eq!(came.submission_id, Some(door.id.0));
        assert_eq!(day::tick(office).await.unwrap(), 0);
        // A second phone is a conflict, as of any ticket.
        let field = field.with_another_phone();
        assert_eq!(refusal(&field.submit(arrive(&mine, None)).await), &Refusal::TicketUsed);
    }

    async fn of_two_animals_the_second_is_waited_for_at_the_table(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let owner = Guest::new(12_345_678);
        let mine = booked_by(&field, owner.run, ("offered", 2));
        lay_out(&field, 3, std::slice::from_ref(&mine)).await;
        field.submit(field.visit(&owner, "999000000000001")).await;
        assert_eq!(day::tick(office).await.unwrap(), 0, "one of two");
        let board = day::board(office, actor, here).await.unwrap();
        let line = board.offerings[0];
        assert_eq!((line.served, line.called, line.places.used), (1, 1, 2));
        assert_eq!((board.queue.len(), board.queue[0].arrived_at), (1, NOW));
        let nobody = day::call_next(office, actor, here, table(1)).await.unwrap();
        assert_eq!(nobody, None, "at the table");
        assert!(is_accepted(&field.submit(arrive(&mine, None)).await));
        let there = row(&database, &field, mine.id).await;
        assert_eq!((there.state.as_str(), there.served_places), ("arrived", 1));
        assert_eq!((there.queue_number, there.arrived_at), (Some(1), Some(NOW.0)));
        let second = Guest { dog: AnimalId(fresh_id()), ..owner };
        let chipped = field.chipped(second.dog, "999000000000002");
        field.submit(vec![second.dog_registered("Sol"), chipped]).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        assert_eq!(row(&database, &field, mine.id).await.state, "served");
    }

    async fn who_came_too_late_and_was_served_has_what_is_left_or_is_over_the_count(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let late = [(9_876_543, 1), (8_765_432, 2)];
        let rows = late.map(|(run, _)| booked_by(&field, run, ("no_show", 1)));
        lay_out(&field, 1, &rows).await;
        for (run, chip) in late {
            field.submit(field.visit(&Guest::new(run), &format!("999{chip:012}"))).await;
        }
        assert_eq!(day::tick(office).await.unwrap(), 2);
        assert_eq!(day::tick(office).await.unwrap(), 0);
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.over, line.no_shows, line.places.used), (2, 1, 0, 1));
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'places_over_count'";
        assert_eq!(database.number(noted).await, 1);
        for ticket in &rows {
            assert!(is_accepted(&field.submit(arrive(ticket, None)).await));
        }
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.over, line.waiting, line.places.used), (2, 1, 0, 1));
        assert_eq!(database.number(noted).await, 1);
        sums_hold(&database, &field).await;
    }

    async fn who_waited_or_let_a_place_lapse_and_came_all_the_same_is_served(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let came = [(9_876_543, "waiting", 1), (8_765_432, "lapsed", 1), (7_654_321, "waiting", 2)];
        let rows = came.map(|(run, state, places)| BookingRow {
            slot_at: None,
            ..booked_by(&field, run, (state, places))
        });
        lay_out(&field, 2, &rows).await;
        assert_eq!(day::tick(office).await.unwrap(), 0);
        for (run, _, _) in came {
            field.submit(field.visit(&Guest::new(run), &format!("999{run:012}"))).await;
        }
        assert_eq!(day::tick(office).await.unwrap(), 2, "one of two is still at the table");
        assert_eq!(day::tick(office).await.unwrap(), 0);
        let states = ["served", "served", "arrived"];
        for (ticket, expected) in rows.iter().zip(states) {
            assert_eq!(state(&database, ticket).await, expected);
        }
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.over, line.places.used), (3, 2, 2));
        sums_hold(&database, &field).await;
    }

    async fn who_was_missed_before_a_storm_and_served_was_served_of_that_day(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let came = [
            (9_876_543, ("no_show", 1)),
            (8_765_432, ("lapsed", 1)),
            (6_543_210, ("no_show", 2)),
            (7_654_321, ("no_show", 1)),
        ];
        let rows = came.map(|(run, ticket)| booked_by(&field, run, ticket));
        lay_out(&field, 6, &rows).await;
        let visits = came.map(|(run, _)| {
            let visit = field.visit(&Guest::new(run), &format!("999{run:012}"));
            field.submission(field.as_operative(), visit)
        });
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let next_week = DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, here, &next_week).await.unwrap();
        // The last was in no hall, nor was the second dog of the one before.
        let reply = field.send(field.as_operative(), &visits[..3]).await;
        assert!(reply.answers.iter().all(|one| is_accepted(&one.outcome)), "{reply:?}");
        assert_eq!(day::tick(office).await.unwrap(), 2);
        assert_eq!(day::tick(office).await.unwrap(), 0);
        for ticket in &rows[..2] {
            let found = row(&database, &field, ticket.id).await;
            assert_eq!((found.state.as_str(), found.places), ("served", 1));
            assert_eq!((found.slot_at, found.served_at), (ticket.slot_at, Some(NOW.0)));
            assert_eq!((found.queue_number, found.over_count), (None, 0));
        }
        for ticket in &rows[2..] {
            let missed = row(&database, &field, ticket.id).await;
            assert_eq!((missed.state.as_str(), missed.places), ("no_show", 1));
        }
        let all = sums_hold(&database, &field).await;
        let part = all.iter().find(|one| rows.iter().all(|known| known.id != one.id)).unwrap();
        assert_eq!((part.state.as_str(), part.places), ("served", 1));
        assert_eq!((part.slot_at, part.served_at), (rows[2].slot_at, Some(NOW.0)));
    }

    async fn a_visit_that_comes_home_days_later_is_known_at_the_close(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let owner = Guest::new(12_345_678);
        let mine = booked_by(&field, owner.run, ("no_show", 1));
        lay_out(&field, 1, std::slice::from_ref(&mine)).await;
        let visit = field.visit(&owner, "999000000000001");
        let visit = field.submission(field.as_operative(), visit);
        office.clock.advance_ms(4 * DAY_MS);
        let reply = field.send(field.as_operative(), &[visit]).await;
        assert!(is_accepted(&reply.answers[0].outcome), "{:?}", reply.answers[0].outcome);
        let closed = closing::close(office, actor, here, ("close", "Todo llegó")).await;
        assert_eq!(closed.unwrap(), Closed::Done(OutreachStatus::Closed));
        let found = row(&database, &field, mine.id).await;
        assert_eq!((found.state.as_str(), found.served_at), ("served", Some(NOW.0)));
    }

    async fn what_was_done_elsewhere_earlier_or_for_something_else_serves_nobody(database) {
        let field = Field::on(&database).await;
        let owner = Guest::new(12_345_678);
        let mine = booked_by(&field, owner.run, ("booked", 1));
        // Before they booked: of another outreach's day, or a walk-in of the morning.
        let later = BookingRow {
            created_at: NOW.0 + 1,
            ..booked_by(&field, 9_876_543, ("booked", 1))
        };
        lay_out(&field, 4, &[mine.clone(), later.clone()]).await;
        field.submit(field.visit(&Guest::new(9_876_543), "999000000000001")).await;
        // A dose, and a visit of somebody else.
        let dose = field.dewormed(owner.dog, DewormingKind::Internal);
        field.submit(vec![owner.registered(), owner.dog_registered("Luna"), dose]).await;
        field.submit(field.visit(&Guest::new(8_765_432), "999000000000002")).await;
        // Another dog of theirs, at another outreach of the same day.
        let elsewhere = OutreachId(fresh_id());
        let team = [field.coordinator, field.veterinarian];
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            let mut row = tx.outreaches_between("2026-11-22", "2026-11-22", 1).await?.remove(0);
            row.id = elsewhere.0;
            tx.insert_outreach(&row).await?;
            for member in team {
                tx.join_team(elsewhere.0, member.0, NOW.0).await?;
            }
            Ok(())
        })).await;
        done.unwrap();
        let other = Guest::new(owner.run);
        let visit = [other.registered(), other.dog_registered("Sol")];
        let chip = field.verified(other.dog, "999000000000003");
        let mut visit = field.submission(field.as_coordinator(), [&visit[..], &[chip]].concat());
        visit.outreach = Some(elsewhere);
        let reply = field.send(field.as_coordinator(), &[visit]).await;
        let there = &reply.answers[0].outcome;
        assert_eq!(day::tick(&field.office).await.unwrap(), 0, "{there:?}");
        assert!(is_accepted(there), "{there:?}");
        for ticket in [&mine, &later] {
            assert_eq!(state(&database, ticket).await, "booked");
        }
        sums_hold(&database, &field).await;
    }

    async fn in_whatever_order_records_come_home_each_is_counted_once(database) {
        a_day(&database, 1).await;
        for seed in 2..=8 {
            a_day(&Database::fresh(database.store.engine()).await, seed).await;
        }
    }
}
