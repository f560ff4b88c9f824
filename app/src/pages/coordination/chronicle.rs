//! The history of a subject, as a list that can be opened line by line.

use domain::desk::HistoryLine;
use leptos::prelude::*;
use phrases::{Locale, closing, coordination as say, day, fact, planning, stock};

use super::moment;
use crate::locale::locale;

/// What happened, the latest first. Each line opens to what was noted.
#[component]
pub(super) fn Chronicle(
    /// The links.
    lines: Vec<HistoryLine>,
) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! { <p class="soft">{say::history_empty(locale)}</p> }.into_any();
    }
    let lines = lines.into_iter().map(|line| link(line, locale)).collect_view();
    view! { <ol class="chronicle" reversed="">{lines}</ol> }.into_any()
}

fn link(line: HistoryLine, locale: Locale) -> impl IntoView {
    let by = line.by.unwrap_or_else(|| say::history_program(locale).to_owned());
    let head = view! {
        <span class="chronicle-what">{or_as_noted(words(&line.kind, locale), &line.kind)}</span>
        <span class="soft">{by}</span>
        <span class="soft figures">{moment(line.at)}</span>
        <code class="soft small">{line.hash}</code>
    };
    match line.said {
        Some(pairs) if !pairs.is_empty() => {
            let pairs = pairs
                .into_iter()
                .map(|(name, value)| {
                    view! {
                        <div>
                            <dt>{or_as_noted(fact::named(&name, locale), &name)}</dt>
                            <dd>{value}</dd>
                        </div>
                    }
                })
                .collect_view();
            view! {
                <li>
                    <details>
                        <summary>{head}</summary>
                        <dl class="chronicle-said">{pairs}</dl>
                    </details>
                </li>
            }
            .into_any()
        }
        _ => view! {
            <li>
                <div class="chronicle-line">{head}</div>
            </li>
        }
        .into_any(),
    }
}

/// The words for a code, or the code where a later version has noted one that has none yet.
fn or_as_noted(words: Option<&str>, code: &str) -> String {
    words.map_or_else(|| code.replace('_', " "), str::to_owned)
}

/// What a link's code means; nothing of one that is on no page.
fn words(kind: &str, locale: Locale) -> Option<&'static str> {
    Some(match kind {
        "imported" => say::history_imported(locale),
        "owner_registered" => say::history_owner_registered(locale),
        "owner_corrected" => say::history_owner_corrected(locale),
        "owner_asked" => say::history_owner_asked(locale),
        "found_message" => say::history_found_message(locale),
        "owner_stated" => say::history_owner_stated(locale),
        "owner_merged" | "merged_into_owner" => say::history_owner_merged(locale),
        "owner_unmerged" | "unmerged_from_owner" => say::history_owner_unmerged(locale),
        "animal_registered" => say::history_animal_registered(locale),
        "animal_corrected" => say::history_animal_corrected(locale),
        "animal_merged" | "merged_into_animal" => say::history_animal_merged(locale),
        "animal_unmerged" | "unmerged_from_animal" => say::history_animal_unmerged(locale),
        "animal_transferred" => say::history_animal_transferred(locale),
        "animal_came" => say::history_animal_came(locale),
        "animal_left" => say::history_animal_left(locale),
        "vital_state_set" => say::history_vital_state_set(locale),
        "service_recorded" => say::history_service_recorded(locale),
        "service_corrected" => say::history_service_corrected(locale),
        "service_annulled" => say::history_service_annulled(locale),
        "annulled_before" => say::history_annulled_before(locale),
        "document_drawn_up" => say::history_document_drawn_up(locale),
        "document_revoked" => say::history_document_revoked(locale),
        "contact_proposed" => say::history_contact_proposed(locale),
        "task_solved" => say::history_task_solved(locale),
        "picture_stored" => say::history_picture_stored(locale),
        "slip_renewed" => say::history_slip_renewed(locale),
        "mail_sent_again" => say::history_mail_sent_again(locale),
        "list_exported" => say::history_list_exported(locale),
        "key_rotated" => say::history_key_rotated(locale),
        "programme_corrected" => say::history_programme_corrected(locale),
        "programme_made" => say::history_programme_made(locale),
        "rnm_requested" => say::history_rnm_requested(locale),
        "rnm_observed" => say::history_rnm_observed(locale),
        "rnm_rejected" => say::history_rnm_rejected(locale),
        "rnm_approved" => say::history_rnm_approved(locale),
        "rnm_number_set_aside" => say::history_rnm_set_aside(locale),
        "rnm_certificate_mailed" => say::history_rnm_mailed(locale),
        "outreach_planned" => say::history_outreach_planned(locale),
        "outreach_changed" => say::history_outreach_changed(locale),
        "member_joined" => say::history_member_joined(locale),
        "member_left" => say::history_member_left(locale),
        "signature_authorised" => say::history_signature_authorised(locale),
        "signature_withdrawn" => say::history_signature_withdrawn(locale),
        "chips_allotted" => stock::history_chips_allotted(locale),
        "chips_taken_back" => stock::history_chips_taken_back(locale),
        "chips_counted" => stock::history_chips_counted(locale),
        "doses_counted" => stock::history_doses_counted(locale),
        "chip_written_off" => stock::history_chip_written_off(locale),
        "written_off_before" => stock::history_written_off_before(locale),
        "lot_corrected" => stock::history_lot_corrected(locale),
        "doses_allotted" => stock::history_doses_allotted(locale),
        "doses_taken_back" => stock::history_doses_taken_back(locale),
        "doses_written_off" => stock::history_doses_written_off(locale),
        "target_passed" => closing::history_target_passed(locale),
        "erased" => say::history_erased(locale),
        other => return of_outreach(other, locale).or_else(|| of_phone(other, locale)),
    })
}

