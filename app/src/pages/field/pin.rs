//! The PIN of this phone: asked for when it is closed, chosen and changed on the first page.

use domain::pin::{self, PinFault};
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::{When, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::phone::{Opening, Phone, Renewed};
use crate::offline::vault::{self, Door, Tried};
use crate::pages::field::handover::ClosedHandover;
use crate::pages::field::passkey::PasskeyPart;
use crate::pages::field::pictures::pictures;
use crate::pages::field::{phone, sign_in_address};

/// The heading, where the focus goes once a PIN was chosen.
pub(super) const HEADING: &str = "este-pin";
/// The field of the closed screen.
const FIELD: &str = "pin";
/// The fields of a new one.
const NEW: &str = "pin-nuevo";
const AGAIN: &str = "pin-otra-vez";
/// The heading of what to do without the PIN.
const FORGOTTEN: &str = "pin-olvidado";

/// What is said when a PIN did not open.
pub(super) fn told(tried: Tried, locale: Locale) -> String {
    match tried {
        Tried::Wrong => field::pin_wrong(locale).to_owned(),
        Tried::Wait(ms) => field::pin_wait(locale, ms.div_ceil(60_000)),
        Tried::Blocked => field::pin_blocked(locale).to_owned(),
        Tried::Open | Tried::Failed => field::pin_failed(locale).to_owned(),
    }
}

/// Closes what was opened by mistake; the focus goes to its heading.
pub(super) fn cancel(is_open: RwSignal<bool>, heading: &str) {
    is_open.set(false);
    browser::focus(heading);
}

/// A field for a PIN.
#[component]
pub(super) fn PinField(
    question: Question,
    value: RwSignal<String>,
    on_enter: Callback<()>,
) -> impl IntoView {
    let typed = Callback::new(move |typed: String| value.set(typed));
    view! {
        <TextField
            // Browsers offer to keep a password, and would give the PIN to whoever has the phone.
            question=question.autocomplete("one-time-code")
            keyboard=Keyboard::Pin
            value=value
            on_input=typed
            on_enter=on_enter
        />
    }
}

/// What went wrong last; blank when nothing did.
#[component]
pub(super) fn Trouble(words: RwSignal<String>) -> impl IntoView {
    live(move || {
        let words = words.get();
        (!words.is_empty()).then(|| view! { <Notice title=words tone=Tone::Person live=true /> })
    })
}

/// The whole screen while the phone is closed.
#[component]
pub(super) fn Closed() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let (typed, trouble) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (is_busy, is_forgotten) = (RwSignal::new(false), RwSignal::new(false));
    let open = move |by_pin: bool| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        trouble.set(String::new());
        spawn_local(async move {
            let pin = typed.get_untracked();
            let tried = phone.unlock(by_pin.then_some(pin.as_str())).await;
            // Once it is open this screen has gone.
            if tried != Tried::Open {
                let words = match tried {
                    Tried::Failed if !by_pin => field::passkey_failed(locale).to_owned(),
                    _ => told(tried, locale),
                };
                let _ = trouble.try_set(words);
                let _ = typed.try_set(String::new());
                let _ = is_busy.try_set(false);
                browser::focus(FIELD);
            }
        });
    };
    go_home_with_signal(phone);
    // The passkey is offered first, and is known before this screen is drawn.
    let has_passkey = phone.has_passkey.get_untracked();
    let weight = if has_passkey { Weight::Quiet } else { Weight::Main };
    let question = Question::new(FIELD, field::pin_ask(locale)).hint(field::pin_ask_hint(locale));
    // A keyboard would come up over a phone that is opened by the finger.
    let question = if has_passkey { question } else { question.focused() };
    let forget = move |_| {
        is_forgotten.set(true);
        browser::focus(FORGOTTEN);
    };
    view! {
        <section class="flow">
            <h1>{field::pin_title(locale)}</h1>
            <Trouble words=trouble />
            <When holds=phone.has_passkey>
                <Button icon="key-round" busy=is_busy on:click=move |_| open(false)>
                    {field::passkey_open(locale)}
                </Button>
            </When>
            <PinField
                question=question
                value=typed
                on_enter=Callback::new(move |()| open(true))
            />
            <Actions>
                <Button weight=weight busy=is_busy on:click=move |_| open(true)>
                    {field::pin_open(locale)}
                </Button>
                <When holds=memo(move || !is_forgotten.get())>
                    <Button weight=Weight::Plain on:click=forget>
                        {field::pin_forgot(locale)}
                    </Button>
                </When>
            </Actions>
            <When holds=is_forgotten>
                <Forgotten />
            </When>
            <ClosedHandover />
        </section>
    }
}

