//! What was done to an animal, on its sheet: each service with the ways to correct it and to annul
//! it.

use domain::catalogue::Procedure;
use domain::desk::sheet::{AnimalSheet, ServiceSheet};
use domain::service::ServiceDetails;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, format};

use super::amending::{Chosen, Words, dialogs, nothing, ways};
use super::consent::consented;
use super::record::Record;
use super::service_form::ServiceForm;
use super::{hour, label};
use crate::components::table::{Column, DataTable};
use crate::components::value::{ChipText, DateText};
use crate::locale::locale;

/// The list, and the two dialogs.
#[component]
pub(super) fn Services(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let chosen = nothing();
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
    let row = |service| service_row(service, may_change.then_some(chosen));
    let rows = sheet.services.into_iter().map(row).collect_view();
    let words = Words {
        correct: say::correct_service(locale),
        annul: say::annul_title(locale),
        lead: Some(say::annul_lead(locale)),
        why: "motivo-anular",
    };
    let form = move |service: ServiceSheet| {
        view! { <ServiceForm service=service species=species id=id record=record /> }.into_any()
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
            {dialogs(chosen, words, (id, record), form)}
        </section>
    }
}

/// A service, with the ways to correct and to annul it for who may.
fn service_row(service: ServiceSheet, chosen: Option<Chosen<ServiceSheet>>) -> impl IntoView {
    let locale = locale();
    let last = ways((service.clone(), service.id), service.annulled, chosen);
    view! {
        <tr>
            <td>
                <DateText date=service.on />
                " "
                <span class="soft figures">{hour(service.at)}</span>
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
fn details(details: &ServiceDetails, locale: Locale) -> AnyView {
    match details {
        ServiceDetails::Microchip(chip) => {
            let site = match chip.procedure {
                Procedure::Implantation => format!(" · {}", chip.site.label(locale)),
                Procedure::Verification => String::new(),
            };
            view! {
                <ChipText chip=chip.chip />
                {(!site.is_empty()).then_some(site)}
            }
            .into_any()
        }
        ServiceDetails::Deworming(dose) => {
            let weight = dose.weight.map(|weight| format::weight(weight.grams(), locale));
            let parts = [Some(dose.product.to_string()), Some(dose.batch.to_string()), weight];
            joined(parts).into_any()
        }
        ServiceDetails::Sterilisation(surgery) => {
            let weight = surgery.weight.map(|weight| format::weight(weight.grams(), locale));
            let remarks = surgery.remarks.as_ref().map(ToString::to_string);
            joined([Some(label(surgery.outcome, locale)), weight, remarks]).into_any()
        }
    }
}

fn joined(parts: [Option<String>; 3]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
