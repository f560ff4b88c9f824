//! Chips: who holds which numbers, and what became of them.

use domain::chip_number::ChipNumber;
use domain::desk::stock::{OddChip, Oddity};
use domain::stock::{ChipRange, Holding, box_of, is_told, without};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::records::chip;
use crate::store::vocabulary::stock::{ChipAllotmentRow, UsedChipRow};
use crate::store::{StoreError, Tx};

/// A number that left its box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) chip: ChipNumber,
    outreach: Option<Uuid>,
    device: Option<Uuid>,
}

/// Numbers that somebody holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) range: ChipRange,
    pub(super) device: Option<Uuid>,
}

/// What an outreach holds, and every number that has to do with it.
pub(super) struct ChipBox {
    outreach: Uuid,
    pub(super) held: Vec<Held>,
    implanted: Vec<Used>,
    lost: Vec<Used>,
}

/// A range as it is stored.
pub(super) fn range(first: &str, last: &str) -> Result<ChipRange, StoreError> {
    let wrong = || StoreError::Inconsistent("a range of chips cannot be read");
    ChipRange::new(chip(first)?, chip(last)?).map_err(|_| wrong())
}

/// The ends of ranges, as the store is asked for what lies between.
pub(super) fn ends(ranges: &[ChipRange]) -> Vec<(String, String)> {
    ranges.iter().map(|range| (range.first().to_string(), range.last().to_string())).collect()
}

/// The numbers, each once.
fn used(rows: impl Iterator<Item = UsedChipRow>) -> Result<Vec<Used>, StoreError> {
    let mut all = BTreeMap::new();
    for row in rows {
        let chip = chip(&row.chip)?;
        let used = Used { chip, outreach: row.outreach_id, device: row.device_id };
        all.entry(chip).or_insert(used);
    }
    Ok(all.into_values().collect())
}

/// The numbers of some ranges that are in an animal or were lost.
pub(super) async fn gone(
    tx: &mut Tx,
    ranges: &[ChipRange],
) -> Result<(Vec<ChipNumber>, Vec<ChipNumber>), StoreError> {
    let ends = ends(ranges);
    let numbers = |rows: Vec<UsedChipRow>| {
        let all = used(rows.into_iter())?;
        Ok::<Vec<_>, StoreError>(all.into_iter().map(|used| used.chip).collect())
    };
    let implanted = numbers(tx.chips_implanted(&ends).await?)?;
    Ok((implanted, numbers(tx.chips_lost(&ends).await?)?))
}

/// Those of some numbers, which are in order, that lie within some ranges.
pub(super) fn within(chips: &[ChipNumber], ranges: &[ChipRange]) -> Vec<ChipNumber> {
    let of = |range: ChipRange| {
        let from = chips.partition_point(|chip| *chip < range.first());
        let last = range.last();
        chips.iter().skip(from).copied().take_while(move |chip| *chip <= last)
    };
    ranges.iter().copied().flat_map(of).collect()
}

/// The numbers that were received.
async fn received(tx: &mut Tx) -> Result<Vec<ChipRange>, StoreError> {
    tx.chip_ranges().await?.iter().map(|row| range(&row.first, &row.last)).collect()
}

/// The numbers that were received, that nobody holds, and that have not left the box.
pub(super) async fn free(tx: &mut Tx) -> Result<Vec<ChipRange>, StoreError> {
    let received = received(tx).await?;
    let mut held = Vec::new();
    for row in tx.chip_allotments().await? {
        held.push(range(&row.first, &row.last)?);
    }
    let left = without(&received, &held);
    let (implanted, lost) = gone(tx, &left).await?;
    let gone: Vec<_> = implanted.into_iter().chain(lost).map(ChipRange::one).collect();
    Ok(without(&left, &gone))
}

impl ChipBox {
    /// What an outreach holds.
    pub(super) async fn of(tx: &mut Tx, outreach: Uuid) -> Result<Self, StoreError> {
        let rows = tx.chip_allotments_of(outreach).await?;
        let held: Result<Vec<_>, _> = rows.iter().map(Held::read).collect();
        let held = held?;
        let allotted: Vec<_> = held.iter().map(|held| held.range).collect();
        let ends = ends(&allotted);
        // Its own come first: of a number that is known from both, where it was used is said.
        let mut implanted = tx.chips_implanted_at(outreach).await?;
        implanted.extend(tx.chips_implanted(&ends).await?);
        let mut lost = tx.chips_lost_at(outreach).await?;
        lost.extend(tx.chips_lost(&ends).await?);
        let (mut implanted, mut lost) = (used(implanted.into_iter())?, used(lost.into_iter())?);
        // Of a box that is kept all is told, whatever was received.
        let stock = if allotted.is_empty() { received(tx).await? } else { Vec::new() };
        let is_told = |used: &Used| is_told(&allotted, &stock, used.chip);
        implanted.retain(is_told);
        lost.retain(is_told);
        Ok(Self { outreach, held, implanted, lost })
    }

    /// The phones that hold numbers of their own.
    pub(super) fn phones(&self) -> BTreeSet<Uuid> {
        self.held.iter().filter_map(|held| held.device).collect()
    }

    /// The whole of it, whoever holds what.
    pub(super) fn whole(&self) -> Holding {
        let ranges = self.held.iter().map(|held| held.range).collect();
        self.holding(ranges, |_| true)
    }

    /// What one phone holds, or all of them in common.
    pub(super) fn part(&self, device: Option<Uuid>) -> Holding {
        let held = self.held.iter().filter(|held| held.device == device);
        let ranges = held.map(|held| held.range).collect();
        let phones = self.phones();
        self.holding(ranges, |used| box_of(used.device, |phone| phones.contains(phone)) == device)
    }

    /// `is_of_part` tells whose a number is that was used at this outreach.
    fn holding(&self, ranges: Vec<ChipRange>, is_of_part: impl Fn(&Used) -> bool) -> Holding {
        let mine = |used: &&Used| {
            let is_here = used.outreach == Some(self.outreach) && is_of_part(used);
            is_here || ranges.iter().any(|range| range.contains(used.chip))
        };
        let implanted = self.implanted.iter().filter(mine).map(|used| used.chip).collect();
        let lost = self.lost.iter().filter(mine).map(|used| used.chip).collect();
        Holding { ranges, implanted, lost }
    }

    /// The numbers that do not fit, with the likely slips. Which phone holds what does not matter
    /// here: at one outreach a box is opened for whoever needs it.
    pub(super) fn odd(&self) -> Vec<OddChip> {
        let whole = self.whole();
        let odd = whole.odd().into_iter().map(|chip| {
            let oddity = match (whole.implanted.contains(&chip), whole.lost.contains(&chip)) {
                (true, true) => Oddity::Twice,
                (true, false) => Oddity::NotAllotted,
                (false, _) => Oddity::LostElsewhere,
            };
            OddChip { chip, oddity, slip: whole.slip(chip) }
        });
        odd.collect()
    }
}

impl Held {
    fn read(row: &ChipAllotmentRow) -> Result<Self, StoreError> {
        Ok(Self { range: range(&row.first, &row.last)?, device: row.device_id })
    }
}
