//! One outreach: where and when, the team and its authorisations, the services.

use domain::desk::plan::{OutreachSheet, Person, ServiceRow};
use domain::id::{OutreachId, StaffId};
use domain::role::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{closing, common, coordination as say, format, planning};

use super::chronicle::Chronicle;
use super::pairing::Pairing;
use super::talks::{TalkActs, Talks};
use super::typed::agreed;
use super::{Act, Data, Heading, Told, act, commune, hour, label, moment, shown};
use crate::api;
use crate::api::ApiError;
use crate::components::action::{Button, LinkButton, Weight};
use crate::components::live::When;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::table::{Column, DataTable};
use crate::components::value::{ChipText, StateText};
use crate::locale::locale;
use crate::routes;

/// Of whom, whether they come or go, and whether who comes had stayed all the time.
type SetMember = Act<(OutreachId, StaffId, bool, bool), Option<u32>>;

/// The page.
pub struct OutreachPage {
    sheet: Data<OutreachSheet>,
}

#[lazy_route]
impl LazyRoute for OutreachPage {
    fn data() -> Self {
        let params = use_params_map();
        let id = move || params.read().get("id").and_then(|id| id.parse::<OutreachId>().ok());
        let sheet = Resource::new(id, |id| async move {
            let unknown = ApiError::Refused(domain::refusal::Refusal::OutreachUnknown);
            api::plan::outreach(id.ok_or(unknown)?).await
        });
        Self { sheet }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page sheet=this.sheet /> }.into_any()
    }
}

