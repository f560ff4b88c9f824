//! The rows of a workbook's first sheet. An archive of a few kilobytes can hold gigabytes, and a
//! sheet can place one cell a million rows away: both are measured before they are followed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use domain::import::{MOST_COLUMNS, MOST_ROWS, Unfit};
use zip::ZipArchive;

use super::file::has_words;

/// Most bytes of all parts of a workbook when they are unpacked: five times what 20,000 rows of
/// twenty columns take.
const MOST_UNPACKED: u64 = 32 * 1024 * 1024;
/// Most parts: a workbook has some dozens.
const MOST_PARTS: usize = 2_000;
/// Most bytes of text in all cells; a text that is kept once can be named in every cell.
const MOST_TEXT: usize = 16 * 1024 * 1024;
/// Lines above the headings that are put up with.
const TITLE_LINES: usize = 10;

/// The rows with words of the first sheet that is to be seen.
///
/// # Errors
/// Why it cannot be taken.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, Unfit> {
    measure(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unfit::Unreadable)?;
    let is_shown = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    let sheet = workbook.sheets_metadata().iter().find(is_shown);
    let name = sheet.map(|sheet| sheet.name.clone()).ok_or(Unfit::Empty)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|_| Unfit::Unreadable)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut text = 0_usize;
    while let Some(cell) = cells.next_cell().map_err(|_| Unfit::Unreadable)? {
        let word = written(cell.get_value());
        if word.trim().is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return Err(Unfit::TooManyColumns);
        }
        text += word.len();
        if text > MOST_TEXT {
            return Err(Unfit::TooLarge);
        }
        let line = rows.entry(row).or_default();
        if line.len() <= column {
            line.resize(column + 1, String::new());
        }
        if let Some(place) = line.get_mut(column) {
            *place = word;
        }
        if rows.len() > MOST_ROWS + TITLE_LINES {
            return Err(Unfit::TooManyRows);
        }
    }
    Ok(rows.into_values().filter(|row| has_words(row)).collect())
}

/// Unpacks every part once, for what an archive says of its sizes need not be true.
fn measure(bytes: &[u8]) -> Result<(), Unfit> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit::Unreadable)?;
    if archive.len() > MOST_PARTS {
        return Err(Unfit::TooLarge);
    }
    let mut left = MOST_UNPACKED;
    let mut content = Vec::new();
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| Unfit::Unreadable)?;
        content.clear();
        let mut bounded = part.take(left.saturating_add(1));
        bounded.read_to_end(&mut content).map_err(|_| Unfit::Unreadable)?;
        let read = u64::try_from(content.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(read).ok_or(Unfit::TooLarge)?;
        if promises_too_much(&content) {
            return Err(Unfit::TooLarge);
        }
    }
    Ok(())
}

/// The attribute by which a workbook says how many texts it holds.
const PROMISE: &[u8] = b"uniqueCount";
/// Most texts that all cells together can name.
const MOST_PROMISED: u64 = 1_200_000;

/// Whether a part says that it holds more texts than all cells could name: the reader makes room
/// for them before it sees the first, and a process that finds no memory ends.
fn promises_too_much(part: &[u8]) -> bool {
    let places = part.windows(PROMISE.len()).enumerate().filter(|(_, word)| *word == PROMISE);
    places.map(|(at, _)| at + PROMISE.len()).any(|end| {
        let after = part.get(end..).unwrap_or_default().iter().copied();
        let is_between =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(*byte, b'=' | b'"' | b'\'' | b'+');
        let digits = after.skip_while(is_between).take_while(u8::is_ascii_digit);
        let add = |sum: u64, digit: u8| {
            sum.saturating_mul(10).saturating_add(u64::from(digit.saturating_sub(b'0')))
        };
        digits.fold(0, add) > MOST_PROMISED
    })
}

/// A cell as a person would write it: a number without a fraction as its digits, so that a chip
/// loses none; a day as year, month, day.
fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => u8::from(*value).to_string(),
        DataRef::DateTime(moment) => day_text(moment),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// The largest number of which every digit is kept: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn number_text(number: f64) -> String {
    let is_whole = number.fract() == 0.0 && number.abs() <= EXACT;
    if is_whole { format!("{number:.0}") } else { number.to_string() }
}

/// The last day that a spreadsheet knows, 9999-12-31.
const LAST_DAY: f64 = 2_958_466.0;

fn day_text(moment: &ExcelDateTime) -> String {
    let number = moment.as_f64();
    if !moment.is_datetime() || !(0.0..LAST_DAY).contains(&number) {
        return number_text(number);
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}
