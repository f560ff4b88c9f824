//! Runs the vocabulary of a programme's progress on both databases.

use crate::it::databases::Stored;
use crate::it::field::programme_row;

on_both_databases! {
    async fn a_programme_without_services_has_no_totals(database) {
        let read = database.store.write(|tx| {
            Box::pin(async move {
                let programme = programme_row();
                tx.insert_programme(&programme).await?;
                let totals = tx.programme_totals(programme.id).await?;
                Ok((totals.len(), tx.programme_outreaches(programme.id).await?))
            })
        });
        let read: Stored<(usize, i64)> = read.await;
        assert_eq!(read.unwrap(), (0, 0));
    }
}
