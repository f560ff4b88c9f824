//! What the form of the RNM lacks of an animal, and saying it at the table: also of one that is
//! known, by whoever has it there, since nothing that was said before is changed by it.

use domain::animal::{AnimalDetails, registration_due_from};
use domain::catalogue::breed::Breed;
use domain::field_error::FieldError;
use domain::owner::OwnerDetails;
use domain::rnm::{RnmLack, completed, lacks};
use domain::timestamp::CivilDate;

use crate::pages::visit_form::dates::date;
use crate::pages::visit_form::draft::{AnimalDraft, AnimalForm, OwnerDraft, VisitDraft};
use crate::pages::visit_form::reading;

/// What is said of the owner; the rest of the animal.
const OF_OWNER: [RnmLack; 3] = [RnmLack::Address, RnmLack::Commune, RnmLack::NoDisqualification];

/// Whether it is lacking of the animal, and not of its owner.
#[must_use]
pub fn is_of_animal(lack: RnmLack) -> bool {
    !OF_OWNER.contains(&lack)
}

impl VisitDraft {
    /// What the RNM lacks of an animal by what is known and was said here.
    #[must_use]
    pub fn rnm_lacks(&self, animal: &AnimalDraft, today: CivilDate) -> Vec<RnmLack> {
        let said = self.owner.said().zip(animal.said(today));
        said.map(|(owner, animal)| lacks(&owner, &animal)).unwrap_or_default()
    }
}

impl OwnerDraft {
    /// What is known of the owner with what was said here, if it can be read. What a known one
    /// says otherwise waits for the coordination; here it was said.
    fn said(&self) -> Option<OwnerDetails> {
        let known = self.details()?;
        let Ok(Some(said)) = reading::amended(self) else { return Some(known) };
        Some(OwnerDetails {
            address: said.address.or(known.address),
            commune: said.commune.or(known.commune),
            elsewhere: said.elsewhere.or(known.elsewhere),
            no_disqualification: said.no_disqualification || known.no_disqualification,
            ..known
        })
    }
}

impl AnimalDraft {
    /// Makes what is missing of a known animal ready to be said; a second time it is as it was.
    pub fn complete(&mut self) {
        if let Some(card) = self.known.as_ref().filter(|_| !self.completes()) {
            self.form = opened(&card.details);
        }
    }

    /// Whether something was said in the form of a known one; what was typed to find a breed says
    /// nothing yet.
    #[must_use]
    pub fn says_more(&self) -> bool {
        let Some(card) = self.known.as_ref().filter(|_| self.completes()) else { return false };
        let form = AnimalForm { breed_words: String::new(), ..self.form.clone() };
        form != opened(&card.details)
    }

    /// Whether it is a known one, and its form was opened.
    #[must_use]
    pub const fn completes(&self) -> bool {
        self.known.is_some() && self.form.species.is_some()
    }

    /// What is asked of a known one; `None` of a new one, of which everything is.
    #[must_use]
    pub fn missing(&self) -> Option<Vec<RnmLack>> {
        let known = &self.known.as_ref()?.details;
        let mut missing = lacks(&OwnerDetails::erased(), known);
        missing.retain(|lack| is_of_animal(*lack));
        Some(missing)
    }

    /// A known animal with what was missing of it; `None` where nothing was said of it.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    pub fn completed(&self, today: CivilDate) -> Result<Option<AnimalDetails>, Vec<FieldError>> {
        let Some(card) = self.known.as_ref().filter(|_| self.completes()) else { return Ok(None) };
        let said = reading::animal(&self.form, today)?;
        let whole = completed(&card.details, &said);
        Ok((whole != card.details).then_some(whole))
    }

    /// Whether it is potentially dangerous, by what is known and by the breed that was said here.
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        let is_said = self.form.breed.as_ref().is_some_and(Breed::is_dangerous);
        is_said || self.known.as_ref().is_some_and(|card| card.details.is_dangerous())
    }

    /// Whether the day is known on which it came home, and the last day to register it as a
    /// potentially dangerous one, counted from there or else from `today`.
    #[must_use]
    pub fn dangerous_until(&self, today: CivilDate) -> (bool, CivilDate) {
        let known = self.known.as_ref().and_then(|card| card.details.acquired_on);
        let said = || date(&self.form.acquired_on).ok().filter(|day| *day <= today);
        let came = known.or_else(said);
        let birth = self.birth(today).or_else(|| self.form.age.birth(today).ok().flatten());
        (came.is_some(), registration_due_from(came.unwrap_or(today), true, birth))
    }

    fn said(&self, today: CivilDate) -> Option<AnimalDetails> {
        match &self.known {
            Some(card) => {
                self.completed(today).ok().flatten().or_else(|| Some(card.details.clone()))
            }
            None => reading::animal(&self.form, today).ok(),
        }
    }
}

