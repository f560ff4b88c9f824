//! Counters of attempts, shared by every process.

/// A counter, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CounterRow {
    /// When its window began.
    pub window_start: i64,
    /// What was counted since.
    pub count: i64,
}

/// One of many counters, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyedCounterRow {
    /// Which.
    pub key: Vec<u8>,
    /// When its window began.
    pub window_start: i64,
    /// What was counted since.
    pub count: i64,
}

vocabulary! {
    /// Adds one to a counter, beginning a new window when the old one began before
    /// `window_since`; answers what it now holds.
    count_up = counter::count_up(key: &[u8], now: i64, window_since: i64) -> CounterRow;
    /// The same for many, each with how much it is counted up; in no order.
    count_up_all = counter::count_up_all(attempts: &[(Vec<u8>, i64)], now: i64,
        window_since: i64) -> Vec<KeyedCounterRow>;
    /// What a counter holds.
    counter = counter::find(key: &[u8]) -> Option<CounterRow>;
    /// Sets a counter back to nothing.
    clear_counter = counter::clear(key: &[u8]) -> ();
    /// Forgets counters whose window began before a moment; answers how many.
    forget_counters = counter::forget(before: i64) -> u64;
}
