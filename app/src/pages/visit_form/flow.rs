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
        let is_said = before.known.is_none() && !self.is_untouched(before);
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
            Step::Find => return false,
            Step::Owner if self.owner.known.is_some() => Step::Summary,
            Step::Owner | Step::Choose if is_first => Step::Find,
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

    /// An animal that was only begun makes room for the one before it.
    fn clear_table(&mut self) {
        if self.is_untouched(&self.animal) {
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
        if !is_service && self.animal.known.is_none() {
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

    /// How many commands it makes.
    fn commands(&self) -> usize {
        let services = &self.services;
        let made = [
            self.known.is_none(),
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
    fn is_begun(&self) -> bool {
        let is_read = self.chip.as_ref().is_some_and(|chip| !chip.first.trim().is_empty());
        let surgery = self.sterilisation.as_ref();
        let is_operated = surgery.is_some_and(SterilisationForm::is_begun);
        is_read || is_operated || self.internal.is_some() || self.external.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::visit_form::draft::DoseForm;
    use domain::catalogue::{DewormingKind, ReproductiveState, Sex, Species, VitalState};
    use domain::rnm::RnmState;
    use domain::view::AnimalCard;
    use uuid::Uuid;

    fn animal(number: u128, name: &str) -> AnimalDraft {
        let form = AnimalForm { name: name.into(), ..AnimalForm::default() };
        AnimalDraft { id: Some(AnimalId(Uuid::from_u128(number))), form, ..AnimalDraft::default() }
    }

    fn owner(number: u128) -> OwnerId {
        OwnerId(Uuid::from_u128(number))
    }

    fn visit_of_two() -> VisitDraft {
        let mut draft = VisitDraft::default();
        draft.take_owner(owner(1), None);
        draft.done.push(animal(10, "Luna"));
        draft.animal = animal(11, "Sol");
        draft
    }

    #[test]
    fn another_owner_does_not_get_the_animals_of_the_one_before() {
        let mut draft = visit_of_two();
        draft.take_owner(owner(1), None);
        assert_eq!(draft.animals().count(), 2);
        draft.take_owner(owner(2), None);
        assert_eq!(draft.animals().count(), 0);
    }

    #[test]
    fn a_second_animal_opened_by_mistake_is_left_by_going_back() {
        let mut draft = visit_of_two();
        draft.animal =
            AnimalDraft { id: Some(AnimalId(Uuid::from_u128(12))), ..AnimalDraft::default() };
        draft.step = Step::Animal;
        assert!(draft.step_back());
        assert_eq!(draft.step, Step::Summary);
        assert_eq!(draft.animal.name(), "Luna");
        assert_eq!(draft.animals().count(), 1);
    }

    #[test]
    fn what_was_typed_of_a_second_animal_is_not_lost_by_going_back() {
        let mut draft = visit_of_two();
        draft.step = Step::Animal;
        assert!(draft.step_back());
        assert_eq!(draft.step, Step::Owner);
        assert!(draft.step_back());
        assert_eq!(draft.step, Step::Summary);
        assert_eq!(draft.animals().count(), 2);
    }

    fn known_animal(number: u128) -> AnimalDraft {
        let id = AnimalId(Uuid::from_u128(number));
        let card = AnimalCard {
            id,
            owner: owner(1),
            details: reading::animal(&whole("Luna"), "2026-11-22".parse().unwrap()).unwrap(),
            chip: None,
            vital_state: VitalState::Alive,
            rnm_state: RnmState::NoChip,
            rnm_number: None,
            rnm_lacks: Vec::new(),
            services: Vec::new(),
        };
        AnimalDraft { id: Some(id), known: Some(Box::new(card)), ..AnimalDraft::default() }
    }

    fn whole(name: &str) -> AnimalForm {
        AnimalForm {
            name: name.into(),
            species: Some(Species::Dog),
            sex: Some(Sex::Female),
            reproductive_state: Some(ReproductiveState::Intact),
            ..AnimalForm::default()
        }
    }

    fn dosed(mut animal: AnimalDraft) -> AnimalDraft {
        animal.services.internal = Some(DoseForm::blank(DewormingKind::Internal));
        animal
    }

    #[test]
    fn going_back_and_choosing_the_same_animal_loses_nothing() {
        let mut draft = VisitDraft::default();
        draft.put_on_table(known_animal(10));
        draft.animal = dosed(draft.animal);
        draft.put_on_table(known_animal(10));
        assert!(draft.animal.services.internal.is_some());
        // Another one leaves it done, to be opened again from the summary.
        draft.put_on_table(known_animal(11));
        assert_eq!((draft.animals().count(), draft.done.len()), (2, 1));
        // Of one to which nothing was done yet, nothing is left.
        draft.put_on_table(known_animal(12));
        assert_eq!(draft.animals().count(), 2);
    }

    #[test]
    fn a_new_animal_that_was_begun_is_gone_on_with() {
        let mut draft = VisitDraft::default();
        draft.put_on_table(animal(10, "Luna"));
        draft.put_on_table(animal(11, ""));
        assert_eq!(draft.animal.name(), "Luna");
        draft.done.push(std::mem::take(&mut draft.animal));
        draft.put_on_table(animal(12, ""));
        assert_eq!((draft.animal.name(), draft.animals().count()), (String::new(), 2));
        // Its pictures know it by its identifier, before anything was said of it.
        draft.put_on_table(animal(13, ""));
        assert_eq!(draft.animal.id, Some(AnimalId(Uuid::from_u128(12))));
    }

    #[test]
    fn what_a_known_owner_says_anew_is_not_another_owners() {
        let mut draft = VisitDraft::default();
        draft.take_owner(owner(1), Some(Box::new(card(1))));
        draft.state_adult(true);
        draft.owner.form.email = "ana@example.cl".into();
        assert_eq!(draft.owner.form.given, "Ana", "filled in with what is known");
        // The form is filled in once; what was typed since stays.
        draft.amend_owner();
        assert_eq!(draft.owner.form.email, "ana@example.cl");
        let said = reading::amended(&draft.owner).unwrap().unwrap();
        assert!(said.is_adult && said.email.is_some() && draft.owner.is_adult());
        draft.step = Step::Owner;
        assert!(draft.step_back());
        assert_eq!(draft.step, Step::Summary);
        draft.take_owner(owner(1), Some(Box::new(card(1))));
        assert!(draft.owner.amends, "the same owner");
        draft.take_owner(owner(2), None);
        assert_eq!((draft.owner.form.clone(), draft.owner.amends), (OwnerForm::default(), false));
    }

    fn card(number: u128) -> OwnerCard {
        let form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "Ana".into(),
            surnames: "Soto".into(),
            ..OwnerForm::default()
        };
        let details = reading::owner(&form).unwrap();
        OwnerCard { id: owner(number), details, animals: Vec::new() }
    }

    #[test]
    fn the_first_question_has_none_before_it() {
        let mut draft = VisitDraft::default();
        assert!(!draft.step_back());
        draft.step = Step::Owner;
        assert!(draft.step_back());
        assert_eq!(draft.step, Step::Find);
    }

    #[test]
    fn an_animal_is_reopened_and_removed() {
        let mut draft = visit_of_two();
        draft.reopen(AnimalId(Uuid::from_u128(10)));
        assert_eq!((draft.animal.name().as_str(), draft.step), ("Luna", Step::Services));
        assert_eq!(draft.done.len(), 1);
        draft.remove(AnimalId(Uuid::from_u128(10)));
        assert_eq!(draft.animal.name(), "Sol");
        assert_eq!(draft.animals().count(), 1);
    }

    #[test]
    fn a_refused_command_opens_where_it_was_filled_in() {
        let mut draft = visit_of_two();
        draft.open_at(None, false);
        assert_eq!(draft.step, Step::Owner);
        draft.open_at(Some(AnimalId(Uuid::from_u128(10))), false);
        assert_eq!((draft.animal.name().as_str(), draft.step), ("Luna", Step::Animal));
        draft.open_at(Some(AnimalId(Uuid::from_u128(11))), true);
        assert_eq!((draft.animal.name().as_str(), draft.step), ("Sol", Step::Services));
    }

    #[test]
    fn a_visit_never_grows_beyond_what_one_submission_holds() {
        let mut draft = VisitDraft::default();
        draft.take_owner(owner(1), None);
        let mut count = 0_u128;
        while draft.has_room() {
            count += 1;
            let mut full = animal(count, "x");
            full.services.chip = Some(crate::pages::visit_form::draft::ChipForm {
                procedure: domain::catalogue::Procedure::Implantation,
                first: String::new(),
                second: String::new(),
                site: domain::catalogue::ImplantSite::LeftNeck,
                professional: domain::catalogue::ProfessionalKind::Technician,
            });
            draft.done.push(full);
        }
        let used: usize = draft.animals().map(AnimalDraft::commands).sum();
        assert!(used < MAX_COMMANDS as usize);
        assert!(count >= 7);
    }
}
