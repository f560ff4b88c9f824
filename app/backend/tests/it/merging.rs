//! Merging: chains of it, what follows for documents and the RNM, and the way back.

use backend::documents;
use backend::registry::lookup;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::document::Verification;
use domain::id::AnimalId;
use domain::refusal::Refusal;
use domain::rnm::RnmState;
use domain::submission::{IssuedDocument, Outcome};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, refusal};

const CHIP: &str = "999000000000301";
const OTHER_CHIP: &str = "999000000000302";
/// A number that no manufacturer gives.
const NONCONFORMING: &str = "000123456789012";

/// Three owners, each with a dog; only the first dog has a chip.
async fn three(field: &Field, run: u32) -> [Guest; 3] {
    let guests = [Guest::new(run), Guest::new(run + 1), Guest::new(run + 2)];
    accepted(&field.submit(field.visit(&guests[0], CHIP)).await);
    for guest in &guests[1..] {
        accepted(&field.submit(vec![guest.registered(), guest.dog_registered("Ñato")]).await);
    }
    guests
}

#[track_caller]
fn accepted(outcome: &Outcome) -> &[IssuedDocument] {
    let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
    documents
}

fn chip(digits: &str) -> ChipNumber {
    ChipNumber::from_digits(digits).unwrap()
}

fn merge_dogs(kept: &Guest, merged: &Guest) -> Command {
    Command::MergeAnimals { kept: kept.dog, merged: merged.dog }
}

fn merge_owners(kept: &Guest, merged: &Guest) -> Command {
    Command::MergeOwners { kept: kept.owner, merged: merged.owner }
}

/// The animals of an owner as a coordinator's search shows them, with their chips.
async fn found(field: &Field, text: &str) -> Vec<(AnimalId, Option<String>)> {
    let found = lookup::search(&field.office, field.as_operative(), text).await;
    let owners = found.unwrap().owners;
    let animals = owners.into_iter().flat_map(|owner| owner.animals);
    animals.map(|animal| (animal.id, animal.chip.map(|chip| chip.to_string()))).collect()
}

