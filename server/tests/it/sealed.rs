//! `POST /api/v1/sealed` as a phone that cannot open its records, and a hostile one, use it.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use backend::clock::random;
use data_encoding::BASE64URL_NOPAD;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use crate::submissions::gzip;

const PATH: &str = "/api/v1/sealed";
const PLAIN: &str = "/api/v1/submissions";
const DEVICE: &str = "01900000-0000-7000-8000-0000000000d2";
const ID: &str = "01900000-0000-7000-8000-000000000702";

fn post(client: &mut Client, body: &[u8], encoding: &str) -> Answer {
    let kind = ("content-type", "application/json");
    let headers = [kind, ("content-encoding", encoding), ("sec-fetch-site", "same-origin")];
    client.send("POST", PATH, &headers, body)
}

/// Seals the one submission of a batch to the recovery key of its outreach.
pub fn sealed(key: &str, batch: &Value) -> Value {
    let submission = &batch["submissions"][0];
    let of = |name: &str| submission[name].as_str().expect("an identifier");
    let (id, outreach, device) = (of("id"), of("outreach"), of("device"));
    let theirs = BASE64URL_NOPAD.decode(key.as_bytes()).expect("base64url");
    let theirs = PublicKey::from_sec1_bytes(&theirs).expect("a point");
    let own = SecretKey::from_slice(&random::<32>().expect("bytes")).expect("a number");
    let info = format!("huella sealed 1 {outreach} {id}");
    let mut derived = [0; 32];
    let shared = own.diffie_hellman(&theirs).extract::<Sha256>(None);
    shared.expand(info.as_bytes(), &mut derived).expect("32 bytes");
    let nonce = random::<12>().expect("bytes");
    let text = submission.to_string();
    let payload = Payload { msg: text.as_bytes(), aad: device.as_bytes() };
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived));
    let body = cipher.encrypt(&Nonce::from(nonce), payload).expect("room");
    let point = own.public_key().to_sec1_point(false);
    let copy = json!({
        "id": id,
        "outreach": outreach,
        "ephemeral": BASE64URL_NOPAD.encode(point.as_bytes()),
        "nonce": BASE64URL_NOPAD.encode(&nonce),
        "body": BASE64URL_NOPAD.encode(&body),
    });
    json!({ "device": device, "sealed": [copy] })
}

/// A copy that nobody can open.
pub fn broken(id: &str) -> Value {
    let text = |count| "A".repeat(count);
    json!({ "id": id, "outreach": ID, "ephemeral": text(87), "nonce": text(16), "body": text(40) })
}

fn reason(answer: &Value) -> &str {
    answer["refusal"]["reason"].as_str().unwrap_or_default()
}

#[test]
fn a_copy_is_answered_like_what_it_holds_also_compressed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        let batch = outreach.draft(1, 12_345_678, "985121004515220");
        let phone = &mut outreach.operative;
        let setup = phone.get("/api/v1/field/setup").expect(200).json();
        let key = setup["outreaches"][0]["recovery_key"].as_str().expect("a key").to_owned();
        let again = phone.get("/api/v1/field/setup").expect(200).json();
        assert_eq!(again["outreaches"][0]["recovery_key"], key, "the same for ever");

        let sent = sealed(&key, &batch);
        let reply = phone.post_json(PATH, &sent).expect(200).json();
        assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
        assert_eq!(reply["receipt"]["stored_total"], 1, "{reply}");
        let packed = post(phone, &gzip(sent.to_string().as_bytes()), "gzip").expect(200).json();
        let plain = phone.post_json(PLAIN, &batch).expect(200).json();
        for told in [packed, plain] {
            assert_eq!(told["answers"], reply["answers"]);
            assert_eq!(told["receipt"]["stored_total"], 1, "{told}");
        }

        let mut changed = sealed(&key, &batch);
        changed["sealed"].as_array_mut().expect("copies").push(broken(ID));
        let reply = phone.post_json(PATH, &changed).expect(200).json();
        assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
        assert_eq!(
            (&reply["answers"][1]["id"], reason(&reply["answers"][1])),
            (&json!(ID), "unreadable")
        );
        changed["device"] = json!(DEVICE);
        let foreign = phone.post_json(PATH, &changed).expect(200).json();
        assert_eq!(reason(&foreign["answers"][0]), "unreadable", "{foreign}");
        assert_eq!(foreign["receipt"]["stored_total"], 0, "{foreign}");
    }
}

#[test]
fn hostile_batches_of_copies_are_refused_and_never_a_fault() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut phone = house.staff("operative");
        for body in [
            &b""[..],
            b"null",
            b"{\"device\":1,\"sealed\":[]}",
            b"{\"device\":\"01900000-0000-7000-8000-0000000000d2\"}",
            b"{\"device\":\"01900000-0000-7000-8000-0000000000d2\",\"sealed\":[{}]}",
            b"{\"device\":\"01900000-0000-7000-8000-0000000000d2\",\"sealed\":[{\"id\":\"x\"}]}",
        ] {
            let answer = post(&mut phone, body, "identity").expect(400);
            assert_eq!(reason(&answer.json()), "unreadable");
        }
        for odd in [json!({ "id": ID }), json!({ "id": ID, "outreach": 7, "body": [] })] {
            let sent = json!({ "device": DEVICE, "sealed": [broken(ID), odd, broken(ID)] });
            let reply = phone.post_json(PATH, &sent).expect(200).json();
            let answers = reply["answers"].as_array().expect("answers");
            assert_eq!(answers.len(), 3, "{reply}");
            for answer in answers {
                assert_eq!((&answer["id"], reason(answer)), (&json!(ID), "unreadable"));
            }
        }
        let many: Vec<_> = (0..251).map(|_| broken(ID)).collect();
        let many = json!({ "device": DEVICE, "sealed": many }).to_string();
        let answer = post(&mut phone, many.as_bytes(), "identity").expect(413);
        assert_eq!(reason(&answer.json()), "too_large");
        let large = vec![b' '; 300 * 1024];
        post(&mut phone, &large, "identity").expect(413);
        let bomb = gzip(&vec![b' '; 8 * 1024 * 1024]);
        post(&mut phone, &bomb, "gzip").expect(413);
        phone.get("/api/v1/session").expect(200);
    }
}

#[test]
fn nobody_sends_copies_without_a_session() {
    let house = House::start(Engine::Sqlite);
    let sent = json!({ "device": DEVICE, "sealed": [broken(ID)] });
    let refused = house.client().post_json(PATH, &sent).expect(401).json();
    assert_eq!(reason(&refused), "signed_out");
    house.staff("auditor").post_json(PATH, &sent).expect(403);
}
