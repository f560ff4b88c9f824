//! Puts right what was recorded today on this phone: the person, an animal, or what was done to it.
//! The operative's own records of the day only (contracts, section 4); later it is a coordinator's.

use domain::id::{AnimalId, SubmissionId, VisitId};
use domain::submission::Outcome;
use domain::view::OwnerCard;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::field;

use crate::components::action::{Button, Weight};
use crate::components::live::{each, live, memo};
use crate::locale::locale;
use crate::offline::held::{Held, Record};
use crate::offline::pack::Pack;
use crate::offline::phone::Phone;
use crate::pages::field::phone;
use crate::pages::field::record::{open, open_words, wrong};
use crate::pages::field::records::form;
use crate::pages::visit_form::draft::VisitDraft;

/// What can be put right of a record: the person, an animal, or what was done to it.
#[derive(Clone)]
struct Subject {
    /// The animal, or without one the person.
    animal: Option<AnimalId>,
    name: String,
    /// What was done, and not what was registered.
    is_done: bool,
}

/// What a record of today registered and did, each a button to whoever recorded it.
#[component]
pub(super) fn Correct(record: Record) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let told = RwSignal::new(None::<[&'static str; 2]>);
    let draft = form(&record);
    // Who turned out to be known is somebody else's record.
    let is_known = matches!(&record.outcome, Some(Outcome::Accepted { aliases, .. })
        if aliases.iter().any(|alias| Some(alias.from) == draft.owner.id));
    let mut subjects = Vec::new();
    for (animal, name) in draft.registered() {
        if animal.is_some() || !is_known {
            subjects.push(Subject { animal, name, is_done: false });
        }
    }
    // What only puts right what was registered says nothing of what was done.
    if draft.corrects.is_none() || draft.redoes() {
        for one in draft.animals().filter(|one| one.id.is_some()) {
            subjects.push(Subject { animal: one.id, name: one.name(), is_done: true });
        }
    }
    // Of what was put right here already each is called by the name that it was given last.
    let newer = RwSignal::new(Vec::new());
    let held = record.held.clone();
    let record = StoredValue::new(record);
    spawn_local(async move {
        let corrections = corrections(phone).await;
        if !corrections.is_empty() {
            let _ = newer.try_set(corrections);
        }
    });
    let button = move |subject: Subject| {
        let Subject { animal, name, is_done } = subject;
        let held = held.clone();
        let is_there = memo(move || {
            let is_any = |id| phone.kept.with(|kept| !kept.done_to(held.head.visit, id).is_empty());
            may_correct(phone, &held) && (!is_done || animal.is_some_and(is_any))
        });
        let correct = move |_| {
            spawn_local(async move {
                let newer = corrections(phone).await;
                let draft = record.try_with_value(|record| match animal.filter(|_| is_done) {
                    Some(animal) => redone(phone, record, &newer, animal),
                    None => newest(record, &newer, animal),
                });
                let words = open_words(open(phone, draft.flatten()).await, locale);
                let _ = told.try_set(words);
            });
        };
        let words = move || {
            if is_done {
                return field::correct_done(locale, &name);
            }
            let now = record.with_value(|record| newer.with(|newer| newest(record, newer, animal)));
            let now = now.and_then(|draft| draft.registered().pop());
            field::correct_of(locale, now.as_ref().map_or(&name, |(_, name)| name))
        };
        live(move || {
            let words = is_there.get().then(&words)?;
            Some(view! {
                <Button weight=Weight::Plain icon="pencil" on:click=correct>
                    {words}
                </Button>
            })
        })
    };
    view! {
        {live(move || told.get().map(wrong))}
        {each(subjects, button)}
    }
}

/// Whether this person may put right here what the record registered.
fn may_correct(phone: Phone, held: &Held) -> bool {
    held.is_correctable() && phone.may_amend(&held.head)
}

/// What was put right on this phone and counts, the newest first, with all that it holds.
async fn corrections(phone: Phone) -> Vec<Record> {
    phone.whole().await;
    let is_one = |record: &&Record| {
        let held = &record.held;
        held.stands() && (held.is_correction() || held.is_annulment())
    };
    let ids: Vec<_> = phone.kept.with_untracked(|kept| {
        let newest = kept.records.iter().rev().filter(is_one);
        newest.map(|record| record.held.head.id).collect()
    });
    let Some(queue) = phone.queue() else { return Vec::new() };
    let mut all = queue.opened(&ids).await.unwrap_or_default();
    // What takes a record back has that one's form, and says nothing of its own.
    let said = |record: &&Record| !record.held.is_annulment();
    let forms: Vec<_> = all.iter().filter(said).map(|record| record.held.clone()).collect();
    let is_lent = |held: &Held| forms.iter().any(|other| other.form == held.form);
    all.retain(|record| !record.held.is_annulment() || !is_lent(&record.held));
    all
}

/// Those that put something of a visit right, whichever of its records they name: what mends a
/// refused one stands in its place.
fn of_visit(newer: &[Record], visit: Option<VisitId>) -> impl Iterator<Item = &Record> {
    newer.iter().filter(move |record| {
        let is_own = visit.is_some() && record.held.head.visit == visit;
        is_own && form(record).corrects.is_some()
    })
}

/// The form by which what a record registered is put right, as the newest correction left it.
fn newest(record: &Record, newer: &[Record], subject: Option<AnimalId>) -> Option<VisitDraft> {
    let of = |record: &Record| form(record).correcting(record.held.head.id, subject);
    let own = of(record)?;
    let corrects = own.corrects;
    let last = of_visit(newer, record.held.head.visit).find_map(of).unwrap_or(own);
    Some(VisitDraft { corrects, ..last })
}

/// The form by which what was done to an animal at the visit of a record is put right, as all of it
/// was said last.
fn redone(phone: Phone, record: &Record, newer: &[Record], animal: AnimalId) -> Option<VisitDraft> {
    let (own, head) = (form(record), record.held.head);
    let root = own.corrects.unwrap_or(head.id);
    let standing = phone.kept.with_untracked(|kept| kept.done_to(head.visit, animal));
    let is_it = |draft: &VisitDraft| draft.redoes() && draft.animal.id == Some(animal);
    let last = of_visit(newer, head.visit).map(form).find(is_it).unwrap_or(own);
    let mut draft = last.redoing(root, animal, standing)?;
    if let Some(said) = newest(record, newer, Some(animal)) {
        draft.animal.form = said.animal.form;
    }
    Some(draft)
}

/// The forms by which is put right what another form of the visit of a record says otherwise,
/// filled in as that says.
pub(super) async fn otherwise(phone: Phone, record: &Record, said: &VisitDraft) -> Vec<VisitDraft> {
    let subjects = said.otherwise(&record.held);
    if subjects.is_empty() {
        return Vec::new();
    }
    let newer = corrections(phone).await;
    let made = |(animal, is_done): (Option<AnimalId>, bool)| match animal.filter(|_| is_done) {
        Some(animal) => redone(phone, record, &newer, animal),
        None => newest(record, &newer, animal),
    };
    subjects.into_iter().filter_map(made).map(|form| form.laid(said)).collect()
}

/// The record of today by which this person registered somebody's animal on this phone.
pub(super) fn own_record((phone, pack): (Phone, Pack), owner: &OwnerCard) -> Option<SubmissionId> {
    pack.registering(&owner.animals, |record| may_correct(phone, &record.held))
}
