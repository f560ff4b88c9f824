//! What is made of a text as a chip number: verdict and reasons (contracts section 6).

use crate::catalogue::coded;
use crate::chip_number::form::{self, Found};
use crate::chip_number::{ChipNumber, LARGEST_BODY, Reason, countries};

coded! {
    /// How good a reading is, best first.
    pub enum Verdict {
        /// May be used without a word.
        Accepted = "accepted",
        /// May be used after a look.
        Warning = "warning",
        /// Was read, may be logged, may not be implanted or taken for what it claims to be.
        Nonconforming = "nonconforming",
        /// Nothing could be read.
        Rejected = "rejected",
    }
}

/// What was made of a text as a chip number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Reading {
    /// The worst verdict of all reasons.
    pub verdict: Verdict,
    /// The number read, unless rejected.
    pub canonical: Option<ChipNumber>,
    /// Why the verdict is not plain acceptance; empty when it is.
    pub reasons: Vec<Reason>,
}

/// Whether test numbers (prefix 999) count as numbers: only in a database marked as
/// demonstration (contracts section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestChips {
    /// A register of real animals.
    Refused,
    /// A demonstration.
    Allowed,
}

impl TestChips {
    /// Test numbers are allowed exactly in demonstrations.
    pub const fn in_demonstration(demonstration: bool) -> Self {
        if demonstration { Self::Allowed } else { Self::Refused }
    }

    /// Whether a reason against a chip is forgiven.
    pub(super) fn forgives(self, chip: ChipNumber, reason: Reason) -> bool {
        self == Self::Allowed && chip.prefix() == 999 && reason == Reason::TestPrefix999
    }
}

/// Reads a text and judges the number found.
pub(super) fn read(text: &str) -> Reading {
    let Found { chip, leading_zero } = match form::decode(text) {
        Ok(found) => found,
        Err(reason) => {
            let reasons = vec![reason];
            return Reading { verdict: Verdict::Rejected, canonical: None, reasons };
        }
    };
    let mut reasons = judge(chip);
    if leading_zero {
        reasons.push(Reason::LeadingZero);
    }
    let verdict = reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Verdict::Accepted);
    Reading { verdict, canonical: Some(chip), reasons }
}

/// All reasons that the number itself gives, those against it first.
pub(super) fn judge(chip: ChipNumber) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if chip.body() > LARGEST_BODY {
        reasons.push(Reason::Above38Bits);
    }
    if is_senseless(chip.body()) {
        reasons.push(Reason::SenselessBody);
    }
    match chip.prefix() {
        0 => reasons.push(Reason::InvalidPrefix000),
        152 => reasons.push(Reason::Prefix152),
        900 => reasons.push(Reason::SharedPrefix900),
        901..=998 => {}
        999 => reasons.push(Reason::TestPrefix999),
        prefix if countries::is_assigned(prefix) => reasons.push(Reason::ForeignCountry),
        _ => reasons.push(Reason::UnassignedPrefix),
    }
    if (900_215_000_000_000..=900_215_010_999_999).contains(&chip.value()) {
        reasons.push(Reason::DuplicatedRange);
    }
    reasons
}

/// Twelve times the same digit, or nine and more digits counting up from 1.
fn is_senseless(body: u64) -> bool {
    const COUNTING: [u64; 5] =
        [123_456_789, 1_234_567_890, 12_345_678_901, 123_456_789_012, 123_456_789_000];
    body.is_multiple_of(111_111_111_111) || COUNTING.contains(&body)
}
