//! Reading and writing an answer. By hand: what serde derives for an outcome flattened into its
//! answer holds every field twice, and weighs some 40 KB in the phone's program.

use super::{Alias, Answer, IssuedDocument, Masked, Outcome};
use crate::id::SubmissionId;
use crate::refusal::Refusal;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// An answer with the facts of every outcome.
#[derive(Deserialize)]
pub(super) struct Told {
    id: SubmissionId,
    outcome: String,
    aliases: Option<Vec<Alias>>,
    documents: Option<Vec<IssuedDocument>>,
    command: Option<u32>,
    refusal: Option<Refusal>,
    other: Option<Masked>,
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut told = serializer.serialize_map(None)?;
        told.serialize_entry("id", &self.id)?;
        told.serialize_entry("outcome", self.outcome.word())?;
        if let Outcome::Accepted { aliases, documents } = &self.outcome {
            told.serialize_entry("aliases", aliases)?;
            told.serialize_entry("documents", documents)?;
        }
        if let Some(refusal) = self.outcome.refusal() {
            told.serialize_entry("command", &self.outcome.command())?;
            told.serialize_entry("refusal", refusal)?;
        }
        if let Outcome::Conflict { other, .. } = &self.outcome {
            told.serialize_entry("other", other)?;
        }
        told.end()
    }
}

/// No such outcome, or a fact of it is missing.
#[derive(Debug, thiserror::Error)]
#[error("no such outcome")]
pub(super) struct NoOutcome;

impl TryFrom<Told> for Answer {
    type Error = NoOutcome;

    fn try_from(told: Told) -> Result<Self, NoOutcome> {
        let id = told.id;
        outcome(told).map(|outcome| Self { id, outcome }).ok_or(NoOutcome)
    }
}

fn outcome(told: Told) -> Option<Outcome> {
    let Told { command, refusal, .. } = told;
    Some(match told.outcome.as_str() {
        "accepted" => Outcome::Accepted { aliases: told.aliases?, documents: told.documents? },
        "refused" => Outcome::Refused { command, refusal: refusal? },
        "conflict" => Outcome::Conflict { command, refusal: refusal?, other: told.other? },
        "quarantined" => Outcome::Quarantined,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Sex, Species};
    use crate::id::{AnimalId, DocumentId, OwnerId};
    use crate::timestamp::Timestamp;
    use serde::Serialize;
    use serde_json::json;
    use uuid::Uuid;

    fn every_outcome() -> [Outcome; 4] {
        let alias = Alias { from: OwnerId(Uuid::from_u128(1)), to: OwnerId(Uuid::from_u128(2)) };
        let document = IssuedDocument {
            id: DocumentId(Uuid::from_u128(3)),
            animal: AnimalId(Uuid::from_u128(4)),
            link: Some("HTTP://127.0.0.1/V/A".to_owned()),
            slip_code: None,
        };
        let other = Masked {
            animal: None,
            name: "P···".to_owned(),
            species: Species::Dog,
            sex: Sex::Female,
            commune: None,
            chip: None,
            registered_at: Timestamp(0),
        };
        [
            Outcome::Accepted { aliases: vec![alias], documents: vec![document] },
            Outcome::Refused { command: None, refusal: Refusal::ConsentMissing },
            Outcome::Conflict { command: Some(2), refusal: Refusal::ChipTaken, other },
            Outcome::Quarantined,
        ]
    }

    #[test]
    fn every_answer_is_read_as_it_is_written() {
        for outcome in every_outcome() {
            let answer = Answer { id: SubmissionId(Uuid::from_u128(9)), outcome };
            let text = serde_json::to_string(&answer).unwrap();
            assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
        }
    }

    /// An answer as serde would write it.
    #[derive(Serialize)]
    struct Flat {
        id: SubmissionId,
        #[serde(flatten)]
        outcome: Outcome,
    }

    #[test]
    fn an_answer_is_written_as_serde_would() {
        let id = SubmissionId(Uuid::from_u128(9));
        for outcome in every_outcome() {
            let flat = serde_json::to_string(&Flat { id, outcome: outcome.clone() }).unwrap();
            assert_eq!(serde_json::to_string(&Answer { id, outcome }).unwrap(), flat);
        }
    }

    #[test]
    fn an_outcome_without_its_facts_is_none() {
        let id = Uuid::from_u128(9);
        for word in ["accepted", "refused", "conflict", "unheard_of"] {
            let answer = json!({ "id": id, "outcome": word });
            assert!(serde_json::from_value::<Answer>(answer).is_err(), "{word}");
        }
    }
}
