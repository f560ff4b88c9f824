//! Planning: programmes with their progress, outreaches with their teams, what they offer and how
//! they live.

mod another_day;
mod clashes;
mod concerned;
mod copying;
mod crew;
mod funding;
mod life;
mod news;
mod offerings;
pub mod plan;
mod programmes;
mod reading;
mod suggested;
mod typed;

pub(crate) use concerned::is_over as is_host_call_over;
pub use concerned::{NEWS_LETTER, NewsMail};
pub use copying::copy;
pub use crew::{put_back, set_duty, set_member};
pub(crate) use funding::{funding, fundings, payers};
pub use life::{reschedule, step, suspend};
pub use news::{Known, News};
pub use offerings::{drop_offering, save_offering};
pub(crate) use programmes::progress;
pub use programmes::{correct_programme, programme_form, programmes, save_programme};
pub(crate) use suggested::{Suggested, suggested};

use domain::booking::Reminding;
use domain::decide::education;
use domain::desk::plan::{
    Member, OutreachFilter, OutreachForm, OutreachList, OutreachSheet, Person, PlanChoices,
    ServiceRow,
};
use domain::id::{OutreachId, StaffId};
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::{Caller, Role, UseCase, allows};
use domain::service::ServiceKind;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, Timestamp};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use crate::accounts::{ACTIVE, role_of};
use crate::actor::{Actor, authorise};
use crate::clock;
use crate::desk::chronicle;
use crate::desk::register::chip_of;
use crate::desk::{act, talks};
use crate::error::{Error, Fault};
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{self, AnimalRecord, code};
use crate::registry;
use crate::store::vocabulary::programme::{OrganisationRow, OutreachRow, OutreachesWantedRow};
use crate::store::{StoreError, Tx};
use crate::sums::Sums;

/// Most outreaches of a list on each side of today: a year has some sixty.
const MOST: u16 = 300;
/// Most services on an outreach's sheet.
const MOST_SERVICES: i64 = 500;

/// The outreaches of a year, the latest first; this year unless the filter names one. Of very many
/// those nearest to today.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn outreaches(
    office: &Office,
    actor: Actor,
    filter: OutreachFilter,
) -> Result<OutreachList, Error> {
    authorise(&actor, UseCase::ReadOutreaches).map_err(Error::Refused)?;
    let today = office.day_of(office.clock.now());
    let year = filter.year.unwrap_or_else(|| today.year()).clamp(1900, 2199);
    let caller = actor.caller().unwrap_or(Caller::Public);
    let status = filter.status.as_deref().and_then(OutreachStatus::from_code);
    let commune = filter.commune.as_deref().and_then(|code| Commune::parse(code).ok());
    let sums = office.sums.clone();
    office
        .store
        .read_stale(move |tx| {
            let sums = sums.clone();
            Box::pin(async move {
                let wanted = OutreachesWantedRow {
                    from: format!("{year:04}-01-01"),
                    to: format!("{year:04}-12-31"),
                    statuses: status.into_iter().map(|status| status.code().to_owned()).collect(),
                    commune: commune.map(|commune| commune.code().to_owned()),
                    offering: None,
                    holds_chips: false,
                    limit: i64::from(MOST),
                };
                let (rows, has_more) = nearest(tx, wanted, today).await?;
                let rows = registry::outreach_views(tx, &sums, rows).await?;
                let may_plan = allows(caller, UseCase::PlanOutreaches);
                Ok(OutreachList { year, rows, has_more, may_plan })
            })
        })
        .await
}

/// What is asked for, the latest first, and whether there is more: of what is before today, and of
/// what is from it on, as many as the limit says each, and never without what is nearest to today.
///
/// # Errors
/// A failed database.
pub(crate) async fn nearest(
    tx: &mut Tx,
    wanted: OutreachesWantedRow,
    today: CivilDate,
) -> Result<(Vec<OutreachRow>, bool), StoreError> {
    let yesterday = CivilDate::from_days(today.days() - 1).to_string();
    let most = usize::try_from(wanted.limit).unwrap_or_default();
    let wanted = OutreachesWantedRow { limit: wanted.limit + 1, ..wanted };
    let past = OutreachesWantedRow { to: wanted.to.clone().min(yesterday), ..wanted.clone() };
    let ahead = OutreachesWantedRow { from: wanted.from.clone().max(iso(today)), ..wanted };
    let (mut rows, mut before) =
        (tx.outreaches_soonest(&ahead).await?, tx.outreaches_latest(&past).await?);
    let has_more = rows.len() > most || before.len() > most;
    rows.truncate(most);
    before.truncate(most);
    rows.reverse();
    rows.append(&mut before);
    Ok((rows, has_more))
}

