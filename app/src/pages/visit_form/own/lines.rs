//! The lines by which the owners of this phone's records are found: one text, in which a search
//! looks once, and an index of whose they are. Ten thousand records are searched with every key.

use domain::id::{AnimalId, SubmissionId};
use domain::pack::{are_one, line, who};
use domain::sync::ItemState;
use domain::view::{OwnerCard, SearchResult};

use super::{MOST_OWNERS, Picked, form, own_line};
use crate::offline::held::{Held, Kept, Record};

/// Chains of the index; with more records each is longer.
const CHAINS: usize = 8_192;

/// The lines of the records, oldest first; blank of a record that is no visit. A form is read once,
/// if at all.
#[derive(Debug, Default)]
pub struct OwnLines {
    /// All of them, each with a line feed behind it.
    text: String,
    /// Where each ends, and the number of its record.
    ends: Vec<(usize, u32)>,
    /// The places of the lines in `ends`, by owner, document, and animal that was registered.
    index: Index,
    /// The number of the last record.
    last: u32,
}

impl OwnLines {
    /// Who is found of those whom this phone has recorded, by records that count, beside those that
    /// were found already.
    #[must_use]
    pub fn pick(
        &mut self,
        found: SearchResult,
        ways: &[Vec<String>],
        kept: &Kept,
        counts: fn(ItemState) -> bool,
    ) -> Picked {
        self.take_up(kept);
        let counted = |at: usize| {
            let held = &*kept.numbered(self.ends.get(at)?.1)?.held;
            let is_counted = counts(held.state) && held.replaced_by.is_none() && !held.is_shut();
            is_counted.then_some(held)
        };
        let (taken, mut more) = (found.owners.len(), found.more);
        let mut lines: Vec<String> = found.owners.iter().map(line).collect();
        let mut cards: Vec<Option<OwnerCard>> = found.owners.into_iter().map(Some).collect();
        // Of more than are shown, those who came last.
        let found = self.found(ways);
        for (at, _) in found.iter().enumerate().rev().filter(|(_, is_found)| **is_found) {
            let own = self.line(at);
            if counted(at).is_none() || lines.iter().any(|other| are_one(other, own)) {
                continue;
            }
            if lines.len() == taken + MOST_OWNERS {
                more = true;
                break;
            }
            lines.push(own.to_owned());
            cards.push(None);
        }
        let mut records: Vec<(usize, SubmissionId, usize)> = Vec::new();
        for (card, line) in lines.iter().enumerate() {
            for at in self.of_owner(line) {
                let place = records.partition_point(|(other, ..)| *other < at);
                let is_new = records.get(place).is_none_or(|(other, ..)| *other != at);
                if let Some(held) = counted(at).filter(|_| is_new) {
                    records.insert(place, (at, held.head.id, card));
                }
            }
        }
        let records = records.into_iter().map(|(_, id, card)| (id, card)).collect();
        Picked { cards, taken, more, records }
    }

