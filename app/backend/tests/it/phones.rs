//! What phones learn: receipts, what was resolved, what waits; and phones that are not trusted.

use backend::desk::unresolved;
use backend::error::Error;
use backend::keys::Purpose;
use backend::submissions;
use domain::desk::queue::Resolution;
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::submission::{Batch, Outcome, PhoneReport, Reply, Submission, VERSION};
use domain::timestamp::DAY_MS;
use sha2::{Digest, Sha256};

use crate::it::desk::at_browser;
use crate::it::field::{Field, Guest, refusal};
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000000501";
const OTHER_CHIP: &str = "999000000000502";

/// A submission in conflict, from a phone that has one accepted before it.
async fn in_conflict(field: &Field, run: u32) -> Submission {
    field.submit(field.visit(&Guest::new(run), CHIP)).await;
    in_conflict_with(field, run + 1).await
}

/// One that names the chip which the accepted one has.
async fn in_conflict_with(field: &Field, run: u32) -> Submission {
    let actor = field.as_operative();
    let submission = field.submission(actor, field.visit(&Guest::new(run), CHIP));
    let reply = field.send(actor, std::slice::from_ref(&submission)).await;
    assert!(matches!(reply.answers[0].outcome, Outcome::Conflict { .. }), "{reply:?}");
    submission
}

async fn asked(field: &Field) -> Reply {
    field.send(field.as_operative(), &[]).await
}

async fn unresolved_count(field: &Field) -> usize {
    waiting_lines(field).await.len()
}

