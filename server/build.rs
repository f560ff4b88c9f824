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

fn main() -> Result<(), Box<dyn Error>> {
    make_the_binary_small();
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

/// Of the binary that is released has the linker keep one of functions whose code is the same, as
/// views and queries of like types have, and write down in few bits which addresses are to be put
/// right at the start, where the system's C library reads them so. Only where rustc brings the
/// linker that can.
fn make_the_binary_small() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|told| told == value);
    if is("TARGET", "x86_64-unknown-linux-gnu") && is("OPT_LEVEL", "3") {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        if glibc().is_some_and(|version| version >= PACKED_ADDRESSES) {
            println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        }
    }
}

/// The first glibc that reads packed addresses; an older one refuses to start a binary with them.
const PACKED_ADDRESSES: (u32, u32) = (2, 36);

/// Which glibc this machine has, if it has one.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let (major, minor) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
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
        let place = folder.join(path);
        let encoded = |extension: &str| {
            let place = folder.join(format!("{path}.{extension}"));
            if place.is_file() {
                format!("Some(include_bytes!({:?}))", place.display().to_string())
            } else {
                "None".to_owned()
            }
        };
        let (brotli, gzip) = (encoded("br"), encoded("gz"));
        // The content is what its encoding says.
        let plain = match gzip.as_str() {
            "None" => format!("Some(include_bytes!({:?}))", place.display().to_string()),
            _ => "None".to_owned(),
        };
        writeln!(
            code,
            "File {{ path: {path:?}, hash: {hash:?}, plain: {plain}, brotli: {brotli}, \
             gzip: {gzip} }},",
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}
