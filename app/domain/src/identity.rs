//! The document by which a person or an organisation is known.

use std::fmt;

use crate::catalogue::coded;
use crate::field_error::Problem;
use crate::run::{Run, RunError};

/// An identity document. On the wire and in the store it is a kind and a key, see
/// [`IdentityDocument::kind`] and [`IdentityDocument::key`]; the pair is unique among owners,
/// save for those without document.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "DocumentText", into = "DocumentText")]
pub enum IdentityDocument {
    /// A natural person's RUN.
    Run(Run),
    /// A company's or foundation's RUT.
    CompanyRut(Run),
    /// A provisional school number.
    SchoolId {
        /// Of the pupil or of the parent.
        kind: SchoolIdKind,
        /// The number, from 100,000,000.
        run: Run,
    },
    /// A passport or another country's identity card.
    Passport {
        /// Who issued it.
        country: PassportCountry,
        /// Its number.
        number: PassportNumber,
    },
    /// No document was shown.
    None,
}

impl IdentityDocument {
    /// The document of a RUN or RUT, by the range of its number. School numbers need a kind and
    /// give [`IdentityError::Run`].
    pub fn of_run(run: Run) -> Result<Self, IdentityError> {
        match run {
            run if run.is_person() => Ok(Self::Run(run)),
            run if run.is_company() => Ok(Self::CompanyRut(run)),
            _ => Err(IdentityError::Run(RunError::SchoolId)),
        }
    }

    /// Reads a RUN or RUT in any written form.
    pub fn parse_run(text: &str) -> Result<Self, IdentityError> {
        Self::of_run(Run::parse(text)?)
    }

    /// A passport's country and number as typed.
    pub fn parse_passport(country: &str, number: &str) -> Result<Self, IdentityError> {
        let country = PassportCountry::parse(country)?;
        Ok(Self::Passport { country, number: PassportNumber::parse(number)? })
    }

    /// The document of a kind and its key, as sent and stored.
    pub fn from_key(kind: DocumentKind, key: &str) -> Result<Self, IdentityError> {
        let school = |kind| match Run::parse_any(key)? {
            run if run.is_school_id() => Ok(Self::SchoolId { kind, run }),
            _ => Err(IdentityError::WrongKind),
        };
        match kind {
            DocumentKind::Run | DocumentKind::CompanyRut => match Self::parse_run(key)? {
                document if document.kind() == kind => Ok(document),
                _ => Err(IdentityError::WrongKind),
            },
            DocumentKind::Ipa => school(SchoolIdKind::Ipa),
            DocumentKind::Ipe => school(SchoolIdKind::Ipe),
            DocumentKind::Passport => {
                let (country, number) = key.split_once(':').ok_or(IdentityError::Malformed)?;
                Self::parse_passport(country, number)
            }
            DocumentKind::None if key.is_empty() => Ok(Self::None),
            DocumentKind::None => Err(IdentityError::WrongKind),
        }
    }

    /// The kind of document.
    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::Run(_) => DocumentKind::Run,
            Self::CompanyRut(_) => DocumentKind::CompanyRut,
            Self::SchoolId { kind: SchoolIdKind::Ipa, .. } => DocumentKind::Ipa,
            Self::SchoolId { kind: SchoolIdKind::Ipe, .. } => DocumentKind::Ipe,
            Self::Passport { .. } => DocumentKind::Passport,
            Self::None => DocumentKind::None,
        }
    }

    /// The canonical key within the kind: `12345678-5`, `ARG:AAB123456`; `None` when there is no
    /// document, since people without one are never the same by that.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Run(run) | Self::CompanyRut(run) | Self::SchoolId { run, .. } => {
                Some(run.compact())
            }
            Self::Passport { country, number } => Some(format!("{country}:{number}")),
            Self::None => None,
        }
    }

    /// The RUN of a natural person, if that is what it is.
    pub const fn run(&self) -> Option<Run> {
        match self {
            Self::Run(run) => Some(*run),
            _ => None,
        }
    }

    /// Whether the national registry can take this person: owners enter with ClaveÚnica, which
    /// only a RUN of a natural person has (domain reference, sections 1 and 2). A company's RUT,
    /// a passport or a school's number keep the record here and stay `BlockedNoRun`.
    pub const fn suits_rnm(&self) -> bool {
        matches!(self, Self::Run(_))
    }
}

/// For people: `12.345.678-5`, `ARG AAB123456`; empty when there is none.
impl fmt::Display for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run) | Self::CompanyRut(run) | Self::SchoolId { run, .. } => run.fmt(f),
            Self::Passport { country, number } => write!(f, "{country} {number}"),
            Self::None => Ok(()),
        }
    }
}

coded! {
    /// Kinds of identity documents.
    pub enum DocumentKind {
        /// RUN of a natural person.
        Run = "run",
        /// RUT of a company or foundation.
        CompanyRut = "company_rut",
        /// Provisional number of a parent (MINEDUC).
        Ipa = "ipa",
        /// Provisional number of a pupil (MINEDUC).
        Ipe = "ipe",
        /// Passport or another country's identity card.
        Passport = "passport",
        /// No document.
        None = "none",
    }
}

coded! {
    /// Whose provisional school number it is.
    pub enum SchoolIdKind {
        /// The parent's (apoderado).
        Ipa = "ipa",
        /// The pupil's (estudiante).
        Ipe = "ipe",
    }
}

