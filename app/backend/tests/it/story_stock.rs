//! Runs every line of the stock's vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::act::DeskActRow;
use backend::store::vocabulary::service::ServiceRow;
use backend::store::vocabulary::stock::{
    ChipAllotmentRow, ChipLotRow, ChipRangeRow, ChipWriteOffRow, DosesGivenAtRow, DosesGivenRow,
    ProductLotRow, ProductMovementRow, ProductSumRow, UsedChipRow,
};
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_registry::{animal_row, owner_row, service_row};

const DAY: &str = "2026-11-22";

fn ends(first: &str, last: &str) -> (String, String) {
    (first.to_owned(), last.to_owned())
}

fn number(last: u32) -> String {
    format!("{:015}", 999_000_000_000_000_u64 + u64::from(last))
}

/// An outreach with an animal, to record services on.
async fn outreach_and_animal(tx: &mut Tx) -> Stored<(Uuid, Uuid)> {
    let (programme, owner) = (programme_row(), owner_row());
    tx.insert_programme(&programme).await?;
    let outreach = outreach_row(programme.id);
    tx.insert_outreach(&outreach).await?;
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    let animal = animal_row(owner.id);
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    Ok((outreach.id, animal.id))
}

fn movement(lot: Uuid, kind: &str, doses: i64, outreach: Option<Uuid>) -> ProductMovementRow {
    ProductMovementRow {
        id: fresh_id(),
        lot_id: lot,
        kind: kind.to_owned(),
        doses,
        outreach_id: outreach,
        device_id: None,
        supplier: None,
        paper: Some("Guía 7".to_owned()),
        moved_on: DAY.to_owned(),
        moved_by: None,
        moved_at: 5,
    }
}

