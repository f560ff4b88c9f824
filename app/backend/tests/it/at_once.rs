//! What a phone has in quarantine is recorded at once: in the phone's order, and once however often
//! it is asked; what cannot be recorded is told with its reason.

use std::slice;

use backend::desk::unresolved;
use domain::catalogue::DewormingKind;
use domain::desk::unresolved::{AtOnce, Place, UnresolvedFilter, UnresolvedView};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::submission::Submission;

use crate::it::amending::colleague_of;
use crate::it::databases::Database;
use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest};
use crate::it::quarantine::brought;
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000001501";
const OTHER_CHIP: &str = "999000000001502";

/// What the desk offers of the field's phone.
async fn offer(field: &Field) -> Option<AtOnce> {
    let waiting = UnresolvedFilter::of(UnresolvedView::Waiting);
    let filter = UnresolvedFilter { phone: Some(field.device), ..waiting };
    let list = unresolved::list(&field.office, field.as_coordinator(), filter).await;
    list.unwrap().at_once
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

/// What came of these when the phone sends them.
async fn words(field: &Field, submissions: &[Submission]) -> Vec<String> {
    let answers = field.send(field.as_operative(), submissions).await.answers;
    answers.iter().map(|answer| answer.outcome.word().to_owned()).collect()
}

on_both_databases! {
    async fn a_phones_records_are_recorded_in_its_order_and_the_rest_is_told(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_operative());
        let present = at_browser(field.as_coordinator());
        assert_eq!(offer(&field).await, None, "there is nothing");
        let guest = Guest::new(40_001_501);
        let dose = field.dewormed(guest.dog, DewormingKind::Internal);
        let [first, later, clash, last] = [
            field.visit(&guest, CHIP),
            vec![dose],
            field.visit(&Guest::new(40_001_502), CHIP),
            field.visit(&Guest::new(40_001_503), OTHER_CHIP),
        ]
        .map(|commands| field.submission(actor, commands));
        // They are handed in the other way round.
        for one in [&last, &clash, &later, &first] {
            field.send(present.actor, slice::from_ref(one)).await;
            field.office.clock.advance_ms(1_000);
        }
        let wanted = offer(&field).await.unwrap();
        assert_eq!((wanted.count, wanted.through.sequence), (4, 4));
        field.office.clock.advance_ms(1_000);
        let late = brought(&field, field.visit(&Guest::new(40_001_504), "999000000001503")).await;

        let told = unresolved::record_at_once(office, &present, wanted).await.unwrap();
        let left: Vec<_> = told.left.iter().map(|one| (one.submission, &one.refusal)).collect();
        assert_eq!((told.recorded, left), (3, vec![(clash.id, &Refusal::ChipTaken)]));
        let waiting: Vec<_> = waiting_lines(&field).await.iter().map(|line| line.id).collect();
        assert_eq!(waiting, [clash.id, late.id], "nobody had seen the last one");
        let registered = [("owner", 2), ("animal", 2), ("service", 7)];
        for (table, rows) in registered {
            assert_eq!(count(&database, table).await, rows, "{table}");
        }

        // Sent again, by whomever, it is the same; something else under its name is refused.
        let submissions = count(&database, "submission").await;
        let colleague = colleague_of(&field, Role::Coordinator).await;
        for by in [&present, &at_browser(present.actor), &at_browser(colleague)] {
            let again = unresolved::record_at_once(office, by, wanted).await;
            assert_eq!(again.unwrap(), told);
        }
        let through = Place { sequence: 5, ..wanted.through };
        let other = AtOnce { through, ..wanted };
        let other = unresolved::record_at_once(office, &present, other).await;
        assert_eq!(refused(other), Refusal::SheetUsed);
        // And so it is when it broke off before it was noted.
        database.raw("DELETE FROM desk_act").await;
        let again = unresolved::record_at_once(office, &present, wanted).await;
        assert_eq!(again.unwrap(), told);
        assert_eq!(count(&database, "submission").await, submissions);
        for (table, rows) in registered {
            assert_eq!(count(&database, table).await, rows, "{table}");
        }

        let next = offer(&field).await.unwrap();
        assert_eq!((next.count, next.through.sequence), (2, 5));
        let all = [first, later, clash, last];
        assert_eq!(words(&field, &all).await, ["accepted", "accepted", "conflict", "accepted"]);
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn whoever_is_at_it_at_the_same_moment_each_record_counts_once(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let mut all = Vec::new();
        for number in 0..12_u32 {
            let chip = format!("9990000000015{:02}", 20 + number);
            let visit = field.visit(&Guest::new(40_001_520 + number), &chip);
            all.push(brought(&field, visit).await);
        }
        let wanted = offer(&field).await.unwrap();
        let other = at_browser(colleague_of(&field, Role::Coordinator).await);
        let another = offer(&field).await.unwrap();
        assert_ne!(wanted.act, another.act);
        let (one, two, three, sent) = tokio::join!(
            unresolved::record_at_once(office, &present, wanted),
            unresolved::record_at_once(office, &present, wanted),
            unresolved::record_at_once(office, &other, another),
            words(&field, &all[6..]),
        );
        let one = one.unwrap();
        assert_eq!(two.unwrap(), one, "it is one act");
        let three = three.unwrap();
        assert_eq!((&one.left, &three.left), (&Vec::new(), &Vec::new()));
        assert!(one.recorded + three.recorded >= 6 && one.recorded + three.recorded <= 12);
        assert_eq!(sent, ["accepted"; 6]);
        assert_eq!((count(&database, "owner").await, count(&database, "service").await), (12, 36));
        assert_eq!(waiting_lines(&field).await, []);
        assert_eq!(words(&field, &all).await, ["accepted"; 12]);
    }

    async fn more_than_one_act_records_is_recorded_by_the_next(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let actor = field.as_operative();
        let registered = |number: u32| vec![Guest::new(40_010_000 + number).registered()];
        let visits: Vec<_> =
            (0..252).map(|number| field.submission(actor, registered(number))).collect();
        for some in visits.chunks(126) {
            field.send(present.actor, some).await;
        }
        for (count, through) in [(250, 250), (2, 252)] {
            let wanted = offer(&field).await.unwrap();
            assert_eq!((wanted.count, wanted.through.sequence), (count, through));
            let told = unresolved::record_at_once(office, &present, wanted).await.unwrap();
            assert_eq!((told.recorded, told.left.len(), told.next), (count, 0, None));
            field.office.clock.advance_ms(1_000);
        }
        assert_eq!(offer(&field).await, None);
        assert_eq!(count(&database, "owner").await, 252);
    }

    async fn what_cannot_be_recorded_keeps_nothing_behind_it(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let nobody = Guest::new(40_020_000);
        let wrong = (0..251).map(|_| vec![field.dewormed(nobody.dog, DewormingKind::Internal)]);
        let right = (1..=2).map(|number| vec![Guest::new(40_020_000 + number).registered()]);
        let all = wrong.chain(right);
        let all: Vec<_> =
            all.map(|commands| field.submission(field.as_operative(), commands)).collect();
        for some in all.chunks(127) {
            field.send(present.actor, some).await;
        }
        let record = async |wanted| {
            let told = unresolved::record_at_once(office, &present, wanted).await.unwrap();
            field.office.clock.advance_ms(1_000);
            told
        };
        let wanted = offer(&field).await.unwrap();
        assert_eq!((wanted.count, wanted.after, wanted.stayed), (250, None, 0));
        let told = record(wanted).await;
        assert_eq!((told.recorded, told.left.len(), told.stayed), (0, 250, 250));
        let next = told.next.unwrap();
        assert_eq!((next.count, next.after, next.stayed), (3, Some(wanted.through), 250));
        let last = record(next).await;
        assert_eq!((last.recorded, last.left.len(), last.stayed), (2, 1, 251));
        assert_eq!(last.next, None, "there is an end");
        assert_eq!(count(&database, "owner").await, 2);
        assert_eq!(field.send(field.as_operative(), &[]).await.resolved.len(), 2);

        // Sent again, or after it broke off, it is the same.
        assert_eq!(record(next).await, last);
        database.raw("DELETE FROM desk_act").await;
        assert_eq!(record(next).await, last);
        // Whoever begins anew is not led on for ever, either.
        let again = record(offer(&field).await.unwrap()).await;
        assert_eq!((again.recorded, again.left.len(), again.stayed), (0, 250, 250));
        let end = record(again.next.unwrap()).await;
        assert_eq!((end.recorded, end.left.len(), end.next), (0, 1, None));
        assert_eq!(count(&database, "owner").await, 2);
    }
}
