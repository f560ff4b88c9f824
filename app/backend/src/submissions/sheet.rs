//! New rows that wait to be written with others of their kind, one statement for each kind.

use crate::store::vocabulary::animal::AnimalRow;
use crate::store::vocabulary::document::DocumentRow;
use crate::store::vocabulary::outbox::MessageRow;
use crate::store::vocabulary::owner::{OwnerRow, SearchWordRow};
use crate::store::vocabulary::service::ServiceRow;
use crate::store::{StoreError, Tx};

/// The rows, in the order in which they may point at one another.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) owners: Vec<OwnerRow>,
    pub(super) words: Vec<SearchWordRow>,
    pub(super) animals: Vec<AnimalRow>,
    pub(super) services: Vec<ServiceRow>,
    pub(super) documents: Vec<DocumentRow>,
    pub(super) messages: Vec<MessageRow>,
}

impl Sheet {
    /// Takes over the rows of another one.
    pub(super) fn add(&mut self, other: Self) {
        self.owners.extend(other.owners);
        self.words.extend(other.words);
        self.animals.extend(other.animals);
        self.services.extend(other.services);
        self.documents.extend(other.documents);
        self.messages.extend(other.messages);
    }

    /// Writes the rows; nothing waits any more. What nobody held when it was looked for and
    /// somebody holds now was taken meanwhile: the transaction is run again, and then sees it.
    pub(super) async fn write(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let written = std::mem::take(self).insert(tx).await;
        if written.as_ref().is_err_and(|error| error.broken_unique().is_some()) {
            tx.run_again();
        }
        written
    }

    async fn insert(self, tx: &mut Tx) -> Result<(), StoreError> {
        if !tx.insert_owners(&self.owners).await? {
            return Err(StoreError::Inconsistent("a document came up twice"));
        }
        tx.insert_search_words(&self.words).await?;
        tx.insert_animals(&self.animals).await?;
        tx.insert_services(&self.services).await?;
        tx.insert_documents(&self.documents).await?;
        tx.insert_messages(&self.messages).await?;
        Ok(())
    }
}
