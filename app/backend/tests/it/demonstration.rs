//! The mark of a demonstration, and a start that was interrupted.

use backend::clock::Clock;
use backend::demonstration::{self, State};
use backend::keys::{Keys, Secret};
use backend::office::Office;
use domain::chip_number::TestChips;
use domain::role::Role;

use crate::it::databases::Stored;
use crate::it::field::{Field, Guest, NOW, staff_row};

on_both_databases! {
    async fn what_was_left_half_made_is_emptied_and_nothing_else_is(database) {
        let store = &database.store;
        assert_eq!(demonstration::state(store).await.unwrap(), State::Empty);
        assert!(demonstration::begin_anew(store).await.is_err());
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_301), "999000000000301")).await;
        assert_eq!(demonstration::state(store).await.unwrap(), State::Half);
        let keys = database.number("SELECT COUNT(*) FROM signing_key").await;
        demonstration::begin_anew(store).await.unwrap();
        assert_eq!(demonstration::state(store).await.unwrap(), State::Empty);
        for table in ["owner", "animal", "service", "history", "staff", "programme"] {
            let left = format!("SELECT COUNT(*) FROM {table}");
            assert_eq!(database.number(&left).await, 0, "{table}");
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM signing_key").await, keys);
        demonstration::mark(store).await.unwrap();
        demonstration::complete(store).await.unwrap();
        assert_eq!(demonstration::state(store).await.unwrap(), State::Complete);
        assert!(demonstration::begin_anew(store).await.is_err());
    }

    async fn an_office_learns_that_its_database_was_marked(database) {
        let store = database.store.clone();
        let secret = Secret::read_or_make(&database.folder.join("secret")).unwrap();
        let keys = Keys::open(&store, secret, NOW).await.unwrap();
        let (clock, url) = (Clock::fixed(NOW), "https://huella.example");
        let office = Office::open(store, keys, clock, url).await.unwrap();
        let shared = office.clone();
        assert_eq!(office.test_chips(), TestChips::Refused);
        demonstration::mark(&database.opened_again().await).await.unwrap();
        office.demonstration.renew(&office.store).await.unwrap();
        assert_eq!(shared.test_chips(), TestChips::Allowed);
    }

    async fn a_database_that_somebody_works_with_is_real(database) {
        let added: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move { tx.insert_staff(&staff_row(Role::Admin)).await })
            })
            .await;
        added.unwrap();
        assert_eq!(demonstration::state(&database.store).await.unwrap(), State::Real);
    }
}
