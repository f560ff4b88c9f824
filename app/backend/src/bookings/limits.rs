//! How often one document, one household, one e-mail, one telephone and one network address may
//! ask: enough for a family and for the neighbour who helps at the counter, too few for whoever
//! would take all places.

use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};
use std::collections::BTreeSet;
use uuid::Uuid;

use super::book::Job;
use super::{Key, secrets};
use crate::counters::{self, Limit};
use crate::error::Error;
use crate::office::Office;
use crate::store::{StoreError, Tx};

/// Places asked for from one address in an hour: a mobile operator's customers share few.
pub const BOOKINGS_PER_HOUR: u32 = 60;

/// Places asked for with one document in a day.
const BY_DOCUMENT: Limit = Limit { name: "booking_document", most: 20, window_ms: DAY_MS };
/// Places asked for by one household in a day.
const BY_HOUSEHOLD: Limit = Limit { name: "booking_household", most: 30, window_ms: DAY_MS };
/// Places asked for with one e-mail in a day.
const BY_EMAIL: Limit = Limit { name: "booking_email", most: 30, window_ms: DAY_MS };
/// Places asked for with one telephone in a day.
const BY_PHONE: Limit = Limit { name: "booking_phone", most: 30, window_ms: DAY_MS };
/// Ends of a document tried with one code in an hour.
const BY_CODE: Limit = Limit { name: "booking_code", most: 5, window_ms: HOUR_MS };
/// Acts tried from one address in an hour.
const TRIES: Limit = Limit { name: "booking_tries", most: 120, window_ms: HOUR_MS };
/// Tickets sent once more in a day because somebody asks again with their document.
const AGAIN: Limit = Limit { name: "booking_again", most: 1, window_ms: DAY_MS };
/// Changes of an hour from one address in a day.
const MOVES: Limit = Limit { name: "booking_moves", most: 30, window_ms: DAY_MS };
/// Tickets looked at by their code from one address in an hour.
const LOOKS: Limit = Limit { name: "booking_looks", most: 600, window_ms: HOUR_MS };

/// Counts what some jobs ask for; answers each that asks too often. The transaction commits them
/// whatever becomes of the bookings.
pub(super) async fn count(
    tx: &mut Tx,
    jobs: &[Job],
    now: Timestamp,
) -> Result<Vec<Option<Refusal>>, Error> {
    let mut refused: Vec<Option<Refusal>> = vec![None; jobs.len()];
    let per_hour = jobs.first().map_or(BOOKINGS_PER_HOUR, |job| job.office.bookings_per_hour);
    let by_address =
        Limit { name: "booking_address", most: i64::from(per_hour), window_ms: HOUR_MS };
    // In one order, so that two transactions lock the rows of their counters alike.
    let limits: [(Limit, KeyOf); 5] = [
        (by_address, of_address),
        (BY_DOCUMENT, of_document),
        (BY_HOUSEHOLD, of_household),
        (BY_EMAIL, of_email),
        (BY_PHONE, of_phone),
    ];
    for (limit, key) in limits {
        let asking: Vec<(usize, &[u8])> =
            jobs.iter().enumerate().filter_map(|(place, job)| Some((place, key(job)?))).collect();
        let name = limit.name.as_bytes();
        let keys: Vec<Vec<u8>> =
            asking.iter().map(|(_, key)| [name, b"\0".as_slice(), *key].concat()).collect();
        let counted = counters::count_all(tx, limit, &keys, now).await?;
        for ((place, _), counted) in asking.iter().zip(counted) {
            if let (Some(refused), Err(refusal)) = (refused.get_mut(*place), counted) {
                refused.get_or_insert(refusal);
            }
        }
    }
    Ok(refused)
}

/// Those of some bookings whose ticket may be sent once more.
pub(super) async fn again(
    tx: &mut Tx,
    bookings: &BTreeSet<Uuid>,
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let key =
        |id: &Uuid| [AGAIN.name.as_bytes(), b"\0".as_slice(), id.as_bytes().as_slice()].concat();
    let keys: Vec<Vec<u8>> = bookings.iter().map(key).collect();
    let counted = counters::count_all(tx, AGAIN, &keys, now).await?;
    let few = bookings.iter().zip(counted).filter(|(_, counted)| counted.is_ok());
    Ok(few.map(|(id, _)| *id).collect())
}

/// What of a job a limit counts.
type KeyOf = fn(&Job) -> Option<&[u8]>;

fn of_address(job: &Job) -> Option<&[u8]> {
    Some(&job.asked.address_key)
}

fn of_document(job: &Job) -> Option<&[u8]> {
    job.asked.row.owner_key.as_deref()
}

fn of_household(job: &Job) -> Option<&[u8]> {
    job.asked.row.household_key.as_deref()
}

fn of_email(job: &Job) -> Option<&[u8]> {
    job.asked.email_key.as_deref()
}

fn of_phone(job: &Job) -> Option<&[u8]> {
    job.asked.phone_key.as_deref()
}

/// Counts a look at a ticket by its code alone.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; a failed database.
pub(super) async fn look(office: &Office, address: &str, now: Timestamp) -> Result<(), Error> {
    counters::attempt(&office.store, LOOKS, address, now).await
}

/// Counts a try to open a booking. Who has the link of a mail need not be kept from guessing.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; a failed database.
pub(super) async fn admit(
    office: &Office,
    key: &Key,
    address: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let Key::Code { code, .. } = key else { return Ok(()) };
    counters::attempt(&office.store, TRIES, address, now).await?;
    match secrets::typed_code(code) {
        Some(code) => counters::attempt(&office.store, BY_CODE, &code, now).await,
        None => Ok(()),
    }
}

/// Counts a change of the hour: each is told by mail, to an address that nobody confirmed.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; a failed database.
pub(super) async fn moved(office: &Office, address: &str, now: Timestamp) -> Result<(), Error> {
    counters::attempt(&office.store, MOVES, address, now).await
}

/// Sets back what was counted on a code that was opened.
///
/// # Errors
/// A failed database.
pub(super) async fn forgive(office: &Office, key: &Key) -> Result<(), Error> {
    let Key::Code { code, .. } = key else { return Ok(()) };
    match secrets::typed_code(code) {
        Some(code) => counters::clear(&office.store, BY_CODE, &code).await,
        None => Ok(()),
    }
}
