//! Sealed copies: opened by the server alone, and then submissions like any other.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use backend::actor::Actor;
use backend::clock::{fresh_id, random};
use backend::error::Error;
use backend::keys::{Keys, Secret};
use backend::office::Office;
use backend::registry::field_setup;
use backend::submissions::receive_sealed;
use data_encoding::BASE64URL_NOPAD;
use domain::id::{DeviceId, OutreachId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Outcome, PhoneReport, Reply, Sealed, SealedBatch, Submission, VERSION};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, NOW, refusal};

const CHIP: &str = "999000000000701";
const OTHER_CHIP: &str = "999000000000702";

/// Of which phone, for which outreach, and which submission.
pub type About = (DeviceId, OutreachId, SubmissionId);

/// Seals a text to a public half, by the letter of the contract.
pub fn seal(key: &str, (device, outreach, id): About, text: &str) -> Sealed {
    let theirs = BASE64URL_NOPAD.decode(key.as_bytes()).unwrap();
    let own = SecretKey::from_slice(&random::<32>().unwrap()).unwrap();
    let shared = own.diffie_hellman(&PublicKey::from_sec1_bytes(&theirs).unwrap());
    let info = format!("huella sealed 1 {outreach} {id}");
    let mut derived = [0; 32];
    shared.extract::<Sha256>(None).expand(info.as_bytes(), &mut derived).unwrap();
    let nonce = random::<12>().unwrap();
    let about = device.to_string();
    let payload = Payload { msg: text.as_bytes(), aad: about.as_bytes() };
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived));
    let body = cipher.encrypt(&Nonce::from(nonce), payload).unwrap();
    Sealed {
        id,
        outreach,
        ephemeral: BASE64URL_NOPAD.encode(own.public_key().to_sec1_point(false).as_bytes()),
        nonce: BASE64URL_NOPAD.encode(&nonce),
        body: BASE64URL_NOPAD.encode(&body),
    }
}

/// The public half that the field's phones are told.
pub async fn key_of(office: &Office, actor: Actor) -> String {
    let setup = field_setup(office, actor, String::new()).await.unwrap();
    setup.outreaches[0].recovery_key.clone().unwrap()
}

/// The copy that the field's phone makes of a submission.
pub fn copy(field: &Field, key: &str, submission: &Submission) -> Value {
    let about = (field.device, field.outreach, submission.id);
    let text = serde_json::to_string(submission).unwrap();
    serde_json::to_value(seal(key, about, &text)).unwrap()
}

async fn send(field: &Field, sealed: Vec<Value>) -> Result<Reply, Error> {
    let batch = SealedBatch { device: field.device, sealed, report: None };
    receive_sealed(&field.office, field.as_operative(), batch).await
}

fn is_refused(answered: &Result<Reply, Error>, why: &Refusal) -> bool {
    matches!(answered, Err(Error::Refused(refusal)) if refusal == why)
}

/// The codes of the slips that the first answer tells, of each document.
fn codes(reply: &Reply) -> Vec<Option<String>> {
    let outcome = &reply.answers[0].outcome;
    let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
    documents.iter().map(|document| document.slip_code.clone()).collect()
}

