//! The sheets of the register: whole for who may see them, masked for the auditor.

use domain::chip_number::ChipNumber;
use domain::desk::sheet::{
    AnimalLine, AnimalSheet, ConsentSheet, Found, FoundOwner, Look, OwnerLines, OwnerSheet,
    ServiceSheet,
};
use domain::id::{AnimalId, OwnerId, StaffId};
use domain::name::ShortText;
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::rnm;
use domain::role::{Caller, UseCase, allows};
use domain::service::ServiceDetails;
use domain::timestamp::Timestamp;
use domain::view::AnimalCard;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use super::{act, chronicle, may, signature};
use crate::actor::Actor;
use crate::error::Error;
use crate::history::Subject;
use crate::office::Office;
use crate::owner_access::own::MOST_PACKS;
use crate::pictures;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord};
use crate::registry;
use crate::store::vocabulary::owner::OwnerRow;
use crate::store::{StoreError, Tx};
use crate::submissions::{may_answer, was_there};

/// Most looks that a sheet shows.
const MOST_LOOKS: i64 = 50;

/// Finds owners by chip, RUN, telephone or names; masked for who may not see them whole. Every
/// owner shown learns that somebody looked.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`].
pub async fn search(office: &Office, actor: Actor, text: &str) -> Result<Found, Error> {
    may(&actor, UseCase::ReadRegistryMasked)?;
    let result = registry::lookup::find_owners(office, actor, text).await?;
    let whole = sees_whole(&actor);
    let owners = result.owners.into_iter().map(|card| FoundOwner {
        id: card.id,
        lines: lines(&card.details, whole),
        animals: card.animals.into_iter().map(animal_line).collect(),
    });
    Ok(Found { owners: owners.collect(), more: result.more })
}

fn animal_line(card: AnimalCard) -> AnimalLine {
    AnimalLine {
        id: card.id,
        name: card.details.name.to_string(),
        species: card.details.species,
        chip: card.chip,
        vital_state: card.vital_state,
        rnm_state: card.rnm_state,
    }
}

/// Whether the caller sees personal data as they are.
pub(crate) fn sees_whole(actor: &Actor) -> bool {
    actor.caller().is_none_or(|caller| allows(caller, UseCase::ReadRegistry))
}

/// What stands for words that somebody may not read.
fn hidden() -> String {
    "···".to_owned()
}

/// What somebody wrote in their own words, which may tell anything of anybody: for who sees
/// personal data masked, that there is something.
pub(crate) fn words(written: Option<String>, whole: bool) -> Option<String> {
    written.map(|written| if whole { written } else { hidden() })
}

/// An owner's data as people read them.
pub(crate) fn lines(details: &OwnerDetails, whole: bool) -> OwnerLines {
    let document = details.document.to_string();
    let commune = details.commune.map(|commune| commune.code());
    // What was typed may say more than a commune does.
    let elsewhere = |place: &ShortText<60>| if whole { place.to_string() } else { hidden() };
    let commune = commune.or_else(|| details.elsewhere.as_ref().map(elsewhere));
    if whole {
        return OwnerLines {
            name: details.name.full(),
            document,
            phone: details.phone.map(|phone| phone.to_string()),
            email: details.email.as_ref().map(ToString::to_string),
            address: details.address.as_ref().map(ToString::to_string),
            commune,
        };
    }
    let begun: String = document.chars().take(2).chain(hidden().chars()).collect();
    OwnerLines {
        name: details.name.masked(),
        document: details.document.run().map_or(begun, |run| run.masked()),
        phone: details.phone.map(|phone| phone.masked()),
        email: details.email.as_ref().map(|email| email.masked()),
        address: details.address.as_ref().map(|_| hidden()),
        commune,
    }
}

/// An owner's sheet. The owner learns that somebody looked.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OwnerUnknown`].
pub async fn owner(office: &Office, actor: Actor, id: OwnerId) -> Result<OwnerSheet, Error> {
    may(&actor, UseCase::ReadRegistryMasked)?;
    let sheet =
        office.store.read(move |tx| Box::pin(async move { owner_sheet(tx, actor, id).await }));
    let sheet = sheet.await?;
    registry::note_looks(office, actor, "sheet", std::iter::once(sheet.id)).await?;
    Ok(sheet)
}

