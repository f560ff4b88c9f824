//! Two windows have one visit open: what the second says beside the record of the first.

use super::*;
use crate::offline::held::NewRecord;
use crate::pages::visit_form::commands::{Circumstances, commands};
use crate::pages::visit_form::draft::{DoseForm, OwnerForm};
use domain::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::TestChips;
use domain::command::Command;
use domain::id::{DeviceId, OwnerId, StaffId};
use domain::sync::ItemState;
use domain::timestamp::Timestamp;

const RECORD: u128 = 900;
const AT: &str = "2025-11-22";

fn id(number: u128) -> Option<AnimalId> {
    Some(AnimalId(Uuid::from_u128(number)))
}

fn animal(number: u128, name: &str, chip: &str) -> AnimalDraft {
    let form = AnimalForm {
        name: name.into(),
        species: Some(Species::Dog),
        sex: Some(Sex::Female),
        reproductive_state: Some(ReproductiveState::Intact),
        ..AnimalForm::default()
    };
    let chip = (!chip.is_empty()).then(|| ChipForm {
        procedure: Procedure::Implantation,
        first: chip.into(),
        second: chip.into(),
        site: ImplantSite::LeftNeck,
        professional: ProfessionalKind::Veterinarian,
    });
    let veterinarian = Some(StaffId(Uuid::from_u128(7)));
    let services = ServicesForm { chip, veterinarian, ..ServicesForm::default() };
    AnimalDraft { id: id(number), known: None, form, services }
}

/// Somebody new with Luna, who gets a chip.
fn visit() -> VisitDraft {
    let animal = animal(1, "Luna", "985121004515220");
    let mut draft = VisitDraft { step: Step::Summary, animal, ..VisitDraft::default() };
    draft.owner.id = Some(OwnerId(Uuid::from_u128(50)));
    draft.owner.form = OwnerForm {
        run: "12.345.678-5".into(),
        given: "Ana".into(),
        surnames: "Soto".into(),
        ..OwnerForm::default()
    };
    draft
}

fn made(draft: &VisitDraft) -> Vec<Command> {
    let at = Circumstances { today: AT.parse().unwrap(), tests: TestChips::Refused };
    let mut next = 1_000;
    let new_id = || {
        next += 1;
        Uuid::from_u128(next)
    };
    commands(draft, &at, new_id).unwrap()
}

fn record(draft: &VisitDraft) -> Held {
    let new = NewRecord {
        id: SubmissionId(Uuid::from_u128(RECORD)),
        actor: StaffId(Uuid::from_u128(7)),
        outreach: None,
        visit: None,
        behind: None,
        recorded_at: Timestamp(1_763_820_000_000),
        utc_offset_minutes: -180,
        replaces: None,
        commands: made(draft),
        form: json::write(draft),
    };
    new.numbered(DeviceId(Uuid::from_u128(9)), 1)
}

#[test]
fn what_says_the_same_is_nothing_beside_it() {
    let (first, mut second) = (visit(), visit());
    second.step = Step::Services;
    second.owner.searched = "Ana".into();
    // Of a chip no weight is recorded, and not everything was said here yet.
    second.animal.services.weight = "4,6".into();
    let mut more = first.clone();
    more.animal.services.internal = Some(DoseForm {
        product: "Drontal".into(),
        batch: "A1".into(),
        expires: "08/2027".into(),
        ..DoseForm::blank(DewormingKind::Internal)
    });
    assert_eq!(second.otherwise(&record(&first)), []);
    more.animal.services.weight = "4,5".into();
    second.animal.services.weight = String::new();
    for held in [record(&first), record(&more)] {
        assert_eq!(second.apart(&held), None);
        assert_eq!(second.otherwise(&held), []);
    }
    second.animal.services.weight = "4,6".into();
    assert_eq!(second.otherwise(&record(&more)), [(id(1), true)], "of a dose it is");
}

#[test]
fn an_animal_that_is_not_in_the_record_is_a_visit_of_its_own() {
    let held = record(&visit());
    let mut second = visit();
    let luna = std::mem::replace(&mut second.animal, animal(2, "Sol", "985121004515238"));
    second.booked = vec![luna.clone(), animal(3, "Mar", "")];
    second.done.push(luna);
    second.replaces = Some(SubmissionId(Uuid::from_u128(RECORD - 1)));
    let apart = second.apart(&held).unwrap();
    assert_eq!(apart.animals().map(|animal| animal.id).collect::<Vec<_>>(), [id(2)]);
    assert_eq!(apart.booked.iter().map(|animal| animal.id).collect::<Vec<_>>(), [id(3)]);
    assert_eq!((apart.step, apart.replaces), (Step::Summary, None));
    // Nobody is registered twice: the owner is known by now, and with them what goes ahead.
    let card = apart.owner.known.as_ref().unwrap();
    assert_eq!(card.animals.iter().map(|one| Some(one.id)).collect::<Vec<_>>(), [id(1)]);
    let commands = made(&apart);
    assert!(matches!(
        &commands[..],
        [Command::RegisterAnimal { .. }, Command::RecordService { .. }]
    ));
    // Every window that comes to it keeps it as the same record.
    assert_eq!(apart.record, second.apart(&held).unwrap().record);
    assert_ne!(apart.record, Some(held.head.id));
    assert_eq!(second.otherwise(&held), []);
}

