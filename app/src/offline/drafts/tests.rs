//! Visits that are half filled in, in one window and in several.

use super::*;
use crate::offline::held::NewRecord;
use crate::offline::polled::at_once;
use crate::offline::store::{Ending, Place};
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};
use domain::id::{AnimalId, DeviceId};
use uuid::Uuid;

fn id(number: u128) -> SubmissionId {
    SubmissionId(Uuid::from_u128(number))
}

fn window(place: &Place) -> Queue {
    at_once(Queue::open(place.clone(), DeviceId(Uuid::from_u128(0xd0)))).unwrap()
}

/// A visit that is to be this record, of whom was looked for so.
fn form(record: u128, searched: &str) -> VisitDraft {
    let mut form = VisitDraft { record: Some(id(record)), ..VisitDraft::default() };
    searched.clone_into(&mut form.owner.searched);
    form
}

fn keep_in(queue: &Queue, form: &VisitDraft) {
    at_once(keep_visit(queue, form)).unwrap();
}

/// What a window that is opened now goes on with; whether nothing else lies there.
fn begun(place: &Place) -> (Option<VisitDraft>, bool) {
    let begun = at_once(visit::<VisitDraft>(&window(place))).unwrap();
    assert!(!begun.has_aside, "all can be read");
    let is_alone = begun.is_alone();
    (begun.draft, is_alone)
}

fn record_of(queue: &Queue, form: &VisitDraft) {
    let new = NewRecord { form: json::write(form), ..NewRecord::blank(form.record.unwrap()) };
    at_once(queue.add(new, Some((VISIT, None)))).unwrap();
}

#[test]
fn a_visit_that_another_window_has_begun_is_set_aside_and_comes_back() {
    let place = Place::default();
    let (one, other) = (window(&place), window(&place));
    keep_in(&one, &form(1, "Ana"));
    keep_in(&other, &form(2, "Eva"));
    assert_eq!(begun(&place), (Some(form(2, "Eva")), false));
    // Of each the last counts, however often the two take turns.
    keep_in(&one, &form(1, "Ana Soto"));
    keep_in(&other, &form(2, "Eva Paz"));
    keep_in(&one, &form(1, "Ana Soto Vera"));
    assert_eq!(begun(&place), (Some(form(1, "Ana Soto Vera")), false));
    // The record of the one takes nothing of the other's.
    record_of(&other, &form(2, "Eva Paz"));
    assert_eq!(begun(&place).0, Some(form(1, "Ana Soto Vera")));
    record_of(&one, &form(1, "Ana Soto Vera"));
    assert_eq!(begun(&place), (None, true), "what was recorded does not come back");
}

#[test]
fn the_visit_of_the_one_is_there_once_the_other_is_a_record() {
    let place = Place::default();
    let (one, other) = (window(&place), window(&place));
    keep_in(&one, &form(1, "Ana"));
    keep_in(&other, &form(2, "Eva"));
    record_of(&other, &form(2, "Eva"));
    assert_eq!(begun(&place), (Some(form(1, "Ana")), true));
    // What is thrown away here is not what somebody begins there.
    let third = window(&place);
    let _ = at_once(visit::<VisitDraft>(&third)).unwrap();
    keep_in(&other, &form(3, "Luz"));
    assert_eq!(at_once(drop_visit(&third)), Ok(false), "nor is that told");
    assert_eq!(begun(&place).0, Some(form(3, "Luz")));
    assert_eq!(at_once(drop_visit(&other)), Ok(true));
    assert_eq!(begun(&place).0, Some(form(1, "Ana")));
    // Once it has read that again it throws away what it shows.
    let _ = at_once(visit::<VisitDraft>(&third)).unwrap();
    assert_eq!(at_once(drop_visit(&third)), Ok(true));
    assert_eq!(begun(&place), (None, true));
}

