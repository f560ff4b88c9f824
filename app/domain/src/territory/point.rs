//! Places on the map, in whole millionths of a degree (some ten centimetres), and boundaries.

use std::fmt::Write as _;

/// Millionths in a degree.
const DEGREE: i64 = 1_000_000;
/// Metres of a degree of latitude, on a sphere of the earth's mean radius (IUGG, 6,371,008.8 m).
const DEGREE_METRES: i64 = 111_195;
/// Digits after the point that are kept.
const PLACES: usize = 6;

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    latitude: i64,
    longitude: i64,
}

impl Point {
    /// From millionths of a degree north and east; `None` off the globe.
    #[must_use]
    pub fn from_millionths(latitude: i64, longitude: i64) -> Option<Self> {
        let fits = latitude.abs() <= 90 * DEGREE && longitude.abs() <= 180 * DEGREE;
        fits.then_some(Self { latitude, longitude })
    }

    /// Reads degrees north and east, with a point or a comma before the decimals; what is finer
    /// than a millionth is cut off. `None` for anything else, and off the globe.
    #[must_use]
    pub fn parse(latitude: &str, longitude: &str) -> Option<Self> {
        Self::from_millionths(millionths(latitude)?, millionths(longitude)?)
    }

    /// Millionths of a degree north.
    #[must_use]
    pub const fn latitude(self) -> i64 {
        self.latitude
    }

    /// Millionths of a degree east.
    #[must_use]
    pub const fn longitude(self) -> i64 {
        self.longitude
    }

    /// Degrees north as a decimal text.
    #[must_use]
    pub fn latitude_text(self) -> String {
        degrees(self.latitude)
    }

    /// Degrees east as a decimal text.
    #[must_use]
    pub fn longitude_text(self) -> String {
        degrees(self.longitude)
    }

    /// How far another place is, in metres as the crow flies: as on a plane that touches the
    /// earth between the two, which within a region is wrong by less than one part in a hundred.
    /// All in whole numbers, so that every machine ranks alike.
    #[must_use]
    pub fn metres_to(self, other: Self) -> u32 {
        let metres = |millionths: i64| millionths.abs() * DEGREE_METRES / DEGREE;
        let north = metres(self.latitude - other.latitude);
        let middle = (self.latitude + other.latitude) / 2;
        let east = metres(self.longitude - other.longitude) * cosine(middle) / DEGREE;
        let square = (north * north + east * east).unsigned_abs();
        u32::try_from(square.isqrt()).unwrap_or(u32::MAX)
    }
}

/// The cosine of an angle of so many millionths of a degree, in millionths: Bhaskara's fraction,
/// `(32400 - 4a²) / (32400 + a²)`, which is wrong by less than two parts in a thousand.
fn cosine(angle: i64) -> i64 {
    let (right, thousandths) = (32_400 * DEGREE, angle / 1_000);
    let square = thousandths * thousandths;
    (right - 4 * square).max(0) * DEGREE / (right + square)
}

/// Reads a decimal number as millionths.
fn millionths(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&whole.len()) || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    let kept: String = decimals.chars().chain("000000".chars()).take(PLACES).collect();
    let value = whole.parse::<i64>().ok()? * DEGREE + kept.parse::<i64>().ok()?;
    Some(sign * value)
}

fn degrees(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.abs();
    format!("{sign}{}.{:06}", size / DEGREE, size % DEGREE)
}

/// Most points of one unit's boundary.
pub const MOST_POINTS: usize = 5_000;

/// The boundary of an area: the coordinates of a `MultiPolygon` (RFC 7946, section 3.1.7) as JSON,
/// written by this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary(String);

impl Boundary {
    /// The boundary of polygons, each of closed rings of at least four points, the outer one first;
    /// and the middle of them all. `None` for no polygon, for a ring that is none, and for more
    /// than [`MOST_POINTS`].
    #[must_use]
    pub fn of(polygons: &[Vec<Vec<Point>>]) -> Option<(Self, Point)> {
        let rings = || polygons.iter().flatten();
        let is_closed = |ring: &Vec<Point>| ring.len() >= 4 && ring.first() == ring.last();
        let has_rings = polygons.iter().all(|polygon| !polygon.is_empty());
        let points: usize = rings().map(Vec::len).sum();
        if !has_rings || !rings().all(is_closed) || points > MOST_POINTS {
            return None;
        }
        let middle = |of: fn(&Point) -> i64| {
            let (least, most) = (rings().flatten().map(of).min(), rings().flatten().map(of).max());
            Some((least? + most?) / 2)
        };
        let latitude = middle(|point| point.latitude)?;
        let longitude = middle(|point| point.longitude)?;
        let centre = Point::from_millionths(latitude, longitude)?;
        Some((Self(written(polygons)), centre))
    }

