//! Stock: chips by number and products by doses, received, allotted, taken back, counted.
//!
//! What was used is asked of the services each time, so that an annulled one comes back by itself
//! and no second count can differ. An implantation with a number that nobody was allotted is taken
//! like any other, for the chip is in the animal: here it is named, with the likely slip.

mod acts;
mod chips;
mod dose_acts;
mod doses;
mod sheets;
mod typed;

pub use acts::{Count, allot, count, receive_chips, take_back, write_off};
pub use dose_acts::{allot_doses, receive_doses};
pub(crate) use doses::received as doses_received;
pub(crate) use sheets::allotted;
pub use sheets::{box_sheet, lots, pack, sheet};

use domain::desk::stock::OddChip;
use domain::id::SubmissionId;
use domain::stock::{Balance, DoseBalance};
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::{StoreError, Tx};

/// Name of the setting that every change of the stock writes first. Two changes at once are so in
/// each other's way, and the later one is run again: it sees what the other took.
const TURN: &str = "stock_turn";

/// Takes the turn of the stock.
async fn take_turn(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.put_setting(TURN, &now.0.to_string()).await
}

/// An act by what it says: sent twice it is done once, and the same form sent again with something
/// else, as after the way back in a browser, is another act and not silently the first one.
fn named(act: SubmissionId, said: &str) -> SubmissionId {
    let hash = Sha256::digest(said.as_bytes());
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    // Its first two bits tell how an identifier is to be read.
    SubmissionId(Uuid::from_u128(act.0.as_u128() ^ u128::from(bits >> 2)))
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
