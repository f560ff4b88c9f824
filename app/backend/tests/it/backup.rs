//! Backups: made on-line, read through, restored into either database.

use backend::actor::Actor;
use backend::backup::{backup, check, name_if_whole, restore};
use backend::documents;
use backend::history::{self, Entry, Subject};
use backend::planning;
use backend::store::vocabulary::dump::{ColumnRow, TextRow};
use backend::store::{Engine, last_migration};
use domain::catalogue::EducationTopic;
use domain::command::Command;
use domain::desk::planned::{OfferingForm, PlanForm};
use domain::document::Verification;
use domain::id::{ServiceId, StaffId};
use domain::name::ShortText;
use domain::picture::PictureKind;
use domain::service::EducationSession;
use domain::submission::Outcome;
use domain::timestamp::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest};
use crate::it::keys::keys;
use crate::it::pictures::{jpeg, notice, send};
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
                    tx.insert_messages(&[message(due_at)]).await?;
                }
                tx.put_setting("clave", "").await?;
                Ok(())
            })
        })
        .await;
    done.unwrap();
    history::seal_now(&database.store, &keys, NOW).await.unwrap();
}

/// A day at an outreach: visits, a talk, a merge, a conflict, a document with its bytes. Answers
/// the signed text of the document.
async fn lived(database: &Database) -> String {
    let field = Field::on(database).await;
    field.authorise().await;
    let (one, two) = (Guest::new(40_000_601), Guest::new(40_000_602));
    let actor = field.as_operative();
    let first = field.submission(actor, field.visit(&one, "999000000000601"));
    let outcome = field.send(actor, std::slice::from_ref(&first)).await.answers.remove(0).outcome;
    let Outcome::Accepted { documents: issued, .. } = outcome else { panic!("{outcome:?}") };
    let bytes = jpeg(70_000);
    let paper = notice((first.id, one.dog), PictureKind::Paper, &bytes);
    send(&field, actor, &paper, &bytes).await.unwrap();
    field.submit(vec![two.registered(), two.dog_registered("Ñandú \"2\"")]).await;
    let again = Guest { email: Some("otra@example.cl.invalid"), ..Guest::new(40_000_602) };
    field.submit(vec![again.registered()]).await;
    let talk = EducationSession {
        topic: EducationTopic::Zoonoses,
        attendants: 31,
        minutes: 45,
        material: ShortText::parse("Volantes").ok(),
    };
    let service = ServiceId(backend::clock::fresh_id());
    field.submit(vec![Command::RecordEducation { service, details: talk }]).await;
    let merge = Command::MergeAnimals { kept: two.dog, merged: one.dog };
    field.submit_as(field.as_coordinator(), vec![merge]).await;
    let taken = field.visit(&Guest::new(40_000_603), "999000000000601");
    assert!(matches!(field.submit(taken).await, Outcome::Conflict { .. }));
    plan(&field).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    documents::keep_bytes(&field.office, issued[0].id, bytes).await.unwrap();
    history::seal_now(&database.store, &field.office.keys, NOW).await.unwrap();
    issued[0].link.as_deref().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// What is planned, with degrees, which are no whole numbers.
async fn plan(field: &Field) {
    let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
    let facts = PlanForm {
        latitude: "-23,65092".to_owned(),
        longitude: "-70,39752".to_owned(),
        units: "54".to_owned(),
        ..PlanForm::default()
    };
    planning::plan::save(office, actor, id, &facts).await.unwrap();
    let position = planning::plan::sheet(office, actor, id).await.unwrap().position;
    assert_eq!(position, Some((-23.65092, -70.39752)));
    let chips = OfferingForm {
        offering: "chip".to_owned(),
        capacity: "20".to_owned(),
        minutes: "10".to_owned(),
        stations: "1".to_owned(),
        from_months: "2".to_owned(),
        per_owner: "3".to_owned(),
        ..OfferingForm::default()
    };
    planning::save_offering(office, actor, id, &chips).await.unwrap();
}

/// Every row of every table, as text, in an order that does not depend on the database.
pub async fn contents(database: &Database) -> BTreeMap<String, Vec<TextRow>> {
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
        assert_eq!(header.migration, last_migration());
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

    async fn a_restored_backup_holds_a_whole_day_with_its_papers(database) {
        let text = lived(&database).await;
        let file = database.folder.join("backup.gz");
        let made = backup(&database.store, &file, NOW).await.unwrap();
        for table in [
            "owner", "owner_alias", "search_word", "animal", "service", "document",
            "document_file", "picture", "picture_piece", "submission", "device", "task",
            "outbox", "authorisation",
            "programme", "outreach", "outreach_staff", "education_session", "history",
            "history_body", "checkpoint_head",
            "outreach_plan", "outreach_unit", "outreach_offering", "slot",
        ] {
            assert!(made.rows[table] > 0, "{table} is empty, so that nothing was tried on it");
        }
        let original = contents(&database).await;
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let other = Database::fresh(engine).await;
            restore(&other.store, &file).await.unwrap();
            let restored = contents(&other).await;
            for (table, rows) in &original {
                assert!(restored[table] == *rows, "{table} is not what it was");
            }
            std::fs::copy(database.folder.join("secret"), other.folder.join("secret")).unwrap();
            let keys = keys(&other).await;
            let report = history::verify(&other.store, &keys).await.unwrap();
            assert!(report.is_whole() && report.links > 10, "{report:?}");
            let clock = backend::clock::Clock::fixed(crate::it::field::NOW);
            let url = "https://huella.example";
            let store = other.store.clone();
            let office = backend::office::Office::open(store, keys, clock, url).await.unwrap();
            let said = documents::verify(&office, &text).await.unwrap();
            assert!(matches!(said, Verification::Replaced { .. }), "{said:?}");
        }
    }

    async fn a_backup_made_while_people_work_is_one_moment_of_it(database) {
        const VISITS: u32 = 40;
        let field = Field::on(&database).await;
        field.authorise().await;
        let work = async {
            for number in 0..VISITS {
                let chip = format!("99900000000{:04}", 800 + number);
                let outcome = field.submit(field.visit(&Guest::new(40_000_700 + number), &chip));
                assert!(matches!(outcome.await, Outcome::Accepted { .. }), "{number}");
            }
        };
        let file = database.folder.join("backup.gz");
        let save = async {
            while database.number("SELECT COUNT(*) FROM submission").await < 3 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            backup(&database.store, &file, NOW).await.unwrap()
        };
        let ((), made) = tokio::join!(work, save);
        let visits = made.rows["submission"];
        assert!((3..u64::from(VISITS)).contains(&visits), "nobody waited for it: {visits}");
        for table in ["owner", "animal", "document", "outbox"] {
            assert_eq!(made.rows[table], visits, "{table}");
        }
        let other = Database::fresh(Engine::Sqlite).await;
        restore(&other.store, &file).await.unwrap();
        std::fs::copy(database.folder.join("secret"), other.folder.join("secret")).unwrap();
        let report = history::verify(&other.store, &keys(&other).await).await.unwrap();
        assert!(report.is_whole() && report.links > visits, "{report:?}");
    }

    async fn a_backup_that_reads_otherwise_never_gets_its_name(database) {
        filled(&database).await;
        let file = database.folder.join("backup.gz");
        let made = backup(&database.store, &file, NOW).await.unwrap();
        let (part, named) = (file.with_added_extension("part"), database.folder.join("named.gz"));
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&part, &bytes[..bytes.len() - 9]).unwrap();
        assert!(name_if_whole(&part, &named, &made).is_err());
        // Whole, but not what was written.
        std::fs::write(&part, &bytes).unwrap();
        let mut other = made.clone();
        other.sha256 = other.sha256.chars().rev().collect();
        assert!(name_if_whole(&part, &named, &other).is_err() && !named.exists());
        name_if_whole(&part, &named, &made).unwrap();
        assert!(named.exists() && !part.exists());
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

    async fn a_backup_of_other_tables_says_which_version_restores_it(database) {
        filled(&database).await;
        let file = database.folder.join("backup.gz");
        backup(&database.store, &file, NOW).await.unwrap();
        let text = unzipped(&std::fs::read(&file).unwrap());
        let (first, rest) = text.split_once('\n').unwrap();
        let other = Database::fresh(database.store.engine()).await;
        for (made_by, told) in [
            (json!({ "program": "0.0.9", "migration": 1 }), "huella 0.0.9; restore"),
            (json!({ "program": "9.0.0", "migration": 999 }), "huella 9.0.0; restore"),
            (json!({}), "an earlier version; restore"),
        ] {
            let mut header: Map<String, Value> = serde_json::from_str(first).unwrap();
            header.retain(|name, _| name != "program" && name != "migration");
            header.extend(made_by.as_object().unwrap().clone());
            let header = serde_json::to_string(&header).unwrap();
            std::fs::write(&file, zipped(&format!("{header}\n{rest}"))).unwrap();
            let refused = restore(&other.store, &file).await.unwrap_err().to_string();
            assert!(refused.contains(told) && refused.contains("`huella migrate`"), "{refused}");
        }
        assert!(contents(&other).await.values().all(Vec::is_empty));
    }

    async fn a_database_without_the_last_migration_is_behind(database) {
        assert!(!database.store.is_behind().await.unwrap());
        let last = last_migration();
        database.raw(&format!("DELETE FROM _sqlx_migrations WHERE version = {last}")).await;
        assert!(database.store.is_behind().await.unwrap());
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