async fn owner_sheet(tx: &mut Tx, actor: Actor, id: OwnerId) -> Result<OwnerSheet, Error> {
    let record = kept_owner(tx, id).await?;
    let whole = sees_whole(&actor);
    let card = registry::cards::owner_card(tx, record.clone()).await?;
    let names = chronicle::names(tx).await?;
    let mut looks = tx.lookups_of(record.id.0, false, MOST_LOOKS).await?;
    looks.extend(tx.lookups_of(record.id.0, true, MOST_PACKS).await?);
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    let looks = looks.into_iter().map(|look| Look {
        at: Timestamp(look.at),
        kind: look.kind,
        by: look.by_id.and_then(|by| names.get(&by).cloned()),
    });
    let mut merged = Vec::new();
    for row in tx.owners_merged_into(record.id.0).await? {
        let other = OwnerRecord::try_from(row)?;
        merged.push((other.id, lines(&other.details, whole).name));
    }
    let caller = actor.caller().unwrap_or(Caller::Public);
    Ok(OwnerSheet {
        id: record.id,
        lines: lines(&record.details, whole),
        details: allows(caller, UseCase::CorrectAny).then_some(record.details),
        updated_at: record.updated_at,
        animals: card.animals.into_iter().map(animal_line).collect(),
        merged,
        looks: looks.collect(),
        history: chronicle::of(tx, Subject::Owner(record.id), &actor).await?,
        act: act::fresh(),
    })
}

/// The owner itself, or the one it was merged into.
///
/// # Errors
/// [`Refusal::OwnerUnknown`]; a failed database.
pub async fn kept_owner(tx: &mut Tx, id: OwnerId) -> Result<OwnerRecord, Error> {
    let unknown = || Error::Refused(Refusal::OwnerUnknown);
    let record = OwnerRecord::try_from(tx.owner(id.0).await?.ok_or_else(unknown)?)?;
    match record.merged_into {
        Some(into) => Ok(OwnerRecord::try_from(tx.owner(into.0).await?.ok_or_else(unknown)?)?),
        None => Ok(record),
    }
}