on_both_databases! {
    async fn chips_are_received_and_allotted(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (outreach, _) = outreach_and_animal(tx).await?;
            let lot = ChipLotRow {
                id: fresh_id(),
                supplier: "Proveedor".to_owned(),
                paper: None,
                received_on: DAY.to_owned(),
                received_by: None,
                received_at: 1,
            };
            tx.insert_chip_lot(&lot).await?;
            assert_eq!(tx.chip_lots().await?, [lot.clone()]);
            let range =
                ChipRangeRow { first: number(1), last: number(50), lot_id: lot.id };
            tx.insert_chip_range(&range).await?;
            assert_eq!(tx.chip_ranges().await?, [range]);
            let held = |first: u32, last: u32| ChipAllotmentRow {
                first: number(first),
                last: number(last),
                outreach_id: outreach,
                device_id: None,
                allotted_by: None,
                allotted_at: 2,
            };
            tx.insert_chip_allotments(&[held(11, 20), held(1, 10)]).await?;
            assert_eq!(tx.chip_allotments().await?, [held(1, 10), held(11, 20)]);
            assert_eq!(tx.chip_allotments_of(outreach).await?, [held(1, 10), held(11, 20)]);
            assert_eq!(tx.chip_allotments_of(fresh_id()).await?, []);
            tx.delete_chip_allotments(&[number(11), number(12)]).await?;
            assert_eq!(tx.chip_allotments().await?, [held(1, 10)]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn chips_leave_their_box(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (outreach, animal) = outreach_and_animal(tx).await?;
            let lost = ChipWriteOffRow {
                chip: number(3),
                reason: "lost".to_owned(),
                outreach_id: Some(outreach),
                device_id: fresh_id(),
                submission_id: fresh_id(),
                staff_id: None,
                recorded_at: 3,
            };
            tx.insert_chip_write_off(&lost).await?;
            let again = ChipWriteOffRow { reason: "spoilt".to_owned(), ..lost.clone() };
            tx.insert_chip_write_off(&again).await?;
            let used = UsedChipRow {
                chip: number(3),
                outreach_id: Some(outreach),
                device_id: Some(lost.device_id),
            };
            let wanted = [ends(&number(1), &number(2)), ends(&number(3), &number(9))];
            assert_eq!(tx.chips_lost(&wanted).await?, [used.clone()]);
            assert_eq!(tx.chips_lost(&wanted[..1]).await?, []);
            assert_eq!(tx.chips_lost(&[]).await?, []);
            assert_eq!(tx.chips_lost_at(outreach).await?, [used]);
            assert_eq!(tx.chips_lost_at(fresh_id()).await?, []);

            let chipped = |kind: &str, last: u32| ServiceRow {
                chip: Some(number(last)),
                ..service_row(animal, outreach, kind)
            };
            let annulled = ServiceRow { annulled_at: Some(9), ..chipped("implantation", 6) };
            let services = [
                chipped("implantation", 5),
                annulled,
                chipped("verification", 7),
                chipped("implantation", 40),
            ];
            tx.insert_services(&services).await?;
            let numbers = |rows: Vec<UsedChipRow>| {
                rows.into_iter().map(|row| row.chip).collect::<Vec<_>>()
            };
            assert_eq!(numbers(tx.chips_implanted(&wanted).await?), [number(5)]);
            let many: Vec<_> = (1..=250).map(|n| ends(&number(n), &number(n))).collect();
            assert_eq!(numbers(tx.chips_implanted(&many).await?), [number(5), number(40)]);
            let here = tx.chips_implanted_at(outreach).await?;
            assert_eq!(here[0].outreach_id, Some(outreach));
            assert_eq!(numbers(here), [number(5), number(40)]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn a_lot_is_put_right(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let lot = ProductLotRow {
                id: fresh_id(),
                product: "Producto".to_owned(),
                kind: "internal".to_owned(),
                lot: "a1".to_owned(),
                batch: "A1".to_owned(),
                expires_on: "2027-12-31".to_owned(),
            };
            tx.insert_product_lot(&lot).await?;
            let right = ProductLotRow {
                lot: "B-9".to_owned(),
                batch: "B9".to_owned(),
                expires_on: "2030-01-01".to_owned(),
                ..lot.clone()
            };
            assert!(tx.update_product_lot(&right).await?);
            assert_eq!(tx.product_lot(lot.id).await?, Some(right.clone()));
            let nothing = ProductLotRow { id: fresh_id(), ..right };
            assert!(!tx.update_product_lot(&nothing).await?);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn doses_are_received_allotted_and_given(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (outreach, animal) = outreach_and_animal(tx).await?;
            let lot = |batch: &str, expires_on: &str| ProductLotRow {
                id: fresh_id(),
                product: "Producto".to_owned(),
                kind: "internal".to_owned(),
                lot: batch.to_lowercase(),
                batch: batch.to_owned(),
                expires_on: expires_on.to_owned(),
            };
            let (late, soon) = (lot("A1", "2027-12-31"), lot("B2", "2027-01-31"));
            tx.insert_product_lot(&late).await?;
            tx.insert_product_lot(&soon).await?;
            assert_eq!(tx.product_lots().await?, [soon.clone(), late.clone()]);
            assert_eq!(tx.product_lot(late.id).await?, Some(late.clone()));
            assert_eq!(tx.product_lot(fresh_id()).await?, None);
            assert_eq!(tx.product_lot_of("B2", "internal").await?, Some(soon.clone()));
            assert_eq!(tx.product_lot_of("B2", "external").await?, None);

            let came = movement(soon.id, "received", 50, None);
            assert!(tx.insert_product_movement(&came).await?);
            assert!(!tx.insert_product_movement(&came).await?);
            tx.insert_product_movement(&movement(soon.id, "received", 10, None)).await?;
            tx.insert_product_movement(&movement(soon.id, "allotted", 20, Some(outreach))).await?;
            tx.insert_product_movement(&movement(soon.id, "allotted", -5, Some(outreach))).await?;
            let sum = |kind: &str, outreach_id, doses| ProductSumRow {
                lot_id: soon.id,
                kind: kind.to_owned(),
                outreach_id,
                device_id: None,
                doses,
            };
            let sums = [sum("allotted", Some(outreach), 15), sum("received", None, 60)];
            assert_eq!(tx.product_sums().await?, sums);

            let dose = |batch: &str| ServiceRow {
                batch: Some(batch.to_owned()),
                ..service_row(animal, outreach, "deworming_internal")
            };
            let annulled = ServiceRow { annulled_at: Some(9), ..dose("B2") };
            tx.insert_services(&[dose("B2"), dose("B2"), annulled, dose("C3")]).await?;
            let kind = "deworming_internal".to_owned();
            let given = DosesGivenRow {
                batch: "B2".to_owned(),
                kind: kind.clone(),
                outreach_id: Some(outreach),
                doses: 2,
            };
            let batches = ["A1".to_owned(), "B2".to_owned()];
            assert_eq!(tx.doses_given(&batches).await?, [given]);
            assert_eq!(tx.doses_given(&[]).await?, []);
            let here = |batch: &str, doses| DosesGivenAtRow {
                batch: batch.to_owned(),
                kind: kind.clone(),
                device_id: None,
                doses,
            };
            assert_eq!(tx.doses_given_at(outreach).await?, [here("B2", 2), here("C3", 1)]);
            assert_eq!(tx.doses_given_at(fresh_id()).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn an_act_is_noted_once(database) {
        let act = DeskActRow {
            id: fresh_id(),
            said: "00ff".to_owned(),
            answer: "[8,9]".to_owned(),
            done_at: 7,
        };
        let noted = act.clone();
        let done: Stored<()> = database.store.write_with(noted, |tx, act| Box::pin(async move {
            assert_eq!(tx.desk_act(act.id).await?, None);
            tx.insert_desk_act(act).await?;
            assert_eq!(tx.desk_act(act.id).await?.as_ref(), Some(act));
            Ok(())
        })).await;
        done.unwrap();
        let twice: Stored<()> = database.store.write_with(act, |tx, act| Box::pin(async move {
            tx.insert_desk_act(act).await
        })).await;
        assert!(twice.is_err(), "an identifier stands for one act");
    }
}
