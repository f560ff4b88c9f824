//! Whom this phone has registered or served itself, found like those it took along: who comes back
//! an hour later is known here, though the register has not heard of it, or what was taken along is
//! of before.

mod lines;

use domain::catalogue::VitalState;
use domain::chip_number::{ChipNumber, TestChips};
use domain::id::{AnimalId, ServiceId, SubmissionId};
use domain::pack::{is_found, line};
use domain::rnm::{RnmState, derived_state, lacks};
use domain::service::ServiceKind;
use domain::view::{AnimalCard, OwnerCard, SearchResult, ServiceLine};

use crate::offline::aside::HalfFilled;
use crate::offline::held::{Held, Kept, Record};
use crate::offline::json;
use crate::pages::visit_form::draft::VisitDraft;
use crate::pages::visit_form::reading;
pub use lines::OwnLines;

/// Most owners a search shows, as in the register.
pub const MOST_OWNERS: usize = 20;

/// What a search has found so far: whose cards they are, and which records have to be opened for
/// them.
#[derive(Debug, Default)]
pub struct Picked {
    /// Those that were taken first, and behind them those whom only this phone knows, whose cards
    /// are made of its records.
    cards: Vec<Option<OwnerCard>>,
    /// How many were taken.
    taken: usize,
    more: bool,
    /// The records, oldest first, each with the place of its owner's card.
    records: Vec<(SubmissionId, usize)>,
}

impl Picked {
    /// The records that have to be opened.
    #[must_use]
    pub fn records(&self) -> Vec<SubmissionId> {
        self.records.iter().map(|(id, _)| *id).collect()
    }

    /// What was found, with what these records say: their owners where they are found in one of
    /// these ways, before the others, and what was done since to those who were found.
    #[must_use]
    pub fn laid(
        self,
        opened: &[Record],
        annulled: &[ServiceId],
        ways: &[Vec<String>],
    ) -> SearchResult {
        let Self { mut cards, taken, mut more, records } = self;
        for (id, at) in records {
            let held = opened.iter().map(|record| &*record.held).find(|held| held.head.id == id);
            let Some(held) = held else { continue };
            let (Some(draft), Some(place)) = (form(held), cards.get_mut(at)) else { continue };
            if let Some(mut card) = place.take().or_else(|| basis(&draft)) {
                lay(&mut card, &draft, held, annulled, at >= taken);
                *place = Some(card);
            }
        }
        let own = cards.split_off(taken).into_iter().flatten();
        // What was put right or taken back since finds nobody any more.
        let own = own.filter(|card| is_found(&line(card), ways));
        let mut owners: Vec<OwnerCard> = own.collect();
        owners.extend(cards.into_iter().flatten());
        more |= owners.len() > MOST_OWNERS;
        owners.truncate(MOST_OWNERS);
        SearchResult { owners, more }
    }
}

impl HalfFilled for VisitDraft {
    fn record(&self) -> Option<SubmissionId> {
        self.record
    }

    /// Of one that an older app wrote, by the animals it would register; of one that mends a
    /// record, by what took that one's place. Known animals and what puts something right may be
    /// in other records, too. Of one that was to be a record that is here, only that record tells
    /// what is [left](Self::left).
    fn is_recorded(&self, kept: &Kept) -> bool {
        if self.record.is_some_and(|id| kept.record(id).is_some()) {
            return false;
        }
        if let Some(mended) = self.replaces {
            return kept.record(mended).is_some_and(|record| record.held.replaced_by.is_some());
        }
        let mut lines = kept.records.iter().flat_map(|record| &record.held.lines);
        let is_new =
            |id: AnimalId| self.animals().any(|new| new.known.is_none() && new.id == Some(id));
        self.corrects.is_none() && lines.any(|line| line.animal.is_some_and(is_new))
    }

    fn left(&self, held: &Held) -> Option<String> {
        self.apart(held).or_else(|| self.again(held)).map(|left| json::write(&left))
    }
}

/// The form of a record.
pub(super) fn form(held: &Held) -> Option<VisitDraft> {
    json::read(&held.form).ok()
}

