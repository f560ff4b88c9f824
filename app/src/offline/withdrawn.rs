//! What was withdrawn on the phone and the server has not heard of: a text, one on each line. The
//! queue keeps it (`offline::queue`).

use domain::id::SubmissionId;
use domain::submission::{MOST_WITHDRAWN, Withdrawn};
use domain::timestamp::Timestamp;

/// Reads the text; what is no such line is passed over.
#[must_use]
pub fn read(text: &str) -> Vec<Withdrawn> {
    let one = |line: &str| {
        let (id, at) = line.split_once(' ')?;
        Some(Withdrawn { id: id.parse().ok()?, at: Timestamp(at.parse().ok()?) })
    };
    text.lines().filter_map(one).collect()
}

/// The text with one more, and without those of which the server has heard; of more than can be
/// told at once the latest.
#[must_use]
pub fn changed(text: &str, new: Option<Withdrawn>, heard: &[SubmissionId]) -> String {
    let mut all = read(text);
    all.retain(|one| !heard.contains(&one.id));
    all.extend(new);
    let before = all.len().saturating_sub(MOST_WITHDRAWN);
    let mut text = String::new();
    for one in all.iter().skip(before) {
        text.push_str(&one.id.to_string());
        text.push(' ');
        text.push_str(&one.at.0.to_string());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn withdrawn(number: i64) -> Withdrawn {
        let id = SubmissionId(Uuid::from_u128(u128::try_from(number).unwrap()));
        Withdrawn { id, at: Timestamp(1_800_000_000_000 + number) }
    }

    #[test]
    fn what_was_withdrawn_is_told_until_the_server_has_heard_of_it() {
        let [one, two] = [1, 2].map(withdrawn);
        let text = changed(&changed("", Some(one), &[]), Some(two), &[]);
        assert_eq!(read(&text), [one, two]);
        let text = changed(&text, None, &[one.id, withdrawn(3).id]);
        assert_eq!(read(&text), [two]);
        assert_eq!(changed(&text, None, &[two.id]), "");
    }

    #[test]
    fn the_latest_are_told_where_there_are_too_many_and_nonsense_is_not() {
        let most = i64::try_from(MOST_WITHDRAWN).unwrap();
        let add = |text: String, number| changed(&text, Some(withdrawn(number)), &[]);
        let text = (0..=most).fold("x\n\n1 2\n".to_owned(), add);
        let all = read(&text);
        assert_eq!((all.len(), all[0]), (MOST_WITHDRAWN, withdrawn(1)));
        assert_eq!(all.last(), Some(&withdrawn(most)));
    }
}
