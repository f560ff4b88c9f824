//! An owner's own records: seen, and what an owner may ask or report.

use domain::animal::AnimalDetails;
use domain::catalogue::VitalState;
use domain::certificate::DocumentKind;
use domain::chip_number::ChipNumber;
use domain::contact::Email;
use domain::decide::{self, animal::VitalChange};
use domain::document::DocumentState;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::name::Remarks;
use domain::refusal::Refusal;
use domain::rnm::{self, RnmLack, RnmState};
use domain::role::{Caller, Role, UseCase};
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::HashMap;
use uuid::Uuid;

use crate::actor::Actor;
use crate::counters::{self, Limit};
use crate::documents::kind_and_state;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::owner_access::{identities, kept, owner_of};
use crate::records::{AnimalRecord, OwnerRecord};
use crate::store::vocabulary::access::AccessCodeRow;
use crate::store::vocabulary::document::DocumentRow;
use crate::store::vocabulary::task::LookupRow;
use crate::store::{StoreError, Tx};
use crate::tasks::{self, About, TaskBody};

/// Requests and reports of one owner in a day.
pub const BY_OWNER: Limit = Limit { name: "owner_requests", most: 20, window_ms: 86_400_000 };

/// Looks shown, the latest.
const LOOKS: i64 = 50;
/// Of the times that the card was taken along to an outreach so many are shown, the latest, beside
/// the others: a team of six does so six times in a day, and must not crowd out who looked.
pub(crate) const MOST_PACKS: i64 = 12;

/// What an owner sees of the own records.
#[derive(Clone, Debug)]
pub struct OwnRecords {
    /// Name and surnames.
    pub name: String,
    /// Where mail goes, masked.
    pub email: Option<String>,
    /// The animals, those at home first.
    pub animals: Vec<OwnAnimal>,
    /// Who looked, the latest first.
    pub looks: Vec<Look>,
}

/// One animal of the owner.
#[derive(Clone, Debug)]
pub struct OwnAnimal {
    /// Which.
    pub id: AnimalId,
    /// What is known.
    pub details: AnimalDetails,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Since when.
    pub vital_since: Option<CivilDate>,
    /// Where its request in the RNM stands.
    pub rnm_state: RnmState,
    /// The number the RNM gave it.
    pub rnm_number: Option<String>,
    /// Why the municipality observed or rejected it.
    pub rnm_reason: Option<String>,
    /// What the RNM's form still lacks.
    pub rnm_lacks: Vec<RnmLack>,
    /// Its documents, the newest first.
    pub documents: Vec<OwnDocument>,
}

/// One document of an animal.
#[derive(Clone, Debug)]
pub struct OwnDocument {
    /// Which.
    pub id: DocumentId,
    /// What it is.
    pub kind: DocumentKind,
    /// Where it is in its life.
    pub state: DocumentState,
    /// The local day of issue, or of the service while it waits.
    pub on: CivilDate,
}

/// One look at an owner's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// What for.
    pub kind: LookKind,
    /// What a member of staff who looked is.
    pub by: Option<Role>,
    /// The outreach to which the card was taken along.
    pub outreach: Option<String>,
}

/// What a look was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookKind {
    /// The team found the owner in a search.
    Search,
    /// The team opened a document.
    Document,
    /// Somebody looked the chip up: in the public page, or the team at a table.
    Chip,
    /// The team opened the owner's or an animal's sheet.
    Sheet,
    /// The team saw the owner in a list of the Registro Nacional.
    List,
    /// The team took such a list out as a file.
    Export,
    /// The team took the card along to an outreach.
    Pack,
    /// Somebody who found the animal sent a message.
    Message,
    /// Somebody asked for a code with the RUN and a chip.
    CodeAsked,
    /// Somebody asked for one with the RUN and another chip; none was sent.
    CodeRefused,
    /// The owner came in with a code.
    SignIn,
    /// Anything else.
    Other,
}

impl LookKind {
    fn of(code: &str) -> Self {
        match code {
            "search" => Self::Search,
            "document" => Self::Document,
            "chip" => Self::Chip,
            "sheet" => Self::Sheet,
            "list" => Self::List,
            "export" => Self::Export,
            "pack" => Self::Pack,
            "message" => Self::Message,
            "sign_in" => Self::SignIn,
            _ => Self::Other,
        }
    }
}

/// The owner's own records.
///
/// # Errors
/// [`Refusal::SignedOut`]; a failed database.
pub async fn records(office: &Office, actor: Actor) -> Result<OwnRecords, Error> {
    let owner = owner_of(&actor, UseCase::ReadOwnAnimals)?;
    let office = office.clone();
    let store = office.store.clone();
    store.read(move |tx| Box::pin(async move { read(tx, &office, owner).await })).await
}

