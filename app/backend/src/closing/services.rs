//! The services behind a figure of a programme or of an outreach, and the animals behind one of its
//! coverage: as many as the figure says, for both are counted from the same rows.

mod groups;

use domain::closing::{
    ServiceFilter, ServiceLine, ServiceList, ServicePage, ServiceTurn, ServicesOf,
};
use domain::id::{AnimalId, OutreachId, ProgrammeId, ServiceId};
use domain::role::UseCase;
use domain::service::ServiceKind;
use std::collections::HashMap;
use uuid::Uuid;

use super::coverage;
use crate::actor::Actor;
use crate::desk::register::chip_of;
use crate::desk::{may, number};
use crate::error::Error;
use crate::office::Office;
use crate::planning;
use crate::records::{code, date};
use crate::registry::carried::with_chips;
use crate::store::vocabulary::progress::{CountedWantedRow, ReachedWantedRow};
use crate::store::{StoreError, Tx};
use crate::sums::Sums;
use groups::{Group, Turn, beside, groups};

/// Services on one page.
const PAGE: u8 = 50;

/// A page of the services that a figure counts; nothing when there is no programme or outreach of
/// this identifier. Where nothing stands any more on the side of the line that the page is asked
/// for by, it is the first one.
///
/// # Errors
/// `Refusal::Forbidden`.
pub async fn services(
    office: &Office,
    actor: Actor,
    of: ServicesOf,
    (filter, page): (ServiceFilter, ServicePage),
) -> Result<Option<ServiceList>, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let sums = office.sums.clone();
    office
        .store
        .read_stale(move |tx| {
            let (sums, filter) = (sums.clone(), filter.clone());
            Box::pin(async move { Ok(listed(tx, &sums, of, (filter, page)).await?) })
        })
        .await
}

async fn listed(
    tx: &mut Tx,
    sums: &Sums,
    of: ServicesOf,
    (filter, page): (ServiceFilter, ServicePage),
) -> Result<Option<ServiceList>, StoreError> {
    let named = match of {
        ServicesOf::Programme(id) => tx.programme(id.0).await?.map(|row| row.name),
        ServicesOf::Outreach(id) => tx.outreach(id.0).await?.map(|row| row.name),
    };
    let Some(name) = named else { return Ok(None) };
    // Only a programme has a coverage.
    let filter = match of {
        ServicesOf::Programme(_) => filter,
        ServicesOf::Outreach(_) => ServiceFilter { reached: None, ..filter },
    };
    let (total, found) = found(tx, sums, of, &filter).await?;
    let mut turn = turned(tx, page.turn).await?;
    let mut lines = read(tx, &found, (&filter, turn.as_ref())).await?;
    if turn.as_ref().is_some_and(|turn| lines.len() < turn.least(PAGE)) {
        turn = None;
        lines = read(tx, &found, (&filter, None)).await?;
    }
    let outreach_name = match filter.outreach {
        Some(outreach) => tx.outreach(outreach.0).await?.map(|row| row.name),
        None => None,
    };
    let is_back = turn.as_ref().is_some_and(|turn| turn.is_back);
    let has_more = is_back || lines.len() > usize::from(PAGE);
    lines.truncate(usize::from(PAGE));
    let all = pages(total);
    let page = if turn.is_some() { page.number.clamp(1, all) } else { 1 };
    let pages = if has_more { all.max(page.saturating_add(1)) } else { page };
    Ok(Some(ServiceList { of, name, filter, outreach_name, total, lines, page, pages }))
}

/// On how many pages so many stand.
fn pages(total: u32) -> u32 {
    total.div_ceil(PAGE.into()).max(1)
}

/// What a figure counts.
enum Found {
    /// Services, of these groups.
    Services(Vec<Group>),
    /// Animals that a programme reached in a commune.
    Animals(ProgrammeId, String),
}

/// What a figure counts, and how much that is.
async fn found(
    tx: &mut Tx,
    sums: &Sums,
    of: ServicesOf,
    filter: &ServiceFilter,
) -> Result<(u32, Found), StoreError> {
    let rows = match (of, filter.reached.as_deref()) {
        (ServicesOf::Programme(id), Some(commune)) => {
            let all = coverage::reached(tx, sums, id).await?;
            return Ok(match all.into_iter().find(|(code, _)| code == commune) {
                Some((code, count)) => (number(count), Found::Animals(id, code)),
                // What the address names may be any text, which no database need take.
                None => (0, Found::Services(Vec::new())),
            });
        }
        (ServicesOf::Programme(id), None) => {
            sums.progress.or(id.0, tx.programme_progress(id.0)).await?
        }
        (ServicesOf::Outreach(id), _) => sums.progress.or(id.0, tx.outreach_progress(id.0)).await?,
    };
    let groups = groups(&rows, filter)?;
    let total = groups.iter().fold(0_u32, |sum, group| sum.saturating_add(group.total));
    Ok((total, Found::Services(groups)))
}

