//! Commands on teaching sessions, and the list of who listened to one, which goes beside them.

use domain::command::Command;
use domain::decide::amend::{AnnulFacts, Annulment};
use domain::decide::education::{self, Attendee};
use domain::decide::{Recorded, moment};
use domain::id::{OutreachId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::run::Run;
use domain::service::EducationSession;
use domain::timestamp::{CivilDate, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::desk::{Desk, Stop};
use crate::error::Fault;
use crate::history::Subject;
use crate::keys::Keys;
use crate::records;
use crate::store::vocabulary::service::{AttendeeRow, EducationRow};

/// Who listened to the session of a submission. It is no part of what was submitted, whose history
/// keeps its words for ever; it is written with it, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// In their order.
    pub(crate) who: Vec<Attendee>,
    /// As the list was when it was corrected; nobody where it is a first one.
    pub(crate) was: Vec<Attendee>,
}

impl Listed {
    /// By what the same list is known again, which names nobody without the secret file.
    pub(crate) fn mark(&self, keys: &Keys) -> String {
        let lines = |people: &[Attendee]| people.iter().map(ToString::to_string).collect();
        let said: [Vec<String>; 2] = [lines(&self.who), lines(&self.was)];
        let mark = keys.derive(b"talk-list", json!(said).to_string().as_bytes());
        data_encoding::HEXLOWER.encode(&mark)
    }
}

/// The rows of a session's list.
fn rows(session: ServiceId, people: &[Attendee]) -> Vec<AttendeeRow> {
    let row = |(place, one): (i64, &Attendee)| AttendeeRow {
        session_id: session.0,
        place,
        name: one.name.to_string(),
        run: one.run.map(Run::compact),
    };
    (0_i64..).zip(people).map(row).collect()
}

/// Who is on a list, wherever in it.
fn people(list: &[AttendeeRow]) -> BTreeSet<(&str, Option<&str>)> {
    list.iter().map(|row| (row.name.as_str(), row.run.as_deref())).collect()
}

impl Desk<'_> {
    pub(super) async fn record_education(
        &mut self,
        id: ServiceId,
        details: &EducationSession,
    ) -> Result<(), Stop> {
        let id_taken = self.education.iter().any(|session| session.id == id.0);
        education::record(&self.context, details, id_taken)?;
        let outreach = self.submission.outreach.ok_or(Refusal::OutreachUnknown)?;
        let held_at = self.context.recorded_at;
        if let Some(listed) = self.listed {
            education::listing(held_at, self.context.now)?;
            self.attendees.extend(rows(id, &listed.who));
        }
        self.education.push(EducationRow {
            id: id.0,
            outreach_id: outreach.0,
            topic: details.topic.code().to_owned(),
            attendants: i64::from(details.attendants),
            minutes: i64::from(details.minutes),
            staff_id: self.context.actor.map(|actor| actor.0),
            submission_id: Some(self.submission.id.0),
            performed_at: held_at.0,
            performed_on: self.context.recorded_on.to_string(),
            annulled_at: None,
            annulled_by: None,
            annulled_reason: None,
            material: details.material.as_ref().map(ToString::to_string),
        });
        self.note(Subject::Outreach(outreach), "education_held", details)
    }

    pub(super) async fn correct_education(&mut self, command: &Command) -> Result<(), Stop> {
        let Command::CorrectEducation { service: id, details, at, .. } = command else {
            return Ok(());
        };
        let row = self.tx.education(id.0).await?.ok_or(Refusal::ServiceUnknown)?;
        let outreach = OutreachId(row.outreach_id);
        let by = row.staff_id.map(StaffId);
        let recorded = Recorded { by, on: records::date(&row.performed_on)? };
        let (held_at, held_on) = match *at {
            Some(at) => (at, self.moved(at, Some(outreach)).await?),
            None => (Timestamp(row.performed_at), recorded.on),
        };
        let before = self.tx.attendees_of(&[id.0]).await?;
        let after = self.relisted(*id, &before, held_at)?;
        let listed = after.as_ref().unwrap_or(&before).len();
        let listed = u32::try_from(listed).unwrap_or(u32::MAX);
        let stands = (row.annulled_at.is_some(), listed);
        education::correct(&self.context, details, recorded, stands)?;
        let corrected = EducationRow {
            topic: details.topic.code().to_owned(),
            attendants: i64::from(details.attendants),
            minutes: i64::from(details.minutes),
            performed_at: held_at.0,
            performed_on: held_on.to_string(),
            material: details.material.as_ref().map(ToString::to_string),
            ..row
        };
        self.tx.correct_education(&corrected).await?;
        self.tx.note_changed(id.0, self.submission.id.0).await?;
        let mut said = serde_json::to_value(command).map_err(Fault::from)?;
        if let Some(after) = &after {
            self.tx.drop_attendees(id.0).await?;
            self.tx.insert_attendees(after).await?;
            tell(&mut said, &before, after);
        }
        self.note(Subject::Outreach(outreach), "education_corrected", &said)
    }

    /// The list that takes another's place; none where it stays. One that is not any more as it was
    /// seen is not written over: somebody may have been taken off it, and must not come back.
    fn relisted(
        &self,
        id: ServiceId,
        before: &[AttendeeRow],
        held_at: Timestamp,
    ) -> Result<Option<Vec<AttendeeRow>>, Refusal> {
        let Some(listed) = self.listed else { return Ok(None) };
        education::listing(held_at, self.context.now)?;
        if people(&rows(id, &listed.was)) != people(before) {
            return Err(Refusal::ChangedMeanwhile);
        }
        Ok(Some(rows(id, &listed.who)))
    }

    pub(super) async fn annul_education(
        &mut self,
        id: ServiceId,
        reason: &ShortText<200>,
    ) -> Result<(), Stop> {
        let row = self.tx.education(id.0).await?.ok_or(Refusal::ServiceUnknown)?;
        let by = row.staff_id.map(StaffId);
        let facts = AnnulFacts {
            service: id,
            recorded: Recorded { by, on: records::date(&row.performed_on)? },
            is_annulled: row.annulled_at.is_some(),
            with_others: self.only_annuls(),
        };
        let subject = Subject::Outreach(OutreachId(row.outreach_id));
        if self.weigh_annulment(facts)? == Annulment::Before {
            return self.note(subject, "annulled_before", &(id, reason));
        }
        let by = self.context.actor.map(|actor| actor.0);
        self.tx.annul_education(id.0, by, reason.as_str(), self.context.now.0).await?;
        self.tx.note_changed(id.0, self.submission.id.0).await?;
        self.note(subject, "education_annulled", &(id, reason))
    }

    /// The day to which belongs what was done, by a correction's word, at a moment.
    pub(super) async fn moved(
        &mut self,
        at: Timestamp,
        outreach: Option<OutreachId>,
    ) -> Result<CivilDate, Stop> {
        let outreach = match outreach {
            Some(id) => self.backdrop.outreach(self.tx, id.0).await?,
            None => None,
        };
        let outreach = outreach.map(records::outreach).transpose()?;
        let said = (at, self.office.day_of(at));
        Ok(moment::moved(&self.context, said, outreach.as_ref())?)
    }
}

/// Adds to what a correction says how the list changed, in numbers: a history keeps no names.
fn tell(said: &mut Value, before: &[AttendeeRow], after: &[AttendeeRow]) {
    let (was, is) = (people(before), people(after));
    said["listed_before"] = json!(before.len());
    said["listed_added"] = json!(is.difference(&was).count());
    said["listed_removed"] = json!(was.difference(&is).count());
}
