//! The chip of a dog that has two records: who asks by it is led to who has the dog now, and what
//! names the dog names it.

use backend::clock::fresh_id;
use backend::owner_access::code::{self, Wanted};
use backend::registry::lookup;
use backend::rnm::{self, Approval};
use backend::{closing, documents};
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::document::Verification;
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::rnm::RnmState;
use domain::run::Run;
use domain::submission::Outcome;
use domain::territory::Commune;
use domain::view::ChipStatus;

use crate::it::databases::Database;
use crate::it::field::{Field, Guest};
use crate::it::papers::{mails, rows_of, sterilised};
use crate::it::rnm::{PDF, complete};

const CHIP: &str = "999000000000611";
const THEIRS: &str = "nueva@example.cl.invalid";

fn chip() -> ChipNumber {
    ChipNumber::from_digits(CHIP).unwrap()
}

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// Has the coordinator do something.
async fn told(field: &Field, command: Command) {
    accepted(&field.submit_as(field.as_coordinator(), vec![command]).await);
}

fn united(kept: &Guest, merged: &Guest) -> Command {
    Command::MergeAnimals { kept: kept.dog, merged: merged.dog }
}

/// The same person with another record of the dog.
fn again(guest: &Guest) -> Guest {
    Guest { dog: AnimalId(fresh_id()), owner: guest.owner, ..Guest::new(guest.run) }
}

/// The dogs that are found by the chip, each with whose it is.
async fn found(field: &Field) -> Vec<(OwnerId, AnimalId, Option<ChipNumber>)> {
    let found = lookup::search(&field.office, field.as_operative(), CHIP).await.unwrap();
    let animals = found.owners.into_iter().flat_map(|owner| owner.animals);
    animals.map(|animal| (animal.owner, animal.id, animal.chip)).collect()
}

/// How often somebody's records were looked at.
async fn looks(database: &Database, guest: &Guest) -> i64 {
    let run = guest.run;
    let sql = format!(
        "SELECT COUNT(*) FROM lookup WHERE owner_id IN (
             SELECT id FROM owner WHERE document_key LIKE '{run}%')"
    );
    database.number(&sql).await
}

/// Asks for a code with somebody's RUN and the end of the chip.
async fn ask_for_code(field: &Field, guest: &Guest) {
    let run = Run::from_number(guest.run).unwrap().to_string();
    let (chip_end, address) = (CHIP[9..].to_owned(), "203.0.113.7".to_owned());
    code::request(&field.office, Wanted { run, chip_end, address }).await.unwrap();
}

on_both_databases! {
    async fn a_chip_leads_to_who_has_the_dog_now(database) {
        let field = Field::on(&database).await;
        let from = Guest::new(40_000_611);
        let kept = again(&from);
        let to = Guest { email: Some(THEIRS), ..Guest::new(40_000_612) };
        accepted(&field.submit(field.visit(&from, CHIP)).await);
        accepted(&field.submit(vec![kept.dog_registered("Luna"), to.registered()]).await);
        told(&field, united(&kept, &from)).await;
        told(&field, Command::TransferAnimal { animal: kept.dog, owner: to.owner }).await;
        assert_eq!(found(&field).await, [(to.owner, kept.dog, Some(chip()))]);
        let status = lookup::chip_status(&field.office, field.as_operative(), chip()).await;
        let status = status.unwrap();
        let ChipStatus::OnAnimal { other } = status else { panic!("{status:?}") };
        let seen = (other.animal, other.commune);
        assert_eq!(seen, (Some(kept.dog), Some(Commune::ANTOFAGASTA)), "its services are told");
        let looked = (looks(&database, &from).await, looks(&database, &to).await);
        assert_eq!(looked, (0, 2), "who has it no more hears nothing of it");
        // The chip opens to nobody but who has the dog.
        for guest in [&from, &to] {
            ask_for_code(&field, guest).await;
        }
        let letters = mails(&field, "pending").await;
        let codes = letters.iter().filter(|row| row.kind == code::LETTER);
        assert_eq!(codes.map(|row| row.recipient.as_str()).collect::<Vec<_>>(), [THEIRS]);
    }

    async fn of_the_dogs_of_two_people_the_chip_leads_to_who_keeps_theirs(database) {
        let field = Field::on(&database).await;
        let merged = Guest::new(40_000_613);
        let kept = Guest { email: Some(THEIRS), ..Guest::new(40_000_614) };
        accepted(&field.submit(field.visit(&merged, CHIP)).await);
        accepted(&field.submit(vec![kept.registered(), kept.dog_registered("Luna")]).await);
        told(&field, united(&kept, &merged)).await;
        assert_eq!(found(&field).await, [(kept.owner, kept.dog, Some(chip()))]);
        let looked = (looks(&database, &merged).await, looks(&database, &kept).await);
        assert_eq!(looked, (0, 1));
        for guest in [&merged, &kept] {
            ask_for_code(&field, guest).await;
        }
        let letters = mails(&field, "pending").await;
        let codes = letters.iter().filter(|row| row.kind == code::LETTER);
        assert_eq!(codes.map(|row| row.recipient.as_str()).collect::<Vec<_>>(), [THEIRS]);
        told(&field, Command::UnmergeAnimal { merged: merged.dog }).await;
        assert_eq!(found(&field).await, [(merged.owner, merged.dog, Some(chip()))]);
    }

    async fn what_names_a_united_dog_names_its_chip(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let merged = Guest { email: None, ..Guest::new(40_000_615) };
        accepted(&field.submit(field.visit(&merged, CHIP)).await);
        let kept = again(&merged);
        let (animal, owner, details) = (kept.dog, kept.owner, Box::new(complete("Luna")));
        let whole = Command::RegisterAnimal { animal, owner, details };
        let operated = vec![whole, sterilised(&field, &kept)];
        accepted(&field.submit_as(field.as_veterinarian(), operated).await);
        told(&field, united(&kept, &merged)).await;
        let list = rnm::list(office, actor, RnmState::Ready, 1).await.unwrap();
        assert_eq!(list.rows[0].chip, Some(chip()));
        assert_eq!(rnm::ready(office, actor).await.unwrap()[0].animal.chip, Some(chip()));
        let served = closing::beneficiaries(office, actor, field.outreach).await.unwrap();
        let served: Vec<_> = served.iter().map(|one| (one.animal.id, one.animal.chip)).collect();
        assert_eq!(served, [(kept.dog, Some(chip()))]);
        let paper = DocumentId(rows_of(&field, &kept).await[0].id);
        let slip = documents::slip(office, actor, paper).await.unwrap();
        assert_eq!(slip.chip, Some(chip()));
        let approval = Approval { animal, number: "AB-123".to_owned(), pdf: PDF.to_vec() };
        rnm::approve(office, actor, approval).await.unwrap();
        let said = documents::verify_bytes(office, PDF).await.unwrap();
        let Some(Verification::Valid { document }) = said else { panic!("{said:?}") };
        assert_eq!(document.chip, Some(chip()));
    }
}
