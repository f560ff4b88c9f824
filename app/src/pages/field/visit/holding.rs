//! What shows that the owner holds the animal; a *declaración simple* is signed with a finger.

use domain::catalogue::HoldingProof;
use domain::field_error::Field;
use leptos::prelude::*;
use phrases::field;

use crate::components::live::{When, memo};
use crate::locale::locale;
use crate::pages::field::asking::{bound, coded, one_of};
use crate::pages::field::visit::signing::{SignaturePad, signer};
use crate::pages::field::visit::visit;

/// The proof of holding.
#[component]
pub fn Holding() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (proof, change) = coded!(visit, HoldingProof, animal.form.holding_proof);
    let declaration = HoldingProof::SimpleDeclaration.code();
    let is_declared = memo(move || proof.with(|code| code == declaration));
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
        let (owner, name, species) = visit.draft.with(|draft| signer(draft, locale));
        field::declaration_text(locale, name, owner, species)
    };
    view! {
        <section class="card">
            <h2 class="card-title">{field::declaration_title(locale)}</h2>
            <p>{text}</p>
            <SignaturePad strokes=strokes change=change />
        </section>
    }
}
