//! The rules of the house that no compiler checks. Each rule is a function from files to faults,
//! run over everything that git tracks, and over a small bad sample, so that it can fail.

mod language;
mod limits;
mod rooms;
mod rust;
mod tree;
mod views;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A tracked text file.
struct File {
    /// From the top of the checkout, with `/`.
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, end)| end == extension)
    }

    /// Whether the file holds tests only.
    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.contains("/tests/") || name == "tests.rs" || self.path.starts_with("end2end/")
    }
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What git tracks; a file that was deleted and not yet committed is left out, and so is what is
/// no text.
fn tracked() -> Vec<File> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(top()).output().unwrap();
    assert!(listed.status.success(), "the checkout is a git work tree");
    let paths = String::from_utf8(listed.stdout).unwrap();
    let files: Vec<File> = paths
        .split_terminator('\0')
        .filter_map(|path| Some(File::new(path, &fs::read_to_string(top().join(path)).ok()?)))
        .collect();
    assert!(files.iter().any(|file| file.path == "Cargo.toml"));
    files
}

/// Runs a rule for single files over the whole tree.
#[track_caller]
fn everywhere(rule: impl Fn(&File) -> Vec<String>) {
    none(tracked().iter().flat_map(rule).collect());
}

#[track_caller]
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn files_and_lines_keep_their_limits() {
    everywhere(limits::size);
}

#[test]
fn functions_keep_theirs() {
    everywhere(limits::functions);
}

#[test]
fn server_functions_hold_no_rule() {
    everywhere(limits::server_functions);
}

#[test]
fn statements_are_in_queries_only() {
    everywhere(rooms::statements);
}

#[test]
fn features_are_asked_in_three_files() {
    everywhere(rooms::features);
}

#[test]
fn lints_are_expected_with_a_reason_and_tests_are_run() {
    everywhere(rooms::silenced);
}

#[test]
fn every_browser_test_is_run() {
    everywhere(rooms::unproven);
}

#[test]
fn the_domain_asks_nothing_of_its_machine() {
    everywhere(rooms::outside_the_domain);
}

#[test]
fn every_route_has_its_row_among_the_doors() {
    everywhere(rooms::routes);
}

#[test]
fn names_say_what_a_thing_is() {
    everywhere(rooms::names);
}

#[test]
fn nothing_is_left_open() {
    everywhere(language::left_open);
}

#[test]
fn spanish_is_in_its_places() {
    everywhere(language::spanish);
}

#[test]
fn every_message_is_said() {
    none(language::unsaid(&tracked()));
}

#[test]
fn the_story_covers_the_vocabulary() {
    none(rooms::untold(&tracked()));
}

#[test]
fn listeners_are_given_to_what_is_not_erased() {
    none(views::listened(&tracked()));
}

#[test]
fn the_top_level_is_fixed() {
    none(tree::top_level(&tracked()));
}

#[test]
fn the_map_in_the_readme_names_what_exists() {
    let files = tracked();
    let readme = files.iter().find(|file| file.path == "README.md").expect("README.md is tracked");
    none(tree::map(&readme.text, |path| top().join(path).exists()));
    none(tree::unmapped(&readme.text, &files));
}
