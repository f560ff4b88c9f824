//! The mails to those who hold an outreach: its team, and the contact of its host. They are written
//! with the step that they tell, so that each change is told once. A host whose contact has no
//! address is telephoned, by a task of the coordination. Who booked has letters of their own.

use domain::desk::queue::HostNews;
use domain::id::{OrganisationId, OutreachId};
use domain::name::search_key;
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::mem::discriminant;

use crate::accounts::ACTIVE;
use crate::error::Error;
use crate::outbox::{self, Letter};
use crate::records::from_json;
use crate::store::vocabulary::outbox::MessageRow;
use crate::store::vocabulary::people::StaffRow;
use crate::store::vocabulary::programme::OrganisationRow;
use crate::store::{StoreError, Tx};
use crate::tasks::{self, About, TaskBody};

/// The kind of such a message, and the folder of its templates.
pub const NEWS_LETTER: &str = "outreach_news";

/// What such a message is about, beside the outreach's identifier.
pub(super) const ABOUT: &str = "outreach";

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
    /// It is held elsewhere.
    Relocated,
    /// The reader is in its team from now on.
    Joined,
    /// The reader is in its team no more, or their organisation holds it no more.
    Left,
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
    /// The hall, square or street; where the homes are that are visited.
    pub place: String,
    /// Its commune.
    pub commune: Commune,
    /// Where it was to be held, if that changed: the hall and its commune.
    #[serde(default)]
    pub was_place: Option<String>,
    /// The team goes to the homes of those who book.
    #[serde(default)]
    pub comes_home: bool,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
}

impl NewsMail {
    /// Tells how it was before an earlier change, of which nobody has heard.
    fn was_since(&mut self, earlier: Self) {
        if let (News::Moved { was_at: known @ Some(_) }, News::Moved { was_at }) =
            (earlier.news, &mut self.news)
            && known != Some(self.starts_at)
        {
            *was_at = known;
        }
        self.was_place = earlier.was_place.or(self.was_place.take());
    }
}

/// Somebody who is told.
pub(super) struct Concerned {
    name: String,
    email: String,
    host: Option<String>,
}

impl Concerned {
    /// A member of the team.
    pub(super) fn member(account: StaffRow) -> Self {
        Self { name: account.name, email: account.email, host: None }
    }

    /// The contact of a host; nothing where it has no address for mail.
    fn contact(host: OrganisationRow) -> Option<Self> {
        let name = host.contact_name.unwrap_or_else(|| host.name.clone());
        Some(Self { name, email: host.email?, host: Some(host.name) })
    }
}

/// Whether people know of an outreach, and it is not over.
pub(super) fn is_announced(outreach: &Outreach, now: Timestamp) -> bool {
    use OutreachStatus::{Open, Published, UnderWay};
    matches!(outreach.status, Published | Open | UnderWay) && now < outreach.ends_at
}

/// Where an outreach was to be held, if that is elsewhere now: written otherwise, it is the same.
pub(super) fn place_before(before: &Outreach, after: &Outreach) -> Option<String> {
    let at = |one: &Outreach| (search_key(one.place.as_str()), one.commune);
    (at(before) != at(after)).then(|| format!("{}, {}", before.place, before.commune))
}

/// Tells the team and the contact of the host, each address once. Nobody heard of a draft; and who
/// became the host with the same change is told that by [`tell_hosts`].
///
/// # Errors
/// A failed database.
pub(super) async fn tell(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    news: &News,
    now: Timestamp,
) -> Result<(), Error> {
    let is_unheard_of = before.status == OutreachStatus::Draft && *news != News::Published;
    // One that is registered afterwards is announced to nobody.
    let is_past = *news == News::Published && after.ends_at <= now;
    if is_unheard_of || is_past {
        return Ok(());
    }
    let is_new = before.host != after.host && before.status != OutreachStatus::Draft;
    let mut people = BTreeMap::new();
    for host in hosts(tx, after.host.filter(|_| !is_new)).await? {
        let id = OrganisationId(host.id);
        match Concerned::contact(host) {
            Some(contact) => {
                people.insert(contact.email.to_lowercase(), contact);
            }
            None => call(tx, (before, after), (id, news), now).await?,
        }
    }
    // Who is both of the team and the host's contact is of the team.
    for member in tx.crew(after.id.0).await? {
        let account = tx.staff(member.staff_id).await?;
        if let Some(account) = account.filter(|account| account.state == ACTIVE) {
            people.insert(account.email_key.clone(), Concerned::member(account));
        }
    }
    let mut unheard = unheard_of(tx, after.id, news).await?;
    let mut messages = Vec::with_capacity(people.len());
    for person in people.into_values() {
        let email = person.email.clone();
        let mut mail = mail(person, (before, after), news);
        // Who has not heard of an earlier change is told how it was as they know it.
        let (own, others): (Vec<_>, Vec<_>) = unheard
            .into_iter()
            .partition(|(row, one)| row.recipient == email && one.host == mail.host);
        unheard = others;
        for (message, earlier) in own {
            mail.was_since(earlier);
            tx.withdraw_message(message.id).await?;
        }
        messages.push(written(&mail, &email, now)?);
    }
    tx.insert_messages(&messages).await?;
    Ok(())
}

