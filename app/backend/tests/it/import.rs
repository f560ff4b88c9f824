//! Earlier registers come into the register, as far as they should, and out again.

use backend::actor::Actor;
use backend::history;
use backend::import::{self, BATCH};
use backend::registry::lookup;
use backend::registry::pack::{self, Asked};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{ImportId, OwnerId, StaffId};
use domain::import::{ImportState, Step, Unfit, Verdict};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::run::Run;
use domain::timestamp::DAY_MS;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field as Team, Guest, staff_row};

const HEADINGS: &str = "N° chip;RUN;Nombre propietario;Nombre mascota;Especie;Sexo;Color\n";

fn run(number: u32) -> String {
    Run::from_number(number).unwrap().to_string()
}

/// A row of a list.
fn line(chip: u64, owner: u32) -> String {
    format!("{chip};{};Ana Soto Rojas;Ñato {chip};perro;macho;negro\n", run(owner))
}

/// The chip of a list's row.
fn chip(number: u64) -> u64 {
    985_121_004_000_000 + number
}

async fn upload(team: &Team, text: &str) -> ImportId {
    let bytes = text.as_bytes().to_vec();
    let sent = import::upload(&team.office, team.as_coordinator(), "C:\\listas\\2020.csv", bytes);
    sent.await.unwrap().unwrap()
}

async fn act(team: &Team, id: ImportId, step: Step) {
    import::act(&team.office, team.as_coordinator(), id, step).await.unwrap();
}

async fn work(team: &Team) -> u32 {
    let mut turns = 0;
    while import::tick(&team.office).await.unwrap() {
        turns += 1;
    }
    turns
}

async fn totals(team: &Team, id: ImportId) -> Vec<(Verdict, u32)> {
    import::sheet(&team.office, team.as_coordinator(), id).await.unwrap().totals
}

async fn state(team: &Team, id: ImportId) -> ImportState {
    import::sheet(&team.office, team.as_coordinator(), id).await.unwrap().line.state
}

/// Another coordinator than the one who uploads.
async fn colleague(team: &Team) -> Actor {
    let row = staff_row(Role::Coordinator);
    let id = StaffId(row.id);
    let added: Stored<()> = team
        .office
        .store
        .write_with(row, |tx, row| Box::pin(async move { tx.insert_staff(row).await }))
        .await;
    added.unwrap();
    Actor::Staff { id, role: Role::Coordinator }
}

