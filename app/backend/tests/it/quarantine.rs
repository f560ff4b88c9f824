//! What waits at the desk is recorded once, whoever is first: a coordinator, a colleague, or the
//! phone of who made it, which takes off quarantine what somebody else had brought.

use std::slice;

use backend::actor::Actor;
use backend::desk::phones::{self, Standing};
use backend::desk::unresolved;
use backend::stock;
use domain::command::Command;
use domain::desk::queue::Resolution;
use domain::desk::unresolved::UnresolvedView;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::stock::LossReason;
use domain::submission::{Answer, Outcome, Submission};

use crate::it::amending::colleague_of;
use crate::it::databases::Database;
use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, refusal};
use crate::it::refused::readings_differ;
use crate::it::stock::{doses, move_doses};
use crate::it::unresolved::{lines_of, waiting_lines};

const CHIP: &str = "999000000001301";
const AS_IT_IS: Resolution = Resolution::Accept { chip: None };

/// What the operative has recorded on the phone, brought by a coordinator: it waits.
pub async fn brought(field: &Field, commands: Vec<Command>) -> Submission {
    let made = field.submission(field.as_operative(), commands);
    let answer = sent(field, field.as_coordinator(), slice::from_ref(&made)).await.remove(0);
    assert_eq!(answer.outcome, Outcome::Quarantined);
    made
}

async fn sent(field: &Field, actor: Actor, submissions: &[Submission]) -> Vec<Answer> {
    field.send(actor, submissions).await.answers
}

fn words(answers: &[Answer]) -> Vec<&str> {
    answers.iter().map(|answer| answer.outcome.word()).collect()
}

/// How many rows there are of something.
async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

/// How many wait at the desk and how many at their phones.
async fn waiting(field: &Field) -> (usize, usize) {
    let refused = lines_of(field, UnresolvedView::Refused).await;
    (waiting_lines(field).await.len(), refused.len())
}

