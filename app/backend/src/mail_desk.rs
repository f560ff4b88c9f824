//! The outbox as the coordination sees it: what left, what waits, what only a person can send.

mod address;
mod bounced;

pub use address::NO_ADDRESS;
pub(crate) use address::{carried, follow, send_everything};
pub use bounced::{Report, bounced};

use domain::contact::Email;
use domain::desk::queue::{MailLine, MailList, MailState};
use domain::field_error::{Field, FieldError};
use domain::id::{AnimalId, MessageId, OwnerId, StaffId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use crate::accounts::STAFF;
use crate::actor::{Actor, authorise};
use crate::clock;
use crate::desk::number;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::outbox;
use crate::owner_access::found;
use crate::records::{code, from_json};
use crate::rnm::{RNM_APPROVED, RnmMail};
use crate::store::Tx;
use crate::store::vocabulary::outbox::{MailPageRow, MessageRow};
use crate::submissions::{CERTIFICATE, CORRECTION, VisitMail};

/// Mails on one page.
const PAGE: i64 = 50;

/// Letters that may go to another address than they were written for: what they carry is the
/// owner's, and a coordinator knows where the owner is reached. A link or a code opens an account
/// or an owner's records, so that it never leaves but for its own address.
const REDIRECTED: [&str; 4] = [CERTIFICATE, CORRECTION, RNM_APPROVED, found::LETTER];

/// A page of the mails in one state, newest first; those to an address that contains `address`.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    office: &Office,
    actor: Actor,
    state: MailState,
    (address, page): (String, u32),
) -> Result<MailList, Error> {
    authorise(&actor, UseCase::ManageMail).map_err(Error::Refused)?;
    let sums = office.sums.clone();
    // No address holds a control character, and a database refuses some of them.
    let address: String = address.trim().chars().filter(|c| !c.is_control()).collect();
    let address = address.to_lowercase();
    let page = page.max(1);
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
                let offset = i64::from(page - 1) * PAGE;
                let state_code = state.code();
                let (limit, part) = (PAGE + 1, address.as_str());
                let wanted = MailPageRow { state: state_code, address: part, limit, offset };
                let mut rows = tx.messages_page(&wanted).await?;
                let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
                let more = rows.len() > most;
                rows.truncate(most);
                let rows = rows.into_iter().map(line).collect();
                Ok(MailList { state, counts, rows, page, more })
            })
        })
        .await
}

fn line(row: MessageRow) -> MailLine {
    MailLine {
        id: row.id.into(),
        may_redirect: REDIRECTED.contains(&row.kind.as_str()),
        is_forgotten: row.body.is_empty(),
        kind: row.kind,
        recipient: row.recipient,
        created_at: Timestamp(row.created_at),
        due_at: Timestamp(row.due_at),
        attempts: number(row.attempts),
        error: row.last_error,
        sent_at: row.sent_at.map(Timestamp),
    }
}

/// Sends a dead mail again, or one that left and did not arrive as a new one; to another address
/// if one is given and the letter may go there. A held one is not released here: it waits for a
/// veterinarian's signature.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] for an address that is none;
/// [`Refusal::RecipientFixed`] for a letter that goes to its own address only;
/// [`Refusal::LinkUnusable`] when what it carried opens nothing any more;
/// [`Refusal::DocumentNotValid`] when none of its documents is in force any more;
/// [`Refusal::ChangedMeanwhile`] when it is neither dead nor sent.
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
                let gone = Error::Refused(Refusal::ChangedMeanwhile);
                let Some(row) = tx.message(id.0).await? else { return Err(gone) };
                let other = recipient.as_deref().filter(|other| *other != row.recipient);
                may_send(&row, other, now).map_err(Error::Refused)?;
                if !address::brings_something(tx, &row).await? {
                    return Err(Error::Refused(Refusal::DocumentNotValid));
                }
                let sent = match row.state.as_str() {
                    "dead" => outbox::resend(tx, id, other, now).await?,
                    _ => tx.insert_messages(&[copy(&row, other, now)]).await?,
                };
                if !sent {
                    return Err(gone);
                }
                note(tx, &row, other, (actor, now)).await
            })
        })
        .await
}

fn may_send(row: &MessageRow, other: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
    let may_redirect = REDIRECTED.contains(&row.kind.as_str());
    if row.state != "dead" && !(row.state == "sent" && may_redirect) {
        return Err(Refusal::ChangedMeanwhile);
    }
    if row.body.is_empty() || outbox::is_over(row, now) {
        return Err(Refusal::LinkUnusable);
    }
    if other.is_some() && !may_redirect {
        return Err(Refusal::RecipientFixed);
    }
    Ok(())
}

/// The same letter as a message of its own: the one before stays as it left.
fn copy(row: &MessageRow, other: Option<&str>, now: Timestamp) -> MessageRow {
    MessageRow {
        id: clock::fresh_id(),
        recipient: other.unwrap_or(&row.recipient).to_owned(),
        state: "pending".to_owned(),
        due_at: now.0,
        attempts: 0,
        lease_until: None,
        last_error: None,
        created_at: now.0,
        sent_at: None,
        ..row.clone()
    }
}

async fn note(
    tx: &mut Tx,
    row: &MessageRow,
    other: Option<&str>,
    (actor, now): (Actor, Timestamp),
) -> Result<(), Error> {
    let subject = match addressee(tx, row).await? {
        (Some(owner), _) => Subject::Owner(owner),
        _ if row.subject_kind.as_deref() == Some(STAFF) => {
            Subject::Staff(StaffId(row.subject_id.unwrap_or_default()))
        }
        _ => return Ok(()),
    };
    let body = serde_json::json!({
        "message": row.id,
        "letter": row.kind,
        "from": row.recipient,
        "to": other.unwrap_or(&row.recipient),
    });
    let entry = Entry::new(subject, "mail_sent_again", actor, now, &body)?;
    history::append(tx, &entry).await
}

/// The owner to whom a message was written, and the animal it is about first; neither for a letter
/// to the team.
///
/// # Errors
/// A failed database.
pub async fn addressee(
    tx: &mut Tx,
    row: &MessageRow,
) -> Result<(Option<OwnerId>, Option<AnimalId>), Error> {
    match row.kind.as_str() {
        CERTIFICATE | CORRECTION => {
            let mail: VisitMail = from_json(&row.body)?;
            let first = mail.documents.first().or(mail.corrected.first());
            let animal = match first {
                Some(id) => tx.document(id.0).await?.map(|row| AnimalId(row.animal_id)),
                None => None,
            };
            Ok((Some(mail.owner), animal))
        }
        RNM_APPROVED => {
            let mail: RnmMail = from_json(&row.body)?;
            Ok((Some(mail.owner), Some(mail.animal)))
        }
        _ => match (row.subject_kind.as_deref(), row.subject_id) {
            (Some("animal"), Some(id)) => {
                let owner = tx.animal(id).await?.map(|row| OwnerId(row.owner_id));
                Ok((owner, Some(AnimalId(id))))
            }
            (Some("owner"), Some(id)) => Ok((tx.owner(id).await?.map(|row| OwnerId(row.id)), None)),
            _ => Ok((None, None)),
        },
    }
}
