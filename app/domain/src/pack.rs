//! Finding in what a phone took along to an outreach: one line of text an owner, and the texts that
//! the lines of those must hold who are looked for. Twenty thousand animals are some two megabytes
//! of lines, in which the browser finds a text in milliseconds.

use crate::booking::BookingDetails;
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

/// The line by which an owner is found: identifier, names of the owner and of the animals,
/// document, telephone and chips, with a tab between. Before each name stands a space, before each
/// chip `#`, after the kind of the document `:`: of these, names have none but the space, so that
/// what [`ways`] looks for is in no other part of the line. The phone puts the card's place before
/// it, with a tab.
#[must_use]
pub fn line(card: &OwnerCard) -> String {
    let mut names = String::new();
    let pets = card.animals.iter().map(|animal| animal.details.name.search_key());
    for name in std::iter::once(card.details.name.search_key()).chain(pets) {
        names.push(' ');
        names.push_str(&name);
    }
    let chips: String =
        card.animals.iter().filter_map(|animal| animal.chip).map(chip_words).collect();
    let phone = card.details.phone.map(Phone::e164).unwrap_or_default();
    let document = document_words(&card.details.document);
    format!("{}\t{names}\t{document}\t{phone}\t{chips}", card.id)
}

/// The line by which a booking is found, of the same form: names of the owner and of the animals,
/// document, telephone and chips.
#[must_use]
pub fn booking_line(details: &BookingDetails) -> String {
    let mut names = String::new();
    let pets = details.animals.iter().map(|animal| animal.name.search_key());
    for name in std::iter::once(details.name.search_key()).chain(pets) {
        names.push(' ');
        names.push_str(&name);
    }
    let chips: String =
        details.animals.iter().filter_map(|animal| animal.chip).map(chip_words).collect();
    let phone = details.phone.map(Phone::e164).unwrap_or_default();
    let document = document_words(&details.document);
    format!("\t{names}\t{document}\t{phone}\t{chips}")
}

/// Kind and canonical number; empty for an owner without document.
fn document_words(document: &IdentityDocument) -> String {
    document.key().map(|key| format!("{}:{key}", document.kind().code())).unwrap_or_default()
}

fn chip_words(chip: ChipNumber) -> String {
    format!("#{chip}")
}

/// The ways to read what was typed, each as the texts that a [`line`] must hold, all of them; the
/// first way that finds anybody counts. Nothing when too little was typed.
///
/// As the register's search: a chip and a RUN are exact, nine digits that are no known RUN are
/// tried as a telephone, all else as words, each of which begins a word of the owner's names or of
/// the animals'.
#[must_use]
pub fn ways(text: &str) -> Vec<Vec<String>> {
    if let Ok(chip) = ChipNumber::parse_read(text) {
        return vec![vec![chip_words(chip)]];
    }
    let mut ways = Vec::new();
    let document = Run::parse_any(text).ok().and_then(|run| IdentityDocument::of_run(run).ok());
    ways.extend(document.map(|document| vec![format!("\t{}\t", document_words(&document))]));
    ways.extend(Phone::parse(text).ok().map(|phone| vec![format!("\t{}\t", phone.e164())]));
    let key = search_key(text);
    let words: Vec<String> = key.split(' ').take(MOST_WORDS).map(|w| format!(" {w}")).collect();
    let is_enough = |word: &String| word.chars().count() > FEWEST_LETTERS;
    if words.iter().any(is_enough) {
        ways.push(words);
    }
    ways
}

/// Whether a line is found by one of the [`ways`].
#[must_use]
pub fn is_found(line: &str, ways: &[Vec<String>]) -> bool {
    ways.iter().any(|way| way.iter().all(|text| line.contains(text.as_str())))
}

/// Whether both lines are one owner's: by the identifier, or by the document, under which the
/// register keeps who was registered twice as one.
#[must_use]
pub fn are_one(one: &str, other: &str) -> bool {
    let ((id, document), (other_id, other_document)) = (who(one), who(other));
    id == other_id || (!document.is_empty() && document == other_document)
}

/// Identifier and document of a line's owner.
#[must_use]
pub fn who(line: &str) -> (&str, &str) {
    let mut parts = line.split('\t');
    (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default())
}

/// What a phone needs for a day without signal beside the cards, and has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The app itself, kept so that it opens.
    Shell,
    /// Who has a booking.
    Bookings,
    /// The list of all chips.
    Chips,
    /// What reads codes, where the browser does not.
    Decoder,
    /// The chips and lots in the box.
    Box,
    /// What closes the phone, which holds cards of people.
    Pin,
    /// The server's word on its key for this outreach, without which it gives no provisional
    /// certificates.
    Pairing,
}

impl Lack {
    /// What is lacking, by the words of the script that takes the rest along, with a space between,
    /// and by whether the list of chips is here, what the box holds was told, and a PIN closes the
    /// phone, or none can.
    #[must_use]
    pub fn all(told: &str, has_chips: bool, has_box: bool, is_closed: bool) -> Vec<Self> {
        let mut all = Vec::new();
        for word in told.split(' ') {
            all.push(match word {
                "shell" => Self::Shell,
                "bookings" => Self::Bookings,
                "decoder" => Self::Decoder,
                "pairing" => Self::Pairing,
                _ => continue,
            });
        }
        let parts = [(has_chips, Self::Chips), (has_box, Self::Box), (is_closed, Self::Pin)];
        for (is_here, lack) in parts {
            if !is_here {
                all.push(lack);
            }
        }
        all
    }

    /// Whether it comes by preparing on; a PIN is chosen, and a phone paired, by somebody.
    #[must_use]
    pub const fn is_fetched(self) -> bool {
        !matches!(self, Self::Pin | Self::Pairing)
    }
}
