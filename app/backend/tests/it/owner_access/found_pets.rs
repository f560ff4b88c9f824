//! Found animals, and the figures of the public account.

use backend::owner_access::figures::{self, Targets};
use backend::owner_access::found::{self, ChipFound, Finder, FoundLetter};
use backend::tasks::{self, TaskBody};
use domain::chip_number::ChipNumber;
use domain::field_error::{Field as FormField, Problem};
use domain::refusal::Refusal;

use super::{CHIP, OTHER_CHIP, letters, refusal, with_guest};
use crate::it::field::{Field, Guest};

fn finder(chip: &str) -> Finder {
    Finder {
        chip: ChipNumber::from_digits(chip).unwrap(),
        name: "Rosa".to_owned(),
        contact: "+56 9 8765 4321".to_owned(),
        place: "Plaza de Armas".to_owned(),
        message: "Está bien.\nTiene sed.".to_owned(),
        address: "198.51.100.9".to_owned(),
    }
}

on_both_databases! {
    async fn a_found_pet_reaches_its_family_and_hides_it(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        found::relay(&field.office, finder(CHIP)).await.unwrap();
        let letters = letters(&field, found::LETTER).await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].recipient, "tenedor@example.cl.invalid");
        let letter: FoundLetter = serde_json::from_str(&letters[0].body).unwrap();
        assert_eq!(
            (letter.pet_name.as_str(), letter.message.as_str()),
            ("Ñato", "Está bien.\nTiene sed.")
        );
        assert_eq!(
            refusal(found::relay(&field.office, finder(OTHER_CHIP)).await),
            Refusal::AnimalUnknown
        );
        let unknown = ChipNumber::from_digits(OTHER_CHIP).unwrap();
        assert_eq!(found::look(&field.office, unknown, "a").await.unwrap(), ChipFound::Unknown);
        let wrong = Finder { contact: "hola".to_owned(), message: String::new(), ..finder(CHIP) };
        let Refusal::Invalid { fields } = refusal(found::relay(&field.office, wrong).await) else {
            panic!()
        };
        let wrong: Vec<_> = fields.iter().map(|one| (one.field, one.code)).collect();
        let neither = (FormField::Contact, Problem::ContactMalformed);
        assert_eq!(wrong, [(FormField::Message, Problem::Empty), neither]);
    }

    async fn a_found_pet_of_an_owner_without_mail_becomes_a_task(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(41_234_567) };
        with_guest(&field, &guest, CHIP).await;
        found::relay(&field.office, finder(CHIP)).await.unwrap();
        let open = tasks::list(&field.office, field.as_coordinator(), 9).await.unwrap();
        let [task] = open.as_slice() else { panic!("{open:?}") };
        let TaskBody::FoundPet { text, contact } = &task.body else { panic!("{task:?}") };
        assert_eq!(text, "Rosa\nPlaza de Armas\nEstá bien.\nTiene sed.");
        assert_eq!(contact, "+56 9 8765 4321");
        assert_eq!((task.about.owner, task.about.animal), (Some(guest.owner), Some(guest.dog)));
    }

    async fn messages_about_one_chip_are_limited(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        for turn in 0..found::BY_CHIP.most {
            let address = format!("198.51.100.{turn}");
            found::relay(&field.office, Finder { address, ..finder(CHIP) }).await.unwrap();
        }
        let limited = refusal(found::relay(&field.office, finder(CHIP)).await);
        assert!(matches!(limited, Refusal::TooManyAttempts { .. }));
        assert_eq!(letters(&field, found::LETTER).await.len(), 5);
    }

    async fn the_figures_know_their_years_and_targets(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        assert_eq!(figures::years(&field.office).await.unwrap(), Vec::<i16>::new());
        with_guest(&field, &guest, CHIP).await;
        assert_eq!(figures::years(&field.office).await.unwrap(), [2026]);
        let promised = figures::targets(&field.office, 2026).await.unwrap();
        let expected = Targets {
            implantations: 800,
            dewormings_internal: 800,
            dewormings_external: 800,
            sterilisations: 0,
        };
        assert_eq!(promised, expected);
        assert_eq!(figures::targets(&field.office, 2025).await.unwrap(), Targets::default());
    }
}
