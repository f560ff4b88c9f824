//! Beginning with who came with a booking: what they said then is not asked again.

use domain::id::OwnerId;
use domain::identity::IdentityDocument;
use domain::owner::OwnerDetails;

use crate::pages::visit_form::draft::{AnimalDraft, AnimalForm, OwnerDraft, Step, VisitDraft};
use crate::pages::visit_form::reading;

impl VisitDraft {
    /// Begins with the search of somebody whom the register knows.
    #[must_use]
    pub fn looking_for(searched: &str) -> Self {
        let owner = OwnerDraft { searched: searched.to_owned(), ..OwnerDraft::default() };
        Self { owner, ..Self::default() }
    }

    /// Begins with the data of somebody whom it does not know, and of the first of their animals,
    /// as they were said when booking.
    #[must_use]
    pub fn of_booking(details: &OwnerDetails, fresh: OwnerId, animal: AnimalForm) -> Self {
        let mut form = reading::filled(details);
        match &details.document {
            IdentityDocument::Passport { country, number } => {
                (form.country, form.passport) = (country.to_string(), number.to_string());
            }
            document => form.run = document.to_string(),
        }
        let owner = OwnerDraft { id: Some(fresh), form, ..OwnerDraft::default() };
        let animal = AnimalDraft { form: animal, ..AnimalDraft::default() };
        Self { step: Step::Owner, owner, animal, ..Self::default() }
    }
}

impl AnimalDraft {
    /// What was said of an animal that is not on the table yet; nothing once there is one.
    #[must_use]
    pub fn booked(&self) -> Option<AnimalForm> {
        self.id.is_none().then(|| self.form.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::json;
    use domain::booking::BookingDetails;
    use domain::id::AnimalId;
    use domain::name::PersonName;
    use domain::territory::Commune;
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

    #[test]
    fn who_is_not_known_is_asked_only_what_was_not_said_when_booking() {
        let fresh = OwnerId(Uuid::from_u128(40));
        let run = IdentityDocument::parse_run("12.345.678-5").unwrap();
        let passport = IdentityDocument::parse_passport("ARG", "AAB123456").unwrap();
        for document in [run, passport] {
            let animal = AnimalForm { name: "Ñato".to_owned(), ..AnimalForm::default() };
            let draft = VisitDraft::of_booking(&said(document.clone()), fresh, animal);
            assert_eq!((draft.step, draft.owner.id), (Step::Owner, Some(fresh)));
            let form = &draft.owner.form;
            assert!(!form.is_adult && !form.no_disqualification, "that is theirs to say");
            let read = reading::owner(form).unwrap();
            assert_eq!(
                (read.document, read.name.full()),
                (document, "María José Núñez Soto".into())
            );
            assert_eq!(draft.animals().count(), 0, "no animal came yet");
            assert_eq!(draft.animal.booked().unwrap().name, "Ñato");
        }
        assert_eq!(VisitDraft::looking_for("12345678-5").step, Step::Find);
    }

    #[test]
    fn the_next_animal_is_not_the_booked_one_again() {
        let form = AnimalForm { name: "Ñato".to_owned(), ..AnimalForm::default() };
        let id = Some(AnimalId(Uuid::from_u128(9)));
        let on_table = AnimalDraft { id, form, ..AnimalDraft::default() };
        assert_eq!(on_table.booked(), None);
    }
}
