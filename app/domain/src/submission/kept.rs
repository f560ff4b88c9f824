//! What version 1 has sent and was answered is read by this one, and nothing is lost of it: a phone
//! of before goes on with a newer server, and a newer phone with a server of before. The files stay
//! as they are; a version that says more brings files of its own.

use super::*;
use crate::decide::reads_version;
use serde_json::Value;

/// A batch of version 1, with every command that a phone sends.
const BATCH: &str = include_str!("kept/batch-1.json");
/// A reply that version 1 reads, with every outcome.
const REPLY: &str = include_str!("kept/reply-1.json");

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
fn a_batch_of_version_1_is_read_whole() {
    let batch: Batch = serde_json::from_str(BATCH).unwrap();
    assert!(batch.submissions.iter().all(|submission| reads_version(submission.version)));
    assert!(batch.report.is_some());
    let (older, newer) = (serde_json::from_str(BATCH).unwrap(), serde_json::to_value(&batch));
    let newer = newer.unwrap();
    assert!(says(&newer, &older), "of {older:#} is left {newer:#}");
}

#[test]
fn a_reply_is_what_version_1_reads() {
    let reply: Reply = serde_json::from_str(REPLY).unwrap();
    let (older, newer) = (serde_json::from_str(REPLY).unwrap(), serde_json::to_value(&reply));
    let newer = newer.unwrap();
    assert!(says(&newer, &older), "of {older:#} is left {newer:#}");
}
