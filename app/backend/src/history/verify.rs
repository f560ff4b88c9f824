//! Verification of all chains and checkpoints.

use uuid::Uuid;

use crate::error::Error;
use crate::history::seal::{hash_of_checkpoint, hash_of_heads, statement};
use crate::history::{ERASED, hash_of_body, hash_of_link};
use crate::keys::{Keys, Purpose};
use crate::store::vocabulary::history::{BodyRow, HeadRow, HistoryRow};
use crate::store::{Store, Tx};

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Links read.
    pub links: u64,
    /// Chains read.
    pub chains: u64,
    /// Checkpoints read.
    pub checkpoints: u64,
    /// Links whose body a lawful erasure deleted.
    pub erased: u64,
    /// Links that no checkpoint protects yet.
    pub unsealed: u64,
    /// What is wrong: the first of each chain, at most [`MOST`] in all.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing was altered.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Kind of the chain's subject, or `checkpoint`.
    pub kind: String,
    /// Identifier of the chain's subject; none for a checkpoint.
    pub id: Option<Uuid>,
    /// The link, or the checkpoint's number.
    pub sequence: i64,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It says something else than it said.
    Altered,
    /// Its body says something else than it said.
    BodyAltered,
    /// Its body is gone and no erasure says why.
    BodyMissing,
    /// It is gone from between others.
    Missing,
    /// The chain ends before this sealed link.
    TailMissing,
    /// The whole chain is gone; this sealed link was its last.
    ChainMissing,
    /// The checkpoint's signature is not one of our keys.
    BadSignature,
}

/// The most findings that are reported.
pub const MOST: usize = 100;

/// What a finding on a checkpoint says instead of the kind of a chain's subject.
const CHECKPOINT: &str = "checkpoint";

/// Links read at a time.
const PAGE: i64 = 2_000;

/// Reads every chain and checkpoint, on one state of the database, and says what is wrong.
///
/// # Errors
/// A failed database.
pub async fn verify(store: &Store, keys: &Keys) -> Result<Report, Error> {
    let keys = keys.clone();
    store
        .read(move |tx| {
            Box::pin(async move {
                let mut walk = Walk::default();
                walk.read_chains(tx).await?;
                walk.read_lost_heads(tx).await?;
                walk.read_checkpoints(tx, &keys).await?;
                walk.read_lost_checkpoints(tx).await?;
                let unsealed = tx.count_unsealed().await?;
                walk.report.unsealed = u64::try_from(unsealed).unwrap_or(0);
                Ok(walk.report)
            })
        })
        .await
}

/// The state of a verification on its way along the chains.
#[derive(Default)]
struct Walk {
    report: Report,
    /// The link before, of the same chain.
    previous: Option<HistoryRow>,
    /// Links of this chain whose body is gone, until an erasure explains them.
    bodiless: Vec<i64>,
    /// Whether this chain has a finding already.
    found: bool,
}

impl Walk {
    async fn read_chains(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let mut place = HeadRow {
            subject_kind: String::new(),
            subject_id: Uuid::nil(),
            sequence: 0,
            hash: vec![],
        };
        loop {
            let rows = tx.history_after(&place, PAGE).await?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
            let bodies = tx.history_bodies_between(&at(first), &at(last)).await?;
            let mut bodies = bodies.into_iter().peekable();
            place = at(last);
            for row in rows {
                while bodies.next_if(|body| key_of_body(body) < key(&row)).is_some() {}
                let body = bodies.next_if(|body| key_of_body(body) == key(&row));
                self.read_link(row, body.as_ref());
            }
        }
        self.end_chain();
        Ok(())
    }

    fn read_link(&mut self, row: HistoryRow, body: Option<&BodyRow>) {
        self.report.links += 1;
        let same = self.previous.as_ref().is_some_and(|before| {
            before.subject_kind == row.subject_kind && before.subject_id == row.subject_id
        });
        if !same {
            self.end_chain();
            self.report.chains += 1;
        }
        let before = self.previous.take();
        let expected = before.as_ref().map_or(1, |before| before.sequence + 1);
        let previous_hash = before.as_ref().map_or(vec![0; 32], |before| before.hash.clone());
        if row.sequence != expected {
            self.find(&row, expected, Problem::Missing);
        } else if hash_of_link(&row) != row.hash {
            self.find(&row, row.sequence, Problem::Altered);
        } else if row.previous_hash != previous_hash {
            // This link is as it was written, so the one before is not.
            self.find(&row, (row.sequence - 1).max(1), Problem::Altered);
        }
        match body {
            None => self.bodiless.push(row.sequence),
            Some(body) if hash_of_body(&body.salt, &body.body) != row.body_hash => {
                self.find(&row, row.sequence, Problem::BodyAltered);
            }
            Some(_) if row.kind == ERASED => {
                self.report.erased += u64::try_from(self.bodiless.len()).unwrap_or(u64::MAX);
                self.bodiless.clear();
            }
            Some(_) => {}
        }
        self.previous = Some(row);
    }

