//! Products against parasites: what must not or should not be given.
//!
//! The figures are defaults that the responsible veterinarian signs off, not a prescription. The
//! bands of fipronil are those of a label of a spot-on solution, read without gaps between them.

use crate::catalogue::{DewormingKind, Species, coded};
use crate::weight::Weight;

coded! {
    /// Active ingredients the rules know.
    pub enum Ingredient {
        /// Against tapeworms.
        Praziquantel = "praziquantel",
        /// Against roundworms.
        Pyrantel = "pyrantel",
        /// Against roundworms and whipworms.
        Febantel = "febantel",
        /// Against roundworms.
        Fenbendazole = "fenbendazole",
        /// Against fleas and ticks, on the skin.
        Fipronil = "fipronil",
        /// Against fleas and ticks, on the skin; poison to cats.
        Permethrin = "permethrin",
        /// Against fleas, on the skin.
        Imidacloprid = "imidacloprid",
        /// Against fleas, mites and worms, on the skin.
        Selamectin = "selamectin",
        /// Against mites and worms.
        Moxidectin = "moxidectin",
        /// Against mites and worms.
        Ivermectin = "ivermectin",
        /// Against fleas and ticks, by mouth.
        Afoxolaner = "afoxolaner",
        /// Against fleas and ticks, by mouth.
        Fluralaner = "fluralaner",
        /// Against fleas and ticks, by mouth.
        Sarolaner = "sarolaner",
        /// Another.
        Other = "other",
    }
}

coded! {
    /// How a dose is given.
    pub enum Route {
        /// By mouth.
        Oral = "oral",
        /// On the skin (pipette, spray).
        Topical = "topical",
        /// Under the skin.
        Subcutaneous = "subcutaneous",
        /// Into the muscle.
        Intramuscular = "intramuscular",
        /// By a collar.
        Collar = "collar",
    }
}

/// The pipette of fipronil spot-on for an animal, in hundredths of a millilitre: cats 0.5 mL; dogs
/// 0.67 mL up to 10 kg, 1.34 mL up to 20, 2.68 mL up to 40. `None` above, where the label has no
/// band and the veterinarian decides.
pub const fn fipronil_pipette_cl(species: Species, weight: Weight) -> Option<u16> {
    match (species, weight.grams()) {
        (Species::Cat, _) => Some(50),
        (Species::Dog, ..=10_000) => Some(67),
        (Species::Dog, ..=20_000) => Some(134),
        (Species::Dog, ..=40_000) => Some(268),
        (Species::Dog, _) => None,
    }
}

/// Weeks of age from which the label allows fipronil.
pub const FIPRONIL_FROM_WEEKS: u16 = 8;
/// Days within which a second internal dose is worth a question.
pub const INTERNAL_REPEAT_DAYS: u16 = 15;

/// What is known when a dose is about to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application<'a> {
    /// Internal or external.
    pub kind: DewormingKind,
    /// The animal's species.
    pub species: Species,
    /// What the product contains.
    pub ingredients: &'a [Ingredient],
    /// The animal's weight, if it was taken.
    pub weight: Option<Weight>,
    /// The animal's age in whole weeks, if known.
    pub age_weeks: Option<u16>,
    /// Whether the batch is past its expiry.
    pub expired: bool,
    /// Whole days since the last internal dose, if there was one.
    pub days_since_internal: Option<u16>,
}

coded! {
    /// What speaks against a dose.
    pub enum ProductObjection {
        /// Permethrin poisons cats. Blocks.
        PermethrinForCat = "permethrin_for_cat",
        /// The batch is past its expiry. Blocks.
        ExpiredBatch = "expired_batch",
        /// Without a weight no dose can be reckoned. Warns.
        MissingWeight = "missing_weight",
        /// An internal dose less than 15 days after another. Warns.
        RepeatedInternalDose = "repeated_internal_dose",
        /// Fipronil before eight weeks of age. Warns.
        TooYoungForFipronil = "too_young_for_fipronil",
        /// Fipronil for a dog above the label's last band. Warns.
        AboveFipronilBands = "above_fipronil_bands",
    }
}

impl ProductObjection {
    /// Whether the dose must not be given; the others ask for a look.
    pub const fn blocks(self) -> bool {
        matches!(self, Self::PermethrinForCat | Self::ExpiredBatch)
    }
}

