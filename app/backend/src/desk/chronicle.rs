//! The history of a subject, made readable.

use domain::desk::HistoryLine;
use domain::role::{Caller, UseCase, allows};
use domain::timestamp::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::Error;
use crate::history::Subject;
use crate::store::{StoreError, Tx};

/// Most links that a sheet shows.
const MOST: usize = 200;
/// Most values of a link that a sheet shows.
const MOST_SAID: usize = 60;
/// Most letters of a value that a sheet shows, which no remark exceeds: the strokes of a signature
/// are thousands, and tell nothing as letters.
const MOST_LETTERS: usize = 400;

/// The full names of all accounts.
///
/// # Errors
/// A failed database.
pub(crate) async fn names(tx: &mut Tx) -> Result<BTreeMap<Uuid, String>, StoreError> {
    Ok(tx.list_staff().await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// What happened to a subject, the latest first; nothing for who may not read histories, and
/// without its words for who sees personal data masked only.
///
/// # Errors
/// A failed database.
pub(crate) async fn of(
    tx: &mut Tx,
    subject: Subject,
    actor: &Actor,
) -> Result<Vec<HistoryLine>, Error> {
    let caller = actor.caller().unwrap_or(Caller::Public);
    if !allows(caller, UseCase::ReadHistory) {
        return Ok(Vec::new());
    }
    let names = names(tx).await?;
    let whole = allows(caller, UseCase::ReadRegistry);
    let mut bodies: HashMap<i64, Vec<u8>> = HashMap::new();
    if whole {
        let rows = tx.history_bodies_of(subject.kind(), subject.id()).await?;
        bodies = rows.into_iter().map(|row| (row.sequence, row.body)).collect();
    }
    let rows = tx.history_of(subject.kind(), subject.id()).await?;
    let lines = rows.into_iter().rev().take(MOST).map(|row| HistoryLine {
        sequence: u32::try_from(row.sequence).unwrap_or(u32::MAX),
        at: Timestamp(row.at),
        kind: row.kind,
        by: row.actor_id.and_then(|id| names.get(&id).cloned()),
        said: bodies.get(&row.sequence).map(|body| said(body)),
        hash: data_encoding::HEXLOWER.encode(&row.hash).chars().take(8).collect(),
    });
    Ok(lines.collect())
}

/// The values of a link's body, each with the name it stands under.
fn said(body: &[u8]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        flatten("", &value, &mut pairs);
    }
    pairs.truncate(MOST_SAID);
    pairs
}

fn flatten(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(field, value, pairs);
            }
        }
        Value::Array(items) => {
            for item in items {
                flatten(name, item, pairs);
            }
        }
        Value::String(text) => pairs.push((name.to_owned(), shown(text))),
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let mut begun: String = letters.by_ref().take(MOST_LETTERS).collect();
    if letters.next().is_some() {
        begun.push('…');
    }
    begun
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_signature_only_the_beginning_is_shown() {
        let strokes = format!("M1 1{}", "L2 2".repeat(500));
        let body = serde_json::json!({ "name": "Ñato", "strokes": strokes }).to_string();
        let pairs = said(body.as_bytes());
        let [(_, name), (_, begun)] = pairs.as_slice() else { panic!("{pairs:?}") };
        assert_eq!((&**name, begun.chars().count()), ("Ñato", MOST_LETTERS + 1));
        assert!(begun.starts_with("M1 1L2 2") && begun.ends_with('…'), "{begun}");
        assert_eq!(shown(&"ñ".repeat(MOST_LETTERS)), "ñ".repeat(MOST_LETTERS));
    }
}
