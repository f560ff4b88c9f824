//! Days as people write them and as packages print them.

use domain::timestamp::{CivilDate, DateError};

/// A day as people and browsers write it: `2024-03-09`, `9/3/2024`, `09-03-2024`, `09032024`.
///
/// # Errors
/// [`DateError`] for anything else.
pub fn date(text: &str) -> Result<CivilDate, DateError> {
    if let Ok(iso) = text.trim().parse() {
        return Ok(iso);
    }
    match numbers(text)[..] {
        [day, month, year] => civil(year, month, day),
        [whole] if text.trim().len() == 8 => {
            civil(whole % 10_000, whole / 10_000 % 100, whole / 1_000_000)
        }
        _ => Err(DateError),
    }
}

/// The last day of use, as printed: `08/2027`, `0827`, `8-27`, or a whole date.
///
/// # Errors
/// [`DateError`] for anything else.
pub fn expiry(text: &str) -> Result<CivilDate, DateError> {
    let (month, year) = match numbers(text)[..] {
        [month, year] => (month, year),
        [both] if text.trim().len() == 4 => (both / 100, both % 100),
        [both] if text.trim().len() == 6 => (both / 10_000, both % 10_000),
        _ => return date(text),
    };
    let year = if year < 100 { year + 2000 } else { year };
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    civil(year, month, 1)?;
    Ok(CivilDate::from_days(civil(next.0, next.1, 1)?.days() - 1))
}

fn numbers(text: &str) -> Vec<u32> {
    let parts = text.trim().split(['/', '-', '.', ' ']);
    let all: Result<Vec<u32>, _> = parts.map(str::parse).collect();
    all.unwrap_or_default()
}

fn civil(year: u32, month: u32, day: u32) -> Result<CivilDate, DateError> {
    let year = i16::try_from(year).map_err(|_| DateError)?;
    let month = i8::try_from(month).map_err(|_| DateError)?;
    CivilDate::new(year, month, i8::try_from(day).map_err(|_| DateError)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_read_as_it_is_printed() {
        for text in ["08/2027", "0827", "8-27", "08 2027", "082027", "2027-08-31", "31/8/2027"] {
            assert_eq!(expiry(text).map(|day| day.to_string()), Ok("2027-08-31".into()), "{text}");
        }
        assert_eq!(expiry("12/2027").map(|day| day.to_string()), Ok("2027-12-31".into()));
        for text in ["", "2027", "13/2027", "ago 2027", "0/27"] {
            assert_eq!(expiry(text), Err(DateError), "{text}");
        }
    }

    #[test]
    fn a_date_is_read_as_people_write_it() {
        for text in ["2024-03-09", "9/3/2024", "09-03-2024", "09032024", " 9.3.2024 "] {
            assert_eq!(date(text).map(|day| day.to_string()), Ok("2024-03-09".into()), "{text}");
        }
        assert_eq!(date("31/02/2024"), Err(DateError));
    }
}
