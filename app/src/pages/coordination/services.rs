//! What was done to an animal, on its sheet: each service with the ways to correct it and to annul
//! it.

use domain::catalogue::Procedure;
use domain::desk::sheet::{AnimalSheet, ServiceSheet};
use domain::id::ServiceId;
use domain::service::ServiceDetails;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, format};

use super::annulment::{Annulment, opened};
use super::consent::consented;
use super::label;
use super::record::Record;
use super::service_form::ServiceForm;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::table::{Column, DataTable};
use crate::components::value::DateText;
use crate::locale::locale;

/// The services that the two dialogs are about, to correct and to annul; none while they are shut.
type Chosen = (RwSignal<Option<ServiceSheet>>, RwSignal<Option<ServiceId>>);

/// The list, and the two dialogs.
#[component]
pub(super) fn Services(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let (to_correct, to_annul): Chosen = (RwSignal::new(None), RwSignal::new(None));
    let (may_change, id, species) = (sheet.may_change, sheet.act, sheet.details.species);
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(common::kind(locale)),
        Column::words(say::details(locale)),
        Column::words(say::outreach(locale)),
        Column::words(say::veterinarian(locale)),
        Column::words(say::actions(locale)),
    ];
    let is_empty = sheet.services.is_empty();
    let row = |service| service_row(service, may_change.then_some((to_correct, to_annul)));
    let rows = sheet.services.into_iter().map(row).collect_view();
    let open = opened(to_correct);
    let form = move || {
        let service = to_correct.get()?;
        Some(view! { <ServiceForm service=service species=species id=id record=record /> })
    };
    view! {
        <section class="flow block">
            <h2>{say::services(locale)}</h2>
            {is_empty.then(|| view! { <p class="soft">{say::services_empty(locale)}</p> })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <DataTable caption=say::services(locale) columns=columns>
                            {rows}
                        </DataTable>
                    }
                })}
            <Dialog open=open title=say::correct_service(locale)>
                {form}
            </Dialog>
            <Annulment
                chosen=to_annul
                id=id
                record=record
                title=say::annul_title(locale)
                why="motivo-anular"
                lead=say::annul_lead(locale)
            />
        </section>
    }
}

/// A service, with the ways to correct and to annul it for who may.
fn service_row(service: ServiceSheet, ways: Option<Chosen>) -> impl IntoView {
    let locale = locale();
    let (chosen, id) = (service.clone(), service.id);
    let last = match (service.annulled, ways) {
        (Some(reason), _) => {
            view! { <span class="soft">{say::annulled_for(locale, reason)}</span> }.into_any()
        }
        (None, Some((to_correct, to_annul))) => view! {
            <Actions>
                <Button
                    weight=Weight::Plain
                    on:click=move |_| to_correct.set(Some(chosen.clone()))
                >
                    {say::correct(locale)}
                </Button>
                <Button weight=Weight::Plain on:click=move |_| to_annul.set(Some(id))>
                    {say::annul(locale)}
                </Button>
            </Actions>
        }
        .into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <tr>
            <td>
                <DateText date=service.on />
            </td>
            <th scope="row">{label(service.kind, locale)}</th>
            <td>
                {details(&service.details, locale)}
                {service.consent.map(|consent| consented(consent, locale))}
            </td>
            <td>{service.outreach}</td>
            <td>{service.veterinarian}</td>
            <td>{last}</td>
        </tr>
    }
}

/// What a service says beyond its kind, in one line.
fn details(details: &ServiceDetails, locale: Locale) -> String {
    match details {
        ServiceDetails::Microchip(chip) => {
            let number = format::chip(&chip.chip.to_string());
            match chip.procedure {
                Procedure::Implantation => format!("{number} · {}", chip.site.label(locale)),
                Procedure::Verification => number,
            }
        }
        ServiceDetails::Deworming(dose) => {
            let weight = dose.weight.map(|weight| format::weight(weight.grams(), locale));
            joined([Some(dose.product.to_string()), Some(dose.batch.to_string()), weight])
        }
        ServiceDetails::Sterilisation(surgery) => {
            let weight = surgery.weight.map(|weight| format::weight(weight.grams(), locale));
            let remarks = surgery.remarks.as_ref().map(ToString::to_string);
            joined([Some(label(surgery.outcome, locale)), weight, remarks])
        }
    }
}

fn joined(parts: [Option<String>; 3]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
