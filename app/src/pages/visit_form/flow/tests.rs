//! How a visit moves.

use super::*;
use crate::pages::visit_form::draft::DoseForm;
use domain::catalogue::{DewormingKind, ReproductiveState, Sex, Species, VitalState};
use domain::rnm::RnmState;
use domain::view::AnimalCard;
use uuid::Uuid;

fn animal(number: u128, name: &str) -> AnimalDraft {
    let form = AnimalForm { name: name.into(), ..AnimalForm::default() };
    AnimalDraft { id: Some(AnimalId(Uuid::from_u128(number))), form, ..AnimalDraft::default() }
}

fn owner(number: u128) -> OwnerId {
    OwnerId(Uuid::from_u128(number))
}

fn visit_of_two() -> VisitDraft {
    let mut draft = VisitDraft::default();
    draft.take_owner(owner(1), None);
    draft.done.push(animal(10, "Luna"));
    draft.animal = animal(11, "Sol");
    draft
}

#[test]
fn another_owner_does_not_get_the_animals_of_the_one_before() {
    let mut draft = visit_of_two();
    draft.take_owner(owner(1), None);
    assert_eq!(draft.animals().count(), 2);
    draft.take_owner(owner(2), None);
    assert_eq!(draft.animals().count(), 0);
}

#[test]
fn a_second_animal_opened_by_mistake_is_left_by_going_back() {
    let mut draft = visit_of_two();
    draft.animal =
        AnimalDraft { id: Some(AnimalId(Uuid::from_u128(12))), ..AnimalDraft::default() };
    draft.step = Step::Animal;
    assert!(draft.step_back());
    assert_eq!(draft.step, Step::Summary);
    assert_eq!(draft.animal.name(), "Luna");
    assert_eq!(draft.animals().count(), 1);
}

#[test]
fn what_was_typed_of_a_second_animal_is_not_lost_by_going_back() {
    let mut draft = visit_of_two();
    draft.step = Step::Animal;
    assert!(draft.step_back());
    assert_eq!(draft.step, Step::Owner);
    assert!(draft.step_back());
    assert_eq!(draft.step, Step::Summary);
    assert_eq!(draft.animals().count(), 2);
}

fn known_animal(number: u128) -> AnimalDraft {
    let id = AnimalId(Uuid::from_u128(number));
    let card = AnimalCard {
        id,
        owner: owner(1),
        details: reading::animal(&whole("Luna"), "2026-11-22".parse().unwrap()).unwrap(),
        chip: None,
        vital_state: VitalState::Alive,
        rnm_state: RnmState::NoChip,
        rnm_number: None,
        rnm_lacks: Vec::new(),
        services: Vec::new(),
    };
    AnimalDraft { id: Some(id), known: Some(Box::new(card)), ..AnimalDraft::default() }
}

fn whole(name: &str) -> AnimalForm {
    AnimalForm {
        name: name.into(),
        species: Some(Species::Dog),
        sex: Some(Sex::Female),
        reproductive_state: Some(ReproductiveState::Intact),
        ..AnimalForm::default()
    }
}

fn dosed(mut animal: AnimalDraft) -> AnimalDraft {
    animal.services.internal = Some(DoseForm::blank(DewormingKind::Internal));
    animal
}

#[test]
fn going_back_and_choosing_the_same_animal_loses_nothing() {
    let mut draft = VisitDraft::default();
    draft.put_on_table(known_animal(10));
    draft.animal = dosed(draft.animal);
    draft.put_on_table(known_animal(10));
    assert!(draft.animal.services.internal.is_some());
    // Another one leaves it done, to be opened again from the summary.
    draft.put_on_table(known_animal(11));
    assert_eq!((draft.animals().count(), draft.done.len()), (2, 1));
    // Of one to which nothing was done yet, nothing is left.
    draft.put_on_table(known_animal(12));
    assert_eq!(draft.animals().count(), 2);
}

#[test]
fn a_known_animal_that_was_only_opened_to_be_completed_is_not_of_the_visit() {
    let mut draft = VisitDraft::default();
    draft.put_on_table(dosed(known_animal(10)));
    draft.put_on_table(known_animal(11));
    draft.animal.complete();
    draft.animal.form.breed_words = "mes".into();
    assert!(draft.animal.completes());
    draft.put_on_table(known_animal(12));
    assert_eq!(draft.animals().count(), 2);
    // Nor when it stays on the table on the way back.
    draft.animal.complete();
    draft.step = Step::Choose;
    assert!(draft.step_back());
    assert_eq!((draft.step, draft.animals().count()), (Step::Summary, 1));
    assert!(draft.animal.services.internal.is_some());
    // Once something was said of it, it stays.
    draft.put_on_table(known_animal(11));
    draft.animal.complete();
    draft.animal.form.pattern = Some(domain::catalogue::Pattern::Bands);
    draft.put_on_table(known_animal(12));
    assert_eq!(draft.animals().count(), 3);
}

