//! A visit that was filled in, as the commands of one submission.

use crate::offline::held::Line;
use crate::pages::visit_form::correcting::{correction, redone};
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};
use crate::pages::visit_form::reading;
use domain::catalogue::{DewormingKind, Species};
use domain::chip_number::TestChips;
use domain::command::{Command, CorrectionReason};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{AnimalId, OwnerId, ServiceId, StaffId};
use domain::service::ServiceDetails;
use domain::timestamp::CivilDate;
use uuid::Uuid;

/// What the readings need to know besides the forms.
pub struct Circumstances {
    /// The local day.
    pub today: CivilDate,
    /// Whether test chips count.
    pub tests: TestChips,
}

/// The commands of the visit, in order; `new_id` makes identifiers of services.
///
/// # Errors
/// What is wrong with the first form that is not right.
pub fn commands(
    draft: &VisitDraft,
    at: &Circumstances,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<Vec<Command>, Vec<FieldError>> {
    if draft.redoes() {
        return redone(draft, at, new_id);
    }
    if draft.corrects.is_some() {
        return Ok(vec![correction(draft, at)?]);
    }
    let owner = draft.owner.id.unwrap_or_else(|| OwnerId(new_id()));
    let mut commands = Vec::new();
    let details = match draft.owner.known {
        None => Some(reading::owner(&draft.owner.form)?),
        // Registered again, under the same identifier: the register knows the document and lays
        // what is new before a coordinator.
        Some(_) => reading::amended(&draft.owner)?,
    };
    if let Some(details) = details.map(Box::new) {
        commands.push(Command::RegisterOwner { owner, details });
    }
    for animal in draft.animals() {
        let id = animal.id.unwrap_or_else(|| AnimalId(new_id()));
        if animal.known.is_none() {
            let details = Box::new(reading::animal(&animal.form, at.today)?);
            commands.push(Command::RegisterAnimal { animal: id, owner, details });
        } else if let Some(details) = animal.completed(at.today)?.map(Box::new) {
            let reason = CorrectionReason::Completed;
            commands.push(Command::CorrectAnimal { animal: id, details, reason });
        }
        for details in services(animal, at)? {
            let veterinarian = responsible(&details, animal);
            let kind = Some(details.kind());
            let is_it = |line: &&Line| (line.animal, line.service) == (Some(id), kind);
            // What mends a refused record says it of the same: what stands behind that names it.
            let known = draft.standing.iter().find(is_it).and_then(|line| line.id);
            let service = known.unwrap_or_else(|| ServiceId(new_id()));
            let details = Box::new(details);
            commands.push(Command::RecordService { service, animal: id, details, veterinarian });
        }
    }
    Ok(commands)
}

/// Who answers for what was done to an animal; for a dose nobody has to.
pub(super) const fn responsible(done: &ServiceDetails, animal: &AnimalDraft) -> Option<StaffId> {
    match done {
        ServiceDetails::Deworming(_) => None,
        _ => animal.services.veterinarian,
    }
}

/// Where what cannot be taken was filled in: on the owner's form, or, for an animal, on its own
/// form or, when the second is true, on that of its services.
#[must_use]
pub fn fault_place(draft: &VisitDraft, at: &Circumstances) -> Option<(Option<AnimalId>, bool)> {
    let owner = match draft.owner.known {
        None => reading::owner(&draft.owner.form).map(drop),
        Some(_) => reading::amended(&draft.owner).map(drop),
    };
    if owner.is_err() {
        return Some((None, false));
    }
    draft.animals().find_map(|animal| {
        let of_animal = match animal.known {
            None => reading::animal(&animal.form, at.today).is_err(),
            Some(_) => animal.completed(at.today).is_err(),
        };
        let is_wrong = of_animal || services(animal, at).is_err();
        is_wrong.then_some((animal.id, !of_animal))
    })
}

/// What was done to one animal.
///
/// # Errors
/// Every field that cannot be taken.
pub fn services(
    animal: &AnimalDraft,
    at: &Circumstances,
) -> Result<Vec<ServiceDetails>, Vec<FieldError>> {
    let form = &animal.services;
    let species = animal.species().unwrap_or(Species::Dog);
    let mut faults = Vec::new();
    let mut done = Vec::new();
    let weight = reading::weight(&form.weight).unwrap_or_else(|wrong| {
        faults.extend(wrong);
        None
    });
    let chip = form.chip.as_ref().map(|chip| reading::chip(chip, at.tests));
    let dose = |kind: DewormingKind| {
        form.dose(kind).as_ref().map(|form| {
            let dose = reading::dose(kind, form, weight)?;
            let against = reading::blocked(&dose, species, at.today);
            if against.is_empty() { Ok(dose) } else { Err(against) }
        })
    };
    let surgery = form.sterilisation.as_ref().map(|form| form.read(weight));
    let needs_veterinarian = chip.is_some() || surgery.is_some();
    if needs_veterinarian && form.veterinarian.is_none() {
        faults.push(FieldError::new(Field::Veterinarian, Problem::Empty));
    }
    let read = [
        chip.map(|chip| chip.map(ServiceDetails::Microchip)),
        dose(DewormingKind::Internal).map(|dose| dose.map(ServiceDetails::Deworming)),
        dose(DewormingKind::External).map(|dose| dose.map(ServiceDetails::Deworming)),
        surgery.map(|surgery| surgery.map(ServiceDetails::Sterilisation)),
    ];
    for outcome in read.into_iter().flatten() {
        match outcome {
            Ok(details) => done.push(details),
            Err(wrong) => faults.extend(wrong),
        }
    }
    match faults.is_empty() {
        true => Ok(done),
        false => Err(faults),
    }
}

/// Whether the animal was only registered: nothing was done to it.
#[must_use]
pub const fn has_no_service(animal: &AnimalDraft) -> bool {
    let services = &animal.services;
    services.chip.is_none()
        && services.internal.is_none()
        && services.external.is_none()
        && services.sterilisation.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::visit_form::draft::{
        AnimalForm, ChipForm, DoseForm, OwnerForm, ServicesForm,
    };
    use domain::catalogue::{
        ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
    };

    fn filled() -> VisitDraft {
        let mut draft = VisitDraft::default();
        draft.owner.form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "Ana".into(),
            surnames: "Soto".into(),
            ..OwnerForm::default()
        };
        draft.animal.id = Some(AnimalId(Uuid::from_u128(1)));
        draft.animal.form = AnimalForm {
            name: "Cholo".into(),
            species: Some(Species::Dog),
            sex: Some(Sex::Male),
            reproductive_state: Some(ReproductiveState::Intact),
            ..AnimalForm::default()
        };
        let dose = |kind| DoseForm {
            product: "Drontal".into(),
            batch: "A1".into(),
            expires: "08/2027".into(),
            ..DoseForm::blank(kind)
        };
        draft.animal.services.chip = Some(ChipForm {
            procedure: Procedure::Implantation,
            first: "985121004515220".into(),
            second: "985121004515220".into(),
            site: ImplantSite::LeftNeck,
            professional: ProfessionalKind::Veterinarian,
        });
        draft.animal.services.internal = Some(dose(DewormingKind::Internal));
        draft.animal.services.external = Some(dose(DewormingKind::External));
        draft.animal.services.weight = "4,5".into();
        draft.animal.services.veterinarian = Some(StaffId(Uuid::from_u128(7)));
        draft
    }

    fn read(draft: &VisitDraft) -> Result<Vec<Command>, Vec<FieldError>> {
        let today = "2026-11-22".parse().unwrap();
        let mut next = 100;
        commands(draft, &Circumstances { today, tests: TestChips::Refused }, || {
            next += 1;
            Uuid::from_u128(next)
        })
    }

    fn kinds(commands: &[Command]) -> Vec<&'static str> {
        let kind = |command: &Command| match command {
            Command::RegisterOwner { .. } => "owner",
            Command::RegisterAnimal { .. } => "animal",
            Command::RecordService { details, .. } => details.kind().code(),
            _ => "other",
        };
        commands.iter().map(kind).collect()
    }

    #[test]
    fn a_new_owner_and_animal_come_before_what_was_done() {
        let commands = read(&filled()).unwrap();
        let expected =
            ["owner", "animal", "implantation", "deworming_internal", "deworming_external"];
        assert_eq!(kinds(&commands), expected);
    }

    #[test]
    fn two_animals_of_one_owner_make_one_submission() {
        let mut draft = filled();
        let mut second = draft.animal.clone();
        second.id = Some(AnimalId(Uuid::from_u128(2)));
        second.services = ServicesForm::default();
        draft.done.push(draft.animal.clone());
        draft.animal = second;
        let commands = read(&draft).unwrap();
        assert_eq!(kinds(&commands).iter().filter(|kind| **kind == "animal").count(), 2);
        assert_eq!(kinds(&commands).iter().filter(|kind| **kind == "owner").count(), 1);
    }

    #[test]
    fn a_chip_needs_a_veterinarian_and_a_dose_does_not() {
        let mut draft = filled();
        draft.animal.services.veterinarian = None;
        let faults = read(&draft).unwrap_err();
        assert_eq!(faults, [FieldError::new(Field::Veterinarian, Problem::Empty)]);
        draft.animal.services.chip = None;
        assert!(read(&draft).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named_for_every_service_at_once() {
        let mut draft = filled();
        draft.animal.services.weight = "mucho".into();
        draft.animal.services.chip.as_mut().unwrap().second = String::new();
        assert_eq!(read(&draft).unwrap_err().len(), 2);
    }

    #[test]
    fn what_is_expired_or_poison_is_not_recorded() {
        use domain::catalogue::product::Ingredient;
        use domain::field_error::Field;
        let mut draft = filled();
        draft.animal.form.species = Some(Species::Cat);
        let external = draft.animal.services.external.as_mut().unwrap();
        external.ingredients = vec![Ingredient::Permethrin];
        external.expires = "10/2026".into();
        let fields: Vec<_> = read(&draft).unwrap_err().iter().map(|f| f.field).collect();
        assert_eq!(fields, [Field::Expiry, Field::Product]);
    }

    #[test]
    fn a_visit_is_read_back_as_it_was_sent() {
        let sent = read(&filled()).unwrap();
        let text = serde_json::to_string(&sent).unwrap();
        assert_eq!(crate::offline::json::write(&sent), text);
        assert_eq!(serde_json::from_str::<Vec<Command>>(&text).unwrap(), sent);
    }

    #[test]
    fn a_draft_is_read_back_as_it_was_kept() {
        let draft = filled();
        let text = serde_json::to_string(&draft).unwrap();
        assert_eq!(crate::offline::json::write(&draft), text);
        assert_eq!(serde_json::from_str::<VisitDraft>(&text).unwrap(), draft);
    }
}
