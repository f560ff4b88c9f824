//! How programmes and lots were put right, and who made a programme. They have no chain of their
//! own (contracts section 2): it stands in the chains of those who did it.

use domain::desk::plan::ProgrammeForm;
use domain::desk::stock::LotLine;
use domain::desk::{Changed, Correction, Corrections, Made};
use domain::id::ProgrammeId;
use domain::timestamp::{Timestamp, Zone};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use uuid::Uuid;

use crate::store::vocabulary::history::CorrectionRow;
use crate::store::{StoreError, Tx};

/// Most corrections that a page shows.
const MOST: usize = 200;

/// What is put right, as the history has it before and after.
trait PutRight: DeserializeOwned {
    /// The kind of the links that tell of it.
    const KIND: &'static str;

    /// Its facts, always the same ones, each under the name by which a history tells it.
    fn told(&self) -> Vec<(&'static str, &str)>;
}

impl PutRight for ProgrammeForm {
    const KIND: &'static str = "programme_corrected";

    fn told(&self) -> Vec<(&'static str, &str)> {
        self.facts().to_vec()
    }
}

/// The number of a lot and its last day of use.
#[derive(Deserialize)]
struct Lot(String, String);

impl PutRight for Lot {
    const KIND: &'static str = "lot_corrected";

    fn told(&self) -> Vec<(&'static str, &str)> {
        vec![("batch", self.0.as_str()), ("expires_on", self.1.as_str())]
    }
}

/// What such a link says.
#[derive(Deserialize)]
struct Said<T> {
    #[serde(alias = "programme", alias = "lot")]
    about: Uuid,
    reason: String,
    before: T,
    after: T,
}

/// How a programme was made and put right.
///
/// # Errors
/// A failed database.
pub(crate) async fn of_programme(
    tx: &mut Tx,
    id: ProgrammeId,
    zone: &Zone,
) -> Result<Corrections, StoreError> {
    let all = all::<ProgrammeForm>(tx, zone).await?.into_iter();
    let own = latest(all.filter(|(about, _)| *about == id.0).map(|(_, one)| one));
    Ok(Corrections { made: made(tx, id, zone).await?, ..own })
}

/// What the link of a programme's making says: which, then its number, name and issuer.
type MadeSaid = (Uuid, IgnoredAny, IgnoredAny, IgnoredAny);

/// When a programme was made, where it was made at the desk.
async fn made(tx: &mut Tx, id: ProgrammeId, zone: &Zone) -> Result<Option<Made>, StoreError> {
    let rows = tx.history_corrections("programme_made").await?;
    let is_of = |row: &CorrectionRow| {
        let said = serde_json::from_slice::<MadeSaid>(&row.body);
        said.is_ok_and(|(about, ..)| about == id.0)
    };
    let own = rows.into_iter().find(is_of);
    Ok(own.map(|row| Made { at: zone.local(Timestamp(row.at)), by: row.who }))
}

/// How lots were put right, each with what the lot is called now. Of their receipts the history
/// says a number as it was typed, which may have been put right since, and not the lot.
///
/// # Errors
/// A failed database.
pub(crate) async fn of_lots(
    tx: &mut Tx,
    lots: &[LotLine],
    zone: &Zone,
) -> Result<Corrections, StoreError> {
    let all = all::<Lot>(tx, zone).await?.into_iter();
    let named = |id: Uuid| {
        let lot = lots.iter().map(LotLine::lot).find(|lot| lot.id.0 == id);
        lot.map(|lot| format!("{} {}", lot.product, lot.lot))
    };
    Ok(latest(all.map(|(about, one)| Correction { of: named(about), ..one })))
}

/// As many as a page shows of those that come the latest first.
fn latest(all: impl Iterator<Item = Correction>) -> Corrections {
    let mut rows: Vec<_> = all.take(MOST + 1).collect();
    let has_more = rows.len() > MOST;
    rows.truncate(MOST);
    Corrections { rows, has_more, made: None }
}

/// All of a kind, each with what it is about.
async fn all<T: PutRight>(tx: &mut Tx, zone: &Zone) -> Result<Vec<(Uuid, Correction)>, StoreError> {
    let rows = tx.history_corrections(T::KIND).await?;
    Ok(rows.into_iter().filter_map(|row| read::<T>(row, zone)).collect())
}

/// One of them; nothing of a link that says it otherwise.
fn read<T: PutRight>(row: CorrectionRow, zone: &Zone) -> Option<(Uuid, Correction)> {
    let Said { about, reason, before, after } =
        serde_json::from_slice::<Said<T>>(&row.body).ok()?;
    let pairs = before.told().into_iter().zip(after.told());
    let changed = pairs.filter(|(was, is)| was != is).map(|((fact, was), (_, is))| Changed {
        fact,
        before: was.to_owned(),
        after: is.to_owned(),
    });
    let changed = changed.collect();
    let at = zone.local(Timestamp(row.at));
    Some((about, Correction { of: None, at, by: row.who, reason, changed }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::timestamp::CivilDate;

    #[test]
    fn a_list_that_is_cut_says_so() {
        let told = |count: u16| {
            let one = |minute| Correction {
                of: None,
                at: (CivilDate::new(2026, 11, 22).unwrap(), minute),
                by: None,
                reason: String::new(),
                changed: Vec::new(),
            };
            let told = latest((0..count).rev().map(one));
            let minute = |one: Option<&Correction>| one.map(|one| one.at.1);
            (minute(told.rows.first()), minute(told.rows.last()), told.has_more)
        };
        assert_eq!(told(0), (None, None, false));
        assert_eq!(told(200), (Some(199), Some(0), false));
        assert_eq!(told(201), (Some(200), Some(1), true), "the earliest is left out");
    }
}
