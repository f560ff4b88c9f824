//! One after the other: what reads the store and learns from it does not do so twice at once.

use std::cell::RefCell;
use std::future::poll_fn;
use std::mem;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A turn that one has at a time, and the others wait for.
#[derive(Clone, Debug, Default)]
pub struct Turns(Rc<RefCell<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    is_taken: bool,
    /// Somebody waited when it was given back: who comes anew lets them pass.
    is_owed: bool,
    wakers: Vec<Waker>,
}

/// It is one's turn until this is dropped.
#[derive(Debug)]
pub struct Turn(Turns);

impl Turns {
    /// Waits for its turn. Who gives it back and asks again at once, as a long reading does, comes
    /// behind those who wait already.
    pub async fn take(&self) -> Turn {
        let mut has_waited = false;
        poll_fn(|context| {
            let mut waiting = self.0.borrow_mut();
            if waiting.is_taken {
                waiting.wakers.push(context.waker().clone());
            } else if mem::take(&mut waiting.is_owed) && !has_waited {
                // Of those whom it was owed to perhaps nobody polls any more.
                context.waker().wake_by_ref();
            } else {
                waiting.is_taken = true;
                return Poll::Ready(());
            }
            has_waited = true;
            Poll::Pending
        })
        .await;
        Turn(self.clone())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut waiting = self.0.0.borrow_mut();
        waiting.is_taken = false;
        let wakers = mem::take(&mut waiting.wakers);
        waiting.is_owed = !wakers.is_empty();
        drop(waiting);
        // All: one that nobody polls any more must not keep the others waiting.
        for waker in wakers {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Context;

    #[test]
    fn the_second_waits_until_the_first_has_ended() {
        let turns = Turns::default();
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(turns.take()).poll(&mut context) else {
            panic!("it is free")
        };
        let mut second = pin!(turns.take());
        let mut third = pin!(turns.take());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(first);
        let Poll::Ready(second) = second.poll(&mut context) else { panic!("the first has ended") };
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(second);
        assert!(third.poll(&mut context).is_ready());
    }
    #[test]
    fn who_asks_again_at_once_comes_behind_who_waits() {
        let turns = Turns::default();
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(turns.take()).poll(&mut context) else {
            panic!("it is free")
        };
        let mut waits = pin!(turns.take());
        assert!(waits.as_mut().poll(&mut context).is_pending());
        drop(first);
        let mut again = pin!(turns.take());
        assert!(again.as_mut().poll(&mut context).is_pending());
        let Poll::Ready(second) = waits.poll(&mut context) else { panic!("it is owed to it") };
        assert!(again.as_mut().poll(&mut context).is_pending());
        drop(second);
        assert!(again.poll(&mut context).is_ready());
    }

    #[test]
    fn one_that_nobody_polls_any_more_keeps_nobody_waiting() {
        let turns = Turns::default();
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(turns.take()).poll(&mut context) else {
            panic!("it is free")
        };
        {
            let mut left = pin!(turns.take());
            assert!(left.as_mut().poll(&mut context).is_pending());
        }
        drop(first);
        let mut again = pin!(turns.take());
        assert!(again.as_mut().poll(&mut context).is_pending());
        assert!(again.poll(&mut context).is_ready());
    }
}
