//! Sealed copies of submissions: opened, and then submissions like any other.

use domain::id::{DeviceId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, Reply, SealedBatch};
use serde_json::Value;

use super::arrival::{Arrival, arrival};
use super::{Brought, Through, admit, take};
use crate::actor::Actor;
use crate::error::Error;
use crate::office::Office;
use crate::recovery;

/// Takes the sealed copies of a phone's submissions in, and answers each as [`super::receive`]
/// answers what it holds: once for all, whether the submission itself came before or comes later.
/// The codes of slips are left out: a copy shows nobody's hand, and the phone that holds the
/// submission itself sends that too.
///
/// One that cannot be opened is refused alone. That answer is not kept, for nothing shows that the
/// submission whose identifier it bears is inside: the submission itself may still come.
///
/// # Errors
/// As [`super::receive`]; [`Refusal::Unreadable`] when a copy has not even an identifier.
pub async fn receive_sealed(
    office: &Office,
    actor: Actor,
    batch: SealedBatch<Value>,
) -> Result<Reply, Error> {
    admit(&actor, batch.sealed.len())?;
    let SealedBatch { device, sealed, report } = batch;
    let submissions = open(office, device, sealed).await?;
    let brought = Brought { device, through: Through::Copies, report, submissions };
    Ok(take(office, actor, brought).await?.0)
}

/// What copies hold, in their order; of one that cannot be opened only what it is called.
pub(super) async fn open(
    office: &Office,
    device: DeviceId,
    sealed: Vec<Value>,
) -> Result<Vec<Result<Arrival, SubmissionId>>, Error> {
    let ids = sealed.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let copies = sealed.into_iter().map(|copy| serde_json::from_value(copy).ok()).collect();
    let opened = recovery::open(office, device, copies).await?;
    Ok(ids.into_iter().zip(opened).map(|(id, value)| held(id, value).ok_or(id)).collect())
}

/// Which submission a copy says it holds.
pub(super) fn named(copy: &Value) -> Result<SubmissionId, Error> {
    let id = copy.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    id.ok_or(Error::Refused(Refusal::Unreadable))
}

/// The submission that a copy holds, if it is the one that the copy names.
fn held(id: SubmissionId, value: Option<Value>) -> Option<Arrival> {
    arrival(value?).ok().filter(|arrival| arrival.id == id)
}

/// The answer to a copy that could not be opened.
pub(super) fn unopened(id: SubmissionId) -> Answer {
    let outcome = Outcome::Refused { command: None, refusal: Refusal::Unreadable };
    Answer { id, outcome }
}
