//! The sheets of the register: an owner, an animal, with everything that hangs on them.

use crate::animal::{AnimalDetails, Drawing};
use crate::catalogue::{Species, VitalState};
use crate::chip_number::ChipNumber;
use crate::desk::HistoryLine;
use crate::desk::paper::DocumentLine;
use crate::id::{AnimalId, OwnerId, PictureId, ServiceId, StaffId, SubmissionId};
use crate::owner::OwnerDetails;
use crate::picture::PictureKind;
use crate::rnm::{RnmLack, RnmState};
use crate::service::{ServiceDetails, ServiceKind};
use crate::timestamp::{CivilDate, Timestamp};
use serde::{Deserialize, Serialize};

/// An owner's data as people read them, masked for whom they must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerLines {
    /// Full name.
    pub name: String,
    /// Document.
    pub document: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// Home.
    pub address: Option<String>,
    /// Code of the commune, or in words where somebody lives who lives in none of those known.
    pub commune: Option<String>,
}

/// An animal in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnimalLine {
    /// Which.
    pub id: AnimalId,
    /// Its name.
    pub name: String,
    /// Dog or cat.
    pub species: Species,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Where its request stands.
    pub rnm_state: RnmState,
}

/// An owner that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundOwner {
    /// Which.
    pub id: OwnerId,
    /// What is known.
    pub lines: OwnerLines,
    /// Its animals.
    pub animals: Vec<AnimalLine>,
}

/// What a search of the register found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// At most 20, best match first.
    pub owners: Vec<FoundOwner>,
    /// There are more.
    pub more: bool,
}

/// Somebody looked at an owner's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Code of what was looked at.
    pub kind: String,
    /// Who, when it was a member of staff.
    pub by: Option<String>,
}

/// An owner's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerSheet {
    /// Which.
    pub id: OwnerId,
    /// What is known.
    pub lines: OwnerLines,
    /// The same as typed values, for who may correct them.
    pub details: Option<OwnerDetails>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its animals, the living first.
    pub animals: Vec<AnimalLine>,
    /// Records that were merged into it: identifier, name.
    pub merged: Vec<(OwnerId, String)>,
    /// Who looked, the latest first.
    pub looks: Vec<Look>,
    /// What happened, the latest first.
    pub history: Vec<HistoryLine>,
    /// The identifier that the next act from this page shall have: sent twice, it is done once.
    pub act: SubmissionId,
}

/// How the owner's consent to a surgery is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kept", rename_all = "snake_case")]
pub enum ConsentSheet {
    /// It was signed with the finger.
    Signed {
        /// The signature, for who may see personal data.
        drawing: Option<Drawing>,
    },
    /// No signature is here: it was signed on paper, or its owner was erased.
    Unsigned,
}

/// A service on an animal's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSheet {
    /// Which.
    pub id: ServiceId,
    /// How it is counted.
    pub kind: ServiceKind,
    /// Its local day.
    pub on: CivilDate,
    /// Its moment.
    pub at: Timestamp,
    /// Name of the outreach.
    pub outreach: Option<String>,
    /// Name of the veterinarian who answers for it.
    pub veterinarian: Option<String>,
    /// Who that is.
    pub veterinarian_id: Option<StaffId>,
    /// Who may: the veterinarians of its outreach then, by name; none for who may not correct it.
    pub veterinarians: Vec<(StaffId, String)>,
    /// What was done, without the owner's signature.
    pub details: ServiceDetails,
    /// How the owner agreed to it; none where nobody had to, or did.
    pub consent: Option<ConsentSheet>,
    /// Why it was annulled, if it was.
    pub annulled: Option<String>,
}

/// A picture on an animal's sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureLine {
    /// Which.
    pub id: PictureId,
    /// What it shows.
    pub kind: PictureKind,
    /// When it was taken, by the phone's clock.
    pub taken_at: Timestamp,
}

/// An animal's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnimalSheet {
    /// Which.
    pub id: AnimalId,
    /// Whose.
    pub owner: OwnerId,
    /// The owner's name, masked for whom it must be.
    pub owner_name: String,
    /// Whether the owner has an address for the certificate.
    pub owner_has_email: bool,
    /// What is known.
    pub details: AnimalDetails,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Since when.
    pub vital_since: Option<CivilDate>,
    /// Where its request in the RNM stands.
    pub rnm_state: RnmState,
    /// The number the RNM gave it.
    pub rnm_number: Option<String>,
    /// What the municipality said.
    pub rnm_reason: Option<String>,
    /// What the form of the RNM lacks.
    pub rnm_lacks: Vec<RnmLack>,
    /// Its services, newest first.
    pub services: Vec<ServiceSheet>,
    /// Its documents, newest first.
    pub documents: Vec<DocumentLine>,
    /// Its pictures and those of its papers, as far as the caller may see them, newest first.
    pub pictures: Vec<PictureLine>,
    /// Records that were merged into it: identifier, name.
    pub merged: Vec<(AnimalId, String)>,
    /// What happened, the latest first.
    pub history: Vec<HistoryLine>,
    /// Today, where the programmes are.
    pub today: CivilDate,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// The identifier that the next act from this page shall have: sent twice, it is done once.
    pub act: SubmissionId,
}
