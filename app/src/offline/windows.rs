//! What the windows of the app say to one another: one of them sends, and tells the others how that
//! goes; they ask it to try. Each word is a text; a blank one says that the queue has changed, as
//! does whatever an older app says.

use domain::id::SubmissionId;
use domain::sync::Contact;

/// Asks the window that sends to try now, and to say how it stands.
pub const WAKE: &str = "wake";

/// All of them, each known to the others by its place.
const CONTACTS: [Contact; 8] = [
    Contact::Untried,
    Contact::Reached,
    Contact::Unreachable,
    Contact::NotOurs,
    Contact::Unsigned,
    Contact::SignedOut,
    Contact::Outdated,
    Contact::Failing,
];

/// How the sending goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Going {
    /// The way to the server.
    pub contact: Contact,
    /// Records are under way.
    pub is_sending: bool,
    /// What the server answered could not be written down.
    pub is_unwritten: bool,
    /// Records over which the server breaks again and again.
    pub stuck: Vec<SubmissionId>,
}

impl Going {
    /// As it is told: one number for the place of the contact and for what is the case, and the
    /// records.
    #[must_use]
    pub fn written(&self) -> String {
        let at = CONTACTS.iter().position(|contact| *contact == self.contact).unwrap_or_default();
        let is_so = 2 * usize::from(self.is_sending) + usize::from(self.is_unwritten);
        let mut text = (4 * at + is_so).to_string();
        for id in &self.stuck {
            text.push(' ');
            text.push_str(&id.to_string());
        }
        text
    }

    /// What was told; nothing of what another version says.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let told: usize = parts.next()?.parse().ok()?;
        Some(Self {
            contact: *CONTACTS.get(told / 4)?,
            is_sending: told & 2 != 0,
            is_unwritten: told & 1 != 0,
            stuck: parts.filter_map(|id| id.parse().ok()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_one_window_tells_the_others_read() {
        for contact in CONTACTS {
            for [is_sending, is_unwritten] in [[false, true], [true, false]] {
                let stuck =
                    vec![SubmissionId(Uuid::from_u128(1)), SubmissionId(Uuid::from_u128(2))];
                let going = Going { contact, is_sending, is_unwritten, stuck };
                assert_eq!(Going::read(&going.written()), Some(going));
            }
        }
        let calm = Going::default();
        assert_eq!(Going::read(&calm.written()), Some(calm));
    }

    #[test]
    fn each_contact_has_a_place_of_its_own() {
        for contact in CONTACTS {
            assert_eq!(CONTACTS.iter().filter(|other| **other == contact).count(), 1);
            // One that is new has to be told, too.
            match contact {
                Contact::Untried
                | Contact::Reached
                | Contact::Unreachable
                | Contact::NotOurs
                | Contact::Unsigned
                | Contact::SignedOut
                | Contact::Outdated
                | Contact::Failing => {}
            }
        }
    }

    #[test]
    fn what_is_none_of_it_says_nothing() {
        for text in ["", WAKE, "32", "-1", " 1", "x 1"] {
            assert_eq!(Going::read(text), None, "{text}");
        }
    }
}
