//! The two ways in which a use case can fail.

use domain::refusal::Refusal;
use std::error::Error as StdError;

use crate::store::StoreError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Expected, and told to the person.
    #[error(transparent)]
    Refused(Refusal),
    /// Unexpected: logged once with a reference, never shown.
    #[error(transparent)]
    Failed(#[from] Fault),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Something that should not happen. It holds no personal data.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    what: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Fault {
    /// A fault with its description.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// The same with what caused it.
    #[must_use]
    pub fn caused(what: impl Into<String>, by: impl StdError + Send + Sync + 'static) -> Self {
        Self { what: what.into(), source: Some(Box::new(by)) }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::caused(error.to_string(), error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::caused(error.to_string(), error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::caused("what was to be stored is no JSON", error)
    }
}
