//! `POST /api/v1/submissions` as the field app, an old one and a hostile one use it.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::house::{Engine, House};

const PATH: &str = "/api/v1/submissions";
const DEVICE: &str = "01900000-0000-7000-8000-0000000000d1";

/// As a phone packs what it sends.
pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

fn post(client: &mut Client, body: &[u8], encoding: &str) -> Answer {
    let kind = ("content-type", "application/json");
    let headers = [kind, ("content-encoding", encoding), ("sec-fetch-site", "same-origin")];
    client.send("POST", PATH, &headers, body)
}

/// A well-formed submission that cannot be accepted, since nobody knows its outreach.
fn submission(number: u32, actor: &Value) -> Value {
    json!({
        "id": format!("01900000-0000-7000-8000-{number:012x}"),
        "version": 1,
        "device": DEVICE,
        "sequence": number,
        "actor": actor,
        "outreach": "01900000-0000-7000-8000-00000000aaaa",
        "visit": null,
        "recorded_at": 1_700_000_000_000_i64,
        "utc_offset_minutes": -180,
        "replaces": null,
        "commands": [],
    })
}

fn batch(submissions: &[Value]) -> Value {
    json!({ "device": DEVICE, "submissions": submissions })
}

fn actor(client: &mut Client) -> Value {
    client.get("/api/v1/session").expect(200).json()["id"].clone()
}

#[test]
fn every_submission_is_answered_and_named_by_a_receipt() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut phone = house.staff("operative");
        let actor = actor(&mut phone);
        let sent = batch(&[submission(1, &actor), submission(2, &actor)]);
        let reply = phone.post_json(PATH, &sent).expect(200).json();
        let answers = reply["answers"].as_array().expect("answers");
        assert_eq!(answers.len(), 2, "{reply}");
        for (answer, sent) in answers.iter().zip(sent["submissions"].as_array().unwrap()) {
            assert_eq!(answer["id"], sent["id"]);
            assert_eq!(answer["outcome"], "refused", "{reply}");
        }
        assert_eq!(reply["receipt"]["device"], DEVICE);
        let again = phone.post_json(PATH, &sent).expect(200).json();
        assert_eq!(again["answers"], reply["answers"], "the same answer for ever");
    }
}

#[test]
fn a_compressed_batch_is_read_like_a_plain_one() {
    let house = House::start(Engine::Sqlite);
    let mut phone = house.staff("operative");
    let actor = actor(&mut phone);
    let sent = batch(&[submission(1, &actor)]).to_string();
    let plain = post(&mut phone, sent.as_bytes(), "identity").expect(200).json();
    let packed = post(&mut phone, &gzip(sent.as_bytes()), "gzip").expect(200).json();
    assert_eq!(plain["answers"], packed["answers"]);
}

#[test]
fn a_reply_comes_compressed_to_who_takes_that() {
    let house = House::start(Engine::Sqlite);
    let mut phone = house.staff("operative");
    let actor = actor(&mut phone);
    let all: Vec<_> = (1..=40).map(|number| submission(number, &actor)).collect();
    let sent = batch(&all).to_string();
    let kind = ("content-type", "application/json");
    let headers = [kind, ("accept-encoding", "gzip, br"), ("sec-fetch-site", "same-origin")];
    let packed = phone.send("POST", PATH, &headers, sent.as_bytes()).expect(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).expect("gzip");
    let reply: Value = serde_json::from_str(&text).expect("JSON");
    let plain = post(&mut phone, sent.as_bytes(), "identity").expect(200);
    assert_eq!(plain.json()["answers"], reply["answers"]);
    assert!(packed.body.len() * 3 < plain.body.len(), "it is short on the way");
}

#[test]
fn what_cannot_be_read_is_refused_alone() {
    let house = House::start(Engine::Sqlite);
    let mut phone = house.staff("operative");
    let actor = actor(&mut phone);
    let mut odd = submission(2, &actor);
    odd["commands"] = json!([{ "command": "fly_to_the_moon" }]);
    let reply = phone.post_json(PATH, &batch(&[submission(1, &actor), odd.clone()])).expect(200);
    let reply = reply.json();
    assert_eq!(reply["answers"][1]["id"], odd["id"], "{reply}");
    assert_eq!(reply["answers"][1]["outcome"], "refused", "{reply}");
    assert_eq!(reply["answers"][1]["refusal"]["reason"], "unreadable", "{reply}");
    assert_ne!(reply["answers"][0]["refusal"]["reason"], "unreadable", "{reply}");
}

