//! What the RNM lacks of an animal is said by whoever has it at the table, and nothing else is
//! changed by that; nor does a phone's form of the morning undo what others said since.

use domain::animal::AnimalDetails;
use domain::catalogue::{DangerQualification, DewormingKind, Pattern};
use domain::command::{Command, CorrectionReason};
use domain::name::{PetName, ShortText};
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::submission::{Outcome, Submission};

use crate::it::amending::colleague_of;
use crate::it::field::{Field, Guest, dog, refusal};

const CHIP: &str = "999000000000451";

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// What a phone sends that knows the dog by another name, of which somebody tells the pattern.
fn said(guest: &Guest, pattern: Pattern, reason: CorrectionReason) -> Command {
    let acquired_on = "2024-02-01".parse().ok();
    let details = AnimalDetails { pattern: Some(pattern), acquired_on, ..dog("Otro") };
    Command::CorrectAnimal { animal: guest.dog, details: Box::new(details), reason }
}

on_both_databases! {
    async fn what_nobody_had_said_of_a_dog_is_said_by_who_has_it_at_the_table(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_485);
        accepted(&field.submit(field.visit(&guest, CHIP)).await);
        let sheet = async || {
            let actor = field.as_coordinator();
            let sheet = backend::desk::register::animal(&field.office, actor, guest.dog).await;
            sheet.unwrap().details
        };
        let before = sheet().await;
        // Somebody else, on another day.
        field.office.clock.advance_ms(2 * domain::timestamp::DAY_MS);
        let colleague = colleague_of(&field, Role::Operative).await;
        let corrected = said(&guest, Pattern::Bands, CorrectionReason::Mistyped);
        let outcome = field.submit_as(colleague, vec![corrected]).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        let away = |command| {
            let submission = field.submission(colleague, vec![command]);
            [Submission { outreach: None, ..submission }]
        };
        let completed = |pattern| said(&guest, pattern, CorrectionReason::Completed);
        let reply = field.send(colleague, &away(completed(Pattern::Bands))).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::NotYourRecord);
        assert_eq!(sheet().await, before);

        for (pattern, kind) in [
            (Pattern::Bands, DewormingKind::Internal),
            (Pattern::Tabby, DewormingKind::External),
        ] {
            let visit = vec![completed(pattern), field.dewormed(guest.dog, kind)];
            accepted(&field.submit_as(colleague, visit).await);
            let acquired_on = "2024-02-01".parse().ok();
            let pattern = Some(Pattern::Bands);
            let expected = AnimalDetails { pattern, acquired_on, ..before.clone() };
            assert_eq!(sheet().await, expected, "the first word counts, and what was known");
        }
        let told = "SELECT COUNT(*) FROM history WHERE kind = 'animal_corrected'";
        assert_eq!(database.number(told).await, 1, "the second said nothing new");
        let actor = field.as_coordinator();
        let sheet = backend::desk::register::animal(&field.office, actor, guest.dog).await.unwrap();
        let line = sheet.history.iter().find(|line| line.kind == "animal_corrected").unwrap();
        let named = |name: &str| ("name".to_owned(), name.to_owned());
        let said = line.said.as_deref().unwrap();
        assert!(said.contains(&named("Ñato")) && !said.contains(&named("Otro")), "{said:?}");
    }

    async fn a_form_of_the_morning_undoes_nothing_that_the_desk_said_since(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_486);
        let consenting = OwnerDetails { consents_to_photos: true, ..guest.details() };
        let mut visit = field.visit(&guest, CHIP);
        if let Command::RegisterOwner { details, .. } = &mut visit[0] {
            **details = consenting.clone();
        }
        let reason = CorrectionReason::Mistyped;
        let dog_is = |details| {
            let (animal, details) = (guest.dog, Box::new(details));
            Command::CorrectAnimal { animal, details, reason }
        };
        let owner_is = |details| {
            let (owner, details) = (guest.owner, Box::new(details));
            Command::CorrectOwner { owner, details, reason }
        };
        // Both come home in one batch, and the second takes back what the first says.
        let operative = field.as_operative();
        let batch = [visit, vec![dog_is(dog("Ñata"))], vec![dog_is(dog("Ñato"))]];
        let batch = batch.map(|commands| field.submission(operative, commands));
        for answer in field.send(operative, &batch).await.answers {
            accepted(&answer.outcome);
        }
        let known = async || {
            let actor = field.as_coordinator();
            let office = &field.office;
            let animal = backend::desk::register::animal(office, actor, guest.dog).await.unwrap();
            let owner = backend::desk::register::owner(office, actor, guest.owner).await.unwrap();
            (animal.details, owner.details.unwrap())
        };
        assert_eq!(known().await, (dog("Ñato"), consenting.clone()));

        let qualified_dangerous = DangerQualification::ALL.first().copied();
        let pattern = Some(Pattern::Bands);
        let at_desk = AnimalDetails { qualified_dangerous, pattern, ..dog("Ñato") };
        let address = ShortText::parse("Otra calle 7").ok();
        let withdrawn = OwnerDetails { address, ..guest.details() };
        let desk = vec![dog_is(at_desk.clone()), owner_is(withdrawn.clone())];
        accepted(&field.submit_as(field.as_coordinator(), desk).await);

        for name in ["Luna", "Sol", "Ñato"] {
            let phone = domain::contact::Phone::parse("+56 9 1234 5678").ok();
            let form = OwnerDetails { phone, ..consenting.clone() };
            accepted(&field.submit(vec![dog_is(dog(name)), owner_is(form)]).await);
            let name = PetName::parse(name).unwrap();
            let dog = AnimalDetails { name, ..at_desk.clone() };
            assert_eq!(known().await, (dog, OwnerDetails { phone, ..withdrawn.clone() }));
        }
        let keys = crate::it::keys::keys(&database).await;
        let report = backend::history::verify(&database.store, &keys).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);

        // An erased person is not written anew.
        let (office, ground) = (&field.office, "Solicitud del titular, Ley 21.719");
        let system = backend::actor::Actor::System;
        backend::erasure::erase_owner(office, system, guest.owner, ground).await.unwrap();
        let outcome = field.submit(vec![owner_is(consenting)]).await;
        assert_eq!(refusal(&outcome), &Refusal::ChangedMeanwhile);
    }
}
