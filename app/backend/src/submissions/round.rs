//! One transaction's batches: judged one after the other, their answers and links written at the
//! end for all.

mod earlier;
mod resolved;
mod withdrawn;

use domain::command::Command;
use domain::decide;
use domain::id::{StaffId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Answer, MAX_BATCH, Outcome, PhoneReport};
use domain::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

use super::arrival::{Arrival, submission_row};
use super::desk::{Desk, Stop};
use super::fresh::Claims;
use super::intake::Job;
use super::sheet::Sheet;
use super::{Kept, Through, context};
use crate::actor::Actor;
use crate::documents::Backdrop;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use crate::store::{StoreError, Tx};
use earlier::{again, is_freed, is_over, is_own};

/// Sequence numbers that are read of a phone at a time: a whole batch and one.
const SEQUENCES: i64 = MAX_BATCH as i64 + 1;

/// What became of a batch.
pub(super) struct Taken {
    pub(super) answers: Vec<Kept>,
    /// Those of them that had their answer before.
    pub(super) repeated: Vec<SubmissionId>,
    /// Earlier submissions of this sender on the phone that a person has since resolved, and those
    /// of which the phone has told that they were withdrawn or which it has asked after.
    pub(super) resolved: Vec<Kept>,
    /// The phone, with what the server holds of it.
    pub(super) device: DeviceRow,
    pub(super) at: Timestamp,
}

/// Answers every submission of some batches, finally.
pub(super) async fn take_in(tx: &mut Tx, jobs: &[Job]) -> Result<Vec<Taken>, Error> {
    let mut round = Round::begin(tx, jobs).await?;
    let mut answered = Vec::with_capacity(jobs.len());
    let mut withdrawn = Vec::with_capacity(jobs.len());
    for job in jobs {
        answered.push(round.answer(tx, job).await?);
        withdrawn.push(round.withdraw(tx, job).await?);
    }
    let at: Vec<_> = jobs.iter().map(|job| job.office.clock.now()).collect();
    for ((job, (answers, _)), at) in jobs.iter().zip(&answered).zip(&at) {
        let sender = staff_of(job.actor).0;
        let brings = round.brings(job, answers);
        let phone = round.phone(job);
        // Who hands its records in on a file does not have it: of one that was never seen, those
        // records say who has.
        let has_it = match job.through {
            Through::File => phone.row.last_seen_at == 0,
            _ => phone.row.staff_id == sender || brings,
        };
        if !has_it {
            continue;
        }
        let readable = job.arrivals.iter().find_map(|arrival| arrival.read.as_ref());
        // Nobody need be known who stands in it: it may be older or newer than this register.
        let maker = match readable {
            Some(read) if job.through == Through::File => tx.staff(read.actor.0).await?,
            _ => None,
        };
        phone.row.last_seen_at = at.0;
        phone.row.staff_id = maker.map_or(sender, |maker| maker.id);
        let known = phone.last_clock();
        if let Some(report) = job.report.as_ref().filter(|report| !report.is_late(known)) {
            let outcomes = answers.iter().map(|kept| &kept.answer.outcome);
            phone.hear(&report.once_answered(outcomes), *at);
        }
    }
    round.close_gaps(tx).await?;
    round.write(tx).await?;
    let devices: Vec<_> = round.phones.values().map(|phone| phone.row.clone()).collect();
    tx.write_devices(&devices).await?;
    let told = resolved::told(tx, jobs, &at).await?;
    let asked = resolved::asked(tx, jobs).await?;
    let mut taken = Vec::with_capacity(jobs.len());
    let heard = withdrawn.into_iter().zip(asked).zip(told);
    let answered = answered.into_iter().zip(heard);
    for ((job, ((answers, repeated), heard)), at) in jobs.iter().zip(answered).zip(at) {
        let ((withdrawn, asked), told) = heard;
        let resolved = withdrawn.into_iter().chain(asked).chain(told);
        let resolved = resolved::each_once(resolved);
        let device = round.phone(job).row.clone();
        taken.push(Taken { answers, repeated, resolved, device, at });
    }
    Ok(taken)
}

/// From which phone a batch says it comes, and who sends it.
fn sender_of(job: &Job) -> (Uuid, Uuid) {
    (job.device.0, staff_of(job.actor).0)
}

/// A phone, with what the server holds of it.
struct Phone {
    row: DeviceRow,
    /// Sequence numbers that are stored beyond a gap, as far as they were read.
    beyond: BTreeSet<i64>,
    /// The last of a full page of them: there may be more.
    read_to: Option<i64>,
}

impl Phone {
    /// One that nobody knows.
    fn new(job: &Job) -> Self {
        let row = DeviceRow {
            id: job.device.0,
            staff_id: staff_of(job.actor).0,
            is_desk: job.through == Through::Desk,
            created_at: job.office.clock.now().0,
            ..DeviceRow::default()
        };
        Self::known(row)
    }

    const fn known(row: DeviceRow) -> Self {
        Self { row, beyond: BTreeSet::new(), read_to: None }
    }

