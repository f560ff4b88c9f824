//! Where next: how much good an outreach would do in a neighbourhood unit, as a sum that anybody
//! can do again. Each part is measured from nothing to full marks on a fixed scale, so that a
//! unit's points say the same whatever the others have, and counts as much as its weight says.
//! The coordinator decides; the sum only orders the list.

use crate::catalogue::coded;
use crate::field_error::Problem;
use crate::territory::UnitKey;
use serde::{Deserialize, Serialize};

coded! {
    /// What speaks for a unit.
    pub enum Part {
        /// Animals that are estimated to live there and were not served yet.
        Unserved = "unserved",
        /// Animals on the waiting lists of the outreaches that reach it, each counted for one unit.
        Waiting = "waiting",
        /// Time since the last outreach.
        Elapsed = "elapsed",
        /// How near it is to the office.
        Distance = "distance",
        /// How little a service cost there so far.
        Cost = "cost",
    }
}

/// Full marks, of a part and of a whole.
pub const FULL: u32 = 1_000;
/// So many animals not served have full marks.
pub const FULL_UNSERVED: u32 = 2_000;
/// So many animals waiting have full marks.
pub const FULL_WAITING: u32 = 200;
/// So many days without an outreach have full marks, and so has a unit that never had one.
pub const FULL_DAYS: u32 = 730;
/// At so many metres from the office nothing is left of the marks for being near.
pub const FAR_METRES: u32 = 50_000;
/// At so many pesos a service nothing is left of the marks for costing little.
pub const DEAR_PESOS: u32 = 30_000;
/// Greatest weight of a part.
pub const MOST_WEIGHT: u16 = 100;

/// How much each part counts, 0 to [`MOST_WEIGHT`]; at least one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Of animals not served.
    pub unserved: u16,
    /// Of animals waiting.
    pub waiting: u16,
    /// Of the time since the last outreach.
    pub elapsed: u16,
    /// Of being near.
    pub distance: u16,
    /// Of costing little.
    pub cost: u16,
}

impl Default for Weights {
    /// Need before convenience, until a coordinator says otherwise.
    fn default() -> Self {
        Self { unserved: 40, waiting: 20, elapsed: 20, distance: 10, cost: 10 }
    }
}

impl Weights {
    /// How much one part counts.
    #[must_use]
    pub const fn of(self, part: Part) -> u16 {
        match part {
            Part::Unserved => self.unserved,
            Part::Waiting => self.waiting,
            Part::Elapsed => self.elapsed,
            Part::Distance => self.distance,
            Part::Cost => self.cost,
        }
    }

    /// Reads them as typed, each by its part; an empty one is none at all.
    ///
    /// # Errors
    /// What is wrong with each; all of them, when none counts.
    pub fn parse(text_of: impl Fn(Part) -> String) -> Result<Self, Vec<(Part, Problem)>> {
        let mut faults = Vec::new();
        let mut read = |part| match text_of(part).trim() {
            "" => 0,
            text => match text.parse::<u16>() {
                Ok(weight) if weight <= MOST_WEIGHT => weight,
                Ok(_) => fault(&mut faults, part, Problem::TooLarge),
                Err(_) => fault(&mut faults, part, Problem::NotANumber),
            },
        };
        let weights = Self {
            unserved: read(Part::Unserved),
            waiting: read(Part::Waiting),
            elapsed: read(Part::Elapsed),
            distance: read(Part::Distance),
            cost: read(Part::Cost),
        };
        if faults.is_empty() && weights.sum() == 0 {
            faults.extend(Part::ALL.iter().map(|part| (*part, Problem::TooSmall)));
        }
        if faults.is_empty() { Ok(weights) } else { Err(faults) }
    }

    fn sum(self) -> u32 {
        Part::ALL.iter().map(|part| u32::from(self.of(*part))).sum()
    }
}

fn fault(faults: &mut Vec<(Part, Problem)>, part: Part, problem: Problem) -> u16 {
    faults.push((part, problem));
    0
}

/// What is known of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which.
    pub unit: UnitKey,
    /// Estimated animals less those served; unknown without an estimate.
    pub unserved: Option<u32>,
    /// Animals on waiting lists.
    pub waiting: u32,
    /// Days since the last outreach; none when there was none.
    pub days: Option<u32>,
    /// Metres from the office; unknown when either place is.
    pub metres: Option<u32>,
    /// Pesos a service so far; unknown where no cost is.
    pub pesos: Option<u32>,
}

