//! Finding owners, and asking for a chip: limited to who works at an outreach, counted, and told
//! to whoever was found.

use domain::chip_number::ChipNumber;
use domain::contact::Phone;
use domain::id::OwnerId;
use domain::identity::IdentityDocument;
use domain::name::search_key;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use domain::run::Run;
use domain::timestamp::DAY_MS;
use domain::view::{ChipStatus, SearchResult};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::counters::{self, Attempt, Limit};
use crate::error::Error;
use crate::office::Office;
use crate::records::{OwnerRecord, outreach};
use crate::registry::carried::carrier;
use crate::registry::{
    cards, first_day_offered, last_day_offered, looks_of, masked, note_looks, registered_in,
};
use crate::store::vocabulary::owner::{OwnerRow, SearchWordRow};
use crate::store::vocabulary::task::LookupRow;
use crate::store::{Isolation, StoreError, Tx};

/// Most owners a search answers.
const MOST_OWNERS: usize = 20;
/// Words of a search that are looked at; the longest names have as many.
const MOST_WORDS: usize = 8;
/// Fewer letters than these lead no search.
const FEWEST_LETTERS: usize = 2;
/// Words of the register are counted up to this, to find the rarest of a search.
const COUNTED: i64 = 2_000;
/// An owner is found once by each word that begins alike; hardly a name has more of those, and most
/// have one.
const WORDS_ALIKE: usize = 4;

/// Finds owners by chip, RUN, telephone or names in any order, with all their animals. Every
/// owner shown learns that somebody looked.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::NoOpenOutreach`] for field staff
/// whom no outreach needs at present; [`Refusal::TooManyAttempts`].
pub async fn search(office: &Office, actor: Actor, text: &str) -> Result<SearchResult, Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    must_work_somewhere(office, actor).await?;
    find_owners(office, actor, text).await
}

/// The same for a caller whose permission has been asked.
pub(crate) async fn find_owners(
    office: &Office,
    actor: Actor,
    text: &str,
) -> Result<SearchResult, Error> {
    let text = text.trim().to_owned();
    let (limit, who) = limit_of(office, actor);
    let attempt = Attempt::new(&office.store, limit, &who, office.clock.now()).await?;
    let found = office.store.read_stale(move |tx| {
        let text = text.clone();
        Box::pin(async move { find(tx, &text).await })
    });
    let result = found.await?;
    let looks = looks_of(office, actor, "search", result.owners.iter().map(|owner| owner.id));
    note_attempt(office, attempt, looks).await?;
    Ok(result)
}

/// Counts an attempt and notes its looks, in one durable transaction: what was found is shown only
/// when both have been kept.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; a failed database.
pub(super) async fn note_attempt(
    office: &Office,
    attempt: Attempt,
    looks: Vec<LookupRow>,
) -> Result<(), Error> {
    let counted = office.store.write_at(Isolation::Committed, (attempt, looks), |tx, facts| {
        Box::pin(async move {
            let (attempt, looks) = facts;
            let counted = attempt.count(tx).await?;
            if counted.is_ok() {
                tx.insert_lookups(looks).await?;
            }
            Ok(counted)
        })
    });
    counted.await.map_err(|error: StoreError| Error::from(error))?.map_err(Error::Refused)?;
    Ok(())
}

/// What is known of a chip, as much of it as may be shown.
///
/// # Errors
/// As [`search`].
pub async fn chip_status(
    office: &Office,
    actor: Actor,
    chip: ChipNumber,
) -> Result<ChipStatus, Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    must_work_somewhere(office, actor).await?;
    let (limit, who) = limit_of(office, actor);
    counters::attempt(&office.store, limit, &who, office.clock.now()).await?;
    let found = office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let Some(record) = carrier(tx, chip).await? else {
                    return Ok::<_, Error>(None);
                };
                let commune = registered_in(tx, record.id).await?;
                let owner = kept_owner(tx, record.owner.0).await?;
                let owner = owner.map_or(record.owner, |row| OwnerId(row.id));
                Ok(Some((owner, masked(&record, Some(record.id), commune))))
            })
        })
        .await?;
    let Some((owner, other)) = found else { return Ok(ChipStatus::Free) };
    note_looks(office, actor, "chip", std::iter::once(owner)).await?;
    Ok(ChipStatus::OnAnimal { other: Box::new(other) })
}

/// The words an owner is found by; one that was merged is found by none, for the kept one stands
/// for it.
#[must_use]
pub fn search_words(owner: &OwnerRecord) -> Vec<SearchWordRow> {
    if owner.merged_into.is_some() {
        return Vec::new();
    }
    let search_key = format!(" {}", owner.details.name.search_key());
    let mut words: Vec<_> = search_key.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    let row = |word: &str| SearchWordRow {
        word: word.to_owned(),
        search_key: search_key.clone(),
        owner_id: owner.id.0,
    };
    words.into_iter().map(row).collect()
}