/// One outreach with its team, its services and its history.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn outreach(
    office: &Office,
    actor: Actor,
    id: OutreachId,
) -> Result<OutreachSheet, Error> {
    authorise(&actor, UseCase::ReadOutreaches).map_err(Error::Refused)?;
    let (sums, now) = (office.sums.clone(), office.clock.now());
    let read = office
        .store
        .read(move |tx| Box::pin(async move { sheet(tx, &sums, actor, (id, now)).await }));
    read.await
}

async fn sheet(
    tx: &mut Tx,
    sums: &Sums,
    actor: Actor,
    (id, now): (OutreachId, Timestamp),
) -> Result<OutreachSheet, Error> {
    let view = registry::outreach_view(tx, sums, id).await?;
    let (mut team, mut others, mut left) = (Vec::new(), Vec::new(), Vec::new());
    // Whether each is in it now, of those who ever were.
    let mut members = HashMap::new();
    for member in tx.ever_in_team(&[id.0]).await? {
        *members.entry(member.staff_id).or_insert(false) |= member.left_at.is_none();
    }
    for account in tx.list_staff().await? {
        let role = role_of(&account)?;
        let person = Person { id: StaffId(account.id), name: account.name, role };
        let member = members.get(&account.id);
        if member == Some(&true) {
            let leave = tx.authorisation(account.id, id.0).await?;
            let authorised_at = leave.map(|leave| Timestamp(leave.authorised_at));
            team.push(Member { person, authorised_at });
        } else if account.state == ACTIVE && !matches!(role, Role::Admin | Role::Auditor) {
            left.extend(member.is_some().then_some(person.id));
            others.push(person);
        }
    }
    let mut services = Vec::new();
    let rows = tx.services_of_outreach(id.0, MOST_SERVICES, 0).await?;
    let names = animal_names(tx, rows.iter().map(|row| row.animal_id)).await?;
    for row in rows {
        services.push(ServiceRow {
            kind: code(&row.kind, ServiceKind::from_code)?,
            at: Timestamp(row.performed_at),
            animal: row.animal_id.into(),
            animal_name: names.get(&row.animal_id).cloned().unwrap_or_default(),
            chip: chip_of(row.chip.as_deref()),
            annulled: row.annulled_at.is_some(),
        });
    }
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let names_listeners = education::is_named(view.outreach.starts_at, now);
    Ok(OutreachSheet {
        view,
        team,
        others,
        left,
        services,
        talks: talks::of(tx, id, may_plan).await?,
        history: chronicle::of(tx, Subject::Outreach(id), &actor).await?,
        may_plan,
        names_listeners,
        act: act::fresh(),
    })
}

/// What some animals are called, in one query.
///
/// # Errors
/// A failed database.
pub(crate) async fn animal_names(
    tx: &mut Tx,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, StoreError> {
    let ids: BTreeSet<_> = ids.collect();
    let rows = tx.animals_with_ids(&ids.into_iter().collect::<Vec<_>>()).await?;
    let named = |row| {
        let animal = AnimalRecord::try_from(row)?;
        Ok((animal.id.0, animal.details.name.to_string()))
    };
    rows.into_iter().map(named).collect()
}

/// What the form of an outreach chooses from, and what it starts with.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn choices(
    office: &Office,
    actor: Actor,
    id: Option<OutreachId>,
) -> Result<PlanChoices, Error> {
    authorise(&actor, UseCase::PlanOutreaches).map_err(Error::Refused)?;
    let today = office.day_of(office.clock.now());
    let zone = office.zone.clone();
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let programmes = tx.programmes().await?;
                let hosts: Result<Vec<_>, StoreError> =
                    tx.organisations().await?.into_iter().map(reading::organisation).collect();
                let form = match id {
                    Some(id) => {
                        let row = tx.outreach(id.0).await?;
                        let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
                        reading::form_of(&records::outreach(row)?, &zone)
                    }
                    None => OutreachForm {
                        act: Some(act::fresh()),
                        ..reading::fresh_form(programmes.last(), today)
                    },
                };
                let programmes = programmes.into_iter().map(|row| (row.id.into(), row.name));
                let programmes = programmes.collect();
                Ok(PlanChoices { programmes, hosts: hosts?, form, today })
            })
        })
        .await
}

