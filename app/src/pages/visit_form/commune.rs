//! Where somebody lives, as it is asked: one of the communes that have a name here, or in words.

use domain::territory::Commune;
use leptos::prelude::*;
use phrases::{Locale, common};

use crate::components::choice::Choice;
use crate::pages::visit_form::draft::ELSEWHERE;

/// The parts of the answer: whether it is in words, what is chosen of the list, and the words.
#[must_use]
pub fn commune_parts(answer: Signal<String>) -> (Memo<bool>, Signal<String>, Signal<String>) {
    let is_elsewhere = Memo::new(move |_| answer.with(|answer| answer.starts_with(ELSEWHERE)));
    let chosen = Signal::derive(move || match is_elsewhere.get() {
        true => ELSEWHERE.to_string(),
        false => answer.get(),
    });
    let words = Signal::derive(move || answer.with(|answer| answer.trim_start().to_owned()));
    (is_elsewhere, chosen, words)
}

/// The answer that these words make.
#[must_use]
pub fn in_words(words: &str) -> String {
    format!("{ELSEWHERE}{words}")
}

/// What is wrong with the choice: of an answer in words the fault is theirs.
#[must_use]
pub fn of_choice(
    is_elsewhere: Memo<bool>,
    fault: Signal<Option<String>>,
) -> Signal<Option<String>> {
    Signal::derive(move || fault.get().filter(|_| !is_elsewhere.get()))
}

/// The communes, and at the end that it is none of them.
#[must_use]
pub fn commune_choices(locale: Locale) -> Vec<Choice> {
    let named = Commune::named().map(|one| Choice::new(one.code(), one.to_string()));
    named.chain([Choice::new(ELSEWHERE, common::other_commune(locale))]).collect()
}
