//! Submissions: stored whole or not at all, answered once for all.

use backend::documents;
use domain::catalogue::DewormingKind;
use domain::command::{Command, CorrectionReason};
use domain::document::Verification;
use domain::id::AnimalId;
use domain::refusal::Refusal;
use domain::rnm::RnmState;
use domain::submission::{Answer, IssuedDocument, Outcome, Submission};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, dog, refusal};

const CHIP: &str = "999000000000101";
const OTHER_CHIP: &str = "999000000000102";

fn documents(outcome: &Outcome) -> &[IssuedDocument] {
    let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
    documents
}

/// The signed text of a verification address.
fn signed_text(document: &IssuedDocument) -> String {
    document.link.as_deref().unwrap().rsplit('/').next().unwrap().to_owned()
}

async fn rows(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

on_both_databases! {
    /// The whole road of a visit, from the phone's batch to rows, history, document and mail.
    async fn a_visit_is_stored_with_its_history_its_document_and_one_mail(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let outcome = field.submit(field.visit(&Guest::new(40_000_001), CHIP)).await;
        let issued = documents(&outcome);
        assert_eq!(issued.len(), 1);
        let prefix = "HTTPS://HUELLA.EXAMPLE/V/";
        assert!(issued[0].link.as_ref().unwrap().starts_with(prefix));
        assert_eq!(issued[0].slip_code, None);
        for (table, count) in [("owner", 1), ("animal", 1), ("service", 3), ("outbox", 1)] {
            assert_eq!(rows(&database, table).await, count, "{table}");
        }
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
        let said = documents::verify(&field.office, &signed_text(&issued[0])).await.unwrap();
        assert!(matches!(said, Verification::Valid { .. }), "{said:?}");
    }

    async fn a_repeated_submission_changes_nothing(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let submission =
            field.submission(actor, field.visit(&Guest::new(40_000_002), CHIP));
        let first = field.send(actor, std::slice::from_ref(&submission)).await;
        let again = field.send(actor, &[submission.clone(), submission.clone()]).await;
        assert_eq!(again.answers[0], first.answers[0]);
        assert_eq!(again.answers[1], first.answers[0]);
        assert_eq!(again.receipt.stored_total, 1);
        for (table, count) in [("owner", 1), ("animal", 1), ("service", 3), ("submission", 1)] {
            assert_eq!(rows(&database, table).await, count, "{table}");
        }
        let mut changed = submission;
        changed.recorded_at = changed.recorded_at.plus_ms(1);
        let reused = field.send(actor, &[changed]).await;
        assert_eq!(refusal(&reused.answers[0].outcome), &Refusal::IdReused);
    }

    async fn a_bad_submission_rolls_back_alone(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let good = field.submission(actor, field.visit(&Guest::new(40_000_003), CHIP));
        let thief = Guest::new(40_000_004);
        let bad = field.submission(actor, field.visit(&thief, CHIP));
        let late = field.submission(actor, field.visit(&Guest::new(40_000_005), OTHER_CHIP));
        let reply = field.send(actor, &[good, bad, late]).await;
        let outcomes: Vec<_> = reply.answers.iter().map(|answer| &answer.outcome).collect();
        assert!(matches!(outcomes[0], Outcome::Accepted { .. }), "{outcomes:?}");
        let Outcome::Conflict { refusal, other, command } = outcomes[1] else {
            panic!("{outcomes:?}")
        };
        assert_eq!((refusal, *command), (&Refusal::ChipTaken, Some(2)));
        assert_eq!((other.name.as_str(), other.animal), ("Ñ···", None));
        assert!(matches!(outcomes[2], Outcome::Accepted { .. }), "{outcomes:?}");
        assert_eq!(rows(&database, "owner").await, 2);
        assert_eq!(reply.receipt.complete_to_sequence, 3);
        let kept = "SELECT COUNT(*) FROM submission WHERE body IS NOT NULL";
        assert_eq!(database.number(kept).await, 1);
    }

    async fn an_unreadable_submission_is_refused_alone(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let good = field.submission(actor, field.visit(&Guest::new(40_000_006), CHIP));
        let id = backend::clock::fresh_id();
        let broken = serde_json::json!({ "id": id, "sequence": 2, "commands": "none" });
        let values = vec![serde_json::to_value(&good).unwrap(), broken];
        let reply = field.send_raw(actor, values).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }));
        assert_eq!(refusal(&reply.answers[1].outcome), &Refusal::Unreadable);
    }

    async fn a_count_or_an_offset_that_no_phone_has_is_refused(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let made = |run| field.submission(actor, vec![Guest::new(run).registered()]);
        let runs = [40_000_041, 40_000_042, 40_000_043, 40_000_044];
        let [counted, high, low, good] = runs.map(made);
        let sent = [
            Submission { sequence: 0, ..counted },
            Submission { utc_offset_minutes: i32::MAX, ..high },
            Submission { utc_offset_minutes: i32::MIN, ..low },
            good,
        ];
        let reply = field.send(actor, &sent).await;
        for answer in &reply.answers[..3] {
            assert_eq!(refusal(&answer.outcome), &Refusal::Unreadable);
        }
        assert!(matches!(reply.answers[3].outcome, Outcome::Accepted { .. }));
        assert_eq!(rows(&database, "owner").await, 1);
    }

    async fn a_known_owner_is_accepted_under_an_alias(database) {
        let field = Field::on(&database).await;
        let first = Guest::new(40_000_007);
        field.submit(field.visit(&first, CHIP)).await;
        let again = Guest { email: Some("otra@example.cl.invalid"), ..Guest::new(40_000_007) };
        let outcome = field.submit(field.visit(&again, OTHER_CHIP)).await;
        let Outcome::Accepted { aliases, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!((aliases[0].from, aliases[0].to), (again.owner, first.owner));
        assert_eq!(rows(&database, "owner").await, 1);
        assert_eq!(rows(&database, "animal").await, 2);
        let proposals = "SELECT COUNT(*) FROM task WHERE kind = 'contact_proposal'";
        assert_eq!(database.number(proposals).await, 1);
        // Either identifier may be used later.
        let cat = Guest { dog: AnimalId(backend::clock::fresh_id()), ..again };
        let later = field.submit(vec![cat.dog_registered("Luna")]).await;
        assert!(matches!(later, Outcome::Accepted { .. }), "{later:?}");
    }

    async fn an_identifier_in_use_stands_for_nobody_else(database) {
        let field = Field::on(&database).await;
        let (known, other) = (Guest::new(40_000_017), Guest::new(40_000_018));
        field.submit(field.visit(&known, CHIP)).await;
        field.submit(field.visit(&other, OTHER_CHIP)).await;
        // With the document of the one and the identifier of the other: all that is the other's
        // would become the one's.
        let foreign = Guest { owner: other.owner, ..Guest::new(40_000_017) };
        let outcome = field.submit(vec![foreign.registered()]).await;
        assert_eq!(refusal(&outcome), &Refusal::IdentifierTaken);
        assert_eq!(rows(&database, "owner_alias").await, 0);
        // Under its own identifier the one is known, and stands for itself.
        let itself = field.submit(vec![known.registered()]).await;
        let Outcome::Accepted { aliases, .. } = &itself else { panic!("{itself:?}") };
        assert_eq!(aliases, &[]);
        // An alias goes on standing for the same one, and becomes nobody else.
        let alias = Guest::new(40_000_017);
        for _ in 0..2 {
            let again = field.submit(vec![alias.registered()]).await;
            assert!(matches!(again, Outcome::Accepted { .. }), "{again:?}");
        }
        for run in [40_000_018, 40_000_019] {
            let taken = Guest { owner: alias.owner, ..Guest::new(run) };
            let outcome = field.submit(vec![taken.registered()]).await;
            assert_eq!(refusal(&outcome), &Refusal::IdentifierTaken, "{run}");
        }
        assert_eq!(rows(&database, "owner").await, 2);
    }

    async fn who_was_merged_meanwhile_is_known_under_the_old_identifier(database) {
        let field = Field::on(&database).await;
        let (kept, merged) = (Guest::new(40_000_027), Guest::new(40_000_028));
        field.submit(vec![kept.registered()]).await;
        field.submit(vec![merged.registered()]).await;
        let merge = Command::MergeOwners { kept: kept.owner, merged: merged.owner };
        field.submit_as(field.as_coordinator(), vec![merge]).await;
        // A phone that read it before amends it: the record needs no alias, it points already.
        let email = Some("otra@example.cl.invalid");
        let said = Guest { owner: merged.owner, email, ..Guest::new(40_000_028) };
        let outcome = field.submit(vec![said.registered()]).await;
        let Outcome::Accepted { aliases, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!(aliases, &[]);
        assert_eq!(rows(&database, "owner_alias").await, 0);
    }

    async fn an_owner_without_mail_gets_a_code_for_the_slip(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest { email: None, ..Guest::new(40_000_008) };
        let actor = field.as_operative();
        let submission = field.submission(actor, field.visit(&guest, CHIP));
        let reply = field.send(actor, std::slice::from_ref(&submission)).await;
        let code = documents(&reply.answers[0].outcome)[0].slip_code.clone().unwrap();
        assert_eq!(code.len(), 10);
        assert_eq!(rows(&database, "outbox").await, 0);
        let again = field.send(actor, &[submission]).await;
        assert_eq!(documents(&again.answers[0].outcome)[0].slip_code.as_ref(), Some(&code));
        let stored = format!("SELECT COUNT(*) FROM submission WHERE answer LIKE '%{code}%'");
        assert_eq!(database.number(&stored).await, 0);
    }

    async fn documents_wait_for_the_veterinarian(database) {
        let field = Field::on(&database).await;
        let outcome = field.submit(field.visit(&Guest::new(40_000_009), CHIP)).await;
        assert_eq!(documents(&outcome)[0].link, None);
        let state = |state: &str| {
            format!("SELECT COUNT(*) FROM outbox WHERE state = '{state}'")
        };
        assert_eq!(database.number(&state("held")).await, 1);
        assert_eq!(field.authorise().await, 1);
        assert_eq!(database.number(&state("pending")).await, 1);
    }

    async fn a_correction_replaces_the_document_and_mails_the_new_one(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_010);
        let outcome = field.submit(field.visit(&guest, CHIP)).await;
        let old = signed_text(&documents(&outcome)[0]);
        let corrected = Command::CorrectAnimal {
            animal: guest.dog,
            details: Box::new(dog("Nata")),
            reason: CorrectionReason::Mistyped,
        };
        let outcome = field.submit(vec![corrected]).await;
        let new = signed_text(&documents(&outcome)[0]);
        let office = &field.office;
        let said = documents::verify(office, &old).await.unwrap();
        assert!(matches!(said, Verification::Replaced { .. }), "{said:?}");
        let said = documents::verify(office, &new).await.unwrap();
        let Verification::Valid { document } = said else { panic!("{said:?}") };
        assert_eq!(document.pet_name, "Nata");
        let mails = "SELECT COUNT(*) FROM outbox WHERE kind = 'correction'";
        assert_eq!(database.number(mails).await, 1);
    }

    async fn an_annulled_chip_is_free_again_and_its_document_withdrawn(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_011);
        let commands = field.visit(&guest, CHIP);
        let Command::RecordService { service, .. } = commands[2] else { panic!() };
        let outcome = field.submit(commands).await;
        let text = signed_text(&documents(&outcome)[0]);
        let reason = domain::name::ShortText::parse("otro animal").unwrap();
        let outcome = field.submit(vec![Command::AnnulService { service, reason }]).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let said = documents::verify(&field.office, &text).await.unwrap();
        assert!(matches!(said, Verification::Withdrawn { .. }), "{said:?}");
        let outcome = field.submit(field.visit(&Guest::new(40_000_012), CHIP)).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let account = backend::reports::public_account(&field.office, 2026).await.unwrap();
        assert_eq!(account.total.implantations, 1);
    }

    async fn an_operative_corrects_only_own_records_of_the_day(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_013);
        field.submit(field.visit(&guest, CHIP)).await;
        let corrected = |name: &str| {
            vec![Command::CorrectAnimal {
                animal: guest.dog,
                details: Box::new(dog(name)),
                reason: CorrectionReason::Mistyped,
            }]
        };
        let outcome = field.submit_as(field.as_veterinarian(), corrected("Uno")).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        field.office.clock.advance_ms(2 * domain::timestamp::DAY_MS);
        let outcome = field.submit(corrected("Dos")).await;
        assert_eq!(refusal(&outcome), &Refusal::CorrectionTooLate);
        let outcome = field.submit_as(field.as_coordinator(), corrected("Tres")).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }

    async fn merged_owners_and_animals_stand_alone_again_after_unmerging(database) {
        let field = Field::on(&database).await;
        let (one, two) = (Guest::new(40_000_014), Guest::new(40_000_015));
        field.submit(field.visit(&one, CHIP)).await;
        field.submit(vec![two.registered(), two.dog_registered("Ñato")]).await;
        let merge = vec![
            Command::MergeOwners { kept: one.owner, merged: two.owner },
            Command::MergeAnimals { kept: one.dog, merged: two.dog },
        ];
        let actor = field.as_coordinator();
        let outcome = field.submit_as(actor, merge.clone()).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let search = |text: &'static str| {
            backend::registry::lookup::search(&field.office, actor, text)
        };
        let found = search("maria nunez").await.unwrap();
        assert_eq!((found.owners.len(), found.owners[0].animals.len()), (1, 1));
        let outcome = field.submit_as(actor, merge).await;
        assert_eq!(refusal(&outcome), &Refusal::AlreadyMerged);
        let unmerge = vec![
            Command::UnmergeOwner { merged: two.owner },
            Command::UnmergeAnimal { merged: two.dog },
        ];
        field.submit_as(actor, unmerge).await;
        assert_eq!(search("maria nunez").await.unwrap().owners.len(), 2);
    }

    async fn the_register_is_found_by_chip_run_and_names_in_any_order(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(12_345_678), CHIP)).await;
        let actor = field.as_operative();
        for text in [CHIP, "999 0000 0000 0101", "12.345.678-5", "nunez maria", "D'Angelo"] {
            let search = backend::registry::lookup::search(&field.office, actor, text);
            let found = search.await.unwrap();
            assert_eq!(found.owners.len(), 1, "{text}");
            let animal = &found.owners[0].animals[0];
            assert_eq!((animal.rnm_state, animal.services.len()), (RnmState::Incomplete, 3));
        }
        let looks = "SELECT COUNT(*) FROM lookup";
        assert_eq!(database.number(looks).await, 5);
    }

    async fn what_somebody_else_recorded_on_the_phone_waits_for_a_coordinator(database) {
        let field = Field::on(&database).await;
        let submission = field
            .submission(field.as_veterinarian(), field.visit(&Guest::new(40_000_016), CHIP));
        let reply = field.send(field.as_operative(), &[submission]).await;
        let [Answer { outcome, .. }] = <[Answer; 1]>::try_from(reply.answers).unwrap();
        assert_eq!(outcome, Outcome::Quarantined);
        assert_eq!(rows(&database, "owner").await, 0);
        let kept = "SELECT COUNT(*) FROM submission WHERE body IS NOT NULL";
        assert_eq!(database.number(kept).await, 1);
    }

    async fn two_phones_with_one_chip_get_one_acceptance_and_one_conflict(database) {
        let field = Field::on(&database).await;
        let other_device = backend::clock::fresh_id().into();
        let one = field.submit(field.visit(&Guest::new(40_000_017), CHIP));
        let two = async {
            let actor = field.as_operative();
            let mut submission =
                field.submission(actor, field.visit(&Guest::new(40_000_018), CHIP));
            submission.device = other_device;
            let batch = domain::submission::Batch {
                device: other_device,
                submissions: vec![serde_json::to_value(&submission).unwrap()],
                report: None,
            };
            let reply = backend::submissions::receive(&field.office, actor, batch).await;
            reply.unwrap().answers.remove(0).outcome
        };
        let (one, two) = tokio::join!(one, two);
        let is_accepted = |outcome: &Outcome| matches!(outcome, Outcome::Accepted { .. });
        assert_ne!(is_accepted(&one), is_accepted(&two), "{one:?} {two:?}");
        let lost = if is_accepted(&one) { &two } else { &one };
        assert_eq!(refusal(lost), &Refusal::ChipTaken);
        assert_eq!(rows(&database, "owner").await, 1);
    }

    async fn a_dose_that_harms_or_has_expired_is_refused(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_019);
        let mut commands = field.visit(&guest, CHIP);
        let mut dose = field.dewormed(guest.dog, DewormingKind::External);
        if let Command::RecordService { details, .. } = &mut dose
            && let domain::service::ServiceDetails::Deworming(dose) = &mut **details
        {
            dose.expires_on = "2026-11-21".parse().unwrap();
        }
        commands.push(dose);
        let outcome = field.submit(commands).await;
        assert_eq!(refusal(&outcome), &Refusal::BatchExpired);
        assert_eq!(rows(&database, "animal").await, 0);
    }
}
