//! The subject of a letter: no longer than lists of mails show, with the names in it shortened
//! where they are too long, and never the day or the hour.

use minijinja::Value;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization;

use super::{ComposeError, one_line};
use crate::letter::Letter;

/// Longest subject, characters.
pub(super) const MOST_CHARS: usize = 120;
/// No name is made shorter than this, characters with the mark.
const LEAST_CHARS: usize = 12;
/// Where something was left out.
const MARK: &str = "…";
/// The facts that are names: of an outreach, a host, a person or an animal.
const NAMES: [&str; 5] = ["outreach", "host", "animals", "pet_name", "name"];

/// The subject that `render` makes of a letter's facts, on one line. Where even short names are too
/// many, the end is cut.
///
/// # Errors
/// Those of `render`.
pub(super) fn fitting(
    letter: &Letter,
    render: impl Fn(Value) -> Result<String, ComposeError>,
) -> Result<String, ComposeError> {
    let mut subject = one_line(&render(Value::from_serialize(letter))?);
    let over = |subject: &str| subject.chars().count().saturating_sub(MOST_CHARS);
    if over(&subject) == 0 {
        return Ok(subject);
    }
    let mut facts = serde_json::to_value(letter).map_err(|_| ComposeError::Parts)?;
    while over(&subject) > 0 && shorten(&mut facts, over(&subject)) {
        subject = one_line(&render(Value::from_serialize(&facts))?);
    }
    Ok(subject.chars().take(MOST_CHARS).collect())
}

/// Shortens the longest name by so many characters, as far as it goes; where all are short, names
/// one animal less. `false` when nothing is left to shorten.
fn shorten(facts: &mut Json, over: usize) -> bool {
    let mut found = Vec::new();
    names(facts, false, &mut found);
    let longest = found.into_iter().max_by_key(|name| name.chars().count());
    if let Some(name) = longest {
        let length = name.chars().count();
        if length > LEAST_CHARS {
            let kept = length.saturating_sub(over + 1).max(LEAST_CHARS - 1);
            let begun: String = name.nfc().take(kept).collect();
            *name = format!("{}{MARK}", begun.trim_end());
            return true;
        }
    }
    name_fewer(facts)
}

/// The names among some facts.
fn names<'f>(facts: &'f mut Json, is_name: bool, found: &mut Vec<&'f mut String>) {
    match facts {
        Json::String(text) if is_name => found.push(text),
        Json::Array(list) => list.iter_mut().for_each(|one| names(one, is_name, found)),
        Json::Object(fields) => {
            for (field, one) in fields.iter_mut() {
                names(one, NAMES.contains(&field.as_str()), found);
            }
        }
        _ => {}
    }
}

/// Leaves the last animal out of those that are named, if there are several.
fn name_fewer(facts: &mut Json) -> bool {
    let animals = facts.get_mut("animals").and_then(Json::as_array_mut);
    let Some(animals) = animals else { return false };
    let marks = usize::from(animals.last().and_then(Json::as_str) == Some(MARK));
    if animals.len() < 2 + marks {
        return false;
    }
    animals.truncate(animals.len() - 1 - marks);
    animals.push(Json::from(MARK));
    true
}
