//! Every reason why something was not done, typed, so that it can be told to a person.
//!
//! A refusal is expected and is no fault: it is an answer. The sentences are made of it by the
//! crate `phrases`, on the server and on the phone alike.

use crate::catalogue::{Species, VitalState};
use crate::field_error::FieldError;
use crate::rnm::RnmState;
use crate::role::UseCase;
use serde::Deserialize;

mod told;

/// Why something was not done.
// Written and read by hand (`told`); what serde is told here is for the API's description as well.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, thiserror::Error)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(tag = "reason", rename_all = "snake_case", try_from = "told::Told")]
#[error("refused: {self:?}")]
pub enum Refusal {
    /// No session, or it has ended.
    SignedOut,
    /// The role does not include this.
    Forbidden {
        /// What was asked for.
        use_case: UseCase,
    },
    /// The act needs a fresh sign-in (signing, authorising, keys).
    SignInAgain,
    /// Values that cannot be taken.
    Invalid {
        /// Each field with its problem.
        fields: Vec<FieldError>,
    },
    /// Too many attempts; none is counted until the time is over.
    TooManyAttempts {
        /// Seconds until the next attempt is looked at.
        retry_after_s: u32,
    },
    /// Address or password are not right; which of the two is not said.
    WrongCredentials,
    /// The password of somebody who is signed in is not right.
    WrongPassword,
    /// The one-time code is not right.
    WrongCode {
        /// Attempts left before the code is void.
        attempts_left: u32,
    },
    /// The link or code was used already, has expired, or never existed.
    LinkUnusable,
    /// Somebody has an account with this address already.
    AccountExists,
    /// The request did not come from one of our pages.
    ForeignOrigin,
    /// More than is taken at once.
    TooLarge,

    /// The same identifier came before with another content.
    IdReused,
    /// The submission's version is older than the server still reads, or newer.
    UnsupportedVersion {
        /// The version that came.
        version: u16,
    },
    /// A submission holds between 1 and 20 commands.
    BadCommandCount,
    /// The text is no submission.
    Unreadable,
    /// The moment of recording lies further ahead of the server's clock than is believable.
    RecordedInFuture,
    /// The moment of recording lies before there was any Huella.
    RecordedLongAgo,

    /// No such outreach.
    OutreachUnknown,
    /// The person does not work at this outreach.
    NotYourOutreach,
    /// The register is open to field staff while they have an outreach that takes services.
    NoOpenOutreach,
    /// The outreach does not take services in its state.
    OutreachNotOpen,
    /// No such owner.
    OwnerUnknown,
    /// No such animal.
    AnimalUnknown,
    /// No such service.
    ServiceUnknown,
    /// No such document.
    DocumentUnknown,
    /// No such phone.
    PhoneUnknown,
    /// The phone is revoked: a coordinator must admit it first.
    PhoneRevoked,
    /// No phone was invited with this code.
    PairingCodeUnknown,
    /// Another phone was paired with this code.
    PairingCodeUsed,
    /// The time to use this code is over.
    PairingCodeExpired,
    /// The phone did not show that it holds the key it names.
    PairingProofWrong,
    /// The record that a picture belongs to is not in the register, or not yet.
    SubmissionNotStored,
    /// No such picture.
    PictureUnknown,
    /// The owner has not consented to photographs of the animal.
    PhotosNotConsented,
    /// The animal has as many pictures in this submission as are taken.
    TooManyPictures,
    /// The bytes that came are not those that were announced; none was kept.
    PictureDamaged,
    /// The bytes are no picture that is taken: no JPEG, too wide, or telling more than the picture.
    PictureUnfit,
    /// The identifier belongs to something else already.
    IdentifierTaken,
    /// The identity document is another owner's: a document is one owner's only.
    DocumentTaken,
    /// What was read has changed meanwhile; nothing was overwritten.
    ChangedMeanwhile,
    /// Something else was asked from the same sheet of the desk before.
    SheetUsed,

