//! Refusals and field errors as sentences: what happened, what was kept, what to do next.

use domain::field_error::{FieldError, Problem};
use domain::refusal::Refusal;
use domain::unicode::capital;

use crate::label::Labelled;
use crate::{Locale, format, refusal as say};

/// A refusal told to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, one sentence.
    pub happened: String,
    /// What was kept, one sentence.
    pub kept: &'static str,
    /// What to do now, one or two sentences.
    pub next: String,
}

impl Explanation {
    fn new(happened: impl Into<String>, kept: &'static str, next: impl Into<String>) -> Self {
        Self { happened: happened.into(), kept, next: next.into() }
    }

    /// The three as one text, for a mail or a log of the phone.
    #[must_use]
    pub fn sentences(&self) -> String {
        format!("{} {} {}", self.happened, self.kept, self.next)
    }
}

/// Makes [`explain`]: one row per refusal whose sentences are always the same, then one arm for
/// each that shows a fact. The match is exhaustive: a new refusal does not compile without words.
/// Those elsewhere are of what no phone asks for; in its program they have no words of their own.
macro_rules! told {
    (
        $refusal:ident, $locale:ident;
        same { $($variant:ident: $kept:ident, $happened:ident, $next:ident;)+ }
        same_elsewhere {
            $($other:ident: $other_kept:ident, $other_happened:ident, $other_next:ident;)+
        }
        facts { $($pattern:pat => $explanation:expr,)+ }
        facts_elsewhere { $($other_pattern:pat => $other_explanation:expr,)+ }
    ) => {
        /// The refusal in a person's language.
        #[must_use]
        pub fn explain($refusal: &Refusal, $locale: Locale) -> Explanation {
            match $refusal {
                $(Refusal::$variant { .. } => Explanation::new(
                    say::$happened($locale),
                    say::$kept($locale),
                    say::$next($locale),
                ),)+
                $($pattern => $explanation,)+
                $(#[cfg(not(only_field))]
                Refusal::$other { .. } => Explanation::new(
                    say::$other_happened($locale),
                    say::$other_kept($locale),
                    say::$other_next($locale),
                ),)+
                $(#[cfg(not(only_field))]
                $other_pattern => $other_explanation,)+
                #[cfg(only_field)]
                _ => explain(&Refusal::Unheard { told: String::new() }, $locale),
            }
        }
    };
}