/// The owners that stand for these ones, by the identifiers asked for, in two queries.
///
/// # Errors
/// A failed database.
pub(crate) async fn kept_owners(
    tx: &mut Tx,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, OwnerRecord>, Error> {
    let ids: Vec<_> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let records = |rows: Vec<OwnerRow>| {
        let known = rows.into_iter().map(|row| Ok((row.id, OwnerRecord::try_from(row)?)));
        known.collect::<Result<HashMap<_, _>, StoreError>>()
    };
    let mut owners = records(tx.owners_with_ids(&ids).await?)?;
    let kept: Vec<_> =
        owners.values().filter_map(|owner| owner.merged_into).map(|into| into.0).collect();
    let kept = records(tx.owners_with_ids(&kept).await?)?;
    for owner in owners.values_mut() {
        if let Some(into) = owner.merged_into.and_then(|into| kept.get(&into.0)) {
            *owner = into.clone();
        }
    }
    Ok(owners)
}

/// An animal's sheet. Its owner learns that somebody looked.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::AnimalUnknown`].
pub async fn animal(office: &Office, actor: Actor, id: AnimalId) -> Result<AnimalSheet, Error> {
    may(&actor, UseCase::ReadRegistryMasked)?;
    let inside = office.clone();
    let sheet = office
        .store
        .read(move |tx| Box::pin(async move { animal_sheet(tx, &inside, actor, id).await }))
        .await?;
    registry::note_looks(office, actor, "sheet", std::iter::once(sheet.owner)).await?;
    Ok(sheet)
}

async fn animal_sheet(
    tx: &mut Tx,
    office: &Office,
    actor: Actor,
    id: AnimalId,
) -> Result<AnimalSheet, Error> {
    let mut record = kept_animal(tx, id).await?;
    let whole = sees_whole(&actor);
    let owner = kept_owner(tx, record.owner).await?;
    let mut ids = vec![record.id.0];
    let (mut merged, mut chip) = (Vec::new(), record.chip);
    for row in tx.animals_merged_into(record.id.0).await? {
        let other = AnimalRecord::try_from(row)?;
        ids.push(other.id.0);
        chip = chip.or(other.chip);
        merged.push((other.id, other.details.name.to_string()));
    }
    let documents = tx.documents_of(&ids).await?;
    let mut documents = signature::lines(tx, documents).await?;
    for line in &mut documents {
        line.ended = words(line.ended.take(), whole);
    }
    let lacks = match chip {
        Some(_) => rnm::lacks(&owner.details, &record.details),
        None => Vec::new(),
    };
    if !whole {
        record.details.declaration = None;
    }
    let caller = actor.caller().unwrap_or(Caller::Public);
    Ok(AnimalSheet {
        id: record.id,
        owner: owner.id,
        owner_name: lines(&owner.details, whole).name,
        owner_has_email: owner.details.email.is_some(),
        details: record.details,
        chip,
        vital_state: record.vital_state,
        vital_since: record.vital_since,
        rnm_state: record.rnm_state,
        rnm_number: record.rnm_number,
        rnm_reason: words(record.rnm_reason, whole),
        rnm_lacks: lacks,
        services: services(tx, &ids, (whole, allows(caller, UseCase::CorrectAny))).await?,
        documents,
        pictures: pictures::of_animals(tx, &actor, &ids).await?,
        merged,
        history: chronicle::of(tx, Subject::Animal(record.id), &actor).await?,
        today: office.day_of(office.clock.now()),
        may_change: allows(caller, UseCase::CorrectAny),
        act: act::fresh(),
    })
}

/// The animal itself, or the one it was merged into.
///
/// # Errors
/// [`Refusal::AnimalUnknown`]; a failed database.
pub async fn kept_animal(tx: &mut Tx, id: AnimalId) -> Result<AnimalRecord, Error> {
    let unknown = || Error::Refused(Refusal::AnimalUnknown);
    let record = AnimalRecord::try_from(tx.animal(id.0).await?.ok_or_else(unknown)?)?;
    match record.merged_into {
        Some(into) => Ok(AnimalRecord::try_from(tx.animal(into.0).await?.ok_or_else(unknown)?)?),
        None => Ok(record),
    }
}

async fn services(
    tx: &mut Tx,
    animals: &[Uuid],
    (whole, may_correct): (bool, bool),
) -> Result<Vec<ServiceSheet>, Error> {
    let names = chronicle::names(tx).await?;
    let rows = tx.services_of(animals).await?;
    let mut outreaches: Vec<_> = rows.iter().filter_map(|row| row.outreach_id).collect();
    outreaches.sort_unstable();
    outreaches.dedup();
    let mut team = match may_correct {
        true => tx.ever_in_team(&outreaches).await?,
        false => Vec::new(),
    };
    team.retain(may_answer);
    let mut sheets = Vec::new();
    for row in rows {
        let at = row.outreach_id;
        let reason = row.annulled_reason.clone();
        let mut service = ServiceRecord::try_from(row)?;
        let done_at = service.performed_at;
        let mut here: Vec<_> = team
            .iter()
            .filter(|member| Some(member.outreach_id) == at && was_there(member, done_at))
            .map(|one| (StaffId(one.staff_id), one.name.clone()))
            .collect();
        here.dedup();
        let consent = consent(&mut service.details, whole);
        if !whole {
            hide_remarks(&mut service.details);
        }
        let outreach = match service.outreach {
            Some(id) => tx.outreach(id.0).await?.map(|outreach| outreach.name),
            None => None,
        };
        sheets.push(ServiceSheet {
            id: service.id,
            kind: service.kind,
            on: service.performed_on,
            at: service.performed_at,
            outreach,
            veterinarian: service.veterinarian.and_then(|id| names.get(&id.0).cloned()),
            veterinarian_id: service.veterinarian,
            veterinarians: here,
            details: service.details,
            consent,
            annulled: words(service.annulled_at.map(|_| reason.unwrap_or_default()), whole),
        });
    }
    Ok(sheets)
}

/// Takes the owner's signature out of a surgery; answers how its consent is kept, with the strokes
/// for who sees personal data whole.
fn consent(details: &mut ServiceDetails, whole: bool) -> Option<ConsentSheet> {
    let ServiceDetails::Sterilisation(surgery) = details else { return None };
    let signature = surgery.consent_signature.take();
    surgery.consent.then(|| match signature {
        Some(drawing) => ConsentSheet::Signed { drawing: whole.then_some(drawing) },
        None => ConsentSheet::Unsigned,
    })
}

/// Leaves of a surgery's remarks that there are some.
fn hide_remarks(details: &mut ServiceDetails) {
    if let ServiceDetails::Sterilisation(surgery) = details
        && surgery.remarks.is_some()
    {
        surgery.remarks = ShortText::parse(&hidden()).ok();
    }
}

/// The one animal or owner that a chip, a RUN or an identifier names, for acts that need a second
/// record: merging, and moving an animal to somebody.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::OwnerUnknown`] when it names none or several.
pub async fn one_owner(office: &Office, actor: Actor, text: &str) -> Result<FoundOwner, Error> {
    may(&actor, UseCase::MergeRecords)?;
    let found = search(office, actor, text).await?;
    let mut owners = found.owners.into_iter();
    match (owners.next(), owners.next()) {
        (Some(owner), None) => Ok(owner),
        _ => Err(Error::Refused(Refusal::OwnerUnknown)),
    }
}

/// Chips as the store writes them, for lists.
pub(crate) fn chip_of(text: Option<&str>) -> Option<ChipNumber> {
    text.and_then(|text| ChipNumber::from_digits(text).ok())
}
