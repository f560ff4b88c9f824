//! Runs submissions and phones on both databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::fresh::NamedRow;
use backend::store::vocabulary::keys::RecoveryKeyRow;
use backend::store::vocabulary::phone::{DelegationRow, KeyHolderRow, PhonesWantedRow};
use backend::store::vocabulary::programme::OutreachRow;
use backend::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use domain::role::Role;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row, staff_row};

/// Every phone.
const ALL: PhonesWantedRow =
    PhonesWantedRow { least: 0, seen_before: i64::MAX, worrying_before: None };

/// What a phone has sent with a number of its count.
pub fn submission_row(phone: &DeviceRow, sequence: i64) -> SubmissionRow {
    SubmissionRow {
        id: fresh_id(),
        device_id: phone.id,
        sequence,
        staff_id: phone.staff_id,
        maker_id: phone.staff_id,
        outreach_id: None,
        body_hash: vec![1, 2, 3],
        recorded_at: 1,
        received_at: 2,
        outcome: "conflict".to_owned(),
        answer: "{}".to_owned(),
        body: Some("{}".to_owned()),
        replaces: None,
        resolved_at: None,
        resolved_by: None,
        withdrawn_at: None,
    }
}

/// The word on a phone's key for an outreach, which somebody got.
fn delegation_row(
    (device_id, outreach_id): (uuid::Uuid, uuid::Uuid),
    paired_by: uuid::Uuid,
) -> DelegationRow {
    DelegationRow {
        device_id,
        outreach_id,
        public_key: vec![7; 32],
        paired_by,
        paired_at: 1,
        ends_at: 9,
        kid: vec![8; 8],
        signature: vec![9; 64],
        rekeyed_at: None,
    }
}

/// A phone that somebody works with, and an outreach.
pub async fn phone_and_outreach(tx: &mut Tx) -> Stored<(DeviceRow, OutreachRow)> {
    let staff = staff_row(Role::Operative);
    tx.insert_staff(&staff).await?;
    let device = DeviceRow {
        id: fresh_id(),
        staff_id: staff.id,
        name: "Teléfono 1".to_owned(),
        created_at: 1,
        last_seen_at: 1,
        ..DeviceRow::default()
    };
    tx.write_devices(std::slice::from_ref(&device)).await?;
    let programme = programme_row();
    tx.insert_programme(&programme).await?;
    let outreach = outreach_row(programme.id);
    tx.insert_outreach(&outreach).await?;
    Ok((device, outreach))
}

