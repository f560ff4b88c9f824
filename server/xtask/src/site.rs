//! Everything the browser gets, made into `target/site` of the checkout: one folder named by its
//! content for wasm, scripts, style and fonts, another for the barcode decoder, and at the root
//! what `public/` holds.

mod assemble;
mod bundle;
mod compress;
mod decoder;
mod fonts;
mod functions;
mod globals;
mod icons;
mod likeness;
mod map;
mod names;
mod scripts;
mod style;
mod wasm;

use anyhow::Result;

pub(crate) use assemble::{File, Site};
pub(crate) use wasm::Std;

use crate::{checkout::Checkout, console::step, tools};

/// Below the package folder: what only the coordination's pages load.
pub(crate) const DESK_FOLDER: &str = "desk";
/// The base name of the style sheet and of the coordination's script and wasm.
pub(crate) const NAME: &str = "huella";

/// Makes what every compilation needs: the tools, and the fonts that are embedded. Answers which
/// standard library the field app can have here.
///
/// # Errors
/// When a tool is missing or the fonts cannot be made.
pub(crate) fn prepare(checkout: &Checkout) -> Result<Std> {
    let std = step("build: tools", || {
        tools::wasm_target()?;
        tools::npm_packages(checkout)?;
        Ok(wasm::prepare(checkout))
    })?;
    step("build: fonts", || fonts::build(checkout))?;
    Ok(std)
}

/// Makes the site, redoing only what changed.
///
/// # Errors
/// When a tool is missing or a part does not build; the message names the part.
pub(crate) fn build(checkout: &Checkout) -> Result<Site> {
    let std = prepare(checkout)?;
    step("build: icons", || icons::build(checkout))?;
    step("build: style", || style::build(checkout))?;
    step("build: scripts", || scripts::build(checkout).and_then(|()| bundle::build(checkout)))?;
    step("build: decoder", || decoder::build(checkout))?;
    step("build: map", || map::build(checkout))?;
    step("build: wasm", || wasm::build(checkout, std))?;
    step("build: site", || assemble::assemble(checkout))
}
