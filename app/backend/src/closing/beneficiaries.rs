//! Who was served at an outreach: the list that leaves the house.

use domain::id::{AnimalId, OutreachId, OwnerId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::tenure::{Left, owner_then};
use domain::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::actor::Actor;
use crate::desk::may;
use crate::desk::register::kept_owners;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::planning;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord};
use crate::registry;
use crate::registry::carried::with_chips;
use crate::store::{StoreError, Tx};

/// Services that one statement reads.
const PAGE: i64 = 2_000;
/// Identifiers that one statement is asked for: SQLite takes 32,766 values in one.
const AT_ONCE: usize = 1_000;

/// An animal that was served, with whose it was then: one that went to somebody else between two
/// services is there once for each.
#[derive(Clone, Debug)]
pub struct Beneficiary {
    /// Whose it was, as the register knows them now; nobody by name who was erased since.
    pub owner: OwnerRecord,
    /// The animal.
    pub animal: AnimalRecord,
    /// What was done, oldest first; nothing that was annulled, no surgery that was not performed.
    pub services: Vec<ServiceRecord>,
    /// The names of the programmes that paid for it.
    pub programmes: Vec<String>,
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
                let row = tx.outreach(id.0).await?;
                let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
                let mut list = served(tx, id).await?;
                name_payers(tx, (id, row.programme_id), &mut list).await?;
                Ok::<_, Error>(list)
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
        for row in rows.into_iter().filter(|row| row.annulled_at.is_none() && row.counts) {
            services.push(ServiceRecord::try_from(row)?);
        }
        if taken < PAGE {
            break;
        }
        offset = offset.saturating_add(PAGE);
    }
    let mut animals = animals(tx, services.iter().map(|service| service.animal.0)).await?;
    let owners = owners_then(tx, &services, &animals).await?;
    let merged = animals.values().filter_map(|animal| animal.merged_into);
    let merged: Vec<_> = merged.map(|into| into.0).collect();
    let kept = self::animals(tx, merged.into_iter()).await?;
    for animal in animals.values_mut() {
        if let Some(into) = animal.merged_into.and_then(|into| kept.get(&into)) {
            *animal = into.clone();
        }
    }
    let served = services.into_iter().zip(owners).collect();
    gathered(tx, served, &animals).await
}

/// Says who paid for what was done.
async fn name_payers(
    tx: &mut Tx,
    (outreach, own): (OutreachId, Uuid),
    list: &mut [Beneficiary],
) -> Result<(), StoreError> {
    let funding = planning::funding(tx, (outreach.0, own)).await?;
    let known = tx.programmes().await?;
    for one in list {
        for service in &one.services {
            let paid = known.iter().find(|row| row.id == funding.of(service.kind).0);
            if let Some(row) = paid.filter(|row| !one.programmes.contains(&row.name)) {
                one.programmes.push(row.name.clone());
            }
        }
    }
    Ok(())
}

/// Whose each animal was when it was served, in the order of the services. What was merged since is
/// of whom its own record says; whoever was erased since is still nobody else.
async fn owners_then(
    tx: &mut Tx,
    services: &[ServiceRecord],
    animals: &BTreeMap<AnimalId, AnimalRecord>,
) -> Result<Vec<OwnerId>, StoreError> {
    let ids: Vec<_> = animals.keys().map(|animal| animal.0).collect();
    let mut left: BTreeMap<AnimalId, Vec<Left>> = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        for row in tx.tenures_of(some).await? {
            let one = Left { owner: OwnerId(row.owner_id), at: Timestamp(row.left_at) };
            left.entry(AnimalId(row.animal_id)).or_default().push(one);
        }
    }
    let then = |service: &ServiceRecord| {
        let left = left.get(&service.animal).map(Vec::as_slice).unwrap_or_default();
        let now = || animals.get(&service.animal).map(|animal| animal.owner);
        owner_then(left, service.performed_at).or_else(now).ok_or_else(gone)
    };
    services.iter().map(then).collect()
}

const fn gone() -> StoreError {
    StoreError::Inconsistent("an animal or its owner is gone")
}

/// Animals by identifier, some at a time, with their chips.
async fn animals(
    tx: &mut Tx,
    ids: impl Iterator<Item = Uuid>,
) -> Result<BTreeMap<AnimalId, AnimalRecord>, StoreError> {
    let ids: BTreeSet<_> = ids.collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut animals = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows = tx.animals_with_ids(some).await?;
        for animal in with_chips(tx, rows).await? {
            animals.insert(animal.id, animal);
        }
    }
    Ok(animals)
}

/// Services by the animal that has them now and by whose it was, each where its first stands.
async fn gathered(
    tx: &mut Tx,
    served: Vec<(ServiceRecord, OwnerId)>,
    animals: &BTreeMap<AnimalId, AnimalRecord>,
) -> Result<Vec<Beneficiary>, Error> {
    let mut owners = BTreeMap::new();
    let ids: BTreeSet<_> = served.iter().map(|(_, owner)| owner.0).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    for some in ids.chunks(AT_ONCE) {
        owners.extend(kept_owners(tx, some.iter().copied()).await?);
    }
    let mut list: Vec<Beneficiary> = Vec::new();
    let mut places = BTreeMap::new();
    for (service, owner) in served {
        let animal = animals.get(&service.animal).ok_or_else(gone)?;
        let owner = owners.get(&owner.0).ok_or_else(gone)?;
        let place = *places.entry((animal.id, owner.id)).or_insert(list.len());
        if let Some(known) = list.get_mut(place) {
            known.services.push(service);
            continue;
        }
        let (owner, animal) = (owner.clone(), animal.clone());
        let (services, programmes) = (vec![service], Vec::new());
        list.push(Beneficiary { owner, animal, services, programmes });
    }
    Ok(list)
}
