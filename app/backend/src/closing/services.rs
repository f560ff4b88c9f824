//! The services behind a figure of a programme or of an outreach, and the animals behind one of its
//! coverage: as many as the figure says, for both are counted from the same rows.

use domain::closing::{ServiceFilter, ServiceLine, ServiceList, ServicesOf};
use domain::id::{AnimalId, OutreachId, ProgrammeId};
use domain::role::UseCase;
use domain::service::ServiceKind;
use std::collections::HashMap;
use uuid::Uuid;

use super::coverage;
use super::programme::month;
use crate::actor::Actor;
use crate::desk::register::chip_of;
use crate::desk::{may, number};
use crate::error::Error;
use crate::office::Office;
use crate::planning;
use crate::records::{code, date};
use crate::registry::carried::with_chips;
use crate::store::vocabulary::progress::{CountedWantedRow, ProgressRow, ReachedWantedRow};
use crate::store::{StoreError, Tx};
use crate::sums::Sums;

/// Services on one page.
const PAGE: u32 = 50;

/// A page of the services that a figure counts; nothing when there is no programme or outreach of
/// this identifier.
///
/// # Errors
/// `Refusal::Forbidden`.
pub async fn services(
    office: &Office,
    actor: Actor,
    of: ServicesOf,
    (filter, page): (ServiceFilter, u32),
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
    (filter, page): (ServiceFilter, u32),
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
    let at = |total: u32| page.clamp(1, pages(total));
    let (total, lines) = match (of, filter.reached.as_deref()) {
        (ServicesOf::Programme(id), Some(commune)) => {
            let all = coverage::reached(tx, sums, id).await?;
            match all.iter().find(|(code, _)| code == commune) {
                Some((_, count)) => {
                    let total = number(*count);
                    (total, reached(tx, (id, commune), (at(total) - 1) * PAGE).await?)
                }
                // What the address names may be any text, which no database need take.
                None => (0, Vec::new()),
            }
        }
        _ => {
            let rows = match of {
                ServicesOf::Programme(id) => {
                    sums.progress.or(id.0, tx.programme_progress(id.0)).await?
                }
                ServicesOf::Outreach(id) => {
                    sums.progress.or(id.0, tx.outreach_progress(id.0)).await?
                }
            };
            let groups = groups(&rows, &filter)?;
            let total = groups.iter().fold(0_u32, |sum, group| sum.saturating_add(group.total));
            (total, lines(tx, groups, (&filter, (at(total) - 1) * PAGE)).await?)
        }
    };
    let outreach_name = match filter.outreach {
        Some(outreach) => tx.outreach(outreach.0).await?.map(|row| row.name),
        None => None,
    };
    let (page, pages) = (at(total), pages(total));
    Ok(Some(ServiceList { of, name, filter, outreach_name, total, lines, page, pages }))
}

/// On how many pages so many stand.
fn pages(total: u32) -> u32 {
    total.div_ceil(PAGE).max(1)
}

