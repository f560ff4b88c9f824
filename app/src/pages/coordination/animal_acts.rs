//! What a coordinator does with an animal: corrects it, notes what became of it, moves it to
//! another owner, unites two records.

use domain::catalogue::VitalState;
use domain::command::Command;
use domain::desk::sheet::{AnimalSheet, FoundOwner};
use domain::id::AnimalId;
use leptos::prelude::*;
use phrases::{common, coordination as say};

use super::animal_form::AnimalForm;
use super::record::Record;
use super::{Act, Failure, act, label, typed};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::choice::Choice;
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::components::value::ChipText;
use crate::locale::locale;

/// The acts, folded: each opens to its form.
#[component]
pub(super) fn AnimalActs(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    view! {
        <section class="flow block">
            <h2>{say::acts(locale)}</h2>
            <details class="act">
                <summary>{say::correct_animal(locale)}</summary>
                <AnimalForm sheet=sheet.clone() record=record />
            </details>
            <details class="act">
                <summary>{say::vital_title(locale)}</summary>
                <Vital sheet=sheet.clone() record=record />
            </details>
            <details class="act">
                <summary>{say::transfer_title(locale)}</summary>
                <Transfer sheet=sheet.clone() record=record />
            </details>
            <details class="act">
                <summary>{say::merge_animals(locale)}</summary>
                <Merge sheet=sheet record=record />
            </details>
        </section>
    }
}

/// Lost, found again, dead, given to somebody whom the register does not know.
#[component]
fn Vital(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let state = RwSignal::new(String::new());
    let since = RwSignal::new(sheet.today.to_string());
    let from = sheet.vital_state;
    let choices = VitalState::ALL
        .iter()
        .copied()
        .filter(|&to| to != from)
        .map(|to| match to {
            VitalState::Alive if from == VitalState::Lost => {
                Choice::new(to.code(), say::found_again(locale))
            }
            _ => Choice::new(to.code(), label(to, locale)),
        })
        .collect();
    let wanted = move || {
        let state = VitalState::from_code(&state.get())?;
        Some((state, since.get().parse().ok()?))
    };
    let (animal, id) = (sheet.id, sheet.act);
    let save = move |_| {
        if let Some((state, since)) = untrack(wanted) {
            record.dispatch((id, vec![Command::SetVitalState { animal, state, since }]));
        }
    };
    let blocked = Signal::derive(move || wanted().is_none() || record.pending().get());
    view! {
        <div class="form-grid">
            {typed::chosen(state, Question::new("estado-vital", common::state(locale)), choices)}
            {typed::text(since, Question::new("desde", say::since_day(locale)), Keyboard::Date)}
        </div>
        <Actions>
            <Button busy=blocked on:click=save>
                {common::save(locale)}
            </Button>
        </Actions>
    }
}

/// A box that finds one owner, and what it found.
#[component]
pub(super) fn FindOne(
    /// The identifier of its control.
    id: &'static str,
    /// The act that finds.
    find: Act<String, FoundOwner>,
) -> impl IntoView {
    let locale = locale();
    let text = RwSignal::new(String::new());
    let go = move |_| {
        find.dispatch(text.get_untracked());
    };
    let blocked = Signal::derive(move || text.read().trim().is_empty() || find.pending().get());
    let question = Question::new(id, say::search_hint(locale)).hint(say::find_one_hint(locale));
    view! {
        {typed::text(text, question, Keyboard::Text)}
        <Actions>
            <Button weight=Weight::Quiet icon="search" busy=blocked on:click=go>
                {common::search(locale)}
            </Button>
        </Actions>
        {move || match find.value().get() {
            Some(Err(error)) => view! { <Failure error=error /> }.into_any(),
            _ => ().into_any(),
        }}
    }
}

/// Moves the animal to another owner.
#[component]
fn Transfer(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let find: Act<String, FoundOwner> = act(api::register::one_owner, |_| ());
    let (animal, id) = (sheet.id, sheet.act);
    view! {
        <p class="soft">{say::transfer_lead(locale)}</p>
        <FindOne id="nuevo-tenedor" find=find />
        {move || {
            let found = find.value().get()?.ok()?;
            let owner = found.id;
            let go = move |_| {
                record.dispatch((id, vec![Command::TransferAnimal { animal, owner }]));
            };
            let words = say::transfer_to(locale, found.lines.name);
            Some(
                view! {
                    <Actions>
                        <Button busy=record.pending() on:click=go>
                            {words}
                        </Button>
                    </Actions>
                },
            )
        }}
    }
}

/// Unites two records of one animal, and parts them again.
#[component]
fn Merge(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let find: Act<String, FoundOwner> = act(api::register::one_owner, |_| ());
    let (kept, id) = (sheet.id, sheet.act);
    let parted = sheet
        .merged
        .into_iter()
        .map(|(merged, name)| {
            let go = move |_| {
                record.dispatch((id, vec![Command::UnmergeAnimal { merged }]));
            };
            view! {
                <Actions>
                    <Button weight=Weight::Quiet icon="split" on:click=go>
                        {say::unmerge_what(locale, name)}
                    </Button>
                </Actions>
            }
        })
        .collect_view();
    view! {
        <p class="soft">{say::merge_animals_lead(locale)}</p>
        <FindOne id="otra-ficha" find=find />
        {move || {
            let found = find.value().get()?.ok()?;
            let others = found.animals.into_iter().filter(|animal| animal.id != kept);
            Some(
                others
                    .map(|other| {
                        let merged: AnimalId = other.id;
                        let go = move |_| {
                            record
                                .dispatch((id, vec![Command::MergeAnimals { kept, merged }]));
                        };
                        view! {
                            <Actions>
                                <Button
                                    weight=Weight::Quiet
                                    icon="merge"
                                    busy=record.pending()
                                    on:click=go
                                >
                                    {say::merge_what(locale, other.name)}
                                </Button>
                                {other.chip.map(|chip| view! { <ChipText chip=chip /> })}
                            </Actions>
                        }
                    })
                    .collect_view(),
            )
        }}
        {parted}
    }
}
