//! Tidying what was typed, and refusing what cannot be kept.

use crate::name::NameError;
use crate::unicode::{is_combining_mark, nfc};

/// What kind of text it is, which decides what it may contain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A person's name: letters, marks, apostrophes, hyphens, points.
    Person,
    /// An animal's name: anything visible on one line, with a letter or digit.
    Animal,
    /// One line: anything visible.
    Line,
    /// Several lines.
    Remarks,
}

/// Composes (NFC), trims, makes white space single, and checks characters and length.
///
/// The length is counted in characters after composition. White space of any kind, line breaks
/// included, becomes one space; in remarks, line breaks stay and at most one blank line in a row.
pub(super) fn tidy(text: &str, longest: usize, kind: Kind) -> Result<String, NameError> {
    // Composing never makes more than a few characters of one: far longer input cannot fit.
    if text.len() > longest.saturating_mul(32).saturating_add(1_024) {
        return Err(NameError::TooLong);
    }
    let mut tidied = String::with_capacity(text.len());
    let mut gap = Gap::None;
    for c in nfc(text).chars() {
        if let Some(wider) = Gap::of(c, kind) {
            gap = gap.and(wider);
            continue;
        }
        if is_forbidden(c, kind) {
            return Err(NameError::ForbiddenCharacter);
        }
        if !tidied.is_empty() {
            tidied.push_str(gap.text());
        }
        gap = Gap::None;
        tidied.push(c);
    }
    if tidied.is_empty() {
        return Err(NameError::Empty);
    }
    if tidied.chars().count() > longest {
        return Err(NameError::TooLong);
    }
    let has_needed = match kind {
        Kind::Person => tidied.chars().any(char::is_alphabetic),
        Kind::Animal => tidied.chars().any(char::is_alphanumeric),
        Kind::Line | Kind::Remarks => true,
    };
    if has_needed { Ok(tidied) } else { Err(NameError::NoLetter) }
}

/// White space between two visible characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

impl Gap {
    /// The gap that a character makes; `None` when it is not white space.
    fn of(c: char, kind: Kind) -> Option<Self> {
        match c {
            '\n' if kind == Kind::Remarks => Some(Self::Line),
            '\t' | '\n' | '\r' => Some(Self::Space),
            c if c.is_whitespace() && !c.is_control() => Some(Self::Space),
            _ => None,
        }
    }

    /// The gap of two following one another.
    fn and(self, next: Self) -> Self {
        match (self, next) {
            (Self::Line | Self::Paragraph, Self::Line) => Self::Paragraph,
            (Self::None, gap) | (gap, Self::None | Self::Space) => gap,
            (Self::Space, gap) => gap,
            (gap @ (Self::Line | Self::Paragraph), Self::Paragraph) => gap,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Space => " ",
            Self::Line => "\n",
            Self::Paragraph => "\n\n",
        }
    }
}

/// Characters that cannot be kept: controls everywhere, since they would travel into mail headers
/// and files; marks of writing direction, which make a text look like another; and in a person's
/// name whatever is not part of one.
fn is_forbidden(c: char, kind: Kind) -> bool {
    let misleads = matches!(
        c,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{AD}'
    );
    let is_noncharacter = matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF)
        || matches!(c, '\u{FDD0}'..='\u{FDEF}' | '\u{E000}'..='\u{F8FF}');
    if c.is_control() || misleads || is_noncharacter {
        return true;
    }
    kind == Kind::Person && !belongs_to_a_person(c)
}

/// Letters of any script with their marks, both apostrophes and their look-alikes, hyphens, the
/// point of an abbreviation, the middle point of Catalan names.
fn belongs_to_a_person(c: char) -> bool {
    c.is_alphabetic()
        || is_combining_mark(c)
        || matches!(
            c,
            ' ' | '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '-' | '‐' | '‑' | '.' | '·' | 'º' | 'ª'
        )
}