/// The animals of a page that a programme reached in a commune, after so many.
async fn reached(
    tx: &mut Tx,
    (programme, commune): (ProgrammeId, &str),
    before: u32,
) -> Result<Vec<ServiceLine>, StoreError> {
    let wanted = ReachedWantedRow {
        programme_id: programme.0,
        commune: commune.to_owned(),
        limit: PAGE.into(),
        offset: before.into(),
    };
    let rows = tx.animals_reached(&wanted).await?;
    let animals: Vec<_> = rows.iter().map(|row| row.animal_id).collect();
    let animals = tx.animals_with_ids(&animals).await?;
    let animals: HashMap<_, _> =
        with_chips(tx, animals).await?.into_iter().map(|one| (one.id.0, one)).collect();
    let mut names: HashMap<Uuid, String> = HashMap::new();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let animal = animals.get(&row.animal_id);
        lines.push(ServiceLine {
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

/// What was done of one kind at one outreach on one day: a page is found by counting these, and no
/// row before it is read but for those of its own.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    outreach: Uuid,
    kind: ServiceKind,
    day: String,
    total: u32,
}

/// What was asked for, in the order of the rows.
fn groups(rows: &[ProgressRow], filter: &ServiceFilter) -> Result<Vec<Group>, StoreError> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows.iter().filter(|row| fits(row, filter)) {
        let (kind, total) = (code(&row.kind, ServiceKind::from_code)?, number(row.total));
        let (outreach, day) = (row.outreach_id, row.performed_on.clone());
        match groups.last_mut() {
            Some(last) if (last.outreach, last.kind, &last.day) == (outreach, kind, &day) => {
                last.total = last.total.saturating_add(total);
            }
            _ => groups.push(Group { outreach, kind, day, total }),
        }
    }
    Ok(groups)
}

fn fits(row: &ProgressRow, filter: &ServiceFilter) -> bool {
    let is =
        |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
    (filter.kinds.is_empty() || filter.kinds.iter().any(|kind| kind.code() == row.kind))
        && filter.outreach.is_none_or(|outreach| outreach.0 == row.outreach_id)
        && is(&filter.commune, &row.commune)
        && is(&filter.unit, row.unit.as_deref().unwrap_or_default())
        && is(&filter.residence, row.residence.as_deref().unwrap_or_default())
        && is(&filter.month, month(row))
}

/// The services of a page, after so many.
async fn lines(
    tx: &mut Tx,
    groups: Vec<Group>,
    (filter, mut before): (&ServiceFilter, u32),
) -> Result<Vec<ServiceLine>, StoreError> {
    let mut lines: Vec<ServiceLine> = Vec::new();
    let mut names: HashMap<Uuid, String> = HashMap::new();
    for group in groups {
        let left = PAGE.saturating_sub(u32::try_from(lines.len()).unwrap_or(PAGE));
        if left == 0 {
            break;
        }
        if before >= group.total {
            before -= group.total;
            continue;
        }
        let wanted = CountedWantedRow {
            outreach_id: group.outreach,
            kind: group.kind.code().to_owned(),
            performed_on: group.day,
            residence: filter.residence.clone(),
            limit: left.into(),
            offset: before.into(),
        };
        before = 0;
        let outreach_name = name_of(tx, &mut names, group.outreach).await?;
        let on = date(&wanted.performed_on)?;
        for row in tx.counted_services(&wanted).await? {
            lines.push(ServiceLine {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outreach: u128, kind: &str, day: &str, residence: Option<&str>) -> ProgressRow {
        ProgressRow {
            outreach_id: Uuid::from_u128(outreach),
            commune: "02101".to_owned(),
            unit: (outreach == 1).then(|| "02101-7".to_owned()),
            residence: residence.map(str::to_owned),
            performed_on: day.to_owned(),
            kind: kind.to_owned(),
            total: 3,
        }
    }

    fn rows() -> [ProgressRow; 4] {
        [
            row(1, "implantation", "2026-11-30", None),
            row(1, "implantation", "2026-11-30", Some("02104")),
            row(1, "sterilisation", "2026-12-01", Some("02104")),
            row(2, "implantation", "2026-11-30", Some("02104")),
        ]
    }

    fn totals(filter: &ServiceFilter) -> Vec<u32> {
        groups(&rows(), filter).unwrap().iter().map(|group| group.total).collect()
    }

    #[test]
    fn what_was_done_on_a_day_is_one_group_whoever_lived_where() {
        assert_eq!(totals(&ServiceFilter::default()), [6, 3, 3]);
    }

    #[test]
    fn each_filter_keeps_its_own() {
        let text = |text: &str| Some(text.to_owned());
        let all = ServiceFilter::default;
        let chips = ServiceFilter { kinds: vec![ServiceKind::Implantation], ..all() };
        let both = [ServiceKind::Implantation, ServiceKind::Sterilisation].to_vec();
        let second = ServiceFilter { outreach: Some(OutreachId(Uuid::from_u128(2))), ..all() };
        let cases = [
            (chips, vec![6, 3]),
            (ServiceFilter { kinds: both, ..all() }, vec![6, 3, 3]),
            (second, vec![3]),
            (ServiceFilter { commune: text("02101"), ..all() }, vec![6, 3, 3]),
            (ServiceFilter { commune: text("02104"), ..all() }, vec![]),
            (ServiceFilter { unit: text("02101-7"), ..all() }, vec![6, 3]),
            (ServiceFilter { unit: text(""), ..all() }, vec![3]),
            (ServiceFilter { residence: text("02104"), ..all() }, vec![3, 3, 3]),
            (ServiceFilter { residence: text(""), ..all() }, vec![3]),
            (ServiceFilter { month: text("2026-12"), ..all() }, vec![3]),
        ];
        for (filter, told) in cases {
            assert_eq!(totals(&filter), told, "{filter:?}");
        }
    }
}
