//! The box that the team has taken along: what should be in it by now, which numbers do not fit, and
//! what is not in it any more.

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::id::{ProductLotId, SubmissionId};
use domain::stock::LossReason;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, field, format};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::live::{When, live};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::drafts;
use crate::offline::held::NewRecord;
use crate::offline::pack::Pack;
use crate::offline::phone::Phone;
use crate::offline::stock::Contents;
use crate::pages::field::asking::{Tile, one_of};
use crate::pages::field::camera::CameraButton;
use crate::pages::field::phone;
use crate::pages::field::start::list_day;
use crate::pages::field::visit::boxed::{NotInBox, lot_words};
use crate::routes;

/// The field of the number, or of the doses.
const NUMBER: &str = "loss_number";

/// The way to the box, with what should be in it; or that a phone that was prepared has no word of
/// it. Where nothing is allotted there is nothing.
#[component]
pub(super) fn BoxLine() -> impl IntoView {
    let (pack, phone, locale) = (expect_context::<Pack>(), phone(), locale());
    let words = Memo::new(move |_| {
        let told = phone.stock()?;
        let chips = phone.contents(None)?.chips.balance().in_box;
        let day = list_day(phone, told.asked_at, locale);
        Some(field::box_line(locale, u64::from(chips), day))
    });
    let is_missing = Memo::new(move |_| phone.stock().is_none() && pack.is_there());
    live(move || match words.get() {
        Some(words) => view! {
            <LinkButton href=routes::field_box() weight=Weight::Quiet icon="inbox">
                {words}
            </LinkButton>
        }
        .into_any(),
        None => is_missing
            .get()
            .then(|| view! { <p class="small soft">{field::box_missing(locale)}</p> })
            .into_any(),
    })
}

/// The page of the box.
#[component]
pub(super) fn BoxPage() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    phone.top_up_stock(0);
    let contents = Memo::new(move |_| phone.contents(None));
    let is_any = Memo::new(move |_| contents.read().is_some());
    view! {
        <LinkButton href=routes::FIELD weight=Weight::Plain icon="chevron-left">
            {field::to_start(locale)}
        </LinkButton>
        <h1>{field::box_title(locale)}</h1>
        {live(move || contents.get().map(|contents| view! { <Standing contents=contents /> }))}
        <When
            holds=is_any
            otherwise=move || view! { <p class="soft">{field::box_missing(locale)}</p> }
        >
            <Counting contents=contents />
            <Loss contents=contents />
        </When>
    }
}

/// Received, implanted, lost, in the box; the numbers that do not fit; the lots.
#[component]
fn Standing(contents: Contents) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let balance = contents.chips.balance();
    let figures = [
        (field::box_received(locale), balance.received),
        (field::box_implanted(locale), balance.implanted),
        (field::box_lost(locale), balance.lost),
        (field::box_left(locale), balance.in_box),
    ];
    let figure = |(words, count): (&'static str, u32)| {
        view! {
            <div>
                <dt>{words}</dt>
                <dd>{format::count(u64::from(count), locale)}</dd>
            </div>
        }
    };
    let told = phone.stock().map(|told| {
        let whose = match told.stock.is_own {
            true => field::box_own(locale),
            false => field::box_shared(locale),
        };
        format!("{whose} {}", field::box_as_of(locale, list_day(phone, told.asked_at, locale)))
    });
    let odd = contents.chips.odd();
    let today = phone.today();
    let lots = contents.lots.iter().map(|one| lot_words(one, today, locale));
    let lots: Vec<_> = lots.map(|words| view! { <li>{words}</li> }).collect();
    view! {
        <dl class="tally">{figures.map(figure).collect_view()}</dl>
        <p class="small soft">{told}</p>
        {(!odd.is_empty())
            .then(|| {
                let title = field::box_odd(locale, odd.len() as u64);
                let odd = odd.into_iter().map(|chip| view! { <li><ChipText chip=chip /></li> });
                view! {
                    <Notice title=title tone=Tone::Person>
                        <ul class="done-list">{odd.collect_view()}</ul>
                        <p>{field::box_odd_next(locale)}</p>
                    </Notice>
                }
            })}
        {(!lots.is_empty())
            .then(|| {
                view! {
                    <h2>{field::box_lots(locale)}</h2>
                    <ul class="done-list">{lots}</ul>
                }
            })}
    }
}

