//! What is wrong with one field of a form, as machine codes.
//!
//! The `phrases` crate turns a [`Field`] and a [`Problem`] into a sentence; nothing here is ever
//! shown to a person.

use crate::catalogue::coded;
use crate::contact::Email;
use crate::name::{PersonName, PetName, Remarks};

/// One field that cannot be accepted, and why.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    thiserror::Error,
)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[error("{}: {}", field.code(), code.code())]
pub struct FieldError {
    /// Which field of the form.
    pub field: Field,
    /// What is wrong with it.
    pub code: Problem,
}

impl FieldError {
    /// Ties a problem, or a value's own error, to the field it was typed in.
    pub fn new(field: Field, problem: impl Into<Problem>) -> Self {
        Self { field, code: problem.into() }
    }
}

coded! {
    /// The fields a person can be told about; one form uses each at most once.
    pub enum Field {
        /// The microchip's number.
        Chip = "chip",
        /// The second reading of the microchip's number.
        ChipRepeated = "chip_repeated",
        /// The first microchip of a range.
        FirstChip = "first_chip",
        /// The last microchip of a range.
        LastChip = "last_chip",
        /// The owner's RUN.
        Run = "run",
        /// Another identity document of the owner.
        Document = "document",
        /// The country that issued a passport.
        DocumentCountry = "document_country",
        /// Given names of a person.
        Given = "given",
        /// Surnames of a person.
        Surnames = "surnames",
        /// Full name of a person, in one box.
        PersonName = "person_name",
        /// A telephone.
        Phone = "phone",
        /// An e-mail address.
        Email = "email",
        /// Street and number of a domicile.
        Address = "address",
        /// A commune.
        Commune = "commune",
        /// A neighbourhood unit of the commune.
        NeighbourhoodUnit = "neighbourhood_unit",
        /// Name of the animal.
        PetName = "pet_name",
        /// Species of the animal.
        Species = "species",
        /// Sex of the animal.
        Sex = "sex",
        /// Reproductive state of the animal.
        ReproductiveState = "reproductive_state",
        /// Breed of the animal.
        Breed = "breed",
        /// Colours of the animal's coat.
        Coat = "coat",
        /// Pattern of the animal's coat.
        Pattern = "pattern",
        /// Size of the animal.
        Size = "size",
        /// Date of birth, exact or estimated.
        BirthDate = "birth_date",
        /// How the animal was obtained.
        Acquisition = "acquisition",
        /// Why the animal is kept.
        KeepingReason = "keeping_reason",
        /// Proof of holding the animal.
        HoldingProof = "holding_proof",
        /// The statement of no disqualification.
        NoDisqualification = "no_disqualification",
        /// The statement of being of age.
        Adult = "is_adult",
        /// Where the microchip was put.
        ImplantSite = "implant_site",
        /// Weight of the animal.
        Weight = "weight",
        /// Product given.
        Product = "product",
        /// Batch (serie, lote) of a product.
        Batch = "batch",
        /// Expiry of a product.
        Expiry = "expiry",
        /// Dose given.
        Dose = "dose",
        /// Route of a dose.
        Route = "route",
        /// Outcome of a sterilisation.
        Outcome = "outcome",
        /// The owner's consent.
        Consent = "consent",
        /// The responsible veterinarian.
        Veterinarian = "veterinarian",
        /// Free remarks.
        Remarks = "remarks",
        /// A date.
        Date = "date",
        /// The last day of something that lasts several.
        EndDate = "ends_on",
        /// A time of day.
        Time = "time",
        /// Name of a place, organisation or programme.
        Name = "name",
        /// Host organisation of an outreach.
        Organisation = "organisation",
        /// An outreach.
        Outreach = "outreach",
        /// A programme.
        Programme = "programme",
        /// A number of things.
        Quantity = "quantity",
        /// Who supplied something.
        Supplier = "supplier",
        /// The number of the paper that came with something.
        Paper = "paper",
        /// A phone of the team.
        Device = "device",
        /// How many people listened.
        Attendants = "attendants",
        /// How many minutes something lasted.
        Minutes = "minutes",
        /// A reason given for an act.
        Reason = "reason",
        /// A password.
        Password = "password",
        /// The same password once more.
        PasswordRepeated = "repeated",
        /// A one-time code.
        Code = "code",
        /// The address of a document.
        Link = "link",
        /// A role of a staff member.
        Role = "role",
        /// The number given by the national registry.
        RnmNumber = "rnm_number",
        /// A file sent along.
        File = "file",
        /// What somebody asks to have corrected.
        Correction = "correction",
        /// A message to somebody.
        Message = "message",
        /// A telephone or an e-mail address, in one box.
        Contact = "contact",
    }
}

