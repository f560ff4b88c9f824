//! Tables of decisions: who, what, with which facts, and what comes of it.

mod chips;
mod consent;
mod correcting;
mod education;
mod permission;
mod registering;
mod stock;

use super::amend::Annulment;
use super::animal::{self, MergeSide, NewAnimalFacts};
use super::service::{self, ServiceFacts};
use super::{Context, OutreachFacts, Recorded, amend, correction, envelope, is_read_at, outreach};
use super::{owner, reads_version};
use crate::animal::{AnimalDetails, Birth};
use crate::catalogue::breed::Breed;
use crate::catalogue::product::{Ingredient, Route};
use crate::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
    SterilisationOutcome, VitalState,
};
use crate::chip_number::{ChipNumber, TestChips};
use crate::field_error::{Field, FieldError, Problem};
use crate::id::{AnimalId, OutreachId, OwnerId, ServiceId, StaffId};
use crate::name::{PetName, ShortText};
use crate::outreach::OutreachStatus;
use crate::refusal::Refusal;
use crate::role::Caller;
use crate::service::{Deworming, Microchip, ServiceDetails, Sterilisation};
use crate::submission::{FIRST_MOMENT, MAX_AHEAD_MS, Submission, VERSION};
use crate::timestamp::{CivilDate, Timestamp};
use uuid::Uuid;

const CHIP: &str = "985121004515220";
const OTHER: &str = "985121004515221";
const VETERINARIAN: StaffId = StaffId(Uuid::from_u128(7));
const OPERATIVE: StaffId = StaffId(Uuid::from_u128(8));
const ANIMAL: AnimalId = AnimalId(Uuid::from_u128(1));
const ANOTHER: AnimalId = AnimalId(Uuid::from_u128(2));

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn chip(digits: &str) -> ChipNumber {
    ChipNumber::from_digits(digits).unwrap()
}

fn context(caller: Caller) -> Context {
    Context {
        now: Timestamp(0),
        recorded_at: Timestamp(0),
        recorded_on: day("2026-11-22"),
        caller,
        actor: Some(OPERATIVE),
        tests: TestChips::Refused,
        outreach: Some(OutreachFacts {
            id: OutreachId(Uuid::nil()),
            status: OutreachStatus::UnderWay,
            works_here: true,
            veterinarians: vec![VETERINARIAN],
        }),
    }
}

fn dog() -> AnimalDetails {
    AnimalDetails::least(
        PetName::parse("Ñato").unwrap(),
        Species::Dog,
        Sex::Male,
        ReproductiveState::Intact,
    )
}

fn facts(details: &AnimalDetails) -> ServiceFacts<'_> {
    ServiceFacts {
        id_taken: false,
        animal: ANIMAL,
        details,
        vital_state: VitalState::Alive,
        chip: None,
        carrier: None,
    }
}

fn microchip(procedure: Procedure, first: &str, second: &str) -> ServiceDetails {
    ServiceDetails::Microchip(Microchip {
        procedure,
        chip: chip(first),
        second_reading: chip(second),
        site: ImplantSite::LeftNeck,
        professional_kind: ProfessionalKind::Veterinarian,
    })
}

fn dose(kind: DewormingKind, ingredient: Ingredient, expires_on: &str) -> ServiceDetails {
    ServiceDetails::Deworming(Deworming {
        kind,
        product: ShortText::parse("Producto").unwrap(),
        ingredients: vec![ingredient],
        route: Route::Oral,
        batch: ShortText::parse("L1").unwrap(),
        expires_on: day(expires_on),
        weight: None,
        dose: None,
    })
}

fn surgery(outcome: SterilisationOutcome, consent: bool) -> ServiceDetails {
    ServiceDetails::Sterilisation(Sterilisation {
        outcome,
        weight: None,
        consent,
        consent_signature: None,
        remarks: None,
    })
}

