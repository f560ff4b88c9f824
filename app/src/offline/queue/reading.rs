//! Reading what the phone holds: what has changed since the last reading, a few records at a time
//! where nothing is known of them; and of what is shown or sent everything.

use super::access::{identifiers, last_change, numbered};
use super::summary::stored_blocks;
use super::{ANSWERS, CHANGE, META, Queue, SUBMISSIONS, SUMMARY, StorageError};
use super::{about_answer, about_content};
use crate::offline::held::{Content, Held, Kept, Record};
use crate::offline::json;
use crate::offline::ledger::{Asks, Names, are_many};
use crate::offline::store::Transaction;
use crate::offline::vault;
use crate::pages::visit_form::brief::brief;
use domain::id::SubmissionId;
use domain::submission::Answer;
use domain::sync::is_unnumbered;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// So many records are read before the app says that it is ready, and after each change.
const AT_ONCE: usize = 64;
/// So many letters of sealed copies go at once, as from the service worker.
const MOST_LETTERS: usize = 200_000;
/// So many at a time of the others: nobody who types meanwhile waits longer than for those.
const FEW: usize = 8;

/// What goes to the server of a batch, each as a text of JSON.
pub enum Outgoing {
    /// The submissions themselves.
    Plain(Vec<String>),
    /// Their sealed copies: what they hold cannot be read on this phone any more.
    Sealed(Vec<String>),
}

/// What is stored under an identifier.
struct Stored {
    /// Something is.
    is_there: bool,
    /// The record, unless another version has written it.
    held: Option<Held>,
    /// The text of its answer.
    answer: Option<String>,
}