impl Facts {
    /// What a part is measured by, and whether it is known.
    #[must_use]
    pub const fn of(&self, part: Part) -> Option<u32> {
        match part {
            Part::Unserved => self.unserved,
            Part::Waiting => Some(self.waiting),
            Part::Elapsed => self.days,
            Part::Distance => self.metres,
            Part::Cost => self.pesos,
        }
    }

    /// The marks of a part, 0 to [`FULL`]. A distance or a cost that is not known has half the
    /// marks, for it speaks neither for nor against the unit; an estimate that is not known has
    /// none, for nothing speaks for the unit then.
    #[must_use]
    pub fn marks(&self, part: Part) -> u32 {
        let up = |figure: u32, full: u32| share(figure.min(full), full);
        match (part, self.of(part)) {
            (Part::Unserved, Some(animals)) => up(animals, FULL_UNSERVED),
            (Part::Waiting, Some(animals)) => up(animals, FULL_WAITING),
            (Part::Elapsed, Some(days)) => up(days, FULL_DAYS),
            (Part::Distance, Some(metres)) => FULL - up(metres, FAR_METRES),
            (Part::Cost, Some(pesos)) => FULL - up(pesos, DEAR_PESOS),
            (Part::Elapsed, None) => FULL,
            (Part::Distance | Part::Cost, None) => FULL / 2,
            (Part::Unserved | Part::Waiting, None) => 0,
        }
    }
}

/// So much of the full marks as a figure is of another; `figure` is at most `full`.
fn share(figure: u32, full: u32) -> u32 {
    let marks = u64::from(figure) * u64::from(FULL) / u64::from(full.max(1));
    u32::try_from(marks).unwrap_or(FULL)
}

/// A unit with its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    /// What is known of it.
    pub facts: Facts,
    /// The points of each part, in the order of [`Part::ALL`].
    pub points: [u32; 5],
}

impl Scored {
    /// The points of one part.
    #[must_use]
    pub fn of(&self, part: Part) -> u32 {
        let place = Part::ALL.iter().position(|known| *known == part);
        place.and_then(|place| self.points.get(place)).copied().unwrap_or(0)
    }

    /// All points: the sum of the parts, at most [`FULL`].
    #[must_use]
    pub fn total(&self) -> u32 {
        self.points.iter().sum()
    }
}

/// The points of a unit: of each part its marks times its weight, shared by all weights.
#[must_use]
pub fn score(facts: Facts, weights: Weights) -> Scored {
    let all = weights.sum().max(1);
    let of = |part: Part| facts.marks(part) * u32::from(weights.of(part)) / all;
    let points = [
        of(Part::Unserved),
        of(Part::Waiting),
        of(Part::Elapsed),
        of(Part::Distance),
        of(Part::Cost),
    ];
    Scored { facts, points }
}

