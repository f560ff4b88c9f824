//! Doses that were counted in a box, and what a difference comes to.

use super::{AllottedLot, LossReason};
use crate::catalogue::coded;
use crate::field_error::{Field, FieldError, Problem};
use serde::{Deserialize, Serialize};

coded! {
    /// Why there are fewer or more doses in a box than there should be.
    pub enum CountReason {
        /// Nobody knows where they are.
        Lost = "lost",
        /// Broken, fallen, opened, past their day.
        Spoilt = "spoilt",
        /// Given back to who supplied them.
        Returned = "returned",
        /// They went between the office and the box, and nobody noted it.
        Moved = "moved",
        /// They had been written off, and are there.
        Found = "found",
        /// Not known yet: the count is noted, and the difference stays.
        Unknown = "unknown",
    }
}

impl CountReason {
    /// As a loss, where it is one.
    #[must_use]
    pub const fn loss(self) -> Option<LossReason> {
        match self {
            Self::Lost => Some(LossReason::Lost),
            Self::Spoilt => Some(LossReason::Spoilt),
            Self::Returned => Some(LossReason::Returned),
            Self::Moved | Self::Found | Self::Unknown => None,
        }
    }

    /// Whether it may explain that doses are missing, or that there are too many.
    #[must_use]
    pub const fn explains(self, is_missing: bool) -> bool {
        match self {
            Self::Lost | Self::Spoilt | Self::Returned => is_missing,
            Self::Found => !is_missing,
            Self::Moved | Self::Unknown => true,
        }
    }
}

/// What is written so that a box holds by the books what was counted in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mending {
    /// Nothing.
    Nothing,
    /// So many more doses were allotted, or fewer when it is less than nothing.
    Allotted(i64),
    /// So many more doses were lost in this way, or fewer.
    Lost(LossReason, i64),
}

/// A lot in a box, and how many of its doses were counted there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseCount {
    /// The lot, as the box holds it by the books.
    pub lot: AllottedLot,
    /// What was counted.
    pub counted: u32,
}

impl DoseCount {
    /// What should be there.
    #[must_use]
    pub const fn expected(&self) -> u32 {
        self.lot.left()
    }

    /// Whether what should be there is there.
    #[must_use]
    pub const fn agrees(&self) -> bool {
        self.counted == self.expected()
    }

    /// Whether there are fewer.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.counted < self.expected()
    }

    /// What is written of a difference for this reason.
    ///
    /// # Errors
    /// [`Field::Reason`] that explains no such difference: nothing that is missing was found, and
    /// no more can be found than was lost.
    pub fn mended(&self, why: CountReason) -> Result<Mending, FieldError> {
        if self.agrees() {
            return Ok(Mending::Nothing);
        }
        let unfit = FieldError::new(Field::Reason, Problem::Unknown);
        if !why.explains(self.is_missing()) {
            return Err(unfit);
        }
        // What was used beyond the box is part of what is too many.
        let over =
            i64::from(self.counted) + i64::from(self.lot.beyond()) - i64::from(self.expected());
        Ok(match (why, why.loss()) {
            (_, Some(reason)) => Mending::Lost(reason, -over),
            (CountReason::Moved, _) => Mending::Allotted(over),
            (CountReason::Found, _) if over > i64::from(self.lot.lost) => return Err(unfit),
            (CountReason::Found, _) => Mending::Lost(LossReason::Lost, -over),
            _ => Mending::Nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::DewormingKind;
    use crate::id::ProductLotId;
    use crate::name::ShortText;
    use crate::stock::ProductLot;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn count(doses: u32, given: u32, lost: u32, counted: u32) -> DoseCount {
        let lot = ProductLot {
            id: ProductLotId(Uuid::nil()),
            product: ShortText::parse("Drontal").unwrap(),
            kind: DewormingKind::Internal,
            lot: ShortText::parse("L-1").unwrap(),
            expires_on: "2027-12-31".parse().unwrap(),
            doses,
        };
        DoseCount { lot: AllottedLot { lot, given, lost }, counted }
    }

    /// The box once this was written.
    fn after(count: &DoseCount, mending: Mending) -> DoseCount {
        let add = |figure: u32, more: i64| u32::try_from(i64::from(figure) + more).unwrap();
        let mut after = count.clone();
        match mending {
            Mending::Nothing => {}
            Mending::Allotted(more) => after.lot.lot.doses = add(after.lot.lot.doses, more),
            Mending::Lost(_, more) => after.lot.lost = add(after.lot.lost, more),
        }
        after
    }

    #[test]
    fn a_difference_is_written_as_what_it_was() {
        let missing = count(20, 4, 1, 13);
        assert_eq!((missing.expected(), missing.is_missing()), (15, true));
        let lost = Mending::Lost(LossReason::Spoilt, 2);
        assert_eq!(missing.mended(CountReason::Spoilt), Ok(lost));
        assert_eq!(missing.mended(CountReason::Moved), Ok(Mending::Allotted(-2)));
        assert_eq!(missing.mended(CountReason::Unknown), Ok(Mending::Nothing));
        assert!(missing.mended(CountReason::Found).is_err());
        let over = count(20, 4, 1, 16);
        assert_eq!(over.mended(CountReason::Found), Ok(Mending::Lost(LossReason::Lost, -1)));
        assert!(over.mended(CountReason::Lost).is_err());
        assert!(count(20, 4, 1, 17).mended(CountReason::Found).is_err(), "one was lost");
        // Two were used beyond the box, and there is one all the same.
        assert_eq!(count(4, 6, 0, 1).mended(CountReason::Moved), Ok(Mending::Allotted(3)));
        assert_eq!(count(20, 4, 1, 15).mended(CountReason::Found), Ok(Mending::Nothing));
    }

    proptest! {
        #[test]
        fn what_is_explained_agrees_from_then_on(
            doses in 0_u32..60, given in 0_u32..60, lost in 0_u32..20, counted in 0_u32..80,
        ) {
            let count = count(doses, given, lost, counted);
            for why in CountReason::ALL {
                match count.mended(*why) {
                    Ok(_) if *why == CountReason::Unknown => {}
                    Ok(mending) => prop_assert!(after(&count, mending).agrees(), "{why}"),
                    Err(_) => prop_assert!(!count.agrees()),
                }
            }
        }
    }
}
