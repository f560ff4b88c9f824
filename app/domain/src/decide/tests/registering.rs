//! Owners and animals: registered, corrected, merged, moved.

use super::*;
use crate::contact::Email;
use crate::decide::owner::{MergeFacts, OwnerDecision, OwnerFacts, UnmergeFacts};
use crate::identity::IdentityDocument;
use crate::name::PersonName;
use crate::owner::OwnerDetails;
use crate::territory::Commune;

const OWNER: OwnerId = OwnerId(Uuid::from_u128(3));
const NEIGHBOUR: OwnerId = OwnerId(Uuid::from_u128(4));

fn person() -> OwnerDetails {
    OwnerDetails::adult(
        IdentityDocument::parse_run("12.345.678-5").unwrap(),
        PersonName::parse("María", "Núñez").unwrap(),
    )
}

#[test]
fn an_owner_is_new_known_or_under_a_taken_number() {
    let details = person();
    let new = owner::register(&details, &OwnerFacts::default());
    assert_eq!(new, Ok(OwnerDecision::New));
    let taken = OwnerFacts { id_taken: true, same_document: None };
    let elsewhere = ShortText::parse("La Serena, Coquimbo").ok();
    let twice = OwnerDetails { commune: Some(Commune::ANTOFAGASTA), elsewhere, ..person() };
    let refused = Refusal::field(FieldError::new(Field::Commune, Problem::Differs));
    assert_eq!(owner::register(&twice, &OwnerFacts::default()), Err(refused.clone()));
    let own = Recorded { by: Some(OPERATIVE), on: day("2026-11-22") };
    let decided = owner::correct(&context(Caller::Operative), (OWNER, &twice), own, None);
    assert_eq!(decided, Err(refused));
    let moved = OwnerDetails { commune: None, ..twice };
    assert_eq!(owner::register(&moved, &OwnerFacts::default()), Ok(OwnerDecision::New));
    assert_eq!(owner::register(&details, &taken), Err(Refusal::IdentifierTaken));
    let known = OwnerFacts { id_taken: false, same_document: Some((OWNER, person())) };
    let same = OwnerDecision::Known { kept: OWNER, stated: None, proposal: None };
    assert_eq!(owner::register(&details, &known), Ok(same));
    let email = Email::parse("maria@example.cl").ok();
    let other = OwnerDetails { email: email.clone(), consents_to_news: true, ..person() };
    let decided = owner::register(&other, &known);
    let Ok(OwnerDecision::Known { kept, stated, proposal }) = decided else {
        panic!("not known: {decided:?}")
    };
    let consenting = OwnerDetails { consents_to_news: true, ..person() };
    assert_eq!((kept, stated), (OWNER, Some(Box::new(consenting))));
    assert_eq!(proposal.unwrap().email, email);
}

#[test]
fn an_owner_is_corrected_by_whom_it_may_to_a_document_that_is_free() {
    let own = Recorded { by: Some(OPERATIVE), on: day("2026-11-22") };
    let foreign = Recorded { by: Some(VETERINARIAN), ..own };
    let table = [
        (Caller::Operative, own, None, Ok(())),
        (Caller::Operative, own, Some(OWNER), Ok(())),
        (Caller::Operative, own, Some(NEIGHBOUR), Err(Refusal::DocumentTaken)),
        (Caller::Operative, foreign, None, Err(Refusal::NotYourRecord)),
        (Caller::Coordinator, foreign, None, Ok(())),
    ];
    for (caller, recorded, holder, expected) in table {
        let decided = owner::correct(&context(caller), (OWNER, &person()), recorded, holder);
        assert_eq!(decided, expected, "{caller} {recorded:?} {holder:?}");
    }
}

#[test]
fn owners_merge_once_and_only_what_is_merged_is_unmerged() {
    let facts = |kept_is_merged, merged_is_merged| MergeFacts { kept_is_merged, merged_is_merged };
    let again = Err(Refusal::AlreadyMerged);
    assert_eq!(owner::merge(OWNER, NEIGHBOUR, facts(false, false)), Ok(()));
    assert_eq!(owner::merge(OWNER, NEIGHBOUR, facts(true, false)), again);
    assert_eq!(owner::merge(OWNER, NEIGHBOUR, facts(false, true)), again);
    let unmerge = |merged_into, document_held_by| {
        owner::unmerge(UnmergeFacts { merged_into, document_held_by })
    };
    assert_eq!(unmerge(Some(OWNER), None), Ok(OWNER));
    assert_eq!(unmerge(None, None), Err(Refusal::NotMerged));
    assert_eq!(unmerge(Some(OWNER), Some(NEIGHBOUR)), Err(Refusal::DocumentTaken));
    assert_eq!(animal::unmerge(Some(ANIMAL)), Ok(ANIMAL));
    assert_eq!(animal::unmerge(None), Err(Refusal::NotMerged));
}