impl Field {
    /// The most characters of a text, where every form that asks for it takes as many: who is told
    /// that it is too long is told this too.
    #[must_use]
    pub const fn longest(self) -> Option<u16> {
        match self {
            Self::Given | Self::Surnames => Some(PersonName::LONGEST_PART),
            Self::PetName => Some(PetName::LONGEST),
            Self::Message | Self::Correction => Some(Remarks::LONGEST),
            Self::Email => Some(Email::LONGEST),
            Self::Address => Some(120),
            Self::Product | Self::Dose => Some(60),
            Self::Batch => Some(40),
            _ => None,
        }
    }
}

coded! {
    /// What can be wrong with a value, over all fields.
    pub enum Problem {
        /// Nothing was given where something is needed.
        Empty = "empty",
        /// More characters than allowed.
        TooLong = "too_long",
        /// Fewer characters than needed.
        TooShort = "too_short",
        /// Control, invisible or direction-changing characters.
        ForbiddenCharacter = "forbidden_character",
        /// No letter in what should be a name.
        NoLetter = "no_letter",
        /// Not a value of the list.
        Unknown = "unknown",
        /// Not a number.
        NotANumber = "not_a_number",
        /// Below the smallest value.
        TooSmall = "too_small",
        /// Above the largest value.
        TooLarge = "too_large",
        /// The same entry twice in a list.
        Repeated = "repeated",
        /// More entries than a list takes.
        TooMany = "too_many",
        /// Two readings of one value differ.
        Differs = "differs",
        /// Not in the written form asked for.
        Malformed = "malformed",
        /// A file that is no PDF.
        NotPdf = "not_pdf",
        /// A file whose end is missing.
        CutOff = "cut_off",
        /// A password that guessers try first.
        Guessable = "guessable",
        /// A date or an hour that has not come yet.
        InFuture = "in_future",
        /// A date too far back to be true.
        TooLongAgo = "too_long_ago",
        /// Another day than that of the outreach.
        OtherDay = "other_day",
        /// An hour at which it cannot be any more: it has passed, or what it is about is closed.
        WrongHour = "wrong_hour",
        /// It would be over before it began, in the night in which the clocks go forward.
        ClocksChange = "clocks_change",
        /// The last day of something comes before its first.
        EndsBefore = "ends_before",
        /// Outreaches of a programme would be on other days than its own.
        LeavesOutreaches = "leaves_outreaches",
        /// Past its expiry.
        Expired = "expired",
        /// A statement that has to be agreed to was not.
        NotAgreed = "not_agreed",
        /// A consent that somebody has to sign was not signed.
        NotSigned = "not_signed",
        /// The keeper of a potentially dangerous dog is not of age.
        AdultKeeper = "adult_keeper",
        /// Does not go with the species.
        WrongSpecies = "wrong_species",
        /// The chip number can be read in two ways.
        ChipAmbiguous = "chip_ambiguous",
        /// No fifteen-digit chip number in the text.
        ChipNotFifteenDigits = "chip_not_fifteen_digits",
        /// Hexadecimal digits of a chip are missing.
        ChipTruncatedHex = "chip_truncated_hex",
        /// A sixteen-digit hexadecimal code that is not an animal's.
        ChipNotAnimalCode = "chip_not_animal_code",
        /// The chip was read, but is not one that may be implanted.
        ChipNonconforming = "chip_nonconforming",
        /// The chip is a test number.
        ChipTest = "chip_test",
        /// The last chip of a range has another prefix than the first.
        ChipOtherPrefix = "chip_other_prefix",
        /// The last chip of a range comes before the first.
        ChipBeforeFirst = "chip_before_first",
        /// A range has more chips than are taken at once.
        ChipRangeTooLong = "chip_range_too_long",
        /// The RUN is not of the form number and check digit.
        RunMalformed = "run_malformed",
        /// The RUN's check digit does not fit.
        RunWrongDigit = "run_wrong_digit",
        /// The RUN's number is zero or impossible.
        RunOutOfRange = "run_out_of_range",
        /// A provisional school number is not a RUN.
        RunSchoolId = "run_school_id",
        /// A company's RUT where a person's RUN is needed.
        RunCompany = "run_company",
        /// The e-mail address has no `@`, or several.
        EmailMissingAt = "email_missing_at",
        /// The part before the `@` is not valid.
        EmailBadLocalPart = "email_bad_local_part",
        /// The part after the `@` is not valid.
        EmailBadDomain = "email_bad_domain",
        /// A Chilean telephone has nine digits.
        PhoneBadLength = "phone_bad_length",
        /// Letters or signs in a telephone.
        PhoneBadCharacter = "phone_bad_character",
        /// No such telephone prefix.
        PhoneBadPrefix = "phone_bad_prefix",
        /// Neither a telephone nor an e-mail address.
        ContactMalformed = "contact_malformed",
    }
}

