//! The mails about a booking: what they are about is written to the outbox with their cause; what
//! they say is put together when they leave, so that neither code nor link is ever stored.

use domain::booking::BookingState;
use domain::desk::queue::CallAbout;
use domain::id::BookingId;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ticket;
use super::ticket::{Place, owner_of, position, state_of, ticket};
use crate::error::Error;
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::store::Tx;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::outbox::MessageRow;
use crate::tasks::{self, About, TaskBody};

/// What such a message is about, beside the booking's identifier.
pub const ABOUT: &str = "booking";

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// The places are theirs.
    Booked,
    /// They are on the waiting list.
    Waiting,
    /// A place became free and is kept for them for a while.
    PlaceOffered,
    /// They come at another time than before, as they asked.
    BookingMoved,
    /// The booking is cancelled.
    BookingCancelled,
    /// It is soon.
    BookingReminder,
    /// The outreach is put off to another day.
    OutreachMoved,
    /// The outreach is called off.
    OutreachSuspended,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Booked,
        Self::Waiting,
        Self::PlaceOffered,
        Self::BookingMoved,
        Self::BookingCancelled,
        Self::BookingReminder,
        Self::OutreachMoved,
        Self::OutreachSuspended,
    ];

    /// The kind of its message in the outbox, and the folder of its templates.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Waiting => "waiting",
            Self::PlaceOffered => "place_offered",
            Self::BookingMoved => "booking_moved",
            Self::BookingCancelled => "booking_cancelled",
            Self::BookingReminder => "booking_reminder",
            Self::OutreachMoved => "outreach_moved",
            Self::OutreachSuspended => "outreach_suspended",
        }
    }

    /// The letter of a message's kind, if it is one of these.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The body of such a message: what held when it was written. Nothing of the owner, so that an
/// erasure need not look into it, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingMail {
    /// Which booking.
    pub booking: BookingId,
    /// When they were asked to come.
    pub slot: Option<Timestamp>,
    /// Until when a place is kept.
    pub until: Option<Timestamp>,
    /// Why it ended.
    pub reason: Option<String>,
}

/// What such a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which letter.
    pub kind: LetterKind,
    /// The booking as it stands when the letter leaves, with the token of its link.
    pub ticket: Ticket,
    /// The owner's whole name.
    pub owner_name: String,
    /// When they were asked to come, as the letter was written; the start of the outreach for one
    /// who waits.
    pub at: Timestamp,
    /// When it was before an outreach was put off.
    pub was_at: Option<Timestamp>,
    /// Until when a place is kept.
    pub until: Option<Timestamp>,
    /// Why the booking or the outreach ended: words of the coordination, or a code of
    /// [`super::reason`].
    pub reason: Option<String>,
    /// When the outreach ends, for a calendar.
    pub outreach_ends_at: Timestamp,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}

/// Writes a letter about a booking to the outbox, in the transaction of its cause and after it:
/// what the letter says of hours and reasons is what the booking's row holds now. Who left no
/// address is to be telephoned about what they cannot know, as a task of the coordination. `false`
/// when nobody is told: who came without a booking has left neither, and an erased owner is nobody.
///
/// # Errors
/// A failed database.
pub async fn notify(
    tx: &mut Tx,
    kind: LetterKind,
    booking: Uuid,
    now: Timestamp,
) -> Result<bool, Error> {
    match tx.booking(booking).await? {
        Some(row) => write(tx, kind, &row, now).await,
        None => Ok(false),
    }
}

/// The same for a booking that was read.
pub(super) async fn write(
    tx: &mut Tx,
    kind: LetterKind,
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(owner) = owner_of(row)? else { return Ok(false) };
    match owner.email {
        Some(email) => {
            let message = message(kind, row, &email.to_string(), now)?;
            tx.insert_messages(&[message]).await?;
            Ok(true)
        }
        // They are there, and left no number.
        None if row.walk_in == 1 => Ok(false),
        None => call(tx, kind, row, now).await,
    }
}

