//! The end of an outreach: what is still open, the step that closes it, and the papers and lists
//! that account for it; and how far its programme is.

mod beneficiaries;
mod coverage;
mod papers;
mod programme;
mod services;

pub use beneficiaries::{Beneficiary, beneficiaries};
pub use papers::{attendance_act, day_sheet};
pub(crate) use programme::coming;
pub use programme::{explain, programme};
pub use services::services;

use domain::booking::{BookingState, Offering};
use domain::closing::{
    Attendance, BookingCount, ClosingFacts, ClosingSheet, Counts, Ending, Finding, PhoneFact,
    ShareFact, Verdict, attendance,
};
use domain::desk::stock::OddChip;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::OutreachId;
use domain::name::ShortText;
use domain::outreach::life::{LifeFacts, LifeStep};
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::service::{ServiceDetails, ServiceKind};
use domain::stock::Balance;
use domain::timestamp::{Timestamp, Zone};
use serde::Deserialize;
use uuid::Uuid;

use crate::actor::Actor;
use crate::day;
use crate::desk::{gone, may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::planning::plan::{PlanRecord, plan_of};
use crate::records::{self, code, from_json};
use crate::stock;
use crate::store::vocabulary::closing::{BookingCountRow, PhoneAtRow, ShareOutRow};
use crate::store::vocabulary::plan::OutreachPlanRow;
use crate::store::{StoreError, Tx};

/// Kind of the link that the history has of a close.
const CLOSED: &str = "outreach_closed";

/// What became of a step towards the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The outreach is now there.
    Done(OutreachStatus),
    /// Nothing was changed: something stands in the way.
    Blocked,
}

/// What is still open at an outreach, and what was done there.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn sheet(office: &Office, actor: Actor, id: OutreachId) -> Result<ClosingSheet, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let (now, inside) = (office.clock.now(), office.clone());
    let caller = actor.caller().unwrap_or(Caller::Public);
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let record = plan_of(tx, id.0).await?;
                let step = next_step(&record.life(now));
                let seen = Seen::of(tx, &record, (&inside, now)).await?;
                let ending = ending(tx, &record.plan, &inside.zone).await?;
                let outreach = record.outreach;
                Ok(ClosingSheet {
                    outreach: id,
                    name: outreach.name.to_string(),
                    held_on: outreach.held_on,
                    status: outreach.status,
                    verdict: seen.facts.verdict(),
                    step,
                    offerings: seen.offerings,
                    counts: seen.done.counts,
                    chips: seen.chips,
                    doses: seen.facts.doses,
                    ending,
                    may_close: allows(caller, UseCase::PlanOutreaches),
                    may_export: allows(caller, UseCase::Export),
                })
            })
        })
        .await
}

/// The step of the end that comes next.
fn next_step(life: &LifeFacts) -> Option<LifeStep> {
    [LifeStep::Close, LifeStep::Report].into_iter().find(|step| life.after(*step).is_ok())
}

/// Closes an outreach, or notes that it is accounted for, after a look at everything that is still
/// open. At the close the places that phones hold come back (contracts, section 8); of one that was
/// called off, who waits for another day is told that there is none, and of one that ends early,
/// who is still expected that it is over. `step` is the code of the one that was shown, so that a
/// form sent twice takes one step.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`]; [`Refusal::Invalid`] where something is
/// open and no reason was given; [`Refusal::ChangedMeanwhile`] for another step than the next.
pub async fn close(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    (step, reason): (&str, &str),
) -> Result<Closed, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let reason = reason_of(reason).map_err(Error::Refused)?;
    let Some(step) = LifeStep::from_code(step) else { return gone() };
    let now = office.clock.now();
    office
        .store
        .write_with((reason, office.clone()), move |tx, (reason, office)| {
            Box::pin(async move {
                let record = plan_of(tx, id.0).await?;
                take(tx, record, (step, reason.as_deref()), (actor, now, office)).await
            })
        })
        .await
}

/// A reason, if one was given.
fn reason_of(text: &str) -> Result<Option<String>, Refusal> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
    ShortText::<400>::parse(text).map(|text| Some(text.to_string())).map_err(wrong)
}

