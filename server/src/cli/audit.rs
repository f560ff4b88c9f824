//! `audit verify`.

use backend::history::{self, Problem};
use clap::Subcommand;
use serde_json::json;

use crate::cli::{Outcome, Verdict, print_json};
use crate::config::Config;
use crate::state::{Tables, open_office};

/// What to do with the history.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Check every chain and checkpoint; prints what was altered as JSON
    Verify,
}

/// Does it.
///
/// # Errors
/// When the database or the secret file cannot be used.
pub(super) async fn audit(config: &Config, act: &Audit) -> Outcome {
    let Audit::Verify = act;
    let office = open_office(config, Tables::Kept).await?;
    let report = history::verify(&office.store, &office.keys).await?;
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "subject_kind": finding.kind,
                "subject_id": finding.id,
                "sequence": finding.sequence,
                "problem": code(finding.problem),
            })
        })
        .collect();
    print_json(&json!({
        "whole": report.is_whole(),
        "links": report.links,
        "chains": report.chains,
        "checkpoints": report.checkpoints,
        "erased": report.erased,
        "unsealed": report.unsealed,
        "findings": findings,
    }))?;
    office.store.close().await;
    Ok(if report.is_whole() { Verdict::Yes } else { Verdict::No })
}

/// What is wrong with a link, as a machine reads it.
const fn code(problem: Problem) -> &'static str {
    match problem {
        Problem::Altered => "altered",
        Problem::BodyAltered => "body_altered",
        Problem::BodyMissing => "body_missing",
        Problem::Missing => "missing",
        Problem::TailMissing => "tail_missing",
        Problem::ChainMissing => "chain_missing",
        Problem::BadSignature => "bad_signature",
    }
}
