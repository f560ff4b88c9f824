//! A half-filled visit that another version of the app kept and this one cannot read: it is set
//! aside before anything is written in its place, and is there again once it can be read.

use crate::offline::json;
use serde::de::DeserializeOwned;

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
/// read joins the latter, once; where nothing is kept, the first that can be read comes back.
#[must_use]
pub fn sorted<'a, T: DeserializeOwned>(kept: Option<&'a str>, aside: &'a str) -> Sorted<'a, T> {
    let mut lines: Vec<&str> = aside.lines().filter(|line| kept != Some(*line)).collect();
    if let Some(text) = kept {
        let draft = json::read::<T>(text).ok();
        if draft.is_none() {
            lines.push(text);
        }
        return Sorted { draft, back: None, aside: lines.join("\n") };
    }
    let read = |(at, line): (usize, &&'a str)| Some((at, json::read::<T>(line).ok()?));
    let found = lines.iter().enumerate().find_map(read);
    let (at, draft) = found.unzip();
    let back = at.map(|at| lines.remove(at));
    Sorted { draft, back, aside: lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kept: Option<&'static str>, aside: &'static str) -> Sorted<'static, Vec<u8>> {
        sorted(kept, aside)
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
}
