//! What a form says beside the record that another window has made of the same visit meanwhile:
//! nothing of it may be lost, and nothing of the record is said to be otherwise than it is.

use domain::id::{AnimalId, SubmissionId};
use domain::view::OwnerCard;
use serde::Serialize;
use uuid::Uuid;

use crate::offline::held::{Held, Line};
use crate::offline::json;
use crate::pages::visit_form::draft::{
    AnimalDraft, AnimalForm, ChipForm, OwnerDraft, ServicesForm, Step, VisitDraft,
};
use crate::pages::visit_form::own::{form, own_card};

/// Whether both are written alike.
fn is_same<T: Serialize>(one: &T, other: &T) -> bool {
    json::write(one) == json::write(other)
}

/// Whether a record says that something was done to an animal.
fn has_done(held: &Held, animal: Option<AnimalId>) -> bool {
    held.lines.iter().any(|line| line.animal == animal && line.service.is_some())
}

/// The record that takes the place of one: in whichever window it is the same.
fn after(held: &Held) -> Option<SubmissionId> {
    Some(SubmissionId(Uuid::from_u128(held.head.id.0.as_u128().wrapping_add(1))))
}

impl VisitDraft {
    /// The visit of its own that is left where another window has made this record of this one:
    /// the animals that are not in there, and those to which nothing was done there. Its owner is
    /// known by now. Whichever window goes on with it keeps it as the same record.
    #[must_use]
    pub fn apart(&self, held: &Held) -> Option<Self> {
        let kept = form(held).filter(|_| self.corrects.is_none())?;
        let card = own_card(&kept, held).filter(|card| Some(card.id) == self.owner.id);
        let left = |animal: &AnimalDraft| animal.apart(&kept, held, card.as_ref());
        let table = Some(&self.animal).filter(|animal| animal.id.is_some()).and_then(left);
        let mut done: Vec<_> = self.done.iter().filter_map(left).collect();
        let step = if table.is_some() { self.step } else { Step::Summary };
        let animal = table.or_else(|| done.pop()).unwrap_or_default();
        let is_amended = self.owner.amends && !is_same(&self.owner.form, &kept.owner.form);
        let mut owner = OwnerDraft { amends: is_amended, ..self.owner.clone() };
        if animal.id.is_none() && !is_amended {
            return None;
        }
        if let Some(card) = card {
            owner.known = Some(Box::new(card));
        }
        let mut booked = self.booked.clone();
        booked.retain(|booked| kept.animals().all(|animal| animal.id != booked.id));
        let (record, outreach) = (after(held), self.outreach);
        Some(Self { step, owner, animal, done, booked, outreach, record, ..Self::default() })
    }

    /// The correction that is left where another window has made this record of this one, which
    /// says something otherwise: of what stands behind that, or, where that was not taken, in its
    /// place. Where it has taken everything back there is nothing to put right.
    #[must_use]
    pub fn again(&self, held: &Held) -> Option<Self> {
        let kept = form(held).filter(|_| self.corrects.is_some())?;
        if self.otherwise(held).is_empty() {
            return None;
        }
        let is_stuck = held.state.needs_person();
        let replaces = is_stuck.then_some(held.head.id);
        let mut left = Self { replaces, record: after(held), ..self.clone() };
        if is_stuck || !self.redoes() {
            return Some(left);
        }
        let gone: Vec<_> = held.lines.iter().filter_map(|line| line.annuls).collect();
        let is_new = |line: &&Line| line.service.is_some();
        left.standing.retain(|line| line.id.is_none_or(|id| !gone.contains(&id)));
        left.standing.extend(held.lines.iter().filter(is_new).cloned());
        left.before = Some(kept.animal.services);
        Some(left).filter(Self::redoes)
    }