/// A document as it travels: kind and canonical key.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schema(as = IdentityDocument))]
struct DocumentText {
    /// The kind of document.
    kind: DocumentKind,
    /// `12345678-5`, or `ARG:AAB123456` for a passport; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl From<IdentityDocument> for DocumentText {
    fn from(document: IdentityDocument) -> Self {
        Self { kind: document.kind(), key: document.key() }
    }
}

impl TryFrom<DocumentText> for IdentityDocument {
    type Error = IdentityError;

    fn try_from(text: DocumentText) -> Result<Self, IdentityError> {
        Self::from_key(text.kind, text.key.as_deref().unwrap_or_default())
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl utoipa::PartialSchema for IdentityDocument {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <DocumentText as utoipa::PartialSchema>::schema()
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl utoipa::ToSchema for IdentityDocument {
    fn schemas(
        schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>,
    ) {
        <DocumentText as utoipa::ToSchema>::schemas(schemas);
    }
}

/// Who issued a passport: the three letters of ISO 3166-1, or a name in up to 40 upper-case
/// letters and spaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PassportCountry(String);

impl PassportCountry {
    /// Reads letters (of any script), spaces, points and hyphens; kept in upper case.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let name =
            crate::name::ShortText::<40>::parse(text).map_err(|_| IdentityError::Malformed)?;
        let name = crate::unicode::upper_case(name.as_str());
        let is_allowed = |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'');
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2 || name.chars().count() > 40 || !name.chars().all(is_allowed) {
            return Err(IdentityError::Malformed);
        }
        Ok(Self(name))
    }
}

impl fmt::Display for PassportCountry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A passport's number: 4 to 20 letters and digits, upper case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PassportNumber(String);

impl PassportNumber {
    /// Reads a number; spaces, points and hyphens are dropped.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let mut number = String::new();
        for c in text.chars() {
            match c {
                c if c.is_ascii_alphanumeric() => number.push(c.to_ascii_uppercase()),
                '.' | '-' | '\u{2010}'..='\u{2015}' => {}
                c if c.is_whitespace() => {}
                _ => return Err(IdentityError::Malformed),
            }
        }
        let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit && (4..=20).contains(&number.len()) {
            Ok(Self(number))
        } else {
            Err(IdentityError::Malformed)
        }
    }
}

impl fmt::Display for PassportNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not an identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The RUN in it is wrong.
    #[error("run: {0}")]
    Run(#[from] RunError),
    /// The number does not belong to the kind named.
    #[error("wrong_kind")]
    WrongKind,
    /// Country or number of a passport not in a form that can be kept.
    #[error("malformed")]
    Malformed,
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Run(error) => error.into(),
            IdentityError::WrongKind | IdentityError::Malformed => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DocumentKind, IdentityDocument, IdentityError};
    use crate::run::RunError;

    #[test]
    fn every_document_has_its_kind_and_key_and_travels() {
        for (kind, key, json) in [
            (DocumentKind::Run, "12345678-5", r#"{"kind":"run","key":"12345678-5"}"#),
            (
                DocumentKind::CompanyRut,
                "76086428-5",
                r#"{"kind":"company_rut","key":"76086428-5"}"#,
            ),
            (DocumentKind::Ipe, "100000000-7", r#"{"kind":"ipe","key":"100000000-7"}"#),
            (DocumentKind::Ipa, "100000000-7", r#"{"kind":"ipa","key":"100000000-7"}"#),
            (
                DocumentKind::Passport,
                "ARG:AAB123456",
                r#"{"kind":"passport","key":"ARG:AAB123456"}"#,
            ),
            (DocumentKind::None, "", r#"{"kind":"none"}"#),
        ] {
            let document = IdentityDocument::from_key(kind, key).unwrap();
            assert_eq!(document.kind(), kind);
            assert_eq!(document.key().unwrap_or_default(), key);
            assert_eq!(serde_json::to_string(&document).unwrap(), json);
            assert_eq!(serde_json::from_str::<IdentityDocument>(json).unwrap(), document);
        }
    }

    #[test]
    fn a_number_of_another_kind_is_refused() {
        let wrong = Err(IdentityError::WrongKind);
        assert_eq!(IdentityDocument::from_key(DocumentKind::Run, "76086428-5"), wrong);
        assert_eq!(IdentityDocument::from_key(DocumentKind::CompanyRut, "12345678-5"), wrong);
        assert_eq!(IdentityDocument::from_key(DocumentKind::Ipa, "12345678-5"), wrong);
        assert_eq!(IdentityDocument::from_key(DocumentKind::None, "12345678-5"), wrong);
        assert_eq!(
            IdentityDocument::parse_run("100000000-7"),
            Err(IdentityError::Run(RunError::SchoolId)),
        );
    }

    #[test]
    fn passports_are_kept_in_one_form() {
        let typed = IdentityDocument::parse_passport(" arg ", "aab 123.456").unwrap();
        assert_eq!(typed.key().as_deref(), Some("ARG:AAB123456"));
        assert_eq!(typed.to_string(), "ARG AAB123456");
        assert!(!typed.suits_rnm());
        let named = IdentityDocument::parse_passport("Perú", "X1234").unwrap();
        assert_eq!(named.key().as_deref(), Some("PERÚ:X1234"));
        for (country, number) in
            [("", "A1234"), ("ARG", ""), ("ARG", "ABCDEF"), ("A:B", "A1234"), ("ARG", "A1/234")]
        {
            let outcome = IdentityDocument::parse_passport(country, number);
            assert_eq!(outcome, Err(IdentityError::Malformed), "{country} {number}");
        }
    }
}
