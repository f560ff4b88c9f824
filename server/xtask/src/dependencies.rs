//! What we depend on: licences and banned crates as `.deny.toml` lists them (read here too, since
//! cargo-deny takes minutes to install), one version of each heavy crate, and the invariant that
//! the phone's wasm holds no database, server or mail code.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::{collections::BTreeSet, fs};

use crate::{
    check::cargo,
    checkout::Checkout,
    console::{run_quietly, say},
    tools::WASM,
};

/// Compiling these twice would cost minutes, and two versions do not understand each other.
const ONE_VERSION: [&str; 8] =
    ["axum", "hyper", "leptos", "rustls", "sqlx", "tokio", "typst", "wasm-bindgen"];
const NEVER_IN_THE_BROWSER: [&str; 6] = ["axum", "backend", "hyper", "lettre", "sqlx", "typst"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

/// Checks every crate in `Cargo.lock`.
///
/// # Errors
/// Names all that break a rule.
pub(crate) fn check(checkout: &Checkout) -> Result<()> {
    let rules: Rules = toml::from_str(&fs::read_to_string(checkout.root.join(".deny.toml"))?)
        .context(".deny.toml is odd")?;
    let listed = run_quietly(cargo(checkout).args(["metadata", "--format-version=1", "--quiet"]))?;
    let metadata: Metadata = serde_json::from_str(&listed)?;
    let mut faults = faults(&rules, &metadata.packages);
    // The browser's half is two programs: the field app and the coordination.
    for program in ["csr", "hydrate"] {
        let tree = ["tree", "--package", "app", "--no-default-features", "--features", program];
        let shape = ["--target", WASM, "--edges", "normal,no-proc-macro", "--prefix", "none"];
        faults.extend(browser_faults(&run_quietly(cargo(checkout).args(tree).args(shape))?));
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    ensure!(metadata.packages.len() > 1, "cargo metadata named no dependency");
    say(&format!("   {} crates, all allowed", metadata.packages.len()));
    Ok(())
}

fn faults(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for package in packages.iter().filter(|package| package.source.is_some()) {
        let Package { name, version, license, .. } = package;
        let licence = license.as_deref().unwrap_or("none stated");
        if !allowed(licence, &rules.licenses.allow) {
            faults.push(format!("{name} {version}: licence {licence}"));
        }
        if rules.bans.deny.iter().any(|banned| banned.name == *name) {
            faults.push(format!("{name} {version}: banned, see .deny.toml"));
        }
        if ONE_VERSION.contains(&name.as_str()) && !seen.insert(name) {
            faults.push(format!("{name} {version}: a second version of it"));
        }
    }
    faults
}

/// Whether an SPDX expression can be met with the allowed licences alone.
fn allowed(licence: &str, allow: &[String]) -> bool {
    let parsed = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX);
    parsed.is_ok_and(|expression| {
        expression.evaluate(|requirement| allow.contains(&requirement.to_string()))
    })
}

fn browser_faults(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let found: BTreeSet<&str> = names.filter(|name| NEVER_IN_THE_BROWSER.contains(name)).collect();
    found.into_iter().map(|name| format!("{name} is in the phone's wasm")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let text = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\n\
                    [bans]\ndeny = [{ crate = \"openssl\" }]\n";
        toml::from_str(text).unwrap()
    }

    fn package(name: &str, licence: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: licence.map(str::to_owned),
            source: Some("registry".to_owned()),
        }
    }

    #[test]
    fn a_licence_must_be_reachable_with_the_allowed_ones() {
        let verdict = |licence| faults(&rules(), &[package("a", licence)]).len();
        assert_eq!(verdict(Some("MIT OR GPL-3.0-only")), 0);
        assert_eq!(verdict(Some("MIT/Apache-2.0")), 0);
        assert_eq!(verdict(Some("MIT AND GPL-3.0-only")), 1);
        assert_eq!(verdict(Some("GPL-3.0-only")), 1);
        assert_eq!(verdict(None), 1);
    }

    #[test]
    fn banned_and_doubled_crates_are_named() {
        let packages = [package("openssl", Some("MIT")), package("axum", Some("MIT"))];
        assert_eq!(faults(&rules(), &packages), ["openssl 1.0.0: banned, see .deny.toml"]);
        let twice = [package("axum", Some("MIT")), package("axum", Some("MIT"))];
        assert_eq!(faults(&rules(), &twice), ["axum 1.0.0: a second version of it"]);
    }

    #[test]
    fn server_code_in_the_browser_is_named() {
        let tree = "app v0.1.0\nsqlx v0.9.0\nserde v1.0.0\nsqlx v0.9.0 (*)\n";
        assert_eq!(browser_faults(tree), ["sqlx is in the phone's wasm"]);
    }
}
