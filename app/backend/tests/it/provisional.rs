//! Provisional certificates: a phone signs at the table, and what is said of it follows the record.

use backend::desk::phones::{self, Standing};
use backend::desk::unresolved;
use backend::documents::{self, short_code, verify_any, verify_provisional};
use data_encoding::BASE32_NOPAD;
use domain::catalogue::{Sex, Species, SterilisationOutcome};
use domain::certificate::provisional::{self, TEXT_MAX_CHARS};
use domain::certificate::{CertificatePayload, DocumentKind};
use domain::command::Command;
use domain::desk::queue::Resolution;
use domain::document::Verification;
use domain::id::{AnimalId, DeviceId, DocumentId, ServiceId};
use domain::name::ShortText;
use domain::pairing::Delegation;
use domain::refusal::Refusal;
use domain::service::{ServiceDetails, Sterilisation};
use domain::submission::Outcome;
use domain::timestamp::{CivilDate, DAY_MS};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use crate::it::databases::Database;
use crate::it::desk::at_browser;
use crate::it::field::{Field, Guest, refusal};
use crate::it::pairing::paired;
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000000801";

/// The key of the phone in these tests.
const KEY: u8 = 7;

/// The service that implants the chip of a visit.
fn chip_service(commands: &[Command]) -> ServiceId {
    let of = |command: &Command| match command {
        Command::RecordService { service, .. } => Some(*service),
        _ => None,
    };
    commands.iter().find_map(of).unwrap()
}

fn payload(service: ServiceId) -> CertificatePayload {
    CertificatePayload {
        kind: DocumentKind::ImplantationVoucher,
        document: DocumentId(service.0),
        issued_on: "2026-11-22".parse().unwrap(),
        chip: CHIP.parse().unwrap(),
        species: Species::Dog,
        sex: Sex::Male,
        pet_name: "Ñato".to_owned(),
        programme: "1".to_owned(),
    }
}

/// What a phone with a key signs.
fn signed(delegation: &Delegation, key: u8, payload: &CertificatePayload) -> String {
    let signing = SigningKey::from_bytes(&[key; 32]);
    let kid = Sha256::digest(signing.verifying_key().to_bytes())[..8].try_into().unwrap();
    let sign = |bytes: &[u8]| signing.sign(bytes).to_bytes();
    provisional::encode(payload, kid, delegation, sign).unwrap()
}

/// A paired phone, a visit that was not sent, and the certificate of its chip.
async fn at_the_table(database: &Database, run: u32) -> (Field, Vec<Command>, String) {
    let field = Field::on(database).await;
    let delegation = paired(&field, KEY).await.delegation;
    let visit = field.visit(&Guest::new(run), CHIP);
    let text = signed(&delegation, KEY, &payload(chip_service(&visit)));
    (field, visit, text)
}

async fn said(field: &Field, text: &str) -> Verification {
    let said = verify_provisional(&field.office, text).await.unwrap();
    assert_eq!(verify_any(&field.office, text).await.unwrap(), said);
    said
}

fn is_provisional(said: &Verification) -> bool {
    matches!(said, Verification::Provisional { .. })
}

