//! Chips that follow one another.

use crate::chip_number::{ChipError, ChipNumber, TestChips};
use crate::field_error::{Field, FieldError, Problem, text_value};
use std::fmt;

/// Most numbers of one range: more is a slip of the hand, for the programmes buy hundreds.
pub const MOST_IN_RANGE: u32 = 10_000;

/// Chips that follow one another, first and last included: the same prefix, ascending, at most
/// [`MOST_IN_RANGE`]. Its text is both numbers with a hyphen between, or the one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChipRange {
    first: ChipNumber,
    last: ChipNumber,
}

text_value!(
    ChipRange,
    ChipRange::from_wire,
    |range| range.to_string(),
    "152098100000001-152098100000200",
);

/// Why two texts are no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeFault {
    /// The first number cannot be read, or cannot be implanted.
    #[error("first number: {0}")]
    First(ChipError),
    /// The last number cannot be read, or cannot be implanted.
    #[error("last number: {0}")]
    Last(ChipError),
    /// The two have different prefixes: they are of different countries or makers.
    #[error("two prefixes")]
    OtherPrefix,
    /// The last comes before the first.
    #[error("last before first")]
    Descending,
    /// More than [`MOST_IN_RANGE`].
    #[error("{count} numbers are too many")]
    TooMany {
        /// How many it would be.
        count: u64,
    },
}

impl ChipRange {
    /// The numbers from `first` to `last`.
    ///
    /// # Errors
    /// [`RangeFault`] but for its first two.
    pub fn new(first: ChipNumber, last: ChipNumber) -> Result<Self, RangeFault> {
        if first.prefix() != last.prefix() {
            return Err(RangeFault::OtherPrefix);
        }
        let Some(steps) = last.value().checked_sub(first.value()) else {
            return Err(RangeFault::Descending);
        };
        if steps >= u64::from(MOST_IN_RANGE) {
            return Err(RangeFault::TooMany { count: steps + 1 });
        }
        Ok(Self { first, last })
    }

    /// One number.
    #[must_use]
    pub const fn one(chip: ChipNumber) -> Self {
        Self { first: chip, last: chip }
    }

    /// Reads both ends as typed or scanned, in any written form; without a last one, it is one
    /// number. What may not be implanted is no stock.
    ///
    /// # Errors
    /// [`RangeFault`].
    pub fn parse(first: &str, last: &str, tests: TestChips) -> Result<Self, RangeFault> {
        let first = ChipNumber::parse_in(first, tests).map_err(RangeFault::First)?;
        if last.trim().is_empty() {
            return Ok(Self::one(first));
        }
        let last = ChipNumber::parse_in(last, tests).map_err(RangeFault::Last)?;
        Self::new(first, last)
    }

    /// Reads its own text: fifteen digits, or twice fifteen with a hyphen.
    ///
    /// # Errors
    /// [`RangeFault`].
    pub fn from_wire(text: &str) -> Result<Self, RangeFault> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let first = ChipNumber::from_digits(first).map_err(RangeFault::First)?;
        let last = ChipNumber::from_digits(last).map_err(RangeFault::Last)?;
        Self::new(first, last)
    }

    /// The first number.
    #[must_use]
    pub const fn first(self) -> ChipNumber {
        self.first
    }

    /// The last number.
    #[must_use]
    pub const fn last(self) -> ChipNumber {
        self.last
    }

    /// How many numbers, 1 to [`MOST_IN_RANGE`].
    #[must_use]
    pub fn count(self) -> u32 {
        u32::try_from(self.last.value() - self.first.value() + 1).unwrap_or(u32::MAX)
    }

    /// Whether a number is one of it.
    #[must_use]
    pub fn contains(self, chip: ChipNumber) -> bool {
        (self.first..=self.last).contains(&chip)
    }

    /// The numbers, in order.
    pub fn iter(self) -> impl Iterator<Item = ChipNumber> {
        let prefix = self.first.prefix();
        let bodies = self.first.body()..=self.last.body();
        bodies.filter_map(move |body| ChipNumber::from_parts(prefix, body))
    }

    /// The numbers that both have.
    #[must_use]
    pub fn overlap(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// What is left of it without the numbers of another: nothing, one part or two.
    #[must_use]
    pub fn minus(self, other: Self) -> Vec<Self> {
        let Some(common) = self.overlap(other) else { return vec![self] };
        let prefix = self.first.prefix();
        let beside = |body: Option<u64>| body.and_then(|body| ChipNumber::from_parts(prefix, body));
        let before = beside(common.first.body().checked_sub(1))
            .filter(|last| *last >= self.first)
            .map(|last| Self { first: self.first, last });
        let after = beside(common.last.body().checked_add(1))
            .filter(|first| *first <= self.last)
            .map(|first| Self { first, last: self.last });
        before.into_iter().chain(after).collect()
    }
}

/// Both ends with a hyphen between, or the one number.
impl fmt::Display for ChipRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return fmt::Display::fmt(&self.first, f);
        }
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// How many different numbers some ranges have together.
#[must_use]
pub fn count_of(ranges: &[ChipRange]) -> u32 {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let (mut count, mut reached): (u32, Option<ChipNumber>) = (0, None);
    for range in sorted {
        // What an earlier range has already is not counted again.
        let parts = match reached {
            Some(reached) if reached >= range.last => continue,
            Some(reached) if reached >= range.first => {
                range.minus(ChipRange { first: range.first, last: reached })
            }
            _ => vec![range],
        };
        count = parts.iter().fold(count, |sum, part| sum.saturating_add(part.count()));
        reached = Some(range.last);
    }
    count
}

/// What is left of some ranges without the numbers of others, in order. Both are gone through once:
/// an office has thousands of them.
#[must_use]
pub fn without(ranges: &[ChipRange], taken: &[ChipRange]) -> Vec<ChipRange> {
    let taken = joined(taken);
    let mut left = Vec::with_capacity(ranges.len());
    for range in ranges {
        let from = taken.partition_point(|one| one.last < range.first);
        let mut rest = Some(*range);
        for one in taken.iter().skip(from) {
            let Some(part) = rest.filter(|part| one.first <= part.last) else { break };
            rest = None;
            for piece in part.minus(*one) {
                if piece.first < one.first {
                    left.push(piece);
                } else {
                    rest = Some(piece);
                }
            }
        }
        left.extend(rest);
    }
    left.sort_unstable();
    left
}

/// Ranges in order, those that have numbers in common made one, however long that is.
fn joined(ranges: &[ChipRange]) -> Vec<ChipRange> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut joined: Vec<ChipRange> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match joined.last_mut() {
            Some(before) if before.last >= range.first => before.last = before.last.max(range.last),
            _ => joined.push(range),
        }
    }
    joined
}

impl From<RangeFault> for FieldError {
    fn from(fault: RangeFault) -> Self {
        match fault {
            RangeFault::First(error) => Self::new(Field::FirstChip, error),
            RangeFault::Last(error) => Self::new(Field::LastChip, error),
            RangeFault::OtherPrefix => Self::new(Field::LastChip, Problem::ChipOtherPrefix),
            RangeFault::Descending => Self::new(Field::LastChip, Problem::ChipBeforeFirst),
            RangeFault::TooMany { .. } => Self::new(Field::LastChip, Problem::ChipRangeTooLong),
        }
    }
}
