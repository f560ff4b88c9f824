//! What the server tells the field app and the coordination pages: wire types, nothing derived.

use crate::animal::AnimalDetails;
use crate::catalogue::VitalState;
use crate::chip_number::ChipNumber;
use crate::id::{AnimalId, DocumentId, OutreachId, OwnerId, ServiceId, StaffId};
use crate::outreach::{Outreach, ResponsibleVeterinarian};
use crate::owner::OwnerDetails;
use crate::rnm::{RnmLack, RnmState};
use crate::role::Role;
use crate::service::ServiceKind;
use crate::submission::Masked;
use crate::timestamp::{CivilDate, Timestamp, Zone};
use serde::{Deserialize, Serialize};

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct StaffView {
    /// The account.
    pub id: StaffId,
    /// The full name.
    pub name: String,
    /// What the person may do.
    pub role: Role,
}

/// Everything the field page needs before the first visit (`GET /api/v1/field/setup`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct FieldSetup {
    /// Who is signed in.
    pub staff: StaffView,
    /// The server's clock at the answer, to measure the phone's by.
    pub server_now: Timestamp,
    /// Changes of `America/Santiago` in these years.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = Vec<Object>))]
    pub zone: Zone,
    /// Whether the database is marked as demonstration, so that test chips (999) may be used.
    pub demonstration: bool,
    /// Where verification links start, `HTTPS://HOST` in capitals.
    pub link_prefix: String,
    /// The outreaches the person works at that take services, nearest day first; with today's that
    /// was called off, where there may have been some before.
    pub outreaches: Vec<OutreachView>,
    /// The keys that sign receipts, retired ones too; a set-up that an older server gave has none.
    #[serde(default)]
    pub receipt_keys: Vec<ReceiptKey>,
    /// The keys that sign delegations, retired ones too: by them a phone checks the provisional
    /// certificate of another without signal. A set-up that an older server gave has none.
    #[serde(default)]
    pub delegation_keys: Vec<ReceiptKey>,
}

/// The public half of a key that signs receipts or delegations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ReceiptKey {
    /// Its identifier as in `Receipt::kid` and `Delegation::kid`, in hexadecimal.
    pub kid: String,
    /// Its 32 bytes, base64url without padding, as in a JSON Web Key.
    pub key: String,
}

impl ReceiptKey {
    /// The keys that a phone goes by after the server has told some: it does not give up those that
    /// it knows for none, or nothing would be checked any more.
    #[must_use]
    pub fn told(told: Vec<Self>, known: Vec<Self>) -> Vec<Self> {
        if told.is_empty() { known } else { told }
    }
}

/// One outreach as the team sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct OutreachView {
    /// The outreach itself.
    pub outreach: Outreach,
    /// The names of the programmes that pay for it, its own first.
    pub programme: String,
    /// The short number of the one that pays for chips, which stands in their certificates; zero
    /// in what an older server gave.
    #[serde(default)]
    pub programme_number: u16,
    /// The same of the one that pays for surgeries, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surgery_programme_number: Option<u16>,
    /// The name of its host, if any.
    pub host: Option<String>,
    /// The veterinarians who may answer for its services.
    pub veterinarians: Vec<ResponsibleVeterinarian>,
    /// Services stored so far, by kind.
    pub counts: Vec<ServiceCount>,
    /// The public half of its recovery key, to which a phone seals copies of its records: an
    /// uncompressed point of P-256, 65 bytes in base64url without padding. The set-up of a phone
    /// tells it; an older server told none, and the coordination's pages need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_key: Option<String>,
}

/// How many services of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ServiceCount {
    /// The kind.
    pub kind: ServiceKind,
    /// How many.
    pub count: u32,
}

/// A search in the register (`POST /api/v1/field/search`; a body, for a query holds personal data).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct SearchRequest {
    /// A chip, a RUN, a telephone, or names in any order.
    pub text: String,
}

/// What a search found: at most 20 owners.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct SearchResult {
    /// The owners, best match first, each with all its animals.
    pub owners: Vec<OwnerCard>,
    /// There are more than were sent.
    pub more: bool,
}

