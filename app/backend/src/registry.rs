//! Reading the register: what the field page and the coordination need, and who looked.

use domain::chip_number::ChipNumber;
use domain::contact::Phone;
use domain::id::{AnimalId, DocumentId, OutreachId, OwnerId, StaffId};
use domain::identity::IdentityDocument;
use domain::name::search_key;
use domain::outreach::ResponsibleVeterinarian;
use domain::refusal::Refusal;
use domain::rnm;
use domain::role::{Role, UseCase, allows};
use domain::run::Run;
use domain::service::ServiceKind;
use domain::submission::Masked;
use domain::timestamp::CivilDate;
use domain::view::{
    AnimalCard, ChipStatus, FieldSetup, OutreachView, OwnerCard, SearchResult, ServiceCount,
    ServiceLine, StaffView,
};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::error::Error;
use crate::office::Office;
use crate::records::{self, AnimalRecord, OwnerRecord, ServiceRecord, code};
use crate::store::vocabulary::owner::OwnerRow;
use crate::store::vocabulary::programme::OutreachRow;
use crate::store::vocabulary::task::LookupRow;
use crate::store::{StoreError, Tx};

/// Most owners a search answers.
const MOST_OWNERS: i64 = 20;
/// Days back that an outreach is still offered, since a phone brings its day home late.
const DAYS_BACK: i64 = 14;
/// Days ahead that an outreach is offered.
const DAYS_AHEAD: i64 = 60;

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
    let outreaches =
        office.store.read(move |tx| Box::pin(field_outreaches(tx, id, role, today))).await?;
    Ok(FieldSetup {
        staff: StaffView { id, name, role },
        server_now: now,
        zone: office.zone.clone(),
        demonstration: office.demonstration,
        link_prefix: office.link_prefix(),
        outreaches,
    })
}

async fn field_outreaches(
    tx: &mut Tx,
    staff: StaffId,
    role: Role,
    today: CivilDate,
) -> Result<Vec<OutreachView>, Error> {
    let from = CivilDate::from_days(today.days() - DAYS_BACK);
    let to = CivilDate::from_days(today.days() + DAYS_AHEAD);
    let mut rows = if allows(role.into(), UseCase::PlanOutreaches) {
        tx.outreaches_between(&from.to_string(), &to.to_string(), 100).await?
    } else {
        tx.outreaches_of(staff.0, &from.to_string()).await?
    };
    rows.sort_by_key(|row| {
        let day = records::date(&row.held_on).map_or(0, |day| day.days());
        ((day - today.days()).abs(), row.starts_at)
    });
    let mut views = Vec::new();
    for row in rows {
        let view = outreach_view(tx, row).await?;
        if view.outreach.status.takes_services() {
            views.push(view);
        }
    }
    Ok(views)
}

/// An outreach as the team sees it.
///
/// # Errors
/// A failed database.
pub async fn outreach_view(tx: &mut Tx, row: OutreachRow) -> Result<OutreachView, Error> {
    let gone = || StoreError::Inconsistent("an outreach's programme is gone");
    let programme = tx.programme(row.programme_id).await?.ok_or_else(gone)?;
    let host = match row.host_id {
        Some(host) => tx.organisation(host).await?,
        None => None,
    };
    let team = tx.team(row.id).await?;
    let counts = tx.count_services(row.id).await?;
    let counts: Result<Vec<_>, StoreError> = counts
        .into_iter()
        .map(|(kind, count)| {
            let kind = code(&kind, ServiceKind::from_code)?;
            Ok(ServiceCount { kind, count: u32::try_from(count).unwrap_or(u32::MAX) })
        })
        .collect();
    Ok(OutreachView {
        outreach: records::outreach(row)?,
        programme: programme.name,
        host: host.map(|host| host.name),
        veterinarians: team
            .into_iter()
            .filter(|member| member.role == Role::Veterinarian.code())
            .map(|member| ResponsibleVeterinarian {
                id: StaffId(member.staff_id),
                name: member.name,
            })
            .collect(),
        counts: counts?,
    })
}

/// Finds owners by chip, RUN, telephone or names in any order, with all their animals. Every
/// owner shown learns that somebody looked.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`].
pub async fn search(office: &Office, actor: Actor, text: &str) -> Result<SearchResult, Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    find_owners(office, actor, text).await
}

/// The same for a caller whose permission has been asked.
pub(crate) async fn find_owners(
    office: &Office,
    actor: Actor,
    text: &str,
) -> Result<SearchResult, Error> {
    let text = text.trim().to_owned();
    let result =
        office.store.read_stale(move |tx| Box::pin(async move { find(tx, &text).await })).await?;
    note_looks(office, actor, "search", result.owners.iter().map(|owner| owner.id)).await?;
    Ok(result)
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
    let now = office.clock.now();
    let looks: Vec<_> = owners
        .map(|owner| LookupRow {
            id: clock::fresh_id(),
            owner_id: owner.0,
            at: now.0,
            kind: kind.to_owned(),
            by_kind: actor.kind().to_owned(),
            by_id: actor.id(),
        })
        .collect();
    if looks.is_empty() {
        return Ok(());
    }
    office
        .store
        .write_with(looks, |tx, looks| Box::pin(async move { tx.insert_lookups(looks).await }))
        .await
        .map_err(Error::from)
}

