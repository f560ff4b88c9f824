//! What people do at their phones.

use anyhow::Result;
use app::offline::held::{NewRecord, Record};
use domain::id::{SubmissionId, VisitId};
use domain::sync::{Event, ItemState};
use domain::timestamp::DAY_MS;

use super::{PHONES, World};
use crate::oracle::Told;
use crate::person::{Act, Visit};
use crate::plan::{Deed, Fault};

/// The half-filled form that a record is made of, and that goes with it.
const DRAFT: &str = "visit";

impl World {
    /// One operation; whoever finds nothing to mend, withdraw or take back registers a visit.
    pub(super) async fn deed(&mut self) -> Result<()> {
        let number = self.plan.below(PHONES);
        if self.phones[number].is_dead() {
            self.open(number).await?;
        }
        if self.phones[number].is_dead() {
            return Ok(());
        }
        self.phones[number].take();
        let deed = self.plan.deed();
        let done = match deed {
            Deed::Dose => self.dose(number).await?,
            Deed::SameChip | Deed::KnownOwner => self.again(number, deed).await?,
            Deed::Mend => self.mend(number).await?,
            Deed::Withdraw => self.withdraw(number).await,
            Deed::Annul => self.annul(number).await?,
            Deed::Faulty(fault) => self.visit(number, |visit| visit.fault = Some(fault)).await?,
            Deed::Visit | Deed::Colleague => false,
        };
        if !done {
            let act = Act::Visit(Visit::new(&self.plan));
            let by = usize::from(deed == Deed::Colleague);
            self.save(number, act, (None, (number + by) % PHONES)).await?;
        }
        self.bury(number);
        Ok(())
    }

    async fn visit(&mut self, number: usize, change: impl FnOnce(&mut Visit)) -> Result<bool> {
        let mut visit = Visit::new(&self.plan);
        change(&mut visit);
        self.save(number, Act::Visit(visit), (None, number)).await?;
        Ok(true)
    }

    /// A visit that some phone has told as kept.
    fn some_visit(&mut self) -> Option<Visit> {
        let place = self.plan.below(self.visits.len());
        self.visits.get(place).copied()
    }

    async fn dose(&mut self, number: usize) -> Result<bool> {
        let Some(visit) = self.some_visit() else { return Ok(false) };
        self.save(number, Act::Dose { animal: visit.animal }, (None, number)).await?;
        Ok(true)
    }

    /// The chip of another visit, or its owner.
    async fn again(&mut self, number: usize, deed: Deed) -> Result<bool> {
        let Some(known) = self.some_visit() else { return Ok(false) };
        let change = |visit: &mut Visit| match deed {
            Deed::SameChip => visit.chip = known.chip,
            _ => (visit.guest, visit.moved) = (known.guest, true),
        };
        self.visit(number, change).await
    }

    /// A record of a phone that fits, drawn among all that it shows.
    async fn some_record(
        &mut self,
        number: usize,
        fits: impl Fn(&Record) -> bool,
    ) -> Option<SubmissionId> {
        let (_, queue) = self.phones[number].in_hand()?;
        let records = queue.all().await.ok()?.records.into_iter();
        let fitting = records.filter(fits).map(|record| record.held.head.id);
        let fitting: Vec<_> = fitting.collect();
        let place = self.plan.below(fitting.len());
        fitting.get(place).copied()
    }

    async fn mend(&mut self, number: usize) -> Result<bool> {
        let Some(id) = self.some_record(number, needs_person).await else { return Ok(false) };
        let Some((_, queue)) = self.phones[number].in_hand() else { return Ok(false) };
        let answer = queue.opened(&[id]).await.unwrap_or_default().pop();
        let outcome = answer.and_then(|record| record.outcome);
        let refusal = outcome.and_then(|outcome| outcome.refusal().cloned());
        let operation = self.plan.operation() as usize;
        let told = self.oracle.told.get(&id);
        let mended = told.zip(refusal).and_then(|(told, why)| told.act.mended(&why, operation));
        let Some(mut mended) = mended else { return Ok(self.withdraw_one(number, id).await) };
        if let (Act::Visit(visit), true) = (&mut mended, self.plan.one_in(5)) {
            visit.fault = Some(Fault::ExpiredBatch);
        }
        self.save(number, mended, (Some(id), number)).await?;
        Ok(true)
    }

