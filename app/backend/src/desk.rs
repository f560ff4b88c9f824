//! The desk of the coordination: its first page, the sheets of the register, acts made from a
//! browser, and what a person must resolve.

pub mod act;
mod calling;
pub mod chronicle;
pub(crate) mod corrections;
pub(crate) mod done;
pub mod people;
pub mod phones;
pub mod register;
pub mod signature;
pub mod talks;
pub mod unresolved;
pub mod waiting;

use domain::catalogue::VitalState;
use domain::desk::{Home, RnmCount};
use domain::id::StaffId;
use domain::refusal::Refusal;
use domain::rnm::RnmState;
use domain::role::{Caller, UseCase, allows};
use domain::timestamp::{CivilDate, Timestamp};

use crate::actor::{Actor, authorise};
use crate::error::{Error, Fault};
use crate::office::Office;
use crate::records::code;
use crate::registry;
use crate::store::Tx;
use crate::store::vocabulary::programme::OutreachRow;
use crate::sums::Sums;

/// What waits today, as much of it as the caller's role includes.
///
/// # Errors
/// [`Refusal::SignedOut`] when nobody is signed in.
pub async fn home(office: &Office, actor: Actor) -> Result<Home, Error> {
    authorise(&actor, UseCase::ManageOwnAccount).map_err(Error::Refused)?;
    let now = office.clock.now();
    let today = office.day_of(now);
    let sums = office.sums.clone();
    office
        .store
        .read_stale(move |tx| {
            let sums = sums.clone();
            Box::pin(async move { look_round(tx, &sums, actor, (now, today)).await })
        })
        .await
}

async fn look_round(
    tx: &mut Tx,
    sums: &Sums,
    actor: Actor,
    (now, today): (Timestamp, CivilDate),
) -> Result<Home, Error> {
    let caller = actor.caller().unwrap_or(Caller::Public);
    let may = |use_case| allows(caller, use_case);
    let mut home = Home {
        today,
        outreaches: Vec::new(),
        tasks: None,
        unresolved: None,
        phones: None,
        rnm: Vec::new(),
        dead_mails: None,
        waiting_mails: None,
        unsigned: None,
        has_signature: None,
    };
    let rows = todays(tx, actor, caller, today).await?;
    home.outreaches = registry::outreach_views(tx, sums, rows).await?;
    if may(UseCase::SolveTasks) {
        let open: i64 = tx.count_tasks().await?.into_iter().map(|(_, count)| count).sum();
        home.tasks = Some(number(open));
        home.unresolved = Some(unresolved::count_waiting(tx).await?);
    }
    if may(UseCase::ManageDevices) {
        home.phones = Some(phones::count_worrying(tx, now).await?);
    }
    if may(UseCase::ReadRegistryMasked) {
        home.rnm = rnm_counts(tx, sums).await?;
    }
    if may(UseCase::ManageMail) {
        let counts = tx.count_unsent_messages().await?;
        let of = |state: &str| counts.iter().find(|(known, _)| known == state).map_or(0, |c| c.1);
        home.dead_mails = Some(number(of("dead")));
        home.waiting_mails = Some(number(of("pending") + of("leased")));
        home.unsigned = Some(number(tx.count_all_waiting_documents().await?));
    }
    if may(UseCase::SignDocuments) {
        let staff = actor.id().unwrap_or_default();
        let account = tx.staff(staff).await?;
        home.has_signature = Some(account.is_some_and(|row| row.signature_svg.is_some()));
        home.unsigned = Some(signature::unsigned(tx, StaffId(staff)).await?);
    }
    Ok(home)
}

async fn todays(
    tx: &mut Tx,
    actor: Actor,
    caller: Caller,
    today: CivilDate,
) -> Result<Vec<OutreachRow>, Error> {
    let day = today.to_string();
    if allows(caller, UseCase::ReadOutreaches) {
        return Ok(tx.outreaches_between(&day, &day, 50).await?);
    }
    if !allows(caller, UseCase::ReadOwnOutreaches) {
        return Ok(Vec::new());
    }
    let own = tx.outreaches_of(actor.id().unwrap_or_default(), &day).await?;
    Ok(own.into_iter().filter(|row| row.held_on == day).collect())
}

/// How many animals wait in each state of the RNM, in the order of its road.
///
/// # Errors
/// A failed database.
pub(crate) async fn rnm_counts(tx: &mut Tx, sums: &Sums) -> Result<Vec<RnmCount>, Error> {
    let mut counts: Vec<_> =
        RnmState::ALL.iter().map(|&state| RnmCount { state, count: 0 }).collect();
    for (state, vital, count) in sums.rnm.or((), tx.count_rnm_states()).await? {
        let state = code(&state, RnmState::from_code)?;
        if !state.is_awaited(code(&vital, VitalState::from_code)?) {
            continue;
        }
        if let Some(known) = counts.iter_mut().find(|known| known.state == state) {
            known.count += number(count);
        }
    }
    Ok(counts)
}

/// A count of the database.
pub(crate) fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The caller's permission, or the refusal that names what is missing.
pub(crate) fn may(actor: &Actor, use_case: UseCase) -> Result<(), Error> {
    authorise(actor, use_case).map_err(Error::Refused)
}

/// Something that somebody else ended meanwhile.
pub(crate) fn gone<T>() -> Result<T, Error> {
    Err(Error::Refused(Refusal::ChangedMeanwhile))
}

/// Writes a fault to the log with the reference that the person is shown.
pub fn note_fault(fault: &Fault, reference: &str) {
    tracing::error!(%fault, reference, "a use case failed");
}
