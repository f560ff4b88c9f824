//! Runs every line of the vocabulary of whose an animal was, and of the accounts, on both
//! databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::closing::ResidenceTotalRow;
use backend::store::vocabulary::owner::OwnerRow;
use backend::store::vocabulary::service::ServiceRow;
use backend::store::vocabulary::tenure::TenureRow;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_registry::{animal_row, owner_row, service_row};

const DAY: &str = "2026-11-22";

/// Two owners, and a dog of the second with three services, the last of a known commune.
struct Place {
    from: Uuid,
    to: Uuid,
    animal: Uuid,
    services: [Uuid; 3],
}

async fn place(tx: &mut Tx) -> Stored<Place> {
    let programme = programme_row();
    let outreach = outreach_row(programme.id);
    let from = owner_row();
    let other = OwnerRow { document_key: None, ..owner_row() };
    let animal = animal_row(other.id);
    tx.insert_programme(&programme).await?;
    tx.insert_outreach(&outreach).await?;
    tx.insert_owners(&[from.clone(), other.clone()]).await?;
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    let dose = |performed_at: i64, residence: Option<&str>| ServiceRow {
        performed_at,
        residence: residence.map(str::to_owned),
        ..service_row(animal.id, outreach.id, "deworming_internal")
    };
    let services = [dose(1, None), dose(5, None), dose(9, Some("02104"))];
    tx.insert_services(&services).await?;
    let [one, two, three] = services;
    Ok(Place {
        from: from.id,
        to: other.id,
        animal: animal.id,
        services: [one.id, two.id, three.id],
    })
}

/// Where the owner lived at each service.
async fn residences(tx: &mut Tx, here: &Place) -> Stored<Vec<Option<String>>> {
    let mut told = Vec::new();
    for service in here.services {
        told.push(tx.service(service).await?.and_then(|row| row.residence));
    }
    Ok(told)
}

fn codes(of: [Option<&str>; 3]) -> Vec<Option<String>> {
    of.map(|code| code.map(str::to_owned)).to_vec()
}

async fn story(tx: &mut Tx) -> Stored<()> {
    let here = place(tx).await?;
    assert_eq!(residences(tx, &here).await?, codes([None, None, Some("02104")]));
    assert_eq!(tx.tenures_of(&[here.animal]).await?, []);
    let total = |residence: Option<&str>, total| ResidenceTotalRow {
        kind: "deworming_internal".to_owned(),
        residence: residence.map(str::to_owned),
        total,
    };
    let mut year = tx.residences_between(DAY, DAY).await?;
    // Where what is not there stands in an order differs between databases.
    year.sort_by_key(|row| row.residence.clone());
    assert_eq!(year, [total(None, 2), total(Some("02104"), 1)]);
    assert_eq!(tx.residences_between("2026-11-23", "2026-12-31").await?, []);

    // What is unknown is settled, then what was wrong; of strangers nothing.
    assert_eq!(tx.settle_services(&[here.from], "02101", true).await?, 0);
    assert_eq!(tx.settle_services(&[here.from, here.to], "02101", false).await?, 2);
    assert_eq!(residences(tx, &here).await?, codes([Some("02101"), Some("02101"), Some("02104")]));
    assert_eq!(tx.settle_services(&[here.to], "02101", true).await?, 1);

    // In the order in which it is learned, whatever the moments.
    tx.note_tenure(here.animal, here.from, 4).await?;
    tx.note_tenure(here.animal, here.to, 3).await?;
    let left =
        |place, owner_id, left_at| TenureRow { animal_id: here.animal, place, owner_id, left_at };
    let both = [left(1, here.from, 4), left(2, here.to, 3)];
    assert_eq!(tx.tenures_of(&[here.animal, fresh_id()]).await?, both);
    assert_eq!(tx.tenures_of(&[]).await?, []);

    // What was done before the animal came is left as it was.
    assert_eq!(tx.settle_services(&[here.to], "02102", true).await?, 2);
    assert_eq!(residences(tx, &here).await?, codes([Some("02101"), Some("02102"), Some("02102")]));
    // And is of whose it was then, wherever the animal went.
    assert_eq!(tx.settle_services(&[here.from], "02104", false).await?, 0);
    assert_eq!(tx.settle_services(&[here.from], "02104", true).await?, 1);
    assert_eq!(tx.move_services(here.animal, 9, None).await?, 1);
    assert_eq!(residences(tx, &here).await?, codes([Some("02104"), Some("02102"), None]));
    assert_eq!(tx.move_services(here.animal, 1, Some("02103")).await?, 3);
    assert_eq!(residences(tx, &here).await?, codes([Some("02103"); 3]));
    Ok(())
}

on_both_databases! {
    async fn whose_an_animal_was_and_where_they_lived(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(story(tx))).await;
        done.unwrap();
    }
}
