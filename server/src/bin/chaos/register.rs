//! What the server's database holds in the end, read through the vocabulary of its store.

use anyhow::Result;
use backend::error::Error;
use backend::history;
use backend::keys::Keys;
use backend::store::vocabulary::service::ServiceRow;
use backend::store::{Store, StoreError};
use domain::id::{AnimalId, DeviceId, OutreachId, OwnerId, ServiceId, SubmissionId, VisitId};
use domain::submission::{Answer, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Identifiers that are asked for at once.
const AT_ONCE: usize = 500;
/// Services that are read at once.
const PAGE: i64 = 1_000;
/// Far more tasks than a run opens.
const TASKS: i64 = 1_000_000;

/// A submission's answer, as stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// What it was answered first.
    pub(crate) outcome: String,
    /// A correction has resolved it since, or its maker.
    pub(crate) is_resolved: bool,
    /// Its maker has withdrawn it.
    pub(crate) is_withdrawn: bool,
    /// What it is answered now.
    pub(crate) answer: Outcome,
}

/// A service, as stored.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) animal: AnimalId,
    pub(crate) submission: Option<SubmissionId>,
    pub(crate) kind: String,
    pub(crate) chip: Option<String>,
    pub(crate) is_annulled: bool,
}

/// What the server holds of a phone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) stored_total: i64,
    pub(crate) complete_to: i64,
}

/// Everything that the oracle compares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Register {
    pub(crate) submissions: BTreeMap<SubmissionId, Stored>,
    pub(crate) services: BTreeMap<ServiceId, Done>,
    pub(crate) animals: BTreeSet<AnimalId>,
    /// Owners that have a record, or an alias of one.
    pub(crate) owners: BTreeSet<OwnerId>,
    pub(crate) animal_count: i64,
    pub(crate) owner_count: i64,
    /// Mails about each visit.
    pub(crate) mails: BTreeMap<VisitId, usize>,
    pub(crate) mail_count: i64,
    /// Documents that were made of each service, without those that replace others.
    pub(crate) documents: BTreeMap<ServiceId, usize>,
    /// Submissions that proposed other contact data of a known owner.
    pub(crate) proposals: BTreeSet<SubmissionId>,
    /// Submissions with more than one open task of a kind.
    pub(crate) tasks_twice: Vec<SubmissionId>,
    pub(crate) phones: BTreeMap<DeviceId, Counted>,
    /// What the verification of the history found.
    pub(crate) altered: Vec<String>,
}

/// What is looked for.
#[derive(Default)]
pub(crate) struct Wanted {
    pub(crate) outreach: Option<OutreachId>,
    pub(crate) submissions: Vec<SubmissionId>,
    pub(crate) animals: Vec<AnimalId>,
    pub(crate) owners: Vec<OwnerId>,
    pub(crate) visits: Vec<VisitId>,
    pub(crate) phones: Vec<DeviceId>,
}

impl Register {
    /// Reads it all.
    pub(crate) async fn read(store: &Store, keys: &Keys, wanted: Wanted) -> Result<Self> {
        let mut register = Self::default();
        register.read_submissions(store, &wanted.submissions).await?;
        if let Some(outreach) = wanted.outreach {
            register.read_services(store, outreach).await?;
        }
        register.read_records(store, &wanted).await?;
        register.read_documents(store).await?;
        register.read_mails(store, wanted.visits).await?;
        register.read_counts(store, wanted.phones).await?;
        let report = history::verify(store, keys).await.map_err(|error: Error| error)?;
        register.altered = report.findings.iter().map(|found| format!("{found:?}")).collect();
        Ok(register)
    }

