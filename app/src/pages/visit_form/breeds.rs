//! Which breeds are offered for what was typed.

use domain::catalogue::Species;
use domain::catalogue::breed::{Breed, BreedEntry};
use domain::name::{matches, search_key};

/// So many breeds are offered for what was typed.
const OFFERED: usize = 6;
/// So many of the usual ones are offered before anything is typed.
const USUAL_DOGS: usize = 2;
/// The same for cats.
const USUAL_CATS: usize = 3;

/// The usual breeds of the species, or those that the words name.
#[must_use]
pub fn offers(species: Species, words: &str) -> Vec<&'static BreedEntry> {
    let words = search_key(words);
    if words.is_empty() {
        let usual = match species {
            Species::Dog => USUAL_DOGS,
            Species::Cat => USUAL_CATS,
        };
        return Breed::of(species).take(usual).collect();
    }
    let named = |entry: &&BreedEntry| matches(&search_key(entry.name), &words);
    Breed::of(species).filter(named).take(OFFERED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(species: Species, words: &str) -> Vec<&'static str> {
        offers(species, words).into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn the_usual_breeds_are_offered_before_a_word_is_typed() {
        assert_eq!(names(Species::Dog, ""), ["Mestizo", "Terrier Chileno"]);
        assert_eq!(names(Species::Cat, "").len(), 3);
    }

    #[test]
    fn a_breed_is_found_without_its_accents() {
        assert!(names(Species::Dog, "aleman").contains(&"Pastor Alemán"));
        assert!(names(Species::Dog, "poodle").iter().any(|name| name.starts_with("Caniche")));
    }
}
