//! Words: what is left open, Spanish outside its places, and messages that nothing says.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    File,
    rust::{self, Kind},
};

/// Where Spanish may stand, beside tests, `locales/*.json` and templates.
const SPANISH_PLACES: [&str; 5] = [
    "app/domain/src/catalogue",
    "app/src/routes.rs",
    "server/mailroom/certificates/",
    "server/mailroom/templates/",
    "server/src/demo",
];
const MESSAGES: &str = "app/phrases/locales/es/";
/// Messages that are found by their names, which are data.
const NAMED: &str = "app/phrases/locales/es/fact.json";
/// Written apart, so that this file does not find itself.
const OPEN_MARKS: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];
/// Frequent in every Spanish sentence, in no English one.
const COMMON: [&str; 20] = [
    "con", "del", "desde", "donde", "el", "esta", "este", "fue", "la", "las", "los", "para",
    "pero", "por", "que", "se", "sin", "su", "una", "usted",
];
const TELLING: usize = 2;

/// No mark of unfinished work.
pub(super) fn left_open(file: &File) -> Vec<String> {
    let kept = ["css", "html", "js", "md", "mjs", "rs", "sql", "toml", "ts", "typ"];
    if !kept.iter().any(|extension| file.is(extension)) {
        return Vec::new();
    }
    let open = |line: &str| {
        let mut words = line.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| OPEN_MARKS.contains(&word))
    };
    let lines = file.text.lines().enumerate().filter(|(_, line)| open(line));
    lines.map(|(at, _)| format!("{}:{}: left open", file.path, at + 1)).collect()
}

/// Literals and comments of our Rust are English. A Spanish term of the trade may be quoted in a
/// comment, between backticks or asterisks, and proper names keep their accents (capitals).
pub(super) fn spanish(file: &File) -> Vec<String> {
    let placed = SPANISH_PLACES.iter().any(|place| file.path.starts_with(place));
    if !file.is("rs") || file.is_test() || placed {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for piece in rust::pieces(rust::before_tests(&file.text)) {
        let text = match piece.kind {
            Kind::Code => continue,
            Kind::Comment => unquoted(piece.text),
            Kind::Text => piece.text.to_owned(),
        };
        if let Some(word) = spanish_word(&text) {
            faults.push(format!("{}:{}: Spanish ({word})", file.path, piece.line));
        }
    }
    faults
}

/// The keys of messages that no Rust names.
pub(super) fn unsaid(files: &[File]) -> Vec<String> {
    let code = files.iter().filter(|file| file.is("rs")).map(|file| rust::code(&file.text));
    let code: String = code.collect();
    let words: BTreeSet<&str> =
        code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let mut faults = Vec::new();
    let is_said = |file: &&File| file.path.starts_with(MESSAGES) && file.path != NAMED;
    for file in files.iter().filter(is_said) {
        let messages: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&file.text).expect(&file.path);
        let unsaid = messages.keys().filter(|key| !words.contains(key.as_str()));
        faults.extend(unsaid.map(|key| format!("{}: {key} is said nowhere", file.path)));
    }
    faults
}

/// The text without what stands between backticks or asterisks.
fn unquoted(comment: &str) -> String {
    let outside =
        |text: &str, mark: char| text.split(mark).step_by(2).collect::<Vec<_>>().join(" ");
    outside(&outside(comment, '`'), '*')
}

/// A word that gives a Spanish text away: one with an accent, unless it is a name, or the second
/// of two common ones.
fn spanish_word(text: &str) -> Option<&str> {
    let words = text.split(|letter: char| !letter.is_alphabetic());
    let mut common = 0;
    for word in words.filter(|word| !word.is_empty()) {
        let accented = word.chars().any(|letter| "áéíóúñü".contains(letter));
        let name = word.chars().next().is_some_and(char::is_uppercase);
        if accented && !name && word.chars().count() > 1 {
            return Some(word);
        }
        common += usize::from(COMMON.contains(&word));
        if common == TELLING {
            return Some(word);
        }
    }
    text.contains(['¿', '¡']).then_some("¿¡")
}

#[test]
fn open_marks_are_faults_as_whole_words() {
    let text = format!("// {}: later\n// {}S\n", OPEN_MARKS[0], OPEN_MARKS[0]);
    assert_eq!(left_open(&File::new("a.rs", &text)), ["a.rs:1: left open"]);
}

#[test]
fn a_message_that_nothing_says_is_a_fault() {
    let files = [
        File::new("app/phrases/locales/es/a.json", r#"{ "hello": "Hola", "bye": "Chao" }"#),
        File::new("app/src/a.rs", "a::hello(locale); // a::bye(locale)\nlet b = \"bye\";\n"),
    ];
    assert_eq!(unsaid(&files), ["app/phrases/locales/es/a.json: bye is said nowhere"]);
}

#[test]
fn spanish_outside_its_places_is_a_fault() {
    let faults = |text: &str| spanish(&File::new("server/src/a.rs", text)).len();
    assert_eq!(faults("let a = \"guardado para la lista\";"), 1);
    assert_eq!(faults("let a = \"dirección\";"), 1);
    assert_eq!(faults("// ¿Y ahora?\n"), 1);
    assert_eq!(faults("// the term `dueño`, also *tenencia de la mascota*\n"), 0);
    assert_eq!(faults("let a = \"Valparaíso\"; // Ñuble, ñ\n"), 0);
    assert_eq!(faults("let a = \"kept in the list\";\n#[cfg(test)]\nlet b = \"dueño\";"), 0);
    let text = "let a = \"dirección\";";
    assert!(spanish(&File::new("server/src/demo/names.rs", text)).is_empty());
    assert!(spanish(&File::new("server/tests/it/a.rs", text)).is_empty());
}
