//! Putting right what a record of the day registered: the same forms, filled in as they were, and
//! one command. Who may do so is `domain::decide::correction`'s to say.

use domain::command::{Command, CorrectionReason};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{AnimalId, SubmissionId};

use crate::pages::visit_form::commands::Circumstances;
use crate::pages::visit_form::draft::{AnimalDraft, ServicesForm, Step, VisitDraft};
use crate::pages::visit_form::reading;

impl VisitDraft {
    /// What the record made of this form registered, each by what it is called: the owner, then the
    /// animals by their identifiers. Of a correction it is what that put right.
    #[must_use]
    pub fn registered(&self) -> Vec<(Option<AnimalId>, String)> {
        let is_of_animal = self.corrects.is_some() && self.animal.id.is_some();
        let has_owner = self.owner.known.is_none() && self.owner.id.is_some() && !is_of_animal;
        let form = &self.owner.form;
        let name = format!("{} {}", form.given.trim(), form.surnames.trim());
        let owner = has_owner.then(|| (None, name.trim().to_owned()));
        let is_visit = self.corrects.is_none();
        let animals = self.animals().filter(|_| is_visit || is_of_animal);
        let animals = animals.filter(|animal| animal.known.is_none() && animal.id.is_some());
        owner.into_iter().chain(animals.map(|animal| (animal.id, animal.name()))).collect()
    }

    /// The form by which the animal that this one registered, or without one its owner, is put
    /// right; `None` where it registered no such thing. The animals stay beside their owner, since
    /// documents made anew name them.
    #[must_use]
    pub fn correcting(self, record: SubmissionId, subject: Option<AnimalId>) -> Option<Self> {
        if !self.registered().iter().any(|(registered, _)| *registered == subject) {
            return None;
        }
        let record = self.corrects.unwrap_or(record);
        // Nothing that was done is done again.
        let bare = |animal: &AnimalDraft| AnimalDraft {
            services: ServicesForm::default(),
            ..animal.clone()
        };
        let mut animals: Vec<_> = self.animals().map(bare).collect();
        let at = subject.and_then(|id| animals.iter().position(|animal| animal.id == Some(id)));
        let animal = at.map(|at| animals.swap_remove(at));
        let (step, done) = match animal {
            Some(_) => (Step::Animal, Vec::new()),
            None => (Step::Owner, animals),
        };
        Some(Self {
            step,
            owner: self.owner,
            animal: animal.unwrap_or_default(),
            done,
            corrects: Some(record),
            reason: CorrectionReason::Mistyped.code().to_owned(),
            ..Self::default()
        })
    }

    /// Whether both put right the same thing.
    #[must_use]
    pub fn corrects_as(&self, other: &Self) -> bool {
        self.corrects.is_some()
            && (self.corrects, self.animal.id) == (other.corrects, other.animal.id)
    }

    /// Whether nothing was done here but to look for somebody.
    #[must_use]
    pub fn is_only_search(&self) -> bool {
        let mut blank = Self { outreach: self.outreach, ..Self::default() };
        blank.owner.searched.clone_from(&self.owner.searched);
        *self == blank
    }
}

