//! Mail that came back: one task about each letter of ours, and none about any other.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::erasure::erase_owner;
use backend::mail_desk::{self, Report};
use backend::tasks::{self, About, Task, TaskBody};
use domain::id::MessageId;

use crate::it::erasure::everything;
use crate::it::field::{Field, Guest};
use crate::it::papers::mails;

const CHIP: &str = "999000000000951";
const ADDRESS: &str = "tenedor@example.cl.invalid";
const STATUS: &str = "5.1.1";

/// A guest whose certificate has left; answers its letter.
async fn mailed(field: &Field, guest: &Guest) -> MessageId {
    field.authorise().await;
    field.submit(field.visit(guest, CHIP)).await;
    let pending = mails(field, "pending").await;
    MessageId(pending[0].id)
}

/// A report that a letter to an address did not arrive.
fn report(message_id: Option<String>, recipient: &str) -> Report {
    Report { message_id, recipient: recipient.to_owned(), status: STATUS.to_owned() }
}

fn named(id: MessageId) -> Report {
    report(Some(format!("{id}@huella.example")), ADDRESS)
}

async fn comes(field: &Field, report: Report) {
    mail_desk::bounced(&field.office, report).await.unwrap();
}

async fn open(field: &Field) -> Vec<Task> {
    tasks::list(&field.office, field.as_coordinator(), 9).await.unwrap()
}

on_both_databases! {
    async fn a_letter_that_came_back_is_one_task(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_951));
        let id = mailed(&field, &guest).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        // Not every relay returns the headers of what it could not deliver.
        for report in [named(id), report(None, "Tenedor@Example.cl.invalid"), named(id)] {
            comes(&field, report).await;
        }
        let open = open(&field).await;
        let [task] = open.as_slice() else { panic!("{open:?}") };
        let (recipient, status) = (ADDRESS.to_owned(), STATUS.to_owned());
        assert_eq!(task.body, TaskBody::Bounce { recipient, status });
        let about = About {
            owner: Some(guest.owner),
            animal: Some(guest.dog),
            message: Some(id),
            ..About::default()
        };
        assert_eq!(task.about, about);
    }

    async fn a_report_about_no_letter_of_ours_is_no_task(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_952));
        let id = mailed(&field, &guest).await;
        // It has not left for the address yet.
        comes(&field, report(None, ADDRESS)).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        for strange in [
            named(MessageId(fresh_id())),
            report(Some("20261122.1@relay.example".to_owned()), ADDRESS),
            report(None, "otra@example.cl.invalid"),
            report(None, "enedor@example.cl.invalid"),
            report(None, ""),
        ] {
            comes(&field, strange).await;
        }
        assert_eq!(open(&field).await, []);
        // Nothing of who was erased comes back in.
        erase_owner(&field.office, Actor::System, guest.owner, "Lo pidió").await.unwrap();
        comes(&field, named(id)).await;
        comes(&field, report(None, ADDRESS)).await;
        assert_eq!(open(&field).await, []);
        assert!(!everything(&database).await.contains(ADDRESS));
    }
}
