//! What the RNM lacks of an animal on the table, and the way to say it now.

use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{field, format};

use crate::components::action::{Button, Weight};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::field::visit::visit;
use crate::pages::visit_form::completing::is_of_animal;
use crate::pages::visit_form::draft::{AnimalDraft, Step};

/// What is missing, by name; nothing where nothing is.
#[component]
pub(super) fn Lacks(
    /// The animal, of this visit.
    animal: AnimalDraft,
) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let id = animal.id;
    let missing = visit.draft.with_untracked(|draft| draft.rnm_lacks(&animal, visit.today()));
    let names: Vec<_> = missing.iter().map(|lack| lack.label(locale)).collect();
    let count = missing.len() as u64;
    let notice = (count > 0).then(|| {
        view! {
            <Notice title=field::rnm_missing(locale, count) tone=Tone::Waiting>
                <p>{format::list(&names, locale)}</p>
                <p>{field::rnm_missing_next(locale)}</p>
            </Notice>
        }
    });
    let complete = move |_| {
        if let Some(id) = id {
            visit.draft.update(|draft| {
                draft.reopen(id);
                draft.animal.complete();
            });
            visit.go(Step::Animal);
        }
    };
    let can_say = missing.into_iter().any(is_of_animal) || animal.completes();
    let way = can_say.then(|| {
        view! {
            <Button weight=Weight::Quiet icon="pencil" busy=visit.is_busy on:click=complete>
                {field::rnm_complete(locale)}
            </Button>
        }
    });
    view! {
        {notice}
        {way}
    }
}
