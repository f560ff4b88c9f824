//! Owners: registered once for each document, corrected, merged and unmerged.

use super::{Context, Recorded, correction};
use crate::field_error::{Field, FieldError, Problem};
use crate::id::OwnerId;
use crate::owner::{ContactProposal, OwnerDetails};
use crate::refusal::Refusal;

/// What the register holds that bears on registering or correcting an owner.
#[derive(Clone, Debug, Default)]
pub struct OwnerFacts {
    /// The identifier is in use already, for whatever.
    pub id_taken: bool,
    /// The owner with the same document, if there is one.
    pub same_document: Option<(OwnerId, OwnerDetails)>,
}

/// What registering an owner comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerDecision {
    /// A new owner.
    New,
    /// The document is known: the new identifier becomes an alias of the kept one, what the owner
    /// states now counts, and differing contact data wait for a coordinator.
    Known {
        /// The owner that stays.
        kept: OwnerId,
        /// The owner's details with what is stated only now.
        stated: Option<Box<OwnerDetails>>,
        /// What the new registration says otherwise.
        proposal: Option<ContactProposal>,
    },
}

/// Registers an owner, or recognises one.
///
/// # Errors
/// [`Refusal::IdentifierTaken`] when the identifier belongs to something else; [`Refusal::Invalid`]
/// for somebody who lives in two places.
pub fn register(details: &OwnerDetails, facts: &OwnerFacts) -> Result<OwnerDecision, Refusal> {
    if facts.id_taken {
        return Err(Refusal::IdentifierTaken);
    }
    one_home(details)?;
    Ok(match &facts.same_document {
        Some((kept, known)) => {
            let stated = known.stating(details).map(Box::new);
            OwnerDecision::Known {
                kept: *kept,
                stated,
                proposal: ContactProposal::between(known, details),
            }
        }
        None => OwnerDecision::New,
    })
}

/// Who lives elsewhere lives in no commune that has a name here.
fn one_home(details: &OwnerDetails) -> Result<(), Refusal> {
    let is_named = details.commune.is_some() || details.unit.is_some();
    if is_named && details.elsewhere.is_some() {
        return Err(Refusal::field(FieldError::new(Field::Commune, Problem::Differs)));
    }
    Ok(())
}

/// Whether an owner's data may be replaced by others.
///
/// # Errors
/// Those of [`correction`]; [`Refusal::DocumentTaken`] when the new document is another owner's:
/// then the two must be merged; [`Refusal::Invalid`] for somebody who lives in two places.
pub fn correct(
    context: &Context,
    (owner, details): (OwnerId, &OwnerDetails),
    recorded: Recorded,
    same_document: Option<OwnerId>,
) -> Result<(), Refusal> {
    correction(context, recorded)?;
    one_home(details)?;
    if same_document.is_some_and(|other| other != owner) {
        return Err(Refusal::DocumentTaken);
    }
    Ok(())
}

/// What is known of two owners to be merged.
#[derive(Clone, Copy, Debug)]
pub struct MergeFacts {
    /// The first is an alias already.
    pub kept_is_merged: bool,
    /// The second is an alias already.
    pub merged_is_merged: bool,
}

/// Whether two owners may become one.
///
/// # Errors
/// [`Refusal::MergeWithItself`], [`Refusal::AlreadyMerged`].
pub fn merge(kept: OwnerId, merged: OwnerId, facts: MergeFacts) -> Result<(), Refusal> {
    if kept == merged {
        Err(Refusal::MergeWithItself)
    } else if facts.kept_is_merged || facts.merged_is_merged {
        Err(Refusal::AlreadyMerged)
    } else {
        Ok(())
    }
}

/// What is known of an owner that is to stand alone again.
#[derive(Clone, Copy, Debug)]
pub struct UnmergeFacts {
    /// The owner it was merged into.
    pub merged_into: Option<OwnerId>,
    /// Another owner that stands for itself and holds the same document by now.
    pub document_held_by: Option<OwnerId>,
}

/// Whether an owner may stand alone again; answers whom it leaves.
///
/// # Errors
/// [`Refusal::NotMerged`]; [`Refusal::DocumentTaken`] when its document is another owner's by now,
/// since a document is one owner's only.
pub fn unmerge(facts: UnmergeFacts) -> Result<OwnerId, Refusal> {
    let kept = facts.merged_into.ok_or(Refusal::NotMerged)?;
    if facts.document_held_by.is_some() { Err(Refusal::DocumentTaken) } else { Ok(kept) }
}
