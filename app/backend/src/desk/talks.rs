//! Teaching sessions of an outreach, as the coordination sees and records them.

use domain::catalogue::EducationTopic;
use domain::command::Command;
use domain::decide::education::{Attendee, NAMED_MS, attendees};
use domain::desk::plan::{Talk, TalkCorrection, TalkForm};
use domain::field_error::FieldError;
use domain::id::{OutreachId, ServiceId, SubmissionId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::run::Run;
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::act::{self, Draft};
use super::may;
use super::register::words;
use crate::accounts::session::Present;
use crate::error::Error;
use crate::office::Office;
use crate::records::code;
use crate::store::vocabulary::service::{AttendeeRow, EducationRow};
use crate::store::{StoreError, Tx};
use crate::submissions::Listed;

/// The teaching sessions of an outreach, oldest first; who listened, and why one was annulled, for
/// who may read names.
///
/// # Errors
/// A failed database.
pub(crate) async fn of(
    tx: &mut Tx,
    outreach: OutreachId,
    with_names: bool,
) -> Result<Vec<Talk>, StoreError> {
    let rows = tx.education_of(outreach.0).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).filter(|_| with_names).collect();
    let mut listed: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for row in tx.attendees_of(&ids).await? {
        listed.entry(row.session_id).or_default().push(named(row)?);
    }
    rows.into_iter().map(|row| talk(row, &mut listed, with_names)).collect()
}

/// Somebody of a list, as it is read again when the list is corrected.
fn named(row: AttendeeRow) -> Result<String, StoreError> {
    let wrong = || StoreError::Inconsistent("somebody of a list cannot be read");
    let run = row.run.as_deref().map(Run::parse).transpose().map_err(|_| wrong())?;
    let name = ShortText::parse(&row.name).map_err(|_| wrong())?;
    Ok(Attendee { name, run }.to_string())
}

fn talk(
    row: EducationRow,
    listed: &mut BTreeMap<Uuid, Vec<String>>,
    with_names: bool,
) -> Result<Talk, StoreError> {
    let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Talk {
        id: ServiceId(row.id),
        topic: code(&row.topic, EducationTopic::from_code)?,
        attendants: number(row.attendants),
        minutes: number(row.minutes),
        material: row.material,
        listed: listed.remove(&row.id).unwrap_or_default(),
        at: Timestamp(row.performed_at),
        annulled: words(
            row.annulled_at.map(|_| row.annulled_reason.unwrap_or_default()),
            with_names,
        ),
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
    let (details, who) = form.read().map_err(invalid)?;
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
        listed: (!who.is_empty()).then(|| Listed { who, was: Vec::new() }),
    };
    act::taken(act::submit(office, present, draft).await?).map(drop)
}

/// Corrects a teaching session, with the list of who listened where that is wrong. The history
/// keeps why, and how many were added and taken off; whom, it does not.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] for what cannot be read or is out of bounds;
/// [`Refusal::Unreadable`] for a list that was none; [`Refusal::ChangedMeanwhile`] for one that is
/// not any more as it was seen; what else the submission is refused for.
pub async fn correct(
    office: &Office,
    present: &Present,
    talk: ServiceId,
    (id, correction): (SubmissionId, TalkCorrection),
) -> Result<(), Error> {
    may(&present.actor, UseCase::PlanOutreaches)?;
    let TalkCorrection { form, was, reason, at } = correction;
    let (details, who) = form.read().map_err(invalid)?;
    let was = attendees(&was).map_err(|_| Error::Refused(Refusal::Unreadable))?;
    let draft = Draft {
        id,
        outreach: None,
        visit: None,
        recorded_at: office.clock.now(),
        replaces: None,
        commands: vec![Command::CorrectEducation { service: talk, details, reason, at }],
        listed: (who != was).then_some(Listed { who, was }),
    };
    act::taken(act::submit(office, present, draft).await?).map(drop)
}

fn invalid(fields: Vec<FieldError>) -> Error {
    Error::Refused(Refusal::Invalid { fields })
}

/// Forgets who listened to sessions of longer than [`NAMED_MS`] ago, as the lists stand: of how
/// they stood before nothing is kept. Answers how many people. How many there were stays.
///
/// # Errors
/// A failed database.
pub async fn forget(office: &Office) -> Result<u64, Error> {
    let before = office.clock.now().plus_ms(-NAMED_MS);
    office
        .store
        .write(move |tx| Box::pin(async move { tx.forget_attendees(before.0).await }))
        .await
        .map_err(Error::from)
}
