//! The chips that animals carry: of one that has several records the chip stays on the record that
//! it came with, and whose the animal is says the one that stands for all.

use domain::chip_number::ChipNumber;
use std::collections::HashMap;
use uuid::Uuid;

use crate::records::{self, AnimalRecord};
use crate::store::vocabulary::animal::AnimalRow;
use crate::store::{StoreError, Tx};

/// Identifiers that one statement is asked for: SQLite takes 32,766 values in one.
const AT_ONCE: usize = 1_000;

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

/// The chip that the animal of a record carries under any of its records.
///
/// # Errors
/// A failed database.
pub async fn chip_of(tx: &mut Tx, record: &AnimalRecord) -> Result<Option<ChipNumber>, StoreError> {
    if record.chip.is_some() {
        return Ok(record.chip);
    }
    let stands = record.merged_into.unwrap_or(record.id);
    let mut rows = tx.animals_merged_into(stands.0).await?;
    rows.extend(tx.animal(stands.0).await?);
    rows.iter().find_map(|row| row.chip.as_deref()).map(records::chip).transpose()
}

/// The animals of rows, each with the chip that it or a record behind it carries.
///
/// # Errors
/// A failed database.
pub(crate) async fn with_chips(
    tx: &mut Tx,
    rows: Vec<AnimalRow>,
) -> Result<Vec<AnimalRecord>, StoreError> {
    let bare = rows.iter().filter(|row| row.chip.is_none()).map(|row| row.id);
    let bare: Vec<_> = bare.collect();
    let mut chips: HashMap<Uuid, String> = HashMap::new();
    for some in bare.chunks(AT_ONCE) {
        for row in tx.merged_chips(some).await? {
            chips.extend(row.chip.map(|chip| (row.merged_into, chip)));
        }
    }
    let animals = rows.into_iter().map(|row| {
        let chip = row.chip.or_else(|| chips.remove(&row.id));
        AnimalRecord::try_from(AnimalRow { chip, ..row })
    });
    animals.collect()
}