/// The line by which the owner of a record is found that was made of this form.
#[must_use]
pub fn own_line(draft: &VisitDraft, held: &Held) -> Option<String> {
    own_card(draft, held).map(|card| line(&card))
}

/// The card of the owner of a record that was made of this form, as that alone says.
pub(super) fn own_card(draft: &VisitDraft, held: &Held) -> Option<OwnerCard> {
    let mut card = basis(draft)?;
    lay(&mut card, draft, held, &[], true);
    Some(card)
}

/// Who was known when the record was made, or was registered by it.
fn basis(draft: &VisitDraft) -> Option<OwnerCard> {
    if let Some(known) = draft.owner.known.as_deref() {
        return Some(known.clone());
    }
    let details = draft.owner.details()?;
    Some(OwnerCard { id: draft.owner.id?, details, animals: Vec::new() })
}

/// Lays what a record says over its owner's card, whether that is made of this phone's records
/// alone, or is what the register has told: then its word holds, but for what it has not heard of.
fn lay(
    card: &mut OwnerCard,
    draft: &VisitDraft,
    held: &Held,
    annulled: &[ServiceId],
    is_own: bool,
) {
    let is_newest = is_own || held.state.is_open();
    let is_correction = draft.corrects.is_some();
    let OwnerCard { id: owner, details, animals } = card;
    let is_registered = draft.owner.known.is_none() && draft.owner.id == Some(*owner);
    let is_said = is_registered && !(is_correction && draft.animal.id.is_some());
    if is_newest
        && is_said
        && let Some(said) = draft.owner.details()
    {
        *details = said;
    }
    if is_correction && draft.animal.id.is_none() {
        // The animals only stand beside their owner there.
        return;
    }
    let day = held.head.recorded_at.local(held.head.utc_offset_minutes).0;
    for animal in draft.animals() {
        let Some(id) = animal.id else { continue };
        let said = match animal.known {
            Some(_) => None,
            None => reading::animal(&animal.form, day).ok(),
        };
        if !animals.iter().any(|known| known.id == id) {
            let fresh = match (&animal.known, &said) {
                (Some(known), _) if is_own => (**known).clone(),
                (None, Some(details)) => AnimalCard {
                    id,
                    owner: *owner,
                    details: details.clone(),
                    chip: None,
                    vital_state: VitalState::Alive,
                    rnm_state: RnmState::NoChip,
                    rnm_number: None,
                    rnm_lacks: Vec::new(),
                    services: Vec::new(),
                },
                // The register knows that it is with somebody else by now.
                _ => continue,
            };
            animals.push(fresh);
        }
        let Some(known) = animals.iter_mut().find(|known| known.id == id) else { continue };
        if is_newest && let Some(said) = said {
            known.details = said;
        }
        lay_services(known, held, annulled);
        if known.rnm_state.is_derived() {
            let has_chip = known.chip.is_some_and(counts);
            known.rnm_state = derived_state(details, &known.details, has_chip);
            known.rnm_lacks = lacks(details, &known.details);
        }
    }
}

/// Whether a number is a chip's; of a test number only the register says it.
fn counts(chip: ChipNumber) -> bool {
    chip.implantable(TestChips::Allowed).is_ok()
}

/// What a record did to an animal, as far as nobody has told it yet.
fn lay_services(known: &mut AnimalCard, held: &Held, annulled: &[ServiceId]) {
    let on = held.head.recorded_at.local(held.head.utc_offset_minutes).0;
    let animal = Some(known.id);
    for done in held.lines.iter().filter(|done| done.animal == animal) {
        let (Some(id), Some(kind)) = (done.id, done.service) else { continue };
        if annulled.contains(&id) || known.services.iter().any(|told| told.id == id) {
            continue;
        }
        // One that was implanted takes the place of a number that was only logged.
        let stays = |own: &ChipNumber| kind != ServiceKind::Implantation || counts(*own);
        known.chip = known.chip.filter(stays).or(done.chip);
        let (outreach, annulled, document) = (held.head.outreach, false, None);
        known.services.insert(0, ServiceLine { id, kind, on, outreach, annulled, document });
    }
}

#[cfg(test)]
mod tests;
