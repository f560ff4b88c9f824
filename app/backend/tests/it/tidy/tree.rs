//! The shape of the checkout, and the map that tells of it.

use std::collections::BTreeSet;

use super::File;

const TOP: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "app",
    "end2end",
    "public",
    "server",
    "style",
];
const INDENT: usize = 4;

/// Nothing at the top beyond the list and dot-files.
pub(super) fn top_level(files: &[File]) -> Vec<String> {
    let names: BTreeSet<&str> =
        files.iter().map(|file| file.path.split('/').next().unwrap_or_default()).collect();
    let odd = names.into_iter().filter(|name| !TOP.contains(name) && !name.starts_with('.'));
    odd.map(|name| format!("{name} has no place at the top level")).collect()
}

/// The folders and files that the README's tree and its paths in backticks name, and that do not
/// exist. A map without any is a fault too.
pub(super) fn map(readme: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut paths = drawn(readme);
    let folders: Vec<String> = TOP.iter().map(|name| format!("{name}/")).collect();
    let quoted = readme.split('`').skip(1).step_by(2);
    paths.extend(
        quoted
            .filter(|text| folders.iter().any(|folder| text.starts_with(folder)))
            .filter(|text| !text.contains(['*', '{', '<', ' ', '…', '\n']))
            .map(str::to_owned),
    );
    if paths.is_empty() {
        return vec!["the README has no map".to_owned()];
    }
    let missing = paths.into_iter().filter(|path| !exists(path));
    missing.map(|path| format!("README.md names {path}, which does not exist")).collect()
}

/// Folders that hold something and that the map does not name, neither themselves nor one above
/// them.
pub(super) fn unmapped(readme: &str, files: &[File]) -> Vec<String> {
    let mut named: Vec<String> = drawn(readme);
    let rows = readme.lines().filter(|line| line.starts_with('|'));
    let quoted = rows.filter_map(|row| row.split('`').nth(1));
    named.extend(quoted.map(|name| name.trim_end_matches('/').to_owned()));
    let folders: BTreeSet<&str> =
        files.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect();
    let known = |folder: &str| {
        let below = |name: &String| {
            folder
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // What is at the top is looked at by name, and holds only what belongs to its crate.
        !folder.contains('/') || folder.starts_with('.') || named.iter().any(below)
    };
    let lost = folders.into_iter().filter(|folder| !known(folder));
    lost.map(|folder| format!("README.md's map does not name {folder}")).collect()
}

/// The paths of a tree drawn with `├──`, `│` and `└──`, four columns a level. Only the first name
/// of a line counts, and only a folder's, since it must end in `/`.
fn drawn(readme: &str) -> Vec<String> {
    let mut above: Vec<&str> = Vec::new();
    let mut paths = Vec::new();
    for line in readme.lines() {
        let Some(branch) = line.find("── ") else {
            continue;
        };
        let level = line[..branch].chars().count() / INDENT;
        let name = line[branch..].split_whitespace().nth(1).unwrap_or_default();
        above.truncate(level);
        above.push(name.trim_end_matches('/'));
        if name.ends_with('/') {
            paths.push(above.join("/"));
        }
    }
    paths
}

#[test]
fn something_new_at_the_top_is_a_fault() {
    let files = [File::new("app/src/lib.rs", ""), File::new(".ci/run", ""), File::new("x/y", "")];
    assert_eq!(top_level(&files), ["x has no place at the top level"]);
}

#[test]
fn a_folder_that_the_map_forgot_is_a_fault() {
    let files = ["app/src/a.rs", "app/src/pages/b.rs", "app/new/src/c.rs", ".ci/run", "README.md"]
        .map(|path| File::new(path, ""));
    let faults = unmapped("| `app/src` | pages |\nof `app/`", &files);
    assert_eq!(faults, ["README.md's map does not name app/new/src"]);
}

#[test]
fn a_place_that_does_not_exist_is_a_fault() {
    let tree = "├── app/        the application\n│   ├── domain/  rules\n│   │   └── src/\n\
                └── server/\n    └── gone/\n`app/gone.rs` and `app/*.rs`\n";
    let here = ["app", "app/domain", "app/domain/src", "server"];
    let faults = map(tree, |path| here.contains(&path));
    let expected = ["server/gone", "app/gone.rs"];
    let expected = expected.map(|path| format!("README.md names {path}, which does not exist"));
    assert_eq!(faults, expected);
    assert_eq!(map("no map", |_| true).len(), 1);
}