/// The command that puts right what the form says.
///
/// # Errors
/// Every field that cannot be taken.
pub(super) fn correction(
    draft: &VisitDraft,
    at: &Circumstances,
) -> Result<Command, Vec<FieldError>> {
    let reason = CorrectionReason::from_code(&draft.reason).unwrap_or(CorrectionReason::Mistyped);
    if let Some(animal) = draft.animal.id {
        let details = Box::new(reading::animal(&draft.animal.form, at.today)?);
        return Ok(Command::CorrectAnimal { animal, details, reason });
    }
    let details = Box::new(reading::owner(&draft.owner.form)?);
    let nobody = || vec![FieldError::new(Field::Document, Problem::Unknown)];
    let owner = draft.owner.id.ok_or_else(nobody)?;
    Ok(Command::CorrectOwner { owner, details, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::json;
    use crate::pages::visit_form::commands::commands;
    use crate::pages::visit_form::draft::{AnimalForm, OwnerForm};
    use domain::catalogue::{ReproductiveState, Sex, Species};
    use domain::chip_number::TestChips;
    use domain::id::OwnerId;
    use uuid::Uuid;

    const LUNA: Option<AnimalId> = Some(AnimalId(Uuid::from_u128(2)));
    const SOL: Option<AnimalId> = Some(AnimalId(Uuid::from_u128(3)));
    const RECORD: SubmissionId = SubmissionId(Uuid::from_u128(9));

    fn animal(id: Option<AnimalId>, name: &str) -> AnimalDraft {
        let form = AnimalForm {
            name: name.into(),
            species: Some(Species::Dog),
            sex: Some(Sex::Female),
            reproductive_state: Some(ReproductiveState::Intact),
            ..AnimalForm::default()
        };
        let services = ServicesForm { weight: "4,5".into(), ..ServicesForm::default() };
        AnimalDraft { id, form, services, known: None }
    }

    fn visit() -> VisitDraft {
        let mut draft = VisitDraft { step: Step::Summary, ..VisitDraft::default() };
        draft.owner.id = Some(OwnerId(Uuid::from_u128(1)));
        draft.owner.form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "Ana".into(),
            surnames: "Soto".into(),
            ..OwnerForm::default()
        };
        draft.done.push(animal(LUNA, "Luna"));
        draft.animal = animal(SOL, "Sol");
        draft
    }

    fn command(draft: &VisitDraft) -> Command {
        let at = Circumstances { today: "2026-11-22".parse().unwrap(), tests: TestChips::Refused };
        let mut all = commands(draft, &at, || panic!("nothing is new")).unwrap();
        assert_eq!(all.len(), 1, "nothing is registered or done again");
        all.remove(0)
    }

    #[test]
    fn each_that_a_visit_registered_is_put_right_by_one_command() {
        let named = |subject: Option<AnimalId>, name: &str| (subject, name.to_owned());
        let all = [named(None, "Ana Soto"), named(LUNA, "Luna"), named(SOL, "Sol")];
        assert_eq!(visit().registered(), all);
        let mut owner = visit().correcting(RECORD, None).unwrap();
        owner.owner.form.email = "ana@example.cl".into();
        let Command::CorrectOwner { owner: id, details, reason } = command(&owner) else {
            panic!("not the owner")
        };
        assert_eq!((Some(id), reason), (owner.owner.id, CorrectionReason::Mistyped));
        assert!(details.email.is_some());
        assert_eq!(owner.animals().count(), 2, "documents name them");
        let mut luna = visit().correcting(RECORD, LUNA).unwrap();
        luna.animal.form.name = "Lunes".into();
        luna.reason = CorrectionReason::AskedByOwner.code().into();
        let Command::CorrectAnimal { animal, details, reason } = command(&luna) else {
            panic!("not the animal")
        };
        assert_eq!((Some(animal), reason), (LUNA, CorrectionReason::AskedByOwner));
        assert_eq!((details.name.to_string(), luna.animals().count()), ("Lunes".into(), 1));
        assert_eq!(luna.animal.services, ServicesForm::default());
        assert!(luna.corrects_as(&visit().correcting(RECORD, LUNA).unwrap()));
        assert!(!luna.corrects_as(&owner) && !visit().corrects_as(&visit()));
    }

    #[test]
    fn what_was_put_right_is_put_right_again_from_there() {
        for (subject, name) in [(None, "Ana Soto"), (LUNA, "Luna")] {
            let first = visit().correcting(RECORD, subject).unwrap();
            assert_eq!(first.registered(), [(subject, name.to_owned())]);
            let other = SubmissionId(Uuid::from_u128(10));
            let again = first.clone().correcting(other, subject).unwrap();
            assert_eq!(again, first, "it is the same record's");
            assert_eq!(first.correcting(other, SOL), None);
        }
    }

    #[test]
    fn who_was_known_before_is_not_put_right_here() {
        let mut draft = visit();
        draft.owner.id = None;
        draft.animal.id = None;
        assert_eq!(draft.registered(), [(LUNA, "Luna".to_owned())]);
        assert_eq!(draft.correcting(RECORD, None), None);
    }

    #[test]
    fn a_correction_has_no_question_before_its_own_and_no_fault_but_its_own() {
        let mut draft = visit().correcting(RECORD, LUNA).unwrap();
        assert!(!draft.step_back());
        assert_eq!(draft.step, Step::Animal);
        draft.animal.form.name = String::new();
        let at = Circumstances { today: "2026-11-22".parse().unwrap(), tests: TestChips::Refused };
        let faults = commands(&draft, &at, Uuid::nil).unwrap_err();
        assert_eq!(faults, [FieldError::new(Field::PetName, Problem::Empty)]);
    }

    #[test]
    fn a_search_alone_keeps_nobody_from_putting_right() {
        let mut draft = VisitDraft::looking_for("Ana", Vec::new());
        assert!(draft.is_only_search() && !draft.is_blank());
        draft.booked.push(animal(LUNA, "Luna"));
        assert!(!draft.is_only_search() && !visit().is_only_search());
    }

    #[test]
    fn a_visit_that_an_older_app_kept_is_read() {
        let mut older = serde_json::to_value(visit()).unwrap();
        for new in ["corrects", "reason"] {
            older.as_object_mut().unwrap().remove(new);
        }
        assert_eq!(json::read::<VisitDraft>(&older.to_string()).unwrap(), visit());
    }
}
