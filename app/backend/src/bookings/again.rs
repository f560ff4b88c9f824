//! A form that comes again: it is told what it has booked before, and books nothing else.

use domain::booking::BookingState;

use super::{Outcome, ticket};
use crate::error::Error;
use crate::office::Office;
use crate::store::Tx;
use crate::store::vocabulary::booking::BookingRow;

/// What a form has asked for before, and what became of it.
pub(super) struct Known {
    outcome: Outcome,
    /// Who, with which animals; empty when that was erased.
    details: String,
    /// The hour that was wanted, and the one that it has.
    hours: [Option<i64>; 2],
}

impl Known {
    /// What became of a booking whose answer was lost on its way, or whose form was sent again.
    pub(super) async fn of(tx: &mut Tx, office: &Office, row: &BookingRow) -> Result<Self, Error> {
        use BookingState::{Cancelled, Lapsed, NoShow};
        let ticket = ticket::of_booking(tx, office, row).await?;
        let outcome = match (ticket.state, ticket.position) {
            (Cancelled | Lapsed | NoShow, _) => Outcome::HasEnded,
            (_, Some(position)) => Outcome::Waiting { ticket, position },
            (_, None) => Outcome::Booked(ticket),
        };
        let hours = [row.wanted_slot, row.slot_at];
        Ok(Self { outcome, details: row.details.clone(), hours })
    }

    /// What was booked, or is waited for, at this moment; nothing of who got neither.
    pub(super) fn fresh(outcome: &Outcome, asked: &BookingRow) -> Option<Self> {
        let (Outcome::Booked(ticket) | Outcome::Waiting { ticket, .. }) = outcome else {
            return None;
        };
        let hours = [asked.wanted_slot, ticket.slot.map(|slot| slot.0)];
        Some(Self { outcome: outcome.clone(), details: asked.details.clone(), hours })
    }

    /// What the form is told that asks now: nothing that was put right in it since is done.
    pub(super) fn told(&self, asked: &BookingRow) -> Outcome {
        let is_its_hour = asked.wanted_slot.is_none() || self.hours.contains(&asked.wanted_slot);
        let is_the_same = self.details.is_empty() || self.details == asked.details;
        match self.outcome == Outcome::HasEnded || (is_its_hour && is_the_same) {
            true => self.outcome.clone(),
            false => Outcome::AskedOtherwise,
        }
    }
}
