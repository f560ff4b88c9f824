//! Earlier registers and lists: which column means what, what each row says, and what would become
//! of it. All of it is known before anything is stored.

mod cells;
mod headings;
mod judging;
mod plan;
mod reading;
mod sheet;
#[cfg(test)]
mod tests;

pub use judging::{Ledger, document_key, of_faults};
pub use plan::{COLUMNS, Plan, Source, columns_for, lacking};
pub use reading::{Reading, Row, read};
pub use sheet::{ImportLine, ImportSheet, KeptRow, PreviewRow};

use crate::catalogue::coded;

/// Most bytes of a file.
pub const MOST_BYTES: u32 = 5 * 1024 * 1024;
/// Most rows below the headings.
pub const MOST_ROWS: usize = 20_000;
/// Most columns.
pub const MOST_COLUMNS: usize = 60;

coded! {
    /// What is or would be done with a row.
    pub enum Verdict {
        /// Owner and animal are new.
        New = "new",
        /// The owner is known, the animal is new.
        KnownOwner = "known_owner",
        /// The register, or a row above, has the animal with this chip already.
        Known = "known",
        /// The chip is that of another owner's animal.
        ChipTaken = "chip_taken",
        /// The chip is a test number.
        TestChip = "test_chip",
        /// A field cannot be read.
        Unreadable = "unreadable",
        /// Nobody went on with the import in time: what the row said is gone.
        Lapsed = "lapsed",
        /// What the row made was taken out again.
        Undone = "undone",
        /// It should have been taken out and stays, since something happened to it.
        Kept = "kept",
        /// The animal was taken out; its owner stays, since something happened to that one.
        OwnerKept = "owner_kept",
    }
}

impl Verdict {
    /// Whether the row made an animal that is in the register.
    #[must_use]
    pub const fn made_animal(self) -> bool {
        matches!(self, Self::New | Self::KnownOwner)
    }
}

coded! {
    /// Where an import stands.
    pub enum ImportState {
        /// It was read and is looked at; nothing is in the register.
        Preview = "preview",
        /// Its rows are taken in.
        Running = "running",
        /// Somebody stopped it; it can go on.
        Stopped = "stopped",
        /// All rows are dealt with.
        Done = "done",
        /// What it made is taken out.
        Undoing = "undoing",
        /// What it made was taken out.
        Undone = "undone",
    }
}

impl ImportState {
    /// Whether the worker has something to do.
    #[must_use]
    pub const fn is_at_work(self) -> bool {
        matches!(self, Self::Running | Self::Undoing)
    }
}

coded! {
    /// What a person does with an import.
    pub enum Step {
        /// Begin.
        Start = "start",
        /// Stop, to go on later.
        Stop = "stop",
        /// Go on.
        Resume = "resume",
        /// Take out what it made.
        Undo = "undo",
        /// Throw the file away before anything was taken in.
        Discard = "discard",
    }
}

impl Step {
    /// The state that it leads to from one, if it can be taken there; after the last one the
    /// import is gone.
    #[must_use]
    pub const fn leads_from(self, state: ImportState) -> Option<ImportState> {
        match (self, state) {
            (Self::Start, ImportState::Preview) | (Self::Resume, ImportState::Stopped) => {
                Some(ImportState::Running)
            }
            (Self::Stop, ImportState::Running) => Some(ImportState::Stopped),
            (Self::Undo, ImportState::Stopped | ImportState::Done) => Some(ImportState::Undoing),
            (Self::Discard, ImportState::Preview) => Some(ImportState::Preview),
            _ => None,
        }
    }
}

coded! {
    /// Why a file cannot be taken.
    pub enum Unfit {
        /// None was chosen.
        Missing = "missing",
        /// It is larger than files may be, or grows beyond measure when it is unpacked.
        TooLarge = "too_large",
        /// It is neither a list with separators nor a workbook, or a damaged one.
        Unreadable = "unreadable",
        /// It has no rows below its headings.
        Empty = "empty",
        /// It has more rows than are taken at once.
        TooManyRows = "too_many_rows",
        /// It has more columns than any list.
        TooManyColumns = "too_many_columns",
    }
}