    /// What its clock said when it last told how it stands.
    fn last_clock(&self) -> Option<Timestamp> {
        Some(Timestamp(self.row.reported_at?).plus_ms(self.row.skew_ms?))
    }

    /// Notes what it says of itself.
    fn hear(&mut self, report: &PhoneReport, at: Timestamp) {
        let row = &mut self.row;
        row.reported_at = Some(at.0);
        row.build = Some(report.build.clone());
        row.waiting = Some(report.waiting.into());
        row.to_mend = Some(report.to_mend.into());
        row.at_desk = Some(report.at_desk.into());
        row.oldest_at = report.oldest.map(|oldest| oldest.0);
        row.persisted = report.persisted;
        row.aside = Some(report.aside.into());
        row.pictures = Some(report.pictures.into());
        row.skew_ms = Some(report.clock.since_ms(at));
    }

    /// Moves the complete sequence on over what is stored without a gap.
    fn advance(&mut self) {
        while self.beyond.remove(&(self.row.complete_to_sequence + 1)) {
            self.row.complete_to_sequence += 1;
        }
    }

    /// Whether anything of it is stored beyond its complete sequence: with every number up to that
    /// one stored, and nothing else counted, there is nothing to look for.
    const fn has_more(&self) -> bool {
        self.row.stored_total != self.row.complete_to_sequence
    }

    /// Whether there may be more behind what was read, with no gap before it.
    fn may_go_on(&self) -> bool {
        self.read_to.is_some_and(|last| self.row.complete_to_sequence >= last)
    }
}

/// What the batches of a transaction have in common.
#[derive(Default)]
struct Round {
    /// Submissions that have their answer.
    known: HashMap<Uuid, SubmissionRow>,
    /// In their order, so that two transactions lock the rows of the same phones alike.
    phones: BTreeMap<Uuid, Phone>,
    backdrop: Backdrop,
    claims: Claims,
    /// Not written yet.
    submissions: Vec<SubmissionRow>,
    sheet: Sheet,
    history: Vec<Entry>,
    /// Subjects of that history which began with it.
    unborn: HashSet<Subject>,
}

impl Round {
    async fn begin(tx: &mut Tx, jobs: &[Job]) -> Result<Self, Error> {
        let arrivals = || jobs.iter().flat_map(|job| job.arrivals.iter());
        let (claims, answered) = Claims::look(tx, arrivals()).await?;
        let known = match answered.is_empty() {
            true => Vec::new(),
            false => tx.known_submissions(&answered).await?,
        };
        let known = known.into_iter().map(|row| (row.id, row)).collect();
        let devices: Vec<_> = jobs.iter().map(|job| job.device.0).collect();
        let phones = tx.devices(&devices).await?.into_iter();
        let phones = phones.map(|row| (row.id, Phone::known(row))).collect();
        let mut round = Self { known, phones, claims, ..Self::default() };
        round.read_beyond(tx, Phone::has_more).await?;
        Ok(round)
    }

