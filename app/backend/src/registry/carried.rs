//! The chips that animals carry: of one that has several records the chip stays on the record that
//! it came with, and whose the animal is says the one that stands for all.

use domain::chip_number::ChipNumber;

use crate::records::AnimalRecord;
use crate::store::{StoreError, Tx};

/// The animal that carries a chip: the record that stands for all of its records, with the chip.
///
/// # Errors
/// A failed database.
pub(crate) async fn carrier(
    tx: &mut Tx,
    chip: ChipNumber,
) -> Result<Option<AnimalRecord>, StoreError> {
    let Some(row) = tx.animal_by_chip(&chip.to_string()).await? else { return Ok(None) };
    let gone = || StoreError::Inconsistent("the record that stands for an animal is gone");
    let row = match row.merged_into {
        Some(into) => tx.animal(into).await?.ok_or_else(gone)?,
        None => row,
    };
    Ok(Some(AnimalRecord { chip: Some(chip), ..AnimalRecord::try_from(row)? }))
}