    /// The one that was stored.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Its coordinates as JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn written(polygons: &[Vec<Vec<Point>>]) -> String {
    let mut text = String::from("[");
    for (place, polygon) in polygons.iter().enumerate() {
        text.push_str(if place == 0 { "[" } else { ",[" });
        for (place, ring) in polygon.iter().enumerate() {
            text.push_str(if place == 0 { "[" } else { ",[" });
            for (place, point) in ring.iter().enumerate() {
                let gap = if place == 0 { "" } else { "," };
                let (east, north) = (point.longitude_text(), point.latitude_text());
                // Writing into a text cannot fail.
                let _ = write!(text, "{gap}[{east},{north}]");
            }
            text.push(']');
        }
        text.push(']');
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(latitude: &str, longitude: &str) -> Point {
        Point::parse(latitude, longitude).unwrap()
    }

    #[test]
    fn degrees_are_read_as_people_write_them() {
        let point = at("-23,6509", " -70.39750001 ");
        assert_eq!((point.latitude(), point.longitude()), (-23_650_900, -70_397_500));
        assert_eq!(point.latitude_text(), "-23.650900");
        assert_eq!(at("0", "-0.5").longitude_text(), "-0.500000");
        for (latitude, longitude) in [
            ("", "0"),
            ("91", "0"),
            ("0", "181"),
            ("1.2.3", "0"),
            ("1e3", "0"),
            ("NaN", "0"),
            ("-", "0"),
            ("--1", "0"),
            ("1000", "0"),
            (".5", "0"),
        ] {
            assert_eq!(Point::parse(latitude, longitude), None, "{latitude} {longitude}");
        }
    }

    #[test]
    fn known_distances_are_right_within_a_hundredth() {
        let antofagasta = at("-23.6509", "-70.3975");
        // Great circles on the same sphere, in metres.
        for (other, metres) in [
            (at("-22.4624", "-68.9272"), 200_300_i64),
            (at("-23.1000", "-70.4500"), 61_500),
            (at("-25.4070", "-70.4830"), 195_500),
        ] {
            let told = i64::from(antofagasta.metres_to(other));
            assert!((told - metres).abs() * 100 <= metres, "{told} for {metres}");
            assert_eq!(antofagasta.metres_to(other), other.metres_to(antofagasta));
        }
        assert_eq!(antofagasta.metres_to(antofagasta), 0);
    }

    #[test]
    fn a_boundary_is_closed_and_not_too_long() {
        let square = || vec![at("0", "0"), at("0", "1"), at("1", "1"), at("0", "0")];
        let (boundary, centre) = Boundary::of(&[vec![square()]]).unwrap();
        let text = "[[[[0.000000,0.000000],[1.000000,0.000000],[1.000000,1.000000],\
                    [0.000000,0.000000]]]]";
        assert_eq!(boundary.as_str(), text);
        assert_eq!(centre, at("0.5", "0.5"));
        assert_eq!(Boundary::of(&[]), None);
        assert_eq!(Boundary::of(&[vec![]]), None);
        assert_eq!(Boundary::of(&[vec![square().split_off(1)]]), None);
        let long = vec![at("0", "0"); MOST_POINTS + 1];
        assert_eq!(Boundary::of(&[vec![long]]), None);
    }

    proptest! {
        #[test]
        fn a_place_is_read_back_as_it_was_written(
            latitude in -90_000_000_i64..=90_000_000, longitude in -180_000_000_i64..=180_000_000,
        ) {
            let point = Point::from_millionths(latitude, longitude).unwrap();
            let read = Point::parse(&point.latitude_text(), &point.longitude_text());
            prop_assert_eq!(read, Some(point));
            let _ = point.metres_to(at("-23.65", "-70.39"));
        }

        #[test]
        fn no_text_makes_the_reader_of_places_panic(text in ".{0,30}") {
            let _ = Point::parse(&text, &text);
        }
    }
}
