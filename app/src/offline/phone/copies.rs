//! Sealed copies of what waits to be sent (contracts, section 7), records and pictures: only the
//! server opens them, by the outreach's recovery key. They go home when the PIN was forgotten, and
//! while the app is shut.

use super::Phone;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::held::Record;
use crate::offline::pictures;
use domain::id::OutreachId;
use domain::sync::Contact;
use domain::view::OutreachView;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The script that seals.
const SCRIPT: &str = "seal";
/// Reported to `/field.js` when there is something that the service worker can send by itself.
const GO_HOME: &str = "huella-home";

impl Phone {
    /// Makes the copies that are missing, while the server does not take what is sent: else the app
    /// itself sends at once.
    pub(super) fn copy_what_stays(self) {
        let goes = match self.progress.get_untracked().contact {
            Contact::Reached => true,
            Contact::Untried => untrack(|| self.network()) == Network::Online,
            _ => false,
        };
        self.copy_pictures(!goes);
        if !goes {
            self.copy_now();
        }
    }

    /// Makes the copies that are missing: nothing goes, an answer is late, or the app is being left
    /// and may be closed before it learns that.
    pub(super) fn copy_now(self) {
        spawn_local(async move {
            if self.is_copying.with_value(|busy| busy.replace(true)) {
                return;
            }
            if self.make_copies().await {
                // What was recorded meanwhile.
                self.make_copies().await;
            }
            self.is_copying.with_value(|busy| busy.set(false));
        });
    }

    /// Has the pictures that wait copied, now or when the app is left.
    fn copy_pictures(self, is_now: bool) {
        let waits = self.pictures.with_untracked(|told| told.waiting > 0);
        let keys: Vec<String> = self.setup.with_untracked(|setup| {
            let outreaches = setup.as_ref().map(|setup| setup.outreaches.iter());
            let pair = |view: &OutreachView| {
                let key = view.recovery_key.clone()?;
                Some([view.outreach.id.to_string(), key])
            };
            outreaches.into_iter().flatten().filter_map(pair).flatten().collect()
        });
        if waits {
            spawn_local(pictures::copy(is_now, keys));
        }
    }

    /// Whether any was made.
    async fn make_copies(self) -> bool {
        let Some(queue) = self.queue() else { return false };
        let lacks = |record: &&Record| {
            let held = &record.held;
            held.state.is_open() && held.copy.is_empty() && !held.is_shut()
        };
        let lacking: Vec<Record> =
            self.kept.with_untracked(|kept| kept.records.iter().filter(lacks).cloned().collect());
        let mut is_any = false;
        for record in lacking {
            let head = record.held.head;
            let device = queue.maker(head.sequence).to_string();
            let Some(outreach) = head.outreach else { continue };
            let Some(key) = self.recovery_key(outreach) else { continue };
            let (outreach, id) = (outreach.to_string(), head.id.to_string());
            let opened = queue.opened(&[head.id]).await.unwrap_or_default().pop();
            // What was answered or copied meanwhile needs none.
            let Some(Record { held, .. }) = opened.filter(|record| lacks(&record)) else {
                continue;
            };
            let words = [&key, &outreach, &device, &id, &held.body].map(String::as_str);
            if let Some(copy) = browser::ask_script(SCRIPT, "seal", &words).await {
                // Not kept means that it is made again after the next record.
                is_any |= queue.keep_copy(held.head.id, copy).await.is_ok();
            }
        }
        if is_any {
            self.take_kept(&queue).await;
            Self::go_home();
        }
        is_any
    }

    /// Lets the service worker send the copies, once there is signal, also when the app is shut.
    pub fn go_home() {
        browser::report(GO_HOME);
    }

    fn recovery_key(self, id: OutreachId) -> Option<String> {
        self.known_outreach(id)?.recovery_key
    }
}
