//! Submissions that are written together come to what they come to one by one.

use domain::catalogue::DewormingKind;
use domain::command::Command;
use domain::id::{AnimalId, DeviceId, OwnerId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::submission::{Answer, Batch, Outcome, Submission};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, refusal};

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

    async fn what_is_taken_back_and_recorded_again_in_one_batch_is_free_again(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let (first, other) = (Guest::new(44_000_001), Guest::new(44_000_002));
        let visit = field.visit(&first, "999000000004001");
        let reason = ShortText::parse("Fue a otro animal").unwrap();
        let annul = |command: &Command| match command {
            Command::RecordService { service, .. } => {
                Some(Command::AnnulService { service: *service, reason: reason.clone() })
            }
            _ => None,
        };
        let annulled: Vec<_> = visit.iter().filter_map(annul).collect();
        let batch = [visit, annulled, field.visit(&other, "999000000004001")];
        let batch: Vec<_> =
            batch.into_iter().map(|commands| field.submission(actor, commands)).collect();
        let reply = field.send(actor, &batch).await;
        for answer in &reply.answers {
            assert!(matches!(answer.outcome, Outcome::Accepted { .. }), "{answer:?}");
        }
        let carrier = "SELECT COUNT(*) FROM animal WHERE chip = '999000000004001'";
        assert_eq!(database.number(carrier).await, 1);
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    /// Many phones at once, each with people nobody knows and one chip that all of them read.
    async fn phones_that_send_at_once_are_answered_as_one_after_the_other(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let mut batches = Vec::new();
        for phone in 0..12_u32 {
            let device = DeviceId(backend::clock::fresh_id());
            let own = format!("9990000000050{phone:02}");
            let chips = [own.as_str(), "999000000005999"];
            let submissions = chips.iter().zip(0_u32..).map(|(chip, number)| {
                let guest = Guest::new(45_000_000 + phone * 2 + number);
                let submission = field.submission(actor, field.visit(&guest, chip));
                serde_json::to_value(Submission { device, ..submission }).unwrap()
            });
            let batch = Batch { device, submissions: submissions.collect(), report: None };
            batches.push(backend::submissions::receive(&field.office, actor, batch));
        }
        let replies = futures_util::future::join_all(batches).await;
        let replies = replies.into_iter().map(Result::unwrap);
        let answers: Vec<_> = replies.flat_map(|reply| reply.answers).collect();
        let is_accepted = |answer: &&Answer| matches!(answer.outcome, Outcome::Accepted { .. });
        assert_eq!(answers.iter().filter(is_accepted).count(), 13);
        let others = answers.iter().filter(|answer| !is_accepted(answer));
        for answer in others {
            assert_eq!(refusal(&answer.outcome), &Refusal::ChipTaken);
        }
        for (table, count) in [("owner", 13), ("animal", 13), ("submission", 24), ("device", 12)] {
            let rows = format!("SELECT COUNT(*) FROM {table}");
            assert_eq!(database.number(&rows).await, count, "{table}");
        }
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
