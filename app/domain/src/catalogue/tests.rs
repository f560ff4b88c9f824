//! Every list: codes lead back, are snake_case, and are what travels.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalogue::breed::Breed;
use crate::catalogue::{ReproductiveState, Sex, Size, SterilisationOutcome};
use crate::weight::Weight;

/// One list, seen through the functions that its macro made.
fn check<T>(all: &[T], code: fn(T) -> &'static str, from_code: fn(&str) -> Option<T>)
where
    T: Copy + Debug + PartialEq + Serialize + DeserializeOwned,
{
    for value in all {
        let text = code(*value);
        assert_eq!(from_code(text), Some(*value), "{text}");
        assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
    }
    assert_eq!(from_code("no such code"), None);
}

macro_rules! check_all {
    ($($list:path),+ $(,)?) => { $( {
        use $list as List;
        check(List::ALL, List::code, List::from_code);
    } )+ };
}

#[test]
fn every_code_leads_back_and_travels() {
    check_all!(
        crate::catalogue::Species,
        crate::catalogue::Sex,
        crate::catalogue::ReproductiveState,
        crate::catalogue::Acquisition,
        crate::catalogue::KeepingReason,
        crate::catalogue::Pattern,
        crate::catalogue::coat::Colour,
        crate::catalogue::ProfessionalKind,
        crate::catalogue::Procedure,
        crate::catalogue::IdentificationKind,
        crate::catalogue::VitalState,
        crate::catalogue::Size,
        crate::catalogue::OrganisationKind,
        crate::catalogue::ImplantSite,
        crate::catalogue::HoldingProof,
        crate::catalogue::SanitaryPhase,
        crate::catalogue::SterilisationOutcome,
        crate::catalogue::EducationTopic,
        crate::catalogue::DangerQualification,
        crate::catalogue::DewormingKind,
        crate::catalogue::product::Ingredient,
        crate::catalogue::product::Route,
        crate::catalogue::product::ProductObjection,
        crate::chip_number::Verdict,
        crate::chip_number::Reason,
        crate::chip_number::Slip,
        crate::run::RunReason,
        crate::identity::DocumentKind,
        crate::field_error::Field,
        crate::field_error::Problem,
    );
}

#[test]
fn sizes_begin_and_end_where_the_list_says() {
    for (grams, size) in [
        (9_999, Size::Small),
        (10_000, Size::Medium),
        (25_000, Size::Medium),
        (25_001, Size::Large),
    ] {
        assert_eq!(Size::of(Weight::from_grams(grams).unwrap()), size, "{grams}");
    }
}

#[test]
fn only_females_carry_and_nurse() {
    assert!(ReproductiveState::Pregnant.suits(Sex::Female));
    assert!(!ReproductiveState::Pregnant.suits(Sex::Male));
    assert!(!ReproductiveState::Nursing.suits(Sex::Male));
    assert!(ReproductiveState::Sterilised.suits(Sex::Male));
}

#[test]
fn only_completed_operations_on_living_animals_count() {
    let counting: Vec<_> =
        SterilisationOutcome::ALL.iter().filter(|outcome| outcome.counts()).collect();
    assert_eq!(counting, [&SterilisationOutcome::Performed, &SterilisationOutcome::Complication]);
}

#[test]
fn the_usual_breeds_are_in_the_list() {
    for code in ["mestizo", "terrier_chileno", "domestic_shorthair", "domestic_longhair"] {
        assert!(Breed::from_code(code).is_some(), "{code}");
    }
}