#[test]
fn an_animal_moves_to_somebody_else_while_it_lives() {
    let details = dog();
    let moved = |state, to| animal::transfer(&details, state, OWNER, (to, true));
    assert_eq!(moved(VitalState::Alive, NEIGHBOUR), Ok(VitalState::Alive));
    assert_eq!(moved(VitalState::Lost, NEIGHBOUR), Ok(VitalState::Lost));
    assert_eq!(moved(VitalState::Transferred, NEIGHBOUR), Ok(VitalState::Alive));
    assert_eq!(moved(VitalState::Alive, OWNER), Err(Refusal::SameOwner));
    let dead = VitalState::Deceased;
    assert_eq!(moved(dead, NEIGHBOUR), Err(Refusal::NotInThisState { state: dead }));
}

#[test]
fn an_animal_is_registered_under_a_free_number_and_corrected_like_it() {
    let free = NewAnimalFacts { id_taken: false, owner_is_adult: true };
    let taken = NewAnimalFacts { id_taken: true, ..free };
    let context = context(Caller::Operative);
    assert_eq!(animal::register(&context, &dog(), free), Ok(()));
    assert_eq!(animal::register(&context, &dog(), taken), Err(Refusal::IdentifierTaken));
    let own = Recorded { by: Some(OPERATIVE), on: day("2026-11-22") };
    let late = Recorded { on: day("2026-11-21"), ..own };
    let dangerous = Breed::all().iter().find(|entry| entry.dangerous).map(Breed::Listed);
    let dangerous = AnimalDetails { breed: dangerous, ..dog() };
    let pregnant = AnimalDetails { reproductive_state: ReproductiveState::Pregnant, ..dog() };
    let differs = FieldError::new(Field::ReproductiveState, Problem::Differs);
    let table = [
        (dog(), own, true, Ok(())),
        (dog(), late, true, Err(Refusal::CorrectionTooLate)),
        (dangerous.clone(), own, true, Ok(())),
        (dangerous, own, false, Err(Refusal::AdultKeeperNeeded)),
        (pregnant, own, true, Err(Refusal::field(differs))),
    ];
    for (details, recorded, is_adult, expected) in table {
        let decided = animal::correct(&context, &details, recorded, is_adult);
        assert_eq!(decided, expected, "{details:?}");
    }
}

#[test]
fn nobody_is_forty_years_old_or_comes_tomorrow() {
    let today = day("2026-11-22");
    let born = |text| Some(Birth { on: day(text), estimated: true });
    let wrong = |field, problem| Err(Refusal::field(FieldError::new(field, problem)));
    let old = AnimalDetails { birth: born("1985-11-21"), ..dog() };
    assert_eq!(animal::consistent(&old, today), wrong(Field::BirthDate, Problem::TooLongAgo));
    let aged = AnimalDetails { birth: born("1986-11-22"), ..dog() };
    assert_eq!(animal::consistent(&aged, today), Ok(()));
    let coming = AnimalDetails { acquired_on: Some(day("2026-11-23")), ..dog() };
    assert_eq!(animal::consistent(&coming, today), wrong(Field::Date, Problem::InFuture));
}

#[test]
fn a_service_under_a_taken_number_is_refused() {
    let details = dog();
    let taken = ServiceFacts { id_taken: true, ..facts(&details) };
    let service = dose(DewormingKind::Internal, Ingredient::Praziquantel, "2027-01-01");
    let decided = service::record(&context(Caller::Operative), &service, None, &taken);
    assert_eq!(decided.map(|_| ()), Err(Refusal::IdentifierTaken));
}

#[test]
fn what_was_missing_is_said_by_whoever_has_the_animal_at_an_outreach() {
    let away = |caller| Context { outreach: None, ..context(caller) };
    let refused = Err(Refusal::NotYourRecord);
    let said = |context: &Context| animal::complete(context, (&dog(), &dog()), true);
    assert_eq!(said(&context(Caller::Operative)), Ok(()));
    assert_eq!(said(&away(Caller::Operative)), refused);
    assert_eq!(said(&away(Caller::Coordinator)), Ok(()));
    // It comes to a record like any other.
    let here = context(Caller::Operative);
    let tomorrow = AnimalDetails { acquired_on: Some(day("2026-11-23")), ..dog() };
    let in_future = FieldError::new(Field::Date, Problem::InFuture);
    let decided = animal::complete(&here, (&dog(), &tomorrow), true);
    assert_eq!(decided, Err(Refusal::field(in_future)));
    let dangerous = AnimalDetails { breed: Breed::parse("rottweiler").ok(), ..dog() };
    let decided = animal::complete(&here, (&dog(), &dangerous), false);
    assert_eq!(decided, Err(Refusal::AdultKeeperNeeded));
    // What was so before is nobody's fault who completes it.
    for (known, is_adult) in [(dangerous, false), (tomorrow, true)] {
        let pattern = Some(crate::catalogue::Pattern::Bands);
        let completed = AnimalDetails { pattern, ..known.clone() };
        assert_eq!(animal::complete(&here, (&known, &completed), is_adult), Ok(()));
        let old = Some(Birth { on: day("1980-01-01"), estimated: true });
        let older = AnimalDetails { birth: old, ..completed };
        let fault = FieldError::new(Field::BirthDate, Problem::TooLongAgo);
        let decided = animal::complete(&here, (&known, &older), is_adult);
        assert_eq!(decided, Err(Refusal::field(fault)));
    }
}
