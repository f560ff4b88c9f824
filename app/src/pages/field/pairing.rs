//! "This phone": whether it is paired, and how it becomes so.

use domain::field_error::{Field, Problem};
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, explain, explain_field, field, format};

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::{When, derived, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::pairing::{self, NoKey, NotPaired, Pairing};
use crate::offline::phone::Phone;
use crate::pages::field::camera::CameraButton;
use crate::pages::field::phone;
use crate::pages::field::provisional::CheckAnother;

/// The heading, where the focus goes once the phone is paired.
pub(super) const HEADING: &str = "este-telefono";

/// The fields of the code and of the name.
const CODE: &str = "codigo-telefono";
const NAME: &str = "nombre-telefono";

/// What is asked on the section; alive as long as it is on the screen.
#[derive(Clone, Copy)]
struct Asking {
    phone: Phone,
    locale: Locale,
    /// For what it was paired last; `None` until that was read.
    pairing: RwSignal<Option<Option<Pairing>>>,
    /// The phone's key, while the form is open; else blank.
    key: RwSignal<String>,
    code: RwSignal<String>,
    name: RwSignal<String>,
    is_busy: RwSignal<bool>,
    /// What went wrong last; blank when nothing did.
    trouble: RwSignal<String>,
    /// The field that it is about; blank when none.
    place: RwSignal<&'static str>,
}

impl Asking {
    /// Tries the phone's key and opens the form, or says why there is none.
    fn begin(self) {
        let Some(queue) = self.phone.queue() else { return };
        self.is_busy.set(true);
        spawn_local(async move {
            match pairing::key(&queue).await {
                Ok(key) => {
                    self.tell("", "");
                    self.key.set(key);
                }
                Err(NoKey::Unsupported) => self.tell("", field::no_keys(self.locale)),
                Err(NoKey::NotKept) => self.tell("", field::keys_not_kept(self.locale)),
            }
            self.is_busy.set(false);
        });
    }

    /// Sends what was typed.
    fn send(self) {
        let Some(queue) = self.phone.queue().filter(|_| !self.is_busy.get_untracked()) else {
            return;
        };
        let (key, code) = (self.key.get_untracked(), self.code.get_untracked());
        let name = self.name.get_untracked();
        self.is_busy.set(true);
        spawn_local(async move {
            match pairing::pair(&queue, &key, &code, &name).await {
                Ok(pairing) => {
                    self.pairing.set(Some(Some(pairing)));
                    self.code.set(String::new());
                    self.key.set(String::new());
                    self.phone.read_renamed();
                    self.tell("", "");
                    browser::focus(HEADING);
                }
                Err(reason) => {
                    let (place, words) = told(&reason, self.locale);
                    self.tell(place, &words);
                    if !place.is_empty() {
                        browser::focus(place);
                    }
                }
            }
            self.is_busy.set(false);
        });
    }

    fn tell(self, place: &'static str, words: &str) {
        self.place.set(place);
        self.trouble.set(words.to_owned());
    }

    /// What went wrong with a field, or, without one, with the whole.
    fn trouble_at(self, place: &'static str) -> Signal<Option<String>> {
        derived(move || {
            let words = self.trouble.get();
            (self.place.get() == place && !words.is_empty()).then_some(words)
        })
    }

    /// For what the phone is paired, or what it would be good for.
    fn standing(self) -> Option<String> {
        let Some(pairing) = self.pairing.get()? else {
            return Some(field::unpaired(self.locale).to_owned());
        };
        let (_, offset) = self.phone.now();
        // It ends as the day after begins.
        let last = pairing.until.plus_ms(-1).local(offset).0;
        let until = format::date(last, self.locale);
        Some(field::paired(self.locale, pairing.name, pairing.outreach, until))
    }
}

/// The section at the end of the first page.
#[component]
pub(super) fn ThisPhone() -> impl IntoView {
    let asking = Asking {
        phone: phone(),
        locale: locale(),
        pairing: RwSignal::new(None),
        key: RwSignal::default(),
        code: RwSignal::default(),
        name: RwSignal::default(),
        is_busy: RwSignal::new(false),
        trouble: RwSignal::default(),
        place: RwSignal::default(),
    };
    spawn_local(async move {
        let Some(queue) = asking.phone.queue() else { return };
        let kept = pairing::kept(&queue).await;
        if let Some(pairing) = &kept {
            asking.name.set(pairing.name.clone());
        }
        asking.pairing.set(Some(kept));
    });
    let is_asked = memo(move || asking.key.with(|key| !key.is_empty()));
    let trouble = asking.trouble_at("");
    view! {
        <section class="flow no-print">
            <h2 id=HEADING tabindex="-1">
                {field::this_phone(asking.locale)}
            </h2>
            <p class="small soft">{live(move || asking.standing())}</p>
            {live(move || {
                trouble
                    .get()
                    .map(|words| view! { <Notice title=words tone=Tone::Person live=true /> })
            })}
            <When holds=is_asked>
                <Form asking=asking />
            </When>
            <When holds=memo(move || !is_asked.get())>
                <Button
                    weight=Weight::Plain
                    icon="key-round"
                    busy=asking.is_busy
                    on:click=move |_| asking.begin()
                >
                    {field::pair(asking.locale)}
                </Button>
            </When>
            <CheckAnother />
        </section>
    }
}

/// What is asked.
#[component]
fn Form(asking: Asking) -> impl IntoView {
    let locale = asking.locale;
    let code =
        Question::new(CODE, field::pair_code(locale)).hint(field::pair_code_hint(locale)).focused();
    let code = code.error(asking.trouble_at(CODE));
    let name = Question::new(NAME, field::pair_name(locale)).hint(field::pair_name_hint(locale));
    let name = name.error(asking.trouble_at(NAME));
    let type_code = Callback::new(move |typed: String| asking.code.set(typed));
    let type_name = Callback::new(move |typed: String| asking.name.set(typed));
    let to_name = Callback::new(|()| browser::focus(NAME));
    let scanned = Callback::new(|()| {
        browser::signal_scan(true);
        browser::focus(NAME);
    });
    let cancel = move |_| {
        asking.key.set(String::new());
        asking.tell("", "");
        browser::focus(HEADING);
    };
    view! {
        <TextField
            question=code
            keyboard=Keyboard::Code
            value=asking.code
            on_input=type_code
            on_enter=to_name
        />
        <CameraButton words=field::pair_scan(locale) on_read=type_code on_end=scanned />
        <TextField
            question=name
            value=asking.name
            on_input=type_name
            on_enter=Callback::new(move |()| asking.send())
        />
        <Actions>
            <Button weight=Weight::Quiet busy=asking.is_busy on:click=move |_| asking.send()>
                {field::pair_now(locale)}
            </Button>
            <Button weight=Weight::Plain on:click=cancel>
                {common::cancel(locale)}
            </Button>
        </Actions>
    }
}

/// The field that it is about, if it is about one; what happened and what to do.
fn told(reason: &NotPaired, locale: Locale) -> (&'static str, String) {
    let refusal = match reason {
        NotPaired::Refused(refusal) => refusal,
        NotPaired::Unanswered => return ("", field::pair_unanswered(locale).to_owned()),
        NotPaired::NotKept => return ("", field::keys_not_kept(locale).to_owned()),
    };
    if let Refusal::Invalid { fields } = refusal
        && let Some(fault) = fields.first()
    {
        return match (fault.field, fault.code) {
            (Field::Code, Problem::Malformed) => (CODE, field::pair_code_wrong(locale).to_owned()),
            (Field::Code, _) => (CODE, explain_field(*fault, locale)),
            _ => (NAME, explain_field(*fault, locale)),
        };
    }
    let place = match refusal {
        Refusal::PairingCodeUnknown | Refusal::PairingCodeUsed | Refusal::PairingCodeExpired => {
            CODE
        }
        _ => "",
    };
    let told = explain(refusal, locale);
    (place, format!("{} {}", told.happened, told.next))
}
