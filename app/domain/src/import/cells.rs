//! Single cells that lists write in many ways.

use crate::animal::Birth;
use crate::catalogue::Species;
use crate::catalogue::breed::{Breed, BreedError};
use crate::catalogue::coat::{Coat, CoatError, Colour};
use crate::field_error::Problem;
use crate::import::headings::{COLOURS, MIXED, MIXED_NAME, MONTHS, SHORTER, meant};
use crate::name::{NameError, PersonName, search_key};
use crate::territory::{Commune, TerritoryError, UnitKey};
use crate::timestamp::CivilDate;

/// The oldest that a dog or cat gets, in years, with some to spare.
const OLDEST_YEARS: i64 = 40;
/// Days in a thousand months.
const DAYS_OF_1000_MONTHS: i64 = 30_437;

/// A whole name: two words are a name and a surname, of more the last two are surnames; before a
/// comma stand the surnames.
pub(super) fn whole_name(text: &str) -> Result<PersonName, NameError> {
    if let Some((surnames, given)) = text.split_once(',') {
        return PersonName::parse(given, surnames);
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let surnames = match words.len() {
        0 | 1 => return PersonName::mononym(text),
        2 => 1,
        _ => 2,
    };
    let (given, surnames) = words.split_at(words.len() - surnames);
    PersonName::parse(&given.join(" "), &surnames.join(" "))
}

/// A commune by its name or its code.
pub(super) fn commune(text: &str) -> Result<Commune, TerritoryError> {
    let key = search_key(text);
    let is_it = |commune: &Commune| commune.name().is_some_and(|name| search_key(name) == key);
    match Commune::named().find(is_it) {
        Some(commune) => Ok(commune),
        // A spreadsheet drops the zero before the region.
        None if text.len() == 4 => Commune::parse(&format!("0{text}")),
        None => Commune::parse(text).map_err(|_| TerritoryError::Unknown),
    }
}

/// A neighbourhood unit by its key, or by its number in the commune of the row.
pub(super) fn unit(text: &str, commune: Option<Commune>) -> Result<UnitKey, TerritoryError> {
    if let Ok(unit) = UnitKey::parse(text) {
        return Ok(unit);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = digits.parse().map_err(|_| TerritoryError::Malformed)?;
    UnitKey::new(commune.ok_or(TerritoryError::Malformed)?, number)
}

/// A breed of the list, one of the usual words for none, or what is written.
pub(super) fn breed(species: Species, text: &str) -> Result<Breed, BreedError> {
    let is_mixed = species == Species::Dog && MIXED.contains(&search_key(text).as_str());
    Breed::from_words(species, if is_mixed { MIXED_NAME } else { text })
}

/// The colours that a text names, in its order; other words between them are passed over.
pub(super) fn coat(text: &str) -> Result<Coat, CoatError> {
    let mut colours: Vec<Colour> = Vec::with_capacity(Coat::MOST);
    for word in search_key(text).split(' ') {
        if let Some(colour) = meant(COLOURS, word)
            && !colours.contains(&colour)
            && colours.len() < Coat::MOST
        {
            colours.push(colour);
        }
    }
    if colours.is_empty() { Err(CoatError::Unknown) } else { Coat::new(colours) }
}

/// A day that has come.
pub(super) fn past_date(text: &str, today: CivilDate) -> Result<CivilDate, Problem> {
    let day = date(text).ok_or(Problem::Malformed)?;
    if day > today {
        return Err(Problem::InFuture);
    }
    Ok(day)
}

/// A day as people and spreadsheets write it: year, month, day, or day, month, year; a time of
/// the day after it is passed over.
pub(super) fn date(text: &str) -> Option<CivilDate> {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let mut parts = day.split(['-', '/', '.']);
    let (first, middle, last) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || ![first, middle, last].into_iter().all(is_plain) {
        return None;
    }
    let (year, day) = match (first.len(), last.len()) {
        (4, 1 | 2) => (first.parse().ok()?, last),
        (1 | 2, 4) => (last.parse().ok()?, first),
        (1 | 2, 2) => (2_000 + last.parse::<i16>().ok()?, first),
        _ => return None,
    };
    CivilDate::new(year, middle.parse().ok()?, day.parse().ok()?).ok()
}

/// A birth: a day, a year, or an age as of a day.
pub(super) fn birth(text: &str, from: CivilDate) -> Result<Birth, Problem> {
    let (on, estimated) = match (date(text), year(text, from)) {
        (Some(day), _) => (day, false),
        (None, Some(middle)) => (middle, true),
        (None, None) => {
            let months = age_in_months(text).ok_or(Problem::Malformed)?;
            let days = months.saturating_mul(DAYS_OF_1000_MONTHS) / 1_000;
            (CivilDate::from_days(from.days().saturating_sub(days)), true)
        }
    };
    if on > from {
        return Err(Problem::InFuture);
    }
    if i64::from(on.years_until(from)) > OLDEST_YEARS {
        return Err(Problem::TooLongAgo);
    }
    Ok(Birth { on, estimated })
}

/// The middle of a year; of this year, the day itself.
fn year(text: &str, from: CivilDate) -> Option<CivilDate> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year: i16 = is_year.then(|| text.parse().ok())??;
    let middle = CivilDate::new(year, 7, 1).ok()?;
    Some(if year == from.year() { middle.min(from) } else { middle })
}

/// An age in whole months; a number alone is in years.
fn age_in_months(text: &str) -> Option<i64> {
    let mut months = 0_i64;
    let mut found = false;
    let mut number: Option<i64> = None;
    // Tenths: half a year is written with a comma.
    let tidy = search_key(&text.replace([',', '.'], "p"));
    let spaced = tidy.replace("p5", "h");
    let mut words = Vec::new();
    for word in spaced.split(' ') {
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (count, unit) = word.split_at(digits);
        words.extend([count, unit].into_iter().filter(|part| !part.is_empty()));
    }
    let mut half = 0;
    for word in words {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            number = Some(word.parse::<i64>().ok().filter(|count| *count <= 1_000)?);
            found = true;
            half = 0;
        } else if word == "h" {
            half = 6;
        } else if let Some(count) = number.take() {
            months += in_months(count, half, word);
            half = 0;
        }
    }
    if let Some(count) = number {
        months += count * 12 + half;
    }
    found.then_some(months)
}

fn in_months(count: i64, half: i64, unit: &str) -> i64 {
    if unit.starts_with(MONTHS) {
        count
    } else if SHORTER.iter().any(|short| unit.starts_with(short)) {
        0
    } else {
        count * 12 + half
    }
}
