//! Reading and writing a refusal. By hand: what serde derives for an enumeration as long as this
//! one weighs some 50 KB in the phone's program.

use super::Refusal;
use crate::catalogue::{Species, VitalState};
use crate::field_error::FieldError;
use crate::rnm::RnmState;
use crate::role::UseCase;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The reason with the facts of every refusal that has some.
#[derive(Deserialize)]
pub(super) struct Told {
    reason: String,
    use_case: Option<UseCase>,
    fields: Option<Vec<FieldError>>,
    retry_after_s: Option<u32>,
    attempts_left: Option<u32>,
    version: Option<u16>,
    species: Option<Species>,
    state: Option<VitalState>,
    product: Option<String>,
    from: Option<RnmState>,
    to: Option<RnmState>,
    told: Option<String>,
}

/// No such reason, or a fact of it is missing.
#[derive(Debug, thiserror::Error)]
#[error("no such refusal")]
pub(super) struct NoRefusal;

impl TryFrom<Told> for Refusal {
    type Error = NoRefusal;

    fn try_from(told: Told) -> Result<Self, NoRefusal> {
        let plain = PLAIN.iter().find(|(code, _)| *code == told.reason);
        plain.map(|(_, refusal)| refusal.clone()).or_else(|| with_facts(told)).ok_or(NoRefusal)
    }
}

fn with_facts(told: Told) -> Option<Refusal> {
    Some(match told.reason.as_str() {
        "forbidden" => Refusal::Forbidden { use_case: told.use_case? },
        "invalid" => Refusal::Invalid { fields: told.fields? },
        "too_many_attempts" => Refusal::TooManyAttempts { retry_after_s: told.retry_after_s? },
        "wrong_code" => Refusal::WrongCode { attempts_left: told.attempts_left? },
        "unsupported_version" => Refusal::UnsupportedVersion { version: told.version? },
        "product_harms_species" => Refusal::ProductHarmsSpecies { species: told.species? },
        "lot_of_another_product" => Refusal::LotOfAnotherProduct { product: told.product? },
        "not_in_this_state" => Refusal::NotInThisState { state: told.state? },
        "rnm_step" => Refusal::RnmStep { from: told.from?, to: told.to? },
        "unheard" => Refusal::Unheard { told: told.told? },
        _ => return None,
    })
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut told = serializer.serialize_map(None)?;
        told.serialize_entry("reason", self.reason())?;
        match self {
            Self::Forbidden { use_case } => told.serialize_entry("use_case", use_case)?,
            Self::Invalid { fields } => told.serialize_entry("fields", fields)?,
            Self::TooManyAttempts { retry_after_s } => {
                told.serialize_entry("retry_after_s", retry_after_s)?;
            }
            Self::WrongCode { attempts_left } => {
                told.serialize_entry("attempts_left", attempts_left)?;
            }
            Self::UnsupportedVersion { version } => told.serialize_entry("version", version)?,
            Self::ProductHarmsSpecies { species } => told.serialize_entry("species", species)?,
            Self::LotOfAnotherProduct { product } => told.serialize_entry("product", product)?,
            Self::NotInThisState { state } => told.serialize_entry("state", state)?,
            Self::RnmStep { from, to } => {
                told.serialize_entry("from", from)?;
                told.serialize_entry("to", to)?;
            }
            Self::Unheard { told: text } => told.serialize_entry("told", text)?,
            // The others are in the list of those without facts.
            _ => {}
        }
        told.end()
    }
}

impl Refusal {
    /// Its word, where it travels and where it is stored.
    fn reason(&self) -> &'static str {
        match self {
            Self::Forbidden { .. } => "forbidden",
            Self::Invalid { .. } => "invalid",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::WrongCode { .. } => "wrong_code",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::ProductHarmsSpecies { .. } => "product_harms_species",
            Self::LotOfAnotherProduct { .. } => "lot_of_another_product",
            Self::NotInThisState { .. } => "not_in_this_state",
            Self::RnmStep { .. } => "rnm_step",
            Self::Unheard { .. } => "unheard",
            _ => PLAIN.iter().find(|(_, plain)| plain == self).map_or("", |entry| entry.0),
        }
    }
}

macro_rules! plain {
    ($($variant:ident = $code:literal,)+) => {
        /// Those that are their reason and nothing more.
        const PLAIN: &[(&str, Refusal)] = &[$(($code, Refusal::$variant),)+];
    };
}

