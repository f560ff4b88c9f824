//! Runs what became of submissions that were not accepted, on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::submission::{
    DeviceRow, SubmissionRow, Unaccepted, UnacceptedWantedRow,
};
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::story_phones::{phone_and_outreach, submission_row};

/// Every refused one.
const REFUSED: UnacceptedWantedRow = of(Unaccepted::Refused, None);

const fn of(list: Unaccepted, device: Option<Uuid>) -> UnacceptedWantedRow {
    UnacceptedWantedRow { list, device }
}

on_both_databases! {
    async fn what_waits_is_listed_of_all_phones_and_of_one(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, _) = phone_and_outreach(tx).await?;
            let other = DeviceRow { id: fresh_id(), ..device.clone() };
            tx.write_devices(std::slice::from_ref(&other)).await?;
            let held = |phone: &DeviceRow, sequence, received_at| SubmissionRow {
                outcome: "quarantined".to_owned(),
                received_at,
                ..submission_row(phone, sequence)
            };
            // Of those that came at once the phone's count tells the order.
            let (second, first) = (held(&device, 2, 4), held(&device, 1, 4));
            let (old, clash) = (held(&other, 7, 3), submission_row(&device, 9));
            let clash = SubmissionRow { received_at: 5, ..clash };
            let rows = [
                second.clone(),
                first.clone(),
                clash.clone(),
                old.clone(),
                SubmissionRow { resolved_at: Some(5), ..held(&device, 3, 4) },
                SubmissionRow { outcome: "accepted".to_owned(), ..held(&device, 4, 4) },
                SubmissionRow { outcome: "refused".to_owned(), ..held(&device, 5, 4) },
            ];
            assert!(tx.insert_submissions(&rows).await?);
            let all = of(Unaccepted::Waiting, None);
            let listed = [old.clone(), first.clone(), second.clone(), clash.clone()];
            assert_eq!(tx.list_unaccepted(&all, 9, 0).await?, listed);
            assert_eq!(tx.list_unaccepted(&all, 2, 2).await?, listed[2..]);
            assert_eq!(tx.count_unaccepted(&all).await?, 4);
            let phones = [(device.id, 3), (other.id, 1)];
            assert_eq!(tx.phones_unaccepted(&all, 9).await?, phones);
            assert_eq!(tx.phones_unaccepted(&all, 1).await?, phones[..1]);
            let one = of(Unaccepted::Waiting, Some(device.id));
            assert_eq!(tx.list_unaccepted(&one, 9, 0).await?, [first, second, clash]);
            assert_eq!(tx.count_unaccepted(&one).await?, 3);
            let none = of(Unaccepted::Waiting, Some(fresh_id()));
            assert_eq!(tx.list_unaccepted(&none, 9, 0).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_was_resolved_is_told_in_turns(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, _) = phone_and_outreach(tx).await?;
            let (staff, mut ids) = (device.staff_id, Vec::new());
            for at in 5..8 {
                let row = submission_row(&device, at);
                assert!(tx.insert_submissions(std::slice::from_ref(&row)).await?);
                tx.resolve_submission(row.id, &at.to_string(), staff, at).await?;
                ids.push(row.id);
            }
            let sender = [(device.id, staff)];
            let told = |answer: &str| (device.id, staff, staff, answer.to_owned());
            assert_eq!(tx.resolved_answers(&sender, 4, 2).await?, [told("7"), told("6")]);
            tx.note_told(&[ids[2], fresh_id(), ids[1]]).await?;
            assert_eq!(tx.resolved_answers(&sender, 4, 2).await?, [told("5"), told("7")]);
            tx.note_told(&[ids[0], ids[2]]).await?;
            assert_eq!(tx.resolved_answers(&sender, 4, 2).await?, [told("6"), told("5")]);
            tx.note_told(&[]).await?;
            // More than one statement names.
            let mut many: Vec<_> = (0..33_000).map(|_| fresh_id()).collect();
            many.extend([ids[1], ids[0]]);
            assert_eq!(tx.known_submissions(&many).await?.len(), 2);
            tx.note_told(&many).await?;
            assert_eq!(tx.resolved_answers(&sender, 4, 1).await?, [told("7")]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_waited_of_a_phone_at_a_moment(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, _) = phone_and_outreach(tx).await?;
            let held = |sequence, received_at, resolved_at| SubmissionRow {
                outcome: "quarantined".to_owned(),
                received_at,
                resolved_at,
                ..submission_row(&device, sequence)
            };
            let (second, first) = (held(2, 3, None), held(1, 5, Some(5)));
            let rows = [
                second.clone(),
                first.clone(),
                held(3, 6, None),
                held(4, 3, Some(4)),
                submission_row(&device, 5),
            ];
            assert!(tx.insert_submissions(&rows).await?);
            let (of, all) = (device.id, (0, Uuid::nil()));
            assert_eq!(tx.quarantined_of(of, 5, all, 9).await?, [first.clone(), second.clone()]);
            assert_eq!(tx.quarantined_of(of, 5, all, 1).await?, [first.clone()]);
            assert_eq!(tx.quarantined_of(of, 2, all, 9).await?, []);
            assert_eq!(tx.quarantined_of(fresh_id(), 5, all, 9).await?, []);
            // Behind one, also where another has its number.
            let id = Uuid::from_u128(first.id.as_u128() + 1);
            let twin = SubmissionRow { id, ..first.clone() };
            assert!(tx.insert_submissions(std::slice::from_ref(&twin)).await?);
            let behind = (first.sequence, first.id);
            let left = [twin.clone(), second.clone()];
            assert_eq!(tx.quarantined_of(of, 5, behind, 9).await?, left);
            let behind = (twin.sequence, twin.id);
            assert_eq!(tx.quarantined_of(of, 5, behind, 9).await?, [second]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_was_brought_has_the_answer_to_its_makers_phone(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, _) = phone_and_outreach(tx).await?;
            let held = |sequence| SubmissionRow {
                outcome: "quarantined".to_owned(),
                ..submission_row(&device, sequence)
            };
            let (taken, clash, gone) = (held(1), held(2), held(3));
            assert!(tx.insert_submissions(&[taken.clone(), clash.clone(), gone.clone()]).await?);
            tx.resolve_submission(gone.id, "{}", device.staff_id, 5).await?;
            let freed = |row: &SubmissionRow, outcome: &str, body: Option<&str>| SubmissionRow {
                outcome: outcome.to_owned(),
                answer: "{\"a\":1}".to_owned(),
                body: body.map(str::to_owned),
                staff_id: fresh_id(),
                ..row.clone()
            };
            let taken = freed(&taken, "accepted", None);
            let clash = freed(&clash, "conflict", Some("{}"));
            for row in [&taken, &clash, &freed(&gone, "accepted", None)] {
                tx.free_submission(row).await?;
            }
            // What it is now stays.
            tx.free_submission(&freed(&clash, "accepted", None)).await?;
            for row in [taken, clash] {
                assert_eq!(tx.submission(row.id).await?, Some(row));
            }
            let gone = tx.submission(gone.id).await?.map(|row| (row.outcome, row.resolved_at));
            assert_eq!(gone, Some(("quarantined".to_owned(), Some(5))));
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_was_refused_and_mended_by_nobody_is_listed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, _) = phone_and_outreach(tx).await?;
            let desk = DeviceRow { id: fresh_id(), is_desk: true, ..device.clone() };
            tx.write_devices(std::slice::from_ref(&desk)).await?;
            let refused = |phone: &DeviceRow, sequence, received_at| SubmissionRow {
                outcome: "refused".to_owned(),
                received_at,
                ..submission_row(phone, sequence)
            };
            let (old, new) = (refused(&device, 1, 3), refused(&device, 2, 4));
            let corrected = SubmissionRow { replaces: Some(old.id), ..refused(&device, 3, 2) };
            let rows = [
                old.clone(),
                new.clone(),
                refused(&desk, 1, 9),
                SubmissionRow { resolved_at: Some(5), ..refused(&device, 4, 9) },
                submission_row(&device, 5),
            ];
            assert!(tx.insert_submissions(&rows).await?);
            assert_eq!(tx.list_unaccepted(&REFUSED, 9, 0).await?, [new.clone(), old.clone()]);
            assert_eq!(tx.list_unaccepted(&REFUSED, 1, 0).await?, [new.clone()]);
            assert_eq!(tx.list_unaccepted(&REFUSED, 1, 1).await?, [old]);
            assert!(tx.insert_submissions(std::slice::from_ref(&corrected)).await?);
            assert_eq!(tx.list_unaccepted(&REFUSED, 9, 0).await?, [new, corrected]);
            assert_eq!(tx.count_unaccepted(&REFUSED).await?, 2);
            assert_eq!(tx.phones_unaccepted(&REFUSED, 9).await?, [(device.id, 2)]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_was_withdrawn_on_its_phone_is_resolved_and_listed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, _) = phone_and_outreach(tx).await?;
            let staff = device.staff_id;
            let refused = |sequence| SubmissionRow {
                outcome: "refused".to_owned(),
                ..submission_row(&device, sequence)
            };
            let (clash, first) = (submission_row(&device, 1), refused(2));
            let corrected = SubmissionRow { replaces: Some(first.id), ..refused(3) };
            let rows = [clash.clone(), first.clone(), corrected.clone()];
            assert!(tx.insert_submissions(&rows).await?);
            assert_eq!(tx.list_unaccepted(&REFUSED, 9, 0).await?, [corrected.clone()]);
            let withdrawn = |row: &SubmissionRow, at| SubmissionRow {
                answer: "{\"a\":1}".to_owned(),
                resolved_at: Some(at),
                resolved_by: Some(staff),
                withdrawn_at: Some(4),
                ..row.clone()
            };
            tx.withdraw_submission(clash.id, "{\"a\":1}", staff, (5, 4)).await?;
            tx.withdraw_submission(corrected.id, "{\"a\":1}", staff, (6, 4)).await?;
            let (clash, corrected) = (withdrawn(&clash, 5), withdrawn(&corrected, 6));
            // Who was first stands.
            tx.withdraw_submission(clash.id, "{}", fresh_id(), (9, 8)).await?;
            assert_eq!(tx.submission(clash.id).await?, Some(clash.clone()));
            let after = |since| of(Unaccepted::Withdrawn { since }, None);
            let both = [corrected.clone(), clash.clone()];
            assert_eq!(tx.list_unaccepted(&after(4), 9, 0).await?, both);
            assert_eq!(tx.list_unaccepted(&after(4), 9, 1).await?, [clash]);
            assert_eq!(tx.list_unaccepted(&after(5), 9, 0).await?, [corrected]);
            assert_eq!(tx.count_unaccepted(&after(6)).await?, 0);
            assert_eq!(tx.phones_unaccepted(&after(4), 9).await?, [(device.id, 2)]);
            assert_eq!(tx.list_unaccepted(&REFUSED, 9, 0).await?, [first]);
            assert_eq!(tx.count_unaccepted(&of(Unaccepted::Waiting, None)).await?, 0);
            Ok(())
        })).await;
        done.unwrap();
    }
}