async fn read(tx: &mut Tx, office: &Office, owner: OwnerId) -> Result<OwnRecords, Error> {
    let owner = kept(tx, owner.0).await?;
    let ids = identities(tx, owner.id).await?;
    let mut animals = Vec::new();
    for row in tx.animals_of(&ids).await? {
        let record = AnimalRecord::try_from(row)?;
        animals.push(own_animal(tx, office, &owner, record).await?);
    }
    animals.sort_by_key(|animal| animal.vital_state);
    Ok(OwnRecords {
        name: owner.details.name.full(),
        email: owner.details.email.as_ref().map(Email::masked),
        animals,
        looks: looks(tx, &ids).await?,
    })
}

async fn own_animal(
    tx: &mut Tx,
    office: &Office,
    owner: &OwnerRecord,
    animal: AnimalRecord,
) -> Result<OwnAnimal, Error> {
    let mut ids = vec![animal.id.0];
    let mut chip = animal.chip;
    for merged in tx.animals_merged_into(animal.id.0).await? {
        ids.push(merged.id);
        chip = chip.or(AnimalRecord::try_from(merged)?.chip);
    }
    let owners = identities(tx, owner.id).await?;
    let mut rows = tx.documents_of(&ids).await?;
    rows.retain(|row| owners.contains(&row.owner_id));
    let documents: Result<Vec<_>, StoreError> =
        rows.iter().map(|row| own_document(office, row)).collect();
    Ok(OwnAnimal {
        id: animal.id,
        chip,
        vital_state: animal.vital_state,
        vital_since: animal.vital_since,
        rnm_state: animal.rnm_state,
        rnm_number: animal.rnm_number,
        rnm_reason: animal.rnm_reason,
        rnm_lacks: rnm::lacks(&owner.details, &animal.details),
        details: animal.details,
        documents: documents?,
    })
}

fn own_document(office: &Office, row: &DocumentRow) -> Result<OwnDocument, StoreError> {
    let (kind, state) = kind_and_state(row)?;
    let on = office.day_of(Timestamp(row.issued_at.unwrap_or(row.created_at)));
    Ok(OwnDocument { id: DocumentId(row.id), kind, state, on })
}

async fn looks(tx: &mut Tx, owners: &[Uuid]) -> Result<Vec<Look>, Error> {
    let (mut looks, mut packs) = (Vec::new(), Vec::new());
    let mut named = Named::default();
    for owner in owners {
        for row in tx.lookups_of(*owner, false, LOOKS).await? {
            looks.push(look(tx, &mut named, &row).await?);
        }
        for row in tx.lookups_of(*owner, true, MOST_PACKS).await? {
            packs.push(look(tx, &mut named, &row).await?);
        }
        looks.extend(tx.access_codes_of(*owner, LOOKS).await?.iter().map(asked));
    }
    latest(&mut looks, LOOKS);
    latest(&mut packs, MOST_PACKS);
    looks.append(&mut packs);
    latest(&mut looks, LOOKS + MOST_PACKS);
    Ok(looks)
}

/// Leaves the latest, in their order.
fn latest(looks: &mut Vec<Look>, most: i64) {
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    looks.truncate(usize::try_from(most).unwrap_or(usize::MAX));
}

fn asked(row: &AccessCodeRow) -> Look {
    let kind = if row.fits { LookKind::CodeAsked } else { LookKind::CodeRefused };
    Look { at: Timestamp(row.created_at), kind, by: None, outreach: None }
}

/// What was asked of those who looked and of the places, once each.
#[derive(Default)]
struct Named {
    roles: HashMap<Uuid, Option<Role>>,
    outreaches: HashMap<Uuid, Option<String>>,
}

async fn look(tx: &mut Tx, named: &mut Named, row: &LookupRow) -> Result<Look, Error> {
    let mut by = None;
    if let (Some(id), "staff") = (row.by_id, row.by_kind.as_str()) {
        by = match named.roles.get(&id) {
            Some(known) => *known,
            None => {
                let role = tx.staff(id).await?.and_then(|staff| Role::from_code(&staff.role));
                *named.roles.entry(id).or_insert(role)
            }
        };
    }
    let mut outreach = None;
    if let Some(id) = row.outreach_id {
        outreach = match named.outreaches.get(&id) {
            Some(known) => known.clone(),
            None => {
                let name = tx.outreach(id).await?.map(|outreach| outreach.name);
                named.outreaches.entry(id).or_insert(name).clone()
            }
        };
    }
    Ok(Look { at: Timestamp(row.at), kind: LookKind::of(&row.kind), by, outreach })
}