plain! {
    SignedOut = "signed_out",
    SignInAgain = "sign_in_again",
    WrongCredentials = "wrong_credentials",
    WrongPassword = "wrong_password",
    LinkUnusable = "link_unusable",
    AccountExists = "account_exists",
    ForeignOrigin = "foreign_origin",
    TooLarge = "too_large",
    IdReused = "id_reused",
    BadCommandCount = "bad_command_count",
    Unreadable = "unreadable",
    RecordedInFuture = "recorded_in_future",
    RecordedLongAgo = "recorded_long_ago",
    OutreachUnknown = "outreach_unknown",
    NotYourOutreach = "not_your_outreach",
    NoOpenOutreach = "no_open_outreach",
    OutreachNotOpen = "outreach_not_open",
    OwnerUnknown = "owner_unknown",
    AnimalUnknown = "animal_unknown",
    ServiceUnknown = "service_unknown",
    DocumentUnknown = "document_unknown",
    PhoneUnknown = "phone_unknown",
    PhoneRevoked = "phone_revoked",
    PairingCodeUnknown = "pairing_code_unknown",
    PairingCodeUsed = "pairing_code_used",
    PairingCodeExpired = "pairing_code_expired",
    PairingProofWrong = "pairing_proof_wrong",
    SubmissionNotStored = "submission_not_stored",
    PictureUnknown = "picture_unknown",
    PhotosNotConsented = "photos_not_consented",
    TooManyPictures = "too_many_pictures",
    PictureDamaged = "picture_damaged",
    PictureUnfit = "picture_unfit",
    IdentifierTaken = "identifier_taken",
    DocumentTaken = "document_taken",
    ChangedMeanwhile = "changed_meanwhile",
    SheetUsed = "sheet_used",
    ChipTaken = "chip_taken",
    AnimalHasOtherChip = "animal_has_other_chip",
    ChipAlreadyOnAnimal = "chip_already_on_animal",
    ChipReadingsDiffer = "chip_readings_differ",
    ChipNotImplantable = "chip_not_implantable",
    ChipImplanted = "chip_implanted",
    VeterinarianNeeded = "veterinarian_needed",
    VeterinarianUnknown = "veterinarian_unknown",
    BatchExpired = "batch_expired",
    LotUnknown = "lot_unknown",
    LotExpiresBefore = "lot_expires_before",
    LotGiven = "lot_given",
    StockTaken = "stock_taken",
    StockNotFree = "stock_not_free",
    AlreadySterilised = "already_sterilised",
    ConsentMissing = "consent_missing",
    AdultKeeperNeeded = "adult_keeper_needed",
    BeforeBirth = "before_birth",
    AlreadyAnnulled = "already_annulled",
    ServiceDiffers = "service_differs",
    CorrectionTooLate = "correction_too_late",
    NotYourRecord = "not_your_record",
    MergeWithItself = "merge_with_itself",
    AlreadyMerged = "already_merged",
    NotMerged = "not_merged",
    MergeDiffers = "merge_differs",
    SameOwner = "same_owner",
    SignatureMissing = "signature_missing",
    DocumentNotValid = "document_not_valid",
    RecipientFixed = "recipient_fixed",
    LastAdmin = "last_admin",
    TicketUsed = "ticket_used",
    TicketNotValid = "ticket_not_valid",
    NoPlaceLeft = "no_place_left",
    StillBooked = "still_booked",
    HoursPromised = "hours_promised",
    PutAway = "put_away",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field_error::{Field, Problem};
    use serde_json::{Value, json};
    use utoipa::PartialSchema;

    fn with_all_facts() -> Vec<Refusal> {
        let fields = vec![FieldError { field: Field::Run, code: Problem::Empty }];
        vec![
            Refusal::Forbidden { use_case: UseCase::UsePublicPages },
            Refusal::Invalid { fields },
            Refusal::TooManyAttempts { retry_after_s: 9 },
            Refusal::WrongCode { attempts_left: 0 },
            Refusal::UnsupportedVersion { version: 7 },
            Refusal::ProductHarmsSpecies { species: Species::Cat },
            Refusal::LotOfAnotherProduct { product: "Praziquantel".to_owned() },
            Refusal::NotInThisState { state: VitalState::Deceased },
            Refusal::RnmStep { from: RnmState::Ready, to: RnmState::Approved },
            Refusal::Unheard { told: "{\"reason\":\"\"}".to_owned() },
        ]
    }

    #[test]
    fn every_refusal_is_read_as_it_is_written() {
        let plain: Vec<_> = PLAIN.iter().map(|(_, refusal)| refusal.clone()).collect();
        for (refusal, (code, _)) in plain.iter().zip(PLAIN) {
            assert_eq!(serde_json::to_value(refusal).unwrap(), json!({ "reason": code }));
        }
        let every = [plain, with_all_facts()].concat();
        for refusal in &every {
            let text = serde_json::to_string(refusal).unwrap();
            assert_eq!(&serde_json::from_str::<Refusal>(&text).unwrap(), refusal);
        }
        let schema = serde_json::to_value(Refusal::schema()).unwrap();
        assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(every.len()), "one is missing");
    }

    #[test]
    fn facts_are_written_as_they_were_stored_before() {
        let stored = [
            r#"{"reason":"forbidden","use_case":"use_public_pages"}"#,
            r#"{"reason":"invalid","fields":[{"field":"run","code":"empty"}]}"#,
            r#"{"reason":"too_many_attempts","retry_after_s":9}"#,
            r#"{"reason":"wrong_code","attempts_left":0}"#,
            r#"{"reason":"unsupported_version","version":7}"#,
            r#"{"reason":"product_harms_species","species":"cat"}"#,
            r#"{"reason":"lot_of_another_product","product":"Praziquantel"}"#,
            r#"{"reason":"not_in_this_state","state":"deceased"}"#,
            r#"{"reason":"rnm_step","from":"ready","to":"approved"}"#,
            r#"{"reason":"unheard","told":"{\"reason\":\"\"}"}"#,
        ];
        for (refusal, text) in with_all_facts().iter().zip(stored) {
            assert_eq!(serde_json::to_string(refusal).unwrap(), text);
        }
    }

    #[test]
    fn a_reason_without_its_facts_is_none() {
        for refusal in with_all_facts() {
            let whole = serde_json::to_value(&refusal).unwrap();
            let bare = json!({ "reason": whole["reason"] });
            assert!(serde_json::from_value::<Refusal>(bare).is_err(), "{refusal:?}");
        }
        for other in [json!({ "reason": "unheard_of" }), json!({}), Value::Null] {
            assert!(serde_json::from_value::<Refusal>(other).is_err());
        }
    }
}
