//! Programmes: how far each is, a new one, and one that is put right.

use domain::desk::plan::{ProgrammeCorrection, ProgrammeForm, ProgrammeList, Progress};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::ProgrammeId;
use domain::name::ShortText;
use domain::outreach::{Programme, Targets};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::service::ServiceKind;
use domain::timestamp::CivilDate;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::desk::number;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{self, code};
use crate::store::vocabulary::programme::ProgrammeRow;
use crate::store::{StoreError, Tx};
use crate::sums::Sums;

/// Every programme and how far it is.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn programmes(office: &Office, actor: Actor) -> Result<ProgrammeList, Error> {
    authorise(&actor, UseCase::ReadOutreaches).map_err(Error::Refused)?;
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let inside = office.clone();
    office
        .store
        .read_stale(move |tx| {
            let office = inside.clone();
            Box::pin(async move {
                let mut rows = Vec::new();
                for row in tx.programmes().await? {
                    rows.push(progress(tx, &office, row).await?);
                }
                Ok(ProgrammeList { rows, may_plan, issuer: office.issuer })
            })
        })
        .await
}

/// How far a programme is.
///
/// # Errors
/// A failed database.
pub(crate) async fn progress(
    tx: &mut Tx,
    office: &Office,
    row: ProgrammeRow,
) -> Result<Progress, Error> {
    let (done, verifications) = done(tx, &office.sums, row.id).await?;
    Ok(Progress { programme: programme(office, row)?, done, verifications })
}

/// What was done in a programme, and the chips that were verified beside.
pub(super) async fn done(tx: &mut Tx, sums: &Sums, id: Uuid) -> Result<(Targets, u32), Error> {
    let (mut done, mut verifications) = (Targets::default(), 0);
    let totals = sums.programmes.or(id, tx.programme_totals(id));
    for total in totals.await? {
        let figure = match code(&total.kind, ServiceKind::from_code)? {
            ServiceKind::Implantation => &mut done.implantations,
            ServiceKind::Verification => &mut verifications,
            ServiceKind::DewormingInternal => &mut done.dewormings_internal,
            ServiceKind::DewormingExternal => &mut done.dewormings_external,
            ServiceKind::Sterilisation => &mut done.sterilisations,
        };
        *figure = number(total.total);
    }
    done.outreaches = number(tx.programme_outreaches(id).await?);
    Ok((done, verifications))
}

/// What a programme promised.
pub(super) fn promised(row: &ProgrammeRow) -> Targets {
    Targets {
        implantations: number(row.target_implantations),
        dewormings_internal: number(row.target_dewormings_internal),
        dewormings_external: number(row.target_dewormings_external),
        sterilisations: number(row.target_sterilisations),
        outreaches: number(row.target_outreaches),
    }
}

fn programme(office: &Office, row: ProgrammeRow) -> Result<Programme, StoreError> {
    let wrong = |_| StoreError::Inconsistent("a programme holds a text that cannot be read");
    let targets = promised(&row);
    Ok(Programme {
        id: ProgrammeId(row.id),
        number: u16::try_from(row.number).unwrap_or(u16::MAX),
        name: domain::name::ShortText::parse(&row.name).map_err(wrong)?,
        issuer: domain::name::ShortText::parse(&office.issuer_of(row.issuer)).map_err(wrong)?,
        starts_on: records::date(&row.starts_on)?,
        ends_on: records::date(&row.ends_on)?,
        targets,
    })
}

/// Makes a programme with the next number. One that names no issuer gets the installation's.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] with every field that cannot be taken.
pub async fn save_programme(
    office: &Office,
    actor: Actor,
    form: ProgrammeForm,
) -> Result<ProgrammeId, Error> {
    authorise(&actor, UseCase::PlanOutreaches).map_err(Error::Refused)?;
    let row = read(office, &form).map_err(Error::Refused)?;
    let now = office.clock.now();
    office
        .store
        .write_with(row, move |tx, row| {
            Box::pin(async move {
                let last = tx.programmes().await?.iter().map(|known| known.number).max();
                let row = ProgrammeRow { number: last.unwrap_or(0) + 1, ..row.clone() };
                tx.insert_programme(&row).await?;
                let body = (row.id, row.number, &row.name, &row.issuer);
                let entry =
                    Entry::new(Subject::acting(&actor), "programme_made", actor, now, &body)?;
                history::append(tx, &entry).await?;
                Ok(ProgrammeId(row.id))
            })
        })
        .await
}

/// A programme as the form is filled that puts it right; nothing when there is none.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn programme_form(
    office: &Office,
    actor: Actor,
    id: ProgrammeId,
) -> Result<Option<ProgrammeForm>, Error> {
    authorise(&actor, UseCase::PlanOutreaches).map_err(Error::Refused)?;
    let read = office.store.read(move |tx| Box::pin(async move { tx.programme(id.0).await }));
    let Some(row) = read.await? else { return Ok(None) };
    Ok(Some(ProgrammeForm::of(&programme(office, row)?)))
}

