//! What the public account needs beside its totals: which years there are, what was promised.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::office::Office;
use crate::store::StoreError;

/// The years with rows, the latest first; none in an empty register.
///
/// # Errors
/// A failed database.
pub async fn years(office: &Office) -> Result<Vec<i16>, Error> {
    let days = office
        .store
        .read_stale(|tx| Box::pin(async move { tx.service_days().await }))
        .await
        .map_err(Error::from)?;
    let year = |day: Option<String>| day.and_then(|day| day.get(..4)?.parse::<i16>().ok());
    Ok(match (year(days.first), year(days.last)) {
        (Some(first), Some(last)) => (first..=last).rev().collect(),
        _ => Vec::new(),
    })
}

/// What the programmes of a year promised, all together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Chips.
    pub implantations: u32,
    /// Internal doses.
    pub dewormings_internal: u32,
    /// External doses.
    pub dewormings_external: u32,
    /// Surgeries.
    pub sterilisations: u32,
}

/// What the programmes that began in a year promised. A programme counts to the year it began in,
/// as its budget does.
///
/// # Errors
/// A failed database.
pub async fn targets(office: &Office, year: i16) -> Result<Targets, Error> {
    let programmes = office
        .store
        .read_stale(|tx| Box::pin(async move { tx.programmes().await }))
        .await
        .map_err(|error: StoreError| Error::from(error))?;
    let began = format!("{year:04}-");
    let mut targets = Targets::default();
    for programme in programmes.iter().filter(|one| one.starts_on.starts_with(&began)) {
        let add = |sum: &mut u32, more: i64| {
            *sum = sum.saturating_add(u32::try_from(more).unwrap_or(0));
        };
        add(&mut targets.implantations, programme.target_implantations);
        add(&mut targets.dewormings_internal, programme.target_dewormings_internal);
        add(&mut targets.dewormings_external, programme.target_dewormings_external);
        add(&mut targets.sterilisations, programme.target_sterilisations);
    }
    Ok(targets)
}
