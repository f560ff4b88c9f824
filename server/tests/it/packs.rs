//! What a phone takes along to an outreach, over HTTP.

use backend::clock::fresh_id;
use flate2::read::GzDecoder;
use serde_json::json;
use std::io::Read;

use crate::house::{Engine, House};
use crate::outreach::Outreach;

#[test]
fn a_page_comes_packed_and_is_not_stored_by_the_browser() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        outreach.visit(1, 12_345_678, "985121004515220");
        let path = format!("/api/v1/field/pack/{}", outreach.id);
        let packed = ("accept-encoding", "gzip, deflate, br");
        let answer = outreach.operative.send("GET", &path, &[packed], b"").expect(200);
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let mut text = String::new();
        GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("gzip");
        let page: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((&page["total"], &page["next"]), (&1.into(), &serde_json::Value::Null));
        assert_eq!(page["owners"][0]["animals"][0]["chip"], "985121004515220");
        assert!(page["lines"][0].as_str().expect("a line").contains("#985121004515220"));
        let place = page["place"].as_str().expect("a tag");
        let plain = outreach.operative.get(&format!("{path}?place={place}")).expect(200);
        assert_eq!(
            (&plain.json()["owners"], plain.json()["anew"] == true),
            (&page["owners"], false)
        );
        let other = format!("{path}?since=9999999999999&place=000000000000");
        let anew = outreach.operative.get(&other).expect(200);
        assert_eq!((&anew.json()["owners"], &anew.json()["anew"]), (&page["owners"], &true.into()));
    }
}

#[test]
fn hostile_questions_are_refused_in_words() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, false);
    let path = format!("/api/v1/field/pack/{}", outreach.id);
    let hostile = ["after=x", "since=-1", "since=1e9", "a=b", "after=%F0", "since=1&since=1"];
    for query in hostile.into_iter().chain(["place=", "place=x", "place=%00", "place=00FF00FF00FF"])
    {
        let answer = outreach.operative.get(&format!("{path}?{query}")).expect(400);
        assert_eq!(answer.json()["refusal"]["reason"], "unreadable", "{query}");
    }
    for id in ["x", "%00", "01900000-0000-7000-8000-000000000000"] {
        let answer = outreach.operative.get(&format!("/api/v1/field/pack/{id}")).expect(404);
        assert_eq!(answer.json()["refusal"]["reason"], "outreach_unknown", "{id}");
    }
    let other = house.staff_at("operative", "other").get(&path).expect(403);
    assert_eq!(other.json()["refusal"]["reason"], "not_your_outreach");
    house.client().get(&path).expect(401);
}

#[test]
fn the_bookings_come_packed_and_what_phones_record_of_them_is_answered() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, false);
    let path = format!("/api/v1/field/pack/{}/bookings", outreach.id);
    let mut batch = outreach.draft(1, 12_345_678, "985121004515220");
    for (sequence, command, reason) in [
        (1, json!({ "command": "arrive", "booking": fresh_id() }), "ticket_not_valid"),
        (
            2,
            json!({
                "command": "walk_in", "booking": fresh_id(), "offering": "chip", "places": 0,
            }),
            "invalid",
        ),
        (3, json!({ "command": "arrive", "booking": "x" }), "unreadable"),
    ] {
        let submission = &mut batch["submissions"][0];
        submission["id"] = json!(fresh_id());
        submission["sequence"] = json!(sequence);
        submission["commands"] = json!([command]);
        let reply = outreach.operative.post_json("/api/v1/submissions", &batch).expect(200).json();
        assert_eq!(reply["answers"][0]["refusal"]["reason"], reason, "{reply}");
    }
    let packed = ("accept-encoding", "gzip");
    let answer = outreach.operative.send("GET", &path, &[packed], b"").expect(200);
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(outreach.operative.get(&path).expect(200).json(), json!([]));
    for id in ["x", "%00", "01900000-0000-7000-8000-000000000000"] {
        let path = format!("/api/v1/field/pack/{id}/bookings");
        let answer = outreach.operative.get(&path).expect(404);
        assert_eq!(answer.json()["refusal"]["reason"], "outreach_unknown", "{id}");
    }
    let other = house.staff_at("operative", "other").get(&path).expect(403);
    assert_eq!(other.json()["refusal"]["reason"], "not_your_outreach");
    house.client().get(&path).expect(401);
}
