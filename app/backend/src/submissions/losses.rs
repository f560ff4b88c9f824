//! Commands on stock: what left the box without coming to an animal.

use domain::catalogue::Procedure;
use domain::chip_number::ChipNumber;
use domain::decide::stock::{ChipFacts, WriteOff, write_off_chip, write_off_doses};
use domain::id::ProductLotId;
use domain::service::ServiceDetails;
use domain::stock::LossReason;

use super::desk::{Desk, Stop};
use crate::clock;
use crate::history::Subject;
use crate::stock;
use crate::store::vocabulary::stock::{ChipWriteOffRow, ProductMovementRow};

impl Desk<'_> {
    pub(super) async fn write_off_chip(
        &mut self,
        chip: ChipNumber,
        reason: LossReason,
    ) -> Result<(), Stop> {
        let one = [(chip.to_string(), chip.to_string())];
        let implants = |details: &ServiceDetails| match details {
            ServiceDetails::Microchip(service) => {
                service.chip == chip && service.procedure == Procedure::Implantation
            }
            ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => false,
        };
        let here = self.services.iter().any(|service| implants(&service.details));
        let facts = ChipFacts {
            is_implanted: here || !self.tx.chips_implanted(&one).await?.is_empty(),
            is_written_off: !self.tx.chips_lost(&one).await?.is_empty(),
        };
        if write_off_chip(facts)? == WriteOff::Before {
            return self.note(self.box_subject(), "written_off_before", &(chip, reason));
        }
        let row = ChipWriteOffRow {
            chip: chip.to_string(),
            reason: reason.code().to_owned(),
            outreach_id: self.submission.outreach.map(|outreach| outreach.0),
            device_id: self.submission.device.0,
            submission_id: self.submission.id.0,
            staff_id: self.context.actor.map(|actor| actor.0),
            recorded_at: self.context.recorded_at.0,
        };
        self.tx.insert_chip_write_off(&row).await?;
        self.note(self.box_subject(), "chip_written_off", &(chip, reason))
    }

    pub(super) async fn write_off_doses(
        &mut self,
        lot: ProductLotId,
        doses: u32,
        reason: LossReason,
    ) -> Result<(), Stop> {
        let received = stock::doses_received(self.tx, lot).await?;
        write_off_doses(doses, received)?;
        let row = ProductMovementRow {
            id: clock::fresh_id(),
            lot_id: lot.0,
            kind: reason.code().to_owned(),
            doses: i64::from(doses),
            outreach_id: self.submission.outreach.map(|outreach| outreach.0),
            device_id: Some(self.submission.device.0),
            supplier: None,
            paper: None,
            moved_on: self.context.recorded_on.to_string(),
            moved_by: self.context.actor.map(|actor| actor.0),
            moved_at: self.context.recorded_at.0,
        };
        self.tx.insert_product_movement(&row).await?;
        let said = serde_json::json!({ "lot": lot, "doses": doses, "reason": reason });
        self.note(self.box_subject(), "doses_written_off", &said)
    }

    /// The chain that tells of a box: the outreach's, else that of who acts.
    fn box_subject(&self) -> Subject {
        let acting = Subject::acting(&self.actor);
        self.submission.outreach.map_or(acting, Subject::Outreach)
    }
}
