//! Finding in what a phone took along to an outreach: one line of text an owner, and a scan of all
//! lines. Twenty thousand animals are some two megabytes, which a phone reads in milliseconds.

use crate::chip_number::ChipNumber;
use crate::contact::Phone;
use crate::identity::IdentityDocument;
use crate::name::search_key;
use crate::run::Run;
use crate::view::OwnerCard;

#[cfg(test)]
mod tests;

/// Words of a search that are looked at, as in the register.
const MOST_WORDS: usize = 8;
/// Fewer letters than these lead no search, as in the register.
const FEWEST_LETTERS: usize = 2;

/// Where a card is kept on the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of its block, from 0.
    pub block: u32,
    /// Its place in the block, from 0.
    pub place: u32,
}

/// The line by which an owner is found: identifier, names of the owner and of the animals,
/// document, telephone and chips, with a tab between. Each name and each chip begins with a space.
/// The phone puts the card's block and place before it.
#[must_use]
pub fn line(card: &OwnerCard) -> String {
    let mut names = String::new();
    let pets = card.animals.iter().map(|animal| animal.details.name.search_key());
    for name in std::iter::once(card.details.name.search_key()).chain(pets) {
        names.push(' ');
        names.push_str(&name);
    }
    let mut chips = String::new();
    for chip in card.animals.iter().filter_map(|animal| animal.chip) {
        chips.push(' ');
        chips.push_str(&chip.to_string());
    }
    let phone = card.details.phone.map(Phone::e164).unwrap_or_default();
    let document = document_words(&card.details.document);
    format!("{}\t{names}\t{document}\t{phone}\t{chips}", card.id)
}

/// Kind and canonical number; empty for an owner without document.
fn document_words(document: &IdentityDocument) -> String {
    document.key().map(|key| format!("{} {key}", document.kind().code())).unwrap_or_default()
}

/// A line of the phone's index, taken apart.
struct Entry<'a> {
    place: &'a str,
    names: &'a str,
    document: &'a str,
    phone: &'a str,
    chips: &'a str,
}

impl<'a> Entry<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (place, _id) = (parts.next()?, parts.next()?);
        let (names, document) = (parts.next()?, parts.next()?);
        let (phone, chips) = (parts.next()?, parts.next()?);
        Some(Self { place, names, document, phone, chips })
    }

    fn place(&self) -> Option<Place> {
        let (block, place) = self.place.split_once(' ')?;
        Some(Place { block: block.parse().ok()?, place: place.parse().ok()? })
    }
}

/// Who is found by a chip, a RUN, a telephone or words in any order, at most `limit` of them, in
/// the order of the index. Each line is block, space, place, tab and the text of [`line`].
///
/// As the register's search: a chip and a RUN are exact, nine digits that are no known RUN are
/// tried as a telephone, all else as words, each of which begins a word of the owner's names or of
/// the animals'.
#[must_use]
pub fn search(index: &str, text: &str, limit: usize) -> Vec<Place> {
    if let Ok(chip) = ChipNumber::parse_read(text) {
        let wanted = format!(" {chip}");
        return scan(index, limit, |entry| entry.chips.contains(&wanted));
    }
    if let Ok(run) = Run::parse_any(text)
        && let Ok(document) = IdentityDocument::of_run(run)
    {
        let wanted = document_words(&document);
        let found = scan(index, limit, |entry| entry.document == wanted);
        if !found.is_empty() {
            return found;
        }
    }
    if let Ok(phone) = Phone::parse(text) {
        let wanted = phone.e164();
        let found = scan(index, limit, |entry| entry.phone == wanted);
        if !found.is_empty() {
            return found;
        }
    }
    let key = search_key(text);
    let words: Vec<String> = key.split(' ').take(MOST_WORDS).map(|w| format!(" {w}")).collect();
    let is_enough = |word: &String| word.chars().count() > FEWEST_LETTERS;
    if !words.iter().any(is_enough) {
        return Vec::new();
    }
    scan(index, limit, |entry| words.iter().all(|word| entry.names.contains(word.as_str())))
}

fn scan(index: &str, limit: usize, is_wanted: impl Fn(&Entry<'_>) -> bool) -> Vec<Place> {
    let entries = index.split('\n').filter_map(Entry::of);
    entries.filter(|entry| is_wanted(entry)).filter_map(|entry| entry.place()).take(limit).collect()
}
