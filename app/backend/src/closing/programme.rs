//! How far a programme is, where, when and at what cost, and why it may do more than it promised.

use domain::booking::Offering;
use domain::closing::{
    CostLine, Counts, PassedTarget, ProgrammeSheet, ProgressLine, Target, TargetLine, TargetReason,
};
use domain::desk::plan::Progress;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{OutreachId, ProgrammeId};
use domain::name::ShortText;
use domain::outreach::funding::Funding;
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::service::ServiceKind;
use domain::timestamp::{Timestamp, Zone};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::coverage;
use crate::actor::Actor;
use crate::desk::{corrections, gone, may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::planning;
use crate::records::{code, date};
use crate::reports::commune_name;
use crate::store::vocabulary::closing::TargetReasonRow;
use crate::store::vocabulary::progress::ProgressRow;
use crate::store::vocabulary::service::OutreachTotalRow;
use crate::store::{StoreError, Tx};
use crate::sums::Sums;

/// A programme, whole; nothing when there is none of this identifier.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn programme(
    office: &Office,
    actor: Actor,
    id: ProgrammeId,
) -> Result<Option<ProgrammeSheet>, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let known = planning::programmes(office, actor).await?.rows;
    let Some(progress) = known.into_iter().find(|row| row.programme.id == id) else {
        return Ok(None);
    };
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let inside = office.clone();
    let sheet = office.store.read_stale(move |tx| {
        let (office, progress) = (inside.clone(), progress.clone());
        Box::pin(async move { laid_out(tx, progress, &office, may_plan).await })
    });
    Ok(Some(sheet.await?))
}

async fn laid_out(
    tx: &mut Tx,
    progress: Progress,
    office: &Office,
    may_plan: bool,
) -> Result<ProgrammeSheet, Error> {
    let sums = &office.sums;
    let targets = target_lines(tx, &progress, office).await?;
    let Progress { programme, verifications, .. } = progress;
    let id = programme.id.0;
    let rows = sums.progress.or(id, tx.programme_progress(id)).await?;
    let commune = |code: &String| (Some(commune_name(code)), code.clone());
    let communes = lines(&rows, |row| commune(&row.commune))?;
    let residences = lines(&rows, |row| row.residence.as_ref().map(commune).unwrap_or_default())?;
    let known = |text: String| (Some(text.clone()), text);
    let units = lines(&rows, |row| row.unit.clone().map(known).unwrap_or_default())?;
    let months = lines(&rows, |row| known(month(row).to_owned()))?;
    let coverage = coverage::lines(tx, sums, programme.id).await?;
    let costs = costs(tx, sums, programme.id).await?;
    let corrections = corrections::of_programme(tx, programme.id, &office.zone).await?;
    Ok(ProgrammeSheet {
        programme,
        verifications,
        targets,
        communes,
        residences,
        units,
        months,
        coverage,
        costs,
        corrections,
        may_plan,
    })
}

/// The month in which something was done, `2026-11`.
pub(super) fn month(row: &ProgressRow) -> &str {
    row.performed_on.get(..7).unwrap_or_default()
}

/// Each target of a programme, and how far it is.
async fn target_lines(
    tx: &mut Tx,
    progress: &Progress,
    office: &Office,
) -> Result<Vec<TargetLine>, StoreError> {
    let id = progress.programme.id;
    // No outreach beyond the announced ones is looked at.
    let asked = (id, Uuid::nil());
    let coming = coming(tx, &office.sums, asked, office.clock.now()).await?;
    let mut reasons = reasons(tx, id.0, &office.zone).await?;
    let lines = Target::ALL.iter().zip(coming).map(|(&target, coming)| TargetLine {
        target,
        promised: target.of(&progress.programme.targets),
        done: target.of(&progress.done),
        coming,
        reason: reasons.remove(&target),
    });
    Ok(lines.collect())
}

/// The targets of whoever pays for an outreach that are passed by what was done, and that nobody
/// has explained.
///
/// # Errors
/// A failed database.
pub(super) async fn unexplained(
    tx: &mut Tx,
    funding: &Funding,
    office: &Office,
) -> Result<Vec<PassedTarget>, Error> {
    let payers = funding.programmes();
    let mut all = Vec::new();
    for id in &payers {
        let Some(row) = tx.programme(id.0).await? else { continue };
        let name = (payers.len() > 1).then(|| row.name.clone());
        let progress = planning::progress(tx, office, row).await?;
        let lines = target_lines(tx, &progress, office).await?.into_iter();
        let passed = lines.filter(|line| line.needs_reason() && line.done > line.promised);
        all.extend(passed.map(|line| PassedTarget { programme: *id, name: name.clone(), line }));
    }
    Ok(all)
}

