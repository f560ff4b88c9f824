//! The lists of what was not accepted, page by page: of all phones or of one.

use domain::command::Command;
use domain::desk::queue::{OtherAnimal, UnresolvedLine};
use domain::desk::unresolved::{PhoneName, UnresolvedFilter, UnresolvedList, UnresolvedView};
use domain::id::{DeviceId, SubmissionId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::service::ServiceDetails;
use domain::submission::{Outcome, Submission};
use domain::timestamp::{DAY_MS, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::at_once;
use crate::actor::Actor;
use crate::desk::act::Kept;
use crate::desk::{chronicle, may, number};
use crate::error::Error;
use crate::office::Office;
use crate::records::{AnimalRecord, from_json};
use crate::store::vocabulary::submission::{SubmissionRow, Unaccepted, UnacceptedWantedRow};
use crate::store::{StoreError, Tx};

/// Submissions on one page.
const PAGE: u32 = 50;
/// Most phones of which a list tells how many it has.
const MOST_PHONES: i64 = 200;
/// How long what was withdrawn is shown, in milliseconds: 30 days.
const WITHDRAWN_MS: i64 = 30 * DAY_MS;

/// A page of what was not accepted: what waits for the desk the oldest first; the latest first what
/// was refused and mended by nobody, whose makers mend it on their phones, and cannot any more
/// where the phone has forgotten it; and so what they have withdrawn there.
///
/// # Errors
/// [`domain::refusal::Refusal::Forbidden`].
pub async fn list(
    office: &Office,
    actor: Actor,
    filter: UnresolvedFilter,
) -> Result<UnresolvedList, Error> {
    may(&actor, UseCase::SolveTasks)?;
    let now = office.clock.now();
    office.store.read(move |tx| Box::pin(async move { page(tx, filter, now).await })).await
}

/// How many wait for the desk.
///
/// # Errors
/// A failed database.
pub(in crate::desk) async fn count_waiting(tx: &mut Tx) -> Result<u32, StoreError> {
    let wanted = UnacceptedWantedRow { list: Unaccepted::Waiting, device: None };
    Ok(number(tx.count_unaccepted(&wanted).await?))
}

fn wanted(view: UnresolvedView, phone: Option<DeviceId>, now: Timestamp) -> UnacceptedWantedRow {
    let list = match view {
        UnresolvedView::Waiting => Unaccepted::Waiting,
        UnresolvedView::Refused => Unaccepted::Refused,
        UnresolvedView::Withdrawn => Unaccepted::Withdrawn { since: now.0 - WITHDRAWN_MS },
    };
    UnacceptedWantedRow { list, device: phone.map(|phone| phone.0) }
}

async fn page(
    tx: &mut Tx,
    filter: UnresolvedFilter,
    now: Timestamp,
) -> Result<UnresolvedList, Error> {
    let UnresolvedFilter { view, phone, .. } = filter;
    let mut counts = Vec::with_capacity(UnresolvedView::ALL.len());
    for &view in UnresolvedView::ALL {
        let count = tx.count_unaccepted(&wanted(view, phone, now)).await?;
        counts.push((view, number(count)));
    }
    let total = counts.iter().find(|(known, _)| *known == view).map_or(0, |(_, count)| *count);
    let pages = total.div_ceil(PAGE).max(1);
    let filter = UnresolvedFilter { page: filter.page.clamp(1, pages), ..filter };
    let offset = i64::from(filter.page - 1) * i64::from(PAGE);
    let rows = tx.list_unaccepted(&wanted(view, phone, now), PAGE.into(), offset).await?;
    let counted = tx.phones_unaccepted(&wanted(view, None, now), MOST_PHONES).await?;
    // The one that is asked for stays named when nothing of it is left.
    let mut ids: Vec<_> = counted.iter().map(|(id, _)| *id).collect();
    ids.extend(phone.map(|phone| phone.0));
    ids.extend(rows.iter().map(|row| row.device_id));
    let names = Names::read(tx, &ids, &rows).await?;
    let mut phones: Vec<_> =
        counted.into_iter().map(|(id, count)| (names.phone(id), number(count))).collect();
    if let Some(asked) = phone.filter(|asked| names.phones.contains_key(&asked.0))
        && !phones.iter().any(|(phone, _)| phone.id == asked)
    {
        phones.push((names.phone(asked.0), 0));
    }
    let lines = rows.into_iter().map(|row| line(row, &names));
    let mut rows = lines.collect::<Result<Vec<_>, _>>()?;
    for line in &mut rows {
        line.other = other(tx, line).await?;
    }
    let at_once = match (view, phone) {
        (UnresolvedView::Waiting, Some(phone)) => at_once::offer(tx, phone, now).await?,
        _ => None,
    };
    Ok(UnresolvedList { filter, counts, phones, rows, pages, at_once })
}

/// What people call those who stand in the rows.
struct Names {
    staff: BTreeMap<Uuid, String>,
    outreaches: BTreeMap<Uuid, String>,
    /// What each phone is called, and who used it last.
    phones: BTreeMap<Uuid, (String, Uuid)>,
}

impl Names {
    async fn read(
        tx: &mut Tx,
        phones: &[Uuid],
        rows: &[SubmissionRow],
    ) -> Result<Self, StoreError> {
        let outreaches: Vec<_> = rows.iter().filter_map(|row| row.outreach_id).collect();
        let devices = tx.devices(phones).await?.into_iter();
        Ok(Self {
            staff: chronicle::names(tx).await?,
            outreaches: tx.outreach_names(&outreaches).await?.into_iter().collect(),
            phones: devices.map(|row| (row.id, (row.name, row.staff_id))).collect(),
        })
    }

    fn staff(&self, id: Uuid) -> String {
        self.staff.get(&id).cloned().unwrap_or_default()
    }

    fn phone(&self, id: Uuid) -> PhoneName {
        let (name, user) = self.phones.get(&id).cloned().unwrap_or_default();
        PhoneName { id: DeviceId(id), name, by: self.staff(user) }
    }
}

fn line(row: SubmissionRow, names: &Names) -> Result<UnresolvedLine, Error> {
    let submission: Option<Submission> =
        row.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
    let brought_by = names.staff(row.staff_id);
    // What it says of its maker counts only where that is somebody of ours.
    let maker = submission.as_ref().map(|submission| submission.actor.0);
    let maker = maker.filter(|maker| *maker != row.staff_id);
    let (by, brought_by) = match maker.and_then(|maker| names.staff.get(&maker)) {
        Some(maker) => (maker.clone(), Some(brought_by)),
        None => (brought_by, None),
    };
    let withdrew = row.resolved_by.map(|id| names.staff(id)).unwrap_or_default();
    Ok(UnresolvedLine {
        id: SubmissionId(row.id),
        received_at: Timestamp(row.received_at),
        phone: names.phone(row.device_id),
        by,
        brought_by,
        outreach: row.outreach_id.and_then(|id| names.outreaches.get(&id).cloned()),
        outcome: from_json::<Kept>(&row.answer)?.answer.outcome,
        other: None,
        text: if submission.is_none() { row.body } else { None },
        submission,
        withdrawn: row.withdrawn_at.map(|at| (withdrew, Timestamp(at))),
    })
}

/// The record that a line is in conflict with, while it is the one that the answer tells of. The
/// answer masks it for field staff; whoever resolves conflicts may see the register whole.
async fn other(tx: &mut Tx, line: &UnresolvedLine) -> Result<Option<OtherAnimal>, Error> {
    let Outcome::Conflict { command: Some(at), refusal, other } = &line.outcome else {
        return Ok(None);
    };
    let about = line.submission.as_ref().zip(usize::try_from(*at).ok());
    let about = about.and_then(|(submission, at)| submission.commands.get(at));
    let Some(Command::RecordService { animal, details, .. }) = about else { return Ok(None) };
    let row = match (refusal, details.as_ref()) {
        (Refusal::ChipTaken, ServiceDetails::Microchip(read)) => {
            tx.animal_by_chip(&read.chip.to_string()).await?
        }
        _ => tx.animal(animal.0).await?,
    };
    let record = row.map(AnimalRecord::try_from).transpose()?;
    let record = record.filter(|record| record.created_at == other.registered_at);
    Ok(record.map(|record| OtherAnimal {
        animal: record.merged_into.unwrap_or(record.id),
        name: record.details.name.to_string(),
        species: record.details.species,
        sex: record.details.sex,
        chip: record.chip,
    }))
}