impl Queue {
    /// Every record, oldest first, once all were read.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn all(&self) -> Result<Kept, StorageError> {
        let mut kept = self.now().await?;
        while !self.is_whole() {
            let turn = self.turns.take().await;
            self.catch_up().await?;
            self.read_some(FEW).await?;
            drop(turn);
            if self.is_whole() {
                kept = self.ledger.borrow().kept();
            }
        }
        Ok(kept)
    }

    /// What is known of the records, the newest among it.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn now(&self) -> Result<Kept, StorageError> {
        let _turn = self.turns.take().await;
        if self.catch_up().await? {
            self.read_some(AT_ONCE).await?;
        }
        while self.ledger.borrow().is_only_changed() {
            self.read_some(AT_ONCE).await?;
        }
        Ok(self.ledger.borrow().kept())
    }

    fn is_whole(&self) -> bool {
        self.ledger.borrow().is_whole()
    }

    /// The next reading that finds no change noted compares what is known with what is there.
    pub fn doubt(&self) {
        self.is_doubted.set(true);
    }

    /// Takes up which records were changed, if any were.
    pub(super) async fn catch_up(&self) -> Result<bool, StorageError> {
        loop {
            let reading = self.reading(&[META, SUBMISSIONS, ANSWERS]).await?;
            let last = last_change(&reading).await?;
            let summary = reading.get(META, SUMMARY)?.text().await?.unwrap_or_default();
            let asks = self.ledger.borrow().asks(last, &summary);
            match asks {
                Asks::Nothing => {
                    // A change that was noted is no answer to it: an older tab may have changed
                    // something, too, and then the next reading looks.
                    let is_doubted = self.is_doubted.take();
                    if is_doubted {
                        // What could not be compared is in doubt still.
                        let names = names(&reading).await.inspect_err(|_| self.doubt())?;
                        self.ledger.borrow_mut().compare(&names);
                    }
                    return Ok(is_doubted);
                }
                Asks::Changes(changes) => match changed(&reading, changes).await? {
                    Some(changed) => {
                        let there = match are_many(&changed) {
                            true => Some(names(&reading).await?),
                            false => None,
                        };
                        self.ledger.borrow_mut().follow(last, changed, there.as_ref());
                        return Ok(true);
                    }
                    // Another tab has summed them up.
                    None => self.ledger.borrow_mut().forget(),
                },
                Asks::All(beginning) => {
                    let changed = changed(&reading, beginning.changes).await?;
                    // With a gap in the log nobody knows what is otherwise than in the blocks.
                    let numbers = changed.as_ref().map(|_| beginning.blocks).unwrap_or_default();
                    let blocks = stored_blocks(&reading, &numbers).await?;
                    let names = names(&reading).await?;
                    let records = super::summary::records(blocks).await;
                    let mut ledger = self.ledger.borrow_mut();
                    ledger.begin(last, summary, records);
                    ledger.follow(last, changed.unwrap_or_default(), Some(&names));
                    return Ok(true);
                }
            }
        }
    }

    /// Reads so many of those that have to be read. What a record holds never changes: it is opened
    /// where nothing is known of it, and is not kept.
    pub(super) async fn read_some(&self, most: usize) -> Result<(), StorageError> {
        let ids = self.ledger.borrow().next(most);
        if ids.is_empty() {
            return Ok(());
        }
        let stored = self.stored(&ids).await?;
        let (mut fresh, mut contents) = (Vec::new(), Vec::new());
        for (id, Stored { is_there, held, answer }) in ids.into_iter().zip(stored) {
            let mut ledger = self.ledger.borrow_mut();
            let Some(held) = held else {
                if is_there {
                    ledger.cannot_read(id)
                } else {
                    ledger.gone(id)
                }
                continue;
            };
            let held = told_aside(held, answer.as_deref());
            if let Some(known) = ledger.known(&held.head) {
                ledger.put(held.with_known(&known));
            } else {
                contents.push([about_content(id), held.content.clone()]);
                fresh.push(held);
            }
        }
        let opened = vault::ask_open(&contents).await;
        let mut ledger = self.ledger.borrow_mut();
        if opened.is_none() {
            ledger.unheard();
        }
        let mut opened = opened.into_iter().flatten();
        for held in fresh {
            let held = filled(held, opened.next().flatten().as_deref());
            ledger.keep_at_hand(&held);
            let brief = brief(&held);
            ledger.put(held.into_light(brief));
        }
        Ok(())
    }

    /// These records with their answers and all that they hold, in this order, as far as they are
    /// there and can be read.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn opened(&self, ids: &[SubmissionId]) -> Result<Vec<Record>, StorageError> {
        let (mut here, mut shut) = (Vec::new(), Vec::new());
        for Stored { held, answer, .. } in self.stored(ids).await? {
            let Some(held) = held else { continue };
            let id = held.head.id;
            shut.push([about_content(id), held.content.clone()]);
            shut.push([about_answer(&id.to_string()), answer.unwrap_or_default()]);
            here.push(held);
        }
        let mut opened = vault::open(&shut).await.into_iter();
        let mut records = Vec::with_capacity(here.len());
        for held in here {
            let (content, answer) = (opened.next().flatten(), opened.next().flatten());
            let held = filled(held, content.as_deref());
            let known = self.ledger.borrow().known(&held.head);
            let made = known.and_then(|known| known.brief.clone()).or_else(|| brief(&held));
            // What opened nothing leaves a record without its texts, as one that is shut.
            let brief = made.filter(|_| !held.body.is_empty());
            let answer = answer.and_then(|text| json::read::<Answer>(&text).ok());
            let held = Arc::new(Held { content: String::new(), brief, ..held });
            records.push(Record { held, outcome: answer.map(|answer| answer.outcome) });
        }
        Ok(records)
    }

    /// What of these goes next: those that can be read here, in this order; when there are none,
    /// the copies of the others, as many as the server takes at once: they are longer than what
    /// they hold, and pack badly. What neither can be read nor has a copy waits.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn outgoing(&self, ids: &[SubmissionId]) -> Result<Outgoing, StorageError> {
        // Taken before anything is waited for: the room may be another's then.
        let at_hand = |id: &SubmissionId| self.ledger.borrow().at_hand(*id).map(str::to_owned);
        let here: Vec<Option<String>> = ids.iter().map(at_hand).collect();
        let opened = self.have_at_hand(ids).await?;
        let of = |id: SubmissionId| opened.iter().find(|record| record.held.head.id == id);
        let body = |(id, here): (&SubmissionId, Option<String>)| {
            let read = || of(*id).map(|record| record.held.body.clone());
            here.or_else(read).filter(|body| !body.is_empty())
        };
        let plain: Vec<String> = ids.iter().zip(here).filter_map(body).collect();
        if plain.is_empty() && !ids.is_empty() {
            let mut letters = 0;
            let fits = |copy: &&String| {
                letters += copy.len();
                letters == copy.len() || letters <= MOST_LETTERS
            };
            let copies = opened.iter().map(|record| &record.held.copy);
            let copies = copies.filter(|copy| !copy.is_empty()).take_while(fits);
            return Ok(Outgoing::Sealed(copies.cloned().collect()));
        }
        Ok(Outgoing::Plain(plain))
    }

    /// Has these submissions at hand, as far as there is room; answers those that were not.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn have_at_hand(&self, ids: &[SubmissionId]) -> Result<Vec<Record>, StorageError> {
        let is_away = |id: &SubmissionId| self.ledger.borrow().at_hand(*id).is_none();
        let away: Vec<_> = ids.iter().copied().filter(is_away).collect();
        let opened = self.opened(&away).await?;
        let mut ledger = self.ledger.borrow_mut();
        for Record { held, .. } in &opened {
            ledger.keep_at_hand(held);
        }
        Ok(opened)
    }

    /// These records as they are stored, all asked for at once.
    async fn stored(&self, ids: &[SubmissionId]) -> Result<Vec<Stored>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let reading = self.reading(&[SUBMISSIONS, ANSWERS]).await?;
        let mut asked = Vec::with_capacity(ids.len());
        for id in ids {
            let key = id.to_string();
            asked.push((reading.get(SUBMISSIONS, &key)?, reading.get(ANSWERS, &key)?));
        }
        let mut stored = Vec::with_capacity(asked.len());
        for (id, (value, answer)) in ids.iter().zip(asked) {
            let (value, answer) = (value.value().await?, answer.text().await?);
            let held = value.as_string().and_then(|text| json::read::<Held>(&text).ok());
            let held = held.filter(|held| held.head.id == *id);
            stored.push(Stored { is_there: !value.is_undefined(), held, answer });
        }
        Ok(stored)
    }
}

