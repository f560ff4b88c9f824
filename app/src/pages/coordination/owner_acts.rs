//! What a coordinator does with an owner: corrects the data, unites two records, parts them.

use domain::command::Command;
use domain::desk::sheet::{FoundOwner, OwnerSheet};
use leptos::prelude::*;
use phrases::coordination as say;

use super::animal_acts::FindOne;
use super::owner_form::OwnerForm;
use super::record::Record;
use super::{Act, act};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::locale::locale;

/// The acts, folded; nothing for who may not change the data.
#[component]
pub(super) fn OwnerActs(sheet: OwnerSheet, record: Record) -> impl IntoView {
    let locale = locale();
    sheet.details.clone().map(|details| {
        view! {
            <section class="flow block">
                <h2>{say::acts(locale)}</h2>
                <details class="act">
                    <summary>{say::correct_owner(locale)}</summary>
                    <OwnerForm sheet=sheet.clone() details=details record=record />
                </details>
                <details class="act">
                    <summary>{say::merge_owners(locale)}</summary>
                    <Merge sheet=sheet record=record />
                </details>
            </section>
        }
    })
}

/// Unites two records of one person, and parts them again.
#[component]
fn Merge(sheet: OwnerSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let find: Act<String, FoundOwner> = act(api::register::one_owner, |_| ());
    let (kept, id) = (sheet.id, sheet.act);
    let parted = sheet
        .merged
        .into_iter()
        .map(|(merged, name)| {
            let go = move |_| {
                record.dispatch((id, vec![Command::UnmergeOwner { merged }]));
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
        <p class="soft">{say::merge_owners_lead(locale)}</p>
        <FindOne id="otra-persona" find=find />
        {move || {
            let found = find.value().get()?.ok().filter(|found| found.id != kept)?;
            let merged = found.id;
            let go = move |_| {
                record.dispatch((id, vec![Command::MergeOwners { kept, merged }]));
            };
            let words = format!("{} · {}", found.lines.name, found.lines.document);
            Some(
                view! {
                    <Actions>
                        <Button
                            weight=Weight::Quiet
                            icon="merge"
                            busy=record.pending()
                            on:click=go
                        >
                            {say::merge_what(locale, words)}
                        </Button>
                    </Actions>
                },
            )
        }}
        {parted}
    }
}
