//! Who was served at an outreach: the list that leaves the house.

use domain::id::{AnimalId, OutreachId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::actor::Actor;
use crate::desk::may;
use crate::desk::register::kept_owners;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord};
use crate::registry;
use crate::store::{StoreError, Tx};

/// Services that one statement reads.
const PAGE: i64 = 2_000;
/// Identifiers that one statement is asked for: SQLite takes 32,766 values in one.
const AT_ONCE: usize = 1_000;

/// An animal that was served, with its owner.
#[derive(Clone, Debug)]
pub struct Beneficiary {
    /// Whose it is.
    pub owner: OwnerRecord,
    /// The animal.
    pub animal: AnimalRecord,
    /// What was done, oldest first; nothing that was annulled.
    pub services: Vec<ServiceRecord>,
}

/// Who was served at an outreach, in the order in which they were. Its owners see that it was taken
/// out, and the history of who took it tells how many there were.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn beneficiaries(
    office: &Office,
    actor: Actor,
    id: OutreachId,
) -> Result<Vec<Beneficiary>, Error> {
    may(&actor, UseCase::Export)?;
    let list = office
        .store
        .read(move |tx| {
            Box::pin(async move {
                tx.outreach(id.0).await?.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
                served(tx, id).await
            })
        })
        .await?;
    let owners: BTreeSet<_> = list.iter().map(|one| one.owner.id).collect();
    let owners: Vec<_> = owners.into_iter().collect();
    for some in owners.chunks(AT_ONCE) {
        registry::note_looks(office, actor, "export", some.iter().copied()).await?;
    }
    let body = serde_json::json!({
        "list": "beneficiaries", "outreach": id, "animals": list.len(),
    });
    let now = office.clock.now();
    let entry = Entry::new(Subject::acting(&actor), "list_exported", actor, now, &body)?;
    office
        .store
        .write_with(entry, |tx, entry| Box::pin(async move { history::append(tx, entry).await }))
        .await?;
    Ok(list)
}

async fn served(tx: &mut Tx, id: OutreachId) -> Result<Vec<Beneficiary>, Error> {
    let (mut services, mut offset) = (Vec::new(), 0);
    loop {
        let rows = tx.services_of_outreach(id.0, PAGE, offset).await?;
        let taken = i64::try_from(rows.len()).unwrap_or(PAGE);
        for row in rows.into_iter().filter(|row| row.annulled_at.is_none()) {
            services.push(ServiceRecord::try_from(row)?);
        }
        if taken < PAGE {
            break;
        }
        offset = offset.saturating_add(PAGE);
    }
    let mut animals = animals(tx, services.iter().map(|service| service.animal.0)).await?;
    let merged = animals.values().filter_map(|animal| animal.merged_into);
    let merged: Vec<_> = merged.map(|into| into.0).collect();
    let kept = self::animals(tx, merged.into_iter()).await?;
    for animal in animals.values_mut() {
        if let Some(into) = animal.merged_into.and_then(|into| kept.get(&into)) {
            *animal = into.clone();
        }
    }
    gathered(tx, services, &animals).await
}

/// Animals by identifier, some at a time.
async fn animals(
    tx: &mut Tx,
    ids: impl Iterator<Item = Uuid>,
) -> Result<BTreeMap<AnimalId, AnimalRecord>, StoreError> {
    let ids: BTreeSet<_> = ids.collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut animals = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        for row in tx.animals_with_ids(some).await? {
            animals.insert(AnimalId(row.id), AnimalRecord::try_from(row)?);
        }
    }
    Ok(animals)
}

/// Services by the animal that has them now, each animal where its first service stands.
async fn gathered(
    tx: &mut Tx,
    services: Vec<ServiceRecord>,
    animals: &BTreeMap<AnimalId, AnimalRecord>,
) -> Result<Vec<Beneficiary>, Error> {
    let gone = || StoreError::Inconsistent("an animal or its owner is gone");
    let mut owners = BTreeMap::new();
    let ids: BTreeSet<_> = animals.values().map(|animal| animal.owner.0).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    for some in ids.chunks(AT_ONCE) {
        owners.extend(kept_owners(tx, some.iter().copied()).await?);
    }
    let mut list: Vec<Beneficiary> = Vec::new();
    let mut places = BTreeMap::new();
    for service in services {
        let animal = animals.get(&service.animal).ok_or_else(gone)?;
        let place = *places.entry(animal.id).or_insert(list.len());
        if let Some(known) = list.get_mut(place) {
            known.services.push(service);
            continue;
        }
        let owner = owners.get(&animal.owner.0).cloned().ok_or_else(gone)?;
        list.push(Beneficiary { owner, animal: animal.clone(), services: vec![service] });
    }
    Ok(list)
}
