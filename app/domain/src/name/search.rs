//! Searching names without regard to case, accents and the order of words.

use crate::unicode::{is_combining_mark, lower_case, nfkd};

/// The key of a text: lower case, accents removed (tildes too), apostrophes dropped, everything
/// else that is neither letter nor digit a single space between words: `O'Higgins-Soto` gives
/// `ohiggins soto`. The key of a key is itself.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut gap = false;
    // Before taking apart too, since some apostrophes would come apart into a space and a mark.
    let letters: String = text.chars().filter(|c| !is_apostrophe(*c)).collect();
    let lower = lower_case(&nfkd(&letters));
    for c in nfkd(&lower).chars() {
        if is_combining_mark(c) || is_apostrophe(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !key.is_empty() {
            key.push(' ');
        }
        gap = false;
        match spelled(c) {
            Some(letters) => key.push_str(letters),
            None => key.push(c),
        }
    }
    key
}

/// Whether every word of the query begins some word of the key, in any order. Both are texts of
/// [`search_key`]; an empty query matches everything.
pub fn matches(key: &str, query: &str) -> bool {
    query.split(' ').all(|wanted| key.split(' ').any(|word| word.starts_with(wanted)))
}

/// Apostrophes of every keyboard, and the accents typed in their place.
const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′' | '‛' | 'ʹ' | '\u{2BB}')
}

/// Letters that no decomposition takes apart.
const fn spelled(c: char) -> Option<&'static str> {
    match c {
        'ß' => Some("ss"),
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ø' => Some("o"),
        'đ' | 'ð' => Some("d"),
        'ł' => Some("l"),
        'þ' => Some("th"),
        'ı' => Some("i"),
        _ => None,
    }
}
