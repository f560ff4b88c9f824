//! The history's chains, their bodies and the checkpoints that seal them.

use uuid::Uuid;

/// A link of a chain, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HistoryRow {
    /// What kind of thing the chain is about.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Uuid,
    /// Place in the chain, from 1 without gaps.
    pub sequence: i64,
    /// What happened.
    pub kind: String,
    /// When it was written.
    pub at: i64,
    /// What kind of actor did it.
    pub actor_kind: String,
    /// Which one.
    pub actor_id: Option<Uuid>,
    /// The device it came from.
    pub device_id: Option<Uuid>,
    /// The submission it came with.
    pub submission_id: Option<Uuid>,
    /// SHA-256 of salt and body.
    pub body_hash: Vec<u8>,
    /// `hash` of the link before; 32 zero bytes at the first.
    pub previous_hash: Vec<u8>,
    /// SHA-256 of all of the above.
    pub hash: Vec<u8>,
}

/// What a link says, kept beside it so that it can be erased lawfully.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BodyRow {
    /// What kind of thing the chain is about.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Uuid,
    /// Place in the chain.
    pub sequence: i64,
    /// 16 random bytes.
    pub salt: Vec<u8>,
    /// JSON.
    pub body: Vec<u8>,
}

/// A link that tells how something was made or put right.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CorrectionRow {
    /// When it was written.
    pub at: i64,
    /// The name of who did it.
    pub who: Option<String>,
    /// What it says: JSON.
    pub body: Vec<u8>,
}

/// The last link of a chain.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeadRow {
    /// What kind of thing the chain is about.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Uuid,
    /// Place of the link.
    pub sequence: i64,
    /// Hash of the link.
    pub hash: Vec<u8>,
}

/// A signed checkpoint, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CheckpointRow {
    /// From 1 without gaps.
    pub sequence: i64,
    /// When it was sealed.
    pub at: i64,
    /// SHA-256 of the statement and signature before; 32 zero bytes at the first.
    pub previous_hash: Vec<u8>,
    /// SHA-256 of the heads it seals.
    pub heads_hash: Vec<u8>,
    /// How many heads it seals.
    pub head_count: i64,
    /// The key that signed.
    pub kid: Vec<u8>,
    /// Ed25519 signature of the statement.
    pub signature: Vec<u8>,
}

/// What waits for the next checkpoint, as far as it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnsealedRow {
    /// How many links.
    pub rows: i64,
    /// When the oldest of them was written.
    pub oldest_at: Option<i64>,
}

vocabulary! {
    /// The last link of each of these chains that has one; up to 100 chains.
    history_heads = history::heads(subjects: &[(&str, Uuid)]) -> Vec<HeadRow>;
    /// Adds links and their bodies; a taken place breaks `history_pkey`.
    insert_history = history::insert(rows: &[HistoryRow], bodies: &[BodyRow]) -> ();
    /// A chain, first link first.
    history_of = history::of(subject_kind: &str, subject_id: Uuid) -> Vec<HistoryRow>;
    /// What a chain's links say, as far as it is kept.
    history_bodies_of = history::bodies_of(subject_kind: &str, subject_id: Uuid) -> Vec<BodyRow>;
    /// The links of one of the kinds `lot_corrected`, `programme_corrected` and `programme_made`
    /// that still say something, of all chains, the latest first.
    history_corrections = history::corrections(kind: &str) -> Vec<CorrectionRow>;
    /// Deletes what a chain's links say; answers how many said something.
    erase_history_bodies = history::erase(subject_kind: &str, subject_id: Uuid) -> u64;
    /// The links after a place in the order of chains, up to `limit`.
    history_after = history::after(place: &HeadRow, limit: i64) -> Vec<HistoryRow>;
    /// The bodies of the links from one place to another, both included.
    history_bodies_between = history::bodies_between(from: &HeadRow, to: &HeadRow) -> Vec<BodyRow>;

    /// How much waits for the next checkpoint, looking at `most` chains.
    unsealed_history = checkpoint::unsealed(most: i64) -> UnsealedRow;
    /// How many links wait for the next checkpoint.
    count_unsealed = checkpoint::count_unsealed() -> i64;
    /// The heads of up to so many chains with unsealed links, the first in the order of chains.
    unsealed_heads = checkpoint::unsealed_heads(chains: i64) -> Vec<HeadRow>;
    /// Notes that the chains up to the last of those heads are sealed; answers how many.
    mark_sealed = checkpoint::mark_sealed(last: &HeadRow) -> u64;
    /// Adds a checkpoint with its heads; a taken number breaks `checkpoint_pkey`.
    insert_checkpoint = checkpoint::insert(row: &CheckpointRow, heads: &[HeadRow]) -> ();
    /// The last checkpoint.
    last_checkpoint = checkpoint::last() -> Option<CheckpointRow>;
    /// Whether some link is neither in a checkpoint nor waits for one.
    is_seal_lost = checkpoint::is_seal_lost() -> bool;
    /// Every checkpoint, first first.
    list_checkpoints = checkpoint::list() -> Vec<CheckpointRow>;
    /// The heads a checkpoint sealed, in the order of chains.
    checkpoint_heads = checkpoint::heads(checkpoint: i64) -> Vec<HeadRow>;
    /// Heads that were sealed and whose link is gone or another, in the order of chains.
    lost_heads = checkpoint::lost_heads(limit: i64) -> Vec<HeadRow>;
}
