//! Mail that came back.

use domain::id::MessageId;

use super::addressee;
use crate::error::Error;
use crate::office::Office;
use crate::store::vocabulary::outbox::{MailPageRow, MessageRow};
use crate::store::{StoreError, Tx};
use crate::tasks::{self, About, TaskBody};

/// How many of the letters to an address, or to one that contains it, are looked through for the
/// last to it.
const NEWEST: i64 = 50;

/// A relay's report that a mail did not arrive.
#[derive(Clone, Debug)]
pub struct Report {
    /// The `Message-ID` of that mail, without angle brackets, where the report returns it.
    pub message_id: Option<String>,
    /// The address that refused it.
    pub recipient: String,
    /// Status code of RFC 3463.
    pub status: String,
}

/// Opens a task about a mail of ours that came back, with whose it was and about which animal: once
/// for each mail, for the same report may come twice. Anybody can write a report: about a mail that
/// nobody knows, or that was erased, none is opened.
///
/// # Errors
/// A failed database.
pub async fn bounced(office: &Office, report: Report) -> Result<(), Error> {
    let now = office.clock.now();
    let opened = office.store.write_with(report, move |tx, report| {
        Box::pin(async move {
            let Some(row) = letter(tx, report).await? else { return Ok(()) };
            let (owner, animal) = addressee(tx, &row).await?;
            let message = Some(MessageId(row.id));
            let about = About { owner, animal, message, ..About::default() };
            let Report { recipient, status, .. } = report.clone();
            tasks::open(tx, &TaskBody::Bounce { recipient, status }, about, now).await.map(drop)
        })
    });
    opened.await
}

/// The letter that a report is about: the one it names, else the last one that left for its
/// recipient.
async fn letter(tx: &mut Tx, report: &Report) -> Result<Option<MessageRow>, StoreError> {
    if let Some(named) = &report.message_id {
        let id = named.split('@').next().and_then(|id| id.parse::<MessageId>().ok());
        return match id {
            Some(id) => tx.message(id.0).await,
            None => Ok(None),
        };
    }
    let address = report.recipient.to_lowercase();
    let wanted = MailPageRow { state: "sent", address: &address, limit: NEWEST, offset: 0 };
    let mut rows = tx.messages_page(&wanted).await?.into_iter();
    Ok(rows.find(|row| row.recipient.to_lowercase() == address))
}
