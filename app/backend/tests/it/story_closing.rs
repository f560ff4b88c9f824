//! Runs every line of the closing's vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::closing::{
    BookingCountRow, PhoneAtRow, ShareOutRow, TargetReasonRow,
};
use backend::store::vocabulary::document::DocumentRow;
use backend::store::vocabulary::phone::DelegationRow;
use backend::store::vocabulary::plan::OutreachPlanRow;
use backend::store::vocabulary::programme::{AuthorisationRow, OutreachRow};
use backend::store::vocabulary::progress::{OutreachCostRow, ProgressRow};
use backend::store::vocabulary::service::{EducationRow, ServiceRow};
use backend::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use backend::store::{Engine, Tx};
use domain::role::Role;
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::field::{NOW, outreach_row, programme_row, staff_row};
use crate::it::story_erasure::submission;
use crate::it::story_registry::{animal_row, owner_row, service_row};

/// Who and what is there.
#[derive(Clone, Copy)]
struct Place {
    programme: Uuid,
    outreach: Uuid,
    owner: Uuid,
    animal: Uuid,
    staff: Uuid,
    device: Uuid,
}

async fn place(tx: &mut Tx) -> Stored<Place> {
    let (programme, owner) = (programme_row(), owner_row());
    let staff = staff_row(Role::Veterinarian);
    tx.insert_staff(&staff).await?;
    tx.insert_programme(&programme).await?;
    let outreach = OutreachRow { unit: Some("02101-7".to_owned()), ..outreach_row(programme.id) };
    tx.insert_outreach(&outreach).await?;
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    let animal = animal_row(owner.id);
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    let device = DeviceRow {
        id: fresh_id(),
        staff_id: staff.id,
        name: "Mesa 1".to_owned(),
        reported_at: Some(8),
        waiting: Some(3),
        to_mend: Some(1),
        ..DeviceRow::default()
    };
    tx.write_devices(std::slice::from_ref(&device)).await?;
    Ok(Place {
        programme: programme.id,
        outreach: outreach.id,
        owner: owner.id,
        animal: animal.id,
        staff: staff.id,
        device: device.id,
    })
}

async fn laid_out(database: &Database) -> Place {
    let done: Stored<Place> = database.store.write(|tx| Box::pin(place(tx))).await;
    done.unwrap()
}

/// An identifier as a literal of the database's, and as one of bytes.
fn literals(database: &Database, id: Uuid) -> (String, String) {
    let bytes = format!("x'{}'", id.simple());
    match database.store.engine() {
        Engine::Sqlite => (bytes.clone(), bytes),
        Engine::Postgres => (format!("'{id}'"), format!("'\\x{}'", id.simple())),
    }
}

/// A booking of two animals, as the register of bookings would write it.
async fn book(database: &Database, outreach: Uuid, (state, reason, walked): (&str, &str, u8)) {
    let (own, hash) = literals(database, fresh_id());
    let (at, _) = literals(database, outreach);
    let sql = format!(
        "INSERT INTO booking (id, outreach_id, offering, state, places, code_hash, details,
             created_at, changed_at, reminders, accepted_date, ended_reason, walk_in)
         VALUES ({own}, {at}, 'chip', '{state}', 2, {hash}, '', 1, 1, 0, 1, {reason}, {walked})"
    );
    assert_eq!(database.raw(&sql).await, 1);
}

/// Places lent to a phone of an outreach.
pub async fn lend(database: &Database, (outreach, device): (Uuid, Uuid), returned_at: &str) {
    let ((own, _), (at, _)) = (literals(database, fresh_id()), literals(database, outreach));
    let (device, _) = literals(database, device);
    let sql = format!(
        "INSERT INTO capacity_share (id, outreach_id, offering, device_id, granted, used,
             granted_at, returned_at)
         VALUES ({own}, {at}, 'chip', {device}, 5, 2, 1, {returned_at})"
    );
    assert_eq!(database.raw(&sql).await, 1);
}

