//! A document's bytes: those that were issued, made at the first need and kept for ever.

pub mod tickets;

use std::sync::{Arc, OnceLock};

use backend::documents::{self, PDF, Printing};
use backend::error::{Error, Fault};
use backend::office::Office;
use domain::closing::{AttendanceAct, DaySheet};
use domain::document::DocumentFacts;
use domain::id::DocumentId;
use mailroom::certificates::{Certificates, RenderError, SlipFacts, TicketFacts};
use tokio::sync::{Semaphore, oneshot};

/// Documents rendered at the same time for people who wait at a screen: rendering takes processor,
/// and memory for each.
const AT_ONCE: usize = 2;

/// Who waits for a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// A person, at a screen.
    Now,
    /// A letter: it is printed with what processor everybody else leaves, so that a hall that
    /// sends its day's records is not slowed down by its own certificates.
    Whenever,
}

/// A document's bytes.
#[derive(Clone, Debug)]
pub struct Paper {
    /// `application/pdf`, or what the municipality sent.
    pub media_type: String,
    /// As issued.
    pub bytes: Vec<u8>,
}

/// Makes papers. The fonts are read at the first one. Cloning shares everything.
#[derive(Clone)]
pub struct Press {
    certificates: Arc<OnceLock<Certificates>>,
    turns: Arc<Semaphore>,
    patient: Arc<OnceLock<rayon::ThreadPool>>,
}

impl Default for Press {
    fn default() -> Self {
        Self {
            certificates: Arc::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            patient: Arc::default(),
        }
    }
}

impl Press {
    /// The bytes of a document: the kept ones, or those that are made and kept now.
    ///
    /// # Errors
    /// The refusals of [`documents::printing`]; a failed database, facts that cannot be printed.
    pub async fn paper(
        &self,
        office: &Office,
        id: DocumentId,
        haste: Haste,
    ) -> Result<Paper, Error> {
        match documents::printing(office, id).await? {
            Printing::Bytes { media_type, bytes } => Ok(Paper { media_type, bytes }),
            Printing::Facts(facts) => {
                let printed = self.print(*facts, haste).await?;
                let bytes = documents::keep_bytes(office, id, printed).await?;
                Ok(Paper { media_type: PDF.to_owned(), bytes })
            }
        }
    }

    /// A slip, printed anew each time: nothing of it is kept.
    ///
    /// # Errors
    /// Facts that cannot be printed.
    pub async fn slip(&self, facts: SlipFacts) -> Result<Vec<u8>, Error> {
        self.work(Haste::Now, move |certificates| certificates.slip(&facts)).await
    }

    /// The ticket of a booking, printed anew each time: nothing of it is kept.
    ///
    /// # Errors
    /// Facts that cannot be printed.
    pub async fn ticket(&self, facts: TicketFacts, haste: Haste) -> Result<Vec<u8>, Error> {
        self.work(haste, move |certificates| certificates.ticket(&facts)).await
    }

    /// An outreach's attendance act, printed anew each time: its figures are those of the rows.
    ///
    /// # Errors
    /// Facts that cannot be printed.
    pub async fn attendance(&self, act: AttendanceAct) -> Result<Vec<u8>, Error> {
        self.work(Haste::Now, move |certificates| certificates.attendance(&act)).await
    }

    /// An outreach's day sheet, printed anew each time.
    ///
    /// # Errors
    /// As [`Press::attendance`].
    pub async fn day_sheet(&self, sheet: DaySheet) -> Result<Vec<u8>, Error> {
        self.work(Haste::Now, move |certificates| certificates.day_sheet(&sheet)).await
    }

    async fn print(&self, facts: DocumentFacts, haste: Haste) -> Result<Vec<u8>, Error> {
        self.work(haste, move |certificates| certificates.render(&facts)).await
    }

    async fn work(
        &self,
        haste: Haste,
        print: impl FnOnce(&Certificates) -> Result<Vec<u8>, RenderError> + Send + 'static,
    ) -> Result<Vec<u8>, Error> {
        let held = Arc::clone(&self.certificates);
        let (reply, printed) = oneshot::channel();
        let task = move || {
            // Who hung up does not hear it.
            let _ = reply.send(certificates(&held).and_then(|certificates| {
                print(certificates)
                    .map_err(|error| Fault::caused(format!("no document came out: {error}"), error))
            }));
        };
        let stopped = |error| Fault::caused("the press stopped", error);
        match haste {
            Haste::Now => {
                let turn = Arc::clone(&self.turns).acquire_owned().await;
                let turn = turn.map_err(|_| Fault::new("the press is closed"))?;
                tokio::task::spawn_blocking(move || {
                    task();
                    // Not before: who hung up frees no processor.
                    drop(turn);
                });
                Ok(printed.await.map_err(stopped)??)
            }
            Haste::Whenever => {
                self.patient()?.spawn(task);
                Ok(printed.await.map_err(stopped)??)
            }
        }
    }

    /// The thread that prints letters, and all that the typesetter does in parallel for them.
    fn patient(&self) -> Result<&rayon::ThreadPool, Fault> {
        if let Some(pool) = self.patient.get() {
            return Ok(pool);
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .thread_name(|_| "printing".to_owned())
            .start_handler(|_| step_back())
            .panic_handler(|_| tracing::error!("a document was given up"))
            .build()
            .map_err(|error| Fault::caused("no thread to print on", error))?;
        Ok(self.patient.get_or_init(|| pool))
    }
}

/// What prints, made at the first need.
fn certificates(held: &OnceLock<Certificates>) -> Result<&Certificates, Fault> {
    if let Some(certificates) = held.get() {
        return Ok(certificates);
    }
    let fresh = Certificates::new().map_err(|error| Fault::caused("the press is broken", error))?;
    Ok(held.get_or_init(|| fresh))
}

/// Puts this thread behind all others: `nice 19`, which on Linux is a thread's own. Elsewhere it
/// would be the whole process's, and nothing is done.
fn step_back() {
    #[cfg(target_os = "linux")]
    {
        let this = Some(rustix::thread::gettid());
        if let Err(error) = rustix::process::setpriority_process(this, 19) {
            tracing::warn!(%error, "printing keeps its priority");
        }
    }
}
