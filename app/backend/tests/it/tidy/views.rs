//! What the compiler lets a view do, and a browser does not.

use std::collections::BTreeSet;

use super::{File, rust};

/// Longer than any opening tag of a view.
const LONGEST_TAG: usize = 2_000;
/// What says that the component after it is not erased.
const TRANSPARENT: &str = "#[component(transparent)]";

/// Components that are given listeners or attributes and are erased: drawn anew in their place,
/// they keep those that they were given first (tachys, `AnyViewWithAttrs::rebuild`).
pub(super) fn listened(files: &[File]) -> Vec<String> {
    let views = || files.iter().filter(|file| file.path.starts_with("app/src/"));
    let transparent: BTreeSet<String> = views().flat_map(|file| unerased(&file.text)).collect();
    let fault = |file: &File| {
        let tags = given(&rust::code(&file.text));
        let erased = tags.into_iter().filter(|name| !transparent.contains(name));
        erased
            .map(|name| format!("{}: <{name} is erased, and is given a listener", file.path))
            .collect::<Vec<_>>()
    };
    views().flat_map(fault).collect()
}

/// The names of the components of a file that are not erased.
fn unerased(text: &str) -> Vec<String> {
    let after = text.split(TRANSPARENT).skip(1);
    after.filter_map(|rest| rest.split_once("fn ").map(|(_, rest)| name(rest))).collect()
}

/// The names of the components that some code gives a listener or an attribute.
fn given(code: &str) -> Vec<String> {
    let tags = code.match_indices('<').map(|(at, _)| &code[at + 1..]);
    let is_component = |name: &String| name.starts_with(|sign: char| sign.is_ascii_uppercase());
    tags.filter(|rest| is_given(rest)).map(last_name).filter(is_component).collect()
}

/// Whether the tag that begins here has `on:` or `attr:` in it, outside of every bracket.
fn is_given(rest: &str) -> bool {
    let (mut depth, mut before) = (0_u32, ' ');
    let mut outside = String::new();
    for sign in rest.chars().take(LONGEST_TAG) {
        match sign {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth == 0 => break,
            '}' | ')' | ']' => depth -= 1,
            '>' if depth == 0 && !matches!(before, '-' | '=') => break,
            _ if depth == 0 => outside.push(sign),
            _ => {}
        }
        before = sign;
    }
    outside.split_whitespace().any(|word| word.starts_with("on:") || word.starts_with("attr:"))
}

/// The name of what is named by a path: `Step` of `find::Step`.
fn last_name(rest: &str) -> String {
    let name = name(rest);
    match rest[name.len()..].strip_prefix("::") {
        Some(rest) => last_name(rest),
        None => name,
    }
}

fn name(rest: &str) -> String {
    rest.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect()
}

#[test]
fn a_listener_on_an_erased_component_is_a_fault() {
    let parts = "#[component(transparent)]\npub fn Bare(children: Children) -> impl IntoView {}\n\
                 #[component]\npub fn Kept() -> impl IntoView {}\n";
    let page = "view! { <Bare on:click=move |_| go()>a</Bare> <Kept /> <p on:click=f>b</p> }\n\
                fn a(b: Vec<Kept>) {} view! { <kept::Kept busy=move || (c > d) on:click=e /> }";
    let files = [File::new("app/src/parts.rs", parts), File::new("app/src/page.rs", page)];
    assert_eq!(listened(&files), ["app/src/page.rs: <Kept is erased, and is given a listener"]);
    assert!(listened(&[File::new("server/src/a.rs", page)]).is_empty());
}
