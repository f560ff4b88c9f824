//! The development loop: look at the files' times twice a second, rebuild, restart.

use anyhow::Result;
use std::{process::Child, thread::sleep, time::Duration};

use crate::{check, checkout::Checkout, console::complain, fingerprint, start};

const PAUSE: Duration = Duration::from_millis(500);
const WATCHED: [&str; 6] = ["Cargo.toml", "app", "end2end/assets", "public", "server", "style"];

/// Serves and restarts until it is stopped. What does not build leaves the last server running.
///
/// # Errors
/// When a watched file cannot be looked at.
pub(crate) fn watch(checkout: &Checkout) -> Result<()> {
    let mut running: Option<Child> = None;
    let mut seen = None;
    loop {
        let now = times(checkout)?;
        if seen.as_ref() == Some(&now) {
            sleep(PAUSE);
            continue;
        }
        seen = Some(now);
        match check::build(checkout, false).and_then(|()| start::fill(checkout)) {
            Ok(()) => {
                stop(&mut running);
                running = Some(start::launch(checkout)?);
            }
            Err(error) => complain(&format!("{error:#}")),
        }
    }
}

fn stop(running: &mut Option<Child>) {
    if let Some(mut child) = running.take() {
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Name and time of change of every watched file.
fn times(checkout: &Checkout) -> Result<Vec<(std::path::PathBuf, std::time::SystemTime)>> {
    let mut times = Vec::new();
    for folder in WATCHED {
        for file in fingerprint::files_below(&checkout.root.join(folder))? {
            // An editor may have moved a file away since it was listed.
            if let Ok(time) = file.metadata().and_then(|about| about.modified()) {
                times.push((file, time));
            }
        }
    }
    Ok(times)
}
