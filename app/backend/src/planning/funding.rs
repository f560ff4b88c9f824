//! Which programmes pay for what at some outreaches.

use domain::booking::Offering;
use domain::id::ProgrammeId;
use domain::outreach::funding::Funding;
use std::collections::HashMap;
use uuid::Uuid;

use crate::records::code;
use crate::store::vocabulary::programme::ProgrammeRow;
use crate::store::{StoreError, Tx};

/// Who pays at some outreaches, each given with its own programme; asked for at once.
///
/// # Errors
/// A failed database.
pub(crate) async fn fundings(
    tx: &mut Tx,
    outreaches: &[(Uuid, Uuid)],
) -> Result<HashMap<Uuid, Funding>, StoreError> {
    let ids: Vec<_> = outreaches.iter().map(|(id, _)| *id).collect();
    let mut offered: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in tx.offerings_of_outreaches(&ids).await? {
        let one = (code(&row.offering, Offering::from_code)?, row.programme_id.map(ProgrammeId));
        offered.entry(row.outreach_id).or_default().push(one);
    }
    let of = |(id, own): &(Uuid, Uuid)| {
        let offered = offered.remove(id).unwrap_or_default();
        (*id, Funding::new(ProgrammeId(*own), offered))
    };
    Ok(outreaches.iter().map(of).collect())
}

/// Who pays at one outreach of a programme.
///
/// # Errors
/// A failed database.
pub(crate) async fn funding(
    tx: &mut Tx,
    (outreach, own): (Uuid, Uuid),
) -> Result<Funding, StoreError> {
    let known = fundings(tx, &[(outreach, own)]).await?.remove(&outreach);
    Ok(known.unwrap_or_else(|| Funding::new(ProgrammeId(own), [])))
}

/// What the programmes that pay are called, the outreach's own first.
#[must_use]
pub(crate) fn payers(funding: &Funding, known: &[ProgrammeRow]) -> String {
    let name = |id: &ProgrammeId| known.iter().find(|row| row.id == id.0).map(|row| &*row.name);
    let names: Vec<_> = funding.programmes().iter().filter_map(name).collect();
    names.join(", ")
}
