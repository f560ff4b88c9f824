//! Submissions in conflict or in quarantine, what was refused and mended by nobody, and what was
//! withdrawn on a phone, of which nothing is asked: page by page, of all phones or of one. Each is
//! readable as a whole, with the other record beside it and the two ways to resolve it.

mod at_once;
mod said;

use domain::desk::queue::{OtherAnimal, Resolution, UnresolvedLine};
use domain::desk::unresolved::{
    LeftOver, PhoneName, UnresolvedFilter, UnresolvedList, UnresolvedView,
};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Masked, Outcome};
use domain::timestamp::Timestamp;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, explain, format};

use super::filters::{Filters, OneOf};
use super::phones::named;
use super::{Act, Data, Heading, Told, act, label, moment, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{Pager, Tabs, Way};
use crate::components::question::Question;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::text_field::Keyboard;
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::routes;
use at_once::{AllTold, RecordAll, RecordAtOnce};
use said::said;

/// A record's own time is shown beside that of its receipt when they are further apart, in
/// milliseconds: 5 minutes.
const BOTH_TIMES_MS: i64 = 5 * 60_000;

type Resolve = Act<(SubmissionId, Resolution), ()>;

/// The page.
pub struct UnresolvedPage {
    list: Data<UnresolvedList>,
}

#[lazy_route]
impl LazyRoute for UnresolvedPage {
    fn data() -> Self {
        let query = use_query_map();
        let wanted = move || {
            let query = query.read();
            let view = query.get("lista").and_then(|code| UnresolvedView::from_code(&code));
            UnresolvedFilter {
                view: view.unwrap_or(UnresolvedView::Waiting),
                phone: query.get("telefono").and_then(|id| id.parse().ok()),
                page: query.get("pagina").and_then(|n| n.parse().ok()).unwrap_or(1),
            }
        };
        Self { list: Resource::new(wanted, api::waiting::unresolved) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

/// The address of a page of a list, of all phones or of one.
pub(super) fn address(filter: UnresolvedFilter) -> String {
    let UnresolvedFilter { view, phone, page } = filter;
    let list = (view != UnresolvedView::Waiting).then(|| format!("lista={view}"));
    let phone = phone.map(|phone| format!("telefono={phone}"));
    let page = (page > 1).then(|| format!("pagina={page}"));
    let parts: Vec<_> = [list, phone, page].into_iter().flatten().collect();
    let own = routes::desk(routes::UNRESOLVED);
    if parts.is_empty() { own } else { format!("{own}?{}", parts.join("&")) }
}

fn view_words(view: UnresolvedView, locale: Locale) -> &'static str {
    match view {
        UnresolvedView::Waiting => say::unresolved_waiting(locale),
        UnresolvedView::Refused => say::unresolved_refused(locale),
        UnresolvedView::Withdrawn => say::unresolved_withdrawn(locale),
    }
}

#[component]
fn Page(list: Data<UnresolvedList>) -> impl IntoView {
    let locale = locale();
    let resolve: Resolve =
        act(|(id, resolution)| api::waiting::resolve(id, resolution), move |()| list.refetch());
    let record: RecordAll = act(api::waiting::record_at_once, move |_| list.refetch());
    // Kept while the list is drawn anew.
    let left = at_once::left(record);
    view! {
        <div class="flow">
            <Heading title=say::nav_conflicts(locale) />
            <p class="soft">{say::unresolved_lead(locale)}</p>
            <Told act=resolve done=say::resolved_done(locale) />
            <AllTold record=record />
            {shown(
                list,
                move |list| {
                    view! { <List list=list resolve=resolve record=record left=left /> }
                },
            )}
        </div>
    }
}

#[component]
fn List(
    list: UnresolvedList,
    resolve: Resolve,
    record: RecordAll,
    left: Memo<Vec<LeftOver>>,
) -> impl IntoView {
    let locale = locale();
    let UnresolvedFilter { view, phone, page } = list.filter;
    let at = move |view, page| address(UnresolvedFilter { view, phone, page });
    let ways = list.counts.iter().map(|&(view, count)| {
        let count = format::count(count.into(), locale);
        Way::new(at(view, 1), format!("{} ({count})", view_words(view, locale)))
    });
    let title = match view {
        UnresolvedView::Waiting => None,
        UnresolvedView::Refused => Some((say::refused_title(locale), say::refused_lead(locale))),
        UnresolvedView::Withdrawn => {
            Some((say::withdrawn_title(locale), say::withdrawn_lead(locale)))
        }
    };
    let previous = if page > 1 { at(view, page - 1) } else { String::new() };
    let next = if page < list.pages { at(view, page + 1) } else { String::new() };
    let (now, total) = (u64::from(page), u64::from(list.pages));
    let body = match list.rows.is_empty() {
        true => view! { <Empty view=view /> }.into_any(),
        false => view! { <Cards lines=list.rows resolve=resolve left=left /> }.into_any(),
    };
    let first = list.at_once;
    let offer = move || {
        let wanted = first.and_then(|first| at_once::behind(record, phone).or(Some(first)));
        wanted.map(|wanted| view! { <RecordAtOnce wanted=wanted record=record /> })
    };
    view! {
        <Tabs label=say::nav_conflicts(locale) ways=ways.collect() current=at(view, 1) />
        <Phones view=view phones=list.phones chosen=phone />
        {title
            .map(|(title, lead)| {
                view! {
                    <h2>{title}</h2>
                    <p class="soft">{lead}</p>
                }
            })}
        {offer}
        {body}
        {(total > 1)
            .then(|| view! { <Pager now=now total=total previous=previous next=next /> })}
    }
}

#[component]
fn Empty(view: UnresolvedView) -> impl IntoView {
    let locale = locale();
    let (title, next) = match view {
        UnresolvedView::Waiting => {
            (say::unresolved_empty(locale), Some(say::unresolved_empty_next(locale)))
        }
        UnresolvedView::Refused => (say::refused_empty(locale), None),
        UnresolvedView::Withdrawn => (say::withdrawn_empty(locale), None),
    };
    view! {
        <EmptyState icon="circle-check" title=title>
            {next.map(|words| view! { <p>{words}</p> })}
        </EmptyState>
    }
}

/// Narrows a list to one phone.
#[component]
fn Phones(
    view: UnresolvedView,
    phones: Vec<(PhoneName, u32)>,
    chosen: Option<DeviceId>,
) -> impl IntoView {
    let locale = locale();
    let words = |(phone, count): (PhoneName, u32)| {
        let count = format::count(count.into(), locale);
        let words = format!("{} ({count})", named(&phone.name, &phone.by, locale));
        (phone.id.to_string(), words)
    };
    let choices = phones.into_iter().map(words).collect();
    let chosen = chosen.map(|phone| phone.to_string()).unwrap_or_default();
    view! {
        <Filters action=routes::desk(routes::UNRESOLVED)>
            <input type="hidden" name="lista" value=view.code() />
            <OneOf
                name="telefono"
                title=say::phone_device(locale)
                choices=choices
                chosen=chosen
            />
        </Filters>
    }
}

#[component]
fn Cards(lines: Vec<UnresolvedLine>, resolve: Resolve, left: Memo<Vec<LeftOver>>) -> impl IntoView {
    let cards = lines
        .into_iter()
        .map(|line| view! { <Card line=line resolve=resolve left=left /> })
        .collect_view();
    view! { <ul class="desk-list">{cards}</ul> }
}

#[component]
fn Card(
    line: UnresolvedLine,
    resolve: Resolve,
    /// What could not be recorded with others, and why.
    left: Memo<Vec<LeftOver>>,
) -> impl IntoView {
    let (locale, id) = (locale(), line.id);
    let why_left = move || {
        let left = left.read();
        let one = left.iter().find(|one| one.submission == id)?;
        let words = say::not_recorded(locale, explain(&one.refusal, locale).happened);
        Some(view! { <p>{words}</p> })
    };
    let filter =
        UnresolvedFilter { phone: Some(line.phone.id), ..UnresolvedFilter::of(line.view()) };
    let (phone, of_phone) = (named(&line.phone.name, &line.phone.by, locale), address(filter));
    let is_of_ticket = line.is_of_ticket();
    let ways = (line.can_be_recorded(), line.may_be_another_chip());
    let (why, other) = match line.outcome {
        Outcome::Conflict { refusal, other, .. } => {
            (explain(&refusal, locale).happened, Some((other, line.other)))
        }
        Outcome::Refused { refusal, .. } => (explain(&refusal, locale).happened, None),
        _ => (say::quarantined(locale).to_owned(), None),
    };
    let by_phone = line.submission.as_ref().map(|submission| submission.recorded_at);
    let apart = |at: &Timestamp| at.since_ms(line.received_at).saturating_abs() > BOTH_TIMES_MS;
    let by_phone = by_phone.filter(apart).map(|at| say::recorded_by_phone(locale, moment(at)));
    let commands = line.submission.map(|submission| {
        submission.commands.iter().map(|command| said(command, locale)).collect_view()
    });
    let brought_by = line.brought_by.map(|name| say::brought_by(locale, name));
    let ways = line.withdrawn.is_none().then(|| {
        view! { <Ways id=line.id ways=ways resolve=resolve /> }
    });
    let withdrawn = line.withdrawn.map(|(name, at)| say::withdrawn_by(locale, name, moment(at)));
    let outreach = line.outreach.unwrap_or_else(|| say::no_outreach(locale).to_owned());
    view! {
        <li class="card">
            <h2 class="card-title">{why}</h2>
            {why_left}
            <p class="soft desk-line">
                <span>{line.by}</span>
                {brought_by.map(|words| view! { <span>{words}</span> })}
                <span>{outreach}</span>
                <span>
                    <a href=of_phone>{phone}</a>
                </span>
                <span>{moment(line.received_at)}</span>
                {by_phone.map(|words| view! { <span>{words}</span> })}
                {withdrawn.map(|words| view! { <strong>{words}</strong> })}
            </p>
            <div class="columns">
                <div class="flow">
                    <h3>{say::what_was_sent(locale)}</h3>
                    {commands.map(|commands| view! { <ol class="commands">{commands}</ol> })}
                    {line.text.map(|text| view! { <pre class="raw">{text}</pre> })}
                </div>
                {other.map(|other| view! { <OtherRecord other=other is_of_ticket=is_of_ticket /> })}
            </div>
            {ways}
        </li>
    }
}

#[component]
fn OtherRecord(
    /// As the phone was told of it, and as the register has it.
    other: (Masked, Option<OtherAnimal>),
    is_of_ticket: bool,
) -> impl IntoView {
    let locale = locale();
    let (other, whole) = other;
    let (title, since) = if is_of_ticket {
        (say::other_arrival(locale), say::arrived(locale))
    } else {
        (say::other_record(locale), say::registered(locale))
    };
    let animal = whole.as_ref().map(|whole| whole.animal).or(other.animal);
    let open = animal.map(|animal| {
        view! { <a href=routes::desk_animal(animal)>{common::open(locale)}</a> }
    });
    let chip = match whole.as_ref().map(|whole| whole.chip) {
        Some(chip) => chip.map(|chip| view! { <ChipText chip=chip /> }.into_any()),
        None => other.chip.map(|chip| view! { <span>{chip}</span> }.into_any()),
    };
    let chip = chip.map(|chip| {
        view! { <SummaryRow name=common::chip(locale)>{chip}</SummaryRow> }
    });
    let (name, species, sex) = match whole {
        Some(whole) => (whole.name, whole.species, whole.sex),
        None => (other.name, other.species, other.sex),
    };
    view! {
        <div class="flow">
            <h3>{title}</h3>
            <SummaryList>
                <SummaryRow name=common::name(locale)>{name} " " {open}</SummaryRow>
                <SummaryRow name=common::species(locale)>
                    {format!("{}, {}", label(species, locale), sex.label(locale))}
                </SummaryRow>
                {chip}
                <SummaryRow name=since>{moment(other.registered_at)}</SummaryRow>
            </SummaryList>
        </div>
    }
}

/// Record it, if that may be, with another chip if that may be the slip; or put it away with words.
#[component]
fn Ways(
    id: SubmissionId,
    /// Whether it can be recorded, and whether with another chip.
    ways: (bool, bool),
    resolve: Resolve,
) -> impl IntoView {
    let locale = locale();
    let (chip, words) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let accept = move |_| {
        let chip = Some(chip.get_untracked()).filter(|text| !text.trim().is_empty());
        resolve.dispatch((id, Resolution::Accept { chip }));
    };
    let dismiss = move |_| {
        resolve.dispatch((id, Resolution::Dismiss { words: words.get_untracked() }));
    };
    let unexplained =
        Signal::derive(move || words.read().trim().is_empty() || resolve.pending().get());
    let (can_be_recorded, may_be_another_chip) = ways;
    let ask_chip = may_be_another_chip.then(|| {
        let ask = Question::new(format!("chip-{id}"), say::other_chip(locale));
        typed::text(chip, ask.hint(say::other_chip_hint(locale)).optional(), Keyboard::Chip)
    });
    let ask_words = Question::new(format!("palabras-{id}"), say::dismiss_words(locale));
    view! {
        <div class="columns ways">
            {can_be_recorded
                .then(|| {
                    view! {
                        <div class="flow">
                            {ask_chip}
                            <Actions>
                                <Button busy=resolve.pending() on:click=accept>
                                    {say::record_it(locale)}
                                </Button>
                            </Actions>
                        </div>
                    }
                })}
            <div class="flow">
                {typed::text(words, ask_words, Keyboard::Text)}
                <Actions>
                    <Button weight=Weight::Grave busy=unexplained on:click=dismiss>
                        {say::put_away(locale)}
                    </Button>
                </Actions>
            </div>
        </div>
    }
}
