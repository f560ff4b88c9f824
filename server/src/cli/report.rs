//! `report cuenta-publica`.

use backend::reports::{self, PublicAccount, Totals, commune_name};
use clap::Subcommand;
use domain::closing::Counts;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::cli::{Outcome, Verdict, print_json, say};
use crate::config::Config;
use crate::state::{Tables, open_office};

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

/// As JSON: by the commune of the outreaches, and by that of the owners.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    account: &'a PublicAccount,
    residences: &'a BTreeMap<String, Counts>,
}

/// Prints it.
///
/// # Errors
/// When the database cannot be used.
pub(super) async fn report(config: &Config, what: &Report) -> Outcome {
    let Report::CuentaPublica { year, json } = what;
    let office = open_office(config, Tables::Kept).await?;
    let account = reports::public_account(&office, *year).await?;
    let residences = match json {
        true => reports::residences(&office, *year).await?,
        false => BTreeMap::new(),
    };
    office.store.close().await;
    if *json {
        print_json(&Told { account: &account, residences: &residences })?;
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