async fn take(
    tx: &mut Tx,
    record: PlanRecord,
    (step, reason): (LifeStep, Option<&str>),
    (actor, now, office): (Actor, Timestamp, &Office),
) -> Result<Closed, Error> {
    let life = record.life(now);
    if next_step(&life) != Some(step) {
        return gone();
    }
    let Ok(status) = life.after(step) else { return gone() };
    let (id, is_close) = (record.outreach.id, step == LifeStep::Close);
    let is_off = is_close && life.status == OutreachStatus::Suspended;
    let is_early = is_close && !is_off && now < record.outreach.ends_at;
    for one in record.offerings.iter().filter(|_| is_off || is_early) {
        // Who comes meanwhile, as a phone tells, waits, and then sees that it is over.
        day::hold_offering(tx, id, one.offering).await?;
    }
    // Whose visit is in the register was served, whether or not a desk said so, and however late a
    // phone brought it home: before it is judged.
    day::settle(tx, id, now).await?;
    let verdict = Seen::of(tx, &record, (office, now)).await?.facts.verdict();
    if verdict.is_blocked() {
        return Ok(Closed::Blocked);
    }
    if verdict.needs_reason() && reason.is_none() {
        let missing = FieldError::new(Field::Reason, Problem::Empty);
        return Err(Error::Refused(Refusal::field(missing)));
    }
    explain_passed(tx, &verdict, reason, (actor, now)).await?;
    let outreach = Outreach { status, ..record.outreach };
    tx.update_outreach(&records::outreach_row(&outreach)).await?;
    let mut told = None;
    let kind = if is_close {
        if is_off {
            let reason = record.plan.suspended_reason.as_deref().unwrap_or_default();
            told = Some(day::expect_no_more(tx, id, (reason, now)).await?);
        } else if is_early {
            told = Some(day::expect_nobody(tx, &outreach, now).await?);
        }
        day::take_all_back(tx, id, now).await?;
        tx.note_closed(id.0, now.0, actor.id()).await?;
        CLOSED
    } else {
        tx.note_reported(id.0, now.0).await?;
        "outreach_reported"
    };
    let open: Vec<_> = verdict.findings.iter().map(|finding| finding.code()).collect();
    let body = serde_json::json!({ "reason": reason, "open": open, "bookings": told });
    let entry = Entry::new(Subject::Outreach(id), kind, actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Closed::Done(status))
}

/// What is said of the close is said of the targets that were passed, too.
async fn explain_passed(
    tx: &mut Tx,
    verdict: &Verdict,
    reason: Option<&str>,
    by: (Actor, Timestamp),
) -> Result<(), Error> {
    for finding in &verdict.findings {
        if let (Finding::TargetPassed(passed), Some(reason)) = (finding, reason) {
            programme::note(tx, (passed.programme, &passed.line, reason), by).await?;
        }
    }
    Ok(())
}

/// What was done at an outreach.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    counts: Counts,
    not_performed: u32,
    without_consent: u32,
    without_leave: u32,
}

/// Everything that is looked at before an outreach is closed.
struct Seen {
    facts: ClosingFacts,
    offerings: Vec<(Offering, Attendance)>,
    done: Done,
    chips: Balance,
    odd_chips: Vec<OddChip>,
}

impl Seen {
    async fn of(
        tx: &mut Tx,
        record: &PlanRecord,
        (office, now): (&Office, Timestamp),
    ) -> Result<Self, Error> {
        let outreach = &record.outreach;
        let id = outreach.id.0;
        let planned: Vec<_> =
            record.offerings.iter().map(|one| (one.offering, one.places)).collect();
        let (bookings, live) = bookings(tx.booking_counts_at(id).await?)?;
        let (live_bookings, without_day) = match outreach.status {
            OutreachStatus::Suspended => (0, live),
            _ => (live, 0),
        };
        let expected = match outreach.status {
            OutreachStatus::UnderWay => day::still_expected(tx, outreach, now).await?.len(),
            _ => 0,
        };
        let still_expected = u32::try_from(expected).unwrap_or(u32::MAX);
        let done = done(tx, id).await?;
        let (chips, odd_chips) = stock::chips_at(tx, id).await?;
        let shares: Result<Vec<_>, _> =
            tx.shares_out_at(id).await?.into_iter().map(share).collect();
        let facts = ClosingFacts {
            ends_at: outreach.ends_at,
            now,
            phones: tx.phones_at(id).await?.into_iter().map(phone).collect(),
            chips_left: chips.in_box,
            chips_odd: u32::try_from(odd_chips.len()).unwrap_or(u32::MAX),
            doses: stock::doses_at(tx, id).await?,
            without_consent: done.without_consent,
            without_leave: done.without_leave,
            unsigned: number(tx.count_unsigned_at(id).await?),
            live_bookings: live_bookings.saturating_sub(still_expected),
            still_expected,
            without_day,
            over_count: number(tx.count_over_at(id).await?),
            shares: shares?,
            unresolved: number(tx.count_unresolved_at(id).await?),
            passed: programme::unexplained(tx, &record.funding(), office).await?,
        };
        Ok(Self { facts, offerings: attendance(&planned, &bookings), done, chips, odd_chips })
    }
}