    async fn read_submissions(&mut self, store: &Store, ids: &[SubmissionId]) -> Result<()> {
        for ids in ids.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
            let rows =
                store.read(move |tx| Box::pin(async move { tx.known_submissions(&ids).await }));
            for row in rows.await.map_err(|error: StoreError| error)? {
                let kept: serde_json::Value = serde_json::from_str(&row.answer)?;
                let answer: Answer = serde_json::from_value(kept["answer"].clone())?;
                let stored = Stored {
                    outcome: row.outcome,
                    is_resolved: row.resolved_at.is_some(),
                    is_withdrawn: row.withdrawn_at.is_some(),
                    answer: answer.outcome,
                };
                self.submissions.insert(SubmissionId(row.id), stored);
            }
        }
        Ok(())
    }

    async fn read_services(&mut self, store: &Store, outreach: OutreachId) -> Result<()> {
        let mut offset = 0;
        loop {
            let rows = store.read(move |tx| {
                Box::pin(async move { tx.services_of_outreach(outreach.0, PAGE, offset).await })
            });
            let rows = rows.await.map_err(|error: StoreError| error)?;
            if rows.is_empty() {
                return Ok(());
            }
            offset += PAGE;
            self.services.extend(rows.into_iter().map(service));
        }
    }

    async fn read_records(&mut self, store: &Store, wanted: &Wanted) -> Result<()> {
        for ids in wanted.animals.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
            let rows =
                store.read(move |tx| Box::pin(async move { tx.animals_with_ids(&ids).await }));
            let rows = rows.await.map_err(|error: StoreError| error)?;
            self.animals.extend(rows.into_iter().map(|row| AnimalId(row.id)));
        }
        for ids in wanted.owners.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
            let known = store.read(move |tx| {
                Box::pin(async move {
                    let rows = tx.owners_with_ids(&ids).await?;
                    let mut known: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
                    for id in ids {
                        if !known.contains(&id) && tx.owner_alias(id).await?.is_some() {
                            known.push(id);
                        }
                    }
                    Ok(known)
                })
            });
            let known = known.await.map_err(|error: StoreError| error)?;
            self.owners.extend(known.into_iter().map(OwnerId));
        }
        Ok(())
    }

    /// The documents of all services that were read.
    async fn read_documents(&mut self, store: &Store) -> Result<()> {
        let services: Vec<Uuid> = self.services.keys().map(|service| service.0).collect();
        let counted = store.read(move |tx| {
            Box::pin(async move {
                let mut counted = BTreeMap::new();
                for service in services {
                    let made = tx.documents_of_service(service).await?;
                    let first = made.iter().filter(|row| row.replaces_id.is_none()).count();
                    counted.insert(ServiceId(service), first);
                }
                Ok(counted)
            })
        });
        self.documents = counted.await.map_err(|error: StoreError| error)?;
        Ok(())
    }

    async fn read_mails(&mut self, store: &Store, visits: Vec<VisitId>) -> Result<()> {
        let counted = store.read(move |tx| {
            Box::pin(async move {
                let mut counted = BTreeMap::new();
                for visit in visits {
                    counted.insert(visit, tx.messages_about("visit", visit.0).await?.len());
                }
                let all = tx.count_messages().await?;
                Ok((counted, all.iter().map(|(_, count)| count).sum()))
            })
        });
        let (mails, all) = counted.await.map_err(|error: StoreError| error)?;
        (self.mails, self.mail_count) = (mails, all);
        Ok(())
    }

    async fn read_counts(&mut self, store: &Store, phones: Vec<DeviceId>) -> Result<()> {
        let ids: Vec<Uuid> = phones.iter().map(|phone| phone.0).collect();
        let counted = store.read(move |tx| {
            Box::pin(async move {
                let (animals, owners) = (tx.count_animals().await?, tx.count_owners().await?);
                Ok((animals, owners, tx.devices(&ids).await?, tx.open_tasks(None, TASKS).await?))
            })
        });
        let (animals, owners, devices, tasks) = counted.await.map_err(|error: StoreError| error)?;
        (self.animal_count, self.owner_count) = (animals, owners);
        for row in devices {
            let (stored_total, complete_to) = (row.stored_total, row.complete_to_sequence);
            self.phones.insert(DeviceId(row.id), Counted { stored_total, complete_to });
        }
        let mut seen = BTreeSet::new();
        for task in tasks {
            let Some(submission) = task.submission_id else { continue };
            if task.kind == "contact_proposal" {
                self.proposals.insert(SubmissionId(submission));
            }
            if !seen.insert((task.kind, submission)) {
                self.tasks_twice.push(SubmissionId(submission));
            }
        }
        Ok(())
    }
}

fn service(row: ServiceRow) -> (ServiceId, Done) {
    let service = Done {
        animal: AnimalId(row.animal_id),
        submission: row.submission_id.map(SubmissionId),
        kind: row.kind,
        chip: row.chip,
        is_annulled: row.annulled_at.is_some(),
    };
    (ServiceId(row.id), service)
}
