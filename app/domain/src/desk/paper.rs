//! Documents and the hand that signs them.

use crate::animal::Drawing;
use crate::certificate::DocumentKind;
use crate::document::DocumentState;
use crate::id::{AnimalId, DocumentId};
use crate::outreach::Outreach;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A document in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// Which.
    pub id: DocumentId,
    /// What it is.
    pub kind: DocumentKind,
    /// Waiting, in force, replaced, revoked.
    pub state: DocumentState,
    /// When it was made, or issued.
    pub at: Timestamp,
    /// Of which animal.
    pub animal: AnimalId,
    /// The animal's name.
    pub animal_name: String,
    /// Name of the outreach.
    pub outreach: Option<String>,
    /// Why it ended: a code or a person's words.
    pub ended: Option<String>,
    /// Whether there are bytes to open: those of a waiting one are not made yet.
    pub has_file: bool,
    /// Whether it can have a slip: it is in force or waits.
    pub may_have_slip: bool,
    /// Whether it has one.
    pub has_slip: bool,
    /// Whether the slip's code was tried too often and opens nothing.
    pub slip_is_void: bool,
}

/// An outreach that a veterinarian may authorise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorisationLine {
    /// The outreach.
    pub outreach: Outreach,
    /// When it was authorised, if it is now.
    pub authorised_at: Option<Timestamp>,
    /// Documents in the veterinarian's name that wait.
    pub waiting: u32,
}

/// The page of one's own signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureDesk {
    /// The drawing.
    pub drawing: Option<Drawing>,
    /// When it was drawn.
    pub drawn_at: Option<Timestamp>,
    /// Own outreaches, and others where something waits or that are authorised, the latest first.
    pub outreaches: Vec<AuthorisationLine>,
    /// Whether the password was given a moment ago, as authorising asks for.
    pub is_fresh: bool,
}

/// One page of the documents in one's own name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDocuments {
    /// Newest first.
    pub rows: Vec<DocumentLine>,
    /// The page, from 1.
    pub page: u32,
    /// There are more.
    pub more: bool,
}
