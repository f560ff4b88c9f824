//! Submissions that are written together come to what they come to one by one.

use domain::catalogue::DewormingKind;
use domain::id::{AnimalId, OwnerId};
use domain::refusal::Refusal;
use domain::submission::{Outcome, Submission};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest};

/// A day's mixture: people nobody knows, and each way in which one submission of a batch can be
/// about what another one has just brought. `people` numbers the owners and `chips` the chips.
fn day(field: &Field, people: u32, chips: u64) -> Vec<Submission> {
    let guest = |number: u32| Guest::new(people + number);
    let chip = |number: u64| format!("{:015}", 999_000_000_000_000 + chips + number);
    let first = guest(1);
    let silent = Guest { email: None, ..guest(2) };
    let second_dog = Guest { dog: AnimalId(backend::clock::fresh_id()), ..guest(2) };
    let twice = field.dewormed(silent.dog, DewormingKind::Internal);
    let early = guest(6);
    let mut too_early = field.visit(&early, &chip(6));
    too_early.swap(0, 1);
    let visits = [
        field.visit(&first, &chip(1)),
        // The same person under another identifier, with another dog.
        field.visit(&guest(1), &chip(2)),
        // The first one's chip.
        field.visit(&guest(3), &chip(1)),
        field.visit(&silent, &chip(3)),
        // A known identifier: of an owner who brings one more dog, of a stranger, of a dog.
        vec![Guest { owner: silent.owner, ..second_dog }.dog_registered("Luna")],
        field.visit(&Guest { owner: first.owner, ..guest(4) }, &chip(4)),
        field.visit(&Guest { dog: first.dog, ..guest(5) }, &chip(5)),
        // Wrong by itself, then right; the same dose recorded twice.
        too_early,
        field.visit(&early, &chip(6)),
        vec![twice.clone()],
        vec![twice],
        field.visit(&guest(7), &chip(7)),
        // One of the two chips is taken.
        [field.visit(&guest(8), &chip(8)), field.visit(&guest(9), &chip(7))].concat(),
        vec![guest(10).registered()],
        // Nobody's dog.
        vec![Guest { owner: OwnerId(backend::clock::fresh_id()), ..guest(11) }.dog_registered("X")],
    ];
    let actor = field.as_operative();
    visits.into_iter().map(|commands| field.submission(actor, commands)).collect()
}

/// What became of it, without the identifiers, which are never the same.
fn plainly(outcome: &Outcome) -> (usize, usize, Option<(Refusal, Option<u32>)>) {
    match outcome {
        Outcome::Accepted { aliases, documents } => (aliases.len(), documents.len(), None),
        Outcome::Refused { command, refusal } | Outcome::Conflict { command, refusal, .. } => {
            (0, 0, Some((refusal.clone(), *command)))
        }
        Outcome::Quarantined => panic!("nobody's phone was lent"),
    }
}

async fn rows(database: &Database) -> Vec<(&'static str, i64)> {
    let mut rows = Vec::new();
    for table in [
        "owner",
        "owner_alias",
        "search_word",
        "animal",
        "service",
        "document",
        "outbox",
        "task",
        "submission",
        "history",
        "history_body",
    ] {
        rows.push((table, database.number(&format!("SELECT COUNT(*) FROM {table}")).await));
    }
    rows
}

on_both_databases! {
    async fn a_batch_comes_to_what_its_submissions_come_to_alone(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let actor = field.as_operative();
        let before = rows(&database).await;
        let mut alone = Vec::new();
        for submission in day(&field, 41_000_000, 1_000) {
            let reply = field.send(actor, &[submission]).await;
            alone.extend(reply.answers.iter().map(|answer| plainly(&answer.outcome)));
        }
        let between = rows(&database).await;
        let reply = field.send(actor, &day(&field, 42_000_000, 2_000)).await;
        let together: Vec<_> =
            reply.answers.iter().map(|answer| plainly(&answer.outcome)).collect();
        assert_eq!(together, alone);
        let refused = alone.iter().filter(|(_, _, refused)| refused.is_some()).count();
        assert_eq!((alone.len(), refused), (15, 7), "{alone:?}");
        for ((table, before), ((_, between), (_, after))) in
            before.into_iter().zip(between.into_iter().zip(rows(&database).await))
        {
            assert_eq!(after - between, between - before, "{table}");
        }
        assert_eq!((reply.receipt.stored_total, reply.receipt.complete_to_sequence), (30, 30));
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn a_phone_is_complete_to_the_first_gap(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let all = day(&field, 43_000_000, 3_000);
        let complete = |reply: domain::submission::Reply| reply.receipt.complete_to_sequence;
        assert_eq!(complete(field.send(actor, &all[3..9]).await), 0);
        assert_eq!(complete(field.send(actor, &all[..1]).await), 1);
        assert_eq!(complete(field.send(actor, &all[10..]).await), 1);
        assert_eq!(complete(field.send(actor, &all[1..3]).await), 9);
        assert_eq!(complete(field.send(actor, &all[9..10]).await), 15);
    }
}
