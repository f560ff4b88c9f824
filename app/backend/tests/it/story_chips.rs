//! Runs the vocabulary of the list of chips on both databases.

use backend::store::vocabulary::animal::AnimalRow;

use crate::it::databases::Stored;
use crate::it::story_registry::{animal_row, owner_row};

on_both_databases! {
    async fn chips_are_read_in_their_order_from_any_of_them_on(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let owner = owner_row();
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let chips = ["152000000000002", "032000000000009", "999000000000001"];
            let numbered = chips.map(|chip| AnimalRow {
                chip: Some(chip.to_owned()),
                ..animal_row(owner.id)
            });
            let without = AnimalRow { chip: None, ..animal_row(owner.id) };
            tx.insert_animals(&numbered).await?;
            tx.insert_animals(std::slice::from_ref(&without)).await?;
            let merged = AnimalRow { merged_into: Some(without.id), ..numbered[0].clone() };
            tx.update_animal(&merged).await?;
            assert_eq!(tx.chips_after("", 2).await?, ["032000000000009", "152000000000002"]);
            assert_eq!(tx.chips_after("152000000000002", 2).await?, ["999000000000001"]);
            assert!(tx.chips_after("999000000000001", 2).await?.is_empty());
            Ok(())
        })).await;
        done.unwrap();
    }
}
