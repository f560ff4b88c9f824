//! Tabs of this app and of one before there was a log read and write one store; whatever comes
//! between, each knows at last what the store has.

mod going;
mod writing;

use super::summary::MOST_AFTER;
use super::*;
use crate::offline::held::packed::unpacked;
use crate::offline::held::{Brief, NewRecord};
use domain::id::DeviceId;
use domain::sync::ItemState;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Numbers without a pattern, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn one_of(&mut self, all: &[SubmissionId]) -> Option<SubmissionId> {
        (!all.is_empty()).then(|| all[self.below(all.len())])
    }
}

/// What the browser keeps.
#[derive(Default)]
struct Store {
    records: BTreeMap<SubmissionId, Held>,
    answered: BTreeSet<SubmissionId>,
    /// The number of the last record.
    last: u32,
    changes: u32,
    log: BTreeMap<u32, Vec<SubmissionId>>,
    summary: String,
    blocks: BTreeMap<u32, Vec<u8>>,
    /// Records whose contents were opened.
    opened: usize,
}

impl Store {
    fn ids(&self) -> Vec<SubmissionId> {
        self.records.keys().copied().collect()
    }

    fn names(&self) -> Names {
        Names { records: self.ids(), answered: self.answered.iter().copied().collect() }
    }

    /// What an app of before there was a log does not do.
    fn note(&mut self, ids: &[SubmissionId], is_older: bool) {
        if !is_older {
            self.changes += 1;
            self.log.insert(self.changes, ids.to_vec());
        }
    }

    /// One change, as it may come.
    fn change(&mut self, chance: &mut Chance, is_older: bool) {
        let ids = self.ids();
        let open: Vec<_> = ids.iter().copied().filter(|id| !self.answered.contains(id)).collect();
        match chance.below(10) {
            0..5 => self.add(chance, is_older),
            5..7 => {
                let Some(id) = chance.one_of(&open) else { return };
                let states = [ItemState::Sent, ItemState::Refused, ItemState::Quarantined];
                self.records.get_mut(&id).unwrap().state = states[chance.below(states.len())];
                self.answered.insert(id);
                self.note(&[id], is_older);
            }
            7 => {
                let Some(id) = chance.one_of(&ids) else { return };
                self.records.remove(&id);
                self.answered.remove(&id);
                self.note(&[id], is_older);
            }
            // What lies in the open of a record that is there changes.
            _ if is_older => {}
            _ => {
                let Some(id) = chance.one_of(&ids) else { return };
                let held = self.records.get_mut(&id).unwrap();
                match chance.below(3) {
                    0 => held.copy = "a sealed copy".to_owned(),
                    1 => held.is_cleared = true,
                    _ => held.replaced_by = Some(id),
                }
                self.note(&[id], false);
            }
        }
    }

    fn add(&mut self, chance: &mut Chance, is_older: bool) {
        // A block is of few records here.
        self.last += 1 + u32::try_from(chance.below(90)).unwrap();
        // The clock goes back now and then.
        let id = u128::from(self.last) + (chance.below(5) as u128) * 1_000_000;
        let new = NewRecord::blank(SubmissionId(Uuid::from_u128(id)));
        let held = new.numbered(DeviceId(Uuid::nil()), self.last);
        let id = held.head.id;
        self.records.insert(id, held);
        self.note(&[id], is_older);
    }

    /// What was kept is not what it was.
    fn damage(&mut self, chance: &mut Chance) {
        match chance.below(4) {
            0 => self.summary = String::new(),
            1 => self.summary = "2 2 x".to_owned(),
            2 => drop(self.log.pop_last()),
            _ => {
                let block = chance.below(self.blocks.len().max(1));
                if let Some(block) = self.blocks.values_mut().nth(block) {
                    // As sealed bytes that do not open.
                    block.pop();
                }
            }
        }
    }

    /// What each tab has to know, oldest first.
    fn truth(&self) -> Vec<Held> {
        let mut all: Vec<_> = self.records.values().cloned().map(light).collect();
        all.sort_by_key(|held| held.head.sequence);
        all
    }
}

fn light(held: Held) -> Held {
    let brief = Brief { title: held.head.id.to_string(), ..Brief::default() };
    held.into_light(Some(brief))
}

/// A window of the app.
#[derive(Default)]
struct Tab {
    ledger: Ledger,
    /// It is sealing what it will write, and reads nothing meanwhile.
    settling: Option<Settling>,
}