told! {
    refusal, locale;
    same {
        SignedOut: kept_form, signed_out_happened, signed_out_next;
        Forbidden: kept_nothing_changed, forbidden_happened, forbidden_next;
        SignInAgain: kept_form, sign_in_again_happened, sign_in_again_next;
        ForeignOrigin: kept_nothing_changed, foreign_origin_happened, foreign_origin_next;
        TooLarge: kept_form, too_large_happened, too_large_next;
        IdReused: kept_record, id_reused_happened, id_reused_next;
        UnsupportedVersion: kept_record, unsupported_version_happened, unsupported_version_next;
        BadCommandCount: kept_record, bad_command_count_happened, bad_command_count_next;
        Unreadable: kept_record, unreadable_happened, unreadable_next;
        RecordedInFuture: kept_record, recorded_in_future_happened, recorded_in_future_next;
        RecordedLongAgo: kept_record, recorded_long_ago_happened, recorded_in_future_next;
        OutreachUnknown: kept_record, outreach_unknown_happened, outreach_unknown_next;
        NotYourOutreach: kept_record, not_your_outreach_happened, not_your_outreach_next;
        NoOpenOutreach: kept_nothing_changed,
            no_open_outreach_happened, no_open_outreach_next;
        OutreachNotOpen: kept_record, outreach_not_open_happened, outreach_not_open_next;
        OwnerUnknown: kept_record, owner_unknown_happened, owner_unknown_next;
        AnimalUnknown: kept_record, animal_unknown_happened, animal_unknown_next;
        ServiceUnknown: kept_record, service_unknown_happened, service_unknown_next;
        PhoneUnknown: kept_nothing_changed, phone_unknown_happened, phone_unknown_next;
        PhoneRevoked: kept_form, phone_revoked_happened, phone_revoked_next;
        PairingCodeUnknown: kept_form, pairing_code_unknown_happened, pairing_code_next;
        PairingCodeUsed: kept_form, pairing_code_used_happened, pairing_code_next;
        PairingCodeExpired: kept_form, pairing_code_expired_happened, pairing_code_next;
        PairingProofWrong: kept_form, pairing_proof_wrong_happened, pairing_proof_wrong_next;
        SubmissionNotStored: kept_picture,
            submission_not_stored_happened, submission_not_stored_next;
        PictureUnknown: kept_nothing_changed, picture_unknown_happened, picture_unknown_next;
        PhotosNotConsented: kept_record, photos_not_consented_happened, photos_not_consented_next;
        TooManyPictures: kept_picture, too_many_pictures_happened, too_many_pictures_next;
        PictureDamaged: kept_picture, picture_damaged_happened, picture_damaged_next;
        PictureUnfit: kept_record, picture_unfit_happened, picture_unfit_next;
        IdentifierTaken: kept_record, identifier_taken_happened, identifier_taken_next;
        DocumentTaken: kept_record, document_taken_happened, document_taken_next;
        ChangedMeanwhile: kept_form, changed_meanwhile_happened, changed_meanwhile_next;
        SheetUsed: kept_form_unchanged, sheet_used_happened, sheet_used_next;
        ChipTaken: kept_record, chip_taken_happened, chip_taken_next;
        AnimalHasOtherChip: kept_record, animal_has_other_chip_happened, animal_has_other_chip_next;
        ChipAlreadyOnAnimal: kept_record,
            chip_already_on_animal_happened, chip_already_on_animal_next;
        ChipReadingsDiffer: kept_record, chip_readings_differ_happened, chip_readings_differ_next;
        ChipNotImplantable: kept_record, chip_not_implantable_happened, chip_not_implantable_next;
        ChipImplanted: kept_record, chip_implanted_happened, chip_implanted_next;
        VeterinarianNeeded: kept_record, veterinarian_needed_happened, veterinarian_needed_next;
        VeterinarianUnknown: kept_record, veterinarian_unknown_happened, veterinarian_unknown_next;
        BatchExpired: kept_record, batch_expired_happened, batch_expired_next;
        LotUnknown: kept_record, lot_unknown_happened, lot_unknown_next;
        AlreadySterilised: kept_record, already_sterilised_happened, already_sterilised_next;
        ConsentMissing: kept_record, consent_missing_happened, consent_missing_next;
        AdultKeeperNeeded: kept_record, adult_keeper_needed_happened, adult_keeper_needed_next;
        BeforeBirth: kept_record, before_birth_happened, before_birth_next;
        AlreadyAnnulled: kept_nothing_changed, already_annulled_happened, already_annulled_next;
        ServiceDiffers: kept_nothing_changed, service_differs_happened, service_differs_next;
        CorrectionTooLate: kept_nothing_changed,
            correction_too_late_happened, correction_too_late_next;
        NotYourRecord: kept_nothing_changed, not_your_record_happened, not_your_record_next;
        TicketUsed: kept_record, ticket_used_happened, ticket_used_next;
        TicketNotValid: kept_record, ticket_not_valid_happened, ticket_not_valid_next;
        NoPlaceLeft: kept_record, no_place_left_happened, no_place_left_next;
        PutAway: kept_record, put_away_happened, put_away_next;
        Unheard: kept_record, unheard_happened, unheard_next;
    }
    same_elsewhere {
        WrongCredentials: kept_nothing_changed, wrong_credentials_happened, wrong_credentials_next;
        WrongPassword: kept_nothing_changed, wrong_password_happened, wrong_password_next;
        LinkUnusable: kept_nothing_changed, link_unusable_happened, link_unusable_next;
        AccountExists: kept_form, account_exists_happened, account_exists_next;
        DocumentUnknown: kept_nothing_changed, document_unknown_happened, document_unknown_next;
        LotExpiresBefore: kept_form, lot_expires_before_happened, lot_expires_before_next;
        LotGiven: kept_form, lot_given_happened, lot_given_next;
        StockTaken: kept_form, stock_taken_happened, stock_taken_next;
        StockNotFree: kept_form, stock_not_free_happened, stock_not_free_next;
        MergeWithItself: kept_nothing_changed, merge_with_itself_happened, merge_with_itself_next;
        AlreadyMerged: kept_nothing_changed, already_merged_happened, already_merged_next;
        NotMerged: kept_nothing_changed, not_merged_happened, not_merged_next;
        MergeDiffers: kept_nothing_changed, merge_differs_happened, merge_differs_next;
        SameOwner: kept_nothing_changed, same_owner_happened, same_owner_next;
        SignatureMissing: kept_nothing_changed, signature_missing_happened, signature_missing_next;
        DocumentNotValid: kept_nothing_changed,
            document_not_valid_happened, document_not_valid_next;
        RecipientFixed: kept_form, recipient_fixed_happened, recipient_fixed_next;
        LastAdmin: kept_nothing_changed, last_admin_happened, last_admin_next;
        StillBooked: kept_form, still_booked_happened, still_booked_next;
        HoursPromised: kept_form_unchanged, hours_promised_happened, hours_promised_next;
    }
    facts {
        Refusal::Invalid { fields } => Explanation::new(
            say::invalid_happened(locale, fields.len() as u64),
            say::kept_form(locale),
            say::invalid_next(locale),
        ),
        Refusal::TooManyAttempts { retry_after_s } => Explanation::new(
            say::too_many_attempts_happened(locale),
            say::kept_nothing_changed(locale),
            say::too_many_attempts_next(locale, u64::from(retry_after_s.div_ceil(60).max(1))),
        ),
        Refusal::ProductHarmsSpecies { species } => Explanation::new(
            say::product_harms_species_happened(locale, species.label(locale)),
            say::kept_record(locale),
            say::product_harms_species_next(locale),
        ),
        Refusal::LotOfAnotherProduct { product } => Explanation::new(
            say::lot_of_another_product_happened(locale, product),
            say::kept_form(locale),
            say::lot_of_another_product_next(locale),
        ),
        Refusal::NotInThisState { state } => Explanation::new(
            say::not_in_this_state_happened(locale, state.label(locale)),
            say::kept_record(locale),
            say::not_in_this_state_next(locale),
        ),
    }
    facts_elsewhere {
        Refusal::WrongCode { attempts_left } => Explanation::new(
            say::wrong_code_happened(locale),
            say::kept_form(locale),
            say::wrong_code_next(locale, u64::from(*attempts_left)),
        ),
        Refusal::RnmStep { from, to } => Explanation::new(
            say::rnm_step_happened(locale, from.label(locale), to.label(locale)),
            say::kept_nothing_changed(locale),
            say::rnm_step_next(locale),
        ),
    }
}

