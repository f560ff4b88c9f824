//! The mails to those who hold an outreach: its team, and the contact of its host. They are written
//! with the step that they tell, so that each change is told once. Who booked has letters of their
//! own.

use domain::id::OutreachId;
use domain::outreach::{Outreach, OutreachStatus};
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::accounts::ACTIVE;
use crate::error::Error;
use crate::outbox::{self, Letter};
use crate::store::{StoreError, Tx};

/// The kind of such a message, and the folder of its templates.
pub const NEWS_LETTER: &str = "outreach_news";

/// What such a message is about, beside the outreach's identifier.
const ABOUT: &str = "outreach";

/// What happened to an outreach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// It is announced.
    Published,
    /// It is called off.
    Suspended {
        /// Why, in words of the coordination.
        reason: String,
    },
    /// It is held at another hour, or after all.
    Moved {
        /// When it was to begin; nothing where the hour is the same, and it had been called off.
        was_at: Option<Timestamp>,
    },
}

/// The body of such a message: what held when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsMail {
    /// What happened.
    pub news: News,
    /// Who reads it.
    pub name: String,
    /// The organisation whose contact they are; nothing of a member of the team.
    pub host: Option<String>,
    /// Which outreach.
    pub outreach: OutreachId,
    /// How people call it.
    pub outreach_name: String,
    /// The hall, square or street.
    pub place: String,
    /// Its commune.
    pub commune: Commune,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
}

/// Somebody who is told.
struct Concerned {
    name: String,
    email: String,
    host: Option<String>,
}

/// Tells the team and the contact of the host, each address once. Nobody heard of a draft.
///
/// # Errors
/// A failed database.
pub(super) async fn tell(
    tx: &mut Tx,
    (before, after): (OutreachStatus, &Outreach),
    news: &News,
    now: Timestamp,
) -> Result<(), Error> {
    if before == OutreachStatus::Draft && *news != News::Published {
        return Ok(());
    }
    let mut messages = Vec::new();
    for person in concerned(tx, after).await? {
        let body = NewsMail {
            news: news.clone(),
            name: person.name,
            host: person.host,
            outreach: after.id,
            outreach_name: after.name.to_string(),
            place: after.place.to_string(),
            commune: after.commune,
            starts_at: after.starts_at,
            ends_at: after.ends_at,
        };
        let letter = Letter {
            kind: NEWS_LETTER,
            recipient: &person.email,
            body: &body,
            about: Some((ABOUT, after.id.0)),
            due_at: now,
        };
        messages.push(outbox::pending(letter, now)?);
    }
    tx.insert_messages(&messages).await?;
    Ok(())
}

/// Who holds an outreach. Who is both of the team and the host's contact is of the team.
async fn concerned(tx: &mut Tx, outreach: &Outreach) -> Result<Vec<Concerned>, StoreError> {
    let mut people = BTreeMap::new();
    if let Some(host) = outreach.host {
        for row in tx.organisations_with_ids(&[host.0]).await? {
            let Some(email) = row.email else { continue };
            let name = row.contact_name.unwrap_or_else(|| row.name.clone());
            people.insert(email.to_lowercase(), Concerned { name, email, host: Some(row.name) });
        }
    }
    for member in tx.crew(outreach.id.0).await? {
        let account = tx.staff(member.staff_id).await?;
        if let Some(account) = account.filter(|account| account.state == ACTIVE) {
            let (name, email) = (account.name, account.email);
            people.insert(account.email_key, Concerned { name, email, host: None });
        }
    }
    Ok(people.into_values().collect())
}
