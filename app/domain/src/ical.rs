//! Calendars as other programs read them (iCalendar, RFC 5545): events with a beginning and an
//! end in UTC, which no reader can take for another hour. Written by hand, for it is three rules
//! (escaped text, folded lines, UTC) and a library brings a second way to tell time.
//!
//! What is published here is never answered (`METHOD:PUBLISH`): the feed of the outreaches, and the
//! appointment of a booking in a file of its own, which another takes back (`METHOD:CANCEL`).

use crate::timestamp::Timestamp;

/// Longest line in octets, without its end (RFC 5545, section 3.1).
const LONGEST_LINE: usize = 75;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Names it for ever, `…@host`: the same event read again is the same.
    pub uid: String,
    /// Of an appointment that somebody was given: rises with every change of it, so that a calendar
    /// keeps the highest. None in a feed, which is read anew as a whole.
    pub sequence: Option<u32>,
    /// The address for mail of whoever gives an appointment: RFC 5546 asks for it, and a calendar
    /// lets nobody else take it back. None in a feed.
    pub organizer: Option<String>,
    /// When this text of it was made.
    pub made_at: Timestamp,
    /// Its beginning.
    pub starts_at: Timestamp,
    /// Its end.
    pub ends_at: Timestamp,
    /// What it is called.
    pub summary: String,
    /// Where it is.
    pub location: String,
    /// More about it; may have several lines.
    pub description: String,
    /// The address of its page.
    pub url: String,
}

