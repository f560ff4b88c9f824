//! The desk of the RNM: a list a state, steps for several animals at once.

use domain::desk::queue::{RnmList, RnmRow, RnmStep};
use domain::id::AnimalId;
use domain::rnm::RnmState;
use domain::unicode::capital;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, format};
use std::collections::BTreeSet;

use super::{Act, Data, Heading, Told, act, commune, moment, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{Pager, Tabs, Way};
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::routes;

type Mark = Act<(Vec<AnimalId>, RnmStep), u32>;

/// The page.
pub struct RnmPage {
    list: Data<RnmList>,
}

#[lazy_route]
impl LazyRoute for RnmPage {
    fn data() -> Self {
        let query = use_query_map();
        let wanted = move || {
            let query = query.read();
            let state = query.get("estado").and_then(|code| RnmState::from_code(&code));
            let page = query.get("pagina").and_then(|n| n.parse().ok()).unwrap_or(1);
            (state.unwrap_or(RnmState::Ready), page)
        };
        let list = Resource::new(wanted, |(state, page)| api::rnm::rnm_list(state, page));
        Self { list }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

/// The states in the order in which they ask for somebody.
const ORDER: [RnmState; 8] = [
    RnmState::Ready,
    RnmState::Incomplete,
    RnmState::Requested,
    RnmState::Observed,
    RnmState::Rejected,
    RnmState::Approved,
    RnmState::CertificateMailed,
    RnmState::BlockedNoRun,
];

fn address(state: RnmState, page: u32) -> String {
    let first = format!("{}?estado={state}", routes::desk(routes::RNM));
    if page > 1 { format!("{first}&pagina={page}") } else { first }
}

#[component]
fn Page(list: Data<RnmList>) -> impl IntoView {
    let locale = locale();
    let selected = RwSignal::new(BTreeSet::new());
    let mark: Mark = act(
        |(animals, step)| api::rnm::rnm_mark(animals, step),
        move |_| {
            selected.set(BTreeSet::new());
            list.refetch();
        },
    );
    view! {
        <div class="flow">
            <Heading title=say::nav_rnm(locale)>
                <a class="button" data-kind="quiet" href=routes::RNM_CSV rel="external" download="">
                    {say::export_csv(locale)}
                </a>
            </Heading>
            <Told act=mark done=say::rnm_marked(locale) />
            {shown(
                list,
                move |list| view! { <List list=list selected=selected mark=mark /> },
            )}
        </div>
    }
}

#[component]
fn List(list: RnmList, selected: RwSignal<BTreeSet<AnimalId>>, mark: Mark) -> impl IntoView {
    let locale = locale();
    let ways = ORDER.map(|state| {
        let count = list.counts.iter().find(|known| known.state == state).map_or(0, |c| c.count);
        let words =
            format!("{} ({})", capital(state.label(locale)), format::count(count.into(), locale));
        Way::new(address(state, 1), words)
    });
    let state = list.state;
    let may_mark = list.may_decide && !steps(state).is_empty();
    let tabs = view! {
        <Tabs label=say::nav_rnm(locale) ways=ways.to_vec() current=address(state, 1) />
    };
    if list.rows.is_empty() {
        return view! {
            {tabs}
            <EmptyState icon="file-check" title=say::rnm_empty_state(locale, state.label(locale))>
                <p>{hint(state, locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let ids: Vec<_> = list.rows.iter().map(|row| row.animal).collect();
    let (page, pages) = (list.page, list.pages);
    let previous = if page > 1 { address(state, page - 1) } else { String::new() };
    let next = if page < pages { address(state, page + 1) } else { String::new() };
    let rows = list
        .rows
        .into_iter()
        .map(|line| row(line, state, may_mark.then_some(selected)))
        .collect_view();
    view! {
        {tabs}
        <p class="soft">{hint(state, locale)}</p>
        {may_mark
            .then(|| view! { <Bulk state=state ids=ids selected=selected mark=mark /> })}
        <DataTable caption=capital(state.label(locale)) columns=columns(state, may_mark, locale)>
            {rows}
        </DataTable>
        {(pages > 1)
            .then(|| {
                view! {
                    <Pager now=u64::from(page) total=u64::from(pages) previous=previous next=next />
                }
            })}
    }
    .into_any()
}

/// The steps that a person may record for several animals in a state.
fn steps(state: RnmState) -> &'static [RnmState] {
    match state {
        RnmState::Ready | RnmState::Rejected => &[RnmState::Requested],
        RnmState::Requested => &[RnmState::Observed, RnmState::Rejected],
        RnmState::Observed => &[RnmState::Requested, RnmState::Rejected],
        RnmState::Approved => &[RnmState::CertificateMailed],
        RnmState::NoChip
        | RnmState::Incomplete
        | RnmState::BlockedNoRun
        | RnmState::CertificateMailed => &[],
    }
}

/// What to do with the animals of a state.
fn hint(state: RnmState, locale: Locale) -> &'static str {
    match state {
        RnmState::Ready => say::rnm_hint_ready(locale),
        RnmState::Incomplete | RnmState::NoChip => say::rnm_hint_incomplete(locale),
        RnmState::Requested => say::rnm_hint_requested(locale),
        RnmState::Observed => say::rnm_hint_observed(locale),
        RnmState::Rejected => say::rnm_hint_rejected(locale),
        RnmState::Approved => say::rnm_hint_approved(locale),
        RnmState::CertificateMailed => say::rnm_hint_mailed(locale),
        RnmState::BlockedNoRun => say::rnm_hint_blocked(locale),
    }
}

/// What can be done with the selected animals, and how many they are.
#[component]
fn Bulk(
    state: RnmState,
    ids: Vec<AnimalId>,
    selected: RwSignal<BTreeSet<AnimalId>>,
    mark: Mark,
) -> impl IntoView {
    let locale = locale();
    let reason = RwSignal::new(String::new());
    let asks_reason = steps(state).iter().any(|to| needs_reason(*to));
    let all: BTreeSet<_> = ids.into_iter().collect();
    let every = all.clone();
    let is_all = move || *selected.read() == every;
    let toggle = move |_| {
        selected.update(|now| *now = if *now == all { BTreeSet::new() } else { all.clone() })
    };
    let buttons = steps(state)
        .iter()
        .enumerate()
        .map(|(place, &to)| {
            let blocked = Signal::derive(move || {
                let unexplained = needs_reason(to) && reason.read().trim().is_empty();
                selected.read().is_empty() || unexplained || mark.pending().get()
            });
            let go = move |_| {
                let animals = selected.get_untracked().into_iter().collect();
                mark.dispatch((animals, step(to, reason.get_untracked())));
            };
            let weight = if place == 0 { Weight::Main } else { Weight::Quiet };
            view! {
                <Button weight=weight busy=blocked on:click=go>
                    {act_words(to, locale)}
                </Button>
            }
        })
        .collect_view();
    view! {
        <section class="bulk" aria-label=say::actions(locale)>
            <label class="bulk-all">
                <input type="checkbox" prop:checked=is_all on:change=toggle />
                {say::select_page(locale)}
            </label>
            <p class="figures" aria-live="polite">
                {move || say::selected(locale, selected.read().len() as u64)}
            </p>
            {asks_reason
                .then(|| {
                    let question = Question::new("motivo", say::reason(locale))
                        .hint(say::rnm_reason_hint(locale));
                    typed::text(reason, question, Default::default())
                })}
            <Actions>{buttons}</Actions>
        </section>
    }
}

const fn needs_reason(to: RnmState) -> bool {
    matches!(to, RnmState::Observed | RnmState::Rejected)
}

fn step(to: RnmState, reason: String) -> RnmStep {
    match to {
        RnmState::Observed => RnmStep::Observed { reason },
        RnmState::Rejected => RnmStep::Rejected { reason },
        RnmState::CertificateMailed => RnmStep::HandedOver,
        _ => RnmStep::Requested,
    }
}

fn act_words(to: RnmState, locale: Locale) -> &'static str {
    match to {
        RnmState::Observed => say::observe(locale),
        RnmState::Rejected => say::reject(locale),
        RnmState::CertificateMailed => say::handed_over(locale),
        _ => say::mark_requested(locale),
    }
}

fn columns(state: RnmState, may_mark: bool, locale: Locale) -> Vec<Column> {
    let mut columns = Vec::new();
    if may_mark {
        columns.push(Column::words(say::select(locale)));
    }
    columns.extend([
        Column::words(common::animal(locale)),
        Column::words(common::chip(locale)),
        Column::words(common::owner(locale)),
        Column::words(common::run(locale)),
        Column::words(common::commune(locale)),
        Column::words(say::since(locale)),
    ]);
    match state {
        RnmState::Incomplete => columns.push(Column::words(say::lacks(locale))),
        RnmState::Observed | RnmState::Rejected => columns.push(Column::words(say::reason(locale))),
        RnmState::Approved | RnmState::CertificateMailed => {
            columns.push(Column::words(say::rnm_number(locale)));
        }
        _ => {}
    }
    columns
}

fn row(
    line: RnmRow,
    state: RnmState,
    selected: Option<RwSignal<BTreeSet<AnimalId>>>,
) -> impl IntoView {
    let locale = locale();
    let id = line.animal;
    let name = line.name.clone();
    let choose = selected.map(|selected| {
        let toggle = move |_| {
            selected.update(|now| {
                if !now.remove(&id) {
                    now.insert(id);
                }
            });
        };
        view! {
            <td>
                <input
                    type="checkbox"
                    aria-label=say::select_what(locale, name)
                    prop:checked=move || selected.read().contains(&id)
                    on:change=toggle
                />
            </td>
        }
    });
    let last = match state {
        RnmState::Incomplete => {
            let lacks: Vec<_> = line.lacks.iter().map(|lack| lack.label(locale)).collect();
            Some(capital(&format::list(&lacks, locale)))
        }
        RnmState::Observed | RnmState::Rejected => Some(line.reason.unwrap_or_default()),
        RnmState::Approved if !line.has_email => {
            let number = line.number.unwrap_or_default();
            Some(format!("{number} · {}", say::on_paper(locale)))
        }
        RnmState::Approved | RnmState::CertificateMailed => Some(line.number.unwrap_or_default()),
        _ => None,
    };
    view! {
        <tr>
            {choose}
            <th scope="row">
                <a href=routes::desk_animal(id)>{line.name}</a>
            </th>
            <td>{line.chip.map(|chip| view! { <ChipText chip=chip /> })}</td>
            <td>
                <a href=routes::desk_owner(line.owner)>{line.owner_name}</a>
            </td>
            <td class="figures">{line.owner_document}</td>
            <td>{line.commune.map(|code| commune(&code))}</td>
            <td>{moment(line.since)}</td>
            {last.map(|words| view! { <td class="wide">{words}</td> })}
        </tr>
    }
}
