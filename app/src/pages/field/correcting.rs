//! Puts right what was registered today on this phone: the person, or an animal. The operative's
//! own records of the day only (contracts, section 4); later it is a coordinator's.

use domain::id::{AnimalId, SubmissionId};
use domain::submission::Outcome;
use domain::view::OwnerCard;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::field;

use crate::components::action::{Button, Weight};
use crate::components::live::live;
use crate::locale::locale;
use crate::offline::held::{Held, Record};
use crate::offline::pack::Pack;
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
    let held = record.held.clone();
    let mut subjects = draft.registered();
    subjects.retain(|(subject, _)| subject.is_some() || !is_known);
    // Of what was put right here already each is called by the name that it was given last.
    let newer = RwSignal::new(Vec::new());
    let record = StoredValue::new(record);
    spawn_local(async move {
        let corrections = corrections(phone).await;
        if !corrections.is_empty() {
            let _ = newer.try_set(corrections);
        }
    });
    let button = move |(subject, name): &(Option<AnimalId>, String)| {
        let subject = *subject;
        let now = record.with_value(|record| newer.with(|newer| newest(record, newer, subject)));
        let now = now.and_then(|draft| draft.registered().pop()).map(|(_, name)| name);
        let correct = move |_| {
            spawn_local(async move {
                let newer = corrections(phone).await;
                let draft = record.try_with_value(|record| newest(record, &newer, subject));
                let words = open_words(open(phone, draft.flatten()).await, locale);
                let _ = told.try_set(words);
            });
        };
        let words = field::correct_of(locale, now.as_ref().unwrap_or(name));
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

/// What was put right on this phone and counts, the newest first, with all that it holds.
async fn corrections(phone: Phone) -> Vec<Record> {
    phone.whole().await;
    let is_one = |record: &&Record| record.held.is_correction() && record.held.is_correctable();
    let ids: Vec<_> = phone.kept.with_untracked(|kept| {
        let newest = kept.records.iter().rev().filter(is_one);
        newest.map(|record| record.held.head.id).collect()
    });
    match phone.queue() {
        Some(queue) => queue.opened(&ids).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

/// The form by which what a record registered is put right, as the newest correction left it.
fn newest(record: &Record, newer: &[Record], subject: Option<AnimalId>) -> Option<VisitDraft> {
    let of = |record: &Record| form(record).correcting(record.held.head.id, subject);
    let own = of(record)?;
    newer.iter().filter_map(of).find(|newer| newer.corrects_as(&own)).or(Some(own))
}

/// The record of today by which this person registered somebody's animal on this phone.
pub(super) fn own_record((phone, pack): (Phone, Pack), owner: &OwnerCard) -> Option<SubmissionId> {
    pack.registering(&owner.animals, |record| may_correct(phone, &record.held))
}
