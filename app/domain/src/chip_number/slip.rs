//! Slips of hand and eye between two chip numbers.

use crate::catalogue::coded;
use crate::chip_number::{BODIES, ChipNumber};

/// Digits of a chip number.
const DIGITS: u32 = 15;

coded! {
    /// How one number may have become the other.
    pub enum Slip {
        /// Two adjacent digits changed places.
        Transposition = "transposition",
        /// The sticker of the neighbouring syringe: the numbers follow one another.
        Neighbour = "neighbour",
        /// One digit differs.
        OneDigit = "one_digit",
    }
}

impl Slip {
    /// The numbers that such a slip makes of this one, or this one of them. A number may stand
    /// there more than once, and this one itself.
    pub(crate) fn others(self, chip: ChipNumber) -> Vec<ChipNumber> {
        match self {
            Self::Neighbour => neighbours(chip).collect(),
            Self::Transposition => transposed(chip).collect(),
            Self::OneDigit => mistyped(chip).collect(),
        }
    }
}

/// The likely slip between two different numbers; `None` when they are equal or unrelated.
pub fn slip(a: ChipNumber, b: ChipNumber) -> Option<Slip> {
    if a.value().abs_diff(b.value()) == 1 {
        return Some(Slip::Neighbour);
    }
    let (a, b) = (a.to_string().into_bytes(), b.to_string().into_bytes());
    let differing: Vec<usize> = (0..a.len()).filter(|&at| a[at] != b[at]).collect();
    match differing[..] {
        [_] => Some(Slip::OneDigit),
        [x, y] if y == x + 1 && a[x] == b[y] && a[y] == b[x] => Some(Slip::Transposition),
        _ => None,
    }
}

fn of_value(value: u64) -> Option<ChipNumber> {
    let prefix = u16::try_from(value / BODIES).ok()?;
    ChipNumber::from_parts(prefix, value % BODIES)
}

fn neighbours(chip: ChipNumber) -> impl Iterator<Item = ChipNumber> {
    let (before, after) = (chip.value().checked_sub(1), chip.value().checked_add(1));
    before.into_iter().chain(after).filter_map(of_value)
}

/// A digit of a number, the last one at 0.
const fn digit(value: u64, at: u32) -> u64 {
    value / 10_u64.pow(at) % 10
}

fn with_digit(value: u64, at: u32, other: u64) -> u64 {
    value - digit(value, at) * 10_u64.pow(at) + other * 10_u64.pow(at)
}

fn transposed(chip: ChipNumber) -> impl Iterator<Item = ChipNumber> {
    let value = chip.value();
    (1..DIGITS).filter_map(move |at| {
        let (left, right) = (digit(value, at), digit(value, at - 1));
        of_value(with_digit(with_digit(value, at, right), at - 1, left))
    })
}

fn mistyped(chip: ChipNumber) -> impl Iterator<Item = ChipNumber> {
    let value = chip.value();
    (0..DIGITS)
        .flat_map(move |at| (0..10).filter_map(move |other| of_value(with_digit(value, at, other))))
}
