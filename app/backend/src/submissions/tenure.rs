//! Whose an animal is when it is served, and where they live: what the accounts tell of a day is
//! told by the owner of then, whoever has the animal since.

use domain::command::CorrectionReason;
use domain::id::{AnimalId, OwnerId};
use domain::refusal::Refusal;
use domain::tenure::{Left, owner_then};
use domain::territory::Commune;
use domain::timestamp::Timestamp;

use super::desk::{Desk, Stop};
use super::held::Change;
use crate::records::ServiceRecord;
use crate::store::vocabulary::tenure::TenureRow;

/// An animal that goes from somebody to somebody else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transfer {
    pub(super) animal: AnimalId,
    pub(super) from: OwnerId,
    pub(super) to: OwnerId,
}

/// An owner of whom the register learns where they live.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settled {
    owner: OwnerId,
    /// Also what was done before is told by it: it was said wrong.
    is_for_all: bool,
}

impl Desk<'_> {
    /// Where the owner lives whose an animal is at the moment of the submission.
    pub(super) async fn residence(&mut self, animal: AnimalId) -> Result<Option<Commune>, Stop> {
        let at = self.context.recorded_at;
        let held = &self.held(animal)?.held;
        let (mut owner, changed) = (held.record.owner, held.record.updated_at);
        // What has not changed since then went to nobody else since then.
        if held.change != Change::Added && changed >= at {
            owner = owner_then(&self.left(animal).await?, at).unwrap_or(owner);
        }
        self.home(owner).await
    }

    /// The same of a service that turns out to be of another moment: where it is told of, unless
    /// the animal was somebody else's then.
    pub(super) async fn residence_at(
        &mut self,
        service: &ServiceRecord,
        at: Timestamp,
    ) -> Result<Option<Commune>, Stop> {
        if at == service.performed_at {
            return Ok(service.residence);
        }
        let kept = self.animal(service.animal).await?;
        let left = self.left(service.animal).await?;
        let then = owner_then(&left, at);
        if then == owner_then(&left, service.performed_at) {
            return Ok(service.residence);
        }
        let own = self.held(kept)?.record_mut(service.animal).record.owner;
        self.home(then.unwrap_or(own)).await
    }

    /// Whom an animal has left.
    async fn left(&mut self, animal: AnimalId) -> Result<Vec<Left>, Stop> {
        let rows = self.tx.tenures_of(&[animal.0]).await?;
        let left = |row: TenureRow| Left { owner: row.owner_id.into(), at: Timestamp(row.left_at) };
        Ok(rows.into_iter().map(left).collect())
    }

    async fn home(&mut self, owner: OwnerId) -> Result<Option<Commune>, Stop> {
        let owner = self.owner(owner).await?;
        let held = self.owners.get(&owner).ok_or(Refusal::OwnerUnknown)?;
        Ok(held.record.details.commune)
    }

    /// Notes that an owner's commune is another than it was. Who has moved since lived elsewhere
    /// when the animals were served.
    pub(super) fn settle(
        &mut self,
        owner: OwnerId,
        (before, now): (Option<Commune>, Option<Commune>),
        reason: CorrectionReason,
    ) {
        if now.is_some() && before != now {
            let is_for_all = reason != CorrectionReason::Changed;
            self.settled.push(Settled { owner, is_for_all });
        }
    }

    /// Writes which animals went to somebody else, and where those who were served live.
    pub(super) async fn write_tenures(&mut self) -> Result<(), Stop> {
        let at = self.context.recorded_at.0;
        let home = |desk: &Self, owner: &OwnerId| {
            let held = desk.owners.get(owner)?;
            held.record.details.commune.map(|commune| commune.code())
        };
        for Transfer { animal, from, to } in std::mem::take(&mut self.transfers) {
            self.tx.note_tenure(animal.0, from.0, at).await?;
            // What was done since, and came home before, was done to the new owner's animal.
            let residence = home(self, &to);
            self.tx.move_services(animal.0, at, residence.as_deref()).await?;
        }
        for Settled { owner, is_for_all } in std::mem::take(&mut self.settled) {
            let Some(residence) = home(self, &owner) else { continue };
            let merged = self.tx.owners_merged_into(owner.0).await?;
            let all: Vec<_> = merged.iter().map(|owner| owner.id).chain([owner.0]).collect();
            self.tx.settle_services(&all, &residence, is_for_all).await?;
        }
        Ok(())
    }
}
