//! The mails to those who hold an outreach: its team, and the contact of its host. They are written
//! with the step that they tell, so that each change is told once: what has not left is told with
//! the next one, by how its reader knows the outreach, or not at all where it is so again. A host
//! whose contact has no address is telephoned, by a task of the coordination. Who booked has
//! letters of their own.

use domain::desk::queue::HostNews;
use domain::id::{OrganisationId, OutreachId};
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::news::{Known, News, Telling, between};
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
    /// How they know it, as long as this letter has not left; nothing where they know of none.
    #[serde(default)]
    pub knew: Option<Known>,
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

/// Tells the team and the contact of the host how an announced outreach stands, each address once
/// and each as far as they do not know it. Nobody heard of a draft; and who became the host with
/// the same change is told that by [`tell_hosts`].
///
/// # Errors
/// A failed database.
pub(super) async fn tell(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let was_draft = before.status == OutreachStatus::Draft;
    // One that is registered afterwards is announced to nobody.
    let is_announced = after.status == OutreachStatus::Published && now < after.ends_at;
    if was_draft && !is_announced {
        return Ok(());
    }
    let telling = Telling { reason: reason.to_owned(), ..Telling::plain() };
    let knew = (!was_draft).then(|| Known::of(before));
    let change = Change { outreach: after, knew, stands: true, telling: &telling };
    if between(change.knew.as_ref(), change.stands().as_ref(), &telling).is_none() {
        // What was written of an earlier change says what holds.
        return Ok(());
    }
    let is_new = before.host != after.host && !was_draft;
    let mut people = BTreeMap::new();
    for host in hosts(tx, after.host.filter(|_| !is_new)).await? {
        let id = OrganisationId(host.id);
        match Concerned::contact(host) {
            Some(contact) => {
                people.insert(contact.email.to_lowercase(), contact);
            }
            None => call(tx, id, &change, now).await?,
        }
    }
    // Who is both of the team and the host's contact is of the team.
    for member in tx.crew(after.id.0).await? {
        let account = tx.staff(member.staff_id).await?;
        if let Some(account) = account.filter(|account| account.state == ACTIVE) {
            people.insert(account.email_key.clone(), Concerned::member(account));
        }
    }
    for person in people.into_values() {
        write(tx, person, &change, now).await?;
    }
    Ok(())
}

/// Tells the host that an announced outreach had that it holds it no more, and the one that it has
/// now that it does. Of one that is called off, only that it need not wait for its new day: of that
/// everybody is told who holds it then.
///
/// # Errors
/// A failed database.
pub(super) async fn tell_hosts(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    now: Timestamp,
) -> Result<(), Error> {
    let is_off = before.status == OutreachStatus::Suspended;
    if before.host == after.host || !(is_announced(before, now) || is_off) {
        return Ok(());
    }
    let telling = Telling::plain();
    // Who is rid of it knows it as it was.
    let had = Change {
        outreach: before,
        knew: Some(Known::of(before)),
        stands: false,
        telling: &telling,
    };
    let has = Change { outreach: after, knew: None, stands: true, telling: &telling };
    for (host, change) in [(before.host, had), (after.host, has)] {
        for host in hosts(tx, host).await? {
            let id = OrganisationId(host.id);
            match Concerned::contact(host) {
                Some(contact) => write(tx, contact, &change, now).await?,
                None => call(tx, id, &change, now).await?,
            }
        }
    }
    Ok(())
}

/// What changed of an outreach for those who are told.
pub(super) struct Change<'a> {
    /// As it is now; for who has none of it any more, as it was.
    pub(super) outreach: &'a Outreach,
    /// How they knew it before, if everything that was written has left.
    pub(super) knew: Option<Known>,
    /// Whether it is theirs.
    pub(super) stands: bool,
    /// How it is told.
    pub(super) telling: &'a Telling,
}

impl Change<'_> {
    /// How it stands for them.
    fn stands(&self) -> Option<Known> {
        self.stands.then(|| Known::of(self.outreach))
    }
}

