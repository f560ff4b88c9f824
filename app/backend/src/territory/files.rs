//! Files of neighbourhood units, taken apart: a table with its headings, or a `GeoJSON` (RFC 7946).
//! What the rows say is judged by the domain.

use domain::catalogue::unit_columns::UnitColumn;
use domain::desk::territory::FileFault;
use domain::name::search_key;
use domain::territory::file::{Cells, MOST_ROWS, Shape};
use domain::territory::point::{Boundary, Point};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a file.
///
/// # Errors
/// Why it is none of units.
pub(super) fn rows(text: &str) -> Result<Vec<Cells>, FileFault> {
    // Only lines are left out before the headings: a heading may be blank.
    let text = text.trim_start_matches(['\u{feff}', '\n', '\r', ' ']).trim_end();
    let rows = match text.chars().next() {
        None => return Err(FileFault::Empty),
        Some('{') => of_geojson(text)?,
        Some(_) => of_table(text)?,
    };
    match rows.len() {
        0 => Err(FileFault::Empty),
        count if count > MOST_ROWS => Err(FileFault::TooManyRows),
        _ if !says_of_what(&rows) => Err(FileFault::NoUnitColumn),
        _ => Ok(rows),
    }
}

/// Whether the rows say of which units they are; or else of which communes, each once: with a
/// commune twice it is a list of units whose column of them has a name that is not known.
fn says_of_what(rows: &[Cells]) -> bool {
    let text = |cells: &Cells, column| cells.texts.get(&column).map(|text| search_key(text));
    if rows.iter().any(|cells| cells.texts.contains_key(&UnitColumn::Unit)) {
        return true;
    }
    let communes = rows.iter().filter_map(|cells| text(cells, UnitColumn::Commune));
    let mut seen = BTreeSet::new();
    let are_told_once = communes.filter(|name| !name.is_empty()).all(|name| seen.insert(name));
    are_told_once && !seen.is_empty()
}

/// What parts the cells: what the headings have most of. Spreadsheets of Chile write semicolons.
fn delimiter(headings: &str) -> u8 {
    let count = |mark: u8| headings.bytes().filter(|byte| *byte == mark).count();
    // Of as many the last one is taken.
    [b'\t', b',', b';'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b';')
}

fn of_table(text: &str) -> Result<Vec<Cells>, FileFault> {
    let headings = text.lines().next().unwrap_or_default();
    // The reader ends a row at the first of two marks, and would count its line one too low.
    let lines = text.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(headings))
        .has_headers(false)
        .flexible(true)
        .from_reader(lines.as_bytes());
    let mut records = reader.records();
    let headings = match records.next() {
        Some(Ok(headings)) => headings,
        _ => return Err(FileFault::Unreadable),
    };
    let columns: Vec<_> = headings.iter().map(UnitColumn::named).collect();
    if ![UnitColumn::Unit, UnitColumn::Commune].iter().any(|one| columns.contains(&Some(*one))) {
        return Err(FileFault::NoUnitColumn);
    }
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(|_| FileFault::Unreadable)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let mut texts = BTreeMap::new();
        for (column, cell) in columns.iter().zip(record.iter()) {
            if let Some(column) = column {
                texts.entry(*column).or_insert_with(|| cell.to_owned());
            }
        }
        let place = u32::try_from(line).unwrap_or(u32::MAX);
        rows.push(Cells { place, texts, shape: Shape::None });
        if rows.len() > MOST_ROWS {
            return Err(FileFault::TooManyRows);
        }
    }
    Ok(rows)
}

fn of_geojson(text: &str) -> Result<Vec<Cells>, FileFault> {
    let whole: Value = serde_json::from_str(text).map_err(|_| FileFault::Unreadable)?;
    let features = whole.get("features").and_then(Value::as_array);
    let features = features.ok_or(FileFault::Unreadable)?;
    if features.len() > MOST_ROWS {
        return Err(FileFault::TooManyRows);
    }
    let mut rows = Vec::with_capacity(features.len());
    for (place, feature) in (1..).zip(features) {
        let mut texts = BTreeMap::new();
        let properties = feature.get("properties").and_then(Value::as_object);
        for (name, value) in properties.into_iter().flatten() {
            if let Some(column) = UnitColumn::named(name) {
                texts.entry(column).or_insert_with(|| text_of(value));
            }
        }
        let shape = feature.get("geometry").map_or(Shape::None, shape_of);
        rows.push(Cells { place, texts, shape });
    }
    Ok(rows)
}

/// A property as a cell: a text or a number as it is written, nothing else.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn shape_of(geometry: &Value) -> Shape {
    if geometry.is_null() {
        return Shape::None;
    }
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    let read = match geometry.get("type").and_then(Value::as_str) {
        Some("Point") => point(coordinates).map(Shape::Point),
        Some("Polygon") => polygon(coordinates).and_then(|one| area(&[one])),
        Some("MultiPolygon") => list(coordinates, polygon).and_then(|all| area(&all)),
        _ => None,
    };
    read.unwrap_or(Shape::Unreadable)
}

