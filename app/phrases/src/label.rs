//! What the values of every list are called.

mod records;

use crate::{Locale, catalogue};

/// A value of a closed list that has a name for people.
pub trait Labelled: Copy {
    /// The name, lower case unless it is a sentence or a proper name.
    fn label(self, locale: Locale) -> &'static str;
}

/// Implements [`Labelled`] by an exhaustive match: a value added in `domain` stops the build here
/// until it has its words in `locales/*/catalogue.json`.
macro_rules! labelled {
    ($kind:path { $($variant:ident => $key:ident,)+ }) => {
        impl Labelled for $kind {
            fn label(self, locale: Locale) -> &'static str {
                match self {
                    $(Self::$variant => catalogue::$key(locale),)+
                }
            }
        }
    };
}
use labelled;

labelled! { domain::catalogue::Species {
    Dog => species_dog,
    Cat => species_cat,
} }

labelled! { domain::catalogue::DangerQualification {
    HealthAuthority => danger_qualification_health_authority,
    Judge => danger_qualification_judge,
} }

labelled! { domain::catalogue::Sex {
    Male => sex_male,
    Female => sex_female,
} }

labelled! { domain::catalogue::ReproductiveState {
    Intact => reproductive_state_intact,
    Sterilised => reproductive_state_sterilised,
    Pregnant => reproductive_state_pregnant,
    Nursing => reproductive_state_nursing,
} }

labelled! { domain::catalogue::Acquisition {
    Purchase => acquisition_purchase,
    Gift => acquisition_gift,
    BornAtHome => acquisition_born_at_home,
    Adoption => acquisition_adoption,
    PickedUp => acquisition_picked_up,
} }

labelled! { domain::catalogue::KeepingReason {
    Companion => keeping_reason_companion,
    Assistance => keeping_reason_assistance,
    Hunting => keeping_reason_hunting,
    Sport => keeping_reason_sport,
    Show => keeping_reason_show,
    Breeding => keeping_reason_breeding,
    Guard => keeping_reason_guard,
    Therapy => keeping_reason_therapy,
    Work => keeping_reason_work,
    Other => keeping_reason_other,
} }

labelled! { domain::catalogue::Pattern {
    None => pattern_none,
    Bands => pattern_bands,
    Brindle => pattern_brindle,
    Patches => pattern_patches,
    Points => pattern_points,
    Tabby => pattern_tabby,
    Shaded => pattern_shaded,
    NotStated => pattern_not_stated,
} }

labelled! { domain::catalogue::ProfessionalKind {
    Veterinarian => professional_kind_veterinarian,
    Technician => professional_kind_technician,
} }

labelled! { domain::catalogue::Procedure {
    Implantation => procedure_implantation,
    Verification => procedure_verification,
} }

labelled! { domain::catalogue::IdentificationKind {
    Microchip => identification_kind_microchip,
    External => identification_kind_external,
} }

labelled! { domain::catalogue::VitalState {
    Alive => vital_state_alive,
    Lost => vital_state_lost,
    Deceased => vital_state_deceased,
    Transferred => vital_state_transferred,
} }

labelled! { domain::catalogue::Size {
    Small => size_small,
    Medium => size_medium,
    Large => size_large,
} }

labelled! { domain::catalogue::OrganisationKind {
    NeighbourhoodCouncil => organisation_kind_neighbourhood_council,
    CommunalUnion => organisation_kind_communal_union,
    MothersCentre => organisation_kind_mothers_centre,
    SeniorsClub => organisation_kind_seniors_club,
    SportsClub => organisation_kind_sports_club,
    AnimalWelfareGroup => organisation_kind_animal_welfare_group,
    HousingCommittee => organisation_kind_housing_committee,
    ImprovementCommittee => organisation_kind_improvement_committee,
    InformalSettlement => organisation_kind_informal_settlement,
    Other => organisation_kind_other,
} }

labelled! { domain::catalogue::ImplantSite {
    LeftNeck => implant_site_left_neck,
    BetweenScapulae => implant_site_between_scapulae,
    Elsewhere => implant_site_elsewhere,
} }

