//! The PIN of this phone: asked for when it is closed, chosen and changed on the first page.

use domain::pin::{self, PinFault};
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, field};

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::{When, live};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::phone::Phone;
use crate::offline::vault::{self, Tried};
use crate::pages::field::handover::ClosedHandover;
use crate::pages::field::phone;

/// The heading, where the focus goes once a PIN was chosen.
const HEADING: &str = "pin";

/// What is said when a PIN did not open.
fn told(tried: Tried, locale: Locale) -> String {
    match tried {
        Tried::Wrong => field::pin_wrong(locale).to_owned(),
        Tried::Wait(ms) => field::pin_wait(locale, ms.div_ceil(60_000)),
        Tried::Blocked => field::pin_blocked(locale).to_owned(),
        Tried::Open | Tried::Failed => field::pin_failed(locale).to_owned(),
    }
}

/// A field for a PIN.
#[component]
fn PinField(question: Question, value: RwSignal<String>, on_enter: Callback<()>) -> impl IntoView {
    let typed = Callback::new(move |typed: String| value.set(typed));
    view! {
        <TextField
            question=question
            keyboard=Keyboard::Pin
            value=value
            on_input=typed
            on_enter=on_enter
        />
    }
}

/// What went wrong last; blank when nothing did.
#[component]
fn Trouble(words: RwSignal<String>) -> impl IntoView {
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
    let open = move || {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let tried = phone.unlock(&typed.get_untracked()).await;
            // Once it is open this screen has gone.
            if tried != Tried::Open {
                let _ = trouble.try_set(told(tried, locale));
                let _ = typed.try_set(String::new());
                let _ = is_busy.try_set(false);
            }
        });
    };
    // What waits may go home while nobody opens the phone.
    Phone::go_home();
    let question =
        Question::new("pin", field::pin_ask(locale)).hint(field::pin_ask_hint(locale)).focused();
    view! {
        <section class="flow">
            <h1>{field::pin_title(locale)}</h1>
            <Trouble words=trouble />
            <PinField
                question=question
                value=typed
                on_enter=Callback::new(move |()| open())
            />
            <Button busy=is_busy on:click=move |_| open()>
                {field::pin_open(locale)}
            </Button>
            <When holds=Memo::new(move |_| !is_forgotten.get())>
                <Button weight=Weight::Plain on:click=move |_| is_forgotten.set(true)>
                    {field::pin_forgot(locale)}
                </Button>
            </When>
            <When holds=is_forgotten>
                <Notice title=field::pin_forgot(locale) live=true>
                    <p>{field::pin_forgot_next(locale)}</p>
                    <Renew weight=Weight::Grave />
                </Notice>
            </When>
            <ClosedHandover />
        </section>
    }
}

/// The whole screen once no PIN opens the phone any more.
#[component]
pub(super) fn Blocked() -> impl IntoView {
    let locale = locale();
    view! {
        <Notice title=field::pin_blocked(locale) tone=Tone::Person live=true>
            <p>{field::pin_blocked_next(locale)}</p>
            <Renew />
        </Notice>
        <ClosedHandover />
    }
}

/// Begins without what the former PIN closed.
#[component]
fn Renew(#[prop(default = Weight::Main)] weight: Weight) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    view! {
        <Button weight=weight on:click=move |_| spawn_local(phone.renew())>
            {field::pin_renew(locale)}
        </Button>
    }
}

/// The section of the first page.
#[component]
pub(super) fn Pin() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let is_open = RwSignal::new(false);
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
            <When holds=Memo::new(move |_| !is_open.get())>
                <Button weight=Weight::Plain icon="lock" on:click=move |_| is_open.set(true)>
                    {live(act)}
                </Button>
            </When>
        </section>
    }
}

/// The new PIN, twice, and the one there is.
#[component]
fn Choose(is_open: RwSignal<bool>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let [old, new, again, trouble] = [(); 4].map(|()| RwSignal::new(String::new()));
    let is_busy = RwSignal::new(false);
    let keep = move || {
        let pin = new.get_untracked();
        let fault = match pin::check(&pin) {
            Err(PinFault::Short) => Some(field::pin_short(locale)),
            Err(PinFault::Simple) => Some(field::pin_simple(locale)),
            Ok(()) if again.get_untracked() != pin => Some(field::pin_differs(locale)),
            Ok(()) => None,
        };
        if let Some(fault) = fault {
            trouble.set(fault.to_owned());
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let tried = vault::choose(&pin, &old.get_untracked()).await;
            match tried {
                Tried::Open => {
                    phone.has_pin.set(true);
                    let _ = is_open.try_set(false);
                    browser::focus(HEADING);
                }
                _ => {
                    let _ = trouble.try_set(told(tried, locale));
                    let _ = is_busy.try_set(false);
                }
            }
        });
    };
    let on_enter = Callback::new(move |()| keep());
    let question = |id, words| Question::new(id, words);
    view! {
        <Trouble words=trouble />
        <When holds=phone.has_pin>
            <PinField
                question=question("pin-actual", field::pin_old(locale))
                value=old
                on_enter=on_enter
            />
        </When>
        <PinField
            question=question("pin-nuevo", field::pin_new(locale)).hint(field::pin_new_hint(locale))
            value=new
            on_enter=on_enter
        />
        <PinField
            question=question("pin-otra-vez", field::pin_again(locale))
            value=again
            on_enter=on_enter
        />
        <Actions>
            <Button weight=Weight::Quiet busy=is_busy on:click=move |_| keep()>
                {field::pin_keep(locale)}
            </Button>
        </Actions>
    }
}
