//! What is implanted, what is only read, and which number an animal carries then.

use super::*;

#[test]
fn a_chip_is_judged_by_what_the_animal_and_the_register_have() {
    let details = dog();
    let plain = facts(&details);
    let with =
        |own: Option<&str>, carrier| ServiceFacts { chip: own.map(chip), carrier, ..plain.clone() };
    use Procedure::{Implantation, Verification};
    let table = [
        (Implantation, CHIP, plain.clone(), Ok(true)),
        (Implantation, OTHER, plain.clone(), Err(Refusal::ChipReadingsDiffer)),
        (Implantation, CHIP, with(None, Some(ANOTHER)), Err(Refusal::ChipTaken)),
        (Verification, CHIP, with(None, Some(ANOTHER)), Err(Refusal::ChipTaken)),
        (Implantation, CHIP, with(Some(OTHER), None), Err(Refusal::AnimalHasOtherChip)),
        (Implantation, CHIP, with(Some(CHIP), Some(ANIMAL)), Err(Refusal::ChipAlreadyOnAnimal)),
        (Verification, CHIP, with(Some(CHIP), Some(ANIMAL)), Ok(false)),
        (Verification, CHIP, plain.clone(), Ok(true)),
    ];
    for (procedure, second, facts, expected) in table {
        let service = microchip(procedure, CHIP, second);
        let context = context(Caller::Operative);
        let decided = service::record(&context, &service, Some(VETERINARIAN), &facts);
        let attached = decided.map(|decision| decision.attach.is_some());
        assert_eq!(attached, expected, "{procedure} {second} {facts:?}");
    }
}

#[test]
fn a_test_chip_is_implanted_only_in_a_demonstration() {
    let details = dog();
    let test = "999000000000101";
    let service = microchip(Procedure::Implantation, test, test);
    let mut context = context(Caller::Operative);
    let decide = |context: &Context| {
        service::record(context, &service, Some(VETERINARIAN), &facts(&details)).map(|_| ())
    };
    assert_eq!(decide(&context), Err(Refusal::ChipNotImplantable));
    context.tests = TestChips::Allowed;
    assert_eq!(decide(&context), Ok(()));
}

#[test]
fn a_nonconforming_chip_that_is_there_is_logged_without_a_certificate() {
    let details = dog();
    let service = microchip(Procedure::Verification, "999123456789012", "999123456789012");
    let context = context(Caller::Operative);
    let decided = service::record(&context, &service, Some(VETERINARIAN), &facts(&details));
    let decision = decided.unwrap();
    assert_eq!((decision.attach.is_some(), decision.certified), (true, false));
}

#[test]
fn a_chip_that_counts_takes_the_place_of_a_number_that_was_only_logged() {
    let details = dog();
    let read = chip("999000000000101");
    let logged = ServiceFacts { chip: Some(read), ..facts(&details) };
    let mut context = context(Caller::Operative);
    let decide = |context: &Context, procedure| {
        let service = microchip(procedure, CHIP, CHIP);
        let decided = service::record(context, &service, Some(VETERINARIAN), &logged);
        decided.map(|decision| decision.attach)
    };
    assert_eq!(decide(&context, Procedure::Implantation), Ok(Some(chip(CHIP))));
    let another = decide(&context, Procedure::Verification);
    assert_eq!(another, Err(Refusal::AnimalHasOtherChip), "one of the two was read wrongly");
    context.tests = TestChips::Allowed;
    let has_one = decide(&context, Procedure::Implantation);
    assert_eq!(has_one, Err(Refusal::AnimalHasOtherChip), "in a demonstration it counts");
}
