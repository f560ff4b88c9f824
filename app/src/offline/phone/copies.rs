//! Sealed copies of what waits to be sent (contracts, section 7): only the server opens them, by
//! the outreach's recovery key. They go home when the PIN was forgotten, and while the app is shut.

use super::Phone;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::held::Record;
use domain::id::OutreachId;
use leptos::prelude::*;

/// The script that seals.
const SCRIPT: &str = "seal";
/// Reported to `/field.js` when there is something that the service worker can send by itself.
const GO_HOME: &str = "huella-home";

impl Phone {
    /// Makes the copies that are missing: of what was just recorded, and of what was recorded
    /// before the outreach's key was known.
    pub(super) async fn make_copies(self) {
        let Some(queue) = self.queue() else { return };
        let lacks = |record: &&Record| {
            let held = &record.held;
            held.state.is_open() && held.copy.is_empty() && !held.is_shut()
        };
        let lacking: Vec<Record> =
            self.kept.with_untracked(|kept| kept.records.iter().filter(lacks).cloned().collect());
        let mut is_any = false;
        for record in lacking {
            let (held, device) = (record.held, queue.device().to_string());
            let Some(outreach) = held.head.outreach else { continue };
            let Some(key) = self.recovery_key(outreach) else { continue };
            let (outreach, id) = (outreach.to_string(), held.head.id.to_string());
            let words = [&key, &outreach, &device, &id, &held.body].map(String::as_str);
            if let Some(copy) = browser::ask_script(SCRIPT, "seal", &words).await {
                // Not kept means that it is made again after the next record.
                is_any |= queue.keep_copy(held.head.id, copy).await.is_ok();
            }
        }
        if is_any {
            self.take_kept(&queue).await;
            // With signal the app itself sends at once.
            if untrack(|| self.network()) != Network::Online {
                Self::go_home();
            }
        }
    }

    /// Lets the service worker send the copies, once there is signal, also when the app is shut.
    pub fn go_home() {
        browser::report(GO_HOME);
    }

    fn recovery_key(self, id: OutreachId) -> Option<String> {
        self.setup.with_untracked(|setup| {
            let outreaches = &setup.as_ref()?.outreaches;
            let view = outreaches.iter().find(|view| view.outreach.id == id)?;
            view.recovery_key.clone()
        })
    }
}
