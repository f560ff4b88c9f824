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
use crate::records::from_json;
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
    /// The outreach is held elsewhere.
    OutreachRelocated,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Booked,
        Self::Waiting,
        Self::PlaceOffered,
        Self::BookingMoved,
        Self::BookingCancelled,
        Self::BookingReminder,
        Self::OutreachMoved,
        Self::OutreachSuspended,
        Self::OutreachRelocated,
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
            Self::OutreachRelocated => "outreach_relocated",
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
    /// When that was before the outreach was put off.
    #[serde(default)]
    pub was_at: Option<Timestamp>,
    /// Where they were asked to come before, if that changed.
    #[serde(default)]
    pub was_place: Option<String>,
}

/// How it was before what a letter tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before<'a> {
    /// By how many milliseconds every hour of the outreach went on, and when it began, of one that
    /// was put off.
    pub moved: Option<(i64, Timestamp)>,
    /// Where it was to be held, if that changed.
    pub place: Option<&'a str>,
}

impl Before<'_> {
    /// When somebody was asked to come who comes at that hour now; one who waits has none but the
    /// outreach's.
    fn hour(&self, slot: Option<i64>) -> Option<Timestamp> {
        self.moved.map(|(by, begun)| slot.map_or(begun, |slot| Timestamp(slot - by)))
    }
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
    /// Where they were asked to come before, if that changed.
    pub was_place: Option<String>,
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
    notify_of_change(tx, (kind, Before::default()), booking, now).await
}

/// The same, with how it was before.
///
/// # Errors
/// As [`notify`].
pub async fn notify_of_change(
    tx: &mut Tx,
    told: (LetterKind, Before<'_>),
    booking: Uuid,
    now: Timestamp,
) -> Result<bool, Error> {
    match tx.booking(booking).await? {
        Some(row) => write_of_change(tx, told, &row, now).await,
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
    write_of_change(tx, (kind, Before::default()), row, now).await
}

async fn write_of_change(
    tx: &mut Tx,
    (kind, before): (LetterKind, Before<'_>),
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(owner) = owner_of(row)? else { return Ok(false) };
    match owner.email {
        Some(email) => {
            let mut body = body(row, before);
            if matches!(kind, LetterKind::OutreachMoved | LetterKind::OutreachRelocated) {
                take_back(tx, kind, &mut body).await?;
            }
            tx.insert_messages(&[written(kind, &body, &email.to_string(), now)?]).await?;
            Ok(true)
        }
        // They are there, and left no number.
        None if row.walk_in == 1 => Ok(false),
        None => call(tx, (kind, before), row, now).await,
    }
}

/// Takes back what was written of an earlier change and has not left: this one tells how it was as
/// they know it.
async fn take_back(tx: &mut Tx, kind: LetterKind, body: &mut BookingMail) -> Result<(), Error> {
    for letter in tx.messages_about(ABOUT, body.booking.0).await? {
        if letter.kind != kind.code() || letter.state != "pending" {
            continue;
        }
        let unheard: BookingMail = from_json(&letter.body)?;
        body.was_at = unheard.was_at.filter(|at| Some(*at) != body.slot).or(body.was_at);
        body.was_place = unheard.was_place.or(body.was_place.take());
        tx.withdraw_message(letter.id).await?;
    }
    Ok(())
}

/// Asks the coordination to telephone somebody about what happened without them. What they did
/// themselves the page has told them.
async fn call(
    tx: &mut Tx,
    (kind, before): (LetterKind, Before<'_>),
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let about = match kind {
        LetterKind::OutreachMoved => CallAbout::Moved,
        LetterKind::OutreachSuspended => CallAbout::Suspended,
        LetterKind::OutreachRelocated => CallAbout::Relocated,
        LetterKind::PlaceOffered => CallAbout::Offered,
        LetterKind::Booked
        | LetterKind::Waiting
        | LetterKind::BookingMoved
        | LetterKind::BookingCancelled
        | LetterKind::BookingReminder => return Ok(false),
    };
    telephone(tx, (about, before), row, now).await?;
    Ok(true)
}

/// Asks the coordination to telephone somebody about a new date that they have not answered.
///
/// # Errors
/// A failed database.
pub(super) async fn ask_by_telephone(
    tx: &mut Tx,
    row: &BookingRow,
    now: Timestamp,
) -> Result<(), Error> {
    let place = Place::of(tx, row.outreach_id).await?;
    let begins_at = place.outreach.starts_at;
    let moved_from = place.plan.and_then(|plan| plan.moved_from);
    // Every slot went as far as the outreach.
    let moved = moved_from.map(|from| (begins_at.0 - from, Timestamp(from)));
    telephone(tx, (CallAbout::Unanswered, Before { moved, place: None }), row, now).await
}

async fn telephone(
    tx: &mut Tx,
    (about, before): (CallAbout, Before<'_>),
    row: &BookingRow,
    now: Timestamp,
) -> Result<(), Error> {
    let was_at = before.hour(row.slot_at);
    let booking = BookingId(row.id);
    let about_it = About { booking: Some(booking), ..About::default() };
    let (was_place, reason) = (before.place.map(str::to_owned), row.ended_reason.clone());
    let body = TaskBody::CallBooker { booking, about, was_at, was_place, reason };
    tasks::open(tx, &body, about_it, now).await?;
    Ok(())
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
    written(kind, &body(row, Before::default()), email, now)
}

fn body(row: &BookingRow, before: Before<'_>) -> BookingMail {
    BookingMail {
        booking: BookingId(row.id),
        // Who came without an hour is told of the day on which they came.
        slot: row.slot_at.or(row.arrived_at).map(Timestamp),
        until: row.offered_until.map(Timestamp),
        reason: row.ended_reason.clone(),
        was_at: before.hour(row.slot_at),
        was_place: before.place.map(str::to_owned),
    }
}

fn written(
    kind: LetterKind,
    body: &BookingMail,
    email: &str,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    let letter = Letter {
        kind: kind.code(),
        recipient: email,
        body,
        about: Some((ABOUT, body.booking.0)),
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
            Ok(Some(Told {
                kind,
                ticket: ticket(&facts, &place, &row, position)?,
                owner_name: owner.name.full(),
                at,
                was_at: mail.was_at,
                until: mail.until,
                reason: mail.reason,
                was_place: mail.was_place,
                outreach_ends_at: place.outreach.ends_at,
                demonstration: facts.demonstration,
            }))
        })
    });
    read.await
}
