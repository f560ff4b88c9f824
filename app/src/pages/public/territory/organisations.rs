//! Organisations: the list with whom to ask for, and the form of one.

use domain::catalogue::OrganisationKind;
use domain::desk::territory::{OrganisationLine, OrganisationList};
use domain::field_error::Field;
use domain::id::OrganisationId;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, territory as say};

use super::{DeskFrame, communes, told, typed, unit_words};
use crate::components::action::{Actions, Button, LinkButton};
use crate::components::choice::Choice;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::BackLink;
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::pages::public::stock::Links;
use crate::routes;

/// The names of the fields that may be shown again.
pub const ORGANISATION_FIELDS: [&str; 8] = [
    "name",
    "organisation",
    "commune",
    "neighbourhood_unit",
    "address",
    "person_name",
    "phone",
    "email",
];

/// `/coordinacion/organizaciones`.
#[component]
pub fn OrganisationsPage(
    /// The links round it.
    links: Links,
    /// The organisations.
    list: OrganisationList,
    /// One was just kept.
    is_done: bool,
) -> impl IntoView {
    let locale = locale();
    let may_plan = list.may_plan;
    let way = may_plan.then(|| {
        view! {
            <div class="actions">
                <LinkButton href=routes::organisation(routes::NEW) icon="plus">
                    {say::organisation_new(locale)}
                </LinkButton>
            </div>
        }
    });
    let rows = if list.rows.is_empty() {
        view! {
            <EmptyState icon="inbox" title=say::organisations_empty(locale)>
                <p>{say::organisations_next(locale)}</p>
            </EmptyState>
        }
        .into_any()
    } else {
        table(list.rows, may_plan, locale).into_any()
    };
    view! {
        <DeskFrame
            title=say::organisations(locale).to_owned()
            current=routes::ORGANISATIONS
            links=links
        >
            {told(is_done, locale)}
            <div class="page-head">
                <h1>{say::organisations(locale)}</h1>
                {way}
            </div>
            <div class="flow">
                <p class="soft">{say::organisations_lead(locale)}</p>
                {rows}
            </div>
        </DeskFrame>
    }
}

fn table(rows: Vec<OrganisationLine>, may_plan: bool, locale: Locale) -> impl IntoView {
    let columns = [Field::Organisation, Field::Commune, Field::Address]
        .map(|field| Column::words(capital(field.label(locale))));
    let contact = [Field::PersonName, Field::Phone, Field::Email]
        .map(|field| Column::words(capital(field.label(locale))));
    let columns = columns.into_iter().chain(contact).collect();
    let rows = rows
        .into_iter()
        .map(|line| {
            let name = match may_plan {
                true => view! { <a href=routes::organisation(line.id)>{line.name}</a> }.into_any(),
                false => line.name.into_any(),
            };
            let place = match line.unit {
                Some(unit) => unit_words(unit, locale),
                None => line.commune.to_string(),
            };
            view! {
                <tr>
                    <th scope="row">
                        {name} <div class="soft">{capital(line.kind.label(locale))}</div>
                    </th>
                    <td>{place}</td>
                    <td>{line.address}</td>
                    <td>{line.contact_name}</td>
                    <td>{line.phone}</td>
                    <td>{line.email}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::organisations(locale) columns=columns repeats=true>
            {rows}
        </DataTable>
    }
}

/// `/coordinacion/organizaciones/{id}`.
#[component]
pub fn OrganisationPage(
    /// The links round it.
    links: Links,
    /// Under which identifier it is kept.
    id: OrganisationId,
    /// There is none of that identifier yet.
    is_new: bool,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = match is_new {
        true => say::organisation_new(locale),
        false => say::organisation_change(locale),
    };
    let kind = state.question(Field::Organisation.code(), say::kind(locale));
    let kinds = OrganisationKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), capital(kind.label(locale))))
        .collect();
    view! {
        <DeskFrame title=title.to_owned() current=routes::ORGANISATIONS links=links>
            <div class="narrow flow">
                <BackLink href=routes::ORGANISATIONS />
                <FormFaults />
                <h1>{title}</h1>
                <form class="flow" method="post" action=routes::organisation(id)>
                    {line(Field::Name, &state, Keyboard::Text)}
                    {chosen(kind, kinds, &state)}
                    {chosen(ask(Field::Commune, &state), communes(), &state)}
                    {optional(Field::NeighbourhoodUnit, &state, Keyboard::Digits)}
                    {optional(Field::Address, &state, Keyboard::Text)}
                    <h2>{say::contact(locale)}</h2>
                    {optional(Field::PersonName, &state, Keyboard::Name)}
                    {optional(Field::Phone, &state, Keyboard::Phone)}
                    {optional(Field::Email, &state, Keyboard::Email)}
                    <Actions>
                        <Button submit=true>{say::save(locale)}</Button>
                    </Actions>
                </form>
            </div>
        </DeskFrame>
    }
}

/// The question of a field, by its own name.
fn ask(field: Field, state: &FormState) -> Question {
    state.question(field.code(), &capital(field.label(locale())))
}

fn line(field: Field, state: &FormState, keyboard: Keyboard) -> AnyView {
    typed(ask(field, state), state, keyboard)
}

fn optional(field: Field, state: &FormState, keyboard: Keyboard) -> AnyView {
    typed(ask(field, state).optional(), state, keyboard)
}

fn chosen(question: Question, choices: Vec<Choice>, state: &FormState) -> AnyView {
    let value = state.value(question.id());
    view! { <Select question=question choices=choices value=value /> }.into_any()
}
