//! What a phone takes along to an outreach, to find people without signal: the owners of the
//! neighbourhood with all their animals, page by page. Every owner learns of it, once a day.

use data_encoding::HEXLOWER;
use domain::id::{OutreachId, OwnerId, StaffId};
use domain::name::PersonName;
use domain::pack;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use domain::view::PackPage;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::counters::{Attempt, Limit};
use crate::day::owners_expected;
use crate::error::Error;
use crate::office::Office;
use crate::records::{OwnerRecord, outreach};
use crate::registry::lookup::note_attempt;
use crate::registry::{cards, first_day_offered, last_day_offered};
use crate::store::vocabulary::pack::SiteRow;
use crate::store::vocabulary::programme::OutreachRow;
use crate::store::vocabulary::task::LookupRow;
use crate::store::{StoreError, Tx};

/// Owners on a page: a block of the phone's (contracts, section 7).
pub const OWNERS_ON_A_PAGE: usize = 256;
/// Most owners that a phone takes along: more than any neighbourhood unit has, and as much as an
/// ordinary phone holds and searches at once. Of more, those who have booked are taken first, then
/// those who changed last.
pub const MOST_OWNERS_IN_PACK: usize = 8_000;
/// So many of the outreaches at the same place are looked at, the latest first.
const MOST_OUTREACHES: i64 = 24;
/// Changed animals are looked at up to this many; when more have changed, everything is sent. So
/// many changed records are looked through for who has left; when there are as many or more, the
/// phone begins anew.
pub const MOST_CHANGED: usize = 10_000;
/// A change counts as later than a moment if it is at most so much earlier, in milliseconds: what
/// was stored at the time of the last page may have been committed after it, or copied later.
const OVERLAP_MS: i64 = 5 * 60_000;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The owners after this one.
    pub after: Option<OwnerId>,
    /// Only those of whom something has changed since.
    pub since: Option<Timestamp>,
    /// Of which place the phone's pack is, as its first page said; none of an old app.
    pub place: Option<PlaceTag>,
}

/// A short tag of what decides who belongs to an outreach's pack: its neighbourhood unit, or
/// without one its commune and host. Twelve hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceTag([u8; TAG_BYTES]);

/// Bytes of a tag: enough that no correction is missed.
const TAG_BYTES: usize = 6;

impl PlaceTag {
    fn of(site: &SiteRow) -> Self {
        let text = match &site.unit {
            Some(unit) => format!("unit {unit}"),
            None => format!("commune {} host {:?}", site.commune, site.host_id),
        };
        let mut bytes = [0; TAG_BYTES];
        bytes.iter_mut().zip(Sha256::digest(text.as_bytes())).for_each(|(to, from)| *to = from);
        Self(bytes)
    }
}

impl fmt::Display for PlaceTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// What is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTag;

impl FromStr for PlaceTag {
    type Err = NoTag;

    fn from_str(text: &str) -> Result<Self, NoTag> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NoTag)?;
        <[u8; TAG_BYTES]>::try_from(bytes).map(Self).map_err(|_| NoTag)
    }
}

/// A page of what a phone takes along: the owners who live in the outreach's neighbourhood unit,
/// or without one in its commune, and those whose animals were served at outreaches of the same
/// unit, or without one of the same host in the same commune, and those who have a booking there.
/// An owner who was merged is answered by the one who stands for it. The first page of what has
/// changed since a moment also names who has left: those whose record, or an animal's, changed and
/// who are not among the pack's now.
///
/// A phone whose pack is of another place, as the outreach's was corrected, or to which not all who
/// have left could be named, as after an import was undone, is answered the first page of
/// everything, and told to begin anew.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`]; for field staff
/// [`Refusal::NotYourOutreach`], and [`Refusal::NoOpenOutreach`] when theirs is not offered at
/// present; [`Refusal::TooManyAttempts`].
pub async fn page(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    asked: Asked,
) -> Result<PackPage, Error> {
    authorise(&actor, UseCase::ReadRegistry).map_err(Error::Refused)?;
    let staff = StaffId(actor.id().unwrap_or_default());
    let place = place_of(office, actor, id).await?;
    let now = office.clock.now();
    let limit =
        Limit { name: "register_pack", most: i64::from(office.lookups_per_day), window_ms: DAY_MS };
    let attempt = Attempt::new(&office.store, limit, &staff.to_string(), now).await?;
    let read = office.store.read_stale(move |tx| {
        let place = place.clone();
        Box::pin(async move { read_page(tx, &place, asked, now).await })
    });
    let page = read.await?;
    let taken = Taken { staff, outreach: id, at: now, day: office.day_of(now) };
    let looks: Vec<_> = page.owners.iter().map(|owner| taken.look(actor, owner.id)).collect();
    note_attempt(office, attempt, looks).await?;
    Ok(page)
}