    /// The chip is on another animal.
    ChipTaken,
    /// The animal has another chip.
    AnimalHasOtherChip,
    /// The animal already carries this chip: it is a verification, not an implantation.
    ChipAlreadyOnAnimal,
    /// The two readings of the chip differ.
    ChipReadingsDiffer,
    /// The number cannot be implanted (test code, impossible number, unassigned prefix).
    ChipNotImplantable,
    /// The chip is in an animal: it cannot be written off.
    ChipImplanted,
    /// A veterinarian must be named as responsible.
    VeterinarianNeeded,
    /// The named veterinarian is not one of the outreach.
    VeterinarianUnknown,
    /// The product harms this species (permethrin for cats).
    ProductHarmsSpecies {
        /// The species it must not be given to.
        species: Species,
    },
    /// The batch has expired.
    BatchExpired,
    /// No such lot of a product.
    LotUnknown,
    /// The lot is past its day before the outreach that it would go to.
    LotExpiresBefore,
    /// Services bear the number of the lot, which therefore stays.
    LotGiven,
    /// A lot of this batch is known, of a product with another name.
    LotOfAnotherProduct {
        /// The name on record.
        product: String,
    },
    /// A number was received or allotted before: it is in one place only.
    StockTaken,
    /// Not all of it is free: it was not received, or somebody else has it.
    StockNotFree,
    /// The animal is recorded as sterilised already.
    AlreadySterilised,
    /// The owner's consent is missing.
    ConsentMissing,
    /// A dangerous dog needs an adult keeper (Ley 21.020 and Decreto 1007).
    AdultKeeperNeeded,
    /// The animal's state does not admit this.
    NotInThisState {
        /// The state it is in.
        state: VitalState,
    },
    /// The service lies before the animal's birth.
    BeforeBirth,

    /// Already annulled.
    AlreadyAnnulled,
    /// A correction would make another service of it: another kind, or another chip.
    ServiceDiffers,
    /// An operative corrects own records, on the same day; later a coordinator does.
    CorrectionTooLate,
    /// The record was made by somebody else.
    NotYourRecord,
    /// A record cannot be merged with itself.
    MergeWithItself,
    /// The records were merged before.
    AlreadyMerged,
    /// The records are not merged.
    NotMerged,
    /// Animals of different species or sex are not the same animal.
    MergeDiffers,
    /// The animal is with this owner already.
    SameOwner,
    /// The RNM state does not lead there.
    RnmStep {
        /// Where the request stands.
        from: RnmState,
        /// Where it was to go.
        to: RnmState,
    },
    /// The veterinarian has not drawn a signature yet.
    SignatureMissing,
    /// The document is revoked or replaced already.
    DocumentNotValid,
    /// The letter carries a link or a code and goes to its own address only.
    RecipientFixed,
    /// The last administrator cannot be disabled.
    LastAdmin,

    /// The people of this ticket are in already: it was shown twice.
    TicketUsed,
    /// The ticket is not one of this outreach and day, or was given back.
    TicketNotValid,
    /// Nothing is left of what was to be promised.
    NoPlaceLeft,
    /// Somebody has booked: what was promised cannot become something else.
    StillBooked,
    /// Somebody has an hour that the outreach would not last, and no other is left.
    HoursPromised,
    /// The coordination has looked at a refused record and put it away.
    PutAway,
    /// What a phone makes of a reason that its version does not know; no server gives it.
    Unheard {
        /// What was told, as JSON: a later version may know it.
        told: String,
    },
}

impl Refusal {
    /// One field that cannot be taken.
    #[must_use]
    pub fn field(error: FieldError) -> Self {
        Self::Invalid { fields: vec![error] }
    }

    /// Whether a person must compare two records: the answer is then a conflict, not a refusal.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::ChipTaken | Self::AnimalHasOtherChip | Self::TicketUsed)
    }
}
