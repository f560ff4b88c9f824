//! A corrected address: what has not left goes there, what had gone to the one before is sent once
//! more, what was on paper only is mailed, and nothing follows a word that waits for a person.

use backend::clock::fresh_id;
use backend::documents;
use backend::mail_desk::NO_ADDRESS;
use backend::outbox::{self, Letter};
use backend::owner_access::code;
use backend::store::vocabulary::outbox::MessageRow;
use backend::submissions::VisitMail;
use backend::tasks::{self, TaskBody};
use domain::command::Command;
use domain::contact::Email;
use domain::desk::queue::TaskEnding;
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::submission::Outcome;

use crate::it::desk::at_browser;
use crate::it::field::{Field, Guest};
use crate::it::papers::{mails, owner_corrected, rows_of, sterilised};

const CHIP: &str = "999000000000801";
const OTHER_CHIP: &str = "999000000000802";
const FIRST: &str = "tenedor@example.cl.invalid";
const OTHER: &str = "otra@example.cl.invalid";
const THIRD: &str = "tercera@example.cl.invalid";

/// A visit whose documents are signed at once.
async fn signed(field: &Field, run: u32) -> Guest {
    let guest = Guest::new(run);
    field.authorise().await;
    field.submit(field.visit(&guest, CHIP)).await;
    guest
}

