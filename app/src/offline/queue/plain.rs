//! The stores of the phone that hold a value under a key.

use super::{META, Queue, StorageError};
use crate::offline::json;
use crate::offline::store::{bytes_of, value_of};
use crate::offline::vault;
use serde::de::DeserializeOwned;

impl Queue {
    /// A value of one of the plain stores; one that cannot be read any more counts as absent.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn get<T: DeserializeOwned>(
        &self,
        store: &str,
        key: &str,
    ) -> Result<Option<T>, StorageError> {
        let text = self.opened_text(store, key).await?;
        Ok(text.and_then(|text| json::read(&text).ok()))
    }

    /// A text of one of the plain stores; none when the browser cannot read it.
    pub async fn text(&self, store: &str, key: &str) -> Option<String> {
        self.opened_text(store, key).await.ok()?
    }

    /// A text of one of the plain stores; one that the vault does not open counts as absent.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn opened_text(
        &self,
        store: &str,
        key: &str,
    ) -> Result<Option<String>, StorageError> {
        let reading = self.reading(&[store]).await?;
        let Some(text) = reading.get(store, key)?.text().await? else { return Ok(None) };
        Ok(vault::open(&[[about(store, key), text]]).await.pop().flatten())
    }

    /// Writes a text into one of the plain stores, sealed where it may tell of people. What was
    /// overtaken meanwhile by another text of the same key is not written any more.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    pub async fn put_text(&self, store: &str, key: &str, text: &str) -> Result<(), StorageError> {
        let mut text = text.to_owned();
        let turn = self.writings.ask(&about(store, key));
        if store != META {
            text = sealed(store, key, text).await;
        }
        let writing = self.write(&[store]).await?;
        if self.writings.is_last(&about(store, key), turn) {
            writing.put(store, key, &text.into())?;
        }
        Ok(writing.done().await?)
    }

    /// The bytes under a key of one of the plain stores; no text is ever under the same.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn bytes(&self, store: &str, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let reading = self.reading(&[store]).await?;
        let found = reading.get(store, key)?.value().await?;
        Ok((!found.is_undefined()).then(|| bytes_of(&found)))
    }

    /// Writes bytes into one of the plain stores.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be written.
    pub async fn put_bytes(
        &self,
        store: &str,
        key: &str,
        bytes: &[u8],
    ) -> Result<(), StorageError> {
        let writing = self.write(&[store]).await?;
        writing.put(store, key, &value_of(bytes))?;
        Ok(writing.done().await?)
    }

    /// Removes a key from one of the plain stores.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be removed.
    pub async fn delete(&self, store: &str, key: &str) -> Result<(), StorageError> {
        self.writings.ask(&about(store, key));
        let writing = self.write(&[store]).await?;
        writing.delete(store, key)?;
        Ok(writing.done().await?)
    }
}

/// A text as it is kept under this key of a store that may tell of people.
pub(super) async fn sealed(store: &str, key: &str, text: String) -> String {
    let sealed = vault::seal(vec![[about(store, key), text.clone()]]).await.pop();
    sealed.unwrap_or(text)
}

/// What a value is about, for the vault.
pub(super) fn about(store: &str, key: &str) -> String {
    format!("{store} {key}")
}
