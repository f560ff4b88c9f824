//! Figures from the rows: what was done in a year, by kind and commune.

use domain::closing::Counts;
use domain::service::ServiceKind;
use domain::territory::Commune;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::desk::number;
use crate::error::Error;
use crate::office::Office;
use crate::records::code;
use crate::store::StoreError;

/// The public account of a year. Implantations count to the target, verifications do not;
/// annulled services and surgeries that were not performed count nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAccount {
    /// The year.
    pub year: i16,
    /// Whether the rows are demonstration data.
    pub demonstration: bool,
    /// All communes together; as JSON its figures stand beside the year.
    #[serde(flatten)]
    pub total: Totals,
    /// By the commune of the outreach, its code first.
    pub communes: BTreeMap<String, Totals>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Chips implanted.
    pub implantations: u32,
    /// Chips verified.
    pub verifications: u32,
    /// Internal doses.
    pub dewormings_internal: u32,
    /// External doses.
    pub dewormings_external: u32,
    /// Surgeries performed.
    pub sterilisations: u32,
    /// Outreaches with at least one of them.
    pub sterilisation_outreaches: u32,
}

impl Totals {
    fn add(&mut self, kind: ServiceKind, count: u32) {
        let figure = match kind {
            ServiceKind::Implantation => &mut self.implantations,
            ServiceKind::Verification => &mut self.verifications,
            ServiceKind::DewormingInternal => &mut self.dewormings_internal,
            ServiceKind::DewormingExternal => &mut self.dewormings_external,
            ServiceKind::Sterilisation => &mut self.sterilisations,
        };
        *figure = figure.saturating_add(count);
    }
}

/// The public account of a year, from the rows; it may be some seconds old.
///
/// # Errors
/// A failed database.
pub async fn public_account(office: &Office, year: i16) -> Result<PublicAccount, Error> {
    let (from, to) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    let asked = office.store.read_stale(move |tx| {
        let (from, to) = (from.clone(), to.clone());
        Box::pin(async move { tx.totals_between(&from, &to).await })
    });
    let totals = office.sums.years.or(year, asked).await;
    let demonstration = office.demonstration.is_set();
    let mut account = PublicAccount { year, demonstration, ..PublicAccount::default() };
    for row in totals.map_err(|error: StoreError| Error::from(error))? {
        let kind = code(&row.kind, ServiceKind::from_code)?;
        let count = |figures: &mut Totals| {
            figures.add(kind, number(row.total));
            if kind == ServiceKind::Sterilisation && row.commune.is_some() {
                figures.sterilisation_outreaches += number(row.outreaches);
            }
        };
        count(&mut account.total);
        if let Some(commune) = &row.commune {
            count(account.communes.entry(commune.clone()).or_default());
        }
    }
    Ok(account)
}

/// What is told of those of whom no commune is known.
pub const UNKNOWN: &str = "unknown";

/// What was done in a year by the commune in which the owners lived then, its code first, which may
/// be another than that of the outreach; without one under [`UNKNOWN`]. For who answers for the
/// programmes: a commune of which one family came is theirs.
///
/// # Errors
/// A failed database.
pub async fn residences(office: &Office, year: i16) -> Result<BTreeMap<String, Counts>, Error> {
    let (from, to) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    let asked = office.store.read_stale(move |tx| {
        let (from, to) = (from.clone(), to.clone());
        Box::pin(async move { tx.residences_between(&from, &to).await })
    });
    let rows = asked.await.map_err(|error: StoreError| Error::from(error))?;
    let mut residences: BTreeMap<String, Counts> = BTreeMap::new();
    for row in rows {
        let kind = code(&row.kind, ServiceKind::from_code)?;
        let residence = row.residence.unwrap_or_else(|| UNKNOWN.to_owned());
        residences.entry(residence).or_default().add(kind, number(row.total));
    }
    Ok(residences)
}

/// The name of a commune's code, or the code itself.
#[must_use]
pub fn commune_name(code: &str) -> String {
    let commune = Commune::parse(code).ok();
    commune.and_then(Commune::name).map_or_else(|| code.to_owned(), str::to_owned)
}
