//! The phone's door: its records are read once the vault is open.

use super::{Opening, Phone};
use crate::offline::browser;
use crate::offline::queue::StorageError;
use crate::offline::vault::{self, Door, Tried};
use leptos::prelude::*;

impl Phone {
    /// Begins, once the door is open.
    pub(super) async fn enter(self) {
        let opening = match vault::door().await {
            Door::Closed => Opening::Closed,
            Door::Blocked => Opening::Blocked,
            Door::Open { has_pin } => {
                self.has_pin.set(has_pin);
                match self.begin().await {
                    Ok(()) => return,
                    Err(StorageError) => Opening::NoStorage,
                }
            }
        };
        self.opening.set(opening);
    }

    /// Opens the phone by its PIN.
    pub async fn unlock(self, pin: &str) -> Tried {
        let tried = vault::unlock(pin).await;
        match tried {
            Tried::Open | Tried::Blocked => self.enter().await,
            Tried::Wrong | Tried::Wait(_) | Tried::Failed => {}
        }
        tried
    }

    /// Begins without what the former PIN closed: what waits is sent from its sealed copies.
    pub async fn renew(self) {
        if vault::renew().await {
            // What was taken along does not open any more.
            let _ = browser::ask_script("pack", "drop", &[]).await;
            self.opening.set(Opening::Opening);
            self.enter().await;
        }
    }
}
