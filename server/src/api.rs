//! `/api/v1`: the versioned endpoints of the field app and of machines.
//!
//! An answer is the value itself, `{ "refusal": … }` with a 4xx, or `{ "reference": … }` with a
//! 5xx. The pages' own server functions are under `/api/coordinacion` and live in the crate `app`.

pub mod field;
pub mod json;
pub mod openapi;
pub mod pictures;
pub mod places;
pub mod session;
pub mod stock;
pub mod submissions;
pub mod verification;
