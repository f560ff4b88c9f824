//! Runs every line of the territory's vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::Engine;
use backend::store::vocabulary::programme::OrganisationRow;
use backend::store::vocabulary::territory::{UnitCountRow, UnitPlanRow, UnitRow, UnitVisitRow};

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
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

fn count(unit: &str, total: i64) -> UnitCountRow {
    UnitCountRow { unit: unit.to_owned(), total }
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
            assert_eq!(tx.units_without_boundaries().await?, [first, second]);
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
            assert_eq!(tx.units_waiting().await?, []);
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
            Ok(())
        })).await;
        done.unwrap();
        let bytes = match database.store.engine() {
            Engine::Sqlite => "x'07'",
            Engine::Postgres => "decode('07', 'hex')",
        };
        let here = format!("FROM outreach WHERE unit = '{UNIT}'");
        let plan = "INSERT INTO outreach_plan (outreach_id, cost, called_number, last_number)";
        database.raw(&format!("{plan} SELECT id, 600000, 0, 0 {here}")).await;
        let meant = "INSERT INTO outreach_unit (outreach_id, unit)";
        database.raw(&format!("{meant} SELECT id, '02101-9' {here}")).await;
        let booking = "INSERT INTO booking (id, outreach_id, offering, state, places, code_hash,
            details, created_at, changed_at, reminders, accepted_date, walk_in)";
        let waits = format!("SELECT id, id, 'chip', 'waiting', 3, {bytes}, '', 1, 1, 0");
        database.raw(&format!("{booking} {waits}, 0, 0 {here}")).await;
        let done: Stored<()> = database.store.read(|tx| Box::pin(async move {
            assert_eq!(tx.units_waiting().await?, [count(UNIT, 3)]);
            let visit = |unit: &str| UnitVisitRow {
                unit: unit.to_owned(),
                last_on: DAY.to_owned(),
                cost: Some(600_000),
                services: 2,
            };
            assert_eq!(tx.units_visited(DAY).await?, [visit(UNIT), visit("02101-9")]);
            Ok(())
        })).await;
        done.unwrap();
    }
}
