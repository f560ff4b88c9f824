//! The chip of a dog that has two records: who asks by it is led to who has the dog now, and what
//! names the dog names it.

use backend::clock::fresh_id;
use backend::owner_access::code::{self, Wanted};
use backend::registry::lookup;
use backend::rnm::{self, Approval};
use backend::store::vocabulary::document::DocumentRow;
use backend::{closing, documents};
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::document::Verification;
use domain::id::{AnimalId, DocumentId, OwnerId, ServiceId};
use domain::name::ShortText;
use domain::rnm::RnmState;
use domain::run::Run;
use domain::submission::Outcome;
use domain::territory::Commune;
use domain::view::ChipStatus;

use crate::it::databases::Database;
use crate::it::field::{Field, Guest};
use crate::it::papers::{facts, mails, rows_of, sterilised};
use crate::it::rnm::{PDF, complete};

const CHIP: &str = "999000000000611";
const OTHER_CHIP: &str = "999000000000612";
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

/// A visit of a dog that gets a chip and is sterilised; answers the service of its chip.
async fn operated(field: &Field, guest: &Guest, digits: &str) -> ServiceId {
    let visit = field.visit(guest, digits);
    let Command::RecordService { service, .. } = visit[2] else { panic!("a chip") };
    accepted(&field.submit(visit).await);
    let surgery = vec![sterilised(field, guest)];
    accepted(&field.submit_as(field.as_veterinarian(), surgery).await);
    service
}

/// Unites somebody's dog with another record of it, under which its chip is then read and it is
/// sterilised; answers both, the record that stands for it last.
async fn operated_when_united(field: &Field, merged: Guest) -> (Guest, Guest) {
    let kept = again(&merged);
    accepted(&field.submit(field.visit(&merged, CHIP)).await);
    accepted(&field.submit(vec![kept.dog_registered("Ñato")]).await);
    told(field, united(&kept, &merged)).await;
    let visit = vec![field.verified(kept.dog, CHIP), sterilised(field, &kept)];
    accepted(&field.submit_as(field.as_veterinarian(), visit).await);
    (merged, kept)
}

fn annulled(service: ServiceId) -> Command {
    let reason = ShortText::parse("Era de otro animal").unwrap();
    Command::AnnulService { service, reason }
}

fn is_certificate(row: &DocumentRow) -> bool {
    row.kind == "sterilisation" && row.state == "issued"
}

/// The chip of a document: as it prints it, and as its signed text has it.
fn named(row: &DocumentRow) -> (Option<ChipNumber>, u64) {
    let signed = domain::certificate::decode(row.link.as_deref().unwrap()).unwrap();
    (facts(row).animal.chip, signed.payload.chip)
}

/// The chip of a dog's certificate in force.
async fn certified(field: &Field, guest: &Guest) -> (Option<ChipNumber>, u64) {
    named(&rows_of(field, guest).await.into_iter().find(is_certificate).unwrap())
}

/// The chip of the one voucher that says that a dog's chip was read.
async fn vouched(field: &Field, guest: &Guest) -> (Option<ChipNumber>, u64) {
    let mut rows = rows_of(field, guest).await;
    rows.retain(|row| row.kind == "verification_voucher");
    let [voucher] = rows.as_slice() else { panic!("{rows:?}") };
    named(voucher)
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

    async fn a_certificate_names_no_chip_that_was_another_dogs(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_616);
        let service = operated(&field, &guest, CHIP).await;
        assert_eq!(certified(&field, &guest).await, (Some(chip()), chip().value()));
        let before = rows_of(&field, &guest).await.into_iter().find(is_certificate).unwrap();
        told(&field, annulled(service)).await;
        assert_eq!(certified(&field, &guest).await, (None, 0));
        let said = documents::verify(&field.office, &before.link.unwrap()).await.unwrap();
        assert!(matches!(said, Verification::Replaced { .. }), "{said:?}");
        // A chip that comes later is no correction.
        accepted(&field.submit(vec![field.chipped(guest.dog, OTHER_CHIP)]).await);
        assert_eq!(certified(&field, &guest).await, (None, 0));
    }

    async fn chips_that_were_taken_for_one_another_change_on_the_certificates_too(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let [one, two] = [40_000_617, 40_000_618].map(Guest::new);
        let first = operated(&field, &one, CHIP).await;
        let second = operated(&field, &two, OTHER_CHIP).await;
        let swap = vec![
            annulled(first),
            annulled(second),
            field.chipped(one.dog, OTHER_CHIP),
            field.chipped(two.dog, CHIP),
        ];
        accepted(&field.submit(swap).await);
        let other = ChipNumber::from_digits(OTHER_CHIP).unwrap();
        assert_eq!(certified(&field, &one).await, (Some(other), other.value()));
        assert_eq!(certified(&field, &two).await, (Some(chip()), chip().value()));
    }

    async fn a_voucher_stays_about_its_chip_when_the_records_come_apart(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let (merged, kept) = operated_when_united(&field, Guest::new(40_000_619)).await;
        assert_eq!(certified(&field, &kept).await.0, Some(chip()));
        told(&field, Command::UnmergeAnimal { merged: merged.dog }).await;
        assert_eq!(certified(&field, &kept).await, (None, 0), "it is the other dog's");
        assert_eq!(vouched(&field, &kept).await, (Some(chip()), chip().value()));
    }

    async fn a_voucher_that_waits_while_the_records_come_apart_names_its_chip(database) {
        let field = Field::on(&database).await;
        let (merged, kept) = operated_when_united(&field, Guest::new(40_000_620)).await;
        told(&field, Command::UnmergeAnimal { merged: merged.dog }).await;
        assert_eq!(field.authorise().await, 3);
        assert_eq!(vouched(&field, &kept).await, (Some(chip()), chip().value()));
        assert_eq!(certified(&field, &kept).await, (None, 0), "it is the other dog's");
    }
}
