//! Pairing: a code of the coordination, a key of the phone, the server's word on it, and everything
//! that is refused.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::phones::{self, Standing};
use backend::keys::Purpose;
use backend::pairing::{self, TRIES};
use backend::submissions;
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use domain::desk::phones::PhoneSheet;
use domain::field_error::{Field as Asked, FieldError, Problem};
use domain::id::{DeviceId, OutreachId, StaffId};
use domain::pairing::{CODE_LASTS_MS, Paired, PairingCode, PairingRequest};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::timestamp::{DAY_MS, HOUR_MS};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use crate::it::desk::refused;
use crate::it::field::{Field, NOW, outreach_row};

/// What a phone with this key sends for a code.
fn request(device: DeviceId, key: u8, code: &str) -> PairingRequest {
    let signing = SigningKey::from_bytes(&[key; 32]);
    let public_key = BASE64URL_NOPAD.encode(&signing.verifying_key().to_bytes());
    let text = PairingCode::parse(code).unwrap().proof_text(device, &public_key);
    let signature = BASE64URL_NOPAD.encode(&signing.sign(text.as_bytes()).to_bytes());
    let name = "Mesa 1".to_owned();
    PairingRequest { code: code.to_owned(), device, name, public_key, signature }
}

async fn invited(field: &Field, outreach: OutreachId) -> String {
    let invitation =
        pairing::invite(&field.office, field.as_coordinator(), outreach).await.unwrap();
    assert_eq!(PairingCode::parse(&invitation.qr).unwrap().to_string(), invitation.code);
    assert_eq!(invitation.until, field.office.clock.now().plus_ms(CODE_LASTS_MS));
    invitation.code
}

async fn pair(field: &Field, actor: Actor, key: u8, code: &str) -> Result<Paired, Refusal> {
    match pairing::pair(&field.office, actor, &request(field.device, key, code)).await {
        Ok(paired) => Ok(paired),
        refusal => Err(refused(refusal)),
    }
}

/// The phone of the field, paired with this key.
pub async fn paired(field: &Field, key: u8) -> Paired {
    let code = invited(field, field.outreach).await;
    pair(field, field.as_operative(), key, &code).await.unwrap()
}

async fn sheet(field: &Field) -> PhoneSheet {
    phones::sheet(&field.office, field.as_coordinator(), field.device, "").await.unwrap()
}

/// Another outreach of the same programme, with nobody in its team.
async fn another_outreach(field: &Field, status: &str) -> OutreachId {
    let (here, status) = (field.outreach, status.to_owned());
    let made = field.office.store.write_with((here, status), |tx, (here, status)| {
        Box::pin(async move {
            let programme = tx.outreach(here.0).await?.unwrap().programme_id;
            let mut row = outreach_row(programme);
            row.name = "El día siguiente".to_owned();
            row.status.clone_from(status);
            row.held_on = "2026-11-23".to_owned();
            row.starts_at += DAY_MS;
            row.ends_at += DAY_MS;
            tx.insert_outreach(&row).await?;
            Ok::<_, backend::store::StoreError>(OutreachId(row.id))
        })
    });
    made.await.unwrap()
}

