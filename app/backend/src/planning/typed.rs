//! What was typed into the forms of a plan, read field by field.

use domain::booking::{Eligibility, Offering};
use domain::catalogue::Species;
use domain::desk::planned::{OfferingForm, PlanFault, PlanField, PlanProblem};
use domain::id::ProgrammeId;
use domain::name::ShortText;
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, ms_of_day};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Most places of one offering.
const MOST_PLACES: u32 = 5_000;
/// Most minutes that one animal may take.
const MOST_MINUTES: u32 = 600;
/// Most tables that work at once.
const MOST_STATIONS: u32 = 50;
/// Most neighbourhood units one outreach is meant for.
const MOST_UNITS: usize = 60;
/// Oldest age that is asked for, in months.
const MOST_MONTHS: u32 = 360;
/// Most animals of one owner that a rule takes.
const MOST_PER_OWNER: u32 = 20;
/// Most animals of one household that a rule takes.
const MOST_PER_HOUSEHOLD: u32 = 100;

/// Reads one form; remembers each field that cannot be taken.
#[derive(Default)]
pub(super) struct Typed {
    faults: Vec<PlanFault>,
}

/// An offering as it was typed and understood.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypedOffering {
    pub(super) offering: Offering,
    pub(super) capacity: u32,
    pub(super) minutes: u16,
    pub(super) stations: u16,
    pub(super) eligibility: Eligibility,
    pub(super) programme: Option<ProgrammeId>,
}

impl Typed {
    /// The fields that cannot be taken, if any.
    pub(super) fn faults(self) -> Option<Vec<PlanFault>> {
        (!self.faults.is_empty()).then_some(self.faults)
    }

    /// Whether every field could be taken so far.
    pub(super) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// Remembers one.
    pub(super) fn fault(&mut self, field: PlanField, problem: PlanProblem) {
        self.faults.push(PlanFault::new(field, problem));
    }

