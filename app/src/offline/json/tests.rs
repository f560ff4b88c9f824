use super::text::parse;
use super::tree::Tree;
use super::*;
use crate::pages::visit_form::draft::VisitDraft;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, PhoneReport, Withdrawn};
use domain::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(write(value), text);
    assert_eq!(&read::<T>(&text).unwrap(), value, "{text}");
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
}

#[test]
fn what_is_written_comes_back() {
    comes_back(&vec![Some(1_u64), None, Some(u64::MAX)]);
    comes_back(&(vec![-1_i64, i64::MIN, i64::MAX, 0], true, "ñ \"\u{1F436}\"".to_owned()));
    comes_back(&VisitDraft::default());
    comes_back(&PhoneReport::default());
    let withdrawn = vec![Withdrawn { id: SubmissionId(Uuid::from_u128(7)), at: Timestamp(9) }];
    comes_back(&PhoneReport { withdrawn, ..PhoneReport::default() });
    let asks = vec![SubmissionId(Uuid::from_u128(8))];
    comes_back(&PhoneReport { asks, ..PhoneReport::default() });
    let fields = vec![FieldError { field: Field::Run, code: Problem::Empty }];
    for refusal in [Refusal::Invalid { fields }, Refusal::SignedOut] {
        let outcome = Outcome::Refused { command: Some(3), refusal };
        comes_back(&Answer { id: SubmissionId(Uuid::from_u128(7)), outcome });
    }
}

#[test]
fn every_letter_comes_back() {
    for letter in (0..0x300).chain(0x2000..0x2100).chain([0xfeff, 0xffff, 0x1f436, 0x10ffff]) {
        let letter = char::from_u32(letter).unwrap();
        comes_back(&letter.to_string());
        comes_back(&format!("{letter}{letter}a{letter}\"\\{letter}"));
    }
}

/// Everything that serde tells apart.
#[derive(Serialize)]
enum Every {
    Unit,
    Newtype(u8),
    Tuple(i8, f64, ()),
    Struct { at: char, none: Option<()>, bytes: &'static [u8] },
}

#[derive(Serialize)]
struct Nothing;

#[derive(Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    Plain,
    Inner(BTreeMap<u32, [bool; 2]>),
}

#[test]
fn every_kind_of_value_is_written_as_serde_json_does() {
    let every = (
        [Every::Unit, Every::Newtype(255), Every::Tuple(-128, -0.5, ())],
        Every::Struct { at: '\u{1}', none: None, bytes: b"\0\xff" },
        (Nothing, f64::NAN, BTreeMap::from([("\"k\"", vec![(); 0]), ("n", vec![(), ()])])),
        (BTreeMap::<u8, u8>::new(), [Vec::new(), vec![[0_u16; 0], []]], (i32::MIN, i16::MIN)),
        (BTreeMap::from([(true, 0.25_f32)]), Tagged::Plain),
        Tagged::Inner(BTreeMap::from([(7, [true, false]), (8, [false, true])])),
    );
    assert_eq!(write(&every), serde_json::to_string(&every).unwrap());
}

/// Whether the tree holds what `serde_json` has read.
fn is_same(tree: &Tree, value: &Value) -> bool {
    match tree {
        Tree::Absent => false,
        Tree::Null => value.is_null(),
        Tree::Bool(truth) => value.as_bool() == Some(*truth),
        Tree::Natural(number) => value.as_u64() == Some(*number),
        Tree::Negative(number) => *number < 0 && value.as_i64() == Some(*number),
        Tree::Real => value.is_f64(),
        Tree::Text(text) => value.as_str() == Some(text),
        Tree::List(items) => value.as_array().is_some_and(|values| {
            let mut pairs = items.iter().zip(values);
            items.len() == values.len() && pairs.all(|(item, value)| is_same(item, value))
        }),
        Tree::Object(entries) => value.as_object().is_some_and(|object| {
            // Of two of one name `serde_json` keeps the last.
            let last = |key: &str| entries.iter().rev().find(|entry| entry.0 == key);
            let is_there = |(key, value): (&String, &Value)| {
                last(key).is_some_and(|entry| is_same(&entry.1, value))
            };
            entries.iter().all(|entry| object.contains_key(&entry.0)) && object.iter().all(is_there)
        }),
    }
}

