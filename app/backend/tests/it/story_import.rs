//! Runs every line of the imports' vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::animal::AnimalRow;
use backend::store::vocabulary::history::{BodyRow, HistoryRow};
use backend::store::vocabulary::import::{
    ChipHolderRow, DocumentHolderRow, ImportRow, ImportedRow,
};
use backend::store::vocabulary::owner::OwnerRow;
use backend::store::vocabulary::task::LookupRow;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_registry::{animal_row, owner_row, service_row};

fn import_row(at: i64) -> ImportRow {
    ImportRow {
        id: fresh_id(),
        name: "registro.csv".to_owned(),
        state: "preview".to_owned(),
        columns: "{}".to_owned(),
        row_count: 3,
        done_to: 0,
        started_at: at,
        started_by: fresh_id(),
        finished_at: None,
        undone_at: None,
        undone_by: None,
        changed_at: at,
        cleared_at: None,
    }
}

fn row(import: Uuid, place: i64, verdict: Option<&str>) -> ImportedRow {
    ImportedRow {
        import_id: import,
        place,
        cells: format!("[\"{place}\"]"),
        verdict: verdict.map(str::to_owned),
        owner_id: None,
        animal_id: None,
    }
}

/// The second link of an animal's or owner's chain.
fn later(kind: &str, subject: Uuid) -> (HistoryRow, BodyRow) {
    let link = HistoryRow {
        subject_kind: kind.to_owned(),
        subject_id: subject,
        sequence: 2,
        kind: "corrected".to_owned(),
        at: 1,
        actor_kind: "system".to_owned(),
        actor_id: None,
        device_id: None,
        submission_id: None,
        body_hash: vec![1; 32],
        previous_hash: vec![2; 32],
        hash: vec![3; 32],
    };
    let body = BodyRow {
        subject_kind: kind.to_owned(),
        subject_id: subject,
        sequence: 2,
        salt: vec![1; 16],
        body: b"{}".to_vec(),
    };
    (link, body)
}

fn look(owner_id: Uuid, at: i64, kind: &str) -> LookupRow {
    LookupRow {
        id: fresh_id(),
        owner_id,
        at,
        kind: kind.to_owned(),
        by_kind: "staff".to_owned(),
        by_id: None,
        outreach_id: None,
    }
}

