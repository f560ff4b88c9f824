//! Who comes back is found, and what was done to them counts once.

use super::{MOST_OWNERS, OwnLines};
use crate::offline::aside::HalfFilled;
use crate::offline::held::{Head, Held, Kept, NewRecord, Record};
use crate::pages::visit_form::brief::brief;
use crate::pages::visit_form::commands::{Circumstances, commands};
use crate::pages::visit_form::draft::{
    AnimalDraft, AnimalForm, ChipForm, OwnerForm, ServicesForm, VisitDraft,
};
use domain::catalogue::{
    ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::{ChipNumber, TestChips};
use domain::command::Command;
use domain::id::{AnimalId, DeviceId, OwnerId, ServiceId, StaffId, SubmissionId, VisitId};
use domain::name::ShortText;
use domain::pack::ways;
use domain::rnm::RnmState;
use domain::run::Run;
use domain::sync::ItemState;
use domain::timestamp::Timestamp;
use domain::view::{OwnerCard, SearchResult, ServiceLine};
use std::sync::Arc;
use uuid::Uuid;

const RUN: &str = "12.345.678-5";
const CHIP: &str = "985121004515220";

/// As it is searched without signal.
const fn is_here(state: ItemState) -> bool {
    state.is_open() || matches!(state, ItemState::Sent)
}

fn animal(id: u128, name: &str, chip: Option<&str>) -> AnimalDraft {
    let form = AnimalForm {
        name: name.into(),
        species: Some(Species::Dog),
        sex: Some(Sex::Female),
        reproductive_state: Some(ReproductiveState::Intact),
        ..AnimalForm::default()
    };
    let chip = chip.map(|number| ChipForm {
        procedure: Procedure::Implantation,
        first: number.into(),
        second: number.into(),
        site: ImplantSite::LeftNeck,
        professional: ProfessionalKind::Veterinarian,
    });
    let veterinarian = Some(StaffId(Uuid::from_u128(7)));
    let services = ServicesForm { chip, veterinarian, ..ServicesForm::default() };
    AnimalDraft { id: Some(AnimalId(Uuid::from_u128(id))), known: None, form, services }
}

/// The visit of somebody new.
fn visit(owner: u128, run: &str, animal: AnimalDraft) -> VisitDraft {
    let mut draft = VisitDraft { animal, ..VisitDraft::default() };
    draft.owner.id = Some(OwnerId(Uuid::from_u128(owner)));
    draft.owner.form = OwnerForm {
        run: run.into(),
        given: "María José".into(),
        surnames: "Núñez".into(),
        ..OwnerForm::default()
    };
    draft
}

fn kept(sequence: u32, commands: Vec<Command>, form: String) -> Record {
    let new = NewRecord {
        id: SubmissionId(Uuid::from_u128(u128::from(sequence))),
        actor: StaffId(Uuid::from_u128(7)),
        outreach: None,
        visit: Some(VisitId(Uuid::from_u128(u128::from(sequence)))),
        behind: None,
        recorded_at: Timestamp(1_763_820_000_000),
        utc_offset_minutes: -180,
        replaces: None,
        commands,
        form,
    };
    let held = new.numbered(DeviceId(Uuid::from_u128(9)), sequence);
    Record { held: Arc::new(held), outcome: None }
}

fn record(sequence: u32, draft: &VisitDraft) -> Record {
    let at = Circumstances { today: "2025-11-22".parse().unwrap(), tests: TestChips::Refused };
    let mut next = u128::from(sequence) * 1_000;
    let made = commands(draft, &at, || {
        next += 1;
        Uuid::from_u128(next)
    });
    kept(sequence, made.unwrap(), serde_json::to_string(draft).unwrap())
}

fn in_state(record: &Record, state: ItemState) -> Record {
    let held = Held { state, ..record.held.as_ref().clone() };
    Record { held: Arc::new(held), outcome: None }
}

fn search(text: &str, found: Vec<OwnerCard>, records: &[&Record]) -> SearchResult {
    let records = records.iter().copied().cloned().collect();
    let found = SearchResult { owners: found, more: false };
    let kept = Kept { records, ..Kept::default() };
    beside(&mut OwnLines::default(), found, text, (&kept, is_here))
}

/// As the phone does it: the records that have to be opened are those that were kept.
fn beside(
    own: &mut OwnLines,
    found: SearchResult,
    text: &str,
    (kept, counts): (&Kept, fn(ItemState) -> bool),
) -> SearchResult {
    let picked = own.pick(found, &ways(text), kept, counts);
    let opened = picked.records().into_iter().filter_map(|id| kept.record(id).cloned());
    let opened: Vec<Record> = opened.collect();
    picked.laid(&opened, &kept.annulled(), &ways(text))
}

/// The records as a phone holds them all, without what they hold.
fn light(record: &Record) -> Record {
    let held = Held::clone(&record.held);
    let brief = brief(&held);
    Record { held: Arc::new(held.into_light(brief)), outcome: None }
}

fn find(text: &str, found: Vec<OwnerCard>, records: &[&Record]) -> Vec<OwnerCard> {
    search(text, found, records).owners
}

fn chip() -> Option<ChipNumber> {
    ChipNumber::parse_read(CHIP).ok()
}

fn service_of(record: &Record) -> ServiceId {
    record.held.lines.iter().find_map(|line| line.id).unwrap()
}

/// The visit of somebody who was taken along with an animal without a chip, which gets one.
fn chipped() -> (OwnerCard, Record) {
    let before = record(1, &visit(1, RUN, animal(10, "Estrella", None)));
    let card = find(RUN, Vec::new(), &[&before]).remove(0);
    let mut draft = VisitDraft::default();
    draft.take_owner(card.id, Some(Box::new(card.clone())));
    let known = card.animals.first().cloned().map(Box::new);
    let form = AnimalForm::default();
    draft.animal = AnimalDraft { known, form, ..animal(10, "", Some(CHIP)) };
    (card, record(2, &draft))
}

#[test]
fn who_was_registered_here_is_found_by_all_that_was_said() {
    let first = record(1, &visit(1, RUN, animal(10, "Estrella", Some(CHIP))));
    for text in [RUN, "123456785", "nunez maria", CHIP, "ESTRELLA"] {
        let owners = find(text, Vec::new(), &[&first]);
        assert_eq!(owners.len(), 1, "{text}");
        let card = &owners[0];
        assert_eq!(card.id, OwnerId(Uuid::from_u128(1)), "{text}");
        let [dog] = card.animals.as_slice() else { panic!("{text}: {card:?}") };
        assert_eq!((dog.id, dog.owner, dog.chip), (AnimalId(Uuid::from_u128(10)), card.id, chip()));
        assert_eq!(dog.rnm_state, RnmState::Incomplete);
        let [done] = dog.services.as_slice() else { panic!("{text}: {dog:?}") };
        assert_eq!((done.id, done.on.to_string()), (service_of(&first), "2025-11-22".to_owned()));
    }
    for text in ["nadie", "11.111.111-1", "985121004515221", ""] {
        assert!(find(text, Vec::new(), &[&first]).is_empty(), "{text}");
    }
}

#[test]
fn what_waits_for_a_person_or_was_mended_is_nobodys_card() {
    let first = record(1, &visit(1, RUN, animal(10, "Estrella", None)));
    let is_found = |record: &Record| !find(RUN, Vec::new(), &[record]).is_empty();
    for state in [ItemState::Pending, ItemState::Sending, ItemState::Sent] {
        assert!(is_found(&in_state(&first, state)), "{state:?}");
    }
    for state in [ItemState::Refused, ItemState::Conflict, ItemState::Quarantined] {
        assert!(!is_found(&in_state(&first, state)), "{state:?}");
    }
    let held = Held { replaced_by: Some(first.held.head.id), ..first.held.as_ref().clone() };
    assert!(!is_found(&Record { held: Arc::new(held), outcome: None }));
    let shut = first.held.sealed("~".to_owned());
    assert!(!is_found(&Record { held: Arc::new(shut), outcome: None }));
    // The register itself knows what was sent.
    let records = vec![in_state(&first, ItemState::Sent)];
    let kept = Kept { records, ..Kept::default() };
    let register = SearchResult::default();
    let mut lines = OwnLines::default();
    assert!(beside(&mut lines, register, RUN, (&kept, ItemState::is_open)).owners.is_empty());
}

#[test]
fn a_chip_put_into_an_animal_that_was_taken_along_finds_it() {
    let (card, record) = chipped();
    let owners = find(CHIP, Vec::new(), &[&record]);
    assert_eq!(owners.len(), 1);
    assert_eq!((owners[0].id, owners[0].animals.len()), (card.id, 1));
    assert_eq!(owners[0].animals[0].chip, chip());
    // Found by name as well, it is one animal, with what was done since.
    let owners = find("estrella", vec![card.clone()], &[&record]);
    assert_eq!((owners.len(), owners[0].animals.len()), (1, 1));
    let dog = &owners[0].animals[0];
    assert_eq!((dog.chip, dog.services.len()), (chip(), 1));
}

#[test]
fn an_implanted_chip_takes_the_place_of_a_number_that_was_only_read() {
    let (mut card, record) = chipped();
    card.animals[0].chip = ChipNumber::from_digits("000121004515220").ok();
    let owners = find(RUN, vec![card], &[&record]);
    assert_eq!(owners[0].animals[0].chip, chip());
}

#[test]
fn of_what_the_register_has_told_its_word_holds() {
    let (card, record) = chipped();
    let sent = in_state(&record, ItemState::Sent);
    // The desk has annulled it since, and put the name right.
    let mut told = card;
    let (id, kind) = (service_of(&sent), sent.held.lines.iter().find_map(|l| l.service).unwrap());
    let on = "2025-11-22".parse().unwrap();
    let annulled = ServiceLine { id, kind, on, outreach: None, annulled: true, document: None };
    told.animals[0].services.push(annulled);
    told.animals[0].details.name = domain::name::PetName::parse("Estela").unwrap();
    assert_eq!(find(RUN, vec![told.clone()], &[&sent]), [told.clone()]);
    // Who has given the animal away since does not get it back.
    told.animals.clear();
    assert_eq!(find(RUN, vec![told.clone()], &[&sent]), [told]);
}

#[test]
fn who_is_registered_again_is_one_with_whom_the_register_knows() {
    let before = record(1, &visit(50, RUN, animal(10, "Estrella", None)));
    let card = find(RUN, Vec::new(), &[&before]).remove(0);
    let again = record(2, &visit(1, RUN, animal(11, "Sol", Some(CHIP))));
    let owners = find(RUN, vec![card.clone()], &[&again]);
    assert_eq!(owners.len(), 1);
    let names: Vec<_> = owners[0].animals.iter().map(|one| one.details.name.as_str()).collect();
    assert_eq!((owners[0].id, names), (card.id, vec!["Estrella", "Sol"]));
    assert!(owners[0].animals.iter().all(|one| one.owner == card.id));
}

#[test]
fn who_comes_back_before_the_register_knows_them_goes_home_behind_their_first_visit() {
    let first = record(1, &visit(1, RUN, animal(10, "Estrella", None)));
    let card = find(RUN, Vec::new(), &[&first]).remove(0);
    let ahead =
        |record: Record| Kept { records: vec![record], ..Kept::default() }.ahead(&card.animals);
    assert_eq!(ahead(first.clone()), first.held.head.visit);
    assert_eq!(ahead(in_state(&first, ItemState::Sent)), None);
    // It was refused while the second one was being filled in.
    assert_eq!(ahead(in_state(&first, ItemState::Refused)), first.held.head.visit);
    let held = Held { is_put_away: true, ..(*in_state(&first, ItemState::Refused).held).clone() };
    assert_eq!(ahead(Record { held: Arc::new(held), outcome: None }), None);
    let other = record(2, &visit(2, RUN, animal(11, "Sol", None)));
    assert_eq!(ahead(other), None);
    let before = Some(VisitId(Uuid::from_u128(77)));
    let head = Head { behind: before, ..first.held.head };
    let held = Held { head, ..first.held.as_ref().clone() };
    assert_eq!((held.item().visit, first.held.item().visit), (before, first.held.head.visit));
    assert_eq!(ahead(Record { held: Arc::new(held), outcome: None }), before);
}

#[test]
fn what_was_put_right_is_found_as_it_is_now() {
    let first = visit(1, RUN, animal(10, "Estrela", Some(CHIP)));
    let registered = record(1, &first);
    let subject = Some(AnimalId(Uuid::from_u128(10)));
    let mut dog = first.clone().correcting(registered.held.head.id, subject).unwrap();
    dog.animal.form.name = "Estrella".into();
    let mut person = first.correcting(registered.held.head.id, None).unwrap();
    person.owner.form.surnames = "Muñoz".into();
    let all = [registered, record(2, &dog), record(3, &person)];
    let all: Vec<_> = all.iter().collect();
    for gone in ["estrela", "nunez"] {
        assert!(find(gone, Vec::new(), &all).is_empty(), "{gone}");
    }
    for text in ["estrella", "munoz", CHIP] {
        let owners = find(text, Vec::new(), &all);
        assert_eq!((owners.len(), owners[0].animals.len()), (1, 1), "{text}");
        let dog = &owners[0].animals[0];
        assert_eq!((dog.details.name.as_str(), dog.chip), ("Estrella", chip()), "{text}");
    }
}

#[test]
fn what_was_taken_back_finds_nobody() {
    let first = record(1, &visit(1, RUN, animal(10, "Estrella", Some(CHIP))));
    let reason = ShortText::parse("Otro animal").unwrap();
    let back = Command::AnnulService { service: service_of(&first), reason };
    let second = kept(2, vec![back], String::new());
    assert!(find(CHIP, Vec::new(), &[&first, &second]).is_empty());
    let owners = find(RUN, Vec::new(), &[&first, &second]);
    assert_eq!((owners[0].animals[0].chip, owners[0].animals[0].services.len()), (None, 0));
}

#[test]
fn of_more_than_are_shown_those_who_came_last_stand_first() {
    let of = |n: u32| {
        let run = Run::from_number(10_000_000 + n).unwrap().to_string();
        record(n, &visit(u128::from(n), &run, animal(u128::from(n) + 100, "Sol", None)))
    };
    let all: Vec<Record> = (1..=25).map(of).collect();
    let all: Vec<_> = all.iter().collect();
    let found = search("nunez", Vec::new(), &all);
    assert_eq!((found.owners.len(), found.more), (MOST_OWNERS, true));
    assert_eq!(found.owners[0].id, OwnerId(Uuid::from_u128(25)));
    let other = find(RUN, Vec::new(), &[&record(99, &visit(99, RUN, animal(99, "Luz", None)))]);
    let found = search("nunez", other, &all[..MOST_OWNERS]);
    assert_eq!((found.owners.len(), found.more), (MOST_OWNERS, true));
    let found = search("nunez", Vec::new(), &all[..MOST_OWNERS]);
    assert_eq!((found.owners.len(), found.more), (MOST_OWNERS, false));
}

#[test]
fn what_is_held_light_is_found_alike_and_only_what_is_shown_is_opened() {
    let of = |n: u32| {
        let run = Run::from_number(10_000_000 + n).unwrap().to_string();
        record(n, &visit(u128::from(n), &run, animal(u128::from(n) + 100, "Sol", None)))
    };
    let all: Vec<Record> = (1..=40).map(of).collect();
    let kept = Kept { records: all.iter().map(light).collect(), ..Kept::default() };
    let mut own = OwnLines::default();
    let run = Run::from_number(10_000_007).unwrap().to_string();
    let picked = own.pick(SearchResult::default(), &ways(&run), &kept, is_here);
    assert_eq!(picked.records(), [all[6].held.head.id]);
    let found = picked.laid(&all, &[], &ways(&run)).owners;
    assert_eq!(found, find(&run, Vec::new(), &[&all[6]]));
    let picked = own.pick(SearchResult::default(), &ways("nunez"), &kept, is_here);
    assert_eq!(picked.records().len(), MOST_OWNERS);
    // What could not be opened is nobody's card, and keeps no other from being shown.
    assert_eq!(picked.laid(&all[39..], &[], &ways("nunez")).owners.len(), 1);
    let animal = AnimalId(Uuid::from_u128(107));
    let registering = own.registering(animal, &kept);
    assert_eq!(registering.iter().map(|one| one.held.head.sequence).collect::<Vec<_>>(), [7]);
}

#[test]
fn what_was_recorded_withdrawn_or_read_later_is_taken_up_at_the_next_search() {
    let of = |n: u32, name: &str| {
        let run = Run::from_number(10_000_000 + n).unwrap().to_string();
        light(&record(n, &visit(u128::from(n), &run, animal(u128::from(n) + 100, name, None))))
    };
    let (one, two, four) = (of(1, "Uno"), of(2, "Dos"), of(4, "Cuatro"));
    let mut own = OwnLines::default();
    let mut found = |records: &[&Record], text: &str| {
        let records = records.iter().copied().cloned().collect();
        let kept = Kept { records, ..Kept::default() };
        own.pick(SearchResult::default(), &ways(text), &kept, is_here).records().len()
    };
    assert_eq!(found(&[&two], "dos"), 1);
    assert_eq!(found(&[&two, &four], "cuatro"), 1, "it was recorded since");
    assert_eq!(found(&[&one, &two, &four], "uno"), 1, "it was read later");
    assert_eq!(found(&[&one, &two, &four], "dos"), 1);
    assert_eq!(found(&[&one, &four], "dos"), 0, "it was withdrawn");
    assert_eq!(found(&[&one, &four], "cuatro"), 1);
    assert_eq!(found(&[], "cuatro"), 0);
}

#[test]
fn a_visit_is_recorded_once_an_animal_that_it_would_register_is() {
    let (card, second) = chipped();
    let draft = visit(1, RUN, animal(10, "Estrella", None));
    let is_in = |draft: &VisitDraft, record: &Record| {
        let kept = Kept { records: vec![record.clone()], ..Kept::default() };
        draft.is_recorded(&kept)
    };
    assert!(is_in(&draft, &record(1, &draft)));
    assert!(!is_in(&draft, &record(1, &visit(1, RUN, animal(11, "Luna", None)))));
    let done = VisitDraft { animal: AnimalDraft::default(), done: vec![draft.animal], ..draft };
    assert!(is_in(&done, &second), "it is on the table no more");
    // Who was registered comes again, and is registered by no second visit.
    let known = card.animals.first().cloned().map(Box::new);
    let again = AnimalDraft { known, ..animal(10, "Estrella", None) };
    assert!(!is_in(&visit(1, RUN, again), &second));
    assert!(!is_in(&VisitDraft::default(), &second), "nothing is said of anybody");
    // Of one that was to be a record only that, opened, tells whether nothing is left.
    let named = |record| VisitDraft { record: Some(record), ..done.clone() };
    assert!(!is_in(&named(second.held.head.id), &second));
    assert!(is_in(&named(SubmissionId(Uuid::from_u128(9))), &second), "by its animal, as before");
}

#[test]
fn a_visit_that_mends_or_puts_right_a_record_is_not_recorded_by_that_one() {
    let draft = visit(1, RUN, animal(10, "Estrella", None));
    let refused = record(1, &draft);
    let id = Some(refused.held.head.id);
    let replaced_by = Some(SubmissionId(Uuid::from_u128(2)));
    let mended = Held { replaced_by, ..refused.held.as_ref().clone() };
    let mended = Record { held: Arc::new(mended), outcome: None };
    let mends = VisitDraft { replaces: id, ..draft.clone() };
    let corrects = VisitDraft { corrects: id, ..draft };
    let here = |record: &Record| Kept { records: vec![record.clone()], ..Kept::default() };
    assert!(!mends.is_recorded(&here(&refused)));
    assert!(mends.is_recorded(&here(&mended)), "another correction took its place");
    assert!(!mends.is_recorded(&Kept::default()));
    assert!(!corrects.is_recorded(&here(&refused)));
}
