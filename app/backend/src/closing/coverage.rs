//! How many of the animals that are estimated to live in a commune a programme has served.

use domain::closing::CoverageLine;
use domain::id::ProgrammeId;

use crate::desk::number;
use crate::records::territory as commune_of;
use crate::reports::commune_name;
use crate::store::{StoreError, Tx};
use crate::sums::Sums;
use crate::territory;

/// Each commune of whose animals a programme has served some and of which an estimate is known, by
/// the communes' codes.
///
/// # Errors
/// A failed database.
pub(super) async fn lines(
    tx: &mut Tx,
    sums: &Sums,
    programme: ProgrammeId,
) -> Result<Vec<CoverageLine>, StoreError> {
    let mut estimates = territory::estimates(tx).await?;
    if estimates.is_empty() {
        return Ok(Vec::new());
    }
    let reached = reached(tx, sums, programme).await?;
    let mut lines = Vec::with_capacity(reached.len());
    for (code, served) in reached {
        let Some((estimated, source)) = estimates.remove(&commune_of(&code)?) else { continue };
        let (commune, served) = (commune_name(&code), number(served));
        lines.push(CoverageLine { commune, code, served, estimated, source });
    }
    Ok(lines)
}

/// How many animals a programme has reached in each commune, by its code.
///
/// # Errors
/// A failed database.
pub(super) async fn reached(
    tx: &mut Tx,
    sums: &Sums,
    programme: ProgrammeId,
) -> Result<Vec<(String, i64)>, StoreError> {
    sums.covered.or(programme.0, tx.animals_covered(programme.0)).await
}
