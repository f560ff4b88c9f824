//! Teaching sessions of an outreach, as the coordination sees and records them.

use domain::catalogue::EducationTopic;
use domain::command::Command;
use domain::decide::education::Attendee;
use domain::desk::plan::{Talk, TalkForm};
use domain::id::{OutreachId, ServiceId, SubmissionId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::run::Run;
use domain::timestamp::{DAY_MS, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::act::{self, Draft};
use super::{gone, may};
use crate::accounts::session::Present;
use crate::error::Error;
use crate::office::Office;
use crate::records::code;
use crate::store::vocabulary::service::{AttendeeRow, EducationRow};
use crate::store::{StoreError, Tx};

/// How long it is known who listened to a session, in milliseconds: a year, in which the programme
/// gives account of it. Nobody finds a name without a RUN when it has to be erased.
pub const KEPT_MS: i64 = 365 * DAY_MS;

/// The teaching sessions of an outreach, oldest first.
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
    rows.into_iter().map(|row| talk(row, &mut listed)).collect()
}

/// Somebody of a list, with the RUN as people read it.
fn named(row: AttendeeRow) -> Result<String, StoreError> {
    let Some(run) = row.run else { return Ok(row.name) };
    let run = Run::parse(&run).map_err(|_| StoreError::Inconsistent("a RUN cannot be read"))?;
    Ok(format!("{}, {run}", row.name))
}

fn talk(row: EducationRow, listed: &mut BTreeMap<Uuid, Vec<String>>) -> Result<Talk, StoreError> {
    let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Talk {
        id: ServiceId(row.id),
        topic: code(&row.topic, EducationTopic::from_code)?,
        attendants: number(row.attendants),
        minutes: number(row.minutes),
        material: row.material,
        listed: listed.remove(&row.id).unwrap_or_default(),
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
    let (details, listed) =
        form.read().map_err(|fields| Error::Refused(Refusal::Invalid { fields }))?;
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
    act::taken(act::submit(office, present, draft).await?)?;
    list(office, id, listed).await
}

/// Keeps the list of who listened beside the session. It is no part of what was submitted, whose
/// history keeps its words for ever; sent again after a failure, it is written then.
async fn list(office: &Office, id: SubmissionId, listed: Vec<Attendee>) -> Result<(), Error> {
    let row = |(place, one): (i64, Attendee)| AttendeeRow {
        session_id: id.0,
        place,
        name: one.name.to_string(),
        run: one.run.map(Run::compact),
    };
    let rows: Vec<_> = (0_i64..).zip(listed).map(row).collect();
    office
        .store
        .write_with(rows, move |tx, rows| {
            Box::pin(async move {
                if tx.education(id.0).await?.is_none() {
                    // Another act of the same page was taken under this identifier.
                    return gone();
                }
                if tx.attendees_of(&[id.0]).await?.is_empty() {
                    tx.insert_attendees(rows).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Forgets who listened to sessions of longer than [`KEPT_MS`] ago; answers how many people. How
/// many there were stays.
///
/// # Errors
/// A failed database.
pub async fn forget(office: &Office) -> Result<u64, Error> {
    let before = office.clock.now().plus_ms(-KEPT_MS);
    office
        .store
        .write(move |tx| Box::pin(async move { tx.forget_attendees(before.0).await }))
        .await
        .map_err(Error::from)
}