    /// A whole number; none when nothing was typed.
    pub(super) fn number(
        &mut self,
        field: PlanField,
        text: &str,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.fault(field, PlanProblem::NotInRange);
        }
        number
    }

    /// A whole number that has to be there.
    pub(super) fn needed(
        &mut self,
        field: PlanField,
        text: &str,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        if text.trim().is_empty() {
            self.fault(field, PlanProblem::Missing);
        }
        self.number(field, text, range)
    }

    /// A line of text; none when nothing was typed.
    pub(super) fn text<const N: usize>(&mut self, field: PlanField, text: &str) -> Option<String> {
        match ShortText::<N>::parse_optional(text) {
            Ok(text) => text.map(|text| text.to_string()),
            Err(_) => {
                self.fault(field, PlanProblem::NotAText);
                None
            }
        }
    }

    /// A line of text that has to be there.
    pub(super) fn words<const N: usize>(&mut self, field: PlanField, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            self.fault(field, PlanProblem::Missing);
        }
        self.text::<N>(field, text)
    }

    /// A value of a list; none when nothing was chosen.
    pub(super) fn listed<T>(
        &mut self,
        field: PlanField,
        code: &str,
        from_code: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if code.is_empty() {
            return None;
        }
        let value = from_code(code);
        if value.is_none() {
            self.fault(field, PlanProblem::Unknown);
        }
        value
    }

    /// A day; none when nothing was typed.
    pub(super) fn day(&mut self, field: PlanField, text: &str) -> Option<CivilDate> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let day = text.parse().ok();
        if day.is_none() {
            self.fault(field, PlanProblem::NotATime);
        }
        day
    }

    /// An hour, in milliseconds of the day; none when nothing was typed.
    pub(super) fn hour(&mut self, field: PlanField, text: &str) -> Option<i64> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let hour = ms_of_day(text);
        if hour.is_none() {
            self.fault(field, PlanProblem::NotATime);
        }
        hour
    }

    /// A pair of degrees: both or neither.
    pub(super) fn position(&mut self, latitude: &str, longitude: &str) -> Option<(f64, f64)> {
        let mut degrees = |field, text: &str, most: f64| {
            // A comma is how a decimal is written here.
            let text = text.trim().replace(',', ".");
            if text.is_empty() {
                return None;
            }
            let degrees = text.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
            if degrees.is_none() {
                self.fault(field, PlanProblem::NotInRange);
            }
            degrees
        };
        let north = degrees(PlanField::Latitude, latitude, 90.0);
        let east = degrees(PlanField::Longitude, longitude, 180.0);
        match (latitude.trim().is_empty(), longitude.trim().is_empty()) {
            (true, false) => self.fault(PlanField::Latitude, PlanProblem::HalfGiven),
            (false, true) => self.fault(PlanField::Longitude, PlanProblem::HalfGiven),
            _ => {}
        }
        north.zip(east)
    }

    /// Neighbourhood units between commas: numbers of the commune, or whole keys.
    pub(super) fn units(&mut self, commune: Commune, text: &str) -> Vec<String> {
        let one = |word: &str| {
            let number = word.parse::<u16>().ok();
            match number {
                Some(number) => UnitKey::new(commune, number).ok(),
                None => UnitKey::parse(word).ok(),
            }
        };
        let words = text.split([',', ';', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty());
        let units: Option<BTreeSet<_>> = words.map(one).collect();
        match units {
            Some(units) if units.len() <= MOST_UNITS => {
                units.into_iter().map(|unit| unit.to_string()).collect()
            }
            _ => {
                self.fault(PlanField::Units, PlanProblem::Unknown);
                Vec::new()
            }
        }
    }

    /// An offering.
    pub(super) fn offering(&mut self, form: &OfferingForm) -> Option<TypedOffering> {
        if form.offering.is_empty() {
            self.fault(PlanField::Offering, PlanProblem::Missing);
        }
        let offering = self.listed(PlanField::Offering, &form.offering, Offering::from_code);
        let capacity = self.needed(PlanField::Capacity, &form.capacity, 0..=MOST_PLACES);
        let minutes = self.needed(PlanField::Minutes, &form.minutes, 1..=MOST_MINUTES);
        let stations = self.needed(PlanField::Stations, &form.stations, 1..=MOST_STATIONS);
        let species = self.listed(PlanField::Species, &form.species, Species::from_code);
        let from = self.needed(PlanField::FromMonths, &form.from_months, 0..=MOST_MONTHS);
        let to = self.number(PlanField::ToMonths, &form.to_months, 1..=MOST_MONTHS);
        let per_owner = self.needed(PlanField::PerOwner, &form.per_owner, 1..=MOST_PER_OWNER);
        let household = per_owner.unwrap_or(1)..=MOST_PER_HOUSEHOLD;
        let per_household = self.number(PlanField::PerHousehold, &form.per_household, household);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.fault(PlanField::ToMonths, PlanProblem::EndsBefore);
        }
        let programme =
            self.listed(PlanField::Programme, &form.programme, |text| text.parse().ok());
        if !self.faults.is_empty() {
            return None;
        }
        let small = |number: u32| u16::try_from(number).ok();
        Some(TypedOffering {
            offering: offering?,
            capacity: capacity?,
            minutes: small(minutes?)?,
            stations: small(stations?)?,
            eligibility: Eligibility {
                species,
                from_months: small(from?)?,
                to_months: to.and_then(small),
                takes_flat_faced: !form.flat_faced.is_empty(),
                per_owner: u8::try_from(per_owner?).ok()?,
                per_household: per_household.and_then(|most| u8::try_from(most).ok()),
            },
            programme,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> OfferingForm {
        let text = |text: &str| text.to_owned();
        OfferingForm {
            offering: text("chip"),
            capacity: text(" 50 "),
            minutes: text("8"),
            stations: text("2"),
            from_months: text("2"),
            per_owner: text("3"),
            ..OfferingForm::default()
        }
    }

    #[test]
    fn an_offering_is_read() {
        let mut typed = Typed::default();
        let read = typed.offering(&form()).unwrap();
        assert_eq!((read.offering, read.capacity, read.minutes), (Offering::Chip, 50, 8));
        assert_eq!((read.eligibility.to_months, read.eligibility.takes_flat_faced), (None, false));
        assert_eq!(read.eligibility.most_of_household(), 6, "as many as two owners");
        let at_home = OfferingForm { per_household: "4".to_owned(), ..form() };
        let read = typed.offering(&at_home).unwrap();
        assert_eq!(read.eligibility.most_of_household(), 4);
        assert_eq!(typed.faults(), None);
    }

    #[test]
    fn a_household_is_not_allowed_less_than_a_person() {
        for most in ["2", "101", "-1"] {
            let mut typed = Typed::default();
            let form = OfferingForm { per_household: most.to_owned(), ..form() };
            assert!(typed.offering(&form).is_none());
            let fault = PlanFault::new(PlanField::PerHousehold, PlanProblem::NotInRange);
            assert_eq!(typed.faults(), Some(vec![fault]));
        }
    }

    #[test]
    fn every_field_that_cannot_be_taken_is_named() {
        let text = |text: &str| text.to_owned();
        let form = OfferingForm {
            offering: text("baño"),
            capacity: text("5001"),
            minutes: text("ocho"),
            stations: text(""),
            species: text("pez"),
            from_months: text("9"),
            to_months: text("8"),
            per_owner: text("-1"),
            per_household: text("0"),
            flat_faced: text("on"),
            programme: text("el de siempre"),
        };
        let mut typed = Typed::default();
        assert!(typed.offering(&form).is_none());
        let faults = typed.faults().unwrap();
        let named: Vec<_> = faults.iter().map(|fault| fault.field).collect();
        let all = [
            PlanField::Offering,
            PlanField::Capacity,
            PlanField::Minutes,
            PlanField::Stations,
            PlanField::Species,
            PlanField::PerOwner,
            PlanField::PerHousehold,
            PlanField::ToMonths,
            PlanField::Programme,
        ];
        assert_eq!(named, all);
        assert_eq!(faults[3].problem, PlanProblem::Missing);
    }

    #[test]
    fn units_are_numbers_of_the_commune_or_whole_keys() {
        let mut typed = Typed::default();
        let units = typed.units(Commune::ANTOFAGASTA, "54, 7; 02104-3 54");
        assert_eq!(units, ["02101-7", "02101-54", "02104-3"]);
        assert_eq!(typed.units(Commune::ANTOFAGASTA, " "), Vec::<String>::new());
        typed.units(Commune::ANTOFAGASTA, "1000");
        assert_eq!(
            typed.faults(),
            Some(vec![PlanFault::new(PlanField::Units, PlanProblem::Unknown)])
        );
    }

    #[test]
    fn a_position_is_two_numbers_or_none() {
        let mut typed = Typed::default();
        assert_eq!(typed.position("-23,65", "-70.4"), Some((-23.65, -70.4)));
        assert_eq!(typed.position("", " "), None);
        assert!(typed.faults.is_empty());
        assert_eq!(typed.position("-23,65", ""), None);
        assert_eq!(typed.position("91", "NaN"), None);
        let named: Vec<_> = typed.faults.iter().map(|fault| fault.field).collect();
        assert_eq!(named, [PlanField::Longitude, PlanField::Latitude, PlanField::Longitude]);
    }
}
