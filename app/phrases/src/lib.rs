#![doc = include_str!("../README.md")]

mod explanation;
pub mod format;
pub mod label;
mod locale;

use std::fmt::{Display, Write as _};

pub use explanation::{Explanation, explain, explain_field, explain_field_as, explain_named_field};
pub use locale::Locale;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// Puts the values into the braces of a template. The build has checked that every brace has
/// its value, so an unknown name cannot occur; were it to, it would stay as written.
fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = inside.split_once('}').unwrap_or((inside, ""));
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{value}");
            }
            None => {
                let _ = write!(out, "{{{name}}}");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn every_brace_takes_its_value() {
        assert_eq!(fill("{a} y {b}, {a}", &[("a", &1), ("b", &"dos")]), "1 y dos, 1");
    }

    #[test]
    fn a_value_with_braces_is_not_read_again() {
        assert_eq!(fill("{a}", &[("a", &"{a}")]), "{a}");
    }
}