/// What to do without the PIN.
#[component]
fn Forgotten() -> impl IntoView {
    let locale = locale();
    view! {
        <h2 id=FORGOTTEN tabindex="-1">
            {field::pin_forgot(locale)}
        </h2>
        <p>{field::pin_forgot_next(locale)}</p>
        <Renew weight=Weight::Grave />
    }
}

/// What waits may go home while nobody opens the phone: now, and whenever there is signal.
fn go_home_with_signal(phone: Phone) {
    Phone::go_home();
    browser::on_window("online", move || {
        let opening = untrack(|| phone.opening.get());
        if matches!(opening, Opening::Closed | Opening::Blocked) {
            Phone::go_home();
        }
    });
}

/// The whole screen once no PIN opens the phone any more.
#[component]
pub(super) fn Blocked() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    go_home_with_signal(phone);
    view! {
        <section class="flow">
            <h1>{field::pin_title(locale)}</h1>
            <Notice title=field::pin_blocked(locale) tone=Tone::Person live=true>
                <p>{field::pin_blocked_next(locale)}</p>
                <Renew />
            </Notice>
            <ClosedHandover />
        </section>
    }
}

/// The whole screen while the browser does not give back what was kept.
#[component]
pub(super) fn Stuck() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    view! {
        <section class="flow">
            <h1>{field::pin_title(locale)}</h1>
            <Notice title=field::stuck(locale) tone=Tone::Person live=true>
                <p>{field::stuck_next(locale)}</p>
                <Button on:click=move |_| spawn_local(phone.enter())>
                    {common::retry(locale)}
                </Button>
            </Notice>
            <p>{field::pin_forgot_next(locale)}</p>
            <Renew weight=Weight::Grave />
        </section>
    }
}

/// Begins without what the former PIN closed; says before what would be lost by it.
#[component]
fn Renew(#[prop(default = Weight::Main)] weight: Weight) -> impl IntoView {
    let (phone, pictures, locale) = (phone(), pictures(), locale());
    let (lost, is_busy) = (RwSignal::new(0), RwSignal::new(false));
    let (trouble, is_signed_out) = (RwSignal::new(String::new()), RwSignal::new(false));
    spawn_local(async move {
        let _ = lost.try_set(phone.lost_with_key().await);
    });
    let renew = move |_| {
        is_busy.set(true);
        spawn_local(async move {
            let words = match phone.renew().await {
                Renewed::Done => return,
                Renewed::SignInNeeded => field::pin_sign_in(locale),
                Renewed::OutOfReach => field::pin_needs_signal(locale),
                Renewed::Failed => field::pin_failed(locale),
            };
            let _ = is_signed_out.try_set(words == field::pin_sign_in(locale));
            let _ = trouble.try_set(words.to_owned());
            let _ = is_busy.try_set(false);
        });
    };
    view! {
        {live(move || {
            let lost = lost.get();
            (lost > 0)
                .then(|| view! { <p><strong>{field::pin_lost(locale, lost)}</strong></p> })
        })}
        {live(move || {
            let lost = pictures.get().lost;
            (lost > 0)
                .then(|| view! { <p><strong>{field::pictures_lost(locale, lost)}</strong></p> })
        })}
        <Trouble words=trouble />
        <When holds=is_signed_out>
            <a class="button" data-kind="quiet" rel="external" href=sign_in_address()>
                {field::sign_in(locale)}
            </a>
        </When>
        <Button weight=weight busy=is_busy on:click=renew>
            {field::pin_renew(locale)}
        </Button>
    }
}

