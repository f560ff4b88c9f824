//! Identifiers: one type for each kind of thing, all UUID version 7.
//!
//! They are made outside this crate, on the phone or by `backend::clock`, so that a record has
//! its name before any server has seen it.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use uuid::Uuid;

macro_rules! identifiers {
    ($( $(#[$doc:meta])* $name:ident; )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )* };
}

/// Reads an identifier. What is wrong with one is said to nobody, and the crate's own reader, which
/// finds that out, weighs on a phone.
fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let text = String::deserialize(deserializer)?;
    Uuid::try_parse(&text).map_err(|_| de::Error::custom("no identifier"))
}

identifiers! {
    /// An animal: a dog or a cat.
    AnimalId;
    /// An owner: the person who answers for animals (*tenedor responsable*).
    OwnerId;
    /// A member of staff who signs in.
    StaffId;
    /// A phone or browser that sends submissions.
    DeviceId;
    /// A dated deployment of a team to a place (*operativo*).
    OutreachId;
    /// A place at an outreach, booked by an owner or given to a walk-in.
    BookingId;
    /// A funded programme with its targets.
    ProgrammeId;
    /// A host or partner organisation (*junta de vecinos*, *centro de madres* …).
    OrganisationId;
    /// One passage of one owner at the table, with all its services.
    VisitId;
    /// One service rendered: a chip, a dose, a surgery, a teaching session.
    ServiceId;
    /// One submission: the unit of offline work and its idempotency key for ever.
    SubmissionId;
    /// A picture of an animal or of a paper.
    PictureId;
    /// An issued or waiting document.
    DocumentId;
    /// A message in the outbox.
    MessageId;
    /// Something that waits for a person.
    TaskId;
    /// A delivery of chips, as its paper lists them.
    ChipLotId;
    /// A lot of a product against parasites.
    ProductLotId;
    /// A server-side session of a member of staff or an owner.
    SessionId;
    /// An earlier register or list that is taken in.
    ImportId;
}

impl SubmissionId {
    /// When it was made, by the clock of its phone: the first 48 bits (RFC 9562, 5.7).
    #[must_use]
    pub fn made_at(self) -> Timestamp {
        Timestamp(i64::try_from(self.0.as_u128() >> 80).unwrap_or(i64::MAX))
    }
}