async fn number(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

on_both_databases! {
    async fn each_row_is_judged_before_and_taken_in_as_judged(database) {
        let team = Team::on(&database).await;
        let guest = Guest::new(12_345_678);
        let known = "999000000000001";
        team.submit(team.visit(&guest, known)).await;
        let before = (number(&database, "owner").await, number(&database, "service").await);
        let list = [
            HEADINGS.to_owned(),
            line(chip(1), 9_876_543),
            line(chip(2), 9_876_543),
            line(chip(3), 12_345_678),
            line(chip(1), 9_876_543),
            line(known.parse().unwrap(), 12_345_678),
            line(known.parse().unwrap(), 9_876_543),
            line(123, 9_876_543),
        ];
        let id = upload(&team, &list.concat()).await;
        let expected = [
            (Verdict::New, 1),
            (Verdict::KnownOwner, 2),
            (Verdict::Known, 2),
            (Verdict::ChipTaken, 1),
            (Verdict::Unreadable, 1),
        ];
        let sheet = import::sheet(&team.office, team.as_coordinator(), id).await.unwrap();
        assert_eq!(sheet.line.name, "2020.csv");
        assert_eq!(sheet.totals, expected);
        let fault = FieldError::new(Field::Chip, Problem::ChipNotFifteenDigits);
        assert_eq!(sheet.rows.last().unwrap().faults, [fault]);
        let kept = (number(&database, "owner").await, number(&database, "service").await);
        assert_eq!(kept, before, "it was looked at only");
        assert_eq!(work(&team).await, 0, "nobody has begun it");

        act(&team, id, Step::Start).await;
        assert_eq!(work(&team).await, 1);
        assert_eq!(totals(&team, id).await, expected);
        assert_eq!(state(&team, id).await, ImportState::Done);
        assert_eq!(number(&database, "owner").await, before.0 + 1);
        assert_eq!(number(&database, "service").await, before.1, "nothing counts to a target");
        assert_eq!(number(&database, "animal").await, 4);
        let report = history::verify(&team.office.store, &team.office.keys).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        // The same list again makes nothing.
        let again = upload(&team, &list.concat()).await;
        act(&team, again, Step::Start).await;
        work(&team).await;
        let known = [(Verdict::Known, 5), (Verdict::ChipTaken, 1), (Verdict::Unreadable, 1)];
        assert_eq!(totals(&team, again).await, known);
        assert_eq!(number(&database, "animal").await, 4);
    }

    async fn what_was_stopped_or_killed_goes_on_where_it_was(database) {
        let team = Team::on(&database).await;
        let rows = u64::try_from(BATCH).unwrap() * 2 + 30;
        let mut list = HEADINGS.to_owned();
        for row in 0..rows {
            list.push_str(&line(chip(row), 4_000_000 + u32::try_from(row / 3).unwrap()));
        }
        let id = upload(&team, &list).await;
        act(&team, id, Step::Start).await;
        assert!(import::tick(&team.office).await.unwrap());
        assert_eq!(number(&database, "animal").await, BATCH);
        act(&team, id, Step::Stop).await;
        assert!(!import::tick(&team.office).await.unwrap());
        assert_eq!(state(&team, id).await, ImportState::Stopped);
        act(&team, id, Step::Resume).await;
        // Another process, which knows only the database.
        let store = database.opened_again().await;
        let other = backend::office::Office { store, ..team.office.clone() };
        let (one, two) = tokio::join!(import::tick(&other), import::tick(&team.office));
        assert!(one.unwrap() | two.unwrap());
        work(&team).await;
        assert_eq!(state(&team, id).await, ImportState::Done);
        assert_eq!(number(&database, "animal").await, i64::try_from(rows).unwrap());
        assert_eq!(number(&database, "owner").await, i64::try_from(rows.div_ceil(3)).unwrap());
        let waiting = "SELECT COUNT(*) FROM import_row WHERE verdict IS NULL";
        assert_eq!(database.number(waiting).await, 0);
    }

    async fn what_nobody_touched_is_taken_out_and_the_rest_is_named(database) {
        let team = Team::on(&database).await;
        let mut list = HEADINGS.to_owned();
        let rows = u64::try_from(BATCH).unwrap() + 10;
        for row in 0..rows {
            list.push_str(&line(chip(row), 4_000_000 + u32::try_from(row / 2).unwrap()));
        }
        let id = upload(&team, &list).await;
        act(&team, id, Step::Start).await;
        work(&team).await;
        // Somebody of the list comes to an outreach with another dog.
        let guest = Guest::new(4_000_000);
        team.submit(team.visit(&guest, "999000000000001")).await;
        let made = rows + 1;
        assert_eq!(number(&database, "animal").await, i64::try_from(made).unwrap());

        act(&team, id, Step::Undo).await;
        assert_eq!(work(&team).await, 2);
        let sheet = import::sheet(&team.office, team.as_coordinator(), id).await.unwrap();
        assert_eq!(sheet.line.state, ImportState::Undone);
        assert_eq!(number(&database, "animal").await, 1, "the one of the outreach");
        assert_eq!(number(&database, "owner").await, 1, "the one who came");
        let undone = u32::try_from(rows).unwrap() - 1;
        assert_eq!(sheet.totals, [(Verdict::Undone, undone), (Verdict::OwnerKept, 1)]);
        let kept = sheet.kept.first().unwrap();
        assert_eq!((kept.place, kept.name.as_str()), (1, "Ana Soto Rojas"));
        assert!(kept.animal.is_none());
        let owner: OwnerId = kept.owner.unwrap();
        let found = team.office.store.read(move |tx| {
            Box::pin(async move { tx.owner(owner.0).await })
        });
        assert!(found.await.unwrap().is_some());
        assert_eq!(number(&database, "search_word").await, 3);
        let report = history::verify(&team.office.store, &team.office.keys).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        let done = import::act(&team.office, team.as_coordinator(), id, Step::Undo).await;
        assert!(matches!(
            done,
            Err(backend::error::Error::Refused(Refusal::ChangedMeanwhile))
        ));
    }

    async fn columns_are_put_right_before_it_begins(database) {
        let team = Team::on(&database).await;
        let (office, actor) = (&team.office, team.as_coordinator());
        let list = format!("a;b;c;d;e;f\n{};Ana Soto;Luna;gato;hembra;x\n", chip(1));
        let id = upload(&team, &list).await;
        let refused = import::act(office, actor, id, Step::Start).await;
        let Err(backend::error::Error::Refused(Refusal::Invalid { fields })) = refused else {
            panic!("{refused:?}");
        };
        assert!(fields.contains(&FieldError::new(Field::Chip, Problem::Empty)));
        let columns = [Field::Chip, Field::PersonName, Field::PetName, Field::Species, Field::Sex];
        let mut columns: Vec<_> = columns.into_iter().map(Some).collect();
        import::set_columns(office, actor, id, columns.clone()).await.unwrap_err();
        columns.push(Some(Field::Sex));
        import::set_columns(office, actor, id, columns.clone()).await.unwrap_err();
        columns[5] = None;
        import::set_columns(office, actor, id, columns.clone()).await.unwrap();
        assert_eq!(totals(&team, id).await, [(Verdict::New, 1)]);
        act(&team, id, Step::Start).await;
        import::set_columns(office, actor, id, columns).await.unwrap_err();
        work(&team).await;
        assert_eq!(number(&database, "animal").await, 1);
        let (plan, rows) = import::result(office, actor, id).await.unwrap();
        assert_eq!((plan.headings.len(), rows.len()), (6, 1));
        assert_eq!(rows[0].verdict, Some(Verdict::New));

        let other = upload(&team, &list).await;
        act(&team, other, Step::Discard).await;
        import::sheet(office, actor, other).await.unwrap_err();
        assert_eq!(import::list(office, actor).await.unwrap().len(), 1);
        let nothing = import::upload(office, actor, "", Vec::new()).await.unwrap();
        assert_eq!(nothing, Err(Unfit::Missing));
    }

    async fn an_erasure_reaches_the_rows_and_stays_when_the_import_is_undone(database) {
        let team = Team::on(&database).await;
        let list = [HEADINGS.to_owned(), line(chip(1), 4_000_000), line(chip(2), 5_000_000)];
        let id = upload(&team, &list.concat()).await;
        act(&team, id, Step::Start).await;
        work(&team).await;
        let (office, actor) = (&team.office, team.as_coordinator());
        let first = office.store.read(move |tx| {
            Box::pin(async move { tx.imported_rows(id.0, 0, 1).await })
        });
        let owner: OwnerId = first.await.unwrap()[0].owner_id.unwrap().into();
        backend::erasure::erase_owner(office, actor, owner, "Lo pidió").await.unwrap();
        let emptied = "SELECT COUNT(*) FROM import_row WHERE cells = '[]'";
        assert_eq!(database.number(emptied).await, 1);
        act(&team, id, Step::Undo).await;
        work(&team).await;
        let sheet = import::sheet(office, actor, id).await.unwrap();
        assert_eq!(sheet.line.state, ImportState::Undone);
        assert_eq!(sheet.kept.len(), 1);
        assert_eq!(number(&database, "owner").await, 1);
        let report = history::verify(&office.store, &office.keys).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }

    async fn whoever_begins_an_import_answers_for_it(database) {
        let team = Team::on(&database).await;
        let id = upload(&team, &[HEADINGS.to_owned(), line(chip(1), 4_000_000)].concat()).await;
        let other = colleague(&team).await;
        import::act(&team.office, other, id, Step::Start).await.unwrap();
        work(&team).await;
        let read: Stored<_> = team.office.store.read(move |tx| {
            Box::pin(async move {
                let row = tx.import(id.0).await?.unwrap();
                let made = tx.imported_rows(id.0, 0, 1).await?.remove(0);
                let animal = tx.history_of("animal", made.animal_id.unwrap()).await?.remove(0);
                let owner = tx.history_of("owner", made.owner_id.unwrap()).await?.remove(0);
                Ok((row, animal, owner))
            })
        }).await;
        let (row, animal, owner) = read.unwrap();
        assert_eq!((row.state.as_str(), Some(row.started_by)), ("done", other.id()));
        for link in [animal, owner] {
            assert_eq!((link.kind.as_str(), link.actor_id), ("imported", other.id()));
        }
    }

    async fn what_was_looked_up_stays_and_what_is_undone_keeps_no_words(database) {
        let team = Team::on(&database).await;
        let list = [HEADINGS.to_owned(), line(chip(1), 4_000_000), line(chip(2), 5_000_000)];
        let id = upload(&team, &list.concat()).await;
        act(&team, id, Step::Start).await;
        work(&team).await;
        let looked = lookup::search(&team.office, team.as_operative(), &run(4_000_000)).await;
        assert_eq!(looked.unwrap().owners.len(), 1);
        act(&team, id, Step::Undo).await;
        work(&team).await;
        assert_eq!(totals(&team, id).await, [(Verdict::Undone, 1), (Verdict::Kept, 1)]);
        let sheet = import::sheet(&team.office, team.as_coordinator(), id).await.unwrap();
        let kept = sheet.kept.first().unwrap();
        assert_eq!((kept.place, kept.name.as_str()), (1, "Ñato 985121004000001"));
        assert!(kept.animal.is_some());
        assert_eq!((number(&database, "animal").await, number(&database, "owner").await), (1, 1));
        let emptied = "SELECT place FROM import_row WHERE cells = '[]'";
        assert_eq!(database.number(emptied).await, 2);
        let emptied = "SELECT COUNT(*) FROM import_row WHERE cells = '[]'";
        assert_eq!(database.number(emptied).await, 1);
    }

    async fn what_phones_took_along_or_was_looked_up_before_is_taken_out(database) {
        let team = Team::on(&database).await;
        // Known and looked up before there was the list.
        let guest = Guest::new(4_000_000);
        team.submit(team.visit(&guest, "999000000000001")).await;
        let looked = lookup::search(&team.office, team.as_operative(), &run(4_000_000)).await;
        assert_eq!(looked.unwrap().owners.len(), 1);
        team.office.clock.advance_ms(1);
        let list = [HEADINGS.to_owned(), line(chip(1), 4_000_000), line(chip(2), 5_000_000)];
        let id = upload(&team, &list.concat()).await;
        act(&team, id, Step::Start).await;
        work(&team).await;
        assert_eq!(totals(&team, id).await, [(Verdict::New, 1), (Verdict::KnownOwner, 1)]);
        // A phone takes along the cards of both.
        database.raw("UPDATE outreach SET unit = '02101-7'").await;
        database.raw("UPDATE owner SET unit = '02101-7'").await;
        let page = async |asked| {
            pack::page(&team.office, team.as_operative(), team.outreach, asked).await.unwrap()
        };
        let first = page(Asked::default()).await;
        assert_eq!(first.owners.len(), 2);
        let packs = "SELECT COUNT(*) FROM lookup WHERE kind = 'pack'";
        assert_eq!(database.number(packs).await, 2);

        act(&team, id, Step::Undo).await;
        work(&team).await;
        assert_eq!(totals(&team, id).await, [(Verdict::Undone, 2)]);
        assert_eq!((number(&database, "animal").await, number(&database, "owner").await), (1, 1));
        assert_eq!(database.number(packs).await, 1);
        // The phone that holds the card of who is no more begins anew.
        let next = page(Asked { since: Some(first.as_of), ..Asked::default() }).await;
        assert_eq!((next.anew, next.owners.len()), (true, 1));
    }

    async fn what_rows_say_that_made_nothing_is_kept_for_thirty_days(database) {
        let team = Team::on(&database).await;
        let said = "SELECT COUNT(*) FROM import_row WHERE cells <> '[]'";
        let list = [HEADINGS.to_owned(), line(chip(1), 9_876_543), line(chip(1), 9_876_543)];
        let finished = upload(&team, &list.concat()).await;
        act(&team, finished, Step::Start).await;
        work(&team).await;
        team.office.clock.advance_ms(DAY_MS);
        // One is only looked at; one is stopped in the middle.
        let preview = upload(&team, &list.concat()).await;
        let mut long = HEADINGS.to_owned();
        for row in 0..u64::try_from(BATCH).unwrap() + 3 {
            long.push_str(&line(chip(100 + row), 4_000_000));
        }
        let stopped = upload(&team, &long).await;
        act(&team, stopped, Step::Start).await;
        assert!(import::tick(&team.office).await.unwrap());
        act(&team, stopped, Step::Stop).await;
        let before = database.number(said).await;
        team.office.clock.advance_ms(import::KEPT_MS - DAY_MS - 1);
        assert_eq!(import::clear(&team.office).await.unwrap(), 0);
        assert_eq!(database.number(said).await, before);

        team.office.clock.advance_ms(1);
        assert_eq!(import::clear(&team.office).await.unwrap(), 1);
        assert_eq!(import::clear(&team.office).await.unwrap(), 0, "once");
        let kept = [(Verdict::New, 1), (Verdict::Known, 1)];
        assert_eq!(totals(&team, finished).await, kept);
        assert_eq!(database.number(said).await, before - 1);
        let (office, actor) = (&team.office, team.as_coordinator());
        let sheet = import::sheet(office, actor, finished).await.unwrap();
        assert!(sheet.is_cleared && sheet.rows.is_empty());
        let (_, rows) = import::result(office, actor, finished).await.unwrap();
        assert_eq!((rows[0].cells.is_empty(), rows[1].cells.is_empty()), (false, true));
        // What somebody goes on with is not left lying.
        act(&team, stopped, Step::Resume).await;
        act(&team, stopped, Step::Stop).await;
        team.office.clock.advance_ms(DAY_MS);
        assert_eq!(import::clear(&team.office).await.unwrap(), 1, "the one looked at");
        assert_eq!(state(&team, preview).await, ImportState::Done);
        assert_eq!(totals(&team, preview).await, [(Verdict::Lapsed, 2)]);
        let late = import::act(office, actor, preview, Step::Start).await;
        assert!(matches!(
            late,
            Err(backend::error::Error::Refused(Refusal::ChangedMeanwhile))
        ));
        assert_eq!(state(&team, stopped).await, ImportState::Stopped);

        team.office.clock.advance_ms(import::KEPT_MS);
        assert_eq!(import::clear(&team.office).await.unwrap(), 1);
        let made = u32::try_from(BATCH).unwrap();
        let kept = [(Verdict::New, 1), (Verdict::KnownOwner, made - 1), (Verdict::Lapsed, 3)];
        assert_eq!(totals(&team, stopped).await, kept);
        // It can still be undone, all of it.
        for (id, made) in [(stopped, made), (finished, 1)] {
            act(&team, id, Step::Undo).await;
            work(&team).await;
            let undone = totals(&team, id).await;
            assert!(undone.contains(&(Verdict::Undone, made)), "{undone:?}");
        }
        assert_eq!(number(&database, "animal").await, 0);
        assert_eq!(number(&database, "owner").await, 0);
        assert_eq!(database.number(said).await, 0);
    }
}
