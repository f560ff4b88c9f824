//! Half-filled forms that are read, judged and changed: between reading and writing they are opened
//! and sealed, which no transaction of the store waits for, so that it is looked again before.

use super::plain::{about, sealed};
use super::{DRAFTS, Queue, StorageError};
use crate::offline::store::Value;
use crate::offline::vault;

/// Forms as they lay in the store when they were read.
pub struct Seen(Vec<(&'static str, Value)>);

impl Queue {
    /// Some forms, opened, and how they lay in the store.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn forms<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Result<(Seen, [Option<String>; N]), StorageError> {
        let reading = self.reading(&[DRAFTS]).await?;
        let mut seen = Vec::with_capacity(N);
        for name in names {
            seen.push((name, reading.get(DRAFTS, name)?.value().await?));
        }
        let pairs: Vec<_> = seen
            .iter()
            .map(|(name, text)| [about(DRAFTS, name), text.as_string().unwrap_or_default()])
            .collect();
        let mut opened = vault::open(&pairs).await.into_iter();
        // There is no text without a letter.
        let texts = names.map(|_| opened.next().flatten().filter(|text| !text.is_empty()));
        Ok((Seen(seen), texts))
    }

    /// Writes some forms, or removes those without a text, in one transaction; whether it has. It
    /// has not when something of what was read is another by now.
    ///
    /// # Errors
    /// [`StorageError`]: nothing was written then.
    pub async fn exchange(
        &self,
        seen: &Seen,
        changes: Vec<(&'static str, Option<String>)>,
    ) -> Result<bool, StorageError> {
        let mut ready = Vec::with_capacity(changes.len());
        for (name, text) in changes {
            let text = match text {
                Some(text) => Some(sealed(DRAFTS, name, text).await),
                None => None,
            };
            ready.push((name, text));
        }
        let writing = self.write(&[DRAFTS]).await?;
        for (name, text) in &seen.0 {
            if writing.get(DRAFTS, name)?.value().await? != *text {
                return Ok(false);
            }
        }
        for (name, text) in ready {
            match text {
                Some(text) => writing.put(DRAFTS, name, &text.into())?,
                None => writing.delete(DRAFTS, name)?,
            }
        }
        writing.done().await?;
        Ok(true)
    }
}
