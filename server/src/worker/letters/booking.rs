//! The letters about a booking, with its ticket and its appointment.

use app::pages::public::booking::unfit::Unfit;
use app::pages::public::booking::{moment_words, offering_words, preparation};
use app::routes;
use backend::bookings::letters::{self, BookingMail, LetterKind, Told};
use backend::bookings::reason;
use backend::error::Error;
use domain::booking::BookingState;
use domain::ical;
use domain::refusal::Refusal;
use mailroom::compose::{AttachedFile, FileKind};
use mailroom::letter::{BookingLetter, Letter, UnfitNote};
use phrases::{Locale, format};

use super::Contents;
use crate::papers::Haste;
use crate::papers::tickets::{self, APPOINTMENT, CANCELLATION, PRINTED};
use crate::state::AppState;

/// Writes the letter.
///
/// # Errors
/// A failed database, facts that cannot be printed; [`Refusal::LinkUnusable`] for a booking that
/// is no more, or for an hour that is theirs no more.
pub(super) async fn written(
    state: &AppState,
    kind: LetterKind,
    mail: BookingMail,
) -> Result<Contents, Error> {
    let over = || Error::Refused(Refusal::LinkUnusable);
    let told = letters::told(&state.office, kind, mail).await?.ok_or_else(over)?;
    let is_theirs = told.ticket.state == BookingState::Booked && told.ticket.slot == Some(told.at);
    // Nor is anybody promised the hour of what was called off meanwhile.
    let is_off = told.ticket.is_suspended;
    // Who gave the hour back meanwhile, or changed it, is not told of the earlier one; of another
    // day only who has an hour then, or still waits.
    let stands = told.ticket.state;
    let holds = match kind {
        LetterKind::OutreachMoved | LetterKind::OutreachRelocated => {
            (is_theirs && !is_off)
                || matches!(stands, BookingState::Waiting | BookingState::Offered)
        }
        LetterKind::PlaceOffered => stands == BookingState::Offered,
        // Who has a place is not told that all is off once it is on again.
        LetterKind::OutreachSuspended => is_off || !stands.is_live(),
        LetterKind::OutreachEnded => stands == BookingState::Cancelled,
        kind => (is_theirs && !is_off) || !promises_hour(kind),
    };
    if !holds {
        return Err(over());
    }
    let carries = is_theirs && (promises_hour(kind) || tells_change(kind));
    let ends_appointment = told.has_appointment && takes_hour_back(kind);
    let attachments = match (carries, ends_appointment) {
        (true, _) => papers(state, &told).await?,
        (false, true) => vec![cancellation(state, &told)],
        (false, false) => Vec::new(),
    };
    let to_name = Some(told.owner_name.clone());
    let letter = BookingLetter { ends_appointment, ..letter(state, told) };
    let letter = wrapped(kind, letter);
    Ok(Contents { to_name, letter, attachments, approved: Vec::new() })
}

/// Whether the letter says that an hour is theirs.
const fn promises_hour(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::Booked | LetterKind::BookingMoved | LetterKind::BookingReminder)
}

/// Whether the letter says that what they have booked is another day or another place now.
const fn tells_change(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::OutreachMoved | LetterKind::OutreachRelocated)
}

/// Whether the letter says that an hour that was theirs is none any more, or none for now.
const fn takes_hour_back(kind: LetterKind) -> bool {
    matches!(
        kind,
        LetterKind::BookingCancelled | LetterKind::OutreachSuspended | LetterKind::OutreachEnded
    )
}

/// What takes the appointment out of their calendar that an earlier letter had with it.
fn cancellation(state: &AppState, told: &Told) -> AttachedFile {
    let (office, sender) = (&state.office, state.config.mail_from.as_str());
    let entry = tickets::taken_back(office, &told.ticket, told.at, (office.clock.now(), sender));
    let (file_name, kind) = (CANCELLATION.to_owned(), FileKind::Cancellation);
    AttachedFile { file_name, kind, bytes: ical::cancellation(&entry).into_bytes() }
}