/// The units, the one with most points first; those with as many by their keys.
#[must_use]
pub fn rank(facts: impl IntoIterator<Item = Facts>, weights: Weights) -> Vec<Scored> {
    let mut scored: Vec<_> = facts.into_iter().map(|facts| score(facts, weights)).collect();
    scored.sort_by_key(|one| (std::cmp::Reverse(one.total()), one.facts.unit));
    scored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::Commune;
    use proptest::prelude::*;

    fn facts(number: u16) -> Facts {
        let unit = UnitKey::new(Commune::ANTOFAGASTA, number).unwrap();
        Facts { unit, unserved: None, waiting: 0, days: None, metres: None, pesos: None }
    }

    prop_compose! {
        fn any_facts()(
            unserved in proptest::option::of(0_u32..5_000),
            waiting in 0_u32..500,
            days in proptest::option::of(0_u32..2_000),
            metres in proptest::option::of(0_u32..200_000),
            pesos in proptest::option::of(0_u32..90_000),
        ) -> Facts {
            Facts { unserved, waiting, days, metres, pesos, ..facts(1) }
        }
    }

    prop_compose! {
        fn any_weights()(
            unserved in 0_u16..=100, waiting in 0_u16..=100, elapsed in 0_u16..=100,
            distance in 0_u16..=100, cost in 1_u16..=100,
        ) -> Weights {
            Weights { unserved, waiting, elapsed, distance, cost }
        }
    }

    fn with(facts: Facts, part: Part, figure: u32) -> Facts {
        let known = Some(figure);
        match part {
            Part::Unserved => Facts { unserved: known, ..facts },
            Part::Waiting => Facts { waiting: figure, ..facts },
            Part::Elapsed => Facts { days: known, ..facts },
            Part::Distance => Facts { metres: known, ..facts },
            Part::Cost => Facts { pesos: known, ..facts },
        }
    }

    #[test]
    fn an_example_can_be_done_again_with_a_pencil() {
        let known = Facts {
            unserved: Some(1_000),
            waiting: 50,
            days: Some(365),
            metres: Some(10_000),
            pesos: Some(12_000),
            ..facts(54)
        };
        let scored = score(known, Weights::default());
        assert_eq!(scored.points, [200, 50, 100, 80, 60]);
        assert_eq!((scored.total(), scored.of(Part::Distance)), (490, 80));
    }

    #[test]
    fn what_is_not_known_is_told_apart_from_nothing() {
        let unknown = facts(1);
        let marks: Vec<_> = Part::ALL.iter().map(|part| unknown.marks(*part)).collect();
        assert_eq!(marks, [0, 0, FULL, FULL / 2, FULL / 2]);
        assert_eq!(unknown.of(Part::Unserved), None);
        assert_eq!(with(unknown, Part::Unserved, 0).of(Part::Unserved), Some(0));
    }

    #[test]
    fn weights_are_read_with_every_fault() {
        let typed = |texts: [&'static str; 5]| {
            move |part: Part| {
                let place = Part::ALL.iter().position(|known| *known == part).unwrap();
                texts[place].to_owned()
            }
        };
        let read = Weights::parse(typed(["40", " 20 ", "", "0", "100"])).unwrap();
        assert_eq!(read, Weights { unserved: 40, waiting: 20, elapsed: 0, distance: 0, cost: 100 });
        let faults = Weights::parse(typed(["101", "-1", "x", "1", "1"])).unwrap_err();
        let expected = [
            (Part::Unserved, Problem::TooLarge),
            (Part::Waiting, Problem::NotANumber),
            (Part::Elapsed, Problem::NotANumber),
        ];
        assert_eq!(faults, expected);
        let none = Weights::parse(typed(["0", "", "0", "0", "0"])).unwrap_err();
        assert_eq!(none.len(), Part::ALL.len());
    }

    #[test]
    fn the_most_points_come_first_and_equals_by_their_keys() {
        let all = [facts(9), with(facts(7), Part::Waiting, 100), facts(2)];
        let order: Vec<_> =
            rank(all, Weights::default()).iter().map(|one| one.facts.unit.number).collect();
        assert_eq!(order, [7, 2, 9]);
    }

    proptest! {
        #[test]
        fn more_need_never_has_fewer_points_and_more_way_or_cost_never_more(
            facts in any_facts(), weights in any_weights(),
            less in 0_u32..100_000, more in 0_u32..100_000,
        ) {
            let (less, more) = (less.min(more), less.max(more));
            for part in Part::ALL {
                let low = score(with(facts, *part, less), weights);
                let high = score(with(facts, *part, more), weights);
                match part {
                    Part::Unserved | Part::Waiting | Part::Elapsed => {
                        prop_assert!(low.total() <= high.total(), "{part}");
                    }
                    Part::Distance | Part::Cost => {
                        prop_assert!(low.total() >= high.total(), "{part}");
                    }
                }
            }
        }

        #[test]
        fn the_parts_are_the_whole_and_never_more_than_full(
            facts in any_facts(), weights in any_weights(),
        ) {
            let scored = score(facts, weights);
            let sum: u32 = Part::ALL.iter().map(|part| scored.of(*part)).sum();
            prop_assert_eq!(sum, scored.total());
            prop_assert!(scored.total() <= FULL);
            prop_assert!(Part::ALL.iter().all(|part| facts.marks(*part) <= FULL));
        }

        #[test]
        fn a_part_without_weight_changes_nothing(
            facts in any_facts(), weights in any_weights(), figure in 0_u32..100_000,
        ) {
            let weights = Weights { waiting: 0, ..weights };
            let other = with(facts, Part::Waiting, figure);
            prop_assert_eq!(score(facts, weights).total(), score(other, weights).total());
        }

        #[test]
        fn a_part_that_alone_counts_orders_the_list(
            facts in any_facts(), less in 0_u32..200, more in 0_u32..200,
        ) {
            let nothing = Weights { unserved: 0, waiting: 0, elapsed: 0, distance: 0, cost: 0 };
            let alone = Weights { waiting: 7, ..nothing };
            let points = |figure| score(with(facts, Part::Waiting, figure), alone).total();
            prop_assert_eq!(points(less).cmp(&points(more)), less.cmp(&more));
        }
    }
}
