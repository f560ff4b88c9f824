//! A document's bytes: those that were issued, made at the first need and kept for ever.

use std::sync::{Arc, OnceLock};

use backend::documents::{self, PDF, Printing};
use backend::error::{Error, Fault};
use backend::office::Office;
use domain::document::DocumentFacts;
use domain::id::DocumentId;
use mailroom::certificates::{Certificates, RenderError, SlipFacts};
use tokio::sync::Semaphore;

/// Documents rendered at the same time: rendering takes processor, and memory for each.
const AT_ONCE: usize = 2;

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
}

impl Default for Press {
    fn default() -> Self {
        Self { certificates: Arc::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Press {
    /// The bytes of a document: the kept ones, or those that are made and kept now.
    ///
    /// # Errors
    /// The refusals of [`documents::printing`]; a failed database, facts that cannot be printed.
    pub async fn paper(&self, office: &Office, id: DocumentId) -> Result<Paper, Error> {
        match documents::printing(office, id).await? {
            Printing::Bytes { media_type, bytes } => Ok(Paper { media_type, bytes }),
            Printing::Facts(facts) => {
                let printed = self.print(*facts).await?;
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
        self.work(move |certificates| certificates.slip(&facts)).await
    }

    async fn print(&self, facts: DocumentFacts) -> Result<Vec<u8>, Error> {
        self.work(move |certificates| certificates.render(&facts)).await
    }

    async fn work(
        &self,
        print: impl FnOnce(&Certificates) -> Result<Vec<u8>, RenderError> + Send + 'static,
    ) -> Result<Vec<u8>, Error> {
        let _turn = self.turns.acquire().await.map_err(|_| Fault::new("the press is closed"))?;
        let held = Arc::clone(&self.certificates);
        let printed = tokio::task::spawn_blocking(move || {
            let certificates = match held.get() {
                Some(certificates) => certificates,
                None => {
                    let fresh = Certificates::new()
                        .map_err(|error| Fault::caused("the press is broken", error))?;
                    held.get_or_init(|| fresh)
                }
            };
            print(certificates)
                .map_err(|error| Fault::caused(format!("no document came out: {error}"), error))
        });
        let printed = printed.await.map_err(|error| Fault::caused("the press stopped", error))?;
        Ok(printed?)
    }
}
