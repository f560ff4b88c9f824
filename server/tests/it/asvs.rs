//! Goal R9: what level 2 of the OWASP Application Security Verification Standard (ASVS 5.0) asks
//! of a program like this one, in our words and by section, each with the test that shows it; and
//! what is not met or does not apply, with the reason. A test that is renamed or taken away takes
//! its row along, or this test fails.

use std::path::Path;

/// Section, what it asks, file and name of the test.
const MET: &[(&str, &str, &str, &str)] = &[
    (
        "1.2",
        "text is escaped where it is put",
        "server/tests/it/accounts.rs",
        "hostile_values_in_forms_are_refused_in_words",
    ),
    (
        "1.2",
        "statements take values as parameters",
        "server/tests/it/hostile.rs",
        "nothing_that_is_sent_to_a_door_is_a_fault_of_ours",
    ),
    (
        "1.2",
        "no cell of a list is run as a formula",
        "app/domain/src/spreadsheet.rs",
        "no_cell_is_run_or_rounded",
    ),
    (
        "2.2",
        "input is read into values before it is used",
        "server/tests/it/hostile.rs",
        "hostile_words_about_a_known_record_are_refused_in_words",
    ),
    (
        "2.3",
        "steps are done whole or not at all",
        "server/tests/it/aborted.rs",
        "a_thousand_aborted_uploads_leave_nothing_half_and_no_transaction_open",
    ),
    (
        "2.4",
        "automation is held back",
        "server/tests/it/headers.rs",
        "a_flood_from_one_address_is_held_and_said_so",
    ),
    (
        "3.2",
        "a file is never taken for a page",
        "server/tests/it/headers.rs",
        "documents_lists_and_files_are_protected_like_pages",
    ),
    (
        "3.3",
        "cookies: __Host-, Secure, HttpOnly, SameSite",
        "server/tests/it/accounts.rs",
        "the_cookie_is_out_of_reach_of_scripts_and_other_sites",
    ),
    (
        "3.4",
        "HSTS for a year with subdomains",
        "server/tests/it/headers.rs",
        "over_https_browsers_are_told_to_stay_there",
    ),
    (
        "3.4",
        "a content security policy on every answer",
        "server/tests/it/headers.rs",
        "every_answer_carries_the_security_headers",
    ),
    (
        "3.4",
        "a nonce for each hydrated page",
        "server/tests/it/headers.rs",
        "a_hydrated_page_runs_only_what_carries_the_nonce_of_its_request",
    ),
    (
        "3.5",
        "a change comes from our own pages",
        "server/tests/it/headers.rs",
        "a_form_from_another_site_changes_nothing",
    ),
    (
        "3.5",
        "a session's change says where it comes from",
        "server/tests/it/headers.rs",
        "a_change_with_a_session_says_where_it_comes_from",
    ),
    ("3.5", "a GET changes nothing", "server/tests/it/doors.rs", "a_get_changes_nothing"),
    (
        "3.7",
        "no redirection out of the site",
        "server/tests/it/accounts.rs",
        "after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere",
    ),
    (
        "4.1",
        "other methods are refused",
        "server/tests/it/doors.rs",
        "an_address_without_a_row_is_not_there",
    ),
    (
        "4.1",
        "an address behind a proxy cannot be forged",
        "server/src/layers/flood.rs",
        "a_client_cannot_forge_its_address",
    ),
    (
        "5.2",
        "packed bodies are bounded after unpacking",
        "server/src/api/json.rs",
        "a_bomb_is_refused_before_it_bursts",
    ),
    (
        "6.1",
        "guessing does not lock the owner out",
        "app/backend/tests/it/accounts.rs",
        "guessing_an_account_from_outside_does_not_keep_its_owner_from_signing",
    ),
    (
        "6.2",
        "short and guessable passwords are refused",
        "app/backend/src/accounts/password.rs",
        "a_password_that_is_guessed_first_is_refused",
    ),
    (
        "6.2",
        "words of this place are known to guessers",
        "app/backend/src/accounts/password/guess.rs",
        "every_usual_word_is_refused_with_every_usual_ending",
    ),
    (
        "6.2",
        "changing a password takes the current one",
        "server/tests/it/accounts.rs",
        "a_changed_password_ends_the_other_sessions",
    ),
    (
        "6.3",
        "guessing is stopped, by account and by address",
        "server/tests/it/accounts.rs",
        "guessing_is_stopped_by_account_and_even_the_right_password_waits",
    ),
    (
        "6.3",
        "limits count over all processes",
        "server/tests/it/two_processes.rs",
        "two_processes_share_sessions_limits_and_outbox",
    ),
    (
        "6.3",
        "failures do not tell who has an account",
        "server/tests/it/accounts.rs",
        "a_wrong_password_and_an_unknown_address_are_told_alike",
    ),
    (
        "6.3",
        "nor does the time of a reset",
        "app/backend/tests/it/accounts.rs",
        "a_reset_does_the_same_work_for_an_address_that_nobody_has",
    ),
    (
        "6.4",
        "links to set a password work once",
        "server/tests/it/accounts.rs",
        "a_forgotten_password_is_replaced_by_a_link_that_works_once",
    ),
    ("6.4", "invitations end", "app/backend/tests/it/accounts.rs", "a_late_invitation_is_unusable"),
    (
        "7.3",
        "sessions end unused, and in any case",
        "app/backend/tests/it/accounts.rs",
        "a_session_lasts_while_it_is_used_and_no_longer_than_a_week",
    ),
    (
        "7.4",
        "signing out ends the session at the server",
        "server/tests/it/accounts.rs",
        "a_person_signs_in_and_out",
    ),
    (
        "7.4",
        "a closed account is out at once",
        "server/tests/it/accounts.rs",
        "a_disabled_account_is_out_at_once",
    ),
    (
        "7.5",
        "one sees one's sessions and ends them",
        "server/tests/it/accounts.rs",
        "one_sees_ones_sessions_and_ends_them",
    ),
    (
        "7.5",
        "grave acts ask for the password again",
        "app/backend/tests/it/accounts.rs",
        "fresh_acts_ask_for_the_password_again",
    ),
    (
        "8.1",
        "who may do what is written down",
        "app/domain/src/role.rs",
        "every_caller_may_exactly_what_the_contracts_say",
    ),
    (
        "8.2",
        "every door lets in exactly those",
        "server/tests/it/doors.rs",
        "everybody_passes_exactly_their_doors",
    ),
    (
        "8.3",
        "and so does every use case behind it",
        "app/backend/tests/it/permissions.rs",
        "every_use_case_stops_exactly_those_who_may_not",
    ),
    (
        "11.4",
        "passwords are kept with argon2id",
        "app/backend/src/accounts/password.rs",
        "the_usual_cost_is_that_of_owasp",
    ),
    (
        "11.6",
        "keys are sealed at rest and rotated",
        "app/backend/tests/it/keys.rs",
        "a_rotated_key_goes_on_verifying",
    ),
    (
        "13.3",
        "the secret is its owner's only",
        "app/backend/tests/it/keys.rs",
        "a_secret_file_is_for_its_owner_only",
    ),
    (
        "14.2",
        "nothing personal in addresses and logs",
        "server/tests/it/headers.rs",
        "nothing_personal_reaches_the_log",
    ),
    (
        "14.3",
        "personal pages are not stored by browsers",
        "server/tests/it/headers.rs",
        "a_page_of_a_person_is_never_stored",
    ),
    (
        "15.3",
        "nobody is given a role by inviting again",
        "app/backend/tests/it/accounts.rs",
        "an_invited_administrator_is_not_made_an_operative_by_inviting_again",
    ),
    (
        "16.2",
        "a log line is JSON and names its request",
        "server/tests/it/headers.rs",
        "a_log_line_is_json_names_its_request_and_nobody",
    ),
    (
        "16.4",
        "the history cannot be altered unseen",
        "server/tests/it/commands.rs",
        "a_broken_chain_is_a_negative_answer",
    ),
    (
        "16.5",
        "an error shows nothing of the inside",
        "server/tests/it/headers.rs",
        "every_error_is_told_in_our_words",
    ),
    (
        "16.5",
        "a panic's text reaches nobody",
        "server/src/logs.rs",
        "a_panic_is_a_line_of_json_without_its_text",
    ),
    (
        "16.5",
        "a mail server that is away delays mail only",
        "server/tests/it/mail.rs",
        "a_mail_server_that_is_away_delays_mail_and_nothing_else",
    ),
];

/// Section, what it asks, and why it is not shown here.
const NOT_SHOWN: &[(&str, &str, &str)] = &[
    ("6.3", "a second factor for everybody", "not met: planned with ClaveÚnica for staff"),
    ("7.6, 10", "federated sign-in, OAuth", "there is none"),
    ("8.4", "tenants kept apart", "one installation serves one body"),
    ("9", "self-contained tokens for sessions", "sessions are rows, certificates are no tokens"),
    ("12", "TLS", "ends at the reverse proxy in front, which is to be configured for it"),
    ("16.4", "logs sent to another system", "they go to the standard error, for a collector"),
    ("17", "WebRTC", "there is none"),
];

#[test]
fn every_requirement_that_applies_has_its_test() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut missing = Vec::new();
    for (section, what, file, test) in MET {
        let text = std::fs::read_to_string(top.join(file)).unwrap_or_default();
        if !text.contains(&format!("fn {test}(")) {
            missing.push(format!("{section} {what}: {file} has no test {test}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(NOT_SHOWN.iter().all(|(.., why)| !why.is_empty()));
}
