//! Reading the register: what the field page and the coordination need, and who looked.

pub mod cards;
pub mod carried;
pub mod chips;
pub mod lookup;
pub mod pack;

use domain::chip_number::ChipNumber;
use domain::id::{AnimalId, OutreachId, OwnerId, StaffId};
use domain::outreach::{Outreach, OutreachStatus, ResponsibleVeterinarian};
use domain::refusal::Refusal;
use domain::role::{Role, UseCase, allows};
use domain::service::ServiceKind;
use domain::submission::Masked;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use domain::view::{FieldSetup, OutreachView, ServiceCount, StaffView};

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::error::Error;
use crate::keys::Purpose;
use crate::office::Office;
use crate::planning;
use crate::records::{self, AnimalRecord, code};
use crate::recovery;
use crate::store::vocabulary::programme::{OutreachRow, OutreachesWantedRow};
use crate::store::vocabulary::service::OutreachTotalRow;
use crate::store::vocabulary::task::LookupRow;
use crate::store::{Isolation, StoreError, Tx};
use crate::sums::Sums;

/// Days back that an outreach is still offered, since a phone brings its day home late.
const DAYS_BACK: i64 = 14;
/// A phone keeps nothing of which it would tell the hour later than this.
const HOURS_BACK_MS: i64 = 366 * DAY_MS;
/// Days ahead that an outreach is offered.
const DAYS_AHEAD: i64 = 60;
/// Most outreaches that are offered on each side of today.
const MOST_OFFERED: i64 = 100;

/// Everything the field page needs before the first visit.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`].
pub async fn field_setup(office: &Office, actor: Actor, name: String) -> Result<FieldSetup, Error> {
    authorise(&actor, UseCase::ReadOwnOutreaches).map_err(Error::Refused)?;
    let Actor::Staff { id, role } = actor else {
        return Err(Error::Refused(Refusal::SignedOut));
    };
    let now = office.clock.now();
    let today = office.day_of(now);
    let sums = office.sums.clone();
    let outreaches = office.store.read(move |tx| {
        Box::pin(async move { field_outreaches(tx, &sums, (id, role), (now, today)).await })
    });
    let mut outreaches: Vec<OutreachView> = outreaches.await?;
    let ids = outreaches.iter().map(|view| view.outreach.id.0).collect();
    let mut keys = recovery::public_keys(office, ids).await?;
    for view in &mut outreaches {
        view.recovery_key = keys.remove(&view.outreach.id.0);
    }
    // A phone asks anew when it has met a receipt of a key that it does not know.
    office.keys.renew(&office.store, now).await?;
    Ok(FieldSetup {
        staff: StaffView { id, name, role },
        server_now: now,
        zone: office.zone.since(now.plus_ms(-HOURS_BACK_MS)),
        demonstration: office.demonstration.is_set(),
        link_prefix: office.link_prefix(),
        outreaches,
        receipt_keys: office.keys.told(Purpose::Receipts),
        delegation_keys: office.keys.told(Purpose::Delegation),
    })
}

async fn field_outreaches(
    tx: &mut Tx,
    sums: &Sums,
    (staff, role): (StaffId, Role),
    (now, today): (Timestamp, CivilDate),
) -> Result<Vec<OutreachView>, Error> {
    let mut rows = if allows(role.into(), UseCase::PlanOutreaches) {
        offered_to_all(tx, today).await?
    } else {
        tx.outreaches_of(staff.0, &first_day_offered(today).to_string()).await?
    };
    rows.sort_by_key(|row| {
        let day = records::date(&row.held_on).map_or(0, |day| day.days());
        ((day - today.days()).abs(), row.starts_at)
    });
    let mut views = outreach_views(tx, sums, rows).await?;
    // One that was called off at noon had a morning: what was begun there is kept as of it.
    let had_a_morning = |outreach: &Outreach| {
        outreach.status == OutreachStatus::Suspended && outreach.may_have_seen(now, today)
    };
    views.retain(|OutreachView { outreach, .. }| {
        outreach.status.takes_services() || had_a_morning(outreach)
    });
    Ok(views)
}

/// What is offered to whoever sees the outreaches of all teams: of very many those nearest to
/// today, before it and from it on.
async fn offered_to_all(tx: &mut Tx, today: CivilDate) -> Result<Vec<OutreachRow>, StoreError> {
    let announced = OutreachStatus::ALL.iter().filter(|status| **status != OutreachStatus::Draft);
    let ahead = OutreachesWantedRow {
        from: today.to_string(),
        to: last_day_offered(today).to_string(),
        statuses: announced.map(|status| status.code().to_owned()).collect(),
        limit: MOST_OFFERED,
        ..OutreachesWantedRow::default()
    };
    let back = OutreachesWantedRow {
        from: first_day_offered(today).to_string(),
        to: CivilDate::from_days(today.days() - 1).to_string(),
        ..ahead.clone()
    };
    let mut rows = tx.outreaches_soonest(&ahead).await?;
    rows.extend(tx.outreaches_latest(&back).await?);
    Ok(rows)
}

fn first_day_offered(today: CivilDate) -> CivilDate {
    CivilDate::from_days(today.days() - DAYS_BACK)
}

fn last_day_offered(today: CivilDate) -> CivilDate {
    CivilDate::from_days(today.days() + DAYS_AHEAD)
}

