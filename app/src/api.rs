//! Server functions: what the coordination pages ask of the server. They hold no rule; the
//! permission and the transaction are in `backend`.
#![expect(missing_docs, reason = "the macro makes a struct of each function's arguments")]

#[cfg(feature = "ssr")]
pub mod asked;

pub mod mail;
pub mod paper;
pub mod people;
pub mod phones;
pub mod plan;
pub mod register;
pub mod rnm;
pub mod waiting;

use domain::refusal::Refusal;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what was asked. On the wire it is the same object that every
/// other refusal under `/api` is, so that the guard's answers are read too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiError {
    /// Expected, told to the person.
    #[serde(rename = "refusal")]
    Refused(Refusal),
    /// Unexpected; the reference stands beside the fault in the log.
    #[serde(rename = "reference")]
    Failed(String),
    /// No answer came.
    #[serde(rename = "unreachable")]
    Unreachable,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Refused(Refusal::Unreadable),
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            _ => Self::Failed(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guards_answer_is_read_as_a_refusal() {
        let text = r#"{"refusal":{"reason":"signed_out"}}"#;
        let read: ApiError = serde_json::from_str(text).unwrap();
        assert_eq!(read, ApiError::Refused(Refusal::SignedOut));
        let failed: ApiError = serde_json::from_str(r#"{"reference":"ab12"}"#).unwrap();
        assert_eq!(failed, ApiError::Failed("ab12".to_owned()));
    }
}