on_both_databases! {
    async fn a_phone_is_paired_and_its_key_is_certified_for_the_outreach(database) {
        let field = Field::on(&database).await;
        let code = invited(&field, field.outreach).await;
        let typed = code.to_lowercase().replace('-', " ").replace('0', "o");
        let told = pair(&field, field.as_operative(), 7, &typed).await.unwrap();
        assert_eq!((told.name.as_str(), told.outreach.as_str()), ("Mesa 1", "Operativo de prueba"));
        let delegation = &told.delegation;
        assert_eq!((delegation.device, delegation.outreach), (field.device, field.outreach));
        assert_eq!(delegation.public_key, request(field.device, 7, &code).public_key);
        // Midnight of Santiago after the 23rd of November, three hours behind UTC.
        assert_eq!((delegation.from, delegation.until), (NOW, NOW.plus_ms(DAY_MS + 10 * HOUR_MS)));
        assert_eq!(told.until, delegation.until);
        let kid = HEXLOWER.decode(delegation.kid.as_bytes()).unwrap();
        let signature = BASE64_NOPAD.decode(delegation.signature.as_bytes()).unwrap();
        let signed = |purpose, text: &str| {
            field.office.keys.verify(purpose, &kid, text.as_bytes(), &signature)
        };
        assert!(signed(Purpose::Delegation, &delegation.signed_text()));
        assert!(!signed(Purpose::Receipts, &delegation.signed_text()));
        let mut longer = delegation.clone();
        longer.until = longer.until.plus_ms(1);
        assert!(!signed(Purpose::Delegation, &longer.signed_text()));

        let line = sheet(&field).await.line;
        let pairing = line.pairing.unwrap();
        assert_eq!((line.name.as_str(), pairing.name.as_str()), ("Mesa 1", "Operativo de prueba"));
        assert_eq!((pairing.by.as_str(), pairing.at), ("Prueba operative", NOW));
        assert_eq!((pairing.until, pairing.is_over, pairing.key.len()), (told.until, false, 16));
        field.office.clock.advance_ms(2 * DAY_MS);
        assert!(sheet(&field).await.line.pairing.unwrap().is_over);
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn a_code_is_stored_keyed_and_works_once(database) {
        let field = Field::on(&database).await;
        let code = invited(&field, field.outreach).await;
        let kept = "SELECT COUNT(*) FROM link_token WHERE purpose = 'pairing' AND data = 'null'
            AND LENGTH(hash) = 32";
        assert_eq!(database.number(kept).await, 1);
        // Who holds the rows alone cannot try all codes.
        let letters = PairingCode::parse(&code).unwrap().letters().to_owned();
        let bare = Sha256::digest(letters.as_bytes()).to_vec();
        let found = field.office.store.read(move |tx| {
            let bare = bare.clone();
            Box::pin(async move { tx.token(&bare).await })
        });
        assert!(found.await.unwrap().is_none());
        let first = pair(&field, field.as_operative(), 7, &code).await.unwrap();
        // The answer may be lost on its way: the same phone with the same key is told again.
        field.office.clock.advance_ms(60_000);
        let again = pair(&field, field.as_operative(), 7, &code).await;
        assert_eq!(again, Ok(first));
        let used = Err(Refusal::PairingCodeUsed);
        assert_eq!(pair(&field, field.as_operative(), 8, &code).await, used);
        let other = field.with_another_phone();
        assert_eq!(pair(&other, other.as_operative(), 7, &code).await, used);
        let rows = "SELECT COUNT(*) FROM delegation";
        assert_eq!(database.number(rows).await, 1);
    }

    async fn a_code_of_nobody_and_one_that_is_over_are_told_apart(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let unknown = Err(Refusal::PairingCodeUnknown);
        assert_eq!(pair(&field, actor, 7, "0000-0000").await, unknown);
        let code = invited(&field, field.outreach).await;
        field.office.clock.advance_ms(CODE_LASTS_MS);
        assert_eq!(pair(&field, actor, 7, &code).await, Err(Refusal::PairingCodeExpired));
        let last = invited(&field, field.outreach).await;
        field.office.clock.advance_ms(CODE_LASTS_MS - 1);
        assert!(pair(&field, actor, 7, &last).await.is_ok(), "made later, and not used up");
        let right = request(field.device, 7, "0000-0000");
        let form = PairingRequest { code: "U".into(), name: " ".into(), ..right };
        let fields = vec![
            FieldError::new(Asked::Code, Problem::Malformed),
            FieldError::new(Asked::Name, Problem::Empty),
        ];
        let told = refused(pairing::pair(&field.office, actor, &form).await);
        assert_eq!(told, Refusal::Invalid { fields });
    }

    async fn who_does_not_hold_the_key_is_not_paired(database) {
        let field = Field::on(&database).await;
        let code = invited(&field, field.outreach).await;
        let right = request(field.device, 7, &code);
        let elsewhere = request(DeviceId(fresh_id()), 7, &code);
        let foreign = request(field.device, 8, &code);
        let wrong = [
            PairingRequest { signature: elsewhere.signature, ..right.clone() },
            PairingRequest { signature: foreign.signature, ..right.clone() },
            PairingRequest { public_key: foreign.public_key, ..right.clone() },
            PairingRequest { device: DeviceId(fresh_id()), ..right.clone() },
            PairingRequest { public_key: "A".repeat(43), ..right.clone() },
            PairingRequest { public_key: String::new(), ..right.clone() },
            PairingRequest { signature: "%".to_owned(), ..right.clone() },
        ];
        for request in wrong {
            let told = refused(pairing::pair(&field.office, field.as_operative(), &request).await);
            assert_eq!(told, Refusal::PairingProofWrong, "{request:?}");
        }
        assert!(pairing::pair(&field.office, field.as_operative(), &right).await.is_ok());
    }

    async fn codes_can_be_tried_so_often_and_no_more(database) {
        let field = Field::on(&database).await;
        let code = invited(&field, field.outreach).await;
        for _ in 0..TRIES.most {
            let told = pair(&field, field.as_operative(), 7, "ZZZZ-ZZZZ").await;
            assert_eq!(told, Err(Refusal::PairingCodeUnknown));
        }
        let told = pair(&field, field.as_operative(), 7, &code).await;
        assert_eq!(told, Err(Refusal::TooManyAttempts { retry_after_s: 3_600 }));
        assert!(pair(&field, field.as_veterinarian(), 7, &code).await.is_ok(), "of one account");
    }

    async fn a_phone_is_paired_for_an_outreach_of_its_person_that_is_not_over(database) {
        let field = Field::on(&database).await;
        let stranger = Actor::Staff { id: StaffId(fresh_id()), role: Role::Operative };
        let code = invited(&field, field.outreach).await;
        assert_eq!(pair(&field, stranger, 7, &code).await, Err(Refusal::NotYourOutreach));
        let next = another_outreach(&field, "published").await;
        let there = invited(&field, next).await;
        let not_yours = Err(Refusal::NotYourOutreach);
        assert_eq!(pair(&field, field.as_operative(), 7, &there).await, not_yours);
        let told = pair(&field, field.as_coordinator(), 7, &there).await.unwrap();
        assert_eq!(told.outreach, "El día siguiente");

        let draft = another_outreach(&field, "draft").await;
        let desk = field.as_coordinator();
        let told = refused(pairing::invite(&field.office, desk, draft).await);
        assert_eq!(told, Refusal::OutreachNotOpen);
        let told = refused(pairing::invite(&field.office, desk, OutreachId(fresh_id())).await);
        assert_eq!(told, Refusal::OutreachUnknown);
        field.office.clock.advance_ms(2 * DAY_MS);
        let told = refused(pairing::invite(&field.office, desk, field.outreach).await);
        assert_eq!(told, Refusal::OutreachNotOpen, "it is over");
    }

    async fn another_key_and_another_outreach_are_noted(database) {
        let field = Field::on(&database).await;
        let rekeyed = async |field: &Field| sheet(field).await.line.pairing.unwrap().rekeyed;
        let first = paired(&field, 7).await;
        assert_eq!(rekeyed(&field).await, None);
        field.office.clock.advance_ms(60_000);
        let rotated = paired(&field, 8).await;
        assert_ne!(first.delegation.public_key, rotated.delegation.public_key);
        field.office.clock.advance_ms(60_000);
        paired(&field, 8).await;
        let told = rekeyed(&field).await;
        assert_eq!(told, Some(NOW.plus_ms(60_000)), "paired once more, it is still told");
        field.office.clock.advance_ms(60_000);
        let next = another_outreach(&field, "published").await;
        let code = invited(&field, next).await;
        pair(&field, field.as_coordinator(), 8, &code).await.unwrap();
        let sheet = sheet(&field).await;
        let pairing = sheet.line.pairing.unwrap();
        assert_eq!((pairing.outreach, pairing.rekeyed), (next, None));
        let said: Vec<_> = sheet
            .history
            .iter()
            .map(|line| {
                assert_eq!(line.kind, "phone_paired");
                let said = line.said.clone().unwrap();
                said.iter().filter(|(name, _)| name == "key_before").count()
            })
            .collect();
        assert_eq!(said, [0, 0, 1, 0], "the latest first: only the second key was another");
        let rows = "SELECT COUNT(*) FROM delegation";
        assert_eq!(database.number(rows).await, 2, "one for each outreach");
    }

    async fn a_key_of_two_phones_is_told_and_that_of_a_revoked_one_refused(database) {
        let first = Field::on(&database).await;
        paired(&first, 7).await;
        let (device, office, desk) = (first.device, first.office.clone(), first.as_coordinator());
        phones::rename(&office, desk, device, "Mesa azul").await.unwrap();
        assert!(sheet(&first).await.line.pairing.unwrap().twins.is_empty());
        let other = first.with_another_phone();
        paired(&other, 7).await;
        let twins = async |phone: DeviceId| {
            let sheet = phones::sheet(&office, desk, phone, "").await.unwrap();
            sheet.line.pairing.unwrap().twins
        };
        assert_eq!(twins(device).await, ["Mesa 1"]);
        assert_eq!(twins(other.device).await, ["Mesa azul"]);

        phones::stand(&office, desk, device, (Standing::Revoked, "Se perdió")).await.unwrap();
        let code = invited(&other, other.outreach).await;
        let told = pair(&other, other.as_operative(), 7, &code).await;
        assert_eq!(told, Err(Refusal::PhoneRevoked));
        let fresh = other.with_another_phone();
        let told = pair(&fresh, fresh.as_operative(), 7, &code).await;
        assert_eq!(told, Err(Refusal::PhoneRevoked), "whatever it calls itself");
        assert!(pair(&fresh, fresh.as_operative(), 8, &code).await.is_ok(), "it was not used up");
    }

    async fn another_code_voids_the_one_before_of_the_same_person_and_outreach(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let next = another_outreach(&field, "published").await;
        let colleague = Actor::Staff { id: StaffId(fresh_id()), role: Role::Coordinator };
        let theirs = pairing::invite(&field.office, colleague, field.outreach).await.unwrap().code;
        let elsewhere = invited(&field, next).await;
        let before = invited(&field, field.outreach).await;
        let code = invited(&field, field.outreach).await;
        let voided = Err(Refusal::PairingCodeUsed);
        assert_eq!(pair(&field, actor, 7, &before).await, voided);
        let first = pair(&field, actor, 7, &code).await.unwrap();
        let again = invited(&field, field.outreach).await;
        assert_eq!(pair(&field, actor, 7, &code).await, Ok(first), "a lost answer is given again");
        for code in [again, theirs] {
            assert!(pair(&field, actor, 7, &code).await.is_ok());
        }
        assert!(pair(&field, field.as_coordinator(), 7, &elsewhere).await.is_ok());
    }

    async fn a_revoked_phone_is_paired_once_it_is_admitted(database) {
        let field = Field::on(&database).await;
        paired(&field, 7).await;
        let (office, desk) = (&field.office, field.as_coordinator());
        phones::stand(office, desk, field.device, (Standing::Revoked, "Se perdió")).await.unwrap();
        let code = invited(&field, field.outreach).await;
        let told = pair(&field, field.as_operative(), 7, &code).await;
        assert_eq!(told, Err(Refusal::PhoneRevoked));
        let back = (Standing::Admitted, "Apareció");
        phones::stand(office, desk, field.device, back).await.unwrap();
        assert!(pair(&field, field.as_operative(), 7, &code).await.is_ok(), "it was not used up");
    }

    async fn a_phone_that_sent_before_keeps_what_is_known_of_it(database) {
        let field = Field::on(&database).await;
        let visit = field.visit(&crate::it::field::Guest::new(40_000_701), "999000000000701");
        field.submit(visit).await;
        paired(&field, 7).await;
        let line = sheet(&field).await.line;
        assert_eq!((line.stored, line.complete_to, line.name.as_str()), (1, 1, "Mesa 1"));
        assert_eq!(line.code, submissions::receipt_code(field.device, 1, 1));
        database.raw("UPDATE device SET is_desk = TRUE").await;
        let code = invited(&field, field.outreach).await;
        let told = pair(&field, field.as_operative(), 7, &code).await;
        assert_eq!(told, Err(Refusal::PhoneUnknown), "a browser of the coordination is none");
    }
}
