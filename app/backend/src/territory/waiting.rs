//! Who still waits for a place, and for which neighbourhood unit they speak. A list that outlives
//! its outreach must not speak for a unit for ever: the rule is
//! [`domain::territory::waiting::still_waits`].

use domain::booking::Offering;
use domain::identity::IdentityDocument;
use domain::service::ServiceKind;
use domain::territory::UnitKey;
use domain::territory::waiting::{Settled, WAITS_DAYS, share_of_list, still_waits};
use domain::timestamp::{CivilDate, Timestamp};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

use crate::desk::number;
use crate::records::{code, from_json};
use crate::store::vocabulary::territory::WaitRow;
use crate::store::{StoreError, Tx};
use crate::sums::Waiting;

/// How many who wait are looked for in the register at once.
const AT_ONCE: usize = 500;

/// Of a booking's details, whose it is and where they live.
#[derive(Deserialize)]
struct Whose {
    document: IdentityDocument,
    #[serde(default)]
    unit: Option<UnitKey>,
}

/// How many animals wait in each unit that an outreach reaches: where it is held, and those it is
/// meant for. An animal counts for one unit: the one where its owner lives, as they said or as the
/// register knows, when the outreach reaches it. Whoever lives elsewhere, or nobody says where,
/// counts for all of the outreach's units together, and is shared out among them.
///
/// # Errors
/// A failed database.
pub(super) async fn of_units(tx: &mut Tx, today: CivilDate) -> Result<Waiting, StoreError> {
    let since = CivilDate::from_days(today.days() - WAITS_DAYS).to_string();
    let mut reached: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in tx.units_reached(&since).await? {
        reached.entry(row.outreach_id).or_default().insert(row.unit);
    }
    let mut totals = HashMap::new();
    let mut together: BTreeMap<Uuid, i64> = BTreeMap::new();
    let all = tx.units_waiting(&since).await?;
    for rows in all.chunks(AT_ONCE) {
        let served = Served::read(tx, rows).await?;
        let homes = homes(tx, &served).await?;
        for (row, person) in rows.iter().zip(&served.people) {
            if !served.waits(row, person)? {
                continue;
            }
            let units = reached.get(&row.outreach_id);
            let home = person.unit.clone().or_else(|| homes.get(&person.owner?).cloned());
            match home.filter(|home| units.is_some_and(|units| units.contains(home))) {
                Some(home) => *totals.entry(home).or_insert(0) += row.places,
                None => *together.entry(row.outreach_id).or_insert(0) += row.places,
            }
        }
    }
    for (outreach, animals) in together {
        let units = reached.remove(&outreach).unwrap_or_default();
        let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
        for (place, unit) in (0_u32..).zip(units) {
            *totals.entry(unit).or_insert(0) +=
                i64::from(share_of_list(number(animals), count, place));
        }
    }
    Ok(Waiting { units: totals, read: i64::try_from(all.len()).unwrap_or(i64::MAX) })
}

/// The units in which the register knows that people live.
async fn homes(tx: &mut Tx, served: &Served) -> Result<HashMap<Uuid, String>, StoreError> {
    let owners = tx.owners_with_ids(&served.owners).await?.into_iter();
    Ok(owners.filter_map(|owner| Some((owner.id, owner.unit?))).collect())
}

/// Notes of bookings whose people are about to be forgotten how their waiting ended, so that it
/// still counts that it did. Whoever waits now is not known any more afterwards, and counts until
/// the list does not.
///
/// # Errors
/// A failed database.
pub(crate) async fn settle(tx: &mut Tx, bookings: &[Uuid]) -> Result<(), StoreError> {
    tx.settle_elsewhere(bookings, Settled::Elsewhere.code()).await?;
    let rows = tx.waiting_of(bookings).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let served = Served::read(tx, &rows).await?;
    let mut over = Vec::new();
    for (row, person) in rows.iter().zip(&served.people) {
        if !served.waits(row, person)? {
            over.push(row.id);
        }
    }
    tx.settle_waiting(&over, Settled::Served.code()).await?;
    Ok(())
}

/// One of those who wait.
struct Person {
    /// The owner, when the register knows them.
    owner: Option<Uuid>,
    /// The unit where they said that they live.
    unit: Option<String>,
}

/// What was done for those who wait.
struct Served {
    /// Who waits in each row, in their order.
    people: Vec<Person>,
    /// Those of them whom the register knows, each once.
    owners: Vec<Uuid>,
    /// When each of them had a service of each kind last.
    last: HashMap<Uuid, Vec<(ServiceKind, Timestamp)>>,
}

impl Served {
    async fn read(tx: &mut Tx, rows: &[WaitRow]) -> Result<Self, StoreError> {
        let mut said = Vec::with_capacity(rows.len());
        let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows {
            let (document, unit) = said_of(row);
            if let Some((kind, key)) = &document {
                wanted.entry(kind.clone()).or_default().push(key.clone());
            }
            said.push((document, unit));
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let found = tx.owners_with_documents(&wanted).await?.into_iter();
        let known: HashMap<_, _> =
            found.map(|(kind, key, owner, _)| ((kind, key), owner)).collect();
        let person = |(row, (document, unit)): (&WaitRow, Said)| {
            let owner = document.and_then(|document| known.get(&document).copied());
            Person { owner: owner.or(row.owner_id), unit }
        };
        let people: Vec<_> = rows.iter().zip(said).map(person).collect();
        let mut owners: Vec<_> = people.iter().filter_map(|person| person.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let mut last: HashMap<Uuid, Vec<_>> = HashMap::new();
        for row in tx.last_services(&owners).await? {
            let kind = code(&row.kind, ServiceKind::from_code)?;
            last.entry(row.owner_id).or_default().push((kind, Timestamp(row.last_at)));
        }
        Ok(Self { people, owners, last })
    }

    /// Whether somebody still waits for it.
    fn waits(&self, row: &WaitRow, person: &Person) -> Result<bool, StoreError> {
        let offering = code(&row.offering, Offering::from_code)?;
        let had = person.owner.and_then(|owner| self.last.get(&owner)).into_iter().flatten();
        let fitting = had.filter(|(kind, _)| offering.is_served_by(*kind));
        Ok(still_waits(Timestamp(row.created_at), fitting.map(|(_, at)| *at).max()))
    }
}

/// Kind and key of a document, and the unit where its owner lives, as far as they are known.
type Said = (Option<(String, String)>, Option<String>);

/// What is said of who waits; nothing of one that was erased, and no document that has no number.
/// What cannot be read says nothing, for it has to be forgotten all the same.
fn said_of(row: &WaitRow) -> Said {
    let Ok(Whose { document, unit }) = from_json(&row.details) else { return (None, None) };
    let key = document.key().map(|key| (document.kind().code().to_owned(), key));
    (key, unit.map(|unit| unit.to_string()))
}
