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
}

impl Figure {
    /// A figure that is good when it is at most the goal.
    pub(super) fn at_most(
        id: &'static str,
        measure: impl Into<String>,
        value: f64,
        goal: (f64, &'static str),
    ) -> Self {
        let (met, measure) = (Some(value <= goal.0), measure.into());
        Self { id, measure, value, unit: goal.1, goal: Some(goal.0), met, limit: None }
    }

    /// A figure that is good when it is at least the goal.
    pub(super) fn at_least(
        id: &'static str,
        measure: impl Into<String>,
        value: f64,
        goal: (f64, &'static str),
    ) -> Self {
        let (met, measure) = (Some(value >= goal.0), measure.into());
        Self { id, measure, value, unit: goal.1, goal: Some(goal.0), met, limit: None }
    }

    /// How often each second the machine itself does something.
    pub(super) fn of_the_machine(id: &'static str, measure: &str, value: f64) -> Self {
        let measure = measure.to_owned();
        Self { id, measure, value, unit: "1/s", goal: None, met: None, limit: None }
    }

    /// The same beside what the machine can do at most.
    pub(super) fn beside(self, limit: f64) -> Self {
        Self { limit: Some(limit), ..self }
    }
}

/// Prints the figures as a table.
pub(super) fn tell(figures: &[Figure]) {
    say(&format!("{:<28} {:>12} {:<5} {:>10} {:>10}  measure", "", "value", "", "goal", "limit"));
    for figure in figures {
        let optional = |number: Option<f64>| number.map_or_else(String::new, |n| format!("{n:.2}"));
        let met = match figure.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let Figure { id, value, unit, measure, .. } = figure;
        let (goal, limit) = (optional(figure.goal), optional(figure.limit));
        say(&format!("{id:<28} {value:>12.2} {unit:<5} {goal:>10} {limit:>10}  {measure} {met}"));
    }
    say("P6 seconds: keystroke-level model of Card, Moran and Newell: 0.28 s a key, 1.1 + 0.1 s a");
    say("tap, 1.35 s of thought before each tap that chooses, 2 s a reading of a chip reader.");
    say("P4, P5, P6-saved, P7 and P12-browser: on a processor made four times slower, as the");
    say("goals' phone; P5 begins after the 250 ms in which the search waits for another key.");
    say("P3: Lighthouse's own phone and line, simulated; of three runs the median of performance");
    say("and paint, and the fewest points of the others.");
}
