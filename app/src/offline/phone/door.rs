//! The phone's door: its records are read once the vault is open.

use super::{Opening, Phone};
use crate::offline::browser;
use crate::offline::pictures;
use crate::offline::queue::{Queue, StorageError};
use crate::offline::registry;
use crate::offline::store::Place;
use crate::offline::vault::{self, Door, Tried};
use domain::id::DeviceId;
use domain::sync::Failure;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What became of beginning anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewed {
    /// It has begun.
    Done,
    /// Somebody has to sign in first: without an account nothing would be sent.
    SignInNeeded,
    /// Without signal the phone would stand empty, with nothing to work on.
    OutOfReach,
    /// The browser could not do it.
    Failed,
}

impl Phone {
    /// Begins, once the door is open.
    pub async fn enter(self) {
        let opening = match vault::door().await {
            Door::Closed { has_passkey } => {
                self.has_passkey.set(has_passkey);
                Opening::Closed
            }
            Door::Blocked => Opening::Blocked,
            Door::Stuck => Opening::Stuck,
            Door::Open { has_pin, takes_pin } => {
                self.has_pin.set(has_pin);
                self.takes_pin.set(takes_pin);
                match self.begin().await {
                    Ok(()) => return,
                    Err(StorageError) => Opening::NoStorage,
                }
            }
        };
        self.opening.set(opening);
    }

    /// Whether nothing closes it although a PIN could.
    #[must_use]
    pub fn lacks_pin(self) -> bool {
        self.takes_pin.get() && !self.has_pin.get()
    }

    /// Opens the phone by its PIN, or without one by its passkey.
    pub async fn unlock(self, pin: Option<&str>) -> Tried {
        let tried = vault::unlock(pin).await;
        match tried {
            Tried::Open => spawn_local(self.enter()),
            Tried::Blocked => self.opening.set(Opening::Blocked),
            Tried::Wrong | Tried::Wait(_) | Tried::Failed => {}
        }
        tried
    }

    /// How many records would be lost by beginning anew; none when it cannot be said.
    pub async fn lost_with_key(self) -> u64 {
        let fresh = DeviceId(browser::new_id());
        let Ok(queue) = Queue::open(Place, fresh).await else { return 0 };
        queue.all().await.map_or(0, |kept| kept.lost_with_key())
    }

    /// Begins without what the former PIN closed: what waits is sent from its sealed copies.
    pub async fn renew(self) -> Renewed {
        match registry::setup().await {
            Ok(_) => {}
            Err(Failure::Status { code: 401, .. }) => return Renewed::SignInNeeded,
            Err(_) => return Renewed::OutOfReach,
        }
        // What was taken along will not open any more; one that stays would say that it is ready.
        let _ = browser::ask_script("pack", "drop", &[]).await;
        if !vault::renew().await {
            return Renewed::Failed;
        }
        pictures::drop_shut().await;
        self.opening.set(Opening::Opening);
        spawn_local(self.enter());
        Renewed::Done
    }
}
