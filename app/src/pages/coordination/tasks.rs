//! Tasks: what somebody proposed, asked or reported, each with the way to end it.

use domain::desk::queue::{
    CallAbout, CallLine, HandOverLine, HostCall, HostNews, TaskAsk, TaskEnding, TaskLine,
};
use domain::id::TaskId;
use domain::owner::{ContactProposal, OwnerDetails};
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{Locale, common, coordination as say};

use super::{Act, Data, Heading, Told, act, hour, label, moment, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::routes;

type Solve = Act<(TaskId, TaskEnding), ()>;

/// The page.
pub struct TasksPage {
    tasks: Data<Vec<TaskLine>>,
}

#[lazy_route]
impl LazyRoute for TasksPage {
    fn data() -> Self {
        Self { tasks: Resource::new(|| (), |()| api::waiting::tasks()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page tasks=this.tasks /> }.into_any()
    }
}

#[component]
fn Page(tasks: Data<Vec<TaskLine>>) -> impl IntoView {
    let locale = locale();
    let solve: Solve =
        act(|(task, ending)| api::waiting::solve_task(task, ending), move |()| tasks.refetch());
    view! {
        <div class="flow">
            <Heading title=say::nav_tasks(locale) />
            <Told act=solve done=say::task_solved(locale) />
            {shown(
                tasks,
                move |tasks| {
                    if tasks.is_empty() {
                        return view! {
                            <EmptyState icon="inbox" title=say::tasks_empty(locale)>
                                <p>{say::tasks_empty_next(locale)}</p>
                            </EmptyState>
                        }
                            .into_any();
                    }
                    let cards = tasks
                        .into_iter()
                        .map(|task| view! { <Card task=task solve=solve /> })
                        .collect_view();
                    view! { <ul class="desk-list">{cards}</ul> }.into_any()
                },
            )}
        </div>
    }
}

fn title(ask: &TaskAsk, locale: Locale) -> &'static str {
    match ask {
        TaskAsk::ContactProposal { .. } => say::task_contact_proposal(locale),
        TaskAsk::CorrectionRequest { .. } => say::task_correction_request(locale),
        TaskAsk::NewAddress { .. } => say::task_new_address(locale),
        TaskAsk::FoundPet { .. } => say::task_found_pet(locale),
        TaskAsk::Bounce { .. } => say::task_bounce(locale),
        TaskAsk::HandOver { .. } => say::task_hand_over(locale),
        TaskAsk::CallBooker { call } => match call.about {
            CallAbout::Unanswered => say::task_call_answer(locale),
            CallAbout::Moved
            | CallAbout::Suspended
            | CallAbout::Relocated
            | CallAbout::Offered
            | CallAbout::Ended => say::task_call(locale),
        },
        TaskAsk::CallHost { .. } => say::task_host(locale),
    }
}

#[component]
fn Card(task: TaskLine, solve: Solve) -> impl IntoView {
    let locale = locale();
    let (words, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let asks_email = matches!(task.ask, TaskAsk::Bounce { .. }) && task.owner.is_some();
    let (id, can_take_over) = (task.id, task.ask.can_be_taken_over());
    let end = move |accepted| {
        move |_| {
            let (words, email) = (words.get_untracked(), email.get_untracked());
            solve.dispatch((id, TaskEnding { accepted, words, email }));
        }
    };
    let question = Question::new(format!("palabras-{id}"), say::task_words(locale)).optional();
    let address = asks_email.then(|| {
        let question = Question::new(format!("correo-{id}"), say::task_bounce_email(locale))
            .hint(say::task_bounce_email_hint(locale))
            .optional();
        typed::text(email, question, Keyboard::Email)
    });
    let owner = task.owner.map(|(owner, name)| {
        view! { <a href=routes::desk_owner(owner)>{name}</a> }
    });
    let animal = task.animal.map(|(animal, name)| {
        view! { <a href=routes::desk_animal(animal)>{name}</a> }
    });
    let has_phone = task.phone.is_some();
    let phone = task.phone.map(|phone| view! { <span class="figures">{phone}</span> });
    view! {
        <li class="card">
            <h2 class="card-title">{title(&task.ask, locale)}</h2>
            <p class="soft desk-line">{owner} {animal} {phone} <span>{moment(task.at)}</span></p>
            {body(task.ask, has_phone, locale)}
            {address}
            {typed::text(words, question, Keyboard::Text)}
            <Actions>
                {can_take_over
                    .then(|| {
                        view! {
                            <Button icon="check" busy=solve.pending() on:click=end(true)>
                                {say::take_over(locale)}
                            </Button>
                        }
                    })}
                {(!can_take_over)
                    .then(|| {
                        view! {
                            <Button icon="check" busy=solve.pending() on:click=end(true)>
                                {say::task_done(locale)}
                            </Button>
                        }
                    })}
                <Button weight=Weight::Quiet busy=solve.pending() on:click=end(false)>
                    {say::dismiss(locale)}
                </Button>
            </Actions>
        </li>
    }
}

fn body(ask: TaskAsk, has_phone: bool, locale: Locale) -> AnyView {
    match ask {
        TaskAsk::ContactProposal { known, proposal } => compare(*known, *proposal, locale),
        TaskAsk::CorrectionRequest { text } => view! { <blockquote>{text}</blockquote> }.into_any(),
        TaskAsk::NewAddress { email } => {
            view! { <p>{say::task_new_address_to(locale, email)}</p> }.into_any()
        }
        TaskAsk::FoundPet { text, contact } => view! {
            <blockquote>{text}</blockquote>
            <p>{say::task_found_contact(locale, contact)}</p>
        }
        .into_any(),
        TaskAsk::Bounce { recipient, status } => view! {
            <p>{say::task_bounced_from(locale, recipient, status)}</p>
            <LinkButton href=routes::desk(routes::MAIL) weight=Weight::Plain>
                {say::nav_mail(locale)}
            </LinkButton>
        }
        .into_any(),
        TaskAsk::HandOver { documents } => papers(documents, locale),
        TaskAsk::CallBooker { call } => told_by_phone(*call, locale),
        TaskAsk::CallHost { call } => host_told(*call, has_phone, locale),
    }
}

/// Whom to call about a booking, or to write to, and what to say.
fn told_by_phone(call: CallLine, locale: Locale) -> AnyView {
    let CallLine { outreach, person, email, reason, place, was_place, .. } = call;
    let at = moment(call.at);
    let is_off = matches!(call.about, CallAbout::Suspended | CallAbout::Ended);
    let home = call.home_until.filter(|_| !is_off);
    let mut more = Vec::new();
    more.extend(home.map(|until| say::task_call_home(locale, hour(until))));
    if let (Some(was), CallAbout::Moved) = (&was_place, call.about) {
        more.push(say::task_call_elsewhere(locale, &place, was));
    }
    let said = match (call.about, call.was_at.map(moment)) {
        (CallAbout::Moved, Some(was)) => say::task_call_moved(locale, at, outreach, was),
        (CallAbout::Unanswered, Some(was)) => say::task_call_unanswered(locale, at, outreach, was),
        (CallAbout::Moved | CallAbout::Unanswered, None) => {
            say::task_call_held(locale, at, outreach)
        }
        (CallAbout::Suspended, _) => {
            say::task_call_suspended(locale, at, outreach, reason.unwrap_or_default())
        }
        (CallAbout::Relocated, _) => {
            say::task_call_relocated(locale, at, outreach, place, was_place.unwrap_or_default())
        }
        (CallAbout::Ended, _) => say::task_call_ended(locale, at, outreach),
        (CallAbout::Offered, _) => {
            let until = call.until.map(moment).unwrap_or_default();
            say::task_call_offered(locale, at, outreach, until)
        }
    };
    let whom = match (call.about, email) {
        (CallAbout::Unanswered, Some(email)) => say::task_write_answer_whom(locale, email, person),
        (CallAbout::Unanswered, None) => say::task_call_answer_whom(locale, person),
        _ => say::task_call_whom(locale, person),
    };
    let over = call.is_over.then(|| view! { <p>{say::task_call_over(locale)}</p> });
    // Served whole: no router of the browser's takes the way to it.
    view! {
        {over}
        <p>{whom}</p>
        <p>{said}</p>
        {lines(more)}
        <p>
            <a href=routes::desk_bookings(call.here) rel="external">
                {phrases::day::bookings_open(locale)}
            </a>
        </p>
    }
    .into_any()
}

fn lines(words: Vec<String>) -> impl IntoView {
    words.into_iter().map(|words| view! { <p>{words}</p> }).collect_view()
}

/// Whom to call of an organisation that holds an outreach, and what to say.
fn host_told(call: HostCall, has_phone: bool, locale: Locale) -> AnyView {
    let HostCall { host, contact, outreach, place, was_place, reason, .. } = call;
    let (at, name) = (moment(call.at), outreach.clone());
    let whom = match contact {
        Some(contact) => say::task_host_whom(locale, contact, &host),
        None => say::task_host_whom_unnamed(locale, &host),
    };
    let was_place = was_place.unwrap_or_default();
    let mut said = vec![match (call.about, call.was_at.map(moment)) {
        (HostNews::Published, _) => say::task_host_published(locale, at, outreach, &place),
        (HostNews::Suspended, _) => {
            say::task_call_suspended(locale, at, outreach, reason.unwrap_or_default())
        }
        (HostNews::Moved, Some(was)) => say::task_host_moved(locale, at, outreach, &place, was),
        (HostNews::Moved, None) => say::task_host_held(locale, at, outreach, &place),
        (HostNews::Ends, was) => {
            let (was, until) = (was.unwrap_or_default(), hour(call.until));
            say::task_host_ends(locale, at, outreach, until, was)
        }
        (HostNews::Relocated, _) => {
            say::task_call_relocated(locale, at, outreach, &place, &was_place)
        }
        (HostNews::Left, _) => say::task_host_left(locale, at, &host, outreach),
    }];
    let is_hour = matches!(call.about, HostNews::Moved | HostNews::Ends);
    if is_hour && !was_place.is_empty() {
        said.push(say::task_call_elsewhere(locale, &place, &was_place));
    }
    if call.comes_home && call.about == HostNews::Published {
        said.push(say::task_host_home(locale).to_owned());
    }
    // Served whole, as the bookings.
    let missing = (!has_phone).then(|| {
        let href = routes::organisation(call.host_id);
        view! {
            <p>
                {say::task_host_no_phone(locale)} " "
                <a href=href rel="external">
                    {host.clone()}
                </a>
            </p>
        }
    });
    let over = call.is_over.then(|| view! { <p>{say::task_host_over(locale)}</p> });
    view! {
        {over}
        <p>{whom}</p>
        {missing}
        {lines(said)}
        <p>
            <a href=routes::desk_outreach(call.here)>{name}</a>
        </p>
    }
    .into_any()
}

/// The documents to be handed over, each with its slip.
fn papers(documents: Vec<HandOverLine>, locale: Locale) -> AnyView {
    if documents.is_empty() {
        return view! { <p>{say::task_hand_over_none(locale)}</p> }.into_any();
    }
    let rows = documents
        .into_iter()
        .map(|line| {
            let slip = line.has_slip.then(|| {
                view! {
                    <a href=routes::slip(line.id) rel="external" target="_blank">
                        {say::slip(locale)}
                    </a>
                }
            });
            view! {
                <li>
                    <a href=routes::staff_document(line.id) rel="external" target="_blank">
                        {label(line.kind, locale)}
                    </a>
                    " "
                    {slip}
                </li>
            }
        })
        .collect_view();
    view! {
        <p>{say::task_hand_over_lead(locale)}</p>
        <ul>{rows}</ul>
    }
    .into_any()
}

/// What is known and what was said, side by side; only what differs.
fn compare(known: OwnerDetails, said: ContactProposal, locale: Locale) -> AnyView {
    let text =
        |value: Option<String>| value.unwrap_or_else(|| common::not_stated(locale).to_owned());
    let away = || said.elsewhere.as_ref().map(ToString::to_string);
    let rows = [
        (common::name(locale), Some(known.name.full()), said.name.map(|name| name.full())),
        (
            common::phone(locale),
            known.phone.map(|phone| phone.to_string()),
            said.phone.map(|phone| phone.to_string()),
        ),
        (
            common::email(locale),
            known.email.as_ref().map(ToString::to_string),
            said.email.map(|email| email.to_string()),
        ),
        (
            common::address(locale),
            known.address.as_ref().map(ToString::to_string),
            said.address.map(|address| address.to_string()),
        ),
        (
            common::commune(locale),
            known.residence(),
            said.commune.map(|one| one.to_string()).or_else(away),
        ),
        (
            say::unit(locale),
            known.unit.map(|unit| unit.number.to_string()),
            said.unit.map(|unit| unit.number.to_string()),
        ),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(name, before, after)| Some((name, before, after?)))
        .map(|(name, before, after)| {
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td>{text(before)}</td>
                    <td class="said-new">{after}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec![
        Column::words(say::datum(locale)),
        Column::words(say::known_now(locale)),
        Column::words(say::said_now(locale)),
    ];
    view! {
        <DataTable caption=say::task_contact_proposal(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
