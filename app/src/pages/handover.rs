//! The form by which somebody hands in what a phone kept for it: a plain form, since it sends a
//! file. It stands on a page of its own and among the phones of the coordination.

use leptos::prelude::*;
use phrases::{Locale, common, coordination as say, field};

use crate::components::action::Button;
use crate::locale::locale;
use crate::routes;

/// The field with the file.
pub const FILE: &str = "archivo";

/// What is said while another phone's codes are filmed, as `film` of `/frames.js` takes it: what is
/// read, what to do, how far it has come, the light, the way out.
#[must_use]
pub fn film_words(locale: Locale) -> [String; 5] {
    let told = field::frames_read(locale, "{got}", "{of}");
    let rest = [
        field::frames_receive(locale),
        field::frames_hint(locale),
        field::camera_light(locale),
        common::close(locale),
    ];
    let [title, hint, light, close] = rest.map(str::to_owned);
    [title, hint, told, light, close]
}

/// The form.
#[component]
pub fn HandoverForm() -> impl IntoView {
    let locale = locale();
    view! {
        <form class="flow" method="post" action=routes::HAND_IN enctype="multipart/form-data">
            <p class="soft">{say::handover_lead(locale)}</p>
            <div class="field">
                <label class="field-label" for=FILE>
                    {say::handover_file(locale)}
                </label>
                <p class="field-hint">{say::handover_file_hint(locale)}</p>
                <input
                    class="input"
                    id=FILE
                    name=FILE
                    type="file"
                    accept="application/json,.json"
                    required
                />
            </div>
            <Button submit=true icon="inbox">
                {say::handover_send(locale)}
            </Button>
        </form>
    }
}
