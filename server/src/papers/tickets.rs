//! The papers of a booked place: the ticket to print, and the appointment for a calendar.

use backend::bookings::Ticket;
use backend::office::Office;
use domain::booking::{BookingState, SLOT_MINUTES};
use domain::ical::Event;
use domain::outreach::OutreachKind;
use domain::timestamp::Timestamp;
use domain::unicode::capital;
use mailroom::certificates::TicketFacts;
use phrases::{Locale, booking as say, format};

use app::pages::public::booking::{offering_words, place_words, preparation};
use app::routes;

/// What the ticket's file is called.
pub const PRINTED: &str = "boleto.pdf";
/// What the appointment's file is called.
pub const APPOINTMENT: &str = "cita.ics";
/// What the file is called that takes an appointment back.
pub const CANCELLATION: &str = "cita-anulada.ics";

/// What stands on the ticket; nothing where there is no hour to come at.
#[must_use]
pub fn printed(office: &Office, ticket: &Ticket, issuer: &str) -> Option<TicketFacts> {
    let slot = hour(ticket)?;
    let hour = |at| format::hour(at, &office.zone, Locale::Es);
    let path = routes::ticket(&ticket.code);
    let comes_home = comes_home(ticket);
    Some(TicketFacts {
        issuer: issuer.to_owned(),
        names: format::list(&ticket.animals, Locale::Es),
        offering: capital(offering_words(ticket.offering, Locale::Es)),
        outreach: ticket.outreach_name.clone(),
        comes_home,
        place: ticket.place.clone(),
        commune: ticket.commune.to_string(),
        on: office.zone.local(slot).0,
        time: Some(hour(slot)),
        until: ticket.home_until.map(hour),
        code: ticket.code.clone(),
        url: format!("{}{path}", office.link_prefix()),
        page: format!("{}{}", office.public_url, routes::MY_BOOKING),
        prepare: preparation(ticket.offering, comes_home, Locale::Es),
        bring: ticket.bring.clone(),
        way: ticket.way.clone().filter(|_| !comes_home),
        demonstration: office.demonstration.is_set(),
    })
}

/// The appointment as it stands at a moment; nothing where there is no hour to come at. `sender` is
/// whom every mail is from.
#[must_use]
pub fn appointment(
    office: &Office,
    ticket: &Ticket,
    (now, sender): (Timestamp, &str),
) -> Option<Event> {
    let slot = hour(ticket)?;
    Some(event(office, ticket, slot, (now, sender)))
}

/// The appointment of an hour that somebody was given and has no more, to be taken back: later than
/// whatever was told of it before, and earlier than what is told from the next second on.
#[must_use]
pub fn taken_back(
    office: &Office,
    ticket: &Ticket,
    slot: Timestamp,
    (now, sender): (Timestamp, &str),
) -> Event {
    let given = event(office, ticket, slot, (now, sender));
    Event { sequence: given.sequence.map(|last| last.saturating_add(1)), ..given }
}

fn event(
    office: &Office,
    ticket: &Ticket,
    starts_at: Timestamp,
    (now, sender): (Timestamp, &str),
) -> Event {
    let slot_end = starts_at.plus_ms(i64::from(SLOT_MINUTES) * 60_000);
    let home_until = ticket.home_until.filter(|_| ticket.slot == Some(starts_at));
    let locale = Locale::Es;
    let names = format::list(&ticket.animals, locale);
    let comes_home = comes_home(ticket);
    let place = place_words(&ticket.place, ticket.commune, comes_home, locale);
    let about = say::calendar_description(locale, &ticket.code, &ticket.outreach_name);
    let way = ticket.way.clone().filter(|_| !comes_home);
    let lines = [Some(about), way].into_iter().flatten();
    let lines = lines.chain(preparation(ticket.offering, comes_home, locale));
    let lines: Vec<_> = lines.chain(ticket.bring.clone()).collect();
    Event {
        uid: format!("{}@{}", ticket.id, host(&office.public_url)),
        sequence: Some(revision(ticket, now)),
        organizer: address(sender).map(str::to_owned),
        made_at: now,
        starts_at,
        ends_at: home_until.unwrap_or(slot_end),
        summary: say::calendar_summary(locale, names, offering_words(ticket.offering, locale)),
        location: place,
        description: lines.join("\n"),
        url: format!("{}{}", office.public_url, routes::ticket(&ticket.code)),
    }
}

