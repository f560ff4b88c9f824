//! The stores of the phone that hold a value under a key.

use super::{META, Queue, StorageError, done};
use crate::offline::json;
use crate::offline::vault;
use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

impl Queue {
    /// A value of one of the plain stores; one that cannot be read any more counts as absent.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub(in crate::offline) async fn get<T: DeserializeOwned>(
        &self,
        store: &str,
        key: &str,
    ) -> Result<Option<T>, StorageError> {
        let text = self.opened_text(store, key).await?;
        Ok(text.and_then(|text| json::read(&text).ok()))
    }

    /// A text of one of the plain stores; none when the browser cannot read it.
    pub(in crate::offline) async fn text(&self, store: &str, key: &str) -> Option<String> {
        self.opened_text(store, key).await.ok()?
    }

    /// A text of one of the plain stores; one that the vault does not open counts as absent.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub(in crate::offline) async fn opened_text(
        &self,
        store: &str,
        key: &str,
    ) -> Result<Option<String>, StorageError> {
        let reading = self.reading(&[store]).await?;
        let found = reading.object_store(store)?.get(JsValue::from_str(key))?.await?;
        let Some(text) = found.and_then(|value| value.as_string()) else { return Ok(None) };
        Ok(vault::open(&[[about(store, key), text]]).await.pop().flatten())
    }

    /// Writes a text into one of the plain stores, sealed where it may tell of people.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    pub(in crate::offline) async fn put_text(
        &self,
        store: &str,
        key: &str,
        text: &str,
    ) -> Result<(), StorageError> {
        let mut text = text.to_owned();
        if store != META {
            text = sealed(store, key, text).await;
        }
        let writing = self.write(&[store]).await?;
        writing.object_store(store)?.put(&text.into(), Some(&key.into()))?;
        done(writing).await
    }

    /// The bytes under a key of one of the plain stores; no text is ever under the same.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub(in crate::offline) async fn bytes(
        &self,
        store: &str,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        let reading = self.reading(&[store]).await?;
        let found = reading.object_store(store)?.get(JsValue::from_str(key))?.await?;
        Ok(found.map(|value| Uint8Array::new(&value).to_vec()))
    }

    /// Writes bytes into one of the plain stores.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be written.
    pub(in crate::offline) async fn put_bytes(
        &self,
        store: &str,
        key: &str,
        bytes: &[u8],
    ) -> Result<(), StorageError> {
        let writing = self.write(&[store]).await?;
        writing.object_store(store)?.put(&Uint8Array::from(bytes), Some(&key.into()))?;
        done(writing).await
    }

    /// Removes a key from one of the plain stores.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be removed.
    pub(in crate::offline) async fn delete(
        &self,
        store: &str,
        key: &str,
    ) -> Result<(), StorageError> {
        let writing = self.write(&[store]).await?;
        writing.object_store(store)?.delete(JsValue::from_str(key))?;
        done(writing).await
    }
}

/// A text as it is kept under this key of a store that may tell of people.
pub(super) async fn sealed(store: &str, key: &str, text: String) -> String {
    let sealed = vault::seal(vec![[about(store, key), text.clone()]]).await.pop();
    sealed.unwrap_or(text)
}

/// What a value is about, for the vault.
fn about(store: &str, key: &str) -> String {
    format!("{store} {key}")
}