#[test]
fn chips_and_surgeries_need_a_veterinarian_of_the_outreach() {
    let details = dog();
    let chip = microchip(Procedure::Implantation, CHIP, CHIP);
    let dose = dose(DewormingKind::Internal, Ingredient::Praziquantel, "2027-01-01");
    let table = [
        (&chip, None, Err(Refusal::VeterinarianNeeded)),
        (&chip, Some(OPERATIVE), Err(Refusal::VeterinarianUnknown)),
        (&chip, Some(VETERINARIAN), Ok(())),
        (&dose, None, Ok(())),
        (&dose, Some(OPERATIVE), Err(Refusal::VeterinarianUnknown)),
    ];
    for (service, named, expected) in table {
        let context = context(Caller::Operative);
        let decided = service::record(&context, service, named, &facts(&details)).map(|_| ());
        assert_eq!(decided, expected, "{named:?}");
    }
}

#[test]
fn a_dose_that_harms_is_refused_and_a_doubtful_one_recorded() {
    let cat = AnimalDetails { species: Species::Cat, ..dog() };
    let context = context(Caller::Operative);
    let decide = |service: &ServiceDetails, details: &AnimalDetails| {
        service::record(&context, service, None, &facts(details))
    };
    let permethrin = dose(DewormingKind::External, Ingredient::Permethrin, "2027-01-01");
    let harms = Refusal::ProductHarmsSpecies { species: Species::Cat };
    assert_eq!(decide(&permethrin, &cat), Err(harms));
    assert!(decide(&permethrin, &dog()).is_ok());
    let expired = dose(DewormingKind::Internal, Ingredient::Praziquantel, "2026-11-21");
    assert_eq!(decide(&expired, &dog()), Err(Refusal::BatchExpired));
    let last_day = dose(DewormingKind::Internal, Ingredient::Praziquantel, "2026-11-22");
    assert!(decide(&last_day, &dog()).is_ok());
}

#[test]
fn only_a_performed_surgery_counts_is_certified_and_changes_the_animal() {
    let details = dog();
    let sterilised = AnimalDetails { reproductive_state: ReproductiveState::Sterilised, ..dog() };
    let context = context(Caller::Veterinarian);
    let decide = |service: &ServiceDetails, details: &AnimalDetails| {
        service::record(&context, service, Some(VETERINARIAN), &facts(details))
    };
    use SterilisationOutcome::{Complication, Deceased, Performed, Rejected, Suspended};
    for (outcome, counts) in
        [(Performed, true), (Complication, true), (Rejected, false), (Suspended, false)]
    {
        let decision = decide(&surgery(outcome, true), &details).unwrap();
        assert_eq!(decision.counts, counts, "{outcome}");
        assert_eq!(decision.certified, counts, "{outcome}");
        assert_eq!(decision.reproductive_state.is_some(), counts, "{outcome}");
    }
    let died = decide(&surgery(Deceased, true), &details).unwrap();
    assert_eq!((died.died, died.counts), (true, false));
    let refused = decide(&surgery(Performed, false), &details);
    assert_eq!(refused, Err(Refusal::ConsentMissing));
    assert!(decide(&surgery(Rejected, false), &details).is_ok(), "nothing was done to it");
    let refused = decide(&surgery(Performed, true), &sterilised);
    assert_eq!(refused, Err(Refusal::AlreadySterilised));
}

#[test]
fn nothing_is_done_to_the_dead_or_before_birth() {
    let unborn =
        AnimalDetails { birth: Some(Birth { on: day("2026-11-23"), estimated: false }), ..dog() };
    let context = context(Caller::Operative);
    let service = dose(DewormingKind::Internal, Ingredient::Praziquantel, "2027-01-01");
    let details = dog();
    let dead = ServiceFacts { vital_state: VitalState::Deceased, ..facts(&details) };
    let refused = service::record(&context, &service, None, &dead).map(|_| ());
    assert_eq!(refused, Err(Refusal::NotInThisState { state: VitalState::Deceased }));
    let refused = service::record(&context, &service, None, &facts(&unborn)).map(|_| ());
    assert_eq!(refused, Err(Refusal::BeforeBirth));
}

