//! Who may do what: the one table of permissions.
//!
//! The generated permission matrix walks over every [`Caller`] and every [`UseCase`]; a use case
//! that is not in the table does not compile.

use crate::catalogue::coded;

coded! {
    /// What a member of staff is.
    pub enum Role {
        /// Accounts, keys and settings; no animal records.
        Admin = "admin",
        /// Everything of the programmes.
        Coordinator = "coordinator",
        /// Registers, operates, signs.
        Veterinarian = "veterinarian",
        /// Registers at own outreaches.
        Operative = "operative",
        /// Reads everything, personal data masked.
        Auditor = "auditor",
    }
}

coded! {
    /// Who asks, as far as permission goes.
    pub enum Caller {
        /// Nobody has signed in.
        Public = "public",
        /// An owner with a code session.
        Owner = "owner",
        /// A paired phone, without a person's session.
        Device = "device",
        /// Staff: operative.
        Operative = "operative",
        /// Staff: veterinarian.
        Veterinarian = "veterinarian",
        /// Staff: coordinator.
        Coordinator = "coordinator",
        /// Staff: auditor.
        Auditor = "auditor",
        /// Staff: administrator.
        Admin = "admin",
    }
}

impl From<Role> for Caller {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Coordinator => Self::Coordinator,
            Role::Veterinarian => Self::Veterinarian,
            Role::Operative => Self::Operative,
            Role::Auditor => Self::Auditor,
        }
    }
}

coded! {
    /// Everything that can be asked of the system, as far as permission goes.
    pub enum UseCase {
        /// Send submissions.
        Submit = "submit",
        /// Record the outcome of a surgery.
        RecordSterilisation = "record_sterilisation",
        /// Correct or annul what oneself recorded, on the same day.
        CorrectOwn = "correct_own",
        /// Correct or annul anything.
        CorrectAny = "correct_any",
        /// Merge and unmerge owners and animals, and move an animal to another owner.
        MergeRecords = "merge_records",
        /// Find owners and animals and see them whole.
        ReadRegistry = "read_registry",
        /// Find owners and animals with personal data masked.
        ReadRegistryMasked = "read_registry_masked",
        /// See the pictures of animals and papers; an auditor those of animals, field staff those
        /// of their own outreaches and records.
        SeePictures = "see_pictures",
        /// See the outreaches one works at.
        ReadOwnOutreaches = "read_own_outreaches",
        /// See every outreach and programme.
        ReadOutreaches = "read_outreaches",
        /// Make and change outreaches, hosts and programmes.
        PlanOutreaches = "plan_outreaches",
        /// Draw one's signature, authorise an outreach, withdraw that.
        SignDocuments = "sign_documents",
        /// Revoke a document: what was issued in one's own name, or any.
        RevokeDocuments = "revoke_documents",
        /// See what was issued in one's own name, as the one who may revoke it.
        RevokeOwnDocuments = "revoke_own_documents",
        /// Revoke any document.
        RevokeAnyDocument = "revoke_any_document",
        /// Record what the municipality decided, attach its certificate.
        DecideRnm = "decide_rnm",
        /// Take the beneficiary and RNM lists out as files.
        Export = "export",
        /// Erase what is known of an owner, on a lawful ground.
        EraseOwner = "erase_owner",
        /// Solve conflicts, quarantined submissions, proposals, requests and bounces.
        SolveTasks = "solve_tasks",
        /// See the outbox and send dead letters again.
        ManageMail = "manage_mail",
        /// See the phones and what is still on them; invite, name, revoke and admit them.
        ManageDevices = "manage_devices",
        /// See what stock there is, who has it and what is odd about it.
        ReadStock = "read_stock",
        /// Receive stock, allot it, take it back, count it, write it off.
        ManageStock = "manage_stock",
        /// Pair the phone in one's hands, at an outreach one works at.
        PairPhone = "pair_phone",
        /// Read the history of a subject and who looked.
        ReadHistory = "read_history",
        /// Invite operatives and veterinarians.
        InviteFieldStaff = "invite_field_staff",
        /// Invite anybody, change roles, disable accounts.
        ManageAccounts = "manage_accounts",
        /// List and rotate signing keys.
        ManageKeys = "manage_keys",
        /// See and end one's own sessions, change one's password.
        ManageOwnAccount = "manage_own_account",
        /// See one's own animals and documents.
        ReadOwnAnimals = "read_own_animals",
        /// Ask for a correction, report an animal lost or found, ask for a new address.
        AskAsOwner = "ask_as_owner",
        /// Verify a document, look a chip up, message an owner, ask for a code, see public figures.
        UsePublicPages = "use_public_pages",
        /// Take earlier registers and lists in, and out again.
        ImportRegisters = "import_registers",
    }
}

