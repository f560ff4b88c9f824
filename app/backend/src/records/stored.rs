//! Values of the domain as texts of a row.

use domain::chip_number::ChipNumber;
use domain::decide::Recorded;
use domain::id::StaffId;
use domain::timestamp::CivilDate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::Fault;
use crate::store::StoreError;

/// JSON text of a value.
///
/// # Errors
/// [`Fault`] when it is no JSON.
pub fn json(value: &impl Serialize) -> Result<String, Fault> {
    Ok(serde_json::to_string(value)?)
}

/// The value of a stored JSON text.
///
/// # Errors
/// [`StoreError::Inconsistent`] when the text was not written by this program.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Inconsistent("a stored JSON is not one"))
}

/// The value of a stored code.
///
/// # Errors
/// [`StoreError::Inconsistent`] when there is no such code.
pub fn code<T>(text: &str, from_code: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    from_code(text).ok_or(StoreError::Inconsistent("a stored code is unknown"))
}

pub(super) fn optional_code<T>(
    text: Option<&str>,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| code(text, &from_code)).transpose()
}

/// The chip of a stored text.
///
/// # Errors
/// [`StoreError::Inconsistent`] when it is none.
pub fn chip(text: &str) -> Result<ChipNumber, StoreError> {
    ChipNumber::from_digits(text).map_err(|_| StoreError::Inconsistent("a chip has not 15 digits"))
}

/// The date of a stored ISO text.
///
/// # Errors
/// [`StoreError::Inconsistent`] when it is none.
pub fn date(text: &str) -> Result<CivilDate, StoreError> {
    text.parse().map_err(|_| StoreError::Inconsistent("a stored date is not one"))
}

/// The commune of a stored code.
///
/// # Errors
/// [`StoreError::Inconsistent`] when it is none.
pub(crate) fn territory(text: &str) -> Result<domain::territory::Commune, StoreError> {
    domain::territory::Commune::parse(text)
        .map_err(|_| StoreError::Inconsistent("a stored commune is not one"))
}

/// The neighbourhood unit of a stored key.
///
/// # Errors
/// [`StoreError::Inconsistent`] when it is none.
pub(crate) fn unit(text: &str) -> Result<domain::territory::UnitKey, StoreError> {
    domain::territory::UnitKey::parse(text)
        .map_err(|_| StoreError::Inconsistent("a stored neighbourhood unit is not one"))
}

pub(super) fn recorded(by: Option<Uuid>, on: &str) -> Result<Recorded, StoreError> {
    Ok(Recorded { by: by.map(StaffId), on: date(on)? })
}
