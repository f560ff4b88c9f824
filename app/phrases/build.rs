//! Turns `locales/<language>/<area>.json` into one typed function per message.
//!
//! A key that one language lacks, a key written twice, a parameter that differs between the
//! languages or an unreadable file stops the build with the file and the key in the message.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

/// The areas, each one module of the crate and one file per language.
const AREAS: &[&str] = &[
    "common",
    "public",
    "field",
    "coordination",
    "account",
    "refusal",
    "catalogue",
    "document",
    "stock",
    "territory",
    "booking",
    "planning",
    "day",
    "closing",
    "import",
    "fact",
];

/// The areas whose messages are found by their keys, which are names from elsewhere.
const NAMED: [&str; 1] = ["fact"];

/// More than this many parameters and a message should be split (house limit: five in all).
const MAX_PARAMETERS: usize = 4;

/// Words a key or a parameter cannot be, since it becomes a Rust name.
const RESERVED: [&str; 40] = [
    "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else", "enum",
    "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "locale", "loop", "match",
    "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "type", "unsafe", "use", "where", "while",
];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(only_field)");
    if env::var_os("CARGO_FEATURE_ONLY_FIELD").is_some() {
        println!("cargo::rustc-cfg=only_field");
    }
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
            ExitCode::FAILURE
        }
    }
}

/// One message in one language.
enum Message {
    /// The same words whatever the number.
    Plain(String),
    /// Chosen by `{n}`: exactly one, or any other number.
    Counted { one: String, other: String },
}

/// A file as written: every key once.
struct Area(BTreeMap<String, Message>);

