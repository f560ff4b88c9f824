//! For tests: what waits for nobody, as everything does whose store is in memory.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What comes of it.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it waits for somebody"),
    }
}
