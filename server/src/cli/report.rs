//! `report cuenta-publica`.

use backend::reports::{self, Totals, commune_name};
use clap::Subcommand;

use crate::cli::{Outcome, Verdict, print_json, say};
use crate::config::Config;
use crate::state::{Missing, open_office};

/// Which figures.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Report {
    /// What was done in a year, by commune
    CuentaPublica {
        /// The year
        #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=2199))]
        year: i16,
        /// As JSON instead of a table
        #[arg(long)]
        json: bool,
    },
}

/// Prints it.
///
/// # Errors
/// When the database cannot be used.
pub(super) async fn report(config: &Config, what: &Report) -> Outcome {
    let Report::CuentaPublica { year, json } = what;
    let office = open_office(config, Missing::Refused).await?;
    let account = reports::public_account(&office, *year).await?;
    office.store.close().await;
    if *json {
        print_json(&account)?;
        return Ok(Verdict::Yes);
    }
    say("commune\timplantations\tverifications\tdewormings_internal\tdewormings_external\t\
         sterilisations\tsterilisation_outreaches");
    for (code, totals) in &account.communes {
        say(&line(&commune_name(code), totals));
    }
    say(&line("total", &account.total));
    Ok(Verdict::Yes)
}

fn line(name: &str, totals: &Totals) -> String {
    format!(
        "{name}\t{}\t{}\t{}\t{}\t{}\t{}",
        totals.implantations,
        totals.verifications,
        totals.dewormings_internal,
        totals.dewormings_external,
        totals.sterilisations,
        totals.sterilisation_outreaches
    )
}
