//! Who still waits for a place, of each neighbourhood unit. A list that outlives its outreach
//! must not speak for a unit for ever: the rule is [`domain::territory::ranking::still_waits`].

use domain::booking::Offering;
use domain::identity::IdentityDocument;
use domain::service::ServiceKind;
use domain::territory::ranking::{WAITS_DAYS, still_waits};
use domain::timestamp::{CivilDate, Timestamp};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use crate::records::{code, from_json};
use crate::store::vocabulary::territory::UnitWaitRow;
use crate::store::{StoreError, Tx};

/// How many who wait are looked for in the register at once.
const AT_ONCE: usize = 500;

/// Of a booking's details, whose it is.
#[derive(Deserialize)]
struct Whose {
    document: IdentityDocument,
}

/// How many animals wait in each unit.
///
/// # Errors
/// A failed database.
pub(super) async fn of_units(
    tx: &mut Tx,
    today: CivilDate,
) -> Result<HashMap<String, i64>, StoreError> {
    let since = CivilDate::from_days(today.days() - WAITS_DAYS).to_string();
    let mut totals = HashMap::new();
    for rows in tx.units_waiting(&since).await?.chunks(AT_ONCE) {
        let served = Served::read(tx, rows).await?;
        for (row, owner) in rows.iter().zip(&served.owners) {
            let last_at = match owner {
                Some(owner) => served.last_at(*owner, &row.offering)?,
                None => None,
            };
            if still_waits(Timestamp(row.created_at), last_at) {
                *totals.entry(row.unit.clone()).or_insert(0) += row.places;
            }
        }
    }
    Ok(totals)
}

/// What was done for those who wait.
struct Served {
    /// The owner of each row, in their order; none whom the register does not know.
    owners: Vec<Option<Uuid>>,
    /// When each of them had a service of each kind last.
    last: HashMap<Uuid, Vec<(ServiceKind, Timestamp)>>,
}

impl Served {
    async fn read(tx: &mut Tx, rows: &[UnitWaitRow]) -> Result<Self, StoreError> {
        let mut documents = Vec::with_capacity(rows.len());
        let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows {
            let document = document_of(row)?;
            if let Some((kind, key)) = &document {
                wanted.entry(kind.clone()).or_default().push(key.clone());
            }
            documents.push(document);
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let found = tx.owners_with_documents(&wanted).await?.into_iter();
        let known: HashMap<_, _> =
            found.map(|(kind, key, owner, _)| ((kind, key), owner)).collect();
        let of = |document: Option<(String, String)>| known.get(&document?).copied();
        let owners: Vec<_> =
            rows.iter().zip(documents).map(|(row, whose)| of(whose).or(row.owner_id)).collect();
        let mut ids: Vec<_> = owners.iter().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut last: HashMap<Uuid, Vec<_>> = HashMap::new();
        for row in tx.last_services(&ids).await? {
            let kind = code(&row.kind, ServiceKind::from_code)?;
            last.entry(row.owner_id).or_default().push((kind, Timestamp(row.last_at)));
        }
        Ok(Self { owners, last })
    }

    /// When an owner had what is waited for last.
    fn last_at(&self, owner: Uuid, offering: &str) -> Result<Option<Timestamp>, StoreError> {
        let offering = code(offering, Offering::from_code)?;
        let of = self.last.get(&owner).into_iter().flatten();
        let fitting = of.filter(|(kind, _)| offering.is_served_by(*kind));
        Ok(fitting.map(|(_, at)| *at).max())
    }
}

/// Kind and key of the document of who waits; nothing of one that was erased or has no number.
fn document_of(row: &UnitWaitRow) -> Result<Option<(String, String)>, StoreError> {
    if row.details.is_empty() {
        return Ok(None);
    }
    let document = from_json::<Whose>(&row.details)?.document;
    Ok(document.key().map(|key| (document.kind().code().to_owned(), key)))
}
