//! Who asks, and whether their role includes what they ask for.

use domain::id::{DeviceId, OwnerId, SessionId, StaffId};
use domain::refusal::Refusal;
use domain::role::{Caller, Role, UseCase, allows};
use uuid::Uuid;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff with a session.
    Staff {
        /// Who.
        id: StaffId,
        /// What they are.
        role: Role,
    },
    /// An owner with a code session.
    Owner {
        /// Who.
        owner: OwnerId,
        /// In which session.
        session: SessionId,
    },
    /// A paired phone.
    Device {
        /// Which one.
        device: DeviceId,
        /// Who prepared it.
        staff: StaffId,
    },
    /// Nobody who is known.
    Public,
    /// The program itself: workers and the command line.
    System,
}

impl Actor {
    /// What the permission table calls this actor; nothing for the program itself.
    #[must_use]
    pub fn caller(&self) -> Option<Caller> {
        match self {
            Self::Staff { role, .. } => Some((*role).into()),
            Self::Owner { .. } => Some(Caller::Owner),
            Self::Device { .. } => Some(Caller::Device),
            Self::Public => Some(Caller::Public),
            Self::System => None,
        }
    }

    /// Code of the kind of actor, as the history keeps it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Staff { .. } => "staff",
            Self::Owner { .. } => "owner",
            Self::Device { .. } => "device",
            Self::Public => "public",
            Self::System => "system",
        }
    }

    /// Which one, as the history keeps it: of a device, the person who prepared it.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Staff { id, .. } => Some(id.0),
            Self::Owner { owner, .. } => Some(owner.0),
            Self::Device { staff, .. } => Some(staff.0),
            Self::Public | Self::System => None,
        }
    }
}

/// Whether `actor` may do `use_case` at all (contracts section 4). The program itself may.
///
/// # Errors
/// [`Refusal::SignedOut`] for nobody known, [`Refusal::Forbidden`] for the others.
pub fn authorise(actor: &Actor, use_case: UseCase) -> Result<(), Refusal> {
    match actor.caller() {
        None => Ok(()),
        Some(caller) if allows(caller, use_case) => Ok(()),
        Some(Caller::Public) => Err(Refusal::SignedOut),
        Some(_) => Err(Refusal::Forbidden { use_case }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_is_asked_to_sign_in_and_others_are_forbidden() {
        let id = StaffId(Uuid::nil());
        let operative = Actor::Staff { id, role: Role::Operative };
        let refused = Refusal::Forbidden { use_case: UseCase::ManageKeys };
        assert_eq!(authorise(&operative, UseCase::ManageKeys), Err(refused));
        assert_eq!(authorise(&Actor::Public, UseCase::ManageKeys), Err(Refusal::SignedOut));
        assert_eq!(authorise(&Actor::System, UseCase::ManageKeys), Ok(()));
        assert_eq!(authorise(&Actor::Public, UseCase::UsePublicPages), Ok(()));
    }
}
