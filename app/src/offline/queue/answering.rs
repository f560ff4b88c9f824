//! Answers, written down with what becomes of their records.

use super::access::{aside, note, put, read, read_all};
use super::{ANSWERS, META, Queue, SUBMISSIONS, StorageError, about_answer};
use crate::offline::held::Held;
use crate::offline::json;
use crate::offline::store::Transaction;
use crate::offline::vault;
use domain::submission::Answer;

impl Queue {
    /// Writes answers down, each with the state of its record; with what is accepted what it mends
    /// is done too. Of one that `is_aside` the server holds nothing.
    ///
    /// # Errors
    /// [`StorageError`]: none of them was written then.
    pub async fn store_answers(
        &self,
        answers: &[Answer],
        is_aside: bool,
    ) -> Result<(), StorageError> {
        let mut texts = Vec::with_capacity(answers.len());
        for answer in answers {
            let about = about_answer(&answer.id.to_string());
            texts.push([about, json::write(answer)]);
        }
        let texts = vault::seal(texts).await;
        let writing = self.write(&[META, SUBMISSIONS, ANSWERS]).await?;
        let held = read_all(&writing, answers.iter().map(|answer| answer.id)).await?;
        let mut written: Vec<Held> = Vec::with_capacity(answers.len());
        for ((answer, held), text) in answers.iter().zip(held).zip(texts) {
            // What an accepted correction among them has put right stays so.
            let is_done = written.iter().any(|held| held.head.id == answer.id);
            let Some(held) = held.filter(|_| !is_done) else { continue };
            let key = answer.id.to_string();
            // Its answer of before is written over.
            let held = if held.is_cleared { told(&writing, &key, held).await? } else { held };
            let held = held.answered(&answer.outcome);
            let held = Held { is_aside: is_aside || held.is_aside, ..held };
            put(&writing, SUBMISSIONS, &key, &held)?;
            writing.put(ANSWERS, &key, &text.into())?;
            let mut mended = held.head.replaces.filter(|_| held.is_cleared);
            while let Some(id) = mended.map(|id| id.to_string()) {
                let old = read::<Held>(&writing, SUBMISSIONS, &id).await?;
                let Some(old) = old.and_then(Held::mended) else { break };
                let old = told(&writing, &id, old).await?;
                mended = old.head.replaces;
                put(&writing, SUBMISSIONS, &id, &old)?;
                written.push(old);
            }
            written.push(held);
        }
        let keys: Vec<_> = written.iter().map(|held| held.head.id.to_string()).collect();
        let change = note(&writing, &keys).await?;
        writing.done().await?;
        self.take_up(change, written).await;
        Ok(())
    }

    /// What was just written need not be read again. After whoever reads meanwhile, who may have
    /// seen what was there before.
    async fn take_up(&self, change: u32, written: Vec<Held>) {
        let _turn = self.turns.take().await;
        self.ledger.borrow_mut().wrote(change, written);
    }
}

/// The record, knowing whether it was set aside also where an older app wrote nothing of it beside
/// it: what is written here is not read again.
async fn told(writing: &Transaction, key: &str, held: Held) -> Result<Held, StorageError> {
    let is_aside = aside(writing, key, &held).await? > 0;
    Ok(Held { is_aside, ..held })
}
