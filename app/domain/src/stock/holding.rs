//! A box of chips: what was allotted, what has left it, and which number does not fit.

use super::range::{ChipRange, count_of};
use crate::chip_number::{ChipNumber, Slip};
use std::collections::BTreeSet;

/// The chips that somebody holds: a phone, an outreach, or the office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// What was allotted.
    pub ranges: Vec<ChipRange>,
    /// The numbers that were implanted out of it, as recorded: also those of no allotted range,
    /// and one that was recorded twice stands here twice.
    pub implanted: Vec<ChipNumber>,
    /// The numbers that were lost, spoilt or returned, as recorded.
    pub lost: Vec<ChipNumber>,
}

/// Received − implanted − lost = in the box. Only numbers of the allotted ranges count, each once;
/// the others are [`Holding::odd`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Numbers of the allotted ranges.
    pub received: u32,
    /// Of these, implanted.
    pub implanted: u32,
    /// Of these, lost, spoilt or returned and not implanted.
    pub lost: u32,
    /// What should be in the box.
    pub in_box: u32,
}

/// Where a number stands to a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It should be in the box.
    InBox,
    /// It was in the box, and is recorded as implanted or lost.
    Gone,
    /// It was never allotted, and others were.
    Outside,
    /// No number was allotted: no box is kept, and nothing is said of any.
    NoBox,
}

/// Whether a number that was used is told of a box with these ranges. Where nothing was allotted no
/// box is kept: then it is told if it came out of the `stock`, as far as who tells it knows what
/// was received. A phone knows nothing of that.
#[must_use]
pub fn is_told(allotted: &[ChipRange], stock: &[ChipRange], chip: ChipNumber) -> bool {
    !allotted.is_empty() || stock.iter().any(|range| range.contains(chip))
}

impl Holding {
    /// Received − implanted − lost = in the box.
    #[must_use]
    pub fn balance(&self) -> Balance {
        let implanted = self.own(&self.implanted);
        let mut lost = self.own(&self.lost);
        lost.retain(|chip| implanted.binary_search(chip).is_err());
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        let (received, implanted, lost) =
            (count_of(&self.ranges), count(implanted.len()), count(lost.len()));
        let in_box = received.saturating_sub(implanted).saturating_sub(lost);
        Balance { received, implanted, lost, in_box }
    }

    /// The numbers that do not fit, in order: of no allotted range, or recorded twice, be it as
    /// implanted, as lost, or as both.
    #[must_use]
    pub fn odd(&self) -> Vec<ChipNumber> {
        let (mut odd, mut before) = (Vec::new(), None);
        for chip in in_order(self.implanted.iter().chain(&self.lost).copied()) {
            if before.replace(chip) == Some(chip) || !self.is_allotted(chip) {
                odd.push(chip);
            }
        }
        odd.dedup();
        odd
    }

    /// Where a number stands.
    #[must_use]
    pub fn place(&self, chip: ChipNumber) -> Place {
        if !is_told(&self.ranges, &[], chip) {
            Place::NoBox
        } else if !self.is_allotted(chip) {
            Place::Outside
        } else if self.is_gone(chip) {
            Place::Gone
        } else {
            Place::InBox
        }
    }

    /// The likely number of the box when a typed one is not in it, with the slip: the neighbour,
    /// else the one with two adjacent digits changed, else the one with another digit. Where
    /// several numbers would do for one slip, nothing is guessed by it. A number that is gone is
    /// never named.
    #[must_use]
    pub fn slip(&self, typed: ChipNumber) -> Option<(Slip, ChipNumber)> {
        if self.place(typed) == Place::InBox {
            return None;
        }
        let fits = |chip: &ChipNumber| self.place(*chip) == Place::InBox;
        [Slip::Neighbour, Slip::Transposition, Slip::OneDigit].into_iter().find_map(|slip| {
            let meant = slip.others(typed).into_iter().filter(fits);
            only(meant).map(|chip| (slip, chip))
        })
    }

    /// The numbers that should be in the box, in order.
    pub fn in_box(&self) -> impl Iterator<Item = ChipNumber> {
        let mut ranges = self.ranges.clone();
        ranges.sort_unstable();
        let gone: BTreeSet<_> = self.implanted.iter().chain(&self.lost).copied().collect();
        ranges.into_iter().flat_map(ChipRange::iter).filter(move |chip| !gone.contains(chip))
    }

    fn is_allotted(&self, chip: ChipNumber) -> bool {
        self.ranges.iter().any(|range| range.contains(chip))
    }

    fn is_gone(&self, chip: ChipNumber) -> bool {
        self.implanted.contains(&chip) || self.lost.contains(&chip)
    }

    /// Those of some numbers that were allotted, each once, in order.
    fn own(&self, chips: &[ChipNumber]) -> Vec<ChipNumber> {
        let mut own = in_order(chips.iter().copied().filter(|chip| self.is_allotted(*chip)));
        own.dedup();
        own
    }
}

/// Sorted lists instead of trees: a phone downloads this code.
pub(super) fn in_order(chips: impl Iterator<Item = ChipNumber>) -> Vec<ChipNumber> {
    let mut all: Vec<_> = chips.collect();
    all.sort_unstable();
    all
}

/// The one of a list that has one.
fn only(mut chips: impl Iterator<Item = ChipNumber>) -> Option<ChipNumber> {
    let first = chips.next()?;
    chips.all(|other| other == first).then_some(first)
}
