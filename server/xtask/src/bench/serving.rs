//! A release server of this run, with the demonstration's accounts, and the load put on it.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{checkout::Checkout, console::run_quietly};

const PATIENCE: Duration = Duration::from_secs(30);

/// A server that ends with this value.
pub(super) struct Serving {
    child: Child,
    address: SocketAddr,
    client: PathBuf,
    email: String,
    password: String,
    /// From the start of the process to its first answer.
    pub(super) started: Duration,
}

/// What is asked of the server.
pub(super) enum Load {
    /// A path, requests in flight, requests in all.
    Pages(&'static str, usize, usize),
    /// Registrations.
    Visits { clients: usize, count: usize, batch: usize, skip: usize },
    /// Verifications of one document: `page` or `api`.
    Verify(&'static str),
    /// Documents printed without the server, by one core.
    Papers(usize),
    /// Look-ups among so many animals.
    Search { held: usize, count: usize },
    /// Uploads hung up on, and fifty after them.
    Aborts { count: usize, skip: usize },
}

/// What the client measured.
#[derive(Deserialize)]
pub(super) struct Measured {
    /// Things answered otherwise than they should.
    pub(super) failed: usize,
    /// Things each second.
    pub(super) per_second: f64,
    /// Milliseconds.
    pub(super) p50_ms: f64,
    /// Milliseconds.
    pub(super) p95_ms: f64,
    /// Milliseconds.
    pub(super) p99_ms: f64,
}

impl Serving {
    /// Makes the demonstration in a fresh folder and serves it.
    pub(super) fn begin(checkout: &Checkout, folder: &Path, url: Option<&str>) -> Result<Self> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let huella = || {
            let mut huella = Command::new(checkout.binary("release"));
            huella.env("HUELLA_DATA_DIR", folder).env("HUELLA_ADDR", address.to_string());
            huella.env("HUELLA_SMTP_URL", format!("folder:{}", folder.join("mail").display()));
            huella.env("HUELLA_METRICS_ADDR", "off").env("HUELLA_FLOOD_PER_SECOND", "1000000");
            if let Some(url) = url {
                huella.env("HUELLA_DATABASE_URL", url);
            }
            huella
        };
        let told = run_quietly(huella().arg("demo"))?;
        let line = told.lines().find(|line| line.starts_with("operative"));
        let mut words = line.context("the demonstration told no account")?.split_whitespace();
        let (email, password) = (words.nth(1), words.next());
        let begun = Instant::now();
        let log = fs::File::create(folder.join("log"))?;
        let child = huella().args(["serve", "--demo"]).stdout(Stdio::null()).stderr(log).spawn()?;
        let mut serving = Self {
            child,
            address,
            client: checkout.binary("release").with_file_name("huella-load"),
            email: email.context("no address")?.to_owned(),
            password: password.context("no password")?.to_owned(),
            started: Duration::ZERO,
        };
        serving.wait(begun)?;
        Ok(serving)
    }

    fn wait(&mut self, begun: Instant) -> Result<()> {
        while TcpStream::connect(self.address).is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("the server does not answer");
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.started = begun.elapsed();
        Ok(())
    }

    /// Memory the process holds, in megabytes.
    pub(super) fn resident_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        Ok(kilobytes.context("the system tells no resident memory")? * 1.024 / 1000.0)
    }

    /// Puts a load on the server.
    pub(super) fn load(&self, load: &Load) -> Result<Measured> {
        let mut client = Command::new(&self.client);
        client.arg("--url").arg(format!("http://{}", self.address));
        client.env("HUELLA_LOAD_PASSWORD", &self.password);
        let number = |n: &usize| n.to_string();
        let (name, words): (&str, Vec<(&str, String)>) = match load {
            Load::Pages(path, clients, count) => (
                "pages",
                vec![
                    ("--path", (*path).to_owned()),
                    ("--clients", number(clients)),
                    ("--count", number(count)),
                ],
            ),
            Load::Visits { clients, count, batch, skip } => (
                "visits",
                vec![
                    ("--clients", number(clients)),
                    ("--count", number(count)),
                    ("--batch", number(batch)),
                    ("--skip", number(skip)),
                ],
            ),
            Load::Verify(way) => ("verify", vec![("--way", (*way).to_owned())]),
            Load::Papers(count) => ("papers", vec![("--count", number(count))]),
            Load::Search { held, count } => {
                ("search", vec![("--held", number(held)), ("--count", number(count))])
            }
            Load::Aborts { count, skip } => {
                ("aborts", vec![("--count", number(count)), ("--skip", number(skip))])
            }
        };
        client.arg(name);
        if !matches!(load, Load::Pages(..) | Load::Papers(_)) {
            client.arg("--email").arg(&self.email);
        }
        for (flag, value) in words {
            client.arg(flag).arg(value);
        }
        let told = run_quietly(&mut client)?;
        let measured: Measured = serde_json::from_str(told.trim())?;
        if measured.failed > 0 {
            bail!("{name}: {} were answered otherwise than they should", measured.failed);
        }
        Ok(measured)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The process is this run's own; that it may have ended already is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
