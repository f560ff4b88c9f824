//! The ticket: what its owner sees of a booking, and what opens it.

use domain::booking::{BookingDetails, BookingState, Eligibility, Offering, home_until};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::BookingId;
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, Timestamp};
use uuid::Uuid;

use super::{Key, Ticket, limits, secrets, unfit};
use crate::error::Error;
use crate::office::Office;
use crate::planning::plan::priority_of;
use crate::records::{self, from_json};
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::plan::OutreachPlanRow;
use crate::store::{StoreError, Tx};

/// How long after the end of its outreach a booking is still shown, in milliseconds.
const SHOWN_AFTER_MS: i64 = DAY_MS;

/// An outreach with what is planned of it.
pub(crate) struct Place {
    pub(crate) outreach: Outreach,
    pub(crate) plan: Option<OutreachPlanRow>,
}

impl Place {
    /// The place of an outreach.
    ///
    /// # Errors
    /// [`Refusal::OutreachUnknown`].
    pub(crate) async fn of(tx: &mut Tx, outreach: Uuid) -> Result<Self, Error> {
        let row = tx.outreach(outreach).await?;
        let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
        let outreach = records::outreach(row)?;
        let plan = tx.outreach_plan(outreach.id.0).await?;
        Ok(Self { outreach, plan })
    }

    /// Whether nothing of it is to come, also where it was closed before its end.
    fn is_over(&self, now: Timestamp) -> bool {
        let is_closed =
            matches!(self.outreach.status, OutreachStatus::Closed | OutreachStatus::Reported);
        is_closed || self.outreach.ends_at <= now
    }

    /// Until when the team may be at the home of who booked; nothing where people come to it.
    pub(crate) fn home_until(&self, row: &BookingRow) -> Option<Timestamp> {
        let slot = row.slot_at.map(Timestamp).filter(|_| self.comes_home());
        slot.map(|slot| home_until(slot, self.outreach.ends_at))
    }

    /// Whether the team comes to the homes of those who book.
    pub(crate) fn comes_home(&self) -> bool {
        self.outreach.kind == OutreachKind::HomeVisits
    }

    /// Whether the moment from which its places may be booked lies behind, if there is one.
    pub(super) fn has_opened(&self, now: Timestamp) -> bool {
        let opens_at = self.plan.as_ref().and_then(|plan| plan.booking_opens_at);
        opens_at.is_none_or(|at| at <= now.0)
    }

    /// Whether its places may be booked, or waited for, at a moment.
    pub(super) fn takes_bookings(&self, now: Timestamp) -> bool {
        let is_open = self.outreach.status == OutreachStatus::Open && now < self.outreach.ends_at;
        is_open && self.has_opened(now)
    }

    /// Whether anybody is served first: the plan's rule as it stands, whatever was said when it
    /// was booked.
    pub(crate) fn gives_priority(&self) -> bool {
        priority_of(self.plan.as_ref()).is_given()
    }
}

/// The ticket of a booking with the token of its link, for whoever is its owner; by the rule which
/// animals are taken.
pub(crate) fn ticket(
    office: &Office,
    place: &Place,
    row: &BookingRow,
    (position, rule): (Option<u32>, Option<&Eligibility>),
) -> Result<Ticket, StoreError> {
    let owner = owner_of(row)?;
    let animals = owner.iter().flat_map(|owner| &owner.animals);
    let plan = place.plan.as_ref();
    Ok(Ticket {
        id: BookingId(row.id),
        made_at: Timestamp(row.created_at),
        code: secrets::code(&office.keys, row.id),
        link_token: Some(secrets::token(&office.keys, row.id)),
        outreach: place.outreach.id,
        outreach_name: place.outreach.name.to_string(),
        kind: place.outreach.kind,
        place: place.outreach.place.to_string(),
        commune: place.outreach.commune,
        offering: records::code(&row.offering, Offering::from_code)?,
        slot: row.slot_at.map(Timestamp),
        home_until: place.home_until(row),
        state: state_of(row)?,
        position,
        offered_until: row.offered_until.map(Timestamp),
        animals: animals.map(|animal| animal.name.to_string()).collect(),
        unfit: unfit::animals(row, &place.outreach, (rule, &office.zone))?,
        owner_given: owner.map(|owner| owner.name.given().to_owned()).unwrap_or_default(),
        queue_number: row.queue_number.and_then(|number| u32::try_from(number).ok()),
        bring: plan.and_then(|plan| plan.bring.clone()),
        way: plan.and_then(|plan| plan.way.clone()),
        needs_new_date_accepted: row.accepted_date == 0,
        is_suspended: is_suspended(&place.outreach),
        is_over: place.is_over(office.clock.now()),
    })
}

fn is_suspended(outreach: &Outreach) -> bool {
    outreach.status == OutreachStatus::Suspended
}

/// Whether a booking is shown no more. Of one that waits for a new date, the old one means nothing.
fn is_long_over(outreach: &Outreach, row: &BookingRow, now: Timestamp) -> Result<bool, StoreError> {
    let waits = is_suspended(outreach) && state_of(row)?.is_live();
    Ok(!waits && now >= outreach.ends_at.plus_ms(SHOWN_AFTER_MS))
}