/// The outreach, if the actor may take its pack along: a coordinator any, field staff one of
/// theirs that the field page offers.
///
/// # Errors
/// [`Refusal::OutreachUnknown`], [`Refusal::NotYourOutreach`], [`Refusal::NoOpenOutreach`].
pub(crate) async fn place_of(
    office: &Office,
    actor: Actor,
    id: OutreachId,
) -> Result<OutreachRow, Error> {
    let found = office
        .store
        .glance(move |tx| Box::pin(async move { tx.outreach(id.0).await }))
        .await
        .map_err(|error: StoreError| Error::from(error))?;
    let row = found.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    if actor.caller().is_some_and(|caller| allows(caller, UseCase::ReadOutreaches)) {
        return Ok(row);
    }
    let today = office.day_of(office.clock.now());
    let staff = actor.id().unwrap_or_default();
    let team = office
        .store
        .glance(move |tx| Box::pin(async move { tx.team(&[id.0]).await }))
        .await
        .map_err(|error: StoreError| Error::from(error))?;
    if !team.iter().any(|member| member.staff_id == staff) {
        return Err(Error::Refused(Refusal::NotYourOutreach));
    }
    let own = outreach(row.clone())?;
    let offered = first_day_offered(today)..=last_day_offered(today);
    if !own.status.takes_services() || !offered.contains(&own.held_on) {
        return Err(Error::Refused(Refusal::NoOpenOutreach));
    }
    Ok(row)
}

async fn read_page(
    tx: &mut Tx,
    place: &OutreachRow,
    asked: Asked,
    as_of: Timestamp,
) -> Result<PackPage, Error> {
    let site = SiteRow {
        commune: place.commune.clone(),
        unit: place.unit.clone(),
        host_id: place.host_id,
    };
    let tag = PlaceTag::of(&site);
    let mut anew = asked.place.is_some_and(|held| held != tag);
    let mut asked = if anew { Asked::default() } else { asked };
    let mut choice = choose(tx, place.id, &site, asked).await?;
    if choice.is_cut {
        (anew, asked) = (true, Asked::default());
        choice = choose(tx, place.id, &site, asked).await?;
    }
    let Chosen { ids: mut chosen, more, gone, .. } = choice;
    let total = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    chosen.sort_unstable();
    let from = asked.after.map_or(0, |after| chosen.partition_point(|id| *id <= after.0));
    let rest = chosen.split_off(from);
    let has_next = rest.len() > OWNERS_ON_A_PAGE;
    let ids: Vec<Uuid> = rest.into_iter().take(OWNERS_ON_A_PAGE).collect();
    let next = has_next.then(|| ids.last().copied().map(OwnerId)).flatten();
    let mut rows = tx.owners_with_ids(&ids).await?;
    rows.sort_unstable_by_key(|row| row.id);
    let owners: Result<Vec<_>, _> = rows.into_iter().map(OwnerRecord::try_from).collect();
    let owners = cards::owner_cards(tx, owners?).await?;
    let lines = owners.iter().map(pack::line).collect();
    Ok(PackPage { owners, lines, total, more, as_of, next, gone, place: tag.to_string(), anew })
}

