//! The description of the API, held against what the program really answers.

use serde_json::Value;
use server::doors::{Door, door};

use crate::client::Answer;
use crate::house::{Engine, House};

/// What a program reads at `/api/v1/openapi.json`.
pub struct Described(Value);

impl Described {
    pub fn by(house: &House) -> Self {
        Self(house.client().get("/api/v1/openapi.json").expect(200).json())
    }

    fn operation(&self, door: &Door) -> &Value {
        &self.0["paths"][door.pattern][door.method.to_ascii_lowercase()]
    }

    fn answer(&self, door: &Door, answer: &Answer) -> &Value {
        &self.operation(door)["responses"][answer.status.to_string()]
    }

    /// What is wrong when the door of an operation answers what is not told of it.
    pub fn fault(&self, door: &Door, answer: &Answer) -> Option<String> {
        let is_told = self.operation(door).is_null() || self.answer(door, answer).is_object();
        (!is_told).then(|| format!("{} is not described: {}", answer.status, answer.text()))
    }
}

const VERIFY: &str = "/api/v1/verify";
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn what_is_refused_before_a_handler_is_described() {
    let house = House::start(Engine::Sqlite);
    let described = Described::by(&house);
    let verify = door("POST", VERIFY).expect("a door");
    let elsewhere = ("origin", "https://elsewhere.example");
    let foreign = house.client().send("POST", VERIFY, &[JSON, elsewhere], b"{}").expect(403);
    assert_eq!(foreign.json()["refusal"]["reason"], "foreign_origin");
    let large = house.client().send("POST", VERIFY, &[JSON], &[b' '; 70_000]).expect(413);
    assert_eq!(large.json()["refusal"]["reason"], "too_large");
    for answer in [foreign, large] {
        assert_eq!(described.fault(verify, &answer), None);
    }
    let scheme = &described.0["components"]["securitySchemes"]["session"];
    assert_eq!((&scheme["type"], &scheme["in"]), (&"apiKey".into(), &"cookie".into()), "{scheme}");
    let mut operative = house.staff("operative");
    let cookie = scheme["name"].as_str().expect("a name");
    assert!(operative.cookies.contains_key(cookie), "{cookie}: {:?}", operative.cookies);
    let setup = door("GET", "/api/v1/field/setup").expect("a door");
    operative.get(setup.pattern).expect(200);
    assert!(described.operation(setup)["security"][0]["session"].is_array());
    operative.cookies.remove(cookie);
    operative.get(setup.pattern).expect(401);
    assert!(described.operation(verify)["security"].is_null(), "anybody verifies");
}

#[test]
fn who_asks_too_often_is_told_for_how_long_as_described() {
    let house = House::start_with(Engine::Sqlite, &["serve"], &[("HUELLA_FLOOD_PER_SECOND", "1")]);
    let described = Described::by(&house);
    let session = door("GET", "/api/v1/session").expect("a door");
    let mut asked = (0..100).map(|_| house.client().get(session.pattern));
    let refused = asked.find(|answer| answer.status == 429).expect("a limit");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let told = described.answer(session, &refused);
    assert_eq!(told["headers"]["Retry-After"]["schema"]["type"], "integer", "{told}");
    assert_eq!(refused.json()["refusal"]["reason"], "too_many_attempts");
}