    /// Whatever is still without a body was not erased lawfully.
    fn end_chain(&mut self) {
        let bodiless = std::mem::take(&mut self.bodiless);
        if let (Some(last), Some(first)) = (self.previous.take(), bodiless.first()) {
            self.find(&last, *first, Problem::BodyMissing);
        }
        self.found = false;
    }

    fn find(&mut self, row: &HistoryRow, sequence: i64, problem: Problem) {
        if !self.found {
            self.found = true;
            self.note(&row.subject_kind, Some(row.subject_id), sequence, problem);
        }
    }

    fn note(&mut self, kind: &str, id: Option<Uuid>, sequence: i64, problem: Problem) {
        if self.report.findings.len() < MOST {
            let kind = kind.to_owned();
            self.report.findings.push(Finding { kind, id, sequence, problem });
        }
    }

    async fn read_lost_heads(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        for lost in tx.lost_heads(most).await? {
            let known = self.report.findings.iter().any(|finding| {
                finding.kind == lost.subject_kind && finding.id == Some(lost.subject_id)
            });
            if known {
                continue;
            }
            let head = tx.history_heads(&[(&lost.subject_kind, lost.subject_id)]).await?;
            let problem = match head.first() {
                None => Problem::ChainMissing,
                Some(head) if head.sequence < lost.sequence => Problem::TailMissing,
                Some(_) => Problem::Altered,
            };
            self.note(&lost.subject_kind, Some(lost.subject_id), lost.sequence, problem);
        }
        Ok(())
    }

    async fn read_checkpoints(&mut self, tx: &mut Tx, keys: &Keys) -> Result<(), Error> {
        let mut expected = 1;
        let mut previous_hash = vec![0; 32];
        for row in tx.list_checkpoints().await? {
            self.report.checkpoints += 1;
            let heads = tx.checkpoint_heads(row.sequence).await?;
            let signed =
                keys.verify(Purpose::Checkpoints, &row.kid, &statement(&row), &row.signature);
            let kept = hash_of_heads(&heads) == row.heads_hash
                && i64::try_from(heads.len()) == Ok(row.head_count);
            if row.sequence != expected {
                self.note(CHECKPOINT, None, expected, Problem::Missing);
            } else if !signed {
                self.note(CHECKPOINT, None, row.sequence, Problem::BadSignature);
            } else if !kept || row.previous_hash != previous_hash {
                self.note(CHECKPOINT, None, row.sequence, Problem::Altered);
            }
            expected = row.sequence + 1;
            previous_hash = hash_of_checkpoint(&row);
        }
        Ok(())
    }
}

impl Walk {
    /// A link that waits for no checkpoint was in one: where none has it and all are as they were,
    /// those after the last were deleted.
    async fn read_lost_checkpoints(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let is_told = self.report.findings.iter().any(|finding| finding.kind == CHECKPOINT);
        if !is_told && tx.is_seal_lost().await? {
            let last = tx.last_checkpoint().await?.map_or(0, |last| last.sequence);
            self.note(CHECKPOINT, None, last + 1, Problem::Missing);
        }
        Ok(())
    }
}

fn at(row: &HistoryRow) -> HeadRow {
    HeadRow {
        subject_kind: row.subject_kind.clone(),
        subject_id: row.subject_id,
        sequence: row.sequence,
        hash: row.hash.clone(),
    }
}

fn key(row: &HistoryRow) -> (&str, Uuid, i64) {
    (&row.subject_kind, row.subject_id, row.sequence)
}

fn key_of_body(body: &BodyRow) -> (&str, Uuid, i64) {
    (&body.subject_kind, body.subject_id, body.sequence)
}