#[test]
fn a_writing_that_was_overtaken_takes_nothing_away_that_was_written_since() {
    let place = Place::default();
    let (one, other) = (window(&place), window(&place));
    keep_in(&other, &form(2, "Eva"));
    // It has found the other's there, which another writing of this window sets aside before it.
    let late = one.ask_visit();
    keep_in(&one, &form(1, "Ana"));
    at_once(set_aside::<VisitDraft>(&one, Some(id(1)), None)).unwrap();
    assert_eq!(at_once(one.put_visit(late, Some("A"))), Ok(true));
    assert_eq!(begun(&place), (Some(form(1, "Ana")), false));
    // One that was read in another window is written over, and not set aside.
    let third = window(&place);
    at_once(set_aside::<VisitDraft>(&third, Some(id(1)), None)).unwrap();
    assert_eq!(at_once(third.put_visit(third.ask_visit(), None)), Ok(true));
    assert_eq!(begun(&place), (Some(form(2, "Eva")), true));
}

#[test]
fn what_was_typed_beside_a_record_of_another_window_is_left_of_it() {
    let place = Place::default();
    let (one, other) = (window(&place), window(&place));
    keep_in(&one, &form(1, "Ana"));
    let mut more = form(1, "Ana");
    more.animal = AnimalDraft { id: Some(AnimalId(Uuid::from_u128(7))), ..AnimalDraft::default() };
    keep_in(&other, &more);
    record_of(&one, &form(1, "Ana"));
    let (left, is_alone) = begun(&place);
    let left = left.unwrap();
    assert!(is_alone && left.record != Some(id(1)));
    assert_eq!(left.animal.id, more.animal.id);
    // Without it nothing is.
    keep_in(&other, &form(1, "Ana"));
    assert_eq!(begun(&place).0, Some(left), "which is another's by now");
}

#[test]
fn several_forms_are_gone_on_with_one_after_the_other() {
    let place = Place::default();
    let (one, other) = (window(&place), window(&place));
    keep_in(&other, &form(9, "Luz"));
    keep_in(&one, &form(1, "Ana"));
    let forms = [form(3, "Ana"), form(4, "Ana")];
    // All of them are one write: of no visit there is only a part.
    let mut endings = [Ending::Done].into_iter();
    place.fated(move || endings.next().unwrap_or(Ending::Full));
    at_once(keep_instead_of(&one, id(1), (&form(2, "Ana"), &forms))).unwrap();
    place.fated(|| Ending::Done);
    for record in [2, 9, 3, 4] {
        let (draft, _) = begun(&place);
        let draft = draft.unwrap();
        assert_eq!(draft.record, Some(id(record)));
        let queue = window(&place);
        let _ = at_once(visit::<VisitDraft>(&queue)).unwrap();
        record_of(&queue, &draft);
    }
    assert_eq!(begun(&place), (None, true));
}

#[test]
fn what_lies_aside_of_a_visit_that_is_a_record_by_now_is_left_as_well() {
    let place = Place::default();
    let (one, other, third) = (window(&place), window(&place), window(&place));
    keep_in(&one, &form(1, "Ana"));
    let mut more = form(1, "Ana");
    more.owner.amends = true;
    more.owner.form.phone = "912345678".into();
    keep_in(&other, &more);
    keep_in(&third, &form(7, "Eva"));
    record_of(&one, &form(1, "Ana"));
    record_of(&third, &form(7, "Eva"));
    let (left, is_alone) = begun(&place);
    let left = left.unwrap();
    assert!(is_alone && left.record != Some(id(1)));
    assert_eq!(left.owner.form.phone, more.owner.form.phone);
}

#[test]
fn a_correction_typed_otherwise_beside_a_record_of_another_window_is_left_of_it() {
    let place = Place::default();
    let (one, other) = (window(&place), window(&place));
    let named = |name: &str| {
        let mut draft = VisitDraft { corrects: Some(id(90)), ..form(1, "") };
        draft.animal.id = Some(AnimalId(Uuid::from_u128(7)));
        name.clone_into(&mut draft.animal.form.name);
        draft
    };
    keep_in(&one, &named("Lunes"));
    keep_in(&other, &named("Lunar"));
    record_of(&one, &named("Lunes"));
    let (left, is_alone) = begun(&place);
    let left = left.unwrap();
    assert!(is_alone && left.record != Some(id(1)));
    assert_eq!(left, VisitDraft { record: left.record, ..named("Lunar") });
    // What says the same as the record is nothing, beside which that comes back.
    keep_in(&other, &named("Lunes"));
    assert_eq!(begun(&place).0, Some(left));
}
