//! A half-filled visit that another version of the app kept and this one cannot read, or that is
//! another window's: it is set aside before anything is written in its place, and is there again
//! once it can be read and there is no other, unless it was recorded meanwhile.

use crate::offline::held::{Held, Kept};
use crate::offline::json;
use domain::id::SubmissionId;
use serde::de::DeserializeOwned;

/// A half-filled visit.
pub trait HalfFilled: DeserializeOwned {
    /// As which record it is to be kept, if that was said.
    fn record(&self) -> Option<SubmissionId>;

    /// Whether one of these records, which are not opened for it, is certainly all that it became.
    fn is_recorded(&self, kept: &Kept) -> bool;

    /// What of it, as JSON, is still to be kept where another window has made this record of it.
    fn left(&self, held: &Held) -> Option<String>;
}

/// What was kept, told apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Sorted<'a, T> {
    /// The visit that is shown, where there is one that can be read.
    pub draft: Option<T>,
    /// Its text, where that had been set aside.
    pub back: Option<&'a str>,
    /// What is to lie aside, a text on each line.
    pub aside: String,
}

/// Tells apart the text that is kept as the visit, of one line, and what lies aside. What cannot be
/// read joins the latter, once; where nothing is kept, the first that can be read comes back, and
/// those before it that were recorded are dropped.
#[must_use]
pub fn sorted<'a, T: HalfFilled>(
    kept: Option<&'a str>,
    aside: &'a str,
    records: &Kept,
) -> Sorted<'a, T> {
    let mut lines: Vec<&str> = aside.lines().filter(|line| kept != Some(*line)).collect();
    if let Some(text) = kept {
        let draft = json::read::<T>(text).ok();
        if draft.is_none() {
            lines.push(text);
        }
        return Sorted { draft, back: None, aside: lines.join("\n") };
    }
    let mut found = None;
    lines.retain(|line| {
        if found.is_some() {
            return true;
        }
        let Ok(draft) = json::read::<T>(line) else { return true };
        if !draft.is_recorded(records) {
            found = Some((draft, *line));
        }
        false
    });
    let (draft, back) = found.unzip();
    Sorted { draft, back, aside: lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl HalfFilled for Vec<u8> {
        fn record(&self) -> Option<SubmissionId> {
            None
        }

        /// Those that begin with a nine, where there is any record.
        fn is_recorded(&self, kept: &Kept) -> bool {
            kept.unreadable > 0 && self.first() == Some(&9)
        }

        fn left(&self, _held: &Held) -> Option<String> {
            None
        }
    }

    fn told(kept: Option<&'static str>, aside: &'static str) -> Sorted<'static, Vec<u8>> {
        sorted(kept, aside, &Kept::default())
    }

    fn is(
        draft: Option<Vec<u8>>,
        back: Option<&'static str>,
        aside: &str,
    ) -> Sorted<'static, Vec<u8>> {
        Sorted { draft, back, aside: aside.to_owned() }
    }

    #[test]
    fn what_can_be_read_is_shown_and_nothing_is_set_aside() {
        assert_eq!(told(None, ""), is(None, None, ""));
        assert_eq!(told(Some("[1]"), ""), is(Some(vec![1]), None, ""));
        assert_eq!(told(Some("[1]"), "{}"), is(Some(vec![1]), None, "{}"));
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_once() {
        assert_eq!(told(Some("{}"), ""), is(None, None, "{}"));
        assert_eq!(told(Some("{}"), "{}"), is(None, None, "{}"));
        assert_eq!(told(Some("{}"), "[true]"), is(None, None, "[true]\n{}"));
    }

    #[test]
    fn what_can_be_read_again_comes_back_where_there_is_no_other() {
        assert_eq!(told(None, "{}\n[2]\n[3]"), is(Some(vec![2]), Some("[2]"), "{}\n[3]"));
        assert_eq!(told(Some("[1]"), "[2]"), is(Some(vec![1]), None, "[2]"));
        assert_eq!(told(Some("[2]"), "[2]"), is(Some(vec![2]), None, ""), "it is in its place");
    }

    #[test]
    fn what_was_recorded_meanwhile_does_not_come_back() {
        let records = Kept { unreadable: 1, ..Kept::default() };
        let told = |kept, aside| sorted::<Vec<u8>>(kept, aside, &records);
        assert_eq!(told(None, "[9]"), is(None, None, ""));
        assert_eq!(told(None, "{}\n[9]\n[2]\n[3]"), is(Some(vec![2]), Some("[2]"), "{}\n[3]"));
        assert_eq!(told(Some("[9]"), ""), is(Some(vec![9]), None, ""), "it is being filled in");
    }
}
