//! Limits on length. The parameters of functions are clippy's, and so is their length, but where a
//! macro makes them.

use super::{File, rust};

const FILE_LINES: usize = 400;
const LINE_COLUMNS: usize = 100;
const FUNCTION_LINES: usize = 70;
const SERVER_FUNCTION_LINES: usize = 10;
const LIMITED: [&str; 6] = ["css", "js", "mjs", "rs", "ts", "html"];

/// Files of at most 400 lines, lines of Rust of at most 100 columns.
pub(super) fn size(file: &File) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = file.text.lines().count();
    if LIMITED.iter().any(|extension| file.is(extension)) && lines > FILE_LINES {
        faults.push(format!("{}: {lines} lines, more than {FILE_LINES}", file.path));
    }
    if file.is("rs") {
        let long = file.text.lines().enumerate();
        let long = long.filter(|(_, line)| line.chars().count() > LINE_COLUMNS);
        faults.extend(
            long.map(|(at, _)| format!("{}:{}: over {LINE_COLUMNS} columns", file.path, at + 1)),
        );
    }
    faults
}

/// Server functions of at most 10 lines between their braces: no room for a rule.
pub(super) fn server_functions(file: &File) -> Vec<String> {
    if !file.is("rs") || !file.path.starts_with("app/src/") {
        return Vec::new();
    }
    let code = rust::code(&file.text);
    let mut faults = Vec::new();
    for (at, _) in code.match_indices("#[server") {
        let line = code[..at].matches('\n').count() + 1;
        match body(&code[at..]) {
            Some(body) if body.trim().lines().count() <= SERVER_FUNCTION_LINES => {}
            Some(_) => faults.push(format!(
                "{}:{line}: a server function over {SERVER_FUNCTION_LINES} lines",
                file.path
            )),
            None => faults.push(format!("{}:{line}: no function after #[server]", file.path)),
        }
    }
    faults
}

/// Functions of at most 70 lines of code between their braces. Clippy does not look into what is
/// inside a macro, as the stories are, which run on both databases.
pub(super) fn functions(file: &File) -> Vec<String> {
    if !file.is("rs") {
        return Vec::new();
    }
    // A brace that is a letter opens nothing.
    let code = rust::code(&file.text).replace("'{'", "''").replace("'}'", "''");
    let mut faults = Vec::new();
    for (at, _) in code.match_indices("fn ").filter(|(at, _)| has_body(&code[*at..])) {
        let lines = body(&code[at..]).unwrap_or_default().lines();
        let lines = lines.filter(|line| !line.trim().is_empty()).count();
        if lines > FUNCTION_LINES {
            let line = code[..at].matches('\n').count() + 1;
            let path = &file.path;
            faults.push(format!("{path}:{line}: a function over {FUNCTION_LINES} lines"));
        }
    }
    faults
}

/// Whether what begins here is a function with braces, and not one that is only declared.
fn has_body(code: &str) -> bool {
    let mut depth = 0;
    let end = code.chars().find(|letter| {
        depth += i32::from(matches!(letter, '(' | '[')) - i32::from(matches!(letter, ')' | ']'));
        depth == 0 && matches!(letter, '{' | ';')
    });
    end == Some('{')
}

/// What stands between the braces of the first function.
fn body(code: &str) -> Option<&str> {
    let function = code.find("fn ")?;
    let open = function + code[function..].find('{')? + 1;
    let mut depth = 1;
    let close = code[open..].char_indices().find(|&(_, letter)| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0
    })?;
    Some(&code[open..open + close.0])
}

#[test]
fn a_long_file_and_a_long_line_are_faults() {
    let long = "x\n".repeat(FILE_LINES + 1);
    assert_eq!(size(&File::new("a.css", &long)).len(), 1);
    assert_eq!(size(&File::new("a.sql", &long)).len(), 0);
    let wide = format!("{}\n", "ñ".repeat(LINE_COLUMNS + 1));
    assert_eq!(size(&File::new("a.rs", &wide)), ["a.rs:1: over 100 columns"]);
    assert_eq!(size(&File::new("a.rs", &"ñ".repeat(LINE_COLUMNS))).len(), 0);
}

#[test]
fn a_long_server_function_is_a_fault() {
    let function = |lines: usize| {
        let body = "    let _ = { 1 };\n".repeat(lines);
        let text = format!("#[server(endpoint = \"/a\")]\nasync fn a() -> R {{\n{body}}}\n");
        server_functions(&File::new("app/src/api/a.rs", &text)).len()
    };
    assert_eq!(function(SERVER_FUNCTION_LINES), 0);
    assert_eq!(function(SERVER_FUNCTION_LINES + 1), 1);
}

#[test]
fn a_long_function_is_a_fault_inside_a_macro_too() {
    let function = |lines: usize| {
        let body = "        let _ = 1;\n\n        // Why.\n".repeat(lines);
        let text = format!(
            "trait A {{\n    fn a(&self, of: [u8; 4]);\n}}\n\
             on_both! {{\n    async fn b(database) {{\n{body}    }}\n}}\n"
        );
        functions(&File::new("a.rs", &text))
    };
    assert_eq!(function(FUNCTION_LINES), [""; 0]);
    assert_eq!(function(FUNCTION_LINES + 1), ["a.rs:5: a function over 70 lines"]);
}
