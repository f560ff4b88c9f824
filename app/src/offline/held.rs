//! A record as the phone holds it: the submission as text, and what lists show of it.
//!
//! The commands are written once and never read again here: what is sent is the text itself, so
//! that a newer app sends what an older one wrote without understanding it.

mod brief;
mod kept;
mod line;
pub mod packed;

use crate::offline::json;
pub use brief::Brief;
use domain::command::Command;
use domain::decide::PhoneMoment;
use domain::id::{DeviceId, OutreachId, ServiceId, StaffId, SubmissionId, VisitId};
use domain::submission::{Outcome, PhoneReport, Submission, VERSION, is_believable};
use domain::sync::{Item, ItemState, is_put_away, is_unnumbered};
use domain::timestamp::Timestamp;
pub use kept::{Kept, LastWord, Record};
pub use line::Line;
use serde::{Deserialize, Serialize};

/// So the form of an arrival begins; behind it stands who came.
const ARRIVAL: &str = "arrival ";

/// The form of the record that somebody came: nothing of it is filled in again.
#[must_use]
pub fn arrival_form(who: &str) -> String {
    format!("{ARRIVAL}{who}")
}

/// A record as the phone holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What is known of the submission without reading it.
    pub head: Head,
    /// The submission as JSON, as it is sent. Of a sealed record these three are not written at
    /// all: an app of before there was sealing must not take it for an empty one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// What each command did, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// Where it stands.
    pub state: ItemState,
    /// The form it was made of, as its page wrote it, to be opened again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub form: String,
    /// The correction that took its place.
    pub replaced_by: Option<SubmissionId>,
    /// A receipt has named it: the phone need not keep it beyond the day.
    pub is_cleared: bool,
    /// The length of `body`, in bytes; one that an older app wrote does not say.
    #[serde(default)]
    pub bytes: u32,
    /// [`Content`] as the vault sealed it; blank in a record that is kept open. As it is written,
    /// a record has either this or the three texts in the open.
    #[serde(default)]
    pub content: String,
    /// The server holds nothing under its number although it has an answer.
    #[serde(default)]
    pub is_aside: bool,
    /// The desk has put it away: nothing waits for it any more.
    #[serde(default)]
    pub is_put_away: bool,
    /// The submission sealed to the outreach's recovery key, as JSON, while it has no answer;
    /// blank until it was made.
    #[serde(default)]
    pub copy: String,
    /// What lists and searches need of it, in a record that can be read; never written with it.
    #[serde(skip)]
    pub brief: Option<Brief>,
}

/// What of a record tells of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// [`Held::body`].
    pub body: String,
    /// [`Held::lines`].
    pub lines: Vec<Line>,
    /// [`Held::form`].
    pub form: String,
}

/// The submission's envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which.
    pub id: SubmissionId,
    /// The phone's own count.
    pub sequence: u32,
    /// At which outreach.
    pub outreach: Option<OutreachId>,
    /// Which visit.
    pub visit: Option<VisitId>,
    /// When.
    pub recorded_at: Timestamp,
    /// The zone's offset then.
    pub utc_offset_minutes: i32,
    /// The refused record it mends.
    pub replaces: Option<SubmissionId>,
    /// Who recorded it; one that an older app wrote does not say.
    #[serde(default)]
    pub actor: Option<StaffId>,
    /// The visit behind which it goes home, where that is not its own: see [`Kept::ahead`].
    #[serde(default)]
    pub behind: Option<VisitId>,
}

impl Head {
    /// The visit in whose order it goes home.
    #[must_use]
    pub fn chain(&self) -> Option<VisitId> {
        self.behind.or(self.visit)
    }

    /// When what mends it happened: when it says, or now where the phone's clock was ahead of what
    /// it is now, or had forgotten the time. The server refuses both, and would again.
    #[must_use]
    pub fn happened(&self, now: PhoneMoment) -> PhoneMoment {
        match is_believable(self.recorded_at, now.0) {
            true => (self.recorded_at, self.utc_offset_minutes),
            false => now,
        }
    }
}

impl Held {
    /// What of it tells of people.
    #[must_use]
    pub fn to_content(&self) -> Content {
        let Self { body, lines, form, .. } = self;
        Content { body: body.clone(), lines: lines.clone(), form: form.clone() }
    }

    /// The record as it is written, with its content sealed.
    #[must_use]
    pub fn sealed(&self, content: String) -> Self {
        let (body, lines, form) = (String::new(), Vec::new(), String::new());
        Self { body, lines, form, content, brief: None, ..self.clone() }
    }

    /// The record with what was sealed.
    #[must_use]
    pub fn filled(self, content: Content) -> Self {
        let Content { body, lines, form } = content;
        Self { body, lines, form, ..self }
    }

    /// Whether what it holds cannot be read on this phone any more.
    #[must_use]
    pub const fn is_shut(&self) -> bool {
        self.body.is_empty() && self.brief.is_none()
    }

    /// Whether nothing of it can be sent from this phone: it cannot be read, and has no copy.
    #[must_use]
    pub const fn is_stranded(&self) -> bool {
        self.is_shut() && self.copy.is_empty() && self.state.is_open()
    }

    /// Of a record that says that somebody came, who that was.
    #[must_use]
    pub fn arrival(&self) -> Option<&str> {
        match &self.brief {
            Some(brief) => brief.is_arrival.then_some(brief.owner.as_str()),
            None => self.form.strip_prefix(ARRIVAL),
        }
    }

