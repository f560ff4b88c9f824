//! `/entregar`: what a phone kept is handed in by somebody else, and where its records stand then.
//! A file, without a script; with one and a camera, also the codes that the phone shows.

use domain::submission::{HandedIn, Unfit};
use leptos::prelude::*;
use leptos_meta::Meta;
use phrases::{Locale, account, coordination as say};

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::handover::{HandoverForm, film_words};
use crate::pages::public::PublicPage;
use crate::routes;

/// What films the codes.
pub const SCRIPT: &str = "/page/hand-in.js";

/// The page.
#[component]
pub fn HandoverPage(
    /// What was just handed in, or why it was not taken.
    told: Option<Result<HandedIn, Unfit>>,
    /// Whether who asks has the desk where records wait.
    has_desk: bool,
    /// Name of the folder of the barcode decoder, where the browser reads no codes.
    decoder: &'static str,
) -> impl IntoView {
    let locale = locale();
    let title = say::handover_title(locale);
    let told = told.map(|told| match told {
        Ok(told) => view! { <Summary told=told has_desk=has_desk /> }.into_any(),
        Err(unfit) => {
            let (happened, next) = words(unfit, locale);
            view! {
                <Notice title=happened tone=Tone::Person live=true>
                    <p>{next} " " {say::handover_nothing_lost(locale)}</p>
                </Notice>
            }
            .into_any()
        }
    });
    let (way, words) = match has_desk {
        true => (routes::desk(routes::PHONES), say::nav_phones(locale)),
        false => (routes::FIELD.to_owned(), account::go_to_field(locale)),
    };
    view! {
        <Meta name="huella-decoder" content=decoder />
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                {told}
                <HandoverForm />
                <Filming />
                <div class="actions">
                    <LinkButton href=way weight=Weight::Plain>
                        {words}
                    </LinkButton>
                </div>
            </div>
        </PublicPage>
    }
}

/// The codes that a phone shows, as another way to its file: there once the script has found a
/// camera.
#[component]
fn Filming() -> impl IntoView {
    let locale = locale();
    view! {
        <div
            class="flow"
            data-hand-in=film_words(locale).join("\n")
            data-failed=say::handover_blind(locale)
            hidden
        >
            <Button weight=Weight::Quiet icon="camera">
                {say::handover_film(locale)}
            </Button>
            <p role="alert"></p>
        </div>
    }
}

/// Where the records of a file stand.
#[component]
fn Summary(told: HandedIn, has_desk: bool) -> impl IntoView {
    let locale = locale();
    let HandedIn { recorded, known, waiting, refused, unopened, part } = told;
    let line = move |count: u32, words: fn(Locale, u64) -> String| {
        (count > 0).then(|| view! { <li>{words(locale, count.into())}</li> })
    };
    let next = (waiting > 0).then(|| match has_desk {
        true => view! {
            <p>
                <a href=routes::desk(routes::UNRESOLVED)>{say::handover_to_desk(locale)}</a>
            </p>
        }
        .into_any(),
        false => view! { <p>{say::handover_desk_next(locale)}</p> }.into_any(),
    });
    let part = part.map(|part| {
        view! { <p>{say::handover_part(locale, part.of(), part.part())}</p> }
    });
    let is_whole = refused == 0 && unopened == 0;
    let tone = if is_whole { Tone::Kept } else { Tone::Person };
    view! {
        <Notice title=say::handover_received(locale, told.total()) tone=tone live=true>
            <ul>
                {line(recorded, say::handover_recorded)}
                {line(known, say::handover_known)}
                {line(waiting, say::handover_waiting)}
                {line(refused, say::handover_refused)}
                {line(unopened, say::handover_unopened)}
            </ul>
            {part}
            {next}
            <p>{say::handover_no_pictures(locale)}</p>
            <p>{say::handover_again(locale)}</p>
        </Notice>
    }
}

/// Why a file was not taken in, and what to do.
fn words(unfit: Unfit, locale: Locale) -> (&'static str, &'static str) {
    match unfit {
        Unfit::Missing => (say::handover_missing(locale), say::handover_missing_next(locale)),
        Unfit::NotOurs => (say::handover_not_ours(locale), say::handover_not_ours_next(locale)),
        Unfit::OtherVersion => (say::handover_version(locale), say::handover_version_next(locale)),
        Unfit::Empty => (say::handover_empty(locale), say::handover_empty_next(locale)),
        Unfit::TooMany => (say::handover_too_many(locale), say::handover_too_many_next(locale)),
        Unfit::Unopened => (say::handover_closed(locale), say::handover_closed_next(locale)),
    }
}
