//! The stock of the demonstration: chips and doses, some of them with the outreach of the day.

use anyhow::Result;
use backend::actor::Actor;
use backend::office::Office;
use backend::stock;
use domain::catalogue::DewormingKind;
use domain::chip_number::ChipNumber;
use domain::desk::stock::{ChipMove, ChipReceipt, DoseMove, DoseReceipt, StockSheet};
use domain::id::{DeviceId, OutreachId};
use domain::stock::ChipRange;
use domain::timestamp::CivilDate;

use super::accounts::Team;

/// First chip of the box that is at the office, far from those of 2020: prefix 999, which nobody
/// implants.
const FIRST_CHIP: u64 = 999_000_000_500_000;
/// Chips of the box.
const CHIPS: u32 = 1_000;
/// Of these, so many go to each day's outreach, and so many more to its phone.
const CHIPS_OF_A_DAY: u32 = 60;
const CHIPS_OF_A_PHONE: u32 = 20;
/// Doses of each lot.
const DOSES: u32 = 400;
/// Of these, so many go to each day's outreach.
const DOSES_OF_A_DAY: u32 = 60;

/// The box of chips, and a lot against parasites of each kind.
pub(super) async fn receive(office: &Office, team: &Team) -> Result<()> {
    let (actor, today) = (team.coordinating(), office.day_of(office.clock.now()));
    let chips = ChipReceipt {
        act: None,
        first: FIRST_CHIP.to_string(),
        last: (FIRST_CHIP + u64::from(CHIPS) - 1).to_string(),
        supplier: "Proveedor de microchips (demostración)".to_owned(),
        paper: "Guía 1 (demostración)".to_owned(),
        date: today.to_string(),
    };
    stock::receive_chips(office, actor, &chips, true).await?;
    for kind in DewormingKind::ALL {
        stock::receive_doses(office, actor, &lot(*kind, today)).await?;
    }
    Ok(())
}

fn lot(kind: DewormingKind, today: CivilDate) -> DoseReceipt {
    let (product, batch, months) = match kind {
        DewormingKind::Internal => ("Praziquantel + pirantel (demostración)", "DEMO-INT", 14),
        DewormingKind::External => ("Fipronil (demostración)", "DEMO-EXT", 20),
    };
    DoseReceipt {
        act: None,
        product: product.to_owned(),
        kind: kind.code().to_owned(),
        batch: batch.to_owned(),
        expiry: today.plus_months(months).to_string(),
        quantity: DOSES.to_string(),
        supplier: "Proveedor veterinario (demostración)".to_owned(),
        paper: String::new(),
    }
}

/// Allots chips and doses to the outreach of the day, and some chips to its paired phone, unless it
/// holds some already; nothing once all is used.
pub(super) async fn allot(
    office: &Office,
    team: &Team,
    outreach: OutreachId,
    phone: Option<DeviceId>,
) -> Result<()> {
    let actor = team.coordinating();
    let held = stock::box_sheet(office, actor, outreach).await?;
    if held.line.balance.received > 0 {
        return Ok(());
    }
    take_back(office, actor).await?;
    let sheet = stock::sheet(office, actor).await?;
    let (common, own) = parts(&sheet);
    let parts = [(None, common), (phone, own.filter(|_| phone.is_some()))];
    for (device, range) in parts {
        let Some(range) = range else { continue };
        let (first, last) = (range.first().to_string(), range.last().to_string());
        let moved = ChipMove { act: None, first, last, device };
        stock::allot(office, actor, outreach, &moved, true).await?;
    }
    for line in &sheet.lots {
        let doses = line.free.min(DOSES_OF_A_DAY);
        if doses == 0 || line.lot().is_expired(held.line.held_on) {
            continue;
        }
        let moved = DoseMove {
            act: None,
            lot: Some(line.lot().id),
            quantity: doses.to_string(),
            device: None,
            is_return: false,
        };
        stock::allot_doses(office, actor, outreach, &moved).await?;
    }
    Ok(())
}

/// Takes back what is left at the outreaches of days gone by, so that each day finds its stock
/// however often somebody comes back.
async fn take_back(office: &Office, actor: Actor) -> Result<()> {
    let sheet = stock::sheet(office, actor).await?;
    for line in sheet.boxes.iter().filter(|line| line.held_on < sheet.today) {
        for part in stock::box_sheet(office, actor, line.outreach).await?.parts {
            let device = part.phone.map(|(id, _)| id);
            stock::take_back(office, actor, line.outreach, (None, device)).await?;
            for left in part.lots.iter().filter(|lot| lot.left() > 0) {
                let moved = DoseMove {
                    act: None,
                    lot: Some(left.lot.id),
                    quantity: left.left().to_string(),
                    device,
                    is_return: true,
                };
                stock::allot_doses(office, actor, line.outreach, &moved).await?;
            }
        }
    }
    Ok(())
}

/// Numbers for the outreach and for its phone, out of the first free ones that suffice.
fn parts(sheet: &StockSheet) -> (Option<ChipRange>, Option<ChipRange>) {
    let needed = CHIPS_OF_A_DAY + CHIPS_OF_A_PHONE;
    let range = sheet.free.iter().find(|range| range.count() >= needed);
    let Some(first) = range.map(|range| range.first()) else { return (None, None) };
    let end = |more: u32| ChipNumber::from_parts(first.prefix(), first.body() + u64::from(more));
    let between = |from: u32, to: u32| ChipRange::new(end(from)?, end(to)?).ok();
    (between(0, CHIPS_OF_A_DAY - 1), between(CHIPS_OF_A_DAY, needed - 1))
}
