//! What the owner gets by mail once a visit or a correction is kept: only what is true by now.

use domain::contact::Email;
use domain::submission::Outcome;
use phrases::{Locale, field};

use crate::pages::visit_form::draft::VisitDraft;

/// What the owner gets by mail, or that there is none; blank where a correction of somebody without
/// an address leaves nothing to say. Whether a visit `is_certified` is for a correction not asked:
/// it makes anew what it changed, and what had not come to the address goes there too.
#[must_use]
pub fn mail_words(
    draft: &VisitDraft,
    outcome: Option<&Outcome>,
    is_certified: bool,
    locale: Locale,
) -> String {
    let (email, corrects) = (address(draft), draft.corrects.is_some());
    let on_paper = || field::summary_no_mail(locale).to_owned();
    let made = match outcome {
        Some(Outcome::Accepted { documents, .. }) => documents.as_slice(),
        _ => &[],
    };
    let is_taken = matches!(outcome, None | Some(Outcome::Accepted { .. }));
    if corrects && is_taken && made.is_empty() {
        return email.map(|email| field::mail_follows(locale, email)).unwrap_or_default();
    }
    if !corrects && !is_certified {
        return field::no_document(locale).to_owned();
    }
    match outcome {
        None => email.map_or_else(on_paper, |email| field::mail_later(locale, email)),
        Some(Outcome::Accepted { aliases, .. }) => {
            let is_signed = made.iter().all(|document| document.link.is_some());
            let is_known = aliases.iter().any(|alias| Some(alias.from) == draft.owner.id);
            match email {
                _ if made.is_empty() => field::no_document(locale).to_owned(),
                // A code to look it up with is made for who has no address, whatever was typed.
                _ if made.iter().any(|document| document.slip_code.is_some()) => on_paper(),
                _ if is_known => field::mail_known(locale).to_owned(),
                None => on_paper(),
                Some(email) if is_signed => field::mail_under_way(locale, email),
                Some(email) => field::mail_after_signature(locale, email),
            }
        }
        Some(_) => match email {
            Some(email) => field::mail_after_mending(locale, email),
            None => field::paper_after_mending(locale).to_owned(),
        },
    }
}

fn address(draft: &VisitDraft) -> Option<Email> {
    match &draft.owner.known {
        Some(card) => card.details.email.clone(),
        None => Email::parse(&draft.owner.form.email).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{AnimalId, DocumentId, OwnerId, SubmissionId};
    use domain::submission::{Alias, IssuedDocument};
    use uuid::Uuid;

    const ADDRESS: &str = "ana@example.cl";
    const OWNER: OwnerId = OwnerId(Uuid::from_u128(1));

    fn draft(email: &str, corrects: bool) -> VisitDraft {
        let corrects = corrects.then_some(SubmissionId(Uuid::from_u128(9)));
        let mut draft = VisitDraft { corrects, ..VisitDraft::default() };
        draft.owner.id = Some(OWNER);
        draft.owner.form.email = email.into();
        draft
    }

    fn accepted(documents: Vec<IssuedDocument>) -> Option<Outcome> {
        Some(Outcome::Accepted { aliases: Vec::new(), documents })
    }

    fn document(link: Option<&str>, slip_code: Option<&str>) -> IssuedDocument {
        IssuedDocument {
            id: DocumentId(Uuid::from_u128(2)),
            animal: AnimalId(Uuid::from_u128(3)),
            link: link.map(str::to_owned),
            slip_code: slip_code.map(str::to_owned),
        }
    }

    fn told(draft: &VisitDraft, outcome: Option<Outcome>, is_certified: bool) -> String {
        mail_words(draft, outcome.as_ref(), is_certified, Locale::default())
    }

    fn email() -> Email {
        Email::parse(ADDRESS).unwrap()
    }

    #[test]
    fn a_correction_promises_what_changes_and_what_had_not_come_to_the_address() {
        let words = field::mail_follows(Locale::default(), email());
        let given = draft(ADDRESS, true);
        assert_eq!(told(&given, None, false), words, "whether there are any is not known here");
        assert_eq!(told(&given, accepted(Vec::new()), false), words, "nothing was made anew");
        let new = accepted(vec![document(Some("HTTPS://H/V/A"), None)]);
        let under_way = field::mail_under_way(Locale::default(), email());
        assert_eq!(told(&given, new, false), under_way);
        for outcome in [None, accepted(Vec::new())] {
            assert_eq!(told(&draft("", true), outcome, false), "", "its paper is as it was");
        }
        let after = field::mail_after_mending(Locale::default(), email());
        assert_eq!(told(&given, Some(Outcome::Quarantined), false), after);
    }

    #[test]
    fn a_visit_promises_its_certificates_and_nothing_without_any() {
        let locale = Locale::default();
        let (given, none) = (draft(ADDRESS, false), draft("", false));
        let signed = || accepted(vec![document(Some("HTTPS://H/V/A"), None)]);
        let on_paper = || accepted(vec![document(None, Some("ABCDEFGHIJ"))]);
        assert_eq!(told(&given, None, false), field::no_document(locale));
        assert_eq!(told(&given, accepted(Vec::new()), true), field::no_document(locale));
        assert_eq!(told(&given, None, true), field::mail_later(locale, email()));
        assert_eq!(told(&none, None, true), field::summary_no_mail(locale));
        assert_eq!(told(&given, signed(), true), field::mail_under_way(locale, email()));
        let waits = accepted(vec![document(None, None)]);
        assert_eq!(told(&given, waits, true), field::mail_after_signature(locale, email()));
        assert_eq!(told(&given, on_paper(), true), field::summary_no_mail(locale));
        let to = OwnerId(Uuid::from_u128(4));
        let known = Outcome::Accepted {
            aliases: vec![Alias { from: OWNER, to }],
            documents: vec![document(Some("HTTPS://H/V/A"), None)],
        };
        assert_eq!(told(&given, Some(known), true), field::mail_known(locale));
    }
}
