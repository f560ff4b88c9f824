//! What may stand in which room.

use std::collections::BTreeSet;

use super::{
    File,
    rust::{self, Kind},
};

const QUERIES: &str = "app/backend/src/store/queries/";
/// What the two databases say differently.
const DIALECTS: [&str; 2] =
    ["app/backend/src/store/postgres.rs", "app/backend/src/store/sqlite.rs"];
const VOCABULARY: &str = "app/backend/src/store/vocabulary/";
const STORY: &str = "app/backend/tests/it/story";
const MAY_ASK_FEATURES: [&str; 3] =
    ["app/src/lib.rs", "app/src/api.rs", "app/src/offline/browser.rs"];
const VERBS: [&str; 10] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "WITH ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE ",
    "ALTER TABLE ",
    "DROP TABLE ",
];
const EMPTY_ROOMS: [&str; 4] = ["common", "helpers", "types", "utils"];
const EMPTY_NAMES: [&str; 5] = ["Handler", "Helper", "Manager", "Service", "Util"];

/// Every statement is in `store/queries`: elsewhere no literal begins like one.
pub(super) fn statements(file: &File) -> Vec<String> {
    let placed = file.path.starts_with(QUERIES) || DIALECTS.contains(&file.path.as_str());
    if !file.is("rs") || file.is_test() || placed {
        return Vec::new();
    }
    rust::pieces(rust::before_tests(&file.text))
        .iter()
        .filter(|piece| piece.kind == Kind::Text)
        .filter(|piece| VERBS.iter().any(|verb| piece.text.trim_start().starts_with(verb)))
        .map(|piece| format!("{}:{}: a statement outside store/queries", file.path, piece.line))
        .collect()
}

/// `cfg(feature = …)` in three files only, so that both halves of `app` stay readable.
pub(super) fn features(file: &File) -> Vec<String> {
    if !file.is("rs") || MAY_ASK_FEATURES.contains(&file.path.as_str()) {
        return Vec::new();
    }
    marked(file, "feature = \"", "a feature is asked here")
}

/// No lint is allowed away, no test is switched off.
pub(super) fn silenced(file: &File) -> Vec<String> {
    if !file.is("rs") {
        return Vec::new();
    }
    let marks = ["#[allow(", "#![allow(", "#[ignore"];
    marks.iter().flat_map(|mark| marked(file, mark, "use expect with a reason")).collect()
}

/// Tests of the browser that are switched off, or kept where the runner does not look.
pub(super) fn unproven(file: &File) -> Vec<String> {
    if !file.path.starts_with("end2end/") || !(file.is("ts") || file.is("js") || file.is("mjs")) {
        return Vec::new();
    }
    let marks = [
        "testIgnore",
        "test.skip",
        "describe.skip",
        "test.fixme",
        "describe.fixme",
        "it.skip",
        "test.only",
        "describe.only",
    ];
    let lines = file.text.lines().enumerate();
    let mut faults: Vec<_> = lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .flat_map(|(at, line)| {
            let found = marks.iter().filter(|mark| line.contains(**mark));
            found.map(move |mark| format!("{}:{}: {mark}", file.path, at + 1))
        })
        .collect();
    if file.path.contains("/unproven/") {
        faults.push(format!("{}: a test that is not run", file.path));
    }
    faults
}

/// What the domain may not ask of its machine: files, network, settings, processes, clocks.
pub(super) fn outside_the_domain(file: &File) -> Vec<String> {
    if !file.is("rs") || !file.path.starts_with("app/domain/src/") {
        return Vec::new();
    }
    let never = ["fs", "net", "env", "process", "thread", "time::Instant", "time::SystemTime"];
    let code: String = rust::code(rust::before_tests(&file.text));
    let mut faults = Vec::new();
    for (at, line) in code.lines().enumerate() {
        let plain: String = line.split_whitespace().collect();
        let named = never
            .iter()
            .filter(|name| plain.contains(&format!("std::{name}")) || in_braces(&plain, name));
        faults.extend(named.map(|name| format!("{}:{}: std::{name}", file.path, at + 1)));
    }
    faults
}

/// Whether `use std::{…}` names a module, by itself or with what is below it.
fn in_braces(line: &str, name: &str) -> bool {
    let Some((_, list)) = line.split_once("std::{") else { return false };
    list.split([',', '{', '}', ';'])
        .any(|one| one == name || one.strip_prefix(name).is_some_and(|rest| rest.starts_with("::")))
}

/// Routes are registered through `doors::Routes`, which compares them with the table of doors; the
/// embedded files and the metrics, which have no door, aside.
pub(super) fn routes(file: &File) -> Vec<String> {
    let may = ["server/src/doors/routes.rs", "server/src/site.rs", "server/src/health.rs"];
    if !file.path.starts_with("server/src/") || may.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let code = File::new(&file.path, rust::before_tests(&file.text));
    let marks = [".route(", ".route_service(", ".nest_service(", ".fallback_service("];
    marks.iter().flat_map(|mark| marked(&code, mark, "a route past the table of doors")).collect()
}