/// Whose cards make up an answer.
struct Chosen {
    /// In no order.
    ids: Vec<Uuid>,
    /// There are more than a pack holds.
    more: bool,
    /// Who may have been among them and is no more.
    gone: Vec<OwnerId>,
    /// Not all of those could be named.
    is_cut: bool,
}

async fn choose(tx: &mut Tx, id: Uuid, site: &SiteRow, asked: Asked) -> Result<Chosen, Error> {
    let mut outreaches = tx.outreaches_at(site, MOST_OUTREACHES).await?;
    if !outreaches.contains(&id) {
        outreaches.push(id);
    }
    let limit = i64::try_from(MOST_OWNERS_IN_PACK + 1).unwrap_or(i64::MAX);
    let mut changed: HashMap<Uuid, i64> = HashMap::new();
    let at_home = tx.owners_at_home(site, limit).await?;
    let served = tx.owners_served_at(&outreaches, &PersonName::nobody().search_key()).await?;
    let expected = owners_expected(tx, id).await?;
    let booked: HashSet<Uuid> = expected.iter().map(|(id, _)| *id).collect();
    for (id, at) in at_home.into_iter().chain(served).chain(expected) {
        let known = changed.entry(id).or_insert(at);
        *known = at.max(*known);
    }
    let mut chosen: Vec<_> = changed.into_iter().collect();
    let place = |(id, at): &(Uuid, i64)| (booked.contains(id), *at, *id);
    chosen.sort_unstable_by_key(|card| std::cmp::Reverse(place(card)));
    let more = chosen.len() > MOST_OWNERS_IN_PACK;
    chosen.truncate(MOST_OWNERS_IN_PACK);
    let (mut gone, mut is_cut) = (Vec::new(), false);
    if let Some(since) = asked.since {
        let since = since.plus_ms(-OVERLAP_MS).0;
        let limit = i64::try_from(MOST_CHANGED).unwrap_or(i64::MAX);
        let served = tx.owners_served_since(&outreaches, since).await?;
        if asked.after.is_none() {
            let here: HashSet<Uuid> = chosen.iter().map(|(id, _)| *id).collect();
            let changed = tx.owners_changed(since, limit).await?;
            // Of whom an import had brought, and was undone, there is no record any more.
            is_cut = changed.len() >= MOST_CHANGED || tx.is_import_undone_since(since).await?;
            let changed: BTreeSet<Uuid> = changed.into_iter().chain(served.clone()).collect();
            gone = changed.into_iter().filter(|id| !here.contains(id)).map(OwnerId).collect();
        }
        let mut touched: HashSet<Uuid> = served.into_iter().collect();
        let animals = tx.owners_of_changed_animals(since, limit).await?;
        // When so many have changed, everybody is sent.
        if animals.len() < MOST_CHANGED {
            touched.extend(animals);
            chosen.retain(|(id, at)| *at > since || touched.contains(id));
        }
    }
    let ids = chosen.into_iter().map(|(id, _)| id).collect();
    Ok(Chosen { ids, more, gone, is_cut })
}

/// Who took a card along, where to, and on which day.
struct Taken {
    staff: StaffId,
    outreach: OutreachId,
    at: Timestamp,
    day: CivilDate,
}

impl Taken {
    /// The look of the day: its identifier is made of owner, person, outreach and day, so that the
    /// same card taken again is noted once.
    fn look(&self, actor: Actor, owner: OwnerId) -> LookupRow {
        let named = format!("pack {owner} {} {} {}", self.staff, self.outreach, self.day);
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(Sha256::digest(named.as_bytes())).for_each(|(to, from)| *to = from);
        LookupRow {
            id: uuid::Builder::from_custom_bytes(bytes).into_uuid(),
            owner_id: owner.0,
            at: self.at.0,
            kind: "pack".to_owned(),
            by_kind: actor.kind().to_owned(),
            by_id: actor.id(),
            outreach_id: Some(self.outreach.0),
        }
    }
}
