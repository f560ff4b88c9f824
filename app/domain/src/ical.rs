//! Calendars as other programs read them (iCalendar, RFC 5545): events with a beginning and an
//! end in UTC, which no reader can take for another hour. Written by hand, for it is three rules
//! (escaped text, folded lines, UTC) and a library brings a second way to tell time.

use crate::timestamp::Timestamp;

/// Longest line in octets, without its end (RFC 5545, section 3.1).
const LONGEST_LINE: usize = 75;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Names it for ever, `…@host`: the same event read again is the same.
    pub uid: String,
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

/// The text of a calendar with these events.
#[must_use]
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Huella//Huella//ES");
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}", escaped(&event.uid)));
        line(&mut out, &format!("DTSTAMP:{}", utc(event.made_at)));
        line(&mut out, &format!("DTSTART:{}", utc(event.starts_at)));
        line(&mut out, &format!("DTEND:{}", utc(event.ends_at)));
        for (property, text) in [
            ("SUMMARY", &event.summary),
            ("LOCATION", &event.location),
            ("DESCRIPTION", &event.description),
        ] {
            if !text.is_empty() {
                line(&mut out, &format!("{property}:{}", escaped(text)));
            }
        }
        if !event.url.is_empty() {
            // An address is no text: it is not escaped, and has no white space.
            let url: String = event.url.chars().filter(|c| !c.is_control()).collect();
            line(&mut out, &format!("URL:{url}"));
        }
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

/// A moment as `20261122T133000Z`.
fn utc(moment: Timestamp) -> String {
    let (day, minute) = moment.local(0);
    let second = moment.0.div_euclid(1_000).rem_euclid(60);
    let (hour, minute) = (minute / 60, minute % 60);
    let (year, month, day) = (day.year(), day.month(), day.day());
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// A text value (RFC 5545, section 3.3.11). Controls but line breaks are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
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
        let text = calendar("Operativos, abiertos", &[event("Bonilla")]);
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Huella//Huella//ES\r\n\
                        CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n\
                        X-WR-CALNAME:Operativos\\, abiertos\r\nBEGIN:VEVENT\r\n\
                        UID:1@huella.example\r\nDTSTAMP:20261122T123005Z\r\n\
                        DTSTART:20261122T133000Z\r\nDTEND:20261122T173000Z\r\n\
                        SUMMARY:Bonilla\r\nDESCRIPTION:Uno\\nDos\\; tres\r\n\
                        URL:https://huella.example/operativos/1\r\nEND:VEVENT\r\n\
                        END:VCALENDAR\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn nobody_writes_a_line_of_their_own() {
        let text = calendar("Huella", &[event("a\r\nEND:VCALENDAR\u{0}")]);
        assert!(text.contains("SUMMARY:a\\nEND:VCALENDAR\r\n"), "{text}");
        assert_eq!(text.matches("\r\nEND:VCALENDAR").count(), 1);
    }

    proptest! {
        #[test]
        fn lines_are_folded_and_come_back_whole(summary in "\\PC{0,200}") {
            let text = calendar("Huella", &[event(&summary)]);
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
