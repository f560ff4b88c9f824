//! Embeds the fonts that `end2end/assets/fonts.mjs` made into `$HUELLA_FONT_DIR/print`.

use std::path::PathBuf;
use std::{env, fs};

/// In the order of Typst's font book: text first, emoji last.
const FONTS: [&str; 5] = [
    "atkinson-latin-400.ttf",
    "atkinson-latin-700.ttf",
    "atkinson-latin-ext-400.ttf",
    "atkinson-latin-ext-700.ttf",
    "noto-emoji.ttf",
];

fn main() {
    println!("cargo::rerun-if-env-changed=HUELLA_FONT_DIR");
    let folder = PathBuf::from(env::var_os("HUELLA_FONT_DIR").unwrap_or_default()).join("print");
    let mut table = String::from("pub(crate) static FONTS: [&[u8]; 5] = [\n");
    for name in FONTS {
        let path = folder.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        if !path.is_file() {
            println!("cargo::error=fonts are missing in $HUELLA_FONT_DIR: run `cargo xtask build`");
            return;
        }
        table += &format!("    include_bytes!({path:?}),\n");
    }
    table += "];\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("fonts.rs");
    if let Err(error) = fs::write(&out, table) {
        println!("cargo::error=cannot write {}: {error}", out.display());
    }
}