/// The place of what an address names. A service that was annulled meanwhile keeps its own.
async fn turned(tx: &mut Tx, turn: Option<ServiceTurn>) -> Result<Option<Turn>, StoreError> {
    let (id, is_back) = match turn {
        Some(ServiceTurn::After(id)) => (id, false),
        Some(ServiceTurn::Before(id)) => (id, true),
        None => return Ok(None),
    };
    let Some(row) = tx.service(id.0).await? else { return Ok(None) };
    let turn = |outreach| Turn {
        outreach,
        kind: row.kind,
        day: row.performed_on,
        animal: row.animal_id,
        service: row.id,
        is_back,
    };
    Ok(row.outreach_id.map(turn))
}

/// The lines of a page; forth one more, which tells that another page comes.
async fn read(
    tx: &mut Tx,
    found: &Found,
    (filter, turn): (&ServiceFilter, Option<&Turn>),
) -> Result<Vec<ServiceLine>, StoreError> {
    let is_back = turn.is_some_and(|turn| turn.is_back);
    let most = if is_back { PAGE } else { PAGE.saturating_add(1) };
    match found {
        Found::Services(groups) => counted(tx, groups, (filter, turn), most).await,
        Found::Animals(programme, commune) => {
            let wanted = ReachedWantedRow {
                programme_id: programme.0,
                commune: commune.clone(),
                from: turn.map_or_else(Uuid::nil, |turn| turn.animal),
                is_back,
                limit: most.into(),
            };
            reached(tx, &wanted).await
        }
    }
}

/// The animals of a page that a programme reached in a commune.
async fn reached(tx: &mut Tx, wanted: &ReachedWantedRow) -> Result<Vec<ServiceLine>, StoreError> {
    let rows = tx.animals_reached(wanted).await?;
    let animals: Vec<_> = rows.iter().map(|row| row.animal_id).collect();
    let animals = tx.animals_with_ids(&animals).await?;
    let animals: HashMap<_, _> =
        with_chips(tx, animals).await?.into_iter().map(|one| (one.id.0, one)).collect();
    let mut names: HashMap<Uuid, String> = HashMap::new();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let animal = animals.get(&row.animal_id);
        lines.push(ServiceLine {
            service: ServiceId(row.id),
            kind: code(&row.kind, ServiceKind::from_code)?,
            on: date(&row.performed_on)?,
            animal: AnimalId(row.animal_id),
            animal_name: animal.map(|one| one.details.name.to_string()).unwrap_or_default(),
            chip: animal.and_then(|one| one.chip),
            outreach: OutreachId(row.outreach_id),
            outreach_name: name_of(tx, &mut names, row.outreach_id).await?,
        });
    }
    Ok(lines)
}

/// The services of a page.
async fn counted(
    tx: &mut Tx,
    groups: &[Group],
    (filter, turn): (&ServiceFilter, Option<&Turn>),
    most: u8,
) -> Result<Vec<ServiceLine>, StoreError> {
    let is_back = turn.is_some_and(|turn| turn.is_back);
    let end = if is_back { Uuid::max() } else { Uuid::nil() };
    let mut lines: Vec<ServiceLine> = Vec::new();
    let mut names: HashMap<Uuid, String> = HashMap::new();
    for group in beside(groups, turn) {
        let left = most.saturating_sub(u8::try_from(lines.len()).unwrap_or(most));
        if left == 0 {
            break;
        }
        let own = turn.filter(|turn| group.holds(turn));
        let wanted = CountedWantedRow {
            outreach_id: group.outreach,
            kind: group.kind.code().to_owned(),
            performed_on: group.day.clone(),
            residence: filter.residence.clone(),
            from: own.map_or((end, end), |turn| (turn.animal, turn.service)),
            is_back,
            limit: left.into(),
        };
        let outreach_name = name_of(tx, &mut names, group.outreach).await?;
        let on = date(&wanted.performed_on)?;
        for row in tx.counted_services(&wanted).await? {
            lines.push(ServiceLine {
                service: ServiceId(row.id),
                kind: group.kind,
                on,
                animal: AnimalId(row.animal_id),
                animal_name: String::new(),
                chip: chip_of(row.chip.as_deref()),
                outreach: OutreachId(group.outreach),
                outreach_name: outreach_name.clone(),
            });
        }
    }
    if is_back {
        lines.reverse();
    }
    let animals = planning::animal_names(tx, lines.iter().map(|line| line.animal.0)).await?;
    for line in &mut lines {
        line.animal_name = animals.get(&line.animal.0).cloned().unwrap_or_default();
    }
    Ok(lines)
}

/// What an outreach is called; asked for once.
async fn name_of(
    tx: &mut Tx,
    known: &mut HashMap<Uuid, String>,
    outreach: Uuid,
) -> Result<String, StoreError> {
    if let Some(name) = known.get(&outreach) {
        return Ok(name.clone());
    }
    let name = tx.outreach(outreach).await?.map(|row| row.name).unwrap_or_default();
    known.insert(outreach, name.clone());
    Ok(name)
}
