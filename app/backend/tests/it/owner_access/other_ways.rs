//! Ways in for who has no e-mail, no chipped animal, or no RUN.

use backend::owner_access::code::{self, MOST_TRIES, Wanted};
use domain::command::Command;
use domain::identity::IdentityDocument;
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::submission::Outcome;

use super::{CHIP, enter, letters, mailed_code, refusal, wanted, whose};
use crate::it::field::{Field, Guest};

on_both_databases! {
    async fn the_code_of_a_slip_opens_too_and_is_void_after_five_wrong_ones(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(41_234_567) };
        field.authorise().await;
        let outcome = field.submit(field.visit(&guest, CHIP)).await;
        let Outcome::Accepted { documents, .. } = outcome else { panic!() };
        let slip = documents[0].slip_code.clone().unwrap();
        let handle = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        assert_eq!(letters(&field, code::LETTER).await.len(), 0);
        let typed = format!("{}-{}", slip[..5].to_lowercase(), &slip[5..]);
        enter(&field, &handle, &typed).await.unwrap();
        // It may be used again, by itself and beside any RUN: it says whose it is.
        let stranger =
            code::request(&field.office, wanted(&Guest::new(44_444_444), "000017")).await.unwrap();
        for handle in ["", &stranger] {
            assert_eq!(whose(&field, handle, &slip).await, guest.owner.0);
        }
        assert_eq!(refusal(enter(&field, "", "AAAAAAAAAA").await), Refusal::LinkUnusable);
        let handle = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        for _ in 0..MOST_TRIES {
            refusal(enter(&field, &handle, "AAAAAAAAAA").await);
        }
        let handle = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        assert!(matches!(refusal(enter(&field, &handle, &slip).await), Refusal::WrongCode { .. }));
    }

    async fn who_has_no_chipped_animal_names_none(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        field.authorise().await;
        let outcome = field.submit(vec![guest.registered(), guest.dog_registered("Luna")]).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let handle = code::request(&field.office, wanted(&guest, " ")).await.unwrap();
        let code = mailed_code(&field).await;
        assert_eq!(whose(&field, &handle, &code).await, guest.owner.0);
        // Who has one names it, or nothing is mailed; the answer is the same.
        field.submit(vec![field.chipped(guest.dog, CHIP)]).await;
        code::request(&field.office, wanted(&guest, "")).await.unwrap();
        assert_eq!(letters(&field, code::LETTER).await.len(), 1);
    }

    async fn who_has_a_passport_names_its_country_and_number(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        let document = IdentityDocument::parse_passport("Costa Rica", "AB 123456").unwrap();
        let details = Box::new(OwnerDetails { document, ..guest.details() });
        let registered = Command::RegisterOwner { owner: guest.owner, details };
        field.submit(vec![registered, guest.dog_registered("Luna")]).await;
        let run = " costa rica  ab123456".to_owned();
        let wanted = Wanted { run, ..wanted(&guest, "") };
        let handle = code::request(&field.office, wanted).await.unwrap();
        let code = mailed_code(&field).await;
        assert_eq!(whose(&field, &handle, &code).await, guest.owner.0);
    }
}
