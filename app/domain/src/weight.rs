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
        let text = crate::unicode::lower_case(text.trim());
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Weight, WeightError};

    #[test]
    fn kilograms_and_grams_are_read_with_comma_or_point() {
        for (text, grams, shown) in [
            ("4,5", 4_500, "4,5"),
            ("4.5", 4_500, "4,5"),
            (" 4,5 kg ", 4_500, "4,5"),
            ("4,5KG", 4_500, "4,5"),
            ("12", 12_000, "12"),
            ("12 kilos", 12_000, "12"),
            ("0,85", 850, "0,85"),
            ("850 g", 850, "0,85"),
            ("850 gr", 850, "0,85"),
            ("4,125", 4_125, "4,125"),
            ("120", 120_000, "120"),
            ("0,05", 50, "0,05"),
        ] {
            let weight = Weight::parse(text).unwrap();
            assert_eq!((weight.grams(), weight.to_string().as_str()), (grams, shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_weight_says_why() {
        for (text, why) in [
            ("", WeightError::Empty),
            ("kg", WeightError::NotANumber),
            ("4,", WeightError::NotANumber),
            (",5", WeightError::NotANumber),
            ("4,1234", WeightError::NotANumber),
            ("1.234,5", WeightError::NotANumber),
            ("-4", WeightError::NotANumber),
            ("4e2", WeightError::NotANumber),
            ("0,5 g", WeightError::NotANumber),
            ("0", WeightError::TooSmall),
            ("0,049", WeightError::TooSmall),
            ("120,001", WeightError::TooLarge),
            ("99999999999999999999", WeightError::TooLarge),
        ] {
            assert_eq!(Weight::parse(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_read_again(grams in 50u32..=120_000) {
            let weight = Weight::from_grams(grams).unwrap();
            prop_assert_eq!(Weight::parse(&weight.to_string()), Ok(weight));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = Weight::parse(&text);
        }
    }
}