/// What was written of a change like this one, and has not left.
async fn unheard_of(
    tx: &mut Tx,
    outreach: OutreachId,
    news: &News,
) -> Result<Vec<(MessageRow, NewsMail)>, StoreError> {
    let mut unheard = Vec::new();
    if !matches!(news, News::Moved { .. } | News::Relocated) {
        return Ok(unheard);
    }
    for row in tx.messages_about(ABOUT, outreach.0).await? {
        if row.kind != NEWS_LETTER || row.state != "pending" {
            continue;
        }
        let mail: NewsMail = from_json(&row.body)?;
        if discriminant(&mail.news) == discriminant(news) {
            unheard.push((row, mail));
        }
    }
    Ok(unheard)
}

/// Tells the host that an announced outreach had that it holds it no more, and the one that it has
/// now that it does.
///
/// # Errors
/// A failed database.
pub(super) async fn tell_hosts(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    now: Timestamp,
) -> Result<(), Error> {
    if before.host == after.host || !is_announced(before, now) {
        return Ok(());
    }
    // Who is rid of it knows it as it was.
    for (host, outreach, news) in
        [(before.host, before, News::Left), (after.host, after, News::Published)]
    {
        for host in hosts(tx, host).await? {
            let (id, as_it_is) = (OrganisationId(host.id), (outreach, outreach));
            match Concerned::contact(host) {
                Some(contact) => {
                    let message = message(contact, as_it_is, &news, now)?;
                    tx.insert_messages(&[message]).await?;
                }
                None => call(tx, as_it_is, (id, &news), now).await?,
            }
        }
    }
    Ok(())
}

/// The organisation, if there is one.
async fn hosts(
    tx: &mut Tx,
    host: Option<OrganisationId>,
) -> Result<Vec<OrganisationRow>, StoreError> {
    match host {
        Some(host) => tx.organisations_with_ids(&[host.0]).await,
        None => Ok(Vec::new()),
    }
}

/// The message of somebody who is told.
///
/// # Errors
/// A body that is no JSON.
pub(super) fn message(
    person: Concerned,
    change: (&Outreach, &Outreach),
    news: &News,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    let email = person.email.clone();
    written(&mail(person, change, news), &email, now)
}

fn mail(person: Concerned, (before, after): (&Outreach, &Outreach), news: &News) -> NewsMail {
    NewsMail {
        news: news.clone(),
        name: person.name,
        host: person.host,
        outreach: after.id,
        outreach_name: after.name.to_string(),
        place: after.place.to_string(),
        commune: after.commune,
        was_place: place_before(before, after),
        comes_home: after.kind == OutreachKind::HomeVisits,
        starts_at: after.starts_at,
        ends_at: after.ends_at,
    }
}

fn written(mail: &NewsMail, email: &str, now: Timestamp) -> Result<MessageRow, Error> {
    let letter = Letter {
        kind: NEWS_LETTER,
        recipient: email,
        body: mail,
        about: Some((ABOUT, mail.outreach.0)),
        due_at: now,
    };
    outbox::pending(letter, now)
}

/// Has the coordination telephone the contact of a host: once about each thing, until somebody has.
async fn call(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    (host, news): (OrganisationId, &News),
    now: Timestamp,
) -> Result<(), Error> {
    let (about, was_at, reason) = match news {
        News::Published => (HostNews::Published, None, None),
        News::Suspended { reason } => (HostNews::Suspended, None, Some(reason.clone())),
        News::Moved { was_at } => (HostNews::Moved, *was_at, None),
        News::Relocated => (HostNews::Relocated, None, None),
        News::Left => (HostNews::Left, None, None),
        // It is of no team.
        News::Joined => return Ok(()),
    };
    let (outreach, was_place) = (after.id, place_before(before, after));
    let body = TaskBody::CallHost { outreach, host, about, was_at, was_place, reason };
    let about_it = About { outreach: Some(outreach), organisation: Some(host), ..About::default() };
    tasks::open(tx, &body, about_it, now).await.map(drop)
}

/// Whether a call to a host has nothing to say any more: another call tells it, somebody else holds
/// the outreach, or it is over.
pub(crate) fn is_over(
    outreach: &Outreach,
    (host, about): (OrganisationId, HostNews),
    now: Timestamp,
) -> bool {
    let holds = outreach.host == Some(host);
    match about {
        HostNews::Left => holds || now >= outreach.ends_at,
        HostNews::Suspended => !holds || outreach.status != OutreachStatus::Suspended,
        // Where the team is there, they know of it.
        HostNews::Published if outreach.status == OutreachStatus::UnderWay => true,
        HostNews::Published | HostNews::Moved | HostNews::Relocated => {
            !holds || !is_announced(outreach, now)
        }
    }
}
