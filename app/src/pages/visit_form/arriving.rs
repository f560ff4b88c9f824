//! Beginning with who came with a booking: what they said then is not asked again.

use domain::catalogue::VitalState;
use domain::id::OwnerId;
use domain::name::search_key;
use domain::owner::OwnerDetails;

use crate::pages::visit_form::draft::{AnimalDraft, OwnerDraft, Step, VisitDraft};
use crate::pages::visit_form::reading;

impl VisitDraft {
    /// Begins with the search of somebody whom the register knows, who booked for these animals.
    #[must_use]
    pub fn looking_for(searched: &str, booked: Vec<AnimalDraft>) -> Self {
        let owner = OwnerDraft { searched: searched.to_owned(), ..OwnerDraft::default() };
        Self { owner, booked, ..Self::default() }
    }

    /// Looks for somebody else than who was looked for at the door, who booked for no animals.
    pub fn look_for(&mut self, searched: String) {
        if self.owner.id.is_none() {
            self.booked = Vec::new();
        }
        self.owner.searched = searched;
    }

    /// Begins with the data of somebody whom it does not know, as they were said when booking for
    /// these animals.
    #[must_use]
    pub fn of_booking(details: &OwnerDetails, fresh: OwnerId, booked: Vec<AnimalDraft>) -> Self {
        let form = reading::filled_whole(details);
        let owner = OwnerDraft { id: Some(fresh), form, ..OwnerDraft::default() };
        Self { step: Step::Owner, owner, booked, ..Self::default() }
    }

    /// The next of the animals that were booked: neither in the visit nor in the register yet.
    #[must_use]
    pub fn next_booked(&self) -> Option<&AnimalDraft> {
        self.booked.iter().find(|booked| self.awaits(booked))
    }

    fn awaits(&self, booked: &AnimalDraft) -> bool {
        let name = search_key(&booked.form.name);
        let mut known = self.owner.known.iter().flat_map(|card| &card.animals);
        let is_known = known.any(|card| {
            let details = &card.details;
            // A new animal often bears the name of one that died.
            card.vital_state != VitalState::Deceased
                && Some(details.species) == booked.form.species
                && details.name.search_key() == name
        });
        !is_known && self.animals().all(|animal| animal.id != booked.id)
    }

    /// Whether nobody has said anything of a new animal here: it is blank, or as it was booked.
    pub(super) fn is_untouched(&self, animal: &AnimalDraft) -> bool {
        let is_it = |booked: &AnimalDraft| booked.id == animal.id && booked.form == animal.form;
        animal.is_blank() || self.booked.iter().any(is_it)
    }

