//! `style/main.css` and what it imports, bundled and minified into one file. Addresses in it are
//! relative to the content-named folder, where the fonts stand beside it.

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
};
use std::fs;

use super::NAME;
use crate::checkout::Checkout;

/// Writes the style sheet.
///
/// # Errors
/// When a file is missing or is no CSS; the message says which and where.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let main = checkout.root.join("style/main.css");
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(&main).map_err(|error| anyhow!("{error}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}"))?;
    let printed = PrinterOptions { minify: true, ..PrinterOptions::default() };
    let css = sheet.to_css(printed).map_err(|error| anyhow!("{error}"))?.code;
    fs::create_dir_all(checkout.part("style"))?;
    fs::write(checkout.part("style").join(format!("{NAME}.css")), css)?;
    Ok(())
}