/// Asks the coordination to telephone somebody about what happened without them. What they did
/// themselves the page has told them.
async fn call(
    tx: &mut Tx,
    kind: LetterKind,
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let about = match kind {
        LetterKind::OutreachMoved => CallAbout::Moved,
        LetterKind::OutreachSuspended => CallAbout::Suspended,
        LetterKind::PlaceOffered => CallAbout::Offered,
        LetterKind::Booked
        | LetterKind::Waiting
        | LetterKind::BookingMoved
        | LetterKind::BookingCancelled
        | LetterKind::BookingReminder => return Ok(false),
    };
    telephone(tx, about, row, now).await?;
    Ok(true)
}

/// Asks the coordination to telephone somebody about a booking.
///
/// # Errors
/// A failed database.
pub(super) async fn telephone(
    tx: &mut Tx,
    about: CallAbout,
    row: &BookingRow,
    now: Timestamp,
) -> Result<(), Error> {
    let was_at = match about {
        CallAbout::Moved | CallAbout::Unanswered => {
            let place = Place::of(tx, row.outreach_id).await?;
            let at = row.slot_at.map_or(place.outreach.starts_at, Timestamp);
            before_move(&place, at)
        }
        CallAbout::Suspended | CallAbout::Offered => None,
    };
    let booking = BookingId(row.id);
    let about_it = About { booking: Some(booking), ..About::default() };
    let body = TaskBody::CallBooker { booking, about, was_at, reason: row.ended_reason.clone() };
    tasks::open(tx, &body, about_it, now).await?;
    Ok(())
}

/// When a moment of an outreach was before that was put off: every slot went as far as the
/// outreach.
fn before_move(place: &Place, at: Timestamp) -> Option<Timestamp> {
    let moved_from = place.plan.as_ref().and_then(|plan| plan.moved_from);
    moved_from.map(|from| at.plus_ms(from - place.outreach.starts_at.0))
}

/// Writes what stands of a live booking once more, to its own address if it has one.
pub(super) async fn again(tx: &mut Tx, row: &BookingRow, now: Timestamp) -> Result<(), Error> {
    let kind = match state_of(row)? {
        BookingState::Booked => LetterKind::Booked,
        BookingState::Waiting => LetterKind::Waiting,
        BookingState::Offered => LetterKind::PlaceOffered,
        _ => return Ok(()),
    };
    if let Some(email) = owner_of(row)?.and_then(|owner| owner.email) {
        let message = message(kind, row, &email.to_string(), now)?;
        tx.insert_messages(&[message]).await?;
    }
    Ok(())
}

/// The message of such a letter, to be written with others.
pub(super) fn message(
    kind: LetterKind,
    row: &BookingRow,
    email: &str,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    let body = BookingMail {
        booking: BookingId(row.id),
        // Who came without an hour is told of the day on which they came.
        slot: row.slot_at.or(row.arrived_at).map(Timestamp),
        until: row.offered_until.map(Timestamp),
        reason: row.ended_reason.clone(),
    };
    let letter = Letter {
        kind: kind.code(),
        recipient: email,
        body: &body,
        about: Some((ABOUT, row.id)),
        due_at: now,
    };
    outbox::pending(letter, now)
}

/// What a message of the outbox says; nothing when its booking is no more, or its owner was
/// erased.
///
/// # Errors
/// A failed database.
pub async fn told(
    office: &Office,
    kind: LetterKind,
    mail: BookingMail,
) -> Result<Option<Told>, Error> {
    let facts = office.clone();
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let Some(row) = tx.booking(mail.booking.0).await? else { return Ok(None) };
            let Some(owner) = owner_of(&row)? else { return Ok(None) };
            let place = Place::of(tx, row.outreach_id).await?;
            let position = position(tx, &place, &row).await?;
            let starts_at = place.outreach.starts_at;
            let at = mail.slot.unwrap_or(starts_at);
            let was_at = before_move(&place, at).filter(|_| kind == LetterKind::OutreachMoved);
            Ok(Some(Told {
                kind,
                ticket: ticket(&facts, &place, &row, position)?,
                owner_name: owner.name.full(),
                at,
                was_at,
                until: mail.until,
                reason: mail.reason,
                outreach_ends_at: place.outreach.ends_at,
                demonstration: facts.demonstration,
            }))
        })
    });
    read.await
}