/// What somebody has counted, beside what should be there.
#[component]
fn Counting(contents: Memo<Option<Contents>>) -> impl IntoView {
    let locale = locale();
    let counted = RwSignal::new(String::new());
    let question = Question::new("box_count", field::box_count(locale));
    let told = Memo::new(move |_| {
        let counted: u32 = counted.get().trim().parse().ok()?;
        let should = contents.get()?.chips.balance().in_box;
        let apart = u64::from(counted.abs_diff(should));
        Some(match counted.cmp(&should) {
            Ordering::Equal => (field::box_agrees(locale).to_owned(), true),
            Ordering::Less => (field::box_short(locale, apart), false),
            Ordering::Greater => (field::box_over(locale, apart), false),
        })
    });
    view! {
        <TextField
            question=question
            keyboard=Keyboard::Digits
            value=counted
            on_input=Callback::new(move |typed| counted.set(typed))
        />
        <div class="scan" aria-live="polite">
            {live(move || {
                told.get()
                    .map(|(words, agrees)| {
                        let tone = if agrees { Tone::Kept } else { Tone::Person };
                        view! { <Notice title=words tone=tone /> }
                    })
            })}
        </div>
    }
}

/// A loss as it is being filled in, and what its record says of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct LossDraft {
    /// The lot of doses; none when it is a chip.
    pub(super) lot: Option<ProductLotId>,
    /// The number as read, or how many doses.
    pub(super) number: String,
    /// How it went.
    pub(super) reason: Option<LossReason>,
    /// What it is, in words.
    pub(super) what: String,
    /// The refused record that it mends.
    pub(super) replaces: Option<SubmissionId>,
}

impl LossDraft {
    /// What is recorded of it, with its words; none while something is missing.
    fn command(&self, contents: &Contents, locale: Locale) -> Option<(Command, String)> {
        let reason = self.reason?;
        let Some(lot) = self.lot else {
            let chip = ChipNumber::parse_read(&self.number).ok()?;
            let words = format::chip(&chip.to_string());
            return Some((Command::WriteOffChip { chip, reason }, words));
        };
        let doses = self.number.trim().parse::<u32>().ok().filter(|doses| *doses > 0)?;
        let one = contents.lots.iter().find(|one| one.lot.id == lot)?;
        let words = field::loss_doses(locale, u64::from(doses), &one.lot.product);
        Some((Command::WriteOffDoses { lot, doses, reason }, words))
    }
}

