//! JSON with little code: what is read becomes a tree first, and every type is read from that; what
//! is written goes through one writer of few pieces.
//!
//! What serde derives is compiled once for each type and reader or writer. Read straight from the
//! text, each type would bring a parser of its own, for objects and for arrays; read from the tree,
//! it brings its fields in their order, looked up by name here. Why a text is not of a shape nobody
//! is told on a phone, so that no type brings the words for it.

mod text;
mod tree;
mod writing;

use serde::de::{self, Deserialize, DeserializeOwned, Expected, Unexpected};
use std::fmt::{self, Display};
pub use tree::Tree;
pub use writing::write;

/// A text that is no JSON, or not of the shape that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

/// Reads a value. Numbers with a fraction or an exponent are JSON and fit no type: nothing that is
/// sent or kept has one.
///
/// # Errors
/// When the text is no JSON, or not of this shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let tree = text::parse(text)?;
    Deserialize::deserialize(&tree)
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not the JSON that was expected")
    }
}

impl std::error::Error for Error {}

/// Each by itself, and not by its message as serde would have it: so none is ever put together.
impl de::Error for Error {
    #[inline]
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }

    #[inline]
    fn invalid_type(_found: Unexpected<'_>, _expected: &dyn Expected) -> Self {
        Self
    }

    #[inline]
    fn invalid_value(_found: Unexpected<'_>, _expected: &dyn Expected) -> Self {
        Self
    }

    #[inline]
    fn invalid_length(_length: usize, _expected: &dyn Expected) -> Self {
        Self
    }

    #[inline]
    fn unknown_variant(_variant: &str, _expected: &'static [&'static str]) -> Self {
        Self
    }

    #[inline]
    fn unknown_field(_field: &str, _expected: &'static [&'static str]) -> Self {
        Self
    }

    #[inline]
    fn missing_field(_field: &'static str) -> Self {
        Self
    }

    #[inline]
    fn duplicate_field(_field: &'static str) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
