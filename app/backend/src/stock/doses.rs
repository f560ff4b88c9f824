//! Doses: what of each lot was received, who holds it, and what became of it.

use domain::catalogue::DewormingKind;
use domain::desk::stock::LotLine;
use domain::id::{DeviceId, OutreachId, ProductLotId};
use domain::name::ShortText;
use domain::service::ServiceKind;
use domain::stock::{
    AllottedLot, DoseBalance, DoseFate, DosesMoved, ProductLot, doses_of_lot, doses_of_outreach,
    doses_of_part,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::desk::number;
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
    let came = sums.iter().filter(|sum| sum.lot_id == lot.0 && sum.kind == RECEIVED);
    Ok(Some(number(came.map(|sum| sum.doses).sum())))
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

    /// What moved of a lot.
    fn moved(&self, lot: Uuid) -> Vec<DosesMoved> {
        let moved = |sum: &ProductSumRow| DosesMoved {
            fate: match sum.kind.as_str() {
                RECEIVED => DoseFate::Received,
                ALLOTTED => DoseFate::Allotted,
                _ => DoseFate::Lost,
            },
            outreach: sum.outreach_id.map(OutreachId),
            device: sum.device_id.map(DeviceId),
            doses: sum.doses,
        };
        self.sums.iter().filter(|sum| sum.lot_id == lot).map(moved).collect()
    }

    /// The lots as a whole, the earliest expiry first, with what was given of them.
    pub(super) fn lines(&self, given: &[DosesGivenRow]) -> Vec<LotLine> {
        let line = |(row, lot): &(ProductLotRow, ProductLot)| {
            let mut moved = self.moved(row.id);
            let own = given.iter().filter(|given| is_of((row, lot), &given.batch, &given.kind));
            moved.extend(own.map(|given| DosesMoved {
                fate: DoseFate::Given,
                outreach: given.outreach_id.map(OutreachId),
                device: None,
                doses: given.doses,
            }));
            let (all, free) = doses_of_lot(lot, &moved);
            LotLine { all, free }
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
        let outreach = Some(OutreachId(at.outreach));
        let line = |(row, lot): &(ProductLotRow, ProductLot)| {
            let mut moved = self.moved(row.id);
            moved.retain(|one| one.outreach == outreach);
            let own = at.rows.iter().filter(|given| is_of((row, lot), &given.batch, &given.kind));
            moved.extend(own.map(|given| DosesMoved {
                fate: DoseFate::Given,
                outreach,
                device: given.device_id.map(DeviceId),
                doses: given.doses,
            }));
            doses_of_part(lot, &moved, device.map(DeviceId))
        };
        let lots = self.lots.iter().map(line);
        lots.filter(|one| one.lot.doses > 0 || one.given > 0 || one.lost > 0).collect()
    }

    /// What of the lots each box of an outreach holds: the common one, then those of its phones.
    pub(super) fn parts(&self, at: &GivenAt) -> Vec<AllottedLot> {
        let boxes = std::iter::once(None).chain(self.phones(at.outreach).into_iter().map(Some));
        boxes.flat_map(|device| self.part(at, device)).collect()
    }

    /// What became of an outreach's doses, batch by batch. As with chips, a batch that the stock
    /// does not know is told where a box is kept: where doses of its kind were ever allotted.
    pub(super) fn balances(&self, at: &GivenAt) -> Vec<DoseBalance> {
        let mut unknown = BTreeMap::<(DewormingKind, &str), u32>::new();
        for given in &at.rows {
            let is_dose = |kind: &&DewormingKind| ServiceKind::of_dose(**kind).code() == given.kind;
            let Some(kind) = DewormingKind::ALL.iter().find(is_dose) else { continue };
            let is_its = |(row, lot): &(ProductLotRow, ProductLot)| {
                is_of((row, lot), &given.batch, &given.kind)
            };
            if !self.lots.iter().any(is_its) && self.is_kept(at.outreach, *kind) {
                let sum = unknown.entry((*kind, given.batch.as_str())).or_default();
                *sum = sum.saturating_add(number(given.doses));
            }
        }
        let unknown =
            unknown.into_iter().map(|((kind, batch), doses)| (kind, batch.to_owned(), doses));
        doses_of_outreach(&self.parts(at), unknown.collect())
    }

    /// Whether an outreach was ever allotted doses of a kind.
    fn is_kept(&self, outreach: Uuid, kind: DewormingKind) -> bool {
        let of_kind = self.lots.iter().filter(|(_, lot)| lot.kind == kind);
        let lots: BTreeSet<_> = of_kind.map(|(row, _)| row.id).collect();
        let here = self.sums.iter().filter(|sum| sum.outreach_id == Some(outreach));
        here.filter(|sum| sum.kind == ALLOTTED).any(|sum| lots.contains(&sum.lot_id))
    }
}

/// Whether services bear the number of a lot.
///
/// # Errors
/// A failed database.
pub(super) async fn is_given(tx: &mut Tx, row: &ProductLotRow) -> Result<bool, StoreError> {
    let lot = lot(row)?;
    let given = tx.doses_given(std::slice::from_ref(&row.batch)).await?;
    Ok(given.iter().any(|given| is_of((row, &lot), &given.batch, &given.kind)))
}

/// Whether a dose of this batch and of this kind of service was one of a lot.
fn is_of((row, lot): (&ProductLotRow, &ProductLot), batch: &str, kind: &str) -> bool {
    batch == row.batch && kind == ServiceKind::of_dose(lot.kind).code()
}
