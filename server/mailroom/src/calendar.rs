//! One appointment as a file that every calendar reads (RFC 5545).
//!
//! Times are told in UTC, so that no zone has to be described and none can be misread.

use domain::timestamp::Timestamp;

/// Longest line in bytes, its end not counted (RFC 5545, section 3.1).
const LINE_BYTES: usize = 75;

/// One appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Its name for ever: a calendar that has it changes it instead of adding a second one.
    pub uid: String,
    /// Rises with every change of the appointment: a calendar keeps the highest.
    pub sequence: u32,
    /// When this file was made.
    pub stamp: Timestamp,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What it is, in one line.
    pub summary: String,
    /// Where.
    pub location: String,
    /// More about it, in lines.
    pub description: String,
    /// Its page.
    pub url: String,
    /// It does not take place any more.
    pub is_cancelled: bool,
}

impl Appointment {
    /// The file. The same appointment gives the same bytes.
    #[must_use]
    pub fn file(&self) -> String {
        let status = if self.is_cancelled { "CANCELLED" } else { "CONFIRMED" };
        let lines = [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Huella//Huella//ES".to_owned(),
            "METHOD:PUBLISH".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(&self.uid)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(self.stamp)),
            format!("DTSTART:{}", utc(self.starts_at)),
            format!("DTEND:{}", utc(self.ends_at)),
            format!("SUMMARY:{}", escaped(&self.summary)),
            format!("LOCATION:{}", escaped(&self.location)),
            format!("DESCRIPTION:{}", escaped(&self.description)),
            // A URI is no text: nothing in it is escaped, and nothing in it may end the line.
            format!("URL:{}", self.url.replace(char::is_control, "")),
            format!("STATUS:{status}"),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ];
        let mut file = String::new();
        for line in lines {
            fold(&mut file, &line);
        }
        file
    }
}

/// `20261205T123000Z`.
fn utc(moment: Timestamp) -> String {
    let (day, minute) = moment.local(0);
    let second = moment.0.div_euclid(1000).rem_euclid(60);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{second:02}Z",
        day.year(),
        day.month(),
        day.day(),
        minute / 60,
        minute % 60
    )
}

/// Text as a value (section 3.3.11): no control character but the line's end gets through, so
/// that no name can begin a property of its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.replace("\r\n", "\n").chars() {
        match sign {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(sign);
            }
            '\n' => out.push_str("\\n"),
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// Writes a line, broken where it is too long and never inside a character.
fn fold(file: &mut String, line: &str) {
    let mut used = 0;
    for sign in line.chars() {
        if used + sign.len_utf8() > LINE_BYTES {
            file.push_str("\r\n ");
            used = 1;
        }
        file.push(sign);
        used += sign.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-12-05, 09:30 in Santiago, summer time.
    const NINE_THIRTY: i64 = 1_796_473_800_000;

    fn appointment() -> Appointment {
        Appointment {
            uid: "0192f0c1@huella.example.cl".to_owned(),
            sequence: 2,
            stamp: Timestamp(1_795_356_000_000),
            starts_at: Timestamp(NINE_THIRTY),
            ends_at: Timestamp(NINE_THIRTY + 1_800_000),
            summary: "Luna, Ñato; microchip".to_owned(),
            location: "Sede Villa El Salto, Sicilia 1516".to_owned(),
            description: "Traiga correa.\r\nCódigo K7QX2".to_owned(),
            url: "https://huella.example.cl/T/K7QX2M9RTA".to_owned(),
            is_cancelled: false,
        }
    }

    fn unfolded(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn times_are_told_in_utc_and_text_is_escaped() {
        let lines = unfolded(&appointment().file());
        for expected in [
            "UID:0192f0c1@huella.example.cl",
            "SEQUENCE:2",
            "DTSTART:20261205T123000Z",
            "DTEND:20261205T130000Z",
            "SUMMARY:Luna\\, Ñato\\; microchip",
            "DESCRIPTION:Traiga correa.\\nCódigo K7QX2",
            "URL:https://huella.example.cl/T/K7QX2M9RTA",
            "STATUS:CONFIRMED",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} is not in {lines:?}");
        }
        let cancelled = Appointment { is_cancelled: true, ..appointment() }.file();
        assert!(cancelled.contains("STATUS:CANCELLED\r\n"), "{cancelled}");
    }

    #[test]
    fn no_name_begins_a_property_and_no_line_is_too_long() {
        let name = format!("{}\r\nATTACH:http://evil\n\u{0}", "Ñandú 🐶 ".repeat(40));
        let file = Appointment { summary: name.clone(), url: name, ..appointment() }.file();
        assert!(file.split("\r\n").all(|line| line.len() <= LINE_BYTES), "{file}");
        let lines = unfolded(&file);
        assert_eq!(lines.len(), 17, "{file}");
        assert!(!lines.iter().any(|line| line.starts_with("ATTACH")), "{file}");
        assert!(file.split("\r\n").all(|line| !line.contains(['\n', '\r', '\0'])), "{file}");
    }
}
