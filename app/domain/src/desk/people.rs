//! Accounts and keys.

use crate::id::StaffId;
use crate::role::Role;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

crate::catalogue::coded! {
    /// Where an account is in its life.
    pub enum AccountState {
        /// The invitation waits.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// Closed.
        Disabled = "disabled",
    }
}

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffLine {
    /// Which.
    pub id: StaffId,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Where it is in its life.
    pub state: AccountState,
    /// Whether a signature was drawn; of veterinarians.
    pub has_signature: bool,
    /// Whether their RUN is known, which who signs certificates needs.
    pub has_run: bool,
    /// Whether the caller may close it or invite again.
    pub may_change: bool,
}

/// The list of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffList {
    /// By name.
    pub rows: Vec<StaffLine>,
    /// The roles that the caller may invite.
    pub may_invite: Vec<Role>,
    /// Whether the caller may change roles.
    pub may_change_roles: bool,
}

/// Whom to invite, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationForm {
    /// Address.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// RUN, for those who sign certificates.
    pub run: String,
    /// Number in a professional register.
    pub registration: String,
}

/// A signing key in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLine {
    /// Its identifier, hexadecimal.
    pub kid: String,
    /// Code of what it signs.
    pub purpose: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When another took its place.
    pub retired_at: Option<Timestamp>,
}

/// The page of the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    /// Newest first.
    pub rows: Vec<KeyLine>,
    /// Whether the password was given a moment ago, as rotating asks for.
    pub is_fresh: bool,
}