fn is_read_as_by_serde_json(text: &str) {
    match (parse(text), serde_json::from_str::<Value>(text)) {
        (Ok(tree), Ok(value)) => assert!(is_same(&tree, &value), "{text}"),
        // A number too large for any type is JSON all the same.
        (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => {}
        (ours, theirs) => assert_eq!(ours.is_ok(), theirs.is_ok(), "{text}"),
    }
}

const TEXTS: [&str; 10] = [
    r#"{"a":[1,-2,{"b":null}],"c":{"d":true,"e":false},"f":"g"}"#,
    "[18446744073709551615,18446744073709551616,-9223372036854775808,-9223372036854775809]",
    "[0,-0,-1,10,1.5,1.5e3,-1E+2,2e-1,0.0]",
    r#""ñ\"\\\/\b\f\n\r\tx\u00e9\ud83d\udc36\uFFFF🐶""#,
    " { \"a\" : [ ] ,\t\"b\"\n:\r{ } } ",
    r#"["\ud83d\u0041","#,
    r#""\udc36""#,
    "null",
    "true",
    "\u{feff}[]",
];

/// A text, and what one slip makes of it: each letter gone, doubled, or another.
#[test]
fn every_text_is_read_as_by_serde_json_and_so_is_every_slip_in_it() {
    let others: Vec<char> = "\0\n \"\\/{}[]:,.-+0159aeEfnrtuxñ\u{7f}".chars().collect();
    for text in TEXTS {
        is_read_as_by_serde_json(text);
        for (at, letter) in text.char_indices() {
            let (before, rest) = text.split_at(at);
            let after = &rest[letter.len_utf8()..];
            is_read_as_by_serde_json(before);
            is_read_as_by_serde_json(&format!("{before}{after}"));
            for other in &others {
                is_read_as_by_serde_json(&format!("{before}{other}{after}"));
                is_read_as_by_serde_json(&format!("{before}{other}{rest}"));
            }
        }
    }
}

#[test]
fn what_is_nested_too_deeply_is_refused_as_by_serde_json() {
    for depth in [1, 126, 127, 128, 129, 5_000] {
        for (begin, end) in [("[", "]"), ("{\"a\":", "}"), ("[[],", "]")] {
            let inner = if begin.len() == 1 { "" } else { "0" };
            let (begins, ends) = (begin.repeat(depth), end.repeat(depth));
            is_read_as_by_serde_json(&format!("{begins}{inner}{ends}"));
        }
    }
}

/// As what is kept on a phone looks to a newer version of the app.
#[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
struct Grown {
    first: String,
    second: Option<u8>,
    #[serde(default)]
    third: Vec<u8>,
    last: bool,
}

#[test]
fn what_is_absent_has_its_default_and_order_does_not_matter() {
    let read = |text| read::<Grown>(text).ok();
    let plain = Grown { first: "a".to_owned(), second: None, third: vec![], last: true };
    assert_eq!(read("{\"last\":true,\"unknown\":{\"x\":[1]},\"first\":\"a\"}"), Some(plain));
    let full = Grown { first: "a".to_owned(), second: Some(2), third: vec![3], last: false };
    let text = "{\"third\":[3],\"second\":2,\"first\":\"a\",\"last\":false}";
    assert_eq!(read(text), Some(full));
    for text in ["{\"last\":true}", "{\"first\":\"a\"}", "[\"a\",null,[],true]", "{}"] {
        assert_eq!(read(text), None, "{text}");
    }
    let wrong = "{\"first\":\"a\",\"last\":true,\"second\":\"x\"}";
    assert_eq!(read(wrong), None);
}

#[test]
fn another_shape_is_an_error() {
    for text in ["", "[", "{}x", "[1]", "null", "{\"step\":3}", "{\"step\":{\"find\":1}}"] {
        assert!(read::<VisitDraft>(text).is_err(), "{text}");
    }
    assert!(read::<Vec<u8>>("[256]").is_err());
    assert!(read::<Vec<u8>>("[1.0]").is_err());
    assert!(read::<Vec<u8>>("[-1]").is_err());
    assert!(read::<bool>("0").is_err());
    assert!(read::<String>("1").is_err());
}
