//! Earlier registers and lists that are taken in, row by row.

use uuid::Uuid;

/// An import, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRow {
    /// Which.
    pub id: Uuid,
    /// The file's name.
    pub name: String,
    /// Code of where it stands.
    pub state: String,
    /// Headings and what each column means, as JSON.
    pub columns: String,
    /// How many rows there are.
    pub row_count: i64,
    /// The place of the last row that is dealt with; it goes back while the import is undone.
    pub done_to: i64,
    /// When it was sent.
    pub started_at: i64,
    /// By whom.
    pub started_by: Uuid,
    /// When its last row was dealt with.
    pub finished_at: Option<i64>,
    /// When somebody had it undone.
    pub undone_at: Option<i64>,
    /// Who that was.
    pub undone_by: Option<Uuid>,
    /// When anything happened to it last.
    pub changed_at: i64,
    /// When what rows say that made nothing was removed.
    pub cleared_at: Option<i64>,
}

/// A row of an import, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportedRow {
    /// Of which import.
    pub import_id: Uuid,
    /// Its place below the headings, from 1.
    pub place: i64,
    /// Its cells, as a list in JSON.
    pub cells: String,
    /// Code of what was done with it; nothing while it waits.
    pub verdict: Option<String>,
    /// The owner that it made or added to.
    pub owner_id: Option<Uuid>,
    /// The animal that it made.
    pub animal_id: Option<Uuid>,
}

/// Whose animal carries a chip, and who that one was merged into.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChipHolderRow {
    /// The chip.
    pub chip: String,
    /// Kind of the owner's document.
    pub document_kind: String,
    /// Its number.
    pub document_key: Option<String>,
    /// Kind of the document of the owner that stands for that one.
    pub kept_kind: Option<String>,
    /// Its number.
    pub kept_key: Option<String>,
}

/// Who holds a document.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DocumentHolderRow {
    /// Its number.
    pub document_key: String,
    /// The record that holds it.
    pub id: Uuid,
    /// The one that stands for that record.
    pub merged_into: Option<Uuid>,
}

vocabulary! {
    /// Adds an import.
    insert_import = import::insert(row: &ImportRow) -> ();
    /// One import.
    import = import::find(id: Uuid) -> Option<ImportRow>;
    /// The latest imports, latest first.
    imports = import::list(limit: i64) -> Vec<ImportRow>;
    /// The oldest import that is running or being undone.
    import_at_work = import::at_work() -> Option<ImportRow>;
    /// The imports that are neither at work nor cleared, and to which nothing happened since a
    /// moment; the longest first.
    imports_to_clear = import::to_clear(before: i64, limit: i64) -> Vec<ImportRow>;
    /// Removes what the rows of an import say that made nothing, and gives those a verdict that
    /// waited for theirs; answers how many.
    clear_imported_rows = import::clear_rows(import: Uuid, made: &[&str], lapsed: &str) -> u64;
    /// Writes an import over, what it is of and who sent it aside.
    update_import = import::update(row: &ImportRow) -> ();
    /// Forgets an import with its rows.
    delete_import = import::delete(id: Uuid) -> ();
    /// Adds rows, or writes what was done with them over.
    put_imported_rows = import::put_rows(rows: &[ImportedRow]) -> ();
    /// Rows of an import after a place, in their order.
    imported_rows = import::rows(import: Uuid, after: i64, limit: i64) -> Vec<ImportedRow>;
    /// Rows of an import up to a place, the last first.
    imported_rows_back = import::rows_back(import: Uuid, to: i64, limit: i64) -> Vec<ImportedRow>;
    /// Rows of an import with one of these verdicts, in their order.
    imported_rows_with = import::rows_with(import: Uuid, verdicts: &[&str], limit: i64)
        -> Vec<ImportedRow>;
    /// How many rows of an import have each verdict.
    count_import_verdicts = import::count_verdicts(import: Uuid) -> Vec<(String, i64)>;
    /// Who has the animals with these chips, under whichever of their records.
    chip_holders = import::chip_holders(chips: &[String]) -> Vec<ChipHolderRow>;
    /// Who holds these documents of a kind, merged records first.
    document_holders = import::document_holders(kind: &str, keys: &[String])
        -> Vec<DocumentHolderRow>;
    /// Those of these animals to which nothing happened since they were made, and whose owner
    /// nobody has looked up since; a card that a phone took along is no look in this sense.
    untouched_animals = import::untouched_animals(ids: &[Uuid]) -> Vec<Uuid>;
    /// Those of these owners to whom nothing happened since they were made, and who have no animal.
    untouched_owners = import::untouched_owners(ids: &[Uuid]) -> Vec<Uuid>;
    /// Takes untouched animals out of the register.
    remove_animals = import::remove_animals(ids: &[Uuid]) -> ();
    /// Takes untouched owners out of the register, with the words they are found by, and the looks
    /// of phones that took their cards along.
    remove_owners = import::remove_owners(ids: &[Uuid]) -> ();
    /// Whether what an import had made was taken out after a moment.
    is_import_undone_since = import::undone_since(since: i64) -> bool;
    /// Empties the rows of imports that are about some owners; answers how many.
    blank_imported_rows = import::blank_rows(owners: &[Uuid]) -> u64;
}
