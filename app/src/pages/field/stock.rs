//! The box that the team has taken along: what should be in it by now, which numbers do not fit,
//! and what is not in it any more. Each type of a memo is compiled anew: here they are texts.

mod later;

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::id::SubmissionId;
use domain::stock::{AllottedLot, LossReason};
use domain::unicode::capital;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{Locale, field, format};
use std::cmp::Ordering;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::choice::{Choice, Layout, Radios};
use crate::components::live::{When, derived, each, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::components::toast::Toast;
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::drafts;
use crate::offline::held::NewRecord;
use crate::offline::json;
use crate::offline::pack::Pack;
use crate::offline::phone::Phone;
use crate::offline::stock::{Contents, LossDraft};
use crate::pages::field::asking::Tile;
use crate::pages::field::camera::CameraButton;
use crate::pages::field::phone;
use crate::pages::field::records::Unread;
use crate::pages::field::start::list_day;
use crate::pages::field::visit::boxed::{NotInBox, lot_words};
use crate::routes;
use later::Later;

/// The field of the number, or of the doses.
const NUMBER: &str = "loss_number";

/// The way to the box, with what should be in it; or that a phone that was prepared has no word of
/// it. Where nothing is allotted there is nothing.
#[component]
pub(super) fn BoxLine() -> impl IntoView {
    let (pack, phone, locale) = (expect_context::<Pack>(), phone(), locale());
    let words = memo(move || {
        let (asked_at, _) = phone.stock_told()?;
        let chips = phone.contents(None)?.chips.balance().in_box;
        let day = list_day(phone, asked_at, locale);
        Some(field::box_line(locale, u64::from(chips), day))
    });
    let is_missing = memo(move || phone.stock_told().is_none() && pack.is_there());
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
    let is_any = memo(move || phone.contents(None).is_some());
    let is_missing = memo(move || phone.is_whole() && !is_any.get());
    view! {
        <LinkButton href=routes::FIELD weight=Weight::Plain icon="chevron-left">
            {field::to_start(locale)}
        </LinkButton>
        <h1>{field::box_title(locale)}</h1>
        {live(move || {
            phone.contents(None).map(|contents| view! { <Standing contents=contents /> })
        })}
        <Unread />
        <When holds=is_missing>
            {live(move || {
                let words = match phone.stock_told().is_some() {
                    true => field::box_none(locale),
                    false => field::box_missing(locale),
                };
                view! { <p class="soft">{words}</p> }
            })}
        </When>
        <When holds=is_any>
            <Counting />
            <Loss begun=LossDraft::default() />
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
    let told = phone.stock_told().map(|(asked_at, is_own)| {
        let whose = match is_own {
            true => field::box_own(locale),
            false => field::box_shared(locale),
        };
        format!("{whose} {}", field::box_as_of(locale, list_day(phone, asked_at, locale)))
    });
    let odd = contents.chips.odd();
    let today = phone.today();
    let lots = contents.lots.iter().map(|one| lot_words(one, today, locale));
    let lots = each(lots, |words| view! { <li>{words}</li> });
    view! {
        <dl class="tally">{each(figures, figure)}</dl>
        <p class="small soft">{told}</p>
        {(!odd.is_empty())
            .then(|| {
                let title = field::box_odd(locale, odd.len() as u64);
                let odd = each(odd, |chip| view! { <li><ChipText chip=chip /></li> });
                view! {
                    <Notice title=title tone=Tone::Person>
                        <ul class="done-list">{odd}</ul>
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
fn Counting() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let typed = RwSignal::new(String::new());
    view! {
        <TextField
            question=Question::new("box_count", field::box_count(locale))
            keyboard=Keyboard::Digits
            value=typed
            on_input=Callback::new(move |text| typed.set(text))
        />
        <div class="scan" aria-live="polite">
            {live(move || {
                let counted = typed.get().trim().parse::<u32>().ok()?;
                let should = phone.contents(None)?.chips.balance().in_box;
                let apart = u64::from(counted.abs_diff(should));
                let (words, tone) = match counted.cmp(&should) {
                    Ordering::Equal => (field::box_agrees(locale).to_owned(), Tone::Kept),
                    Ordering::Less => (field::box_short(locale, apart), Tone::Person),
                    Ordering::Greater => (field::box_over(locale, apart), Tone::Person),
                };
                Some(view! { <Notice title=words tone=tone /> })
            })}
        </div>
    }
}

/// What a loss is of, in words.
fn what(lost: &Command, lots: &[AllottedLot], locale: Locale) -> String {
    match lost {
        Command::WriteOffChip { chip, .. } => format::chip(&chip.to_string()),
        Command::WriteOffDoses { lot, doses, .. } => {
            let mut lots = lots.iter().map(|one| &one.lot);
            let named = lots.find(|one| one.id == *lot).map(|one| one.product.as_str());
            field::loss_doses(locale, u64::from(*doses), named.unwrap_or_default())
        }
        _ => String::new(),
    }
}

/// The lots of the box.
fn lots_here(phone: Phone) -> Vec<AllottedLot> {
    untrack(|| phone.contents(None)).map(|contents| contents.lots).unwrap_or_default()
}

/// Something is not in the box and came to no animal; or the record that said so is mended.
#[component]
pub(super) fn Loss(
    /// The form as it begins; what was kept of the same is gone on with.
    begun: LossDraft,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let name = begun.draft();
    let title = match begun.replaces {
        Some(_) => field::mend(locale),
        None => field::loss_title(locale),
    };
    let draft = RwSignal::new(begun.clone());
    let is_read = RwSignal::new(false);
    let is_wrong = RwSignal::new(false);
    let later = Later::new(phone, name);
    spawn_local(async move {
        if let Some(queue) = phone.queue() {
            let kept = drafts::kept(&queue, name).await.ok().flatten();
            let _ = draft.try_set(begun.going_on(kept));
        }
        let _ = is_read.try_set(true);
    });
    let save = move |_| {
        let (said, lots) = (draft.get_untracked(), lots_here(phone));
        let made = said.command(&lots).and_then(|command| {
            let what = what(&command, &lots, locale);
            let words = field::loss_of(locale, &what);
            Some((words, record(phone, LossDraft { what, ..said }, command)?))
        });
        is_wrong.set(made.is_none());
        if made.is_none() {
            browser::focus(NUMBER);
        }
        if let Some((words, new)) = made {
            later.begin(words, new);
        }
    };
    view! {
        <section class="card">
            <h2 class="card-title">{title}</h2>
            <When holds=is_read>
                <LossFields draft=draft />
            </When>
            <div class="scan" aria-live="polite">
                <When holds=is_wrong>
                    <Notice title=field::loss_wrong(locale) tone=Tone::Person />
                </When>
                <When holds=later.not_kept>
                    <Notice title=field::not_kept(locale) tone=Tone::Person>
                        <p>{field::not_kept_next(locale)}</p>
                    </Notice>
                </When>
            </div>
            <Button weight=Weight::Grave busy=later.is_busy on:click=save>
                {field::loss_save(locale)}
            </Button>
            <Toast words=later.words() on_undo=Callback::new(move |()| later.take_back()) />
        </section>
    }
}

/// A text of the form and the way to change it, kept with each change.
fn text(
    phone: Phone,
    draft: RwSignal<LossDraft>,
    part: fn(&mut LossDraft) -> &mut String,
) -> (Memo<String>, Callback<String>) {
    let value = memo(move || std::mem::take(part(&mut draft.get())));
    let change = Callback::new(move |new: String| {
        draft.update(|draft| *part(draft) = new);
        let (Some(queue), said) = (phone.queue(), draft.get_untracked()) else { return };
        spawn_local(async move {
            // Not written means that it is lost with this page.
            let _ = drafts::keep(&queue, said.draft(), &said).await;
        });
    });
    (value, change)
}

/// What it was, its number, and how it went.
#[component]
fn LossFields(draft: RwSignal<LossDraft>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let (lot, change_lot) = text(phone, draft, |draft| &mut draft.lot);
    let (number, change_number) = text(phone, draft, |draft| &mut draft.number);
    let (reason, change_reason) = text(phone, draft, |draft| &mut draft.reason);
    let mended = draft.with_untracked(|draft| draft.replaces);
    let chip = memo(move || {
        let is_chip = lot.with(String::is_empty);
        number.with(|text| ChipNumber::parse_read(text).ok()).filter(|_| is_chip)
    });
    let again = Callback::new(move |()| {
        change_number.run(String::new());
        browser::focus(NUMBER);
    });
    let tile = |own: String, words: String| {
        let chosen = own.clone();
        let tap = Callback::new(move |()| {
            change_lot.run(own.clone());
            change_number.run(String::new());
        });
        let pressed = derived(move || lot.with(|lot| *lot == chosen));
        view! { <Tile words=words pressed=pressed on_tap=tap /> }
    };
    let mut tiles = vec![tile(String::new(), field::service_chip(locale).to_owned())];
    tiles.extend(
        lots_here(phone).into_iter().map(|one| {
            tile(one.lot.id.to_string(), format!("{} · {}", one.lot.product, one.lot.lot))
        }),
    );
    let why = |reason: &LossReason| Choice::new(reason.code(), capital(reason.label(locale)));
    view! {
        <div class="tiles" role="group" aria-label=field::loss_what(locale)>
            {tiles}
        </div>
        {live(move || {
            let is_chip = lot.with(String::is_empty);
            let (label, keyboard) = match is_chip {
                true => (field::loss_number(locale), Keyboard::Chip),
                false => (field::loss_count(locale), Keyboard::Digits),
            };
            let camera = is_chip.then(|| {
                view! { <CameraButton words=field::camera_chip(locale) on_read=change_number /> }
            });
            view! {
                <TextField
                    question=Question::new(NUMBER, label)
                    keyboard=keyboard
                    value=number
                    on_input=change_number
                />
                {camera}
            }
        })}
        <div class="scan" aria-live="polite">
            <NotInBox chip=chip mended=mended on_again=again />
        </div>
        <Radios
            question=Question::new("loss_reason", field::loss_why(locale))
            choices=LossReason::ALL.iter().map(why).collect()
            value=reason
            on_choose=change_reason
            layout=Layout::Row
        />
    }
}

/// The record of a loss: now and here, or, when it mends another, as that says.
fn record(phone: Phone, said: LossDraft, command: Command) -> Option<NewRecord> {
    let actor = phone.staff()?;
    let before = said.replaces.and_then(|id| {
        phone.kept.with_untracked(|kept| kept.record(id).map(|record| record.held.head))
    });
    let now = phone.now();
    let (recorded_at, utc_offset_minutes) = before.map_or(now, |head| head.happened(now));
    Some(NewRecord {
        id: SubmissionId(browser::new_id()),
        actor,
        outreach: match before {
            Some(head) => head.outreach,
            None => untrack(|| phone.outreach()).map(|view| view.outreach.id),
        },
        visit: None,
        behind: None,
        recorded_at,
        utc_offset_minutes,
        replaces: said.replaces,
        commands: vec![command],
        form: json::write(&said),
    })
}