/// Where a dog's request in the RNM stands.
async fn state(field: &Field, guest: &Guest) -> RnmState {
    let sheet = backend::desk::register::animal(&field.office, field.as_coordinator(), guest.dog);
    sheet.await.unwrap().rnm_state
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

on_both_databases! {
    async fn what_was_merged_twice_is_still_found_and_comes_apart_as_it_was(database) {
        let field = Field::on(&database).await;
        let [a, b, c] = three(&field, 40_000_301).await;
        let coordinator = field.as_coordinator();
        for commands in [
            vec![merge_owners(&b, &a), merge_dogs(&b, &a)],
            vec![merge_owners(&c, &b), merge_dogs(&c, &b)],
        ] {
            accepted(&field.submit_as(coordinator, commands).await);
        }
        // Everything of the three is one owner's with one animal, which has the first one's chip.
        let whole = vec![(c.dog, Some(CHIP.to_owned()))];
        assert_eq!(found(&field, CHIP).await, whole);
        assert_eq!(found(&field, "40.000.303-3").await, whole);
        let found_dogs = found(&field, "maria nunez").await;
        assert_eq!(found_dogs, whole, "each animal shows once");
        let links = "history WHERE kind IN ('merged_into_owner', 'merged_into_animal')";
        assert_eq!(count(&database, links).await, 6, "each child has its own link");
        // The middle one takes its own back, and nothing else.
        let unmerge = vec![
            Command::UnmergeOwner { merged: b.owner },
            Command::UnmergeAnimal { merged: b.dog },
        ];
        accepted(&field.submit_as(coordinator, unmerge).await);
        assert_eq!(found(&field, CHIP).await, [(b.dog, Some(CHIP.to_owned()))]);
        let apart = vec![
            Command::UnmergeOwner { merged: a.owner },
            Command::UnmergeAnimal { merged: a.dog },
        ];
        accepted(&field.submit_as(coordinator, apart).await);
        assert_eq!(found(&field, CHIP).await, [(a.dog, Some(CHIP.to_owned()))]);
        assert_eq!(found(&field, "maria nunez").await.len(), 3);
        let left = "owner WHERE merged_into IS NOT NULL OR merged_to IS NOT NULL";
        assert_eq!(count(&database, left).await, 0);
        let again = vec![Command::UnmergeAnimal { merged: a.dog }];
        assert_eq!(refusal(&field.submit_as(coordinator, again).await), &Refusal::NotMerged);
    }

    async fn two_chips_do_not_merge_through_a_third_record(database) {
        let field = Field::on(&database).await;
        let [a, b, c] = three(&field, 40_000_311).await;
        let coordinator = field.as_coordinator();
        accepted(&field.submit_as(coordinator, vec![merge_dogs(&b, &a)]).await);
        accepted(&field.submit(vec![field.chipped(c.dog, OTHER_CHIP)]).await);
        let outcome = field.submit_as(coordinator, vec![merge_dogs(&c, &b)]).await;
        assert_eq!(refusal(&outcome), &Refusal::AnimalHasOtherChip);
    }

    async fn a_merged_owners_document_is_still_known(database) {
        let field = Field::on(&database).await;
        let (kept, merged) = (Guest::new(40_000_321), Guest::new(40_000_322));
        for guest in [&kept, &merged] {
            accepted(&field.submit(vec![guest.registered(), guest.dog_registered("Ñ")]).await);
        }
        let coordinator = field.as_coordinator();
        accepted(&field.submit_as(coordinator, vec![merge_owners(&kept, &merged)]).await);
        let again = Guest::new(40_000_322);
        let outcome = field.submit(field.visit(&again, CHIP)).await;
        let Outcome::Accepted { aliases, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!((aliases[0].from, aliases[0].to), (again.owner, kept.owner));
        assert_eq!(count(&database, "owner").await, 2);
        assert_eq!(found(&field, "40.000.322-K").await.len(), 3);
        let unmerge = vec![Command::UnmergeOwner { merged: merged.owner }];
        accepted(&field.submit_as(coordinator, unmerge).await);
        assert_eq!(found(&field, "40.000.321-1").await.len(), 2);
    }

    async fn an_owner_whose_document_was_given_to_the_kept_one_stays_merged(database) {
        let field = Field::on(&database).await;
        let (kept, merged) = (Guest::new(40_000_331), Guest::new(40_000_332));
        accepted(&field.submit(vec![kept.registered()]).await);
        accepted(&field.submit(vec![merged.registered()]).await);
        let coordinator = field.as_coordinator();
        let (owner, details) = (kept.owner, Box::new(merged.details()));
        let reason = domain::command::CorrectionReason::Mistyped;
        let correct = Command::CorrectOwner { owner, details, reason };
        let outcome = field.submit_as(coordinator, vec![correct.clone()]).await;
        assert_eq!(refusal(&outcome), &Refusal::DocumentTaken);
        let both = vec![merge_owners(&kept, &merged), correct];
        accepted(&field.submit_as(coordinator, both).await);
        let unmerge = vec![Command::UnmergeOwner { merged: merged.owner }];
        let outcome = field.submit_as(coordinator, unmerge).await;
        assert_eq!(refusal(&outcome), &Refusal::DocumentTaken);
    }

    async fn merging_issues_the_documents_anew_and_reckons_the_rnm_again(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let (chipped, kept) = (Guest::new(40_000_341), Guest::new(40_000_342));
        let outcome = field.submit(field.visit(&chipped, CHIP)).await;
        let link = accepted(&outcome)[0].link.clone().unwrap();
        let text = link.rsplit('/').next().unwrap().to_owned();
        let named = vec![kept.registered(), kept.dog_registered("Luna")];
        accepted(&field.submit(named).await);
        let coordinator = field.as_coordinator();
        let both = vec![merge_owners(&kept, &chipped), merge_dogs(&kept, &chipped)];
        let outcome = field.submit_as(coordinator, both).await;
        let new = accepted(&outcome)[0].link.clone().unwrap();
        let new = new.rsplit('/').next().unwrap().to_owned();
        let said = documents::verify(&field.office, &text).await.unwrap();
        assert!(matches!(said, Verification::Replaced { .. }), "{said:?}");
        let said = documents::verify(&field.office, &new).await.unwrap();
        let Verification::Valid { document } = said else { panic!("{said:?}") };
        assert_eq!(document.pet_name, "Luna");
        assert_eq!(document.chip, Some(chip(CHIP)));
        let card = lookup::search(&field.office, coordinator, CHIP).await.unwrap();
        assert_eq!(card.owners[0].animals[0].rnm_state, RnmState::Incomplete);
        let unmerge = vec![Command::UnmergeAnimal { merged: chipped.dog }];
        let outcome = field.submit_as(coordinator, unmerge).await;
        assert_eq!(accepted(&outcome)[0].animal, chipped.dog);
        let states = lookup::search(&field.office, coordinator, "Nunez").await.unwrap();
        let mut states: Vec<_> =
            states.owners[0].animals.iter().map(|animal| animal.rnm_state).collect();
        states.sort_unstable_by_key(|state| state.code());
        assert_eq!(states, [RnmState::Incomplete, RnmState::NoChip]);
    }

    async fn a_waiting_document_is_issued_with_the_kept_records_data(database) {
        let field = Field::on(&database).await;
        let (chipped, kept) = (Guest::new(40_000_351), Guest::new(40_000_352));
        accepted(&field.submit(field.visit(&chipped, CHIP)).await);
        let other = Guest { email: Some("quien.queda@example.cl.invalid"), ..kept };
        let named = vec![other.registered(), other.dog_registered("Luna")];
        accepted(&field.submit(named).await);
        let both = vec![merge_owners(&other, &chipped), merge_dogs(&other, &chipped)];
        accepted(&field.submit_as(field.as_coordinator(), both).await);
        assert_eq!(field.authorise().await, 1);
        let run = other.details().document.to_string().replace('.', "");
        let facts = "document WHERE state = 'issued' AND facts LIKE '%Luna%'";
        assert_eq!(count(&database, facts).await, 1);
        let with_chip = format!("{facts} AND facts LIKE '%{CHIP}%'");
        assert_eq!(count(&database, &with_chip).await, 1);
        let whose = format!("{facts} AND facts LIKE '%{run}%'");
        assert_eq!(count(&database, &whose).await, 1);
    }

    async fn annulling_the_chip_of_a_merged_record_sets_it_free(database) {
        let field = Field::on(&database).await;
        let (chipped, kept) = (Guest::new(40_000_361), Guest::new(40_000_362));
        let commands = field.visit(&chipped, CHIP);
        let Command::RecordService { service, .. } = commands[2] else { panic!() };
        accepted(&field.submit(commands).await);
        accepted(&field.submit(vec![kept.registered(), kept.dog_registered("Luna")]).await);
        let coordinator = field.as_coordinator();
        accepted(&field.submit_as(coordinator, vec![merge_dogs(&kept, &chipped)]).await);
        let reason = domain::name::ShortText::parse("Era otro").unwrap();
        let annul = vec![Command::AnnulService { service, reason }];
        accepted(&field.submit_as(coordinator, annul).await);
        accepted(&field.submit(field.visit(&Guest::new(40_000_363), CHIP)).await);
        assert_eq!(found(&field, "40.000.362-9").await, [(kept.dog, None)]);
    }

    async fn a_chip_takes_the_place_of_a_number_that_was_only_logged(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_364);
        let read = field.verified(guest.dog, NONCONFORMING);
        let commands = vec![guest.registered(), guest.dog_registered("Luna"), read];
        accepted(&field.submit(commands).await);
        assert_eq!(found(&field, NONCONFORMING).await.len(), 1, "it leads to its animal");
        assert_eq!(state(&field, &guest).await, RnmState::NoChip, "the RNM takes no such number");
        let implanted = field.chipped(guest.dog, CHIP);
        let Command::RecordService { service, .. } = implanted else { panic!() };
        accepted(&field.submit(vec![implanted]).await);
        assert_eq!(found(&field, CHIP).await, [(guest.dog, Some(CHIP.to_owned()))]);
        assert_eq!(state(&field, &guest).await, RnmState::Incomplete);
        let logged = count(&database, "service WHERE kind = 'verification'").await;
        assert_eq!(logged, 1, "what was read stays");
        let reason = domain::name::ShortText::parse("Era otro").unwrap();
        let annul = vec![Command::AnnulService { service, reason }];
        accepted(&field.submit_as(field.as_coordinator(), annul).await);
        let before = [(guest.dog, Some(NONCONFORMING.to_owned()))];
        assert_eq!(found(&field, NONCONFORMING).await, before);
        assert_eq!(state(&field, &guest).await, RnmState::NoChip);
    }

    async fn records_merged_and_unmerged_in_one_act_are_as_before(database) {
        let field = Field::on(&database).await;
        let [a, b, _] = three(&field, 40_000_371).await;
        let act = vec![
            merge_owners(&b, &a),
            merge_dogs(&b, &a),
            Command::UnmergeAnimal { merged: a.dog },
            Command::UnmergeOwner { merged: a.owner },
        ];
        accepted(&field.submit_as(field.as_coordinator(), act).await);
        assert_eq!(found(&field, CHIP).await, [(a.dog, Some(CHIP.to_owned()))]);
    }
}
