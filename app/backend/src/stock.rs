//! Stock: chips by number and products by doses, received, allotted, taken back, counted.
//!
//! What was used is asked of the services each time, so that an annulled one comes back by itself
//! and no second count can differ. An implantation with a number that nobody was allotted is taken
//! like any other, for the chip is in the animal: here it is named, with the likely slip.

mod acts;
mod chips;
mod counts;
mod dose_acts;
mod doses;
mod lots;
mod sheets;
mod typed;

pub use acts::{allot, receive_chips, take_back, write_off};
pub use counts::{DosesCounted, count, count_doses};
pub use dose_acts::{allot_doses, receive_doses};
pub(crate) use doses::received as doses_received;
pub use lots::correct_lot;
pub(crate) use sheets::allotted;
pub use sheets::{box_sheet, lots, pack, sheet};

use domain::desk::stock::OddChip;
use domain::stock::{Balance, DoseBalance};
use domain::timestamp::Timestamp;
use uuid::Uuid;

use crate::store::{StoreError, Tx};

/// Name of the setting that every change of the stock writes first. Two changes at once are so in
/// each other's way, and the later one is run again: it sees what the other took.
const TURN: &str = "stock_turn";

/// Takes the turn of the stock.
async fn take_turn(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.put_setting(TURN, &now.0.to_string()).await
}

/// What became of the chips of an outreach, and the numbers that do not fit.
///
/// # Errors
/// A failed database.
pub(crate) async fn chips_at(
    tx: &mut Tx,
    outreach: Uuid,
) -> Result<(Balance, Vec<OddChip>), StoreError> {
    let held = chips::ChipBox::of(tx, outreach).await?;
    Ok((held.whole().balance(), held.odd()))
}

/// What became of the doses of an outreach, batch by batch.
///
/// # Errors
/// A failed database.
pub(crate) async fn doses_at(tx: &mut Tx, outreach: Uuid) -> Result<Vec<DoseBalance>, StoreError> {
    let given = doses::GivenAt::read(tx, outreach).await?;
    Ok(doses::Doses::read(tx).await?.balances(&given))
}
