//! Doses: what of each lot was received, who holds it, and what became of it.

use domain::catalogue::DewormingKind;
use domain::desk::stock::LotLine;
use domain::id::ProductLotId;
use domain::name::ShortText;
use domain::service::ServiceKind;
use domain::stock::{AllottedLot, ProductLot};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::records::{code, date};
use crate::store::vocabulary::stock::{
    DosesGivenAtRow, DosesGivenRow, ProductLotRow, ProductSumRow,
};
use crate::store::{StoreError, Tx};

/// Kind of the movement of doses that came.
pub(super) const RECEIVED: &str = "received";
/// Kind of the movement of doses that went to an outreach, or came back with a minus.
pub(super) const ALLOTTED: &str = "allotted";

/// All lots, with all that moved. What was given of them is asked for where it is told: of an
/// outreach for each phone, of all of them for the desk's list alone.
pub(super) struct Doses {
    lots: Vec<(ProductLotRow, ProductLot)>,
    sums: Vec<ProductSumRow>,
}

/// What was given at one outreach.
pub(super) struct GivenAt {
    outreach: Uuid,
    rows: Vec<DosesGivenAtRow>,
}

impl GivenAt {
    /// Of this outreach.
    pub(super) async fn read(tx: &mut Tx, outreach: Uuid) -> Result<Self, StoreError> {
        Ok(Self { outreach, rows: tx.doses_given_at(outreach).await? })
    }
}

/// How many doses of a lot were received; none of a lot that is not known.
///
/// # Errors
/// A failed database.
pub(crate) async fn received(tx: &mut Tx, lot: ProductLotId) -> Result<Option<u32>, StoreError> {
    let Some(_) = tx.product_lot(lot.0).await? else { return Ok(None) };
    let sums = tx.product_sums().await?;
    Ok(Some(total(sums.iter().filter(|sum| sum.lot_id == lot.0 && sum.kind == RECEIVED))))
}

fn total<'s>(sums: impl Iterator<Item = &'s ProductSumRow>) -> u32 {
    whole(sums.map(|sum| sum.doses).sum())
}

/// A sum of doses; more that came back than went out is nothing.
fn whole(doses: i64) -> u32 {
    u32::try_from(doses.max(0)).unwrap_or(u32::MAX)
}

/// A lot as it is stored; its doses are not.
fn lot(row: &ProductLotRow) -> Result<ProductLot, StoreError> {
    let wrong = |_| StoreError::Inconsistent("a lot of a product cannot be read");
    Ok(ProductLot {
        id: ProductLotId(row.id),
        product: ShortText::parse(&row.product).map_err(wrong)?,
        kind: code(&row.kind, DewormingKind::from_code)?,
        lot: ShortText::parse(&row.lot).map_err(wrong)?,
        expires_on: date(&row.expires_on)?,
        doses: 0,
    })
}

impl Doses {
    /// Everything that moved.
    pub(super) async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let rows = tx.product_lots().await?;
        let sums = tx.product_sums().await?;
        let mut lots = Vec::with_capacity(rows.len());
        for row in rows {
            let read = lot(&row)?;
            lots.push((row, read));
        }
        Ok(Self { lots, sums })
    }

    /// What was given of the lots, wherever.
    pub(super) async fn given(&self, tx: &mut Tx) -> Result<Vec<DosesGivenRow>, StoreError> {
        let batches: BTreeSet<_> = self.lots.iter().map(|(row, _)| row.batch.clone()).collect();
        tx.doses_given(&batches.into_iter().collect::<Vec<_>>()).await
    }

    /// The lots as a whole, the earliest expiry first, with what was given of them. What an
    /// outreach has used beyond what was allotted to it came from the office, too.
    pub(super) fn lines(&self, given: &[DosesGivenRow]) -> Vec<LotLine> {
        let line = |(row, lot): &(ProductLotRow, ProductLot)| {
            let mut all = AllottedLot { lot: lot.clone(), given: 0, lost: 0 };
            let (mut office, mut out) = (0, BTreeMap::<_, (i64, i64)>::new());
            for sum in self.sums.iter().filter(|sum| sum.lot_id == row.id) {
                let (allotted, used) = out.entry(sum.outreach_id).or_default();
                match sum.kind.as_str() {
                    RECEIVED => office += sum.doses,
                    ALLOTTED => *allotted += sum.doses,
                    _ => {
                        *used += sum.doses;
                        all.lost = all.lost.saturating_add(whole(sum.doses));
                    }
                }
            }
            all.lot.doses = whole(office);
            let is_own = |given: &&DosesGivenRow| is_of((row, lot), &given.batch, &given.kind);
            for given in given.iter().filter(is_own) {
                out.entry(given.outreach_id).or_default().1 += given.doses;
                all.given = all.given.saturating_add(whole(given.doses));
            }
            let away: i64 = out.values().map(|(allotted, used)| *allotted.max(used)).sum();
            LotLine { all, free: whole(office - away) }
        };
        self.lots.iter().map(line).collect()
    }

    /// Whether any doses were ever allotted to an outreach.
    pub(super) fn is_any_at(&self, outreach: Uuid) -> bool {
        self.sums.iter().any(|sum| sum.kind == ALLOTTED && sum.outreach_id == Some(outreach))
    }

    /// The phones of an outreach that hold doses of their own.
    pub(super) fn phones(&self, outreach: Uuid) -> BTreeSet<Uuid> {
        let here = self.sums.iter().filter(|sum| {
            sum.kind == ALLOTTED && sum.outreach_id == Some(outreach) && sum.doses != 0
        });
        here.filter_map(|sum| sum.device_id).collect()
    }

    /// What of the lots one phone of an outreach holds, or all of them in common.
    pub(super) fn part(&self, at: &GivenAt, device: Option<Uuid>) -> Vec<AllottedLot> {
        let line = |(row, lot): &(ProductLotRow, ProductLot)| {
            let here = || {
                let of_lot = self.sums.iter().filter(|sum| sum.lot_id == row.id);
                of_lot.filter(|sum| sum.outreach_id == Some(at.outreach))
            };
            let allotted = || here().filter(|sum| sum.kind == ALLOTTED);
            let phones: BTreeSet<_> =
                allotted().filter(|sum| sum.doses != 0).filter_map(|sum| sum.device_id).collect();
            let holder = |used: Option<Uuid>| used.filter(|phone| phones.contains(phone));
            let is_of_part = |used: Option<Uuid>| holder(used) == device;
            let doses = total(allotted().filter(|sum| sum.device_id == device));
            let lost = here().filter(|sum| sum.kind != ALLOTTED && is_of_part(sum.device_id));
            let given = at.rows.iter().filter(|given| {
                is_of((row, lot), &given.batch, &given.kind) && is_of_part(given.device_id)
            });
            let given = whole(given.map(|given| given.doses).sum());
            let lot = ProductLot { doses, ..lot.clone() };
            AllottedLot { lot, given, lost: total(lost) }
        };
        let lots = self.lots.iter().map(line);
        lots.filter(|one| one.lot.doses > 0 || one.given > 0 || one.lost > 0).collect()
    }
}

/// Whether a dose of this batch and of this kind of service was one of a lot.
fn is_of((row, lot): (&ProductLotRow, &ProductLot), batch: &str, kind: &str) -> bool {
    batch == row.batch && kind == ServiceKind::of_dose(lot.kind).code()
}
