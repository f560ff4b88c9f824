//! What the RNM lacks of an animal is said by whoever has it at the table, and nothing else is
//! changed by that.

use domain::animal::AnimalDetails;
use domain::catalogue::{DewormingKind, Pattern};
use domain::command::{Command, CorrectionReason};
use domain::refusal::Refusal;
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
        let colleague = colleague_of(&field).await;
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
}
