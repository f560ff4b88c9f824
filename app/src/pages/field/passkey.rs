//! The passkey of this phone, its finger or face, which opens it beside the PIN.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::live;
use crate::components::question::Question;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::vault::{self, Passkey, Tried};
use crate::pages::field::pin::{HEADING, PinField, Trouble, cancel, told};

/// The field for the PIN by which one is made.
const FIELD: &str = "pin-huella";

/// What is said when it was neither made nor taken away; blank when it was.
fn trouble_of(tried: Tried, locale: Locale) -> String {
    match tried {
        Tried::Open => String::new(),
        Tried::Failed => field::passkey_not_made(locale).to_owned(),
        _ => told(tried, locale),
    }
}

/// Offers one below the PIN, or tells that there is one; nothing where the phone makes none.
#[component]
pub(super) fn PasskeyPart() -> impl IntoView {
    let locale = locale();
    let [typed, trouble] = [(); 2].map(|()| RwSignal::new(String::new()));
    let [is_asking, is_busy] = [(); 2].map(|()| RwSignal::new(false));
    let standing = RwSignal::new(Passkey::None);
    spawn_local(async move {
        let _ = standing.try_set(vault::passkey().await);
    });
    let act = move |adds: bool| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        trouble.set(String::new());
        spawn_local(async move {
            let pin = typed.get_untracked();
            let tried = match adds {
                true => vault::add_passkey(&pin, field::passkey_name(locale)).await,
                false => vault::remove_passkey().await,
            };
            let _ = trouble.try_set(trouble_of(tried, locale));
            let _ = typed.try_set(String::new());
            let _ = is_busy.try_set(false);
            if tried == Tried::Open {
                let _ = is_asking.try_set(false);
                let _ = standing.try_set(vault::passkey().await);
                browser::focus(HEADING);
            } else if adds {
                browser::focus(FIELD);
            }
        });
    };
    view! {
        <Trouble words=trouble />
        {live(move || match (standing.get(), is_asking.get()) {
            (Passkey::None, _) => ().into_any(),
            (Passkey::Offered, false) => view! {
                <Button
                    weight=Weight::Plain
                    icon="key-round"
                    on:click=move |_| is_asking.set(true)
                >
                    {field::passkey_add(locale)}
                </Button>
            }
            .into_any(),
            (Passkey::Offered, true) => view! {
                <PinField
                    question=Question::new(FIELD, field::pin_old(locale)).focused()
                    value=typed
                    on_enter=Callback::new(move |()| act(true))
                />
                <Actions>
                    <Button weight=Weight::Quiet busy=is_busy on:click=move |_| act(true)>
                        {field::passkey_make(locale)}
                    </Button>
                    <Button weight=Weight::Plain on:click=move |_| cancel(is_asking, HEADING)>
                        {common::cancel(locale)}
                    </Button>
                </Actions>
            }
            .into_any(),
            (Passkey::There, _) => view! {
                <p class="small soft">{field::passkey_there(locale)}</p>
                <Button weight=Weight::Plain busy=is_busy on:click=move |_| act(false)>
                    {field::passkey_remove(locale)}
                </Button>
            }
            .into_any(),
        })}
    }
}