/// The text of a calendar with these events, for programs that ask again by themselves; with what
/// is to be known of the whole of it.
#[must_use]
pub fn calendar(name: &str, about: Option<&str>, events: &[Event]) -> String {
    let mut out = String::new();
    begin(&mut out);
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    if let Some(about) = about {
        line(&mut out, &format!("X-WR-CALDESC:{}", escaped(about)));
    }
    for event in events {
        write(&mut out, event, None);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

/// The text of one event alone, a file to be put into somebody's own calendar.
#[must_use]
pub fn appointment(event: &Event) -> String {
    alone(event, ("PUBLISH", "CONFIRMED"))
}

/// The text that takes an appointment out of somebody's calendar: it has the identifier of the one
/// that was put there, and a higher sequence.
#[must_use]
pub fn cancellation(event: &Event) -> String {
    alone(event, ("CANCEL", "CANCELLED"))
}

fn alone(event: &Event, (method, status): (&str, &str)) -> String {
    let mut out = String::new();
    begin(&mut out);
    line(&mut out, &format!("METHOD:{method}"));
    write(&mut out, event, Some(status));
    line(&mut out, "END:VCALENDAR");
    out
}

fn begin(out: &mut String) {
    line(out, "BEGIN:VCALENDAR");
    line(out, "VERSION:2.0");
    line(out, "PRODID:-//Huella//Huella//ES");
}

fn write(out: &mut String, event: &Event, status: Option<&str>) {
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", escaped(&event.uid)));
    if let Some(sequence) = event.sequence {
        line(out, &format!("SEQUENCE:{sequence}"));
    }
    if let Some(organizer) = &event.organizer {
        line(out, &format!("ORGANIZER:mailto:{}", plain(organizer)));
    }
    line(out, &format!("DTSTAMP:{}", utc(event.made_at)));
    line(out, &format!("DTSTART:{}", utc(event.starts_at)));
    line(out, &format!("DTEND:{}", utc(event.ends_at)));
    for (property, text) in [
        ("SUMMARY", &event.summary),
        ("LOCATION", &event.location),
        ("DESCRIPTION", &event.description),
    ] {
        if !text.is_empty() {
            line(out, &format!("{property}:{}", escaped(text)));
        }
    }
    if !event.url.is_empty() {
        line(out, &format!("URL:{}", plain(&event.url)));
    }
    if let Some(status) = status {
        line(out, &format!("STATUS:{status}"));
    }
    line(out, "END:VEVENT");
}

/// An address is no text: it is not escaped, and has no white space.
fn plain(address: &str) -> String {
    address.chars().filter(|letter| !letter.is_control()).collect()
}

/// A moment as `20261122T133000Z`.
fn utc(moment: Timestamp) -> String {
    let (day, minute) = moment.local(0);
    let second = moment.0.div_euclid(1_000).rem_euclid(60);
    let (hour, minute) = (minute / 60, minute % 60);
    let (year, month, day) = (day.year(), day.month(), day.day());
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// A text value (RFC 5545, section 3.3.11): no control character but a line's end gets through, so
/// that no name can begin a property of its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// Adds a line, folded so that no part is longer than may be and no letter is cut.
fn line(out: &mut String, text: &str) {
    let mut length = 0;
    for letter in text.chars() {
        if length + letter.len_utf8() > LONGEST_LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(letter);
        length += letter.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(summary: &str) -> Event {
        Event {
            uid: "1@huella.example".to_owned(),
            sequence: None,
            organizer: None,
            made_at: Timestamp(1_795_350_605_000),
            starts_at: Timestamp(1_795_354_200_000),
            ends_at: Timestamp(1_795_368_600_000),
            summary: summary.to_owned(),
            location: String::new(),
            description: "Uno\nDos; tres".to_owned(),
            url: "https://huella.example/operativos/1".to_owned(),
        }
    }

    #[test]
    fn an_event_is_written_as_the_standard_says() {
        let text = calendar("Operativos, abiertos", Some("Hay más; busque"), &[event("Bonilla")]);
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Huella//Huella//ES\r\n\
                        CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n\
                        X-WR-CALNAME:Operativos\\, abiertos\r\n\
                        X-WR-CALDESC:Hay más\\; busque\r\nBEGIN:VEVENT\r\n\
                        UID:1@huella.example\r\nDTSTAMP:20261122T123005Z\r\n\
                        DTSTART:20261122T133000Z\r\nDTEND:20261122T173000Z\r\n\
                        SUMMARY:Bonilla\r\nDESCRIPTION:Uno\\nDos\\; tres\r\n\
                        URL:https://huella.example/operativos/1\r\nEND:VEVENT\r\n\
                        END:VCALENDAR\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_appointment_says_which_change_it_is_and_that_it_holds() {
        let text = appointment(&Event {
            sequence: Some(2),
            location: "Sede Villa El Salto, Sicilia 1516".to_owned(),
            description: "Traiga correa.\r\nCódigo K7QX2".to_owned(),
            ..event("Luna, Ñato; microchip")
        });
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Huella//Huella//ES\r\n\
                        METHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:1@huella.example\r\n\
                        SEQUENCE:2\r\nDTSTAMP:20261122T123005Z\r\n\
                        DTSTART:20261122T133000Z\r\nDTEND:20261122T173000Z\r\n\
                        SUMMARY:Luna\\, Ñato\\; microchip\r\n\
                        LOCATION:Sede Villa El Salto\\, Sicilia 1516\r\n\
                        DESCRIPTION:Traiga correa.\\nCódigo K7QX2\r\n\
                        URL:https://huella.example/operativos/1\r\nSTATUS:CONFIRMED\r\n\
                        END:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_cancellation_names_the_appointment_that_it_takes_back() {
        let event = Event {
            sequence: Some(3),
            organizer: Some("huella@huella.example".to_owned()),
            description: String::new(),
            ..event("Luna; microchip")
        };
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Huella//Huella//ES\r\n\
                        METHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:1@huella.example\r\n\
                        SEQUENCE:3\r\nORGANIZER:mailto:huella@huella.example\r\n\
                        DTSTAMP:20261122T123005Z\r\n\
                        DTSTART:20261122T133000Z\r\nDTEND:20261122T173000Z\r\n\
                        SUMMARY:Luna\\; microchip\r\n\
                        URL:https://huella.example/operativos/1\r\nSTATUS:CANCELLED\r\n\
                        END:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(cancellation(&event), expected);
        let given = appointment(&event);
        for line in ["UID:1@huella.example\r\n", "ORGANIZER:mailto:huella@huella.example\r\n"] {
            assert!(given.contains(line), "{line} is not in {given}");
        }
    }

    #[test]
    fn nobody_writes_a_line_of_their_own() {
        let name = "a\r\nEND:VCALENDAR\u{0}\rb";
        let text = calendar("Huella", None, &[Event { url: name.to_owned(), ..event(name) }]);
        assert!(text.contains("SUMMARY:a\\nEND:VCALENDAR  b\r\n"), "{text}");
        assert!(text.contains("URL:aEND:VCALENDARb\r\n"), "{text}");
        assert_eq!(text.matches("\r\nEND:VCALENDAR").count(), 1);
    }

    proptest! {
        #[test]
        fn lines_are_folded_and_come_back_whole(summary in "\\PC{0,200}") {
            let text = calendar("Huella", None, &[event(&summary)]);
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= LONGEST_LINE, "{line}");
                prop_assert!(!line.chars().any(char::is_control));
            }
            let unfolded = text.replace("\r\n ", "");
            let has_it = unfolded.contains(&format!("SUMMARY:{}\r\n", escaped(&summary)));
            prop_assert!(summary.is_empty() || has_it);
        }
    }
}
