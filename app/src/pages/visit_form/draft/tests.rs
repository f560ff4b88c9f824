//! What older versions of the app have kept on phones is read by this one, and nothing is lost of
//! it. A version that keeps more brings a file of its own; the others stay as they are.

use super::*;
use crate::offline::json;
use serde_json::Value;

/// As the first version kept a visit; then with everything that was added since.
const KEPT: [&str; 5] = [
    include_str!("kept-1.json"),
    include_str!("kept-2.json"),
    include_str!("kept-3.json"),
    include_str!("kept-4.json"),
    include_str!("kept-5.json"),
];

/// Whether the newer value says all that the older one says.
fn says(newer: &Value, older: &Value) -> bool {
    match (newer, older) {
        (Value::Object(newer), Value::Object(older)) => {
            older.iter().all(|(name, old)| newer.get(name).is_some_and(|new| says(new, old)))
        }
        (Value::Array(newer), Value::Array(older)) => {
            let are_as_many = newer.len() == older.len();
            are_as_many && newer.iter().zip(older).all(|(new, old)| says(new, old))
        }
        _ => newer == older,
    }
}

#[test]
fn a_visit_that_an_older_version_kept_is_read_whole() {
    for text in KEPT {
        let draft: VisitDraft = json::read(text).unwrap();
        assert_eq!(serde_json::from_str::<VisitDraft>(text).unwrap(), draft);
        let older: Value = serde_json::from_str(text).unwrap();
        let newer = serde_json::to_value(&draft).unwrap();
        assert!(says(&newer, &older), "of {older:#} is left {newer:#}");
    }
}

#[test]
fn what_an_older_version_did_not_ask_is_blank() {
    let draft: VisitDraft = json::read(KEPT[0]).unwrap();
    assert_eq!((draft.booked.len(), draft.corrects, draft.reason.as_str()), (0, None, ""));
    assert_eq!((draft.outreach, draft.record), (None, None));
    assert!(!draft.owner.amends);
    assert!(draft.animals().all(|animal| animal.form.acquired_on.is_empty()));
    let surgery = draft.animal.services.sterilisation.unwrap();
    assert_eq!((surgery.signature.as_str(), surgery.consent), ("", true));
}

#[test]
fn what_is_lost_is_seen() {
    let older: Value = serde_json::from_str(KEPT[0]).unwrap();
    let mut newer = older.clone();
    newer["animal"]["form"]["name"] = "".into();
    assert!(says(&older, &older) && !says(&newer, &older));
}
