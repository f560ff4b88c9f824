//! The rules: `decide(command, facts, now)` for each command, pure, the same on server and phone.
//!
//! Facts are loaded by the caller, who also writes what was decided. What only the database can
//! decide under a race (that a chip is on one animal, a document on one owner) is decided there
//! by a unique index; the rule here gives the reason when it can be known beforehand.

pub mod amend;
pub mod animal;
pub mod changes;
pub mod education;
pub mod moment;
pub mod owner;
pub mod service;
pub mod stock;
#[cfg(test)]
mod tests;

use crate::chip_number::TestChips;
use crate::command::Command;
use crate::id::{OutreachId, StaffId};
use crate::outreach::{Outreach, OutreachStatus};
use crate::refusal::Refusal;
use crate::role::{Caller, UseCase, allows};
use crate::service::ServiceDetails;
use crate::submission::{
    CLOCK_TOLERANCE_MS, FIRST_MOMENT, MAX_AHEAD_MS, MAX_COMMANDS, OFFSETS, Submission, VERSION,
};
use crate::timestamp::{CivilDate, DAY_MS, Timestamp};

/// What every decision needs to know beside its own facts.
#[derive(Clone, Debug)]
pub struct Context {
    /// The server's clock.
    pub now: Timestamp,
    /// When the phone says it was recorded.
    pub recorded_at: Timestamp,
    /// The local day of that moment.
    pub recorded_on: CivilDate,
    /// Who asks.
    pub caller: Caller,
    /// The member of staff, if it is one.
    pub actor: Option<StaffId>,
    /// Whether test chips (prefix 999) may be implanted: only in demonstration data.
    pub tests: TestChips,
    /// The outreach, if the submission names one.
    pub outreach: Option<OutreachFacts>,
}

/// What is known of an outreach when something is recorded there.
#[derive(Clone, Debug)]
pub struct OutreachFacts {
    /// Which.
    pub id: OutreachId,
    /// Where it is in its life.
    pub status: OutreachStatus,
    /// Whether the person worked there when it was recorded.
    pub works_here: bool,
    /// The veterinarians who might answer for services there then.
    pub veterinarians: Vec<StaffId>,
}

/// Whether somebody was of a team at a moment, by one of the times from when to when they were: who
/// has left it since was, and who has come back was not while they were away. The first time has no
/// beginning (`back_at` is none): whoever helps out is put in the team when there is time for it. A
/// phone without signal does not hear of who leaves, and its clock may be wrong by what is told to
/// nobody.
#[must_use]
pub fn was_of_team(back_at: Option<Timestamp>, left_at: Option<Timestamp>, at: Timestamp) -> bool {
    back_at.is_none_or(|back_at| back_at.since_ms(at) <= CLOCK_TOLERANCE_MS)
        && left_at.is_none_or(|left_at| at.since_ms(left_at) <= CLOCK_TOLERANCE_MS)
}

/// Whether a submission may be looked at at all.
///
/// # Errors
/// [`Refusal::BadCommandCount`], [`Refusal::RecordedInFuture`], [`Refusal::RecordedLongAgo`];
/// [`Refusal::Unreadable`] for a count that no phone gives, or an offset that no clock has.
pub fn envelope(submission: &Submission, now: Timestamp) -> Result<(), Refusal> {
    let commands = u32::try_from(submission.commands.len()).unwrap_or(u32::MAX);
    if !(1..=MAX_COMMANDS).contains(&commands) {
        Err(Refusal::BadCommandCount)
    } else if submission.sequence == 0 || !OFFSETS.contains(&submission.utc_offset_minutes) {
        Err(Refusal::Unreadable)
    } else if submission.recorded_at.since_ms(now) > MAX_AHEAD_MS {
        Err(Refusal::RecordedInFuture)
    } else if submission.recorded_at < FIRST_MOMENT {
        Err(Refusal::RecordedLongAgo)
    } else {
        Ok(())
    }
}

/// Whether a version is one that this code reads: its own and the one before.
#[must_use]
pub const fn reads_version(version: u16) -> bool {
    is_read_at(VERSION, version)
}

/// Whether code of its own version reads another: the same, or the one before.
const fn is_read_at(own: u16, version: u16) -> bool {
    version != 0 && version <= own && own - version <= 1
}

/// Whether the caller may work at the submission's outreach. One that was called off at noon had a
/// morning, which phones bring home later.
///
/// # Errors
/// [`Refusal::NotYourOutreach`], [`Refusal::OutreachNotOpen`].
pub fn outreach(context: &Context) -> Result<(), Refusal> {
    let Some(outreach) = &context.outreach else { return Ok(()) };
    let sees_all = allows(context.caller, UseCase::PlanOutreaches);
    if !outreach.works_here && !sees_all {
        Err(Refusal::NotYourOutreach)
    } else if outreach.status == OutreachStatus::Draft {
        Err(Refusal::OutreachNotOpen)
    } else {
        Ok(())
    }
}

