//! Passwords that are guessed first (OWASP ASVS 5.0, 6.2.4): not a list of them but the rules by
//! which people and guessers make them, so that a few hundred words stand for many thousands.

/// Words that people take, folded; one a line.
const WORDS: &str = include_str!("common.txt");

/// Rows of keys, digits and letters; one a line. They are read from both ends.
const ROWS: &str = include_str!("sequences.txt");

/// What a part of a password costs a guesser, roughly; a password up to [`CHEAP`] is refused: two
/// words with a number or a year, any walk over the keys, one thing repeated. Three words that have
/// nothing to do with each other are a pass phrase.
const CHEAP: u32 = 5;
const WORD: u32 = 2;
const RUN: u32 = 1;
const LETTER: u32 = 3;

/// Different signs that a password has at least.
const DISTINCT: usize = 4;
/// The shortest walk over keys that counts as one.
const SHORTEST_WALK: usize = 3;

/// Whether a folded password (lower case, no accents, letters and digits only) is among those that
/// are tried first.
#[must_use]
pub(super) fn is_guessed_first(plain: &str) -> bool {
    let signs: Vec<char> = plain.chars().collect();
    let mut distinct = signs.clone();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < DISTINCT || cost(&signs) <= CHEAP
}

/// The least that the whole costs, part by part from its end.
fn cost(signs: &[char]) -> u32 {
    let mut least = vec![0; signs.len() + 1];
    for at in (0..signs.len()).rev() {
        let rest = &signs[at..];
        let mut best = LETTER.saturating_add(least[at + 1]);
        for length in parts(rest, |sign| sign.is_ascii_digit()) {
            best = best.min(RUN + least[at + length]);
        }
        for length in parts(rest, |sign| *sign == rest[0]).filter(|length| *length > 2) {
            best = best.min(RUN + least[at + length]);
        }
        for length in SHORTEST_WALK..=longest_walk(rest) {
            best = best.min(RUN + least[at + length]);
        }
        for word in WORDS.lines().filter(|word| begins(rest, word)) {
            best = best.min(WORD + least[at + word.len()]);
        }
        least[at] = best;
    }
    least[0]
}

/// Every length of the stretch at the beginning whose signs are of a kind.
fn parts(signs: &[char], of_kind: impl Fn(&char) -> bool) -> impl Iterator<Item = usize> {
    1..=signs.iter().take_while(|sign| of_kind(sign)).count()
}

/// How many signs at the beginning are neighbours on a row, one way or the other.
fn longest_walk(signs: &[char]) -> usize {
    let ways = ROWS.lines().flat_map(|row| {
        let there: Vec<char> = row.chars().collect();
        let back: Vec<char> = row.chars().rev().collect();
        [there, back]
    });
    ways.map(|row| {
        let starts = (0..row.len()).map(|start| {
            row[start..].iter().zip(signs).take_while(|(key, sign)| key == sign).count()
        });
        starts.max().unwrap_or(0)
    })
    .max()
    .unwrap_or(0)
}

/// Whether the signs begin with a word, digits taken for the letters they resemble.
fn begins(signs: &[char], word: &str) -> bool {
    word.len() <= signs.len()
        && word.chars().zip(signs).all(|(letter, sign)| letter == *sign || resembles(*sign, letter))
}

const fn resembles(digit: char, letter: char) -> bool {
    matches!(
        (digit, letter),
        ('0', 'o')
            | ('1', 'i' | 'l')
            | ('3', 'e')
            | ('4', 'a')
            | ('5', 's')
            | ('7', 't')
            | ('8', 'b')
            | ('9', 'g')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_word_is_refused_with_every_usual_ending() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert!(words.len() > 300, "{}", words.len());
        let mut refused = 0;
        for word in words {
            assert!(word.is_ascii() && word.len() > 2, "{word}");
            for ending in ["123456789", "2024", "1", "qwerty", word, "chile2026"] {
                let password = format!("{word}{ending}");
                if password.len() >= 10 {
                    assert!(is_guessed_first(&password), "{password}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 1_000, "{refused}");
    }

    #[test]
    fn what_nobody_guesses_passes() {
        for fine in ["xk9vv2lqmz", "gaviotaenlacaleta", "correctabateriagrapa"] {
            assert!(!is_guessed_first(fine), "{fine}");
        }
    }
}
