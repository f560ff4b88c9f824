//! The written forms of a chip number, and how to tell them apart without guessing.

use crate::chip_number::{ChipNumber, Reason};

/// Bit 1 of ISO 11784: the transponder is used on an animal.
pub(super) const ANIMAL_BIT: u64 = 1 << 63;
/// Bits 10 to 15 of ISO 11784: reserved, 0.
const RESERVED_BITS: u64 = 0x3F << 49;
/// Bits 17 to 26: country or manufacturer; bits 27 to 64: the national number.
const BODY_BITS: u64 = (1 << 38) - 1;

/// A number found in a text.
pub(super) struct Found {
    /// The number.
    pub(super) chip: ChipNumber,
    /// Whether it had a zero before its fifteen digits.
    pub(super) leading_zero: bool,
}

impl Found {
    fn plain(chip: ChipNumber) -> Self {
        Self { chip, leading_zero: false }
    }
}

/// Finds the one number a text stands for, or the reason why there is none.
pub(super) fn decode(text: &str) -> Result<Found, Reason> {
    let text = clean(text);
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if let Some(found) = dot_hex(&text) {
        return found.map(Found::plain);
    }
    let packed: String = text.chars().filter(|c| !is_separator(*c)).collect();
    if packed.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal(&packed);
    }
    let is_hex = packed.bytes().all(|byte| byte.is_ascii_hexdigit());
    let reader = reader_status(&packed);
    // A reader's `A` before bare fifteen digits stands apart; glued to them it is hexadecimal.
    let is_set_apart = reader.is_some() && text.starts_with("A ");
    if is_hex && packed.len() == 16 && !is_set_apart {
        let code = sixteen_hex(&packed)?;
        // A reader's letter glued to fifteen digits, or an animal's code: nobody can tell.
        return if reader.is_some() { Err(Reason::Ambiguous) } else { Ok(Found::plain(code)) };
    }
    if let Some(found) = reader {
        return found;
    }
    match packed.len() {
        4..16 if is_hex => Err(Reason::TruncatedHex),
        _ => Err(Reason::NotFifteenDigits),
    }
}

/// Upper case, full-width digits made plain, control and invisible characters dropped, any white
/// space a single space, none at the ends.
fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{FF10}'..='\u{FF19}' => {
                let digit = u32::from(c) - 0xFF10;
                cleaned.extend(char::from_digit(digit, 10));
            }
            '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                    cleaned.push(' ');
                }
            }
            c => cleaned.push(c.to_ascii_uppercase()),
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// What people and readers put between digits. The apostrophe is what a Spanish keyboard layout
/// makes of a reader's hyphen.
const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '\'' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Fifteen digits, or a zero and fifteen digits.
fn decimal(digits: &str) -> Result<Found, Reason> {
    match digits.len() {
        15 => number(digits).map(Found::plain),
        16 if digits.starts_with('0') => {
            Ok(Found { chip: number(&digits[1..])?, leading_zero: true })
        }
        16 => Err(Reason::Ambiguous),
        _ => Err(Reason::NotFifteenDigits),
    }
}

fn number(digits: &str) -> Result<ChipNumber, Reason> {
    ChipNumber::from_digits(digits).map_err(|error| error.0)
}

/// `HHH.HHHHHHHHHH`. A text of that shape with digits missing is truncated; `None` for any other.
fn dot_hex(text: &str) -> Option<Result<ChipNumber, Reason>> {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    let (prefix, body) = text.split_once('.')?;
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if prefix.len() != 3 || !is_hex(prefix) || !is_hex(body) || body.len() != 10 {
        return None;
    }
    let prefix = u16::from_str_radix(prefix, 16).ok()?;
    let body = u64::from_str_radix(body, 16).ok()?;
    Some(ChipNumber::from_parts(prefix, body).ok_or(Reason::NotFifteenDigits))
}

/// Sixteen hexadecimal digits in the one order in which they are an animal's code.
fn sixteen_hex(text: &str) -> Result<ChipNumber, Reason> {
    let bits = u64::from_str_radix(text, 16).map_err(|_| Reason::NotFifteenDigits)?;
    match (animal_code(bits), animal_code(bits.reverse_bits())) {
        (Some(_), Some(_)) => Err(Reason::Ambiguous),
        (None, None) => Err(Reason::NotAnimalCode),
        (Some((prefix, body)), None) | (None, Some((prefix, body))) => {
            ChipNumber::from_parts(prefix, body).ok_or(Reason::NotFifteenDigits)
        }
    }
}

/// Prefix and body of 64 bits that have the animal bit and no reserved bit.
const fn animal_code(bits: u64) -> Option<(u16, u64)> {
    if bits & ANIMAL_BIT == 0 || bits & RESERVED_BITS != 0 {
        return None;
    }
    Some(((bits >> 38 & 0x3FF) as u16, bits & BODY_BITS))
}

/// The lines of stationary and stick readers (ISO 24631-6): `LA` or `A`, perhaps six or seven
/// digits of status (retagging, user information, reserved, data block), then fifteen digits.
fn reader_status(packed: &str) -> Option<Result<Found, Reason>> {
    let digits = packed.strip_prefix("LA").or_else(|| packed.strip_prefix('A'))?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        15 | 21 | 22 => Some(number(&digits[digits.len() - 15..]).map(Found::plain)),
        _ => Some(Err(Reason::NotFifteenDigits)),
    }
}
