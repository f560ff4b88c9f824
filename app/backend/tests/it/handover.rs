//! A phone's sealed copies as a file in other hands: everything once, whoever brings it first.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::unresolved;
use backend::submissions;
use domain::desk::queue::Resolution;
use domain::id::StaffId;
use domain::submission::{FilePart, HandedIn, Outcome, Submission, Unfit, VERSION};
use serde_json::{Value, json};

use crate::it::databases::Database;
use crate::it::desk::at_browser;
use crate::it::field::{Field, Guest, NOW};
use crate::it::sealed::{copy, key_of, seal};
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000000801";
const OTHER_CHIP: &str = "999000000000802";

/// A file of the field's phone.
fn file_of(field: &Field, sealed: &[Value]) -> Value {
    let made_at = "2026-11-22T17:00:00.000Z";
    let mark = "huella sealed 1";
    json!({ "huella": mark, "device": field.device, "made_at": made_at, "sealed": sealed })
}

async fn hand_in(field: &Field, actor: Actor, file: &Value) -> Result<HandedIn, Unfit> {
    submissions::hand_in(&field.office, actor, file.to_string().as_bytes()).await.unwrap()
}

/// Hands a file of the field's phone in.
async fn told(field: &Field, actor: Actor, sealed: &[Value]) -> Result<HandedIn, Unfit> {
    hand_in(field, actor, &file_of(field, sealed)).await
}

