//! Provisional certificates over HTTP and on the command line, as a paired phone makes them.

use domain::catalogue::{Sex, Species};
use domain::certificate::provisional::encode;
use domain::certificate::{CertificatePayload, DocumentKind};
use domain::pairing::Delegation;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::Client;
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use crate::pairing::{INVITING, PAIRING, proof};

const CHIP: &str = "985121004515220";

/// The key of the phone in these tests.
const KEY: u8 = 7;

/// The server's word on the phone that sends.
fn paired(house: &House, outreach: &mut Outreach) -> Delegation {
    let asked = json!({ "outreach": outreach.id });
    let invitation = house.staff("coordinator").post_json(INVITING, &asked).expect(200).json();
    let code = invitation["code"].as_str().expect("a code");
    let sent = proof(outreach.device(), KEY, code);
    let told = outreach.operative.post_json(PAIRING, &sent).expect(200).json();
    serde_json::from_value(told["delegation"].clone()).expect("a delegation")
}

/// What the phone signs for the chip of a visit.
fn certificate(house: &House, delegation: &Delegation, batch: &Value) -> String {
    let service = batch["submissions"][0]["commands"][2]["service"].as_str().expect("a service");
    let payload = CertificatePayload {
        kind: DocumentKind::ImplantationVoucher,
        document: service.parse().expect("an identifier"),
        issued_on: house.block_on(async |office| office.day_of(office.clock.now())),
        chip: CHIP.parse().expect("a number"),
        species: Species::Dog,
        sex: Sex::Male,
        pet_name: "Ñato".to_owned(),
        programme: "1".to_owned(),
    };
    let signing = SigningKey::from_bytes(&[KEY; 32]);
    let kid = &Sha256::digest(signing.verifying_key().to_bytes())[..8];
    let kid = kid.try_into().expect("8 bytes");
    encode(&payload, kid, delegation, |bytes| signing.sign(bytes).to_bytes()).expect("a text")
}

fn said(anyone: &mut Client, text: &str) -> Value {
    anyone.post_json("/api/v1/verify", &json!({ "text": text })).expect(200).json()
}

/// What the command line says, with its exit status.
fn told(house: &House, what: &[&str]) -> (Option<i32>, Value) {
    let done = house.run(&[&["verify"], what].concat(), "");
    let said: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    (done.status.code(), said["verdict"].clone())
}

/// A key set of the server as a file.
fn key_set(house: &House, name: &str) -> String {
    let path = house.folder.join(name);
    let keys = house.client().get(&format!("/.well-known/{name}")).expect(200);
    assert_eq!(keys.header("cache-control"), Some("public, max-age=60"));
    std::fs::write(&path, keys.body).expect("a file");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn it_is_verified_by_page_machine_and_command_line_until_the_final_one_comes() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let delegation = paired(&house, &mut outreach);
        let batch = outreach.draft(1, 12_345_678, CHIP);
        let text = certificate(&house, &delegation, &batch);
        let (path, link) = (format!("/P/{text}"), format!("HTTPS://HUELLA.EXAMPLE/P/{text}"));

        let mut anyone = house.client();
        let page = anyone.get(&path).expect(200).text();
        assert!(page.contains("Provisional: el registro viene en camino"), "{page}");
        assert!(page.contains("Ñato") && page.contains("/verify.js"), "{page}");
        assert!(page.contains("/.well-known/delegations.json"), "{page}");
        // The last day on which it counts, and no number of a programme that nobody can read.
        assert!(page.contains(", al terminar el día."), "{page}");
        assert!(!page.contains("00:00") && !page.contains(">Programa<"), "{page}");
        anyone.get(&path.to_lowercase()).expect(200);
        let answer = said(&mut anyone, &link);
        assert_eq!(answer["verdict"], "provisional");
        assert_eq!(answer["until"], json!(delegation.until));
        let to = anyone.form("/verificar", &[("link", link.as_str())]).expect(303);
        assert_eq!(to.header("location"), Some(path.as_str()));
        assert_eq!(told(&house, &[&link]), (Some(0), json!("provisional")));
        let (ours, others) = (key_set(&house, "delegations.json"), key_set(&house, "jwks.json"));
        assert_eq!(told(&house, &[&link, "--keys", &ours]), (Some(0), json!("provisional")));
        assert_eq!(told(&house, &[&link, "--keys", &others]), (Some(1), json!("not_ours")));

        outreach.operative.post_json("/api/v1/submissions", &batch).expect(200);
        let page = anyone.get(&path).expect(200).text();
        assert!(page.contains("Reemplazado por el certificado definitivo"), "{page}");
        let answer = said(&mut anyone, &text);
        let by = answer["by"].as_str().expect("a path");
        assert!(page.contains(by), "{page}");
        assert!(anyone.get(by).expect(200).text().contains("Vigente"));
        assert_eq!(told(&house, &[&link]), (Some(1), json!("replaced")));
        let log = house.log();
        assert!(log.contains("/P/{text}") && !log.contains(&text[..60]), "{log}");
    }
}

#[test]
fn what_is_none_and_what_was_altered_is_told_so() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, false);
    let delegation = paired(&house, &mut outreach);
    let batch = outreach.draft(1, 12_345_678, CHIP);
    let text = certificate(&house, &delegation, &batch);
    let mut anyone = house.client();
    // A letter of the phone's signature, and one of the server's.
    for at in [text.len() / 3, text.len() - 20] {
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        let altered = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        let page = anyone.get(&format!("/P/{altered}")).expect(200).text();
        assert!(page.contains("Alterado") && !page.contains("Ñato"), "{page}");
        assert_eq!(said(&mut anyone, &altered)["verdict"], "altered");
    }
    let long = format!("/P/{}", "A".repeat(5_000));
    let none = format!("/P/{}", "A".repeat(500));
    for foreign in ["/P/ABC", "/P/%F0%9F%90%B6", "/p/1", "/p/%00", &long, &none] {
        let page = anyone.get(foreign).expect(404).text();
        assert!(page.contains("No lo emitimos nosotros"), "{foreign}: {page}");
    }
    // At the address of final ones it is none.
    anyone.get(&format!("/V/{text}")).expect(404);
    // Of a phone without our word: another server's key.
    let strange = Delegation { kid: "00".repeat(8), ..delegation };
    let strange = certificate(&house, &strange, &batch);
    assert_eq!(said(&mut anyone, &strange)["verdict"], "not_ours");
}