/// Whether one is wanted, as it was while somebody is choosing one: what they type does not go to
/// another place because cards have come.
pub(super) fn wanted(is_wanted: Memo<bool>, is_choosing: RwSignal<bool>) -> RwSignal<bool> {
    let told = RwSignal::new(is_wanted.get_untracked());
    Effect::new(move |_| {
        let is_wanted = is_wanted.get();
        if !is_choosing.get() && told.get_untracked() != is_wanted {
            told.set(is_wanted);
        }
    });
    told
}

/// The section of the first page.
#[component]
pub(super) fn Pin(
    /// Somebody is choosing one.
    #[prop(default = RwSignal::new(false))]
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let standing = move || match phone.has_pin.get() {
        true => field::pin_there(locale),
        false => field::pin_none(locale),
    };
    let act = move || match phone.has_pin.get() {
        true => field::pin_change(locale),
        false => field::pin_choose(locale),
    };
    view! {
        <section class="flow no-print">
            <h2 id=HEADING tabindex="-1">
                {field::pin_title(locale)}
            </h2>
            <p class="small soft">{live(standing)}</p>
            <When holds=is_open>
                <Choose is_open=is_open />
            </When>
            <When holds=memo(move || !is_open.get() && phone.takes_pin.get())>
                <Button weight=Weight::Plain icon="lock" on:click=move |_| is_open.set(true)>
                    {live(act)}
                </Button>
                <When holds=phone.has_pin>
                    <PasskeyPart />
                </When>
            </When>
        </section>
    }
}

/// What is wrong with a new PIN and its repetition, and in which field.
fn fault_of(pin: &str, again: &str, locale: Locale) -> Option<(&'static str, &'static str)> {
    match pin::check(pin) {
        Err(PinFault::Short) => Some((field::pin_short(locale), NEW)),
        Err(PinFault::Simple) => Some((field::pin_simple(locale), NEW)),
        Ok(()) if again != pin => Some((field::pin_differs(locale), AGAIN)),
        Ok(()) => None,
    }
}

/// The new PIN, twice, and the one there is.
#[component]
fn Choose(is_open: RwSignal<bool>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let [old, new, again, trouble] = [(); 4].map(|()| RwSignal::new(String::new()));
    let is_busy = RwSignal::new(false);
    // Another tab may have chosen one meanwhile.
    spawn_local(async move {
        if let Door::Open { has_pin, .. } = vault::door().await {
            phone.has_pin.set(has_pin);
        }
    });
    let keep = move || {
        if is_busy.get_untracked() {
            return;
        }
        let pin = new.get_untracked();
        if let Some((fault, place)) = fault_of(&pin, &again.get_untracked(), locale) {
            trouble.set(fault.to_owned());
            browser::focus(place);
            return;
        }
        is_busy.set(true);
        trouble.set(String::new());
        spawn_local(async move {
            let tried = vault::choose(&pin, &old.get_untracked()).await;
            match tried {
                Tried::Open => {
                    phone.has_pin.set(true);
                    let _ = is_open.try_set(false);
                    // It may stand elsewhere from now on.
                    browser::focus_heading(HEADING);
                }
                _ => {
                    let _ = trouble.try_set(told(tried, locale));
                    let _ = is_busy.try_set(false);
                }
            }
        });
    };
    let question = |id, words| Question::new(id, words);
    let first = question(NEW, field::pin_new(locale)).hint(field::pin_new_hint(locale));
    let first = if phone.has_pin.get_untracked() { first } else { first.focused() };
    view! {
        <Trouble words=trouble />
        <When holds=phone.has_pin>
            <PinField
                question=question("pin-actual", field::pin_old(locale)).focused()
                value=old
                on_enter=Callback::new(|()| browser::focus(NEW))
            />
        </When>
        <PinField
            question=first
            value=new
            on_enter=Callback::new(|()| browser::focus(AGAIN))
        />
        <PinField
            question=question(AGAIN, field::pin_again(locale))
            value=again
            on_enter=Callback::new(move |()| keep())
        />
        <Actions>
            <Button weight=Weight::Quiet busy=is_busy on:click=move |_| keep()>
                {field::pin_keep(locale)}
            </Button>
            <Button weight=Weight::Plain on:click=move |_| cancel(is_open, HEADING)>
                {common::cancel(locale)}
            </Button>
        </Actions>
    }
}