async fn rows(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

/// Visits of two people, as the operative's phone records them.
fn two_visits(field: &Field) -> [Submission; 2] {
    let visits = [(40_000_801, CHIP), (40_000_802, OTHER_CHIP)];
    visits.map(|(run, chip)| {
        field.submission(field.as_operative(), field.visit(&Guest::new(run), chip))
    })
}

async fn record(field: &Field, submission: &Submission) {
    let present = at_browser(field.as_coordinator());
    let accept = Resolution::Accept { chip: None };
    unresolved::resolve(&field.office, &present, submission.id, accept).await.unwrap();
}

on_both_databases! {
    async fn what_a_coordinator_hands_in_waits_at_the_desk_and_counts_once(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let visits = two_visits(&field);
        let copies = visits.each_ref().map(|submission| copy(&field, &key, submission));
        let waiting = HandedIn { waiting: 2, ..HandedIn::default() };
        for _ in 0..2 {
            assert_eq!(told(&field, coordinator, &copies).await, Ok(waiting));
        }
        assert_eq!((rows(&database, "submission").await, rows(&database, "owner").await), (2, 0));
        let lines = waiting_lines(&field).await;
        assert_eq!(lines.len(), 2);
        for line in &lines {
            assert_eq!(line.by, "Prueba operative");
            assert_eq!(line.brought_by.as_deref(), Some("Prueba coordinator"));
        }
        for submission in &visits {
            record(&field, submission).await;
        }
        let known = HandedIn { known: 2, ..HandedIn::default() };
        assert_eq!(told(&field, coordinator, &copies).await, Ok(known));
        // The phone comes back and sends what it never could.
        let reply = field.send(actor, &visits).await;
        for answer in &reply.answers {
            assert!(matches!(answer.outcome, Outcome::Accepted { .. }), "{answer:?}");
        }
        assert_eq!((reply.receipt.stored_total, reply.receipt.complete_to_sequence), (2, 2));
        for (table, count) in [("owner", 2), ("animal", 2), ("service", 6)] {
            assert_eq!(rows(&database, table).await, count, "{table}");
        }
    }

    async fn what_the_phone_sent_before_is_known_and_the_rest_is_new(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let visits = two_visits(&field);
        let copies = visits.each_ref().map(|submission| copy(&field, &key, submission));
        field.send(actor, &visits[..1]).await;
        // The same person, from another phone.
        let both = HandedIn { known: 1, recorded: 1, ..HandedIn::default() };
        assert_eq!(told(&field, actor, &copies).await, Ok(both));
        assert_eq!((rows(&database, "owner").await, rows(&database, "service").await), (2, 6));
        let reply = field.send(actor, &visits).await;
        assert_eq!(reply.receipt.stored_total, 2);
        assert_eq!(rows(&database, "service").await, 6);
    }

    async fn who_hands_in_does_not_become_the_phone(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let [sent, left] = two_visits(&field);
        field.send(actor, &[sent]).await;
        field.office.clock.advance_ms(60_000);
        let handed = told(&field, coordinator, &[copy(&field, &key, &left)]).await;
        assert_eq!(handed, Ok(HandedIn { waiting: 1, ..HandedIn::default() }));
        assert_eq!(database.number("SELECT last_seen_at FROM device").await, NOW.0);
        // Another one's word, from whichever phone, leaves it at the desk.
        let answers = field.send(coordinator, std::slice::from_ref(&left)).await.answers;
        assert!(matches!(answers[0].outcome, Outcome::Quarantined), "{answers:?}");
        record(&field, &left).await;
        // Who made it is told what became of it, and who brought it, each by asking.
        for asks in [actor, coordinator] {
            let resolved = field.send(asks, &[]).await.resolved;
            assert_eq!(resolved.len(), 1);
            assert_eq!(resolved[0].id, left.id);
            assert!(matches!(resolved[0].outcome, Outcome::Accepted { .. }), "{resolved:?}");
        }
    }

    async fn a_phone_that_comes_first_by_a_file_is_its_makers(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let [first, second] = two_visits(&field);
        told(&field, coordinator, &[copy(&field, &key, &first)]).await.unwrap();
        field.office.clock.advance_ms(60_000);
        field.send(actor, &[second]).await;
        assert_eq!(database.number("SELECT COUNT(*) FROM device").await, 1);
        let seen = database.number("SELECT last_seen_at FROM device").await;
        assert_eq!(seen, NOW.0 + 60_000, "the phone speaks for itself");
        let told = field.send(coordinator, &[]).await.resolved;
        assert!(told.is_empty(), "{told:?}");
        let seen = database.number("SELECT last_seen_at FROM device").await;
        assert_eq!(seen, NOW.0 + 60_000, "and nobody else does");
    }

    async fn a_file_of_somebody_whom_nobody_knows_waits_at_the_desk(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let [first, _] = two_visits(&field);
        let strange = Submission { actor: StaffId(fresh_id()), ..first };
        told(&field, coordinator, &[copy(&field, &key, &strange)]).await.unwrap();
        let waiting = "SELECT COUNT(*) FROM submission WHERE outcome = 'quarantined'";
        assert_eq!(database.number(waiting).await, 1);
    }

    async fn what_cannot_be_opened_is_counted_apart_and_a_strange_file_leaves_nothing(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let [visit, _] = two_visits(&field);
        let broken = json!({ "id": fresh_id(), "outreach": field.outreach, "body": "AAAA" });
        let strange = told(&field, coordinator, std::slice::from_ref(&broken)).await;
        assert_eq!(strange, Err(Unfit::Unopened));
        assert_eq!((rows(&database, "device").await, rows(&database, "submission").await), (0, 0));
        let both = [copy(&field, &key, &visit), broken];
        let counted = HandedIn { waiting: 1, unopened: 1, ..HandedIn::default() };
        assert_eq!(told(&field, coordinator, &both).await, Ok(counted));
        assert_eq!(rows(&database, "submission").await, 1);
        assert_eq!(told(&field, coordinator, &[]).await, Err(Unfit::Empty));
    }

    async fn what_is_of_a_version_that_is_not_read_is_left_in_its_file(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let [visit, second] = two_visits(&field);
        let other = Submission { version: VERSION + 1, ..second };
        let other = copy(&field, &key, &other);
        let alone = told(&field, coordinator, std::slice::from_ref(&other)).await;
        assert_eq!(alone, Err(Unfit::OtherVersion));
        assert_eq!((rows(&database, "device").await, rows(&database, "submission").await), (0, 0));
        let both = [copy(&field, &key, &visit), other];
        let counted = HandedIn { waiting: 1, unopened: 1, ..HandedIn::default() };
        assert_eq!(told(&field, coordinator, &both).await, Ok(counted));
        assert_eq!(rows(&database, "submission").await, 1);
    }

    async fn what_can_be_opened_and_not_read_is_stored_and_told_as_refused(database) {
        let field = Field::on(&database).await;
        let (actor, coordinator) = (field.as_operative(), field.as_coordinator());
        let key = key_of(&field.office, actor).await;
        let [visit, _] = two_visits(&field);
        let text = json!({ "id": visit.id, "sequence": 1, "commands": "none" }).to_string();
        let about = (field.device, field.outreach, visit.id);
        let odd = serde_json::to_value(seal(&key, about, &text)).unwrap();
        let refused = HandedIn { refused: 1, ..HandedIn::default() };
        for _ in 0..2 {
            let handed = told(&field, coordinator, std::slice::from_ref(&odd)).await;
            assert_eq!(handed, Ok(refused), "the file was taken in");
        }
        assert_eq!(rows(&database, "submission").await, 1);
        let broken = json!({ "id": fresh_id(), "outreach": field.outreach, "body": "AAAA" });
        let both = HandedIn { unopened: 1, ..refused };
        assert_eq!(told(&field, coordinator, &[odd, broken]).await, Ok(both));
        assert_eq!(rows(&database, "submission").await, 1);
    }

    async fn a_file_of_more_than_a_batch_is_taken_in_whole(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let [visit, last] = two_visits(&field);
        let mut copies = vec![copy(&field, &key, &visit); 250];
        copies.push(copy(&field, &key, &last));
        let counted = HandedIn { recorded: 2, known: 249, ..HandedIn::default() };
        assert_eq!(told(&field, actor, &copies).await, Ok(counted));
        assert_eq!((rows(&database, "owner").await, rows(&database, "service").await), (2, 6));
    }

    async fn a_copy_in_parts_counts_once_in_any_order(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let copies = two_visits(&field).map(|visit| copy(&field, &key, &visit));
        for (part, counted) in [
            (2, HandedIn { recorded: 1, ..HandedIn::default() }),
            (1, HandedIn { recorded: 1, ..HandedIn::default() }),
            (2, HandedIn { known: 1, ..HandedIn::default() }),
        ] {
            let mut file = file_of(&field, &copies[part - 1..part]);
            file["part"] = json!(part);
            file["parts"] = json!(2);
            let part = FilePart::new(u32::try_from(part).unwrap(), 2);
            assert_eq!(hand_in(&field, actor, &file).await, Ok(HandedIn { part, ..counted }));
        }
        assert_eq!((rows(&database, "owner").await, rows(&database, "service").await), (2, 6));
    }
}