async fn find(tx: &mut Tx, text: &str) -> Result<SearchResult, Error> {
    let rows = matches(tx, text).await?;
    let more = rows.len() > MOST_OWNERS as usize;
    let mut owners = Vec::new();
    for row in rows.into_iter().take(MOST_OWNERS as usize) {
        owners.push(owner_card(tx, OwnerRecord::try_from(row)?).await?);
    }
    Ok(SearchResult { owners, more })
}

async fn matches(tx: &mut Tx, text: &str) -> Result<Vec<OwnerRow>, Error> {
    if let Ok(chip) = ChipNumber::parse_read(text) {
        let animal = tx.animal_by_chip(&chip.to_string()).await?;
        let owner = match animal {
            Some(animal) => kept_owner(tx, animal.owner_id).await?,
            None => None,
        };
        return Ok(owner.into_iter().collect());
    }
    if let Ok(run) = Run::parse_any(text)
        && let Ok(document) = IdentityDocument::of_run(run)
    {
        let key = document.key().unwrap_or_default();
        let owner = tx.owner_by_document(document.kind().code(), &key).await?;
        return Ok(owner.into_iter().collect());
    }
    if let Ok(phone) = Phone::parse(text) {
        return Ok(tx.owners_by_phone(&phone.e164(), MOST_OWNERS + 1).await?);
    }
    let key = search_key(text);
    let mut words: Vec<String> =
        key.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    // The longest word is the rarest, as a rule: it leads the search.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let Some((first, others)) = words.split_first() else { return Ok(Vec::new()) };
    if first.chars().count() < 2 {
        return Ok(Vec::new());
    }
    Ok(tx.owners_by_words(first, others, MOST_OWNERS + 1).await?)
}

/// The owner itself, or the one it was merged into.
async fn kept_owner(tx: &mut Tx, id: Uuid) -> Result<Option<OwnerRow>, Error> {
    let row = tx.owner(id).await?;
    match row.as_ref().and_then(|row| row.merged_into) {
        Some(into) => Ok(tx.owner(into).await?),
        None => Ok(row),
    }
}

/// An owner with all its animals and their services.
///
/// # Errors
/// A failed database.
pub async fn owner_card(tx: &mut Tx, owner: OwnerRecord) -> Result<OwnerCard, Error> {
    let mut owners = vec![owner.id.0];
    owners.extend(tx.owners_merged_into(owner.id.0).await?.into_iter().map(|row| row.id));
    let rows = tx.animals_of(&owners).await?;
    let mut animals = Vec::with_capacity(rows.len());
    for row in rows {
        animals.push(animal_card(tx, &owner, AnimalRecord::try_from(row)?).await?);
    }
    animals.sort_by_key(|animal| animal.vital_state);
    Ok(OwnerCard { id: owner.id, details: owner.details, animals })
}

async fn animal_card(
    tx: &mut Tx,
    owner: &OwnerRecord,
    animal: AnimalRecord,
) -> Result<AnimalCard, Error> {
    let mut ids = vec![animal.id.0];
    let mut chip = animal.chip;
    for merged in tx.animals_merged_into(animal.id.0).await? {
        ids.push(merged.id);
        chip = chip.or(AnimalRecord::try_from(merged)?.chip);
    }
    let documents: BTreeMap<Uuid, Uuid> = tx
        .documents_of(&ids)
        .await?
        .into_iter()
        .rev()
        .filter_map(|document| Some((document.service_id?, document.id)))
        .collect();
    let mut services = Vec::new();
    for row in tx.services_of(&ids).await? {
        let service = ServiceRecord::try_from(row)?;
        services.push(ServiceLine {
            id: service.id,
            kind: service.kind,
            on: service.performed_on,
            outreach: service.outreach,
            annulled: service.annulled_at.is_some(),
            document: documents.get(&service.id.0).copied().map(DocumentId),
        });
    }
    Ok(AnimalCard {
        id: animal.id,
        owner: owner.id,
        rnm_lacks: rnm::lacks(&owner.details, &animal.details),
        details: animal.details,
        chip,
        vital_state: animal.vital_state,
        rnm_state: animal.rnm_state,
        rnm_number: animal.rnm_number,
        services,
    })
}

/// What is known of a chip, as much of it as may be shown.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`].
pub async fn chip_status(
    office: &Office,
    actor: Actor,
    chip: ChipNumber,
) -> Result<ChipStatus, Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    let row = office
        .store
        .glance(move |tx| Box::pin(async move { tx.animal_by_chip(&chip.to_string()).await }))
        .await
        .map_err(Error::from)?;
    let Some(row) = row else { return Ok(ChipStatus::Free) };
    let record = AnimalRecord::try_from(row)?;
    note_looks(office, actor, "chip", std::iter::once(record.owner)).await?;
    let other = Box::new(masked(&record, Some(record.id)));
    Ok(ChipStatus::OnAnimal { other })
}

/// As much of an animal's record as may be shown to tell two records apart.
#[must_use]
pub fn masked(record: &AnimalRecord, animal: Option<AnimalId>) -> Masked {
    let first = record.details.name.as_str().chars().next();
    Masked {
        animal,
        name: first.map(|first| format!("{first}···")).unwrap_or_default(),
        species: record.details.species,
        sex: record.details.sex,
        commune: None,
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
    office
        .store
        .read_stale(move |tx| {
            Box::pin(async move {
                let row = tx.outreach(id.0).await?;
                let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
                outreach_view(tx, row).await
            })
        })
        .await
}