/// Whether a command may be given without an outreach: those who plan outreaches may, from their
/// desk. The others register and record only at their own outreaches (contracts, section 4), so
/// that what they say without one would be said about anybody.
///
/// # Errors
/// [`Refusal::NotYourOutreach`].
pub fn place(command: &Command, context: &Context) -> Result<(), Refusal> {
    let needs_place = match command {
        Command::RegisterOwner { .. }
        | Command::RegisterAnimal { .. }
        | Command::RecordService { .. }
        | Command::RecordEducation { .. }
        | Command::SetVitalState { .. }
        | Command::WriteOffChip { .. }
        | Command::WriteOffDoses { .. }
        | Command::Arrive { .. }
        | Command::WalkIn { .. } => true,
        Command::CorrectOwner { .. }
        | Command::CorrectAnimal { .. }
        | Command::CorrectService { .. }
        | Command::CorrectEducation { .. }
        | Command::AnnulService { .. }
        | Command::MergeOwners { .. }
        | Command::UnmergeOwner { .. }
        | Command::MergeAnimals { .. }
        | Command::UnmergeAnimal { .. }
        | Command::TransferAnimal { .. } => false,
    };
    let has_place = context.outreach.is_some() || allows(context.caller, UseCase::PlanOutreaches);
    if needs_place && !has_place { Err(Refusal::NotYourOutreach) } else { Ok(()) }
}

/// Whether the caller may give this command at all.
///
/// # Errors
/// [`Refusal::Forbidden`] with the use case that is missing.
pub fn permission(command: &Command, caller: Caller) -> Result<(), Refusal> {
    let use_case = match command {
        Command::RegisterOwner { .. }
        | Command::RegisterAnimal { .. }
        | Command::RecordEducation { .. }
        | Command::SetVitalState { .. }
        | Command::WriteOffChip { .. }
        | Command::WriteOffDoses { .. }
        | Command::Arrive { .. }
        | Command::WalkIn { .. } => UseCase::Submit,
        Command::RecordService { details, .. } => match **details {
            ServiceDetails::Sterilisation(_) => UseCase::RecordSterilisation,
            ServiceDetails::Microchip(_) | ServiceDetails::Deworming(_) => UseCase::Submit,
        },
        Command::CorrectOwner { .. }
        | Command::CorrectAnimal { .. }
        | Command::CorrectService { .. }
        | Command::CorrectEducation { .. }
        | Command::AnnulService { .. } => UseCase::CorrectOwn,
        Command::MergeOwners { .. }
        | Command::UnmergeOwner { .. }
        | Command::MergeAnimals { .. }
        | Command::UnmergeAnimal { .. }
        | Command::TransferAnimal { .. } => UseCase::MergeRecords,
    };
    if allows(caller, use_case) { Ok(()) } else { Err(Refusal::Forbidden { use_case }) }
}

/// Who recorded something, and on which local day: what a later correction is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The member of staff.
    pub by: Option<StaffId>,
    /// The local day.
    pub on: CivilDate,
}

impl Recorded {
    /// Whether it is a person's own record of a day, as they may still put it right on that day
    /// (contracts, section 4). The phone offers by it, the server decides by it.
    ///
    /// # Errors
    /// [`Refusal::NotYourRecord`], [`Refusal::CorrectionTooLate`].
    pub fn own_of_the_day(self, person: Option<StaffId>, day: CivilDate) -> Result<(), Refusal> {
        if self.by.is_none() || self.by != person {
            Err(Refusal::NotYourRecord)
        } else if self.on != day {
            Err(Refusal::CorrectionTooLate)
        } else {
            Ok(())
        }
    }
}

/// A moment by a phone's clock, and the zone's offset from UTC then, in minutes.
pub type PhoneMoment = (Timestamp, i32);

/// Whether a phone offers a person to put right, or take back, what was recorded on it: their own
/// record, on the local day to which it belongs; at an outreach that crosses midnight, on the day
/// on which that began (contracts, section 4). Whether it is done the server decides, by
/// [`correction`] and by the days that it reckons itself.
#[must_use]
pub fn may_amend(
    person: StaffId,
    (by, made): (Option<StaffId>, PhoneMoment),
    now: PhoneMoment,
    outreach: Option<&Outreach>,
) -> bool {
    let day = |(at, offset_minutes): PhoneMoment| {
        let on = at.local(offset_minutes).0;
        outreach.map_or(on, |outreach| outreach.day_of(at, on))
    };
    Recorded { by, on: day(made) }.own_of_the_day(Some(person), day(now)).is_ok()
}

/// A correction that a phone brings home later than this after it was made is a coordinator's, in
/// milliseconds: its day is only the phone's word, and a phone can be set back. Three days are a
/// long weekend without signal.
pub const CORRECTION_MS: i64 = 3 * DAY_MS;

/// Whether the caller may correct what `recorded` says: a coordinator anything, the others their
/// own records of the same day (contracts, section 4), brought within [`CORRECTION_MS`].
///
/// # Errors
/// [`Refusal::NotYourRecord`], [`Refusal::CorrectionTooLate`].
pub fn correction(context: &Context, recorded: Recorded) -> Result<(), Refusal> {
    if allows(context.caller, UseCase::CorrectAny) {
        return Ok(());
    }
    recorded.own_of_the_day(context.actor, context.recorded_on)?;
    if context.now.since_ms(context.recorded_at) > CORRECTION_MS {
        return Err(Refusal::CorrectionTooLate);
    }
    Ok(())
}
