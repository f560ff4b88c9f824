//! The codewords of a text: its bits, filled up, and those that correct them.

use super::Correction;

/// The letters of the alphanumeric mode, in the order of their numbers.
const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// What room is left is filled with these, in turn.
const FILLING: [u8; 2] = [0xEC, 0x11];

/// Codewords that correct each block, by correction and version.
const CORRECTING: [[u8; 40]; 2] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
        30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
];

/// Blocks, by correction and version.
const BLOCKS: [[u8; 40]; 2] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
];

/// How the codewords of a symbol are parted.
struct Parts {
    blocks: usize,
    /// Codewords that correct each block.
    correcting: usize,
    /// All codewords.
    whole: usize,
}

impl Parts {
    fn of(version: usize, correction: Correction) -> Self {
        let number = |table: &[[u8; 40]; 2]| usize::from(table[correction as usize][version - 1]);
        let (blocks, correcting) = (number(&BLOCKS), number(&CORRECTING));
        Self { blocks, correcting, whole: modules(version) / 8 }
    }

    /// Codewords of the text.
    const fn room(&self) -> usize {
        self.whole - self.blocks * self.correcting
    }
}

/// Modules of a version that are not part of a pattern.
const fn modules(version: usize) -> usize {
    let all = (16 * version + 128) * version + 64;
    let patterns = version / 7 + 2;
    match version {
        1 => all,
        2..=6 => all + 55 - (25 * patterns - 10) * patterns,
        _ => all + 55 - (25 * patterns - 10) * patterns - 36,
    }
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: usize, width: usize) {
        for at in (0..width).rev() {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from((value >> at) & 1 == 1) << (7 - self.count % 8);
            }
            self.count += 1;
        }
    }
}

/// The smallest version that holds a text, and its codewords as they are placed; none when it is
/// too long.
pub(super) fn words(text: &str, correction: Correction) -> Option<(usize, Vec<u8>)> {
    let number = |letter: u8| LETTERS.iter().position(|one| *one == letter);
    let letters: Option<Vec<usize>> = text.bytes().map(number).collect();
    let size = match &letters {
        Some(letters) => letters.len() / 2 * 11 + letters.len() % 2 * 6,
        None => text.len() * 8,
    };
    let width = |version: usize| match (&letters, version) {
        (Some(_), ..=9) => 9,
        (Some(_), 10..=26) => 11,
        (Some(_), _) => 13,
        (None, ..=9) => 8,
        (None, _) => 16,
    };
    let fits =
        |version: &usize| 4 + width(*version) + size <= 8 * Parts::of(*version, correction).room();
    let version = (1..=40).find(fits)?;
    let parts = Parts::of(version, correction);
    let mut bits = Bits::default();
    bits.push(if letters.is_some() { 2 } else { 4 }, 4);
    bits.push(text.len(), width(version));
    match letters {
        Some(letters) => {
            for pair in letters.chunks(2) {
                match pair {
                    [first, second] => bits.push(first * 45 + second, 11),
                    _ => pair.iter().for_each(|one| bits.push(*one, 6)),
                }
            }
        }
        None => text.bytes().for_each(|byte| bits.push(usize::from(byte), 8)),
    }
    bits.push(0, (8 * parts.room() - bits.count).min(4));
    bits.push(0, (8 - bits.count % 8) % 8);
    let mut bytes = bits.bytes;
    let missing = parts.room() - bytes.len();
    bytes.extend(FILLING.iter().cycle().take(missing));
    Some((version, with_correction(&bytes, &parts)))
}

/// The codewords of all blocks in turn, and then those that correct them.
fn with_correction(mut bytes: &[u8], parts: &Parts) -> Vec<u8> {
    let divisor = divisor(parts.correcting);
    let long = parts.whole % parts.blocks;
    let short = parts.whole / parts.blocks - parts.correcting;
    let mut blocks = Vec::new();
    for at in 0..parts.blocks {
        // The longer ones stand behind.
        let (block, rest) = bytes.split_at(short + usize::from(at + long >= parts.blocks));
        blocks.push((block, remainder(block, &divisor)));
        bytes = rest;
    }
    let mut words = Vec::new();
    for at in 0..=short {
        words.extend(blocks.iter().filter_map(|(block, _)| block.get(at)));
    }
    for at in 0..parts.correcting {
        words.extend(blocks.iter().filter_map(|(_, correcting)| correcting.get(at)));
    }
    words
}

/// The polynomial by which a block is divided, without its first coefficient, which is one.
fn divisor(degree: usize) -> Vec<u8> {
    let mut divisor = vec![0; degree];
    divisor[degree - 1] = 1;
    let mut root = 1;
    for _ in 0..degree {
        for at in 0..degree {
            let next = divisor.get(at + 1).copied().unwrap_or(0);
            divisor[at] = times(divisor[at], root) ^ next;
        }
        root = times(root, 2);
    }
    divisor
}

fn remainder(block: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut remainder = vec![0; divisor.len()];
    for byte in block {
        let factor = byte ^ remainder.remove(0);
        remainder.push(0);
        for (one, coefficient) in remainder.iter_mut().zip(divisor) {
            *one ^= times(*coefficient, factor);
        }
    }
    remainder
}

/// The product in the field of 256 elements modulo x⁸ + x⁴ + x³ + x² + 1.
fn times(one: u8, other: u8) -> u8 {
    let mut product = 0;
    for at in (0..8).rev() {
        let carry = if product & 0x80 == 0 { 0 } else { 0x1D };
        product = (product << 1) ^ carry;
        if (other >> at) & 1 == 1 {
            product ^= one;
        }
    }
    product
}