impl Tab {
    fn catch_up(&mut self, store: &Store, is_doubted: bool) {
        loop {
            match self.ledger.asks(store.changes, &store.summary) {
                Asks::Nothing if is_doubted => return self.ledger.compare(&store.names()),
                Asks::Nothing => return,
                Asks::Changes(changes) => match logged(store, changes) {
                    Some(changed) => {
                        let there = are_many(&changed).then(|| store.names());
                        self.ledger.follow(store.changes, changed, there.as_ref());
                    }
                    None => self.ledger.forget(),
                },
                Asks::All(beginning) => return self.begin(store, beginning),
            }
        }
    }

    fn begin(&mut self, store: &Store, Beginning { blocks, changes }: Beginning) {
        let changed = logged(store, changes);
        // With a gap in the log nobody knows what is otherwise than in the blocks.
        let blocks = if changed.is_some() { blocks } else { Vec::new() };
        let blocks = blocks.iter().filter_map(|number| unpacked(store.blocks.get(number)?));
        self.ledger.begin(store.changes, store.summary.clone(), blocks.flatten().collect());
        self.ledger.follow(store.changes, changed.unwrap_or_default(), Some(&store.names()));
    }

    fn read(&mut self, store: &mut Store, most: usize) {
        for id in self.ledger.next(most) {
            let Some(held) = store.records.get(&id).cloned() else {
                self.ledger.gone(id);
                continue;
            };
            match self.ledger.known(&held.head) {
                Some(known) => self.ledger.put(held.with_known(&known)),
                None => {
                    store.opened += 1;
                    self.ledger.put(light(held));
                }
            }
        }
    }

    fn all(&mut self, store: &mut Store) {
        self.catch_up(store, true);
        while !self.ledger.is_whole() {
            self.read(store, 8);
        }
    }

    fn finish(&mut self, store: &mut Store) {
        let Some(settling) = self.settling.take() else { return };
        if store.summary != settling.before {
            return self.ledger.outdone(store.summary.clone());
        }
        store.summary.clone_from(&settling.summary);
        for (number, bytes) in &settling.blocks {
            store.blocks.insert(*number, bytes.clone());
        }
        store.blocks.retain(|number, _| !settling.gone.contains(number));
        store.log.retain(|number, _| !settling.changes.contains(number));
        self.ledger.settled(&settling);
    }

    /// One step of its own, whichever.
    fn step(&mut self, store: &mut Store, chance: &mut Chance) {
        if self.settling.is_some() {
            // Or ended just before it writes.
            let is_ended = chance.below(4) == 0;
            return if is_ended { *self = Self::default() } else { self.finish(store) };
        }
        match chance.below(8) {
            // The browser is ended.
            0 => *self = Self::default(),
            1..4 => self.catch_up(store, false),
            4..6 => self.read(store, 3),
            _ => {
                self.all(store);
                self.settling = self.ledger.settling();
            }
        }
    }
}

fn logged(store: &Store, changes: RangeInclusive<u32>) -> Option<Vec<SubmissionId>> {
    let all: Option<Vec<_>> = changes.map(|number| store.log.get(&number).cloned()).collect();
    all.map(|all| all.concat())
}

fn known(tab: &Tab) -> Vec<Held> {
    tab.ledger.kept().records.iter().map(|record| (*record.held).clone()).collect()
}

#[test]
fn every_tab_knows_at_last_what_the_store_has() {
    for seed in 0..150 {
        let mut chance = Chance(seed);
        let mut store = Store::default();
        let mut tabs = [Tab::default(), Tab::default(), Tab::default()];
        let (has_older, is_damaged) = (seed % 3 == 1, seed % 3 == 2);
        for _ in 0..600 {
            match chance.below(12) {
                0..6 => {
                    let is_older = has_older && chance.below(3) == 0;
                    store.change(&mut chance, is_older);
                }
                6 if is_damaged && chance.below(8) == 0 => {
                    store.damage(&mut chance);
                    // What a browser loses it loses between two starts.
                    tabs = [Tab::default(), Tab::default(), Tab::default()];
                }
                _ => {
                    let at = chance.below(tabs.len());
                    tabs[at].step(&mut store, &mut chance);
                }
            }
        }
        let truth = store.truth();
        for tab in &mut tabs {
            tab.finish(&mut store);
            tab.all(&mut store);
            assert_eq!(known(tab), truth, "seed {seed}");
            assert!(tab.ledger.kept().is_whole());
        }
        let mut fresh = Tab::default();
        fresh.all(&mut store);
        assert_eq!(known(&fresh), truth, "a start, seed {seed}");
    }
}

/// A store with so many records, which a tab has read and summed up.
fn summed(records: usize) -> (Store, Tab) {
    let (mut store, mut tab, mut chance) = (Store::default(), Tab::default(), Chance(1));
    for _ in 0..records {
        store.add(&mut chance, false);
    }
    tab.all(&mut store);
    tab.settling = tab.ledger.settling();
    tab.finish(&mut store);
    (store, tab)
}

