//! What the queue relies on: whole or not at all, and what each sees meanwhile.

use super::*;
use crate::offline::polled::at_once;

const STORES: &[&str] = &["a", "b"];

fn opened(place: &Place) -> Database {
    at_once(Database::open(place, "huella", 1, STORES)).unwrap()
}

fn writing(place: &Place) -> Transaction {
    opened(place).begin(STORES, true).unwrap()
}

/// Puts a text under "key" of both stores, and ends.
fn put_both(place: &Place, text: &str) -> Result<(), Fault> {
    let writing = writing(place);
    writing.put("a", "key", &text.into())?;
    writing.put("b", "key", &text.into())?;
    at_once(writing.done())
}

fn both(place: &Place) -> [Option<String>; 2] {
    ["a", "b"].map(|store| place.text(store, "key"))
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn told(asked: Result<Asked, Fault>) -> Option<String> {
    at_once(asked.unwrap().text()).unwrap()
}

#[test]
fn a_transaction_is_written_whole_when_it_is_done_and_not_before() {
    let place = Place::default();
    let first = writing(&place);
    first.put("a", "key", &"one".into()).unwrap();
    first.put("b", "key", &"one".into()).unwrap();
    assert_eq!(both(&place), [None, None]);
    assert_eq!(at_once(first.done()), Ok(()));
    assert_eq!(both(&place), [text("one"), text("one")]);
    let left = writing(&place);
    left.put("a", "key", &"two".into()).unwrap();
    left.delete("b", "key").unwrap();
    drop(left);
    assert_eq!(both(&place), [text("one"), text("one")], "it was never done");
}

#[test]
fn a_transaction_sees_what_it_has_put_and_others_do_not() {
    let place = Place::default();
    put_both(&place, "one").unwrap();
    let writing = writing(&place);
    let before = writing.get("a", "key");
    writing.put("a", "key", &"two".into()).unwrap();
    writing.put("a", "other", &"two".into()).unwrap();
    writing.delete("b", "key").unwrap();
    assert_eq!(told(before), text("one"), "it was asked before");
    assert_eq!(told(writing.get("a", "key")), text("two"));
    assert_eq!(told(writing.get("b", "key")), None);
    assert_eq!(at_once(writing.keys("a").unwrap().joined()).unwrap(), "key other");
    assert_eq!(at_once(writing.keys("b").unwrap().joined()).unwrap(), "");
    let reading = opened(&place).begin(STORES, false).unwrap();
    assert_eq!(told(reading.get("a", "key")), text("one"));
    assert!(at_once(reading.get("a", "other").unwrap().value()).unwrap().is_undefined());
    at_once(writing.done()).unwrap();
    assert_eq!((both(&place), place.keys("b")), ([text("two"), None], Vec::new()));
}

#[test]
fn a_transaction_stays_within_its_stores_and_one_that_reads_writes_nothing() {
    let place = Place::default();
    let database = opened(&place);
    assert_eq!(database.begin(&["c"], false).err(), Some(Fault));
    let writing = database.begin(&["a"], true).unwrap();
    assert_eq!(writing.put("b", "key", &"one".into()), Err(Fault));
    assert_eq!(writing.get("b", "key").err(), Some(Fault));
    let reading = database.begin(STORES, false).unwrap();
    assert_eq!(reading.put("a", "key", &"one".into()), Err(Fault));
    assert_eq!(reading.delete("a", "key"), Err(Fault));
}

#[test]
fn each_write_ends_as_it_was_to_end() {
    let ends = |ending: Ending| {
        let place = Place::default();
        put_both(&place, "one").unwrap();
        place.fated(move || ending);
        let told = put_both(&place, "two");
        (told, both(&place), place.has_died())
    };
    let all = |word: &str| [text(word), text(word)];
    assert_eq!(ends(Ending::Done), (Ok(()), all("two"), false));
    assert_eq!(ends(Ending::Full), (Err(Fault), all("one"), false));
    assert_eq!(ends(Ending::DiesBefore), (Err(Fault), all("one"), true));
    assert_eq!(ends(Ending::DiesAfter), (Err(Fault), all("two"), true));
}

#[test]
fn what_writes_nothing_is_asked_for_no_ending() {
    let place = Place::default();
    place.fated(|| panic!("nothing is written"));
    assert_eq!(at_once(writing(&place).done()), Ok(()));
    let reading = opened(&place).begin(STORES, false).unwrap();
    assert_eq!(at_once(reading.done()), Ok(()));
}

#[test]
fn a_phone_that_has_died_does_nothing_until_it_is_started() {
    let place = Place::default();
    let (database, under_way) = (opened(&place), writing(&place));
    under_way.put("a", "key", &"two".into()).unwrap();
    place.fated(|| Ending::DiesAfter);
    put_both(&place, "one").unwrap_err();
    place.fated(|| Ending::Done);
    assert!(database.begin(STORES, false).is_err());
    assert!(at_once(Database::open(&place, "huella", 1, STORES)).is_err());
    assert_eq!(under_way.get("a", "key").err(), Some(Fault));
    assert_eq!(at_once(under_way.done()), Err(Fault));
    place.start();
    assert_eq!(both(&place), [text("one"), text("one")]);
    assert_eq!(put_both(&place, "three"), Ok(()));
}

#[test]
fn what_was_closed_has_to_be_opened_anew() {
    let place = Place::default();
    let database = opened(&place);
    put_both(&place, "one").unwrap();
    place.close();
    assert_eq!(database.begin(STORES, true).err(), Some(Fault));
    assert_eq!(told(writing(&place).get("a", "key")), text("one"));
}

#[test]
fn values_are_what_they_were_put_as() {
    let place = Place::default();
    let writing = writing(&place);
    writing.put("a", "bytes", &value_of(&[1, 2])).unwrap();
    writing.put("a", "mark", &true.into()).unwrap();
    writing.put("a", "text", &"~".into()).unwrap();
    at_once(writing.done()).unwrap();
    let reading = opened(&place).begin(STORES, false).unwrap();
    let value = |key| at_once(reading.get("a", key).unwrap().value()).unwrap();
    assert_eq!((bytes_of(&value("bytes")), value("bytes").as_string()), (vec![1, 2], None));
    assert_eq!((value("mark"), value("text").as_string()), (Value::Truth(true), text("~")));
    assert_eq!(bytes_of(&value("text")), Vec::<u8>::new());
    assert_eq!(place.texts("a", |text| text.starts_with('~')), ["~"]);
    place.lay("a", "text", Value::Undefined);
    assert_eq!(place.keys("a"), ["bytes", "mark"]);
}