/// Whether the team comes to the home of who booked.
#[must_use]
pub fn comes_home(ticket: &Ticket) -> bool {
    ticket.kind == OutreachKind::HomeVisits
}

/// When they are asked to come, of a booking that holds: not while the outreach is called off.
fn hour(ticket: &Ticket) -> Option<Timestamp> {
    let holds = matches!(ticket.state, BookingState::Booked | BookingState::Arrived);
    ticket.slot.filter(|_| holds && !ticket.is_suspended)
}

/// Twice the seconds since the booking was made, so that there is room for a cancellation behind
/// each: whatever is told later supersedes what was told before, so that a calendar takes a move
/// and an earlier mail that comes late changes nothing back.
fn revision(ticket: &Ticket, now: Timestamp) -> u32 {
    let seconds = now.since_ms(ticket.made_at) / 1000;
    // RFC 5545 asks for an integer of 32 bits with a sign, also for the cancellation behind it.
    u32::try_from(seconds.clamp(0, i64::from(i32::MAX / 2)) * 2).unwrap_or(0)
}

/// The bare address of a sender, which may have a name before it.
fn address(sender: &str) -> Option<&str> {
    let bare = sender.rsplit_once('<').map_or(sender, |(_, rest)| rest);
    let bare = bare.trim().trim_end_matches('>');
    let is_plain = bare.contains('@') && bare.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then_some(bare)
}

/// The host of an address.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::booking::Offering;
    use domain::id::{BookingId, OutreachId};
    use domain::territory::Commune;
    use uuid::Uuid;

    const MADE: i64 = 1_795_356_000_000;

    fn ticket(state: BookingState) -> Ticket {
        Ticket {
            // As that of a form is: it tells no moment.
            id: BookingId(Uuid::max()),
            made_at: Timestamp(MADE),
            code: "K7QX2M7RTA".to_owned(),
            link_token: None,
            outreach: OutreachId(Uuid::nil()),
            outreach_name: "Villa El Salto".to_owned(),
            kind: OutreachKind::Mixed,
            place: "Sicilia 1516".to_owned(),
            commune: Commune::parse("02101").unwrap(),
            offering: Offering::Chip,
            slot: Some(Timestamp(MADE + 86_400_000)),
            home_until: None,
            state,
            position: None,
            offered_until: None,
            animals: vec!["Luna".to_owned()],
            unfit: Vec::new(),
            owner_given: "Ana".to_owned(),
            queue_number: None,
            bring: None,
            way: None,
            needs_new_date_accepted: false,
            is_suspended: false,
            is_over: false,
        }
    }

    #[test]
    fn what_is_told_later_supersedes_what_was_told_before() {
        let booked = ticket(BookingState::Booked);
        assert_eq!(revision(&booked, Timestamp(MADE)), 0);
        assert_eq!(revision(&booked, Timestamp(MADE + 5_000)), 10);
        assert_eq!(revision(&booked, Timestamp(MADE + 6_000)), 12, "behind a cancellation");
        assert_eq!(revision(&booked, Timestamp(MADE - 5_000)), 0);
        // The cancellation behind the last one there is has a number, too.
        assert_eq!(revision(&booked, Timestamp(i64::MAX)), i32::MAX.unsigned_abs() - 1);
    }

    #[test]
    fn only_a_booking_that_holds_has_an_hour() {
        for state in BookingState::ALL {
            let holds = matches!(state, BookingState::Booked | BookingState::Arrived);
            assert_eq!(hour(&ticket(*state)).is_some(), holds, "{state}");
            let off = Ticket { is_suspended: true, ..ticket(*state) };
            assert_eq!(hour(&off), None, "{state}");
        }
    }

    #[test]
    fn the_address_of_a_sender_has_no_name() {
        assert_eq!(address("Huella <huella@example.cl>"), Some("huella@example.cl"));
        assert_eq!(address(" huella@example.cl "), Some("huella@example.cl"));
        assert_eq!(address("Huella"), None);
        assert_eq!(address("a b@example.cl"), None);
    }

    #[test]
    fn the_host_of_an_address_is_bare() {
        assert_eq!(host("https://huella.example.cl"), "huella.example.cl");
        assert_eq!(host("http://127.0.0.1:3000/x"), "127.0.0.1");
    }
}