async fn phones_and_papers(tx: &mut Tx, here: Place) -> Stored<()> {
    assert_eq!(tx.phones_at(here.outreach).await?, []);
    let word = DelegationRow {
        device_id: here.device,
        outreach_id: here.outreach,
        public_key: vec![7; 32],
        paired_by: here.staff,
        paired_at: 1,
        ends_at: 9,
        kid: vec![8; 8],
        signature: vec![9; 64],
        rekeyed_at: None,
    };
    tx.keep_delegation(&word).await?;
    let phone = PhoneAtRow {
        id: here.device,
        name: "Mesa 1".to_owned(),
        reported_at: Some(8),
        waiting: Some(3),
        to_mend: Some(1),
    };
    assert_eq!(tx.phones_at(here.outreach).await?, [phone]);
    assert_eq!(tx.phones_at(fresh_id()).await?, []);
    tx.revoke_phone(here.device, Some(9)).await?;
    assert_eq!(tx.phones_at(here.outreach).await?, []);

    let paper = |state: &str| DocumentRow {
        id: fresh_id(),
        kind: "implantation_voucher".to_owned(),
        animal_id: here.animal,
        owner_id: here.owner,
        service_id: None,
        visit_id: None,
        outreach_id: Some(here.outreach),
        veterinarian_id: Some(here.staff),
        state: state.to_owned(),
        link: None,
        facts: None,
        slip_seed: None,
        slip_hash: None,
        slip_attempts: 0,
        created_at: 1,
        issued_at: None,
        sha256: None,
        replaces_id: None,
        ended_at: None,
        ended_by: None,
        ended_reason: None,
    };
    tx.insert_documents(&[paper("waiting"), paper("withdrawn"), paper("waiting")]).await?;
    assert_eq!(tx.count_unsigned_at(here.outreach).await?, 2);
    assert_eq!(tx.count_unsigned_at(fresh_id()).await?, 0);

    let sent = |outcome: &str, resolved_at| SubmissionRow {
        outreach_id: Some(here.outreach),
        outcome: outcome.to_owned(),
        resolved_at,
        ..submission("")
    };
    let all = [
        sent("conflict", None),
        sent("quarantined", None),
        sent("refused", None),
        sent("conflict", Some(3)),
    ];
    assert!(tx.insert_submissions(&all).await?);
    assert_eq!(tx.count_unresolved_at(here.outreach).await?, 2);
    assert_eq!(tx.count_unresolved_at(fresh_id()).await?, 0);
    Ok(())
}

/// Of each surgery of a place, whether who answers for it has authorised the outreach.
async fn leaves(tx: &mut Tx, here: Place) -> Stored<Vec<bool>> {
    let rows = tx.surgeries_at(here.outreach).await?;
    Ok(rows.into_iter().map(|row| row.has_leave).collect())
}

async fn surgeries(tx: &mut Tx, here: Place) -> Stored<()> {
    let surgery = || ServiceRow {
        veterinarian_id: Some(here.staff),
        ..service_row(here.animal, here.outreach, "sterilisation")
    };
    let nobody = ServiceRow { veterinarian_id: None, performed_at: 2, ..surgery() };
    let annulled = ServiceRow { annulled_at: Some(9), ..surgery() };
    let dose = service_row(here.animal, here.outreach, "deworming_internal");
    tx.insert_services(&[surgery(), nobody, annulled, dose]).await?;
    assert_eq!(leaves(tx, here).await?, [false, false]);
    let leave = AuthorisationRow {
        staff_id: here.staff,
        outreach_id: here.outreach,
        signature: "M1 1L2 2".to_owned(),
        authorised_at: 1,
        revoked_at: None,
    };
    tx.authorise_outreach(&leave).await?;
    assert_eq!(leaves(tx, here).await?, [true, false]);
    Ok(())
}

