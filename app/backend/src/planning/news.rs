//! What those who hold an outreach are told of it: how it stands, less how they know it.

use domain::name::search_key;
use domain::outreach::{Outreach, OutreachStatus};
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// What happened to an outreach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// It is announced.
    Published,
    /// It is called off.
    Suspended {
        /// Why, in words of the coordination.
        reason: String,
    },
    /// It is held at another hour, or after all.
    Moved {
        /// When it was to begin; nothing where the hour is the same, and it had been called off.
        was_at: Option<Timestamp>,
    },
    /// It begins at the same hour, and ends at another.
    Ends {
        /// When it was to end.
        was_until: Timestamp,
    },
    /// It is held elsewhere.
    Relocated,
    /// The reader is in its team from now on.
    Joined,
    /// The reader is in its team no more, or their organisation holds it no more.
    Left,
}

/// How somebody who holds an outreach knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// The hall, square or street.
    pub place: String,
    /// Its commune.
    pub commune: Commune,
    /// It is called off.
    pub is_off: bool,
}

impl Known {
    /// As it stands.
    pub(super) fn of(outreach: &Outreach) -> Self {
        Self {
            starts_at: outreach.starts_at,
            ends_at: outreach.ends_at,
            place: outreach.place.to_string(),
            commune: outreach.commune,
            is_off: outreach.status == OutreachStatus::Suspended,
        }
    }

    /// Where it is, if that is elsewhere than where it stands now: written otherwise, it is the
    /// same.
    pub(super) fn place_before(&self, stands: &Self) -> Option<String> {
        let at = |one: &Self| (search_key(&one.place), one.commune);
        (at(self) != at(stands)).then(|| format!("{}, {}", self.place, self.commune))
    }
}

/// How something is told that nobody can see by the outreach itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Telling {
    /// As what they hear of it first: it is announced, or they are in its team now.
    pub(super) first: News,
    /// Why it is called off.
    pub(super) reason: String,
}

impl Telling {
    /// Of something that is not called off, to those who hold it.
    pub(super) const fn plain() -> Self {
        Self { first: News::Published, reason: String::new() }
    }
}

/// What somebody is to be told who knows an outreach like that, or knows of none, and for whom it
/// stands like this, or not at all; nothing where that is what they know.
pub(super) fn between(
    knew: Option<&Known>,
    stands: Option<&Known>,
    telling: &Telling,
) -> Option<News> {
    let (knew, stands) = match (knew, stands) {
        (None, None) => return None,
        // Of what is called off they hear when it has another day.
        (None, Some(stands)) => return (!stands.is_off).then(|| telling.first.clone()),
        (Some(_), None) => return Some(News::Left),
        (Some(knew), Some(stands)) => (knew, stands),
    };
    if stands.is_off {
        return (!knew.is_off).then(|| News::Suspended { reason: telling.reason.clone() });
    }
    if knew.starts_at != stands.starts_at {
        return Some(News::Moved { was_at: Some(knew.starts_at) });
    }
    if knew.is_off {
        return Some(News::Moved { was_at: None });
    }
    if knew.ends_at != stands.ends_at {
        return Some(News::Ends { was_until: knew.ends_at });
    }
    knew.place_before(stands).map(|_| News::Relocated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known((starts, ends): (i64, i64), place: &str, is_off: bool) -> Known {
        Known {
            starts_at: Timestamp(starts),
            ends_at: Timestamp(ends),
            place: place.to_owned(),
            commune: Commune::ANTOFAGASTA,
            is_off,
        }
    }

    fn told(knew: &Known, stands: &Known) -> Option<News> {
        let telling = Telling { reason: "Viento".to_owned(), ..Telling::plain() };
        between(Some(knew), Some(stands), &telling)
    }

    #[test]
    fn each_change_is_told_as_what_it_is() {
        let before = known((1, 5), "Sede", false);
        let moved = Some(News::Moved { was_at: Some(Timestamp(1)) });
        assert_eq!(told(&before, &known((2, 5), "Liceo", false)), moved);
        let ends = Some(News::Ends { was_until: Timestamp(5) });
        assert_eq!(told(&before, &known((1, 4), "Sede", false)), ends);
        assert_eq!(told(&before, &known((1, 4), "Liceo", false)), ends, "the place is said beside");
        assert_eq!(told(&before, &known((1, 5), "Liceo", false)), Some(News::Relocated));
        assert_eq!(told(&before, &known((1, 5), "SEDE", false)), None);
        let off = known((1, 5), "Sede", true);
        let suspended = Some(News::Suspended { reason: "Viento".to_owned() });
        assert_eq!(told(&before, &off), suspended);
        assert_eq!(told(&off, &before), Some(News::Moved { was_at: None }));
    }

    #[test]
    fn who_knows_of_none_is_told_that_there_is_one_and_who_has_none_any_more_that_there_was() {
        let (on, off) = (known((1, 5), "Sede", false), known((1, 5), "Sede", true));
        let joined = Telling { first: News::Joined, ..Telling::plain() };
        assert_eq!(between(None, Some(&on), &joined), Some(News::Joined));
        assert_eq!(between(None, Some(&off), &joined), None);
        assert_eq!(between(None, None, &joined), None, "nobody heard of it");
        assert_eq!(between(Some(&off), None, &joined), Some(News::Left));
    }

    proptest! {
        #[test]
        fn what_somebody_knows_is_told_to_nobody(
            starts in 0_i64..9, length in 0_i64..9, place in "\\PC{0,20}", is_off in any::<bool>(),
        ) {
            let one = known((starts, starts + length), &place, is_off);
            prop_assert_eq!(told(&one, &one), None);
        }
    }
}
