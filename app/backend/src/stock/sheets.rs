//! Stock as the desk sees it, and as a phone takes it along.

use domain::catalogue::DewormingKind;
use domain::desk::stock::{BoxLine, BoxSheet, DeliveryLine, LotLine, PartSheet, StockSheet};
use domain::id::{DeviceId, OutreachId};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::stock::{AllottedLot, Holding, PackStock, doses_of_outreach};
use domain::timestamp::CivilDate;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::chips::{self, ChipBox};
use super::doses::{Doses, GivenAt};
use super::typed::paired;
use crate::actor::{Actor, authorise};
use crate::desk::{act, corrections, may};
use crate::error::Error;
use crate::office::Office;
use crate::planning::nearest;
use crate::records::date;
use crate::registry::pack::place_of;
use crate::store::vocabulary::programme::{OutreachRow, OutreachesWantedRow};
use crate::store::{StoreError, Tx};

/// Outreaches that are offered without holding anything: of so many days round today.
const DAYS_OFFERED: i64 = 45;
/// Most of those on each side of today: two years have some of a hundred.
const MOST_OFFERED: i64 = 100;
/// Most of those before them that hold chips, the latest.
const MOST_KEPT: u16 = 150;
/// The list begins so many days ago: what is older is told on the outreach's own page.
const DAYS_LISTED: i64 = 550;
/// Most deliveries that are told, the latest: the numbers of each are counted.
const MOST_DELIVERIES: usize = 50;

/// Everything that was received, who holds it, and what is odd about it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn sheet(office: &Office, actor: Actor) -> Result<StockSheet, Error> {
    may(&actor, UseCase::ReadStock)?;
    let today = office.day_of(office.clock.now());
    let (may_manage, inside) = (manages(actor), office.clone());
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let doses = Doses::read(tx).await?;
                let given = doses.given(tx).await?;
                let (boxes, has_more) = boxes(tx, &doses, today).await?;
                let lots = doses.lines(&given);
                Ok(StockSheet {
                    free: chips::free(tx).await?,
                    deliveries: deliveries(tx).await?,
                    boxes,
                    has_more,
                    corrections: corrections::of_lots(tx, &lots, &inside.zone).await?,
                    lots,
                    today,
                    may_manage,
                })
            })
        })
        .await
}

/// The lots of products, the earliest expiry first, as [`sheet`] tells them; and today.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn lots(office: &Office, actor: Actor) -> Result<(Vec<LotLine>, CivilDate), Error> {
    may(&actor, UseCase::ReadStock)?;
    let today = office.day_of(office.clock.now());
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let doses = Doses::read(tx).await?;
                let given = doses.given(tx).await?;
                Ok((doses.lines(&given), today))
            })
        })
        .await
}

fn manages(actor: Actor) -> bool {
    allows(actor.caller().unwrap_or(Caller::Public), UseCase::ManageStock)
}

async fn deliveries(tx: &mut Tx) -> Result<Vec<DeliveryLine>, Error> {
    let mut ranges: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for row in tx.chip_ranges().await? {
        ranges.entry(row.lot_id).or_default().push(chips::range(&row.first, &row.last)?);
    }
    let mut lots = tx.chip_lots().await?;
    lots.truncate(MOST_DELIVERIES);
    let told = lots.iter().filter_map(|lot| ranges.get(&lot.id)).flatten().copied();
    let (implanted, lost) = chips::gone(tx, &told.collect::<Vec<_>>()).await?;
    let mut lines = Vec::with_capacity(lots.len());
    for lot in lots {
        let ranges = ranges.remove(&lot.id).unwrap_or_default();
        let holding = Holding {
            implanted: chips::within(&implanted, &ranges),
            lost: chips::within(&lost, &ranges),
            ranges: ranges.clone(),
        };
        lines.push(DeliveryLine {
            supplier: lot.supplier,
            paper: lot.paper,
            received_on: date(&lot.received_on)?,
            balance: holding.balance(),
            ranges,
        });
    }
    Ok(lines)
}

/// The boxes round today, the latest first, behind them those of long ago that still hold chips,
/// and whether there are more.
async fn boxes(
    tx: &mut Tx,
    doses: &Doses,
    today: CivilDate,
) -> Result<(Vec<BoxLine>, bool), Error> {
    let day = |days: i64| CivilDate::from_days(today.days() + days).to_string();
    let offered = OutreachesWantedRow {
        from: day(-DAYS_OFFERED),
        to: day(DAYS_OFFERED),
        limit: MOST_OFFERED,
        ..OutreachesWantedRow::default()
    };
    let kept = OutreachesWantedRow {
        from: day(-DAYS_LISTED),
        to: day(-DAYS_OFFERED - 1),
        holds_chips: true,
        limit: i64::from(MOST_KEPT) + 1,
        ..OutreachesWantedRow::default()
    };
    let (mut rows, mut has_more) = nearest(tx, offered, today).await?;
    let mut older = tx.outreaches_latest(&kept).await?;
    has_more |= older.len() > usize::from(MOST_KEPT);
    older.truncate(usize::from(MOST_KEPT));
    rows.append(&mut older);
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let held = ChipBox::of(tx, row.id).await?;
        // Where none were allotted, none are left.
        let given = match doses.is_any_at(row.id) {
            true => Some(GivenAt::read(tx, row.id).await?),
            false => None,
        };
        lines.push(line(row, &held, (doses, given.as_ref()))?);
    }
    Ok((lines, has_more))
}

