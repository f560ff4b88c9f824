//! A draft that begins with a neighbourhood unit, as where next suggests it.

use domain::desk::plan::OutreachForm;
use domain::id::OutreachId;
use domain::territory::UnitKey;
use domain::timestamp::{CivilDate, Timestamp, Zone};

use super::{check, life, reading};
use crate::actor::Actor;
use crate::clock;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::store::Tx;

/// What is known of a draft before anybody has filled its form.
#[derive(Clone, Debug)]
pub(crate) struct Suggested {
    /// Where it is held.
    pub(crate) unit: UnitKey,
    /// What it is called until somebody says otherwise.
    pub(crate) name: String,
    /// Where, until it is known.
    pub(crate) place: String,
    /// In which zone its hours are.
    pub(crate) zone: Zone,
}

/// Opens a draft in a unit, today, in the newest programme, to be changed at once.
///
/// # Errors
/// [`Refusal::Invalid`](domain::refusal::Refusal::Invalid) on the programme when there is none; a
/// failed database.
pub(crate) async fn suggested(
    tx: &mut Tx,
    draft: &Suggested,
    actor: Actor,
    (now, today): (Timestamp, CivilDate),
) -> Result<OutreachId, Error> {
    let programmes = tx.programmes().await?;
    let form = OutreachForm {
        name: draft.name.clone(),
        place: draft.place.clone(),
        commune: draft.unit.commune.code(),
        unit: draft.unit.number.to_string(),
        ..reading::fresh_form(programmes.last(), today)
    };
    let id = OutreachId(clock::fresh_id());
    let (outreach, host) = reading::read(id, &form, &draft.zone).map_err(Error::Refused)?;
    check(tx, &outreach, host.as_ref()).await?;
    life::begin(tx, &outreach, (now, today)).await?;
    let entry = Entry::new(Subject::Outreach(id), "outreach_planned", actor, now, &outreach)?;
    history::append(tx, &entry).await?;
    Ok(id)
}
