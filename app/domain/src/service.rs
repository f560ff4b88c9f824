//! Services: what was done to an animal, or taught to people, at an outreach.

use crate::animal::Drawing;
use crate::catalogue::product::{Ingredient, Route};
use crate::catalogue::{
    DewormingKind, EducationTopic, ImplantSite, Procedure, ProfessionalKind, ReproductiveState,
    SterilisationOutcome, VitalState,
};
use crate::chip_number::ChipNumber;
use crate::name::ShortText;
use crate::timestamp::CivilDate;
use crate::weight::Weight;
use serde::{Deserialize, Serialize};

/// A chip put in or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Microchip {
    /// Implanted now, or verified on an animal that already had it.
    pub procedure: Procedure,
    /// The number.
    pub chip: ChipNumber,
    /// The second capture of the number; a chip has no check digit (ISO 11784), so that two equal
    /// readings are what there is against a slip.
    pub second_reading: ChipNumber,
    /// Where it sits.
    pub site: ImplantSite,
    /// Who held the syringe or the reader.
    pub professional_kind: ProfessionalKind,
}

/// One dose against parasites; internal and external are two services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Deworming {
    /// Against internal or external parasites.
    pub kind: DewormingKind,
    /// The product's name, as printed.
    pub product: ShortText<60>,
    /// What it contains, as far as the rules know it.
    pub ingredients: Vec<Ingredient>,
    /// How it was given.
    pub route: Route,
    /// Batch (*serie*, *lote*) as printed.
    pub batch: ShortText<40>,
    /// Last day of use.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, format = "date"))]
    pub expires_on: CivilDate,
    /// Weight of the animal; a missing one is warned about.
    pub weight: Option<Weight>,
    /// How much was given, as the operative wrote it.
    pub dose: Option<ShortText<60>>,
}

/// A sterilisation and how it ended; its clinical record is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Sterilisation {
    /// How it ended; only performed ones count and are certified.
    pub outcome: SterilisationOutcome,
    /// Weight of the animal.
    pub weight: Option<Weight>,
    /// The owner agreed beforehand (Decreto 2/2015, Salud).
    pub consent: bool,
    /// The owner's finger signature under the consent. Without one it was signed on paper, and
    /// that form is the evidence; so it was, too, where an older app recorded the surgery.
    #[serde(default)]
    pub consent_signature: Option<Drawing>,
    /// What else matters.
    pub remarks: Option<ShortText<400>>,
}

impl Sterilisation {
    /// This surgery with the signature that was given before it was corrected; none without a
    /// consent.
    #[must_use]
    pub fn signed_as(self, before: &Self) -> Self {
        let signature = before.consent_signature.clone().filter(|_| self.consent);
        Self { consent_signature: signature, ..self }
    }
}

/// People taught at an outreach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct EducationSession {
    /// What about.
    pub topic: EducationTopic,
    /// How many listened.
    pub attendants: u32,
    /// How long, in minutes.
    pub minutes: u32,
    /// What was handed out, as the team wrote it (leaflets, leads).
    #[serde(default)]
    pub material: Option<ShortText<120>>,
}

/// What a service is, as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(tag = "service", rename_all = "snake_case")]
pub enum ServiceDetails {
    /// A chip.
    Microchip(Microchip),
    /// A dose.
    Deworming(Deworming),
    /// A surgery.
    Sterilisation(Sterilisation),
}

/// What a service changed on its animal, as it was before: an annulment puts it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateBefore {
    /// The reproductive state, if the service changed it.
    pub reproductive_state: Option<ReproductiveState>,
    /// The vital state and since when, if the service changed it.
    pub vital_state: Option<(VitalState, Option<CivilDate>)>,
}

crate::catalogue::coded! {
    /// How a service is counted in the totals.
    pub enum ServiceKind {
        /// A chip implanted: counts to the target.
        Implantation = "implantation",
        /// A chip verified: does not.
        Verification = "verification",
        /// A dose against internal parasites.
        DewormingInternal = "deworming_internal",
        /// A dose against external parasites.
        DewormingExternal = "deworming_external",
        /// A sterilisation, whatever its outcome.
        Sterilisation = "sterilisation",
    }
}

impl ServiceDetails {
    /// How it is counted.
    #[must_use]
    pub const fn kind(&self) -> ServiceKind {
        match self {
            Self::Microchip(chip) => match chip.procedure {
                Procedure::Implantation => ServiceKind::Implantation,
                Procedure::Verification => ServiceKind::Verification,
            },
            Self::Deworming(dose) => ServiceKind::of_dose(dose.kind),
            Self::Sterilisation(_) => ServiceKind::Sterilisation,
        }
    }
}

impl ServiceKind {
    /// How a dose against these parasites is counted.
    #[must_use]
    pub const fn of_dose(kind: DewormingKind) -> Self {
        match kind {
            DewormingKind::Internal => Self::DewormingInternal,
            DewormingKind::External => Self::DewormingExternal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn surgery(strokes: &str) -> serde_json::Value {
        json!({
            "outcome": "performed",
            "weight": null,
            "consent": true,
            "consent_signature": strokes,
            "remarks": null,
        })
    }

    #[test]
    fn a_surgery_of_an_older_app_is_read_without_a_signature() {
        let mut older = surgery("M1 1L2 2");
        let signed: Sterilisation = serde_json::from_value(older.clone()).unwrap();
        assert_eq!(signed.consent_signature.as_ref().map(Drawing::path), Some("M1 1L2 2"));
        older.as_object_mut().unwrap().remove("consent_signature");
        let on_paper: Sterilisation = serde_json::from_value(older).unwrap();
        assert_eq!(on_paper, Sterilisation { consent_signature: None, ..signed });
    }

    #[test]
    fn a_signature_is_strokes_and_nothing_else() {
        for strokes in ["", "x", "M1 1L2 2\"/><script>", "M1 1L601 3"] {
            let read = serde_json::from_value::<Sterilisation>(surgery(strokes));
            assert!(read.is_err(), "{strokes}");
        }
    }
}
