//! Text typed by a person or by a reader.

use domain::chip_number::ChipNumber;
use leptos::html;
use leptos::prelude::*;

use crate::components::question::{Question, label_words, remarks};

/// What is typed, which decides keyboard, width and help of the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keyboard {
    /// Words.
    #[default]
    Text,
    /// Names of people and animals: each word with a capital.
    Name,
    /// Digits only.
    Digits,
    /// A number with decimals.
    Decimal,
    /// A chip's number, typed or sent by a reader that acts as a keyboard.
    Chip,
    /// A RUN, whose check digit may be a K.
    Run,
    /// A RUN where a key beside the field types the K, so that the keypad can be of digits.
    RunWithKey,
    /// A one-time code.
    Code,
    /// An e-mail address.
    Email,
    /// A telephone.
    Phone,
    /// A password.
    Password,
    /// The PIN that opens this phone.
    Pin,
    /// Words to search for.
    Search,
    /// A civil date, by the browser's own chooser.
    Date,
    /// A time of day.
    Time,
}

impl Keyboard {
    const fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Password | Self::Pin => "password",
            Self::Search => "search",
            Self::Date => "date",
            Self::Time => "time",
            _ => "text",
        }
    }

    const fn mode(self) -> Option<&'static str> {
        match self {
            Self::Digits | Self::Chip | Self::RunWithKey | Self::Pin => Some("numeric"),
            Self::Decimal => Some("decimal"),
            Self::Email => Some("email"),
            Self::Phone => Some("tel"),
            Self::Search => Some("search"),
            _ => None,
        }
    }

    const fn width(self) -> Option<&'static str> {
        match self {
            Self::Chip => Some("chip"),
            Self::Run | Self::RunWithKey | Self::Phone | Self::Date => Some("run"),
            Self::Code | Self::Decimal | Self::Digits | Self::Pin | Self::Time => Some("code"),
            _ => None,
        }
    }

    const fn capitals(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Search | Self::Date | Self::Time => None,
            Self::Name => Some("words"),
            Self::Run | Self::RunWithKey | Self::Code => Some("characters"),
            _ => Some("none"),
        }
    }

    const fn spelling(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Search => None,
            _ => Some("false"),
        }
    }

    const fn enter(self) -> &'static str {
        match self {
            Self::Search => "search",
            _ => "next",
        }
    }
}

/// A line of text. With a script, `on_input` follows every key and `on_enter` takes the Enter
/// key, which then does not send the form; the Enter of a chip reader never does.
#[component]
pub fn TextField(
    /// What is asked.
    question: Question,
    /// What is typed.
    #[prop(optional)]
    keyboard: Keyboard,
    /// The text in it; static pages give back what was typed.
    #[prop(optional, into)]
    value: Signal<String>,
    /// Each change of the text.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// The Enter key.
    #[prop(optional, into)]
    on_enter: Option<Callback<()>>,
) -> impl IntoView {
    let node = focused_node(question.focused);
    let (words, remarks) = (label_words(&question), remarks(&question));
    let (described_by, invalid) = (question.described_by(), question.invalid());
    view! {
        <div class="field">
            <label class="field-label" for=question.id.clone()>
                {words}
            </label>
            {remarks}
            <input
                class="input"
                id=question.id.clone()
                name=question.id.clone()
                type=keyboard.kind()
                inputmode=keyboard.mode()
                data-width=keyboard.width()
                autocapitalize=keyboard.capitals()
                spellcheck=keyboard.spelling()
                enterkeyhint=keyboard.enter()
                autocomplete=question.autocomplete
                aria-describedby=described_by
                aria-invalid=invalid
                node_ref=node
                value=value.get_untracked()
                prop:value=move || value.get()
                on:input=move |event| {
                    if let Some(tell) = on_input {
                        // The question may have gone with the step that held it.
                        let _ = tell.try_run(event_target_value(&event));
                    }
                }
                on:keydown=move |event| {
                    let is_chip = keyboard == Keyboard::Chip;
                    let is_enter = event.key() == "Enter" && (is_chip || on_enter.is_some());
                    // A reader may end with Tab what it has read; a field without a whole number
                    // is left as by any other Tab.
                    let is_readers_tab = is_chip
                        && event.key() == "Tab"
                        && !event.shift_key()
                        && ChipNumber::parse_read(&event_target_value(&event)).is_ok();
                    if is_enter || (is_readers_tab && on_enter.is_some()) {
                        event.prevent_default();
                        if let Some(tell) = on_enter {
                            // The question may have gone with the step that held it.
                            let _ = tell.try_run(());
                        }
                    }
                }
            />
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What is asked.
    question: Question,
    /// The text in it.
    #[prop(optional, into)]
    value: Signal<String>,
    /// Each change of the text.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let (words, remarks) = (label_words(&question), remarks(&question));
    let (described_by, invalid) = (question.described_by(), question.invalid());
    view! {
        <div class="field">
            <label class="field-label" for=question.id.clone()>
                {words}
            </label>
            {remarks}
            <textarea
                class="input"
                id=question.id.clone()
                name=question.id.clone()
                rows="4"
                autocomplete=question.autocomplete
                aria-describedby=described_by
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=move |event| {
                    if let Some(tell) = on_input {
                        // The question may have gone with the step that held it.
                        let _ = tell.try_run(event_target_value(&event));
                    }
                }
            >
                {escaped(&value.get_untracked())}
            </textarea>
        </div>
    }
}

/// The text for between the tags of a `<textarea>`, which Leptos writes out as it is: without
/// this, what one person typed could close the element. A browser sets the property instead.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A node that takes the focus once it stands on the screen.
fn focused_node(wanted: bool) -> NodeRef<html::Input> {
    let node: NodeRef<html::Input> = NodeRef::new();
    if wanted {
        Effect::new(move |_| {
            if let Some(input) = node.get() {
                // An element that cannot take the focus keeps the page as it is.
                let _ = input.focus();
            }
        });
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_cannot_close_its_own_box() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let question = Question::new("remarks", "Remarks");
            let typed = "a & b</textarea><script>".to_owned();
            view! { <TextArea question=question value=typed /> }.to_html()
        });
        assert!(html.contains(">a &amp; b&lt;/textarea>&lt;script></textarea>"), "{html}");
    }
}