async fn papers(state: &AppState, told: &Told) -> Result<Vec<AttachedFile>, Error> {
    let (office, ticket) = (&state.office, &told.ticket);
    let mut files = Vec::new();
    if let Some(facts) = tickets::printed(office, ticket, state.config.issuer_name()) {
        let bytes = state.press.ticket(facts, Haste::Whenever).await?;
        files.push(AttachedFile { file_name: PRINTED.to_owned(), kind: FileKind::Pdf, bytes });
    }
    let sender = state.config.mail_from.as_str();
    if let Some(entry) = tickets::appointment(office, ticket, (office.clock.now(), sender)) {
        let (file_name, kind) = (APPOINTMENT.to_owned(), FileKind::Calendar);
        files.push(AttachedFile { file_name, kind, bytes: ical::appointment(&entry).into_bytes() });
    }
    Ok(files)
}

fn letter(state: &AppState, told: Told) -> BookingLetter {
    let zone = &state.office.zone;
    let (locale, ticket) = (Locale::Es, told.ticket);
    let asks_new_date = ticket.needs_new_date_accepted;
    let keeps_place = matches!(ticket.state, BookingState::Booked | BookingState::Arrived);
    // What it was before an outreach was put off stands first, and what it is now as the new day.
    let first = told.was_at.unwrap_or(told.at);
    let moved = told.was_at.map(|_| told.at);
    let hour = |at| format::hour(at, zone, locale);
    let comes_home = tickets::comes_home(&ticket);
    let token = ticket.link_token.unwrap_or_default();
    let asks = if told.kind == LetterKind::BookingReminder { routes::REMINDED } else { "" };
    let comes = promises_hour(told.kind)
        || tells_change(told.kind)
        || told.kind == LetterKind::PlaceOffered;
    let until = ticket.home_until.filter(|_| ticket.slot == Some(told.at));
    let unfit = (told.kind == LetterKind::OutreachMoved)
        .then(|| Unfit::of(&ticket.unfit, ticket.state, locale))
        .flatten();
    BookingLetter {
        owner_name: told.owner_name,
        outreach: ticket.outreach_name,
        place: ticket.place,
        commune: ticket.commune.to_string(),
        day: zone.local(first).0,
        time: hour(first),
        until: ticket.offered_until.map(|until| moment_words(until, zone, locale)),
        offering: offering_words(ticket.offering, locale).to_owned(),
        animals: ticket.animals,
        code: ticket.code,
        link: format!("{}{}/{token}{asks}", state.config.public_url(), routes::LINK),
        prepare: match comes {
            true => preparation(ticket.offering, comes_home, locale),
            false => Vec::new(),
        },
        bring: ticket.bring,
        way: ticket.way.filter(|_| !comes_home),
        unfit: unfit.map(unfit_note),
        position: ticket.position,
        reason: reason::words(told.reason),
        new_day: moved.map(|at| zone.local(at).0),
        new_time: moved.map(hour),
        keeps_place,
        asks_new_date,
        comes_home,
        home_until: until.map(hour),
        was_place: told.was_place,
        ends_appointment: false,
        demonstration: told.demonstration,
    }
}

fn unfit_note(told: Unfit) -> UnfitNote {
    UnfitNote { title: told.title, lines: told.lines, next: told.next.to_owned() }
}

fn wrapped(kind: LetterKind, letter: BookingLetter) -> Letter {
    match kind {
        LetterKind::Booked => Letter::Booked(letter),
        LetterKind::Waiting => Letter::Waiting(letter),
        LetterKind::PlaceOffered => Letter::PlaceOffered(letter),
        LetterKind::BookingMoved => Letter::BookingMoved(letter),
        LetterKind::BookingCancelled => Letter::BookingCancelled(letter),
        LetterKind::BookingReminder => Letter::BookingReminder(letter),
        LetterKind::OutreachMoved => Letter::OutreachMoved(letter),
        LetterKind::OutreachSuspended => Letter::OutreachSuspended(letter),
        LetterKind::OutreachRelocated => Letter::OutreachRelocated(letter),
        LetterKind::OutreachEnded => Letter::OutreachEnded(letter),
    }
}
