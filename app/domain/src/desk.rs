//! What the coordination pages are told, and what they ask: wire types, nothing derived.
//!
//! What a caller may not see is absent or masked before it gets here; a page shows what it has.

pub mod bookings;
pub mod calls;
pub mod day;
pub mod paper;
pub mod people;
pub mod phones;
pub mod plan;
pub mod planned;
pub mod queue;
pub mod sheet;
pub mod stock;
pub mod territory;
pub mod unresolved;

use crate::id::StaffId;
use crate::rnm::RnmState;
use crate::role::Role;
use crate::timestamp::{CivilDate, Timestamp, Zone};
use crate::view::OutreachView;
use serde::{Deserialize, Serialize};

/// Who is at the desk: known before the page is rendered, the same in both halves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The account.
    pub id: StaffId,
    /// The full name.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Changes of `America/Santiago` in these years.
    pub zone: Zone,
    /// Whether the data are made up.
    pub demonstration: bool,
    /// BCP 47 tag of the language the page was rendered in.
    pub language: String,
}

/// How many animals are in a state of the RNM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RnmCount {
    /// The state.
    pub state: RnmState,
    /// How many.
    pub count: u32,
}

/// The first page. What the caller's role does not include is `None` or empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The local day.
    pub today: CivilDate,
    /// The outreaches of today that the caller may see, with what was done so far.
    pub outreaches: Vec<OutreachView>,
    /// Open tasks.
    pub tasks: Option<u32>,
    /// Submissions in conflict or in quarantine.
    pub unresolved: Option<u32>,
    /// Phones that ask for a person: with records unsent for long, or revoked and still in use.
    pub phones: Option<u32>,
    /// Animals in each state of the RNM.
    pub rnm: Vec<RnmCount>,
    /// Mails that only a person can send again.
    pub dead_mails: Option<u32>,
    /// Mails that will leave by themselves.
    pub waiting_mails: Option<u32>,
    /// Documents that wait for a signature: the caller's own, of a coordinator everybody's.
    pub unsigned: Option<u32>,
    /// Whether the caller has drawn a signature; only of veterinarians.
    pub has_signature: Option<bool>,
}

/// One link of a history, readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// Place in the chain, from 1.
    pub sequence: u32,
    /// When it was written.
    pub at: Timestamp,
    /// Code of what happened, such as `animal_corrected`.
    pub kind: String,
    /// Who did it: a name, or nothing for the program, an owner, the public.
    pub by: Option<String>,
    /// What was noted, as pairs of name and value; `None` when it was erased lawfully, or when
    /// the caller may not read it.
    pub said: Option<Vec<(String, String)>>,
    /// First eight hexadecimal digits of the link's hash.
    pub hash: String,
}

/// How something was made and put right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// Each time, the latest first.
    pub rows: Vec<Correction>,
    /// Whether there are earlier ones than these.
    pub has_more: bool,
    /// When it was made, and by whom, where that was noted of it.
    pub made: Option<Made>,
}

/// That something was made at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// When it was noted: the local day, and the minute of it.
    pub at: (CivilDate, u16),
    /// Who did it: a name, or nothing for the program.
    pub by: Option<String>,
}

/// Something that was put right at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Of what, where those of several are told together.
    pub of: Option<String>,
    /// When it was noted: the local day, and the minute of it.
    pub at: (CivilDate, u16),
    /// Who did it: a name, or nothing for the program.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// What changed.
    pub changed: Vec<Changed>,
}

/// A fact that is another since something was put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The name under which a history tells it.
    pub fact: &'static str,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}