/// Writes to somebody what they do not know of an outreach, and takes back what was written to them
/// of it and has not left; nothing is written where it is as they know it.
///
/// # Errors
/// A failed database.
pub(super) async fn write(
    tx: &mut Tx,
    person: Concerned,
    change: &Change<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let (mut waiting, mut heard) = (Vec::new(), None);
    for message in tx.messages_about(ABOUT, change.outreach.id.0).await? {
        if message.kind != NEWS_LETTER || message.recipient != person.email {
            continue;
        }
        let mail: NewsMail = from_json(&message.body)?;
        // As the contact of a host they are told other things than as one of the team.
        if mail.host != person.host {
            continue;
        }
        match message.state.as_str() {
            "pending" => waiting.push((message.id, mail)),
            "sent" | "leased" => heard = Some(mail),
            _ => {}
        }
    }
    let knew = match waiting.first() {
        Some((_, first)) => first.knew.clone(),
        None => knew_of(change, heard),
    };
    let mut telling = change.telling.clone();
    if let Some((_, first)) = waiting.first().filter(|(_, first)| first.news == News::Joined) {
        telling.first = first.news.clone();
    }
    for (message, _) in &waiting {
        tx.withdraw_message(*message).await?;
    }
    let stands = change.stands();
    let Some(news) = between(knew.as_ref(), stands.as_ref(), &telling) else { return Ok(()) };
    let mail = mail(person, (change, news, knew));
    tx.insert_messages(&[written(&mail, now)?]).await?;
    Ok(())
}

/// How they know an outreach to whom everything that was written has left. Of one that is called
/// off the last letter says it, for its form may have changed since; who had none knows of none.
fn knew_of(change: &Change<'_>, heard: Option<NewsMail>) -> Option<Known> {
    let knew = change.knew.clone()?;
    if !knew.is_off {
        return Some(knew);
    }
    let heard = heard.filter(|mail| mail.news != News::Left)?;
    Some(Known {
        starts_at: heard.starts_at,
        ends_at: heard.ends_at,
        place: heard.place,
        commune: heard.commune,
        is_off: true,
    })
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

/// The letter: of what is off, or theirs no more, it says the hours and the place that they know.
fn mail(
    person: Concerned,
    (change, news, knew): (&Change<'_>, News, Option<Known>),
) -> (String, NewsMail) {
    let (outreach, stands) = (change.outreach, Known::of(change.outreach));
    let is_gone = matches!(news, News::Suspended { .. } | News::Left);
    let was_place = knew.as_ref().filter(|_| !is_gone);
    let was_place = was_place.and_then(|knew| knew.place_before(&stands));
    let shown = knew.clone().filter(|_| is_gone).unwrap_or(stands);
    let mail = NewsMail {
        news,
        name: person.name,
        host: person.host,
        outreach: outreach.id,
        outreach_name: outreach.name.to_string(),
        place: shown.place,
        commune: shown.commune,
        was_place,
        comes_home: outreach.kind == OutreachKind::HomeVisits,
        starts_at: shown.starts_at,
        ends_at: shown.ends_at,
        knew,
    };
    (person.email, mail)
}

fn written((email, mail): &(String, NewsMail), now: Timestamp) -> Result<MessageRow, Error> {
    let letter = Letter {
        kind: NEWS_LETTER,
        recipient: email,
        body: mail,
        about: Some((ABOUT, mail.outreach.0)),
        due_at: now,
    };
    outbox::pending(letter, now)
}

/// Has the coordination telephone the contact of a host, once about all that they do not know yet;
/// what was to be said before, and was not, is taken back.
async fn call(
    tx: &mut Tx,
    host: OrganisationId,
    change: &Change<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let outreach = change.outreach.id;
    let (mut open, mut knew) = (Vec::new(), change.knew.clone());
    for task in tx.open_tasks_of_host(outreach.0, host.0).await? {
        let TaskBody::CallHost { knew: first, .. } = from_json(&task.body)? else { continue };
        if open.is_empty() {
            knew = first;
        }
        open.push(task.id);
    }
    for task in open {
        tx.withdraw_task(task).await?;
    }
    let stands = change.stands();
    let news = between(knew.as_ref(), stands.as_ref(), change.telling);
    let Some(news) = news else { return Ok(()) };
    let (about, was_at, reason) = match news {
        // It is of no team.
        News::Published | News::Joined => (HostNews::Published, None, None),
        News::Suspended { reason } => (HostNews::Suspended, None, Some(reason)),
        News::Moved { was_at } => (HostNews::Moved, was_at, None),
        News::Ends { was_until } => (HostNews::Ends, Some(was_until), None),
        News::Relocated => (HostNews::Relocated, None, None),
        News::Left => (HostNews::Left, None, None),
    };
    let was_place = knew.as_ref().zip(stands.as_ref());
    let was_place = was_place.and_then(|(knew, stands)| knew.place_before(stands));
    let body = TaskBody::CallHost { outreach, host, about, was_at, was_place, reason, knew };
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
        HostNews::Published | HostNews::Moved | HostNews::Ends | HostNews::Relocated => {
            !holds || !is_announced(outreach, now)
        }
    }
}
