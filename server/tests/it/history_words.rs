//! Whatever the histories note stands there under words, and not under the name of a field.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use phrases::{Locale, fact};
use serde_json::Value;

use crate::house::{Engine, House};

/// What is noted as it is: the API describes these.
const DESCRIBED: [&str; 2] = ["Command", "Outreach"];
/// What is noted as it is and is no part of the API: where it is written down.
const WRITTEN: [(&str, &str); 6] = [
    ("backend/src/tasks.rs", "pub enum TaskBody {"),
    ("backend/src/bookings/news.rs", "pub struct Known {"),
    ("backend/src/planning/news.rs", "pub struct Known {"),
    ("domain/src/desk/plan.rs", "pub struct ProgrammeForm {"),
    ("domain/src/booking/asked.rs", "pub struct Eligibility {"),
    ("domain/src/owner.rs", "pub struct ContactProposal {"),
];
/// How the bodies of links begin that are put together where they are noted.
const PUT_TOGETHER: [&str; 4] = [
    "said = json!({",
    "body = json!({",
    "said = serde_json::json!({",
    "body = serde_json::json!({",
];

type Names = BTreeSet<String>;

fn app() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app")
}

/// The names of a described shape, and of the shapes in it.
fn described(schemas: &Value, shape: &Value, names: &mut Names, known: &mut Names) {
    match shape {
        Value::Object(parts) => {
            if let Some(Value::Object(fields)) = parts.get("properties") {
                names.extend(fields.keys().cloned());
            }
            if let Some(path) = parts.get("$ref").and_then(Value::as_str) {
                let name = path.rsplit('/').next().expect("a name");
                if known.insert(name.to_owned()) {
                    described(schemas, &schemas[name], names, known);
                }
            }
            for part in parts.values() {
                described(schemas, part, names, known);
            }
        }
        Value::Array(parts) => {
            for part in parts {
                described(schemas, part, names, known);
            }
        }
        _ => {}
    }
}

/// The names of the fields of a type, as its text has them.
fn fields(text: &str, begins: &str) -> Names {
    let (_, body) = text.split_once(begins).expect(begins);
    let (body, _) = body.split_once("\n}").expect("its end");
    let name = |line: &str| {
        let (name, _) = line.trim().trim_start_matches("pub ").split_once(": ")?;
        name.chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_')
            .then(|| name.to_owned())
    };
    body.lines().filter_map(name).collect()
}

/// The names before the colons of a JSON.
fn keys(json: &str) -> Vec<String> {
    let pieces: Vec<_> = json.split("\":").collect();
    let before = pieces.len().saturating_sub(1);
    let name = |piece: &&str| piece.rsplit('"').next().map(str::to_owned);
    pieces.iter().take(before).filter_map(name).collect()
}

/// The names in all that is put together below a folder.
fn put_together(folder: &Path, names: &mut Names) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            put_together(&path, names);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a text");
            let text = text.split("#[cfg(test)]").next().expect("its beginning");
            for begins in PUT_TOGETHER {
                let bodies = text.split(begins).skip(1);
                names.extend(bodies.filter_map(|rest| rest.split("})").next()).flat_map(keys));
            }
            let added = text.split("said[\"").skip(1).filter_map(|rest| rest.split('"').next());
            names.extend(added.map(str::to_owned));
        }
    }
}

#[test]
fn every_fact_of_a_history_has_words() {
    let house = House::start(Engine::Sqlite);
    let api = house.client().get("/api/v1/openapi.json").expect(200).json();
    let schemas = &api["components"]["schemas"];
    let (mut names, mut known) = (Names::new(), Names::new());
    for name in DESCRIBED {
        assert!(schemas[name].is_object(), "{name} is not described");
        described(schemas, &schemas[name], &mut names, &mut known);
    }
    for (file, begins) in WRITTEN {
        let text = fs::read_to_string(app().join(file)).expect(file);
        names.extend(fields(&text, begins));
    }
    put_together(&app().join("backend/src"), &mut names);
    // What is noted without a name.
    names.insert(String::new());
    assert!(names.len() > 120, "only {names:?}");
    names.retain(|name| fact::named(name, Locale::Es).is_none());
    assert_eq!(names, Names::new(), "in locales/*/fact.json");
}
