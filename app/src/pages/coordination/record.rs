//! What is done on a sheet under the identifier that it gave.

use std::future::Future;

use domain::command::Command;
use domain::id::SubmissionId;
use leptos::prelude::*;
use uuid::Uuid;

use super::{Act, act};
use crate::api;
use crate::api::ApiError;

/// Commands under the identifier that the sheet gave.
pub(super) type Record = Act<(SubmissionId, Vec<Command>), u32>;

/// How many acts of a page were refused. One that has its answer is answered alike again, and
/// nothing else is taken under its identifier: what is sent after a refusal has the next one. So it
/// is, too, after the word that something else was sent before, of which the answer was lost.
#[derive(Clone, Copy)]
pub(super) struct Refusals(StoredValue<u128>);

impl Refusals {
    /// None yet.
    pub(super) fn none() -> Self {
        Self(StoredValue::new(0))
    }

    /// An act that is kept under the identifier of its sheet; when it succeeded, `then` is run on
    /// what came of it.
    pub(super) fn act<I, O, F>(
        self,
        run: impl Fn(SubmissionId, I) -> F + Send + Sync + 'static,
        then: impl Fn(O) + Send + Sync + Clone + 'static,
    ) -> Act<(SubmissionId, I), O>
    where
        I: Clone + Send + Sync + 'static,
        O: Clone + Send + Sync + 'static,
        F: Future<Output = Result<O, ApiError>> + Send + 'static,
    {
        let run = move |(id, input): (SubmissionId, I)| {
            let answer = run(anew(id, self.0.get_value()), input);
            async move {
                let answer = answer.await;
                if matches!(answer, Err(ApiError::Refused(_))) {
                    // Who has left the page meanwhile sends nothing more from it.
                    let _ = self.0.try_update_value(|count| *count += 1);
                }
                answer
            }
        };
        act(run, then)
    }

    /// The act that records commands.
    pub(super) fn record(self, then: impl Fn() + Send + Sync + Clone + 'static) -> Record {
        self.act(api::register::record, move |_| then())
    }
}

/// The identifier of an act after so many were refused.
fn anew(id: SubmissionId, refusals: u128) -> SubmissionId {
    SubmissionId(Uuid::from_u128(id.0.as_u128().wrapping_add(refusals)))
}
