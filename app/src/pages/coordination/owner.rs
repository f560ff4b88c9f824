//! An owner's sheet: contact, animals, who looked, what happened.

use domain::desk::sheet::{Look, OwnerLines, OwnerSheet};
use domain::field_error::Field;
use domain::id::OwnerId;
use domain::identity::DocumentKind;
use domain::owner::OwnerDetails;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say};

use super::chronicle::Chronicle;
use super::owner_acts::OwnerActs;
use super::record::Refusals;
use super::register::AnimalTable;
use super::{Data, Heading, Told, commune, label, moment, shown};
use crate::api;
use crate::api::ApiError;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::locale::locale;

/// The page.
pub struct OwnerPage {
    sheet: Data<OwnerSheet>,
}

#[lazy_route]
impl LazyRoute for OwnerPage {
    fn data() -> Self {
        let params = use_params_map();
        let id = move || params.read().get("id").and_then(|id| id.parse::<OwnerId>().ok());
        let sheet = Resource::new(id, |id| async move {
            let unknown = ApiError::Refused(domain::refusal::Refusal::OwnerUnknown);
            api::register::owner_sheet(id.ok_or(unknown)?).await
        });
        Self { sheet }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page sheet=this.sheet /> }.into_any()
    }
}

#[component]
fn Page(sheet: Data<OwnerSheet>) -> impl IntoView {
    let locale = locale();
    let record = Refusals::none().record(move || sheet.refetch());
    view! {
        <Told act=record done=say::recorded(locale) />
        {shown(
            sheet,
            move |sheet| {
                let is_empty = sheet.animals.is_empty();
                view! {
                    <Heading title=sheet.lines.name.clone() />
                    <Contact
                        lines=sheet.lines.clone()
                        details=sheet.details.clone()
                    />
                    <section class="flow block">
                        <h2>{say::animals(locale)}</h2>
                        {is_empty
                            .then(|| view! { <p class="soft">{say::animals_empty(locale)}</p> })}
                        {(!is_empty)
                            .then(|| {
                                view! {
                                    <AnimalTable
                                        caption=say::animals(locale)
                                        animals=sheet.animals.clone()
                                    />
                                }
                            })}
                    </section>
                    <OwnerActs sheet=sheet.clone() record=record />
                    <section class="flow block">
                        <h2>{say::looks(locale)}</h2>
                        <p class="soft">{say::looks_lead(locale)}</p>
                        <Looks looks=sheet.looks />
                    </section>
                    <section class="flow block">
                        <h2>{say::history(locale)}</h2>
                        <Chronicle lines=sheet.history />
                    </section>
                }
            },
        )}
    }
}

#[component]
fn Contact(
    lines: OwnerLines,
    /// The same, for who may see them.
    details: Option<OwnerDetails>,
) -> impl IntoView {
    let locale = locale();
    let unit = details.as_ref().and_then(|details| details.unit);
    let kind = details.map(|details| details.document.kind());
    let document = match kind {
        None | Some(DocumentKind::None) => label(Field::Document, locale),
        Some(kind) => label(kind, locale),
    };
    let row = move |name: &str, value: Option<String>| {
        let missing = value.is_none();
        let value = value.unwrap_or_else(|| common::not_stated(locale).to_owned());
        view! {
            <SummaryRow name=name.to_owned() missing=missing>
                {value}
            </SummaryRow>
        }
    };
    view! {
        <SummaryList>
            {row(&document, Some(lines.document).filter(|text| !text.is_empty()))}
            {row(common::phone(locale), lines.phone)} {row(common::email(locale), lines.email)}
            {row(common::address(locale), lines.address)}
            {row(common::commune(locale), lines.commune.map(|code| commune(&code)))}
            {unit.map(|unit| row(say::unit(locale), Some(unit.number.to_string())))}
        </SummaryList>
    }
}

#[component]
fn Looks(looks: Vec<Look>) -> impl IntoView {
    let locale = locale();
    let lines = looks
        .into_iter()
        .map(|look| {
            let by = look.by.unwrap_or_else(|| say::look_owner(locale).to_owned());
            let what = match look.kind.as_str() {
                "search" => say::look_search(locale),
                "sheet" => say::look_sheet(locale),
                "pack" => say::look_pack(locale),
                _ => say::look_other(locale),
            };
            view! {
                <li>
                    <div class="chronicle-line">
                        <span>{what}</span>
                        <span class="soft">{by}</span>
                        <span class="soft figures">{moment(look.at)}</span>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="chronicle">{lines}</ol> }
}