on_both_databases! {
    async fn an_import_and_its_rows_are_kept(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (early, mut late) = (import_row(1), import_row(2));
            tx.insert_import(&early).await?;
            tx.insert_import(&late).await?;
            assert_eq!(tx.import(early.id).await?, Some(early.clone()));
            assert_eq!(tx.import(fresh_id()).await?, None);
            assert_eq!(tx.imports(9).await?, [late.clone(), early.clone()]);
            assert_eq!(tx.imports(1).await?, [late.clone()]);
            assert_eq!(tx.import_at_work().await?, None);
            late.state = "running".to_owned();
            late.done_to = 2;
            late.finished_at = Some(7);
            late.undone_at = Some(8);
            late.undone_by = Some(fresh_id());
            late.started_by = fresh_id();
            late.changed_at = 9;
            late.cleared_at = Some(10);
            tx.update_import(&late).await?;
            assert_eq!(tx.import_at_work().await?, Some(late.clone()));
            tx.update_import(&ImportRow { state: "undoing".to_owned(), ..late.clone() }).await?;
            assert!(tx.import_at_work().await?.is_some());

            let mut rows: Vec<_> = (1..=300).map(|place| row(late.id, place, None)).collect();
            tx.put_imported_rows(&rows).await?;
            tx.put_imported_rows(&[]).await?;
            assert_eq!(tx.imported_rows(late.id, 298, 9).await?, rows[298..]);
            assert_eq!(tx.imported_rows(late.id, 0, 2).await?, rows[..2]);
            let back = tx.imported_rows_back(late.id, 2, 9).await?;
            assert_eq!(back, [rows[1].clone(), rows[0].clone()]);
            let owner = fresh_id();
            rows[0].verdict = Some("new".to_owned());
            rows[0].owner_id = Some(owner);
            rows[0].animal_id = Some(fresh_id());
            rows[0].cells = "[\"emptied\"]".to_owned();
            let known = row(late.id, 2, Some("known"));
            tx.put_imported_rows(&[rows[0].clone(), known]).await?;
            assert_eq!(tx.imported_rows(late.id, 0, 1).await?, rows[..1]);
            let counts = tx.count_import_verdicts(late.id).await?;
            assert_eq!(counts, [("known".to_owned(), 1), ("new".to_owned(), 1)]);
            assert_eq!(tx.imported_rows_with(late.id, &["new", "kept"], 9).await?, rows[..1]);
            assert_eq!(tx.imported_rows_with(late.id, &[], 9).await?, []);
            assert_eq!(tx.blank_imported_rows(&[owner]).await?, 1);
            assert_eq!(tx.imported_rows(late.id, 0, 1).await?[0].cells, "[]");
            tx.delete_import(late.id).await?;
            assert_eq!(tx.imported_rows(late.id, 0, 9).await?, []);
            assert_eq!(tx.imports(9).await?, [early]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_rows_say_that_made_nothing_is_removed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (preview, mut done, mut cleared) = (import_row(3), import_row(2), import_row(1));
            done.state = "done".to_owned();
            cleared.cleared_at = Some(1);
            let running = ImportRow { state: "running".to_owned(), ..import_row(1) };
            for import in [&preview, &done, &cleared, &running] {
                tx.insert_import(import).await?;
            }
            assert_eq!(tx.imports_to_clear(1, 9).await?, []);
            assert_eq!(tx.imports_to_clear(2, 9).await?, [done.clone()]);
            assert_eq!(tx.imports_to_clear(9, 9).await?, [done.clone(), preview]);
            assert_eq!(tx.imports_to_clear(9, 1).await?, [done.clone()]);
            let rows = [
                row(done.id, 1, Some("new")),
                row(done.id, 2, Some("known")),
                row(done.id, 3, None),
            ];
            tx.put_imported_rows(&rows).await?;
            let made = ["new", "kept"];
            assert_eq!(tx.clear_imported_rows(done.id, &made, "lapsed").await?, 2);
            assert_eq!(tx.clear_imported_rows(done.id, &made, "lapsed").await?, 0);
            assert_eq!(tx.clear_imported_rows(fresh_id(), &[], "lapsed").await?, 0);
            let left = tx.imported_rows(done.id, 0, 9).await?;
            let left: Vec<_> =
                left.iter().map(|row| (row.verdict.as_deref(), row.cells.as_str())).collect();
            let told = [(Some("new"), "[\"1\"]"), (Some("known"), "[]"), (Some("lapsed"), "[]")];
            assert_eq!(left, told);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn chips_and_documents_are_found_with_their_holders(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let kept = owner_row();
            let document_key = Some("9876543-3".to_owned());
            let other = OwnerRow { document_key, ..owner_row() };
            tx.insert_owners(&[kept.clone(), other.clone()]).await?;
            let animal = animal_row(other.id);
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            let (chips, keys) = (["999000000000001".to_owned()], ["9876543-3".to_owned()]);
            let holder = |kept: Option<&str>| ChipHolderRow {
                chip: chips[0].clone(),
                document_kind: "run".to_owned(),
                document_key: Some("9876543-3".to_owned()),
                kept_kind: kept.map(|_| "run".to_owned()),
                kept_key: kept.map(str::to_owned),
            };
            assert_eq!(tx.chip_holders(&chips).await?, [holder(None)]);
            assert_eq!(tx.chip_holders(&[]).await?, []);
            let found = |merged_into| DocumentHolderRow {
                document_key: "9876543-3".to_owned(),
                id: other.id,
                merged_into,
            };
            assert_eq!(tx.document_holders("run", &keys).await?, [found(None)]);
            assert_eq!(tx.document_holders("company_rut", &keys).await?, []);
            assert_eq!(tx.document_holders("run", &[]).await?, []);
            let merged = OwnerRow {
                merged_into: Some(kept.id),
                merged_to: Some(kept.id),
                ..other.clone()
            };
            tx.update_owner(&merged).await?;
            assert_eq!(tx.chip_holders(&chips).await?, [holder(Some("12345678-5"))]);
            assert_eq!(tx.document_holders("run", &keys).await?, [found(Some(kept.id))]);
            // Of united records the one that stands for them says whose the animal is.
            let stands = AnimalRow { chip: None, ..animal_row(kept.id) };
            tx.insert_animals(std::slice::from_ref(&stands)).await?;
            let united = AnimalRow {
                merged_into: Some(stands.id),
                merged_to: Some(stands.id),
                ..animal
            };
            tx.update_animal(&united).await?;
            let document_key = Some("12345678-5".to_owned());
            let theirs = ChipHolderRow { document_key, ..holder(None) };
            assert_eq!(tx.chip_holders(&chips).await?, [theirs]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn only_what_nobody_touched_is_taken_out(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let outreach = outreach_row(programme.id);
            tx.insert_outreach(&outreach).await?;
            let mut owners = Vec::new();
            for number in 1..=4 {
                let document_key = Some(format!("{number}-9"));
                owners.push(OwnerRow { document_key, ..owner_row() });
            }
            tx.insert_owners(&owners).await?;
            let ids: Vec<_> = owners.iter().map(|owner| owner.id).collect();
            let mut animals: Vec<_> = ids[..3].iter().map(|owner| animal_row(*owner)).collect();
            for (number, animal) in animals.iter_mut().enumerate() {
                animal.chip = Some(format!("99900000000010{number}"));
            }
            tx.insert_animals(&animals).await?;
            let beasts: Vec<_> = animals.iter().map(|animal| animal.id).collect();
            let service = service_row(beasts[0], outreach.id, "deworming_internal");
            tx.insert_services(&[service]).await?;
            let (link, body) = later("animal", beasts[1]);
            tx.insert_history(&[link], &[body]).await?;
            let (link, body) = later("owner", ids[3]);
            tx.insert_history(&[link], &[body]).await?;

            assert_eq!(tx.untouched_animals(&beasts).await?, [beasts[2]]);
            assert!(tx.untouched_animals(&[]).await?.is_empty());
            assert!(tx.untouched_owners(&ids).await?.is_empty());
            tx.remove_animals(&[beasts[2]]).await?;
            assert_eq!(tx.untouched_owners(&ids).await?, [ids[2]]);
            tx.remove_owners(&[ids[2]]).await?;
            assert_eq!(tx.owner(ids[2]).await?, None);
            assert_eq!(tx.animal(beasts[2]).await?, None);
            assert_eq!(tx.count_owners().await?, 3);
            assert_eq!(tx.count_animals().await?, 2);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn whom_phones_alone_took_along_is_taken_out(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let mut owners = Vec::new();
            for number in 1..=3 {
                let document_key = Some(format!("{number}-9"));
                owners.push(OwnerRow { document_key, ..owner_row() });
            }
            tx.insert_owners(&owners).await?;
            let ids: Vec<_> = owners.iter().map(|owner| owner.id).collect();
            let animals = [animal_row(ids[0]), AnimalRow { chip: None, ..animal_row(ids[1]) }];
            tx.insert_animals(&animals).await?;
            let beasts = animals.map(|animal| animal.id);
            // They were made at 1: one was looked up before, one since, two were taken along.
            let looks = [
                look(ids[0], 0, "search"),
                look(ids[0], 5, "pack"),
                look(ids[1], 1, "search"),
                look(ids[2], 5, "pack"),
            ];
            tx.insert_lookups(&looks).await?;
            assert_eq!(tx.untouched_animals(&beasts).await?, [beasts[0]]);
            tx.remove_animals(&beasts).await?;
            assert_eq!(tx.untouched_owners(&ids).await?, [ids[2]]);
            tx.remove_owners(&[ids[2]]).await?;
            assert_eq!(tx.owner(ids[2]).await?, None);
            assert!(tx.lookups_of(ids[2], true, 9).await?.is_empty());
            assert_eq!(tx.lookups_of(ids[1], false, 9).await?.len(), 1);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn it_is_known_when_an_import_was_undone(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let undone = ImportRow { undone_at: Some(5), changed_at: 7, ..import_row(1) };
            tx.insert_import(&import_row(9)).await?;
            assert!(!tx.is_import_undone_since(0).await?);
            tx.insert_import(&undone).await?;
            assert!(tx.is_import_undone_since(6).await?);
            assert!(!tx.is_import_undone_since(7).await?);
            Ok(())
        })).await;
        done.unwrap();
    }
}