/// Makes an outreach, or changes one. A new one has the identifier that its sheet gave it: the same
/// form sent again, after a doubled click or a lost answer, is the same outreach, whatever became
/// of it meanwhile.
///
/// # Errors
/// [`Refusal::SheetUsed`] when something else was made under that identifier;
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] with every field that cannot be taken;
/// [`Refusal::OutreachUnknown`]; [`Refusal::Invalid`] also for a status that no step leads to;
/// [`Refusal::ChangedMeanwhile`] when the form was filled before somebody moved the outreach.
pub async fn save(
    office: &Office,
    actor: Actor,
    id: Option<OutreachId>,
    form: OutreachForm,
) -> Result<OutreachId, Error> {
    authorise(&actor, UseCase::PlanOutreaches).map_err(Error::Refused)?;
    let now = office.clock.now();
    // What no sheet gave names nothing.
    let act = form.act.filter(|act| id.is_none() && act.0.get_version_num() == 7);
    let form = OutreachForm { act, ..form };
    let fresh = id.or(act.map(|act| OutreachId(act.0)));
    let fresh = fresh.unwrap_or_else(|| OutreachId(clock::fresh_id()));
    let (outreach, host) = reading::read(fresh, &form, &office.zone).map_err(Error::Refused)?;
    let (is_new, today) = (id.is_none(), office.day_of(now));
    let reminding = Reminding::at(now, &office.zone);
    office
        .store
        .write_with((outreach, host, form.seen), move |tx, (outreach, host, seen)| {
            Box::pin(async move {
                if is_new && is_made(tx, outreach.id, outreach).await? {
                    return Ok(outreach.id);
                }
                check(tx, outreach, host.as_ref()).await?;
                if is_new {
                    life::begin(tx, outreach, (now, today)).await?;
                } else {
                    let before = tx.outreach(outreach.id.0).await?;
                    let before = before.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
                    let before = records::outreach(before)?;
                    if !seen.is_empty() && *seen != reading::seen(&before) {
                        return Err(Error::Refused(Refusal::ChangedMeanwhile));
                    }
                    life::change(tx, (&before, outreach), (now, today, reminding)).await?;
                }
                let kind = if is_new { "outreach_planned" } else { "outreach_changed" };
                let subject = Subject::Outreach(outreach.id);
                let entry = Entry::new(subject, kind, actor, now, outreach)?;
                history::append(tx, &entry).await?;
                Ok(outreach.id)
            })
        })
        .await
}

/// Whether an outreach was made as it is now asked for, by the same sheet: what its history begins
/// with says so.
async fn is_made(
    tx: &mut Tx,
    id: OutreachId,
    asked: &(impl Serialize + Sync),
) -> Result<bool, Error> {
    if tx.outreach(id.0).await?.is_none() {
        return Ok(false);
    }
    let subject = Subject::Outreach(id);
    let made = tx.history_bodies_of(subject.kind(), subject.id()).await?.into_iter().next();
    let asked = serde_json::to_vec(asked).map_err(Fault::from)?;
    match made.is_some_and(|made| made.body == asked) {
        true => Ok(true),
        false => Err(Error::Refused(Refusal::SheetUsed)),
    }
}

/// Adds the new host, and sees that programme and host are there.
async fn check(
    tx: &mut Tx,
    outreach: &Outreach,
    host: Option<&OrganisationRow>,
) -> Result<(), Error> {
    use domain::field_error::{Field, FieldError, Problem};
    let unknown = |field| Error::Refused(Refusal::field(FieldError::new(field, Problem::Unknown)));
    if let Some(host) = host {
        tx.insert_organisation(host).await?;
    }
    if tx.programme(outreach.programme.0).await?.is_none() {
        return Err(unknown(Field::Programme));
    }
    if let Some(host) = outreach.host
        && tx.organisations_with_ids(&[host.0]).await?.is_empty()
    {
        return Err(unknown(Field::Organisation));
    }
    Ok(())
}

/// The identifier of a stored or new row, for forms.
fn text_of(id: Uuid) -> String {
    id.to_string()
}

/// A day's first guess for a form.
fn iso(day: CivilDate) -> String {
    day.to_string()
}