    /// What this form says otherwise than that record, of which it was to become the same: the
    /// owner, an animal, or, where the second is true, what was done to it. That it does not say
    /// something is nothing: it may not have come to it.
    #[must_use]
    pub fn otherwise(&self, held: &Held) -> Vec<(Option<AnimalId>, bool)> {
        let Some(kept) = form(held) else { return Vec::new() };
        let mut all = Vec::new();
        if self.redoes() {
            all.extend(self.redoes_otherwise(&kept).then_some((self.animal.id, true)));
            return all;
        }
        let is_new = self.owner.known.is_none() && self.owner.id == kept.owner.id;
        if is_new && !is_same(&self.owner.form, &kept.owner.form) {
            all.push((None, false));
        }
        for animal in self.animals() {
            let Some(there) = kept.animals().find(|there| there.id == animal.id) else { continue };
            if animal.known.is_none() && !is_same(&animal.form, &there.form) {
                all.push((animal.id, false));
            }
            let said = animal.services.over(&there.services);
            if has_done(held, animal.id) && !is_same(&said, &there.services) {
                all.push((animal.id, true));
            }
        }
        all
    }

    /// Whether what was done is put right otherwise than by the other form, and is not left as it
    /// was: all of it is on the screen, so that what is not said was taken away.
    fn redoes_otherwise(&self, kept: &Self) -> bool {
        let whole = |said: &ServicesForm| said.over(&ServicesForm::default());
        let now = whole(&self.animal.services);
        let is_other = |said: &ServicesForm| !is_same(&now, &whole(said));
        is_other(&kept.animal.services) && self.before.as_ref().is_none_or(is_other)
    }

    /// This form, filled in as another says what both are about.
    #[must_use]
    pub fn laid(mut self, said: &Self) -> Self {
        let (is_visit, redoes) = (self.corrects.is_none(), self.redoes());
        let is_of_owner = is_visit || self.animal.id.is_none();
        if is_of_owner && said.owner.known.is_none() && said.owner.id == self.owner.id {
            self.owner.form = said.owner.form.clone();
        }
        for animal in self.done.iter_mut().chain([&mut self.animal]) {
            let Some(other) = said.animals().find(|other| other.id == animal.id) else { continue };
            if !redoes && animal.known.is_none() {
                animal.form = other.form.clone();
            }
            if is_visit || redoes {
                animal.services = match said.redoes() {
                    true => other.services.clone(),
                    false => other.services.over(&animal.services),
                };
            }
        }
        self
    }
}

impl AnimalDraft {
    /// What of this animal is of a visit of its own.
    fn apart(&self, kept: &VisitDraft, held: &Held, card: Option<&OwnerCard>) -> Option<Self> {
        let Some(there) = kept.animals().find(|there| there.id == self.id) else {
            return Some(self.clone());
        };
        let is_added = !has_done(held, self.id) && self.services.is_begun();
        let is_completed = self.says_more() && !is_same(&self.form, &there.form);
        if !is_added && !is_completed {
            return None;
        }
        let mut animals = card.into_iter().flat_map(|card| &card.animals);
        let known = animals.find(|known| Some(known.id) == self.id);
        let known = known.map(|known| Box::new(known.clone())).or_else(|| self.known.clone());
        let form = if is_completed { self.form.clone() } else { AnimalForm::default() };
        let services = match is_added {
            true => self.services.clone(),
            false => ServicesForm::default(),
        };
        Some(Self { id: self.id, known, form, services })
    }
}

impl ServicesForm {
    /// What is said here, and where nothing is, what is said there. A weight is said of a dose or a
    /// surgery, and of nothing else.
    fn over(&self, there: &Self) -> Self {
        let is_read = |chip: &&ChipForm| !chip.first.trim().is_empty();
        let mut said = Self {
            chip: self.chip.as_ref().filter(is_read).or(there.chip.as_ref()).cloned(),
            internal: self.internal.as_ref().or(there.internal.as_ref()).cloned(),
            external: self.external.as_ref().or(there.external.as_ref()).cloned(),
            sterilisation: self.sterilisation.as_ref().or(there.sterilisation.as_ref()).cloned(),
            weight: there.weight.clone(),
            veterinarian: self.veterinarian.or(there.veterinarian),
        };
        let doses = said.internal.is_some() || said.external.is_some();
        if (doses || said.sterilisation.is_some()) && !self.weight.trim().is_empty() {
            said.weight.clone_from(&self.weight);
        }
        said
    }
}

#[cfg(test)]
mod tests;