/// No module without a topic, no type named after what it is for a programmer.
pub(super) fn names(file: &File) -> Vec<String> {
    if !file.is("rs") {
        return Vec::new();
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let mut faults = Vec::new();
    let queries = format!("{QUERIES}mod.rs");
    if name == "mod.rs" && file.path != queries {
        faults.push(format!("{}: modules are name.rs and name/", file.path));
    }
    if EMPTY_ROOMS.iter().any(|room| name.strip_suffix(".rs") == Some(room)) {
        faults.push(format!("{}: a module with no topic", file.path));
    }
    let code = rust::code(&file.text);
    let words: Vec<&str> = code.split_whitespace().collect();
    for pair in words.windows(2).filter(|pair| ["enum", "struct", "trait"].contains(&pair[0])) {
        let end = pair[1].find(|letter: char| !letter.is_alphanumeric()).unwrap_or(pair[1].len());
        let named = &pair[1][..end];
        if EMPTY_NAMES.iter().any(|empty| named.ends_with(empty)) {
            faults.push(format!("{}: the name {named} says nothing", file.path));
        }
    }
    faults
}

/// The methods of the store that no story test calls.
pub(super) fn untold(files: &[File]) -> Vec<String> {
    let story = files.iter().filter(|file| file.path.starts_with(STORY));
    let told: String = story.map(|file| rust::code(&file.text)).collect();
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with(VOCABULARY) && file.is("rs")) {
        let code = rust::code(&file.text);
        let untold = methods(&code).into_iter();
        let untold = untold.filter(|method| !told.contains(&format!(".{method}(")));
        faults.extend(untold.map(|method| format!("{}: {method} is in no story", file.path)));
    }
    faults
}

/// The left sides of `method = module::query(…) -> …;` in `vocabulary!` blocks.
fn methods(code: &str) -> BTreeSet<&str> {
    let Some((_, list)) = code.split_once("vocabulary! {") else {
        return BTreeSet::new();
    };
    let lines = list.lines().filter_map(|line| line.trim().split_once(" = "));
    lines.filter(|(_, query)| query.contains("::")).map(|(method, _)| method).collect()
}

fn marked(file: &File, mark: &str, fault: &str) -> Vec<String> {
    let code = rust::code(&file.text);
    let lines = code.lines().enumerate().filter(|(_, line)| line.contains(mark));
    lines.map(|(at, _)| format!("{}:{}: {fault}", file.path, at + 1)).collect()
}

#[test]
fn a_statement_elsewhere_is_a_fault() {
    let text = "let a = \"SELECT 1\";\n// \"SELECT 2\"\nlet b = r#\"\n  UPDATE a SET b = 1\"#;\n\
                let c = \"Select one\";\n#[cfg(test)]\nlet d = \"DELETE FROM a\";\n";
    let faults = statements(&File::new("server/src/a.rs", text));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(statements(&File::new("app/backend/src/store/queries/a.rs", text)).is_empty());
    assert!(statements(&File::new("server/tests/it/a.rs", text)).is_empty());
}

#[test]
fn a_feature_asked_elsewhere_is_a_fault() {
    let text = "#[cfg(feature = \"ssr\")]\nfn a() {}\nlet b = \"feature = \";\n";
    assert_eq!(features(&File::new("app/src/pages/a.rs", text)).len(), 1);
    assert!(features(&File::new("app/src/api.rs", text)).is_empty());
}

#[test]
fn a_silenced_lint_and_a_switched_off_test_are_faults() {
    let text = "#[allow(dead_code)]\nfn a() {}\n#[test]\n#[ignore = \"slow\"]\nfn b() {}\n";
    assert_eq!(silenced(&File::new("a.rs", text)).len(), 2);
    assert!(silenced(&File::new("a.rs", "#[expect(dead_code, reason = \"b\")]")).is_empty());
}

#[test]
fn a_browser_test_that_is_not_run_is_a_fault() {
    let text = "test.skip('a', () => {});\n// test.skip\ntestIgnore: ['x'],\ntest('b', f);\n";
    assert_eq!(unproven(&File::new("end2end/tests/a.spec.ts", text)).len(), 2);
    assert_eq!(unproven(&File::new("end2end/tests/unproven/a.spec.ts", "")).len(), 1);
    assert!(unproven(&File::new("app/src/a.rs", text)).is_empty());
}

#[test]
fn a_domain_that_asks_its_machine_is_a_fault() {
    let text = "use std::fs;\nuse std::{fmt, net::IpAddr};\nlet now = std::time::Instant::now();\n\
                use std::time::Duration;\n// std::env\n#[cfg(test)]\nuse std::env;\n";
    let faults = outside_the_domain(&File::new("app/domain/src/a.rs", text));
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(outside_the_domain(&File::new("app/backend/src/a.rs", text)).is_empty());
}

#[test]
fn a_route_past_the_table_of_doors_is_a_fault() {
    let text = "Router::new().route(\"/a\", get(a));\n// .route(\n";
    assert_eq!(routes(&File::new("server/src/a.rs", text)).len(), 1);
    assert!(routes(&File::new("server/src/doors/routes.rs", text)).is_empty());
}

#[test]
fn empty_names_are_faults() {
    assert_eq!(names(&File::new("app/src/utils.rs", "struct MailHelper<T>(T);")).len(), 2);
    assert_eq!(names(&File::new("app/src/pages/mod.rs", "")).len(), 1);
    let fine = "struct ServiceRow;\nimpl Service for X {}\n// struct MailHelper\n";
    assert!(names(&File::new("app/src/pages.rs", fine)).is_empty());
}

#[test]
fn a_method_that_no_story_calls_is_a_fault() {
    let vocabulary = "vocabulary! {\n    /// Reads.\n    read_a = a::read(id: Uuid) -> A;\n\
                      write_a = a::write(\n        a: &A,\n    ) -> ();\n}\n";
    let files = [
        File::new("app/backend/src/store/vocabulary/a.rs", vocabulary),
        File::new("app/backend/tests/it/story.rs", "tx.read_a(id).await; // tx.write_a(1)"),
    ];
    assert_eq!(untold(&files), ["app/backend/src/store/vocabulary/a.rs: write_a is in no story"]);
}