fn area(polygons: &[Vec<Vec<Point>>]) -> Option<Shape> {
    Boundary::of(polygons).map(|(boundary, centre)| Shape::Area(boundary, centre))
}

fn polygon(value: &Value) -> Option<Vec<Vec<Point>>> {
    list(value, |ring| list(ring, point))
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

/// Degrees east, then north; a height after them is left out.
fn point(value: &Value) -> Option<Point> {
    let degrees = |place: usize| Some(format!("{:.6}", value.get(place)?.as_f64()?));
    Point::parse(&degrees(1)?, &degrees(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_whatever_parts_its_cells() {
        for text in [
            "Comuna;UV;Nombre;Hogares\n02101;54;\"Bonilla; Bajo\";1200\n;;;\n02101;7;X;\n",
            "\u{feff}Comuna,UV,Nombre,Hogares\r\n02101,54,Bonilla; Bajo,1200\r\n02101,7,X\r\n",
            "Comuna\tUV\tNombre\tHogares\n02101\t54\tBonilla; Bajo\t1200\n02101\t7\tX\t\t\t9\n",
        ] {
            let rows = rows(text).unwrap();
            assert_eq!(rows.len(), 2, "{text}");
            assert_eq!(rows[0].place, 2);
            assert_eq!(rows[0].texts[&UnitColumn::Name], "Bonilla; Bajo");
            assert_eq!(rows[0].texts[&UnitColumn::Households], "1200");
            assert_eq!(rows[1].texts[&UnitColumn::Unit], "7");
        }
    }

    #[test]
    fn a_geojson_is_read_with_its_shapes() {
        let ring = "[[-70.4,-23.6],[-70.3,-23.6],[-70.3,-23.5],[-70.4,-23.6]]";
        let text = format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[
             {{\"properties\":{{\"uv\":54,\"hogares\":\"1200\",\"x1\":[]}},
               \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}},
             {{\"properties\":{{\"uv\":\"7\"}},\"geometry\":null}},
             {{\"properties\":{{\"uv\":\"8\"}},
               \"geometry\":{{\"type\":\"Point\",\"coordinates\":[-70.4,-23.6,12]}}}},
             {{\"properties\":null,
               \"geometry\":{{\"type\":\"Point\",\"coordinates\":[-700,-23.6]}}}}]}}"
        );
        let rows = rows(&text).unwrap();
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0].texts[&UnitColumn::Unit], "54");
        let Shape::Area(_, centre) = &rows[0].shape else { panic!("{:?}", rows[0]) };
        assert_eq!(Some(*centre), Point::parse("-23.55", "-70.35"));
        assert_eq!(rows[1].shape, Shape::None);
        assert_eq!(rows[2].shape, Shape::Point(Point::parse("-23.6", "-70.4").unwrap()));
        assert_eq!(rows[3].shape, Shape::Unreadable);
    }

    #[test]
    fn a_table_of_communes_tells_of_each_once() {
        for text in [
            "Comuna;Hogares;Mascotas\n02101;136000;190000\nMejillones;4800;6700\n",
            "Comuna;Unidad;Hogares\n02101;;136000\n02101;54;1200\n02101;;9\n",
        ] {
            assert!(rows(text).is_ok(), "{text}");
        }
        for text in [
            "Comuna;Sector vecinal;Hogares\n02101;54;1200\n02101;7;800\n",
            "Comuna;Hogares\n;1200\n",
        ] {
            assert_eq!(rows(text), Err(FileFault::NoUnitColumn), "{text}");
        }
    }

    #[test]
    fn what_is_no_file_of_units_is_told_apart() {
        let long = format!("uv\n{}", "1\n".repeat(MOST_ROWS + 1));
        let deep = format!("{{\"features\":{}", "[".repeat(10_000));
        for (text, fault) in [
            ("", FileFault::Empty),
            (" \n ", FileFault::Empty),
            ("uv\n", FileFault::Empty),
            ("nombre;hogares\nX;1\n", FileFault::NoUnitColumn),
            ("{\"features\":[]}", FileFault::Empty),
            ("{\"features\":7}", FileFault::Unreadable),
            ("{\"a\":", FileFault::Unreadable),
            ("{\"features\":[{\"properties\":{}}]}", FileFault::NoUnitColumn),
            (deep.as_str(), FileFault::Unreadable),
            (long.as_str(), FileFault::TooManyRows),
        ] {
            assert_eq!(rows(text), Err(fault), "{}", text.chars().take(40).collect::<String>());
        }
    }
}
