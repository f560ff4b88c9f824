//! Where batches wait for the database: those that have come while it was busy are written by one
//! transaction, with one statement for all their answers and three for all the links of the
//! history.

use domain::id::DeviceId;
use domain::submission::{MAX_BATCH, PhoneReport};
use std::sync::Arc;
use std::time::Duration;

use super::Through;
use super::arrival::Arrival;
use super::round::{Taken, take_in};
use crate::actor::Actor;
use crate::error::Error;
use crate::grouping::{Group, Grouped};
use crate::office::Office;
use crate::store::{Isolation, Tx, Work};

/// A phone's batch, with all that its answer follows from.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) office: Office,
    pub(super) actor: Actor,
    pub(super) device: DeviceId,
    pub(super) through: Through,
    /// What the phone says of itself.
    pub(super) report: Option<PhoneReport>,
    pub(super) arrivals: Arc<Vec<Arrival>>,
}

impl Grouped for Job {
    type Answer = Taken;
    const AT: Isolation = Isolation::Snapshot;
    const MOST: usize = MAX_BATCH as usize;

    fn office(&self) -> &Office {
        &self.office
    }

    fn size(&self) -> usize {
        self.arrivals.len()
    }

    fn write<'t>(tx: &'t mut Tx, jobs: &'t [Self]) -> Work<'t, Vec<Taken>, Error> {
        Box::pin(take_in(tx, jobs))
    }
}

/// The batches that wait. Cloning it shares them.
#[derive(Clone, Default)]
pub struct Intake(Group<Job>);

impl Intake {
    /// Has a batch written, alone or with others.
    pub(super) async fn take_in(&self, job: Job) -> Result<Taken, Error> {
        self.0.take_in(job).await
    }

    /// Waits until no batch waits, but no longer than `most`: what can come later steps back for
    /// the halls that send their day, and still comes when they never stop.
    pub async fn calm(&self, most: Duration) {
        self.0.calm(most).await;
    }
}
