//! Runs the vocabulary of a programme's progress on both databases.

use backend::store::Tx;
use backend::store::vocabulary::service::ServiceRow;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_closing::talk;
use crate::it::story_registry::{animal_row, owner_row, service_row};

/// Three outreaches of a programme are held one after the other: one by a surgery, one by a talk,
/// one by both.
async fn held(tx: &mut Tx) -> Stored<()> {
    let (programme, owner) = (programme_row(), owner_row());
    tx.insert_programme(&programme).await?;
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    let animal = animal_row(owner.id);
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    let [operated, taught, both] = [(); 3].map(|()| outreach_row(programme.id));
    for outreach in [&operated, &taught, &both] {
        tx.insert_outreach(outreach).await?;
    }
    let surgery = |outreach| service_row(animal.id, outreach, "sterilisation");
    let put_off = ServiceRow { counts: false, ..surgery(operated.id) };
    tx.insert_services(&[put_off, surgery(both.id)]).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 1, "one surgery was performed");
    tx.insert_services(&[surgery(operated.id)]).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 2);

    let lesson = talk(taught.id);
    tx.insert_education(&lesson).await?;
    tx.insert_education(&talk(both.id)).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 3, "each once");
    tx.annul_education(lesson.id, None, "Fue otro día", 9).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 2);
    Ok(())
}

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

    async fn an_outreach_was_held_by_a_service_or_by_a_talk(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(held(tx))).await;
        done.unwrap();
    }
}