/// Gives a value type that is written as text its serde (through its own reading and
/// writing functions) and, on native targets, its place in the OpenAPI description as a string.
macro_rules! text_value {
    ([$($generics:tt)*] $name:ty, $parse:expr, $write:expr, $example:literal $(,)?) => {
        impl<$($generics)*> serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn(&Self) -> String = $write;
                serializer.serialize_str(&write(self))
            }
        }

        impl<'de, $($generics)*> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                $parse(&text).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl<$($generics)*> utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .examples([$example])
                    .into()
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl<$($generics)*> utoipa::ToSchema for $name {}
    };
    ($name:ty, $parse:expr, $write:expr, $example:literal $(,)?) => {
        text_value!([] $name, $parse, $write, $example);
    };
}
pub(crate) use text_value;

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::contact::{Email, EmailError};
    use crate::name::{NameError, PersonName, PetName, Remarks, ShortText};
    use crate::owner::OwnerDetails;
    use crate::service::Deworming;

    /// The most characters of a line, as its type has it.
    fn most_of<T, const N: usize>(_: fn(&T) -> &ShortText<N>) -> Option<u16> {
        u16::try_from(N).ok()
    }

    #[test]
    fn the_limit_that_is_told_is_the_one_that_holds() {
        type IsTooLong = fn(&str) -> bool;
        let table: [(Field, IsTooLong); 6] = [
            (Field::Given, |text| PersonName::mononym(text) == Err(NameError::TooLong)),
            (Field::Surnames, |text| PersonName::parse("Ana", text) == Err(NameError::TooLong)),
            (Field::PetName, |text| PetName::parse(text) == Err(NameError::TooLong)),
            (Field::Message, |text| Remarks::parse(text) == Err(NameError::TooLong)),
            (Field::Correction, |text| Remarks::parse(text) == Err(NameError::TooLong)),
            (Field::Email, |text| Email::parse(text) == Err(EmailError::TooLong)),
        ];
        for (field, is_too_long) in table {
            let longest = usize::from(field.longest().unwrap());
            let is = [longest, longest + 1].map(|length| is_too_long(&"a".repeat(length)));
            assert_eq!(is, [false, true], "{field}");
        }
        let of_owner = most_of(|owner: &OwnerDetails| owner.address.as_ref().unwrap());
        assert_eq!(Field::Address.longest(), of_owner);
        assert_eq!(Field::Product.longest(), most_of(|dose: &Deworming| &dose.product));
        assert_eq!(Field::Batch.longest(), most_of(|dose: &Deworming| &dose.batch));
        let of_dose = most_of(|dose: &Deworming| dose.dose.as_ref().unwrap());
        assert_eq!(Field::Dose.longest(), of_dose);
    }
}