#[test]
fn a_dangerous_dog_needs_an_adult_keeper() {
    let dangerous = Breed::all().iter().find(|entry| entry.dangerous).map(Breed::Listed);
    let details = AnimalDetails { breed: dangerous, ..dog() };
    let context = context(Caller::Operative);
    let register = |owner_is_adult| {
        let facts = NewAnimalFacts { id_taken: false, owner_is_adult };
        animal::register(&context, &details, facts)
    };
    assert_eq!(register(false), Err(Refusal::AdultKeeperNeeded));
    assert_eq!(register(true), Ok(()));
    let to = OwnerId(Uuid::from_u128(5));
    let moved = animal::transfer(&details, VitalState::Alive, OwnerId(Uuid::nil()), (to, false));
    assert_eq!(moved, Err(Refusal::AdultKeeperNeeded));
}

#[test]
fn contradictions_are_named_field_by_field() {
    let cat_breed = Breed::of(Species::Cat).next().map(Breed::Listed);
    let details = AnimalDetails {
        breed: cat_breed,
        reproductive_state: ReproductiveState::Pregnant,
        birth: Some(Birth { on: day("2026-12-01"), estimated: true }),
        ..dog()
    };
    let fields = vec![
        FieldError::new(Field::Breed, Problem::WrongSpecies),
        FieldError::new(Field::ReproductiveState, Problem::Differs),
        FieldError::new(Field::BirthDate, Problem::InFuture),
    ];
    let refused = animal::consistent(&details, day("2026-11-22"));
    assert_eq!(refused, Err(Refusal::Invalid { fields }));
}

#[test]
fn who_may_correct_depends_on_who_recorded_and_when() {
    let of = |by, on: &str| Recorded { by, on: day(on) };
    let table = [
        (Caller::Operative, of(Some(OPERATIVE), "2026-11-22"), Ok(())),
        (Caller::Operative, of(Some(OPERATIVE), "2026-11-21"), Err(Refusal::CorrectionTooLate)),
        (Caller::Operative, of(Some(VETERINARIAN), "2026-11-22"), Err(Refusal::NotYourRecord)),
        (Caller::Operative, of(None, "2026-11-22"), Err(Refusal::NotYourRecord)),
        (Caller::Coordinator, of(Some(VETERINARIAN), "2020-01-01"), Ok(())),
    ];
    for (caller, recorded, expected) in table {
        assert_eq!(correction(&context(caller), recorded), expected, "{caller} {recorded:?}");
    }
    let facts = amend::AnnulFacts {
        service: ServiceId(Uuid::nil()),
        recorded: of(Some(OPERATIVE), "2026-11-22"),
        is_annulled: true,
        with_others: false,
    };
    let annulled = amend::annul(&context(Caller::Coordinator), facts);
    assert_eq!(annulled, Err(Refusal::AlreadyAnnulled));
}

#[test]
fn what_is_annulled_already_keeps_no_other_from_being_so() {
    let annul = |caller, is_annulled, with_others| {
        let recorded = Recorded { by: Some(VETERINARIAN), on: day("2026-11-22") };
        let service = ServiceId(Uuid::nil());
        let facts = amend::AnnulFacts { service, recorded, is_annulled, with_others };
        amend::annul(&context(caller), facts)
    };
    let (now, before) = (Annulment::Now, Annulment::Before);
    assert_eq!(annul(Caller::Coordinator, false, true), Ok(now));
    assert_eq!(annul(Caller::Coordinator, true, true), Ok(before));
    assert_eq!(annul(Caller::Operative, true, true), Err(Refusal::NotYourRecord));
    assert_eq!(amend::all(&[]), Ok(()));
    assert_eq!(amend::all(&[before, now]), Ok(()));
    assert_eq!(amend::all(&[before, before]), Err(Refusal::AlreadyAnnulled));
}

