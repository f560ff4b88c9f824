//! What may be corrected of a service, by whom, and what follows.

use super::*;
use crate::animal::Drawing;
use crate::decide::moment::moved;
use crate::decide::service::{CorrectFacts, ServiceCorrection, correct};
use crate::id::ProgrammeId;
use crate::outreach::{Outreach, OutreachKind};
use crate::territory::Commune;
use crate::timestamp::HOUR_MS;

const LEFT: StaffId = StaffId(Uuid::from_u128(9));

struct Case {
    was: ServiceDetails,
    is: ServiceDetails,
    animal: AnimalDetails,
    recorded: Recorded,
    veterinarians: (Option<StaffId>, Option<StaffId>),
    is_annulled: bool,
    /// On which day it was done after all, where that is corrected.
    moved_to: Option<CivilDate>,
}

impl Case {
    fn new(was: ServiceDetails, is: ServiceDetails) -> Self {
        let recorded = Recorded { by: Some(OPERATIVE), on: day("2026-11-22") };
        let veterinarians = (Some(VETERINARIAN), Some(VETERINARIAN));
        let (is_annulled, moved_to) = (false, None);
        Self { was, is, animal: dog(), recorded, veterinarians, is_annulled, moved_to }
    }

    fn decide(&self, caller: Caller) -> Result<ServiceCorrection, Refusal> {
        let (before, after) = self.veterinarians;
        let facts = CorrectFacts {
            recorded: self.recorded,
            is_annulled: self.is_annulled,
            performed_on: self.moved_to.unwrap_or(self.recorded.on),
            was_on: self.recorded.on,
            details: &self.was,
            veterinarian: before,
            veterinarians: &[VETERINARIAN],
            animal: &self.animal,
        };
        // An act at the desk has no outreach of its own.
        let context = Context { outreach: None, ..context(caller) };
        correct(&context, &self.is, after, facts)
    }
}

fn at(site: ImplantSite) -> ServiceDetails {
    let mut service = microchip(Procedure::Implantation, CHIP, CHIP);
    if let ServiceDetails::Microchip(chip) = &mut service {
        chip.site = site;
    }
    service
}

fn inside() -> ServiceDetails {
    dose(DewormingKind::Internal, Ingredient::Praziquantel, "2027-01-31")
}

#[test]
fn every_fact_may_be_corrected_and_no_other_service_made_of_it() {
    let [neck, back] = [ImplantSite::LeftNeck, ImplantSite::BetweenScapulae].map(at);
    let corrected = Case::new(neck.clone(), back.clone()).decide(Caller::Coordinator).unwrap();
    assert_eq!((corrected.details, corrected.ends_otherwise), (back, false));
    let outside = dose(DewormingKind::External, Ingredient::Fipronil, "2027-01-31");
    let corrected = Case::new(inside(), outside.clone()).decide(Caller::Coordinator).unwrap();
    assert_eq!(corrected.decision.kind, outside.kind(), "it counts as what it was");
    let surgery = surgery(SterilisationOutcome::Performed, true);
    for (was, is) in [
        (neck.clone(), microchip(Procedure::Implantation, OTHER, OTHER)),
        (neck.clone(), microchip(Procedure::Verification, CHIP, CHIP)),
        (neck.clone(), inside()),
        (inside(), surgery.clone()),
        (surgery, neck.clone()),
    ] {
        let decided = Case::new(was, is.clone()).decide(Caller::Coordinator);
        assert_eq!(decided, Err(Refusal::ServiceDiffers), "{is:?}");
    }
    let slip = Case::new(neck, microchip(Procedure::Implantation, CHIP, OTHER));
    assert_eq!(slip.decide(Caller::Coordinator), Err(Refusal::ChipReadingsDiffer));
}

#[test]
fn a_correction_is_of_the_own_record_of_the_day_or_a_coordinators() {
    let case = Case::new(inside(), inside());
    assert!(case.decide(Caller::Operative).is_ok());
    let recorded = Recorded { on: day("2026-11-21"), ..case.recorded };
    let late = Case { recorded, ..Case::new(inside(), inside()) };
    assert_eq!(late.decide(Caller::Operative), Err(Refusal::CorrectionTooLate));
    assert!(late.decide(Caller::Coordinator).is_ok());
    let recorded = Recorded { by: Some(VETERINARIAN), ..case.recorded };
    let foreign = Case { recorded, ..Case::new(inside(), inside()) };
    assert_eq!(foreign.decide(Caller::Operative), Err(Refusal::NotYourRecord));
    let annulled = Case { is_annulled: true, ..case };
    assert_eq!(annulled.decide(Caller::Coordinator), Err(Refusal::AlreadyAnnulled));
}