fn generate() -> Result<(), Vec<String>> {
    let mut code = String::new();
    let mut faults = Vec::new();
    for &area in AREAS {
        match (read("es", area), read("en", area)) {
            (Ok(es), Ok(en)) => write_area(&mut code, area, &es, &en, &mut faults),
            (es, en) => faults.extend([es.err(), en.err()].into_iter().flatten()),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set".to_owned()])?;
    let target = PathBuf::from(folder).join("messages.rs");
    fs::write(&target, code).map_err(|error| vec![format!("{}: {error}", target.display())])
}

fn read(language: &str, area: &str) -> Result<Area, String> {
    let path = Path::new("locales").join(language).join(format!("{area}.json"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn write_area(code: &mut String, area: &str, es: &Area, en: &Area, faults: &mut Vec<String>) {
    let _ = writeln!(code, "/// Messages of `locales/*/{area}.json`.\npub mod {area} {{");
    let mut named = Vec::new();
    for key in en.0.keys().filter(|key| !es.0.contains_key(*key)) {
        faults.push(format!("locales/es/{area}.json: key `{key}` is missing (en has it)"));
    }
    for (key, spanish) in &es.0 {
        let Some(english) = en.0.get(key) else {
            faults.push(format!("locales/en/{area}.json: key `{key}` is missing (es has it)"));
            continue;
        };
        if NAMED.contains(&area) {
            named.push((key, spanish.other(), english.other()));
            continue;
        }
        match write_message(code, key, spanish, english) {
            Ok(()) => {}
            Err(why) => faults.push(format!("locales/*/{area}.json: key `{key}`: {why}")),
        }
    }
    if !named.is_empty() {
        let _ = write!(
            code,
            "    /// Each name with its words in Spanish and in English.\n    \
             static NAMED: [(&str, &str, &str); {}] = {named:?};\n\n    \
             /// The words for a name; nothing for one that has none.\n    \
             #[must_use]\n    \
             pub fn named(name: &str, locale: crate::Locale) -> Option<&'static str> {{\n        \
             let (_, es, en) = NAMED.iter().copied().find(|(known, ..)| *known == name)?;\n        \
             Some(match locale {{\n            crate::Locale::Es => es,\n            \
             crate::Locale::En => en,\n        }})\n    }}\n",
            named.len(),
        );
    }
    code.push_str("}\n");
}

fn write_message(code: &mut String, key: &str, es: &Message, en: &Message) -> Result<(), String> {
    check_name(key)?;
    let parameters = es.parameters()?;
    let others = en.parameters()?;
    if parameters != others {
        return Err(format!("es has the parameters {parameters:?}, en has {others:?}"));
    }
    if es.is_counted() != en.is_counted() {
        return Err("counted in one language, plain in the other".to_owned());
    }
    if parameters.len() > MAX_PARAMETERS {
        return Err(format!("more than {MAX_PARAMETERS} parameters"));
    }
    for line in es.shown().lines() {
        let _ = writeln!(code, "    /// {}", escape_doc(line));
    }
    // The field app speaks Spanish only: a phone need not download what it never shows.
    let en = if env::var_os("CARGO_FEATURE_ONLY_SPANISH").is_some() { es } else { en };
    if parameters.is_empty() {
        let _ = writeln!(
            code,
            "    #[must_use]\n    \
             pub const fn {key}(locale: crate::Locale) -> &'static str {{\n        \
             match locale {{\n            crate::Locale::Es => {:?},\n            \
             crate::Locale::En => {:?},\n        }}\n    }}",
            es.other(),
            en.other(),
        );
        return Ok(());
    }
    let mut signature = String::new();
    let mut values = String::new();
    for name in &parameters {
        if name == "n" && es.is_counted() {
            signature.insert_str(0, ", n: u64");
            values.push_str("(\"n\", &crate::format::count(n, locale)), ");
        } else {
            let _ = write!(signature, ", {name}: impl std::fmt::Display");
            let _ = write!(values, "({name:?}, &{name}), ");
        }
    }
    let _ = writeln!(
        code,
        "    #[must_use]\n    pub fn {key}(locale: crate::Locale{signature}) -> String {{\n        \
         let template = match locale {{\n            crate::Locale::Es => {},\n            \
         crate::Locale::En => {},\n        }};\n        \
         crate::fill(template, &[{values}])\n    }}",
        es.choice(),
        en.choice(),
    );
    Ok(())
}

impl Message {
    /// The names between braces, in alphabetical order; `n` always belongs to a counted one.
    fn parameters(&self) -> Result<BTreeSet<String>, String> {
        match self {
            Self::Plain(text) => parameters_of(text),
            Self::Counted { one, other } => {
                let mut names = parameters_of(other)?;
                names.extend(parameters_of(one)?);
                names.insert("n".to_owned());
                Ok(names)
            }
        }
    }

    fn is_counted(&self) -> bool {
        matches!(self, Self::Counted { .. })
    }

    fn other(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Counted { other, .. } => other,
        }
    }

    /// The text for the doc comment.
    fn shown(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Counted { one, other } => format!("{one} / {other}"),
        }
    }

    /// The Rust expression that picks the template.
    fn choice(&self) -> String {
        match self {
            Self::Plain(text) => format!("{text:?}"),
            Self::Counted { one, other } if one == other => format!("{other:?}"),
            Self::Counted { one, other } => {
                format!("if n == 1 {{ {one:?} }} else {{ {other:?} }}")
            }
        }
    }
}

fn parameters_of(text: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        let inside = rest
            .get(start..)
            .and_then(|tail| tail.strip_prefix('{'))
            .ok_or_else(|| format!("a `}}` without its `{{` in {text:?}"))?;
        let (name, tail) =
            inside.split_once('}').ok_or_else(|| format!("a `{{` without its `}}` in {text:?}"))?;
        check_name(name)?;
        names.insert(name.to_owned());
        rest = tail;
    }
    Ok(names)
}

fn check_name(name: &str) -> Result<(), String> {
    let mut letters = name.chars();
    let starts_well = letters.next().is_some_and(|first| first.is_ascii_lowercase());
    let goes_on_well =
        letters.all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
    if !starts_well || !goes_on_well {
        return Err(format!("`{name}` is not lower_snake_case"));
    }
    if RESERVED.contains(&name) {
        return Err(format!("`{name}` is a reserved word"));
    }
    Ok(())
}

/// Keeps rustdoc from reading brackets and angles as links and tags.
fn escape_doc(line: &str) -> String {
    line.replace('[', "\\[").replace('<', "\\<").replace("http", "h\u{2060}ttp")
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_map(Entries).map(Self)
    }
}

/// Reads a map that refuses a key written twice; a plain map would keep the last in silence.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = BTreeMap<String, Message>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of messages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut found = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value::<serde_json::Value>()?;
            let message = message_of(&value)
                .ok_or_else(|| A::Error::custom(format!("key `{key}`: not a message")))?;
            if found.insert(key.clone(), message).is_some() {
                return Err(A::Error::custom(format!("key `{key}` is written twice")));
            }
        }
        Ok(found)
    }
}

/// A string, or an object with exactly `one` and `other`.
fn message_of(value: &serde_json::Value) -> Option<Message> {
    if let Some(text) = value.as_str() {
        return Some(Message::Plain(text.to_owned()));
    }
    let fields = value.as_object()?;
    let one = fields.get("one")?.as_str()?.to_owned();
    let other = fields.get("other")?.as_str()?.to_owned();
    (fields.len() == 2).then_some(Message::Counted { one, other })
}
