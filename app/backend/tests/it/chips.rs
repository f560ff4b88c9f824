//! The list of chips that phones take with them: what is in it, and how long it serves.

use backend::clock::fresh_id;
use backend::office::Office;
use backend::registry::chips::{self, ChipList, KeptChips};
use backend::store::vocabulary::animal::AnimalRow;
use domain::chip_filter::ChipFilter;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::submission::Outcome;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest, NOW};
use crate::it::story_registry::{animal_row, owner_row};

const CHIP: &str = "999000000000601";
const OTHER_CHIP: &str = "999000000000602";
/// More than two pages, and a last one that is not full.
const MANY: u64 = 20_003;

fn chip(digits: &str) -> ChipNumber {
    ChipNumber::from_digits(digits).unwrap()
}

/// As a process that has no list yet.
fn anew(office: &Office) -> Office {
    Office { chips: KeptChips::default(), ..office.clone() }
}

async fn list(field: &Field, office: &Office) -> ChipList {
    chips::list(office, field.as_operative()).await.unwrap()
}

fn read(list: &ChipList) -> ChipFilter {
    ChipFilter::read(&list.bytes).unwrap()
}

async fn registered(field: &Field, run: u32, digits: &str) -> Guest {
    let guest = Guest::new(run);
    accepted(&field.submit(field.visit(&guest, digits)).await);
    guest
}

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// So many animals with chips that follow one another.
async fn filled(database: &Database, first: u64) {
    let owner = owner_row();
    let numbered = |number| AnimalRow {
        id: fresh_id(),
        chip: Some(format!("{:015}", first + number)),
        ..animal_row(owner.id)
    };
    let animals: Vec<_> = (0..MANY).map(numbered).collect();
    let added = database.store.write_with((owner, animals), |tx, (owner, animals)| {
        Box::pin(async move {
            tx.insert_owners(std::slice::from_ref(owner)).await?;
            tx.insert_animals(animals).await
        })
    });
    let added: Stored<()> = added.await;
    added.unwrap();
}

on_both_databases! {
    async fn every_chip_is_in_the_list_those_of_merged_animals_too(database) {
        let field = Field::on(&database).await;
        let empty = read(&list(&field, &field.office).await);
        assert_eq!((empty.chips, empty.built_at), (0, NOW));
        registered(&field, 40_000_601, CHIP).await;
        let merged = registered(&field, 40_000_602, OTHER_CHIP).await;
        let kept = Guest::new(40_000_603);
        accepted(&field.submit(vec![kept.registered(), kept.dog_registered("Ñ")]).await);
        let merges = vec![
            Command::MergeOwners { kept: kept.owner, merged: merged.owner },
            Command::MergeAnimals { kept: kept.dog, merged: merged.dog },
        ];
        accepted(&field.submit_as(field.as_coordinator(), merges).await);
        let list = read(&list(&field, &anew(&field.office)).await);
        assert_eq!(list.chips, 2);
        assert!(list.may_know(chip(CHIP)) && list.may_know(chip(OTHER_CHIP)));
        assert!(!list.may_know(chip("999000000000603")));
    }

    async fn a_large_register_is_read_in_pages_and_none_is_missing(database) {
        let field = Field::on(&database).await;
        let first = 985_000_000_000_000;
        filled(&database, first).await;
        let list = read(&list(&field, &field.office).await);
        assert_eq!(u64::from(list.chips), MANY);
        for number in 0..MANY {
            assert!(list.may_know(chip(&format!("{:015}", first + number))), "{number}");
        }
    }

    async fn the_version_says_what_is_in_it_and_not_when_it_was_read(database) {
        let field = Field::on(&database).await;
        registered(&field, 40_000_615, CHIP).await;
        let before = list(&field, &field.office).await;
        field.office.clock.advance_ms(3_600_000);
        let after = list(&field, &field.office).await;
        assert_eq!(after.version, before.version);
        assert_eq!(read(&after).built_at.0, NOW.0 + 3_600_000);
    }

    async fn who_finds_an_old_list_gets_it_and_has_the_next_one_made(database) {
        let field = Field::on(&database).await;
        registered(&field, 40_000_616, CHIP).await;
        let before = list(&field, &field.office).await;
        registered(&field, 40_000_617, OTHER_CHIP).await;
        field.office.clock.advance_ms(30 * 60_000);
        let given = list(&field, &field.office).await;
        assert!(std::sync::Arc::ptr_eq(&given.bytes, &before.bytes), "nobody waits");
        let renewed = async {
            loop {
                let now = list(&field, &field.office).await;
                if now.version != before.version {
                    return now;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let patience = std::time::Duration::from_secs(30);
        let renewed = tokio::time::timeout(patience, renewed).await.unwrap();
        assert_eq!((read(&renewed).chips, read(&renewed).built_at.0), (2, NOW.0 + 30 * 60_000));
    }

    async fn a_list_serves_for_a_while_and_its_version_follows_its_bytes(database) {
        let field = Field::on(&database).await;
        registered(&field, 40_000_611, CHIP).await;
        let before = list(&field, &field.office).await;
        registered(&field, 40_000_612, OTHER_CHIP).await;
        assert_eq!(list(&field, &field.office).await, before);
        // Another process that reads the same moment of the same register says the same.
        field.office.clock.advance_ms(3_600_000);
        let after = list(&field, &field.office).await;
        assert_ne!(after.version, before.version);
        assert_eq!(list(&field, &anew(&field.office)).await, after);
        assert_eq!((read(&before).chips, read(&after).chips), (1, 2));
        assert_eq!(read(&after).built_at.0, NOW.0 + 3_600_000);
    }

    async fn a_hundred_phones_at_once_cost_one_list(database) {
        let field = Field::on(&database).await;
        registered(&field, 40_000_621, CHIP).await;
        let actor = field.as_operative();
        let asked: Vec<_> = (0..100)
            .map(|_| {
                let office = field.office.clone();
                tokio::spawn(async move { chips::list(&office, actor).await.unwrap() })
            })
            .collect();
        let first = list(&field, &field.office).await;
        for one in asked {
            // The same bytes in the same place, not bytes that are alike.
            assert!(std::sync::Arc::ptr_eq(&one.await.unwrap().bytes, &first.bytes));
        }
    }
}