/// Has the coordinator correct where an owner is reached.
async fn moved(field: &Field, guest: &Guest, email: Option<&str>) {
    let email = email.map(|email| Email::parse(email).unwrap());
    let command = owner_corrected(guest, |details| details.email = email);
    let outcome = field.submit_as(field.as_coordinator(), vec![command]).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

fn recipients(rows: &[MessageRow]) -> Vec<&str> {
    rows.iter().map(|row| row.recipient.as_str()).collect()
}

fn mail(row: &MessageRow) -> VisitMail {
    serde_json::from_str(&row.body).unwrap()
}

async fn open_tasks(field: &Field) -> Vec<TaskBody> {
    let open = tasks::list(&field.office, field.as_coordinator(), 9).await.unwrap();
    open.into_iter().map(|task| task.body).collect()
}

on_both_databases! {
    async fn what_is_held_leaves_for_the_corrected_address(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_801));
        field.submit(field.visit(&guest, CHIP)).await;
        moved(&field, &guest, Some(OTHER)).await;
        assert_eq!(recipients(&mails(&field, "held").await), [OTHER]);
        assert_eq!(field.authorise().await, 1);
        assert!(mails(&field, "held").await.is_empty());
        assert_eq!(recipients(&mails(&field, "pending").await), [OTHER]);
    }

    async fn what_a_signature_sets_free_goes_where_its_owner_is_reached(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_802));
        field.submit(field.visit(&guest, CHIP)).await;
        let stranger = format!("UPDATE outbox SET recipient = '{THIRD}'");
        database.raw(&stranger).await;
        field.authorise().await;
        assert_eq!(recipients(&mails(&field, "pending").await), [FIRST]);
    }

    async fn what_was_held_for_a_merged_record_leaves_with_the_signature(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_813));
        let kept = Guest { email: Some(OTHER), ..Guest::new(40_000_814) };
        field.submit(field.visit(&guest, CHIP)).await;
        field.submit(vec![kept.registered()]).await;
        let merge = Command::MergeOwners { kept: kept.owner, merged: guest.owner };
        let outcome = field.submit_as(field.as_coordinator(), vec![merge]).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        assert_eq!(field.authorise().await, 1);
        assert!(mails(&field, "held").await.is_empty(), "it would wait for ever");
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER]);
        assert!(!mail(&pending[0]).again, "it is the mail of the visit");
    }

    async fn a_mail_is_held_no_longer_than_one_of_its_documents_waits(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_815));
        let mut visit = field.visit(&guest, CHIP);
        visit.push(sterilised(&field, &guest));
        field.submit_as(field.as_veterinarian(), visit).await;
        let ids: Vec<_> =
            rows_of(&field, &guest).await.iter().map(|row| DocumentId(row.id)).collect();
        assert_eq!((ids.len(), mails(&field, "held").await.len()), (2, 1));
        let (office, actor) = (&field.office, field.as_coordinator());
        documents::revoke(office, actor, ids[0], "Error".to_owned()).await.unwrap();
        assert_eq!(mails(&field, "held").await.len(), 1, "the other one waits");
        documents::revoke(office, actor, ids[1], "Error".to_owned()).await.unwrap();
        assert!(mails(&field, "held").await.is_empty(), "it would wait for ever");
        // The worker finds that it brings nothing, and it is over.
        assert_eq!(mails(&field, "pending").await.len(), 1);
    }

    async fn what_is_pending_goes_there_and_nothing_goes_twice(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_803).await;
        // Also by who registered the owner on that day.
        let email = Email::parse(OTHER).ok();
        let command = owner_corrected(&guest, |details| details.email = email);
        let outcome = field.submit(vec![command]).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER]);
        assert!(!mail(&pending[0]).again, "it is the mail of the visit");
    }

    async fn what_had_left_is_sent_once_however_often_the_address_is_corrected(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_804).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        moved(&field, &guest, Some(OTHER)).await;
        moved(&field, &guest, Some(THIRD)).await;
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [THIRD]);
        let documents: Vec<_> =
            rows_of(&field, &guest).await.iter().map(|row| DocumentId(row.id)).collect();
        let said = mail(&pending[0]);
        assert_eq!((said.again, said.owner, said.documents), (true, guest.owner, documents));
        assert_eq!(recipients(&mails(&field, "sent").await), [FIRST], "that one has left");
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'mail_sent_again'";
        assert_eq!(database.number(noted).await, 1);
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 2").await;
        moved(&field, &guest, Some(FIRST)).await;
        assert!(mails(&field, "pending").await.is_empty(), "there they are already");
    }

    async fn what_was_given_up_or_is_on_its_way_goes_there(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_805).await;
        database.raw("UPDATE outbox SET state = 'dead', last_error = '550'").await;
        moved(&field, &guest, Some(OTHER)).await;
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER]);
        assert_eq!((pending[0].attempts, pending[0].last_error.as_deref()), (0, None));
        let now = field.office.clock.now();
        let lane = outbox::Lane::Ordinary;
        let leased = outbox::lease_due(&field.office.store, lane, now, 9, 60_000).await.unwrap();
        assert_eq!(leased.len(), 1);
        moved(&field, &guest, Some(THIRD)).await;
        let failed = outbox::Failure { code: "450".to_owned(), temporary: true, seed: 1 };
        let noted = outbox::mark_failed(&field.office.store, &leased[0], failed, now).await;
        assert!(!noted.unwrap(), "who had it in hand has lost it");
        assert_eq!(recipients(&mails(&field, "pending").await), [THIRD]);
    }

    async fn what_was_given_up_twice_leaves_once(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_811).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        moved(&field, &guest, Some(OTHER)).await;
        // Neither has arrived: both letters bring the same document.
        database.raw("UPDATE outbox SET state = 'dead', sent_at = NULL, last_error = '550'").await;
        moved(&field, &guest, Some(THIRD)).await;
        assert_eq!(recipients(&mails(&field, "pending").await), [THIRD]);
        let dead = mails(&field, "dead").await;
        assert_eq!(recipients(&dead), [THIRD], "by hand it goes to where they are reached");
        // One of them arrived there: the other is not needed any more.
        let there = format!(
            "UPDATE outbox SET state = 'sent', sent_at = 2, recipient = '{OTHER}'
             WHERE state = 'pending'"
        );
        database.raw(&there).await;
        moved(&field, &guest, Some(OTHER)).await;
        assert!(mails(&field, "pending").await.is_empty());
    }

    async fn what_is_on_its_way_there_already_is_left_in_hand(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_812).await;
        database.raw(&format!("UPDATE outbox SET recipient = '{OTHER}'")).await;
        let (store, now) = (&field.office.store, field.office.clock.now());
        let lane = outbox::Lane::Ordinary;
        let leased = outbox::lease_due(store, lane, now, 9, 60_000).await.unwrap();
        moved(&field, &guest, Some(OTHER)).await;
        assert!(outbox::mark_sent(store, &leased[0], now).await.unwrap());
        assert!(mails(&field, "pending").await.is_empty(), "it would arrive twice");
    }

    async fn what_is_out_of_force_is_not_sent_again(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_806).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        // The home is printed: the mail of the new document is the one that leaves.
        let home = domain::name::ShortText::parse("Riquelme 12").ok();
        let email = Email::parse(OTHER).ok();
        let command = owner_corrected(&guest, |details| {
            (details.email, details.address) = (email, home);
        });
        field.submit_as(field.as_coordinator(), vec![command]).await;
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER]);
        let said = mail(&pending[0]);
        assert_eq!((said.again, said.documents.len(), said.corrected.len()), (false, 0, 1));
    }

    async fn without_an_address_nothing_leaves_for_the_one_before(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_807));
        field.submit(field.visit(&guest, CHIP)).await;
        moved(&field, &guest, None).await;
        assert!(open_tasks(&field).await.is_empty(), "there is nothing signed to hand over");
        field.authorise().await;
        assert!(mails(&field, "pending").await.is_empty());
        let dead = mails(&field, "dead").await;
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].last_error.as_deref(), Some(NO_ADDRESS));
        let documents = vec![DocumentId(rows_of(&field, &guest).await[0].id)];
        assert_eq!(open_tasks(&field).await, [TaskBody::HandOver { documents }]);
    }

    async fn what_was_on_its_way_is_handed_over_instead(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_808).await;
        moved(&field, &guest, None).await;
        assert!(mails(&field, "pending").await.is_empty());
        let documents = vec![DocumentId(rows_of(&field, &guest).await[0].id)];
        assert_eq!(open_tasks(&field).await, [TaskBody::HandOver { documents }]);
    }

    async fn whoever_gives_an_address_later_gets_what_was_on_paper(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(40_000_815) };
        field.submit(field.visit(&guest, CHIP)).await;
        field.authorise().await;
        let documents = vec![DocumentId(rows_of(&field, &guest).await[0].id)];
        let asked = TaskBody::HandOver { documents: documents.clone() };
        assert_eq!(open_tasks(&field).await, [asked], "it was signed after the visit");
        let other = Guest { email: None, ..Guest::new(40_000_816) };
        field.submit(field.visit(&other, OTHER_CHIP)).await;
        moved(&field, &guest, Some(OTHER)).await;
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER]);
        let said = mail(&pending[0]);
        assert_eq!((said.owner, said.documents), (guest.owner, documents));
        assert!(open_tasks(&field).await.is_empty(), "nobody need hand it over");
        moved(&field, &guest, Some(OTHER)).await;
        assert_eq!(mails(&field, "pending").await.len(), 1, "it is sent once");
    }

    async fn what_still_waits_leaves_signed_for_the_address_given_later(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(40_000_817) };
        field.submit(field.visit(&guest, CHIP)).await;
        moved(&field, &guest, Some(OTHER)).await;
        assert!(mails(&field, "pending").await.is_empty(), "nothing is signed yet");
        field.authorise().await;
        assert_eq!(recipients(&mails(&field, "pending").await), [OTHER]);
        assert!(open_tasks(&field).await.is_empty());
    }

    async fn what_was_mailed_already_does_not_come_again_with_the_rest_of_its_visit(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(40_000_818) };
        let actor = field.as_veterinarian();
        field.authorise().await;
        let visit = field.submission(actor, field.visit(&guest, CHIP));
        field.send(actor, std::slice::from_ref(&visit)).await;
        documents::withdraw_authorisation(&field.office, actor, field.outreach).await.unwrap();
        let mut surgery = field.submission(actor, vec![sterilised(&field, &guest)]);
        surgery.visit = visit.visit;
        field.send(actor, &[surgery]).await;
        moved(&field, &guest, Some(OTHER)).await;
        assert_eq!(mails(&field, "pending").await.len(), 1, "the voucher, which is signed");
        assert_eq!(field.authorise().await, 1);
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER, OTHER]);
        let mut brought: Vec<_> = pending.iter().flat_map(|row| mail(row).documents).collect();
        brought.sort_unstable();
        let rows = rows_of(&field, &guest).await;
        let mut documents: Vec<_> = rows.iter().map(|row| DocumentId(row.id)).collect();
        documents.sort_unstable();
        assert_eq!(brought, documents, "each once");
    }

    async fn what_waited_without_an_address_leaves_beside_the_mail_that_was_held(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(40_000_819) };
        let actor = field.as_veterinarian();
        let visit = field.submission(actor, field.visit(&guest, CHIP));
        field.send(actor, std::slice::from_ref(&visit)).await;
        moved(&field, &guest, Some(OTHER)).await;
        let mut surgery = field.submission(actor, vec![sterilised(&field, &guest)]);
        surgery.visit = visit.visit;
        field.send(actor, &[surgery]).await;
        let held = mails(&field, "held").await;
        assert_eq!((held.len(), mail(&held[0]).documents.len()), (1, 1), "of the surgery");
        assert_eq!(field.authorise().await, 2);
        let pending = mails(&field, "pending").await;
        assert_eq!(recipients(&pending), [OTHER, OTHER]);
        let mut brought: Vec<_> = pending.iter().flat_map(|row| mail(row).documents).collect();
        brought.sort_unstable();
        let rows = rows_of(&field, &guest).await;
        let mut documents: Vec<_> = rows.iter().map(|row| DocumentId(row.id)).collect();
        documents.sort_unstable();
        assert_eq!(brought, documents, "each once");
    }

    async fn an_address_that_waits_for_a_person_moves_nothing(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_809).await;
        let again = Guest {
            owner: OwnerId(fresh_id()),
            dog: AnimalId(fresh_id()),
            email: Some(OTHER),
            ..guest
        };
        field.submit(vec![again.registered()]).await;
        assert_eq!(recipients(&mails(&field, "pending").await), [FIRST]);
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let open = tasks::list(office, present.actor, 9).await.unwrap();
        assert_eq!(open.len(), 1);
        let ending = TaskEnding { accepted: true, ..TaskEnding::default() };
        tasks::solve(office, &present, open[0].id, ending).await.unwrap();
        let pending = mails(&field, "pending").await;
        assert!(!pending.is_empty());
        assert!(pending.iter().all(|row| row.recipient == OTHER), "{pending:?}");
    }

    async fn a_code_opens_nothing_for_who_has_the_other_address(database) {
        let field = Field::on(&database).await;
        let guest = signed(&field, 40_000_810).await;
        let (office, now) = (&field.office, field.office.clock.now());
        let (keys, owner) = (office.keys.clone(), guest.owner.0);
        let sealed = office.store.write_with(keys, move |tx, keys| {
            Box::pin(async move {
                let letter = Letter {
                    kind: code::LETTER,
                    recipient: FIRST,
                    body: &"123456",
                    about: Some(("owner", owner)),
                    due_at: now,
                };
                outbox::enqueue_sealed(tx, keys, letter, now).await
            })
        });
        let sealed = sealed.await.unwrap();
        moved(&field, &guest, Some(OTHER)).await;
        let pending = mails(&field, "pending").await;
        for row in &pending {
            let is_code = row.id == sealed.0;
            assert_eq!(row.recipient, if is_code { FIRST } else { OTHER });
        }
        assert_eq!(pending.len(), 2);
    }
}