#[test]
fn hostile_bodies_are_refused_and_never_a_fault() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut phone = house.staff("operative");
        let deep = format!("{}{}", "[".repeat(60_000), "]".repeat(60_000));
        for body in [
            &b""[..],
            b"{",
            b"null",
            b"[]",
            b"{\"device\":1,\"submissions\":[]}",
            b"\xff\xfe\x00",
            deep.as_bytes(),
            b"{\"device\":\"x\",\"submissions\":[]}",
        ] {
            let answer = post(&mut phone, body, "identity").expect(400);
            assert_eq!(answer.json()["refusal"]["reason"], "unreadable");
        }
        let torn = gzip(b"{\"device\":1}");
        post(&mut phone, &torn[..torn.len() - 5], "gzip").expect(400);
        post(&mut phone, b"{}", "br").expect(400);
        let plain = [("content-type", "text/plain"), ("sec-fetch-site", "same-origin")];
        phone.send("POST", PATH, &plain, b"{}").expect(400);
        let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
        assert!(bomb.len() > 256 * 1024 || post(&mut phone, &bomb, "gzip").status == 413);
        let smaller = gzip(&vec![b' '; 8 * 1024 * 1024]);
        post(&mut phone, &smaller, "gzip").expect(413);
        let large = vec![b' '; 300 * 1024];
        let answer = post(&mut phone, &large, "identity").expect(413);
        assert_eq!(answer.json()["refusal"]["reason"], "too_large");
        phone.get("/api/v1/session").expect(200);
    }
}

#[test]
fn what_a_phone_says_of_itself_is_seen_by_the_coordinator_and_nonsense_harms_nothing() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut phone = house.staff("operative");
        let actor = actor(&mut phone);
        let clock = 1_700_000_000_000_i64;
        let sound = json!({
            "build": "0123456789abcdef", "clock": clock, "waiting": 3, "to_mend": 0, "at_desk": 0,
            "oldest": clock, "persisted": false, "pictures": 2, "later": "word",
        });
        let mut sent = batch(&[submission(1, &actor)]);
        sent["report"] = sound.clone();
        phone.post_json(PATH, &sent).expect(200);
        for nonsense in [json!(7), json!({ "build": "a\0b" }), json!([sound])] {
            let mut sent = batch(&[submission(2, &actor)]);
            sent["report"] = nonsense;
            let reply = phone.post_json(PATH, &sent).expect(200).json();
            assert_eq!(reply["answers"][0]["outcome"], "refused", "{reply}");
        }
        let filter = json!({ "filter": { "view": "waiting", "days": 3, "page": 1 } });
        let mut coordinator = house.staff("coordinator");
        let list = coordinator.post_json("/api/coordinacion/telefonos/lista", &filter);
        let list = list.expect(200).json();
        let told = &list["rows"][0]["report"];
        assert_eq!((&told["waiting"], &told["to_mend"]), (&json!(2), &json!(1)), "{list}");
        assert_eq!((&told["build"], &told["pictures"]), (&json!("0123456789abcdef"), &json!(2)));
        assert!(told["skew_ms"].as_i64().is_some_and(|ms| ms < -60_000), "{list}");
    }
}

#[test]
fn too_many_submissions_at_once_are_refused_whole() {
    let house = House::start(Engine::Sqlite);
    let mut phone = house.staff("operative");
    let many: Vec<_> = (0..251).map(|_| json!({})).collect();
    let answer = phone.post_json(PATH, &batch(&many)).expect(413);
    assert_eq!(answer.json()["refusal"]["reason"], "too_large");
}

#[test]
fn nobody_submits_without_a_session() {
    let house = House::start(Engine::Sqlite);
    let refused = house.client().post_json(PATH, &batch(&[])).expect(401).json();
    assert_eq!(refused["refusal"]["reason"], "signed_out");
}