    /// The record once it has its answer. What is accepted was named by a receipt: it is cleared
    /// in the same write, so that no death of the phone comes between. What the desk says later of
    /// one that a correction has put right changes nothing.
    #[must_use]
    pub fn answered(self, outcome: &Outcome) -> Self {
        if self.is_cleared && self.state == ItemState::Sent {
            return self;
        }
        let state = ItemState::after(outcome);
        let is_cleared = self.is_cleared || state == ItemState::Sent;
        let copy = if is_cleared { String::new() } else { self.copy };
        let (is_aside, is_put_away) = (is_unnumbered(outcome), is_put_away(self.state, outcome));
        Self { state, is_cleared, copy, is_aside, is_put_away, ..self }
    }

    /// The record once a correction of it was accepted: the day's list shows it beside the
    /// correction. One that waits for nobody stays as it is.
    #[must_use]
    pub fn mended(self) -> Option<Self> {
        let waits = self.state.needs_person();
        waits.then_some(Self { state: ItemState::Sent, is_cleared: true, ..self })
    }

    /// What clearing leaves of it: of a sent one the day's list, of one that a person has dealt
    /// with nothing.
    #[must_use]
    pub fn cleared(self) -> Option<Self> {
        (self.state == ItemState::Sent).then_some(Self { is_cleared: true, ..self })
    }

    /// What it brought that can be named and is not among what was taken back on this phone
    /// ([`Kept::annulled`]).
    #[must_use]
    pub fn standing(&self, annulled: &[ServiceId]) -> Vec<ServiceId> {
        let brought = self.lines.iter().filter_map(|line| line.id);
        brought.filter(|id| !annulled.contains(id)).collect()
    }

    /// Whether everything that it did was taken back.
    #[must_use]
    pub fn is_undone(&self, annulled: &[ServiceId]) -> bool {
        let is_any = !annulled.is_empty() && self.lines.iter().any(|line| line.id.is_some());
        is_any && self.standing(annulled).is_empty()
    }

    /// Whether this person can correct it here. What is in conflict waits at the desk as well, and
    /// only its maker's correction ends that: another's would be stored beside it.
    #[must_use]
    pub fn is_corrected_by(&self, staff: Option<StaffId>) -> bool {
        let both = self.head.actor.zip(staff);
        self.state != ItemState::Conflict || both.is_none_or(|(maker, staff)| maker == staff)
    }

    /// Its correction was withdrawn: it waits for a person again.
    pub fn lose_correction(&mut self, withdrawn: SubmissionId) {
        self.replaced_by = self.replaced_by.filter(|id| *id != withdrawn);
    }

    /// As the sending sees it.
    #[must_use]
    pub fn item(&self) -> Item {
        Item {
            id: self.head.id,
            sequence: self.head.sequence,
            bytes: self.bytes.max(length(&self.body)),
            replaces: self.head.replaces,
            visit: self.head.chain(),
            recorded_at: self.head.recorded_at,
            state: self.state,
            is_aside: self.is_aside,
            is_put_away: self.is_put_away,
        }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// A record about to be queued; the phone's count is given to it when it is written.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// Made on this phone.
    pub id: SubmissionId,
    /// Who recorded.
    pub actor: StaffId,
    /// At which outreach.
    pub outreach: Option<OutreachId>,
    /// Which visit.
    pub visit: Option<VisitId>,
    /// [`Head::behind`].
    pub behind: Option<VisitId>,
    /// When.
    pub recorded_at: Timestamp,
    /// The zone's offset then.
    pub utc_offset_minutes: i32,
    /// The refused record it mends.
    pub replaces: Option<SubmissionId>,
    /// What happened.
    pub commands: Vec<Command>,
    /// The form, to be opened again.
    pub form: String,
}

impl NewRecord {
    /// The record with its number.
    #[must_use]
    pub fn numbered(self, device: DeviceId, sequence: u32) -> Held {
        let head = Head {
            id: self.id,
            sequence,
            outreach: self.outreach,
            visit: self.visit,
            recorded_at: self.recorded_at,
            utc_offset_minutes: self.utc_offset_minutes,
            replaces: self.replaces,
            actor: Some(self.actor),
            behind: self.behind,
        };
        let lines = self.commands.iter().map(Line::of).collect();
        let submission = Submission {
            id: head.id,
            version: VERSION,
            device,
            sequence,
            actor: self.actor,
            outreach: head.outreach,
            visit: head.visit,
            recorded_at: head.recorded_at,
            utc_offset_minutes: head.utc_offset_minutes,
            replaces: head.replaces,
            commands: self.commands,
        };
        let body = json::write(&submission);
        Held {
            head,
            bytes: length(&body),
            body,
            lines,
            state: ItemState::Pending,
            form: self.form,
            replaced_by: None,
            is_cleared: false,
            content: String::new(),
            is_aside: false,
            is_put_away: false,
            copy: String::new(),
            brief: None,
        }
    }
}

/// The batch of a phone, made of texts that are JSON already, `what` they are (`submissions` or
/// `sealed`), and of what the phone says of itself.
#[must_use]
pub fn batch(device: DeviceId, what: &str, texts: &[String], report: &PhoneReport) -> String {
    let (texts, report) = (texts.join(","), json::write(report));
    format!("{{\"device\":\"{device}\",\"{what}\":[{texts}],\"report\":{report}}}")
}

#[cfg(test)]
mod tests;