#[test]
fn a_new_animal_that_was_begun_is_gone_on_with() {
    let mut draft = VisitDraft::default();
    draft.put_on_table(animal(10, "Luna"));
    draft.put_on_table(animal(11, ""));
    assert_eq!(draft.animal.name(), "Luna");
    draft.done.push(std::mem::take(&mut draft.animal));
    draft.put_on_table(animal(12, ""));
    assert_eq!((draft.animal.name(), draft.animals().count()), (String::new(), 2));
    // Its pictures know it by its identifier, before anything was said of it.
    draft.put_on_table(animal(13, ""));
    assert_eq!(draft.animal.id, Some(AnimalId(Uuid::from_u128(12))));
}

#[test]
fn what_a_known_owner_says_anew_is_not_another_owners() {
    let mut draft = VisitDraft::default();
    draft.take_owner(owner(1), Some(Box::new(card(1))));
    draft.state_adult(true);
    draft.owner.form.email = "ana@example.cl".into();
    assert_eq!(draft.owner.form.given, "Ana", "filled in with what is known");
    // The form is filled in once; what was typed since stays.
    draft.amend_owner();
    assert_eq!(draft.owner.form.email, "ana@example.cl");
    let said = reading::amended(&draft.owner).unwrap().unwrap();
    assert!(said.is_adult && said.email.is_some() && draft.owner.is_adult());
    draft.step = Step::Owner;
    assert!(draft.step_back());
    assert_eq!(draft.step, Step::Summary);
    draft.take_owner(owner(1), Some(Box::new(card(1))));
    assert!(draft.owner.amends, "the same owner");
    draft.take_owner(owner(2), None);
    assert_eq!((draft.owner.form.clone(), draft.owner.amends), (OwnerForm::default(), false));
}

fn card(number: u128) -> OwnerCard {
    let form = OwnerForm {
        run: "12.345.678-5".into(),
        given: "Ana".into(),
        surnames: "Soto".into(),
        ..OwnerForm::default()
    };
    let details = reading::owner(&form).unwrap();
    OwnerCard { id: owner(number), details, animals: Vec::new() }
}

#[test]
fn the_first_question_has_none_before_it() {
    let mut draft = VisitDraft::default();
    assert!(!draft.step_back());
    draft.step = Step::Owner;
    assert!(draft.step_back());
    assert_eq!(draft.step, Step::Find);
}

#[test]
fn an_animal_is_reopened_and_removed() {
    let mut draft = visit_of_two();
    draft.reopen(AnimalId(Uuid::from_u128(10)));
    assert_eq!((draft.animal.name().as_str(), draft.step), ("Luna", Step::Services));
    assert_eq!(draft.done.len(), 1);
    draft.remove(AnimalId(Uuid::from_u128(10)));
    assert_eq!(draft.animal.name(), "Sol");
    assert_eq!(draft.animals().count(), 1);
}

#[test]
fn a_refused_command_opens_where_it_was_filled_in() {
    let mut draft = visit_of_two();
    draft.open_at(None, false);
    assert_eq!(draft.step, Step::Owner);
    draft.open_at(Some(AnimalId(Uuid::from_u128(10))), false);
    assert_eq!((draft.animal.name().as_str(), draft.step), ("Luna", Step::Animal));
    draft.open_at(Some(AnimalId(Uuid::from_u128(11))), true);
    assert_eq!((draft.animal.name().as_str(), draft.step), ("Sol", Step::Services));
}

#[test]
fn a_visit_never_grows_beyond_what_one_submission_holds() {
    let mut draft = VisitDraft::default();
    draft.take_owner(owner(1), None);
    let mut count = 0_u128;
    while draft.has_room() {
        count += 1;
        let mut full = animal(count, "x");
        full.services.chip = Some(crate::pages::visit_form::draft::ChipForm {
            procedure: domain::catalogue::Procedure::Implantation,
            first: String::new(),
            second: String::new(),
            site: domain::catalogue::ImplantSite::LeftNeck,
            professional: domain::catalogue::ProfessionalKind::Technician,
        });
        draft.done.push(full);
    }
    let used: usize = draft.animals().map(AnimalDraft::commands).sum();
    assert!(used < MAX_COMMANDS as usize);
    assert!(count >= 7);
}
