//! Lists the files of `target/site`, which `cargo xtask build` makes, so that `site.rs` embeds
//! them. Without a site the server compiles all the same, with no static file in it.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const EMPTY: &str = "{\"pkg\":\"pkg-none\",\"files\":[]}\n";

/// Rust source of a file that is not there.
const NOTHING: &str = "None";

fn main() -> Result<(), Box<dyn Error>> {
    fold_what_is_alike();
    println!("cargo::rerun-if-env-changed=HUELLA_SITE_DIR");
    let folder = env::var_os("HUELLA_SITE_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site"),
        PathBuf::from,
    );
    let list = folder.join("site.json");
    if !list.is_file() {
        println!("cargo::warning=no site to embed yet; make it with: cargo xtask build");
        fs::create_dir_all(&folder)?;
        fs::write(&list, EMPTY)?;
    }
    println!("cargo::rerun-if-changed={}", list.display());
    let code = code(&folder.canonicalize()?, &fs::read_to_string(&list)?)?;
    let out = env::var_os("OUT_DIR").ok_or("cargo gives build scripts a folder")?;
    fs::write(Path::new(&out).join("site_files.rs"), code)?;
    Ok(())
}

/// Has the linker keep one of functions whose code is the same, as views and queries of like types
/// have, in the binary that is released. Only where rustc brings the linker that can.
fn fold_what_is_alike() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|told| told == value);
    if is("TARGET", "x86_64-unknown-linux-gnu") && is("OPT_LEVEL", "3") {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        if has_packed_relocations() {
            println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        }
    }
}

/// Whether the C library here, which the binary then wants at least, reads relocations as bits: a
/// tenth less of binary.
fn has_packed_relocations() -> bool {
    let asked = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let told = asked.map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned());
    let version = told.unwrap_or_default();
    let mut numbers = version.trim().rsplit(' ').next().unwrap_or_default().split('.');
    let mut number = || numbers.next().and_then(|text| text.parse::<u32>().ok());
    (number(), number()) >= (Some(2), Some(36))
}

/// Rust source of the package folder's name and of the list of files.
fn code(folder: &Path, list: &str) -> Result<String, Box<dyn Error>> {
    let site: serde_json::Value = serde_json::from_str(list)?;
    let pkg = site["pkg"].as_str().ok_or("site.json names no package folder")?;
    let files = site["files"].as_array().ok_or("site.json has no list of files")?;
    let mut code = format!("const PKG: &str = {pkg:?};\nconst FILES: &[File] = &[\n");
    for file in files {
        let path = file["path"].as_str().ok_or("a file without a path")?;
        let hash = file["hash"].as_str().ok_or("a file without a hash")?;
        let packed = |extension: &str| embedded(&folder.join(format!("{path}.{extension}")));
        let gzip = packed("gz");
        // What is packed is unpacked where somebody asks for it.
        let plain = if gzip == NOTHING { embedded(&folder.join(path)) } else { NOTHING.to_owned() };
        writeln!(
            code,
            "File {{ path: {path:?}, hash: {hash:?}, plain: {plain}, brotli: {}, gzip: {gzip} }},",
            packed("br"),
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// Rust source of a file's bytes, when there is such a file.
fn embedded(place: &Path) -> String {
    if place.is_file() {
        format!("Some(include_bytes!({:?}))", place.display().to_string())
    } else {
        NOTHING.to_owned()
    }
}
