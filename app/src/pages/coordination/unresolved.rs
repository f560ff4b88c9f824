//! Submissions in conflict or in quarantine, below them what was refused and mended by nobody: the
//! whole of one readable, the other record beside it, and the two ways to resolve it. Last what was
//! withdrawn on a phone, of which nothing is asked.

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::desk::queue::{Resolution, UnresolvedLine};
use domain::id::SubmissionId;
use domain::service::ServiceDetails;
use domain::submission::{Masked, Outcome};
use domain::timestamp::Timestamp;
use domain::unicode::capital;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, day, explain, format, stock};

use super::{Act, Data, Heading, Told, act, label, moment, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::question::Question;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::text_field::Keyboard;
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::routes;

/// A record's own time is shown beside that of its receipt when they are further apart, in
/// milliseconds: 5 minutes.
const BOTH_TIMES_MS: i64 = 5 * 60_000;

type Resolve = Act<(SubmissionId, Resolution), ()>;

/// The page.
pub struct UnresolvedPage {
    lines: Data<Vec<UnresolvedLine>>,
}

#[lazy_route]
impl LazyRoute for UnresolvedPage {
    fn data() -> Self {
        Self { lines: Resource::new(|| (), |()| api::waiting::unresolved()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page lines=this.lines /> }.into_any()
    }
}

#[component]
fn Page(lines: Data<Vec<UnresolvedLine>>) -> impl IntoView {
    let locale = locale();
    let resolve: Resolve =
        act(|(id, resolution)| api::waiting::resolve(id, resolution), move |()| lines.refetch());
    view! {
        <div class="flow">
            <Heading title=say::nav_conflicts(locale) />
            <p class="soft">{say::unresolved_lead(locale)}</p>
            <Told act=resolve done=say::resolved_done(locale) />
            {shown(lines, move |lines| view! { <Lists lines=lines resolve=resolve /> })}
        </div>
    }
}

#[component]
fn Lists(lines: Vec<UnresolvedLine>, resolve: Resolve) -> impl IntoView {
    let locale = locale();
    let is_withdrawn = |line: &UnresolvedLine| line.withdrawn.is_some();
    let (withdrawn, open): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_withdrawn);
    let is_empty = open.is_empty();
    let (refused, waiting): (Vec<_>, Vec<_>) =
        open.into_iter().partition(UnresolvedLine::is_refused);
    let titled = |title: &'static str, lead: &'static str, lines: Vec<UnresolvedLine>| {
        (!lines.is_empty()).then(|| {
            view! {
                <h2>{title}</h2>
                <p class="soft">{lead}</p>
                <Cards lines=lines resolve=resolve />
            }
        })
    };
    view! {
        {is_empty
            .then(|| {
                view! {
                    <EmptyState icon="circle-check" title=say::unresolved_empty(locale)>
                        <p>{say::unresolved_empty_next(locale)}</p>
                    </EmptyState>
                }
            })}
        {(!waiting.is_empty()).then(|| view! { <Cards lines=waiting resolve=resolve /> })}
        {titled(say::refused_title(locale), say::refused_lead(locale), refused)}
        {titled(say::withdrawn_title(locale), say::withdrawn_lead(locale), withdrawn)}
    }
}

#[component]
fn Cards(lines: Vec<UnresolvedLine>, resolve: Resolve) -> impl IntoView {
    let cards =
        lines.into_iter().map(|line| view! { <Card line=line resolve=resolve /> }).collect_view();
    view! { <ul class="desk-list">{cards}</ul> }
}

#[component]
fn Card(line: UnresolvedLine, resolve: Resolve) -> impl IntoView {
    let locale = locale();
    let is_of_ticket = line.is_of_ticket();
    let ways = (line.can_be_recorded(), line.may_be_another_chip());
    let (why, other) = match line.outcome {
        Outcome::Conflict { refusal, other, .. } => {
            (explain(&refusal, locale).happened, Some(other))
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
            <p class="soft desk-line">
                <span>{line.by}</span>
                {brought_by.map(|words| view! { <span>{words}</span> })}
                <span>{outreach}</span>
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
fn OtherRecord(other: Masked, is_of_ticket: bool) -> impl IntoView {
    let locale = locale();
    let (title, since) = if is_of_ticket {
        (say::other_arrival(locale), say::arrived(locale))
    } else {
        (say::other_record(locale), say::registered(locale))
    };
    let open = other.animal.map(|animal| {
        view! { <a href=routes::desk_animal(animal)>{common::open(locale)}</a> }
    });
    let chip = other.chip.map(|chip| {
        view! { <SummaryRow name=common::chip(locale)>{chip}</SummaryRow> }
    });
    view! {
        <div class="flow">
            <h3>{title}</h3>
            <SummaryList>
                <SummaryRow name=common::name(locale)>{other.name} " " {open}</SummaryRow>
                <SummaryRow name=common::species(locale)>
                    {format!("{}, {}", label(other.species, locale), other.sex.label(locale))}
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

/// A command in one line, its chip at the end.
fn said(command: &Command, locale: Locale) -> impl IntoView + use<> {
    let words = match command {
        Command::RegisterOwner { details, .. } | Command::CorrectOwner { details, .. } => {
            format!("{}: {}, {}", common::owner(locale), details.name.full(), details.document)
        }
        Command::RegisterAnimal { details, .. } | Command::CorrectAnimal { details, .. } => {
            let species = details.species.label(locale);
            format!("{}: {}, {species}", common::animal(locale), details.name)
        }
        Command::RecordService { details, .. } => service(details, locale),
        Command::RecordEducation { details, .. } => {
            format!("{} · {}", label(details.topic, locale), details.attendants)
        }
        Command::CorrectService { details, .. } => {
            format!("{}: {}", say::correct_service(locale), service(details, locale))
        }
        Command::CorrectEducation { details, .. } => {
            let topic = details.topic.label(locale);
            format!("{}: {topic} · {}", say::talk_correct_title(locale), details.attendants)
        }
        Command::AnnulService { reason, .. } => format!("{}: {reason}", say::annul(locale)),
        Command::MergeOwners { .. } => say::merge_owners(locale).to_owned(),
        Command::MergeAnimals { .. } => say::merge_animals(locale).to_owned(),
        Command::UnmergeOwner { .. } | Command::UnmergeAnimal { .. } => {
            say::unmerge(locale).to_owned()
        }
        Command::TransferAnimal { .. } => say::transfer_title(locale).to_owned(),
        Command::SetVitalState { state, since, .. } => {
            format!("{} · {}", label(*state, locale), format::date(*since, locale))
        }
        Command::WriteOffChip { reason, .. } => {
            format!("{} · {}: ", stock::write_off_chip(locale), reason.label(locale))
        }
        Command::WriteOffDoses { doses, reason, .. } => {
            format!("{}: {doses} · {}", stock::write_off_doses(locale), reason.label(locale))
        }
        Command::Arrive { .. } => day::arrival_title(locale).to_owned(),
        Command::WalkIn { places, .. } => {
            let animals = day::animals(locale, u64::from(*places));
            format!("{}: {animals}", day::walk_in_title(locale))
        }
    };
    view! { <li>{words} {chip_of(command).map(|chip| view! { <ChipText chip=chip /> })}</li> }
}

/// The chip that a command names.
fn chip_of(command: &Command) -> Option<ChipNumber> {
    match command {
        Command::RecordService { details, .. } | Command::CorrectService { details, .. } => {
            match details.as_ref() {
                ServiceDetails::Microchip(chip) => Some(chip.chip),
                ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => None,
            }
        }
        Command::WriteOffChip { chip, .. } => Some(*chip),
        _ => None,
    }
}

fn service(details: &ServiceDetails, locale: Locale) -> String {
    let kind = capital(details.kind().label(locale));
    match details {
        // Its number follows.
        ServiceDetails::Microchip(_) => format!("{kind}: "),
        ServiceDetails::Deworming(dose) => format!("{kind}: {} · {}", dose.product, dose.batch),
        ServiceDetails::Sterilisation(surgery) => {
            format!("{kind}: {}", surgery.outcome.label(locale))
        }
    }
}
