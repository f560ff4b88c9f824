//! Where batches wait for the database. Those that have come while it was busy are written by one
//! transaction: one promise of the disk for all, one statement for all their answers, and three
//! for all the links of the history. Whether a batch is written alone or with others changes
//! neither what is stored nor what is answered.

use domain::id::DeviceId;
use domain::submission::{MAX_BATCH, PhoneReport};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::Through;
use super::arrival::Arrival;
use super::round::{Taken, take_in};
use crate::actor::Actor;
use crate::error::{Error, Fault};
use crate::office::Office;
use crate::store::Engine;

/// How often somebody who steps back looks whether batches wait.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Transactions at a time where many may write: more than the cores, for each waits for the disk.
const WRITERS: usize = 4;

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

struct Waiting {
    job: Job,
    reply: oneshot::Sender<Result<Taken, Error>>,
}

/// The batches that wait. Cloning it shares them.
#[derive(Clone, Default)]
pub struct Intake {
    queue: Arc<OnceLock<mpsc::UnboundedSender<Waiting>>>,
    /// Batches that have no answer yet.
    open: Arc<AtomicUsize>,
}

/// A batch that has no answer yet, for as long as it lives.
struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Intake {
    /// Has a batch written, alone or with others.
    pub(super) async fn take_in(&self, job: Job) -> Result<Taken, Error> {
        let _open = Open::new(&self.open);
        let queue = self.queue.get_or_init(|| begin(&job.office));
        let (reply, answered) = oneshot::channel();
        let again = job.clone();
        if queue.send(Waiting { job, reply }).is_ok()
            && let Ok(taken) = answered.await
        {
            return taken;
        }
        // Nobody is at work any more, as when the process ends. What was answered already is
        // answered as before.
        one_of(vec![again]).await
    }

    /// Waits until no batch waits, but no longer than `most`: what can come later steps back for
    /// the halls that send their day, and still comes when they never stop.
    pub async fn calm(&self, most: Duration) {
        let until = Instant::now() + most;
        while self.open.load(Ordering::Relaxed) > 0 && Instant::now() < until {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

fn begin(office: &Office) -> mpsc::UnboundedSender<Waiting> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = Arc::new(Mutex::new(receiver));
    let writers = if office.store.engine() == Engine::Sqlite { 1 } else { WRITERS };
    for _ in 0..writers {
        tokio::spawn(work(Arc::clone(&receiver)));
    }
    sender
}

/// Writes what waits until nobody can send any more.
async fn work(queue: Arc<Mutex<mpsc::UnboundedReceiver<Waiting>>>) {
    loop {
        let mut round = Vec::new();
        {
            let mut queue = queue.lock().await;
            let Some(first) = queue.recv().await else { return };
            let mut size = 0;
            let mut next = Some(first);
            while let Some(waiting) = next {
                size += waiting.job.arrivals.len().max(1);
                round.push(waiting);
                next = if size < MAX_BATCH as usize { queue.try_recv().ok() } else { None };
            }
        }
        // Who hung up asks again.
        round.retain(|waiting| !waiting.reply.is_closed());
        // In a task of its own, whose panic is not this one's.
        if tokio::spawn(settle(round)).await.is_err() {
            tracing::error!("batches were given up; each is written alone");
        }
    }
}

/// Writes together what can be; when that fails, each alone, so that one batch's fault is its own.
async fn settle(round: Vec<Waiting>) {
    let jobs: Vec<Job> = round.iter().map(|waiting| waiting.job.clone()).collect();
    let Some(store) = jobs.first().map(|job| job.office.store.clone()) else { return };
    let same_store = jobs.iter().all(|job| job.office.store.is(&store));
    if jobs.len() > 1
        && same_store
        && let Ok(taken) = together(jobs).await
    {
        for (waiting, taken) in round.into_iter().zip(taken) {
            // Who hung up does not hear it, and asks again.
            let _ = waiting.reply.send(Ok(taken));
        }
        return;
    }
    for waiting in round.into_iter().filter(|waiting| !waiting.reply.is_closed()) {
        let taken = one_of(vec![waiting.job]).await;
        let _ = waiting.reply.send(taken);
    }
}

async fn one_of(job: Vec<Job>) -> Result<Taken, Error> {
    let mut taken = together(job).await?;
    taken.pop().ok_or_else(|| Fault::new("a batch was not answered").into())
}

async fn together(jobs: Vec<Job>) -> Result<Vec<Taken>, Error> {
    let Some(store) = jobs.first().map(|job| job.office.store.clone()) else {
        return Ok(Vec::new());
    };
    store.write_with(jobs, |tx, jobs| Box::pin(async move { take_in(tx, jobs).await })).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn who_steps_back_waits_for_the_batches_that_are_open() {
        let intake = Intake::default();
        let open = Open::new(&intake.open);
        let waiting = intake.calm(Duration::from_secs(60));
        tokio::pin!(waiting);
        assert!(tokio::time::timeout(SOON, &mut waiting).await.is_err(), "a batch is open");
        drop(open);
        assert!(tokio::time::timeout(Duration::from_secs(5), waiting).await.is_ok());
    }

    #[tokio::test]
    async fn who_steps_back_comes_at_last() {
        let intake = Intake::default();
        let _never_answered = Open::new(&intake.open);
        let begun = Instant::now();
        intake.calm(SOON).await;
        assert!(begun.elapsed() >= SOON);
    }
}
