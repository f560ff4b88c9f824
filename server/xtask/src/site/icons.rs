//! One sprite of the icons that pages use, from npm's lucide-static. A symbol's id is the icon's
//! name: `<svg><use href="/icons.svg#dog"/></svg>`; stroke and size come from the style sheet.

use anyhow::{Context, Result, ensure};
use std::{collections::BTreeSet, fmt::Write, fs};

use crate::{checkout::Checkout, console::say};

/// Writes the sprite of the names in `end2end/assets/icons.json`.
///
/// # Errors
/// When the list is no array of names, or lucide has no such icon.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let list = checkout.end2end().join("assets/icons.json");
    let names: BTreeSet<String> = if list.is_file() {
        serde_json::from_slice(&fs::read(&list)?).context("icons.json is no array of names")?
    } else {
        say("   no end2end/assets/icons.json, so no icons");
        BTreeSet::new()
    };
    let folder = checkout.end2end().join("node_modules/lucide-static/icons");
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">");
    for name in &names {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        ensure!(plain, "{name:?} is no icon's name");
        let svg = fs::read_to_string(folder.join(format!("{name}.svg")))
            .with_context(|| format!("lucide-static has no icon {name}"))?;
        sprite.push_str(&symbol(name, &svg).with_context(|| format!("{name}.svg is odd"))?);
    }
    sprite.push_str("</svg>\n");
    fs::create_dir_all(checkout.part("root"))?;
    fs::write(checkout.part("root/icons.svg"), sprite)?;
    Ok(())
}

/// The drawing inside the file's `<svg>` element, as a symbol; the attributes that all of lucide's
/// icons share stay, so that one needs no style to be seen.
fn symbol(name: &str, svg: &str) -> Option<String> {
    let open = svg.find("<svg")?;
    let begin = open + svg[open..].find('>')? + 1;
    let end = svg.rfind("</svg>")?;
    let mut symbol = String::new();
    let stroke = "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" \
                  stroke-linecap=\"round\" stroke-linejoin=\"round\"";
    write!(symbol, "<symbol id=\"{name}\" viewBox=\"0 0 24 24\" {stroke}>").ok()?;
    for line in svg[begin..end].lines() {
        symbol.push_str(line.trim());
    }
    symbol.push_str("</symbol>");
    Some(symbol)
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn a_symbol_holds_the_drawing_under_the_name() {
        let svg = "<!-- c -->\n<svg\n width=\"24\"\n>\n  <path d=\"M1 1\" />\n</svg>\n";
        let symbol = symbol("dog", svg).unwrap();
        assert!(symbol.starts_with("<symbol id=\"dog\" viewBox=\"0 0 24 24\""));
        assert!(symbol.ends_with("><path d=\"M1 1\" /></symbol>"));
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        assert_eq!(symbol("dog", "not an image"), None);
    }
}
