//! What was not accepted, page by page, and what is recorded of a phone at once.

use super::queue::UnresolvedLine;
use crate::id::{DeviceId, SubmissionId};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

crate::catalogue::coded! {
    /// Which list of what was not accepted.
    pub enum UnresolvedView {
        /// What waits for the desk: in conflict, or in quarantine.
        Waiting = "waiting",
        /// What was refused and nobody has mended: it waits at its phone first.
        Refused = "refused",
        /// What was withdrawn on its phone: nothing is asked of anybody.
        Withdrawn = "withdrawn",
    }
}

/// Which submissions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedFilter {
    /// Which list.
    pub view: UnresolvedView,
    /// Of which phone; else of all.
    pub phone: Option<DeviceId>,
    /// The page, from 1.
    pub page: u32,
}

impl UnresolvedFilter {
    /// The first page of a list, of all phones.
    #[must_use]
    pub const fn of(view: UnresolvedView) -> Self {
        Self { view, phone: None, page: 1 }
    }
}

/// A phone, by what people call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneName {
    /// Which.
    pub id: DeviceId,
    /// Its name; blank until somebody gives it one.
    pub name: String,
    /// Who used it last.
    pub by: String,
}

/// A list of submissions that were not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedList {
    /// What was asked for, held within its limits.
    pub filter: UnresolvedFilter,
    /// How many are in each list, of the phone that was asked for.
    pub counts: Vec<(UnresolvedView, u32)>,
    /// The phones from which those of this list came, with how many: the most first.
    pub phones: Vec<(PhoneName, u32)>,
    /// The submissions of this page.
    pub rows: Vec<UnresolvedLine>,
    /// How many pages there are.
    pub pages: u32,
    /// What can be recorded of the phone that was asked for at once, if anything.
    pub at_once: Option<AtOnce>,
}

/// A record's place in its phone's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Its number in the phone's count, as the phone has stated it.
    pub sequence: i64,
    /// Which: what somebody else has sent in a phone's name may have a number twice.
    pub submission: SubmissionId,
}

/// An act that records what a phone has in quarantine, in the phone's order: as much of it as one
/// act does, and nothing that came after it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtOnce {
    /// Names the act: sent again, it is the same.
    pub act: SubmissionId,
    /// The phone.
    pub phone: DeviceId,
    /// What waited at this moment.
    pub until: Timestamp,
    /// Behind this one, up to which the acts before it have come; none at the beginning.
    pub after: Option<Place>,
    /// Up to this one.
    pub through: Place,
    /// How many there are.
    pub count: u32,
    /// So many could not be recorded by the acts before it.
    pub stayed: u32,
}

/// What became of such an act.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedAtOnce {
    /// How many it has recorded.
    pub recorded: u32,
    /// Those that could not be recorded as they are, in the phone's order: they wait on.
    pub left: Vec<LeftOver>,
    /// How many those are together with those of the acts before it.
    #[serde(default)]
    pub stayed: u32,
    /// The act that goes on behind them; none where nothing is behind them, or nothing before it
    /// stayed, so that the phone's list begins with what it would record.
    #[serde(default)]
    pub next: Option<AtOnce>,
}

/// Something that could not be recorded, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOver {
    /// Which.
    pub submission: SubmissionId,
    /// Why.
    pub refusal: Refusal,
}