#[component]
fn Page(sheet: Data<OutreachSheet>) -> impl IntoView {
    let (locale, sheet_data) = (locale(), sheet);
    let set: SetMember = act(
        |(outreach, staff, joins, stayed)| {
            api::plan::set_member(outreach, staff, joins, Some(stayed))
        },
        move |_| sheet.refetch(),
    );
    let unsent = move || {
        let phones = set.value().get().and_then(Result::ok).flatten()?;
        let words = say::team_unsent(locale, u64::from(phones));
        Some(view! { <Notice title=words tone=Tone::Person live=true /> })
    };
    let talks = TalkActs::new(move || sheet.refetch());
    view! {
        <Told act=set done=say::team_changed(locale) />
        {unsent}
        {shown(
            sheet_data,
            move |sheet| {
                view! {
                    <Facts sheet=sheet.clone() />
                    <Team sheet=sheet.clone() set=set />
                    <Services services=sheet.services.clone() />
                    <Talks sheet=sheet.clone() acts=talks />
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
fn Facts(sheet: OutreachSheet) -> impl IntoView {
    let locale = locale();
    let view = sheet.view;
    let outreach = view.outreach;
    let change = sheet.may_plan.then(|| {
        let href = format!("{}/{}", routes::desk_outreach(outreach.id), routes::CHANGE);
        view! {
            <LinkButton href=href weight=Weight::Quiet icon="pencil">
                {common::change(locale)}
            </LinkButton>
        }
    });
    // Served whole: no router of the browser's takes the way to it.
    let day = sheet.may_plan.then(|| {
        view! {
            <a
                class="button"
                data-kind="quiet"
                href=routes::desk_day(outreach.id)
                rel="external"
            >
                {phrases::day::open_day(locale)}
            </a>
        }
    });
    let ending = routes::desk_closing(outreach.id);
    let pair = (sheet.may_plan && outreach.status.takes_services())
        .then(|| view! { <Pairing outreach=outreach.id /> });
    let unit = outreach.unit.map(|unit| {
        let unit = unit.to_string();
        let number = unit.split_once('-').map_or(unit.as_str(), |(_, number)| number).to_owned();
        say::unit_number(locale, number)
    });
    let place = [Some(outreach.place.to_string()), Some(commune(&outreach.commune.code())), unit];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let hours = format!("{} – {}", hour(outreach.starts_at), hour(outreach.ends_at));
    let none = move || common::not_stated(locale).to_owned();
    // Served whole: no router of the browser's takes the way to it.
    let plan = routes::desk_plan(outreach.id);
    view! {
        <Heading title=outreach.name.to_string()>
            {day}
            {pair}
            <a class="button" data-kind="quiet" rel="external" href=ending>
                {closing::title(locale)}
            </a>
            {change}
            <a class="button" data-kind="quiet" rel="external" href=plan>
                {planning::plan(locale)}
            </a>
        </Heading>
        <SummaryList>
            <SummaryRow name=common::date(locale)>
                {format!("{}, {hours}", format::date_long(outreach.held_on, locale))}
            </SummaryRow>
            <SummaryRow name=common::place(locale)>{place}</SummaryRow>
            <SummaryRow name=common::kind(locale)>{label(outreach.kind, locale)}</SummaryRow>
            <SummaryRow name=common::state(locale)>{label(outreach.status, locale)}</SummaryRow>
            <SummaryRow name=say::programme(locale)>{view.programme}</SummaryRow>
            <SummaryRow name=say::host(locale)>{view.host.unwrap_or_else(none)}</SummaryRow>
            <SummaryRow name=say::phase(locale)>
                {outreach.phase.map_or_else(none, |phase| label(phase, locale))}
            </SummaryRow>
            <SummaryRow name=say::max_people(locale)>
                {outreach.max_people.map_or_else(none, |most| most.to_string())}
            </SummaryRow>
        </SummaryList>
    }
}

#[component]
fn Team(sheet: OutreachSheet, set: SetMember) -> impl IntoView {
    let locale = locale();
    let (id, may_plan) = (sheet.view.outreach.id, sheet.may_plan);
    let is_empty = sheet.team.is_empty();
    let columns = vec![
        Column::words(common::name(locale)),
        Column::words(say::role(locale)),
        Column::words(say::authorisation(locale)),
        Column::words(say::actions(locale)),
    ];
    let rows = sheet
        .team
        .into_iter()
        .map(|member| {
            let staff = member.person.id;
            let state = match (member.person.role, member.authorised_at) {
                (Role::Veterinarian, Some(at)) => {
                    Some((say::authorised_at(locale, moment(at)), Tone::Kept))
                }
                (Role::Veterinarian, None) => {
                    Some((say::not_authorised(locale).to_owned(), Tone::Waiting))
                }
                _ => None,
            };
            let leave = may_plan.then(|| {
                view! {
                    <Button
                        weight=Weight::Plain
                        on:click=move |_| {
                            set.dispatch((id, staff, false, false));
                        }
                    >
                        {common::remove(locale)}
                    </Button>
                }
            });
            view! {
                <tr>
                    <th scope="row">{member.person.name}</th>
                    <td>{label(member.person.role, locale)}</td>
                    <td>
                        {state.map(|(words, tone)| view! { <StateText words=words tone=tone /> })}
                    </td>
                    <td>{leave}</td>
                </tr>
            }
        })
        .collect_view();
    let team = match is_empty {
        true => view! { <p class="soft">{say::team_empty(locale)}</p> }.into_any(),
        false => view! {
            <DataTable caption=say::team(locale) columns=columns>
                {rows}
            </DataTable>
        }
        .into_any(),
    };
    view! {
        <section class="flow block">
            <h2>{say::team(locale)}</h2>
            {team}
            {may_plan
                .then(|| {
                    view! { <Join outreach=id others=sheet.others left=sheet.left set=set /> }
                })}
        </section>
    }
}

#[component]
fn Join(
    outreach: OutreachId,
    others: Vec<Person>,
    left: Vec<StaffId>,
    set: SetMember,
) -> impl IntoView {
    let locale = locale();
    let (chosen, stayed) = (RwSignal::new(String::new()), RwSignal::new(false));
    let was_in = Signal::derive(move || {
        chosen.read().parse::<StaffId>().is_ok_and(|staff| left.contains(&staff))
    });
    let mistaken = move || {
        let question = Question::new("sin-pausa", say::team_stayed(locale));
        agreed(stayed, question.hint(say::team_stayed_hint(locale)))
    };
    let options = others
        .into_iter()
        .map(|person| {
            let words = format!("{} · {}", person.name, label(person.role, locale));
            view! { <option value=person.id.to_string()>{words}</option> }
        })
        .collect_view();
    let join = move |_| {
        if let Ok(staff) = chosen.get_untracked().parse() {
            set.dispatch((outreach, staff, true, stayed.get_untracked()));
        }
    };
    let blocked = Signal::derive(move || chosen.read().is_empty() || set.pending().get());
    view! {
        <div class="filters">
            <div class="field">
                <label class="field-label" for="agregar">
                    {say::add_member(locale)}
                </label>
                <select
                    class="input"
                    id="agregar"
                    on:change=move |event| {
                        stayed.set(false);
                        chosen.set(event_target_value(&event));
                    }
                >
                    <option value="">{common::choose(locale)}</option>
                    {options}
                </select>
            </div>
            <When holds=was_in>{mistaken()}</When>
            <Button weight=Weight::Quiet icon="plus" busy=blocked on:click=join>
                {say::add(locale)}
            </Button>
        </div>
    }
}

#[component]
fn Services(services: Vec<ServiceRow>) -> impl IntoView {
    let locale = locale();
    let count = say::services_count(locale, services.len() as u64);
    let is_empty = services.is_empty();
    let columns = vec![
        Column::words(common::time(locale)),
        Column::words(common::animal(locale)),
        Column::words(say::service(locale)),
        Column::words(common::chip(locale)),
        Column::words(common::state(locale)),
    ];
    let rows = services
        .into_iter()
        .map(|service| {
            let annulled = service.annulled.then(|| {
                view! { <StateText words=say::annulled(locale) tone=Tone::Person /> }
            });
            view! {
                <tr>
                    <td>{hour(service.at)}</td>
                    <th scope="row">
                        <a href=routes::desk_animal(service.animal)>{service.animal_name}</a>
                    </th>
                    <td>{label(service.kind, locale)}</td>
                    <td>{service.chip.map(|chip| view! { <ChipText chip=chip /> })}</td>
                    <td>{annulled}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="flow block">
            <h2>{say::services(locale)}</h2>
            {is_empty.then(|| view! { <p class="soft">{say::outreach_services_empty(locale)}</p> })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <DataTable caption=count columns=columns>
                            {rows}
                        </DataTable>
                    }
                })}
        </section>
    }
}
