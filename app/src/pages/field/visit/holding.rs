//! What shows that the owner holds the animal; a *declaración simple* is signed with a finger.

use domain::animal::DRAWING_MAX_BYTES;
use domain::catalogue::HoldingProof;
use domain::field_error::Field;
use leptos::prelude::*;
use phrases::{field, label::Labelled};
use std::fmt::Write as _;
use web_sys::PointerEvent;

use crate::components::action::{Button, Weight};
use crate::components::live::{When, live};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::asking::{bound, one_of};
use crate::pages::field::visit::visit;

/// The box of a drawing (`domain::animal::Drawing`).
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 200.0;
/// What a drawing may weigh.
const MOST_BYTES: usize = DRAWING_MAX_BYTES as usize;
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
        <When holds=is_declared>
            <Declaration />
        </When>
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
    // A stroke becomes part of the visit when the finger is lifted: the visit is written down at
    // each of its changes, and a stroke has hundreds of points.
    let drawn = RwSignal::new(String::new());
    Effect::new(move |_| drawn.set(strokes.get()));
    let is_full = Memo::new(move |_| drawn.read().len() + POINT_BYTES >= MOST_BYTES);
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