#[test]
fn an_operative_works_only_at_own_outreaches_that_are_on() {
    let at = |caller, works_here, status| {
        let mut context = context(caller);
        if let Some(facts) = &mut context.outreach {
            facts.works_here = works_here;
            facts.status = status;
        }
        outreach(&context)
    };
    let on = OutreachStatus::UnderWay;
    assert_eq!(at(Caller::Operative, true, on), Ok(()));
    assert_eq!(at(Caller::Operative, false, on), Err(Refusal::NotYourOutreach));
    assert_eq!(at(Caller::Coordinator, false, on), Ok(()));
    let draft = at(Caller::Coordinator, true, OutreachStatus::Draft);
    assert_eq!(draft, Err(Refusal::OutreachNotOpen));
    assert_eq!(at(Caller::Operative, true, OutreachStatus::Closed), Ok(()));
    assert_eq!(at(Caller::Operative, true, OutreachStatus::Suspended), Ok(()));
}

#[test]
fn two_animals_merge_only_when_they_can_be_one() {
    let (dog, cat) = (dog(), AnimalDetails { species: Species::Cat, ..dog() });
    let side = |id, details, has_chip| MergeSide { id, details, has_chip, is_merged: false };
    let one = side(ANIMAL, &dog, true);
    let table = [
        (side(ANOTHER, &dog, false), Ok(())),
        (side(ANIMAL, &dog, false), Err(Refusal::MergeWithItself)),
        (side(ANOTHER, &cat, false), Err(Refusal::MergeDiffers)),
        (side(ANOTHER, &dog, true), Err(Refusal::AnimalHasOtherChip)),
        (MergeSide { is_merged: true, ..side(ANOTHER, &dog, false) }, Err(Refusal::AlreadyMerged)),
    ];
    for (other, expected) in table {
        assert_eq!(animal::merge(one, other), expected, "{other:?}");
    }
    let owner = OwnerId(Uuid::nil());
    let facts = owner::MergeFacts { kept_is_merged: false, merged_is_merged: false };
    assert_eq!(owner::merge(owner, owner, facts), Err(Refusal::MergeWithItself));
}

#[test]
fn an_envelope_from_the_future_or_without_a_command_is_refused() {
    let submission = |recorded_at| Submission {
        id: Uuid::nil().into(),
        version: VERSION,
        device: Uuid::nil().into(),
        sequence: 1,
        actor: OPERATIVE,
        outreach: None,
        visit: None,
        recorded_at: Timestamp(recorded_at),
        utc_offset_minutes: -180,
        replaces: None,
        commands: Vec::new(),
    };
    let now = Timestamp(1_000);
    assert_eq!(envelope(&submission(0), now), Err(Refusal::BadCommandCount));
    let late = now.0 + MAX_AHEAD_MS + 1;
    let mut ahead = submission(late);
    ahead.commands.push(crate::command::Command::UnmergeOwner { merged: Uuid::nil().into() });
    assert_eq!(envelope(&ahead, now), Err(Refusal::RecordedInFuture));
    let forgot = Submission { recorded_at: FIRST_MOMENT.plus_ms(-1), ..ahead.clone() };
    assert_eq!(envelope(&forgot, FIRST_MOMENT), Err(Refusal::RecordedLongAgo));
    let first = Submission { recorded_at: FIRST_MOMENT, ..ahead };
    assert_eq!(envelope(&first, FIRST_MOMENT), Ok(()));
    let uncounted = Submission { sequence: 0, ..first.clone() };
    assert_eq!(envelope(&uncounted, FIRST_MOMENT), Err(Refusal::Unreadable));
    for (utc_offset_minutes, is_taken) in [(-721, false), (-720, true), (840, true), (841, false)] {
        let told = Submission { utc_offset_minutes, ..first.clone() };
        let expected = if is_taken { Ok(()) } else { Err(Refusal::Unreadable) };
        assert_eq!(envelope(&told, FIRST_MOMENT), expected, "{utc_offset_minutes}");
    }
}

#[test]
fn a_version_and_the_one_before_it_are_read() {
    let read = |own: u16| (0..=5).filter(|version| is_read_at(own, *version)).collect::<Vec<_>>();
    assert_eq!([read(1), read(2), read(4)], [vec![1], vec![1, 2], vec![3, 4]]);
    assert!(reads_version(VERSION) && !is_read_at(1, u16::MAX));
}