#[test]
fn a_start_opens_nothing_but_what_came_after_the_summary() {
    let (mut store, mut tab) = summed(400);
    assert!(store.log.is_empty(), "what is in the summary is not in the log");
    assert_eq!(tab.ledger.settling(), None, "nothing is otherwise");
    let mut chance = Chance(2);
    for _ in 0..5 {
        store.add(&mut chance, false);
    }
    let id = store.ids()[7];
    store.records.get_mut(&id).unwrap().state = ItemState::Sent;
    store.answered.insert(id);
    store.note(&[id], false);
    store.opened = 0;
    let mut fresh = Tab::default();
    fresh.catch_up(&store, false);
    assert_eq!(fresh.ledger.next(100).len(), 6);
    assert_eq!((fresh.ledger.kept().unread, fresh.ledger.kept().unread_open), (5, 5));
    fresh.all(&mut store);
    assert_eq!(store.opened, 5, "of the one that was answered what it holds is known");
    assert_eq!(known(&fresh), store.truth());
    // The tab that was there takes up the same.
    tab.catch_up(&store, false);
    assert_eq!(tab.ledger.next(100).len(), 6);
}

#[test]
fn what_has_gone_goes_from_the_summary_at_once() {
    let (mut store, mut tab) = summed(50);
    let id = store.ids()[0];
    store.records.remove(&id);
    store.note(&[id], false);
    tab.all(&mut store);
    let settling = tab.ledger.settling().expect("it is to go from its block");
    let kept = settling.blocks.iter().filter_map(|(_, bytes)| unpacked(bytes)).flatten();
    assert!(kept.map(|held| held.head.id).all(|other| other != id));
    tab.settling = Some(settling);
    tab.finish(&mut store);
    let mut fresh = Tab::default();
    fresh.catch_up(&store, false);
    assert!(fresh.ledger.is_whole(), "nothing is left to be read");
}

#[test]
fn what_cannot_be_opened_is_known_as_shut_and_has_no_place_in_a_block() {
    let (mut store, mut tab) = summed(40);
    let id = store.ids()[3];
    let held = store.records[&id].clone().into_light(None);
    assert!(held.is_shut());
    tab.ledger.put(held);
    for id in store.ids().into_iter().skip(4) {
        tab.ledger.put(light(store.records[&id].clone()));
    }
    let settling = tab.ledger.settling().expect("enough was read anew");
    tab.settling = Some(settling);
    tab.finish(&mut store);
    let mut fresh = Tab::default();
    fresh.catch_up(&store, false);
    assert_eq!(fresh.ledger.next(100), [id], "it is looked at again at each start");
    tab.ledger.compare(&store.names());
    assert!(tab.ledger.is_whole(), "and not whenever what is known is doubted");
    tab.ledger.unheard();
    tab.ledger.compare(&store.names());
    assert_eq!(tab.ledger.next(100), [id], "but for where the vault had said nothing");
    tab.ledger.put(store.records[&id].clone().into_light(None));
    tab.ledger.compare(&store.names());
    assert!(tab.ledger.is_whole(), "once");
}

#[test]
fn what_this_version_cannot_read_is_counted_and_not_asked_for_again() {
    let (store, mut tab) = summed(40);
    let id = store.ids()[3];
    tab.ledger.follow(store.changes, vec![id], None);
    tab.ledger.cannot_read(id);
    let kept = tab.ledger.kept();
    assert_eq!((kept.unreadable, kept.unread, kept.records.len()), (1, 0, 39));
    tab.ledger.compare(&store.names());
    assert!(tab.ledger.is_whole());
    // Once it was written anew, it is.
    tab.ledger.follow(store.changes, vec![id], None);
    assert_eq!(tab.ledger.next(9), [id]);
}

#[test]
fn a_summary_of_another_form_or_of_the_future_is_not_used() {
    let ledger = Ledger::default();
    let blank = |last: u32| Asks::All(Beginning { blocks: Vec::new(), changes: last + 1..=last });
    for summary in ["", "1 3 1 2", "2", "2 9 1", "2 3 x", "2 3 1 -2"] {
        assert_eq!(ledger.asks(7, summary), blank(7), "{summary}");
    }
    let used = Asks::All(Beginning { blocks: vec![1, 2], changes: 4..=7 });
    assert_eq!(ledger.asks(7, "2 3 1 2"), used);
    assert_eq!(ledger.asks(4 + MOST_AFTER, "2 3 1 2"), blank(4 + MOST_AFTER), "so much later");
}
