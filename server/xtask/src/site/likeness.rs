//! The functions of a program, each behind the one that it is most like. What is compressed is
//! written as what has been before and what differs: the nearer that stands, and the more often at
//! one distance, the less it takes.

use anyhow::Result;
use std::collections::HashMap;

use super::functions::Functions;

/// What functions have in common is counted in pieces of so many bytes: one instruction, and two.
const PIECES: [usize; 2] = [2, 4];
/// So much of what the one before the last is like counts beside the last, of the one before that
/// so much again, and so on.
const KEPT: f64 = 0.3;

/// The program with its functions in that order.
///
/// # Errors
/// When it is no program, or one that cannot be put in another order.
pub(super) fn ordered(wasm: &[u8]) -> Result<Vec<u8>> {
    let functions = Functions::read(wasm)?;
    functions.written(&order(&functions.likenesses()?))
}

/// Begins with the shortest, and goes on with the one that has most in common with the last ones.
fn order(bodies: &[Vec<u8>]) -> Vec<usize> {
    let (pieces, holders) = pieces(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut shared = vec![0_usize; bodies.len()];
    let mut likeness = vec![0.0_f64; bodies.len()];
    let mut next = left.iter().copied().min_by_key(|&one| bodies[one].len());
    while let Some(last) = next {
        left.retain(|&one| one != last);
        order.push(last);
        shared.fill(0);
        for &piece in &pieces[last] {
            for &one in &holders[piece] {
                shared[one] += 1;
            }
        }
        for &one in &left {
            // Twice what both have, of what the two have together.
            let together = (pieces[last].len() + pieces[one].len()).max(1);
            likeness[one] = KEPT * likeness[one] + 2.0 * shared[one] as f64 / together as f64;
        }
        next = left.iter().copied().max_by(|&a, &b| likeness[a].total_cmp(&likeness[b]));
    }
    order
}

/// The pieces of each body by their numbers, each once, and the bodies that hold each piece.
fn pieces(bodies: &[Vec<u8>]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let mut holders: Vec<Vec<usize>> = Vec::new();
    let mut pieces = Vec::with_capacity(bodies.len());
    for (at, body) in bodies.iter().enumerate() {
        let mut own = Vec::new();
        for piece in PIECES.iter().flat_map(|&size| body.windows(size)) {
            let number = *numbers.entry(piece).or_insert(holders.len());
            if number == holders.len() {
                holders.push(Vec::new());
            }
            if holders[number].last() != Some(&at) {
                holders[number].push(at);
                own.push(number);
            }
        }
        pieces.push(own);
    }
    (pieces, holders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::functions::tests::{body, program};

    #[test]
    fn what_is_alike_stands_together() {
        let bodies: Vec<Vec<u8>> =
            [&b"one two three"[..], b"four five six!", b"one two tree", b"four five six"]
                .map(<[u8]>::to_vec)
                .to_vec();
        let order = order(&bodies);
        assert_eq!(order[0], 2);
        assert_eq!(order[1], 0);
        assert!(order[2..] == [1, 3] || order[2..] == [3, 1], "{order:?}");
    }

    #[test]
    fn a_program_keeps_what_it_has() {
        let bodies = [body(9, &[0]), body(1, &[1, 1, 1]), body(9, &[2]), body(1, &[3, 3, 3])];
        let wasm = program(&bodies.map(|body| (0, body)), &[0, 1, 2, 3, 4]).finish();
        let ordered = ordered(&wasm).unwrap();
        assert_ne!(ordered, wasm);
        assert_eq!(ordered.len(), wasm.len());
        let sorted = |wasm: &[u8]| {
            let mut bodies = Functions::read(wasm).unwrap().likenesses().unwrap();
            bodies.sort();
            bodies
        };
        assert_eq!(sorted(&ordered), sorted(&wasm));
        assert!(super::ordered(b"no program").is_err());
    }
}