    /// Reads a page of the sequence numbers that some phones have beyond a gap.
    async fn read_beyond(
        &mut self,
        tx: &mut Tx,
        is_wanted: impl Fn(&Phone) -> bool,
    ) -> Result<(), StoreError> {
        let wanted: Vec<_> = self.phones.values_mut().filter(|phone| is_wanted(phone)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let above: Vec<_> =
            wanted.iter().map(|phone| (phone.row.id, phone.row.complete_to_sequence)).collect();
        let found = tx.sequences_beyond(&above, SEQUENCES).await?;
        for phone in wanted {
            let own = found.iter().filter(|(device, _)| *device == phone.row.id);
            let own: Vec<i64> = own.map(|(_, sequence)| *sequence).collect();
            let is_full = i64::try_from(own.len()).is_ok_and(|count| count >= SEQUENCES);
            phone.read_to = own.last().copied().filter(|_| is_full);
            phone.beyond.extend(own);
        }
        Ok(())
    }

    /// Moves each phone's complete sequence on as far as there is no gap.
    async fn close_gaps(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        loop {
            self.phones.values_mut().for_each(Phone::advance);
            if !self.phones.values().any(Phone::may_go_on) {
                return Ok(());
            }
            self.read_beyond(tx, Phone::may_go_on).await?;
        }
    }

    /// The answers to a batch, and which of them had been given before.
    async fn answer(
        &mut self,
        tx: &mut Tx,
        job: &Job,
    ) -> Result<(Vec<Kept>, Vec<SubmissionId>), Error> {
        let now = job.office.clock.now();
        let (mut answers, mut repeated) = (Vec::with_capacity(job.arrivals.len()), Vec::new());
        for arrival in job.arrivals.iter() {
            let before = self.known.get(&arrival.id.0);
            if let Some(before) = before.filter(|before| !is_freed(job, before, arrival)) {
                answers.push(again(before, arrival, staff_of(job.actor))?);
                repeated.push(arrival.id);
                continue;
            }
            let held = before.cloned();
            let kept = match is_over(tx, job, arrival).await? {
                true => Kept::refused(arrival.id, Refusal::ChangedMeanwhile),
                false => self.judge(tx, job, arrival, now).await?,
            };
            for mended in self.mend(tx, job, (arrival, &kept), now).await? {
                self.known.insert(mended.id, mended);
            }
            let mut row = submission_row(arrival, job.device, staff_of(job.actor), &kept, now)?;
            if let Some(held) = held {
                row = self.free(tx, job, (held, row), now).await?;
            } else {
                self.submissions.push(row.clone());
                let phone = self.phone(job);
                phone.row.stored_total += 1;
                phone.beyond.insert(arrival.sequence);
            }
            self.known.insert(row.id, row);
            answers.push(kept);
        }
        Ok((answers, repeated))
    }

    /// Whether a batch shows that its sender has the phone in hand. Anybody can name somebody
    /// else's phone, so only a record does which that person made on it and sent from it, now or
    /// before, and which the server has taken or keeps for a coordinator. What was refused shows
    /// nothing, for anybody can write that.
    fn brings(&self, job: &Job, answers: &[Kept]) -> bool {
        let (device, sender) = sender_of(job);
        job.arrivals.iter().zip(answers).any(|(arrival, kept)| {
            let is_refused = matches!(kept.answer.outcome, Outcome::Refused { .. });
            let read = arrival.read.as_ref().filter(|_| !is_refused);
            let made = read.is_some_and(|read| (read.device.0, read.actor.0) == (device, sender));
            let sent = self.known.get(&arrival.id.0);
            made && sent.is_some_and(|row| (row.device_id, row.maker_id) == (device, sender))
        })
    }

    /// The phone of a batch.
    fn phone(&mut self, job: &Job) -> &mut Phone {
        self.phones.entry(job.device.0).or_insert_with(|| Phone::new(job))
    }

    /// Stores what a submission says, or nothing of it, and answers which.
    async fn judge(
        &mut self,
        tx: &mut Tx,
        job: &Job,
        arrival: &Arrival,
        now: Timestamp,
    ) -> Result<Kept, Error> {
        let id = arrival.id;
        let Some(submission) = &arrival.read else {
            return Ok(Kept::refused(id, Refusal::Unreadable));
        };
        // What another person recorded on this phone, or a revoked phone, waits for a coordinator.
        if !is_own(job, submission) || self.phone(job).row.revoked_at.is_some() {
            return Ok(Kept::plain(id, Outcome::Quarantined));
        }
        if let Err(refusal) = decide::envelope(submission, now) {
            return Ok(Kept::refused(id, refusal));
        }
        let is_fresh = self.claims.claim(submission);
        if !is_fresh {
            // It may look for what came before it.
            self.sheet.write(tx).await?;
            if submission.commands.iter().any(is_correction) {
                // It is weighed by what its person said before.
                self.write_history(tx).await?;
            }
            tx.savepoint().await?;
        }
        let (office, actor) = (&job.office, job.actor);
        let context = context((tx, &mut self.backdrop), office, actor, submission, now).await?;
        let submission = (submission, arrival.listed.as_ref(), is_fresh);
        let mut desk = Desk::new((tx, &mut self.backdrop), office, actor, context, submission);
        let outcome = desk.run().await;
        let (noted, sheet) = (std::mem::take(&mut desk.history), std::mem::take(&mut desk.sheet));
        match outcome {
            Ok((outcome, slips)) => {
                if is_fresh {
                    self.unborn.extend(noted.iter().map(Entry::subject));
                    self.sheet.add(sheet);
                } else {
                    tx.release().await?;
                }
                self.history.extend(noted);
                Ok(Kept { answer: Answer { id, outcome }, slips })
            }
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Refused { command, refusal, other }) => {
                if !is_fresh {
                    tx.rollback_to().await?;
                }
                let outcome = match other {
                    Some(other) => Outcome::Conflict { command, refusal, other: *other },
                    None => Outcome::Refused { command, refusal },
                };
                Ok(Kept::plain(id, outcome))
            }
        }
    }

    /// Writes the rows, the answers and the links that have gathered.
    async fn write(&mut self, tx: &mut Tx) -> Result<(), Error> {
        self.sheet.write(tx).await?;
        let submissions = std::mem::take(&mut self.submissions);
        if !tx.insert_submissions(&submissions).await? {
            return Err(StoreError::Inconsistent("a submission came up twice").into());
        }
        self.write_history(tx).await
    }

    /// Writes the links that have gathered.
    async fn write_history(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let unborn = std::mem::take(&mut self.unborn);
        history::append_many(tx, &std::mem::take(&mut self.history), &unborn).await
    }
}

const fn is_correction(command: &Command) -> bool {
    matches!(command, Command::CorrectOwner { .. } | Command::CorrectAnimal { .. })
}

fn staff_of(actor: Actor) -> StaffId {
    StaffId(actor.id().unwrap_or_default())
}
