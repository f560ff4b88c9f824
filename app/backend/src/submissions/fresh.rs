//! Which submissions are about nothing that the register knows. Such a one, the commonest at a
//! table, cannot be in conflict with anything: it is worked out without a look at the database, and
//! its rows are written with those of others.
//!
//! The register is asked once for all that a transaction's submissions name. On SQLite nobody else
//! writes meanwhile; on PostgreSQL, what somebody else took meanwhile breaks a unique index, and
//! the transaction is run again on the state of then ([`Sheet`](super::sheet::Sheet)).

use domain::command::Command;
use domain::service::ServiceDetails;
use domain::submission::{MAX_COMMANDS, Submission};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

use super::arrival::Arrival;
use crate::store::vocabulary::fresh::NamedRow;
use crate::store::{StoreError, Tx};

/// The identifiers, documents and chips that the register holds, of those that are named.
#[derive(Default)]
pub(super) struct Claims {
    ids: HashSet<Uuid>,
    keys: HashSet<String>,
}

impl Claims {
    /// Asks the register for all that these submissions name, and which of them have their answer.
    pub(super) async fn look<'s>(
        tx: &mut Tx,
        arrivals: impl Iterator<Item = &'s Arrival>,
    ) -> Result<(Self, Vec<Uuid>), StoreError> {
        let mut named = NamedRow::default();
        let mut documents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for arrival in arrivals {
            named.submissions.push(arrival.id.0);
            let plain = arrival.read.as_ref().filter(|one| is_plain(one));
            for command in plain.into_iter().flat_map(|one| &one.commands) {
                match command {
                    Command::RegisterOwner { owner, details } => {
                        named.owners.push(owner.0);
                        if let Some(key) = details.document.key() {
                            let kind = details.document.kind().code();
                            documents.entry(kind.to_owned()).or_default().push(key);
                        }
                    }
                    Command::RegisterAnimal { animal, .. } => named.animals.push(animal.0),
                    Command::RecordService { service, details, .. } => {
                        named.services.push(service.0);
                        named.chips.extend(chip_of(details));
                    }
                    _ => {}
                }
            }
        }
        let (mut claims, mut answered) = (Self::default(), Vec::new());
        // An empty batch only asks what was resolved.
        if named.submissions.is_empty() {
            return Ok((claims, answered));
        }
        named.documents = documents.into_iter().collect();
        for (id, key) in tx.named_before(&named).await? {
            match (id, key) {
                (Some(id), Some(_)) => answered.push(id),
                (id, key) => {
                    claims.ids.extend(id);
                    claims.keys.extend(key);
                }
            }
        }
        Ok((claims, answered))
    }

    /// Whether a submission is about nothing that is held. What it names is held from now on,
    /// whatever becomes of it.
    pub(super) fn claim(&mut self, submission: &Submission) -> bool {
        let mut is_fresh = is_plain(submission);
        for command in &submission.commands {
            let (id, key) = match command {
                Command::RegisterOwner { owner, details } => {
                    (Some(owner.0), details.document.key())
                }
                Command::CorrectOwner { details, .. } => (None, details.document.key()),
                Command::RegisterAnimal { animal, .. } => (Some(animal.0), None),
                Command::RecordService { service, details, .. } => {
                    (Some(service.0), chip_of(details))
                }
                _ => (None, None),
            };
            is_fresh &= id.is_none_or(|id| self.ids.insert(id));
            is_fresh &= key.is_none_or(|key| self.keys.insert(key));
        }
        is_fresh
    }
}

fn chip_of(details: &ServiceDetails) -> Option<String> {
    match details {
        ServiceDetails::Microchip(microchip) => Some(microchip.chip.to_string()),
        ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => None,
    }
}

/// Whether a submission registers one owner, animals of that owner, and services on them, and
/// nothing else.
fn is_plain(submission: &Submission) -> bool {
    let mut owner = None;
    let mut animals = Vec::new();
    let begins = |command: &Command| match command {
        Command::RegisterOwner { owner: id, .. } => owner.replace(*id).is_none(),
        Command::RegisterAnimal { animal, owner: of, .. } => {
            animals.push(*animal);
            owner == Some(*of)
        }
        Command::RecordService { animal, .. } => animals.contains(animal),
        _ => false,
    };
    // One of more commands than are taken is refused without a look.
    submission.replaces.is_none()
        && u32::try_from(submission.commands.len()).is_ok_and(|count| count <= MAX_COMMANDS)
        && submission.commands.iter().all(begins)
        && owner.is_some()
}