on_both_databases! {
    async fn submissions_and_phones(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (mut device, outreach) = phone_and_outreach(tx).await?;
            let staff = device.staff_id;
            device.stored_total = 1;
            tx.write_devices(std::slice::from_ref(&device)).await?;
            assert_eq!(tx.devices(&[device.id, fresh_id()]).await?, [device.clone()]);
            let row = SubmissionRow {
                outreach_id: Some(outreach.id),
                ..submission_row(&device, 3)
            };
            assert!(tx.insert_submissions(&[]).await?);
            assert!(tx.insert_submissions(std::slice::from_ref(&row)).await?);
            assert!(!tx.insert_submissions(std::slice::from_ref(&row)).await?);
            assert_eq!(tx.submission(row.id).await?, Some(row.clone()));
            assert_eq!(tx.lock_submission(row.id).await?, Some(row.clone()));
            assert_eq!(tx.lock_submission(fresh_id()).await?, None);
            assert_eq!(tx.known_submissions(&[row.id, fresh_id()]).await?, [row.clone()]);
            // Whoever gives a record the identifier of a submission has not named that one.
            let (submissions, owners) = (vec![fresh_id(), row.id, fresh_id()], vec![row.id]);
            let named = NamedRow { submissions, owners, ..NamedRow::default() };
            let answered = [(Some(row.id), Some("submission".to_owned()))];
            assert_eq!(tx.named_before(&named).await?, answered);
            assert_eq!(tx.sequences_beyond(&[(device.id, 0)], 5).await?, [(device.id, 3)]);
            tx.resolve_submission(row.id, "{\"a\":1}", staff, 5).await?;
            let (own, strange) = ((device.id, staff), (device.id, fresh_id()));
            let told = [(device.id, staff, staff, "{\"a\":1}".to_owned())];
            assert!(tx.has_resolved(&[fresh_id(), device.id, fresh_id()], 4).await?);
            assert!(!tx.has_resolved(&[device.id], 5).await?);
            assert!(!tx.has_resolved(&[fresh_id()], 4).await?);
            assert_eq!(tx.resolved_answers(&[own, strange], 4, 5).await?, told);
            assert_eq!(tx.resolved_answers(&[strange], 4, 5).await?, []);
            assert_eq!(tx.resolved_answers(&[own], 5, 5).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn the_phones_of_somebody_on_which_records_wait(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (silent, _) = phone_and_outreach(tx).await?;
            let phone = |waiting: i64| DeviceRow {
                id: fresh_id(),
                waiting: Some(waiting),
                ..silent.clone()
            };
            let (lost, desk) = (phone(3), DeviceRow { is_desk: true, ..phone(4) });
            tx.write_devices(&[phone(0), phone(1), phone(2), lost.clone(), desk]).await?;
            tx.revoke_phone(lost.id, Some(5)).await?;
            assert_eq!(tx.count_phones_unsent(silent.staff_id).await?, 2);
            assert_eq!(tx.count_phones_unsent(fresh_id()).await?, 0);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_was_not_taken_is_found_by_what_it_names(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (device, outreach) = phone_and_outreach(tx).await?;
            let sent = |sequence| SubmissionRow {
                outreach_id: Some(outreach.id),
                ..submission_row(&device, sequence)
            };
            let row = SubmissionRow {
                body: Some("{\"service\":\"b-7\"}".to_owned()),
                ..sent(3)
            };
            assert!(tx.insert_submissions(std::slice::from_ref(&row)).await?);
            let phone = (device.id, outreach.id);
            let named = tx.unaccepted_naming(phone, "b-7").await?;
            assert_eq!(named, None, "nothing shows that they had the phone there");
            tx.keep_delegation(&delegation_row(phone, device.staff_id)).await?;
            let named = tx.unaccepted_naming(phone, "b-7").await?;
            assert_eq!(named, Some(row.clone()));
            assert_eq!(tx.unaccepted_naming(phone, "b-8").await?, None);
            assert_eq!(tx.unaccepted_naming((fresh_id(), outreach.id), "b-7").await?, None);
            assert_eq!(tx.unaccepted_naming((device.id, fresh_id()), "b-7").await?, None);
            let later = SubmissionRow {
                outcome: "refused".to_owned(),
                received_at: 3,
                body: Some("{\"service\":\"B-7\"}".to_owned()),
                ..sent(4)
            };
            assert!(tx.insert_submissions(std::slice::from_ref(&later)).await?);
            let named = tx.unaccepted_naming(phone, "B-7").await?;
            assert_eq!(named, Some(row.clone()), "it waits for a person");
            tx.resolve_submission(row.id, "{}", device.staff_id, 5).await?;
            assert_eq!(tx.unaccepted_naming(phone, "b-7").await?, Some(later));
            let newer = (10..310).map(|sequence| SubmissionRow {
                received_at: sequence,
                ..sent(sequence)
            });
            assert!(tx.insert_submissions(&newer.collect::<Vec<_>>()).await?);
            assert_eq!(tx.unaccepted_naming(phone, "b-7").await?, None, "not all are read");
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn phones_as_the_coordination_sees_them(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let staff = staff_row(Role::Operative);
            tx.insert_staff(&staff).await?;
            let phone = DeviceRow {
                id: fresh_id(),
                staff_id: staff.id,
                created_at: 1,
                last_seen_at: 10,
                reported_at: Some(10),
                build: Some("b".to_owned()),
                waiting: Some(2),
                to_mend: Some(0),
                at_desk: Some(0),
                oldest_at: Some(107),
                persisted: Some(true),
                skew_ms: Some(100),
                pictures: Some(3),
                ..DeviceRow::default()
            };
            let silent = DeviceRow {
                id: fresh_id(),
                last_seen_at: 5,
                waiting: None,
                persisted: None,
                ..phone.clone()
            };
            let desk = DeviceRow { id: fresh_id(), is_desk: true, ..phone.clone() };
            tx.write_devices(&[phone.clone(), silent.clone(), desk.clone()]).await?;
            assert_eq!(tx.devices(&[desk.id]).await?, [desk]);
            assert_eq!(tx.list_phones(&ALL, 9, 0).await?, [phone.clone(), silent.clone()]);
            assert_eq!(tx.list_phones(&ALL, 1, 1).await?, [silent.clone()]);
            assert_eq!(tx.count_phones(&ALL).await?, 2);
            for (least, count) in [(1, 1), (5, 1), (6, 0)] {
                let holding = PhonesWantedRow { least, ..ALL };
                assert_eq!(tx.count_phones(&holding).await?, count, "{least}, pictures too");
            }
            assert_eq!(tx.count_phones(&PhonesWantedRow { seen_before: 10, ..ALL }).await?, 1);
            let worrying = |before| PhonesWantedRow { worrying_before: Some(before), ..ALL };
            assert_eq!(tx.count_phones(&worrying(7)).await?, 0, "by the server's clock");
            assert_eq!(tx.list_phones(&worrying(8), 9, 0).await?, [phone.clone()]);
            tx.revoke_phone(silent.id, Some(4)).await?;
            tx.rename_phone(silent.id, "Mesa 2").await?;
            assert_eq!(tx.count_phones(&worrying(7)).await?, 1, "it was seen after that");
            // What a phone brings takes back neither its name nor its revocation.
            tx.write_devices(&[silent.clone()]).await?;
            let kept = DeviceRow {
                name: "Mesa 2".to_owned(),
                revoked_at: Some(4),
                ..silent.clone()
            };
            assert_eq!(tx.devices(&[silent.id]).await?, [kept]);
            tx.revoke_phone(silent.id, None).await?;
            assert_eq!(tx.count_phones(&worrying(7)).await?, 0);
            let gap = DeviceRow { stored_total: 2, complete_to_sequence: 1, ..silent };
            tx.write_devices(std::slice::from_ref(&gap)).await?;
            assert_eq!(tx.absent_numbers(&[gap.id, phone.id]).await?, [(gap.id, 0)]);
            assert_eq!(tx.count_phones(&worrying(7)).await?, 0, "no later one has come");
            let later = [4, 4, 6].map(|sequence| submission_row(&gap, sequence));
            tx.insert_submissions(&later).await?;
            assert_eq!(tx.absent_numbers(&[gap.id]).await?, [(gap.id, 3)], "2, 3 and 5");
            assert_eq!(tx.absent_numbers(&[]).await?, []);
            for (aside, count) in [(Some(2), 1), (Some(3), 0), (None, 1)] {
                tx.write_devices(&[DeviceRow { aside, ..gap.clone() }]).await?;
                assert_eq!(tx.count_phones(&worrying(7)).await?, count, "{aside:?} set aside");
            }
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn the_word_on_a_phones_key(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let staff = staff_row(Role::Operative);
            tx.insert_staff(&staff).await?;
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let (first, second) = (outreach_row(programme.id), outreach_row(programme.id));
            tx.insert_outreach(&first).await?;
            tx.insert_outreach(&second).await?;
            let phone = DeviceRow { id: fresh_id(), staff_id: staff.id, ..DeviceRow::default() };
            tx.write_devices(std::slice::from_ref(&phone)).await?;
            let earlier = DelegationRow {
                device_id: phone.id,
                outreach_id: first.id,
                public_key: vec![7; 32],
                paired_by: staff.id,
                paired_at: 1,
                ends_at: 9,
                kid: vec![1; 8],
                signature: vec![2; 64],
                rekeyed_at: None,
            };
            let later = DelegationRow { outreach_id: second.id, paired_at: 2, ..earlier.clone() };
            tx.keep_delegation(&earlier).await?;
            tx.keep_delegation(&later).await?;
            let all = tx.delegations_of(&[phone.id, fresh_id()]).await?;
            assert_eq!(all, [later.clone(), earlier.clone()]);
            assert_eq!(tx.delegations_of(&[]).await?, []);
            // Paired again for the same outreach, with another key.
            let (public_key, rekeyed_at) = (vec![8; 32], Some(3));
            let again = DelegationRow { public_key, rekeyed_at, paired_at: 3, ..earlier.clone() };
            tx.keep_delegation(&again).await?;
            assert_eq!(tx.delegations_of(&[phone.id]).await?, [again, later]);
            assert_eq!(tx.phones_paired_for(first.id).await?, [phone.clone()]);
            assert_eq!(tx.phones_paired_for(fresh_id()).await?, []);
            let seen = DeviceRow { id: fresh_id(), last_seen_at: 1, ..phone.clone() };
            let elsewhere = DeviceRow { id: fresh_id(), ..phone.clone() };
            tx.write_devices(&[seen.clone(), elsewhere.clone()]).await?;
            for (device, outreach) in [(seen.id, first.id), (elsewhere.id, second.id)] {
                let word = delegation_row((device, outreach), staff.id);
                let word = DelegationRow { public_key: vec![6; 32], ..word };
                tx.keep_delegation(&word).await?;
            }
            let here = [seen.clone(), phone.clone()];
            assert_eq!(tx.phones_paired_for(first.id).await?, here, "the last seen first");
            tx.revoke_phone(seen.id, Some(4)).await?;
            assert_eq!(tx.phones_paired_for(first.id).await?, [phone.clone()]);
            let holder = KeyHolderRow {
                public_key: vec![7; 32],
                id: phone.id,
                name: phone.name,
                revoked_at: None,
            };
            let other = KeyHolderRow { public_key: vec![8; 32], ..holder.clone() };
            let keys = [vec![7; 32], vec![8; 32], vec![9; 32]];
            assert_eq!(tx.key_holders(&keys).await?, [holder, other]);
            assert_eq!(tx.key_holders(&[]).await?, []);
            assert_eq!(tx.outreach_names(&[]).await?, []);
            let names = tx.outreach_names(&[first.id, fresh_id()]).await?;
            assert_eq!(names, [(first.id, first.name)]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn the_recovery_keys_of_outreaches(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let (first, second) = (outreach_row(programme.id), outreach_row(programme.id));
            tx.insert_outreach(&first).await?;
            tx.insert_outreach(&second).await?;
            let one = RecoveryKeyRow {
                outreach_id: first.id,
                public_key: vec![4; 65],
                sealed_private: vec![7; 72],
                created_at: 1,
            };
            tx.add_recovery_keys(&[]).await?;
            tx.add_recovery_keys(std::slice::from_ref(&one)).await?;
            // Who made another at the same time finds the first.
            let late = RecoveryKeyRow { public_key: vec![5; 65], created_at: 2, ..one.clone() };
            let other = RecoveryKeyRow { outreach_id: second.id, ..late.clone() };
            tx.add_recovery_keys(&[late, other.clone()]).await?;
            assert_eq!(tx.recovery_keys(&[first.id, fresh_id()]).await?, [one.clone()]);
            assert_eq!(tx.recovery_keys(&[second.id]).await?, [other]);
            assert_eq!(tx.recovery_keys(&[first.id, second.id]).await?.len(), 2);
            assert_eq!(tx.recovery_keys(&[]).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }
}
