//! Where those who book wait for the database together.

use super::Outcome;
use super::book::Job;
use crate::error::Error;
use crate::grouping::Group;
use domain::refusal::Refusal;

/// Those who wait to book. Cloning it shares them.
#[derive(Clone, Default)]
pub struct BookingQueue(Group<Job>);

impl BookingQueue {
    /// Has a booking written, alone or with others.
    pub(super) async fn take_in(&self, job: Job) -> Result<Result<Outcome, Refusal>, Error> {
        self.0.take_in(job).await
    }
}