/// Outreaches as the team sees them, in their order, with few queries for all.
///
/// # Errors
/// A failed database.
pub async fn outreach_views(
    tx: &mut Tx,
    sums: &Sums,
    rows: Vec<OutreachRow>,
) -> Result<Vec<OutreachView>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let programmes = tx.programmes().await?;
    let hosts: Vec<_> = rows.iter().filter_map(|row| row.host_id).collect();
    let hosts = tx.organisations_with_ids(&hosts).await?;
    let team = tx.team(&ids).await?;
    let own: Vec<_> = rows.iter().map(|row| (row.id, row.programme_id)).collect();
    let fundings = planning::fundings(tx, &own).await?;
    let mut counts =
        sums.outreaches.or_each(&ids, async |ids| tx.count_services(&ids).await).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let gone = || StoreError::Inconsistent("an outreach's programme is gone");
        let funding = fundings.get(&row.id).ok_or_else(gone)?;
        let number = |kind| {
            let paid = programmes.iter().find(|one| one.id == funding.of(kind).0);
            paid.map(|one| u16::try_from(one.number).unwrap_or_default()).ok_or_else(gone)
        };
        let (chips, surgeries) =
            (number(ServiceKind::Implantation)?, number(ServiceKind::Sterilisation)?);
        let host = hosts.iter().find(|one| Some(one.id) == row.host_id);
        let counts = counts.remove(&row.id).unwrap_or_default();
        views.push(OutreachView {
            programme: planning::payers(funding, &programmes),
            programme_number: chips,
            surgery_programme_number: (surgeries != chips).then_some(surgeries),
            host: host.map(|host| host.name.clone()),
            veterinarians: team
                .iter()
                .filter(|member| member.outreach_id == row.id)
                .filter(|member| member.role == Role::Veterinarian.code())
                .map(|member| ResponsibleVeterinarian {
                    id: StaffId(member.staff_id),
                    name: member.name.clone(),
                })
                .collect(),
            counts: counts.iter().map(service_count).collect::<Result<_, _>>()?,
            outreach: records::outreach(row)?,
            recovery_key: None,
        });
    }
    Ok(views)
}

fn service_count(row: &OutreachTotalRow) -> Result<ServiceCount, StoreError> {
    let kind = code(&row.kind, ServiceKind::from_code)?;
    Ok(ServiceCount { kind, count: u32::try_from(row.total).unwrap_or(u32::MAX) })
}

/// One outreach as the team sees it.
///
/// # Errors
/// [`Refusal::OutreachUnknown`]; a failed database.
pub async fn outreach_view(
    tx: &mut Tx,
    sums: &Sums,
    id: OutreachId,
) -> Result<OutreachView, Error> {
    let row = tx.outreach(id.0).await?.into_iter().collect();
    let view = outreach_views(tx, sums, row).await?.pop();
    view.ok_or(Error::Refused(Refusal::OutreachUnknown))
}

/// Notes that somebody looked at these owners' records.
///
/// # Errors
/// A failed database.
pub async fn note_looks(
    office: &Office,
    actor: Actor,
    kind: &'static str,
    owners: impl Iterator<Item = OwnerId>,
) -> Result<(), Error> {
    let looks = looks_of(office, actor, kind, owners);
    if looks.is_empty() {
        return Ok(());
    }
    office
        .store
        .write_at(Isolation::Single, looks, |tx, looks| {
            Box::pin(async move { tx.insert_lookups(looks).await })
        })
        .await
        .map_err(|error: StoreError| Error::from(error))
}

fn looks_of(
    office: &Office,
    actor: Actor,
    kind: &'static str,
    owners: impl Iterator<Item = OwnerId>,
) -> Vec<LookupRow> {
    let now = office.clock.now();
    let look = |owner: OwnerId| LookupRow {
        id: clock::fresh_id(),
        owner_id: owner.0,
        at: now.0,
        kind: kind.to_owned(),
        by_kind: actor.kind().to_owned(),
        by_id: actor.id(),
        outreach_id: None,
    };
    owners.map(look).collect()
}

/// The commune of the outreach where an animal was first seen to, under whichever of its records.
///
/// # Errors
/// A failed database.
pub async fn registered_in(tx: &mut Tx, animal: AnimalId) -> Result<Option<Commune>, StoreError> {
    let mut records = vec![animal.0];
    records.extend(tx.animals_merged_into(animal.0).await?.into_iter().map(|row| row.id));
    let services = tx.services_of(&records).await?;
    let Some(first) = services.iter().rev().find_map(|service| service.outreach_id) else {
        return Ok(None);
    };
    let outreach = tx.outreach(first).await?.map(records::outreach).transpose()?;
    Ok(outreach.map(|outreach| outreach.commune))
}

/// As much of an animal's record as may be shown to tell two records apart.
#[must_use]
pub fn masked(record: &AnimalRecord, animal: Option<AnimalId>, commune: Option<Commune>) -> Masked {
    let first = record.details.name.as_str().chars().next();
    Masked {
        animal,
        name: first.map(|first| format!("{first}···")).unwrap_or_default(),
        species: record.details.species,
        sex: record.details.sex,
        commune,
        chip: record.chip.map(ChipNumber::masked),
        registered_at: record.created_at,
    }
}

/// One outreach.
///
/// # Errors
/// [`Refusal::OutreachUnknown`], or the permission's.
pub async fn outreach(
    office: &Office,
    actor: Actor,
    id: OutreachId,
) -> Result<OutreachView, Error> {
    authorise(&actor, UseCase::ReadOutreaches).map_err(Error::Refused)?;
    let sums = office.sums.clone();
    office
        .store
        .read_stale(move |tx| {
            let sums = sums.clone();
            Box::pin(async move { outreach_view(tx, &sums, id).await })
        })
        .await
}
