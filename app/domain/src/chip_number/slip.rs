//! Slips of hand and eye between two chip numbers.

use crate::catalogue::coded;
use crate::chip_number::ChipNumber;

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
