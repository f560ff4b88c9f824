//! Where those who book wait for the database together.

use domain::refusal::Refusal;
use std::time::Duration;

use super::Outcome;
use super::book::Job;
use crate::error::Error;
use crate::grouping::Group;

/// Those who wait to book. Cloning it shares them.
#[derive(Clone, Default)]
pub struct BookingQueue(Group<Job>);

impl BookingQueue {
    /// Has a booking written, alone or with others.
    pub(super) async fn take_in(&self, job: Job) -> Result<Result<Outcome, Refusal>, Error> {
        self.0.take_in(job).await
    }

    /// Waits until nobody waits, but no longer than `most`.
    pub(crate) async fn calm(&self, most: Duration) {
        self.0.calm(most).await;
    }
}