#[test]
fn what_was_given_is_weighed_by_the_day_on_which_it_was_given() {
    let old = |expires| dose(DewormingKind::Internal, Ingredient::Pyrantel, expires);
    let recorded = Recorded { by: Some(OPERATIVE), on: day("2026-03-01") };
    let decide = |expires| {
        let case = Case { recorded, ..Case::new(inside(), old(expires)) };
        case.decide(Caller::Coordinator).map(|_| ())
    };
    assert_eq!(decide("2026-03-01"), Ok(()), "it had not expired then");
    assert_eq!(decide("2026-02-28"), Err(Refusal::BatchExpired));
    let poison = dose(DewormingKind::External, Ingredient::Permethrin, "2027-01-31");
    let animal = AnimalDetails { species: Species::Cat, ..dog() };
    let case = Case { animal, ..Case::new(inside(), poison) };
    let harms = Refusal::ProductHarmsSpecies { species: Species::Cat };
    assert_eq!(case.decide(Caller::Coordinator), Err(harms));
}

#[test]
fn what_comes_to_another_day_is_weighed_by_that_one() {
    let given = |expires| dose(DewormingKind::Internal, Ingredient::Pyrantel, expires);
    let decide = |expires, on: Option<&str>, born: &str, estimated| {
        let animal = AnimalDetails { birth: Some(Birth { on: day(born), estimated }), ..dog() };
        let moved_to = on.map(day);
        let case = Case { animal, moved_to, ..Case::new(inside(), given(expires)) };
        case.decide(Caller::Coordinator).map(|_| ())
    };
    let recorded = "2026-11-22";
    assert_eq!(decide(recorded, None, "2026-01-01", false), Ok(()));
    assert_eq!(
        decide(recorded, Some("2026-11-23"), "2026-01-01", false),
        Err(Refusal::BatchExpired)
    );
    let early = Some("2026-11-21");
    assert_eq!(decide(recorded, early, recorded, false), Err(Refusal::BeforeBirth));
    assert_eq!(decide(recorded, early, recorded, true), Ok(()), "nobody knows it");
    // What is corrected of it otherwise does not bring its day up again.
    assert_eq!(decide(recorded, None, "2026-12-01", false), Ok(()));
}

#[test]
fn a_moment_is_of_the_outreach_and_has_come() {
    let hour = |hours: i64| Timestamp(hours * HOUR_MS);
    let (held_on, next) = (day("2026-11-22"), day("2026-11-23"));
    let here = outreach_from(held_on, (hour(10), hour(14)));
    let context = Context { now: hour(20), ..context(Caller::Coordinator) };
    let wrong = |field, problem| Err(Refusal::field(FieldError::new(field, problem)));
    for (at, on, expected) in [
        (hour(9), held_on, Ok(held_on)),
        (hour(20), held_on, Ok(held_on)),
        (hour(21), held_on, wrong(Field::Time, Problem::InFuture)),
        (hour(19), next, Ok(held_on)),
        (hour(9), day("2026-11-21"), wrong(Field::Date, Problem::OtherDay)),
        (hour(27), next, wrong(Field::Date, Problem::OtherDay)),
    ] {
        assert_eq!(moved(&context, (at, on), Some(&here)), expected, "{at:?} {on}");
    }
    assert_eq!(moved(&context, (hour(20), next), None), Ok(next), "of no outreach");
    let late = moved(&context, (hour(21), next), None);
    assert_eq!(late, wrong(Field::Time, Problem::InFuture));
}

