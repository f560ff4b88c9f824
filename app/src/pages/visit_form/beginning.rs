//! Beginning with a person who is not in the register: what was searched for is not asked again.

use domain::contact::Phone;
use domain::id::OwnerId;
use domain::identity::IdentityDocument;

use crate::pages::visit_form::draft::{OwnerDraft, OwnerForm, VisitDraft};

impl VisitDraft {
    /// Begins, or goes on with, the form of a person who is not in the register, who lives in the
    /// outreach's commune as far as one knows. Another RUN is another person: nothing of the one
    /// before, and none of the one's animals.
    pub fn begin_owner(&mut self, fresh: OwnerId, commune: String) {
        let words = self.owner.searched.trim().to_owned();
        let is_phone = Phone::parse(&words).is_ok();
        // One mobile number in eleven has the form of a RUN too.
        let is_mobile = is_phone && words.starts_with('9') && !words.contains(['-', '.']);
        let run = |text: &str| IdentityDocument::parse_run(text).ok();
        let document = run(&words).filter(|_| !is_mobile);
        let begun = run(&self.owner.form.run);
        let is_other = document.is_some() && begun.is_some() && begun != document;
        let same = self.owner.id.filter(|_| self.owner.known.is_none() && !is_other);
        self.take_owner(same.unwrap_or(fresh), None);
        let form = &mut self.owner.form;
        if is_other {
            *form = OwnerForm::default();
        }
        let is_blank = *form == OwnerForm::default();
        if is_blank {
            form.commune = commune;
        }
        if document.is_some() {
            form.run = words;
        } else if is_phone {
            form.phone = words;
        } else if is_blank && words.chars().any(char::is_alphabetic) {
            form.given = words;
        }
    }
}

impl OwnerDraft {
    /// Whether the owner consents to photographs, as far as it was said: what was consented to
    /// before is not withdrawn by saying nothing.
    #[must_use]
    pub fn allows_photos(&self) -> bool {
        let is_known = self.known.as_ref().is_some_and(|card| card.details.consents_to_photos);
        let has_form = self.known.is_none() || self.amends;
        is_known || (has_form && self.form.consents_to_photos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::visit_form::draft::AnimalDraft;
    use crate::pages::visit_form::reading;
    use domain::id::AnimalId;
    use domain::view::OwnerCard;
    use uuid::Uuid;

    fn begun(draft: &mut VisitDraft, searched: &str, fresh: u128) {
        searched.clone_into(&mut draft.owner.searched);
        draft.begin_owner(OwnerId(Uuid::from_u128(fresh)), "02101".to_owned());
    }

    #[test]
    fn what_was_searched_is_filled_in() {
        for (searched, run, phone, given) in [
            ("12.345.678-5", "12.345.678-5", "", ""),
            ("912345678", "", "912345678", ""),
            ("María", "", "", "María"),
            ("", "", "", ""),
        ] {
            let mut draft = VisitDraft::default();
            begun(&mut draft, searched, 1);
            let form = &draft.owner.form;
            assert_eq!((&*form.run, &*form.phone, &*form.given), (run, phone, given));
            assert_eq!((&*form.commune, draft.owner.id.is_some()), ("02101", true));
        }
    }

    #[test]
    fn another_run_is_another_person_and_the_same_goes_on() {
        let mut draft = VisitDraft::default();
        begun(&mut draft, "12.345.678-5", 1);
        draft.owner.form.given = "Ana".into();
        draft.animal =
            AnimalDraft { id: Some(AnimalId(Uuid::from_u128(9))), ..AnimalDraft::default() };
        for same in ["12345678-5", "", "Ana", "912345678"] {
            begun(&mut draft, same, 2);
            assert_eq!(draft.owner.id, Some(OwnerId(Uuid::from_u128(1))), "{same}");
            assert_eq!((&*draft.owner.form.given, draft.animal.id.is_some()), ("Ana", true));
        }
        begun(&mut draft, "11.111.111-1", 3);
        assert_eq!(draft.owner.id, Some(OwnerId(Uuid::from_u128(3))));
        let form = &draft.owner.form;
        assert_eq!((&*form.run, &*form.given, &*form.phone), ("11.111.111-1", "", ""));
        assert_eq!(draft.animals().count(), 0, "her animals are not his");
    }

    fn known(consents_to_photos: bool) -> Option<Box<OwnerCard>> {
        let form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "Ana".into(),
            surnames: "Soto".into(),
            consents_to_photos,
            ..OwnerForm::default()
        };
        let details = reading::owner(&form).unwrap();
        Some(Box::new(OwnerCard { id: OwnerId(Uuid::from_u128(1)), details, animals: Vec::new() }))
    }

    #[test]
    fn photographs_are_allowed_by_who_says_so_now_or_has_said_so_before() {
        let mut owner = OwnerDraft::default();
        assert!(!owner.allows_photos());
        owner.form.consents_to_photos = true;
        assert!(owner.allows_photos());
        owner.known = known(false);
        assert!(!owner.allows_photos(), "the form is somebody else's");
        owner.amends = true;
        assert!(owner.allows_photos());
        owner.known = known(true);
        owner.form.consents_to_photos = false;
        assert!(owner.allows_photos(), "nothing is withdrawn by saying nothing");
    }

    #[test]
    fn a_consent_that_was_known_is_not_said_again() {
        for (before, now, said) in [(true, true, false), (false, true, true), (true, false, false)]
        {
            let mut draft = VisitDraft::default();
            draft.take_owner(OwnerId(Uuid::from_u128(1)), known(before));
            draft.amend_owner();
            assert_eq!(draft.owner.form.consents_to_photos, before, "it is asked as it is known");
            draft.owner.form.consents_to_photos = now;
            draft.owner.form.email = "ana@example.cl".into();
            let amended = reading::amended(&draft.owner).unwrap().unwrap();
            assert_eq!(amended.consents_to_photos, said, "{before}, then {now}");
        }
    }
}
