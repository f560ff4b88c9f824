//! Backups: made on-line, read through, restored into either database.

use backend::actor::Actor;
use backend::backup::{backup, check, restore};
use backend::history::{self, Entry, Subject};
use backend::store::Engine;
use backend::store::vocabulary::dump::{ColumnRow, TextRow};
use domain::id::StaffId;
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;

use crate::it::databases::{Database, Stored};
use crate::it::keys::keys;
use crate::it::story_foundation::{message, staff};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// Rows in most tables, with every kind of value.
async fn filled(database: &Database) {
    let keys = keys(database).await;
    let done: Result<(), backend::error::Error> = database
        .store
        .write(|tx| {
            Box::pin(async move {
                for name in ["Ñuñoa", "O'Higgins", "\"[{\\n"] {
                    let row = staff(name, "operative");
                    tx.insert_staff(&row).await?;
                    let subject = Subject::Staff(StaffId(row.id));
                    let entry = Entry::new(subject, "account_made", Actor::System, NOW, &name)?;
                    history::append(tx, &entry).await?;
                }
                for due_at in 0..1_200 {
                    tx.insert_message(&message(due_at)).await?;
                }
                tx.put_setting("clave", "").await?;
                Ok(())
            })
        })
        .await;
    done.unwrap();
    history::seal_now(&database.store, &keys, NOW).await.unwrap();
}

/// Every row of every table, as text, in an order that does not depend on the database.
async fn contents(database: &Database) -> BTreeMap<String, Vec<TextRow>> {
    let read: Stored<_> = database
        .store
        .read(|tx| {
            Box::pin(async move {
                let columns = tx.catalogue().await?;
                let mut tables = BTreeMap::new();
                for table in columns.chunk_by(|one, next| one.table_name == next.table_name) {
                    let mut rows = Vec::new();
                    tx.dump_table(table, &mut |row| {
                        rows.push(row);
                        Ok(())
                    })
                    .await?;
                    rows.sort();
                    let name = |column: &ColumnRow| column.table_name.clone();
                    tables.insert(table.first().map(name).unwrap_or_default(), rows);
                }
                Ok(tables)
            })
        })
        .await;
    read.unwrap()
}

on_both_databases! {
    async fn a_restored_backup_holds_every_row(database) {
        filled(&database).await;
        let file = database.folder.join("backup.gz");
        let made = backup(&database.store, &file, NOW).await.unwrap();
        assert_eq!(
            (made.rows["outbox"], made.rows["staff"], made.rows["checkpoint"]),
            (1_200, 3, 1)
        );
        let (header, _) = check(&file).unwrap();
        assert!(header.left_out.contains("HUELLA_SECRET_FILE"));
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let other = Database::fresh(engine).await;
            assert_eq!(restore(&other.store, &file).await.unwrap(), made);
            let (restored, original) = (contents(&other).await, contents(&database).await);
            assert!(restored.keys().eq(original.keys()));
            for (table, rows) in &original {
                assert!(restored[table] == *rows, "{table} is not what it was");
            }
            std::fs::copy(database.folder.join("secret"), other.folder.join("secret")).unwrap();
            let report = history::verify(&other.store, &keys(&other).await).await.unwrap();
            assert!(report.is_whole() && report.links == 3, "{report:?}");
        }
    }

    async fn a_changed_backup_restores_nothing(database) {
        filled(&database).await;
        let file = database.folder.join("backup.gz");
        backup(&database.store, &file, NOW).await.unwrap();
        assert!(backup(&database.store, &file, NOW).await.is_err());
        let bytes = std::fs::read(&file).unwrap();
        let other = Database::fresh(database.store.engine()).await;
        std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
        assert!(restore(&other.store, &file).await.is_err());
        let text = unzipped(&bytes).replace("O'Higgins", "O'Hoggins");
        std::fs::write(&file, zipped(&text)).unwrap();
        assert!(restore(&other.store, &file).await.is_err());
        let shorter: Vec<_> = unzipped(&bytes)
            .lines()
            .filter(|line| !line.contains("Ñuñoa"))
            .map(str::to_owned)
            .collect();
        std::fs::write(&file, zipped(&(shorter.join("\n") + "\n"))).unwrap();
        assert!(restore(&other.store, &file).await.is_err());
        assert!(contents(&other).await.values().all(Vec::is_empty));
    }

    async fn nothing_is_restored_over_existing_rows(database) {
        filled(&database).await;
        let file = database.folder.join("backup.gz");
        backup(&database.store, &file, NOW).await.unwrap();
        let before = contents(&database).await;
        assert!(restore(&database.store, &file).await.is_err());
        assert!(contents(&database).await == before);
    }
}

fn unzipped(bytes: &[u8]) -> String {
    std::io::read_to_string(flate2::read::GzDecoder::new(bytes)).unwrap()
}

fn zipped(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    file.write_all(text.as_bytes()).unwrap();
    file.finish().unwrap()
}