#[test]
fn what_was_done_where_nothing_was_is_done_to_an_animal_that_is_known() {
    let mut first = visit();
    first.animal.services = ServicesForm::default();
    let held = record(&first);
    let apart = visit().apart(&held).unwrap();
    let commands = made(&apart);
    let [Command::RecordService { animal, .. }] = &commands[..] else {
        panic!("nothing but what was done: {commands:?}")
    };
    assert_eq!(Some(*animal), id(1));
    assert_eq!(visit().otherwise(&held), []);
}

#[test]
fn what_is_said_otherwise_is_named_and_laid_on_its_correction() {
    let held = record(&visit());
    let mut second = visit();
    second.owner.form.phone = "912345678".into();
    second.animal.form.name = "Lunes".into();
    second.animal.services.chip.as_mut().unwrap().site = ImplantSite::BetweenScapulae;
    assert_eq!(second.apart(&held), None);
    let all = [(None, false), (id(1), false), (id(1), true)];
    assert_eq!(second.otherwise(&held), all);
    let owner = visit().correcting(held.head.id, None).unwrap().laid(&second);
    assert_eq!(owner.owner.form, second.owner.form);
    let luna = visit().correcting(held.head.id, id(1)).unwrap().laid(&second);
    assert_eq!((luna.animal.name(), &luna.owner), ("Lunes".into(), &visit().owner));
    assert_eq!(luna.animal.services, ServicesForm::default(), "nothing is done again");
    let standing: Vec<_> =
        held.lines.iter().filter(|line| line.service.is_some()).cloned().collect();
    let done = visit().redoing(held.head.id, AnimalId(Uuid::from_u128(1)), standing).unwrap();
    let done = done.laid(&second);
    assert_eq!(done.animal.services, second.animal.services);
    assert_eq!(done.before, Some(visit().animal.services), "as it stands");
    // One that puts something right is compared like any other, and is no visit.
    let mut other = luna.clone();
    other.animal.form.name = "Lunar".into();
    let held = record(&luna);
    assert_eq!((other.apart(&held), other.otherwise(&held)), (None, vec![(id(1), false)]));
}

#[test]
fn a_correction_beside_that_of_another_window_is_one_more_or_mends_what_was_not_taken() {
    let named = |name: &str| {
        let mut draft = visit().correcting(record(&visit()).head.id, id(1)).unwrap();
        draft.animal.form.name = name.into();
        draft
    };
    let (first, second) = (named("Lunes"), named("Lunar"));
    let held = record(&first);
    assert_eq!(first.again(&held), None, "both say the same");
    let left = second.again(&held).unwrap();
    assert_eq!(left, VisitDraft { record: left.record, ..second.clone() });
    assert_eq!((left.record, second.again(&held)), (after(&held), Some(left.clone())));
    assert!(matches!(made(&left)[..], [Command::CorrectAnimal { .. }]));
    let refused = Held { state: ItemState::Refused, ..held };
    assert_eq!(second.again(&refused).unwrap().replaces, Some(refused.head.id));
    assert_eq!(visit().again(&refused), None, "a visit puts nothing right");
}

/// How what was done to Luna, a chip and a dose, is put right.
fn redone(change: impl FnOnce(&mut ServicesForm)) -> VisitDraft {
    let mut done = visit();
    done.animal.services.weight = "45".into();
    done.animal.services.internal = Some(DoseForm {
        product: "Drontal".into(),
        batch: "A1".into(),
        expires: "08/2027".into(),
        ..DoseForm::blank(DewormingKind::Internal)
    });
    let held = record(&done);
    let standing = held.lines.iter().filter(|line| line.service.is_some()).cloned().collect();
    let mut draft = done.redoing(held.head.id, AnimalId(Uuid::from_u128(1)), standing).unwrap();
    change(&mut draft.animal.services);
    draft
}

#[test]
fn what_is_done_otherwise_in_two_windows_is_put_right_once_more_from_what_stands_by_then() {
    let weighs = |weight: &'static str| redone(|services| services.weight = weight.into());
    let lacks_dose = || redone(|services| services.internal = None);
    let (first, second) = (weighs("4,5"), weighs("5,5"));
    let held = record(&first);
    for same in [&first, &redone(|_| {})] {
        assert_eq!((same.otherwise(&held), same.again(&held)), (Vec::new(), None));
    }
    assert_eq!(second.otherwise(&held), [(id(1), true)]);
    let left = second.again(&held).unwrap();
    assert_eq!(left.before.as_ref(), Some(&first.animal.services));
    assert_eq!((&left.standing, left.replaces), (&second.standing, None));
    assert!(matches!(made(&left)[..], [Command::CorrectService { .. }]));
    // What is taken away is said, too.
    let left = lacks_dose().again(&held).unwrap();
    assert!(matches!(made(&left)[..], [Command::AnnulService { .. }]));
    assert_eq!(first.laid(&lacks_dose()).animal.services, lacks_dose().animal.services);
    // What the other window has taken away does not stand, and is done anew.
    let left = second.again(&record(&lacks_dose())).unwrap();
    assert_eq!(left.standing.len(), 1);
    assert!(matches!(made(&left)[..], [Command::RecordService { .. }]));
    let nothing = redone(|services| *services = ServicesForm::default());
    assert_eq!(second.again(&record(&nothing)), None, "nothing stands");
}
