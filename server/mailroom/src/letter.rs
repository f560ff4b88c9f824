//! What each mail needs to know. The words stand in `templates/<mail>/`.
//!
//! Every text is ready to print except where a type says otherwise; templates escape for HTML.

use domain::certificate::DocumentKind;
use domain::timestamp::CivilDate;
use serde::{Deserialize, Serialize};

/// One mail's content.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// To the owner: one visit, all its documents.
    Certificate(CertificateLetter),
    /// To the owner: a document was replaced by a corrected one, attached.
    Correction(CorrectionLetter),
    /// To the owner: the municipality approved the registration; the official PDF is attached.
    RnmApproved(RnmApprovedLetter),
    /// To a new member of staff: the one-time link that opens an account.
    Invitation(InvitationLetter),
    /// To a member of staff: the one-time link that sets a new password.
    PasswordReset(PasswordResetLetter),
    /// To the owner: the one-time code of the look-up.
    OwnerCode(OwnerCodeLetter),
    /// To the owner: a one-time link to the own records.
    OwnerLink(OwnerLinkLetter),
    /// To the owner: somebody found the animal. The finder never learns who the owner is.
    FoundPet(FoundPetLetter),
    /// To a coordinator: a mail to an owner came back.
    Bounced(BouncedLetter),
}

impl Letter {
    /// The folder of its templates.
    #[must_use]
    pub const fn folder(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "certificate",
            Self::Correction(_) => "correction",
            Self::RnmApproved(_) => "rnm_approved",
            Self::Invitation(_) => "invitation",
            Self::PasswordReset(_) => "password_reset",
            Self::OwnerCode(_) => "owner_code",
            Self::OwnerLink(_) => "owner_link",
            Self::FoundPet(_) => "found_pet",
            Self::Bounced(_) => "bounced",
        }
    }

    /// Every folder, for the set-up and for tests.
    pub const FOLDERS: [&'static str; 9] = [
        "certificate",
        "correction",
        "rnm_approved",
        "invitation",
        "password_reset",
        "owner_code",
        "owner_link",
        "found_pet",
        "bounced",
    ];
}

/// See [`Letter::Certificate`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CertificateLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// Local day of the visit.
    pub visit_on: CivilDate,
    /// Name of the outreach.
    pub outreach: String,
    /// The animals of the visit that have a document, one or more.
    pub pets: Vec<PetLine>,
    /// Address of the owner's look-up page.
    pub lookup_url: String,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}

/// One animal of a visit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PetLine {
    /// Its name.
    pub name: String,
    /// Its chip in groups, `152 0981 0000 0001`.
    pub chip: String,
    /// Its documents, one or more.
    pub documents: Vec<DocumentLine>,
}

/// One document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentLine {
    /// What it is.
    pub kind: DocumentKind,
    /// Its verification address.
    pub verify_url: String,
}

/// See [`Letter::Correction`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectionLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animal's name, as corrected.
    pub pet_name: String,
    /// Its chip in groups.
    pub chip: String,
    /// The new document.
    pub document: DocumentLine,
}

/// See [`Letter::RnmApproved`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RnmApprovedLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animal's name.
    pub pet_name: String,
    /// Its chip in groups.
    pub chip: String,
    /// The number the RNM gave, opaque.
    pub rnm_number: String,
    /// The commune whose municipality approved.
    pub commune: String,
}

/// See [`Letter::Invitation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InvitationLetter {
    /// The invited person's name.
    pub name: String,
    /// Who invites.
    pub inviter: String,
    /// The role in words.
    pub role: String,
    /// The one-time address.
    pub link: String,
    /// Hours it is good for.
    pub valid_hours: u32,
}

/// See [`Letter::PasswordReset`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordResetLetter {
    /// The person's name.
    pub name: String,
    /// The one-time address.
    pub link: String,
    /// Minutes it is good for.
    pub valid_minutes: u32,
}

/// See [`Letter::OwnerCode`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnerCodeLetter {
    /// The code, as typed.
    pub code: String,
    /// Minutes it is good for.
    pub valid_minutes: u32,
}

/// See [`Letter::OwnerLink`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnerLinkLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The one-time address.
    pub link: String,
    /// Minutes it is good for.
    pub valid_minutes: u32,
}

/// See [`Letter::FoundPet`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundPetLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animal's name.
    pub pet_name: String,
    /// What the finder calls themselves, if they said.
    pub finder_name: Option<String>,
    /// Telephone or e-mail the finder left.
    pub finder_contact: String,
    /// Where the animal is or was seen, if they said.
    pub place: Option<String>,
    /// The finder's words.
    pub message: String,
}

/// See [`Letter::Bounced`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BouncedLetter {
    /// The coordinator's name.
    pub name: String,
    /// The address that refused the mail, masked: `m•••@example.cl`.
    pub masked_address: String,
    /// The animals whose documents did not arrive.
    pub pets: Vec<String>,
    /// The status of RFC 3463, `5.1.1`, if the report had one.
    pub status: Option<String>,
    /// Address of the task.
    pub link: String,
}
