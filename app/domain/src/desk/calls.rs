//! Calls that the coordination makes: to who booked and to who holds an outreach, where no mail
//! reaches them or they do not answer it.

use crate::catalogue::coded;
use crate::id::{OrganisationId, OutreachId};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

coded! {
    /// What somebody is to be told about a booking whom no mail reaches, or who does not answer it.
    pub enum CallAbout {
        /// The outreach is put off to another day.
        Moved = "call_moved",
        /// The outreach is called off.
        Suspended = "call_suspended",
        /// The outreach is held elsewhere.
        Relocated = "call_relocated",
        /// A place became free and is kept for them for a while.
        Offered = "call_offered",
        /// They were asked whether the new date suits, and have not answered.
        Unanswered = "call_unanswered",
        /// The outreach ended before their turn came.
        Ended = "call_ended",
    }
}

/// Who is to be telephoned about a booking, and what to say, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLine {
    /// About what.
    pub about: CallAbout,
    /// The whole name.
    pub person: String,
    /// At which address they are written to, of who left no telephone.
    pub email: Option<String>,
    /// Where it is.
    pub here: OutreachId,
    /// What the outreach is called.
    pub outreach: String,
    /// When they come; the start of the outreach for one who waits.
    pub at: Timestamp,
    /// When they come as far as they know, if that changed.
    pub was_at: Option<Timestamp>,
    /// Where the outreach is held: the hall and its commune.
    pub place: String,
    /// Where they would go as far as they know, if that changed.
    pub was_place: Option<String>,
    /// The team comes to their home; then until when.
    pub home_until: Option<Timestamp>,
    /// Until when an offered place is kept.
    pub until: Option<Timestamp>,
    /// Why the outreach was called off.
    pub reason: Option<String>,
    /// They have answered by themselves, or it is too late: nothing is left to say.
    pub is_over: bool,
}

coded! {
    /// What the contact of an organisation that holds an outreach is to be told.
    pub enum HostNews {
        /// It is announced.
        Published = "host_published",
        /// It is called off.
        Suspended = "host_suspended",
        /// It is held at another hour, or after all.
        Moved = "host_moved",
        /// It ends at another hour.
        Ends = "host_ends",
        /// It is held elsewhere.
        Relocated = "host_relocated",
        /// The organisation holds it no more.
        Left = "host_left",
    }
}

/// Which organisation is to be telephoned about an outreach, and what to say, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostCall {
    /// About what.
    pub about: HostNews,
    /// The organisation.
    pub host_id: OrganisationId,
    /// What it is called.
    pub host: String,
    /// Whom to ask for, where that is known.
    pub contact: Option<String>,
    /// The outreach.
    pub here: OutreachId,
    /// What it is called.
    pub outreach: String,
    /// Where it is held: the hall and its commune, or where the homes are that are visited.
    pub place: String,
    /// Where it was to be held as far as they know, if that changed.
    pub was_place: Option<String>,
    /// The team comes to the homes of those who book.
    pub comes_home: bool,
    /// When it begins; of what is theirs no more, when it was to begin as far as they know.
    pub at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// When it was to begin as far as they know, if that changed; to end, where that did.
    pub was_at: Option<Timestamp>,
    /// Why it was called off.
    pub reason: Option<String>,
    /// It is too late, or another call tells it: nothing is left to say.
    pub is_over: bool,
}
