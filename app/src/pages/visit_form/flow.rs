//! How a visit moves: which question comes before, whose the animals are, how many fit.

use domain::id::{AnimalId, OwnerId};
use domain::identity::IdentityDocument;
use domain::submission::MAX_COMMANDS;
use domain::view::OwnerCard;

use crate::pages::visit_form::draft::{
    AnimalDraft, AnimalForm, OwnerForm, ServicesForm, Step, VisitDraft,
};
use crate::pages::visit_form::reading;
use crate::pages::visit_form::surgery::SterilisationForm;

/// Commands that one more animal may need: its registration, a chip, two doses, a surgery.
const MOST_PER_ANIMAL: usize = 5;

impl VisitDraft {
    /// Takes another owner; the animals that were begun are not theirs.
    pub fn take_owner(&mut self, id: OwnerId, known: Option<Box<OwnerCard>>) {
        if self.owner.id != Some(id) {
            self.animal = AnimalDraft::default();
            self.done = Vec::new();
            // Who is found first is who was looked for, and those were booked by them; as by who is
            // found by the document that was said.
            let said = reading::document(&self.owner.form, &mut reading::Faults::default());
            let said = said.filter(|said| *said != IdentityDocument::None);
            let found = known.as_ref().map(|card| &card.details.document);
            if self.owner.id.is_some() && (said.is_none() || said.as_ref() != found) {
                self.booked = Vec::new();
            }
            // What was said of the one before is not the other's either.
            if std::mem::take(&mut self.owner.amends) {
                self.owner.form = OwnerForm::default();
            }
        }
        self.owner.id = Some(id);
        self.owner.known = known;
    }

    /// Makes a known owner's data ready to be changed; a second time they are as they were left.
    pub fn amend_owner(&mut self) {
        if let Some(card) = self.owner.known.as_ref().filter(|_| !self.owner.amends) {
            self.owner.form = reading::filled(&card.details);
            self.owner.amends = true;
        }
    }

    /// The owner says to be of age, or not.
    pub fn state_adult(&mut self, is_adult: bool) {
        self.amend_owner();
        self.owner.form.is_adult = is_adult;
    }

    /// Puts another animal on the table. One that is there stays there if it is the same, or a new
    /// one of which something was said; else it is done, and can be opened again from the summary.
    pub fn put_on_table(&mut self, animal: AnimalDraft) {
        let before = &self.animal;
        let is_same = before.id == animal.id || (before.known.is_none() && animal.known.is_none());
        if before.id.is_some() && is_same && !self.is_untouched(before) {
            return;
        }
        let is_said = before.says_more() || (before.known.is_none() && !self.is_untouched(before));
        let before = std::mem::replace(&mut self.animal, animal);
        if before.id.is_some() && (is_said || before.services.is_begun()) {
            self.done.push(before);
        } else if before.is_blank() && self.animal.is_blank() {
            // Nothing was said of it, but there may be pictures of it by this identifier.
            self.animal.id = before.id.or(self.animal.id);
        } else if let Some(at) = self.booked.iter().position(|booked| booked.id == before.id) {
            // One that was passed over is asked for after those that were not.
            let passed = self.booked.remove(at);
            self.booked.push(passed);
        }
    }

    /// Goes one question back; false where there is none before.
    pub fn step_back(&mut self) -> bool {
        let (is_first, is_untouched) = (self.done.is_empty(), self.is_untouched(&self.animal));
        self.step = match self.step {
            // Of what is put right there is one question only.
            _ if self.corrects.is_some() => return false,
            Step::Find => return false,
            Step::Owner if self.owner.known.is_some() => Step::Summary,
            Step::Owner | Step::Choose if is_first => Step::Find,
            Step::Animal if self.animal.known.is_some() => Step::Services,
            // Also where one was asked for that was booked, another one may have come.
            Step::Animal if self.owner.known.is_some() => Step::Choose,
            Step::Animal if is_first || !is_untouched => Step::Owner,
            Step::Owner | Step::Choose | Step::Animal => {
                self.clear_table();
                Step::Summary
            }
            Step::Services if self.animal.known.is_some() => Step::Choose,
            Step::Services => Step::Animal,
            Step::Summary => Step::Services,
        };
        true
    }