fn phone(row: PhoneAtRow) -> PhoneFact {
    let unsent = row.waiting.unwrap_or(0).saturating_add(row.to_mend.unwrap_or(0));
    PhoneFact { name: row.name, told_at: row.reported_at.map(Timestamp), unsent: number(unsent) }
}

fn share(row: ShareOutRow) -> Result<ShareFact, StoreError> {
    let offering = code(&row.offering, Offering::from_code)?;
    let places = number(row.granted.saturating_sub(row.used).max(0));
    Ok(ShareFact { phone: row.phone, offering, places })
}

/// Animals by what became of their bookings, and how many bookings still expect something.
fn bookings(rows: Vec<BookingCountRow>) -> Result<(Vec<BookingCount>, u32), StoreError> {
    let (mut counts, mut live) = (Vec::with_capacity(rows.len()), 0_u32);
    for row in rows {
        let state = code(&row.state, BookingState::from_code)?;
        // Who still waits when all is over was told that a place may come, and none did.
        if state.is_live() && state != BookingState::Waiting {
            live = live.saturating_add(number(row.bookings));
        }
        counts.push(BookingCount {
            offering: code(&row.offering, Offering::from_code)?,
            state,
            walk_in: row.walk_in,
            animals: number(row.places),
            served: number(row.served),
            over: number(row.beyond),
        });
    }
    Ok((counts, live))
}

/// What was done: surgeries only as far as they were performed.
async fn done(tx: &mut Tx, outreach: Uuid) -> Result<Done, StoreError> {
    let mut done = Done::default();
    for total in tx.count_services(&[outreach]).await? {
        let kind = code(&total.kind, ServiceKind::from_code)?;
        if kind != ServiceKind::Sterilisation {
            done.counts.add(kind, number(total.total));
        }
    }
    for row in tx.surgeries_at(outreach).await? {
        if !row.counts {
            done.not_performed = done.not_performed.saturating_add(1);
            continue;
        }
        done.counts.add(ServiceKind::Sterilisation, 1);
        let ServiceDetails::Sterilisation(surgery) = from_json(&row.details)? else { continue };
        let add = |figure: &mut u32, is: bool| *figure = figure.saturating_add(u32::from(is));
        add(&mut done.without_consent, !surgery.consent);
        add(&mut done.without_leave, !row.has_leave);
    }
    Ok(done)
}

/// How an outreach was closed, if it was.
async fn ending(
    tx: &mut Tx,
    plan: &OutreachPlanRow,
    zone: &Zone,
) -> Result<Option<Ending>, StoreError> {
    let Some(at) = plan.closed_at else { return Ok(None) };
    let by = match plan.closed_by {
        Some(by) => tx.staff(by).await?.map(|row| row.name),
        None => None,
    };
    let said = said_at_close(tx, OutreachId(plan.outreach_id)).await?;
    let open = u32::try_from(said.open.len()).unwrap_or(u32::MAX);
    let later = number(tx.count_after_close(plan.outreach_id, at).await?);
    Ok(Some(Ending { at: zone.local(Timestamp(at)), by, open, reason: said.reason, later }))
}

/// What the history says of a close.
#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    reason: Option<String>,
    /// The codes of what was open.
    #[serde(default)]
    open: Vec<String>,
}

/// What was said when an outreach was closed, and what was open then: it is in the history alone.
async fn said_at_close(tx: &mut Tx, id: OutreachId) -> Result<Said, StoreError> {
    let (kind, outreach) = (Subject::Outreach(id).kind(), id.0);
    let links = tx.history_of(kind, outreach).await?;
    let Some(closed) = links.iter().rev().find(|link| link.kind == CLOSED) else {
        return Ok(Said::default());
    };
    let bodies = tx.history_bodies_of(kind, outreach).await?;
    let body = bodies.iter().find(|body| body.sequence == closed.sequence);
    let said = body.and_then(|body| serde_json::from_slice(&body.body).ok());
    Ok(said.unwrap_or_default())
}