async fn rows(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

on_both_databases! {
    async fn a_copy_counts_like_the_submission_itself_and_once(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let submission = field.submission(actor, field.visit(&Guest::new(40_000_701), CHIP));
        let first = send(&field, vec![copy(&field, &key, &submission)]).await.unwrap();
        assert_eq!(first.answers[0].id, submission.id);
        let accepted = matches!(first.answers[0].outcome, Outcome::Accepted { .. });
        assert!(accepted, "{:?}", first.answers);
        assert_eq!((first.receipt.stored_total, first.receipt.complete_to_sequence), (1, 1));
        // Sealed anew, as by a phone that never heard the answer, and the submission itself.
        let again = [copy(&field, &key, &submission), copy(&field, &key, &submission)];
        let again = send(&field, again.to_vec()).await.unwrap();
        let plain = field.send(actor, &[submission]).await;
        for answer in again.answers.iter().chain(&plain.answers) {
            assert_eq!(answer, &first.answers[0]);
        }
        assert_eq!(plain.receipt.stored_total, 1);
        for (table, count) in [("owner", 1), ("animal", 1), ("service", 3), ("submission", 1)] {
            assert_eq!(rows(&database, table).await, count, "{table}");
        }
    }

    async fn a_copy_of_what_came_before_changes_nothing(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let mut submission = field.submission(actor, field.visit(&Guest::new(40_000_702), CHIP));
        let plain = field.send(actor, std::slice::from_ref(&submission)).await;
        let sealed = send(&field, vec![copy(&field, &key, &submission)]).await.unwrap();
        assert_eq!(sealed.answers, plain.answers);
        assert_eq!((sealed.receipt.stored_total, rows(&database, "service").await), (1, 3));
        submission.recorded_at = submission.recorded_at.plus_ms(1);
        let other = send(&field, vec![copy(&field, &key, &submission)]).await.unwrap();
        assert_eq!(refusal(&other.answers[0].outcome), &Refusal::IdReused);
    }

    /// As the open app and the worker behind it do, which know nothing of each other.
    async fn a_submission_and_its_copy_that_come_at_once_count_once(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let rounds = 8;
        for round in 0..rounds {
            let chip = format!("9990000000071{round:02}");
            let visit = field.visit(&Guest::new(40_000_710 + round), &chip);
            let submission = field.submission(actor, visit);
            let both = [submission.clone(), submission.clone()];
            let copies = || vec![copy(&field, &key, &submission)];
            // Twice each, so that whichever leads has both kinds behind it.
            let (first, second, third, fourth) = tokio::join!(
                field.send(actor, &both[..1]),
                send(&field, copies()),
                field.send(actor, &both),
                send(&field, copies()),
            );
            let replies = [first, second.unwrap(), third, fourth.unwrap()];
            let answers: Vec<_> = replies.iter().flat_map(|reply| &reply.answers).collect();
            assert_eq!(answers.len(), 5);
            let accepted = matches!(answers[0].outcome, Outcome::Accepted { .. });
            assert!(accepted, "{round}: {answers:?}");
            assert!(answers.iter().all(|answer| answer == &answers[0]), "{round}: {answers:?}");
            for reply in &replies {
                let receipt = &reply.receipt;
                let standing = (receipt.stored_total, receipt.complete_to_sequence);
                assert_eq!(standing, (round + 1, round + 1));
            }
        }
        let rounds = i64::from(rounds);
        for (table, each) in [("owner", 1), ("animal", 1), ("service", 3), ("submission", 1)] {
            assert_eq!(rows(&database, table).await, each * rounds, "{table}");
        }
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn a_copy_tells_nobody_the_code_of_a_slip(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let silent = Guest { email: None, ..Guest::new(40_000_708) };
        let submission = field.submission(actor, field.visit(&silent, CHIP));
        let sealed = || vec![copy(&field, &key, &submission)];
        assert_eq!(codes(&send(&field, sealed()).await.unwrap()), [None]);
        let plain = field.send(actor, std::slice::from_ref(&submission)).await;
        let code = codes(&plain).remove(0);
        assert!(code.is_some(), "{plain:?}");
        // Sent again, as by somebody who has come by the copy, or by the record.
        assert_eq!(codes(&send(&field, sealed()).await.unwrap()), [None]);
        let other = field.as_veterinarian();
        let batch = SealedBatch { device: field.device, sealed: sealed(), report: None };
        let copied = receive_sealed(&field.office, other, batch).await.unwrap();
        assert_eq!(codes(&copied), [None]);
        let again = field.send(other, std::slice::from_ref(&submission)).await;
        assert_eq!(codes(&again), [None]);
        assert_eq!(codes(&field.send(actor, &[submission]).await), [code]);
    }

    async fn what_cannot_be_opened_is_refused_alone_and_may_still_come(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let good = field.submission(actor, field.visit(&Guest::new(40_000_703), CHIP));
        let lost = field.submission(actor, field.visit(&Guest::new(40_000_704), OTHER_CHIP));
        let text = serde_json::to_string(&lost).unwrap();
        let (device, outreach, id) = (field.device, field.outreach, lost.id);
        let whole = || seal(&key, (device, outreach, id), &text);
        let other_key = SecretKey::from_slice(&[7; 32]).unwrap().public_key();
        let other_key = BASE64URL_NOPAD.encode(other_key.to_sec1_point(false).as_bytes());
        let strange = OutreachId(fresh_id());
        let copies = [
            // Of another phone, for nobody's outreach, to a key that is not this outreach's.
            seal(&key, (DeviceId(fresh_id()), outreach, id), &text),
            seal(&key, (device, strange, id), &text),
            seal(&other_key, (device, outreach, id), &text),
            // Something else inside: no JSON, no submission, another one.
            seal(&key, (device, outreach, id), "{"),
            seal(&key, (device, outreach, id), "{\"id\":7}"),
            seal(&key, (device, outreach, id), &serde_json::to_string(&good).unwrap()),
            // Under another name than it was sealed for.
            Sealed { id, ..seal(&key, (device, outreach, good.id), &text) },
            Sealed { outreach: strange, ..whole() },
            // Changed on the way.
            Sealed { nonce: BASE64URL_NOPAD.encode(&[0; 12]), ..whole() },
            Sealed { ephemeral: BASE64URL_NOPAD.encode(&[4; 65]), ..whole() },
            Sealed { body: whole().body, ..whole() },
            Sealed { body: String::new(), ..whole() },
        ];
        let mut sent: Vec<_> =
            copies.iter().map(|copy| serde_json::to_value(copy).unwrap()).collect();
        sent.push(json!({ "id": id, "outreach": "nowhere", "body": 7 }));
        let broken = sent.len();
        sent.insert(broken / 2, copy(&field, &key, &good));
        let reply = send(&field, sent).await.unwrap();
        assert_eq!(reply.answers.len(), broken + 1);
        for (place, answer) in reply.answers.iter().enumerate() {
            if place == broken / 2 {
                assert_eq!(answer.id, good.id);
                assert!(matches!(answer.outcome, Outcome::Accepted { .. }), "{answer:?}");
            } else {
                assert_eq!(answer.id, id, "{place}");
                let unreadable =
                    Outcome::Refused { command: None, refusal: Refusal::Unreadable };
                assert_eq!(answer.outcome, unreadable, "{place}");
            }
        }
        assert_eq!((reply.receipt.stored_total, rows(&database, "owner").await), (1, 1));
        // Nothing of it was kept, not even the answer.
        let late = send(&field, vec![serde_json::to_value(whole()).unwrap()]).await.unwrap();
        let accepted = matches!(late.answers[0].outcome, Outcome::Accepted { .. });
        assert!(accepted, "{:?}", late.answers);
        assert_eq!(late.receipt.complete_to_sequence, 2);
    }

    async fn who_may_send_submissions_may_send_copies_and_nobody_speaks_for_another(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let batch = |sealed| SealedBatch { device: field.device, sealed, report: None };
        let nobody = receive_sealed(&field.office, Actor::Public, batch(Vec::new())).await;
        assert!(is_refused(&nobody, &Refusal::SignedOut));
        let many = send(&field, vec![Value::Null; 251]).await;
        assert!(is_refused(&many, &Refusal::TooLarge));
        let own = field.submission(actor, field.visit(&Guest::new(40_000_705), CHIP));
        let nameless = send(&field, vec![copy(&field, &key, &own), json!({})]).await;
        assert!(is_refused(&nameless, &Refusal::Unreadable));
        assert_eq!(rows(&database, "submission").await, 0);
        let mut others = own.clone();
        others.id = SubmissionId(fresh_id());
        others.actor = field.coordinator;
        // Sealed on this phone, although the record says another.
        let mut strange = own.clone();
        strange.id = SubmissionId(fresh_id());
        strange.sequence += 1;
        strange.device = DeviceId(fresh_id());
        let sent = [&others, &strange].map(|one| copy(&field, &key, one));
        let reply = send(&field, sent.to_vec()).await.unwrap();
        for answer in &reply.answers {
            assert_eq!(answer.outcome, Outcome::Quarantined);
        }
        assert_eq!(rows(&database, "owner").await, 0);
    }

    async fn copies_with_a_version_that_is_not_read_wait_whole_on_their_phone(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let visit = field.submission(actor, field.visit(&Guest::new(40_000_709), CHIP));
        let version = VERSION + 1;
        let other = Submission { id: fresh_id().into(), version, ..visit.clone() };
        let both = vec![copy(&field, &key, &visit), copy(&field, &key, &other)];
        let answered = send(&field, both).await;
        assert!(is_refused(&answered, &Refusal::UnsupportedVersion { version }), "{answered:?}");
        assert_eq!((rows(&database, "submission").await, rows(&database, "device").await), (0, 0));
        let reply = send(&field, vec![copy(&field, &key, &visit)]).await.unwrap();
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
    }

    async fn what_cannot_be_opened_is_the_phones_to_mend_and_waits_no_more(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        let good = field.submission(actor, field.visit(&Guest::new(40_000_706), CHIP));
        let broken = json!({ "id": fresh_id() });
        let sealed = vec![copy(&field, &key, &good), broken];
        let report = PhoneReport { clock: NOW, waiting: 3, ..PhoneReport::default() };
        let batch = SealedBatch { device: field.device, sealed, report: Some(report) };
        receive_sealed(&field.office, actor, batch).await.unwrap();
        assert_eq!(database.number("SELECT waiting FROM device").await, 1);
        assert_eq!(database.number("SELECT to_mend FROM device").await, 1);
    }

    async fn an_outreach_has_one_key_whoever_asks_first(database) {
        let field = Field::on(&database).await;
        let secret = Secret::read_or_make(&database.folder.join("secret")).unwrap();
        let store = database.opened_again().await;
        let keys = Keys::open(&store, secret, NOW).await.unwrap();
        let clock = field.office.clock.clone();
        let other = Office::open(store, keys, clock, "https://huella.example").await.unwrap();
        let (one, two, three) = tokio::join!(
            key_of(&field.office, field.as_operative()),
            key_of(&other, field.as_veterinarian()),
            key_of(&other, field.as_coordinator()),
        );
        assert_eq!((&one, &one), (&two, &three));
        assert_eq!(key_of(&other, field.as_operative()).await, one);
        assert_eq!(rows(&database, "recovery_key").await, 1);
        let point = BASE64URL_NOPAD.decode(one.as_bytes()).unwrap();
        assert_eq!((point.len(), point[0]), (65, 4), "an uncompressed point");
        assert!(PublicKey::from_sec1_bytes(&point).is_ok());
    }

    async fn a_private_half_opens_with_the_secret_file_only(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let key = key_of(&field.office, actor).await;
        // Nonce, 32 bytes, tag: as the private halves of the other keys.
        let length = "SELECT CAST(LENGTH(sealed_private) AS BIGINT) FROM recovery_key";
        assert_eq!(database.number(length).await, 24 + 32 + 16);
        database.raw("UPDATE recovery_key SET sealed_private = public_key").await;
        let submission = field.submission(actor, field.visit(&Guest::new(40_000_707), CHIP));
        let answered = send(&field, vec![copy(&field, &key, &submission)]).await;
        assert!(matches!(answered, Err(Error::Failed(_))), "{answered:?}");
        assert_eq!(rows(&database, "submission").await, 0);
    }
}
