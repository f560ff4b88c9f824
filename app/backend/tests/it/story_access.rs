//! The story of the doors without an account: every line of their vocabulary, on both databases.

use backend::clock::fresh_id;
use backend::outbox::{self, Letter};
use backend::store::vocabulary::access::{AccessCodeRow, ServiceDaysRow};
use domain::timestamp::Timestamp;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{Field, Guest};

fn code(owner: Uuid, handle: u8, created_at: i64) -> AccessCodeRow {
    AccessCodeRow {
        handle_hash: vec![handle; 32],
        owner_id: owner,
        fits: true,
        code_hash: vec![7; 32],
        created_at,
        expires_at: created_at + 600,
        attempts: 0,
        used_at: None,
    }
}

on_both_databases! {
    async fn one_time_codes(database) {
        let owner = fresh_id();
        let told: Stored<_> = database
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.insert_access_code(&code(owner, 1, 100)).await?;
                    tx.insert_access_code(&code(owner, 2, 200)).await?;
                    tx.insert_access_code(&code(fresh_id(), 3, 300)).await?;
                    let listed = tx.access_codes_of(owner, 9).await?;
                    let of: Vec<_> = listed.iter().map(|row| row.handle_hash[0]).collect();
                    assert_eq!(of, [2, 1]);
                    let first = tx.try_access_code(&[1; 32], 2, 699).await?.unwrap();
                    assert_eq!((first.attempts, first.owner_id), (1, owner));
                    assert_eq!(tx.try_access_code(&[1; 32], 2, 700).await?, None, "it is over");
                    assert_eq!(tx.try_access_code(&[1; 32], 2, 699).await?.unwrap().attempts, 2);
                    assert_eq!(
                        tx.try_access_code(&[1; 32], 2, 699).await?,
                        None,
                        "it was tried twice"
                    );
                    tx.use_access_code(&[2; 32], 250).await?;
                    assert_eq!(tx.try_access_code(&[2; 32], 9, 250).await?, None, "it was used");
                    assert_eq!(tx.try_access_code(&[9; 32], 9, 250).await?, None, "there is none");
                    tx.forget_access_codes(300).await
                })
            })
            .await;
        assert_eq!(told.unwrap(), 2);
    }

    async fn letters_taken_back_and_days(database) {
        let told: Result<_, backend::error::Error> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let letter = Letter {
                        kind: "owner_code",
                        recipient: "a@example.cl.invalid",
                        body: &(),
                        about: None,
                        due_at: Timestamp(1),
                    };
                    let kept = outbox::enqueue(tx, letter.clone(), Timestamp(1)).await?;
                    let back = outbox::enqueue(tx, letter, Timestamp(1)).await?;
                    tx.withdraw_message(back.0).await?;
                    tx.withdraw_message(fresh_id()).await?;
                    let left = tx.messages_in_state("pending", 9).await?;
                    assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), [kept.0]);
                    Ok(tx.service_days().await?)
                })
            })
            .await;
        assert_eq!(told.unwrap(), ServiceDaysRow::default());
    }

    async fn chips_and_slips_of_an_owner(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(41_234_567) };
        field.authorise().await;
        field.submit(field.visit(&guest, "999000000000017")).await;
        let told: Stored<_> = database
            .store
            .write_with(guest.owner.0, |tx, owner| {
                Box::pin(async move {
                    assert!(tx.has_chip_end(*owner, "000017").await?);
                    assert!(!tx.has_chip_end(*owner, "000018").await?);
                    assert!(!tx.has_chip_end(fresh_id(), "000017").await?);
                    tx.count_slip_attempts(*owner).await?;
                    tx.service_days().await
                })
            })
            .await;
        assert_eq!(told.unwrap().last.as_deref(), Some("2026-11-22"));
        let counted = "SELECT COUNT(*) FROM document WHERE slip_attempts = 1";
        assert_eq!(database.number(counted).await, 1);
    }
}
