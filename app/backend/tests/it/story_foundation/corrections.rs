//! What was put right of a thing that has no chain of its own.

use backend::store::vocabulary::history::{CorrectionRow, HistoryRow};
use uuid::Uuid;

use super::{body, link, staff};
use crate::it::databases::Stored;

on_both_databases! {
    async fn corrections_are_found_in_all_chains_while_they_say_something(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let account = staff("Carla", "coordinator");
                    tx.insert_staff(&account).await?;
                    let noted = |subject, sequence, kind: &str, by| HistoryRow {
                        kind: kind.to_owned(),
                        actor_id: Some(by),
                        ..link(subject, sequence)
                    };
                    let rows = [
                        noted(1, 1, "lot_corrected", account.id),
                        noted(1, 2, "programme_corrected", account.id),
                        noted(2, 3, "lot_corrected", Uuid::nil()),
                        noted(2, 4, "registered", account.id),
                        noted(2, 5, "programme_made", account.id),
                    ];
                    let bodies: Vec<_> = rows.iter().map(body).collect();
                    tx.insert_history(&rows, &bodies).await?;
                    let found = |at, who: Option<&str>| CorrectionRow {
                        at,
                        who: who.map(str::to_owned),
                        body: b"{}".to_vec(),
                    };
                    let lots = [found(30, None), found(10, Some("Carla"))];
                    assert_eq!(tx.history_corrections("lot_corrected").await?, lots);
                    let programmes = tx.history_corrections("programme_corrected").await?;
                    assert_eq!(programmes, [found(20, Some("Carla"))]);
                    let made = [found(50, Some("Carla"))];
                    assert_eq!(tx.history_corrections("programme_made").await?, made);
                    assert_eq!(tx.history_corrections("registered").await?, []);
                    tx.erase_history_bodies("animal", rows[0].subject_id).await?;
                    assert_eq!(tx.history_corrections("lot_corrected").await?, lots[..1]);
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }
}
