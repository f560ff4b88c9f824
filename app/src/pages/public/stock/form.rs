//! The form of a deed. What is received and what is allotted by number is read back before it is
//! kept, for a range with a wrong digit is hundreds of wrong numbers.

use domain::catalogue::DewormingKind;
use domain::desk::stock::LotLine;
use domain::field_error::Field;
use domain::id::{DeviceId, SubmissionId};
use domain::stock::{AllottedLot, ChipRange, LossReason};
use domain::timestamp::CivilDate;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, format, stock as say};

use super::{Deed, Links, StockFrame, numbers, ranges};
use crate::components::action::{Actions, Button};
use crate::components::choice::Choice;
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::form_state::{FormFaults, FormState, typed};
use crate::routes;

/// What a form chooses from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedFacts {
    /// Where it is done: an outreach's identifier, or the office.
    pub place: String,
    /// The outreach's name; none of the office.
    pub name: Option<String>,
    /// The phones of the outreach to which something can go, or that can give something back.
    pub phones: Vec<(DeviceId, String)>,
    /// The lots to choose from, each with the doses there are.
    pub lots: Vec<(AllottedLot, u32)>,
    /// The numbers that can be allotted to an outreach.
    pub free: Vec<ChipRange>,
    /// Today.
    pub today: CivilDate,
    /// Names the act: sent twice, it is done once.
    pub act: SubmissionId,
}

impl DeedFacts {
    /// Lots with what the office can still allot of them.
    #[must_use]
    pub fn of_office(lots: Vec<LotLine>) -> Vec<(AllottedLot, u32)> {
        lots.into_iter().map(|line| (line.all, line.free)).collect()
    }
}

/// The page of a deed.
#[component]
pub fn DeedPage(
    /// The links round it.
    links: Links,
    /// What is done.
    deed: Deed,
    /// What its form chooses from.
    facts: DeedFacts,
    /// The numbers to be looked at before they are kept.
    preview: Option<ChipRange>,
) -> impl IntoView {
    let locale = locale();
    let title = deed.title(locale);
    let state = FormState::current();
    let back = match facts.name {
        Some(_) => routes::desk_box(&facts.place),
        None => routes::STOCK.to_owned(),
    };
    let name = facts.name.clone().map(|name| view! { <p class="lead">{name}</p> });
    let form = match preview {
        Some(range) => review(range, locale).into_any(),
        None => questions(deed, &facts, &state, locale),
    };
    let act = match state.value("act") {
        typed if typed.is_empty() => facts.act.to_string(),
        typed => typed,
    };
    view! {
        <StockFrame title=title.to_owned() links=links>
            <div class="narrow flow">
                <BackLink href=back />
                <FormFaults />
                <h1>{title}</h1>
                {name}
                <form class="flow" method="post" action=deed.href(&facts.place)>
                    <input type="hidden" name="act" value=act />
                    {form}
                </form>
            </div>
        </StockFrame>
    }
}

/// The names of the fields that may be shown again.
pub const FIELDS: [&str; 15] = [
    "act",
    "chip",
    "first_chip",
    "last_chip",
    "supplier",
    "paper",
    "date",
    "product",
    "kind",
    "batch",
    "expiry",
    "quantity",
    "device",
    "lot",
    "reason",
];

/// The field that asks for the form again, with all that was typed.
pub const AGAIN: &str = "again";

/// What was typed, to be kept as it is or typed anew.
fn review(range: ChipRange, locale: Locale) -> impl IntoView {
    let state = FormState::current();
    let kept = FIELDS
        .iter()
        .skip(1)
        .map(|name| view! { <input type="hidden" name=*name value=state.value(name) /> })
        .collect_view();
    let words = say::confirm(locale, range.count().into(), numbers(range));
    view! {
        <Notice title=words tone=Tone::Info>
            <p>{say::confirm_next(locale)}</p>
        </Notice>
        {kept}
        <input type="hidden" name="confirmed" value="1" />
        <Actions>
            <Button submit=true>{say::save(locale)}</Button>
            <button class="button" data-kind="quiet" type="submit" name=AGAIN value="1">
                {say::again(locale)}
            </button>
        </Actions>
    }
}

