//! The outreaches of a year, filtered in the address.

use domain::desk::plan::{OutreachFilter, OutreachList};
use domain::outreach::OutreachStatus;
use domain::role::{UseCase, allows};
use domain::service::ServiceKind;
use domain::territory::Commune;
use domain::view::OutreachView;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say};

use super::filters::{Filters, OneOf};
use super::{Data, Heading, commune, label, shown, visitor};
use crate::api;
use crate::components::action::LinkButton;
use crate::components::empty_state::EmptyState;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::components::value::{CountText, DateText, StateText};
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct OutreachesPage {
    list: Data<OutreachList>,
}

#[lazy_route]
impl LazyRoute for OutreachesPage {
    fn data() -> Self {
        let query = use_query_map();
        let filter = move || {
            let query = query.read();
            OutreachFilter {
                year: query.get("ano").and_then(|year| year.parse().ok()),
                status: query.get("estado").filter(|code| !code.is_empty()),
                commune: query.get("comuna").filter(|code| !code.is_empty()),
            }
        };
        Self { list: Resource::new(filter, api::plan::outreaches) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

#[component]
fn Page(list: Data<OutreachList>) -> impl IntoView {
    let locale = locale();
    let query = use_query_map();
    let asked = move |name: &str| query.read_untracked().get(name).unwrap_or_default();
    let (status, commune) = (asked("estado"), asked("comuna"));
    shown(list, move |list| {
        let new = list.may_plan.then(|| {
            let href = format!("{}/{}", routes::desk(routes::OUTREACHES), routes::NEW_OUTREACH);
            view! {
                <LinkButton href=href icon="plus">
                    {say::new_outreach(locale)}
                </LinkButton>
            }
        });
        view! {
            <div class="flow">
                <Heading title=say::nav_outreaches(locale)>{new}</Heading>
                <Narrowing year=list.year status=status.clone() commune=commune.clone() />
                <Table list=list />
            </div>
        }
    })
}

#[component]
fn Narrowing(year: i16, status: String, commune: String) -> impl IntoView {
    let locale = locale();
    let statuses = OutreachStatus::ALL.iter();
    let statuses = statuses.map(|&one| (one.code().to_owned(), label(one, locale))).collect();
    let named = |one: Commune| (one.code(), one.name().unwrap_or_default().to_owned());
    let communes = Commune::named().map(named).collect();
    view! {
        <Filters action=routes::desk(routes::OUTREACHES)>
            <div class="field">
                <label class="field-label" for="ano">
                    {say::year(locale)}
                </label>
                <input
                    class="input"
                    id="ano"
                    name="ano"
                    inputmode="numeric"
                    data-width="code"
                    value=year.to_string()
                />
            </div>
            <OneOf name="estado" title=common::state(locale) choices=statuses chosen=status />
            <OneOf name="comuna" title=common::commune(locale) choices=communes chosen=commune />
        </Filters>
    }
}

#[component]
fn Table(list: OutreachList) -> impl IntoView {
    let locale = locale();
    if list.rows.is_empty() {
        return view! {
            <EmptyState icon="calendar" title=say::outreaches_empty(locale)>
                <p>{say::outreaches_empty_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let caption = say::outreaches_of(locale, list.rows.len() as u64, list.year);
    let more = list
        .has_more
        .then(|| view! { <Notice title=say::outreaches_more(locale) tone=Tone::Info /> });
    view! {
        {more}
        <OutreachTable caption=caption rows=list.rows />
    }
    .into_any()
}

/// Outreaches with what was done at each.
#[component]
pub(super) fn OutreachTable(
    /// What they are.
    #[prop(into)]
    caption: String,
    /// The outreaches.
    rows: Vec<OutreachView>,
) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(say::outreach(locale)),
        Column::words(common::place(locale)),
        Column::words(common::commune(locale)),
        Column::words(common::state(locale)),
        Column::figures(say::implantations(locale)),
        Column::figures(say::verifications(locale)),
        Column::figures(say::dewormings(locale)),
        Column::figures(say::sterilisations(locale)),
    ];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=caption columns=columns>
            {rows}
        </DataTable>
    }
}

/// How many services of some kinds an outreach has.
pub(super) fn count_of(view: &OutreachView, kinds: &[ServiceKind]) -> u64 {
    let counted = view.counts.iter().filter(|count| kinds.contains(&count.kind));
    counted.map(|count| u64::from(count.count)).sum()
}

/// A figure of an outreach, and the way to the services that it counts for who may take it.
fn figure(view: &OutreachView, kinds: &[ServiceKind], may_open: bool) -> AnyView {
    let number = count_of(view, kinds);
    let number_text = view! { <CountText number=number /> };
    let way = (may_open && number > 0).then(|| {
        let asked = kinds.iter().map(|kind| format!("{}={kind}", routes::SERVICE_KIND));
        let asked = asked.collect::<Vec<_>>().join("&");
        format!("{}?{asked}", routes::desk_outreach_services(view.outreach.id))
    });
    match way {
        // Served whole: no router of the browser's takes the way to it.
        Some(href) => view! {
            <td data-align="end">
                <a href=href rel="external">
                    {number_text}
                </a>
            </td>
        }
        .into_any(),
        None => view! { <td data-align="end">{number_text}</td> }.into_any(),
    }
}

fn row(view: OutreachView) -> impl IntoView {
    let locale = locale();
    let may_open = allows(visitor().role.into(), UseCase::ReadOutreaches);
    let figures = [
        figure(&view, &[ServiceKind::Implantation], may_open),
        figure(&view, &[ServiceKind::Verification], may_open),
        figure(&view, &[ServiceKind::DewormingInternal, ServiceKind::DewormingExternal], may_open),
        figure(&view, &[ServiceKind::Sterilisation], may_open),
    ];
    let outreach = view.outreach;
    // Field staff have no sheet of it; its day is theirs too, and is served whole.
    let (href, rel) = match may_open {
        true => (routes::desk_outreach(outreach.id), None),
        false => (routes::desk_day(outreach.id), Some("external")),
    };
    let tone = match outreach.status {
        OutreachStatus::Closed | OutreachStatus::Reported => Tone::Kept,
        OutreachStatus::Suspended => Tone::Person,
        OutreachStatus::Draft | OutreachStatus::Published => Tone::Waiting,
        OutreachStatus::Open | OutreachStatus::UnderWay => Tone::Info,
    };
    view! {
        <tr>
            <td>
                <DateText date=outreach.held_on />
            </td>
            <th scope="row">
                <a href=href rel=rel>
                    {outreach.name.to_string()}
                </a>
            </th>
            <td>{outreach.place.to_string()}</td>
            <td>{commune(&outreach.commune.code())}</td>
            <td>
                <StateText words=label(outreach.status, locale) tone=tone />
            </td>
            {figures.into_iter().collect_view()}
        </tr>
    }
}
