//! Runs every line of the territory's vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::owner::OwnerRow;
use backend::store::vocabulary::programme::{OrganisationRow, OutreachRow};
use backend::store::vocabulary::service::ServiceRow;
use backend::store::vocabulary::territory::{
    CommuneRow, LastServiceRow, UnitCountRow, UnitPlanRow, UnitReachRow, UnitRow, UnitVisitRow,
    WaitRow,
};
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_day::booking_row;
use crate::it::story_registry::{animal_row, owner_row, service_row};

const UNIT: &str = "02101-54";
const OTHER: &str = "02101-7";
const DAY: &str = "2026-11-22";

fn unit_row(unit: &str) -> UnitRow {
    UnitRow {
        unit: unit.to_owned(),
        commune: "02101".to_owned(),
        name: Some("Bonilla".to_owned()),
        households: Some(1_200),
        dogs_and_cats: None,
        source: Some("Censo".to_owned()),
        source_year: Some(2024),
        latitude: Some(-23_590_000),
        longitude: Some(-70_390_000),
        boundary: None,
        changed_at: 1,
    }
}

/// Somebody who waits for a place since some moment.
fn waits(outreach: Uuid, key: u8, created_at: i64) -> BookingRow {
    BookingRow {
        state: "waiting".to_owned(),
        owner_key: Some(vec![key]),
        created_at,
        ..booking_row(outreach, "chip")
    }
}

/// An outreach in a unit on a day.
fn at(programme: Uuid, unit: Option<&str>, held_on: &str) -> OutreachRow {
    let unit = unit.map(str::to_owned);
    OutreachRow { unit, held_on: held_on.to_owned(), ..outreach_row(programme) }
}

fn count(unit: &str, total: i64) -> UnitCountRow {
    UnitCountRow { unit: unit.to_owned(), total }
}

