//! The two style sheets, `style/main.css` and the field app's `style/field.css`, each bundled with
//! what it imports and minified into one file. Addresses in them are relative to the content-named
//! folder, where the fonts stand beside them.

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
};
use std::{fs, path::Path};

use super::NAME;
use crate::checkout::Checkout;

/// The sheets, by their names below `style` and in the package folder.
const SHEETS: [(&str, &str); 2] = [("main", NAME), ("field", "field")];

/// Writes the style sheets.
///
/// # Errors
/// When a file is missing or is no CSS; the message says which and where.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    fs::create_dir_all(checkout.part("style"))?;
    for (from, to) in SHEETS {
        let main = checkout.root.join("style").join(from).with_extension("css");
        fs::write(checkout.part("style").join(to).with_extension("css"), bundled(&main)?)?;
    }
    Ok(())
}

/// The sheet with what it imports, minified.
fn bundled(main: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(|error| anyhow!("{error}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}"))?;
    let printed = PrinterOptions { minify: true, ..PrinterOptions::default() };
    let css = sheet.to_css(printed).map_err(|error| anyhow!("{error}"))?.code;
    Ok(css)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = include_str!("../../../../style/main.css");
    const FIELD: &str = include_str!("../../../../style/field.css");

    fn imports(sheet: &'static str) -> impl Iterator<Item = &'static str> {
        sheet.lines().filter(|line| line.starts_with("@import") || line.starts_with("@layer"))
    }

    #[test]
    fn the_field_apps_sheet_is_a_part_of_the_other_in_its_order() {
        let mut all = imports(MAIN);
        for part in imports(FIELD) {
            assert!(all.any(|one| one == part), "{part} is not there, or stands elsewhere");
        }
        assert!(imports(FIELD).count() < imports(MAIN).count());
    }

    #[test]
    fn no_timeline_is_minified_into_a_shorthand_where_no_browser_takes_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../style");
        for (from, _) in SHEETS {
            let css = bundled(&folder.join(from).with_extension("css")).unwrap();
            let shorthands = css.split("animation:").skip(1);
            for said in shorthands.filter_map(|rest| rest.split([';', '}']).next()) {
                assert!(!said.contains("scroll("), "{from}: animation: {said}");
            }
        }
    }
}