labelled! { domain::catalogue::HoldingProof {
    SimpleDeclaration => holding_proof_simple_declaration,
    SwornDeclaration => holding_proof_sworn_declaration,
    Receipt => holding_proof_receipt,
    TransferForm => holding_proof_transfer_form,
    AdoptionRecord => holding_proof_adoption_record,
    Pedigree => holding_proof_pedigree,
} }

labelled! { domain::picture::PictureKind {
    Animal => picture_kind_animal,
    Paper => picture_kind_paper,
} }

labelled! { domain::catalogue::SanitaryPhase {
    Quarantine => sanitary_phase_quarantine,
    Transition => sanitary_phase_transition,
    Preparation => sanitary_phase_preparation,
    InitialOpening => sanitary_phase_initial_opening,
    AdvancedOpening => sanitary_phase_advanced_opening,
} }

labelled! { domain::catalogue::SterilisationOutcome {
    Performed => sterilisation_outcome_performed,
    Rejected => sterilisation_outcome_rejected,
    Suspended => sterilisation_outcome_suspended,
    Complication => sterilisation_outcome_complication,
    Deceased => sterilisation_outcome_deceased,
} }

labelled! { domain::catalogue::EducationTopic {
    ResponsibleOwnership => education_topic_responsible_ownership,
    Identification => education_topic_identification,
    Sterilisation => education_topic_sterilisation,
    Zoonoses => education_topic_zoonoses,
    PreventiveCare => education_topic_preventive_care,
    WelfareAndBehaviour => education_topic_welfare_and_behaviour,
    DangerousBreeds => education_topic_dangerous_breeds,
    Other => education_topic_other,
} }

labelled! { domain::catalogue::DewormingKind {
    Internal => deworming_kind_internal,
    External => deworming_kind_external,
} }

labelled! { domain::catalogue::coat::Colour {
    Yellow => colour_yellow,
    Blue => colour_blue,
    White => colour_white,
    Brown => colour_brown,
    Cream => colour_cream,
    Grey => colour_grey,
    Orange => colour_orange,
    Black => colour_black,
    Red => colour_red,
} }

labelled! { domain::catalogue::product::Ingredient {
    Praziquantel => ingredient_praziquantel,
    Pyrantel => ingredient_pyrantel,
    Febantel => ingredient_febantel,
    Fenbendazole => ingredient_fenbendazole,
    Fipronil => ingredient_fipronil,
    Permethrin => ingredient_permethrin,
    Imidacloprid => ingredient_imidacloprid,
    Selamectin => ingredient_selamectin,
    Moxidectin => ingredient_moxidectin,
    Ivermectin => ingredient_ivermectin,
    Afoxolaner => ingredient_afoxolaner,
    Fluralaner => ingredient_fluralaner,
    Sarolaner => ingredient_sarolaner,
    Other => ingredient_other,
} }

labelled! { domain::catalogue::product::Route {
    Oral => route_oral,
    Topical => route_topical,
    Subcutaneous => route_subcutaneous,
    Intramuscular => route_intramuscular,
    Collar => route_collar,
} }

labelled! { domain::catalogue::product::ProductObjection {
    PermethrinForCat => product_objection_permethrin_for_cat,
    ExpiredBatch => product_objection_expired_batch,
    MissingWeight => product_objection_missing_weight,
    RepeatedInternalDose => product_objection_repeated_internal_dose,
    TooYoungForFipronil => product_objection_too_young_for_fipronil,
    AboveFipronilBands => product_objection_above_fipronil_bands,
} }

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::catalogue::{KeepingReason, OrganisationKind, Pattern};

    use super::{Labelled, Locale};

    fn are_distinct<T: Labelled>(values: &[T]) -> bool {
        Locale::ALL.into_iter().all(|locale| {
            let names: BTreeSet<_> = values.iter().map(|value| value.label(locale)).collect();
            names.len() == values.len()
        })
    }

    #[test]
    fn no_two_values_of_a_list_share_a_name() {
        assert!(are_distinct(KeepingReason::ALL));
        assert!(are_distinct(OrganisationKind::ALL));
        assert!(are_distinct(Pattern::ALL));
    }
}