on_both_databases! {
    async fn an_empty_batch_learns_what_was_resolved_again_and_again(database) {
        let field = Field::on(&database).await;
        let waits = in_conflict(&field, 40_000_501).await;
        assert_eq!(asked(&field).await.resolved, []);
        let present = at_browser(field.as_coordinator());
        let words = Resolution::Dismiss { words: "Estaba repetido".to_owned() };
        unresolved::resolve(&field.office, &present, waits.id, words).await.unwrap();
        // The first reply may be lost on its way.
        for _ in 0..2 {
            field.office.clock.advance_ms(60_000);
            let reply = asked(&field).await;
            assert_eq!((reply.answers.len(), reply.resolved.len()), (0, 1));
            assert_eq!(reply.resolved[0].id, waits.id);
            assert_eq!(refusal(&reply.resolved[0].outcome), &Refusal::ChipTaken);
            assert_eq!(reply.receipt.stored_total, 2);
        }
        field.office.clock.advance_ms(30 * DAY_MS);
        assert_eq!(asked(&field).await.resolved, []);
    }

    async fn a_phone_that_comes_back_late_hears_what_became_of_what_it_asks_after(database) {
        let field = Field::on(&database).await;
        let waits = in_conflict(&field, 40_000_521).await;
        let still = in_conflict_with(&field, 40_000_523).await;
        let present = at_browser(field.as_coordinator());
        let words = Resolution::Dismiss { words: "Estaba repetido".to_owned() };
        unresolved::resolve(&field.office, &present, waits.id, words).await.unwrap();
        field.office.clock.advance_ms(400 * DAY_MS);
        assert_eq!(asked(&field).await.resolved, [], "who does not ask");
        let ask = async |actor| {
            let asks = vec![backend::clock::fresh_id().into(), still.id, waits.id, waits.id];
            let clock = field.office.clock.now();
            let report = PhoneReport { clock, asks, ..PhoneReport::default() };
            field.send_saying(actor, &[], report).await.resolved
        };
        // The first reply may be lost on its way.
        for _ in 0..2 {
            let resolved = ask(field.as_operative()).await;
            let [one] = resolved.as_slice() else { panic!("it alone, once: {resolved:?}") };
            assert_eq!((one.id, refusal(&one.outcome)), (waits.id, &Refusal::ChipTaken));
            field.office.clock.advance_ms(60_000);
        }
        assert_eq!(ask(field.as_veterinarian()).await, [], "it is not theirs");
        let clock = field.office.clock.now();
        let elsewhere = field.with_another_phone();
        let report = PhoneReport { clock, asks: vec![waits.id], ..PhoneReport::default() };
        let resolved = elsewhere.send_saying(elsewhere.as_operative(), &[], report).await.resolved;
        assert_eq!(resolved, [], "it is not of that phone");
    }

    async fn what_a_phone_mends_itself_waits_for_nobody(database) {
        let field = Field::on(&database).await;
        let wrong = in_conflict(&field, 40_000_511).await;
        assert_eq!(unresolved_count(&field).await, 1);
        let actor = field.as_operative();
        let again = field.visit(&Guest::new(40_000_513), CHIP);
        let replaces = Some(wrong.id);
        let still = Submission { replaces, ..field.submission(actor, again) };
        field.send(actor, &[still]).await;
        assert_eq!(unresolved_count(&field).await, 2, "what is not accepted mends nothing");
        let right = field.visit(&Guest::new(40_000_514), OTHER_CHIP);
        let mended = Submission { replaces, ..field.submission(actor, right) };
        let other = Submission { id: backend::clock::fresh_id().into(), ..mended.clone() };
        let reply = field.send(actor, &[mended, wrong.clone()]).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        assert_eq!(reply.answers[1].id, wrong.id);
        assert!(matches!(reply.answers[1].outcome, Outcome::Accepted { .. }), "{reply:?}");
        assert_eq!(unresolved_count(&field).await, 1);
        assert_eq!(reply.resolved[0].id, wrong.id);
        let twice = field.send(actor, &[other]).await;
        assert_eq!(refusal(&twice.answers[0].outcome), &Refusal::IdentifierTaken);
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn what_mends_a_correction_mends_all_that_came_before(database) {
        let field = Field::on(&database).await;
        let wrong = in_conflict(&field, 40_000_551).await;
        let actor = field.as_operative();
        let again = field.visit(&Guest::new(40_000_553), CHIP);
        let still = Submission { replaces: Some(wrong.id), ..field.submission(actor, again) };
        field.send(actor, std::slice::from_ref(&still)).await;
        assert_eq!(unresolved_count(&field).await, 2);
        let right = field.visit(&Guest::new(40_000_554), OTHER_CHIP);
        let mended = Submission { replaces: Some(still.id), ..field.submission(actor, right) };
        let reply = field.send(actor, &[mended]).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        assert_eq!(unresolved_count(&field).await, 0, "a coordinator would record it twice");
        let resolved: Vec<_> = reply.resolved.iter().map(|answer| answer.id).collect();
        assert!(resolved.contains(&wrong.id) && resolved.contains(&still.id), "{reply:?}");
    }

    async fn batches_that_come_together_are_each_answered_as_alone(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let actor = field.as_operative();
        let mut together = tokio::task::JoinSet::new();
        for number in 0..16_u32 {
            // The last two carry one chip.
            let chip = format!("99900000000{:04}", 700 + number.min(14));
            let visit = field.visit(&Guest::new(40_000_600 + number), &chip);
            let value = serde_json::to_value(field.submission(actor, visit)).unwrap();
            // Each comes twice, as from a phone that lost the first answer.
            for _ in 0..2 {
                let submissions = vec![value.clone()];
                let batch = Batch { device: field.device, submissions, report: None };
                let office = field.office.clone();
                let taken = async move { submissions::receive(&office, actor, batch).await };
                together.spawn(taken);
            }
        }
        let mut answers = std::collections::HashMap::new();
        while let Some(reply) = together.join_next().await {
            let answer = reply.unwrap().unwrap().answers.remove(0);
            let before = answers.insert(answer.id, answer.outcome.clone());
            assert!(before.is_none_or(|before| before == answer.outcome), "one answer for ever");
        }
        let is_accepted = |outcome: &&Outcome| matches!(outcome, Outcome::Accepted { .. });
        assert_eq!((answers.len(), answers.values().filter(is_accepted).count()), (16, 15));
        assert_eq!(unresolved_count(&field).await, 1);
        let receipt = asked(&field).await.receipt;
        assert_eq!((receipt.stored_total, receipt.complete_to_sequence), (16, 16));
        for table in ["owner", "animal", "document"] {
            let kept = database.number(&format!("SELECT COUNT(*) FROM {table}")).await;
            assert_eq!(kept, 15, "{table}");
        }
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn another_phones_submission_is_not_mended_from_here(database) {
        let field = Field::on(&database).await;
        let waits = in_conflict(&field, 40_000_521).await;
        let elsewhere = field.with_another_phone();
        let actor = elsewhere.as_operative();
        let visit = elsewhere.visit(&Guest::new(40_000_523), OTHER_CHIP);
        let replaces = Some(waits.id);
        let mended = Submission { replaces, ..elsewhere.submission(actor, visit) };
        let reply = elsewhere.send(actor, &[mended]).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        assert_eq!(unresolved_count(&elsewhere).await, 1);
    }

    async fn a_revoked_phones_word_waits_for_a_coordinator(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_531), CHIP)).await;
        database.raw("UPDATE device SET revoked_at = 1").await;
        let outcome = field.submit(field.visit(&Guest::new(40_000_532), OTHER_CHIP)).await;
        assert_eq!(outcome, Outcome::Quarantined);
        assert_eq!(database.number("SELECT COUNT(*) FROM owner").await, 1);
        assert_eq!(unresolved_count(&field).await, 1);
    }

    async fn an_envelope_that_cannot_be_believed_is_refused(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let plain = || field.submission(actor, field.visit(&Guest::new(40_000_541), CHIP));
        let empty = Submission { commands: Vec::new(), ..plain() };
        let mut ahead = plain();
        ahead.recorded_at = ahead.recorded_at.plus_ms(domain::submission::MAX_AHEAD_MS + 1);
        let reply = field.send(actor, &[empty, ahead]).await;
        let refusals: Vec<_> = reply.answers.iter().map(|one| refusal(&one.outcome)).collect();
        assert_eq!(refusals, [&Refusal::BadCommandCount, &Refusal::RecordedInFuture]);
    }

    async fn a_batch_with_a_version_that_is_not_read_waits_whole_on_its_phone(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let of = |version: u16| {
            let commands = serde_json::json!([{ "command": "teleport_animal" }]);
            let id = backend::clock::fresh_id();
            serde_json::json!({ "id": id, "sequence": 2, "version": version, "commands": commands })
        };
        let visit = field.submission(actor, field.visit(&Guest::new(40_000_543), CHIP));
        let plain = serde_json::to_value(&visit).unwrap();
        for version in [0, VERSION + 1, u16::MAX] {
            let submissions = vec![plain.clone(), of(version)];
            let batch = Batch { device: field.device, submissions, report: None };
            let answered = submissions::receive(&field.office, actor, batch).await;
            let wanted = Refusal::UnsupportedVersion { version };
            let is_told = matches!(&answered, Err(Error::Refused(told)) if *told == wanted);
            assert!(is_told, "{answered:?}");
        }
        for table in ["submission", "device", "owner"] {
            let stored = database.number(&format!("SELECT COUNT(*) FROM {table}")).await;
            assert_eq!(stored, 0, "{table}");
        }
        let reply = field.send_raw(actor, vec![plain, of(VERSION)]).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        assert_eq!(refusal(&reply.answers[1].outcome), &Refusal::Unreadable);
    }

    async fn a_receipt_names_its_batch_and_is_signed(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let one = field.submission(actor, field.visit(&Guest::new(40_000_551), CHIP));
        let two = field.submission(actor, field.visit(&Guest::new(40_000_552), OTHER_CHIP));
        let reply = field.send(actor, &[one.clone(), two.clone()]).await;
        let hash = Sha256::new().chain_update(one.id.0).chain_update(two.id.0).finalize();
        let receipt = reply.receipt;
        assert_eq!(receipt.batch_hash, data_encoding::HEXLOWER.encode(&hash));
        let kid = data_encoding::HEXLOWER.decode(receipt.kid.as_bytes()).unwrap();
        let signature = data_encoding::BASE64_NOPAD.decode(receipt.signature.as_bytes()).unwrap();
        let is_signed = |text: &str| {
            field.office.keys.verify(Purpose::Receipts, &kid, text.as_bytes(), &signature)
        };
        assert!(is_signed(&receipt.signed_text()));
        let mut altered = receipt.clone();
        altered.stored_total += 1;
        assert!(!is_signed(&altered.signed_text()));
        // The coordination makes the code of a phone's screen from the row of the device.
        let row = "FROM device WHERE complete_to_sequence = 2 AND stored_total = 2";
        assert_eq!(database.number(&format!("SELECT COUNT(*) {row}")).await, 1);
        let digest = Sha256::digest(receipt.code_text()).into();
        let code = domain::submission::receipt_code(&digest);
        assert_eq!(submissions::receipt_code(field.device, 2, 2), code);
        assert_ne!(submissions::receipt_code(field.device, 2, 1), code);
    }

    async fn the_set_up_tells_a_key_that_another_process_has_made(database) {
        let field = Field::on(&database).await;
        let store = database.opened_again().await;
        let secret = backend::keys::Secret::read_or_make(&database.folder.join("secret")).unwrap();
        let now = field.office.clock.now();
        let keys = backend::keys::Keys::open(&store, secret, now).await.unwrap();
        let admin = backend::actor::Actor::System;
        let kid = keys.rotate(&store, &admin, Purpose::Receipts, now).await.unwrap();
        let actor = field.as_operative();
        let setup = backend::registry::field_setup(&field.office, actor, "Ana".to_owned());
        let setup = setup.await.unwrap();
        let told = setup.receipt_keys;
        let kid = data_encoding::HEXLOWER.encode(&kid);
        assert!(told.iter().any(|key| key.kid == kid), "{told:?}");
        let hours = setup.zone.0.len();
        assert!((2..12).contains(&hours), "a phone tells no hour of years ago: {hours}");
    }

    async fn the_set_up_tells_of_todays_outreach_although_it_was_called_off(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let told = async || {
            let setup = backend::registry::field_setup(&field.office, actor, "Ana".to_owned());
            let views = setup.await.unwrap().outreaches.into_iter();
            let told = views.map(|view| (view.outreach.status, view.recovery_key.is_some()));
            told.collect::<Vec<_>>()
        };
        assert_eq!(told().await, [(OutreachStatus::UnderWay, true)]);
        database.raw("UPDATE outreach SET status = 'suspended'").await;
        assert_eq!(told().await, [(OutreachStatus::Suspended, true)], "it had a morning");
        let outcome = field.submit(field.visit(&Guest::new(40_000_544), CHIP)).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        field.office.clock.advance_ms(2 * DAY_MS);
        assert_eq!(told().await, []);
        database.raw("UPDATE outreach SET status = 'closed'").await;
        assert_eq!(told().await, [(OutreachStatus::Closed, true)]);
    }

    async fn the_set_up_tells_every_key_that_signs_receipts(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let told = async || {
            let setup = backend::registry::field_setup(&field.office, actor, "Ana".to_owned());
            setup.await.unwrap().receipt_keys
        };
        let before = told().await;
        let first = asked(&field).await.receipt;
        assert_eq!(before.iter().map(|key| &key.kid).collect::<Vec<_>>(), [&first.kid]);
        let (keys, store) = (&field.office.keys, &field.office.store);
        let admin = backend::actor::Actor::System;
        keys.rotate(store, &admin, Purpose::Receipts, field.office.clock.now()).await.unwrap();
        let second = asked(&field).await.receipt;
        let after = told().await;
        let kids: Vec<_> = after.iter().map(|key| &key.kid).collect();
        assert!(first.kid != second.kid && kids.contains(&&first.kid), "{kids:?}");
        assert!(kids.contains(&&second.kid) && after.contains(&before[0]), "{kids:?}");
        let key = after.iter().find(|key| key.kid == second.kid).unwrap();
        let bytes = data_encoding::BASE64URL_NOPAD.decode(key.key.as_bytes()).unwrap();
        let public = keys.list().into_iter().find(|public| public.bytes[..] == bytes[..]).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(&public.kid), second.kid);
        assert_eq!(public.purpose, Purpose::Receipts);
    }

    async fn a_gap_in_the_count_holds_and_its_end_lets_everything_pass(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let unread = |sequence: u32| {
            let id = backend::clock::fresh_id();
            serde_json::json!({ "id": id, "sequence": sequence, "commands": "none" })
        };
        let mut complete = Vec::new();
        for range in [2..=251, 252..=501, 502..=700, 1..=1] {
            let reply = field.send_raw(actor, range.map(unread).collect()).await;
            complete.push(reply.receipt.complete_to_sequence);
        }
        assert_eq!(complete, [0, 0, 0, 700]);
    }
}
