//! When something was done, in the forms that correct it: the day and the hour that the clocks
//! showed where the programmes are.

use domain::field_error::{Field, FieldError, Problem};
use domain::timestamp::{CivilDate, Timestamp, Zone, ms_of_day};
use leptos::prelude::*;

use super::{hour, label, typed, visitor};
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;

/// As typed.
#[derive(Clone, Copy)]
pub(super) struct When {
    day: RwSignal<String>,
    hour: RwSignal<String>,
    /// Day and hour as the form began, and the zone.
    began: StoredValue<([String; 2], Zone)>,
}

impl When {
    /// A moment as it was recorded.
    pub(super) fn of(at: Timestamp) -> Self {
        let zone = visitor().zone;
        let began = [zone.local(at).0.to_string(), hour(at)];
        let [day, hour] = began.clone().map(RwSignal::new);
        Self { day, hour, began: StoredValue::new((began, zone)) }
    }

    /// The moment as it should be; none where nobody has changed it, for an hour that came twice
    /// does not say which of the two it was.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn read(self) -> Result<Option<Timestamp>, Vec<FieldError>> {
        let typed = [self.day, self.hour].map(|text| text.get_untracked());
        if self.began.with_value(|(began, _)| *began == typed) {
            return Ok(None);
        }
        let [day, hour] = typed;
        let missing = |field| FieldError::new(field, Problem::Empty);
        let day = day.trim().parse::<CivilDate>().map_err(|_| missing(Field::Date));
        let hour = ms_of_day(&hour).ok_or(missing(Field::Time));
        match (day, hour) {
            (Ok(day), Ok(hour)) => {
                Ok(Some(self.began.with_value(|(_, zone)| zone.moment(day, hour))))
            }
            (day, hour) => Err(day.err().into_iter().chain(hour.err()).collect()),
        }
    }

    /// The two questions, in a form whose identifiers begin so.
    pub(super) fn ask(self, prefix: &str, faults: RwSignal<Vec<FieldError>>) -> AnyView {
        let question = |of: Field, id: &str| {
            Question::new(format!("{prefix}-{id}"), label(of, locale()))
                .error(typed::fault(faults, of))
        };
        view! {
            {typed::text(self.day, question(Field::Date, "fecha"), Keyboard::Date)}
            {typed::text(self.hour, question(Field::Time, "hora"), Keyboard::Time)}
        }
        .into_any()
    }
}
