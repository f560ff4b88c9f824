//! Reading what the phone holds. Most records are the same as at the last reading: only what has
//! changed is taken apart and opened.

use super::{ANSWERS, Queue, SUBMISSIONS, StorageError, about_answer, about_content};
use crate::offline::held::{Content, Held, Kept, Record};
use crate::offline::json;
use crate::offline::vault;
use domain::id::SubmissionId;
use domain::submission::Answer;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsValue;

/// A record as it was read, beside its texts in the store: as the browser holds them, so that what
/// has not changed is compared there and never copied.
pub(super) struct Known {
    key: String,
    text: JsValue,
    answer: Option<JsValue>,
    record: Record,
}

/// What goes to the server of a batch, each as a text of JSON.
pub enum Outgoing {
    /// The submissions themselves.
    Plain(Vec<String>),
    /// Their sealed copies: what they hold cannot be read on this phone any more.
    Sealed(Vec<String>),
}

/// Keys and texts of a store, in the order of the keys.
type Texts = Vec<(String, JsValue)>;

impl Queue {
    /// Every record with its answer, oldest first.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn all(&self) -> Result<Kept, StorageError> {
        let (held, answers) = self.texts().await?;
        let known = self.known.borrow().clone();
        let mut unreadable = 0;
        let mut read: Vec<Known> = Vec::with_capacity(held.len());
        // What has to be opened, and where it belongs.
        let (mut shut, mut places) = (Vec::new(), Vec::new());
        for (key, text) in held {
            let answer = found(&answers, &key).map(|(_, answer)| answer.clone());
            let before = known.binary_search_by(|one| one.key.cmp(&key)).ok();
            let before =
                before.and_then(|at| known.get(at)).filter(|one| !one.record.held.is_shut());
            if let Some(same) = before.filter(|one| one.text == text && one.answer == answer) {
                read.push(Known { key, text, answer, record: same.record.clone() });
                continue;
            }
            let Some(held) = text.as_string().and_then(|text| json::read::<Held>(&text).ok())
            else {
                unreadable += 1;
                continue;
            };
            // Where a record stands changes more often than what it holds.
            let same = before.filter(|one| one.record.held.content == held.content);
            let (held, content) = match same {
                Some(same) => (held.filled(same.record.held.to_content()), String::new()),
                None => {
                    let content = held.content.clone();
                    (held, content)
                }
            };
            shut.push([about_content(held.head.id), content]);
            let answered = answer.as_ref().and_then(JsValue::as_string).unwrap_or_default();
            shut.push([about_answer(&key), answered]);
            places.push(read.len());
            let record = Record { held: Arc::new(held), outcome: None };
            read.push(Known { key, text, answer, record });
        }
        let mut opened = vault::open(&shut).await.into_iter();
        for place in places {
            let (content, answer) = (opened.next().flatten(), opened.next().flatten());
            let Some(known) = read.get_mut(place) else { continue };
            fill(&mut known.record, content, answer);
        }
        let records = in_order(read.iter().map(|known| known.record.clone()));
        self.known.replace(Rc::new(read));
        Ok(Kept { records, unreadable })
    }

    /// What of these goes next: those that can be read here, in this order; when there are none,
    /// the copies of the others. What neither can be read nor has a copy waits.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn outgoing(&self, ids: &[SubmissionId]) -> Result<Outgoing, StorageError> {
        let kept = self.all().await?;
        let held: Vec<_> = ids.iter().filter_map(|id| kept.record(*id)).collect();
        let texts = |of: fn(&Held) -> &String| -> Vec<String> {
            let texts = held.iter().map(|record| of(&record.held));
            texts.filter(|text| !text.is_empty()).cloned().collect()
        };
        let plain = texts(|held| &held.body);
        if plain.is_empty() && !ids.is_empty() {
            return Ok(Outgoing::Sealed(texts(|held| &held.copy)));
        }
        Ok(Outgoing::Plain(plain))
    }

    async fn texts(&self) -> Result<(Texts, Texts), StorageError> {
        let reading = self.reading(&[SUBMISSIONS, ANSWERS]).await?;
        let (held_keys, held) = (reading.keys(SUBMISSIONS)?, reading.values(SUBMISSIONS)?);
        let (answer_keys, answers) = (reading.keys(ANSWERS)?, reading.values(ANSWERS)?);
        let held = paired(&held_keys.list().await?, &held.list().await?);
        Ok((held, paired(&answer_keys.list().await?, &answers.list().await?)))
    }
}

fn paired(keys: &[JsValue], values: &[JsValue]) -> Texts {
    let texts = keys.iter().zip(values);
    texts.filter_map(|(key, value)| Some((key.as_string()?, value.clone()))).collect()
}

fn found<'a>(texts: &'a Texts, key: &str) -> Option<&'a (String, JsValue)> {
    let at = texts.binary_search_by(|(other, _)| other.as_str().cmp(key)).ok()?;
    texts.get(at)
}

/// What was sealed comes to the record; a content that was never sealed, or was opened before, is
/// there already.
fn fill(record: &mut Record, content: Option<String>, answer: Option<String>) {
    let content = content.and_then(|text| json::read::<Content>(&text).ok());
    if let Some(content) = content {
        record.held = Arc::new(record.held.as_ref().clone().filled(content));
    }
    let answer = answer.and_then(|text| json::read::<Answer>(&text).ok());
    record.outcome = answer.map(|answer| answer.outcome);
}

/// By the phone's count. They come almost in order, by identifiers that begin with the time: each
/// finds its place at or near the end. A sort would be more code on every phone.
fn in_order(read: impl ExactSizeIterator<Item = Record>) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::with_capacity(read.len());
    for record in read {
        let sequence = record.held.head.sequence;
        let before = |other: &Record| other.held.head.sequence <= sequence;
        records.insert(records.partition_point(before), record);
    }
    records
}
