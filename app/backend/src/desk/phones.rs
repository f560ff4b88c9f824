//! The phones of the field, for the coordinator who answers for what is still on them.
//!
//! Nobody is stopped here from recording: what a revoked phone sends is kept whole and waits for a
//! coordinator (contracts, section 7).

use domain::desk::phones::{
    LONG_UNSENT_MS, LastReport, MOST_SILENT_DAYS, PhoneFilter, PhoneLine, PhoneList, PhonePairing,
    PhoneSheet, PhoneView,
};
use domain::field_error::{Field, FieldError};
use domain::id::DeviceId;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::{DAY_MS, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::{chronicle, gone, may, number};
use crate::actor::Actor;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::pairing;
use crate::pictures;
use crate::store::vocabulary::phone::PhonesWantedRow;
use crate::store::vocabulary::submission::DeviceRow;
use crate::store::{StoreError, Tx};
use crate::submissions::receipt_code;

/// Phones on one page.
const PAGE: i64 = 50;
/// Most characters of the words for a revocation.
const LONGEST_REASON: usize = 400;

/// A page of the phones, the last seen first; `build` is the one that is handed out now.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    office: &Office,
    actor: Actor,
    filter: PhoneFilter,
    build: &str,
) -> Result<PhoneList, Error> {
    may(&actor, UseCase::ManageDevices)?;
    let now = office.clock.now();
    let days = filter.days.clamp(1, MOST_SILENT_DAYS);
    let filter = PhoneFilter { days, page: filter.page.max(1), ..filter };
    let build = build.to_owned();
    office.store.read(move |tx| Box::pin(async move { page(tx, filter, now, &build).await })).await
}

async fn page(
    tx: &mut Tx,
    filter: PhoneFilter,
    now: Timestamp,
    build: &str,
) -> Result<PhoneList, Error> {
    let mut counts = Vec::with_capacity(PhoneView::ALL.len());
    for &view in PhoneView::ALL {
        let count = tx.count_phones(&wanted(view, filter.days, now)).await?;
        counts.push((view, number(count)));
    }
    let names = chronicle::names(tx).await?;
    let offset = i64::from(filter.page - 1) * PAGE;
    let wanted = wanted(filter.view, filter.days, now);
    let mut rows = tx.list_phones(&wanted, PAGE + 1, offset).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut pairings = pairing::of(tx, &ids, &names, now).await?;
    let absent: BTreeMap<_, _> = tx.absent_numbers(&ids).await?.into_iter().collect();
    let rows = rows.into_iter().map(|row| {
        let pairing = pairings.remove(&row.id);
        let absent = absent.get(&row.id).copied();
        paired(line(row, absent, &names, build), pairing)
    });
    let rows = rows.collect();
    let late_pictures = pictures::count_incomplete(tx, now).await?;
    Ok(PhoneList { filter, counts, rows, more, late_pictures })
}

fn wanted(view: PhoneView, days: u32, now: Timestamp) -> PhonesWantedRow {
    let all = PhonesWantedRow { least: 0, seen_before: i64::MAX, worrying_before: None };
    match view {
        PhoneView::All => all,
        PhoneView::Waiting => PhonesWantedRow { least: 1, ..all },
        PhoneView::Silent => {
            let before = now.plus_ms(-i64::from(days) * DAY_MS);
            PhonesWantedRow { seen_before: before.0, ..all }
        }
        PhoneView::Worrying => {
            let before = now.plus_ms(-LONG_UNSENT_MS);
            PhonesWantedRow { worrying_before: Some(before.0), ..all }
        }
    }
}

/// How many phones ask for a person.
///
/// # Errors
/// A failed database.
pub(super) async fn count_worrying(tx: &mut Tx, now: Timestamp) -> Result<u32, StoreError> {
    Ok(number(tx.count_phones(&wanted(PhoneView::Worrying, 1, now)).await?))
}

/// What a revoked phone was paired for is over.
fn paired(line: PhoneLine, pairing: Option<PhonePairing>) -> PhoneLine {
    let is_revoked = line.revoked_at.is_some();
    let known =
        |known: PhonePairing| PhonePairing { is_over: known.is_over || is_revoked, ..known };
    PhoneLine { pairing: pairing.map(known), ..line }
}