/// Reports an own animal lost, or found again. Only these two: the rest is the team's.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::AnimalUnknown`] (also for somebody else's),
/// [`Refusal::NotInThisState`], [`Refusal::TooManyAttempts`]; a failed database.
pub async fn report(
    office: &Office,
    actor: Actor,
    animal: AnimalId,
    state: VitalState,
) -> Result<(), Error> {
    let owner = owner_of(&actor, UseCase::AskAsOwner)?;
    if !matches!(state, VitalState::Lost | VitalState::Alive) {
        return Err(Error::Refused(Refusal::NotInThisState { state }));
    }
    let now = office.clock.now();
    counters::attempt(&office.store, BY_OWNER, &owner.to_string(), now).await?;
    let today = office.day_of(now);
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                let mut record = own(tx, owner, animal).await?;
                let (from, to) = (record.vital_state, state);
                let change = VitalChange { from, to, since: today, served_here: false };
                decide::animal::set_vital_state(Caller::Owner, change, today)
                    .map_err(Error::Refused)?;
                record.vital_state = state;
                record.vital_since = Some(today);
                record.updated_at = now;
                tx.update_animal(&record.to_row().map_err(Error::Failed)?).await?;
                let subject = Subject::Animal(animal);
                let entry = Entry::new(subject, "vital_state_set", actor, now, &(state, today))?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// Asks that the documents go to another address. A coordinator has to confirm it: who holds a
/// code must not be able to move the mail of an owner away.
///
/// # Errors
/// [`Refusal::Invalid`] on the address, [`Refusal::SignedOut`], [`Refusal::TooManyAttempts`]; a
/// failed database.
pub async fn ask_new_address(office: &Office, actor: Actor, email: &str) -> Result<(), Error> {
    let owner = owner_of(&actor, UseCase::AskAsOwner)?;
    let email = Email::parse(email)
        .map_err(|error| Error::Refused(Refusal::field(FieldError::new(Field::Email, error))))?;
    let body = TaskBody::NewAddress { email: email.to_string() };
    open(office, (actor, owner), body, None).await
}

/// Asks for a correction in the owner's own words, of an animal or of the owner's own data.
///
/// # Errors
/// [`Refusal::Invalid`] on the words, [`Refusal::AnimalUnknown`], [`Refusal::SignedOut`],
/// [`Refusal::TooManyAttempts`]; a failed database.
pub async fn ask_correction(
    office: &Office,
    actor: Actor,
    animal: Option<AnimalId>,
    words: &str,
) -> Result<(), Error> {
    let owner = owner_of(&actor, UseCase::AskAsOwner)?;
    let body = TaskBody::CorrectionRequest { text: message(Field::Correction, words)? };
    open(office, (actor, owner), body, animal).await
}

/// The words of a message: up to 1,000 characters, not blank.
pub(super) fn message(field: Field, text: &str) -> Result<String, Error> {
    let wrong = |problem: Problem| Error::Refused(Refusal::field(FieldError::new(field, problem)));
    let words = Remarks::parse(text).map_err(|error| wrong(error.into()))?;
    if words.is_empty() { Err(wrong(Problem::Empty)) } else { Ok(words.to_string()) }
}

async fn open(
    office: &Office,
    (actor, owner): (Actor, OwnerId),
    body: TaskBody,
    animal: Option<AnimalId>,
) -> Result<(), Error> {
    let now = office.clock.now();
    counters::attempt(&office.store, BY_OWNER, &owner.to_string(), now).await?;
    office
        .store
        .write_with(body, move |tx, body| {
            Box::pin(async move {
                if let Some(animal) = animal {
                    own(tx, owner, animal).await?;
                }
                let owner = kept(tx, owner.0).await?.id;
                let about = About { owner: Some(owner), animal, ..About::default() };
                let task = tasks::open(tx, body, about, now).await?;
                let subject = Subject::Owner(owner);
                let said = (task, body.kind());
                let entry = Entry::new(subject, "owner_asked", actor, now, &said)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// An animal, if it is this owner's.
async fn own(tx: &mut Tx, owner: OwnerId, animal: AnimalId) -> Result<AnimalRecord, Error> {
    let unknown = || Error::Refused(Refusal::AnimalUnknown);
    let row = tx.animal(animal.0).await?.ok_or_else(unknown)?;
    let owner = kept(tx, owner.0).await?.id;
    let is_own = identities(tx, owner).await?.contains(&row.owner_id);
    if !is_own || row.merged_into.is_some() {
        return Err(unknown());
    }
    Ok(AnimalRecord::try_from(row)?)
}