/// Whether `caller` may do `use_case` at all; narrower limits (own outreach, same day, own
/// document) are facts and are decided with the command.
#[must_use]
pub const fn allows(caller: Caller, use_case: UseCase) -> bool {
    use Caller::{Admin, Auditor, Coordinator, Device, Operative, Owner, Public, Veterinarian};
    match use_case {
        UseCase::Submit => matches!(caller, Device | Operative | Veterinarian | Coordinator),
        UseCase::RecordSterilisation => matches!(caller, Veterinarian | Coordinator),
        UseCase::CorrectOwn
        | UseCase::ReadOwnOutreaches
        | UseCase::ReadRegistry
        | UseCase::PairPhone => matches!(caller, Operative | Veterinarian | Coordinator),
        UseCase::SeePictures => {
            matches!(caller, Operative | Veterinarian | Coordinator | Auditor)
        }
        UseCase::ReadRegistryMasked
        | UseCase::ReadOutreaches
        | UseCase::ReadStock
        | UseCase::ReadHistory => matches!(caller, Coordinator | Auditor),
        UseCase::CorrectAny
        | UseCase::MergeRecords
        | UseCase::PlanOutreaches
        | UseCase::RevokeAnyDocument
        | UseCase::DecideRnm
        | UseCase::Export
        | UseCase::SolveTasks
        | UseCase::ManageMail
        | UseCase::ManageDevices
        | UseCase::ManageStock => matches!(caller, Coordinator),
        UseCase::SignDocuments | UseCase::RevokeOwnDocuments => matches!(caller, Veterinarian),
        UseCase::RevokeDocuments => matches!(caller, Veterinarian | Coordinator),
        UseCase::InviteFieldStaff | UseCase::EraseOwner => matches!(caller, Coordinator | Admin),
        UseCase::ManageAccounts | UseCase::ManageKeys => matches!(caller, Admin),
        UseCase::ManageOwnAccount => !matches!(caller, Public | Owner | Device),
        UseCase::ReadOwnAnimals | UseCase::AskAsOwner => matches!(caller, Owner),
        UseCase::UsePublicPages => true,
        UseCase::ImportRegisters => matches!(caller, Coordinator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 4 of the contracts, written out. Columns: public, owner, device, operative,
    /// veterinarian, coordinator, auditor, admin.
    const TABLE: &[(&str, &str)] = &[
        ("submit", "--xxxx--"),
        ("record_sterilisation", "----xx--"),
        ("correct_own", "---xxx--"),
        ("correct_any", "-----x--"),
        ("merge_records", "-----x--"),
        ("read_registry", "---xxx--"),
        ("read_registry_masked", "-----xx-"),
        ("see_pictures", "---xxxx-"),
        ("read_own_outreaches", "---xxx--"),
        ("read_outreaches", "-----xx-"),
        ("plan_outreaches", "-----x--"),
        ("sign_documents", "----x---"),
        ("revoke_documents", "----xx--"),
        ("revoke_own_documents", "----x---"),
        ("revoke_any_document", "-----x--"),
        ("decide_rnm", "-----x--"),
        ("export", "-----x--"),
        ("erase_owner", "-----x-x"),
        ("solve_tasks", "-----x--"),
        ("manage_mail", "-----x--"),
        ("manage_devices", "-----x--"),
        ("read_stock", "-----xx-"),
        ("manage_stock", "-----x--"),
        ("pair_phone", "---xxx--"),
        ("read_history", "-----xx-"),
        ("invite_field_staff", "-----x-x"),
        ("manage_accounts", "-------x"),
        ("manage_keys", "-------x"),
        ("manage_own_account", "---xxxxx"),
        ("read_own_animals", "-x------"),
        ("ask_as_owner", "-x------"),
        ("use_public_pages", "xxxxxxxx"),
        ("import_registers", "-----x--"),
    ];

    #[test]
    fn every_caller_may_exactly_what_the_contracts_say() {
        let columns = [
            Caller::Public,
            Caller::Owner,
            Caller::Device,
            Caller::Operative,
            Caller::Veterinarian,
            Caller::Coordinator,
            Caller::Auditor,
            Caller::Admin,
        ];
        assert_eq!(columns.len(), Caller::ALL.len());
        let listed: Vec<_> = TABLE.iter().map(|(code, _)| *code).collect();
        let known: Vec<_> = UseCase::ALL.iter().map(|use_case| use_case.code()).collect();
        assert_eq!(listed, known, "a use case has no row, or stands elsewhere");
        for ((code, row), use_case) in TABLE.iter().zip(UseCase::ALL) {
            let is: String = columns
                .iter()
                .map(|&caller| if allows(caller, *use_case) { 'x' } else { '-' })
                .collect();
            assert_eq!(is, *row, "{code}");
        }
    }

    #[test]
    fn an_administrator_sees_no_animal_records() {
        for use_case in [UseCase::ReadRegistry, UseCase::ReadRegistryMasked, UseCase::Submit] {
            assert!(!allows(Caller::Admin, use_case), "{use_case}");
        }
    }

    #[test]
    fn nobody_without_a_session_does_more_than_the_public_pages() {
        let may = UseCase::ALL.iter().filter(|&&use_case| allows(Caller::Public, use_case));
        assert_eq!(may.copied().collect::<Vec<_>>(), [UseCase::UsePublicPages]);
    }

    #[test]
    fn a_phone_alone_may_only_send_submissions() {
        let may = UseCase::ALL.iter().filter(|&&use_case| allows(Caller::Device, use_case));
        assert_eq!(may.copied().collect::<Vec<_>>(), [UseCase::Submit, UseCase::UsePublicPages]);
    }
}
