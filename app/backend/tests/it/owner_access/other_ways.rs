//! Ways in for who has no e-mail, no chipped animal, or no RUN.

use backend::documents;
use backend::owner_access::code::{self, MOST_TRIES, Wanted};
use domain::command::Command;
use domain::identity::{IdentityDocument, SchoolIdKind};
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::run::Run;
use domain::submission::{IssuedDocument, Outcome};

use super::{CHIP, enter, letters, mailed_code, refusal, wanted, whose};
use crate::it::field::{Field, Guest};

/// A visit whose document waits for a signature.
async fn waits(field: &Field, guest: &Guest, chip: &str) -> IssuedDocument {
    let outcome = field.submit(field.visit(guest, chip)).await;
    let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
    let [paper] = <[IssuedDocument; 1]>::try_from(documents).unwrap();
    assert!(paper.link.is_none(), "{paper:?}");
    paper
}

/// Has the coordinator do something.
async fn told(field: &Field, commands: Vec<Command>) {
    let outcome = field.submit_as(field.as_coordinator(), commands).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

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

    async fn the_slip_of_who_gave_the_dog_away_opens_nothing_of_who_has_it(database) {
        let field = Field::on(&database).await;
        let from = Guest { email: None, ..Guest::new(41_234_567) };
        let to = Guest { email: None, ..Guest::new(41_234_568) };
        let paper = waits(&field, &from, CHIP).await;
        let code = paper.slip_code.unwrap();
        told(&field, vec![to.registered()]).await;
        told(&field, vec![Command::TransferAnimal { animal: from.dog, owner: to.owner }]).await;
        assert_eq!(whose(&field, "", &code).await, from.owner.0, "until it is signed");
        assert_eq!(field.authorise().await, 1);
        assert_eq!(refusal(enter(&field, "", &code).await), Refusal::LinkUnusable);
        // Who has the dog has no e-mail either, and is given a slip with a code of its own.
        let slip = documents::slip(&field.office, field.as_coordinator(), paper.id).await.unwrap();
        assert_eq!((slip.owner, whose(&field, "", &slip.code).await), (to.owner, to.owner.0));
        assert_ne!(slip.code, code);
    }

    async fn nobody_has_a_slip_of_a_dog_that_went_to_somebody_with_an_e_mail(database) {
        let (field, to) = (Field::on(&database).await, Guest::new(41_234_568));
        let from = Guest { email: None, ..Guest::new(41_234_567) };
        let paper = waits(&field, &from, CHIP).await;
        told(&field, vec![to.registered()]).await;
        told(&field, vec![Command::TransferAnimal { animal: from.dog, owner: to.owner }]).await;
        assert_eq!(field.authorise().await, 1);
        let code = paper.slip_code.unwrap();
        assert_eq!(refusal(enter(&field, "", &code).await), Refusal::LinkUnusable);
        let slip = documents::slip(&field.office, field.as_coordinator(), paper.id).await;
        assert_eq!(refusal(slip), Refusal::DocumentUnknown);
    }

    async fn the_slip_of_one_of_two_records_of_a_person_goes_on_opening(database) {
        let field = Field::on(&database).await;
        let one = Guest { email: None, ..Guest::new(41_234_567) };
        let kept = Guest { email: None, ..Guest::new(41_234_568) };
        let paper = waits(&field, &one, CHIP).await;
        told(&field, vec![kept.registered()]).await;
        told(&field, vec![Command::MergeOwners { kept: kept.owner, merged: one.owner }]).await;
        assert_eq!(field.authorise().await, 1);
        assert_eq!(whose(&field, "", &paper.slip_code.unwrap()).await, kept.owner.0);
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

    async fn who_has_a_school_number_names_it_whosever_it_is(database) {
        let field = Field::on(&database).await;
        for (number, kind) in [(41_234_567, SchoolIdKind::Ipa), (41_234_568, SchoolIdKind::Ipe)] {
            let guest = Guest::new(number);
            let run = Run::from_number(Run::FIRST_SCHOOL_ID + number).unwrap();
            let document = IdentityDocument::SchoolId { kind, run };
            let details = Box::new(OwnerDetails { document, ..guest.details() });
            let registered = Command::RegisterOwner { owner: guest.owner, details };
            let outcome = field.submit(vec![registered, guest.dog_registered("Luna")]).await;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
            let wanted = Wanted { run: run.to_string(), ..wanted(&guest, "") };
            let handle = code::request(&field.office, wanted).await.unwrap();
            let code = mailed_code(&field).await;
            assert_eq!(whose(&field, &handle, &code).await, guest.owner.0);
        }
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