async fn progress(tx: &mut Tx, here: Place) -> Stored<()> {
    let chip = |day: &str| ServiceRow {
        performed_on: day.to_owned(),
        ..service_row(here.animal, here.outreach, "implantation")
    };
    let put_off = ServiceRow { counts: false, ..chip("2026-11-22") };
    let annulled = ServiceRow { annulled_at: Some(9), ..chip("2026-11-22") };
    let services = [chip("2026-11-22"), chip("2026-11-23"), chip("2026-12-01"), put_off, annulled];
    tx.insert_services(&services).await?;
    let row = |day: &str| ProgressRow {
        outreach_id: here.outreach,
        commune: "02101".to_owned(),
        unit: Some("02101-7".to_owned()),
        residence: None,
        performed_on: day.to_owned(),
        kind: "implantation".to_owned(),
        total: 1,
    };
    let days = ["2026-11-22", "2026-11-23", "2026-12-01"];
    assert_eq!(tx.programme_progress(here.programme).await?, days.map(row));
    assert_eq!(tx.programme_progress(fresh_id()).await?, []);

    let coming = OutreachRow { status: "open".to_owned(), ..outreach_row(here.programme) };
    assert_eq!(tx.planned_places(here.programme, Uuid::nil(), NOW.0).await?, []);
    tx.insert_outreach(&coming).await?;
    let planned = tx.planned_places(here.programme, Uuid::nil(), NOW.0).await?;
    assert_eq!(planned.iter().map(|row| row.is_taught).collect::<Vec<_>>(), [false]);
    tx.insert_education(&talk(coming.id)).await?;
    let planned = tx.planned_places(here.programme, Uuid::nil(), coming.ends_at - 1).await?;
    assert_eq!(planned.iter().map(|row| row.is_taught).collect::<Vec<_>>(), [true]);
    assert_eq!(tx.planned_places(here.programme, coming.id, coming.ends_at).await?, [], "over");

    let cost = |outreach_id, cost| OutreachPlanRow { outreach_id, cost, ..Default::default() };
    tx.put_outreach_plan(&cost(coming.id, Some(7))).await?;
    tx.put_outreach_plan(&cost(here.outreach, Some(1_200_000))).await?;
    let known = OutreachCostRow {
        outreach_id: here.outreach,
        programme_id: here.programme,
        name: "Operativo de prueba".to_owned(),
        held_on: "2026-11-22".to_owned(),
        cost: 1_200_000,
    };
    assert_eq!(tx.programme_costs(here.programme).await?, [known], "the other is still to come");

    assert_eq!(tx.target_reasons(here.programme).await?, []);
    let reason = TargetReasonRow {
        programme_id: here.programme,
        target: "implantations".to_owned(),
        promised: 800,
        expected: 820,
        reason: "Más fondos".to_owned(),
        noted_by: Some(here.staff),
        noted_at: 5,
    };
    tx.put_target_reason(&reason).await?;
    let later = TargetReasonRow { expected: 850, noted_by: None, noted_at: 6, ..reason };
    tx.put_target_reason(&later).await?;
    assert_eq!(tx.target_reasons(here.programme).await?, [later]);
    Ok(())
}

/// A talk at an outreach.
pub fn talk(outreach: Uuid) -> EducationRow {
    EducationRow {
        id: fresh_id(),
        outreach_id: outreach,
        topic: "zoonoses".to_owned(),
        attendants: 12,
        minutes: 20,
        staff_id: None,
        submission_id: None,
        performed_at: 1,
        performed_on: "2026-11-22".to_owned(),
        annulled_at: None,
        annulled_by: None,
        annulled_reason: None,
        material: None,
    }
}

