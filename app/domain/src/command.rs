//! Commands: what a person asks to be recorded. A submission carries 1 to 20 of them, in order.

use crate::animal::AnimalDetails;
use crate::booking::Offering;
use crate::catalogue::VitalState;
use crate::catalogue::coded;
use crate::chip_number::ChipNumber;
use crate::id::{AnimalId, BookingId, OwnerId, ProductLotId, ServiceId, StaffId};
use crate::name::ShortText;
use crate::owner::OwnerDetails;
use crate::service::{EducationSession, ServiceDetails};
use crate::stock::LossReason;
use crate::timestamp::{CivilDate, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// A new owner, or one whose document turns out to be known.
    RegisterOwner {
        /// Made on the phone.
        owner: OwnerId,
        /// Who it is.
        details: Box<OwnerDetails>,
    },
    /// The owner's data were wrong or have changed.
    CorrectOwner {
        /// Whose.
        owner: OwnerId,
        /// All of them, as they should be.
        details: Box<OwnerDetails>,
        /// Why.
        reason: CorrectionReason,
    },
    /// A new animal of an owner.
    RegisterAnimal {
        /// Made on the phone.
        animal: AnimalId,
        /// Whose it is.
        owner: OwnerId,
        /// What it is like.
        details: Box<AnimalDetails>,
    },
    /// The animal's data were wrong or have changed, or something was missing.
    CorrectAnimal {
        /// Which.
        animal: AnimalId,
        /// All of them, as they should be; of a completion only what was missing counts.
        details: Box<AnimalDetails>,
        /// Why.
        reason: CorrectionReason,
    },
    /// A chip, a dose or a surgery.
    RecordService {
        /// Made on the phone.
        service: ServiceId,
        /// On which animal.
        animal: AnimalId,
        /// What was done.
        details: Box<ServiceDetails>,
        /// The veterinarian who answers for it; needed for chips and surgeries.
        veterinarian: Option<StaffId>,
    },
    /// People were taught.
    RecordEducation {
        /// Made on the phone.
        service: ServiceId,
        /// About what, and to how many.
        details: EducationSession,
    },
    /// What was recorded of a service is wrong. Its kind, its animal and the number of its chip
    /// stay: who has those wrong annuls it and records another.
    CorrectService {
        /// Which.
        service: ServiceId,
        /// All of it, as it should be. The signature under the consent to a surgery stays as it was
        /// given; one that is named here is not taken.
        details: Box<ServiceDetails>,
        /// The veterinarian who answers for it; needed for chips and surgeries.
        veterinarian: Option<StaffId>,
        /// Why.
        reason: CorrectionReason,
        /// When it was done, where that was recorded wrong; without it that stays.
        #[serde(default)]
        at: Option<Timestamp>,
    },
    /// What was recorded of a teaching session is wrong.
    CorrectEducation {
        /// Which.
        service: ServiceId,
        /// All of it, as it should be.
        details: EducationSession,
        /// Why.
        reason: CorrectionReason,
        /// When it was held, where that was recorded wrong; without it that stays.
        #[serde(default)]
        at: Option<Timestamp>,
    },
    /// A service did not happen, or not to this animal.
    AnnulService {
        /// Which.
        service: ServiceId,
        /// Why.
        reason: ShortText<200>,
    },
    /// Two records are one owner.
    MergeOwners {
        /// The record that stays.
        kept: OwnerId,
        /// The record that becomes an alias.
        merged: OwnerId,
    },
    /// The two were not one after all.
    UnmergeOwner {
        /// The record that stands alone again.
        merged: OwnerId,
    },
    /// Two records are one animal.
    MergeAnimals {
        /// The record that stays.
        kept: AnimalId,
        /// The record that becomes an alias.
        merged: AnimalId,
    },
    /// The two were not one after all.
    UnmergeAnimal {
        /// The record that stands alone again.
        merged: AnimalId,
    },
    /// The animal has a new owner.
    TransferAnimal {
        /// Which.
        animal: AnimalId,
        /// To whom.
        owner: OwnerId,
    },
    /// The animal is lost, found again, or dead.
    SetVitalState {
        /// Which.
        animal: AnimalId,
        /// What it is now.
        state: VitalState,
        /// Since when, as the owner says.
        #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, format = "date"))]
        since: CivilDate,
    },
    /// A chip left the box without coming to an animal. There is no command that takes it back:
    /// one that is found again and implanted counts as implanted, and is named as odd.
    WriteOffChip {
        /// Which.
        chip: ChipNumber,
        /// How.
        reason: LossReason,
    },
    /// Doses left the box without coming to an animal. There is no command that takes them back:
    /// the box is counted, and the difference told.
    WriteOffDoses {
        /// Of which lot.
        lot: ProductLotId,
        /// How many.
        doses: u32,
        /// How.
        reason: LossReason,
    },
    /// The people of a booking came to the submission's outreach, when it was recorded.
    Arrive {
        /// Whose ticket was scanned, or who was found by name.
        booking: BookingId,
        /// The number that the phone gave them, if it had one to give.
        number: Option<u32>,
    },
    /// Somebody came without a booking, and was promised places there.
    WalkIn {
        /// Names the ticket; made on the phone.
        booking: BookingId,
        /// What for.
        offering: Offering,
        /// With how many animals.
        places: u32,
        /// The phone's share that the promise was made out of.
        share: Option<Uuid>,
        /// The number that the phone gave them, if it had one to give.
        number: Option<u32>,
    },
}

coded! {
    /// Why a record is corrected.
    pub enum CorrectionReason {
        /// It was typed wrong.
        Mistyped = "mistyped",
        /// It has changed since.
        Changed = "changed",
        /// The owner asked for it.
        AskedByOwner = "asked_by_owner",
        /// The municipality asked for it.
        AskedByMunicipality = "asked_by_municipality",
        /// What nobody had said before was said: nothing that is known is changed.
        Completed = "completed",
    }
}

impl CorrectionReason {
    /// Those that a person chooses from who puts right what is known.
    pub const CHOSEN: &'static [Self] =
        &[Self::Mistyped, Self::Changed, Self::AskedByOwner, Self::AskedByMunicipality];
}
