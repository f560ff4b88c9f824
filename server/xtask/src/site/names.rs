//! Short names for what a program and its script call one another. Those that wasm-bindgen makes
//! end in sixteen digits of a hash, or are whole paths of the compiler's, and stand in both: a
//! browser downloads them twice, and no packing makes digits of a hash shorter.

use std::collections::BTreeMap;

/// So begin the names that nobody but program and script knows.
const OWN: [&str; 4] = ["__wbg_", "__wbindgen_", "__externref_", "_R"];

/// Signs of a short name behind its first.
const SIGNS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The short names that were given, by the long ones.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Gives a name of an import or an export its short one, unless others know it too.
    pub(super) fn shorten(&mut self, name: &mut String) {
        if OWN.iter().any(|beginning| name.starts_with(beginning)) {
            let next = short(self.0.len());
            let given = self.0.entry(name.clone()).or_insert(next);
            name.clone_from(given);
        }
    }

    /// The script with the short names in the place of the long ones.
    pub(super) fn rewrite(&self, script: &str) -> String {
        let is_of_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$');
        let mut written = String::with_capacity(script.len());
        let mut rest = script;
        while !rest.is_empty() {
            let word = rest.find(|sign| !is_of_name(sign)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(word);
            written.push_str(self.0.get(word).map_or(word, String::as_str));
            let between = after.find(is_of_name).unwrap_or(after.len());
            let (between, after) = after.split_at(between);
            written.push_str(between);
            rest = after;
        }
        written
    }
}

/// A short name for each number. With its first sign nothing begins that wasm-bindgen writes.
fn short(mut number: usize) -> String {
    let mut name = String::from("$");
    loop {
        name.push(char::from(SIGNS[number % SIGNS.len()]));
        number /= SIGNS.len();
        if number == 0 {
            return name;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_calls_by_the_names_that_the_program_has() {
        let mut names = Names::default();
        let mut given = ["__wbg_get_01ab", "_RNvfoo", "mount", "__wbg_get_01abc", "__wbg_get_01ab"]
            .map(str::to_owned);
        given.iter_mut().for_each(|name| names.shorten(name));
        assert_eq!(given, ["$a", "$b", "mount", "$c", "$a"]);
        let script = "const i={__wbg_get_01ab(o){return wasm._RNvfoo(o)},\"__wbg_get_01abc\":0};\
                      export function mount(){wasm.mount();__wbg_init();x__wbg_get_01ab=ñ}";
        let short = "const i={$a(o){return wasm.$b(o)},\"$c\":0};\
                     export function mount(){wasm.mount();__wbg_init();x__wbg_get_01ab=ñ}";
        assert_eq!(names.rewrite(script), short);
        assert_eq!(Names::default().rewrite(script), script);
    }

    #[test]
    fn no_two_short_names_are_the_same() {
        let names: std::collections::BTreeSet<_> = (0..5_000).map(short).collect();
        assert_eq!(names.len(), 5_000);
        assert!(names.iter().all(|name| name.len() <= 4));
    }
}
