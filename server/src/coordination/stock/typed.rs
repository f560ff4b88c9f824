//! What is typed into the forms of the stock, field by field; what it means is read behind it.

use backend::error::Error;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::desk::stock::{
    ChipCount, ChipMove, ChipReceipt, DoseMove, DoseReceipt, DoseTally, LotCorrection,
};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{DeviceId, SubmissionId};
use domain::refusal::Refusal;
use domain::stock::{CountReason, LossReason, parse_doses};

use crate::forms::Fields;
use crate::state::AppState;

/// The field that names an act.
pub(super) const ACT: &str = "act";

/// Whether what was read back is meant.
pub(super) fn is_confirmed(fields: &Fields) -> bool {
    !fields.text("confirmed").is_empty()
}

/// The identifier that the sheet gave the act.
pub(super) fn act_of(fields: &Fields) -> Option<SubmissionId> {
    fields.text(ACT).parse().ok()
}

fn text(fields: &Fields, name: &str) -> String {
    fields.text(name).to_owned()
}

/// Chips that come.
pub(super) fn chip_receipt(fields: &Fields) -> ChipReceipt {
    ChipReceipt {
        act: act_of(fields),
        first: text(fields, "first_chip"),
        last: text(fields, "last_chip"),
        supplier: text(fields, "supplier"),
        paper: text(fields, "paper"),
        date: text(fields, "date"),
    }
}

/// Doses that come.
pub(super) fn dose_receipt(fields: &Fields) -> DoseReceipt {
    DoseReceipt {
        act: act_of(fields),
        product: text(fields, "product"),
        kind: text(fields, "kind"),
        batch: text(fields, "batch"),
        expiry: text(fields, "expiry"),
        quantity: text(fields, "quantity"),
        supplier: text(fields, "supplier"),
        paper: text(fields, "paper"),
    }
}

/// A lot that is put right.
pub(super) fn lot_correction(fields: &Fields) -> LotCorrection {
    LotCorrection {
        act: act_of(fields),
        lot: fields.text("lot").parse().ok(),
        batch: text(fields, "batch"),
        expiry: text(fields, "expiry"),
        reason: text(fields, "reason"),
    }
}

/// Chips that go to an outreach.
pub(super) fn chip_move(fields: &Fields) -> Result<ChipMove, Error> {
    Ok(ChipMove {
        act: act_of(fields),
        first: text(fields, "first_chip"),
        last: text(fields, "last_chip"),
        device: device(fields)?,
    })
}

/// Chips that were counted.
pub(super) fn chip_count(fields: &Fields) -> Result<ChipCount, Error> {
    let (act, device) = (act_of(fields), device(fields)?);
    Ok(ChipCount { act, device, quantity: text(fields, "quantity") })
}

/// Doses that go to an outreach, or come back.
pub(super) fn dose_move(fields: &Fields, is_return: bool) -> Result<DoseMove, Error> {
    Ok(DoseMove {
        act: act_of(fields),
        lot: fields.text("lot").parse().ok(),
        quantity: text(fields, "quantity"),
        device: device(fields)?,
        is_return,
    })
}

/// Doses that were counted: which lot, and behind a point in which phone's box.
pub(super) fn tally(fields: &Fields) -> DoseTally {
    let held = fields.text("lot");
    let (lot, device) = held.split_once('.').unwrap_or((held, ""));
    let device = (!device.is_empty()).then(|| device.parse().ok());
    DoseTally {
        act: act_of(fields),
        // Whose box cannot be read is not counted as the common one.
        lot: lot.parse().ok().filter(|_| device != Some(None)),
        device: device.flatten(),
        quantity: fields.text("quantity").to_owned(),
        expected: fields.text("expected").parse().ok(),
        why: CountReason::from_code(fields.text("reason")),
    }
}

/// The phone that was chosen; none is the common box.
pub(super) fn device(fields: &Fields) -> Result<Option<DeviceId>, Error> {
    match fields.text("device") {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Error::Refused(Refusal::PhoneUnknown)),
    }
}

fn reason(fields: &Fields) -> Result<LossReason, FieldError> {
    let reason = LossReason::from_code(fields.text("reason"));
    reason.ok_or(FieldError::new(Field::Reason, Problem::Unknown))
}

/// A chip that left its box without coming to an animal.
pub(super) fn lost_chip(state: &AppState, fields: &Fields) -> Result<Command, Refusal> {
    let chip = ChipNumber::parse_in(fields.text("chip"), state.office.test_chips());
    let chip = chip.map_err(|error| FieldError::new(Field::Chip, error));
    match (chip, reason(fields)) {
        (Ok(chip), Ok(reason)) => Ok(Command::WriteOffChip { chip, reason }),
        (chip, reason) => {
            let fields = [chip.err(), reason.err()].into_iter().flatten().collect();
            Err(Refusal::Invalid { fields })
        }
    }
}

/// Doses that did.
pub(super) fn lost_doses(fields: &Fields) -> Result<Command, Refusal> {
    let lot = fields.text("lot").parse().map_err(|_| Refusal::LotUnknown)?;
    match (parse_doses(fields.text("quantity")), reason(fields)) {
        (Ok(doses), Ok(reason)) => Ok(Command::WriteOffDoses { lot, doses, reason }),
        (doses, reason) => {
            let fields = [doses.err(), reason.err()].into_iter().flatten().collect();
            Err(Refusal::Invalid { fields })
        }
    }
}
