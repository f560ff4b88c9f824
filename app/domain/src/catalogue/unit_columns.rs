//! How the columns of a file of neighbourhood units are called: in the municipalities' own lists,
//! in those of the census, and in a `GeoJSON` of their boundaries.

use crate::catalogue::coded;
use crate::name::search_key;

coded! {
    /// What a column of such a file says.
    pub enum UnitColumn {
        /// The commune, by code or name.
        Commune = "commune",
        /// The unit's number, or commune and number.
        Unit = "unit",
        /// What people call it.
        Name = "name",
        /// How many households.
        Households = "households",
        /// How many dogs and cats, as estimated.
        DogsAndCats = "dogs_and_cats",
        /// Who counted or estimated.
        Source = "source",
        /// In which year.
        Year = "year",
        /// Degrees north.
        Latitude = "latitude",
        /// Degrees east.
        Longitude = "longitude",
    }
}

/// The names that mean a column, as keys of a search: without accents, in lower case.
const NAMES: [(UnitColumn, &[&str]); 9] = [
    (UnitColumn::Commune, &["comuna", "commune", "cut", "cod comuna", "nom comuna"]),
    (
        UnitColumn::Unit,
        &["unidad", "unidad vecinal", "uv", "u v", "numero", "n", "no", "unit", "cod unidad"],
    ),
    (UnitColumn::Name, &["nombre", "name", "sector", "poblacion", "nombre unidad"]),
    (UnitColumn::Households, &["hogares", "viviendas", "households", "n hogares", "n viviendas"]),
    (
        UnitColumn::DogsAndCats,
        &[
            "perros y gatos",
            "animales",
            "mascotas",
            "dogs and cats",
            "animales estimados",
            "mascotas estimadas",
        ],
    ),
    (UnitColumn::Source, &["fuente", "source", "origen"]),
    (UnitColumn::Year, &["ano", "anio", "year", "ano fuente"]),
    (UnitColumn::Latitude, &["latitud", "latitude", "lat", "y"]),
    (UnitColumn::Longitude, &["longitud", "longitude", "lon", "lng", "x"]),
];

impl UnitColumn {
    /// The column that a heading names, whatever its case and accents.
    #[must_use]
    pub fn named(heading: &str) -> Option<Self> {
        let key = search_key(heading);
        NAMES.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(column, _)| *column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_known_however_it_is_written() {
        for (heading, column) in [
            ("Comuna", UnitColumn::Commune),
            ("UNIDAD VECINAL", UnitColumn::Unit),
            ("U.V.", UnitColumn::Unit),
            ("Año", UnitColumn::Year),
            ("perros_y_gatos", UnitColumn::DogsAndCats),
            (" Latitud ", UnitColumn::Latitude),
        ] {
            assert_eq!(UnitColumn::named(heading), Some(column), "{heading}");
        }
        assert_eq!(UnitColumn::named("otra cosa"), None);
        assert_eq!(UnitColumn::named(""), None);
    }

    #[test]
    fn no_name_means_two_columns() {
        let mut names: Vec<_> = NAMES.iter().flat_map(|(_, names)| names.iter()).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(NAMES.len(), UnitColumn::ALL.len());
        for (_, names) in NAMES {
            assert!(names.iter().all(|name| search_key(name) == *name), "{names:?}");
        }
    }
}