/// The identifiers of all that is there.
async fn names(reading: &Transaction) -> Result<Names, StorageError> {
    let (records, answered) = (reading.keys(SUBMISSIONS)?, reading.keys(ANSWERS)?);
    let records = identifiers(&records.joined().await?);
    Ok(Names { records, answered: identifiers(&answered.joined().await?) })
}

/// The records of these changes; nothing when one of them is not in the log.
async fn changed(
    reading: &Transaction,
    changes: RangeInclusive<u32>,
) -> Result<Option<Vec<SubmissionId>>, StorageError> {
    let mut asked = Vec::new();
    for number in changes {
        asked.push(reading.get(META, &numbered(CHANGE, number))?);
    }
    let mut changed = Some(Vec::new());
    for one in asked {
        let text = one.text().await?;
        changed = changed.zip(text).map(|(mut all, text)| {
            all.extend(identifiers(&text));
            all
        });
    }
    Ok(changed)
}

/// The record with what was sealed of it; one that was never sealed has it already.
fn filled(held: Held, content: Option<&str>) -> Held {
    match content.and_then(|text| json::read::<Content>(text).ok()) {
        Some(content) => held.filled(content),
        None => held,
    }
}

/// The record, knowing whether it was set aside: an older app wrote the answer in the open, and
/// nothing of it beside the record.
fn told_aside(held: Held, answer: Option<&str>) -> Held {
    let open = answer.filter(|text| !vault::is_sealed(text));
    let told = open.and_then(|text| json::read::<Answer>(text).ok());
    let is_aside = held.is_aside || told.is_some_and(|answer| is_unnumbered(&answer.outcome));
    Held { is_aside, ..held }
}
