//! Putting right what a record of the day registered: the same forms, filled in as they were, and
//! one command. Who may do so is `domain::decide::correction`'s to say.

use domain::command::{Command, CorrectionReason};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{AnimalId, ServiceId, SubmissionId};
use domain::name::ShortText;
use phrases::{Locale, field};
use uuid::Uuid;

use crate::offline::held::Line;
use crate::pages::visit_form::commands::{Circumstances, responsible, services};
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

    /// The form by which what was done to an animal is put right, of which this stands; `None`
    /// where nothing does.
    #[must_use]
    pub fn redoing(self, of: SubmissionId, id: AnimalId, standing: Vec<Line>) -> Option<Self> {
        let animal = self.animals().find(|animal| animal.id == Some(id)).cloned();
        let animal = animal.filter(|_| !standing.is_empty())?;
        Some(Self {
            step: Step::Services,
            owner: self.owner,
            before: Some(animal.services.clone()),
            animal,
            corrects: Some(of),
            reason: CorrectionReason::Mistyped.code().to_owned(),
            standing,
            ..Self::default()
        })
    }

    /// Whether what was done is put right, and not what was registered.
    #[must_use]
    pub fn redoes(&self) -> bool {
        self.corrects.is_some() && !self.standing.is_empty()
    }

    /// Whether both put right the same thing.
    #[must_use]
    pub fn corrects_as(&self, other: &Self) -> bool {
        let same = |one: &Self| (one.corrects, one.animal.id, one.redoes());
        self.corrects.is_some() && same(self) == same(other)
    }

    /// Whether nothing was done here but to look for somebody.
    #[must_use]
    pub fn is_only_search(&self) -> bool {
        let (outreach, record) = (self.outreach, self.record);
        let mut blank = Self { outreach, record, ..Self::default() };
        blank.owner.searched.clone_from(&self.owner.searched);
        self.says_as(&blank)
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

/// The commands that put right what was done: what stands and is said no more is taken back, what
/// is said otherwise is corrected, and what is another thing, or of another lot or chip, is
/// recorded in the place of what is taken back. None where nothing is otherwise.
///
/// # Errors
/// Every field that cannot be taken.
pub(super) fn redone(
    draft: &VisitDraft,
    at: &Circumstances,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<Vec<Command>, Vec<FieldError>> {
    let now = &draft.animal;
    let before = AnimalDraft { services: draft.before.clone().unwrap_or_default(), ..now.clone() };
    // What cannot be taken any more was said otherwise.
    let was_said = services(&before, at).unwrap_or_default();
    let reason = CorrectionReason::from_code(&draft.reason).unwrap_or(CorrectionReason::Mistyped);
    let animal = now.id.unwrap_or_else(|| AnimalId(new_id()));
    let (mut standing, mut commands) = (draft.standing.clone(), Vec::new());
    for said in services(now, at)? {
        let veterinarian = responsible(&said, now);
        let is_same = was_said.contains(&said) && veterinarian == responsible(&said, &before);
        let service = ServiceId(new_id());
        let details = Box::new(said);
        let record = Command::RecordService { service, animal, details, veterinarian };
        let what = |line: &Line| (line.service, line.chip, line.lot.clone());
        let new = what(&Line::of(&record));
        let stood = standing.iter().position(|line| what(line) == new);
        match (stood.and_then(|at| standing.remove(at).id), record) {
            (Some(_), _) if is_same => {}
            (Some(service), Command::RecordService { details, .. }) => commands
                .push(Command::CorrectService { service, details, veterinarian, reason, at: None }),
            (_, record) => commands.push(record),
        }
    }
    let why = ShortText::parse(field::annul_instead(Locale::default())).ok();
    let mut all = Vec::new();
    for (service, reason) in standing.iter().filter_map(|line| line.id.zip(why.clone())) {
        all.push(Command::AnnulService { service, reason });
    }
    all.append(&mut commands);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::json;
    use crate::pages::visit_form::commands::commands;
    use crate::pages::visit_form::draft::{AnimalForm, ChipForm, DoseForm, OwnerForm};
    use domain::catalogue::{
        DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
    };
    use domain::chip_number::TestChips;
    use domain::id::{OwnerId, StaffId};

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

    /// Sol with a chip and a dose, and what stands of that.
    fn redone_sol(change: impl FnOnce(&mut ServicesForm)) -> (Vec<Command>, Vec<Line>) {
        let at = Circumstances { today: "2026-11-22".parse().unwrap(), tests: TestChips::Refused };
        let mut draft = visit();
        let services = &mut draft.animal.services;
        services.chip = Some(ChipForm {
            procedure: Procedure::Implantation,
            first: "985121004515220".into(),
            second: "985121004515220".into(),
            site: ImplantSite::LeftNeck,
            professional: ProfessionalKind::Veterinarian,
        });
        services.veterinarian = Some(StaffId(Uuid::from_u128(7)));
        services.internal = Some(DoseForm {
            product: "Drontal".into(),
            batch: "A1".into(),
            expires: "08/2027".into(),
            ..DoseForm::blank(DewormingKind::Internal)
        });
        let mut next = 100;
        let mut new_id = || {
            next += 1;
            Uuid::from_u128(next)
        };
        let made = commands(&draft, &at, &mut new_id).unwrap();
        let lines: Vec<Line> = made.iter().map(Line::of).collect();
        let done = |line: &&Line| line.animal == SOL && line.service.is_some();
        let standing: Vec<Line> = lines.iter().filter(done).cloned().collect();
        let id = SOL.unwrap();
        let mut redo = draft.redoing(RECORD, id, standing.clone()).unwrap();
        assert!(redo.redoes() && redo.step == Step::Services && redo.corrects == Some(RECORD));
        change(&mut redo.animal.services);
        (commands(&redo, &at, new_id).unwrap(), standing)
    }

    #[test]
    fn what_was_done_is_put_right_and_nothing_else_is_touched() {
        let (made, _) = redone_sol(|_| {});
        assert_eq!(made, [], "nothing is otherwise");
        let (made, standing) = redone_sol(|services| services.weight = "45".into());
        let [Command::CorrectService { service, details, at: None, .. }] = &made[..] else {
            panic!("the dose alone says the weight: {made:?}")
        };
        assert_eq!(
            (Some(*service), details.kind()),
            (standing[1].id, standing[1].service.unwrap())
        );
        assert!(Line::of(&made[0]).corrects);
    }

    #[test]
    fn another_chip_or_lot_is_recorded_in_the_place_of_what_is_taken_back() {
        let (made, standing) = redone_sol(|services| {
            let chip = services.chip.as_mut().unwrap();
            chip.first = "985121004515238".into();
            chip.second.clone_from(&chip.first);
            services.internal.as_mut().unwrap().batch = "B2".into();
        });
        let lines: Vec<Line> = made.iter().map(Line::of).collect();
        let annulled: Vec<_> = lines.iter().filter_map(|line| line.annuls).collect();
        let stood: Vec<_> = standing.iter().filter_map(|line| line.id).collect();
        assert_eq!(annulled, stood, "first, so that the chip is free and the animal has none");
        assert!(lines[..2].iter().all(|line| line.service.is_none()) && lines.len() == 4);
        let new: Vec<_> = lines[2..].iter().map(|line| (line.animal, line.service)).collect();
        let old: Vec<_> = standing.iter().map(|line| (line.animal, line.service)).collect();
        assert_eq!(new, old);
        assert!(lines[2..].iter().all(|line| !stood.contains(&line.id.unwrap())));
    }

    #[test]
    fn what_was_not_done_after_all_is_taken_back() {
        let (made, standing) = redone_sol(|services| services.internal = None);
        let [Command::AnnulService { service, .. }] = made[..] else { panic!("{made:?}") };
        assert_eq!(Some(service), standing[1].id);
        assert_eq!(visit().redoing(RECORD, SOL.unwrap(), Vec::new()), None, "nothing stands");
    }

    #[test]
    fn what_mends_a_refused_record_calls_what_was_done_as_before() {
        let (_, standing) = redone_sol(|_| {});
        let at = Circumstances { today: "2026-11-22".parse().unwrap(), tests: TestChips::Refused };
        let mut mends = visit();
        mends.standing.clone_from(&standing);
        mends.animal.services.internal = Some(DoseForm {
            product: "Drontal".into(),
            batch: "B2".into(),
            expires: "08/2027".into(),
            ..DoseForm::blank(DewormingKind::Internal)
        });
        let made = commands(&mends, &at, Uuid::nil).unwrap();
        let named = made.iter().map(Line::of).find_map(|line| line.id);
        assert_eq!(named, standing[1].id, "what stands behind it names that");
    }
}
