//! Weight of an animal.

use std::fmt;

use crate::catalogue::coded;
use crate::field_error::Problem;

/// A weight in grams, between 50 g and 120 kg.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(try_from = "u32", into = "u32")]
pub struct Weight(u32);

impl Weight {
    /// The lightest: a kitten at birth weighs more.
    pub const MIN: Self = Self(50);
    /// The heaviest: the largest mastiffs weigh less.
    pub const MAX: Self = Self(120_000);

    /// A weight of so many grams.
    pub const fn from_grams(grams: u32) -> Result<Self, WeightError> {
        match grams {
            ..50 => Err(WeightError::TooSmall),
            50..=120_000 => Ok(Self(grams)),
            _ => Err(WeightError::TooLarge),
        }
    }

    /// The weight in grams.
    pub const fn grams(self) -> u32 {
        self.0
    }

    /// Reads kilograms with comma or point and at most three decimals, `kg` or `g` after them
    /// optional: `4,5`, `4.5 kg`, `850 g`. A number without a unit is kilograms.
    pub fn parse(text: &str) -> Result<Self, WeightError> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(WeightError::Empty);
        }
        for unit in ["kilos", "kilo", "kgs", "kg"] {
            if let Some(number) = text.strip_suffix(unit) {
                return Self::from_grams(thousandths(number.trim_end())?);
            }
        }
        for unit in ["gramos", "grs", "gr", "g"] {
            if let Some(number) = text.strip_suffix(unit) {
                let grams = thousandths(number.trim_end())?;
                return match grams % 1000 {
                    0 => Self::from_grams(grams / 1000),
                    _ => Err(WeightError::NotANumber),
                };
            }
        }
        Self::from_grams(thousandths(&text)?)
    }
}

/// Reads a plain decimal number as thousandths; more than three decimals are not a weight
/// anybody measured.
fn thousandths(text: &str) -> Result<u32, WeightError> {
    let (whole, decimals) = text.split_once([',', '.']).unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let has_separator = text.len() > whole.len();
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) || decimals.len() > 3 {
        return Err(WeightError::NotANumber);
    }
    if has_separator && decimals.is_empty() {
        return Err(WeightError::NotANumber);
    }
    let number: u32 =
        format!("{whole}{decimals:0<3}").parse().map_err(|_| WeightError::TooLarge)?;
    Ok(number)
}

/// Kilograms with a decimal comma, without superfluous zeros: `4,5`.
impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kilograms, grams) = (self.0 / 1000, self.0 % 1000);
        match grams {
            0 => write!(f, "{kilograms}"),
            _ => write!(f, "{kilograms},{}", format!("{grams:03}").trim_end_matches('0')),
        }
    }
}

impl TryFrom<u32> for Weight {
    type Error = WeightError;

    fn try_from(grams: u32) -> Result<Self, WeightError> {
        Self::from_grams(grams)
    }
}

impl From<Weight> for u32 {
    fn from(weight: Weight) -> u32 {
        weight.0
    }
}

coded! {
    /// Why a text is not a weight.
    pub enum WeightError {
        /// Nothing was typed.
        Empty = "empty",
        /// Not a decimal number with at most three decimals.
        NotANumber = "not_a_number",
        /// Under 50 g.
        TooSmall = "too_small",
        /// Over 120 kg.
        TooLarge = "too_large",
    }
}

impl std::error::Error for WeightError {}

impl From<WeightError> for Problem {
    fn from(error: WeightError) -> Self {
        match error {
            WeightError::Empty => Self::Empty,
            WeightError::NotANumber => Self::NotANumber,
            WeightError::TooSmall => Self::TooSmall,
            WeightError::TooLarge => Self::TooLarge,
        }
    }
}