    async fn withdraw(&mut self, number: usize) -> bool {
        match self.some_record(number, needs_person).await {
            Some(id) => self.withdraw_one(number, id).await,
            None => false,
        }
    }

    /// The record is removed, the tabs look again, and the server is told at once; one that could
    /// not be removed stays.
    async fn withdraw_one(&mut self, number: usize, id: SubmissionId) -> bool {
        let Some((tab, queue)) = self.phones[number].in_hand() else { return false };
        let Ok(kept) = queue.all().await else { return false };
        let Some(record) = kept.record(id) else { return false };
        let at = self.town.begins.plus_ms(self.clock.now() + self.phones[number].skew);
        self.note(number, &format!("withdraws {id}"));
        self.oracle.withdrew(id);
        self.oracle.clears(&self.phones[number].storage, id, None);
        let _ = queue.withdraw(record, (Some(self.town.operatives[number].id), at)).await;
        self.phones[number].changed(tab).await;
        self.phones[number].feed(Event::Timer).await;
        true
    }

    /// What a record of this phone brought is taken back, now and then twice.
    async fn annul(&mut self, number: usize) -> Result<bool> {
        let is_sent = |Record { held, .. }: &Record| {
            held.state == ItemState::Sent && held.lines.iter().any(|line| line.id.is_some())
        };
        let Some(id) = self.some_record(number, is_sent).await else { return Ok(false) };
        let Some(told) = self.oracle.told.get(&id) else { return Ok(false) };
        let services = told.recorded.services.clone();
        let mut was = self.oracle.told.values().flat_map(|told| &told.recorded.annuls);
        let is_done = was.any(|annulled| services.contains(annulled));
        if is_done && !self.plan.one_in(10) {
            return Ok(false);
        }
        self.save(number, Act::Annulment(services), (None, number)).await?;
        Ok(true)
    }

    /// Writes a record as the form does: only then is it told as kept.
    async fn save(
        &mut self,
        number: usize,
        act: Act,
        (replaces, by): (Option<SubmissionId>, usize),
    ) -> Result<()> {
        let Some((tab, queue)) = self.phones[number].in_hand() else { return Ok(()) };
        let recorded = act.commands(self.town.veterinarian, &self.plan)?;
        let id = SubmissionId(self.plan.id());
        let is_ahead = matches!(&act, Act::Visit(visit) if visit.fault == Some(Fault::ClockAhead));
        let ahead = if is_ahead { 2 * DAY_MS } else { 0 };
        let now = self.clock.now() + self.phones[number].skew;
        let now = (self.town.begins.plus_ms(now), -180);
        // What mends another takes its moment from that one.
        let mended = queue.opened(replaces.as_slice()).await.unwrap_or_default().pop();
        let (at, _) = mended.map_or(now, |record| record.held.head.happened(now));
        let new = NewRecord {
            id,
            actor: self.town.operatives[by].id,
            outreach: Some(self.town.outreach),
            visit: recorded.visit.or_else(|| Some(VisitId(self.plan.id()))),
            recorded_at: at.plus_ms(ahead),
            utc_offset_minutes: -180,
            replaces,
            commands: recorded.commands.clone(),
            form: String::new(),
            behind: None,
        };
        self.note(number, &format!("records {id} {act:?}, replaces {replaces:?}"));
        let is_kept = queue.add(new, Some((DRAFT, None))).await.is_ok();
        if !is_kept && !self.phones[number].storage.place.has_died() {
            self.verdict.not_kept += 1;
            return Ok(());
        }
        if let (Act::Visit(visit), true) = (&act, is_kept) {
            self.visits.push(*visit);
        }
        let told = Told { phone: number, is_kept, replaces, act, recorded };
        self.oracle.tell(id, told);
        self.phones[number].changed(tab).await;
        Ok(())
    }
}

/// As the list shows it: one that was mended waits only for its correction.
fn needs_person(record: &Record) -> bool {
    record.held.state.needs_person() && record.held.replaced_by.is_none()
}
