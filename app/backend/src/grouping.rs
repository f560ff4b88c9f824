//! Where work waits for the database. Whatever has come while it was busy is written by one
//! transaction: one promise of the disk for all. Whether a job is written alone or with others
//! changes neither what is stored nor what is answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::error::{Error, Fault};
use crate::office::Office;
use crate::store::{Engine, Isolation, Tx, Work};

/// How often somebody who steps back looks whether jobs wait.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Transactions at a time where many may write: more than the cores, for each waits for the disk.
const WRITERS: usize = 4;

/// What can be written together with others of its kind.
pub(crate) trait Grouped: Clone + Send + Sync + 'static {
    /// What becomes of it.
    type Answer: Send + 'static;
    /// At which isolation jobs are written.
    const AT: Isolation;
    /// How much is written together, in sizes of jobs.
    const MOST: usize;

    /// Where it is written.
    fn office(&self) -> &Office;

    /// How much it is of [`Grouped::MOST`].
    fn size(&self) -> usize {
        1
    }

    /// Writes some jobs, and answers each in its order. It must be right for jobs that were
    /// written before, since who was not answered asks again.
    fn write<'t>(tx: &'t mut Tx, jobs: &'t [Self]) -> Work<'t, Vec<Self::Answer>, Error>;
}

struct Waiting<J: Grouped> {
    job: J,
    reply: oneshot::Sender<Result<J::Answer, Error>>,
}

/// The jobs that wait. Cloning it shares them.
pub(crate) struct Group<J: Grouped> {
    queue: Arc<OnceLock<mpsc::UnboundedSender<Waiting<J>>>>,
    /// Jobs that have no answer yet.
    open: Arc<AtomicUsize>,
}

impl<J: Grouped> Clone for Group<J> {
    fn clone(&self) -> Self {
        Self { queue: Arc::clone(&self.queue), open: Arc::clone(&self.open) }
    }
}

impl<J: Grouped> Default for Group<J> {
    fn default() -> Self {
        Self { queue: Arc::default(), open: Arc::default() }
    }
}

/// A job that has no answer yet, for as long as it lives.
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

impl<J: Grouped> Group<J> {
    /// Has a job written, alone or with others.
    ///
    /// # Errors
    /// A failed database.
    pub(crate) async fn take_in(&self, job: J) -> Result<J::Answer, Error> {
        let _open = Open::new(&self.open);
        let queue = self.queue.get_or_init(|| begin(job.office()));
        let (reply, answered) = oneshot::channel();
        let again = job.clone();
        if queue.send(Waiting { job, reply }).is_ok()
            && let Ok(answer) = answered.await
        {
            return answer;
        }
        // Nobody is at work any more, as when the process ends. What was answered already is
        // answered as before.
        one_of(vec![again]).await
    }

    /// Waits until no job waits, but no longer than `most`: what can come later steps back, and
    /// still comes when they never stop.
    pub(crate) async fn calm(&self, most: Duration) {
        let until = Instant::now() + most;
        while self.open.load(Ordering::Relaxed) > 0 && Instant::now() < until {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

fn begin<J: Grouped>(office: &Office) -> mpsc::UnboundedSender<Waiting<J>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = Arc::new(Mutex::new(receiver));
    let writers = if office.store.engine() == Engine::Sqlite { 1 } else { WRITERS };
    for _ in 0..writers {
        tokio::spawn(work(Arc::clone(&receiver)));
    }
    sender
}

/// Writes what waits until nobody can send any more.
async fn work<J: Grouped>(queue: Arc<Mutex<mpsc::UnboundedReceiver<Waiting<J>>>>) {
    loop {
        let mut round = Vec::new();
        {
            let mut queue = queue.lock().await;
            let Some(first) = queue.recv().await else { return };
            let mut size = 0;
            let mut next = Some(first);
            while let Some(waiting) = next {
                size += waiting.job.size().max(1);
                round.push(waiting);
                next = if size < J::MOST { queue.try_recv().ok() } else { None };
            }
        }
        // Who hung up asks again.
        round.retain(|waiting| !waiting.reply.is_closed());
        // In a task of its own, whose panic is not this one's.
        if tokio::spawn(settle(round)).await.is_err() {
            tracing::error!("jobs were given up; each is written alone");
        }
    }
}

/// Writes together what can be; when that fails, each alone, so that one job's fault is its own.
async fn settle<J: Grouped>(round: Vec<Waiting<J>>) {
    let jobs: Vec<J> = round.iter().map(|waiting| waiting.job.clone()).collect();
    let Some(store) = jobs.first().map(|job| job.office().store.clone()) else { return };
    let same_store = jobs.iter().all(|job| job.office().store.is(&store));
    if jobs.len() > 1
        && same_store
        && let Ok(answers) = together(jobs).await
    {
        for (waiting, answer) in round.into_iter().zip(answers) {
            // Who hung up does not hear it, and asks again.
            let _ = waiting.reply.send(Ok(answer));
        }
        return;
    }
    for waiting in round.into_iter().filter(|waiting| !waiting.reply.is_closed()) {
        let answer = one_of(vec![waiting.job]).await;
        let _ = waiting.reply.send(answer);
    }
}

async fn one_of<J: Grouped>(job: Vec<J>) -> Result<J::Answer, Error> {
    let mut answers = together(job).await?;
    answers.pop().ok_or_else(|| Fault::new("a job was not answered").into())
}

async fn together<J: Grouped>(jobs: Vec<J>) -> Result<Vec<J::Answer>, Error> {
    let Some(store) = jobs.first().map(|job| job.office().store.clone()) else {
        return Ok(Vec::new());
    };
    store.write_at(J::AT, jobs, |tx, jobs| J::write(tx, jobs)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(200);

    /// A job that is never written.
    #[derive(Clone)]
    struct Never(Office);

    impl Grouped for Never {
        type Answer = ();
        const AT: Isolation = Isolation::Committed;
        const MOST: usize = 1;
        fn office(&self) -> &Office {
            &self.0
        }
        fn write<'t>(_: &'t mut Tx, jobs: &'t [Self]) -> Work<'t, Vec<()>, Error> {
            Box::pin(async move { Ok(vec![(); jobs.len()]) })
        }
    }

    #[tokio::test]
    async fn who_steps_back_waits_for_the_jobs_that_are_open() {
        let group = Group::<Never>::default();
        let open = Open::new(&group.open);
        let waiting = group.calm(Duration::from_secs(60));
        tokio::pin!(waiting);
        assert!(tokio::time::timeout(SOON, &mut waiting).await.is_err(), "a job is open");
        drop(open);
        assert!(tokio::time::timeout(Duration::from_secs(5), waiting).await.is_ok());
    }

    #[tokio::test]
    async fn who_steps_back_comes_at_last() {
        let group = Group::<Never>::default();
        let _never_answered = Open::new(&group.open);
        let begun = Instant::now();
        group.calm(SOON).await;
        assert!(begun.elapsed() >= SOON);
    }
}