on_both_databases! {
    async fn of_two_who_resolve_it_at_the_same_moment_one_does(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let other = at_browser(colleague_of(&field, Role::Coordinator).await);
        let mut recorded = 0;
        for turn in 0..6_u32 {
            let chip = format!("9990000000013{:02}", 10 + turn);
            let waits = brought(&field, field.visit(&Guest::new(40_001_310 + turn), &chip)).await;
            let put_away = Resolution::Dismiss { words: "Estaba repetido".to_owned() };
            let (kept, put) = tokio::join!(
                unresolved::resolve(office, &present, waits.id, AS_IT_IS),
                unresolved::resolve(office, &other, waits.id, put_away),
            );
            assert!(kept.is_ok() != put.is_ok(), "{turn}: {kept:?}, {put:?}");
            let is_kept = kept.is_ok();
            recorded += i64::from(is_kept);
            assert_eq!(refused(if is_kept { put } else { kept }), Refusal::ChangedMeanwhile);
            assert_eq!(count(&database, "owner").await, recorded, "{turn}");
            let told = sent(&field, field.as_operative(), slice::from_ref(&waits)).await;
            assert_eq!(words(&told), [if is_kept { "accepted" } else { "refused" }], "{turn}");
        }
        assert_eq!(waiting(&field).await, (0, 0));
    }

    async fn what_its_makers_phone_sends_is_answered_as_if_it_came_first(database) {
        let field = Field::on(&database).await;
        let (actor, desk) = (field.as_operative(), field.as_coordinator());
        let good = brought(&field, field.visit(&Guest::new(40_001_301), CHIP)).await;
        let clash = brought(&field, field.visit(&Guest::new(40_001_302), CHIP)).await;
        let wrong = brought(&field, readings_differ(&field, 40_001_303)).await;
        let all = [good, clash, wrong];
        assert_eq!(waiting(&field).await, (3, 0));

        // Nobody else's word does it, nor a phone that was revoked, nor something else.
        let held = ["quarantined"; 3];
        for other in [desk, field.as_veterinarian()] {
            assert_eq!(words(&sent(&field, other, &all).await), held);
        }
        let stand = async |standing| {
            let how = (standing, "Se perdió");
            phones::stand(&field.office, desk, field.device, how).await.unwrap();
        };
        stand(Standing::Revoked).await;
        assert_eq!(words(&sent(&field, actor, &all).await), held);
        stand(Standing::Admitted).await;
        let forged = all.clone().map(|one| Submission { utc_offset_minutes: 0, ..one });
        for answer in sent(&field, actor, &forged).await {
            assert_eq!(refusal(&answer.outcome), &Refusal::IdReused);
        }
        assert_eq!((waiting(&field).await, count(&database, "owner").await), ((3, 0), 0));

        field.office.clock.advance_ms(60_000);
        let reply = field.send(actor, &all).await;
        assert_eq!(words(&reply.answers), ["accepted", "conflict", "refused"]);
        assert_eq!((reply.receipt.stored_total, reply.receipt.complete_to_sequence), (3, 3));
        assert_eq!(waiting(&field).await, (1, 1), "one to compare, and one to mend on the phone");
        assert_eq!((count(&database, "owner").await, count(&database, "service").await), (1, 3));
        assert_eq!(sent(&field, actor, &all).await, reply.answers, "it is final");
        assert_eq!(count(&database, "history WHERE kind = 'submission_freed'").await, 3);

        let visit = field.visit(&Guest::new(40_001_303), "999000000001302");
        let replaces = Some(all[2].id);
        let right = Submission { replaces, ..field.submission(actor, visit) };
        assert_eq!(words(&sent(&field, actor, &[right]).await), ["accepted"]);
        assert_eq!(waiting(&field).await, (1, 0));
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn what_desk_and_phone_bring_in_at_the_same_moment_counts_once(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_operative());
        let present = at_browser(field.as_coordinator());
        let lot = doses("L-1301", "2027-12-31", "50");
        stock::receive_doses(office, present.actor, &lot).await.unwrap();
        let lot = stock::lots(office, present.actor).await.unwrap().0[0].lot().id;
        move_doses(&field, lot, "40", false).await.unwrap();
        // Of all that a phone records, doses have no identifier by which they would be known.
        let spoilt = || Command::WriteOffDoses { lot, doses: 1, reason: LossReason::Spoilt };
        for turn in 1..=6_u32 {
            let chip = format!("9990000000013{:02}", 20 + turn);
            let visit = field.visit(&Guest::new(40_001_320 + turn), &chip);
            let commands = if turn % 2 == 0 { visit } else { vec![spoilt()] };
            let waits = brought(&field, commands).await;
            let (recorded, answers) = tokio::join!(
                unresolved::resolve(office, &present, waits.id, AS_IT_IS),
                sent(&field, actor, slice::from_ref(&waits)),
            );
            if recorded.is_err() {
                assert_eq!(refused(recorded), Refusal::ChangedMeanwhile, "{turn}");
            }
            assert_eq!(words(&answers), ["accepted"], "{turn}");
            let again = sent(&field, actor, slice::from_ref(&waits)).await;
            assert_eq!(words(&again), ["accepted"], "{turn}");
            let lost = count(&database, "product_movement WHERE kind = 'spoilt'").await;
            let owners = count(&database, "owner").await;
            assert_eq!((lost, owners), (i64::from(turn.div_ceil(2)), i64::from(turn / 2)));
        }
        assert_eq!(waiting(&field).await, (0, 0));
    }

    async fn what_the_desk_records_ends_all_that_it_was_to_mend(database) {
        let field = Field::on(&database).await;
        let (actor, present) = (field.as_operative(), at_browser(field.as_coordinator()));
        field.submit(field.visit(&Guest::new(40_001_331), CHIP)).await;
        let first = field.submission(actor, field.visit(&Guest::new(40_001_332), CHIP));
        assert_eq!(words(&sent(&field, actor, slice::from_ref(&first)).await), ["conflict"]);
        let visit = field.visit(&Guest::new(40_001_332), "999000000001331");
        let replaces = Some(first.id);
        let second = Submission { replaces, ..field.submission(actor, visit) };
        let held = sent(&field, present.actor, slice::from_ref(&second)).await;
        assert_eq!(words(&held), ["quarantined"]);
        unresolved::resolve(&field.office, &present, second.id, AS_IT_IS).await.unwrap();
        assert_eq!(waiting(&field).await, (0, 0), "a coordinator would record it twice");
        let told = sent(&field, actor, &[first, second]).await;
        assert_eq!(words(&told), ["accepted", "accepted"]);
    }
}