    /// Whether the animal on the table is gone on with: of one of which nothing was said yet, the
    /// next that was booked may have come instead.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        let is_passed = self.is_untouched(&self.animal) && self.next_booked().is_some();
        self.animal.id.is_some() && !is_passed
    }

    /// What comes after a visit that holds as many animals as it may: another one of the same
    /// person, for those that were booked beside.
    #[must_use]
    pub fn rest(&self) -> Option<Self> {
        if self.has_room() || self.replaces.is_some() {
            return None;
        }
        let awaited = self.booked.iter().filter(|booked| self.awaits(booked));
        let booked: Vec<_> = awaited.cloned().collect();
        let step = if self.owner.known.is_some() { Step::Choose } else { Step::Owner };
        // What a known one says otherwise was told with this one.
        let owner = OwnerDraft { amends: false, ..self.owner.clone() };
        (!booked.is_empty()).then(|| Self { step, owner, booked, ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::json;
    use crate::pages::visit_form::draft::AnimalForm;
    use domain::booking::BookingDetails;
    use domain::catalogue::ReproductiveState;
    use domain::chip_number::ChipNumber;
    use domain::id::AnimalId;
    use domain::identity::DocumentKind;
    use domain::identity::IdentityDocument;
    use domain::name::PersonName;
    use domain::rnm::RnmState;
    use domain::territory::Commune;
    use domain::view::{AnimalCard, OwnerCard};
    use uuid::Uuid;

    /// What was said when booking, as `/door.js` hands it on.
    fn said(document: IdentityDocument) -> OwnerDetails {
        let details = BookingDetails {
            document,
            name: PersonName::parse("María José", "Núñez Soto").unwrap(),
            phone: None,
            email: None,
            address: None,
            commune: Some(Commune::ANTOFAGASTA),
            unit: None,
            has_priority: true,
            animals: Vec::new(),
        };
        let mut text = serde_json::to_string(&details).unwrap();
        assert_eq!(text.pop(), Some('}'));
        let statements = "\"is_adult\":false,\"no_disqualification\":false,\
                          \"consents_to_photos\":false,\"consents_to_news\":false";
        json::read(&format!("{text},{statements}}}")).unwrap()
    }

    /// Two animals as `/door.js` hands them on, with the identifiers that they get then.
    fn two() -> Vec<AnimalDraft> {
        let text = r#"[
            {"form": {"name": "Ñato", "species": "dog", "sex": "male", "breed_words": "",
                      "coat": [], "age": {"about_months": 18, "has_date": false, "date": ""},
                      "declaration": "", "expected": "985121004515220"},
             "services": {"weight": ""}},
            {"form": {"name": "Luna", "species": "cat", "sex": "female", "breed_words": "",
                      "coat": [], "age": {"about_months": null, "has_date": false, "date": ""},
                      "declaration": ""}, "services": {"weight": ""}}
        ]"#;
        let mut both: Vec<AnimalDraft> = json::read(text).unwrap();
        for (animal, number) in both.iter_mut().zip(1..) {
            animal.id = Some(AnimalId(Uuid::from_u128(number)));
        }
        both
    }

    fn booked() -> VisitDraft {
        let run = IdentityDocument::parse_run("12.345.678-5").unwrap();
        VisitDraft::of_booking(&said(run), OwnerId(Uuid::from_u128(40)), two())
    }

    fn next(draft: &VisitDraft) -> Option<&str> {
        draft.next_booked().map(|animal| animal.form.name.as_str())
    }

    /// As the next animal is asked for.
    fn put_next(draft: &mut VisitDraft) {
        let blank =
            || AnimalDraft { id: Some(AnimalId(Uuid::from_u128(99))), ..AnimalDraft::default() };
        let animal = draft.next_booked().cloned().unwrap_or_else(blank);
        draft.put_on_table(animal);
        draft.step = Step::Animal;
    }

    /// As it is done when the summary asks for another one.
    fn finish(draft: &mut VisitDraft) {
        draft.animal.form.reproductive_state = Some(ReproductiveState::Intact);
        let finished = std::mem::take(&mut draft.animal);
        draft.done.push(finished);
    }

    fn card(names: &[&str]) -> OwnerCard {
        let run = IdentityDocument::parse_run("12.345.678-5").unwrap();
        let owner = OwnerId(Uuid::from_u128(50));
        let animal = |name: &&str| {
            let mut form = two().remove(0).form;
            form.reproductive_state = Some(ReproductiveState::Intact);
            (*name).clone_into(&mut form.name);
            AnimalCard {
                id: AnimalId(Uuid::from_u128(60)),
                owner,
                details: reading::animal(&form, "2026-11-22".parse().unwrap()).unwrap(),
                chip: None,
                vital_state: VitalState::Alive,
                rnm_state: RnmState::NoChip,
                rnm_number: None,
                rnm_lacks: Vec::new(),
                services: Vec::new(),
            }
        };
        let animals = names.iter().map(animal).collect();
        OwnerCard { id: owner, details: said(run), animals }
    }

    #[test]
    fn who_is_not_known_is_asked_only_what_was_not_said_when_booking() {
        let fresh = OwnerId(Uuid::from_u128(40));
        let run = IdentityDocument::parse_run("12.345.678-5").unwrap();
        let passport = IdentityDocument::parse_passport("ARG", "AAB123456").unwrap();
        for document in [run, passport] {
            let draft = VisitDraft::of_booking(&said(document.clone()), fresh, two());
            assert_eq!((draft.step, draft.owner.id), (Step::Owner, Some(fresh)));
            let form = &draft.owner.form;
            assert!(!form.is_adult && !form.no_disqualification, "that is theirs to say");
            let read = reading::owner(form).unwrap();
            assert_eq!(
                (read.document, read.name.full()),
                (document, "María José Núñez Soto".into())
            );
            assert_eq!(draft.animals().count(), 0, "no animal came yet");
            assert_eq!(next(&draft), Some("Ñato"));
        }
        assert_eq!(VisitDraft::looking_for("12345678-5", two()).step, Step::Find);
    }

    #[test]
    fn each_booked_animal_comes_once_and_then_others() {
        let mut draft = booked();
        put_next(&mut draft);
        assert_eq!(draft.animal.form, two()[0].form);
        assert_eq!(next(&draft), Some("Luna"));
        // What was said of its chip is compared with what is read, and is no reading.
        let said = ChipNumber::from_digits("985121004515220").ok();
        assert_eq!((draft.animal.form.expected, draft.animal.chip()), (said, None));
        // Who did not come is passed over, and comes again after the others.
        assert!(!draft.goes_on());
        put_next(&mut draft);
        assert_eq!(draft.animal.form, two()[1].form);
        assert_eq!(next(&draft), Some("Ñato"));
        put_next(&mut draft);
        assert_eq!(draft.animal.form, two()[0].form);
        // Another name does not bring it back.
        "Ñatito".clone_into(&mut draft.animal.form.name);
        assert!(draft.goes_on(), "something was said of it");
        finish(&mut draft);
        put_next(&mut draft);
        assert_eq!((draft.animal.name().as_str(), next(&draft)), ("Luna", None));
        finish(&mut draft);
        put_next(&mut draft);
        assert_eq!(
            (draft.animal.form.clone(), draft.animals().count()),
            (AnimalForm::default(), 3)
        );
        // One that is taken out can come after all.
        draft.remove(AnimalId(Uuid::from_u128(2)));
        assert_eq!(next(&draft), Some("Luna"));
    }

    #[test]
    fn all_that_did_not_come_are_passed_over_in_turn() {
        let mut draft = booked();
        let mut third = two().remove(1);
        third.id = Some(AnimalId(Uuid::from_u128(3)));
        "Copito".clone_into(&mut third.form.name);
        draft.booked.push(third);
        for name in ["Ñato", "Luna", "Copito", "Ñato", "Luna", "Copito"] {
            put_next(&mut draft);
            assert_eq!((draft.animal.name().as_str(), draft.animals().count()), (name, 1));
        }
        // Of the last one that is left, a new one has neither its data nor its identifier.
        draft.booked.retain(|booked| booked.id == draft.animal.id);
        assert!(draft.goes_on(), "nobody else was booked");
        put_next(&mut draft);
        assert_eq!((&draft.animal.form, next(&draft)), (&AnimalForm::default(), Some("Copito")));
    }

    #[test]
    fn one_that_did_not_come_is_left_by_going_back() {
        let mut draft = booked();
        put_next(&mut draft);
        finish(&mut draft);
        put_next(&mut draft);
        assert!(draft.step_back());
        assert_eq!((draft.step, draft.animals().count()), (Step::Summary, 1));
        assert_eq!((draft.animal.name().as_str(), next(&draft)), ("Ñato", Some("Luna")));
    }

    #[test]
    fn instead_of_one_that_did_not_come_another_of_a_known_owner_is_chosen() {
        let mut draft = VisitDraft::looking_for("12345678-5", two());
        let card = card(&["Rocky"]);
        draft.take_owner(card.id, Some(Box::new(card)));
        put_next(&mut draft);
        finish(&mut draft);
        put_next(&mut draft);
        assert!(draft.step_back());
        assert_eq!((draft.step, draft.animal.name().as_str()), (Step::Choose, "Luna"));
        assert!(draft.step_back());
        assert_eq!((draft.step, draft.animals().count()), (Step::Summary, 1));
        assert_eq!((draft.animal.name().as_str(), next(&draft)), ("Ñato", Some("Luna")));
    }

    #[test]
    fn what_is_in_the_register_is_chosen_there() {
        let mut draft = VisitDraft::looking_for("12345678-5", two());
        let card = card(&["ñato"]);
        let known = card.animals[0].clone();
        draft.take_owner(card.id, Some(Box::new(card)));
        assert_eq!(next(&draft), Some("Luna"));
        put_next(&mut draft);
        // Of one that nobody said anything of, nothing is left beside another.
        draft.put_on_table(AnimalDraft {
            id: Some(known.id),
            known: Some(Box::new(known)),
            ..AnimalDraft::default()
        });
        assert_eq!((draft.animals().count(), next(&draft)), (1, Some("Luna")));
        draft.take_owner(OwnerId(Uuid::from_u128(51)), None);
        assert_eq!(next(&draft), None, "another person has booked for none of them");
    }

    #[test]
    fn one_that_bears_the_name_of_a_dead_one_is_new() {
        let mut draft = booked();
        let mut known = card(&["Ñato"]);
        known.animals[0].vital_state = VitalState::Deceased;
        draft.take_owner(known.id, Some(Box::new(known)));
        assert_eq!(next(&draft), Some("Ñato"));
    }

    #[test]
    fn who_types_looks_for_somebody_else() {
        let mut draft = VisitDraft::looking_for("12345678-5", two());
        draft.look_for("Ana".to_owned());
        assert_eq!((draft.owner.searched.as_str(), next(&draft)), ("Ana", None));
        let mut draft = booked();
        draft.look_for("12345678-5".to_owned());
        draft.begin_owner(OwnerId(Uuid::from_u128(41)), String::new());
        assert_eq!(next(&draft), Some("Ñato"), "the same person");
    }

    #[test]
    fn who_turns_out_to_be_registered_has_booked_all_the_same() {
        let take = |draft: &mut VisitDraft, document: IdentityDocument, number: u128| {
            let mut found = card(&["Ñato"]);
            found.id = OwnerId(Uuid::from_u128(number));
            found.details.document = document;
            draft.take_owner(found.id, Some(Box::new(found)));
        };
        let run = |text: &str| IdentityDocument::parse_run(text).unwrap();
        let mut draft = booked();
        take(&mut draft, run("12345678-5"), 50);
        assert_eq!(next(&draft), Some("Luna"));
        take(&mut draft, run("11.111.111-1"), 51);
        assert_eq!(next(&draft), None, "another person");
        let mut draft = booked();
        draft.owner.form.document = DocumentKind::None;
        take(&mut draft, IdentityDocument::None, 50);
        assert_eq!(next(&draft), None, "without a document nobody can tell");
    }

    #[test]
    fn what_does_not_fit_into_one_visit_has_another() {
        let mut draft = booked();
        assert_eq!(draft.rest(), None);
        for number in 10.. {
            if !draft.has_room() {
                break;
            }
            let form = AnimalForm { name: "Otra".to_owned(), ..AnimalForm::default() };
            let id = Some(AnimalId(Uuid::from_u128(number)));
            draft.done.push(AnimalDraft { id, form, ..AnimalDraft::default() });
        }
        draft.done.push(two().remove(0));
        let rest = draft.rest().unwrap();
        assert_eq!((rest.step, &rest.owner), (Step::Owner, &draft.owner));
        assert_eq!((rest.animals().count(), next(&rest)), (0, Some("Luna")));
        draft.done.push(two().remove(1));
        assert_eq!(draft.rest(), None, "all have come");
    }
}