/// Writes down why a target is passed.
///
/// # Errors
/// A failed database.
pub(super) async fn note(
    tx: &mut Tx,
    (id, line, reason): (ProgrammeId, &TargetLine, &str),
    (actor, now): (Actor, Timestamp),
) -> Result<(), Error> {
    let row = TargetReasonRow {
        programme_id: id.0,
        target: line.target.code().to_owned(),
        promised: line.promised.into(),
        expected: line.expected().into(),
        reason: reason.to_owned(),
        noted_by: actor.id(),
        noted_at: now.0,
    };
    tx.put_target_reason(&row).await?;
    let body = serde_json::json!({
        "programme": id, "target": line.target, "promised": row.promised,
        "expected": row.expected, "reason": row.reason,
    });
    let entry = Entry::new(Subject::acting(&actor), "target_passed", actor, now, &body)?;
    history::append(tx, &entry).await
}

/// An outreach that is announced.
struct Announced {
    /// Of which programme it is.
    own: ProgrammeId,
    /// Whether something was taught there.
    is_taught: bool,
    /// What is offered, who pays for it where it is another, and how many places there are.
    offered: Vec<(Offering, Option<ProgrammeId>, u32)>,
}

impl Announced {
    /// The most that it still brings to a target of a programme, after what was done there: that
    /// is counted as done.
    fn left(&self, (programme, target): (ProgrammeId, Target), done: &[(ServiceKind, u32)]) -> u32 {
        let offered = &self.offered;
        let funding = Funding::new(self.own, offered.iter().map(|(one, by, _)| (*one, *by)));
        if target == Target::Outreaches {
            let is_taught = self.is_taught && self.own == programme;
            let is_held = is_taught || done.iter().any(|(kind, _)| funding.of(*kind) == programme);
            return u32::from(funding.is_of(programme) && !is_held);
        }
        let feeds = |one: &Offering| funding.feeds(*one, (programme, target));
        let places = offered.iter().filter(|(one, ..)| feeds(one)).map(|(.., places)| *places);
        let used = done.iter().filter(|(kind, _)| target.is_used_by(*kind)).map(|(_, many)| *many);
        let sum = |sum: u32, many: u32| sum.saturating_add(many);
        places.fold(0, sum).saturating_sub(used.fold(0, sum))
    }
}

/// The most that the announced outreaches which are not over still bring to each target of a
/// programme, in their order; and a draft with them.
///
/// # Errors
/// A failed database.
pub(crate) async fn coming(
    tx: &mut Tx,
    sums: &Sums,
    (programme, draft): (ProgrammeId, Uuid),
    now: Timestamp,
) -> Result<Vec<u32>, StoreError> {
    let mut announced: BTreeMap<Uuid, Announced> = BTreeMap::new();
    for row in tx.planned_places(programme.0, draft, now.0).await? {
        let (own, is_taught) = (ProgrammeId(row.own_id), row.is_taught);
        let one = announced.entry(row.outreach_id);
        let one = one.or_insert_with(|| Announced { own, is_taught, offered: Vec::new() });
        if let Some(offering) = row.offering {
            let offering = code(&offering, Offering::from_code)?;
            let places = number(row.capacity.unwrap_or(0));
            one.offered.push((offering, row.programme_id.map(ProgrammeId), places));
        }
    }
    let ids: Vec<_> = announced.keys().copied().collect();
    let mut counted =
        sums.outreaches.or_each(&ids, async |ids| tx.count_services(&ids).await).await?;
    let mut coming = vec![0_u32; Target::ALL.len()];
    for (id, one) in announced {
        let done = counted.remove(&id).unwrap_or_default();
        let done = done.iter().map(service_count).collect::<Result<Vec<_>, _>>()?;
        for (sum, target) in coming.iter_mut().zip(Target::ALL) {
            *sum = sum.saturating_add(one.left((programme, *target), &done));
        }
    }
    Ok(coming)
}

