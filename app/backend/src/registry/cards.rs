//! Owners with their animals and what was done to them, for lists: a handful of queries, however
//! many owners there are.

use domain::id::{DocumentId, OutreachId, ServiceId};
use domain::rnm;
use domain::service::ServiceKind;
use domain::view::{AnimalCard, OwnerCard, ServiceLine};
use std::collections::HashMap;
use uuid::Uuid;

use crate::error::Error;
use crate::records::{self, AnimalRecord, OwnerRecord, code};
use crate::store::{StoreError, Tx};

/// An owner with all its animals and their services.
///
/// # Errors
/// A failed database.
pub async fn owner_card(tx: &mut Tx, owner: OwnerRecord) -> Result<OwnerCard, Error> {
    let card = owner_cards(tx, vec![owner]).await?.pop();
    Ok(card.ok_or(StoreError::Inconsistent("an owner has no card"))?)
}

/// Owners with all their animals and their services, in the order given.
///
/// # Errors
/// A failed database.
pub async fn owner_cards(tx: &mut Tx, owners: Vec<OwnerRecord>) -> Result<Vec<OwnerCard>, Error> {
    let mut everybody: Vec<Uuid> = owners.iter().map(|owner| owner.id.0).collect();
    let merged: HashMap<Uuid, Uuid> = tx.merged_owner_ids(&everybody).await?.into_iter().collect();
    everybody.extend(merged.keys());
    let mut herds: HashMap<Uuid, Vec<AnimalRecord>> = HashMap::new();
    let mut ids = Vec::new();
    for row in tx.animals_of(&everybody).await? {
        let animal = AnimalRecord::try_from(row)?;
        ids.push(animal.id.0);
        let owner = merged.get(&animal.owner.0).copied().unwrap_or(animal.owner.0);
        herds.entry(owner).or_default().push(animal);
    }
    let mut known = Known::of(tx, ids).await?;
    let cards = owners.into_iter().map(|owner| {
        let herd = herds.remove(&owner.id.0).unwrap_or_default();
        let mut animals: Vec<_> =
            herd.into_iter().map(|animal| known.card(&owner, animal)).collect();
        animals.sort_by_key(|animal| animal.vital_state);
        OwnerCard { id: owner.id, details: owner.details, animals }
    });
    Ok(cards.collect())
}

/// What is known of some animals beside their own rows, by the kept animal.
struct Known {
    chips: HashMap<Uuid, domain::chip_number::ChipNumber>,
    services: HashMap<Uuid, Vec<ServiceLine>>,
}

impl Known {
    async fn of(tx: &mut Tx, mut ids: Vec<Uuid>) -> Result<Self, Error> {
        let (mut chips, mut kept) = (HashMap::new(), HashMap::new());
        for row in tx.merged_chips(&ids).await? {
            ids.push(row.id);
            kept.insert(row.id, row.merged_into);
            if let Some(chip) = row.chip.as_deref() {
                chips.entry(row.merged_into).or_insert(records::chip(chip)?);
            }
        }
        let documents: HashMap<Uuid, Uuid> = tx.document_ids_of(&ids).await?.into_iter().collect();
        let mut services: HashMap<Uuid, Vec<ServiceLine>> = HashMap::new();
        for row in tx.service_lines_of(&ids).await? {
            let animal = kept.get(&row.animal_id).copied().unwrap_or(row.animal_id);
            services.entry(animal).or_default().push(ServiceLine {
                id: ServiceId(row.id),
                kind: code(&row.kind, ServiceKind::from_code)?,
                on: records::date(&row.performed_on)?,
                outreach: row.outreach_id.map(OutreachId),
                annulled: row.annulled_at.is_some(),
                document: documents.get(&row.id).copied().map(DocumentId),
            });
        }
        Ok(Self { chips, services })
    }

    fn card(&mut self, owner: &OwnerRecord, animal: AnimalRecord) -> AnimalCard {
        AnimalCard {
            id: animal.id,
            owner: owner.id,
            rnm_lacks: rnm::lacks(&owner.details, &animal.details),
            details: animal.details,
            chip: animal.chip.or_else(|| self.chips.remove(&animal.id.0)),
            vital_state: animal.vital_state,
            rnm_state: animal.rnm_state,
            rnm_number: animal.rnm_number,
            services: self.services.remove(&animal.id.0).unwrap_or_default(),
        }
    }
}
