//! An e-mail address.

use std::fmt;

use crate::catalogue::coded;
use crate::contact::typos;
use crate::field_error::{Problem, text_value};

/// An address of the plain kind that every relay carries: ASCII, no quoted local part, no
/// comments, at most 254 characters. The domain is in lower case, the local part as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

text_value!(Email, Email::parse, |email| email.to_string(), "ana@example.cl");

impl Email {
    /// The most characters (RFC 5321 section 4.5.3.1.3, without the angle brackets).
    pub const LONGEST: u16 = 254;

    /// Reads an address; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > usize::from(Self::LONGEST) {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::MissingAt)?;
        if local.contains('@') {
            return Err(EmailError::MissingAt);
        }
        if !is_local_part(local) {
            return Err(EmailError::BadLocalPart);
        }
        let domain = domain.to_ascii_lowercase();
        if !is_domain(&domain) {
            return Err(EmailError::BadDomain);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`, as typed.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address in lower case, by which two are compared: no provider in use tells them apart.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// What was probably meant, when the domain looks like a slip: `gmial.com` gives `gmail.com`.
    /// `None` when the domain is a usual one or resembles none.
    pub fn suggestion(&self) -> Option<Self> {
        let domain = typos::corrected(self.domain())?;
        Some(Self(format!("{}@{domain}", self.local_part())))
    }

    /// As [`Email::suggestion`], also for texts that are not yet an address: `ana@gmail`,
    /// `ana@hotmail,com`, `ana@gmail..com`.
    pub fn suggestion_for(text: &str) -> Option<Self> {
        if let Ok(email) = Self::parse(text) {
            return email.suggestion();
        }
        let text = text.trim();
        if text.len() > usize::from(Self::LONGEST) {
            return None;
        }
        let (local, domain) = text.split_once('@')?;
        let local = local.trim();
        let domain = domain.to_ascii_lowercase().replace([',', ';', ' '], ".").replace("..", ".");
        let domain = domain.trim_matches('.');
        let corrected = typos::corrected(domain).unwrap_or_else(|| domain.to_owned());
        Self::parse(&format!("{local}@{corrected}")).ok()
    }

    /// For those who may not know the whole: `m••••@gmail.com`.
    pub fn masked(&self) -> String {
        let first = self.local_part().chars().next().unwrap_or('•');
        format!("{first}••••@{}", self.domain())
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A dot-atom of RFC 5321, 1 to 64 characters.
fn is_local_part(local: &str) -> bool {
    let is_atom_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= 64
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte))
}

/// At least two labels of letters, digits and inner hyphens; the last one not a number.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    let is_top = last.len() >= 2
        && (last.starts_with("xn--") || last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    is_top && domain.split('.').all(is_label)
}

coded! {
    /// Why a text is not an e-mail address.
    pub enum EmailError {
        /// Nothing was given.
        Empty = "empty",
        /// More than 254 characters.
        TooLong = "too_long",
        /// No `@`, or several.
        MissingAt = "missing_at",
        /// The part before the `@` is not valid.
        BadLocalPart = "bad_local_part",
        /// The part after the `@` is not valid.
        BadDomain = "bad_domain",
    }
}

impl std::error::Error for EmailError {}

impl From<EmailError> for Problem {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::Empty => Self::Empty,
            EmailError::TooLong => Self::TooLong,
            EmailError::MissingAt => Self::EmailMissingAt,
            EmailError::BadLocalPart => Self::EmailBadLocalPart,
            EmailError::BadDomain => Self::EmailBadDomain,
        }
    }
}