fn service_count(row: &OutreachTotalRow) -> Result<(ServiceKind, u32), StoreError> {
    Ok((code(&row.kind, ServiceKind::from_code)?, number(row.total)))
}

async fn reasons(
    tx: &mut Tx,
    programme: Uuid,
    zone: &Zone,
) -> Result<BTreeMap<Target, TargetReason>, StoreError> {
    let mut reasons = BTreeMap::new();
    for row in tx.target_reasons(programme).await? {
        let by = match row.noted_by {
            Some(by) => tx.staff(by).await?.map(|row| row.name),
            None => None,
        };
        let reason = TargetReason {
            reason: row.reason,
            promised: number(row.promised),
            expected: number(row.expected),
            by,
            on: zone.local(Timestamp(row.noted_at)).0,
        };
        reasons.insert(code(&row.target, Target::from_code)?, reason);
    }
    Ok(reasons)
}

/// The rows added up by something of theirs, which is told and asked for, in its order; what is
/// unknown comes first.
fn lines(
    rows: &[ProgressRow],
    of: impl Fn(&ProgressRow) -> (Option<String>, String),
) -> Result<Vec<ProgressLine>, StoreError> {
    let mut sums: BTreeMap<(Option<String>, String), Counts> = BTreeMap::new();
    for row in rows {
        let kind = code(&row.kind, ServiceKind::from_code)?;
        sums.entry(of(row)).or_default().add(kind, number(row.total));
    }
    let line = |((of, key), counts)| ProgressLine { of, key, counts };
    Ok(sums.into_iter().map(line).collect())
}

/// What outreaches cost a programme: of those that others pay for too, its share.
async fn costs(
    tx: &mut Tx,
    sums: &Sums,
    programme: ProgrammeId,
) -> Result<Vec<CostLine>, StoreError> {
    let rows = tx.programme_costs(programme.0).await?;
    let own: Vec<_> = rows.iter().map(|row| (row.outreach_id, row.programme_id)).collect();
    let fundings = planning::fundings(tx, &own).await?;
    let mut counted: BTreeMap<Uuid, Vec<(ServiceKind, u32)>> = BTreeMap::new();
    for total in sums.costed.or((), tx.services_costed()).await? {
        counted.entry(total.outreach_id).or_default().push(service_count(&total)?);
    }
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let done: &[_] = counted.get(&row.outreach_id).map_or(&[], Vec::as_slice);
        let pesos = u64::try_from(row.cost).unwrap_or(0);
        let funding = fundings.get(&row.outreach_id);
        let Some(cost) = funding.and_then(|one| one.share(pesos, done, programme)) else {
            continue;
        };
        lines.push(CostLine {
            outreach: OutreachId(row.outreach_id),
            name: row.name,
            held_on: date(&row.held_on)?,
            cost,
            is_shared: cost.pesos != pesos,
        });
    }
    Ok(lines)
}

/// Notes why a programme may do more than it promised of something; the history keeps every such
/// word, the page shows the last.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] for an unknown programme or target and for a
/// missing reason; [`Refusal::ChangedMeanwhile`] where the target is not passed.
pub async fn explain(
    office: &Office,
    actor: Actor,
    id: ProgrammeId,
    (target, reason): (&str, &str),
) -> Result<(), Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let invalid =
        |field, problem: Problem| Error::Refused(Refusal::field(FieldError::new(field, problem)));
    let target = Target::from_code(target);
    let target = target.ok_or_else(|| invalid(Field::Quantity, Problem::Unknown))?;
    let reason = ShortText::<400>::parse(reason);
    let reason = reason
        .map_err(|error| Error::Refused(Refusal::field(FieldError::new(Field::Reason, error))))?;
    let sheet = programme(office, actor, id).await?;
    let sheet = sheet.ok_or_else(|| invalid(Field::Programme, Problem::Unknown))?;
    let passed = sheet.targets.into_iter();
    let passed = passed.filter(|line| line.passed_by() > 0).find(|line| line.target == target);
    let Some(line) = passed else { return gone() };
    let now = office.clock.now();
    office
        .store
        .write_with((line, reason.to_string()), move |tx, (line, reason)| {
            Box::pin(async move { note(tx, (id, line, reason), (actor, now)).await })
        })
        .await
}
