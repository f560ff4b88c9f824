//! The Chilean RUN or RUT: a number and its check digit.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::catalogue::coded;
use crate::chip_number::Verdict;
use crate::field_error::{Problem, text_value};

/// A number with its modulo-11 check digit: a person's RUN, a company's RUT or, from 100,000,000,
/// a provisional school number. Canonical text is [`Run::compact`], `12345678-5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run(u32);

text_value!(Run, Run::parse_any, |run| run.compact(), "12345678-5");

/// With points and hyphen: `12.345.678-5`.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(*self))
    }
}

impl Run {
    /// The first number given to companies and foundations; people have smaller ones.
    pub const FIRST_COMPANY: u32 = 50_000_000;
    /// The first provisional school number (IPA, IPE); RUN and RUT are smaller.
    pub const FIRST_SCHOOL_ID: u32 = 100_000_000;
    /// The largest number of nine digits.
    pub const LARGEST: u32 = 999_999_999;

    /// The RUN of a number, with the check digit computed; `None` for 0 and above nine digits.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1..=Self::LARGEST => Some(Self(number)),
            _ => None,
        }
    }

    /// The number without its check digit.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The check digit, `0`–`9` or `K`.
    pub const fn check_digit(self) -> char {
        check_digit(self.0)
    }

    /// Number, hyphen and digit without points: `12345678-5`.
    pub fn compact(self) -> String {
        format!("{}-{}", self.0, self.check_digit())
    }

    /// With points, and all but the last three digits hidden: `••.•••.678-5`.
    pub fn masked(self) -> String {
        let text = grouped(self);
        let shown_from = text.len().saturating_sub(5);
        text.char_indices()
            .map(|(at, c)| if at < shown_from && c.is_ascii_digit() { '•' } else { c })
            .collect()
    }

    /// Whether the number is in the range of natural persons.
    pub const fn is_person(self) -> bool {
        self.0 < Self::FIRST_COMPANY
    }

    /// Whether the number is in the range of companies and foundations.
    pub const fn is_company(self) -> bool {
        self.0 >= Self::FIRST_COMPANY && self.0 < Self::FIRST_SCHOOL_ID
    }

    /// Whether the number is a provisional school number, which is not a RUN.
    pub const fn is_school_id(self) -> bool {
        self.0 >= Self::FIRST_SCHOOL_ID
    }

    /// Reads any written form and says what it makes of it.
    pub fn read(text: &str) -> RunReading {
        match Self::parse_any(text) {
            Err(error) => RunReading {
                verdict: Verdict::Rejected,
                canonical: None,
                reasons: vec![error.into()],
            },
            Ok(run) if run.is_school_id() => RunReading {
                verdict: Verdict::Nonconforming,
                canonical: Some(run),
                reasons: vec![RunReason::SchoolId],
            },
            Ok(run) if run.is_company() => RunReading {
                verdict: Verdict::Warning,
                canonical: Some(run),
                reasons: vec![RunReason::RutCompany],
            },
            Ok(run) => {
                RunReading { verdict: Verdict::Accepted, canonical: Some(run), reasons: vec![] }
            }
        }
    }

    /// A RUN or RUT below 100,000,000, in any written form.
    pub fn parse(text: &str) -> Result<Self, RunError> {
        let run = Self::parse_any(text)?;
        if run.is_school_id() { Err(RunError::SchoolId) } else { Ok(run) }
    }

    /// A RUN of a natural person, in any written form.
    pub fn parse_person(text: &str) -> Result<Self, RunError> {
        let run = Self::parse(text)?;
        if run.is_company() { Err(RunError::Company) } else { Ok(run) }
    }

    /// Any number with a fitting check digit, school numbers too. Points, spaces, hyphens and
    /// dashes are ignored, `k` is `K`, leading zeros are dropped. A number grouped by points with
    /// nothing behind its last three digits lacks its check digit, and so does one that ends with
    /// its hyphen.
    pub fn parse_any(text: &str) -> Result<Self, RunError> {
        let mut digits = String::new();
        let (mut last_group, mut hyphen) = (None, None);
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                'k' | 'K' => digits.push('K'),
                '.' => last_group = Some(digits.len()),
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {
                    hyphen.get_or_insert(digits.len());
                }
                c if c.is_whitespace() || c.is_control() => {}
                _ => return Err(RunError::Malformed),
            }
        }
        let is_whole_group = last_group.is_some_and(|at| digits.len() - at == 3);
        let ends_so = match hyphen {
            Some(at) => at > 0 && at == digits.len(),
            None => is_whole_group && !digits.ends_with('K'),
        };
        if ends_so {
            return Err(RunError::Malformed);
        }
        let Some(given) = digits.pop() else { return Err(RunError::Empty) };
        if digits.is_empty() || digits.contains('K') {
            return Err(RunError::Malformed);
        }
        let number = match digits.trim_start_matches('0') {
            "" => return Err(RunError::OutOfRange),
            significant if significant.len() > 9 => return Err(RunError::OutOfRange),
            significant => significant.parse().map_err(|_| RunError::OutOfRange)?,
        };
        if check_digit(number) != given {
            return Err(RunError::WrongDigit);
        }
        Self::from_number(number).ok_or(RunError::OutOfRange)
    }
}

