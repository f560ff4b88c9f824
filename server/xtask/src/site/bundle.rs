//! What the field app asks of its scripts, in one file: together they pack by a quarter better, and
//! one request brings them, of the version of the program beside them. Each script of `public/`
//! stands in it as a function that is called once and answers what the script exports. The scripts
//! themselves are served too, to pages that need one of them.

use anyhow::{Context, Result, bail, ensure};
use std::{collections::BTreeMap, fs};

use super::scripts::minify;
use crate::{checkout::Checkout, fingerprint};

/// The scripts that are asked by their names (`window.huella` of `public/field.js`).
const ASKED: [&str; 14] = [
    "album",
    "camera",
    "carried",
    "door",
    "handover",
    "keys",
    "pack",
    "phone",
    "pictures",
    "provisional",
    "seal",
    "shell",
    "vault",
    "verify",
];
/// The file, in the package folder.
const NAME: &str = "scripts.js";
/// How what a script exports is declared. Another's `let` would be read once, and never follow.
const DECLARED: [&str; 4] = ["const ", "function ", "async function ", "class "];

/// Writes the file below a part of its own.
///
/// # Errors
/// When a script is missing, or is written in another way than is expected here.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let public = checkout.root.join("public");
    let lock = checkout.end2end().join("package-lock.json");
    let inputs = format!("{} {}", fingerprint::of_files(&[public.clone(), lock])?, ASKED.join(" "));
    let part = checkout.part("bundle");
    fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
        let together = together(&ASKED, |name| {
            let script = public.join(name).with_extension("js");
            fs::read_to_string(&script).with_context(|| format!("no {}", script.display()))
        })?;
        let whole = part.with_extension("js");
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part)?;
        fs::write(&whole, together)?;
        minify(checkout, &whole, &part.join(NAME))
    })?;
    Ok(())
}

/// One script that exports each of these by its name, and has all that they import.
fn together(asked: &[&str], read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut bundle = Bundle::default();
    for name in asked {
        bundle.add(name, &read)?;
    }
    while let Some(name) = bundle.later.pop() {
        bundle.add(&name, &read)?;
    }
    let exported: Vec<String> = asked.iter().map(|name| format!("${name} as {name}")).collect();
    Ok(format!("{}export {{ {} }};\n", bundle.text, exported.join(", ")))
}

#[derive(Default)]
struct Bundle {
    /// Whether a script stands in the text already, or waits for what it imports.
    scripts: BTreeMap<String, bool>,
    /// What is imported when it is needed.
    later: Vec<String>,
    text: String,
}

impl Bundle {
    /// Adds a script behind those that it imports.
    fn add(&mut self, name: &str, read: &impl Fn(&str) -> Result<String>) -> Result<()> {
        match self.scripts.insert(name.to_owned(), false) {
            Some(true) => {}
            Some(false) => bail!("{name}.js imports itself"),
            None => {
                let source = read(name)?;
                let script = Script::read(&source).with_context(|| format!("{name}.js is odd"))?;
                for imported in &script.imported {
                    self.add(imported, read)?;
                }
                self.later.extend(script.later);
                let (text, exported) = (script.text, script.exported.join(", "));
                self.text.push_str(&format!(
                    "const ${name} = (() => {{\n{text}return {{ {exported} }};\n}})();\n"
                ));
            }
        }
        self.scripts.insert(name.to_owned(), true);
        Ok(())
    }
}

/// A script whose imports and exports are those of a function.
#[derive(Default)]
struct Script {
    imported: Vec<String>,
    later: Vec<String>,
    /// As an object has them: `name`, or `name: what`.
    exported: Vec<String>,
    text: String,
}

