//! The desk of the Registro Nacional de Mascotas: what waits for whom, the steps that a
//! coordinator records, the official certificate.
//!
//! The municipality decides; here is only written down what it decided (domain reference 2).

mod approval;

pub use approval::{Approval, approve, certificate_left};

use domain::desk::queue::{RnmList, RnmRow, RnmStep};
use domain::field_error::{Field, FieldError};
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::rnm::{self, RnmState};
use domain::role::{Caller, UseCase, allows};
use domain::standing::Standing;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, authorise};
use crate::desk::register::{kept_animal, kept_owners, lines, sees_whole, words};
use crate::desk::rnm_counts;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord};
use crate::registry;
use crate::registry::carried::with_chips;
use crate::store::{StoreError, Tx};
use crate::tasks::staff_of;

/// Animals on one page of a list.
const PAGE: i64 = 50;
/// Most animals that one act marks, and that one statement of an export reads.
const MOST: i64 = 2_000;
/// Largest certificate that is taken: 2 MiB; a page with a seal has some 100 KB.
pub const MOST_PDF_BYTES: usize = 2 * 1024 * 1024;
/// Kind of the outbox message with the municipality's certificate.
pub const RNM_APPROVED: &str = "rnm_approved";

/// What the outbox keeps of that message: the worker loads the rest when it sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RnmMail {
    /// To whom.
    pub owner: OwnerId,
    /// Of which animal.
    pub animal: AnimalId,
    /// The certificate, attached as the municipality sent it.
    pub document: DocumentId,
}

/// One page of the animals in a state, longest waiting first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    office: &Office,
    actor: Actor,
    state: RnmState,
    page: u32,
) -> Result<RnmList, Error> {
    authorise(&actor, UseCase::ReadRegistryMasked).map_err(Error::Refused)?;
    let caller = actor.caller().unwrap_or(Caller::Public);
    let sums = office.sums.clone();
    let list: RnmList = office
        .store
        .read_stale(move |tx| {
            let sums = sums.clone();
            Box::pin(async move {
                let counts = rnm_counts(tx, &sums).await?;
                let total = counts.iter().find(|known| known.state == state).map_or(0, |c| c.count);
                let pages = total.div_ceil(u32::try_from(PAGE).unwrap_or(1)).max(1);
                let page = page.clamp(1, pages);
                let offset = i64::from(page - 1) * PAGE;
                let vital = state.awaited_in();
                let states = (state.code(), vital.as_slice());
                let animals = tx.animals_in_rnm_state(states, PAGE, offset).await?;
                let animals = with_chips(tx, animals).await?;
                let owners = kept_owners(tx, animals.iter().map(|one| one.owner.0)).await?;
                let mut rows = Vec::new();
                for animal in animals {
                    if let Some(owner) = owners.get(&animal.owner.0) {
                        rows.push(line(&animal, owner, sees_whole(&actor)));
                    }
                }
                let may_decide = allows(caller, UseCase::DecideRnm);
                Ok::<_, Error>(RnmList { state, counts, rows, page, pages, may_decide })
            })
        })
        .await?;
    registry::note_looks(office, actor, "list", list.rows.iter().map(|row| row.owner)).await?;
    Ok(list)
}

fn line(animal: &AnimalRecord, owner: &OwnerRecord, whole: bool) -> RnmRow {
    let said = lines(&owner.details, whole);
    RnmRow {
        animal: animal.id,
        name: animal.details.name.to_string(),
        chip: animal.chip,
        owner: owner.id,
        owner_name: said.name,
        owner_document: said.document,
        commune: said.commune,
        has_email: owner.details.email.is_some(),
        since: animal.rnm_changed_at,
        lacks: rnm::lacks(&owner.details, &animal.details),
        reason: words(animal.rnm_reason.clone(), whole),
        number: animal.rnm_number.clone(),
    }
}

