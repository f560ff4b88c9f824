//! An import as its pages show it.

use crate::field_error::FieldError;
use crate::id::{AnimalId, ImportId, OwnerId};
use crate::import::{ImportState, Plan, Verdict};
use crate::timestamp::Timestamp;

/// An import in the list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    /// Which.
    pub id: ImportId,
    /// The file's name.
    pub name: String,
    /// Where it stands.
    pub state: ImportState,
    /// How many rows it has.
    pub rows: u32,
    /// How many of them are dealt with; while it is undone, how many are left.
    pub done: u32,
    /// When it was sent.
    pub started_at: Timestamp,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportSheet {
    /// What the list says of it.
    pub line: ImportLine,
    /// Its columns.
    pub plan: Plan,
    /// How many rows each verdict has; in the preview, would have.
    pub totals: Vec<(Verdict, u32)>,
    /// Some rows: in the preview, and while something cannot be read.
    pub rows: Vec<PreviewRow>,
    /// What stays although it should have been taken out, as far as it is shown.
    pub kept: Vec<KeptRow>,
    /// What rows said that made nothing was removed.
    pub is_cleared: bool,
}

/// A row with what is or would be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewRow {
    /// Its place below the headings, from 1.
    pub place: u32,
    /// Its cells as they were written.
    pub cells: Vec<String>,
    /// What becomes of it; nothing while it waits.
    pub verdict: Option<Verdict>,
    /// What cannot be read.
    pub faults: Vec<FieldError>,
}

/// Something that an import made and that stays, since something happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// The row that made it.
    pub place: u32,
    /// What the row called it.
    pub name: String,
    /// The animal, when that stays.
    pub animal: Option<AnimalId>,
    /// The owner, when only that one stays.
    pub owner: Option<OwnerId>,
}
