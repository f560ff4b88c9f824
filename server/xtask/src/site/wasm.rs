//! The browser's half of `app`: compiled, split at its lazy routes, bound to JavaScript, shrunk.
//! It is built with a target folder of its own, since the splitter needs relocations in the
//! linked file and a changed `RUSTFLAGS` would otherwise invalidate every native build.

use anyhow::{Context, Result, anyhow};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::NAME;
use crate::{
    checkout::Checkout,
    console::{run, run_quietly},
    fingerprint,
};

/// What every browser of the last four years understands, and rustc emits.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Writes scripts and wasm files; skips all but cargo when the compiled file is as before.
///
/// # Errors
/// When `app` does not compile for the browser, or a tool refuses its output.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let compiled = compile(checkout)?;
    let bytes =
        fs::read(&compiled).with_context(|| format!("cargo made no {}", compiled.display()))?;
    let inputs = format!("{} {}", fingerprint::of_bytes(&bytes), env!("CARGO_PKG_VERSION"));
    fingerprint::unless_done(&checkout.part("wasm.inputs"), &inputs, || {
        let stage = checkout.part("wasm");
        let _ = fs::remove_dir_all(&stage);
        fs::create_dir_all(&stage)?;
        let mut files = split_and_bind(&bytes, &compiled, &stage)?;
        files.push(stage.join(format!("{NAME}_bg.wasm")));
        shrink(checkout, &files)
    })?;
    Ok(())
}

/// `cargo rustc --crate-type cdylib`, since with two crate types cargo silently drops LTO.
fn compile(checkout: &Checkout) -> Result<PathBuf> {
    let target = checkout.target.join("front");
    let mut cargo = Command::new("cargo");
    cargo.args(["rustc", "--quiet", "--package", "app", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-release"]);
    cargo.args(["--no-default-features", "--features", "hydrate", "--target-dir"]).arg(&target);
    cargo.env("RUSTFLAGS", "-Clink-args=--emit-relocs").current_dir(&checkout.root);
    run(&mut cargo)?;
    Ok(target.join("wasm32-unknown-unknown/wasm-release/app.wasm"))
}

/// Cuts the lazy routes off into files of their own and makes the JavaScript for all of them.
fn split_and_bind(bytes: &[u8], compiled: &Path, stage: &Path) -> Result<Vec<PathBuf>> {
    let main = compiled.with_file_name("app_split.wasm");
    let main_module = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(bytes);
    options.output_dir = stage;
    options.main_out_path = &main;
    options.main_module = &main_module;
    options.link_name = "./__wasm_split.js";
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(&main)
        .out_name(NAME)
        .web(true)?
        .keep_lld_exports(true)
        .demangle(false)
        .remove_producers_section(true)
        .typescript(false)
        .generate(stage)?;
    Ok(split.split_modules)
}

fn shrink(checkout: &Checkout, files: &[PathBuf]) -> Result<()> {
    let wasm_opt = checkout.end2end().join("node_modules/.bin/wasm-opt");
    let next = AtomicUsize::new(0);
    let worker = || -> Result<()> {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut command = Command::new(&wasm_opt);
            command.args(["-Oz", "--strip-debug", "--strip-producers"]).args(FEATURES);
            run_quietly(command.arg(file).arg("-o").arg(file))?;
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        running
            .into_iter()
            .try_for_each(|one| one.join().map_err(|_| anyhow!("a wasm-opt worker died"))?)
    })
}
