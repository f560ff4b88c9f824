//! What a document says: fixed when it is issued, nothing to be looked up when it is printed.

use crate::animal::{Birth, Drawing};
use crate::catalogue::breed::Breed;
use crate::catalogue::coat::Coat;
use crate::catalogue::{
    ImplantSite, Pattern, Procedure, ProfessionalKind, ReproductiveState, Sex, Species, coded,
};
use crate::certificate::{CertificatePayload, DocumentKind};
use crate::chip_number::ChipNumber;
use crate::id::DocumentId;
use crate::identity::IdentityDocument;
use crate::run::Run;
use crate::territory::Commune;
use crate::timestamp::{CivilDate, Timestamp};
use crate::weight::Weight;
use serde::{Deserialize, Serialize};

/// All that stands on a microchip voucher or a sterilisation certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// The document's identifier.
    pub document: DocumentId,
    /// The document that this one replaces, if it is a correction.
    pub replaces: Option<DocumentId>,
    /// Local day of issue.
    pub issued_on: CivilDate,
    /// Name of the issuing body.
    pub issuer: String,
    /// The programme's name.
    pub programme: String,
    /// Who answers for the animal.
    pub owner: PrintedOwner,
    /// The animal.
    pub animal: PrintedAnimal,
    /// What was done.
    pub service: PrintedAct,
    /// When and where.
    pub place: PrintedPlace,
    /// Who did it: the responsible veterinarian or a technician.
    pub performer: PrintedPerformer,
    /// The responsible veterinarian.
    pub veterinarian: PrintedVeterinarian,
    /// The whole signed address, `HTTPS://HOST/V/…`: the QR, and the link of the page.
    pub verify_url: String,
    /// Whether the document is demonstration: watermark and statement.
    pub demonstration: bool,
}

/// The owner, as Ley 21.020 art. 17 asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedOwner {
    /// Full name.
    pub full_name: String,
    /// Identity document.
    pub document: IdentityDocument,
    /// Street address.
    pub address: Option<String>,
    /// Where the owner lives: the commune's name, or what was said in its place.
    pub commune: Option<String>,
}

/// The animal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedAnimal {
    /// Name, printed large.
    pub name: String,
    /// Chip; a sterilised animal may have none.
    pub chip: Option<ChipNumber>,
    /// Species.
    pub species: Species,
    /// Sex.
    pub sex: Sex,
    /// Breed.
    pub breed: Option<Breed>,
    /// One to three colours, the main one first.
    pub coat: Option<Coat>,
    /// Pattern of the coat.
    pub pattern: Option<Pattern>,
    /// Birth date, if known or estimated.
    pub birth: Option<Birth>,
    /// Reproductive state after the visit.
    pub reproductive_state: ReproductiveState,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrintedAct {
    /// A chip implanted or verified: the microchip voucher.
    Chip {
        /// Implantation or verification.
        procedure: Procedure,
        /// Where the chip sits.
        site: ImplantSite,
    },
    /// A sterilisation performed: its certificate.
    Sterilisation {
        /// Weight at surgery.
        weight: Option<Weight>,
    },
}

/// When and where it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedPlace {
    /// Local day of the service.
    pub on: CivilDate,
    /// What the outreach is called.
    pub outreach: String,
    /// Its commune.
    pub commune: Commune,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedPerformer {
    /// Full name.
    pub full_name: String,
    /// Veterinarian (MV) or technician (TV).
    pub kind: ProfessionalKind,
}

/// The responsible veterinarian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedVeterinarian {
    /// Full name.
    pub full_name: String,
    /// RUN of the identity card.
    pub run: Option<Run>,
    /// Professional registration, when there is one.
    pub registration: Option<String>,
    /// The drawn signature, under an authorisation of the outreach (Ley 19.799).
    pub drawing: Drawing,
}

coded! {
    /// Where a document is in its life.
    pub enum DocumentState {
        /// The veterinarian has not authorised the outreach yet.
        Waiting = "waiting",
        /// In force.
        Issued = "issued",
        /// A corrected one took its place.
        Replaced = "replaced",
        /// The veterinarian in whose name it stands, or a coordinator, revoked it.
        Revoked = "revoked",
        /// What it certified is no longer so: the service was annulled, or the animal went to
        /// another owner.
        Withdrawn = "withdrawn",
    }
}

/// What is known of a document whose signed text is shown to us. No datum of the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verification {
    /// Our signature, and the document is in force.
    Valid {
        /// What it says.
        document: Shown,
    },
    /// A phone's provisional certificate: its key has our word, and there is nothing final yet.
    Provisional {
        /// What it says.
        document: Shown,
        /// When it ends, unless a final one takes its place before.
        until: Timestamp,
    },
    /// Our signature, but a corrected document took its place; or, of a provisional certificate,
    /// the final one.
    Replaced {
        /// What it said.
        document: Shown,
        /// When.
        at: Timestamp,
        /// The path of the final one's verification; of a provisional certificate only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Our signature, but it was revoked; of a provisional certificate, the phone was.
    Revoked {
        /// What it said.
        document: Shown,
        /// When.
        at: Timestamp,
    },
    /// Our signature, but the service it certified was annulled; or, of a provisional certificate,
    /// the record was not taken, is one that nothing certifies, or its final one was revoked.
    Withdrawn {
        /// What it said.
        document: Shown,
        /// When.
        at: Timestamp,
    },
    /// A provisional certificate whose time is over, or of a day that is not the phone's, without
    /// a final one.
    Expired {
        /// What it said.
        document: Shown,
        /// Until when it could count.
        at: Timestamp,
    },
    /// Our signature, on a document this database does not know.
    Unknown {
        /// What it says.
        document: Shown,
    },
    /// It looks like ours, but the signature does not hold; or a provisional certificate says
    /// something else of its service than the register.
    Altered,
    /// Not one of our documents.
    NotOurs,
}

/// What a verification shows of a document: the animal, never the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Shown {
    /// The document; of a provisional certificate, the service.
    pub id: DocumentId,
    /// What it is.
    pub kind: DocumentKind,
    /// Local day of issue.
    pub issued_on: CivilDate,
    /// The chip, when the animal has one.
    pub chip: Option<ChipNumber>,
    /// Species.
    pub species: Species,
    /// Sex.
    pub sex: Sex,
    /// The animal's name; of a document that is not here, as much as its signed text holds.
    pub pet_name: String,
    /// The programme's name; of a document that is not here, its short number.
    pub programme: String,
}

/// What a signed text says; a chip of zero is none.
impl From<CertificatePayload> for Shown {
    fn from(payload: CertificatePayload) -> Self {
        let chip = ChipNumber::from_digits(&format!("{:015}", payload.chip)).ok();
        Self {
            id: payload.document,
            kind: payload.kind,
            issued_on: payload.issued_on,
            chip: chip.filter(|_| payload.chip != 0),
            species: payload.species,
            sex: payload.sex,
            pet_name: payload.pet_name,
            programme: payload.programme,
        }
    }
}
