//! Savepoints: one record of a batch is rolled back alone.

vocabulary! {
    /// Begins a record: what follows can be undone alone. They may be nested.
    savepoint = savepoint::begin() -> ();
    /// Keeps what was done since the last [`Tx::savepoint`](crate::store::Tx::savepoint).
    release = savepoint::release() -> ();
    /// Undoes what was done since the last [`Tx::savepoint`](crate::store::Tx::savepoint), and
    /// ends it.
    rollback_to = savepoint::rollback() -> ();
    /// How many other connections have begun a transaction and are doing nothing in it (goal
    /// R10). SQLite tells none: there, the next write waits instead.
    idle_transactions = savepoint::idle() -> i64;
}
