//! Who waits, and for which neighbourhood unit they speak.

use backend::bookings::{self, KEPT_MS};
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::programme::OutreachRow;
use backend::territory;
use domain::booking::BookingDetails;
use domain::timestamp::DAY_MS;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{Field, Guest, NOW, outreach_row};
use crate::it::offered::booker;
use crate::it::story_day::booking_row;
use crate::it::territory::{TABLE, file, rows, unit};

/// Somebody on the waiting list of an outreach, just before now.
fn waits(outreach: Uuid, details: &BookingDetails) -> BookingRow {
    BookingRow {
        state: "waiting".to_owned(),
        details: serde_json::to_string(details).unwrap(),
        created_at: NOW.0 - 1,
        ..booking_row(outreach, "chip")
    }
}

async fn booked(field: &Field, lines: Vec<BookingRow>) {
    let write = field
        .office
        .store
        .write_with(lines, |tx, lines| Box::pin(async move { tx.insert_bookings(lines).await }));
    let done: Stored<()> = write.await;
    done.unwrap();
}

/// How many animals wait in a unit.
async fn waiting(field: &Field, number: u16) -> u32 {
    let all = rows(&field.office, field).await;
    let row = all.iter().find(|row| row.scored.facts.unit == unit(number)).unwrap();
    row.scored.facts.waiting
}

