//! The phones of the field, as the coordination sees them.

use crate::desk::HistoryLine;
use crate::id::{DeviceId, OutreachId};
use crate::timestamp::{DAY_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// Records that wait longer than this on a phone ask for a person, in milliseconds: a day.
pub const LONG_UNSENT_MS: i64 = DAY_MS;

/// Days without contact after which a phone counts as silent, unless somebody asks for others.
pub const SILENT_DAYS: u32 = 3;
/// Most days that can be asked for.
pub const MOST_SILENT_DAYS: u32 = 365;

crate::catalogue::coded! {
    /// Which phones a list shows.
    pub enum PhoneView {
        /// Every phone.
        All = "all",
        /// Those that hold something which is not settled.
        Waiting = "waiting",
        /// Those that have not been in contact for some days.
        Silent = "silent",
        /// Those with records unsent for long, with a gap in their count, and revoked ones that
        /// still send.
        Worrying = "worrying",
    }
}

/// Which phones are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneFilter {
    /// Which list.
    pub view: PhoneView,
    /// Of the silent ones: for more than so many days.
    pub days: u32,
    /// The page, from 1.
    pub page: u32,
}

impl Default for PhoneFilter {
    fn default() -> Self {
        Self { view: PhoneView::All, days: SILENT_DAYS, page: 1 }
    }
}

/// What a phone said of itself last, put right by the answers it got then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReport {
    /// When it came, by the server's clock.
    pub at: Timestamp,
    /// Identifier of the app's build; empty when unknown.
    pub build: String,
    /// Whether that is the build which the server hands out now.
    pub is_current: bool,
    /// Records without an answer.
    pub waiting: u32,
    /// Refused records that somebody at the phone must mend or withdraw.
    pub to_mend: u32,
    /// Records in conflict or in quarantine.
    pub at_desk: u32,
    /// Pictures of records that were not sent yet, or could not be.
    pub pictures: u32,
    /// When the oldest record without an answer was made, by the phone's clock.
    pub oldest: Option<Timestamp>,
    /// Whether the browser promised to keep what the phone holds.
    pub persisted: Option<bool>,
    /// The phone's clock less the server's at receipt, in milliseconds.
    pub skew_ms: i64,
}

/// For what a phone was paired last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhonePairing {
    /// The outreach.
    pub outreach: OutreachId,
    /// Its name.
    pub name: String,
    /// Who paired it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When the delegation ends.
    pub until: Timestamp,
    /// Whether it has ended.
    pub is_over: bool,
    /// The beginning of the SHA-256 of the phone's key, in hexadecimal, to compare by eye.
    pub key: String,
    /// When it showed another key than at its pairing before.
    pub rekeyed: Option<Timestamp>,
    /// What other phones are called that were paired with the very same key.
    pub twins: Vec<String>,
}

/// What is missing of a phone's count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// This number, and maybe later ones.
    From(u32),
    /// So many numbers. Which, nobody can say: others were set aside, and may be the first.
    Count(u32),
}

/// A phone in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneLine {
    /// Which.
    pub id: DeviceId,
    /// What people call it; blank until somebody names it.
    pub name: String,
    /// Who used it last.
    pub by: String,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
    /// When it was revoked; what it sends waits for a coordinator since.
    pub revoked_at: Option<Timestamp>,
    /// Submissions of it that the server holds, whatever the answer.
    pub stored: u32,
    /// Every number of its count up to this one has come.
    pub complete_to: u32,
    /// Numbers that have not come although later ones have, less as many as the phone says it set
    /// aside, as the server could not read them.
    pub absent: u32,
    /// Whether the phone says that it set any aside.
    pub has_aside: bool,
    /// The code that the phone shows when it holds the same standing.
    pub code: String,
    /// What it said of itself last; none of an old app.
    pub report: Option<LastReport>,
    /// For what it was paired last; none of a phone that never was.
    pub pairing: Option<PhonePairing>,
}

impl PhoneLine {
    /// What of the phone's count has not come although later numbers have; none while as many are
    /// missing as the phone has set aside.
    #[must_use]
    pub const fn missing(&self) -> Option<Missing> {
        match (self.absent, self.has_aside) {
            (0, _) => None,
            (count, true) => Some(Missing::Count(count)),
            (_, false) => Some(Missing::From(self.complete_to.saturating_add(1))),
        }
    }

    /// Whether it was revoked and has been in contact since.
    #[must_use]
    pub fn still_sends(&self) -> bool {
        self.revoked_at.is_some_and(|revoked| self.last_seen_at > revoked)
    }
}

/// A list of phones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneList {
    /// What was asked for, held within its limits.
    pub filter: PhoneFilter,
    /// How many are in each list.
    pub counts: Vec<(PhoneView, u32)>,
    /// The phones of this page, the last seen first.
    pub rows: Vec<PhoneLine>,
    /// There are more.
    pub more: bool,
    /// Pictures that were announced more than a day ago and have not come whole, of all phones;
    /// they are forgotten after thirty days.
    pub late_pictures: u32,
}

/// One phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneSheet {
    /// What is known of it.
    pub line: PhoneLine,
    /// What was done with it and with what it sent.
    pub history: Vec<HistoryLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn line(complete_to: u32, absent: u32) -> PhoneLine {
        PhoneLine {
            id: DeviceId(Uuid::from_u128(1)),
            name: String::new(),
            by: String::new(),
            created_at: Timestamp(0),
            last_seen_at: Timestamp(9),
            revoked_at: None,
            stored: 7,
            complete_to,
            absent,
            has_aside: false,
            code: String::new(),
            report: None,
            pairing: None,
        }
    }

    #[test]
    fn a_gap_in_the_count_is_named() {
        assert_eq!(line(0, 0).missing(), None);
        assert_eq!(line(7, 0).missing(), None);
        assert_eq!(line(3, 2).missing(), Some(Missing::From(4)));
        assert_eq!(line(0, 1).missing(), Some(Missing::From(1)));
        let aside = |absent| PhoneLine { has_aside: true, ..line(3, absent) };
        assert_eq!(aside(2).missing(), Some(Missing::Count(2)), "which, nobody knows");
        assert_eq!(aside(0).missing(), None);
    }

    #[test]
    fn a_revoked_phone_that_came_back_still_sends() {
        let revoked = |at| PhoneLine { revoked_at: Some(Timestamp(at)), ..line(0, 0) };
        assert!(!line(0, 0).still_sends());
        assert!(revoked(8).still_sends());
        assert!(!revoked(9).still_sends());
    }
}