/// What was made of a text as a RUN.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct RunReading {
    /// The verdict.
    pub verdict: Verdict,
    /// The number read, unless rejected.
    pub canonical: Option<Run>,
    /// Why the verdict is not plain acceptance; empty when it is.
    pub reasons: Vec<RunReason>,
}

coded! {
    /// Why a text is not plainly a person's RUN.
    pub enum RunReason {
        /// Nothing was given.
        Empty = "empty",
        /// Not of the form number and check digit.
        Malformed = "malformed",
        /// The check digit does not fit the number.
        WrongDigit = "wrong_digit",
        /// Zero, or more than nine digits.
        OutOfRange = "out_of_range",
        /// From 50,000,000: a company or foundation.
        RutCompany = "rut_company",
        /// From 100,000,000: a provisional school number, not a RUN.
        SchoolId = "school_id",
    }
}

coded! {
    /// Why a text is not the RUN asked for.
    pub enum RunError {
        /// Nothing was given.
        Empty = "empty",
        /// Not of the form number and check digit.
        Malformed = "malformed",
        /// The check digit does not fit the number.
        WrongDigit = "wrong_digit",
        /// Zero, or more than nine digits.
        OutOfRange = "out_of_range",
        /// A company's RUT where a person's RUN is needed.
        Company = "company",
        /// A provisional school number, not a RUN.
        SchoolId = "school_id",
    }
}

impl std::error::Error for RunError {}

impl From<RunError> for RunReason {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Empty => Self::Empty,
            RunError::Malformed => Self::Malformed,
            RunError::WrongDigit => Self::WrongDigit,
            RunError::OutOfRange => Self::OutOfRange,
            RunError::Company => Self::RutCompany,
            RunError::SchoolId => Self::SchoolId,
        }
    }
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Empty => Self::Empty,
            RunError::Malformed => Self::RunMalformed,
            RunError::WrongDigit => Self::RunWrongDigit,
            RunError::OutOfRange => Self::RunOutOfRange,
            RunError::Company => Self::RunCompany,
            RunError::SchoolId => Self::RunSchoolId,
        }
    }
}

/// Modulo 11 with the weights 2 to 7 repeating from the right; 11 is written 0 and 10 is K.
const fn check_digit(number: u32) -> char {
    let (mut rest, mut weight, mut sum) = (number, 2, 0);
    while rest > 0 {
        sum += (rest % 10) * weight;
        weight = if weight == 7 { 2 } else { weight + 1 };
        rest /= 10;
    }
    match 11 - sum % 11 {
        11 => '0',
        10 => 'K',
        digit => (b'0' + digit as u8) as char,
    }
}

/// Groups of three with points, then hyphen and check digit.
fn grouped(run: Run) -> String {
    let digits = run.0.to_string();
    let mut text = String::with_capacity(13);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text.push('-');
    text.push(run.check_digit());
    text
}
