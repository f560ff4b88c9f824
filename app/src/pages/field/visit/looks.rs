//! Breed and coat: one tap for the usual, a look-up for the rest.

use domain::catalogue::Species;
use domain::catalogue::breed::{Breed, BreedEntry};
use domain::catalogue::coat::{Coat, Colour};
use domain::field_error::Field;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{common, field};

use crate::components::live::{derived, each, live, memo};
use crate::components::question::Question;
use crate::components::text_field::TextField;
use crate::locale::locale;
use crate::pages::field::asking::{Asked, Tile, bound};
use crate::pages::field::visit::{Visit, visit};
use crate::pages::visit_form::breeds::offers;

/// The breed: tiles for the usual ones, words for the others.
#[component]
pub fn BreedLookup() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (words, change) = bound!(visit, animal.form.breed_words);
    let species = memo(move || visit.draft.with(|draft| draft.animal.form.species));
    let chosen = memo(move || {
        visit.draft.with(|draft| match &draft.animal.form.breed {
            Some(Breed::Listed(entry)) => Some(*entry),
            _ => None,
        })
    });
    let offered = memo(move || {
        let mut offered = offers(species.get().unwrap_or(Species::Dog), &words.get());
        // What was chosen stays in sight.
        if let Some(chosen) = chosen.get()
            && words.read().is_empty()
            && !offered.contains(&chosen)
        {
            offered.insert(0, chosen);
        }
        offered
    });
    let type_words = Callback::new(move |typed: String| {
        change.run(typed.clone());
        let species = species.get_untracked().unwrap_or(Species::Dog);
        let is_blank = typed.trim().is_empty();
        let breed = (!is_blank).then(|| Breed::from_words(species, &typed).ok()).flatten();
        visit.draft.update(|draft| draft.animal.form.breed = breed);
    });
    let question = Question::new("breed_words", field::breed_other(locale))
        .hint(field::breed_hint(locale))
        .optional();
    view! {
        <Asked title=common::breed(locale) error=visit.fault(Field::Breed)>
            <div class="tiles" id=Field::Breed.code() tabindex="-1">
                {live(move || {
                    each(offered.get(), |entry| tile(visit, entry))
                })}
            </div>
            <TextField question=question value=words on_input=type_words />
        </Asked>
    }
}

fn tile(visit: Visit, entry: &'static BreedEntry) -> impl IntoView {
    let pressed = move || {
        let chosen = |breed: &Breed| matches!(breed, Breed::Listed(listed) if *listed == entry);
        visit.draft.with(|draft| draft.animal.form.breed.as_ref().is_some_and(chosen))
    };
    let choose = Callback::new(move |()| {
        visit.draft.update(|draft| {
            draft.animal.form.breed = Some(Breed::Listed(entry));
            draft.animal.form.breed_words = String::new();
        });
    });
    view! { <Tile words=entry.name pressed=derived(pressed) on_tap=choose /> }
}

/// One to three colours, the main one first: the order counts in the RNM's list.
#[component]
pub fn CoatPicker() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let coat = memo(move || visit.draft.with(|draft| draft.animal.form.coat.clone()));
    let tiles = each(Colour::ALL, |&colour| {
        let pressed = derived(move || coat.read().contains(&colour));
        let tap = Callback::new(move |()| toggle(visit, colour));
        view! {
            <span class="swatch" data-colour=colour.code()>
                <Tile words=capital(colour.label(locale)) pressed=pressed on_tap=tap />
            </span>
        }
    });
    let chosen = move || {
        let names: Vec<_> = coat.get().into_iter().map(|colour| colour.label(locale)).collect();
        match names.is_empty() {
            true => field::coat_hint(locale).to_owned(),
            false => capital(&names.join(" · ")),
        }
    };
    view! {
        <Asked title=common::colours(locale) error=visit.fault(Field::Coat)>
            <p class="field-hint" aria-live="polite">
                {chosen}
            </p>
            <div class="tiles" id=Field::Coat.code() tabindex="-1">
                {tiles}
            </div>
        </Asked>
    }
}

/// A fourth colour takes the place of the third.
fn toggle(visit: Visit, colour: Colour) {
    visit.draft.update(|draft| {
        let coat = &mut draft.animal.form.coat;
        match coat.iter().position(|chosen| *chosen == colour) {
            Some(at) => {
                coat.remove(at);
            }
            None => {
                coat.truncate(Coat::MOST - 1);
                coat.push(colour);
            }
        }
    });
}