impl Script {
    fn read(source: &str) -> Result<Self> {
        let mut script = Self::default();
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let mut statement = line.to_owned();
            if line.starts_with("import ") || line.starts_with("export {") {
                while !statement.ends_with(';') {
                    statement.push_str(lines.next().context("a list without an end")?);
                }
            }
            if let Some(list) = statement.strip_prefix("import ") {
                script.import(list).with_context(|| statement.clone())?;
            } else if let Some(list) = statement.strip_prefix("export {") {
                let names = list.trim_end_matches(['}', ';', ' ']).split(',').map(str::trim);
                script.exported.extend(names.filter(|name| !name.is_empty()).map(renamed));
            } else if let Some(rest) = statement.strip_prefix("export ") {
                script.exported.push(declared(rest).with_context(|| statement.clone())?);
                script.line(rest)?;
            } else {
                script.line(&statement)?;
            }
        }
        Ok(script)
    }

    /// `{ a, b as c } from "./name.js";`
    fn import(&mut self, list: &str) -> Result<()> {
        let (names, from) = list.split_once(" from ").context("an import of no names")?;
        ensure!(names.starts_with('{'), "an import without a list");
        let name = addressed(from.trim_end_matches(';').trim_matches('"'))?;
        self.text.push_str(&format!("const {} = ${name};\n", names.replace(" as ", ": ")));
        self.imported.push(name);
        Ok(())
    }

    /// A line, in which what is imported when it is needed is there.
    fn line(&mut self, line: &str) -> Result<()> {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("import(\"") {
            let (address, after) = after.split_once("\")").context("an import without an end")?;
            let name = addressed(address)?;
            self.text.push_str(&format!("{before}Promise.resolve(${name})"));
            self.later.push(name);
            rest = after;
        }
        self.text.push_str(rest);
        self.text.push('\n');
        Ok(())
    }
}

/// The name of a script of ours by its address, `/name.js` or `./name.js`.
fn addressed(address: &str) -> Result<String> {
    let name = address.trim_start_matches('.').strip_prefix('/');
    let name = name.and_then(|name| name.strip_suffix(".js"));
    let name = name.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    Ok(name.with_context(|| format!("{address} is no script of ours"))?.to_owned())
}

/// `a as b` of a list of exports, as an object has it.
fn renamed(name: &str) -> String {
    name.split_once(" as ").map_or_else(|| name.to_owned(), |(own, name)| format!("{name}: {own}"))
}

/// The name that a declaration begins with.
fn declared(declaration: &str) -> Result<String> {
    let rest = DECLARED.iter().find_map(|begin| declaration.strip_prefix(begin));
    let name = rest.and_then(|rest| rest.split(|sign: char| !sign.is_ascii_alphanumeric()).next());
    let name = name.filter(|name| !name.is_empty());
    Ok(name.context("exported in a way that is not known")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Result<String> {
        let text = match name {
            "one" => {
                "// One.\nimport {\n  asked,\n  begun as first,\n} from \"./two.js\";\n\
                 export const one = () => asked(first);\nexport { one as also };\n"
            }
            "two" => {
                "const later = async () => (await import(\"/three.js\")).three;\n\
                 export async function asked(what) {\n  return (await later())(what);\n}\n\
                 export const begun = import(`/${asked}.js`);\n"
            }
            "three" => "export function three() {}\n",
            "ring" => "import { a } from \"/round.js\";\n",
            "round" => "import { b } from \"/ring.js\";\n",
            "live" => "export let live = 1;\n",
            "all" => "import * as all from \"./three.js\";\n",
            "else" => "import { some } from \"some\";\n",
            _ => bail!("none"),
        };
        Ok(text.to_owned())
    }

    #[test]
    fn scripts_stand_behind_what_they_import() {
        let text = together(&["one", "two"], read).unwrap();
        let expected = "const $two = (() => {\n\
            const later = async () => (await Promise.resolve($three)).three;\n\
            async function asked(what) {\n  return (await later())(what);\n}\n\
            const begun = import(`/${asked}.js`);\n\
            return { asked, begun };\n})();\n\
            const $one = (() => {\n// One.\n\
            const {  asked,  begun: first,} = $two;\n\
            const one = () => asked(first);\n\
            return { one, also: one };\n})();\n\
            const $three = (() => {\nfunction three() {}\n\
            return { three };\n})();\n\
            export { $one as one, $two as two };\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_written_in_another_way_is_refused() {
        for name in ["ring", "live", "all", "else", "absent"] {
            assert!(together(&[name], read).is_err(), "{name}");
        }
    }
}