/// What was held in the unit is meant for another one too, and so is the draft of the other unit.
async fn assert_reached(database: &Database) {
    let done: Stored<()> = database
        .store
        .read(|tx| {
            Box::pin(async move {
                // An outreach reaches each of its units once, where it is held and whom it is for.
                let reached: Vec<_> = tx.units_reached(DAY).await?;
                let mut units: Vec<_> = reached.iter().map(|row| row.unit.as_str()).collect();
                units.sort_unstable();
                assert_eq!(units, ["02101-12", UNIT, OTHER, "02101-9"]);
                let here = |unit: &str| reached.iter().find(|row| row.unit == unit).cloned();
                let UnitReachRow { outreach_id, .. } = here(UNIT).unwrap();
                assert_eq!(here("02101-9").unwrap().outreach_id, outreach_id);
                assert_ne!(here("02101-12").unwrap().outreach_id, outreach_id);
                assert_eq!(tx.units_reached("2026-11-23").await?, []);
                assert_eq!(tx.count_outreaches_reaching("02101-9").await?, 1);
                assert_eq!(tx.count_outreaches_reaching("02101-10").await?, 0);
                let planned = tx.units_planned(DAY).await?;
                let planned: Vec<_> = planned.iter().map(|row| row.unit.as_str()).collect();
                assert_eq!(planned.len(), 2);
                assert!(planned.contains(&OTHER) && planned.contains(&"02101-12"), "{planned:?}");
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

on_both_databases! {
    async fn an_organisation_is_changed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let mut organisation = OrganisationRow {
                id: fresh_id(),
                kind: "mothers_centre".to_owned(),
                name: "Centro".to_owned(),
                commune: "02101".to_owned(),
                unit: None,
                address: None,
                contact_name: Some("Secretaría".to_owned()),
                phone: Some("+56912345678".to_owned()),
                email: None,
            };
            assert!(!tx.update_organisation(&organisation).await?);
            assert_eq!(tx.organisation(organisation.id).await?, None);
            tx.insert_organisation(&organisation).await?;
            organisation.unit = Some(UNIT.to_owned());
            organisation.email = Some("centro@example.cl.invalid".to_owned());
            organisation.phone = None;
            assert!(tx.update_organisation(&organisation).await?);
            assert_eq!(tx.organisation(organisation.id).await?, Some(organisation));
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn units_are_put_again_over_themselves(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (first, mut second) = (unit_row(UNIT), unit_row(OTHER));
            tx.put_units(&[second.clone(), first.clone()]).await?;
            assert_eq!(tx.units().await?, [first.clone(), second.clone()]);
            second.households = None;
            second.dogs_and_cats = Some(900);
            second.boundary = Some("[[[[-70.4,-23.6]]]]".to_owned());
            second.changed_at = 2;
            tx.put_units(&[second.clone()]).await?;
            tx.put_units(&[]).await?;
            assert_eq!(tx.units().await?, [first.clone(), second.clone()]);
            second.boundary = None;
            assert_eq!(tx.units_without_boundaries().await?, [first.clone(), second.clone()]);
            assert_eq!(tx.unit(UNIT).await?, Some(first.clone()));
            assert!(tx.take_unit_turn(UNIT).await? && !tx.take_unit_turn("02101-9").await?);
            assert_eq!(tx.unit(UNIT).await?, Some(first.clone()), "a turn changes nothing");
            assert!(tx.remove_unit(OTHER).await? && !tx.remove_unit(OTHER).await?);
            assert_eq!(tx.unit(OTHER).await?, None);
            assert_eq!(tx.units().await?, [first]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn communes_are_put_again_over_themselves(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let figures = |commune: &str, animals: Option<i64>| CommuneRow {
                commune: commune.to_owned(),
                households: Some(4_800),
                dogs_and_cats: animals,
                source: "Censo".to_owned(),
                source_year: 2024,
                changed_at: 1,
            };
            let (first, mut second) = (figures("02101", None), figures("02102", Some(6_700)));
            tx.put_communes(&[second.clone(), first.clone()]).await?;
            assert_eq!(tx.commune_figures().await?, [first.clone(), second.clone()]);
            (second.households, second.source_year, second.changed_at) = (None, 2025, 2);
            tx.put_communes(&[second.clone()]).await?;
            tx.put_communes(&[]).await?;
            assert_eq!(tx.commune_figures().await?, [first.clone(), second]);
            assert!(tx.remove_commune("02102").await? && !tx.remove_commune("02102").await?);
            assert_eq!(tx.commune_figures().await?, [first]);
            Ok(())
        })).await;
        done.unwrap();
    }

    /// Two animals live in the unit, one of them served twice; an outreach there cost something,
    /// the one of the other unit is a draft.
    async fn what_is_counted_of_a_unit(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let mut held = outreach_row(programme.id);
            held.unit = Some(UNIT.to_owned());
            let mut draft = outreach_row(programme.id);
            draft.unit = Some(OTHER.to_owned());
            draft.status = "draft".to_owned();
            draft.name = "Borrador".to_owned();
            tx.insert_outreach(&held).await?;
            tx.insert_outreach(&draft).await?;
            let mut owner = owner_row();
            owner.unit = Some(UNIT.to_owned());
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let (served, mut never) = (animal_row(owner.id), animal_row(owner.id));
            never.chip = None;
            tx.insert_animals(&[served.clone(), never]).await?;
            let service = |kind: &str| service_row(served.id, held.id, kind);
            let services = [service("implantation"), service("deworming_internal")];
            tx.insert_services(&services).await?;
            assert_eq!(tx.units_served().await?, [count(UNIT, 1)]);
            let covered = tx.animals_covered(programme.id).await?;
            assert_eq!(covered, [("02101".to_owned(), 1)], "served twice it is one animal");
            assert_eq!(tx.animals_covered(fresh_id()).await?, []);
            assert_eq!(tx.units_waiting(DAY).await?, []);
            let planned = UnitPlanRow {
                unit: OTHER.to_owned(),
                outreach_id: draft.id,
                status: "draft".to_owned(),
                held_on: draft.held_on.clone(),
            };
            assert_eq!(tx.units_planned(DAY).await?, [planned.clone()]);
            let future = UnitPlanRow {
                unit: UNIT.to_owned(),
                outreach_id: held.id,
                status: held.status.clone(),
                held_on: held.held_on.clone(),
            };
            assert_eq!(tx.units_planned("2026-11-21").await?, [future, planned]);
            assert_eq!(tx.units_visited("2026-11-21").await?, []);
            assert_eq!(tx.services_costed().await?, [], "no cost is known");
            Ok(())
        })).await;
        done.unwrap();
        let here = format!("FROM outreach WHERE unit = '{UNIT}'");
        let plan = "INSERT INTO outreach_plan (outreach_id, cost, called_number, last_number)";
        database.raw(&format!("{plan} SELECT id, 600000, 0, 0 {here}")).await;
        let meant = "INSERT INTO outreach_unit (outreach_id, unit)";
        database.raw(&format!("{meant} SELECT id, '02101-9' {here}")).await;
        let drafted = format!("FROM outreach WHERE unit = '{OTHER}'");
        database.raw(&format!("{meant} SELECT id, '02101-12' {drafted}")).await;
        assert_reached(&database).await;
        let done: Stored<()> = database.store.read(|tx| Box::pin(async move {
            let counted = tx.services_costed().await?;
            let told: Vec<_> = counted.iter().map(|row| (row.kind.as_str(), row.total)).collect();
            assert_eq!(told, [("deworming_internal", 1), ("implantation", 1)]);
            let visit = |unit: &str| UnitVisitRow {
                unit: unit.to_owned(),
                outreach_id: counted[0].outreach_id,
                held_on: DAY.to_owned(),
                cost: Some(600_000),
            };
            assert_eq!(tx.units_visited(DAY).await?, [visit(UNIT), visit("02101-9")]);
            Ok(())
        })).await;
        done.unwrap();
    }

    /// Who has asked for a place again elsewhere waits there alone, and a list that is old is over.
    async fn who_waits_in_a_unit(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let here = at(programme.id, Some(UNIT), DAY);
            let there = at(programme.id, None, "2026-12-01");
            tx.insert_outreach(&here).await?;
            tx.insert_outreach(&there).await?;
            let (one, other, third) =
                (waits(here.id, 1, 5), waits(here.id, 2, 6), waits(here.id, 3, 7));
            let nobody = BookingRow { owner_key: None, ..waits(here.id, 4, 8) };
            let rows = [one.clone(), other.clone(), third, nobody];
            tx.insert_bookings(&rows).await?;
            let told = |row: &BookingRow| WaitRow {
                id: row.id,
                outreach_id: here.id,
                offering: "chip".to_owned(),
                places: 2,
                created_at: row.created_at,
                owner_id: None,
                details: String::new(),
            };
            let mut all: Vec<_> = rows.iter().map(told).collect();
            all.sort_by_key(|row| row.id);
            assert_eq!(tx.units_waiting(DAY).await?, all);
            assert_eq!(tx.units_waiting("2026-11-23").await?, []);

            // Booked elsewhere since; had booked before; offered and declined; given back.
            let elsewhere = BookingRow { state: "booked".to_owned(), ..waits(there.id, 1, 9) };
            let before = waits(there.id, 2, 1);
            let declined = BookingRow {
                state: "cancelled".to_owned(),
                ended_reason: Some("declined".to_owned()),
                ..waits(there.id, 3, 9)
            };
            let given_back = BookingRow {
                state: "cancelled".to_owned(),
                ended_reason: Some("owner".to_owned()),
                ..waits(there.id, 2, 9)
            };
            let other_thing = BookingRow {
                offering: "sterilisation".to_owned(),
                ..waits(there.id, 2, 9)
            };
            tx.insert_bookings(&[elsewhere, before, declined, given_back, other_thing]).await?;
            let left = tx.units_waiting(DAY).await?.into_iter().map(|row| row.created_at);
            let mut left: Vec<_> = left.collect();
            left.sort_unstable();
            assert_eq!(left, [6, 8]);
            Ok(())
        })).await;
        done.unwrap();
    }

    /// What tells that somebody has a place elsewhere may be forgotten before, or with, the one
    /// who waits.
    async fn how_waiting_ended_is_noted(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let here = at(programme.id, Some(UNIT), DAY);
            let there = at(programme.id, None, "2026-12-01");
            tx.insert_outreach(&here).await?;
            tx.insert_outreach(&there).await?;
            let (one, other) = (waits(here.id, 1, 5), waits(here.id, 2, 6));
            let elsewhere =
                BookingRow { state: "booked".to_owned(), ..waits(there.id, 1, 9) };
            let before = waits(there.id, 2, 1);
            tx.insert_bookings(&[one.clone(), other.clone(), elsewhere.clone(), before]).await?;
            assert_eq!(tx.settle_elsewhere(&[], "elsewhere").await?, 0);
            assert_eq!(tx.settle_elsewhere(&[other.id], "elsewhere").await?, 1, "the earlier");
            assert_eq!(tx.settle_elsewhere(&[elsewhere.id], "elsewhere").await?, 1);
            assert_eq!(tx.settle_elsewhere(&[one.id], "elsewhere").await?, 0, "once");
            let all = [one.id, other.id, elsewhere.id];
            let left: Vec<_> = tx.waiting_of(&all).await?.into_iter().map(|row| row.id).collect();
            assert_eq!(left, [other.id]);
            assert_eq!(tx.waiting_of(&[]).await?, []);
            assert_eq!(tx.units_waiting(DAY).await?.len(), 1);
            assert_eq!(tx.settle_waiting(&all, "served").await?, 1);
            assert_eq!(tx.units_waiting(DAY).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_an_owner_had_last_is_told_by_kind(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let held = outreach_row(programme.id);
            tx.insert_outreach(&held).await?;
            let kept = owner_row();
            let document_key = Some("9876543-3".to_owned());
            let merged = OwnerRow { document_key, ..owner_row() };
            tx.insert_owners(&[kept.clone(), merged.clone()]).await?;
            let stands_for = Some(kept.id);
            let put =
                OwnerRow { merged_into: stands_for, merged_to: stands_for, ..merged.clone() };
            tx.update_owner(&put).await?;
            let (own, mut brought) = (animal_row(kept.id), animal_row(merged.id));
            brought.chip = None;
            tx.insert_animals(&[own.clone(), brought.clone()]).await?;
            let had = |animal: Uuid, kind: &str, performed_at: i64| {
                let row = service_row(animal, held.id, kind);
                ServiceRow { performed_at, ..row }
            };
            let mut annulled = had(own.id, "implantation", 9);
            annulled.annulled_at = Some(10);
            let services = [
                annulled,
                had(own.id, "implantation", 3),
                had(brought.id, "implantation", 5),
                had(brought.id, "deworming_internal", 4),
            ];
            tx.insert_services(&services).await?;
            let last = |kind: &str, last_at: i64| LastServiceRow {
                owner_id: kept.id,
                kind: kind.to_owned(),
                last_at,
            };
            let told = [last("deworming_internal", 4), last("implantation", 5)];
            assert_eq!(tx.last_services(&[kept.id]).await?, told);
            assert_eq!(tx.last_services(&[fresh_id()]).await?, []);
            assert_eq!(tx.last_services(&[]).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }
}
