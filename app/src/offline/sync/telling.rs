//! What the tab that sends tells the others, and what they ask of it.

use super::Driver;
use crate::offline::windows::{Going, WAKE};
use domain::sync::Event;

impl Driver {
    /// Takes up what another tab has said.
    pub(super) fn hear(&self, word: &str) {
        if word == WAKE {
            if self.0.carrier.leads() {
                self.0.said.borrow_mut().clear();
                self.feed(Event::Visible);
            }
        } else if let Some(going) = Going::read(word) {
            self.0.heard.replace(going);
            self.show();
        } else {
            self.0.carrier.queue().doubt();
            self.look_again();
            self.show();
        }
    }

    /// How the sending goes; the tab that sends tells it when it has changed.
    pub(super) fn going(&self) -> Going {
        let own = self.0.carrier.machine().as_ref().map(|sync| Going {
            contact: sync.contact(),
            is_sending: sync.is_sending(),
            is_unwritten: self.0.carrier.has_failed(),
            stuck: sync.stuck(),
        });
        let Some(going) = own else {
            let heard = self.0.heard.borrow().clone();
            let is_unwritten = heard.is_unwritten || self.0.carrier.has_failed();
            return Going { is_unwritten, ..heard };
        };
        let word = going.written();
        if *self.0.said.borrow() != word {
            self.0.tabs.tell(&word);
            self.0.said.replace(word);
        }
        going
    }
}