fn limit_of(office: &Office, actor: Actor) -> (Limit, String) {
    let most = i64::from(office.lookups_per_day);
    let limit = Limit { name: "register_lookup", most, window_ms: DAY_MS };
    (limit, actor.id().map(|id| id.to_string()).unwrap_or_default())
}

/// Field staff read the register for an outreach of theirs that takes services these days.
async fn must_work_somewhere(office: &Office, actor: Actor) -> Result<(), Error> {
    let Some(caller) = actor.caller() else { return Ok(()) };
    if allows(caller, UseCase::ReadOutreaches) {
        return Ok(());
    }
    let today = office.day_of(office.clock.now());
    let (from, to) = (first_day_offered(today), last_day_offered(today));
    let staff = actor.id().unwrap_or_default();
    let own = office
        .store
        .glance(move |tx| Box::pin(async move { tx.outreaches_of(staff, &from.to_string()).await }))
        .await
        .map_err(|error: StoreError| Error::from(error))?;
    for row in own {
        let own = outreach(row)?;
        if own.status.takes_services() && own.held_on <= to {
            return Ok(());
        }
    }
    Err(Error::Refused(Refusal::NoOpenOutreach))
}

async fn find(tx: &mut Tx, text: &str) -> Result<SearchResult, Error> {
    let mut rows = matches(tx, text).await?;
    let more = rows.len() > MOST_OWNERS;
    rows.truncate(MOST_OWNERS);
    let owners: Result<Vec<_>, _> = rows.into_iter().map(OwnerRecord::try_from).collect();
    Ok(SearchResult { owners: cards::owner_cards(tx, owners?).await?, more })
}

/// Nine digits may be a RUN by chance and a telephone in truth: what finds nobody as one is tried
/// as the other.
async fn matches(tx: &mut Tx, text: &str) -> Result<Vec<OwnerRow>, Error> {
    if let Ok(chip) = ChipNumber::parse_read(text) {
        let owner = match carrier(tx, chip).await? {
            Some(animal) => kept_owner(tx, animal.owner.0).await?,
            None => None,
        };
        return Ok(owner.into_iter().collect());
    }
    if let Ok(run) = Run::parse_any(text)
        && let Ok(document) = IdentityDocument::of_run(run)
    {
        let key = document.key().unwrap_or_default();
        if let Some(holder) = tx.owner_by_document(document.kind().code(), &key).await? {
            return Ok(kept_owner(tx, holder.id).await?.into_iter().collect());
        }
    }
    if let Ok(phone) = Phone::parse(text) {
        let found = tx.owners_by_phone(&phone.e164(), rows(1)).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    named(tx, &search_key(text)).await
}

/// Owners with a word for each of these. The rarest leads, so that no more is read than needed,
/// and no more owners are than are shown, and one.
async fn named(tx: &mut Tx, key: &str) -> Result<Vec<OwnerRow>, Error> {
    let mut words: Vec<_> = key.split(' ').filter(|word| !word.is_empty()).collect();
    words.truncate(MOST_WORDS);
    words.sort_by_key(|word| Reverse(word.len()));
    words.dedup();
    if words.first().is_none_or(|longest| longest.chars().count() < FEWEST_LETTERS) {
        return Ok(Vec::new());
    }
    let mut rarest = 0;
    if words.len() > 1 {
        let counted = tx.count_search_words(&words, COUNTED).await?;
        let least = counted.into_iter().min_by_key(|&(place, count)| (count, place));
        rarest = least.and_then(|(place, _)| usize::try_from(place).ok()).unwrap_or_default();
    }
    let first = words.remove(rarest);
    let others: Vec<_> = words.into_iter().map(str::to_owned).collect();
    let mut found = Vec::new();
    for each in [1, WORDS_ALIKE] {
        let most = rows(each);
        found = tx.owner_ids_by_words(first, &others, most).await?;
        let are_all = i64::try_from(found.len()).is_ok_and(|count| count < most);
        let mut seen = HashSet::new();
        found.retain(|id| seen.insert(*id));
        if are_all || found.len() > MOST_OWNERS {
            break;
        }
    }
    found.truncate(MOST_OWNERS + 1);
    let owners = tx.owners_with_ids(&found).await?.into_iter();
    let mut owners: HashMap<_, _> = owners.map(|owner| (owner.id, owner)).collect();
    Ok(found.iter().filter_map(|id| owners.remove(id)).collect())
}

/// One more owner than is shown, so many rows each.
fn rows(each: usize) -> i64 {
    i64::try_from((MOST_OWNERS + 1) * each).unwrap_or(i64::MAX)
}

/// The owner itself, or the one it was merged into.
async fn kept_owner(tx: &mut Tx, id: Uuid) -> Result<Option<OwnerRow>, Error> {
    let row = tx.owner(id).await?;
    match row.as_ref().and_then(|row| row.merged_into) {
        Some(into) => Ok(tx.owner(into).await?),
        None => Ok(row),
    }
}
