//! The signing keys: which sign now, which only verify, and the rotation of one.

use domain::desk::people::{KeyLine, KeyList};
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{Locale, common, coordination as say};

use super::{Act, Data, Heading, Told, act, moment, shown};
use crate::api::people;
use crate::components::action::{Button, LinkButton, Weight};
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::components::value::StateText;
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct KeysPage {
    list: Data<KeyList>,
}

#[lazy_route]
impl LazyRoute for KeysPage {
    fn data() -> Self {
        Self { list: Resource::new(|| (), |()| people::keys()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

#[component]
fn Page(list: Data<KeyList>) -> impl IntoView {
    let locale = locale();
    let rotate: Act<String, ()> = act(people::rotate_key, move |()| list.refetch());
    view! {
        <div class="flow">
            <Heading title=say::nav_keys(locale) />
            <p class="soft">{say::keys_lead(locale)}</p>
            <Told act=rotate done=say::key_rotated(locale) />
            {shown(list, move |list| view! { <Table list=list rotate=rotate /> })}
        </div>
    }
}

#[component]
fn Table(list: KeyList, rotate: Act<String, ()>) -> impl IntoView {
    let locale = locale();
    let is_fresh = list.is_fresh;
    let confirm = format!("{}?next={}", routes::CONFIRM, routes::desk(routes::KEYS));
    let columns = vec![
        Column::words(say::key_purpose(locale)),
        Column::words(say::key_id(locale)),
        Column::words(common::state(locale)),
        Column::words(say::since(locale)),
        Column::words(say::actions(locale)),
    ];
    let rows = list.rows.into_iter().map(|line| row(line, is_fresh, rotate)).collect_view();
    view! {
        {(!is_fresh)
            .then(|| {
                view! {
                    <Notice title=say::confirm_first(locale)>
                        <p>{say::confirm_keys_next(locale)}</p>
                        <LinkButton href=confirm weight=Weight::Quiet icon="key-round">
                            {say::confirm_go(locale)}
                        </LinkButton>
                    </Notice>
                }
            })}
        <DataTable caption=say::nav_keys(locale) columns=columns repeats=true>
            {rows}
        </DataTable>
    }
}

fn purpose_words(purpose: &str, locale: Locale) -> &'static str {
    match purpose {
        "documents" => say::key_documents(locale),
        "receipts" => say::key_receipts(locale),
        "delegation" => say::key_delegation(locale),
        _ => say::key_checkpoints(locale),
    }
}

fn row(line: KeyLine, is_fresh: bool, rotate: Act<String, ()>) -> impl IntoView {
    let locale = locale();
    let (words, tone) = match line.retired_at {
        Some(at) => (say::key_retired(locale, moment(at)), Tone::Info),
        None => (say::key_signs(locale).to_owned(), Tone::Kept),
    };
    let purpose = line.purpose.clone();
    let button = (line.retired_at.is_none() && is_fresh).then(|| {
        view! {
            <Button
                weight=Weight::Plain
                icon="refresh-cw"
                busy=rotate.pending()
                on:click=move |_| {
                    rotate.dispatch(purpose.clone());
                }
            >
                {say::rotate(locale)}
            </Button>
        }
    });
    view! {
        <tr>
            <th scope="row">{purpose_words(&line.purpose, locale)}</th>
            <td>
                <code>{line.kid}</code>
            </td>
            <td>
                <StateText words=words tone=tone />
            </td>
            <td>{moment(line.created_at)}</td>
            <td>{button}</td>
        </tr>
    }
}
