//! Pictures over HTTP: as a phone sends them, as a hostile one does, and as they are looked at.

use backend::clock::fresh_id;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

const PATH: &str = "/api/v1/pictures";
const ID: &str = "01900000-0000-7000-8000-000000000000";
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
const PIECE: usize = 65_536;

/// A JPEG with so many bytes of coded data.
fn jpeg(data: usize) -> Vec<u8> {
    let size = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
    [&[0xff, 0xd8][..], &size, &scan, &vec![0x11; data], &[0xff, 0xd9]].concat()
}

/// A visit of somebody who consents to photographs, in the register: submission and animal.
fn visited(outreach: &mut Outreach) -> (Value, Value) {
    let mut batch = outreach.draft(1, 12_345_678, "985121004515220");
    let submission = &mut batch["submissions"][0];
    submission["commands"][0]["details"]["consents_to_photos"] = json!(true);
    let about = (submission["id"].clone(), submission["commands"][1]["animal"].clone());
    let reply = outreach.operative.post_json("/api/v1/submissions", &batch).expect(200).json();
    assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
    about
}

fn notice(about: &(Value, Value), kind: &str, bytes: &[u8]) -> Value {
    json!({
        "id": fresh_id(),
        "submission": about.0,
        "animal": about.1,
        "kind": kind,
        "bytes": bytes.len(),
        "sha256": HEXLOWER.encode(&Sha256::digest(bytes)),
        "taken_at": 1_795_366_800_000_i64,
    })
}

fn put(client: &mut Client, (id, from): (&Value, usize), bytes: &[u8]) -> Answer {
    let path = format!("{PATH}/{}/{from}", id.as_str().expect("an identifier"));
    client.send("PUT", &path, &[("content-type", "application/octet-stream"), OURS], bytes)
}

fn reason(answer: &Answer) -> String {
    answer.json()["refusal"]["reason"].as_str().unwrap_or_default().to_owned()
}

/// Announces a picture and sends it whole.
fn send(client: &mut Client, notice: &Value, bytes: &[u8]) -> Answer {
    client.post_json(PATH, notice).expect(200);
    let mut answer = None;
    for (number, piece) in bytes.chunks(PIECE).enumerate() {
        answer = Some(put(client, (&notice["id"], number * PIECE), piece));
    }
    answer.expect("a piece")
}

fn received(count: usize) -> Value {
    json!({ "received": count })
}

fn look(client: &mut Client, notice: &Value) -> Answer {
    client.get(&format!("/fotos/{}", notice["id"].as_str().expect("an identifier")))
}

#[test]
fn a_picture_goes_on_where_it_stood_and_is_shown_to_who_may_see_it() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let about = visited(&mut outreach);
        let bytes = jpeg(100_000);
        let photo = notice(&about, "animal", &bytes);
        let phone = &mut outreach.operative;
        assert_eq!(phone.post_json(PATH, &photo).expect(200).json(), received(0));
        let at = |from| (&photo["id"], from);
        let first = &bytes[..PIECE];
        assert_eq!(put(phone, at(0), first).expect(200).json(), received(PIECE));
        assert_eq!(put(phone, at(0), first).expect(200).json(), received(PIECE));
        assert_eq!(put(phone, at(9), first).expect(200).json(), received(PIECE));
        look(phone, &photo).expect(404);
        let last = put(phone, at(PIECE), &bytes[PIECE..]).expect(200);
        assert_eq!(last.json(), received(bytes.len()));
        assert_eq!(phone.post_json(PATH, &photo).expect(200).json(), received(bytes.len()));
        let mut other = photo.clone();
        other["taken_at"] = json!(1);
        assert_eq!(reason(&phone.post_json(PATH, &other).expect(409)), "id_reused");
        let paper = notice(&about, "paper", &bytes);
        send(phone, &paper, &bytes).expect(200);

        let shown = look(phone, &photo).expect(200);
        assert_eq!(shown.body, bytes);
        let header = |name| shown.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("cache-control").contains("private"), "{:?}", shown.headers);
        let path = format!("/fotos/{}", photo["id"].as_str().expect("an identifier"));
        let tag = header("etag");
        phone.send("GET", &path, &[("if-none-match", tag.as_str())], b"").expect(304);

        for (role, animals, papers) in
            [("coordinator", 200, 200), ("auditor", 200, 404), ("admin", 403, 403)]
        {
            let mut client = house.staff(role);
            look(&mut client, &photo).expect(animals);
            look(&mut client, &paper).expect(papers);
        }
        let mut stranger = house.staff_at("operative", "otra");
        look(&mut stranger, &photo).expect(404);
        look(&mut house.client(), &photo).expect(303);
        let asked = json!({ "animal": about.1 });
        let path = "/api/coordinacion/registro/animal";
        let sheet = house.staff_at("coordinator", "ella").post_json(path, &asked).expect(200);
        assert_eq!(sheet.json()["pictures"].as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn what_a_phone_must_keep_for_later_or_give_up_is_told_apart() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    let about = visited(&mut outreach);
    let bytes = jpeg(70_000);
    let phone = &mut outreach.operative;
    let early = notice(&(json!(ID), about.1.clone()), "paper", &bytes);
    assert_eq!(reason(&phone.post_json(PATH, &early).expect(409)), "submission_not_stored");
    let elsewhere = notice(&(about.0.clone(), json!(ID)), "paper", &bytes);
    assert_eq!(reason(&phone.post_json(PATH, &elsewhere).expect(404)), "animal_unknown");
    let photo = notice(&about, "animal", &bytes);
    let damaged = [&bytes[..bytes.len() - 1], &[0]].concat();
    assert_eq!(reason(&send(phone, &photo, &damaged).expect(422)), "picture_damaged");
    assert_eq!(phone.post_json(PATH, &photo).expect(200).json(), received(0));
    let noise: Vec<u8> = (0..70_000).map(|_| fastrand::u8(..)).collect();
    let telling = [&bytes[..2], b"\xff\xfe\0\x06home", &bytes[2..]].concat();
    for unfit in [noise, telling] {
        let notice = notice(&about, "animal", &unfit);
        assert_eq!(reason(&send(phone, &notice, &unfit).expect(422)), "picture_unfit");
        assert_eq!(phone.post_json(PATH, &notice).expect(200).json(), received(0));
    }
    let mut stranger = house.staff_at("operative", "otra");
    let refused = stranger.post_json(PATH, &notice(&about, "paper", &bytes)).expect(409);
    assert_eq!(reason(&refused), "submission_not_stored");
    let piece = put(&mut stranger, (&photo["id"], 0), &bytes[..9]).expect(404);
    assert_eq!(reason(&piece), "picture_unknown");
    let last = notice(&about, "paper", &bytes);
    send(phone, &last, &bytes).expect(200);
    let fifth = notice(&about, "paper", &bytes);
    assert_eq!(reason(&phone.post_json(PATH, &fifth).expect(422)), "too_many_pictures");
}

