//! What lists and searches need of a record: by it ten thousand of them are shown, counted and
//! searched without opening what they hold.

use super::Held;

/// In the place of a sealed copy: there is one, in the store.
const THERE: &str = "+";

/// What a record is called, and by what it is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// What it is called in a list: by its animals, or by what it is.
    pub title: String,
    /// Beside that, its owner; of what left the box, how.
    pub owner: String,
    /// Everything by which it is looked for in a list, as a key of searches.
    pub words: String,
    /// The line by which its owner is found ([`domain::pack::line`]); blank of what is no visit.
    pub line: String,
    /// It says that somebody came: the owner is who that was.
    pub is_arrival: bool,
}

impl Held {
    /// The record as it is held in memory, among all others: with what its commands did, but
    /// without the submission and the form; without a brief where nobody can read it. Of a sealed
    /// copy it says only whether there is one.
    #[must_use]
    pub fn into_light(self, brief: Option<Brief>) -> Self {
        let bytes = self.item().bytes;
        let copy = if self.copy.is_empty() { String::new() } else { THERE.to_owned() };
        let [body, form, content] = [const { String::new() }; 3];
        Self { body, form, content, copy, bytes, brief, ..self }
    }

    /// The record as it was read just now, light, with what is known already of what it holds: that
    /// never changes.
    #[must_use]
    pub fn with_known(self, known: &Self) -> Self {
        let held = Self { lines: known.lines.clone(), ..self };
        held.into_light(known.brief.clone())
    }
}