/// What a link's code means that is about a phone, or about what it sent.
fn of_phone(kind: &str, locale: Locale) -> Option<&'static str> {
    Some(match kind {
        "submission_replaced" => say::history_submission_replaced(locale),
        "submission_accepted" => say::history_submission_accepted(locale),
        "submission_dismissed" => say::history_submission_dismissed(locale),
        "submission_withdrawn" => say::history_submission_withdrawn(locale),
        "submission_freed" => say::history_submission_freed(locale),
        "phone_invited" => say::history_phone_invited(locale),
        "phone_paired" => say::history_phone_paired(locale),
        "phone_renamed" => say::history_phone_renamed(locale),
        "phone_revoked" => say::history_phone_revoked(locale),
        "phone_admitted" => say::history_phone_admitted(locale),
        _ => return None,
    })
}

/// What a link's code means that is about an outreach: its plan, its day, its talks, who only
/// booked there.
fn of_outreach(kind: &str, locale: Locale) -> Option<&'static str> {
    Some(match kind {
        "places_written_off" => day::history_places_written_off(locale),
        "places_over_count" => day::history_places_over_count(locale),
        "booking_served" => day::history_booking_served(locale),
        "booking_turned_away" => day::history_booking_turned_away(locale),
        "bookings_released" => day::history_bookings_released(locale),
        "booking_answered" => day::history_booking_answered(locale),
        "outreach_closed" => closing::history_closed(locale),
        "outreach_reported" => closing::history_reported(locale),
        "education_held" => say::history_education_held(locale),
        "education_corrected" => say::history_education_corrected(locale),
        "education_annulled" => say::history_education_annulled(locale),
        "host_called" => say::history_host_called(locale),
        "offering_planned" => planning::history_offering_planned(locale),
        "offering_dropped" => planning::history_offering_dropped(locale),
        "plan_changed" => planning::history_plan_changed(locale),
        "member_put_back" => say::history_member_put_back(locale),
        "duty_set" => planning::history_duty_set(locale),
        "outreach_stepped" => planning::history_outreach_stepped(locale),
        "outreach_suspended" => planning::history_outreach_suspended(locale),
        "outreach_moved" => planning::history_outreach_moved(locale),
        "booker_erased" => planning::history_booker_erased(locale),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// Kinds of links that stand in the chain of who acted, which no page shows.
    const OF_STAFF: [&str; 17] = [
        "account_disabled",
        "account_enabled",
        "account_made",
        "area_changed",
        "area_taken_out",
        "chips_received",
        "doses_received",
        "import_begun",
        "import_stopped",
        "import_undone",
        "organisation_saved",
        "password_chosen",
        "rnm_changed",
        "role_changed",
        "signature_drawn",
        "units_imported",
        "where_next_weighed",
    ];
    /// A statement with one of these says what kind of link is written.
    const MARKS: [&str; 6] =
        ["Entry::new(", ".note(", "note(tx", "note_correction(", "let kind =", "kind) ="];

    /// What stands between quotes and is a code of several words.
    fn codes(statement: &str) -> impl Iterator<Item = &str> {
        let is_code = |text: &&str| {
            let letters = |letter: char| letter.is_ascii_lowercase() || letter == '_';
            text.contains('_') && text.chars().all(letters)
        };
        statement.split('"').skip(1).step_by(2).filter(is_code)
    }

    fn without_words(folder: &Path, found: &mut Vec<String>, seen: &mut usize) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                without_words(&path, found, seen);
                continue;
            }
            if path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let noting = |one: &&str| MARKS.iter().any(|mark| one.contains(mark));
            for kind in code.split(';').filter(noting).flat_map(codes) {
                *seen += 1;
                if words(kind, Locale::Es).is_none() && !OF_STAFF.contains(&kind) {
                    found.push(format!("{}: {kind}", path.display()));
                }
            }
        }
    }

    #[test]
    fn every_link_that_is_written_has_words() {
        let (mut found, mut seen) = (Vec::new(), 0);
        let backend = Path::new(env!("CARGO_MANIFEST_DIR")).join("backend/src");
        without_words(&backend, &mut found, &mut seen);
        assert!(seen > 60, "only {seen} links are noted");
        assert_eq!(found, [""; 0]);
    }
}
