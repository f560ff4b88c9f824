//! Annulment: a service that did not happen, or not to this animal.

use super::{Context, Recorded, correction};
use crate::id::ServiceId;
use crate::refusal::Refusal;

/// What is known of a service to be annulled.
#[derive(Clone, Copy, Debug)]
pub struct AnnulFacts {
    /// Which.
    pub service: ServiceId,
    /// Who recorded it, and when.
    pub recorded: Recorded,
    /// It is annulled already.
    pub is_annulled: bool,
    /// The act annuls others, too, and does nothing else: a whole visit is taken back.
    pub with_others: bool,
}

/// What an annulment comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annulment {
    /// The service is annulled now. Stock, totals and documents follow.
    Now,
    /// Somebody has annulled it meanwhile: there is nothing left to do.
    Before,
}

/// Whether a service may be annulled. Of a whole visit that is taken back, what is annulled
/// already does not keep the others from being so.
///
/// # Errors
/// [`Refusal::AlreadyAnnulled`] of one alone; those of [`correction`].
pub fn annul(context: &Context, facts: AnnulFacts) -> Result<Annulment, Refusal> {
    if facts.is_annulled && !facts.with_others {
        return Err(Refusal::AlreadyAnnulled);
    }
    correction(context, facts.recorded)?;
    Ok(if facts.is_annulled { Annulment::Before } else { Annulment::Now })
}

/// Whether an act has annulled anything, if that is what it was for.
///
/// # Errors
/// [`Refusal::AlreadyAnnulled`] when nothing was left.
pub fn all(annulments: &[Annulment]) -> Result<(), Refusal> {
    let is_done = |annulment: &Annulment| *annulment == Annulment::Before;
    if !annulments.is_empty() && annulments.iter().all(is_done) {
        return Err(Refusal::AlreadyAnnulled);
    }
    Ok(())
}
