//! Commands at the door: who came with a ticket, and who was promised places without one.

use domain::booking::{MOST_PLACES_SHARED, Offering, Scanned};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{BookingId, DeviceId, OutreachId, SubmissionId};
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use super::desk::{Desk, Stop};
use crate::day::{self, Arrival, Arrived, WalkIn, WalkedIn};
use crate::history::Subject;

impl Desk<'_> {
    /// A ticket that somebody else has shown before is a conflict: a person looks at both. One that
    /// keeps no place, and for which none is free, is over the count, and so is one that was given
    /// back or called off, which the phone had not heard of: it let its people in.
    pub(super) async fn arrive(
        &mut self,
        booking: BookingId,
        number: Option<u32>,
    ) -> Result<(), Stop> {
        let arrival = Arrival {
            booking,
            here: self.here()?,
            today: self.context.recorded_on,
            at: self.context.recorded_at,
            phone: Some(self.phone()),
            number,
        };
        let refusal = match day::arrive(self.tx, &arrival).await? {
            Arrived::Arrived { .. } => return Ok(()),
            Arrived::NotArrived(Scanned::Already { .. }) => Refusal::TicketUsed,
            Arrived::NotArrived(Scanned::NeedsPlace { .. }) => {
                return self.arrive_over(&arrival).await;
            }
            Arrived::NotArrived(Scanned::OtherDay { .. } | Scanned::Cancelled) => {
                // Only one that was given back or called off can be of this day here.
                if day::is_held_on(self.tx, arrival.here, arrival.today).await? {
                    return self.arrive_over(&arrival).await;
                }
                // Put off since: they are expected on the new day, which they were told.
                if day::is_of_day_before(self.tx, arrival.here, arrival.today).await? {
                    return Ok(());
                }
                Refusal::TicketNotValid
            }
            Arrived::NotArrived(_) | Arrived::Unknown => Refusal::TicketNotValid,
        };
        let other = match refusal.is_conflict() {
            true => day::ticket_holder(self.tx, booking).await?.map(Box::new),
            false => None,
        };
        Err(Stop::Refused { command: None, refusal, other })
    }

    async fn arrive_over(&mut self, arrival: &Arrival) -> Result<(), Stop> {
        let told = day::arrive_over(self.tx, arrival).await?;
        self.note_over_count((arrival.booking, arrival.here), told)
    }

    /// Out of the share as long as that is out, else out of what is free. What is neither is
    /// over the count: the phone promised it, and its people were there. Of a day before the
    /// outreach was put off, nothing is promised any more.
    pub(super) async fn walk_in(
        &mut self,
        booking: BookingId,
        (offering, places): (Offering, u32),
        (share, number): (Option<Uuid>, Option<u32>),
    ) -> Result<(), Stop> {
        let wrong = match places {
            0 => Some(Problem::TooSmall),
            1..=MOST_PLACES_SHARED => None,
            _ => Some(Problem::TooLarge),
        };
        if let Some(problem) = wrong {
            return Err(Refusal::field(FieldError::new(Field::Quantity, problem)).into());
        }
        let walk_in = WalkIn {
            id: booking,
            here: self.here()?,
            offering,
            places,
            details: None,
            at: self.context.recorded_at,
            phone: Some(self.phone()),
            share,
            number,
        };
        let (keys, on) = (&self.office.keys, self.context.recorded_on);
        if day::walk_in_before(self.tx, keys, &walk_in, on).await? {
            return Ok(());
        }
        match day::walk_in(self.tx, keys, &walk_in).await? {
            WalkedIn::Arrived { .. } => return Ok(()),
            WalkedIn::HasBooking(_) => return Err(Refusal::NoPlaceLeft.into()),
            WalkedIn::Full { .. } => {}
        }
        let over = day::walk_in_over(self.tx, keys, &walk_in).await?;
        self.note_over_count((booking, walk_in.here), (offering, over))
    }

    /// Notes how many places are over the count; nothing where all of them were free.
    fn note_over_count(
        &mut self,
        (booking, here): (BookingId, OutreachId),
        (offering, over): (Offering, u32),
    ) -> Result<(), Stop> {
        if over == 0 {
            return Ok(());
        }
        let said = json!({ "booking": booking, "offering": offering, "places": over });
        self.note(Subject::Outreach(here), "places_over_count", &said)
    }

    /// Tickets are taken and given at an outreach only.
    fn here(&self) -> Result<OutreachId, Refusal> {
        self.submission.outreach.ok_or(Refusal::OutreachUnknown)
    }

    fn phone(&self) -> (DeviceId, SubmissionId) {
        (self.submission.device, self.submission.id)
    }
}
