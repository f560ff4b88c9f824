//! The veterinarian's own page: the signature, the outreaches it stands for, the documents.

use domain::animal::Drawing;
use domain::desk::paper::{AuthorisationLine, DocumentLine, OwnDocuments, SignatureDesk};
use domain::document::DocumentState;
use domain::id::{OutreachId, StaffId};
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use std::collections::HashMap;
use uuid::Uuid;

use super::{may, number};
use crate::accounts::session::Present;
use crate::actor::Actor;
use crate::documents::{self, can_have_slip, handed_over, kind_and_state};
use crate::error::Error;
use crate::office::Office;
use crate::owner_access::code::MOST_TRIES;
use crate::planning::animal_names;
use crate::records;
use crate::store::Tx;
use crate::store::vocabulary::document::DocumentRow;

/// Documents on one page.
const PAGE: i64 = 50;
/// The first day of everything.
const EVER: &str = "1900-01-01";

/// One's own signature, the own outreaches, and those where something waits for it or carries it.
///
/// # Errors
/// [`domain::refusal::Refusal::Forbidden`].
pub async fn desk(office: &Office, present: &Present) -> Result<SignatureDesk, Error> {
    may(&present.actor, UseCase::SignDocuments)?;
    let staff = StaffId(present.actor.id().unwrap_or_default());
    let is_fresh = present.must_be_fresh(office.clock.now()).is_ok();
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let account = tx.staff(staff.0).await?;
                let drawn = account.and_then(|row| row.signature_svg.zip(row.signature_drawn_at));
                let mut desk = SignatureDesk {
                    drawing: drawn.as_ref().and_then(|(path, _)| Drawing::parse(path).ok()),
                    drawn_at: drawn.map(|(_, at)| Timestamp(at)),
                    outreaches: Vec::new(),
                    is_fresh,
                };
                let waiting: HashMap<_, _> =
                    tx.count_waiting_documents(staff.0).await?.into_iter().collect();
                let leaves = tx.authorisations_of(staff.0).await?;
                let leaves: HashMap<_, _> = leaves
                    .iter()
                    .map(|row| (row.outreach_id, Timestamp(row.authorised_at)))
                    .collect();
                let mut rows = tx.outreaches_of(staff.0, EVER).await?;
                // Where something waits, or would carry the signature, also for who has left since.
                for id in waiting.keys().chain(leaves.keys()) {
                    if !rows.iter().any(|row| row.id == *id) {
                        rows.extend(tx.outreach(*id).await?);
                    }
                }
                rows.sort_by_key(|row| std::cmp::Reverse(row.starts_at));
                for row in rows {
                    let authorised_at = leaves.get(&row.id).copied();
                    let waiting = waiting.get(&row.id).copied().unwrap_or(0);
                    desk.outreaches.push(AuthorisationLine {
                        outreach: records::outreach(row)?,
                        authorised_at,
                        waiting: number(waiting),
                    });
                }
                Ok(desk)
            })
        })
        .await
}

/// How many documents wait for somebody's signature.
pub(super) async fn unsigned(tx: &mut Tx, staff: StaffId) -> Result<u32, Error> {
    let waiting = tx.count_waiting_documents(staff.0).await?;
    Ok(number(waiting.into_iter().map(|(_, count)| count).sum()))
}

/// Authorises an outreach; the password must have been given a moment ago.
///
/// # Errors
/// [`domain::refusal::Refusal::SignInAgain`]; those of [`documents::authorise_outreach`].
pub async fn authorise(
    office: &Office,
    present: &Present,
    outreach: OutreachId,
) -> Result<u32, Error> {
    may(&present.actor, UseCase::SignDocuments)?;
    present.must_be_fresh(office.clock.now()).map_err(Error::Refused)?;
    documents::authorise_outreach(office, present.actor, outreach).await
}

/// A page of the documents in one's own name.
///
/// # Errors
/// [`domain::refusal::Refusal::Forbidden`].
pub async fn own_documents(
    office: &Office,
    actor: Actor,
    page: u32,
) -> Result<OwnDocuments, Error> {
    may(&actor, UseCase::RevokeOwnDocuments)?;
    let (staff, page) = (actor.id().unwrap_or_default(), page.max(1));
    let offset = i64::from(page - 1) * PAGE;
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let mut found = tx.documents_in_name(staff, PAGE + 1, offset).await?;
                let more = found.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
                found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
                let slips = handed_over(tx, &actor, &found).await?;
                let mut rows = lines(tx, found).await?;
                for line in rows.iter_mut().filter(|line| !slips.contains(&line.id.0)) {
                    (line.may_have_slip, line.has_slip, line.slip_is_void) = (false, false, false);
                }
                Ok(OwnDocuments { rows, page, more })
            })
        })
        .await
}

/// Documents as lists show them.
pub(super) async fn lines(tx: &mut Tx, rows: Vec<DocumentRow>) -> Result<Vec<DocumentLine>, Error> {
    let mut outreaches: HashMap<Uuid, String> = HashMap::new();
    let names = animal_names(tx, rows.iter().map(|row| row.animal_id)).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(id) = row.outreach_id.filter(|id| !outreaches.contains_key(id))
            && let Some(outreach) = tx.outreach(id).await?
        {
            outreaches.insert(id, outreach.name);
        }
        let (kind, state) = kind_and_state(&row)?;
        let may_have_slip = can_have_slip(&row)?;
        lines.push(DocumentLine {
            id: row.id.into(),
            kind,
            state,
            at: Timestamp(row.issued_at.unwrap_or(row.created_at)),
            animal: row.animal_id.into(),
            animal_name: names.get(&row.animal_id).cloned().unwrap_or_default(),
            outreach: row.outreach_id.and_then(|id| outreaches.get(&id).cloned()),
            ended: row.ended_reason,
            has_file: state != DocumentState::Waiting,
            may_have_slip,
            has_slip: row.slip_seed.is_some(),
            slip_is_void: row.slip_seed.is_some() && row.slip_attempts >= MOST_TRIES,
        });
    }
    Ok(lines)
}
