//! `explain chip|run`: what the parser makes of a text (contracts section 6).

use clap::Subcommand;
use domain::chip_number::ChipNumber;
use domain::run::Run;

use crate::cli::{Outcome, Verdict};

/// What is to be explained.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Explain {
    /// A microchip number in any written form
    Chip {
        /// The text as it was read or typed
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// A RUN or RUT in any written form
    Run {
        /// The text as it was typed
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
}

/// Prints verdict, canonical form and reasons as JSON.
///
/// # Errors
/// Only when the output cannot be written.
pub(super) fn explain(what: &Explain) -> Outcome {
    match what {
        Explain::Chip { text } => super::print_json(&ChipNumber::read(text))?,
        Explain::Run { text } => super::print_json(&Run::read(text))?,
    }
    Ok(Verdict::Yes)
}
