//! Whole tables, for backups: every value as text, alike on both databases.

/// A column of the database's own catalogue.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ColumnRow {
    /// The table.
    pub table_name: String,
    /// The column.
    pub column_name: String,
    /// The type as the database calls it, in lower case.
    pub type_name: String,
    /// Whether the value may be absent.
    pub nullable: bool,
}

/// A row as text: numbers decimal, bytes and identifiers hexadecimal, booleans `0` and `1`.
pub type TextRow = Vec<Option<String>>;

/// Takes rows as they come; its error ends the reading.
pub type Sink<'s> = dyn FnMut(TextRow) -> std::io::Result<()> + Send + 's;

vocabulary! {
    /// Every column of every table of ours, by name.
    catalogue = dump::catalogue() -> Vec<ColumnRow>;
    /// Every row of a table, given all its columns; answers how many.
    dump_table = dump::dump(columns: &[ColumnRow], sink: &mut Sink<'_>) -> u64;
    /// Adds rows to a table, given all its columns in the order of the values.
    load_rows = dump::load(columns: &[ColumnRow], rows: &[TextRow]) -> ();
    /// How many rows a table has.
    count_rows = dump::count(table: &str) -> i64;
    /// Deletes every row of a table; answers how many.
    empty_table = dump::empty(table: &str) -> u64;
    /// Puts the check of references off, for rows that come in any order.
    defer_references = dump::defer() -> ();
    /// Checks all references.
    check_references = dump::check() -> ();
}
