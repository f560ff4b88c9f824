//! Runs pictures and their pieces on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::picture::PictureRow;
use backend::store::vocabulary::submission::SubmissionRow;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::story_erasure::submission;
use crate::it::story_registry::{animal_row, owner_row};

fn submission_row() -> SubmissionRow {
    SubmissionRow { outcome: "accepted".to_owned(), body: None, ..submission("") }
}

fn picture_row(submission: Uuid, (animal, owner): (Uuid, Uuid)) -> PictureRow {
    PictureRow {
        id: fresh_id(),
        submission_id: submission,
        animal_id: animal,
        owner_id: owner,
        staff_id: fresh_id(),
        kind: "animal".to_owned(),
        bytes: 5,
        sha256: vec![7; 32],
        taken_at: 1,
        announced_at: 10,
        received: 0,
        completed_at: None,
    }
}

on_both_databases! {
    async fn pictures_come_in_pieces_and_go_with_their_owner(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (owner, submission) = (owner_row(), submission_row());
            let animal = animal_row(owner.id);
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            tx.insert_submissions(std::slice::from_ref(&submission)).await?;
            let row = picture_row(submission.id, (animal.id, owner.id));
            assert!(tx.insert_picture(&row).await?);
            assert!(!tx.insert_picture(&PictureRow { bytes: 6, ..row.clone() }).await?);
            assert_eq!(tx.picture(row.id).await?, Some(row.clone()));
            assert_eq!(tx.picture(fresh_id()).await?, None);
            tx.hold_pictures_of(submission.id).await?;
            assert_eq!(tx.count_pictures(submission.id, animal.id).await?, 1);
            assert_eq!(tx.count_pictures(submission.id, fresh_id()).await?, 0);
            assert!(tx.advance_picture(row.id, 0, 3).await?);
            assert!(!tx.advance_picture(row.id, 0, 3).await?, "it stands elsewhere");
            tx.insert_picture_piece(row.id, 0, &[1, 2, 3]).await?;
            tx.begin_picture_anew(row.id).await?;
            assert_eq!(tx.picture(row.id).await?, Some(row.clone()));
            assert_eq!(tx.picture_pieces(row.id).await?, Vec::<Vec<u8>>::new());
            assert!(tx.advance_picture(row.id, 0, 5).await?);
            tx.insert_picture_piece(row.id, 3, &[4, 5]).await?;
            tx.insert_picture_piece(row.id, 0, &[1, 2, 3]).await?;
            assert_eq!(tx.picture_pieces(row.id).await?, [vec![1, 2, 3], vec![4, 5]]);
            assert_eq!(tx.pictures_of(&[animal.id]).await?, [], "it is not complete");
            assert_eq!(tx.count_incomplete_pictures(10).await?, 0);
            assert_eq!(tx.count_incomplete_pictures(11).await?, 1);
            tx.complete_picture(row.id, 20).await?;
            tx.begin_picture_anew(row.id).await?;
            assert!(!tx.advance_picture(row.id, 5, 6).await?, "it is complete");
            let whole = PictureRow { received: 5, completed_at: Some(20), ..row };
            let later = PictureRow {
                completed_at: Some(21),
                taken_at: 2,
                ..picture_row(submission.id, (animal.id, owner.id))
            };
            assert!(tx.insert_picture(&later).await?);
            assert_eq!(tx.pictures_of(&[animal.id, fresh_id()]).await?, [later, whole.clone()]);
            assert_eq!(tx.pictures_of(&[]).await?, []);
            assert_eq!(tx.picture_pieces(whole.id).await?.len(), 2, "they stay");
            assert_eq!(tx.count_incomplete_pictures(11).await?, 0);
            assert_eq!(tx.forget_incomplete_pictures(100).await?, 0, "they are complete");
            assert!(!tx.is_about_animals(submission.id, &[animal.id]).await?);
            assert_eq!(tx.erase_pictures(&[], &[fresh_id()]).await?, 0);
            assert_eq!(tx.erase_pictures(&[owner.id], &[]).await?, 2);
            assert_eq!(tx.picture_pieces(whole.id).await?, Vec::<Vec<u8>>::new());
            let again = picture_row(submission.id, (animal.id, owner.id));
            assert!(tx.insert_picture(&again).await?);
            let paper = PictureRow { id: fresh_id(), kind: "paper".to_owned(), ..again };
            assert!(tx.insert_picture(&paper).await?);
            assert_eq!(tx.withdraw_pictures(&[]).await?, 0);
            assert_eq!(tx.withdraw_pictures(&[owner.id]).await?, 1, "papers stay");
            tx.insert_picture_piece(paper.id, 0, &[1]).await?;
            assert_eq!(tx.forget_incomplete_pictures(10).await?, 0);
            assert_eq!(tx.forget_incomplete_pictures(11).await?, 1);
            assert_eq!(tx.picture_pieces(paper.id).await?, Vec::<Vec<u8>>::new());
            assert!(tx.insert_picture(&paper).await?);
            assert_eq!(tx.erase_pictures(&[], &[animal.id]).await?, 1);
            Ok(())
        })).await;
        done.unwrap();
    }
}
