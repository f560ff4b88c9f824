//! The fifteen-digit number of a microchip (ISO 11784): reading, writing, judging.
//!
//! There is no check digit in the number, since the checksum lives only in the radio telegram.
//! What can be caught is caught here: impossible prefixes and bodies, and forms that could be read
//! in two ways, which are refused and never guessed.

mod countries;
mod form;
mod reason;
mod slip;
#[cfg(test)]
mod tests;
mod verdict;

use std::fmt;

pub use reason::{ChipError, Reason};
pub use slip::{Slip, slip};
pub use verdict::{Reading, TestChips, Verdict};

use crate::field_error::text_value;

/// The largest national identification number: 38 bits.
const LARGEST_BODY: u64 = (1 << 38) - 1;
/// Numbers with one prefix.
const BODIES: u64 = 1_000_000_000_000;

/// Fifteen decimal digits: a prefix of three (country or manufacturer) and a body of twelve.
///
/// Any fifteen digits can be held, since a number that may not be implanted can still be found in
/// an animal and has to be logged; [`ChipNumber::implantable`] says which may be implanted.
/// Canonical text is the fifteen digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChipNumber(u64);

text_value!(ChipNumber, ChipNumber::from_digits, |chip| chip.to_string(), "152098100000001");

impl ChipNumber {
    /// Exactly fifteen ASCII digits, nothing else: the form of the wire and of the store.
    pub fn from_digits(text: &str) -> Result<Self, ChipError> {
        if text.len() != 15 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ChipError(Reason::NotFifteenDigits));
        }
        text.parse().map(Self).map_err(|_| ChipError(Reason::NotFifteenDigits))
    }

    /// Prefix and body; `None` when they need more than three and twelve digits.
    pub const fn from_parts(prefix: u16, body: u64) -> Option<Self> {
        if prefix <= 999 && body < BODIES {
            Some(Self(prefix as u64 * BODIES + body))
        } else {
            None
        }
    }

    /// The number as an integer below 10¹⁵.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// Country (ISO 3166 numeric) or manufacturer (ICAR): the first three digits.
    pub const fn prefix(self) -> u16 {
        (self.0 / BODIES) as u16
    }

    /// The national identification number: the last twelve digits.
    pub const fn body(self) -> u64 {
        self.0 % BODIES
    }

    /// Reads any written form and says what it makes of it.
    pub fn read(text: &str) -> Reading {
        verdict::read(text)
    }

    /// A number that may be implanted: verdict accepted or warning. Any written form.
    pub fn parse(text: &str) -> Result<Self, ChipError> {
        Self::parse_in(text, TestChips::Refused)
    }

    /// As [`ChipNumber::parse`]; a database marked as demonstration allows the test prefix 999.
    pub fn parse_in(text: &str, tests: TestChips) -> Result<Self, ChipError> {
        let chip = Self::parse_read(text)?;
        chip.implantable(tests)?;
        Ok(chip)
    }

    /// A number that a reader showed, conforming or not, to be logged as read. Any written form.
    pub fn parse_read(text: &str) -> Result<Self, ChipError> {
        form::decode(text).map(|found| found.chip).map_err(ChipError)
    }

    /// Whether the number may be implanted, with the first reason against it.
    pub fn implantable(self, tests: TestChips) -> Result<(), ChipError> {
        let against = verdict::judge(self)
            .into_iter()
            .find(|reason| reason.verdict() > Verdict::Warning && !tests.forgives(self, *reason));
        against.map_or(Ok(()), |reason| Err(ChipError(reason)))
    }

    /// As people read it aloud, with no-break spaces: `152 0981 0000 0001`.
    pub fn grouped(self) -> String {
        let digits = self.to_string();
        let groups = [&digits[..3], &digits[3..7], &digits[7..11], &digits[11..]];
        groups.join("\u{a0}")
    }

    /// For those who may know only that it exists: prefix and last three digits,
    /// `152•••••••••001`.
    pub fn masked(self) -> String {
        let digits = self.to_string();
        format!("{}•••••••••{}", &digits[..3], &digits[12..])
    }

    /// Three and ten hexadecimal digits: `098.16D7373501`; `None` when the body is above 38 bits.
    pub fn dot_hex(self) -> Option<String> {
        let body = self.checked_body()?;
        Some(format!("{:03X}.{:010X}", self.prefix(), body))
    }

    /// The 64 bits of ISO 11784 with the animal bit, most significant first:
    /// `80002616D7373501`; `None` when the body is above 38 bits.
    pub fn left_hex(self) -> Option<String> {
        Some(format!("{:016X}", self.code_bits()?))
    }

    /// The same 64 bits in the order in which they are sent: `80ACECEB68640001`; `None` when the
    /// body is above 38 bits.
    pub fn reversed_hex(self) -> Option<String> {
        Some(format!("{:016X}", self.code_bits()?.reverse_bits()))
    }

    fn checked_body(self) -> Option<u64> {
        Some(self.body()).filter(|body| *body <= LARGEST_BODY)
    }

    fn code_bits(self) -> Option<u64> {
        let body = self.checked_body()?;
        Some(form::ANIMAL_BIT | u64::from(self.prefix()) << 38 | body)
    }
}

/// Fifteen digits, leading zeros kept.
impl fmt::Display for ChipNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:015}", self.0)
    }
}

/// As [`Display`](fmt::Display), so that logs of tests read like the number.
impl fmt::Debug for ChipNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChipNumber({self})")
    }
}
