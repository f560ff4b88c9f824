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
}

/// Whether a service may be annulled. Stock, totals and documents follow.
///
/// # Errors
/// [`Refusal::AlreadyAnnulled`]; those of [`correction`].
pub fn annul(context: &Context, facts: AnnulFacts) -> Result<(), Refusal> {
    if facts.is_annulled {
        return Err(Refusal::AlreadyAnnulled);
    }
    correction(context, facts.recorded)
}
