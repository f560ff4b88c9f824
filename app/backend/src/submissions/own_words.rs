//! Corrections from the field. A phone sends its whole form, as it was filled in that morning:
//! what it does not say otherwise than the same person did before, others may have put right since.

use domain::animal::AnimalDetails;
use domain::command::{Command, CorrectionReason};
use domain::decide::{self, Recorded, changes};
use domain::id::{AnimalId, OwnerId};
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};

use super::desk::{Desk, Stop};
use crate::history::Subject;

impl Desk<'_> {
    /// What an animal is to be after a correction of `named`, which `kept` stands for: of who may
    /// correct anything all that is said, of others what they change of their own words.
    pub(super) async fn as_corrected(
        &mut self,
        (named, kept): (AnimalId, AnimalId),
        (known, recorded): (&AnimalDetails, Recorded),
        said: &AnimalDetails,
    ) -> Result<AnimalDetails, Stop> {
        decide::correction(&self.context, recorded)?;
        if allows(self.context.caller, UseCase::CorrectAny) {
            return Ok(said.clone());
        }
        let mut words = Vec::new();
        // After a merge the kept one's history goes on with both.
        for id in [named, kept] {
            let links = self.own_words(Subject::Animal(id)).await?;
            words.extend(links.into_iter().filter_map(|link| animal_in(&link, id)));
        }
        let of_kept = words.iter().rev().find(|(id, _)| *id == kept);
        let before = words.iter().rev().find(|(id, _)| *id == named).or(of_kept);
        // They were erased with who they were about.
        let (_, before) = before.ok_or(Refusal::ChangedMeanwhile)?;
        Ok(changes::of_animal(known, before, said))
    }

    /// The same of an owner.
    pub(super) async fn owner_as_corrected(
        &mut self,
        id: OwnerId,
        (known, recorded): (&OwnerDetails, Recorded),
        said: &OwnerDetails,
    ) -> Result<OwnerDetails, Stop> {
        decide::correction(&self.context, recorded)?;
        if allows(self.context.caller, UseCase::CorrectAny) {
            return Ok(said.clone());
        }
        let words = self.own_words(Subject::Owner(id)).await?;
        let before = words.iter().rev().find_map(owner_in).ok_or(Refusal::ChangedMeanwhile)?;
        Ok(changes::of_owner(known, &before, said))
    }

    /// Notes a correction: what is stored since, and what was said where that is something else.
    pub(super) fn note_correction(
        &mut self,
        subject: Subject,
        kind: &'static str,
        (stored, said): (&Command, &Command),
    ) -> Result<(), Stop> {
        if stored == said {
            self.note(subject, kind, stored)
        } else {
            self.note(subject, kind, &[stored, said])
        }
    }

    /// What the caller has said of a subject, the kind of each link with its body, in their order.
    async fn own_words(&mut self, subject: Subject) -> Result<Vec<Words>, Stop> {
        let by = self.actor.id();
        let links = self.tx.history_of(subject.kind(), subject.id()).await?;
        let bodies = self.tx.history_bodies_of(subject.kind(), subject.id()).await?;
        let own = bodies.into_iter().filter_map(|body| {
            let link = links.iter().find(|link| link.sequence == body.sequence)?;
            (link.actor_id == by).then(|| (link.kind.clone(), body.body))
        });
        let mut words: Vec<Words> = own.collect();
        let here = self.history.iter().filter(|entry| entry.subject() == subject);
        words.extend(here.map(|entry| (entry.kind().to_owned(), entry.body().to_vec())));
        Ok(words)
    }
}

/// A link's kind and body.
type Words = (String, Vec<u8>);

/// The correction in a link's body, as it was said.
fn correction_in(body: &[u8]) -> Option<Command> {
    let one = serde_json::from_slice::<Command>(body).ok();
    one.or_else(|| serde_json::from_slice::<Vec<Command>>(body).ok()?.pop())
}

/// What a link in the history of `subject` says of an animal. A completion is no form.
fn animal_in((kind, body): &Words, subject: AnimalId) -> Option<(AnimalId, AnimalDetails)> {
    match kind.as_str() {
        "animal_registered" => {
            let (_, details) = serde_json::from_slice::<(OwnerId, AnimalDetails)>(body).ok()?;
            Some((subject, details))
        }
        "animal_corrected" => match correction_in(body)? {
            Command::CorrectAnimal { animal, details, reason }
                if reason != CorrectionReason::Completed =>
            {
                Some((animal, *details))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The same of an owner.
fn owner_in((kind, body): &Words) -> Option<OwnerDetails> {
    match kind.as_str() {
        "owner_registered" => serde_json::from_slice(body).ok(),
        "owner_corrected" => match correction_in(body)? {
            Command::CorrectOwner { details, .. } => Some(*details),
            _ => None,
        },
        _ => None,
    }
}