    /// The records that registered an animal, the newest first.
    #[must_use]
    pub fn registering<'a>(&self, animal: AnimalId, kept: &'a Kept) -> Vec<&'a Record> {
        let numbers = self.index.places(animal.0.as_bytes()).into_iter();
        let numbers = numbers.filter_map(|at| self.ends.get(at));
        let records = numbers.filter_map(|(_, number)| kept.numbered(*number));
        records.filter(|record| registers(&record.held).any(|one| one == animal)).collect()
    }

    /// Takes up what was recorded since the last time.
    fn take_up(&mut self, kept: &Kept) {
        let is_before = |record: &Record| record.held.head.sequence <= self.last;
        let mut from = kept.records.partition_point(is_before);
        if from != self.ends.len() {
            // Some have gone, or were read later than those after them.
            *self = Self::default();
            from = 0;
        }
        for record in kept.records.iter().skip(from) {
            self.add(&record.held);
        }
    }

    fn add(&mut self, held: &Held) {
        let read = || form(held).and_then(|draft| own_line(&draft, held));
        let own = held.brief.as_ref().map(|brief| brief.line.clone()).or_else(read);
        let own = own.unwrap_or_default();
        let at = self.ends.len();
        let (id, document) = who(&own);
        for key in [id, document].into_iter().filter(|key| !key.is_empty()) {
            self.index.add(key.as_bytes(), at);
        }
        for animal in registers(held) {
            self.index.add(animal.0.as_bytes(), at);
        }
        self.text.push_str(&own);
        self.text.push('\n');
        self.last = held.head.sequence;
        self.ends.push((self.text.len(), self.last));
    }

    fn line(&self, at: usize) -> &str {
        let before = at.checked_sub(1).and_then(|at| self.ends.get(at));
        let from = before.map_or(0, |(end, _)| *end);
        let to = self.ends.get(at).map_or(from, |(end, _)| end - 1);
        self.text.get(from..to).unwrap_or_default()
    }

    /// Of each line whether it is found in one of these ways: the text is gone through once for the
    /// longest word of each, which is in the fewest lines.
    fn found(&self, ways: &[Vec<String>]) -> Vec<bool> {
        let mut found = vec![false; self.ends.len()];
        for way in ways {
            let Some(longest) = way.iter().max_by_key(|text| text.len()) else { continue };
            let mut from = 0;
            while let Some(after) = self.text.get(from..).and_then(|rest| rest.find(longest)) {
                let at = self.ends.partition_point(|(end, _)| *end <= from + after);
                let Some((end, is_found)) = self.ends.get(at).zip(found.get_mut(at)) else { break };
                *is_found |= way.iter().all(|text| self.line(at).contains(text.as_str()));
                from = end.0;
            }
        }
        found
    }

    /// The places of the lines of the same owner.
    fn of_owner(&self, own: &str) -> Vec<usize> {
        let (id, document) = who(own);
        let keys = [id, document].into_iter().filter(|key| !key.is_empty());
        let places = keys.flat_map(|key| self.index.places(key.as_bytes()));
        places.filter(|at| are_one(own, self.line(*at))).collect()
    }
}

/// The animals that a record registered.
fn registers(held: &Held) -> impl Iterator<Item = AnimalId> {
    held.lines.iter().filter(|line| line.name.is_some()).filter_map(|line| line.animal)
}

/// Places by keys that are not kept: what a chain leads to has to be looked at. A map would be more
/// code on every phone.
#[derive(Debug, Default)]
struct Index {
    /// Of each chain the last link, counted from one.
    last: Vec<usize>,
    /// Each link: a place, and the link before.
    links: Vec<(usize, usize)>,
}

impl Index {
    fn add(&mut self, key: &[u8], place: usize) {
        if self.last.is_empty() {
            self.last = vec![0; CHAINS];
        }
        if let Some(last) = self.last.get_mut(chain(key)) {
            self.links.push((place, *last));
            *last = self.links.len();
        }
    }

    /// The last added first; some are of other keys.
    fn places(&self, key: &[u8]) -> Vec<usize> {
        let mut places = Vec::new();
        let mut next = self.last.get(chain(key)).copied().unwrap_or_default();
        while let Some((place, before)) = next.checked_sub(1).and_then(|at| self.links.get(at)) {
            places.push(*place);
            next = *before;
        }
        places
    }
}

/// FNV-1a.
fn chain(key: &[u8]) -> usize {
    let mixed = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619);
    key.iter().fold(2_166_136_261, mixed) as usize % CHAINS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_to_its_places_and_no_other_key_loses_one() {
        let mut index = Index::default();
        assert!(index.places(b"a").is_empty(), "nothing was added");
        let key = |number: usize| (number % 5_000).to_string();
        for place in 0..20_000 {
            index.add(key(place).as_bytes(), place);
        }
        for number in [0, 17, 4_999] {
            let places = index.places(key(number).as_bytes());
            let own: Vec<_> = places.into_iter().filter(|at| key(*at) == key(number)).collect();
            assert_eq!(own, [15_000, 10_000, 5_000, 0].map(|before| before + number));
        }
    }
}