    /// An animal that was only begun, or chosen, makes room for the one before it.
    fn clear_table(&mut self) {
        if self.is_untouched(&self.animal) || self.animal.is_idle() {
            self.animal = self.done.pop().unwrap_or_default();
        }
    }

    /// Takes an animal out of the visit.
    pub fn remove(&mut self, id: AnimalId) {
        if self.animal.id == Some(id) {
            self.animal = self.done.pop().unwrap_or_default();
        } else {
            self.done.retain(|animal| animal.id != Some(id));
        }
    }

    /// Puts an animal that was done on the table again.
    pub fn reopen(&mut self, id: AnimalId) {
        if let Some(at) = self.done.iter().position(|animal| animal.id == Some(id)) {
            let again = self.done.remove(at);
            let before = std::mem::replace(&mut self.animal, again);
            if before.id.is_some() {
                self.done.push(before);
            }
        }
        self.step = Step::Services;
    }

    /// Opens the question where the command that was refused came from: the owner, an animal, or
    /// what was done to it.
    pub fn open_at(&mut self, animal: Option<AnimalId>, is_service: bool) {
        let Some(animal) = animal else {
            let has_form = self.owner.known.is_none() || self.owner.amends;
            self.step = if has_form { Step::Owner } else { Step::Summary };
            return;
        };
        self.reopen(animal);
        if !is_service && (self.animal.known.is_none() || self.animal.completes()) {
            self.step = Step::Animal;
        }
    }

    /// Whether one more animal certainly fits into the submission.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let owner = usize::from(self.owner.known.is_none() || self.owner.amends);
        let used: usize = self.animals().map(AnimalDraft::commands).sum();
        owner + used + MOST_PER_ANIMAL <= MAX_COMMANDS as usize
    }

    /// The identifiers of its animals, as scripts take them.
    #[must_use]
    pub fn animal_words(&self) -> Vec<String> {
        words(self.animals())
    }

    /// Those too that were booked and may still come: their pictures stay.
    #[must_use]
    pub fn awaited_words(&self) -> Vec<String> {
        words(self.animals().chain(&self.booked))
    }
}

fn words<'a>(animals: impl Iterator<Item = &'a AnimalDraft>) -> Vec<String> {
    animals.filter_map(|animal| animal.id).map(|id| id.to_string()).collect()
}

impl AnimalDraft {
    /// Whether nothing was said of it yet.
    pub(super) fn is_blank(&self) -> bool {
        self.known.is_none() && self.form == AnimalForm::default()
    }

    /// Whether it is a known one to which nothing was done, and of which nothing was said.
    fn is_idle(&self) -> bool {
        self.known.is_some() && !self.says_more() && !self.services.is_begun()
    }

    /// How many commands it makes.
    fn commands(&self) -> usize {
        let services = &self.services;
        let made = [
            self.known.is_none() || self.completes(),
            services.chip.is_some(),
            services.internal.is_some(),
            services.external.is_some(),
            services.sterilisation.is_some(),
        ];
        made.into_iter().filter(|is_made| *is_made).count()
    }
}

impl ServicesForm {
    /// Whether somebody entered something beyond what every animal begins with.
    pub(super) fn is_begun(&self) -> bool {
        let is_read = self.chip.as_ref().is_some_and(|chip| !chip.first.trim().is_empty());
        let surgery = self.sterilisation.as_ref();
        let is_operated = surgery.is_some_and(SterilisationForm::is_begun);
        is_read || is_operated || self.internal.is_some() || self.external.is_some()
    }
}

#[cfg(test)]
mod tests;
