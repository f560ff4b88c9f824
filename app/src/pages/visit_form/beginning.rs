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
    use domain::owner::OwnerDetails;
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

    /// Somebody who is known, with the two consents: to photographs and to news.
    fn known([consents_to_photos, consents_to_news]: [bool; 2]) -> Option<Box<OwnerCard>> {
        let form = OwnerForm {
            run: "12.345.678-5".into(),
            given: "Ana".into(),
            surnames: "Soto".into(),
            consents_to_photos,
            consents_to_news,
            ..OwnerForm::default()
        };
        let details = reading::owner(&form).unwrap();
        Some(Box::new(OwnerCard { id: OwnerId(Uuid::from_u128(1)), details, animals: Vec::new() }))
    }

    fn consents(details: &OwnerDetails) -> [bool; 2] {
        [details.consents_to_photos, details.consents_to_news]
    }

    #[test]
    fn photographs_are_allowed_by_who_says_so_now_or_has_said_so_before() {
        let mut owner = OwnerDraft::default();
        assert!(!owner.allows_photos());
        owner.form.consents_to_photos = true;
        assert!(owner.allows_photos());
        owner.known = known([false, false]);
        assert!(!owner.allows_photos(), "the form is somebody else's");
        owner.amends = true;
        assert!(owner.allows_photos());
        owner.known = known([true, false]);
        owner.form.consents_to_photos = false;
        assert!(owner.allows_photos(), "nothing is withdrawn by saying nothing");
    }

    #[test]
    fn each_consent_of_a_new_owner_is_read_by_itself() {
        for said in [[false, false], [true, false], [false, true], [true, true]] {
            let details = known(said).unwrap().details;
            assert_eq!(consents(&details), said);
            let form = reading::filled(&details);
            assert_eq!([form.consents_to_photos, form.consents_to_news], said);
        }
    }

    #[test]
    fn a_consent_that_was_known_is_not_said_again() {
        let both = [[false, false], [true, false], [false, true], [true, true]];
        for (before, now) in both.iter().flat_map(|before| both.map(|now| (*before, now))) {
            let mut draft = VisitDraft::default();
            draft.take_owner(OwnerId(Uuid::from_u128(1)), known(before));
            draft.amend_owner();
            let form = &mut draft.owner.form;
            let asked = [form.consents_to_photos, form.consents_to_news];
            assert_eq!(asked, before, "each is asked as it is known");
            [form.consents_to_photos, form.consents_to_news] = now;
            let new = [now[0] && !before[0], now[1] && !before[1]];
            let amended = reading::amended(&draft.owner).unwrap();
            let is_said = new != [false, false];
            assert_eq!(amended.is_some(), is_said, "{before:?}, then {now:?}: nothing else is new");
            draft.owner.form.email = "ana@example.cl".into();
            let amended = reading::amended(&draft.owner).unwrap().unwrap();
            assert_eq!(consents(&amended), new, "{before:?}, then {now:?}");
        }
    }
}