/// Puts a programme right: what it is called, who issues its documents, its days and what it
/// promised. What was issued stays as it is. The history has what it was, with the reason.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] with every field that cannot be taken, for an
/// unknown programme, and for days that leave out an outreach which was within those before;
/// [`Refusal::ChangedMeanwhile`] when the form was filled before somebody else
/// put it right.
pub async fn correct_programme(
    office: &Office,
    actor: Actor,
    id: ProgrammeId,
    asked: ProgrammeCorrection,
) -> Result<(), Error> {
    authorise(&actor, UseCase::PlanOutreaches).map_err(Error::Refused)?;
    let (row, reason) = read_correction(office, &asked).map_err(Error::Refused)?;
    let now = office.clock.now();
    let facts = (office.clone(), row, asked.seen, reason);
    office
        .store
        .write_with(facts, move |tx, (office, row, seen, reason)| {
            Box::pin(async move {
                let Some(before) = tx.programme(id.0).await? else {
                    let unknown = FieldError::new(Field::Programme, Problem::Unknown);
                    return Err(Error::Refused(Refusal::field(unknown)));
                };
                let row = ProgrammeRow { id: before.id, number: before.number, ..row.clone() };
                // Sent again it is as it should be.
                if row == before {
                    return Ok(());
                }
                let fields = left_out(tx, &before, &row).await?;
                let was = ProgrammeForm::of(&programme(office, before)?);
                if was.seen() != *seen {
                    return Err(Error::Refused(Refusal::ChangedMeanwhile));
                }
                if !fields.is_empty() {
                    return Err(Error::Refused(Refusal::Invalid { fields }));
                }
                tx.update_programme(&row).await?;
                let is = ProgrammeForm::of(&programme(office, row)?);
                let body = serde_json::json!({
                    "programme": id, "before": was, "after": is, "reason": reason,
                });
                let subject = Subject::acting(&actor);
                let entry = Entry::new(subject, "programme_corrected", actor, now, &body)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// What is wrong with days that leave out outreaches which were within those before.
async fn left_out(
    tx: &mut Tx,
    before: &ProgrammeRow,
    row: &ProgrammeRow,
) -> Result<Vec<FieldError>, StoreError> {
    let held = tx.programme_days(before.id, &before.starts_on, &before.ends_on).await?;
    let begins_late = held.0.is_some_and(|first| first < row.starts_on);
    let ends_early = held.1.is_some_and(|last| last > row.ends_on);
    let days = [(begins_late, Field::Date), (ends_early, Field::EndDate)];
    let wrong = days.into_iter().filter(|(is_wrong, _)| *is_wrong);
    Ok(wrong.map(|(_, field)| FieldError::new(field, Problem::LeavesOutreaches)).collect())
}

fn read_correction(
    office: &Office,
    asked: &ProgrammeCorrection,
) -> Result<(ProgrammeRow, String), Refusal> {
    let reason = ShortText::<400>::parse(&asked.reason);
    let reason = reason.map_err(|problem| FieldError::new(Field::Reason, problem));
    match (read(office, &asked.form), reason) {
        (Ok(row), Ok(reason)) => Ok((row, reason.to_string())),
        (Ok(_), Err(wrong)) => Err(Refusal::field(wrong)),
        (Err(Refusal::Invalid { mut fields }), Err(wrong)) => {
            fields.push(wrong);
            Err(Refusal::Invalid { fields })
        }
        (Err(refusal), _) => Err(refusal),
    }
}

fn read(office: &Office, form: &ProgrammeForm) -> Result<ProgrammeRow, Refusal> {
    let mut fields = Vec::new();
    let mut text = |field, text: &str| {
        let read = ShortText::<120>::parse(text).map(|read| read.to_string());
        read.map_err(|problem| fields.push(FieldError::new(field, problem))).unwrap_or_default()
    };
    let name = text(Field::Name, &form.name);
    let issuer = text(Field::Organisation, &office.issuer_of(form.issuer.clone()));
    let day = |text: &str| text.trim().parse::<CivilDate>().ok();
    let (starts_on, ends_on) = (day(&form.starts_on), day(&form.ends_on));
    let wrong = match (starts_on, ends_on) {
        (Some(from), Some(to)) if from > to => vec![(Field::EndDate, Problem::EndsBefore)],
        days => {
            let none = [(days.0, Field::Date), (days.1, Field::EndDate)].into_iter();
            let none = none.filter(|(day, _)| day.is_none());
            none.map(|(_, field)| (field, Problem::Malformed)).collect()
        }
    };
    fields.extend(wrong.into_iter().map(|(field, problem)| FieldError::new(field, problem)));
    let targets = form.targets.each_ref().map(|text| match text.trim() {
        "" => Some(0),
        text => text.parse::<u32>().ok().map(i64::from),
    });
    if targets.contains(&None) {
        fields.push(FieldError::new(Field::Quantity, Problem::NotANumber));
    }
    let (Some(starts_on), Some(ends_on), true) = (starts_on, ends_on, fields.is_empty()) else {
        return Err(Refusal::Invalid { fields });
    };
    let [implantations, internal, external, sterilisations, outreaches] =
        targets.map(Option::unwrap_or_default);
    Ok(ProgrammeRow {
        id: clock::fresh_id(),
        number: 0,
        name,
        issuer,
        starts_on: starts_on.to_string(),
        ends_on: ends_on.to_string(),
        target_implantations: implantations,
        target_dewormings_internal: internal,
        target_dewormings_external: external,
        target_sterilisations: sterilisations,
        target_outreaches: outreaches,
    })
}
