//! Virtual time, which everybody here reads: nobody sleeps.

use std::cell::Cell;
use std::rc::Rc;

/// Milliseconds since the beginning of the seed.
#[derive(Clone, Default)]
pub(crate) struct Clock(Rc<Cell<i64>>);

impl Clock {
    pub(crate) fn now(&self) -> i64 {
        self.0.get()
    }

    /// It is that late now, if it was not later before.
    pub(crate) fn reach(&self, at: i64) {
        self.0.set(self.0.get().max(at));
    }
}