on_both_databases! {
    async fn it_counts_until_the_final_one_takes_its_place(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_801).await;
        field.authorise().await;
        let service = chip_service(&visit);
        let now = said(&field, &text).await;
        let Verification::Provisional { document, until } = &now else { panic!("{now:?}") };
        assert_eq!((document.pet_name.as_str(), document.id), ("Ñato", DocumentId(service.0)));
        assert_eq!(document.chip.unwrap().to_string(), CHIP);
        assert!(*until > field.office.clock.now());
        assert_eq!(said(&field, &text.to_lowercase()).await, now);
        assert_eq!(short_code(&text), short_code(&text.to_lowercase()));

        field.submit(visit).await;
        let now = said(&field, &text).await;
        let Verification::Replaced { by: Some(by), .. } = now else { panic!("{now:?}") };
        let last = by.strip_prefix("/V/").unwrap();
        let last = verify_any(&field.office, last).await.unwrap();
        assert!(matches!(last, Verification::Valid { .. }), "{last:?}");

        let reason = ShortText::parse("otro animal").unwrap();
        field.submit(vec![Command::AnnulService { service, reason }]).await;
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");
    }

    async fn it_counts_while_the_final_one_waits_for_its_signature(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_802).await;
        field.submit(visit).await;
        assert!(is_provisional(&said(&field, &text).await));
        field.authorise().await;
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Replaced { .. }), "{now:?}");
    }

    async fn it_is_withdrawn_when_its_record_is_refused(database) {
        let field = Field::on(&database).await;
        let delegation = paired(&field, KEY).await.delegation;
        let orphan = vec![field.chipped(AnimalId(backend::clock::fresh_id()), CHIP)];
        let text = signed(&delegation, KEY, &payload(chip_service(&orphan)));
        assert!(is_provisional(&said(&field, &text).await));
        let outcome = field.submit(orphan).await;
        assert_eq!(refusal(&outcome), &Refusal::AnimalUnknown);
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");
    }

    async fn what_others_have_refused_withdraws_nothing(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_815).await;
        let other = field.as_veterinarian();
        // Who has seen the QR knows the phone and the service.
        let named = || visit[2..3].to_vec();
        let outcome = field.submit_as(other, named()).await;
        assert_eq!(refusal(&outcome), &Refusal::AnimalUnknown);
        let forged = field.submission(field.as_operative(), named());
        let reply = field.send(other, &[forged]).await;
        assert_eq!(reply.answers[0].outcome, Outcome::Quarantined);
        assert!(is_provisional(&said(&field, &text).await));
        // Whoever has worked with the phone there may have made it.
        field.submit_as(other, field.visit(&Guest::new(40_000_816), "999000000000803")).await;
        field.office.clock.advance_ms(1_000);
        let delegation = provisional::decode(&text).unwrap().delegation;
        let orphan = vec![field.chipped(AnimalId(backend::clock::fresh_id()), CHIP)];
        let own = signed(&delegation, KEY, &payload(chip_service(&orphan)));
        let outcome = field.submit_as(other, orphan).await;
        assert_eq!(refusal(&outcome), &Refusal::AnimalUnknown);
        let now = said(&field, &own).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");
    }

    async fn it_is_withdrawn_however_its_record_writes_the_service(database) {
        let field = Field::on(&database).await;
        let delegation = paired(&field, KEY).await.delegation;
        let orphan = vec![field.chipped(AnimalId(backend::clock::fresh_id()), CHIP)];
        let service = chip_service(&orphan);
        let text = signed(&delegation, KEY, &payload(service));
        let orphan = field.submission(field.as_operative(), orphan);
        let mut orphan = serde_json::to_value(orphan).unwrap();
        orphan["commands"][0]["service"] = service.to_string().to_uppercase().into();
        let reply = field.send_raw(field.as_operative(), vec![orphan]).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::AnimalUnknown);
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");
    }

    async fn what_is_refused_later_decides_nothing_while_a_person_has_to(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_813).await;
        field.submit(field.visit(&Guest::new(40_000_814), CHIP)).await;
        let service = chip_service(&visit);
        let outcome = field.submit(visit).await;
        assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
        field.office.clock.advance_ms(1_000);
        let reason = ShortText::parse("otro animal").unwrap();
        let outcome = field.submit(vec![Command::AnnulService { service, reason }]).await;
        assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
        assert!(is_provisional(&said(&field, &text).await), "nobody has decided yet");
    }

    async fn a_final_one_that_is_revoked_takes_it_along(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_810).await;
        field.authorise().await;
        let outcome = field.submit(visit).await;
        let Outcome::Accepted { documents: issued, .. } = outcome else { panic!("{outcome:?}") };
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Replaced { .. }), "{now:?}");
        field.office.clock.advance_ms(1_000);
        let (office, desk, words) = (&field.office, field.as_coordinator(), "Mal emitido".into());
        documents::revoke(office, desk, issued[0].id, words).await.unwrap();
        let now = said(&field, &text).await;
        let Verification::Withdrawn { at, .. } = now else { panic!("{now:?}") };
        assert_eq!(at, office.clock.now());
    }

    async fn it_says_of_its_service_what_the_register_says(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_811).await;
        let delegation = provisional::decode(&text).unwrap().delegation;
        let of = |service, kind| {
            signed(&delegation, KEY, &CertificatePayload { kind, ..payload(service) })
        };
        let (chip, dose) = (chip_service(&visit), chip_service(&visit[3..]));
        for &kind in DocumentKind::ALL {
            let now = said(&field, &of(chip, kind)).await;
            let is_a_phones = kind != DocumentKind::Rnm;
            assert_eq!(is_provisional(&now), is_a_phones, "nothing is known yet: {now:?}");
            assert_eq!(now == Verification::Altered, !is_a_phones, "{now:?}");
        }
        field.submit(visit).await;
        for &kind in DocumentKind::ALL {
            let is_chip =
                [DocumentKind::ImplantationVoucher, DocumentKind::VerificationVoucher];
            let now = said(&field, &of(chip, kind)).await;
            assert_eq!(is_provisional(&now), is_chip.contains(&kind), "{kind}: {now:?}");
            assert_eq!(now == Verification::Altered, !is_chip.contains(&kind), "{kind}: {now:?}");
            assert_eq!(said(&field, &of(dose, kind)).await, Verification::Altered, "{kind}");
        }
        // The desk may have put the number right.
        let other = CertificatePayload { chip: 999_000_000_000_899, ..payload(chip) };
        assert!(is_provisional(&said(&field, &signed(&delegation, KEY, &other)).await));
        // As if it had been recorded at another outreach.
        database.raw("UPDATE service SET outreach_id = NULL").await;
        assert_eq!(said(&field, &text).await, Verification::Altered);
    }

    async fn it_is_withdrawn_when_nothing_will_certify_its_service(database) {
        let field = Field::on(&database).await;
        let delegation = paired(&field, KEY).await.delegation;
        let (guest, performed) = (Guest::new(40_000_812), SterilisationOutcome::Performed);
        let surgeries = [SterilisationOutcome::Suspended, performed].map(|outcome| {
            let surgery = Sterilisation {
                outcome,
                weight: None,
                consent: true,
                consent_signature: None,
                remarks: None,
            };
            let service = fresh_service();
            let command = Command::RecordService {
                service,
                animal: guest.dog,
                details: Box::new(ServiceDetails::Sterilisation(surgery)),
                veterinarian: Some(field.veterinarian),
            };
            let kind = DocumentKind::Sterilisation;
            let payload = CertificatePayload { kind, ..payload(service) };
            (command, signed(&delegation, KEY, &payload))
        });
        let [(suspended, first), (done, second)] = surgeries;
        assert!(is_provisional(&said(&field, &first).await), "nothing is known yet");
        let visit = vec![guest.registered(), guest.dog_registered("Ñato"), suspended, done];
        let outcome = field.submit_as(field.as_veterinarian(), visit).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let now = said(&field, &first).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");
        assert!(is_provisional(&said(&field, &second).await), "it waits for its signature");
    }

    async fn a_conflict_decides_it_when_a_person_does(database) {
        let (field, mut visit, text) = at_the_table(&database, 40_000_803).await;
        field.authorise().await;
        field.submit(field.visit(&Guest::new(40_000_804), CHIP)).await;
        let outcome = field.submit(visit.clone()).await;
        assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
        assert!(is_provisional(&said(&field, &text).await), "nobody has decided yet");
        let present = at_browser(field.as_coordinator());
        let lines = waiting_lines(&field).await;
        let words = Resolution::Dismiss { words: "Es el mismo chip".to_owned() };
        unresolved::resolve(&field.office, &present, lines[0].id, words).await.unwrap();
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");

        // Another, which the desk takes with the right number.
        let service = ServiceId(backend::clock::fresh_id());
        for command in &mut visit {
            if let Command::RecordService { service: id, .. } = command {
                *id = if *id == chip_service_of(&text) { service } else { fresh_service() };
            }
        }
        let outcome = field.submit(visit).await;
        assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
        let delegation = provisional::decode(&text).unwrap().delegation;
        let second = signed(&delegation, KEY, &payload(service));
        assert!(is_provisional(&said(&field, &second).await));
        let lines = waiting_lines(&field).await;
        let right = Resolution::Accept { chip: Some("999000000000802".to_owned()) };
        unresolved::resolve(&field.office, &present, lines[0].id, right).await.unwrap();
        let now = said(&field, &second).await;
        assert!(matches!(now, Verification::Replaced { .. }), "{now:?}");
    }

    async fn a_corrected_record_withdraws_it(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_805).await;
        field.submit(field.visit(&Guest::new(40_000_806), CHIP)).await;
        let actor = field.as_operative();
        let wrong = field.submission(actor, visit);
        field.send(actor, std::slice::from_ref(&wrong)).await;
        assert!(is_provisional(&said(&field, &text).await));
        let visit = field.visit(&Guest::new(40_000_805), "999000000000803");
        let mut right = field.submission(actor, visit);
        right.replaces = Some(wrong.id);
        let reply = field.send(actor, &[right]).await;
        let outcome = &reply.answers[0].outcome;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Withdrawn { .. }), "{now:?}");
    }

    async fn a_revoked_phone_and_the_end_of_its_time_end_it_and_nothing_final(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_807).await;
        field.authorise().await;
        let (office, desk) = (&field.office, field.as_coordinator());
        let stand = |standing| phones::stand(office, desk, field.device, (standing, "Se perdió"));
        stand(Standing::Revoked).await.unwrap();
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Revoked { .. }), "{now:?}");
        stand(Standing::Admitted).await.unwrap();
        assert!(is_provisional(&said(&field, &text).await));

        let delegation = provisional::decode(&text).unwrap().delegation;
        let service = chip_service(&visit);
        for day in ["2026-11-21", "2026-11-24"] {
            let issued_on: CivilDate = day.parse().unwrap();
            let payload = CertificatePayload { issued_on, ..payload(service) };
            let now = said(&field, &signed(&delegation, KEY, &payload)).await;
            assert!(matches!(now, Verification::Expired { .. }), "{day}: {now:?}");
        }
        let outcome = field.submit(visit).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let other = field.visit(&Guest::new(40_000_808), "999000000000804");
        let other = signed(&delegation, KEY, &payload(chip_service(&other)));
        field.office.clock.advance_ms(2 * DAY_MS);
        let now = said(&field, &other).await;
        assert!(matches!(now, Verification::Expired { .. }), "{now:?}");
        stand(Standing::Revoked).await.unwrap();
        let now = said(&field, &text).await;
        assert!(matches!(now, Verification::Replaced { .. }), "the record is kept: {now:?}");
    }

    async fn no_flipped_bit_and_no_other_key_passes(database) {
        let (field, visit, text) = at_the_table(&database, 40_000_809).await;
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).unwrap();
        // One bit of every byte; which, changes from byte to byte.
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            let now = said(&field, &BASE32_NOPAD.encode(&flipped)).await;
            let is_refused = matches!(now, Verification::Altered | Verification::NotOurs);
            assert!(is_refused, "{at}: {now:?}");
        }
        let delegation = provisional::decode(&text).unwrap().delegation;
        let payload = payload(chip_service(&visit));
        let foreign = signed(&delegation, KEY + 1, &payload);
        assert_eq!(said(&field, &foreign).await, Verification::Altered, "of another key");
        let device = DeviceId(backend::clock::fresh_id());
        let elsewhere = Delegation { device, ..delegation.clone() };
        let now = said(&field, &signed(&elsewhere, KEY, &payload)).await;
        assert_eq!(now, Verification::Altered, "of another phone");
        let longer = Delegation { until: delegation.until.plus_ms(1), ..delegation.clone() };
        let now = said(&field, &signed(&longer, KEY, &payload)).await;
        assert_eq!(now, Verification::Altered, "for longer");
        let strange = Delegation { kid: "00".repeat(8), ..delegation };
        let now = said(&field, &signed(&strange, KEY, &payload)).await;
        assert_eq!(now, Verification::NotOurs);
        for text in ["", "A", "ñ", &"A".repeat(TEXT_MAX_CHARS), &"A".repeat(TEXT_MAX_CHARS + 1)] {
            let now = verify_provisional(&field.office, text).await.unwrap();
            assert_eq!(now, Verification::NotOurs, "{text}");
        }
        // A final one is none, and none is a final one.
        let now = documents::verify(&field.office, &text).await.unwrap();
        assert_eq!(now, Verification::NotOurs);
    }
}

fn chip_service_of(text: &str) -> ServiceId {
    provisional::decode(text).unwrap().service().unwrap()
}

fn fresh_service() -> ServiceId {
    ServiceId(backend::clock::fresh_id())
}