fn questions(deed: Deed, facts: &DeedFacts, state: &FormState, locale: Locale) -> AnyView {
    let line = |field: Field, keyboard| typed(ask(field, state, locale), state, keyboard);
    let optional =
        |field: Field| typed(ask(field, state, locale).optional(), state, Keyboard::Text);
    let button = match deed {
        Deed::ReceiveChips | Deed::Allot => say::review(locale),
        _ => say::save(locale),
    };
    let fields = match deed {
        Deed::ReceiveChips => vec![
            both_ends(state, locale),
            line(Field::Supplier, Keyboard::Text),
            optional(Field::Paper),
            received_on(facts.today, state, locale),
        ],
        Deed::ReceiveDoses => vec![
            line(Field::Product, Keyboard::Text),
            kind(state, locale),
            line(Field::Batch, Keyboard::Text),
            line(Field::Expiry, Keyboard::Date),
            doses(state, locale),
            optional(Field::Supplier),
            optional(Field::Paper),
        ],
        Deed::WriteOffChip => vec![line(Field::Chip, Keyboard::Chip), reason(state, locale)],
        Deed::WriteOffDoses => {
            vec![lot(facts, state, locale), doses(state, locale), reason(state, locale)]
        }
        Deed::Allot => vec![
            view! {
                <p class="field-label">{say::free_title(locale)}</p>
                {ranges(facts.free.clone())}
            }
            .into_any(),
            both_ends(state, locale),
            phone(facts, state, locale),
        ],
        Deed::TakeBack => vec![
            view! { <p>{say::take_back_lead(locale)}</p> }.into_any(),
            phone(facts, state, locale),
        ],
        Deed::Count => {
            let counted = state.question(Field::Quantity.code(), say::counted(locale));
            let counted = counted.hint(say::counted_hint(locale));
            vec![typed(counted, state, Keyboard::Digits)]
        }
        Deed::AllotDoses | Deed::ReturnDoses => {
            vec![lot(facts, state, locale), doses(state, locale), phone(facts, state, locale)]
        }
    };
    view! {
        {fields}
        <Actions>
            <Button submit=true>{button}</Button>
        </Actions>
    }
    .into_any()
}

/// The question of a field, by its own name.
fn ask(field: Field, state: &FormState, locale: Locale) -> Question {
    state.question(field.code(), &capital(field.label(locale)))
}

fn both_ends(state: &FormState, locale: Locale) -> AnyView {
    let first = ask(Field::FirstChip, state, locale).hint(say::first_hint(locale));
    let last = ask(Field::LastChip, state, locale).hint(say::last_hint(locale)).optional();
    let (first, last) = (typed(first, state, Keyboard::Chip), typed(last, state, Keyboard::Chip));
    view! {
        {first}
        {last}
    }
    .into_any()
}

fn received_on(today: CivilDate, state: &FormState, locale: Locale) -> AnyView {
    let question = state.question(Field::Date.code(), say::date_received(locale));
    let value = match state.value(Field::Date.code()) {
        typed if typed.is_empty() && state.errors.is_empty() => today.to_string(),
        typed => typed,
    };
    view! { <TextField question=question keyboard=Keyboard::Date value=value /> }.into_any()
}

fn doses(state: &FormState, locale: Locale) -> AnyView {
    let question = state.question(Field::Quantity.code(), say::quantity_doses(locale));
    typed(question, state, Keyboard::Digits)
}

fn chosen(question: Question, choices: Vec<Choice>, value: String) -> AnyView {
    view! { <Select question=question choices=choices value=value /> }.into_any()
}

fn kind(state: &FormState, locale: Locale) -> AnyView {
    let choices = DewormingKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), capital(kind.label(locale))))
        .collect();
    let value = match state.value("kind") {
        typed if typed.is_empty() => DewormingKind::Internal.code().to_owned(),
        typed => typed,
    };
    chosen(state.question("kind", say::kind_label(locale)), choices, value)
}

fn reason(state: &FormState, locale: Locale) -> AnyView {
    let choices = LossReason::ALL
        .iter()
        .map(|reason| Choice::new(reason.code(), capital(reason.label(locale))))
        .collect();
    let name = Field::Reason.code();
    chosen(state.question(name, say::why(locale)), choices, state.value(name))
}

/// Which box of the outreach; nothing to ask when no phone is paired.
fn phone(facts: &DeedFacts, state: &FormState, locale: Locale) -> AnyView {
    if facts.phones.is_empty() {
        return ().into_any();
    }
    let choices =
        facts.phones.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    let name = Field::Device.code();
    let question = state.question(name, say::whose_box(locale)).hint(say::whose_hint(locale));
    chosen(question.optional(), choices, state.value(name))
}

fn lot(facts: &DeedFacts, state: &FormState, locale: Locale) -> AnyView {
    if facts.lots.is_empty() {
        return view! { <p class="soft">{say::lots_none(locale)}</p> }.into_any();
    }
    let choice = |(one, doses): &(AllottedLot, u32)| {
        let lot = &one.lot;
        let day = format::date(lot.expires_on, locale);
        let words = say::lot_choice(locale, day, *doses, &lot.lot, &lot.product);
        let over = lot.is_expired(facts.today).then(|| format!(" ({})", say::expired(locale)));
        Choice::new(lot.id.to_string(), format!("{words}{}", over.unwrap_or_default()))
    };
    let choices = facts.lots.iter().map(choice).collect();
    // What expires first goes first, unless it is over.
    let first = facts.lots.iter().find(|(one, _)| !one.lot.is_expired(facts.today));
    let value = match state.value("lot") {
        typed if typed.is_empty() => first.map(|(one, _)| one.lot.id.to_string()),
        typed => Some(typed),
    };
    let label = capital(Field::Batch.label(locale));
    chosen(state.question("lot", &label), choices, value.unwrap_or_default())
}