/// Records one step for several animals, all or none.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::RnmStep`] when one of them does not lead there;
/// [`Refusal::Invalid`] for a missing reason; [`Refusal::AnimalUnknown`].
pub async fn mark(
    office: &Office,
    actor: Actor,
    animals: Vec<AnimalId>,
    step: RnmStep,
) -> Result<u32, Error> {
    authorise(&actor, UseCase::DecideRnm).map_err(Error::Refused)?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    if animals.is_empty() || animals.len() > most {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let reason = step.reason().map(reason_of).transpose().map_err(Error::Refused)?;
    let now = office.clock.now();
    office
        .store
        .write_with((animals, step, reason), move |tx, (animals, step, reason)| {
            Box::pin(async move {
                for &id in animals {
                    take_step(tx, (actor, now), id, step.to(), reason.as_deref()).await?;
                }
                Ok(u32::try_from(animals.len()).unwrap_or(u32::MAX))
            })
        })
        .await
}

fn reason_of(text: &str) -> Result<String, Refusal> {
    let wrong = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
    ShortText::<400>::parse(text).map(|text| text.to_string()).map_err(wrong)
}

async fn take_step(
    tx: &mut Tx,
    (actor, now): (Actor, Timestamp),
    id: AnimalId,
    to: RnmState,
    reason: Option<&str>,
) -> Result<(), Error> {
    let stepping = Stepping::read(tx, id, to).await?;
    let kept = stepping.animal.id;
    stepping.write(tx, (to, None, reason), now).await?;
    let body = serde_json::json!({ "reason": reason });
    let entry = Entry::new(Subject::Animal(kept), kind_of(to), actor, now, &body)?;
    history::append(tx, &entry).await
}

/// An animal whose request in the RNM takes a step.
struct Stepping {
    /// The record that stands for all.
    animal: AnimalRecord,
    /// Another of its records, where the request is that one's.
    bearer: Option<AnimalRecord>,
}

impl Stepping {
    /// The animal that an identifier stands for, if its state leads to `to`.
    async fn read(tx: &mut Tx, id: AnimalId, to: RnmState) -> Result<Self, Error> {
        let animal = kept_animal(tx, id).await?;
        if !animal.rnm_state.may_become(to) {
            return Err(Error::Refused(Refusal::RnmStep { from: animal.rnm_state, to }));
        }
        let mut merged = Vec::new();
        for row in tx.animals_merged_into(animal.id.0).await? {
            merged.push(AnimalRecord::try_from(row)?);
        }
        let own = animal.own.clone().unwrap_or_else(|| animal.standing());
        let others: Vec<_> = merged.iter().map(AnimalRecord::standing).collect();
        let bearer = Standing::bearer(&own, &others).map(|at| merged.swap_remove(at));
        Ok(Self { animal, bearer })
    }

    /// The record that has the request, and the certificate that comes of it.
    fn bearer(&self) -> AnimalId {
        self.bearer.as_ref().map_or(self.animal.id, |record| record.id)
    }

    /// Writes the state that the step leads to, its number if it brings one, and its reason, also
    /// on the record that has the request.
    async fn write(
        mut self,
        tx: &mut Tx,
        (to, number, reason): (RnmState, Option<&str>, Option<&str>),
        now: Timestamp,
    ) -> Result<(), Error> {
        for record in std::iter::once(&mut self.animal).chain(&mut self.bearer) {
            record.rnm_state = to;
            if let Some(number) = number {
                record.rnm_number = Some(number.to_owned());
            }
            record.rnm_reason = reason.map(str::to_owned);
            record.rnm_changed_at = now;
            record.updated_at = now;
            tx.update_animal(&record.to_row().map_err(Error::Failed)?).await?;
        }
        Ok(())
    }
}

/// Kind of the link that the history has of a step.
pub(crate) const fn kind_of(to: RnmState) -> &'static str {
    match to {
        RnmState::Requested => "rnm_requested",
        RnmState::Observed => "rnm_observed",
        RnmState::Rejected => "rnm_rejected",
        RnmState::Approved => "rnm_approved",
        RnmState::CertificateMailed => "rnm_certificate_mailed",
        RnmState::NoChip | RnmState::Incomplete | RnmState::BlockedNoRun | RnmState::Ready => {
            "rnm_changed"
        }
    }
}

/// An animal that is ready to be entered in the platform, with all that its form asks.
#[derive(Clone, Debug)]
pub struct ReadyAnimal {
    /// Its owner.
    pub owner: OwnerRecord,
    /// The animal, with the chip that it carries under whichever of its records.
    pub animal: AnimalRecord,
}

/// What is ready, all of it, longest waiting first, for the list that a coordinator types from. Its
/// owners see that it was taken out, and the history of who took it tells how many there were.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn ready(office: &Office, actor: Actor) -> Result<Vec<ReadyAnimal>, Error> {
    authorise(&actor, UseCase::Export).map_err(Error::Refused)?;
    let ready: Vec<ReadyAnimal> = office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let (mut ready, mut offset) = (Vec::new(), 0);
                let vital = RnmState::Ready.awaited_in();
                let states = (RnmState::Ready.code(), vital.as_slice());
                loop {
                    let rows = tx.animals_in_rnm_state(states, MOST, offset).await?;
                    let taken = i64::try_from(rows.len()).unwrap_or(MOST);
                    let animals = with_chips(tx, rows).await?;
                    let owners = kept_owners(tx, animals.iter().map(|one| one.owner.0)).await?;
                    for animal in animals {
                        let gone = StoreError::Inconsistent("an animal's owner is gone");
                        let owner = owners.get(&animal.owner.0).cloned().ok_or(gone)?;
                        ready.push(ReadyAnimal { owner, animal });
                    }
                    if taken < MOST {
                        return Ok::<_, Error>(ready);
                    }
                    offset += MOST;
                }
            })
        })
        .await?;
    let mut owners: Vec<_> = ready.iter().map(|one| one.owner.id).collect();
    owners.sort_unstable();
    owners.dedup();
    for some in owners.chunks(LOOKS_AT_ONCE) {
        registry::note_looks(office, actor, "export", some.iter().copied()).await?;
    }
    note_export(office, actor, ready.len()).await?;
    Ok(ready)
}

/// Looks written by one statement: SQLite takes 32,766 values in one.
const LOOKS_AT_ONCE: usize = 1_000;

async fn note_export(office: &Office, actor: Actor, animals: usize) -> Result<(), Error> {
    let Some(staff) = staff_of(&actor) else { return Ok(()) };
    let now = office.clock.now();
    let body = serde_json::json!({ "list": "rnm", "animals": animals });
    let entry = Entry::new(Subject::Staff(staff), "list_exported", actor, now, &body)?;
    office
        .store
        .write_with(entry, |tx, entry| Box::pin(async move { history::append(tx, entry).await }))
        .await
}
