//! `GET /api/v1/field/chips` as a phone uses it.

use domain::chip_filter::ChipFilter;
use domain::chip_number::ChipNumber;

use crate::house::{Engine, House};
use crate::outreach::Outreach;

const PATH: &str = "/api/v1/field/chips";
const CHIP: &str = "985121004515220";

#[test]
fn a_phone_gets_the_list_once_and_then_hears_that_it_has_it() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        outreach.visit(1, 12_345_678, CHIP);
        let phone = &mut outreach.operative;
        let answer = phone.get(PATH).expect(200);
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
        let tag = answer.header("etag").expect("a tag").to_owned();
        assert!(tag.starts_with("W/\"") && tag.len() == 20, "a weak tag: {tag}");

        let list = ChipFilter::read(&answer.body).expect("a list");
        let chip = |digits| ChipNumber::from_digits(digits).expect("a chip");
        assert_eq!(list.chips, 1);
        assert!(list.may_know(chip(CHIP)));
        assert!(!list.may_know(chip("985121004515221")));

        let held = phone.send("GET", PATH, &[("if-none-match", &tag)], b"").expect(304);
        assert_eq!((held.header("etag"), held.body.len()), (Some(tag.as_str()), 0));
        assert_eq!(held.header("cache-control"), Some("private, no-cache"));
        let other = [("if-none-match", "\"0123456789abcdef\"")];
        assert_eq!(phone.send("GET", PATH, &other, b"").expect(200).body, answer.body);
        let head = phone.send("HEAD", PATH, &[], b"").expect(200);
        assert_eq!((head.header("etag"), head.body.len()), (Some(tag.as_str()), 0));
    }
}

#[test]
fn only_the_field_gets_the_list() {
    let house = House::start(Engine::Sqlite);
    let nobody = house.client().get(PATH).expect(401).json();
    assert_eq!(nobody["refusal"]["reason"], "signed_out");
    for role in ["auditor", "admin"] {
        let told = house.staff(role).get(PATH).expect(403).json();
        assert_eq!(told["refusal"]["reason"], "forbidden", "{role}");
    }
    house.staff("coordinator").get(PATH).expect(200);
}