/// An outreach of a day, between two moments.
fn outreach_from(held_on: CivilDate, (starts_at, ends_at): (Timestamp, Timestamp)) -> Outreach {
    let text = |text| ShortText::parse(text).unwrap();
    Outreach {
        id: OutreachId(Uuid::nil()),
        programme: ProgrammeId(Uuid::nil()),
        name: text("Bonilla"),
        kind: OutreachKind::Mixed,
        status: OutreachStatus::UnderWay,
        held_on,
        starts_at,
        ends_at,
        place: text("Sede"),
        commune: Commune::ANTOFAGASTA,
        unit: None,
        host: None,
        phase: None,
        max_people: None,
    }
}

#[test]
fn another_who_answers_is_of_the_outreach_and_the_one_before_may_stay() {
    let decide = |before, after| {
        let veterinarians = (before, after);
        let site = at(ImplantSite::LeftNeck);
        let case = Case { veterinarians, ..Case::new(site.clone(), site) };
        case.decide(Caller::Coordinator).map(|_| ())
    };
    assert_eq!(decide(Some(LEFT), Some(LEFT)), Ok(()), "who left the team since");
    assert_eq!(decide(Some(LEFT), Some(VETERINARIAN)), Ok(()));
    assert_eq!(decide(Some(VETERINARIAN), Some(LEFT)), Err(Refusal::VeterinarianUnknown));
    assert_eq!(decide(Some(VETERINARIAN), None), Err(Refusal::VeterinarianNeeded));
    let veterinarians = (Some(VETERINARIAN), None);
    let dose = Case { veterinarians, ..Case::new(inside(), inside()) };
    assert!(dose.decide(Caller::Coordinator).is_ok(), "a dose needs nobody");
}

#[test]
fn a_surgery_tells_the_animal_only_when_it_ended_otherwise() {
    use SterilisationOutcome::{Complication, Deceased, Performed, Rejected, Suspended};
    for &was in SterilisationOutcome::ALL {
        for &is in SterilisationOutcome::ALL {
            let reproductive_state = match was.counts() {
                true => ReproductiveState::Sterilised,
                false => ReproductiveState::Intact,
            };
            let animal = AnimalDetails { reproductive_state, ..dog() };
            let case = Case { animal, ..Case::new(surgery(was, true), surgery(is, true)) };
            let done = case.decide(Caller::Coordinator).unwrap();
            let alike = [[Performed, Complication], [Rejected, Suspended], [Deceased, Deceased]];
            let is_alike = alike.iter().any(|pair| pair.contains(&was) && pair.contains(&is));
            assert_eq!(done.ends_otherwise, !is_alike, "{was} {is}");
            assert_eq!(done.decision.counts, is.counts(), "{was} {is}");
        }
    }
    let reproductive_state = ReproductiveState::Sterilised;
    let animal = AnimalDetails { reproductive_state, ..dog() };
    let (was, is) = (surgery(Suspended, true), surgery(Performed, true));
    let twice = Case { animal, ..Case::new(was, is) };
    assert_eq!(twice.decide(Caller::Coordinator), Err(Refusal::AlreadySterilised));
    let case = Case::new(surgery(Performed, true), surgery(Performed, false));
    assert_eq!(case.decide(Caller::Coordinator), Err(Refusal::ConsentMissing));
}

#[test]
fn a_signature_stays_under_the_consent_that_it_signs() {
    let signed = |outcome, consent, strokes: Option<&str>| {
        let mut surgery = surgery(outcome, consent);
        if let ServiceDetails::Sterilisation(surgery) = &mut surgery {
            surgery.consent_signature = strokes.map(|strokes| Drawing::parse(strokes).unwrap());
        }
        surgery
    };
    let (performed, rejected) = (SterilisationOutcome::Performed, SterilisationOutcome::Rejected);
    let (one, other) = (Some("M1 1L60 60"), Some("M2 2L70 70"));
    for (consent, outcome, brings, expected) in
        [(true, performed, None, one), (true, performed, other, one), (false, rejected, None, None)]
    {
        let is = signed(outcome, consent, brings);
        let was = signed(performed, true, one);
        let animal = AnimalDetails { reproductive_state: ReproductiveState::Sterilised, ..dog() };
        let corrected = Case { animal, ..Case::new(was, is) }.decide(Caller::Coordinator);
        let expected = signed(outcome, consent, expected);
        assert_eq!(corrected.unwrap().details, expected, "{outcome} {brings:?}");
    }
}
