//! More than one reply holds was resolved: the phone hears all of it, a part with each reply.

use std::collections::BTreeSet;

use backend::clock::fresh_id;
use serde_json::{Value, json};

use crate::it::field::{Field, NOW};

/// Something that nobody can read, which is stored with its answer all the same.
fn unread(sequence: u32) -> Value {
    json!({ "id": fresh_id(), "sequence": sequence, "commands": "none" })
}

on_both_databases! {
    async fn all_that_was_resolved_is_told_a_part_with_each_reply(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        for range in [1..=250, 251..=500, 501..=620] {
            field.send_raw(actor, range.map(unread).collect()).await;
        }
        let resolve = async |at: i64, more: &str| {
            database.raw(&format!(
                "UPDATE submission SET resolved_at = {at}, resolved_by = staff_id
                 WHERE resolved_at IS NULL {more}",
            )).await;
        };
        resolve(NOW.0, "").await;
        let (mut known, mut told) = (BTreeSet::new(), Vec::new());
        for _ in 0..5 {
            let resolved = field.send(actor, &[]).await.resolved;
            let before = known.len();
            known.extend(resolved.iter().map(|answer| answer.id));
            told.push((resolved.len(), known.len() - before));
        }
        assert_eq!(told, [(250, 250), (250, 250), (250, 120), (250, 0), (250, 0)]);

        // What is new is told at once.
        field.send_raw(actor, vec![unread(621)]).await;
        resolve(NOW.0, "AND sequence = 621").await;
        let resolved = field.send(actor, &[]).await.resolved;
        assert!(resolved.iter().any(|answer| !known.contains(&answer.id)), "{}", resolved.len());
        // And nobody else takes a turn of it.
        assert_eq!(field.send(field.as_veterinarian(), &[]).await.resolved, []);
    }
}
