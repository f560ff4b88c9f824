//! Slips: the paper by which an owner without e-mail comes to the documents, printed again or with
//! another code.

use domain::booking::Offering;
use domain::certificate::DocumentKind;
use domain::chip_number::ChipNumber;
use domain::document::{DocumentFacts, DocumentState};
use domain::id::{DocumentId, OwnerId};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::HashSet;
use uuid::Uuid;

use super::{find, kind_and_state};
use crate::actor::{Actor, authorise};
use crate::clock;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{AnimalRecord, from_json};
use crate::registry::carried::chip_of;
use crate::store::vocabulary::document::DocumentRow;
use crate::store::{StoreError, Tx};
use crate::submissions::slip_hash;

/// What a slip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Whose document it leads to.
    pub owner: OwnerId,
    /// Name of the issuing body.
    pub issuer: String,
    /// The animal's name.
    pub name: String,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Local day of the service.
    pub on: CivilDate,
    /// The code of ten base32 characters.
    pub code: String,
    /// The document's verification address; none while it waits for a signature.
    pub link: Option<String>,
}

/// What the slip of a document says, for who may hand it over.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::DocumentUnknown`], also for a document that is not theirs to
/// see or has no slip.
pub async fn slip(office: &Office, actor: Actor, id: DocumentId) -> Result<Slip, Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    let inside = office.clone();
    office.store.read(move |tx| Box::pin(async move { read(tx, &inside, actor, id).await })).await
}

async fn read(tx: &mut Tx, office: &Office, actor: Actor, id: DocumentId) -> Result<Slip, Error> {
    let unknown = || Error::Refused(Refusal::DocumentUnknown);
    let row = find(tx, id).await?;
    if !may_hand_over(tx, &actor, &row).await? {
        return Err(unknown());
    }
    let seed = row.slip_seed.ok_or_else(unknown)?;
    let gone = || StoreError::Inconsistent("a document's animal is gone");
    let mut animal = AnimalRecord::try_from(tx.animal(row.animal_id).await?.ok_or_else(gone)?)?;
    let chip = chip_of(tx, &animal).await?;
    if let Some(into) = animal.merged_into {
        animal = AnimalRecord::try_from(tx.animal(into.0).await?.ok_or_else(gone)?)?;
    }
    Ok(Slip {
        owner: OwnerId(row.owner_id),
        issuer: issuer(tx, office, &row).await?,
        name: animal.details.name.to_string(),
        chip,
        on: office.day_of(Timestamp(row.created_at)),
        code: office.slip_code(seed),
        link: row.link.as_deref().map(|link| office.verify_url(link)),
    })
}

/// Who issues the document, as it says or will say.
async fn issuer(tx: &mut Tx, office: &Office, row: &DocumentRow) -> Result<String, Error> {
    if let Some(facts) = &row.facts {
        return Ok(from_json::<DocumentFacts>(facts)?.issuer);
    }
    let mut issuer = String::new();
    if let Some(outreach) = row.outreach_id
        && let Some(outreach) = tx.outreach(outreach).await?
    {
        let offered = tx.offering(outreach.id, offered_as(row)?.code()).await?;
        let named = offered.and_then(|offered| offered.programme_id);
        let programme = tx.programme(named.unwrap_or(outreach.programme_id)).await?;
        issuer = programme.map(|programme| programme.issuer).unwrap_or_default();
    }
    Ok(office.issuer_of(issuer))
}

/// Under what was offered that a document certifies; the municipality's own is about a chip.
fn offered_as(row: &DocumentRow) -> Result<Offering, StoreError> {
    Ok(match kind_and_state(row)?.0 {
        DocumentKind::Sterilisation => Offering::Sterilisation,
        DocumentKind::ImplantationVoucher
        | DocumentKind::VerificationVoucher
        | DocumentKind::Rnm => Offering::Chip,
    })
}

/// Gives a document a slip with another code: for an owner whose code was tried too often, was lost
/// or was never printed. The code before opens nothing any more.
///
/// # Errors
/// As [`slip`]; [`Refusal::DocumentNotValid`] for a document that has ended.
pub async fn renew_slip(office: &Office, actor: Actor, id: DocumentId) -> Result<(), Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    let (now, seed) = (office.clock.now(), clock::fresh_id());
    let hash = slip_hash(&office.slip_code(seed));
    office
        .store
        .write_with(hash, move |tx, hash| {
            Box::pin(async move {
                let row = find(tx, id).await?;
                if !may_hand_over(tx, &actor, &row).await? {
                    return Err(Error::Refused(Refusal::DocumentUnknown));
                }
                if !tx.set_slip(id.0, seed, hash).await? {
                    return Err(Error::Refused(Refusal::DocumentNotValid));
                }
                let subject = Subject::Animal(row.animal_id.into());
                let entry = Entry::new(subject, "slip_renewed", actor, now, &id)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// Whether a member of staff may see a document: who may hand it over, and a veterinarian those in
/// the own name, wherever they were issued (contracts, section 3).
///
/// # Errors
/// A failed database.
pub async fn may_see(tx: &mut Tx, actor: &Actor, row: &DocumentRow) -> Result<bool, Error> {
    let is_own = row.veterinarian_id.is_some() && row.veterinarian_id == actor.id();
    Ok(is_own || may_hand_over(tx, actor, row).await?)
}

/// Whether a member of staff may give a document's slip to its owner, all of whose records it
/// opens: a coordinator every one, others those of the outreaches they work at.
async fn may_hand_over(tx: &mut Tx, actor: &Actor, row: &DocumentRow) -> Result<bool, Error> {
    Ok(handed_over(tx, actor, std::slice::from_ref(row)).await?.contains(&row.id))
}

/// Those of some documents that a member of staff may hand over.
pub(crate) async fn handed_over(
    tx: &mut Tx,
    actor: &Actor,
    rows: &[DocumentRow],
) -> Result<HashSet<Uuid>, Error> {
    if allows(actor.caller().unwrap_or(Caller::Public), UseCase::CorrectAny) {
        return Ok(rows.iter().map(|row| row.id).collect());
    }
    let outreaches: Vec<Uuid> = rows.iter().filter_map(|row| row.outreach_id).collect();
    let mut team = tx.team(&outreaches).await?;
    team.retain(|member| Some(member.staff_id) == actor.id());
    let works_at = |outreach: Uuid| team.iter().any(|member| member.outreach_id == outreach);
    let own = rows.iter().filter(|row| row.outreach_id.is_some_and(works_at));
    Ok(own.map(|row| row.id).collect())
}

/// Whether a document can have a slip: it is in force or waits.
pub(crate) fn can_have_slip(row: &DocumentRow) -> Result<bool, StoreError> {
    let state = kind_and_state(row)?.1;
    Ok(matches!(state, DocumentState::Issued | DocumentState::Waiting))
}