fn line(
    row: &OutreachRow,
    held: &ChipBox,
    (doses, given): (&Doses, Option<&GivenAt>),
) -> Result<BoxLine, StoreError> {
    let whole = held.whole();
    let lots = given.map(|given| doses.parts(given)).unwrap_or_default();
    Ok(BoxLine {
        outreach: OutreachId(row.id),
        name: row.name.clone(),
        held_on: date(&row.held_on)?,
        balance: whole.balance(),
        odd: u32::try_from(whole.odd().len()).unwrap_or(u32::MAX),
        doses: lots.iter().map(AllottedLot::left).fold(0, u32::saturating_add),
    })
}

/// One outreach's box, part by part, with what can be allotted to it.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn box_sheet(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
) -> Result<BoxSheet, Error> {
    may(&actor, UseCase::ReadStock)?;
    let (today, may_manage) = (office.day_of(office.clock.now()), manages(actor));
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let row = tx.outreach(outreach.0).await?;
                let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
                let doses = Doses::read(tx).await?;
                let (given, here) = (doses.given(tx).await?, GivenAt::read(tx, row.id).await?);
                let held = ChipBox::of(tx, row.id).await?;
                let phones = phones(tx, row.id).await?;
                let mut own = held.phones();
                own.extend(doses.phones(row.id));
                let names = names(tx, &own).await?;
                let parts = std::iter::once(None).chain(own.into_iter().map(Some));
                let part = |device: Option<Uuid>| {
                    let holding = held.part(device);
                    let name = |id: Uuid| names.get(&id).cloned().unwrap_or_default();
                    PartSheet {
                        phone: device.map(|id| (DeviceId(id), name(id))),
                        balance: holding.balance(),
                        ranges: holding.ranges,
                        lots: doses.part(&here, device),
                    }
                };
                Ok(BoxSheet {
                    line: line(&row, &held, (&doses, Some(&here)))?,
                    parts: parts.map(part).collect(),
                    odd: held.odd(),
                    phones,
                    free: chips::free(tx).await?,
                    lots: doses.lines(&given).into_iter().filter(|line| line.free > 0).collect(),
                    today,
                    may_manage,
                    act: act::fresh(),
                })
            })
        })
        .await
}

/// What an outreach was given to work with, used or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allotted {
    /// Chips.
    pub(crate) chips: u32,
    /// Doses against internal parasites that are good on its day.
    pub(crate) internal: u32,
    /// Doses against external ones that are.
    pub(crate) external: u32,
    /// The lots that are past their day by then.
    pub(crate) expired: Vec<ExpiredLot>,
}

/// A lot that was allotted and is past its day when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExpiredLot {
    /// The product's name.
    pub(crate) product: String,
    /// The batch as printed.
    pub(crate) batch: String,
    /// Its last day of use.
    pub(crate) expires_on: CivilDate,
    /// The doses that were allotted.
    pub(crate) doses: u32,
}

/// How many chips and doses an outreach was allotted, in common and to phones, and which of the
/// doses are past their day when it is held.
///
/// # Errors
/// A failed database.
pub(crate) async fn allotted(
    tx: &mut Tx,
    outreach: Uuid,
    held_on: CivilDate,
) -> Result<Allotted, StoreError> {
    let held = ChipBox::of(tx, outreach).await?;
    let doses = Doses::read(tx).await?;
    let given = GivenAt::read(tx, outreach).await?;
    let mut all = Allotted { chips: held.whole().balance().received, ..Allotted::default() };
    for one in doses_of_outreach(&doses.parts(&given), Vec::new()) {
        let Some((product, expires_on)) = one.product.filter(|_| one.received > 0) else {
            continue;
        };
        if expires_on < held_on {
            let (batch, doses) = (one.batch, one.received);
            all.expired.push(ExpiredLot { product, batch, expires_on, doses });
            continue;
        }
        let sum = match one.kind {
            DewormingKind::Internal => &mut all.internal,
            DewormingKind::External => &mut all.external,
        };
        *sum = sum.saturating_add(one.received);
    }
    Ok(all)
}

/// What phones are called.
async fn names(tx: &mut Tx, ids: &BTreeSet<Uuid>) -> Result<BTreeMap<Uuid, String>, StoreError> {
    let ids: Vec<_> = ids.iter().copied().collect();
    Ok(tx.devices(&ids).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The phones that are paired for an outreach and not revoked.
async fn phones(tx: &mut Tx, outreach: Uuid) -> Result<Vec<(DeviceId, String)>, StoreError> {
    let here = tx.phones_paired_for(outreach).await?.into_iter();
    Ok(here.map(|row| (DeviceId(row.id), row.name)).collect())
}

/// What a phone takes along: its own allotment when it is paired for the outreach and has one,
/// else the outreach's common part; of chips and of doses each.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`]; for field staff
/// [`Refusal::NotYourOutreach`], and [`Refusal::NoOpenOutreach`] when theirs is not offered at
/// present.
pub async fn pack(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    device: Option<DeviceId>,
) -> Result<PackStock, Error> {
    authorise(&actor, UseCase::ReadOwnOutreaches).map_err(Error::Refused)?;
    place_of(office, actor, outreach).await?;
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let paired = match device {
                    Some(device) => paired(tx, outreach.0, device.0).await?,
                    None => None,
                };
                let held = ChipBox::of(tx, outreach.0).await?;
                let doses = Doses::read(tx).await?;
                let own = paired.filter(|device| held.phones().contains(device));
                let of_doses = paired.filter(|id| doses.phones(outreach.0).contains(id));
                let Holding { ranges, implanted, lost } = held.part(own);
                let given = GivenAt::read(tx, outreach.0).await?;
                let mut lots = doses.part(&given, of_doses);
                lots.retain(|one| one.lot.doses > 0);
                Ok(PackStock { is_own: own.is_some(), ranges, implanted, lost, lots })
            })
        })
        .await
}
