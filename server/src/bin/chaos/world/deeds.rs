//! What people do at their phones.

use anyhow::Result;
use app::offline::held::{Held, NewRecord};
use domain::id::{SubmissionId, VisitId};
use domain::sync::ItemState;
use domain::timestamp::DAY_MS;

use super::{PHONES, World, Written};
use crate::oracle::Told;
use crate::person::{Act, Visit};
use crate::plan::{Deed, Fault};

impl World {
    /// One operation; whoever finds nothing to mend, withdraw or take back registers a visit.
    pub(super) fn deed(&mut self) -> Result<()> {
        let number = self.plan.below(PHONES);
        if self.phones[number].is_dead() {
            self.open(number);
        }
        if self.phones[number].is_dead() {
            return Ok(());
        }
        let deed = self.plan.deed();
        let done = match deed {
            Deed::Dose => self.dose(number)?,
            Deed::SameChip | Deed::KnownOwner => self.again(number, deed)?,
            Deed::Mend => self.mend(number)?,
            Deed::Withdraw => self.withdraw(number),
            Deed::Annul => self.annul(number)?,
            Deed::Faulty(fault) => self.visit(number, |visit| visit.fault = Some(fault))?,
            Deed::Visit | Deed::Colleague => false,
        };
        if !done {
            let act = Act::Visit(Visit::new(&mut self.plan));
            let by = usize::from(deed == Deed::Colleague);
            self.save(number, act, (None, (number + by) % PHONES))?;
        }
        Ok(())
    }

    fn visit(&mut self, number: usize, change: impl FnOnce(&mut Visit)) -> Result<bool> {
        let mut visit = Visit::new(&mut self.plan);
        change(&mut visit);
        self.save(number, Act::Visit(visit), (None, number))?;
        Ok(true)
    }

    /// A visit that some phone has told as kept.
    fn some_visit(&mut self) -> Option<Visit> {
        let place = self.plan.below(self.visits.len());
        self.visits.get(place).copied()
    }

    fn dose(&mut self, number: usize) -> Result<bool> {
        let Some(visit) = self.some_visit() else { return Ok(false) };
        self.save(number, Act::Dose { animal: visit.animal }, (None, number))?;
        Ok(true)
    }

    /// The chip of another visit, or its owner.
    fn again(&mut self, number: usize, deed: Deed) -> Result<bool> {
        let Some(known) = self.some_visit() else { return Ok(false) };
        self.visit(number, |visit| match deed {
            Deed::SameChip => visit.chip = known.chip,
            _ => (visit.guest, visit.moved) = (known.guest, true),
        })
    }

    /// A record of a phone that fits, drawn among all.
    fn some_record(&mut self, number: usize, fits: impl Fn(&Held) -> bool) -> Option<SubmissionId> {
        let records = self.phones[number].disk.records();
        let fitting: Vec<_> = records.filter(|held| fits(held)).map(|held| held.head.id).collect();
        let place = self.plan.below(fitting.len());
        fitting.get(place).copied()
    }

    fn mend(&mut self, number: usize) -> Result<bool> {
        let Some(id) = self.some_record(number, needs_person) else { return Ok(false) };
        let answer = self.phones[number].disk.answer(id);
        let refusal = answer.and_then(|answer| answer.refusal()).cloned();
        let operation = self.plan.operation() as usize;
        let told = self.oracle.told.get(&id);
        let mended = told.zip(refusal).and_then(|(told, why)| told.act.mended(&why, operation));
        let Some(mut mended) = mended else { return Ok(self.withdraw_one(number, id)) };
        if let (Act::Visit(visit), true) = (&mut mended, self.plan.one_in(5)) {
            visit.fault = Some(Fault::ExpiredBatch);
        }
        self.save(number, mended, (Some(id), number))?;
        Ok(true)
    }

    fn withdraw(&mut self, number: usize) -> bool {
        let found = self.some_record(number, needs_person);
        found.is_some_and(|id| self.withdraw_one(number, id))
    }

    /// The record is removed, and the tabs look again.
    fn withdraw_one(&mut self, number: usize, id: SubmissionId) -> bool {
        self.note(number, &format!("withdraws {id}"));
        self.oracle.withdrew(id);
        self.clear(number, &[id]);
        self.phones[number].look_again(&mut self.plan);
        true
    }

    /// What a record of this phone brought is taken back, now and then twice.
    fn annul(&mut self, number: usize) -> Result<bool> {
        let is_sent = |held: &Held| {
            held.state == ItemState::Sent && held.lines.iter().any(|line| line.id.is_some())
        };
        let Some(id) = self.some_record(number, is_sent) else { return Ok(false) };
        let Some(told) = self.oracle.told.get(&id) else { return Ok(false) };
        let services = told.recorded.services.clone();
        let mut was = self.oracle.told.values().flat_map(|told| &told.recorded.annuls);
        let is_done = was.any(|annulled| services.contains(annulled));
        if is_done && !self.plan.one_in(10) {
            return Ok(false);
        }
        self.save(number, Act::Annulment(services), (None, number))?;
        Ok(true)
    }

    /// Writes a record as the form does: only then is it told as kept.
    fn save(
        &mut self,
        number: usize,
        act: Act,
        (replaces, by): (Option<SubmissionId>, usize),
    ) -> Result<()> {
        let recorded = act.commands(self.town.veterinarian, &mut self.plan)?;
        let id = SubmissionId(self.plan.id());
        let is_ahead = matches!(&act, Act::Visit(visit) if visit.fault == Some(Fault::ClockAhead));
        let ahead = if is_ahead { 2 * DAY_MS } else { 0 };
        let new = NewRecord {
            id,
            actor: self.town.operatives[by].id,
            outreach: Some(self.town.outreach),
            visit: recorded.visit.or_else(|| Some(VisitId(self.plan.id()))),
            recorded_at: self.town.begins.plus_ms(self.now + self.phones[number].skew + ahead),
            utc_offset_minutes: -180,
            replaces,
            commands: recorded.commands.clone(),
            form: String::new(),
            behind: None,
        };
        self.note(number, &format!("records {id} {act:?}, replaces {replaces:?}"));
        let written = self.write(number, |disk| disk.add(new));
        if written == Written::No {
            self.verdict.not_kept += 1;
            return Ok(());
        }
        let is_kept = written == Written::Yes;
        if let (Act::Visit(visit), true) = (&act, is_kept) {
            self.visits.push(*visit);
        }
        let told = Told { phone: number, is_kept, replaces, act, recorded };
        self.oracle.tell(id, told);
        self.phones[number].look_again(&mut self.plan);
        Ok(())
    }
}

/// As the list shows it: one that was mended waits only for its correction.
fn needs_person(held: &Held) -> bool {
    held.state.needs_person() && held.replaced_by.is_none()
}
