//! Why a text, or a number, is not plainly acceptable as a chip.

use crate::catalogue::coded;
use crate::chip_number::Verdict;
use crate::field_error::Problem;

coded! {
    /// Why a chip's reading is not plain acceptance.
    pub enum Reason {
        /// Nothing was given.
        Empty = "empty",
        /// No fifteen-digit number can be read.
        NotFifteenDigits = "not_fifteen_digits",
        /// Can be read in two ways: sixteen decimal digits, or hexadecimal valid in both orders.
        Ambiguous = "ambiguous",
        /// Hexadecimal digits are missing; they are never guessed.
        TruncatedHex = "truncated_hex",
        /// Sixteen hexadecimal digits without animal bit or with reserved bits, in either order.
        NotAnimalCode = "not_animal_code",
        /// Prefix 000.
        InvalidPrefix000 = "invalid_prefix_000",
        /// Prefix 999, for tests (ICAR).
        TestPrefix999 = "test_prefix_999",
        /// The last twelve digits do not fit in 38 bits (ISO 11784).
        Above38Bits = "above_38_bits",
        /// Prefix neither a country of ISO 3166 nor 900 to 998.
        UnassignedPrefix = "unassigned_prefix",
        /// A body nobody allocates: all digits the same, or counting up.
        SenselessBody = "senseless_body",
        /// A zero was written before the fifteen digits.
        LeadingZero = "leading_zero",
        /// Prefix 152: Chile's own, uncommon on pets; could be livestock.
        Prefix152 = "prefix_152",
        /// Prefix 900, shared by small manufacturers: uniqueness is less certain.
        SharedPrefix900 = "shared_prefix_900",
        /// In the range of the shared prefix known to have been sold twice (ICAR).
        DuplicatedRange = "duplicated_range",
        /// The prefix of another country: chipped abroad.
        ForeignCountry = "foreign_country",
    }
}

impl Reason {
    /// The verdict this reason leads to on its own (contracts section 6).
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Empty
            | Self::NotFifteenDigits
            | Self::Ambiguous
            | Self::TruncatedHex
            | Self::NotAnimalCode => Verdict::Rejected,
            Self::InvalidPrefix000
            | Self::TestPrefix999
            | Self::Above38Bits
            | Self::UnassignedPrefix
            | Self::SenselessBody => Verdict::Nonconforming,
            Self::LeadingZero
            | Self::Prefix152
            | Self::SharedPrefix900
            | Self::DuplicatedRange
            | Self::ForeignCountry => Verdict::Warning,
        }
    }
}

/// A chip that cannot be taken, with the reason against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{0}")]
pub struct ChipError(pub Reason);

impl From<ChipError> for Problem {
    fn from(error: ChipError) -> Self {
        match error.0 {
            Reason::Empty => Self::Empty,
            Reason::Ambiguous => Self::ChipAmbiguous,
            Reason::TruncatedHex => Self::ChipTruncatedHex,
            Reason::NotAnimalCode => Self::ChipNotAnimalCode,
            Reason::TestPrefix999 => Self::ChipTest,
            reason if matches!(reason.verdict(), Verdict::Rejected) => Self::ChipNotFifteenDigits,
            _ => Self::ChipNonconforming,
        }
    }
}
