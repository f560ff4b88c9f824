//! Stock as the coordination sees it. Its pages are whole when they are served, so that nothing of
//! this is a wire type.

use crate::catalogue::DewormingKind;
use crate::chip_number::{ChipNumber, Slip};
use crate::desk::Corrections;
use crate::id::{DeviceId, OutreachId, ProductLotId, SubmissionId};
use crate::stock::{AllottedLot, Balance, ChipRange, CountReason, ProductLot};
use crate::timestamp::CivilDate;

/// Everything that was received, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockSheet {
    /// The numbers that nobody holds and that are in no animal.
    pub free: Vec<ChipRange>,
    /// The latest deliveries of chips, the latest first.
    pub deliveries: Vec<DeliveryLine>,
    /// The lots of products, the earliest expiry first.
    pub lots: Vec<LotLine>,
    /// How lots were put right.
    pub corrections: Corrections,
    /// The outreaches with what they hold, the latest first.
    pub boxes: Vec<BoxLine>,
    /// Whether more outreaches than these hold something.
    pub has_more: bool,
    /// Today, to tell what has expired.
    pub today: CivilDate,
    /// Whether who asks may change it.
    pub may_manage: bool,
}

/// A delivery of chips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// Who supplied it.
    pub supplier: String,
    /// The number of the paper that came with it.
    pub paper: Option<String>,
    /// On which day.
    pub received_on: CivilDate,
    /// Its numbers.
    pub ranges: Vec<ChipRange>,
    /// What became of them.
    pub balance: Balance,
}

/// A lot of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotLine {
    /// The lot with the doses that were received, all that were given, and all that were lost.
    pub all: AllottedLot,
    /// Doses that the office can still allot.
    pub free: u32,
}

/// What an outreach holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxLine {
    /// Which.
    pub outreach: OutreachId,
    /// Its name.
    pub name: String,
    /// When it is held.
    pub held_on: CivilDate,
    /// Its chips.
    pub balance: Balance,
    /// How many numbers do not fit.
    pub odd: u32,
    /// Doses that should be left.
    pub doses: u32,
}

/// One outreach's box, part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxSheet {
    /// What it holds as a whole.
    pub line: BoxLine,
    /// What is common to its phones, and what is one phone's alone.
    pub parts: Vec<PartSheet>,
    /// The numbers that do not fit.
    pub odd: Vec<OddChip>,
    /// The phones that are paired for it.
    pub phones: Vec<(DeviceId, String)>,
    /// The numbers that can be allotted.
    pub free: Vec<ChipRange>,
    /// The lots of which something can be allotted, the earliest expiry first.
    pub lots: Vec<LotLine>,
    /// Today, to tell what has expired.
    pub today: CivilDate,
    /// Whether who asks may change it.
    pub may_manage: bool,
    /// Names the next act: sent twice, it is done once.
    pub act: SubmissionId,
}

/// What one phone of an outreach holds, or all of them in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSheet {
    /// The phone with its name.
    pub phone: Option<(DeviceId, String)>,
    /// Its numbers.
    pub ranges: Vec<ChipRange>,
    /// What became of them.
    pub balance: Balance,
    /// Its doses.
    pub lots: Vec<AllottedLot>,
}

/// A number that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OddChip {
    /// Which.
    pub chip: ChipNumber,
    /// How it does not fit.
    pub oddity: Oddity,
    /// The number it may have been, and by which slip.
    pub slip: Option<(Slip, ChipNumber)>,
}

/// How a number does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It was implanted here and not allotted here.
    NotAllotted,
    /// It was written off here and not allotted here.
    LostElsewhere,
    /// It is recorded as implanted and as written off.
    Twice,
}

/// A delivery of chips as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChipReceipt {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// The first number.
    pub first: String,
    /// The last number; empty for one.
    pub last: String,
    /// Who supplied it.
    pub supplier: String,
    /// The number of the paper that came with it; may be empty.
    pub paper: String,
    /// On which day, ISO.
    pub date: String,
}

/// Chips that go to an outreach, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChipMove {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// The first number.
    pub first: String,
    /// The last number; empty for one.
    pub last: String,
    /// To which phone; the outreach's common part without one.
    pub device: Option<DeviceId>,
}

/// Chips that were counted, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChipCount {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// In whose box; in all of the outreach's together without one.
    pub device: Option<DeviceId>,
    /// How many.
    pub quantity: String,
}

/// What a count of chips comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// What was counted.
    pub counted: u32,
    /// What should be there.
    pub expected: u32,
}

/// Doses that were counted, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoseTally {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// Of which lot.
    pub lot: Option<ProductLotId>,
    /// In whose box; the outreach's common one without a phone.
    pub device: Option<DeviceId>,
    /// How many.
    pub quantity: String,
    /// How many should be there, as was read; nothing before it was.
    pub expected: Option<u32>,
    /// Why that differs from what was counted.
    pub why: Option<CountReason>,
}

/// Doses received, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoseReceipt {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// The product's name.
    pub product: String,
    /// Code of what it is against.
    pub kind: String,
    /// The batch as printed.
    pub batch: String,
    /// Last day of use, ISO.
    pub expiry: String,
    /// How many doses.
    pub quantity: String,
    /// Who supplied it; may be empty.
    pub supplier: String,
    /// The number of the paper that came with it; may be empty.
    pub paper: String,
}

/// A lot that is put right, as typed; what is empty stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LotCorrection {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// Which.
    pub lot: Option<ProductLotId>,
    /// The batch as printed.
    pub batch: String,
    /// Last day of use, ISO.
    pub expiry: String,
    /// Why.
    pub reason: String,
}

/// Doses that go to an outreach or come back, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseMove {
    /// Names the act: sent twice, it is done once.
    pub act: Option<SubmissionId>,
    /// Which lot.
    pub lot: Option<ProductLotId>,
    /// How many doses.
    pub quantity: String,
    /// To or from which phone; the outreach's common part without one.
    pub device: Option<DeviceId>,
    /// They come back.
    pub is_return: bool,
}

impl BoxSheet {
    /// The phones that hold something, be they in use or not: one that was lost is revoked, and its
    /// box may be at the office.
    #[must_use]
    pub fn holders(&self) -> Vec<(DeviceId, String)> {
        self.parts.iter().filter_map(|part| part.phone.clone()).collect()
    }

    /// The doses of a kind that should be left in its boxes and are good on that day.
    #[must_use]
    pub fn doses_good(&self, kind: DewormingKind, on: CivilDate) -> u32 {
        let lots = self.parts.iter().flat_map(|part| &part.lots);
        let good = lots.filter(|one| one.lot.kind == kind && !one.lot.is_expired(on));
        good.map(AllottedLot::left).fold(0, u32::saturating_add)
    }
}

impl LotLine {
    /// The lot.
    #[must_use]
    pub const fn lot(&self) -> &ProductLot {
        &self.all.lot
    }
}