on_both_databases! {
    /// A list outlives its outreach, but not for ever, and nobody stands on it who was served.
    async fn who_waits_counts_until_served_and_for_a_year(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach.0);
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        database.raw("UPDATE outreach SET unit = '02101-54'").await;
        let guest = Guest::new(12_345_678);
        let waits = |run: u32| waits(here, &booker(run, "Ana", false));
        let erased = BookingRow { details: String::new(), ..waits(1_000_001) };
        booked(&field, vec![waits(guest.run), waits(9_876_543), erased]).await;
        let waiting = async || waiting(&field, 54).await;
        assert_eq!(waiting().await, 6);
        // A dose is not what they wait for; the chip is, wherever it was.
        let dose = field.dewormed(guest.dog, domain::catalogue::DewormingKind::Internal);
        field.submit(vec![guest.registered(), guest.dog_registered("Ñato"), dose]).await;
        assert_eq!(waiting().await, 6);
        field.submit(vec![field.chipped(guest.dog, "999000000000001")]).await;
        assert_eq!(waiting().await, 4);
        // Whatever became of the outreach, a year later nobody waits for it.
        database.raw("UPDATE outreach SET status = 'closed', held_on = '2025-11-22'").await;
        assert_eq!(waiting().await, 4, "365 days");
        database.raw("UPDATE outreach SET held_on = '2025-11-21'").await;
        assert_eq!(waiting().await, 0);
    }

    /// After ninety days nobody knows whose a booking was, and it still counts that they were
    /// served, or had a place elsewhere.
    async fn who_was_served_is_remembered_without_knowing_who_it_was(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach.0);
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        database.raw("UPDATE outreach SET unit = '02101-54'").await;
        let row: Stored<Option<OutreachRow>> =
            office.store.read(move |tx| Box::pin(async move { tx.outreach(here).await })).await;
        let there = OutreachRow {
            starts_at: NOW.0 - 3 * DAY_MS,
            ends_at: NOW.0 - 2 * DAY_MS,
            ..outreach_row(row.unwrap().unwrap().programme_id)
        };
        let other = there.id;
        let added: Stored<()> = office
            .store
            .write_with(there, |tx, there| Box::pin(async move { tx.insert_outreach(there).await }))
            .await;
        added.unwrap();
        let guest = Guest::new(12_345_678);
        let still = waits(here, &booker(9_876_543, "Ana", false));
        let moved = BookingRow {
            owner_key: Some(vec![7]),
            ..waits(here, &booker(1_000_001, "Ana", false))
        };
        let elsewhere = BookingRow {
            state: "no_show".to_owned(),
            owner_key: Some(vec![7]),
            created_at: NOW.0,
            ..waits(other, &booker(1_000_001, "Ana", false))
        };
        let served = waits(here, &booker(guest.run, "Ana", false));
        booked(&field, vec![still, moved, elsewhere, served]).await;
        field.submit(vec![
            guest.registered(),
            guest.dog_registered("Ñato"),
            field.chipped(guest.dog, "999000000000001"),
        ]).await;
        assert_eq!(waiting(&field, 54).await, 2);
        // The place elsewhere is forgotten first, and then those who waited.
        office.clock.advance_ms(KEPT_MS - DAY_MS);
        assert_eq!(bookings::forget(office).await.unwrap(), 1);
        assert_eq!(waiting(&field, 54).await, 2);
        office.clock.advance_ms(2 * DAY_MS);
        assert_eq!(bookings::forget(office).await.unwrap(), 3);
        let known = "SELECT COUNT(*) FROM booking WHERE details <> '' OR owner_key IS NOT NULL
            OR owner_id IS NOT NULL";
        assert_eq!(database.number(known).await, 0);
        assert_eq!(waiting(&field, 54).await, 2, "one still waited when they were forgotten");
        let settled = |how: &str| format!("SELECT COUNT(*) FROM booking WHERE settled = '{how}'");
        assert_eq!(database.number(&settled("served")).await, 1);
        assert_eq!(database.number(&settled("elsewhere")).await, 1);
    }

    /// What cannot be read has to be forgotten all the same.
    async fn nothing_keeps_a_booking_from_being_forgotten(database) {
        let field = Field::on(&database).await;
        let office = &field.office;
        let mut odd = waits(field.outreach.0, &booker(9_876_543, "Ana", false));
        odd.details = "{\"document\":7}".to_owned();
        booked(&field, vec![odd]).await;
        office.clock.advance_ms(KEPT_MS + DAY_MS);
        assert_eq!(bookings::forget(office).await.unwrap(), 1);
    }

    async fn an_outreach_counts_for_every_unit_that_it_is_meant_for(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach.0);
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        database.raw("UPDATE outreach SET unit = '02101-54'").await;
        let meant = "INSERT INTO outreach_unit (outreach_id, unit) SELECT id, '02101-7'
            FROM outreach";
        database.raw(meant).await;
        let guest = Guest::new(12_345_678);
        let said =
            BookingDetails { unit: Some(unit(7)), ..booker(9_876_543, "Ana", false) };
        let far = BookingDetails { unit: Some(unit(9)), ..booker(1_000_001, "Ana", false) };
        let unknown = booker(guest.run, "Ana", false);
        let erased = BookingRow {
            details: String::new(), places: 1, ..waits(here, &unknown)
        };
        let lines = vec![waits(here, &said), waits(here, &far), waits(here, &unknown), erased];
        booked(&field, lines).await;
        // Two live in the one. The other five, who live in neither or nobody knows where, are
        // shared out: seven animals wait, and seven are counted.
        assert_eq!((waiting(&field, 54).await, waiting(&field, 7).await), (3, 4));
        // The register knows where somebody lives who did not say so.
        field.submit(vec![guest.registered()]).await;
        database.raw("UPDATE owner SET unit = '02101-54'").await;
        assert_eq!((waiting(&field, 54).await, waiting(&field, 7).await), (4, 3));

        let told = async || {
            let all = rows(office, &field).await;
            let both: Vec<_> = all
                .iter()
                .map(|row| (row.planned.is_some(), row.last_on.is_some()))
                .collect();
            both
        };
        assert_eq!(told().await, [(false, true), (false, true)], "it is held today");
        database.raw("UPDATE outreach SET status = 'draft'").await;
        assert_eq!(told().await, [(true, false), (true, false)]);
        // The draft that is meant for a unit is the one that is suggested there.
        let words = ("Operativo".to_owned(), "Por definir".to_owned());
        let draft = territory::accept(office, actor, unit(7), words).await.unwrap();
        assert_eq!(draft, field.outreach);
    }
}
