//! "Prepare this outreach": what the phone takes along, how far it is, and of when it is.

use domain::pack::Lack;
use domain::refusal::Refusal;
use leptos::prelude::*;
use phrases::{Locale, explain, field, format};

use crate::components::action::{Button, Weight};
use crate::components::live::{live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::connectivity::Signal as Network;
use crate::offline::json;
use crate::offline::pack::{Pack, PackState, PackTrouble};
use crate::offline::phone::Phone;
use crate::pages::field::phone;

/// The offer, the progress, or what is ready.
#[component]
pub fn Preparing() -> impl IntoView {
    let (pack, phone, locale) = (expect_context::<Pack>(), phone(), locale());
    pack.follow();
    let is_offline = memo(move || phone.network() != Network::Online);
    live(move || {
        let state = pack.state.get();
        let is_offline = is_offline.get();
        let lacks = pack.lacks();
        let is_wanting = !state.is_ready || lacks.iter().any(|lack| lack.is_fetched());
        let told = (lacking(&lacks, locale), is_wanting);
        let (tone, title, next) = said(&state, told, is_offline, phone, locale);
        let words = match state.done {
            0 => field::prepare(locale),
            _ => field::prepare_go_on(locale),
        };
        let is_offered = is_wanting && !state.is_busy && !is_offline;
        let button = is_offered.then(|| {
            view! {
                <Button weight=Weight::Quiet on:click=move |_| pack.fetch()>
                    {words}
                </Button>
            }
        });
        view! {
            <Notice title=title tone=tone>
                {next.map(|next| view! { <p>{next}</p> })}
                {button}
            </Notice>
        }
    })
}

/// How it stands: its tone, the one sentence, and what else there is to know.
fn said(
    state: &PackState,
    (lacks, is_wanting): (String, bool),
    is_offline: bool,
    phone: Phone,
    locale: Locale,
) -> (Tone, String, Option<String>) {
    let next = |words: &'static str| Some(words.to_owned());
    // What is to be fetched may be on its way.
    if state.is_ready && (!is_wanting || !state.is_busy) {
        let when = when(state, phone, locale);
        if !lacks.is_empty() {
            return (Tone::Person, field::prepared_not(locale, state.total, when), Some(lacks));
        }
        let title = field::prepared(locale, state.total, when);
        let more = if state.more { next(field::prepared_more(locale)) } else { None };
        return (Tone::Kept, title, more);
    }
    if state.is_busy {
        let title = counted(state, locale, field::prepare_busy);
        return (Tone::Waiting, title, next(field::prepare_busy_next(locale)));
    }
    let trouble = state.trouble.as_ref().map(|trouble| told(trouble, locale));
    if state.done > 0 {
        return (Tone::Person, counted(state, locale, field::prepare_half), trouble);
    }
    let first = match is_offline {
        true => field::prepare_offline(locale),
        false => field::prepare_next(locale),
    };
    (Tone::Info, field::prepare(locale).to_owned(), trouble.or_else(|| next(first)))
}

/// What is not here of what a day without signal needs beside the cards, and what to do; empty when
/// all of it is.
fn lacking(lacks: &[Lack], locale: Locale) -> String {
    let said = |lack: &Lack| match lack {
        Lack::Shell => field::lack_shell(locale),
        Lack::Bookings => field::lack_bookings(locale),
        Lack::Chips => field::lack_chips(locale),
        Lack::Decoder => field::lack_decoder(locale),
        Lack::Box => field::lack_box(locale),
        Lack::Pin => field::lack_pin(locale),
        Lack::Pairing => field::lack_pairing(locale),
    };
    let mut words: Vec<&str> = lacks.iter().map(said).collect();
    if lacks.iter().any(|lack| lack.is_fetched()) {
        words.push(field::lack_next(locale));
    }
    words.join(" ")
}

/// "1.024 of 3.200" in these words.
fn counted(
    state: &PackState,
    locale: Locale,
    words: impl Fn(Locale, String, String) -> String,
) -> String {
    words(locale, format::count(state.done, locale), format::count(state.total, locale))
}

/// Why it stopped, what is kept and what to do.
fn told(trouble: &PackTrouble, locale: Locale) -> String {
    // A reason that this app does not know is as if nobody had been reached.
    let refusal = trouble.refusal.as_deref().and_then(|text| json::read::<Refusal>(text).ok());
    match refusal {
        Some(refusal) => {
            let told = explain(&refusal, locale);
            format!("{} {}", told.happened, told.next)
        }
        None if trouble.is_full => field::prepare_full(locale).to_owned(),
        None => field::prepare_cut(locale).to_owned(),
    }
}

/// Of when the cards are: "of today 08:12".
fn when(state: &PackState, phone: Phone, locale: Locale) -> String {
    let (_, offset) = phone.now();
    let (day, minute) = state.as_of.local(offset);
    match day == phone.today() {
        true => field::pack_today(locale, format::time(minute)),
        false => field::pack_day(locale, format::moment(state.as_of, offset, locale)),
    }
}

/// What is said above cards that the phone took along.
pub fn kept_words(pack: Pack, phone: Phone, locale: Locale) -> String {
    let state = pack.state.get();
    match state.is_ready {
        true => field::pack_kept(locale, when(&state, phone, locale)),
        false => counted(&state, locale, field::pack_half),
    }
}