/// What is wrong with one field, as a sentence that says how to put it right.
#[must_use]
pub fn explain_field(error: FieldError, locale: Locale) -> String {
    let problem = match error.code {
        Problem::Empty => return say::problem_empty(locale, error.field.label(locale)),
        Problem::TooLong => match error.field.longest() {
            Some(most) => {
                let most = format::count(most.into(), locale);
                return say::problem_longer_than(locale, most);
            }
            None => say::problem_too_long(locale),
        },
        Problem::TooShort => say::problem_too_short(locale),
        Problem::ForbiddenCharacter => say::problem_forbidden_character(locale),
        Problem::NoLetter => say::problem_no_letter(locale),
        Problem::Unknown => say::problem_unknown(locale),
        Problem::NotANumber => say::problem_not_a_number(locale),
        Problem::TooSmall => say::problem_too_small(locale),
        Problem::TooLarge => say::problem_too_large(locale),
        Problem::Repeated => say::problem_repeated(locale),
        Problem::TooMany => say::problem_too_many(locale),
        Problem::Differs => say::problem_differs(locale),
        Problem::Malformed => say::problem_malformed(locale),
        Problem::NotPdf => say::problem_not_pdf(locale),
        Problem::CutOff => say::problem_cut_off(locale),
        Problem::Guessable => say::problem_guessable(locale),
        Problem::InFuture => say::problem_in_future(locale),
        Problem::TooLongAgo => say::problem_too_long_ago(locale),
        Problem::OtherDay => say::problem_other_day(locale),
        Problem::WrongHour => say::problem_wrong_hour(locale),
        Problem::ClocksChange => say::problem_clocks_change(locale),
        Problem::EndsBefore => say::problem_ends_before(locale),
        Problem::LeavesOutreaches => say::problem_leaves_outreaches(locale),
        Problem::Expired => say::problem_expired(locale),
        Problem::NotAgreed => say::problem_not_agreed(locale),
        Problem::NotSigned => say::problem_consent(locale),
        Problem::AdultKeeper => say::adult_keeper_needed_happened(locale),
        Problem::WrongSpecies => say::problem_wrong_species(locale),
        Problem::ChipAmbiguous => say::problem_chip_ambiguous(locale),
        Problem::ChipNotFifteenDigits => say::problem_chip_not_fifteen_digits(locale),
        Problem::ChipTruncatedHex => say::problem_chip_truncated_hex(locale),
        Problem::ChipNotAnimalCode => say::problem_chip_not_animal_code(locale),
        Problem::ChipNonconforming => say::problem_chip_nonconforming(locale),
        Problem::ChipTest => say::problem_chip_test(locale),
        Problem::ChipOtherPrefix => say::problem_chip_other_prefix(locale),
        Problem::ChipBeforeFirst => say::problem_chip_before_first(locale),
        Problem::ChipRangeTooLong => say::problem_chip_range_too_long(locale),
        Problem::RunMalformed => say::problem_run_malformed(locale),
        Problem::RunWrongDigit => say::problem_run_wrong_digit(locale),
        Problem::RunOutOfRange => say::problem_run_out_of_range(locale),
        Problem::RunSchoolId => say::problem_run_school_id(locale),
        Problem::RunCompany => say::problem_run_company(locale),
        Problem::EmailMissingAt => say::problem_email_missing_at(locale),
        Problem::EmailBadLocalPart => say::problem_email_bad_local_part(locale),
        Problem::EmailBadDomain => say::problem_email_bad_domain(locale),
        Problem::PhoneBadLength => say::problem_phone_bad_length(locale),
        Problem::PhoneBadCharacter => say::problem_phone_bad_character(locale),
        Problem::PhoneBadPrefix => say::problem_phone_bad_prefix(locale),
        Problem::ContactMalformed => say::problem_contact_malformed(locale),
    };
    problem.to_owned()
}

