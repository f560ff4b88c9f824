//! What the server has confirmed of this phone: one sentence, and a code to compare it by.

use domain::sync::Agreement;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, field, format};

use crate::components::action::{Button, Weight};
use crate::components::live::{When, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::receipts::{self, Told};
use crate::pages::field::phone;
use crate::pages::field::pictures::pictures;

/// How things stand, as the sentence tells it.
#[derive(Clone, Copy, PartialEq)]
struct Sums {
    /// Records without an answer.
    open: u64,
    /// Records that wait for a person here.
    to_mend: u64,
    /// Records that the server keeps whole for the coordination.
    held_back: u64,
    /// Pictures that wait to be sent.
    pictures: u64,
    /// Pictures that could not be sent: they wait for a person here.
    failed: u64,
    /// What the last receipt says of all of them; none before the first.
    agreement: Option<Agreement>,
}

/// The sentence; nothing before the first record.
#[component]
pub(super) fn Received() -> impl IntoView {
    let (phone, pictures, locale) = (phone(), pictures(), locale());
    let told = RwSignal::new(None::<(Told, Agreement)>);
    Effect::new(move |_| {
        phone.kept.track();
        let _ = phone.progress();
        let Some(queue) = phone.queue() else { return };
        spawn_local(async move {
            // What is held first: beside an older word it would look like records the server lost.
            let Ok(kept) = queue.all().await else { return };
            let last = receipts::last_word(&queue, phone.setup).await;
            let last = last.map(|told| {
                let agreement = told.word.beside(&kept);
                (told, agreement)
            });
            // The page may have gone meanwhile.
            if told.try_with_untracked(|shown| *shown != last) == Some(true) {
                told.set(last);
            }
        });
    });
    let sums = memo(move || Sums {
        open: phone.count_waiting(),
        to_mend: phone.count_to_mend(),
        held_back: phone.count_held_back(),
        pictures: pictures.get().waiting,
        failed: pictures.get().failed,
        agreement: told.read().as_ref().map(|(_, agreement)| *agreement),
    });
    let words = memo(move || title(sums.get(), told.read().as_ref().map(|(told, _)| told), locale));
    // What is built anew; else only words change.
    let frame = memo(move || {
        let sums = sums.get();
        let is_short = matches!(sums.agreement, Some(Agreement::Fewer { .. }));
        (told.read().is_some() || sums.open > 0).then(|| (tone(sums), is_short))
    });
    let is_open = memo(move || sums.get().open > 0);
    let calm = move || match phone.progress().stuck.is_empty() {
        true => field::offline_calm(locale),
        false => field::queue_stuck_next(locale),
    };
    live(move || {
        let (tone, is_short) = frame.get()?;
        Some(view! {
            <Notice title=words tone=tone live=is_short>
                {is_short.then(|| view! { <p>{field::fewer_next(locale)}</p> })}
                <div class="flow" aria-live="off">
                    {live(move || told.get().map(|(told, _)| view! { <Word told=told /> }))}
                </div>
                <When holds=is_open>
                    <p>{live(calm)}</p>
                    <Button weight=Weight::Quiet icon="send" on:click=move |_| phone.send_now()>
                        {field::send_now(locale)}
                    </Button>
                </When>
            </Notice>
        })
    })
}

const fn tone(sums: Sums) -> Tone {
    match sums {
        Sums { agreement: Some(Agreement::Fewer { .. }), .. }
        | Sums { to_mend: 1.., .. }
        | Sums { failed: 1.., .. } => Tone::Person,
        Sums {
            open: 0, held_back: 0, pictures: 0, agreement: Some(Agreement::Complete), ..
        } => Tone::Kept,
        _ => Tone::Waiting,
    }
}

/// "112 received, none pending", or what is; what is missing at the server goes before all else.
fn title(sums: Sums, told: Option<&Told>, locale: Locale) -> String {
    let Some(told) = told else { return field::waiting(locale, sums.open) };
    if let Some(Agreement::Fewer { missing }) = sums.agreement {
        return field::fewer(locale, u64::from(missing));
    }
    let mut parts = vec![field::received(locale, u64::from(told.word.receipt.stored_total))];
    if sums.open > 0 {
        parts.push(field::to_send(locale, sums.open));
    }
    if sums.to_mend > 0 {
        parts.push(field::to_mend(locale, sums.to_mend));
    }
    if sums.held_back > 0 {
        parts.push(field::held_back(locale, sums.held_back));
    }
    if sums.pictures > 0 {
        parts.push(field::pictures_to_send(locale, sums.pictures));
    }
    if sums.failed > 0 {
        parts.push(field::pictures_failed(locale, sums.failed));
    }
    if parts.len() == 1 && sums.agreement == Some(Agreement::Complete) {
        parts.push(field::none_pending(locale).to_owned());
    }
    parts.join(", ")
}

/// When the server said so, and the code that the coordination sees for the same figures.
#[component]
fn Word(told: Told) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let (_, offset) = phone.now();
    let moment = format::moment(told.word.receipt.answered_at, offset, locale);
    view! {
        <p>{field::confirmed_at(locale, moment)}</p>
        <p>{field::compare_code(locale)} " " <strong class="figures">{told.code}</strong></p>
        {(!told.is_signed).then(|| view! { <p class="small">{field::unchecked(locale)}</p> })}
    }
}
