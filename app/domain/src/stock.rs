//! Stock: the chips and doses that were received, who holds them, and what should be left of them.
//!
//! Nothing here counts what was used: an implantation that exists has used its chip, a dose that
//! exists was taken from its lot, and an annulled one comes back by itself. Only what left the box
//! otherwise is recorded: lost, spoilt, or returned to the supplier.

mod counting;
mod doses;
mod holding;
mod range;
#[cfg(test)]
mod tests;

pub use counting::{CountReason, DoseCount, Mending};
pub use doses::{
    DoseBalance, DoseFate, DosesMoved, box_of, doses_of_lot, doses_of_outreach, doses_of_part,
};
use holding::in_order;
pub use holding::{Balance, Holding, Place, is_told};
pub use range::{ChipRange, MOST_IN_RANGE, RangeFault, count_of, without};

use crate::catalogue::{DewormingKind, coded};
use crate::chip_number::ChipNumber;
use crate::field_error::{Field, FieldError, Problem};
use crate::id::ProductLotId;
use crate::name::ShortText;
use crate::timestamp::CivilDate;
use crate::unicode::upper_case;
use serde::{Deserialize, Serialize};

/// Most doses of one lot, and of one act on it.
pub const MOST_DOSES: u32 = 100_000;

coded! {
    /// How a chip or a dose left the box without coming to an animal.
    pub enum LossReason {
        /// Nobody knows where it is.
        Lost = "lost",
        /// Broken, fallen, opened, past its day.
        Spoilt = "spoilt",
        /// Given back to who supplied it.
        Returned = "returned",
    }
}

/// A lot of a product against parasites, as received: its doses are counted, not numbered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ProductLot {
    /// Which.
    pub id: ProductLotId,
    /// The product's name, as printed.
    pub product: ShortText<60>,
    /// Against internal or external parasites.
    pub kind: DewormingKind,
    /// Batch (*serie*, *lote*) as printed.
    pub lot: ShortText<40>,
    /// Last day of use.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, format = "date"))]
    pub expires_on: CivilDate,
    /// How many doses there were: of the lot when it was received, of what is told to a phone
    /// those that are allotted.
    pub doses: u32,
}

impl ProductLot {
    /// Whether it is past its day.
    #[must_use]
    pub fn is_expired(&self, today: CivilDate) -> bool {
        self.expires_on < today
    }
}

/// What of a lot was allotted to somebody, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct AllottedLot {
    /// The lot, with the doses that were allotted.
    pub lot: ProductLot,
    /// Doses that were given to animals.
    pub given: u32,
    /// Doses that were lost, spoilt or returned.
    pub lost: u32,
}

impl AllottedLot {
    /// Doses that should be in the box; none when more were used than were allotted.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.lot.doses.saturating_sub(self.given).saturating_sub(self.lost)
    }

    /// Doses used beyond those allotted: the lot was read wrong, or another box was opened.
    #[must_use]
    pub const fn beyond(&self) -> u32 {
        self.given.saturating_add(self.lost).saturating_sub(self.lot.doses)
    }
}

/// What a phone takes along of the stock: its own allotment when it is paired and has one, else
/// the common part of its outreach. Small and whole, so that fetching it again is the top-up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PackStock {
    /// Whether it is the phone's own allotment.
    #[serde(default)]
    pub is_own: bool,
    /// The allotted chips.
    pub ranges: Vec<ChipRange>,
    /// Of these, the numbers that the register knows as implanted; for the phone's own allotment
    /// also other numbers that this phone has implanted.
    pub implanted: Vec<ChipNumber>,
    /// Of these, the numbers that were lost, spoilt or returned.
    pub lost: Vec<ChipNumber>,
    /// The allotted lots, the earliest expiry first.
    pub lots: Vec<AllottedLot>,
}

impl PackStock {
    /// The box as it stands, with the numbers that the phone has recorded itself and that the
    /// register does not know yet, or knows already: a number counts once. With no numbers where
    /// none were allotted.
    #[must_use]
    pub fn holding(&self, implanted: &[ChipNumber], lost: &[ChipNumber]) -> Holding {
        let joined = |known: &[ChipNumber], own: &[ChipNumber]| {
            let (mut all, in_order) = (known.to_vec(), in_order(known.iter().copied()));
            all.extend(own.iter().filter(|chip| in_order.binary_search(chip).is_err()));
            all.retain(|chip| is_told(&self.ranges, &[], *chip));
            all
        };
        Holding {
            ranges: self.ranges.clone(),
            implanted: joined(&self.implanted, implanted),
            lost: joined(&self.lost, lost),
        }
    }
}

/// Reads a number of doses as typed: from 1 to [`MOST_DOSES`].
///
/// # Errors
/// What is wrong with it, of the field [`Field::Quantity`].
pub fn parse_doses(text: &str) -> Result<u32, FieldError> {
    let problem = match text.trim() {
        "" => Problem::Empty,
        text => match text.parse::<u32>() {
            Err(_) => Problem::NotANumber,
            Ok(0) => Problem::TooSmall,
            Ok(doses) if doses > MOST_DOSES => Problem::TooLarge,
            Ok(doses) => return Ok(doses),
        },
    };
    Err(FieldError::new(Field::Quantity, problem))
}

/// Whether two writings name one product: letters and digits alike, large or small.
#[must_use]
pub fn is_same_product(one: &str, other: &str) -> bool {
    let key = |name: &str| batch_key(&upper_case(name));
    key(one) == key(other)
}

/// What two writings of one batch have in common: its letters and digits, in capitals.
#[must_use]
pub fn batch_key(batch: &str) -> String {
    batch.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}
