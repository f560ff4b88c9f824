//! Lists of outreaches that are longer than they may be: what is asked for is chosen before they
//! are cut, and what is nearest to today is never cut off.

use backend::bookings::{self, PublicFilter};
use backend::clock::fresh_id;
use backend::day;
use backend::planning;
use backend::registry;
use backend::stock;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::programme::{OutreachRow, OutreachesWantedRow};
use backend::store::vocabulary::stock::ChipAllotmentRow;
use backend::territory;
use domain::desk::plan::OutreachFilter;
use domain::outreach::Outreach;
use domain::submission::Outcome;
use domain::timestamp::{CivilDate, DAY_MS, HOUR_MS};
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::day::{booked, lay_out, state};
use crate::it::field::{Field, Guest, NOW, outreach_row, programme_row};
use crate::it::offered::{booker, offering_row};

/// An outreach on a day of this year.
fn on(programme: Uuid, status: &str, held_on: &str) -> OutreachRow {
    OutreachRow {
        status: status.to_owned(),
        held_on: held_on.to_owned(),
        starts_at: NOW.0 + 30 * DAY_MS,
        ends_at: NOW.0 + 31 * DAY_MS,
        ..outreach_row(programme)
    }
}

/// Adds so many like this one.
async fn add(database: &Database, like: OutreachRow, count: usize) {
    add_as(database, like, std::iter::repeat_with(fresh_id).take(count).collect()).await;
}

/// Adds others like this one, by these identifiers.
async fn add_as(database: &Database, like: OutreachRow, ids: Vec<Uuid>) {
    let added = database.store.write_with((like, ids), |tx, (like, ids)| {
        Box::pin(async move {
            for &id in ids {
                tx.insert_outreach(&OutreachRow { id, ..like.clone() }).await?;
            }
            Ok(())
        })
    });
    let added: Stored<()> = added.await;
    added.unwrap();
}

/// The programme of the field's outreach.
async fn programme(field: &Field) -> Uuid {
    let all = planning::programmes(&field.office, field.as_coordinator()).await.unwrap();
    all.rows[0].programme.id.0
}