/// Something is not in the box and came to no animal.
#[component]
fn Loss(contents: Memo<Option<Contents>>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let draft = RwSignal::new(LossDraft::default());
    let (is_wrong, not_kept) = (RwSignal::new(false), RwSignal::new(false));
    let busy = RwSignal::new(false);
    spawn_local(async move {
        let Some(queue) = phone.queue() else { return };
        if let Ok(Some(kept)) = drafts::kept(&queue, drafts::LOSS).await {
            let _ = draft.try_set(kept);
        }
    });
    let save = move |_| {
        let made = contents.get_untracked().and_then(|contents| {
            let said = draft.get_untracked();
            let (command, what) = said.command(&contents, locale)?;
            record(phone, LossDraft { what, ..said }, command)
        });
        is_wrong.set(made.is_none());
        let Some(new) = made.filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            match phone.save(new, Some(drafts::LOSS)).await {
                Ok(_) => browser::go(&routes::field_records(), false),
                Err(_) => {
                    let _ = not_kept.try_set(true);
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    view! {
        <section class="card">
            <h2 class="card-title">{field::loss_title(locale)}</h2>
            <LossFields draft=draft contents=contents />
            <div class="scan" aria-live="polite">
                <When holds=is_wrong>
                    <Notice title=field::loss_wrong(locale) tone=Tone::Person />
                </When>
                <When holds=not_kept>
                    <Notice title=field::not_kept(locale) tone=Tone::Person>
                        <p>{field::not_kept_next(locale)}</p>
                    </Notice>
                </When>
            </div>
            <Button weight=Weight::Grave busy=busy on:click=save>
                {field::loss_save(locale)}
            </Button>
        </section>
    }
}

/// What it was, its number, and how it went.
#[component]
fn LossFields(draft: RwSignal<LossDraft>, contents: Memo<Option<Contents>>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let change = move |make: &dyn Fn(&mut LossDraft)| {
        draft.update(make);
        let (Some(queue), said) = (phone.queue(), draft.get_untracked()) else { return };
        spawn_local(async move {
            // Not written means that it is lost with this page.
            let _ = drafts::keep(&queue, drafts::LOSS, &said).await;
        });
    };
    let lot = Memo::new(move |_| draft.read().lot);
    let number = Memo::new(move |_| draft.read().number.clone());
    let reason = Memo::new(move |_| draft.read().reason);
    let mended = Memo::new(move |_| draft.read().replaces);
    let chip = Memo::new(move |_| {
        let is_chip = lot.get().is_none();
        number.with(|text| ChipNumber::parse_read(text).ok()).filter(|_| is_chip)
    });
    let type_number =
        Callback::new(move |typed: String| change(&|draft| draft.number.clone_from(&typed)));
    let again = Callback::new(move |()| {
        change(&|draft| draft.number.clear());
        browser::focus(NUMBER);
    });
    let tile = move |own: Option<ProductLotId>, words: String| {
        let tap = Callback::new(move |()| {
            change(&|draft| {
                draft.lot = own;
                draft.number.clear();
            });
        });
        let pressed = Signal::derive(move || lot.get() == own);
        view! { <Tile words=words pressed=pressed on_tap=tap /> }
    };
    let tiles = move || {
        let lots = contents.get().map(|contents| contents.lots).unwrap_or_default();
        let chip = std::iter::once(tile(None, field::service_chip(locale).to_owned()));
        let lots = lots
            .into_iter()
            .map(|one| tile(Some(one.lot.id), format!("{} · {}", one.lot.product, one.lot.lot)));
        chip.chain(lots).collect::<Vec<_>>()
    };
    let change_reason = Callback::new(move |chosen: Option<LossReason>| {
        change(&|draft| draft.reason = chosen);
    });
    view! {
        <div class="tiles" role="group" aria-label=field::loss_what(locale)>
            {live(tiles)}
        </div>
        {live(move || {
            let (label, keyboard) = match lot.get() {
                None => (field::loss_number(locale), Keyboard::Chip),
                Some(_) => (field::loss_count(locale), Keyboard::Digits),
            };
            view! {
                <TextField
                    question=Question::new(NUMBER, label)
                    keyboard=keyboard
                    value=number
                    on_input=type_number
                />
                {lot.get_untracked()
                    .is_none()
                    .then(|| {
                        view! {
                            <CameraButton words=field::camera_chip(locale) on_read=type_number />
                        }
                    })}
            }
        })}
        <div class="scan" aria-live="polite">
            <NotInBox chip=chip mended=mended on_again=again />
        </div>
        {one_of(
            Question::new("loss_reason", field::loss_why(locale)),
            LossReason::ALL,
            reason.into(),
            change_reason,
        )}
    }
}

/// The record of a loss: now and here, or, when it mends another, as that says.
fn record(phone: Phone, said: LossDraft, command: Command) -> Option<NewRecord> {
    let actor = phone.setup.with_untracked(|setup| setup.as_ref().map(|setup| setup.staff.id))?;
    let before = said.replaces.and_then(|id| {
        phone.kept.with_untracked(|kept| kept.record(id).map(|record| record.held.head))
    });
    let (now, offset) = phone.now();
    Some(NewRecord {
        id: SubmissionId(browser::new_id()),
        actor,
        outreach: match before {
            Some(head) => head.outreach,
            None => untrack(|| phone.outreach()).map(|view| view.outreach.id),
        },
        visit: None,
        recorded_at: before.map_or(now, |head| head.recorded_at),
        utc_offset_minutes: before.map_or(offset, |head| head.utc_offset_minutes),
        replaces: said.replaces,
        commands: vec![command],
        form: serde_json::to_string(&said).unwrap_or_default(),
    })
}