/// The same where the field is not beside it, as in a list of all that is wrong: after the name of
/// the field, unless the sentence has it already.
#[must_use]
pub fn explain_named_field(error: FieldError, locale: Locale) -> String {
    explain_field_as(error, error.field.label(locale), locale)
}

/// The same where the page calls the field otherwise.
#[must_use]
pub fn explain_field_as(error: FieldError, name: &str, locale: Locale) -> String {
    match error.code {
        Problem::Empty => say::problem_empty(locale, name),
        _ => say::problem_of_field(locale, capital(name), explain_field(error, locale)),
    }
}

#[cfg(test)]
mod tests {
    use domain::field_error::Field;
    use domain::rnm::RnmState;

    use super::*;

    #[test]
    fn a_refusal_says_what_happened_what_was_kept_and_what_to_do() {
        let told = explain(&Refusal::TooManyAttempts { retry_after_s: 61 }, Locale::Es);
        assert_eq!(
            told.sentences(),
            "Hubo demasiados intentos seguidos. No se cambió nada. \
             Espere 2 minutos y pruebe de nuevo."
        );
        let (from, to) = (RnmState::Ready, RnmState::CertificateMailed);
        let told = explain(&Refusal::RnmStep { from, to }, Locale::Es);
        assert_eq!(
            told.happened,
            "No se puede pasar de «listo para inscribir» a «certificado enviado»."
        );
    }

    #[test]
    fn an_empty_field_is_named_and_another_problem_is_explained() {
        let error = |code| FieldError { field: Field::PetName, code };
        assert_eq!(
            explain_field(error(Problem::Empty), Locale::Es),
            "Falta este dato: nombre del animal."
        );
        assert_eq!(
            explain_named_field(error(Problem::Empty), Locale::Es),
            "Falta este dato: nombre del animal."
        );
        assert_eq!(
            explain_named_field(error(Problem::TooLong), Locale::Es),
            "Nombre del animal: Es demasiado largo: caben hasta 40 caracteres."
        );
        let long = |field| explain_field(FieldError { field, code: Problem::TooLong }, Locale::Es);
        assert_eq!(long(Field::Message), "Es demasiado largo: caben hasta 1.000 caracteres.");
        assert_eq!(long(Field::Reason), "Es demasiado largo.", "each form takes another");
        let consent = |code| explain_field(FieldError { field: Field::Consent, code }, Locale::Es);
        assert_eq!(consent(Problem::NotAgreed), "Marque la casilla para continuar.");
        assert!(consent(Problem::NotSigned).starts_with("Falta la firma"));
        for &code in Problem::ALL {
            let said = explain_field(error(code), Locale::Es);
            assert!(said.ends_with('.'), "{code}: {said}");
        }
    }
}
