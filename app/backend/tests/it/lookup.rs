//! Finding owners: by everything they may be known by, by whom, how often, and at what cost.

use backend::actor::Actor;
use backend::error::Error;
use backend::office::Office;
use backend::records::OwnerRecord;
use backend::registry::{cards, lookup};
use backend::store::StoreError;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::contact::Phone;
use domain::id::{AnimalId, StaffId};
use domain::name::PersonName;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::run::Run;
use domain::timestamp::DAY_MS;
use domain::view::SearchResult;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest, staff_row};

async fn found(field: &Field, text: &str) -> SearchResult {
    lookup::search(&field.office, field.as_operative(), text).await.unwrap()
}

fn names(found: &SearchResult) -> Vec<String> {
    found.owners.iter().map(|owner| owner.details.name.full()).collect()
}

/// Registers an owner with these names.
async fn named(field: &Field, run: u32, given: &str, surnames: &str) -> Guest {
    let guest = Guest::new(run);
    let mut details = guest.details();
    details.name = PersonName::parse(given, surnames).unwrap();
    let owner = Command::RegisterOwner { owner: guest.owner, details: Box::new(details) };
    field.submit(vec![owner, guest.dog_registered("Ñato")]).await;
    guest
}

/// A mobile number whose nine digits are a RUN as well, its last one being the check digit.
fn number_that_is_a_run_too() -> String {
    let runs = (90_000_000..).filter_map(Run::from_number);
    let mut digits = runs.map(|run| run.to_string().replace(['.', '-'], ""));
    digits.find(|digits| !digits.ends_with(['K', 'k'])).unwrap()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Somebody of the field who is in no team.
async fn stranger(database: &Database, role: Role) -> Actor {
    let row = staff_row(role);
    let id = row.id;
    let added = database
        .store
        .write_with(row, |tx, row| Box::pin(async move { tx.insert_staff(row).await }));
    let added: Stored<()> = added.await;
    added.unwrap();
    Actor::Staff { id: StaffId(id), role }
}

on_both_databases! {
    async fn a_telephone_that_could_be_a_run_finds_its_owner(database) {
        let field = Field::on(&database).await;
        let digits = number_that_is_a_run_too();
        assert!(Run::parse_any(&digits).is_ok(), "{digits} is a RUN");
        let guest = Guest::new(40_000_030);
        let mut details = guest.details();
        details.phone = Some(Phone::parse(&digits).unwrap());
        let owner = Command::RegisterOwner { owner: guest.owner, details: Box::new(details) };
        field.submit(vec![owner, guest.dog_registered("Ñato")]).await;
        assert_eq!(found(&field, &digits).await.owners[0].id, guest.owner);
    }

    async fn words_find_whoever_has_them_all_in_any_order(database) {
        let field = Field::on(&database).await;
        for (run, given, surnames) in [
            (40_000_031, "María Mariela", "González Rojas"),
            (40_000_032, "Marta", "González"),
            (40_000_033, "Pedro", "Gonzales Marín"),
            (40_000_034, "Mario", "Rojas"),
        ] {
            named(&field, run, given, surnames).await;
        }
        for (text, expected) in [
            ("gonzalez maria", vec!["María Mariela González Rojas"]),
            ("rojas mari", vec!["Mario Rojas", "María Mariela González Rojas"]),
            ("mar gonz", vec![
                "Pedro Gonzales Marín", "María Mariela González Rojas", "Marta González",
            ]),
            ("MARTA", vec!["Marta González"]),
            ("marta rojas", vec![]),
            ("m", vec![]),
        ] {
            let mut found = names(&found(&field, text).await);
            let mut expected = expected;
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }

    async fn a_merged_owner_is_found_by_no_name_of_its_own(database) {
        let field = Field::on(&database).await;
        let kept = named(&field, 40_000_035, "Ana", "Soto").await;
        let merged = named(&field, 40_000_036, "Anita", "Sotomayor").await;
        let merge = Command::MergeOwners { kept: kept.owner, merged: merged.owner };
        field.submit_as(field.as_coordinator(), vec![merge]).await;
        assert_eq!(found(&field, "sotomayor").await.owners.len(), 0);
        let card = &found(&field, "ana soto").await.owners[0];
        assert_eq!((card.id, card.animals.len()), (kept.owner, 2));
    }

    async fn more_owners_than_are_shown_are_said_to_be_there(database) {
        let field = Field::on(&database).await;
        for number in 0..21 {
            named(&field, 40_000_100 + number, "Rosa Rosalía Rosario", "Rosales").await;
        }
        let all = found(&field, "ros").await;
        assert_eq!((all.owners.len(), all.more), (20, true));
    }

    /// The cards of many owners take as many queries as the card of one.
    async fn a_page_of_owners_asks_no_more_than_one_owner(database) {
        let field = Field::on(&database).await;
        for number in 0..6_u32 {
            let guest = Guest::new(40_000_040 + number);
            let chip = format!("99900000000{:04}", 200 + number);
            field.submit(field.visit(&guest, &chip)).await;
            let second = Guest { dog: AnimalId(backend::clock::fresh_id()), ..guest };
            field.submit(vec![second.dog_registered("Luna")]).await;
        }
        let asked = |limit: i64| {
            database.store.read(move |tx| Box::pin(async move {
                let ids = tx.owner_ids_by_words("maria", &[], limit).await?;
                let rows = tx.owners_with_ids(&ids).await?;
                let owners = rows.into_iter().map(OwnerRecord::try_from);
                let owners = owners.collect::<Result<Vec<_>, StoreError>>()?;
                let before = tx.asked();
                let cards = cards::owner_cards(tx, owners).await?;
                Ok::<_, Error>((cards, tx.asked() - before))
            }))
        };
        let (one, for_one) = asked(1).await.unwrap();
        let (six, for_six) = asked(6).await.unwrap();
        assert_eq!((one.len(), six.len()), (1, 6));
        assert_eq!((for_one, for_six), (5, 5));
        for card in six {
            let services: Vec<_> = card.animals.iter().map(|a| a.services.len()).collect();
            assert_eq!(services, [3, 0]);
            let papers = card.animals[0].services.iter().filter(|s| s.document.is_some());
            assert_eq!(papers.count(), 1);
        }
    }

    async fn whoever_no_outreach_needs_does_not_read_the_register(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_050), "999000000000301")).await;
        let chip = ChipNumber::from_digits("999000000000301").unwrap();
        for role in [Role::Operative, Role::Veterinarian] {
            let actor = stranger(&database, role).await;
            let answer = lookup::search(&field.office, actor, "ma").await;
            assert_eq!(refused(answer), Refusal::NoOpenOutreach, "{role}");
            let answer = lookup::chip_status(&field.office, actor, chip).await;
            assert_eq!(refused(answer), Refusal::NoOpenOutreach, "{role}");
        }
        let coordinator = stranger(&database, Role::Coordinator).await;
        let answer = lookup::search(&field.office, coordinator, "ma").await;
        assert_eq!(answer.unwrap().owners.len(), 1);
        database.raw("UPDATE outreach SET status = 'suspended'").await;
        let answer = lookup::search(&field.office, field.as_operative(), "ma").await;
        assert_eq!(refused(answer), Refusal::NoOpenOutreach);
    }

    async fn an_account_searches_and_asks_for_chips_so_often_a_day(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_051), "999000000000302")).await;
        let office = Office { lookups_per_day: 3, ..field.office.clone() };
        let (one, two) = (field.as_operative(), field.as_veterinarian());
        for _ in 0..2 {
            lookup::search(&office, one, "maria").await.unwrap();
        }
        let chip = ChipNumber::from_digits("999000000000302").unwrap();
        lookup::chip_status(&office, one, chip).await.unwrap();
        let wait = Refusal::TooManyAttempts { retry_after_s: 86_400 };
        assert_eq!(refused(lookup::search(&office, one, "maria").await), wait);
        assert_eq!(refused(lookup::chip_status(&office, one, chip).await), wait);
        lookup::search(&office, two, "maria").await.unwrap();
        // What was not shown is not told to the owner as seen.
        assert_eq!(database.number("SELECT COUNT(*) FROM lookup").await, 4);
        office.clock.advance_ms(DAY_MS + 1);
        lookup::search(&office, one, "maria").await.unwrap();
    }
}
