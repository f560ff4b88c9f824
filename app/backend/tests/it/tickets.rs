//! What phones without signal record at the door of an outreach, and what they take along for it.

use backend::clock::fresh_id;
use backend::closing;
use backend::day::{self, grant};
use backend::error::Error;
use backend::history;
use backend::planning;
use backend::registry::pack::{self, Asked};
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::day::DayRow;
use backend::store::vocabulary::plan::PlaceChange;
use domain::booking::{BookingDetails, BookingState, Offering, ShareAsked, TurnAwayReason};
use domain::closing::Finding;
use domain::command::Command;
use domain::desk::queue::UnresolvedLine;
use domain::field_error::{Field as Typed, FieldError, Problem};
use domain::id::BookingId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome};
use domain::timestamp::DAY_MS;
use sha2::Digest;
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest, NOW, refusal};
use crate::it::offered::{booker, offering_row};
use crate::it::story_day::{booking_row, device_row};
use crate::it::straight::sums_hold;
use crate::it::unresolved::waiting_lines;

/// An outreach that offers so many places for chips, and whose bookings are these.
async fn lay_out(field: &Field, capacity: i64, bookings: &[BookingRow]) {
    let (here, rows) = (field.outreach.0, bookings.to_vec());
    let write = field.office.store.write_with(rows, move |tx, rows| {
        Box::pin(async move {
            assert!(tx.put_offering(&offering_row(here, "chip", capacity)).await?);
            let held = rows.iter().filter(|row| row.state == "booked").map(|row| row.places);
            let promised = PlaceChange { booked: held.sum(), ..PlaceChange::default() };
            assert!(tx.move_places(here, "chip", promised).await?);
            tx.insert_bookings(rows).await
        })
    });
    let done: Stored<()> = write.await;
    done.unwrap();
}

fn booked(field: &Field, details: &BookingDetails) -> BookingRow {
    let details = serde_json::to_string(details).unwrap();
    BookingRow { details, ..booking_row(field.outreach.0, "chip") }
}

fn arrive(row: &BookingRow, number: Option<u32>) -> Command {
    Command::Arrive { booking: BookingId(row.id), number }
}

fn walk_in(places: u32, share: Option<Uuid>) -> Command {
    let (booking, offering) = (BookingId(fresh_id()), Offering::Chip);
    Command::WalkIn { booking, offering, places, share, number: None }
}

/// Lends places to the field's phone.
async fn lend(field: &Field, places: u32) -> Uuid {
    let asked = ShareAsked { id: fresh_id(), offering: Offering::Chip, places };
    let (id, to) = (asked.id, (field.outreach, field.device));
    let phone = device_row(field.device.0, field.operative.0);
    let write = field.office.store.write_with((asked, phone), move |tx, (asked, phone)| {
        Box::pin(async move {
            tx.write_devices(std::slice::from_ref(phone)).await?;
            grant(tx, to, asked, NOW).await
        })
    });
    let granted: Result<u32, Error> = write.await;
    assert_eq!(granted.unwrap(), places);
    id
}

/// Places used and lent.
async fn used_and_lent(database: &Database, field: &Field) -> (i64, i64) {
    let here = field.outreach.0;
    let read =
        database.store.glance(move |tx| Box::pin(async move { tx.offering(here, "chip").await }));
    let row: Stored<_> = read.await;
    let row = row.unwrap().unwrap();
    (row.used, row.shared)
}

/// Twelve tickets, of which four keep places, are let in by phones in an order that follows from a
/// step, and people without a ticket in between.
async fn let_in(database: &Database, step: usize) {
    let field = Field::on(database).await;
    let tickets: Vec<_> = (1..=12)
        .zip(["booked", "waiting", "lapsed"].into_iter().cycle())
        .map(|(run, state)| BookingRow {
            state: state.to_owned(),
            ..booked(&field, &booker(run, "Pedro", false))
        })
        .collect();
    lay_out(&field, 14, &tickets).await;
    for turn in 0..tickets.len() {
        let ticket = &tickets[turn * step % tickets.len()];
        let places = 1 + u32::try_from(turn % 3).unwrap();
        for command in [arrive(ticket, None), walk_in(places, None)] {
            let outcome = field.submit(vec![command]).await;
            assert!(is_accepted(&outcome), "{step}, {turn}: {outcome:?}");
            sums_hold(database, &field).await;
        }
    }
    let rows = sums_hold(database, &field).await;
    let over = |row: &DayRow| {
        tickets.iter().any(|one| one.id == row.id && one.state == "booked") && row.over_count > 0
    };
    assert!(!rows.iter().any(over), "{step}: who had a place came over the count");
    assert_eq!(rows.iter().filter(|row| row.state == "arrived").count(), 24);
    // Fourteen places, twenty-four for the tickets and twenty-four for the others.
    assert_eq!(rows.iter().map(|row| row.over_count).sum::<i64>(), 34, "{step}");
}

fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted { .. })
}

on_both_databases! {
    async fn a_ticket_of_two_phones_is_accepted_once_and_a_conflict_at_the_desk(database) {
        let field = Field::on(&database).await;
        let maria = booked(&field, &booker(12_345_678, "María José", false));
        lay_out(&field, 4, std::slice::from_ref(&maria)).await;
        let first = field.submission(field.as_operative(), vec![arrive(&maria, None)]);
        for _ in 0..2 {
            let reply = field.send(field.as_operative(), std::slice::from_ref(&first)).await;
            assert!(is_accepted(&reply.answers[0].outcome), "sent again it is answered again");
        }
        assert_eq!(used_and_lent(&database, &field).await, (2, 0));

        let field = field.with_another_phone();
        let second = field.submit(vec![arrive(&maria, None)]).await;
        let Outcome::Conflict { command, refusal, other } = &second else { panic!("{second:?}") };
        assert_eq!((*command, refusal), (Some(0), &Refusal::TicketUsed));
        assert_eq!((other.name.as_str(), other.registered_at), ("L···", NOW));
        assert_eq!(used_and_lent(&database, &field).await, (2, 0));
        let lines = waiting_lines(&field).await;
        assert_eq!(lines.len(), 1);
        assert_eq!((&lines[0].outcome, &lines[0].other), (&second, &None));
        // The ticket stays used, and no chip has anything to do with it.
        assert!(lines[0].is_of_ticket() && !lines[0].can_be_recorded());
        let with_visit = field.visit(&Guest::new(9_876_543), "999000000000009");
        field.submit([vec![arrive(&maria, None)], with_visit].concat()).await;
        let lines = waiting_lines(&field).await;
        assert!(lines.len() == 2 && !lines.iter().any(UnresolvedLine::may_be_another_chip));
    }

    async fn a_ticket_that_leads_nowhere_is_refused(database) {
        let field = Field::on(&database).await;
        let cancelled = BookingRow {
            state: "cancelled".to_owned(),
            ..booked(&field, &booker(12_345_678, "María", false))
        };
        lay_out(&field, 1, std::slice::from_ref(&cancelled)).await;
        let unknown = booking_row(field.outreach.0, "chip");
        let outcome = field.submit(vec![arrive(&unknown, None)]).await;
        assert_eq!(refusal(&outcome), &Refusal::TicketNotValid);
        // Given back, and of another day as well.
        let mut early = field.submission(field.as_operative(), vec![arrive(&cancelled, None)]);
        early.recorded_at = NOW.plus_ms(-7 * DAY_MS);
        let reply = field.send(field.as_operative(), &[early]).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::TicketNotValid);
        let mut nowhere = field.submission(field.as_coordinator(), vec![arrive(&unknown, None)]);
        nowhere.outreach = None;
        let reply = field.send(field.as_coordinator(), &[nowhere]).await;
        let [Answer { outcome, .. }] = &reply.answers[..] else { panic!("one answer") };
        assert_eq!(refusal(outcome), &Refusal::OutreachUnknown);
    }

    async fn a_promise_comes_out_of_the_share_and_without_one_out_of_what_is_free(database) {
        let field = Field::on(&database).await;
        lay_out(&field, 4, &[]).await;
        let share = lend(&field, 3).await;
        assert!(is_accepted(&field.submit(vec![walk_in(2, Some(share))]).await));
        assert_eq!(used_and_lent(&database, &field).await, (2, 1));
        // The last of the share, and what is free.
        assert!(is_accepted(&field.submit(vec![walk_in(1, Some(share))]).await));
        assert!(is_accepted(&field.submit(vec![walk_in(1, Some(share))]).await));
        assert_eq!(used_and_lent(&database, &field).await, (4, 0));
        for (places, problem) in [(0, Problem::TooSmall), (u32::MAX, Problem::TooLarge)] {
            let outcome = field.submit(vec![walk_in(places, Some(share))]).await;
            let wrong = Refusal::field(FieldError::new(Typed::Quantity, problem));
            assert_eq!(refusal(&outcome), &wrong, "{places}");
        }
    }

    /// The phone had no place of its own, and its people were there: nothing of the visit is
    /// refused, nobody's place is given away, and the coordination sees it.
    async fn who_was_promised_more_than_was_left_is_recorded_over_the_count(database) {
        let field = Field::on(&database).await;
        let maria = booked(&field, &booker(12_345_678, "María", false));
        lay_out(&field, 3, std::slice::from_ref(&maria)).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        // One place is left, and two are promised; then none.
        let guest = Guest::new(9_876_543);
        let mut visit = vec![walk_in(2, None)];
        visit.extend(field.visit(&guest, "999000000000001"));
        let first = field.submission(field.as_operative(), visit);
        for _ in 0..2 {
            let reply = field.send(field.as_operative(), std::slice::from_ref(&first)).await;
            assert!(is_accepted(&reply.answers[0].outcome), "{:?}", reply.answers[0].outcome);
        }
        assert!(is_accepted(&field.submit(vec![walk_in(1, Some(fresh_id()))]).await));
        assert_eq!(used_and_lent(&database, &field).await, (1, 0));
        assert_eq!(database.number("SELECT COUNT(*) FROM service").await, 3);
        // What was booked is still theirs.
        assert!(is_accepted(&field.submit(vec![arrive(&maria, None)]).await));
        assert_eq!(used_and_lent(&database, &field).await, (3, 0));

        let board = day::board(office, actor, here).await.unwrap();
        let line = board.offerings[0];
        assert_eq!((line.over, line.places.free(), line.waiting), (2, 0, 5));
        let over: Vec<_> =
            board.queue.iter().filter(|one| one.is_over).map(|one| one.number).collect();
        assert_eq!(over, [1, 2]);
        let sheet = closing::sheet(office, actor, here).await.unwrap();
        assert!(sheet.verdict.findings.contains(&Finding::OverCount(2)));
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'places_over_count'";
        assert_eq!(database.number(noted).await, 2);
        // Who is sent away frees the place that was theirs, and no other.
        for number in over {
            let one = board.queue.iter().find(|one| one.number == number).unwrap().booking;
            let away = (one, TurnAwayReason::Left);
            day::turn_away(office, actor, here, away).await.unwrap();
        }
        assert_eq!(used_and_lent(&database, &field).await, (2, 0));
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.over, line.places.free()), (0, 1));
        let report = history::verify(&office.store, &office.keys).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }

    async fn whomever_phones_let_in_nobody_else_loses_a_place(database) {
        let_in(&database, 1).await;
        for step in [5, 7, 11] {
            let_in(&Database::fresh(database.store.engine()).await, step).await;
        }
    }

    /// The waiting list, who came too late for a place that went on, and who did not take an offer:
    /// their tickets keep no place, and a phone without signal let them in.
    async fn a_ticket_without_a_place_that_a_phone_let_in_is_over_the_count(database) {
        let field = Field::on(&database).await;
        let without_place = |state: &str, run| BookingRow {
            state: state.to_owned(),
            ..booked(&field, &booker(run, "Pedro", false))
        };
        let waiting = BookingRow { slot_at: None, ..without_place("waiting", 9_876_543) };
        let (late, lapsed) = (without_place("no_show", 8_765_432), without_place("lapsed", 1));
        lay_out(&field, 3, &[waiting.clone(), late.clone(), lapsed.clone()]).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        // Three places, and each comes with two: there are two, one, and none.
        let first = field.submission(field.as_operative(), vec![arrive(&late, None)]);
        let second = field.submission(field.as_operative(), vec![arrive(&waiting, Some(9))]);
        for sent in [&first, &second, &first, &second] {
            let reply = field.send(field.as_operative(), std::slice::from_ref(sent)).await;
            assert!(is_accepted(&reply.answers[0].outcome), "{:?}", reply.answers[0].outcome);
        }
        assert!(is_accepted(&field.submit(vec![arrive(&lapsed, None)]).await));
        assert_eq!(used_and_lent(&database, &field).await, (3, 0));
        let board = day::board(office, actor, here).await.unwrap();
        let line = board.offerings[0];
        assert_eq!((line.over, line.places.free(), line.waiting), (3, 0, 6));
        let over: Vec<_> =
            board.queue.iter().filter(|one| one.is_over).map(|one| one.number).collect();
        assert_eq!(over, [2, 3], "a number that was not the phone's is not given");
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'places_over_count'";
        assert_eq!(database.number(noted).await, 2);
        // Another phone that shows the same ticket is a conflict, as of any.
        let field = field.with_another_phone();
        let again = field.submit(vec![arrive(&waiting, None)]).await;
        assert_eq!(refusal(&again), &Refusal::TicketUsed);
        assert_eq!(used_and_lent(&database, &field).await, (3, 0));
    }

    /// Given back, or called off with the outreach, which the phone had not heard of.
    async fn a_ticket_that_was_given_back_and_a_phone_let_in_is_over_the_count(database) {
        let field = Field::on(&database).await;
        let stands = |state: &str, run| BookingRow {
            state: state.to_owned(),
            ..booked(&field, &booker(run, "Pedro", false))
        };
        let given_back = BookingRow {
            ended_reason: Some("owner".to_owned()),
            ..stands("cancelled", 9_876_543)
        };
        let waiting = BookingRow { slot_at: None, ..stands("waiting", 8_765_432) };
        let kept = stands("booked", 12_345_678);
        lay_out(&field, 3, &[given_back.clone(), waiting.clone(), kept.clone()]).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'places_over_count'";
        // One place is left for two, and who kept theirs has them.
        let sent = field.submission(field.as_operative(), vec![arrive(&given_back, None)]);
        for _ in 0..2 {
            let reply = field.send(field.as_operative(), std::slice::from_ref(&sent)).await;
            assert!(is_accepted(&reply.answers[0].outcome), "{:?}", reply.answers[0].outcome);
        }
        assert_eq!(used_and_lent(&database, &field).await, (1, 0));
        assert_eq!(database.number(noted).await, 1);
        sums_hold(&database, &field).await;
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let ended = "SELECT COUNT(*) FROM booking WHERE state = 'cancelled'";
        assert_eq!(database.number(ended).await, 1, "who waited is told not to come");
        assert!(is_accepted(&field.submit(vec![arrive(&waiting, None)]).await));
        assert!(is_accepted(&field.submit(vec![arrive(&kept, None)]).await));
        assert_eq!((database.number(ended).await, database.number(noted).await), (0, 2));
        assert_eq!(used_and_lent(&database, &field).await, (3, 0));
        let rows = sums_hold(&database, &field).await;
        assert!(rows.iter().all(|row| row.state == "arrived"), "{rows:?}");
        assert_eq!(rows.iter().map(|row| row.over_count).sum::<i64>(), 3);
        // Another phone that shows the same ticket is a conflict, as of any.
        let field = field.with_another_phone();
        let again = field.submit(vec![arrive(&given_back, None)]).await;
        assert_eq!(refusal(&again), &Refusal::TicketUsed);
    }

    async fn a_phone_takes_along_who_is_expected_and_the_cards_of_those_it_knows(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(12_345_678);
        field.submit(vec![guest.registered(), guest.dog_registered("Ñato")]).await;
        // Who lives elsewhere is in the pack because of the booking alone.
        database.raw("UPDATE owner SET commune = '13101', unit = NULL").await;
        let page = async || {
            let (office, actor) = (&field.office, field.as_operative());
            pack::page(office, actor, field.outreach, Asked::default()).await.unwrap()
        };
        assert_eq!(page().await.owners.len(), 0);
        let maria = booked(&field, &booker(12_345_678, "María José", false));
        let mut of_pedro = booker(9_876_543, "Pedro", false);
        of_pedro.animals[0].age_months = Some(25);
        let before = NOW.0 - 70 * DAY_MS;
        let pedro = BookingRow { created_at: before, ..booked(&field, &of_pedro) };
        let gone = BookingRow {
            state: "cancelled".to_owned(),
            ..booked(&field, &booker(8_765_432, "Ana", false))
        };
        lay_out(&field, 9, &[maria.clone(), pedro, gone]).await;
        assert_eq!(page().await.owners[0].id, guest.owner);

        field.submit(vec![arrive(&maria, None)]).await;
        let told = day::expected(&field.office, field.as_operative(), field.outreach);
        let told = told.await.unwrap();
        assert_eq!(told.len(), 2);
        let one = told.iter().find(|one| one.id.0 == maria.id).unwrap();
        assert!(one.is_known && one.line.contains("maria jose"), "{one:?}");
        assert_eq!((one.state, one.number), (BookingState::Arrived, Some(1)));
        let other = told.iter().find(|other| other.id != one.id).unwrap();
        assert_eq!((other.is_known, other.state), (false, BookingState::Booked));
        // Two years and a month old when they booked in September.
        let animals = &other.details.as_ref().unwrap().animals;
        assert_eq!(animals[0].age_months, Some(27));
        // The tag is made of the code that stands on the ticket.
        let secret = field.office.keys.derive(b"booking-code", maria.id.as_bytes());
        let code = &data_encoding::BASE32_NOPAD.encode(&secret)[..10];
        let hash = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(code.as_bytes()));
        assert_eq!(one.tag, hash[..8]);
    }
}
