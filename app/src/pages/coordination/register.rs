//! The register: one box finds by chip, RUN, telephone or names. What is typed is personal, so it
//! is posted and never stands in an address.

use domain::desk::sheet::{AnimalLine, Found, FoundOwner};
use leptos::html;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say};

use super::{Act, Failure, Heading, act, commune, label};
use crate::api;
use crate::components::action::{Button, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct RegisterPage;

#[lazy_route]
impl LazyRoute for RegisterPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Page /> }.into_any()
    }
}

#[component]
fn Page() -> impl IntoView {
    let locale = locale();
    let search: Act<String, Found> = act(api::register::search, |_| ());
    view! {
        <div class="flow">
            <Heading title=say::nav_register(locale) />
            <SearchBox search=search />
            {move || match search.value().get() {
                None => view! {
                    <EmptyState icon="search" title=say::search_first(locale)>
                        <p>{say::search_first_next(locale)}</p>
                    </EmptyState>
                }
                .into_any(),
                Some(Err(error)) => view! { <Failure error=error /> }.into_any(),
                Some(Ok(found)) => view! { <Results found=found /> }.into_any(),
            }}
        </div>
    }
}

/// The box; `/` brings the focus to it from anywhere on the page.
#[component]
fn SearchBox(search: Act<String, Found>) -> impl IntoView {
    let locale = locale();
    let (text, node) = (RwSignal::new(String::new()), NodeRef::<html::Input>::new());
    let slash = window_event_listener(leptos::ev::keydown, move |event| {
        let Some(input) = node.get_untracked() else { return };
        let is_typing = document().active_element().is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        });
        if event.key() == "/" && !is_typing {
            event.prevent_default();
            // An element that cannot take the focus keeps the page as it is.
            let _ = input.focus();
        }
    });
    on_cleanup(move || slash.remove());
    let go = move || {
        if !text.read_untracked().trim().is_empty() {
            search.dispatch(text.get_untracked());
        }
    };
    view! {
        <form
            class="search-box"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                go();
            }
        >
            <label class="field-label" for="buscar">
                {say::search_hint(locale)}
            </label>
            <div class="search-line">
                <input
                    class="input"
                    id="buscar"
                    type="search"
                    autocomplete="off"
                    enterkeyhint="search"
                    node_ref=node
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <Button submit=true icon="search" busy=search.pending() weight=Weight::Main>
                    {common::search(locale)}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Results(found: Found) -> impl IntoView {
    let locale = locale();
    if found.owners.is_empty() {
        return view! {
            <EmptyState icon="search" title=say::search_nothing(locale)>
                <p>{say::search_nothing_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        Column::words(common::owner(locale)),
        Column::words(common::run(locale)),
        Column::words(common::phone(locale)),
        Column::words(common::commune(locale)),
        Column::words(say::animals(locale)),
    ];
    let count = common::results(locale, found.owners.len() as u64);
    let rows = found.owners.into_iter().map(owner_row).collect_view();
    view! {
        {found
            .more
            .then(|| view! { <Notice title=say::search_more(locale) tone=Tone::Info /> })}
        <DataTable caption=count columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn owner_row(owner: FoundOwner) -> impl IntoView {
    let animals = owner
        .animals
        .into_iter()
        .map(|animal| {
            view! {
                <li>
                    <a href=routes::desk_animal(animal.id)>{animal.name}</a>
                    " "
                    {animal.chip.map(|chip| view! { <ChipText chip=chip /> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a href=routes::desk_owner(owner.id)>{owner.lines.name}</a>
            </th>
            <td class="figures">{owner.lines.document}</td>
            <td class="figures">{owner.lines.phone}</td>
            <td>{owner.lines.commune.map(|code| commune(&code))}</td>
            <td>
                <ul class="plain-list">{animals}</ul>
            </td>
        </tr>
    }
}

/// Animals in a table.
#[component]
pub(super) fn AnimalTable(
    /// What they are.
    #[prop(into)]
    caption: String,
    /// The animals.
    animals: Vec<AnimalLine>,
) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(common::name(locale)),
        Column::words(common::species(locale)),
        Column::words(common::chip(locale)),
        Column::words(common::state(locale)),
        Column::words(say::nav_rnm(locale)),
    ];
    let rows = animals
        .into_iter()
        .map(|animal| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=routes::desk_animal(animal.id)>{animal.name}</a>
                    </th>
                    <td>{label(animal.species, locale)}</td>
                    <td>{animal.chip.map(|chip| view! { <ChipText chip=chip /> })}</td>
                    <td>{label(animal.vital_state, locale)}</td>
                    <td>{label(animal.rnm_state, locale)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=caption columns=columns>
            {rows}
        </DataTable>
    }
}
