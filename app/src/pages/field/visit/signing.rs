//! A signature made with the finger, under what the owner declares or agrees to.

use domain::animal::DRAWING_MAX_BYTES;
use leptos::prelude::*;
use phrases::{Locale, field, label::Labelled};
use std::fmt::Write as _;
use web_sys::PointerEvent;

use crate::components::action::{Button, Weight};
use crate::components::live::{live, memo};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::visit_form::draft::VisitDraft;

/// The box of a drawing (`domain::animal::Drawing`).
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 200.0;
/// What a drawing may weigh.
const MOST_BYTES: usize = DRAWING_MAX_BYTES as usize;
/// Room for one more point, such as `L600 200`.
const POINT_BYTES: usize = 8;

/// Who signs, and for which animal: the owner's full name, the animal's name and its species.
pub(super) fn signer(draft: &VisitDraft, locale: Locale) -> (String, String, &'static str) {
    let owner = match &draft.owner.known {
        Some(card) => card.details.name.full(),
        None => format!("{} {}", draft.owner.form.given, draft.owner.form.surnames),
    };
    let species = draft.animal.species().map_or("", |species| species.label(locale));
    (owner.trim().to_owned(), draft.animal.name(), species)
}

/// A box to draw in with a finger, and the way to begin anew. Who cannot draw is asked something
/// else beside it: another proof, or the paper.
#[component]
pub(super) fn SignaturePad(
    /// What was drawn, as path data.
    strokes: Signal<String>,
    /// The drawing with one more stroke, or none any more.
    change: Callback<String>,
) -> impl IntoView {
    let locale = locale();
    let is_down = RwSignal::new(false);
    // A stroke becomes part of the visit when the finger is lifted: the visit is written down at
    // each of its changes, and a stroke has hundreds of points.
    let drawn = RwSignal::new(String::new());
    Effect::new(move |_| drawn.set(strokes.get()));
    let is_full = memo(move || drawn.read().len() + POINT_BYTES >= MOST_BYTES);
    let add = move |event: &PointerEvent, letter: char| {
        let Some(point) = point(event) else { return };
        if !is_full.get_untracked() {
            // Writing to a String cannot fail.
            drawn.update(|path| {
                let _ = write!(path, "{letter}{} {}", point.0, point.1);
            });
        }
    };
    let lifted = move |_: PointerEvent| {
        is_down.set(false);
        change.run(drawn.get_untracked());
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        browser::hold_pointer(&event);
        is_down.set(true);
        add(&event, 'M');
        add(&event, 'L');
    };
    let moved = move |event: PointerEvent| {
        if is_down.get_untracked() {
            add(&event, 'L');
        }
    };
    view! {
        <svg
            class="signature"
            viewBox="0 0 600 200"
            role="img"
            aria-label=field::declaration_sign(locale)
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=lifted
            on:pointercancel=lifted
        >
            <path class="signature-line" d="M40 160H560" />
            <path class="signature-ink" d=drawn />
        </svg>
        <p class="field-hint">
            {live(move || match is_full.get() {
                true => field::declaration_full(locale),
                false => field::declaration_sign(locale),
            })}
        </p>
        <Button weight=Weight::Plain icon="undo-2" on:click=move |_| change.run(String::new())>
            {field::declaration_again(locale)}
        </Button>
    }
}

fn point(event: &PointerEvent) -> Option<(u16, u16)> {
    let (x, y) = browser::pointer_share(event)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares lie between 0 and 1"
    )]
    Some(((x * WIDTH).round() as u16, (y * HEIGHT).round() as u16))
}
