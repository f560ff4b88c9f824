//! The two programs that `app` is in a browser, compiled, bound to JavaScript and shrunk: the field
//! app, which a phone keeps, and the coordination, split at its lazy routes. Two, since a phone
//! need not download what only serves to hydrate, to load lazily or to coordinate.

use anyhow::{Context, Result, anyhow, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{DESK_FOLDER, NAME, likeness, names::Names, scripts};
use crate::{
    checkout::Checkout,
    console::{run, run_quietly, say},
    fingerprint,
    tools::{self, WASM},
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

/// A panic that ends the program and says nothing, and values that cannot be printed for their
/// programmer. All that would be said, and what writes it, is left out of the program and of the
/// standard library.
const SILENT: &str = "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none \
                      -Zlocation-detail=none";

/// The standard library, compiled with the program and for its size.
const OWN_STD: [&str; 2] =
    ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// Which standard library the field app is linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Std {
    /// One that is compiled with it.
    Own,
    /// The one that rustc brings along.
    Shipped,
}

/// What `.cargo/config.toml` tells every build and RUSTFLAGS would replace.
const ERASED: &str = "--cfg=erase_components";

/// As deep as the first thread may go: binding walks through a whole program.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What packs the field app's program, and what makes it whole again.
const PACKING: [&str; 2] = ["end2end/assets/pack.mjs", "public/unpack.js"];

/// A wasm file below this is left as it was cut.
const SMALL_BYTES: u64 = 24_000;

/// One of the programs.
struct Program {
    /// The feature of `app` that makes it.
    feature: &'static str,
    /// Its target folder below the others': what one program is compiled with is not what the
    /// other or the server is, and alternating would compile everything anew each time.
    target: &'static str,
    /// Beside those of every build.
    rustflags: &'static str,
    /// Whether the standard library is compiled with it, where this machine can.
    has_own_std: bool,
    /// Base name of the script and of the wasm.
    name: &'static str,
    /// Below the package folder; empty for the folder itself.
    folder: &'static str,
    /// Whether its lazy routes become files of their own.
    is_split: bool,
    /// How wasm-opt shrinks it, run by run.
    passes: &'static [&'static [&'static str]],
}

const FIELD: Program = Program {
    feature: "csr",
    target: "field",
    // With an eighth less of stack than rustc gives, what is kept lies below a megabyte, and its
    // addresses are a byte shorter.
    rustflags: "-Clink-arg=-zstack-size=917504",
    // A twentieth less to download. Whoever meets a panic of the app reads no console.
    has_own_std: true,
    name: "field",
    folder: "",
    is_split: false,
    // Flattened and folded up again, and all of it once more, with next to nothing put in where it
    // is called: 4 KB in brotli less than one -Oz. What was written and is read again folds
    // further. The memory below 1,024 is the stack's far end, where nothing is kept, and zeros are
    // not cut out of what is: they pack better than where the next piece begins. How a load or
    // a store is aligned is a hint, which processors of phones do without: 6 KB less.
    passes: &[
        &[
            "--low-memory-unused",
            "--skip-pass=memory-packing",
            "--always-inline-max-function-size=0",
            "--flexible-inline-max-function-size=0",
            "--one-caller-inline-max-function-size=10",
            "--flatten",
            "--rereloop",
            "-Oz",
            "-Oz",
            "--flatten",
            "--rereloop",
            "-Oz",
            "-Oz",
        ],
        &[
            "--low-memory-unused",
            "--skip-pass=memory-packing",
            "--always-inline-max-function-size=0",
            "--flexible-inline-max-function-size=0",
            "--one-caller-inline-max-function-size=10",
            "--flatten",
            "--rereloop",
            "-Oz",
            "-Oz",
            "--dealign",
        ],
    ],
};

const DESK: Program = Program {
    feature: "hydrate",
    target: "front",
    // The splitter reads the relocations.
    rustflags: "-Clink-args=--emit-relocs",
    has_own_std: false,
    name: NAME,
    folder: DESK_FOLDER,
    is_split: true,
    passes: &[&["-Oz"]],
};

/// Gets what a standard library of the field app's own takes: its source, and the crates that it is
/// made of itself. Without them the app is built all the same, only larger, and says so.
pub(super) fn prepare(checkout: &Checkout) -> Std {
    match tools::std_source(SILENT).and_then(|()| FIELD.fetch(checkout)) {
        Ok(()) => Std::Own,
        Err(missing) => {
            say(&format!("the field app will be larger: {missing:#}"));
            Std::Shipped
        }
    }
}

/// Writes scripts and wasm files; skips all but cargo for a program compiled to what it was. Both
/// programs at once: the longest part of each, linking it as a whole, is work for one core.
///
/// # Errors
/// When `app` does not compile for the browser, or a tool refuses its output.
pub(super) fn build(checkout: &Checkout, std: Std) -> Result<()> {
    thread::scope(|scope| {
        let beside = thread::Builder::new().stack_size(STACK_BYTES);
        let field = beside.spawn_scoped(scope, || FIELD.build(checkout, std))?;
        DESK.build(checkout, std)?;
        field.join().map_err(|_| anyhow!("the build of the field app died"))?
    })
}

/// The first thing that cargo complains of.
fn complaint(told: &str) -> &str {
    let first = told.lines().find_map(|line| line.strip_prefix("error: "));
    first.map_or("cargo does not say why", str::trim_end)
}

impl Program {
    fn build(&self, checkout: &Checkout, std: Std) -> Result<()> {
        let compiled = self.compile(checkout, std)?;
        let bytes =
            fs::read(&compiled).with_context(|| format!("cargo made no {}", compiled.display()))?;
        let (wasm, version) = (fingerprint::of_bytes(&bytes), env!("CARGO_PKG_VERSION"));
        let packing = PACKING.map(|script| checkout.root.join(script));
        let (packing, passes) = (fingerprint::of_files(&packing)?, self.passes.concat().join(" "));
        let inputs = format!("{wasm} {version} short names, by likeness {packing} {passes}");
        let part = checkout.part("wasm").join(self.feature);
        fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
            let _ = fs::remove_dir_all(&part);
            let stage = part.join(self.folder);
            fs::create_dir_all(&stage)?;
            let mut files = Vec::new();
            let mut whole = compiled.clone();
            if self.is_split {
                whole = compiled.with_file_name("app_split.wasm");
                files = self.split(&bytes, &whole, &stage)?;
            }
            self.bind(&whole, &stage)?;
            files.push(stage.join(format!("{}_bg.wasm", self.name)));
            // Hundreds of chunks hold a few functions each: shrinking those costs minutes.
            files.retain(|file| fs::metadata(file).is_ok_and(|data| data.len() > SMALL_BYTES));
            for passes in self.passes {
                shrink(checkout, &files, passes)?;
            }
            if !self.is_split {
                files.iter().try_for_each(|file| put_in_order(file))?;
                files.iter().try_for_each(|file| pack(checkout, file))?;
            }
            let script = stage.join(self.name).with_extension("js");
            scripts::minify(checkout, &script, &script)
        })?;
        Ok(())
    }

    fn compile(&self, checkout: &Checkout, std: Std) -> Result<PathBuf> {
        run(&mut self.cargo(checkout, std))?;
        Ok(self.target(checkout).join(WASM).join("wasm-release/app.wasm"))
    }

    /// Fetches what compiling it with a standard library of its own takes, and compiles nothing:
    /// cargo has to have every crate before it can tell the graph of them.
    fn fetch(&self, checkout: &Checkout) -> Result<()> {
        let mut cargo = self.cargo(checkout, Std::Own);
        cargo.args(["--unit-graph", "-Zunstable-options"]).stdout(Stdio::null());
        let output = cargo.output().context("cargo cannot be run")?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "a crate of the standard library is missing ({}); get it where there is a network, \
             with: cargo xtask build",
            complaint(&told)
        );
        Ok(())
    }

    /// `cargo rustc --crate-type cdylib`: a program in a browser alone, a library everywhere else.
    /// With both at once cargo silently drops LTO.
    fn cargo(&self, checkout: &Checkout, std: Std) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.args(["rustc", "--quiet", "--package", "app", "--lib", "--crate-type", "cdylib"]);
        cargo.args(["--target", WASM, "--profile", "wasm-release", "--no-default-features"]);
        cargo.args(["--features", self.feature, "--target-dir"]).arg(self.target(checkout));
        let mut flags = format!("{ERASED} {}", self.rustflags);
        if self.has_own_std && std == Std::Own {
            cargo.args(OWN_STD).env("RUSTC_BOOTSTRAP", "1");
            flags = format!("{flags} {SILENT}");
        }
        cargo.env("RUSTFLAGS", flags).current_dir(&checkout.root);
        cargo
    }

    fn target(&self, checkout: &Checkout) -> PathBuf {
        checkout.target.join(self.target)
    }

    /// Cuts the lazy routes off into files of their own and writes what is left.
    fn split(&self, bytes: &[u8], left: &Path, stage: &Path) -> Result<Vec<PathBuf>> {
        let main_module = format!("./{}.js", self.name);
        let mut options = wasm_split_cli_support::Options::new(bytes);
        options.output_dir = stage;
        options.main_out_path = left;
        options.main_module = &main_module;
        options.link_name = "./__wasm_split.js";
        let split =
            wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;
        Ok(split.split_modules)
    }

    /// Makes the JavaScript. Where no other file calls the program by them, what the two call one
    /// another is shortened: 6 KB in brotli.
    fn bind(&self, whole: &Path, stage: &Path) -> Result<()> {
        let mut bound = wasm_bindgen_cli_support::Bindgen::new()
            .input_path(whole)
            .out_name(self.name)
            .web(true)?
            .keep_lld_exports(self.is_split)
            .demangle(false)
            .remove_producers_section(true)
            .typescript(false)
            .generate_output()?;
        if self.is_split {
            return bound.emit(stage);
        }
        let mut names = Names::default();
        let module = bound.wasm_mut();
        module.imports.iter_mut().for_each(|import| names.shorten(&mut import.name));
        module.exports.iter_mut().for_each(|export| names.shorten(&mut export.name));
        bound.emit(stage)?;
        let script = stage.join(self.name).with_extension("js");
        fs::write(&script, names.rewrite(&fs::read_to_string(&script)?))?;
        Ok(())
    }
}

