//! Animals: dogs and cats, as the register of Ley 21.020 describes them.

use crate::catalogue::breed::{Breed, REGISTRATION_FROM_MONTHS, dangerous_due, due};
use crate::catalogue::coat::Coat;
use crate::catalogue::{
    Acquisition, DangerQualification, HoldingProof, KeepingReason, Pattern, ReproductiveState, Sex,
    Species,
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
    /// Who qualified it as potentially dangerous, if somebody did.
    #[serde(default)]
    pub qualified_dangerous: Option<DangerQualification>,
    /// The finger signature under a *declaración simple*, as SVG path data.
    pub declaration: Option<Drawing>,
}

impl AnimalDetails {
    /// An animal of which only what every registration needs is known.
    #[must_use]
    pub const fn least(
        name: PetName,
        species: Species,
        sex: Sex,
        reproductive_state: ReproductiveState,
    ) -> Self {
        Self {
            name,
            species,
            sex,
            reproductive_state,
            breed: None,
            coat: None,
            pattern: None,
            birth: None,
            acquisition: None,
            acquired_on: None,
            keeping_reason: None,
            holding_proof: None,
            qualified_dangerous: None,
            declaration: None,
        }
    }

    /// Whether it is potentially dangerous: a dog of a listed breed or its first cross, or one
    /// that a health authority or a judge qualified (Ley 21.020 and Decreto 1007).
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        let of_breed = self.breed.as_ref().is_some_and(Breed::is_dangerous);
        self.species == Species::Dog && (of_breed || self.qualified_dangerous.is_some())
    }

    /// The last day on which it may be registered in the national registry: 90 days from the day
    /// it was obtained, 15 days running for a potentially dangerous dog, and never before it is two
    /// months old (Decreto 1007, Reglamento of Ley 21.020). `None` while that day is unknown.
    #[must_use]
    pub fn registration_due(&self) -> Option<CivilDate> {
        self.acquired_on.map(|from| registration_due_from(from, self.is_dangerous(), self.birth))
    }
}

/// The same for an animal that was obtained on a day, and of which no more is known.
#[must_use]
pub fn registration_due_from(
    from: CivilDate,
    is_dangerous: bool,
    birth: Option<Birth>,
) -> CivilDate {
    let due = if is_dangerous { dangerous_due(from) } else { due(from) };
    let grown = birth.map(|birth| birth.on.plus_months(REGISTRATION_FROM_MONTHS));
    grown.map_or(due, |grown| due.max(grown))
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

/// How far, in units of its box, a [`Drawing`] goes from where it begins to be a signature: a few
/// millimetres of a phone's screen.
const SIGNATURE_LEAST: u32 = 20;

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

    /// Whether it is more than a touch: who lays a hand on the screen has signed nothing.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        let mut points = self.0.split(['M', 'L']).filter_map(|part| {
            let (x, y) = part.split_once(' ')?;
            Some((x.parse::<u32>().ok()?, y.parse::<u32>().ok()?))
        });
        let Some((left, top)) = points.next() else { return false };
        points.any(|(x, y)| x.abs_diff(left).max(y.abs_diff(top)) >= SIGNATURE_LEAST)
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

    #[test]
    fn a_touch_is_no_signature() {
        let signs = |text: &str| Drawing::parse(text).unwrap().is_signature();
        assert!(signs("M10 20L30 20") && signs("M10 20L10 0") && signs("M9 9L9 9M500 9L500 9"));
        assert!(!signs("M10 20L10 20") && !signs("M10 20L29 1L25 30M0 9L0 9"));
    }

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn dog() -> AnimalDetails {
        AnimalDetails {
            acquired_on: Some(day("2026-11-22")),
            ..AnimalDetails::least(
                PetName::parse("Ñato").unwrap(),
                Species::Dog,
                Sex::Male,
                ReproductiveState::Intact,
            )
        }
    }

    #[test]
    fn a_dangerous_dog_has_fifteen_days_and_the_others_ninety() {
        let rottweiler = AnimalDetails { breed: Breed::parse("rottweiler").ok(), ..dog() };
        let judged = Some(DangerQualification::Judge);
        let bitten = AnimalDetails { qualified_dangerous: judged, ..dog() };
        let cat = AnimalDetails { species: Species::Cat, ..bitten.clone() };
        let unknown = AnimalDetails { acquired_on: None, ..rottweiler.clone() };
        let born = Some(Birth { on: day("2026-11-20"), estimated: false });
        let puppy = AnimalDetails { birth: born, ..rottweiler.clone() };
        for (details, due) in [
            (dog(), Some("2027-02-20")),
            (rottweiler, Some("2026-12-07")),
            (bitten, Some("2026-12-07")),
            (cat, Some("2027-02-20")),
            (unknown, None),
            (puppy, Some("2027-01-20")),
        ] {
            assert_eq!(details.registration_due(), due.map(day), "{details:?}");
        }
    }

    #[test]
    fn details_of_before_are_read_without_a_qualification() {
        let mut old = serde_json::to_value(dog()).unwrap();
        old.as_object_mut().unwrap().remove("qualified_dangerous");
        assert_eq!(serde_json::from_value::<AnimalDetails>(old).unwrap(), dog());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_drawing_reader_panic(text in ".{0,60}") {
            let _ = Drawing::parse(&text);
        }
    }
}
