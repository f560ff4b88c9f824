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

/// Transactions at a time where many may write: while one waits for the disk, another works. More
/// of them would each have less to write together.
const WRITERS: usize = 2;

/// How long those who came together before are waited for. Who was answered may ask again at once,
/// and one transaction for all costs less than one for each half of them.
const GATHERING: Duration = Duration::from_millis(4);

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
        let queue = self.queue.get_or_init(|| begin(job.office(), &self.open));
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

fn begin<J: Grouped>(
    office: &Office,
    open: &Arc<AtomicUsize>,
) -> mpsc::UnboundedSender<Waiting<J>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = Arc::new(Mutex::new(receiver));
    let writers = if office.store.engine() == Engine::Sqlite { 1 } else { WRITERS };
    for _ in 0..writers {
        tokio::spawn(work(Arc::clone(&receiver), Arc::clone(open), writers));
    }
    sender
}

/// Writes what waits until nobody can send any more.
async fn work<J: Grouped>(
    queue: Arc<Mutex<mpsc::UnboundedReceiver<Waiting<J>>>>,
    open: Arc<AtomicUsize>,
    writers: usize,
) {
    // How many had no answer when the last round was written.
    let mut crowd = 0;
    loop {
        let size = |waiting: &Waiting<J>| waiting.job.size().max(1);
        let waited_for = (crowd / writers, J::MOST);
        let Some(mut round) = gather(&mut *queue.lock().await, waited_for, size).await else {
            return;
        };
        // Who hung up asks again.
        round.retain(|waiting| !waiting.reply.is_closed());
        // In a task of its own, whose panic is not this one's.
        match tokio::spawn(settle(round, Arc::clone(&open))).await {
            Ok(then) => crowd = then,
            Err(_) => tracing::error!("jobs were given up; each is written alone"),
        }
    }
}

/// What is written together next: what waits, and what comes soon until there are so many, but
/// never more than `most` by size and one. Nothing when nobody can send any more.
async fn gather<T>(
    queue: &mut mpsc::UnboundedReceiver<T>,
    (crowd, most): (usize, usize),
    size: impl Fn(&T) -> usize,
) -> Option<Vec<T>> {
    let first = queue.recv().await?;
    let mut whole = size(&first);
    let mut round = vec![first];
    let until = tokio::time::Instant::now() + GATHERING;
    while whole < most {
        let next = match queue.try_recv() {
            Err(mpsc::error::TryRecvError::Empty) if round.len() < crowd => {
                tokio::time::timeout_at(until, queue.recv()).await.ok().flatten()
            }
            waiting => waiting.ok(),
        };
        let Some(next) = next else { break };
        whole += size(&next);
        round.push(next);
    }
    Some(round)
}

/// Writes together what can be; when that fails, each alone, so that one job's fault is its own.
/// Answers how many had no answer yet when it was written.
async fn settle<J: Grouped>(round: Vec<Waiting<J>>, open: Arc<AtomicUsize>) -> usize {
    let jobs: Vec<J> = round.iter().map(|waiting| waiting.job.clone()).collect();
    let Some(store) = jobs.first().map(|job| job.office().store.clone()) else { return 0 };
    let same_store = jobs.iter().all(|job| job.office().store.is(&store));
    if jobs.len() > 1
        && same_store
        && let Ok(answers) = together(jobs).await
    {
        let crowd = open.load(Ordering::Relaxed);
        for (waiting, answer) in round.into_iter().zip(answers) {
            // Who hung up does not hear it, and asks again.
            let _ = waiting.reply.send(Ok(answer));
        }
        return crowd;
    }
    let mut crowd = 0;
    for waiting in round.into_iter().filter(|waiting| !waiting.reply.is_closed()) {
        let answer = one_of(vec![waiting.job]).await;
        crowd = crowd.max(open.load(Ordering::Relaxed));
        let _ = waiting.reply.send(answer);
    }
    crowd
}

async fn one_of<J: Grouped>(job: Vec<J>) -> Result<J::Answer, Error> {
    let mut answers = together(job).await?;
    answers.pop().ok_or_else(|| Fault::new("a job was not answered").into())
}

async fn together<J: Grouped>(jobs: Vec<J>) -> Result<Vec<J::Answer>, Error> {
    let Some(store) = jobs.first().map(|job| job.office().store.clone()) else {
        return Ok(Vec::new());
    };
    store.for_gathered().write_at(J::AT, jobs, |tx, jobs| J::write(tx, jobs)).await
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

    /// A round of jobs that are each as large as they say.
    async fn round(queue: &mut mpsc::UnboundedReceiver<usize>, crowd: usize) -> Vec<usize> {
        gather(queue, (crowd, 10), |job| *job).await.unwrap_or_default()
    }

    #[tokio::test]
    async fn who_comes_alone_waits_for_nobody() {
        let (sender, mut queue) = mpsc::unbounded_channel();
        sender.send(1).unwrap();
        tokio::select! {
            biased;
            round = round(&mut queue, 1) => assert_eq!(round, [1]),
            () = std::future::ready(()) => panic!("a job alone was made to wait"),
        }
    }

    #[tokio::test]
    async fn who_came_together_before_is_waited_for_but_not_long() {
        let (sender, mut queue) = mpsc::unbounded_channel();
        sender.send(1).unwrap();
        {
            let round = round(&mut queue, 3);
            tokio::pin!(round);
            tokio::select! {
                biased;
                round = &mut round => panic!("{round:?} did not wait"),
                () = std::future::ready(()) => sender.send(2).unwrap(),
            }
            assert_eq!(round.await, [1, 2], "the third does not come");
        }
        drop(sender);
        assert!(round(&mut queue, 3).await.is_empty(), "nobody can send any more");
    }

    #[tokio::test]
    async fn a_round_grows_no_further_than_it_may() {
        let (sender, mut queue) = mpsc::unbounded_channel();
        for size in [4, 4, 4, 4] {
            sender.send(size).unwrap();
        }
        assert_eq!(round(&mut queue, 8).await, [4, 4, 4]);
        assert_eq!(round(&mut queue, 0).await, [4]);
    }
}