/// The state of a booking.
pub(crate) fn state_of(row: &BookingRow) -> Result<BookingState, StoreError> {
    records::code(&row.state, BookingState::from_code)
}

/// Who booked, for which animals; nothing when that was erased.
pub(crate) fn owner_of(row: &BookingRow) -> Result<Option<BookingDetails>, StoreError> {
    if row.details.is_empty() { Ok(None) } else { from_json(&row.details).map(Some) }
}

/// The place in the waiting list, from 1, of one who waits.
pub(crate) async fn position(
    tx: &mut Tx,
    place: &Place,
    row: &BookingRow,
) -> Result<Option<u32>, StoreError> {
    if row.state != BookingState::Waiting.code() {
        return Ok(None);
    }
    let before = tx.waiting_before(row, place.gives_priority()).await?;
    Ok(Some(u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)))
}

/// The ticket of a booking as it stands.
pub(crate) async fn of_booking(
    tx: &mut Tx,
    office: &Office,
    row: &BookingRow,
) -> Result<Ticket, Error> {
    let place = Place::of(tx, row.outreach_id).await?;
    let (position, rule) = (position(tx, &place, row).await?, unfit::rule(tx, row).await?);
    Ok(ticket(office, &place, row, (position, rule.as_ref()))?)
}

/// The booking that a key opens.
///
/// # Errors
/// [`Refusal::LinkUnusable`] when it opens none, the outreach is long over, or its owner was
/// erased; [`Refusal::Invalid`] when the document is another's.
pub(super) async fn open(
    tx: &mut Tx,
    office: &Office,
    key: &Key,
    now: Timestamp,
) -> Result<BookingRow, Error> {
    let unusable = || Error::Refused(Refusal::LinkUnusable);
    let keys = &office.keys;
    let code = match key {
        Key::Code { code, .. } => secrets::typed_code(code),
        Key::Link(token) => secrets::typed_token(token)
            .and_then(|token| token.get(..secrets::CODE_LETTERS).map(str::to_owned)),
    };
    let code = code.ok_or_else(unusable)?;
    let row = tx.booking_by_code(&secrets::code_hash(keys, &code)).await?.ok_or_else(unusable)?;
    let place = Place::of(tx, row.outreach_id).await?;
    let owner = owner_of(&row)?.ok_or_else(unusable)?;
    if is_long_over(&place.outreach, &row, now)? {
        return Err(unusable());
    }
    match key {
        Key::Code { document_end, .. } if !secrets::is_end_of(&owner.document, document_end) => {
            let error = FieldError::new(Field::Document, Problem::Unknown);
            Err(Error::Refused(Refusal::field(error)))
        }
        Key::Link(token) => {
            let token = secrets::typed_token(token).ok_or_else(unusable)?;
            let is_right = secrets::is_token(keys, row.id, &token);
            if is_right { Ok(row) } else { Err(unusable()) }
        }
        Key::Code { .. } => Ok(row),
    }
}

/// The ticket of a code alone, as on the page that its QR opens: it shows, and lets nobody act.
///
/// # Errors
/// [`Refusal::LinkUnusable`] for a code that is none or is over; [`Refusal::TooManyAttempts`].
pub async fn ticket_by_code(office: &Office, code: &str, address: &str) -> Result<Ticket, Error> {
    let now = office.clock.now();
    limits::look(office, address, now).await?;
    let unusable = || Error::Refused(Refusal::LinkUnusable);
    let code = secrets::typed_code(code).ok_or_else(unusable)?;
    let facts = office.clone();
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let hash = secrets::code_hash(&facts.keys, &code);
            let row = tx.booking_by_code(&hash).await?.filter(|row| !row.details.is_empty());
            let row = row.ok_or_else(unusable)?;
            let place = Place::of(tx, row.outreach_id).await?;
            if is_long_over(&place.outreach, &row, now)? {
                return Err(unusable());
            }
            let (position, rule) =
                (position(tx, &place, &row).await?, unfit::rule(tx, &row).await?);
            let own = ticket(&facts, &place, &row, (position, rule.as_ref()))?;
            Ok(Ticket { link_token: None, ..own })
        })
    });
    read.await
}

/// The ticket of a mail's link. It may be opened again and again, until a day after the outreach.
///
/// # Errors
/// [`Refusal::LinkUnusable`].
pub async fn ticket_by_link(office: &Office, token: &str) -> Result<Ticket, Error> {
    let now = office.clock.now();
    let (facts, key) = (office.clone(), Key::Link(token.to_owned()));
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let row = open(tx, &facts, &key, now).await?;
            of_booking(tx, &facts, &row).await
        })
    });
    read.await
}

/// The ticket of a code with the end of the document: that of its owner.
///
/// # Errors
/// As [`ticket_by_code`]; [`Refusal::Invalid`] when the document is another's.
pub async fn ticket_by_key(office: &Office, key: Key, address: &str) -> Result<Ticket, Error> {
    let now = office.clock.now();
    limits::admit(office, &key, address, now).await?;
    let (facts, shown) = (office.clone(), key.clone());
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let row = open(tx, &facts, &shown, now).await?;
            of_booking(tx, &facts, &row).await
        })
    });
    let ticket = read.await?;
    limits::forgive(office, &key).await?;
    Ok(ticket)
}
