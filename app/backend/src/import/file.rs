//! The rows of a file: a list with separators, or a workbook. Bounded in every way before anything
//! is believed of it.

use std::borrow::Cow;

use domain::import::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Plan, Source, Unfit, columns_for};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::workbook;

/// A list as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its headings, what they seem to mean, and as what it was read.
    pub plan: Plan,
    /// The rows below, those without a word aside.
    pub rows: Vec<Vec<String>>,
}

/// Lines at the top among which the headings are looked for.
const TITLE_LINES: usize = 10;
/// The signs between cells, the usual one first.
const SEPARATORS: [char; 3] = [';', '\t', ','];
/// How every workbook begins: it is an archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Reads a file.
///
/// # Errors
/// Why it cannot be taken.
pub fn read(bytes: &[u8]) -> Result<Table, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Missing);
    }
    if bytes.len() > usize::try_from(MOST_BYTES).unwrap_or(usize::MAX) {
        return Err(Unfit::TooLarge);
    }
    if bytes.starts_with(ARCHIVE) {
        return table(workbook::rows(bytes)?, Source::Workbook, None);
    }
    let (text, source) = decoded(bytes);
    // No list has these; pictures, papers and workbooks of old have them.
    if text.contains(|c: char| c < '\t' || c == '\u{FFFD}') {
        return Err(Unfit::Unreadable);
    }
    let separator = separator(&text);
    table(cells(&text, separator)?, source, Some(separator))
}

/// The text, as what its first bytes or its whole say that it is: what is no UTF-8 comes from a
/// spreadsheet of Windows.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, Source) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let (text, _) = encoding.decode_without_bom_handling(rest);
        let source = if encoding == UTF_8 { Source::CsvUtf8 } else { Source::CsvUtf16 };
        return (text, source);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Source::CsvUtf8),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Source::CsvWindows),
    }
}

/// The sign that stands most often between the words of the first lines, outside of quotes.
fn separator(text: &str) -> char {
    let mut counts = [0_usize; SEPARATORS.len()];
    for line in text.lines().take(TITLE_LINES) {
        for part in line.split('"').step_by(2) {
            for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
                *count += part.matches(separator).count();
            }
        }
    }
    let most = counts.into_iter().max().unwrap_or(0);
    let found = counts.into_iter().zip(SEPARATORS).find(|(count, _)| *count == most);
    found.map_or(';', |(_, separator)| separator)
}

fn cells(text: &str, separator: char) -> Result<Vec<Vec<String>>, Unfit> {
    let delimiter = u8::try_from(separator).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Unfit::Unreadable)?;
        let row: Vec<_> = record.iter().map(str::to_owned).collect();
        if has_words(&row) {
            rows.push(row);
        }
        if rows.len() > MOST_ROWS + TITLE_LINES {
            return Err(Unfit::TooManyRows);
        }
    }
    Ok(rows)
}

/// Whether anything is written in a row.
pub(super) fn has_words(row: &[String]) -> bool {
    row.iter().any(|cell| !cell.trim().is_empty())
}

/// The rows below the headings: the line among the first ones that says most, or the first.
fn table(rows: Vec<Vec<String>>, source: Source, separator: Option<char>) -> Result<Table, Unfit> {
    let known = |row: &Vec<String>| columns_for(row).into_iter().flatten().count();
    let most = rows.iter().take(TITLE_LINES).map(known).max().unwrap_or(0);
    let at = rows.iter().position(|row| known(row) == most).unwrap_or(0);
    let mut rows = rows.into_iter().skip(at);
    let mut headings = rows.next().ok_or(Unfit::Empty)?;
    let rows: Vec<_> = rows.map(trimmed).collect();
    let width = rows.iter().map(Vec::len).max().ok_or(Unfit::Empty)?;
    if rows.len() > MOST_ROWS {
        return Err(Unfit::TooManyRows);
    }
    headings = trimmed(headings);
    headings.resize(width.max(headings.len()), String::new());
    if headings.len() > MOST_COLUMNS {
        return Err(Unfit::TooManyColumns);
    }
    Ok(Table { plan: Plan::proposed(headings, source, separator), rows })
}

/// A row without the empty cells at its end.
fn trimmed(mut row: Vec<String>) -> Vec<String> {
    let used = row.iter().rposition(|cell| !cell.trim().is_empty());
    row.truncate(used.map_or(0, |last| last + 1));
    row
}
