//! Animals: dogs and cats, as the register of Ley 21.020 describes them.

use crate::catalogue::breed::Breed;
use crate::catalogue::coat::Coat;
use crate::catalogue::{
    Acquisition, HoldingProof, KeepingReason, Pattern, ReproductiveState, Sex, Species,
};
use crate::name::PetName;
use crate::timestamp::CivilDate;
use serde::{Deserialize, Serialize};

/// What is known of an animal, its chip and owner apart.
///
/// Ley 21.020 art. 17 asks for name, sex, species, colour and breed; the options are what the
/// form of the RNM asks beyond, and may come later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct AnimalDetails {
    /// What its people call it.
    pub name: PetName,
    /// Dog or cat.
    pub species: Species,
    /// Male or female.
    pub sex: Sex,
    /// Able to reproduce or not, as last known.
    pub reproductive_state: ReproductiveState,
    /// Breed, or mixed.
    pub breed: Option<Breed>,
    /// One to three colours, the main one first.
    pub coat: Option<Coat>,
    /// Pattern of the coat.
    pub pattern: Option<Pattern>,
    /// When it was born.
    pub birth: Option<Birth>,
    /// How it was obtained.
    pub acquisition: Option<Acquisition>,
    /// When it came to its owner; the deadline of registration counts from here.
    pub acquired_on: Option<CivilDate>,
    /// Why it is kept.
    pub keeping_reason: Option<KeepingReason>,
    /// What shows that the owner holds it.
    pub holding_proof: Option<HoldingProof>,
    /// The finger signature under a *declaración simple*, as SVG path data.
    pub declaration: Option<Drawing>,
}

/// A birth date, exact or estimated by a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Birth {
    /// The day, the middle of the estimate when estimated.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, format = "date"))]
    pub on: CivilDate,
    /// Whether somebody estimated it.
    pub estimated: bool,
}

/// A drawing made with a finger: SVG path data of `M` and `L` with whole numbers, in a box of
/// 600 × 200 units. Nothing else is accepted, so that it can stand in pages and documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Drawing(String);

/// Longest path data of a [`Drawing`], in bytes.
pub const DRAWING_MAX_BYTES: u32 = 16_384;

/// A text that is no path data of a [`Drawing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a drawing")]
pub struct DrawingError;

impl Drawing {
    /// Reads path data such as `M10 20L30 40`.
    ///
    /// # Errors
    /// [`DrawingError`] when it is empty, too long, leaves the box or holds anything else.
    pub fn parse(text: &str) -> Result<Self, DrawingError> {
        if text.len() > DRAWING_MAX_BYTES as usize || !text.starts_with('M') {
            return Err(DrawingError);
        }
        let is_point = |part: &str| {
            let number = |n: &str, most: u32| {
                let is_plain = (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
                is_plain && n.parse::<u32>().is_ok_and(|n| n <= most)
            };
            part.split_once(' ').is_some_and(|(x, y)| number(x, 600) && number(y, 200))
        };
        let mut points = text.split(['M', 'L']).skip(1);
        let is_stroke = text.contains('L') && points.all(is_point);
        is_stroke.then(|| Self(text.to_owned())).ok_or(DrawingError)
    }

    /// The path data.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Drawing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_drawing_is_strokes_inside_its_box_and_nothing_else() {
        assert!(Drawing::parse("M10 20L30 40L600 200M1 1L2 2").is_ok());
        let script = "M1 1L2 2\"/><script>";
        for text in ["", "M10 20", "L1 1", "M1 1L601 3", "M1 1L+2 3", "M1 1LL2 2", script] {
            assert_eq!(Drawing::parse(text), Err(DrawingError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_drawing_reader_panic(text in ".{0,60}") {
            let _ = Drawing::parse(&text);
        }
    }
}
