//! How many animals a whole commune is taken to have.

use domain::territory::Commune;
use domain::territory::units::Source;
use std::collections::BTreeMap;

use super::units;
use crate::store::{StoreError, Tx};

/// How many dogs and cats are estimated in each commune, and who says so: the commune's own figure,
/// or else what its units have together, which nobody says as a whole. Communes of which neither is
/// known are left out.
///
/// # Errors
/// A failed database.
pub(crate) async fn of_communes(
    tx: &mut Tx,
) -> Result<BTreeMap<Commune, (u32, Option<Source>)>, StoreError> {
    let mut all: BTreeMap<Commune, (u32, Option<Source>)> = BTreeMap::new();
    for row in tx.units_without_boundaries().await? {
        let unit = units::unit(row)?;
        if let Some(animals) = unit.dogs_and_cats {
            let (sum, _) = all.entry(unit.key.commune).or_default();
            *sum = sum.saturating_add(animals);
        }
    }
    for figures in units::communes(tx).await? {
        if let Some(animals) = figures.dogs_and_cats {
            all.insert(figures.commune, (animals, Some(figures.source)));
        }
    }
    Ok(all)
}