on_both_databases! {
    async fn outreaches_are_asked_for_by_what_they_are(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let first = on(programme.id, "open", "2026-11-22");
            let second = OutreachRow {
                commune: "02104".to_owned(),
                ..on(programme.id, "published", "2026-11-23")
            };
            let third = on(programme.id, "draft", "2026-11-24");
            for row in [&second, &third, &first] {
                tx.insert_outreach(row).await?;
            }
            assert!(tx.put_offering(&offering_row(second.id, "chip", 5)).await?);
            let all = OutreachesWantedRow {
                from: "2026-11-22".to_owned(),
                to: "2026-11-24".to_owned(),
                limit: 9,
                ..OutreachesWantedRow::default()
            };
            let ordered = [first.clone(), second.clone(), third.clone()];
            assert_eq!(tx.outreaches_soonest(&all).await?, ordered);
            let [one, two, three] = ordered;
            assert_eq!(tx.outreaches_latest(&all).await?, [three, two, one]);
            let one = OutreachesWantedRow { limit: 1, ..all.clone() };
            assert_eq!(tx.outreaches_soonest(&one).await?, [first.clone()]);
            assert_eq!(tx.outreaches_latest(&one).await?, [third.clone()]);
            let statuses = ["open", "draft"].map(str::to_owned).to_vec();
            let of_those = OutreachesWantedRow { statuses, ..all.clone() };
            assert_eq!(tx.outreaches_soonest(&of_those).await?, [first, third]);
            let commune = Some("02104".to_owned());
            let there = OutreachesWantedRow { commune, ..all.clone() };
            assert_eq!(tx.outreaches_latest(&there).await?, [second.clone()]);
            let offering = Some("chip".to_owned());
            let chips = OutreachesWantedRow { offering, ..all.clone() };
            assert_eq!(tx.outreaches_soonest(&chips).await?, [second]);
            let offering = Some("sterilisation".to_owned());
            let surgeries = OutreachesWantedRow { offering, ..all.clone() };
            assert_eq!(tx.outreaches_latest(&surgeries).await?, []);
            let before = OutreachesWantedRow { to: "2026-11-21".to_owned(), ..all };
            assert_eq!(tx.outreaches_soonest(&before).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    /// Five hundred drafts at the end of the year, and a hundred that are announced before them.
    async fn the_soonest_is_in_every_list_however_long_it_is(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let programme = programme(&field).await;
        add(&database, on(programme, "draft", "2026-12-31"), 501).await;
        add(&database, on(programme, "published", "2026-12-30"), 101).await;

        let list = async |filter| planning::outreaches(office, actor, filter).await.unwrap();
        let all = list(OutreachFilter::default()).await;
        assert_eq!((all.rows.len(), all.has_more), (300, true));
        let held: Vec<_> = all.rows.iter().map(|row| row.outreach.held_on.to_string()).collect();
        assert_eq!(held.last().map(String::as_str), Some("2026-11-22"), "today's is the soonest");
        assert!(held.is_sorted_by(|one, next| one >= next), "the latest first");
        let status = Some("under_way".to_owned());
        let today = list(OutreachFilter { status, ..OutreachFilter::default() }).await;
        assert_eq!((today.rows.len(), today.has_more), (1, false));
        let commune = Some("02104".to_owned());
        let there = list(OutreachFilter { commune, ..OutreachFilter::default() }).await;
        assert_eq!((there.rows.len(), there.has_more), (0, false));

        let open = bookings::open_outreaches(office, PublicFilter::default()).await;
        let (public, has_more) = open.unwrap();
        assert_eq!((public.len(), public[0].id, has_more), (102, field.outreach, false));
        let setup = registry::field_setup(office, actor, "Ana".to_owned()).await.unwrap();
        assert_eq!(setup.outreaches[0].outreach.id, field.outreach);
        assert_eq!(setup.outreaches.len(), 100);
        let boxes = stock::sheet(office, actor).await.unwrap();
        assert_eq!((boxes.boxes.len(), boxes.has_more), (100, true));
        assert_eq!(boxes.boxes.last().map(|line| line.outreach), Some(field.outreach));
    }

    /// The public's list and the calendar, of which a year has some sixty.
    async fn a_list_that_is_cut_says_that_there_is_more(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let programme = programme(&field).await;
        add(&database, on(programme, "published", "2026-12-30"), 500).await;
        let open = bookings::open_outreaches(office, PublicFilter::default()).await;
        let (public, has_more) = open.unwrap();
        assert_eq!((public.len(), public[0].id, has_more), (500, field.outreach, true));
        let (announced, has_more) = territory::public(office).await.unwrap();
        assert_eq!((announced.len(), has_more), (501, false));

        let over = OutreachRow {
            starts_at: NOW.0 - 2 * DAY_MS,
            ends_at: NOW.0 - DAY_MS,
            ..on(programme, "closed", "2026-11-20")
        };
        add(&database, over, 1_001).await;
        let (announced, has_more) = territory::public(office).await.unwrap();
        assert_eq!((announced.len(), has_more), (1_501, true));
        let is_today = |outreach: &Outreach| outreach.id == field.outreach;
        assert!(announced.iter().any(is_today), "what is over pushes nothing out");
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let month = (day("2026-11-01"), day("2026-11-30"));
        let (desk, has_more) = territory::between(office, actor, month.0, month.1).await.unwrap();
        assert_eq!((desk.len(), has_more), (1_001, true));
        assert!(desk.iter().any(is_today));
        let (desk, has_more) = territory::between(office, actor, month.1, month.1).await.unwrap();
        assert_eq!((desk.len(), has_more), (0, false));
    }

    /// Its numbers are still in the box of an outreach of the spring, which the list keeps.
    async fn a_box_of_long_ago_is_kept_before_those_that_hold_nothing(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let programme = programme(&field).await;
        let old = on(programme, "closed", "2026-06-01");
        add(&database, old.clone(), 1).await;
        add(&database, on(programme, "closed", "2026-07-01"), 160).await;
        let id = old.id;
        let done: Stored<()> = database.store.write_with(old, |tx, old| Box::pin(async move {
            tx.insert_outreach(old).await?;
            let held = ChipAllotmentRow {
                first: "999000000000001".to_owned(),
                last: "999000000000010".to_owned(),
                outreach_id: old.id,
                device_id: None,
                allotted_by: None,
                allotted_at: 1,
            };
            tx.insert_chip_allotments(&[held]).await
        })).await;
        done.unwrap();
        let boxes = stock::sheet(office, actor).await.unwrap();
        let shown: Vec<_> = boxes.boxes.iter().map(|line| line.outreach.0).collect();
        assert_eq!((shown, boxes.has_more), (vec![field.outreach.0, id], false));
    }

    async fn those_of_some_days_are_read_in_parts(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let days = ["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"];
            let rows = days.map(|day| on(programme.id, "open", day));
            let [before, mut first, mut last, after] = rows;
            // The later day comes first.
            (first.id, last.id) = (Uuid::from_u128(2), Uuid::from_u128(1));
            for row in [&before, &first, &last, &after] {
                tx.insert_outreach(row).await?;
            }
            let held = ("2026-11-22", "2026-11-23");
            let both = [last, first];
            assert_eq!(tx.outreaches_held(held, Uuid::nil(), 9).await?, both);
            assert_eq!(tx.outreaches_held(held, Uuid::nil(), 1).await?, both[..1]);
            assert_eq!(tx.outreaches_held(held, both[0].id, 9).await?, both[1..]);
            assert_eq!(tx.outreaches_held(held, both[1].id, 9).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn who_came_is_settled_however_many_outreaches_there_are(database) {
        let field = Field::on(&database).await;
        let run = 12_345_678;
        let row = BookingRow { places: 1, ..booked(&field, &booker(run, "María", false)) };
        lay_out(&field, 1, std::slice::from_ref(&row)).await;
        let commands = field.visit(&Guest::new(run), "999000012345678");
        let visit = field.submission(field.as_operative(), commands);
        let reply = field.send(field.as_operative(), &[visit]).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        // Nothing has come home since yesterday, when it was held; and all others are read before.
        field.office.clock.advance_ms(DAY_MS + HOUR_MS);
        let first = (1..=201).map(Uuid::from_u128).collect();
        add_as(&database, on(programme(&field).await, "open", "2026-11-24"), first).await;
        assert_eq!(state(&database, &row).await, "booked");
        assert_eq!(day::tick(&field.office).await.unwrap(), 1);
        assert_eq!(state(&database, &row).await, "served");
        assert_eq!(day::tick(&field.office).await.unwrap(), 0);
    }
}
