//! A telephone number.

use std::fmt;

use crate::catalogue::coded;
use crate::field_error::{Problem, text_value};

/// Country code and national number of Chile: 56 and nine digits.
const CHILE: u64 = 56_000_000_000;
/// The landline areas of two digits (SUBTEL's numbering plan); Santiago's is the single 2.
const AREAS: [u64; 27] = [
    32, 33, 34, 35, 41, 42, 43, 44, 45, 51, 52, 53, 55, 57, 58, 61, 63, 64, 65, 66, 67, 68, 71, 72,
    73, 74, 75,
];

/// A telephone number of Chile, or of another country in international form (E.164). Canonical
/// text is `+56912345678`; shown as `+56 9 1234 5678`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(u64);

text_value!(Phone, Phone::parse, |phone| phone.e164(), "+56912345678");

impl Phone {
    /// Reads any written form: national with nine digits (a trunk `0` before them is dropped),
    /// `56…`, `+56…`, `0056…`, or another country's after `+` or `00`.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let (digits, has_plus) = digits(text)?;
        if digits.is_empty() {
            return Err(PhoneError::Empty);
        }
        if has_plus {
            return Self::international(&digits);
        }
        if let Some(abroad) = digits.strip_prefix("00") {
            return Self::international(abroad);
        }
        let national = match digits.len() {
            10 => digits.strip_prefix('0').unwrap_or(&digits),
            11 => digits.strip_prefix("56").unwrap_or(&digits),
            _ => &digits,
        };
        Self::chilean(national)
    }

    fn international(digits: &str) -> Result<Self, PhoneError> {
        if let Some(national) = digits.strip_prefix("56") {
            return Self::chilean(national);
        }
        if digits.starts_with('0') {
            return Err(PhoneError::BadPrefix);
        }
        if !(8..=15).contains(&digits.len()) {
            return Err(PhoneError::BadLength);
        }
        digits.parse().map(Self).map_err(|_| PhoneError::BadLength)
    }

    fn chilean(national: &str) -> Result<Self, PhoneError> {
        if national.len() != 9 {
            return Err(PhoneError::BadLength);
        }
        let number: u64 = national.parse().map_err(|_| PhoneError::BadLength)?;
        let is_mobile = number / 100_000_000 == 9;
        let is_santiago = matches!(number / 10_000_000, 22 | 23);
        let is_area = AREAS.contains(&(number / 10_000_000));
        if is_mobile || is_santiago || is_area {
            Ok(Self(CHILE + number))
        } else {
            Err(PhoneError::BadPrefix)
        }
    }

    /// The canonical text: `+56912345678`.
    pub fn e164(self) -> String {
        format!("+{}", self.0)
    }

    /// The digits alone, as `wa.me` links want them: `56912345678`.
    pub fn digits(self) -> String {
        self.0.to_string()
    }

    /// Whether it is a number of Chile.
    pub const fn is_chilean(self) -> bool {
        self.0 / 1_000_000_000 == 56
    }

    /// Whether it is a mobile of Chile.
    pub const fn is_mobile(self) -> bool {
        self.0 / 100_000_000 == 569
    }

    /// For those who may not know the whole: all but country and last three digits hidden.
    pub fn masked(self) -> String {
        let text = self.to_string();
        let shown_from = text.len().saturating_sub(3);
        let hide = |(at, c): (usize, char)| {
            if at > 2 && at < shown_from && c.is_ascii_digit() { '•' } else { c }
        };
        text.char_indices().map(hide).collect()
    }
}

/// `+56 9 1234 5678`, `+56 2 2123 4567`, `+56 55 212 3456`; another country's ungrouped.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_chilean() {
            return f.write_str(&self.e164());
        }
        let national = (self.0 - CHILE).to_string();
        let (area, rest) =
            national.split_at(if matches!(&national[..1], "9" | "2") { 1 } else { 2 });
        let (front, back) = rest.split_at(rest.len() - 4);
        write!(f, "+56 {area} {front} {back}")
    }
}

/// The digits of a text and whether a plus sign came before them. Marks of writing direction come
/// along when a contact is copied, and are dropped.
fn digits(text: &str) -> Result<(String, bool), PhoneError> {
    let (mut digits, mut has_plus) = (String::new(), false);
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' | '\u{FF0B}' if digits.is_empty() && !has_plus => has_plus = true,
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => {}
            c if c.is_whitespace() || c.is_control() => {}
            _ => return Err(PhoneError::BadCharacter),
        }
        if digits.len() > 20 {
            return Err(PhoneError::BadLength);
        }
    }
    Ok((digits, has_plus))
}

coded! {
    /// Why a text is not a telephone number.
    pub enum PhoneError {
        /// Nothing was given.
        Empty = "empty",
        /// Not nine digits in Chile, or not 8 to 15 elsewhere.
        BadLength = "bad_length",
        /// Letters or other signs.
        BadCharacter = "bad_character",
        /// No such prefix.
        BadPrefix = "bad_prefix",
    }
}

impl std::error::Error for PhoneError {}

impl From<PhoneError> for Problem {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::Empty => Self::Empty,
            PhoneError::BadLength => Self::PhoneBadLength,
            PhoneError::BadCharacter => Self::PhoneBadCharacter,
            PhoneError::BadPrefix => Self::PhoneBadPrefix,
        }
    }
}