/// A page of the owners and animals that a phone takes along to an outreach
/// (`GET /api/v1/field/pack/{id}`), in the order of the owners' identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PackPage {
    /// At most 256 owners, each with all its animals.
    pub owners: Vec<OwnerCard>,
    /// The line by which each of them is found, in the same order ([`crate::pack::line`]).
    pub lines: Vec<String>,
    /// Owners on all pages together.
    pub total: u32,
    /// There are more than a pack holds; those who changed last were taken.
    pub more: bool,
    /// What the first page says here asks later for what has changed since.
    pub as_of: Timestamp,
    /// Where the next page begins; none on the last one.
    pub next: Option<OwnerId>,
    /// On the first page of what has changed since: owners who are no part of it any more, as they
    /// were erased, merged into another, moved away, or what was done here was taken back. Among
    /// them may be some who never were.
    #[serde(default)]
    pub gone: Vec<OwnerId>,
    /// A short tag of the place that decides who belongs here; the phone sends it with each later
    /// question.
    #[serde(default)]
    pub place: String,
    /// Whatever was asked, this is the first page of everything: what the phone took along before
    /// is of another place, or too old to be topped up, and has to be dropped.
    #[serde(default)]
    pub anew: bool,
}

/// An owner with its animals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct OwnerCard {
    /// The owner.
    pub id: OwnerId,
    /// What is known.
    pub details: OwnerDetails,
    /// Its animals, the living first.
    pub animals: Vec<AnimalCard>,
}

/// An animal as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct AnimalCard {
    /// The animal.
    pub id: AnimalId,
    /// Whose it is.
    pub owner: OwnerId,
    /// What is known.
    pub details: AnimalDetails,
    /// Its chip, if any.
    pub chip: Option<ChipNumber>,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Where its request in the RNM stands.
    pub rnm_state: RnmState,
    /// The number the RNM gave it, as opaque text.
    pub rnm_number: Option<String>,
    /// What the RNM's form still lacks.
    pub rnm_lacks: Vec<RnmLack>,
    /// Its services, newest first.
    pub services: Vec<ServiceLine>,
}

/// A service as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ServiceLine {
    /// Which.
    pub id: ServiceId,
    /// What.
    pub kind: ServiceKind,
    /// Its local day.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, format = "date"))]
    pub on: CivilDate,
    /// At which outreach, if any.
    pub outreach: Option<OutreachId>,
    /// It was annulled and does not count.
    pub annulled: bool,
    /// Its document, if it has one.
    pub document: Option<DocumentId>,
}

/// Asks what is known of a chip (`POST /api/v1/field/chip`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ChipRequest {
    /// The number.
    pub chip: ChipNumber,
}

/// What is known of a chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(tag = "status", rename_all = "snake_case", try_from = "ChipTold")]
pub enum ChipStatus {
    /// On no animal of the register.
    Free,
    /// On this animal.
    OnAnimal {
        /// As much of it as may be shown.
        other: Box<Masked>,
    },
}

/// A status with the facts of each. What serde derives to read by a tag would be the only such
/// reader in the phone's program, and weighs 10 KB there.
#[derive(Deserialize)]
struct ChipTold {
    status: String,
    other: Option<Masked>,
}

/// No such status, or a fact of it is missing.
#[derive(Debug, thiserror::Error)]
#[error("no such status of a chip")]
struct NoStatus;

impl TryFrom<ChipTold> for ChipStatus {
    type Error = NoStatus;

    fn try_from(told: ChipTold) -> Result<Self, NoStatus> {
        match (told.status.as_str(), told.other) {
            ("free", _) => Ok(Self::Free),
            ("on_animal", Some(other)) => Ok(Self::OnAnimal { other: Box::new(other) }),
            _ => Err(NoStatus),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Sex, Species};
    use serde_json::json;

    #[test]
    fn what_is_known_of_a_chip_is_read_as_it_is_written() {
        let other = Box::new(Masked {
            animal: None,
            name: "P···".to_owned(),
            species: Species::Dog,
            sex: Sex::Female,
            commune: None,
            chip: None,
            registered_at: Timestamp(0),
        });
        for status in [ChipStatus::Free, ChipStatus::OnAnimal { other }] {
            let text = serde_json::to_string(&status).unwrap();
            assert_eq!(serde_json::from_str::<ChipStatus>(&text).unwrap(), status, "{text}");
        }
        for wrong in [json!({ "status": "on_animal" }), json!({ "status": "lost" }), json!({})] {
            assert!(serde_json::from_value::<ChipStatus>(wrong).is_err());
        }
    }

    #[test]
    fn a_phone_does_not_give_up_the_keys_it_knows_for_none() {
        let key = |kid: &str| vec![ReceiptKey { kid: kid.to_owned(), key: String::new() }];
        assert_eq!(ReceiptKey::told(Vec::new(), key("a")), key("a"));
        assert_eq!(ReceiptKey::told(key("b"), key("a")), key("b"));
        assert_eq!(ReceiptKey::told(Vec::new(), Vec::new()), Vec::new());
    }
}
