//! What the tool prints, and the commands it runs.

use anyhow::{Context, Result, ensure};
use std::{
    io::{self, BufRead, BufReader, Write},
    process::Command,
    time::Instant,
};

/// Prints one line. A closed pipe is not worth failing for.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Prints one line to the error stream, under the tool's name.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "xtask: {line}");
}

/// Runs one named step and prints how many seconds it took, also when it failed.
///
/// # Errors
/// The step's own, under its name.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(&format!("── {name}"));
    let begun = Instant::now();
    let outcome = work().with_context(|| name.to_owned());
    let word = if outcome.is_ok() { "done" } else { "FAILED" };
    say(&format!("── {name}: {word} in {:.1} s", begun.elapsed().as_secs_f64()));
    outcome
}

/// Runs a command to its end with this process's own streams.
///
/// # Errors
/// When it cannot be started or ends with another status than 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", shown(command)))?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs a command, passing on all it prints, and keeps the lines that `keep` picks.
///
/// # Errors
/// When it cannot be started or ends with another status than 0.
pub(crate) fn run_keeping(mut command: Command, keep: fn(&str) -> bool) -> Result<Vec<String>> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let name = shown(&command);
    let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
    // The command holds the pipe's other end, which would never close.
    drop(command);
    let mut kept = Vec::new();
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if keep(&line) {
            kept.push(line.trim_end().to_owned());
        }
        say(&line);
    }
    let status = child.wait()?;
    ensure!(status.success(), "{name} ended with {status}");
    Ok(kept)
}

/// Runs a command quietly; what it printed comes out only when it fails.
///
/// # Errors
/// When it cannot be started or ends with another status than 0.
pub(crate) fn run_quietly(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {}", shown(command)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        complain(text.trim_end());
        complain(String::from_utf8_lossy(&output.stderr).trim_end());
    }
    ensure!(output.status.success(), "{} ended with {}", shown(command), output.status);
    Ok(text)
}

fn shown(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy());
    let program = command.get_program().to_string_lossy();
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}
