//! Half-filled forms that are read, judged and changed: between reading and writing they are opened
//! and sealed, which no transaction of the store waits for, so that it is looked again before.

use super::plain::{about, sealed};
use super::{DRAFTS, Queue, StorageError, VISIT};
use crate::offline::store::{Asked, Transaction, Value};
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
        let mut visit = None;
        let writing = self.write(&[DRAFTS]).await?;
        for (name, text) in &seen.0 {
            if writing.get(DRAFTS, name)?.value().await? != *text {
                return Ok(false);
            }
        }
        for (name, text) in ready {
            let value = text.map(Value::from).unwrap_or_default();
            lay(&writing, name, &value)?;
            visit = Some(value).filter(|_| name == VISIT).or(visit);
        }
        writing.done().await?;
        if let Some(visit) = visit {
            self.visit.replace(visit);
        }
        Ok(true)
    }

    /// This window goes on with the visit that lay there.
    pub fn go_on_with(&self, seen: &Seen) {
        if let Some((_, visit)) = seen.0.iter().find(|(name, _)| *name == VISIT) {
            self.visit.replace(visit.clone());
        }
    }

    /// A writing of the visit is asked for: those before it that are being sealed do not count any
    /// more. What it is known by.
    #[must_use]
    pub fn ask_visit(&self) -> u32 {
        self.writings.ask(&about(DRAFTS, VISIT))
    }

    /// Writes the visit that is half filled in, or removes it, where nothing lies but what this
    /// window has read or written itself; false where something else does. What was overtaken by
    /// another writing need not be written any more.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    pub async fn put_visit(&self, turn: u32, text: Option<&str>) -> Result<bool, StorageError> {
        let value = match text {
            Some(text) => Value::from(sealed(DRAFTS, VISIT, text.to_owned()).await),
            None => Value::default(),
        };
        let writing = self.write(&[DRAFTS]).await?;
        let is_own = self.is_own(VISIT, writing.get(DRAFTS, VISIT)?).await?;
        if !self.writings.is_last(&about(DRAFTS, VISIT), turn) {
            return Ok(true);
        }
        if is_own {
            lay(&writing, VISIT, &value)?;
            writing.done().await?;
            self.visit.replace(value);
        }
        Ok(is_own)
    }

    /// Whether a form may be written over: of visits another window may have begun another one.
    pub(super) async fn is_own(&self, name: &str, lies: Asked) -> Result<bool, StorageError> {
        if name != VISIT {
            return Ok(true);
        }
        let lies = lies.value().await?;
        Ok(lies.is_undefined() || lies == *self.visit.borrow())
    }
}

/// Lays a form under its name, or removes what lies there.
pub(super) fn lay(writing: &Transaction, name: &str, value: &Value) -> Result<(), StorageError> {
    match value.is_undefined() {
        true => writing.delete(DRAFTS, name)?,
        false => writing.put(DRAFTS, name, value)?,
    }
    Ok(())
}
