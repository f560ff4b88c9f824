//! Huella on this machine, with demonstration data, for whoever wants to look.

use anyhow::Result;
use std::{
    fs,
    process::{Child, Command},
};

use crate::{
    check::{self, PROFILE},
    checkout::Checkout,
    console::{run, say, step},
};

const ADDRESS: &str = "127.0.0.1:3000";
const DATABASE: &str = "data/huella.db";

/// Builds, fills a new database with the demonstration and serves until it is stopped.
///
/// # Errors
/// When something does not build, or the server ends by itself.
pub(crate) fn start(checkout: &Checkout) -> Result<()> {
    check::build(checkout, false)?;
    fill(checkout)?;
    let address = std::env::var("HUELLA_ADDR").unwrap_or_else(|_| ADDRESS.to_owned());
    say(&format!("── Huella at http://{address} (Ctrl-C ends it; the data stay in ./data)"));
    run(huella(checkout).args(["serve", "--demo"]))
}

/// Starts the server without waiting for its end.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn launch(checkout: &Checkout) -> Result<Child> {
    Ok(huella(checkout).args(["serve", "--demo"]).spawn()?)
}

/// Makes the demonstration data, or of a database that is there only says its accounts again.
///
/// # Errors
/// When the data cannot be made; then no half of them stays behind.
pub(crate) fn fill(checkout: &Checkout) -> Result<()> {
    let database = checkout.root.join(DATABASE);
    let is_new = !database.exists();
    fs::create_dir_all(checkout.root.join("data/mail"))?;
    step("demonstration data", || run(huella(checkout).arg("demo"))).inspect_err(|_| {
        if !is_new {
            return;
        }
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(checkout.root.join(format!("{DATABASE}{end}")));
        }
    })
}

/// The binary with the settings of this machine; what the caller's environment sets stays.
fn huella(checkout: &Checkout) -> Command {
    let mut command = Command::new(checkout.binary(PROFILE));
    command.current_dir(&checkout.root);
    let settings = [
        ("HUELLA_ADDR", ADDRESS.to_owned()),
        ("HUELLA_DATABASE_URL", format!("sqlite:./{DATABASE}")),
        ("HUELLA_SMTP_URL", "folder:./data/mail".to_owned()),
    ];
    for (name, value) in settings {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command
}