#[test]
fn hostile_notices_and_pieces_are_refused_and_never_a_fault() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let about = visited(&mut outreach);
        let bytes = jpeg(9);
        let phone = &mut outreach.operative;
        let sound = notice(&about, "paper", &bytes);
        for (name, values) in [
            ("id", vec![json!(""), json!(7), json!("a\0b"), Value::Null]),
            ("submission", vec![json!("x"), json!({})]),
            ("animal", vec![json!([]), json!("\u{202e}")]),
            ("kind", vec![json!("video"), json!("animal\0"), json!(1)]),
            ("bytes", vec![json!(0), json!(-1), json!(409_601), json!(1e300), json!("9")]),
            ("sha256", vec![json!(""), json!("Z".repeat(64)), json!("ñ".repeat(32)), json!(0)]),
            ("taken_at", vec![json!(1.5), json!("now"), json!(1e30)]),
        ] {
            for value in values {
                let mut odd = sound.clone();
                odd[name] = value;
                let answer = phone.post_json(PATH, &odd).expect(400);
                assert_eq!(reason(&answer), "unreadable", "{odd}");
            }
        }
        let mut far = sound.clone();
        far["id"] = json!(fresh_id());
        far["taken_at"] = json!(i64::MIN);
        phone.post_json(PATH, &far).expect(200);
        phone.post_json(PATH, &sound).expect(200);
        let id = sound["id"].as_str().expect("an identifier");
        for (below, status) in [
            (format!("{id}/-1"), 400),
            (format!("{id}/x"), 400),
            (format!("{id}/99999999999999999999"), 400),
            (format!("{id}/%00"), 400),
            (format!("{id}/4294967295"), 200),
            ("x/0".to_owned(), 404),
            (format!("{ID}/0"), 404),
            ("%FF/0".to_owned(), 400),
        ] {
            let answer = phone.send("PUT", &format!("{PATH}/{below}"), &[OURS], &bytes);
            assert_eq!(answer.status, status, "{below}: {}", answer.text());
        }
        let long = vec![0; PIECE + 1];
        assert_eq!(reason(&put(phone, (&sound["id"], 0), &long).expect(413)), "too_large");
        let path = format!("{PATH}/{id}/0");
        let sealed = [("content-type", "application/vnd.huella.sealed"), OURS];
        for (length, status) in [(0, 400), (93, 400), (PIECE + 93, 400), (PIECE + 94, 413)] {
            let answer = phone.send("PUT", &path, &sealed, &vec![7; length]);
            assert_eq!(answer.status, status, "{length}: {}", answer.text());
        }
        let beyond = vec![0; bytes.len() + 1];
        assert_eq!(reason(&put(phone, (&sound["id"], 0), &beyond).expect(413)), "too_large");
        assert_eq!(put(phone, (&sound["id"], 0), &[]).expect(200).json(), received(0));
        assert_eq!(send(phone, &sound, &bytes).expect(200).json(), received(bytes.len()));
        // Without a word of where it comes from, and without anybody.
        phone.send("PUT", &path, &[], &bytes).expect(403);
        house.client().send("PUT", &path, &[OURS], &bytes).expect(401);
        phone.send("DELETE", &path, &[OURS], b"").expect(405);
        house.client().get("/readyz").expect(200);
    }
}