/// All that speaks against a dose, what blocks it first; empty when nothing does.
pub fn objections(application: &Application<'_>) -> Vec<ProductObjection> {
    let has = |ingredient| application.ingredients.contains(&ingredient);
    let is_repeated = application.kind == DewormingKind::Internal
        && application.days_since_internal.is_some_and(|days| days < INTERNAL_REPEAT_DAYS);
    let is_too_young = application.age_weeks.is_some_and(|weeks| weeks < FIPRONIL_FROM_WEEKS);
    let is_above_bands = application
        .weight
        .is_some_and(|weight| fipronil_pipette_cl(application.species, weight).is_none());
    [
        (
            has(Ingredient::Permethrin) && application.species == Species::Cat,
            ProductObjection::PermethrinForCat,
        ),
        (application.expired, ProductObjection::ExpiredBatch),
        (application.weight.is_none(), ProductObjection::MissingWeight),
        (is_repeated, ProductObjection::RepeatedInternalDose),
        (has(Ingredient::Fipronil) && is_too_young, ProductObjection::TooYoungForFipronil),
        (has(Ingredient::Fipronil) && is_above_bands, ProductObjection::AboveFipronilBands),
    ]
    .into_iter()
    .filter_map(|(holds, objection)| holds.then_some(objection))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{Application, Ingredient, ProductObjection, fipronil_pipette_cl, objections};
    use crate::catalogue::{DewormingKind, Species};
    use crate::weight::Weight;

    fn grams(grams: u32) -> Weight {
        Weight::from_grams(grams).unwrap()
    }

    fn dose(species: Species, ingredients: &[Ingredient]) -> Application<'_> {
        Application {
            kind: DewormingKind::External,
            species,
            ingredients,
            weight: Some(grams(4_500)),
            age_weeks: Some(52),
            expired: false,
            days_since_internal: None,
        }
    }

    #[test]
    fn bands_of_fipronil_have_no_gaps() {
        for (weight, expected) in [
            (1_000, Some(67)),
            (10_000, Some(67)),
            (10_001, Some(134)),
            (20_000, Some(134)),
            (20_500, Some(268)),
            (40_000, Some(268)),
            (40_001, None),
        ] {
            assert_eq!(fipronil_pipette_cl(Species::Dog, grams(weight)), expected, "{weight}");
        }
        assert_eq!(fipronil_pipette_cl(Species::Cat, grams(4_000)), Some(50));
    }

    #[test]
    fn permethrin_is_blocked_for_cats_only() {
        let ingredients = [Ingredient::Imidacloprid, Ingredient::Permethrin];
        let against = objections(&dose(Species::Cat, &ingredients));
        assert_eq!(against, [ProductObjection::PermethrinForCat]);
        assert!(against[0].blocks());
        assert_eq!(objections(&dose(Species::Dog, &ingredients)), []);
    }

    #[test]
    fn an_expired_batch_blocks_and_the_rest_warns() {
        let fipronil = [Ingredient::Fipronil];
        let young = Application {
            expired: true,
            weight: None,
            age_weeks: Some(7),
            ..dose(Species::Dog, &fipronil)
        };
        let against = objections(&young);
        assert_eq!(
            against,
            [
                ProductObjection::ExpiredBatch,
                ProductObjection::MissingWeight,
                ProductObjection::TooYoungForFipronil,
            ],
        );
        let blocking: Vec<_> = against.iter().map(|objection| objection.blocks()).collect();
        assert_eq!(blocking, [true, false, false]);
        let heavy = Application { weight: Some(grams(41_000)), ..dose(Species::Dog, &fipronil) };
        assert_eq!(objections(&heavy), [ProductObjection::AboveFipronilBands]);
    }

    #[test]
    fn a_second_internal_dose_within_fifteen_days_is_questioned() {
        let tablet = [Ingredient::Praziquantel];
        for (kind, days, expected) in [
            (DewormingKind::Internal, Some(14), true),
            (DewormingKind::Internal, Some(15), false),
            (DewormingKind::Internal, None, false),
            (DewormingKind::External, Some(1), false),
        ] {
            let application =
                Application { kind, days_since_internal: days, ..dose(Species::Dog, &tablet) };
            let against = objections(&application);
            assert_eq!(against.contains(&ProductObjection::RepeatedInternalDose), expected);
        }
    }
}
