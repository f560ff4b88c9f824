//! The doors without an account: an owner's own records behind a one-time code, the finder of an
//! animal, the public figures.
//!
//! Nobody learns by RUN whether somebody is in the register: known and unknown do the same work
//! ([`code`]). By a full chip number existence is public, as in the national look-up, and nothing
//! more ([`found`]).

pub mod code;
pub mod figures;
pub mod found;
pub mod own;

use domain::id::OwnerId;
use domain::refusal::Refusal;
use domain::role::UseCase;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::error::Error;
use crate::records::OwnerRecord;
use crate::store::Tx;
use crate::store::vocabulary::document::DocumentRow;

/// The owner who acts.
fn owner_of(actor: &Actor, use_case: UseCase) -> Result<OwnerId, Error> {
    authorise(actor, use_case).map_err(Error::Refused)?;
    match actor {
        Actor::Owner { owner, .. } => Ok(*owner),
        _ => Err(Error::Refused(Refusal::SignedOut)),
    }
}

/// The record of an owner, or of the one it was merged into.
///
/// # Errors
/// [`Refusal::OwnerUnknown`].
pub(crate) async fn kept(tx: &mut Tx, id: Uuid) -> Result<OwnerRecord, Error> {
    let gone = || Error::Refused(Refusal::OwnerUnknown);
    let mut row = tx.owner(id).await?.ok_or_else(gone)?;
    if let Some(into) = row.merged_into {
        row = tx.owner(into).await?.ok_or_else(gone)?;
    }
    Ok(OwnerRecord::try_from(row)?)
}

/// Whether a document is an owner's: it was drawn up for the owner, or for one that was united with
/// it. Whose the animal is now says nothing: its documents of before name somebody else.
///
/// # Errors
/// A failed database.
pub async fn holds(tx: &mut Tx, owner: OwnerId, document: &DocumentRow) -> Result<bool, Error> {
    let owner = kept(tx, owner.0).await?.id;
    Ok(identities(tx, owner).await?.contains(&document.owner_id))
}

/// The owner and those merged into it: whose animals are the owner's.
async fn identities(tx: &mut Tx, id: OwnerId) -> Result<Vec<Uuid>, Error> {
    let merged = tx.owners_merged_into(id.0).await?;
    Ok(std::iter::once(id.0).chain(merged.into_iter().map(|row| row.id)).collect())
}