fn shrink(checkout: &Checkout, files: &[PathBuf], passes: &[&str]) -> Result<()> {
    let wasm_opt = checkout.end2end().join("node_modules/.bin/wasm-opt");
    let next = AtomicUsize::new(0);
    let worker = || -> Result<()> {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut command = Command::new(&wasm_opt);
            command.args(passes).args(["--strip-debug", "--strip-producers"]).args(FEATURES);
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

/// Writes beside a program what the phone makes it of: a sixth less in brotli. The script has
/// made the program of it again before it ends.
fn pack(checkout: &Checkout, file: &Path) -> Result<()> {
    let [script, _] = PACKING.map(|script| checkout.root.join(script));
    let mut command = Command::new("node");
    run_quietly(command.arg(script).arg(file).arg(file.with_extension("packed"))).map(drop)
}

/// Has functions that are alike stand together: 9 KB in brotli.
fn put_in_order(file: &Path) -> Result<()> {
    let ordered = likeness::ordered(&fs::read(file)?)
        .with_context(|| format!("the functions of {} have no order", file.display()))?;
    Ok(fs::write(file, ordered)?)
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn what_cargo_lacks_is_told_in_one_line() {
        let told =
            "warning: spurious\nerror: failed to download `a v1.0.0`\n\nCaused by:\n  none\n";
        assert_eq!(complaint(told), "failed to download `a v1.0.0`");
        assert_eq!(complaint(""), "cargo does not say why");
    }
}
