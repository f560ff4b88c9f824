//! The outbox as the coordination sees it: what left, what waits, what only a person can send.

use domain::contact::Email;
use domain::desk::queue::{MailLine, MailList, MailState};
use domain::field_error::{Field, FieldError};
use domain::id::MessageId;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use crate::actor::{Actor, authorise};
use crate::desk::number;
use crate::error::Error;
use crate::office::Office;
use crate::outbox;
use crate::records::code;
use crate::store::vocabulary::outbox::MessageRow;

/// Most mails that one list shows.
const MOST: i64 = 200;

/// The mails in one state, oldest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(office: &Office, actor: Actor, state: MailState) -> Result<MailList, Error> {
    authorise(&actor, UseCase::ManageMail).map_err(Error::Refused)?;
    let sums = office.sums.clone();
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let mut counts: Vec<_> = MailState::ALL.iter().map(|&state| (state, 0)).collect();
                for (state, count) in sums.messages.or((), tx.count_messages()).await? {
                    let state = code(&state, MailState::from_code)?;
                    if let Some(known) = counts.iter_mut().find(|known| known.0 == state) {
                        known.1 = number(count);
                    }
                }
                let rows = tx.messages_in_state(state.code(), MOST).await?;
                Ok(MailList { state, counts, rows: rows.into_iter().map(line).collect() })
            })
        })
        .await
}

fn line(row: MessageRow) -> MailLine {
    MailLine {
        id: row.id.into(),
        kind: row.kind,
        recipient: row.recipient,
        created_at: Timestamp(row.created_at),
        due_at: Timestamp(row.due_at),
        attempts: number(row.attempts),
        error: row.last_error,
        sent_at: row.sent_at.map(Timestamp),
    }
}

/// Sends a dead mail again, to another address if one is given. A held one is not released here:
/// it waits for a veterinarian's signature.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] for an address that is none;
/// [`Refusal::ChangedMeanwhile`] when it is not dead any more.
pub async fn resend(
    office: &Office,
    actor: Actor,
    id: MessageId,
    recipient: String,
) -> Result<(), Error> {
    authorise(&actor, UseCase::ManageMail).map_err(Error::Refused)?;
    let wrong = |error| Error::Refused(Refusal::field(FieldError::new(Field::Email, error)));
    let recipient = match recipient.trim() {
        "" => None,
        text => Some(Email::parse(text).map_err(wrong)?.to_string()),
    };
    let now = office.clock.now();
    office
        .store
        .write_with(recipient, move |tx, recipient| {
            Box::pin(async move {
                let is_dead = tx.message(id.0).await?.is_some_and(|row| row.state == "dead");
                if is_dead && outbox::resend(tx, id, recipient.as_deref(), now).await? {
                    return Ok(());
                }
                Err(Error::Refused(Refusal::ChangedMeanwhile))
            })
        })
        .await
}
