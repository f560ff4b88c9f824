//! The neighbourhood units of the hosts, with made-up figures that say so.

use backend::store::vocabulary::territory::UnitRow;
use domain::timestamp::Timestamp;

/// Who estimated them.
const SOURCE: &str = "Estimación de la demostración";
/// In which year.
const YEAR: i64 = 2020;

/// Unit, households, dogs and cats, millionths of a degree north and east.
const UNITS: &[(&str, i64, i64, i64, i64)] = &[
    ("02101-12", 1_450, 1_900, -23_676_000, -70_404_000),
    ("02101-14", 1_120, 1_480, -23_560_000, -70_388_000),
    ("02101-21", 980, 1_250, -23_629_000, -70_383_000),
    ("02101-30", 1_710, 2_240, -23_588_000, -70_381_000),
    ("02101-31", 860, 1_170, -23_602_000, -70_379_000),
    ("02101-33", 1_330, 1_880, -23_594_000, -70_376_000),
    ("02101-41", 740, 820, -23_645_000, -70_395_000),
    ("02101-44", 1_020, 1_390, -23_615_000, -70_380_000),
    ("02101-45", 690, 1_010, -23_571_000, -70_379_000),
    ("02101-50", 540, 760, -23_581_000, -70_374_000),
    ("02101-52", 310, 520, -23_756_000, -70_463_000),
    ("02101-55", 420, 930, -23_606_000, -70_368_000),
    ("02101-60", 810, 940, -23_660_000, -70_397_000),
    ("02102-1", 1_260, 1_640, -23_098_000, -70_450_000),
    ("02102-2", 880, 1_060, -23_104_000, -70_444_000),
    ("02103-1", 390, 610, -23_334_000, -69_840_000),
    ("02104-1", 1_540, 2_010, -25_407_000, -70_483_000),
];

/// The rows of the units.
pub(super) fn rows(now: Timestamp) -> Vec<UnitRow> {
    let row = |&(unit, households, animals, north, east): &(&str, i64, i64, i64, i64)| UnitRow {
        unit: unit.to_owned(),
        commune: unit.split('-').next().unwrap_or_default().to_owned(),
        name: None,
        households: Some(households),
        dogs_and_cats: Some(animals),
        source: Some(SOURCE.to_owned()),
        source_year: Some(YEAR),
        latitude: Some(north),
        longitude: Some(east),
        boundary: None,
        changed_at: now.0,
    };
    UNITS.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::UNITS;
    use crate::demo::words::HOSTS;
    use std::collections::BTreeSet;

    #[test]
    fn every_host_is_in_a_known_unit() {
        let known: BTreeSet<_> = UNITS.iter().map(|(unit, ..)| (*unit).to_owned()).collect();
        let of_hosts: BTreeSet<_> =
            HOSTS.iter().map(|(_, _, commune, unit, _)| format!("{commune}-{unit}")).collect();
        assert_eq!(known, of_hosts);
        assert_eq!(known.len(), UNITS.len());
    }
}
