//! What somebody withdraws on the phone after it was refused or in conflict: it comes with a batch,
//! counts once, and is asked of nobody at the desk.

use backend::actor::Actor;
use backend::desk::phones::{self, Standing};
use backend::desk::{home, unresolved};
use domain::desk::queue::Resolution;
use domain::desk::unresolved::UnresolvedView;
use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, PhoneReport, Submission, Withdrawn};
use domain::timestamp::{DAY_MS, Timestamp};
use std::slice;

use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, NOW, refusal};
use crate::it::refused::misread;
use crate::it::unresolved::{lines_of, waiting_lines};

const CHIP: &str = "999000000001201";
const OTHER_CHIP: &str = "999000000001202";
/// When it was withdrawn, by the phone's clock.
const THEN: Timestamp = NOW.plus_ms(-90_000);

/// A submission in conflict, from a phone that has one accepted before it.
async fn in_conflict(field: &Field, run: u32) -> Submission {
    let actor = field.as_operative();
    field.submit(field.visit(&Guest::new(run), CHIP)).await;
    let submission = field.submission(actor, field.visit(&Guest::new(run + 1), CHIP));
    let reply = field.send(actor, slice::from_ref(&submission)).await;
    assert!(matches!(reply.answers[0].outcome, Outcome::Conflict { .. }), "{reply:?}");
    submission
}

/// Tells that these were withdrawn; answers what the reply says to be resolved, in their order.
async fn told(field: &Field, actor: Actor, ids: &[SubmissionId]) -> Vec<Answer> {
    let withdrawn = ids.iter().map(|id| Withdrawn { id: *id, at: THEN }).collect();
    let report = PhoneReport { clock: NOW, withdrawn, ..PhoneReport::default() };
    let mut resolved = field.send_saying(actor, &[], report).await.resolved;
    resolved.sort_by_key(|answer| ids.iter().position(|id| *id == answer.id));
    resolved
}

fn ids(answers: &[Answer]) -> Vec<SubmissionId> {
    answers.iter().map(|answer| answer.id).collect()
}

/// How many wait at the desk in conflict and refused, and how many are withdrawn.
async fn listed(field: &Field) -> (usize, usize, usize) {
    let refused = lines_of(field, UnresolvedView::Refused).await;
    let withdrawn = lines_of(field, UnresolvedView::Withdrawn).await;
    (waiting_lines(field).await.len(), refused.len(), withdrawn.len())
}

on_both_databases! {
    async fn what_is_withdrawn_on_its_phone_is_asked_of_nobody(database) {
        let field = Field::on(&database).await;
        let (actor, present) = (field.as_operative(), at_browser(field.as_coordinator()));
        let clash = in_conflict(&field, 40_001_201).await;
        let wrong = misread(&field, 40_001_203, None).await;
        assert_eq!(listed(&field).await, (1, 1, 0));

        // The reply may be lost on its way.
        let both = [clash.id, wrong.id];
        for _ in 0..2 {
            let resolved = told(&field, actor, &both).await;
            assert_eq!(ids(&resolved), both, "each once");
            let reasons: Vec<_> = resolved.iter().map(|one| refusal(&one.outcome)).collect();
            assert_eq!(reasons, [&Refusal::ChipTaken, &Refusal::ChipReadingsDiffer]);
            field.office.clock.advance_ms(60_000);
        }
        assert_eq!(listed(&field).await, (0, 0, 2));
        for line in lines_of(&field, UnresolvedView::Withdrawn).await {
            assert_eq!(line.withdrawn, Some(("Prueba operative".to_owned(), THEN)));
            assert!(line.submission.is_some() && line.is_refused(), "whole: {line:?}");
        }
        let home = home(&field.office, present.actor).await.unwrap();
        assert_eq!(home.unresolved, Some(0));
        let right = Resolution::Accept { chip: Some(OTHER_CHIP.to_owned()) };
        let late = unresolved::resolve(&field.office, &present, clash.id, right).await;
        assert_eq!(refused(late), Refusal::ChangedMeanwhile);
        let again = field.send(actor, slice::from_ref(&clash)).await.answers.remove(0);
        assert!(matches!(again.outcome, Outcome::Refused { .. }), "{again:?}");

        let links = "SELECT COUNT(*) FROM history WHERE kind = 'submission_withdrawn'";
        assert_eq!(database.number(links).await, 2, "it counts once");
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
        field.office.clock.advance_ms(30 * DAY_MS);
        assert_eq!(listed(&field).await, (0, 0, 0));
    }

    async fn only_its_makers_word_counts_and_none_from_a_revoked_phone(database) {
        let field = Field::on(&database).await;
        let (actor, desk) = (field.as_operative(), field.as_coordinator());
        let clash = in_conflict(&field, 40_001_211).await;
        assert_eq!(told(&field, field.as_veterinarian(), &[clash.id]).await, []);
        let stand = async |standing, words| {
            phones::stand(&field.office, desk, field.device, (standing, words)).await.unwrap();
        };
        stand(Standing::Revoked, "Se perdió").await;
        assert_eq!(told(&field, actor, &[clash.id]).await, []);
        assert_eq!(listed(&field).await, (1, 0, 0));

        // Whichever phone they have by then: it may count as another since.
        stand(Standing::Admitted, "Apareció").await;
        let field = field.with_another_phone();
        assert_eq!(ids(&told(&field, actor, &[clash.id]).await), [clash.id]);
        assert_eq!(listed(&field).await, (0, 0, 1));
    }

    async fn what_nobody_need_decide_is_named_and_stays_as_it_was(database) {
        let field = Field::on(&database).await;
        let (actor, present) = (field.as_operative(), at_browser(field.as_coordinator()));
        let clash = in_conflict(&field, 40_001_221).await;
        let words = Resolution::Dismiss { words: "Estaba repetido".to_owned() };
        unresolved::resolve(&field.office, &present, clash.id, words).await.unwrap();
        let taken = field.submission(actor, field.visit(&Guest::new(40_001_223), OTHER_CHIP));
        field.send(actor, slice::from_ref(&taken)).await;
        let unknown = backend::clock::fresh_id().into();
        let resolved = told(&field, actor, &[clash.id, taken.id, unknown]).await;
        assert_eq!(ids(&resolved), [clash.id, taken.id]);
        assert!(matches!(resolved[1].outcome, Outcome::Accepted { .. }), "{resolved:?}");
        assert_eq!(listed(&field).await, (0, 0, 0));
        let animals = "SELECT COUNT(*) FROM animal";
        assert_eq!(database.number(animals).await, 2, "nothing of it is undone");
    }

    async fn what_a_withdrawn_correction_was_to_mend_is_listed_again(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let first = misread(&field, 40_001_231, None).await;
        let second = misread(&field, 40_001_231, Some(&first)).await;
        let shown = async || {
            let lines = lines_of(&field, UnresolvedView::Refused).await.into_iter();
            lines.map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(shown().await, [second.id]);
        told(&field, actor, &[second.id]).await;
        assert_eq!(shown().await, [first.id], "it waits on its phone again");
    }
}
