//! What is known of the network, from what the server answers rather than from what the
//! browser believes.

use domain::sync::Contact;

/// How the network looks from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The server can be asked.
    Online,
    /// It cannot: a normal state.
    Offline,
    /// A network that wants a sign-in of its own.
    Portal,
    /// Something that answers for our server without its signature.
    Unsigned,
}

/// What the last contact, and the browser where there was none yet, say about the network.
#[must_use]
pub const fn signal(contact: Contact, browser_online: bool) -> Signal {
    match contact {
        Contact::Reached | Contact::SignedOut | Contact::Outdated | Contact::Failing => {
            Signal::Online
        }
        Contact::NotOurs => Signal::Portal,
        Contact::Unsigned => Signal::Unsigned,
        Contact::Unreachable => Signal::Offline,
        Contact::Untried => match browser_online {
            true => Signal::Online,
            false => Signal::Offline,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_answer_outweighs_what_the_browser_believes() {
        assert_eq!(signal(Contact::Unreachable, true), Signal::Offline);
        assert_eq!(signal(Contact::Reached, false), Signal::Online);
        assert_eq!(signal(Contact::NotOurs, true), Signal::Portal);
        assert_eq!(signal(Contact::Unsigned, true), Signal::Unsigned);
        assert_eq!(signal(Contact::Untried, false), Signal::Offline);
    }
}
