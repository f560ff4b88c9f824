//! A figure beside its goal and the machine's own limit.

use serde::Serialize;

use crate::console::say;

/// One measured figure; `target/bench.json` is a list of these.
#[derive(Serialize)]
pub(crate) struct Figure {
    /// As in the goals, with a suffix where one goal has several: `P8-sqlite-single`.
    pub(crate) id: &'static str,
    /// What was measured, in words.
    pub(crate) measure: String,
    /// The figure.
    pub(crate) value: f64,
    /// Its unit: `MB`, `1/s`, `ms`.
    pub(crate) unit: &'static str,
    /// The figure to reach; none for what only tells about the machine.
    pub(crate) goal: Option<f64>,
    /// Whether the goal is reached.
    pub(crate) met: Option<bool>,
    /// The machine's own limit of the same measure, where it was taken.
    pub(crate) limit: Option<f64>,
    /// On how much it was measured, where that may differ: animals held, operations lived through.
    pub(crate) size: Option<u32>,
    /// On how many animals the goal is stated; fewer may show that it is missed, not that it is
    /// met.
    pub(crate) goal_size: Option<u32>,
}

/// Animals in the register, as the goals of its speed are stated.
pub(super) const GOAL_ANIMALS: u32 = 1_000_000;

impl Figure {
    /// A figure that is good when it is at most the goal.
    pub(super) fn at_most(
        id: &'static str,
        measure: impl Into<String>,
        value: f64,
        goal: (f64, &'static str),
    ) -> Self {
        Self::beside_goal(id, measure.into(), value, (goal, value <= goal.0))
    }

    /// A figure that is good when it is at least the goal.
    pub(super) fn at_least(
        id: &'static str,
        measure: impl Into<String>,
        value: f64,
        goal: (f64, &'static str),
    ) -> Self {
        Self::beside_goal(id, measure.into(), value, (goal, value >= goal.0))
    }

    /// A count that is good when it is the goal, no more and no less.
    pub(super) fn exactly(
        id: &'static str,
        measure: impl Into<String>,
        count: u32,
        goal: u32,
    ) -> Self {
        let told = (f64::from(goal), "");
        Self::beside_goal(id, measure.into(), f64::from(count), (told, count == goal))
    }

    const fn beside_goal(
        id: &'static str,
        measure: String,
        value: f64,
        ((goal, unit), met): ((f64, &'static str), bool),
    ) -> Self {
        let (goal, met) = (Some(goal), Some(met));
        Self { id, measure, value, unit, goal, met, limit: None, size: None, goal_size: None }
    }

    /// How often each second the machine itself does something.
    pub(super) fn of_the_machine(id: &'static str, measure: &str, value: f64) -> Self {
        let told = Self::beside_goal(id, measure.to_owned(), value, ((0.0, "1/s"), true));
        Self { goal: None, met: None, ..told }
    }

    /// The same beside what the machine can do at most.
    pub(super) fn beside(self, limit: f64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// The same, measured on so much.
    pub(super) fn sized(self, size: u32) -> Self {
        Self { size: Some(size), ..self }
    }

    /// The same, measured with so many animals in the register; its goal is stated for
    /// [`GOAL_ANIMALS`], and is not called met on fewer.
    pub(super) fn held(self, animals: u32) -> Self {
        let met = self.met.filter(|met| !met || animals >= GOAL_ANIMALS);
        Self { size: Some(animals), goal_size: Some(GOAL_ANIMALS), met, ..self }
    }

    /// What is said of the goal.
    fn verdict(&self) -> String {
        match (self.met, self.goal_size) {
            (Some(true), _) => "met".to_owned(),
            (Some(false), _) => "MISSED".to_owned(),
            (None, Some(size)) => format!("(the goal is for {}: not measured)", grouped(size)),
            (None, None) => String::new(),
        }
    }
}

/// A number with its thousands apart: `1,000,000`.
pub(super) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut told = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

/// Prints a row for each figure.
pub(super) fn rows(figures: &[Figure]) {
    for figure in figures {
        let optional = |number: Option<f64>| number.map_or_else(String::new, |n| format!("{n:.2}"));
        let met = figure.verdict();
        let Figure { id, value, unit, measure, .. } = figure;
        let (goal, limit) = (optional(figure.goal), optional(figure.limit));
        say(&format!("{id:<28} {value:>12.2} {unit:<5} {goal:>10} {limit:>10}  {measure} {met}"));
    }
}

/// Prints the figures as a table.
pub(super) fn tell(figures: &[Figure]) {
    say(&format!("{:<28} {:>12} {:<5} {:>10} {:>10}  measure", "", "value", "", "goal", "limit"));
    rows(figures);
    say("P6 seconds: keystroke-level model of Card, Moran and Newell: 0.28 s a key, 1.1 + 0.1 s a");
    say("tap, 1.35 s of thought before each tap that chooses, 2 s a reading of a chip reader.");
    say("P4, P5, P6-saved, P7 and P12-browser: on a processor made four times slower, as the");
    say("goals' phone; P5 begins after the 250 ms in which the search waits for another key.");
    say("P3: Lighthouse's own phone and line, simulated; of three runs the median of performance");
    say("and paint, and the fewest points of the others.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_for_a_million_is_not_met_on_fewer() {
        let at =
            |value, animals| Figure::at_most("P10", "lists", value, (150.0, "ms")).held(animals);
        let few = at(20.0, 100_000);
        assert_eq!((few.met, few.size), (None, Some(100_000)));
        assert_eq!(few.verdict(), "(the goal is for 1,000,000: not measured)");
        assert_eq!(at(200.0, 100_000).met, Some(false), "more animals make it no faster");
        assert_eq!(at(20.0, GOAL_ANIMALS).met, Some(true));
        assert_eq!(at(200.0, GOAL_ANIMALS).verdict(), "MISSED");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 100_000].map(grouped), ["0", "999", "1,000", "100,000"]);
    }
}