/// A phone's line; `absent` numbers of its count have not come although later ones have.
fn line(
    row: DeviceRow,
    absent: Option<i64>,
    names: &BTreeMap<Uuid, String>,
    build: &str,
) -> PhoneLine {
    let aside = row.aside.unwrap_or(0);
    let absent = absent.unwrap_or(0).saturating_sub(aside);
    let report = row.reported_at.map(|at| {
        let build_there = row.build.unwrap_or_default();
        LastReport {
            at: Timestamp(at),
            is_current: !build_there.is_empty() && build_there == build,
            build: build_there,
            waiting: number(row.waiting.unwrap_or(0)),
            to_mend: number(row.to_mend.unwrap_or(0)),
            at_desk: number(row.at_desk.unwrap_or(0)),
            pictures: number(row.pictures.unwrap_or(0)),
            oldest: row.oldest_at.map(Timestamp),
            persisted: row.persisted,
            skew_ms: row.skew_ms.unwrap_or(0),
        }
    });
    let (id, stored) = (DeviceId(row.id), number(row.stored_total));
    let complete_to = number(row.complete_to_sequence);
    PhoneLine {
        id,
        name: row.name,
        by: names.get(&row.staff_id).cloned().unwrap_or_default(),
        created_at: Timestamp(row.created_at),
        last_seen_at: Timestamp(row.last_seen_at),
        revoked_at: row.revoked_at.map(Timestamp),
        stored,
        complete_to,
        absent: number(absent.max(0)),
        has_aside: aside > 0,
        code: receipt_code(id, stored, complete_to),
        report,
        pairing: None,
    }
}

/// One phone with its history.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::PhoneUnknown`].
pub async fn sheet(
    office: &Office,
    actor: Actor,
    id: DeviceId,
    build: &str,
) -> Result<PhoneSheet, Error> {
    may(&actor, UseCase::ManageDevices)?;
    let (build, now) = (build.to_owned(), office.clock.now());
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let row = known(tx, id).await?;
                let names = chronicle::names(tx).await?;
                let pairing = pairing::of(tx, &[id.0], &names, now).await?.remove(&id.0);
                let history = chronicle::of(tx, Subject::Device(id), &actor).await?;
                let absent = tx.absent_numbers(&[id.0]).await?.pop().map(|(_, count)| count);
                let line = paired(line(row, absent, &names, &build), pairing);
                Ok(PhoneSheet { line, history })
            })
        })
        .await
}

/// A phone; a browser of the coordination is none.
async fn known(tx: &mut Tx, id: DeviceId) -> Result<DeviceRow, Error> {
    let row = tx.devices(&[id.0]).await?.pop().filter(|row| !row.is_desk);
    row.ok_or(Error::Refused(Refusal::PhoneUnknown))
}

/// Gives a phone the name that people call it by.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::PhoneUnknown`]; [`Refusal::Invalid`] for no name.
pub async fn rename(office: &Office, actor: Actor, id: DeviceId, name: &str) -> Result<(), Error> {
    may(&actor, UseCase::ManageDevices)?;
    let error = |problem| Refusal::field(FieldError::new(Field::Name, problem));
    let name = ShortText::<{ domain::pairing::LONGEST_NAME }>::parse(name)
        .map_err(error)
        .map_err(Error::Refused)?;
    let now = office.clock.now();
    office
        .store
        .write_with(name.to_string(), move |tx, name| {
            Box::pin(async move {
                let row = known(tx, id).await?;
                if row.name == *name {
                    return Ok(());
                }
                tx.rename_phone(id.0, name).await?;
                let said = json!({ "name": name, "before": row.name });
                let entry = Entry::new(Subject::Device(id), "phone_renamed", actor, now, &said)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// What becomes of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is revoked: what it sends waits for a coordinator.
    Revoked,
    /// It sends like any other.
    Admitted,
}

/// Revokes a phone, or admits it again, and notes who did it and why.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::PhoneUnknown`]; [`Refusal::Invalid`] without words;
/// [`Refusal::ChangedMeanwhile`] when it stands so already.
pub async fn stand(
    office: &Office,
    actor: Actor,
    id: DeviceId,
    (standing, words): (Standing, &str),
) -> Result<(), Error> {
    may(&actor, UseCase::ManageDevices)?;
    let error = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
    let words = ShortText::<LONGEST_REASON>::parse(words).map_err(error);
    let words = words.map_err(Error::Refused)?.to_string();
    let now = office.clock.now();
    let (kind, at) = match standing {
        Standing::Revoked => ("phone_revoked", Some(now.0)),
        Standing::Admitted => ("phone_admitted", None),
    };
    office
        .store
        .write_with(words, move |tx, words| {
            Box::pin(async move {
                let row = known(tx, id).await?;
                if row.revoked_at.is_some() == at.is_some() {
                    return gone();
                }
                tx.revoke_phone(id.0, at).await?;
                let said = json!({ "name": row.name, "reason": words });
                let entry = Entry::new(Subject::Device(id), kind, actor, now, &said)?;
                history::append(tx, &entry).await
            })
        })
        .await
}
