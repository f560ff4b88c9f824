//! Teaching sessions of an outreach, as the coordination sees and records them.

use domain::catalogue::EducationTopic;
use domain::command::Command;
use domain::desk::plan::{Talk, TalkForm};
use domain::id::{OutreachId, ServiceId, SubmissionId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use super::act::{self, Draft};
use super::may;
use crate::accounts::session::Present;
use crate::error::Error;
use crate::office::Office;
use crate::records::code;
use crate::store::vocabulary::service::EducationRow;
use crate::store::{StoreError, Tx};

/// The teaching sessions of an outreach, oldest first.
///
/// # Errors
/// A failed database.
pub(crate) async fn of(tx: &mut Tx, outreach: OutreachId) -> Result<Vec<Talk>, StoreError> {
    tx.education_of(outreach.0).await?.into_iter().map(talk).collect()
}

fn talk(row: EducationRow) -> Result<Talk, StoreError> {
    let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Talk {
        id: ServiceId(row.id),
        topic: code(&row.topic, EducationTopic::from_code)?,
        attendants: number(row.attendants),
        minutes: number(row.minutes),
        material: row.material,
        at: Timestamp(row.performed_at),
        annulled: row.annulled_at.map(|_| row.annulled_reason.unwrap_or_default()),
    })
}

/// Records a teaching session at an outreach, in its time: one that is told later was held when
/// the outreach began. `id` names the act: sent twice, it is recorded once.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`], [`Refusal::Invalid`] for what cannot be
/// read or is out of bounds, and what the submission is refused for.
pub async fn record(
    office: &Office,
    present: &Present,
    outreach: OutreachId,
    (id, form): (SubmissionId, TalkForm),
) -> Result<(), Error> {
    may(&present.actor, UseCase::PlanOutreaches)?;
    let details = form.read().map_err(|fields| Error::Refused(Refusal::Invalid { fields }))?;
    let row = office
        .store
        .glance(move |tx| Box::pin(async move { tx.outreach(outreach.0).await }))
        .await
        .map_err(Error::from)?;
    let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    let now = office.clock.now();
    let is_on = (row.starts_at..=row.ends_at).contains(&now.0);
    let draft = Draft {
        id,
        outreach: Some(outreach),
        visit: None,
        recorded_at: if is_on { now } else { Timestamp(row.starts_at) },
        replaces: None,
        commands: vec![Command::RecordEducation { service: ServiceId(id.0), details }],
    };
    act::taken(act::submit(office, present, draft).await?).map(drop)
}