on_both_databases! {
    async fn an_outreach_has_remains_once_somebody_came_or_is_expected(database) {
        let here = laid_out(&database).await;
        let remains = async || {
            let told: Stored<bool> = database
                .store
                .read(move |tx| Box::pin(async move { tx.has_remains_at(here.outreach).await }))
                .await;
            told.unwrap()
        };
        assert!(!remains().await);
        book(&database, here.outreach, ("cancelled", "NULL", 0)).await;
        book(&database, here.outreach, ("waiting", "NULL", 0)).await;
        assert!(!remains().await, "nobody of them came");
        let expected = ["state = 'booked'", "state = 'offered'", "state = 'arrived'"];
        for change in expected.into_iter().chain(["arrived_at = 7"]) {
            let sql = format!("UPDATE booking SET {change} WHERE state = 'waiting'");
            assert_eq!(database.raw(&sql).await, 1);
            assert!(remains().await, "{change}");
            database.raw("UPDATE booking SET state = 'waiting', arrived_at = NULL
                WHERE state <> 'cancelled'").await;
            assert!(!remains().await);
        }
    }

    async fn an_outreach_has_remains_once_something_was_done(database) {
        let here = laid_out(&database).await;
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            let dose = service_row(here.animal, here.outreach, "deworming_internal");
            tx.insert_services(std::slice::from_ref(&dose)).await?;
            assert!(tx.has_remains_at(here.outreach).await?);
            assert!(!tx.has_remains_at(fresh_id()).await?);
            let taught = outreach_row(here.programme);
            tx.insert_outreach(&taught).await?;
            assert!(!tx.has_remains_at(taught.id).await?);
            tx.insert_education(&talk(taught.id)).await?;
            assert!(tx.has_remains_at(taught.id).await?, "somebody was taught");
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_an_outreach_leaves_behind(database) {
        let here = laid_out(&database).await;
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            phones_and_papers(tx, here).await?;
            surgeries(tx, here).await
        })).await;
        done.unwrap();
    }

    async fn a_programme_tells_where_and_when(database) {
        let here = laid_out(&database).await;
        let done: Stored<()> =
            database.store.write(move |tx| Box::pin(progress(tx, here))).await;
        done.unwrap();
    }

    async fn bookings_and_shares_of_a_day_are_counted(database) {
        let here = laid_out(&database).await;
        for booking in [
            ("served", "NULL", 0),
            ("served", "NULL", 0),
            ("served", "NULL", 1),
            ("turned_away", "'feverish'", 0),
            ("turned_away", "NULL", 1),
        ] {
            book(&database, here.outreach, booking).await;
        }
        // One of two was taken in over the count; and of two over it one was served.
        for change in [
            "over_count = 1 WHERE state = 'served' AND walk_in = 1",
            "over_count = 2, served_places = 1 WHERE state = 'turned_away' AND walk_in = 1",
        ] {
            assert_eq!(database.raw(&format!("UPDATE booking SET {change}")).await, 1);
        }
        lend(&database, (here.outreach, here.device), "NULL").await;
        lend(&database, (here.outreach, here.device), "7").await;
        let done: Stored<()> = database.store.read(move |tx| Box::pin(async move {
            let row = |state: &str, walk_in, bookings| BookingCountRow {
                offering: "chip".to_owned(),
                state: state.to_owned(),
                walk_in,
                bookings,
                places: bookings * 2,
                served: if state == "served" { bookings * 2 } else { 0 },
                beyond: 0,
            };
            let counted = [
                row("served", false, 2),
                BookingCountRow { beyond: 1, ..row("served", true, 1) },
                row("turned_away", false, 1),
                BookingCountRow { served: 1, beyond: 1, ..row("turned_away", true, 1) },
            ];
            assert_eq!(tx.booking_counts_at(here.outreach).await?, counted);
            let mut away = tx.turned_away_at(here.outreach).await?;
            // Where what is not there stands in an order differs between databases.
            away.sort();
            let chip = || "chip".to_owned();
            assert_eq!(away, [(chip(), None, 1), (chip(), Some("feverish".to_owned()), 2)]);
            let out = ShareOutRow {
                phone: "Mesa 1".to_owned(),
                offering: "chip".to_owned(),
                granted: 5,
                used: 2,
            };
            assert_eq!(tx.shares_out_at(here.outreach).await?, [out]);
            assert_eq!(tx.shares_out_at(fresh_id()).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }
}
