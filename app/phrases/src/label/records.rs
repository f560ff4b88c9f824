//! Names of what the records, the documents and the forms are made of.

use crate::label::{Labelled, labelled};
use crate::{Locale, catalogue};

labelled! { domain::outreach::OutreachKind {
    ChipAndDeworming => outreach_kind_chip_and_deworming,
    Sterilisation => outreach_kind_sterilisation,
    Education => outreach_kind_education,
    Mixed => outreach_kind_mixed,
    HomeVisits => outreach_kind_home_visits,
} }

labelled! { domain::outreach::OutreachStatus {
    Draft => outreach_status_draft,
    Published => outreach_status_published,
    Open => outreach_status_open,
    UnderWay => outreach_status_under_way,
    Closed => outreach_status_closed,
    Reported => outreach_status_reported,
    Suspended => outreach_status_suspended,
} }

labelled! { domain::role::Role {
    Admin => role_admin,
    Coordinator => role_coordinator,
    Veterinarian => role_veterinarian,
    Operative => role_operative,
    Auditor => role_auditor,
} }

labelled! { domain::chip_number::Reason {
    Empty => chip_reason_empty,
    NotFifteenDigits => chip_reason_not_fifteen_digits,
    Ambiguous => chip_reason_ambiguous,
    TruncatedHex => chip_reason_truncated_hex,
    NotAnimalCode => chip_reason_not_animal_code,
    InvalidPrefix000 => chip_reason_invalid_prefix_000,
    TestPrefix999 => chip_reason_test_prefix_999,
    Above38Bits => chip_reason_above_38_bits,
    UnassignedPrefix => chip_reason_unassigned_prefix,
    SenselessBody => chip_reason_senseless_body,
    LeadingZero => chip_reason_leading_zero,
    Prefix152 => chip_reason_prefix_152,
    SharedPrefix900 => chip_reason_shared_prefix_900,
    DuplicatedRange => chip_reason_duplicated_range,
    ForeignCountry => chip_reason_foreign_country,
} }

labelled! { domain::chip_number::Verdict {
    Accepted => chip_verdict_accepted,
    Warning => chip_verdict_warning,
    Nonconforming => chip_verdict_nonconforming,
    Rejected => chip_verdict_rejected,
} }

labelled! { domain::run::RunReason {
    Empty => run_reason_empty,
    Malformed => run_reason_malformed,
    WrongDigit => run_reason_wrong_digit,
    OutOfRange => run_reason_out_of_range,
    RutCompany => run_reason_rut_company,
    SchoolId => run_reason_school_id,
} }

labelled! { domain::identity::DocumentKind {
    Run => identity_kind_run,
    CompanyRut => identity_kind_company_rut,
    Ipa => identity_kind_ipa,
    Ipe => identity_kind_ipe,
    Passport => identity_kind_passport,
    None => identity_kind_none,
} }

labelled! { domain::identity::SchoolIdKind {
    Ipa => school_id_kind_ipa,
    Ipe => school_id_kind_ipe,
} }

labelled! { domain::certificate::DocumentKind {
    ImplantationVoucher => document_kind_implantation_voucher,
    VerificationVoucher => document_kind_verification_voucher,
    Sterilisation => document_kind_sterilisation,
    Rnm => document_kind_rnm,
} }

labelled! { domain::rnm::RnmState {
    NoChip => rnm_state_no_chip,
    Incomplete => rnm_state_incomplete,
    BlockedNoRun => rnm_state_blocked_no_run,
    Ready => rnm_state_ready,
    Requested => rnm_state_requested,
    Observed => rnm_state_observed,
    Rejected => rnm_state_rejected,
    Approved => rnm_state_approved,
    CertificateMailed => rnm_state_certificate_mailed,
} }

labelled! { domain::rnm::RnmLack {
    Address => rnm_lack_address,
    Commune => rnm_lack_commune,
    Acquisition => rnm_lack_acquisition,
    KeepingReason => rnm_lack_keeping_reason,
    Pattern => rnm_lack_pattern,
    Coat => rnm_lack_coat,
    Breed => rnm_lack_breed,
    BirthDate => rnm_lack_birth_date,
    HoldingProof => rnm_lack_holding_proof,
    NoDisqualification => rnm_lack_no_disqualification,
} }

labelled! { domain::service::ServiceKind {
    Implantation => service_kind_implantation,
    Verification => service_kind_verification,
    DewormingInternal => service_kind_deworming_internal,
    DewormingExternal => service_kind_deworming_external,
    Sterilisation => service_kind_sterilisation,
} }

labelled! { domain::stock::LossReason {
    Lost => loss_reason_lost,
    Spoilt => loss_reason_spoilt,
    Returned => loss_reason_returned,
} }

labelled! { domain::command::CorrectionReason {
    Mistyped => correction_reason_mistyped,
    Changed => correction_reason_changed,
    AskedByOwner => correction_reason_asked_by_owner,
    AskedByMunicipality => correction_reason_asked_by_municipality,
    Completed => correction_reason_completed,
} }

labelled! { domain::field_error::Field {
    Chip => field_chip,
    ChipRepeated => field_chip_repeated,
    FirstChip => field_first_chip,
    LastChip => field_last_chip,
    Run => field_run,
    Document => field_document,
    DocumentCountry => field_document_country,
    Given => field_given,
    Surnames => field_surnames,
    PersonName => field_person_name,
    Phone => field_phone,
    Email => field_email,
    Address => field_address,
    Commune => field_commune,
    NeighbourhoodUnit => field_neighbourhood_unit,
    PetName => field_pet_name,
    Species => field_species,
    Sex => field_sex,
    ReproductiveState => field_reproductive_state,
    Breed => field_breed,
    Coat => field_coat,
    Pattern => field_pattern,
    Size => field_size,
    BirthDate => field_birth_date,
    Acquisition => field_acquisition,
    KeepingReason => field_keeping_reason,
    HoldingProof => field_holding_proof,
    NoDisqualification => field_no_disqualification,
    Adult => field_adult,
    ImplantSite => field_implant_site,
    Weight => field_weight,
    Product => field_product,
    Batch => field_batch,
    Expiry => field_expiry,
    Dose => field_dose,
    Route => field_route,
    Outcome => field_outcome,
    Consent => field_consent,
    Veterinarian => field_veterinarian,
    Remarks => field_remarks,
    Date => field_date,
    EndDate => field_end_date,
    Time => field_time,
    Name => field_name,
    Organisation => field_organisation,
    Outreach => field_outreach,
    Programme => field_programme,
    Quantity => field_quantity,
    Supplier => field_supplier,
    Paper => field_paper,
    Device => field_device,
    Attendants => field_attendants,
    Minutes => field_minutes,
    Reason => field_reason,
    Password => field_password,
    PasswordRepeated => field_password_repeated,
    Code => field_code,
    Link => field_link,
    Role => field_role,
    RnmNumber => field_rnm_number,
    File => field_file,
    Correction => field_correction,
    Message => field_message,
    Contact => field_contact,
} }
