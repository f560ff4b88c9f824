//! What was drawn with the owner's finger: under declarations, and under consents to surgeries.

use domain::id::{AnimalId, ServiceId};
use domain::rnm::RnmState;
use domain::service::ServiceDetails;
use domain::tenure::{Move, was_anothers};
use domain::timestamp::Timestamp;
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

use super::Act;
use crate::error::Error;
use crate::history::{self, Subject};
use crate::records::{AnimalRecord, ServiceRecord};
use crate::rnm::kind_of;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::store::{StoreError, Tx};

/// Empties what was not accepted and matches a pattern; so too what corrects, with a signature, a
/// service that was to be recorded there and is in no register.
pub(super) async fn unaccepted_matching(tx: &mut Tx, pattern: &str) -> Result<u64, StoreError> {
    let rows = tx.kept_submissions(pattern).await?;
    let mut ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    let services: Vec<_> = rows.iter().flat_map(services_in).collect();
    for (service, _) in services {
        if tx.service(service.0).await?.is_some() {
            continue;
        }
        for pattern in corrections_of(service) {
            ids.extend(tx.kept_submissions(&pattern).await?.iter().map(|row| row.id));
        }
    }
    let ids: Vec<_> = ids.into_iter().collect();
    tx.erase_bodies_of(&ids).await
}

/// The services that were to be recorded by what was not accepted, each with its animal. What is
/// kept is as it came: nobody need have been able to read it.
fn services_in(row: &SubmissionRow) -> Vec<(ServiceId, AnimalId)> {
    let body: Value =
        row.body.as_deref().map(serde_json::from_str).and_then(Result::ok).unwrap_or_default();
    let id = |command: &Value, of: &str| command[of].as_str()?.parse::<Uuid>().ok();
    let recorded = |command: &Value| {
        let (service, animal) = (id(command, "service")?, id(command, "animal")?);
        Some((ServiceId(service), AnimalId(animal)))
    };
    body["commands"].as_array().into_iter().flatten().filter_map(recorded).collect()
}

/// The patterns of what corrects a service with a signature: it names that alone, before what it
/// says or after.
fn corrections_of(service: ServiceId) -> [String; 2] {
    [format!("%{service}%{CONSENTED}%"), format!("%{CONSENTED}%{service}%")]
}

/// Empties what was not accepted and holds a signature: it may be about the animal alone, and does
/// not tell who signed. What came of somebody else's time with the animal is left, unless it
/// repeats a declaration of another time.
pub(super) async fn unaccepted(
    tx: &mut Tx,
    animal: AnimalId,
    moves: &[Move],
) -> Result<u64, Error> {
    let declared = declared(tx, animal, moves).await?;
    let mut signed = BTreeSet::new();
    let mut patterns = [DECLARED, CONSENTED].map(|mark| format!("%{animal}%{mark}%")).to_vec();
    let stored = tx.services_of(&[animal.0]).await?;
    let mut services: BTreeSet<_> = stored.iter().map(|row| ServiceId(row.id)).collect();
    for row in tx.kept_submissions(&format!("%{animal}%")).await? {
        let of_it = services_in(&row).into_iter().filter(|(_, on)| *on == animal);
        services.extend(of_it.map(|(service, _)| service));
    }
    patterns.extend(services.into_iter().flat_map(corrections_of));
    for pattern in patterns {
        for row in tx.kept_submissions(&pattern).await? {
            let moments = [row.recorded_at, row.received_at].map(Timestamp);
            let body = row.body.unwrap_or_default();
            let is_repeated = drawings(&body).any(|drawing| declared.contains(drawing));
            if is_repeated || !was_anothers(moves, animal, moments) {
                signed.insert(row.id);
            }
        }
    }
    let signed: Vec<_> = signed.into_iter().collect();
    Ok(tx.erase_bodies_of(&signed).await?)
}

/// What was drawn under declarations, as the animal's history has it of when the animal was not
/// certainly somebody else's.
async fn declared(
    tx: &mut Tx,
    animal: AnimalId,
    moves: &[Move],
) -> Result<BTreeSet<String>, StoreError> {
    let subject = Subject::Animal(animal);
    let links = tx.history_of(subject.kind(), subject.id()).await?;
    let sent: Vec<_> = links.iter().filter_map(|link| link.submission_id).collect();
    let sent = tx.known_submissions(&sent).await?;
    let mut declared = BTreeSet::new();
    for body in tx.history_bodies_of(subject.kind(), subject.id()).await? {
        let Some(link) = links.iter().find(|link| link.sequence == body.sequence) else { continue };
        let recorded = sent.iter().find(|row| link.submission_id == Some(row.id));
        let recorded = recorded.map_or(link.at, |row| row.recorded_at);
        if !was_anothers(moves, animal, [recorded, link.at].map(Timestamp)) {
            let said = String::from_utf8_lossy(&body.body);
            declared.extend(drawings(&said).map(str::to_owned));
        }
    }
    Ok(declared)
}