/// The form of a known one before anything was said.
fn opened(known: &AnimalDetails) -> AnimalForm {
    AnimalForm {
        name: known.name.to_string(),
        species: Some(known.species),
        sex: Some(known.sex),
        reproductive_state: Some(known.reproductive_state),
        ..AnimalForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::visit_form::commands::{Circumstances, commands, fault_place};
    use crate::pages::visit_form::draft::{OwnerForm, Step};
    use domain::catalogue::{
        Acquisition, HoldingProof, KeepingReason, Pattern, ReproductiveState, Sex, Species,
        VitalState,
    };
    use domain::chip_number::TestChips;
    use domain::command::{Command, CorrectionReason};
    use domain::id::{AnimalId, OwnerId};
    use domain::name::PetName;
    use domain::rnm::RnmState;
    use domain::view::{AnimalCard, OwnerCard};
    use uuid::Uuid;

    fn today() -> CivilDate {
        "2026-11-22".parse().unwrap()
    }

    /// Somebody who is known without an address, with a dog of which the pattern is known.
    fn known() -> VisitDraft {
        let form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "Ana".into(),
            surnames: "Soto".into(),
            commune: "02101".into(),
            ..OwnerForm::default()
        };
        let owner = OwnerId(Uuid::from_u128(1));
        let name = PetName::parse("Luna").unwrap();
        let least =
            AnimalDetails::least(name, Species::Dog, Sex::Female, ReproductiveState::Intact);
        let card = AnimalCard {
            id: AnimalId(Uuid::from_u128(2)),
            owner,
            details: AnimalDetails { pattern: Some(Pattern::Bands), ..least },
            chip: None,
            vital_state: VitalState::Alive,
            rnm_state: RnmState::NoChip,
            rnm_number: None,
            rnm_lacks: Vec::new(),
            services: Vec::new(),
        };
        let mut draft = VisitDraft::default();
        draft.owner.id = Some(owner);
        let details = reading::owner(&form).unwrap();
        let animals = vec![card.clone()];
        draft.owner.known = Some(Box::new(OwnerCard { id: owner, details, animals }));
        draft.animal.id = Some(card.id);
        draft.animal.known = Some(Box::new(card));
        draft
    }

    fn sent(draft: &VisitDraft) -> Vec<Command> {
        let at = Circumstances { today: today(), tests: TestChips::Refused };
        commands(draft, &at, || Uuid::from_u128(77)).unwrap()
    }

    #[test]
    fn what_is_missing_of_a_known_animal_is_said_and_sent_and_nothing_else() {
        let mut draft = known();
        let missing = draft.animal.missing().unwrap();
        assert!(missing.contains(&RnmLack::Breed) && !missing.contains(&RnmLack::Pattern));
        assert!(missing.iter().all(|lack| is_of_animal(*lack)));
        draft.animal.complete();
        assert!(sent(&draft).is_empty(), "nothing was said yet");
        let form = &mut draft.animal.form;
        (form.pattern, form.keeping_reason) = (Some(Pattern::None), Some(KeepingReason::Guard));
        form.acquired_on = "1/2/2024".into();
        draft.animal.complete();
        let sent = sent(&draft);
        let [Command::CorrectAnimal { animal, details, reason }] = &sent[..] else {
            panic!("not one completion")
        };
        assert_eq!((Some(*animal), *reason), (draft.animal.id, CorrectionReason::Completed));
        assert_eq!(details.keeping_reason, Some(KeepingReason::Guard));
        assert_eq!(details.pattern, Some(Pattern::Bands), "that was known");
        assert_eq!(details.acquired_on, "2024-02-01".parse().ok());
        let lacks = draft.rnm_lacks(&draft.animal, today());
        assert!(!lacks.contains(&RnmLack::KeepingReason) && lacks.contains(&RnmLack::Breed));
    }

    #[test]
    fn what_the_owner_says_at_the_table_is_missing_no_more() {
        let mut draft = known();
        let lacks = |draft: &VisitDraft| {
            let mut lacks = draft.rnm_lacks(&draft.animal, today());
            lacks.retain(|lack| !is_of_animal(*lack));
            lacks
        };
        assert_eq!(lacks(&draft), [RnmLack::Address, RnmLack::NoDisqualification]);
        draft.amend_owner();
        draft.owner.form.address = "Sicilia 1516".into();
        assert_eq!(lacks(&draft), [RnmLack::NoDisqualification]);
        draft.owner.form.no_disqualification = true;
        assert!(lacks(&draft).is_empty());
        let known = draft.owner.known.as_mut().unwrap();
        known.details.commune = None;
        draft.owner.form.commune = String::new();
        assert_eq!(lacks(&draft), [RnmLack::Commune]);
        draft.owner.form.commune = " La Serena, Coquimbo".into();
        assert!(lacks(&draft).is_empty(), "in words");
    }

    #[test]
    fn a_fault_in_what_was_missing_opens_there_and_going_back_leads_to_what_was_done() {
        let mut draft = known();
        draft.animal.complete();
        draft.animal.form.acquired_on = "mañana".into();
        let at = Circumstances { today: today(), tests: TestChips::Refused };
        assert_eq!(fault_place(&draft, &at), Some((draft.animal.id, false)));
        draft.open_at(draft.animal.id, false);
        assert_eq!(draft.step, Step::Animal);
        assert!(draft.step_back());
        assert_eq!(draft.step, Step::Services);
        // Another animal leaves it done.
        let other =
            AnimalDraft { id: Some(AnimalId(Uuid::from_u128(3))), ..AnimalDraft::default() };
        draft.put_on_table(other);
        assert_eq!(draft.animals().count(), 2);
    }

    #[test]
    fn of_a_new_animal_everything_is_asked() {
        let mut draft = known();
        draft.animal.known = None;
        draft.animal.complete();
        assert_eq!((draft.animal.missing(), draft.animal.completes()), (None, false));
        let form = &mut draft.animal.form;
        (form.name, form.species, form.sex) = ("Sol".into(), Some(Species::Cat), Some(Sex::Male));
        form.reproductive_state = Some(ReproductiveState::Intact);
        form.acquisition = Some(Acquisition::Gift);
        form.holding_proof = Some(HoldingProof::Receipt);
        let lacks = draft.rnm_lacks(&draft.animal, today());
        assert!(!lacks.contains(&RnmLack::Acquisition) && lacks.contains(&RnmLack::Coat));
    }

    #[test]
    fn a_dangerous_one_has_until_fifteen_days_after_it_came() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let mut draft = AnimalDraft::default();
        assert!(!draft.is_dangerous());
        draft.form.breed = Breed::from_code("rottweiler");
        assert!(draft.is_dangerous());
        assert_eq!(draft.dangerous_until(today()), (false, day("2026-12-07")));
        for (typed, has_come, last) in [
            ("2/11/2026", true, "2026-11-17"),
            ("2/1", false, "2026-12-07"),
            ("23/11/2026", false, "2026-12-07"),
        ] {
            draft.form.acquired_on = typed.into();
            assert_eq!(draft.dangerous_until(today()), (has_come, day(last)), "{typed}");
        }
        // Nobody registers a puppy of less than two months.
        draft.form.acquired_on = "20/11/2026".into();
        draft.form.age.has_date = true;
        draft.form.age.date = "10/11/2026".into();
        assert_eq!(draft.dangerous_until(today()), (true, day("2027-01-10")));
    }

    #[test]
    fn a_known_one_is_dangerous_by_what_is_known() {
        let mut draft = known().animal;
        draft.complete();
        assert!(!draft.is_dangerous());
        let details = &mut draft.known.as_mut().unwrap().details;
        details.breed = Breed::from_code("rottweiler");
        details.acquired_on = "2026-11-20".parse().ok();
        assert!(draft.is_dangerous());
        // What is known wins over what is typed.
        draft.form.acquired_on = "1/11/2026".into();
        let last = "2026-12-05".parse().unwrap();
        assert_eq!(draft.dangerous_until(today()), (true, last));
    }
}
