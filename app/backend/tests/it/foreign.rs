//! What somebody else sends under a known identifier, or names as mended: one identifier stands for
//! one content, and nobody puts away what somebody else made.

use backend::actor::Actor;
use backend::submissions;
use domain::id::DeviceId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Batch, Outcome, Submission};
use serde_json::{Value, json};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, refusal};
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000000901";
const OTHER_CHIP: &str = "999000000000902";

/// The answer to one submission, from whichever phone it says it comes.
async fn sent(field: &Field, actor: Actor, device: DeviceId, submission: Value) -> Answer {
    let batch = Batch { device, submissions: vec![submission], report: None };
    submissions::receive(&field.office, actor, batch).await.unwrap().answers.remove(0)
}

fn value(submission: &Submission) -> Value {
    serde_json::to_value(submission).unwrap()
}

fn is_accepted(answer: &Answer) -> bool {
    matches!(answer.outcome, Outcome::Accepted { .. })
}

async fn waiting(field: &Field) -> usize {
    waiting_lines(field).await.len()
}

async fn rows(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

/// What somebody else may send under the identifier of a submission that they have seen.
fn foreign(field: &Field, seen: &Submission) -> [Value; 3] {
    let other = field.submission(field.as_veterinarian(), Vec::new());
    let visit = field.visit(&Guest::new(40_000_902), OTHER_CHIP);
    let own = Submission { id: seen.id, commands: visit.clone(), ..other };
    let forged = Submission { commands: visit, ..seen.clone() };
    [json!({ "id": seen.id, "sequence": 1, "commands": "none" }), value(&own), value(&forged)]
}

on_both_databases! {
    async fn an_identifier_that_somebody_took_stands_for_one_content(database) {
        let field = Field::on(&database).await;
        let (actor, other) = (field.as_operative(), field.as_veterinarian());
        let chips = ["999000000000911", "999000000000912", "999000000000913"];
        for (number, chip) in (0..).zip(chips) {
            let visit = field.visit(&Guest::new(40_000_911 + number), chip);
            let submission = field.submission(actor, visit.clone());
            let at = usize::try_from(number).unwrap();
            let junk = foreign(&field, &submission)[at].clone();
            let answered = sent(&field, other, field.device, junk.clone()).await;
            // Whoever brings the record hears the same, and nothing of it is kept.
            for sender in [actor, field.as_coordinator(), actor] {
                let reused = sent(&field, sender, field.device, value(&submission)).await;
                assert_eq!(refusal(&reused.outcome), &Refusal::IdReused, "{number}");
            }
            // The phone keeps it, and its person saves it again.
            let replaces = Some(submission.id);
            let right = Submission { replaces, ..field.submission(actor, visit) };
            let first = sent(&field, actor, field.device, value(&right)).await;
            assert!(is_accepted(&first), "{number}: {first:?}");
            assert_eq!(sent(&field, actor, field.device, value(&right)).await, first);
            if number < 2 {
                assert_eq!(sent(&field, other, field.device, junk).await, answered);
            }
        }
        // Those of the operative, and the one that the veterinarian made.
        assert_eq!((rows(&database, "owner").await, rows(&database, "submission").await), (4, 6));
        assert_eq!(waiting(&field).await, 0, "what was forged in the maker's name was mended");
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn what_is_not_ones_own_takes_no_identifier(database) {
        let field = Field::on(&database).await;
        let (actor, other) = (field.as_operative(), field.as_veterinarian());
        let submission = field.submission(actor, field.visit(&Guest::new(40_000_921), CHIP));
        let first = sent(&field, actor, field.device, value(&submission)).await;
        let [unread, _, forged] = foreign(&field, &submission);
        for junk in [unread, forged] {
            let reused = sent(&field, other, field.device, junk).await;
            assert_eq!(refusal(&reused.outcome), &Refusal::IdReused);
        }
        assert_eq!(rows(&database, "submission").await, 1);
        assert_eq!(sent(&field, actor, field.device, value(&submission)).await, first);
    }

    async fn only_the_maker_mends_what_waits(database) {
        let field = Field::on(&database).await;
        let (actor, other) = (field.as_operative(), field.as_veterinarian());
        field.submit(field.visit(&Guest::new(40_000_931), CHIP)).await;
        let wrong = field.submission(actor, field.visit(&Guest::new(40_000_932), CHIP));
        let waits = sent(&field, actor, field.device, value(&wrong)).await;
        assert!(matches!(waits.outcome, Outcome::Conflict { .. }), "{waits:?}");
        let mends = |actor: Actor, run: u32, chip: &str| {
            let submission = field.submission(actor, field.visit(&Guest::new(run), chip));
            value(&Submission { replaces: Some(wrong.id), ..submission })
        };
        let junk = mends(other, 40_000_933, "999000000000931");
        assert!(is_accepted(&sent(&field, other, field.device, junk).await));
        assert_eq!(waiting(&field).await, 1, "another person's word puts nothing away");
        database.raw("UPDATE submission SET outreach_id = id WHERE outcome = 'conflict'").await;
        let elsewhere = mends(actor, 40_000_934, "999000000000932");
        assert!(is_accepted(&sent(&field, actor, field.device, elsewhere).await));
        assert_eq!(waiting(&field).await, 1, "that was recorded at another outreach");
        database.raw(
            "UPDATE submission SET outreach_id = (SELECT id FROM outreach)
             WHERE outcome = 'conflict'",
        ).await;
        let right = mends(actor, 40_000_935, "999000000000933");
        assert!(is_accepted(&sent(&field, actor, field.device, right).await));
        assert_eq!(waiting(&field).await, 0);
    }
}
