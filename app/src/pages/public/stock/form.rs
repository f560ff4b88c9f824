//! The form of a deed. What is received and what is allotted by number is read back before it is
//! kept, for a range with a wrong digit is hundreds of wrong numbers.

use domain::catalogue::DewormingKind;
use domain::desk::stock::{Count, LotLine, PartSheet};
use domain::field_error::Field;
use domain::id::{DeviceId, ProductLotId, SubmissionId};
use domain::stock::{AllottedLot, ChipRange, CountReason, DoseCount, LossReason};
use domain::timestamp::CivilDate;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, format, stock as say};

use super::boxes::{difference, holder};
use super::lot_form::corrected;
use super::{Deed, Links, StockFrame, numbers, over, ranges};
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
    /// The boxes in which doses are counted.
    pub boxes: Vec<PartSheet>,
    /// Today.
    pub today: CivilDate,
    /// The day on which it is needed: that of the outreach to which something goes, else today.
    pub needed: CivilDate,
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

/// What is looked at before it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// Numbers.
    Chips(ChipRange),
    /// A count that differs from what should be there.
    Doses(DoseCount),
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
    /// What is to be looked at before it is kept.
    preview: Option<Preview>,
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
        Some(Preview::Chips(range)) => review(range, locale).into_any(),
        Some(Preview::Doses(count)) => explained(&count, locale).into_any(),
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
pub const FIELDS: [&str; 16] = [
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
    "expected",
    "reason",
];

/// The field that asks for the form again, with all that was typed.
pub const AGAIN: &str = "again";

/// What was typed, hidden in the form but for what it asks itself.
fn kept(asked: &[&str]) -> impl IntoView + use<> {
    let state = FormState::current();
    FIELDS
        .iter()
        .filter(|name| **name != "act" && !asked.contains(name))
        .map(|name| view! { <input type="hidden" name=*name value=state.value(name) /> })
        .collect_view()
}

/// A count that differs: counted anew, or kept with what happened.
fn explained(count: &DoseCount, locale: Locale) -> impl IntoView + use<> {
    let (counted, expected, is_missing) = (count.counted, count.expected(), count.is_missing());
    let words = difference(Count { counted, expected }, locale);
    let lot = &count.lot.lot;
    let lot =
        say::lot_counted(locale, format::date(lot.expires_on, locale), &lot.lot, &lot.product);
    let choices = CountReason::ALL
        .iter()
        .filter(|reason| reason.explains(is_missing))
        .map(|reason| Choice::new(reason.code(), why(*reason, is_missing, locale)))
        .collect();
    let question = Question::new(Field::Reason.code(), say::why(locale));
    let asked = chosen(question, choices, CountReason::Unknown.code().to_owned());
    view! {
        <Notice title=words tone=Tone::Person>
            <p>{lot}</p>
            <p>{say::count_explain(locale)}</p>
        </Notice>
        {kept(&["expected", "reason"])}
        <input type="hidden" name="expected" value=expected.to_string() />
        {asked}
        <Actions>
            <Button submit=true>{say::save(locale)}</Button>
            <button class="button" data-kind="quiet" type="submit" name=AGAIN value="1">
                {say::again(locale)}
            </button>
        </Actions>
    }
}

/// Why a count differs, in words.
fn why(reason: CountReason, is_missing: bool, locale: Locale) -> String {
    match (reason, reason.loss()) {
        (_, Some(loss)) => capital(loss.label(locale)),
        (CountReason::Moved, _) if is_missing => say::why_moved_back(locale).to_owned(),
        (CountReason::Moved, _) => say::why_moved_out(locale).to_owned(),
        (CountReason::Found, _) => say::why_found(locale).to_owned(),
        _ => say::why_unknown(locale).to_owned(),
    }
}

/// What was typed, to be kept as it is or typed anew.
fn review(range: ChipRange, locale: Locale) -> impl IntoView {
    let kept = kept(&[]);
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
        Deed::CorrectLot => corrected(facts, state, locale),
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
            let whole = say::whole_hint(locale);
            vec![phone_or(whole, facts, state, locale), typed(counted, state, Keyboard::Digits)]
        }
        Deed::CountDoses => {
            let counted = state.question(Field::Quantity.code(), say::counted_doses(locale));
            let counted = counted.hint(say::counted_doses_hint(locale));
            vec![held(facts, state, locale), typed(counted, state, Keyboard::Digits)]
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
pub(super) fn ask(field: Field, state: &FormState, locale: Locale) -> Question {
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
    phone_or(say::whose_hint(locale), facts, state, locale)
}

/// The same, with what it means to choose none.
fn phone_or(none: &str, facts: &DeedFacts, state: &FormState, locale: Locale) -> AnyView {
    if facts.phones.is_empty() {
        return ().into_any();
    }
    let choices =
        facts.phones.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    let name = Field::Device.code();
    let question = state.question(name, say::whose_box(locale)).hint(none);
    chosen(question.optional(), choices, state.value(name))
}

pub(super) fn lot(facts: &DeedFacts, state: &FormState, locale: Locale) -> AnyView {
    if facts.lots.is_empty() {
        return view! { <p class="soft">{say::lots_none(locale)}</p> }.into_any();
    }
    let choice = |(one, doses): &(AllottedLot, u32)| {
        let lot = &one.lot;
        let day = format::date(lot.expires_on, locale);
        let words = say::lot_choice(locale, day, *doses, &lot.lot, &lot.product);
        Choice::new(lot.id.to_string(), marked(words, lot.expires_on, facts, locale))
    };
    let choices = facts.lots.iter().map(choice).collect();
    // What expires first goes first, unless it is over when it is needed.
    let is_over = |one: &AllottedLot| over(one.lot.expires_on, (facts.today, facts.needed), locale);
    let first = facts.lots.iter().find(|(one, _)| is_over(one).is_none());
    let value = match state.value("lot") {
        typed if typed.is_empty() => first.map(|(one, _)| one.lot.id.to_string()),
        typed => Some(typed),
    };
    let label = capital(Field::Batch.label(locale));
    chosen(state.question("lot", &label), choices, value.unwrap_or_default())
}

/// A lot in words, with whether its day is over when it is needed.
fn marked(words: String, day: CivilDate, facts: &DeedFacts, locale: Locale) -> String {
    match over(day, (facts.today, facts.needed), locale) {
        Some(over) => format!("{words} ({over})"),
        None => words,
    }
}

/// Which lot in which box is counted. What should be there is not told: it is counted first.
fn held(facts: &DeedFacts, state: &FormState, locale: Locale) -> AnyView {
    let choices: Vec<_> = facts
        .boxes
        .iter()
        .flat_map(|part| part.lots.iter().map(move |one| (part, &one.lot)))
        .map(|(part, lot)| {
            let day = format::date(lot.expires_on, locale);
            let words = say::lot_counted(locale, day, &lot.lot, &lot.product);
            let device = part.phone.as_ref().map(|(id, _)| *id);
            Choice::new(lot_in(lot.id, device), format!("{}: {words}", holder(part, locale)))
        })
        .collect();
    if choices.is_empty() {
        return view! { <p class="soft">{say::lots_none(locale)}</p> }.into_any();
    }
    chosen(state.question("lot", say::held_label(locale)), choices, state.value("lot"))
}

/// A lot in the box of a phone, or in the common one, as a form names it.
fn lot_in(lot: ProductLotId, device: Option<DeviceId>) -> String {
    device.map_or_else(|| lot.to_string(), |device| format!("{lot}.{device}"))
}
