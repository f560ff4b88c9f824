//! One after the other: what reads the store and learns from it does not do so twice at once.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A turn that one has at a time, and the others wait for.
#[derive(Clone, Debug, Default)]
pub struct Turns(Rc<RefCell<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    is_taken: bool,
    wakers: Vec<Waker>,
}

/// It is one's turn until this is dropped.
#[derive(Debug)]
pub struct Turn(Turns);

impl Turns {
    /// Waits for its turn.
    pub async fn take(&self) -> Turn {
        poll_fn(|context| {
            let mut waiting = self.0.borrow_mut();
            if waiting.is_taken {
                waiting.wakers.push(context.waker().clone());
                return Poll::Pending;
            }
            waiting.is_taken = true;
            Poll::Ready(())
        })
        .await;
        Turn(self.clone())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut waiting = self.0.0.borrow_mut();
        waiting.is_taken = false;
        let wakers = std::mem::take(&mut waiting.wakers);
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
}
