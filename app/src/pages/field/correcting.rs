//! Puts right what was registered today on this phone: the person, or an animal. The operative's
//! own records of the day only (contracts, section 4); later it is a coordinator's.

use domain::id::{AnimalId, SubmissionId};
use domain::submission::Outcome;
use domain::view::OwnerCard;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::field;
use std::sync::Arc;

use crate::components::action::{Button, Weight};
use crate::components::live::live;
use crate::locale::locale;
use crate::offline::held::{Held, Kept, Record};
use crate::offline::phone::Phone;
use crate::pages::field::phone;
use crate::pages::field::record::{open, open_words, wrong};
use crate::pages::field::records::form;
use crate::pages::visit_form::draft::VisitDraft;

/// What a record of today registered, each a button to whoever recorded it.
#[component]
pub(super) fn Correct(record: Record) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let told = RwSignal::new(None::<[&'static str; 2]>);
    let draft = form(&record);
    // Who turned out to be known is somebody else's record.
    let is_known = matches!(&record.outcome, Some(Outcome::Accepted { aliases, .. })
        if aliases.iter().any(|alias| Some(alias.from) == draft.owner.id));
    let id = record.held.head.id;
    let held = record.held;
    let mut subjects = draft.registered();
    subjects.retain(|(subject, _)| subject.is_some() || !is_known);
    // Each by the name that it was given last.
    phone.kept.with_untracked(|kept| {
        for (subject, name) in &mut subjects {
            let newest = newest(kept, id, *subject).map(|draft| draft.registered());
            if let Some((_, newer)) = newest.and_then(|mut all| all.pop()) {
                *name = newer;
            }
        }
    });
    let button = move |(subject, name): &(Option<AnimalId>, String)| {
        let subject = *subject;
        let correct = move |_| {
            spawn_local(async move {
                let draft = phone.kept.with_untracked(|kept| newest(kept, id, subject));
                let words = open_words(open(phone, draft).await, locale);
                let _ = told.try_set(words);
            });
        };
        let words = field::correct_of(locale, name);
        view! {
            <Button weight=Weight::Plain icon="pencil" on:click=correct>
                {words}
            </Button>
        }
    };
    view! {
        {live(move || told.get().map(wrong))}
        {live(move || {
            may_correct(phone, &held).then(|| subjects.iter().map(button).collect_view())
        })}
    }
}

/// Whether this person may put right here what the record registered.
fn may_correct(phone: Phone, held: &Held) -> bool {
    held.is_correctable() && phone.may_amend(&held.head)
}

/// The form by which what a record registered is put right, as the newest correction left it.
fn newest(kept: &Kept, id: SubmissionId, subject: Option<AnimalId>) -> Option<VisitDraft> {
    let of = |record: &Record| form(record).correcting(record.held.head.id, subject);
    let own = of(kept.record(id)?)?;
    let corrections = kept
        .records
        .iter()
        .rev()
        .filter(|record| record.held.is_correction() && record.held.is_correctable());
    corrections.filter_map(of).find(|newer| newer.corrects_as(&own)).or(Some(own))
}

/// The record of today by which this person registered somebody's animal on this phone.
pub(super) fn own_record(phone: Phone, owner: &OwnerCard) -> Option<SubmissionId> {
    let is_theirs = |id: AnimalId| owner.animals.iter().any(|card| card.id == id);
    let registered = |held: &Arc<Held>| {
        let mut lines = held.lines.iter().filter(|line| line.name.is_some());
        lines.any(|line| line.animal.is_some_and(is_theirs))
    };
    phone.kept.with_untracked(|kept| {
        let mut all = kept.records.iter().rev().map(|record| &record.held);
        all.find(|held| registered(held) && may_correct(phone, held)).map(|held| held.head.id)
    })
}