/// What was drawn under the declarations that stand in a JSON text.
fn drawings(json: &str) -> impl Iterator<Item = &str> {
    json.split(DECLARED).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The submissions in which somebody else signed a consent, who had the animal then: both when it
/// was done, by the phone's clock, and when it was received.
pub(super) async fn signed_by_others(
    tx: &mut Tx,
    animal: AnimalId,
    moves: &[Move],
) -> Result<HashSet<Uuid>, Error> {
    let subject = Subject::Animal(animal);
    let links = tx.history_of(subject.kind(), subject.id()).await?;
    let mut others = HashSet::new();
    let services = tx.services_of(&[animal.0]).await?;
    let sent: Vec<_> = services.iter().filter_map(|row| row.submission_id).collect();
    let sent = tx.known_submissions(&sent).await?;
    for row in services {
        let Some(submission) = row.submission_id else { continue };
        let received = links
            .iter()
            .find(|link| link.kind == "service_recorded" && link.submission_id == Some(submission));
        let Some(received) = received else { continue };
        // As the phone said it then, whatever moment the service has since it was corrected.
        let signed = sent.iter().find(|one| one.id == submission);
        let signed = signed.map_or(row.performed_at, |one| one.recorded_at);
        if was_anothers(moves, animal, [signed, received.at].map(Timestamp)) {
            others.insert(submission);
        }
    }
    Ok(others)
}

/// The signature under a declaration, and the municipality's words on the request, which may be
/// about the owner; with the history that holds either, or a consent's signature. Answers how many
/// links lost their body.
///
/// A history goes as a whole. A declaration is repeated by whoever corrects the animal later, so
/// that its moment does not tell whose it is.
pub(super) async fn signature(
    tx: &mut Tx,
    animal: &AnimalRecord,
    (others, moves): (&HashSet<Uuid>, &[Move]),
    act: &Act<'_>,
) -> Result<u64, Error> {
    let subject = Subject::Animal(animal.id);
    let links = tx.history_of(subject.kind(), subject.id()).await?;
    let bodies = tx.history_bodies_of(subject.kind(), subject.id()).await?;
    let link_of = |sequence: i64| links.iter().find(|link| link.sequence == sequence);
    let is_anothers = |sequence: i64| {
        let submission = link_of(sequence).and_then(|link| link.submission_id);
        submission.is_some_and(|id| others.contains(&id))
    };
    let is_reason = |sequence: i64| {
        let link = link_of(sequence).filter(|link| REASONED.contains(&link.kind.as_str()));
        link.is_some_and(|link| !was_anothers(moves, animal.id, [Timestamp(link.at); 2]))
    };
    let goes = bodies.iter().any(|body| {
        let said = String::from_utf8_lossy(&body.body);
        said.contains(DECLARED)
            || (said.contains(CONSENTED) && !is_anothers(body.sequence))
            || is_reason(body.sequence)
    });
    let erased = match goes {
        true => history::erase(tx, subject, act.ground, act.actor, act.at).await?,
        false => 0,
    };
    let words: Vec<_> = words_of(animal).cloned().collect();
    if animal.details.declaration.is_some() || !words.is_empty() {
        let mut unsigned = animal.clone();
        unsigned.details.declaration = None;
        forget_words(&mut unsigned);
        tx.update_animal(&unsigned.to_row().map_err(Error::Failed)?).await?;
    }
    if !words.is_empty() {
        same_words(tx, animal, &words).await?;
    }
    Ok(erased)
}

/// The municipality's words on the request: as they hold of the animal, and of the one record.
fn words_of(animal: &AnimalRecord) -> impl Iterator<Item = &String> {
    let own = animal.own.as_ref().and_then(|own| own.registration.reason.as_ref());
    animal.rnm_reason.iter().chain(own)
}

fn forget_words(animal: &mut AnimalRecord) {
    animal.rnm_reason = None;
    if let Some(own) = &mut animal.own {
        own.registration.reason = None;
    }
}

/// The municipality's words as the animal's other records repeat them, whoever has those: the one
/// that stands for all, and the one whose request it is.
async fn same_words(tx: &mut Tx, animal: &AnimalRecord, words: &[String]) -> Result<(), Error> {
    let root = animal.merged_into.unwrap_or(animal.id);
    let mut rows = tx.animals_merged_into(root.0).await?;
    rows.extend(tx.animal(root.0).await?);
    for row in rows {
        let mut other = AnimalRecord::try_from(row)?;
        let repeats = words_of(&other).any(|said| words.contains(said));
        if repeats && other.id != animal.id {
            forget_words(&mut other);
            tx.update_animal(&other.to_row().map_err(Error::Failed)?).await?;
        }
    }
    Ok(())
}

/// The signatures under the consents to the animal's surgeries, but for those of others. That there
/// was a consent stays.
pub(super) async fn consents(
    tx: &mut Tx,
    animal: AnimalId,
    others: &HashSet<Uuid>,
) -> Result<(), Error> {
    for row in tx.services_of(&[animal.0]).await? {
        let mut service = ServiceRecord::try_from(row)?;
        let ServiceDetails::Sterilisation(surgery) = &mut service.details else { continue };
        if service.submission.is_some_and(|id| others.contains(&id.0)) {
            continue;
        }
        if surgery.consent_signature.take().is_some() {
            let row = service.to_row().map_err(Error::Failed)?;
            tx.replace_service_details(row.id, &row.details).await?;
        }
    }
    Ok(())
}

/// Where a drawing made with the owner's finger stands in JSON: under a declaration.
const DECLARED: &str = "\"declaration\":\"";
/// And under a consent.
const CONSENTED: &str = "\"consent_signature\":\"";
/// Links of an animal's history with the municipality's reasons.
const REASONED: [&str; 2] = [kind_of(RnmState::Observed), kind_of(RnmState::Rejected)];
