//! What shows that the owner holds the animal; a *declaración simple* is signed with a finger.

use domain::animal::DRAWING_MAX_BYTES;
use domain::catalogue::HoldingProof;
use domain::field_error::Field;
use leptos::prelude::*;
use phrases::{field, label::Labelled};
use std::fmt::Write as _;
use web_sys::PointerEvent;

use crate::components::action::{Button, Weight};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::asking::{bound, one_of};
use crate::pages::field::visit::visit;

/// The box of a drawing (`domain::animal::Drawing`).
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 200.0;
/// Room for one more point, such as `L600 200`.
const POINT_BYTES: usize = 8;

/// The proof of holding.
#[component]
pub fn Holding() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (proof, change) = bound!(visit, animal.form.holding_proof);
    let is_declared = Memo::new(move |_| proof.get() == Some(HoldingProof::SimpleDeclaration));
    let question = visit.question(Field::HoldingProof, field::holding_proof(locale)).optional();
    view! {
        {one_of(question, HoldingProof::ALL, proof, change)}
        <Show when=move || is_declared.get()>
            <Declaration />
        </Show>
    }
}

/// The text that is declared, and the place to sign it.
#[component]
fn Declaration() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (strokes, change) = bound!(visit, animal.form.declaration);
    let text = move || {
        visit.draft.with(|draft| {
            let animal = &draft.animal.form;
            let species = animal.species.map_or("", |species| species.label(locale));
            let owner = match &draft.owner.known {
                Some(card) => card.details.name.full(),
                None => format!("{} {}", draft.owner.form.given, draft.owner.form.surnames),
            };
            field::declaration_text(locale, draft.animal.name(), owner.trim(), species)
        })
    };
    view! {
        <section class="card">
            <h2 class="card-title">{field::declaration_title(locale)}</h2>
            <p>{text}</p>
            <SignaturePad strokes=strokes change=change />
            <Button
                weight=Weight::Plain
                icon="undo-2"
                on:click=move |_| change.run(String::new())
            >
                {field::declaration_again(locale)}
            </Button>
        </section>
    }
}

/// A box to draw in with a finger. Who cannot draw chooses another proof.
#[component]
fn SignaturePad(strokes: Signal<String>, change: Callback<String>) -> impl IntoView {
    let locale = locale();
    let is_down = RwSignal::new(false);
    let add = move |event: &PointerEvent, letter: char| {
        let Some(point) = point(event) else { return };
        let mut path = strokes.get_untracked();
        if path.len() + POINT_BYTES < DRAWING_MAX_BYTES as usize {
            // Writing to a String cannot fail.
            let _ = write!(path, "{letter}{} {}", point.0, point.1);
            change.run(path);
        }
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
            on:pointerup=move |_| is_down.set(false)
            on:pointercancel=move |_| is_down.set(false)
        >
            <path class="signature-line" d="M40 160H560" />
            <path class="signature-ink" d=strokes />
        </svg>
        <p class="field-hint">{field::declaration_sign(locale)}</p>
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
