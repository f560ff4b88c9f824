//! A release server of this run, with the demonstration's accounts, and the load put on it.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::console::run_quietly;

const PATIENCE: Duration = Duration::from_secs(30);
/// How long all waiting documents may take to be printed and mailed.
const PRINTING: Duration = Duration::from_secs(600);
/// No document in this time: all are printed. Longer than the worker's pause.
const QUIET: Duration = Duration::from_secs(4);

/// Where the data are.
#[derive(Clone)]
pub(super) enum Engine {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(String),
}

impl Engine {
    fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// A server that ends with this value.
pub(super) struct Serving {
    child: Child,
    address: SocketAddr,
    figures: SocketAddr,
    client: PathBuf,
    database: String,
    operative: String,
    coordinator: String,
    password: String,
    /// From the start of the process until it says that it is ready.
    pub(super) started: Duration,
}

/// What is asked of the server.
pub(super) enum Load {
    /// A path, requests in flight, requests in all.
    Pages(&'static str, usize, usize),
    /// A coordinator's pages.
    Lists { paths: Vec<String>, clients: usize, count: usize },
    /// Registrations; without mail nothing is printed for them.
    Visits { clients: usize, count: usize, batch: usize, skip: usize, mail: bool },
    /// Verifications of one document: `page` or `api`.
    Verify(&'static str),
    /// Documents printed without the server, by one core.
    Papers(usize),
    /// Look-ups of so many owners, from the first of them.
    Search { first: usize, held: usize, count: usize },
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

/// What aborted uploads left behind.
#[derive(Deserialize)]
pub(super) struct Left {
    /// The requests after them.
    #[serde(flatten)]
    pub(super) measured: Measured,
    /// The requests before them, milliseconds.
    pub(super) before_p95_ms: f64,
    /// Connections in a transaction that nobody ends.
    pub(super) idle: f64,
    /// Records without their other half.
    pub(super) halves: f64,
    /// Aborted uploads that were registered, whole.
    pub(super) whole: f64,
}

/// Places that people asked for at one outreach.
#[derive(Deserialize)]
pub(super) struct Given {
    /// Where.
    pub(super) outreach: String,
    /// Of which programme.
    pub(super) programme: String,
    /// The requests, whatever they were answered.
    #[serde(flatten)]
    pub(super) measured: Measured,
    /// People who were told that the place is theirs.
    pub(super) booked: u32,
    /// People who were told that there is none.
    pub(super) full: u32,
    /// Places that the database says are promised.
    pub(super) promised: u32,
    /// The same, summed over the slots.
    pub(super) in_slots: u32,
}

/// The list of chips as a phone fetched it.
#[derive(Deserialize)]
pub(super) struct Carried {
    /// Chips in it.
    pub(super) chips: u32,
    /// Its size.
    pub(super) kilobytes: f64,
    /// From asking for it until it was here, milliseconds.
    pub(super) fetched_ms: f64,
    /// Of a million strange chips, those that it takes for known.
    pub(super) mistaken: f64,
}

impl Serving {
    /// Makes the demonstration in a fresh folder and serves it.
    pub(super) fn begin(binary: &Path, folder: &Path, engine: Engine) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let (address, figures) = (free_address()?, free_address()?);
        let database = engine.url();
        let huella = || {
            let mut huella = Command::new(binary);
            huella.env("HUELLA_DATA_DIR", folder).env("HUELLA_ADDR", address.to_string());
            huella.env("HUELLA_SMTP_URL", format!("folder:{}", folder.join("mail").display()));
            huella.env("HUELLA_METRICS_ADDR", figures.to_string());
            huella.env("HUELLA_FLOOD_PER_SECOND", "1000000");
            huella.env("HUELLA_LOOKUPS_PER_DAY", "1000000").env("HUELLA_DATABASE_URL", &database);
            huella.env("HUELLA_BOOKINGS_PER_HOUR", "1000000");
            huella
        };
        let told = run_quietly(huella().arg("demo"))?;
        let (operative, password) = account(&told, "operative")?;
        let (coordinator, _) = account(&told, "coordinator")?;
        let begun = Instant::now();
        let log = fs::File::create(folder.join("log"))?;
        let child = huella().args(["serve", "--demo"]).stdout(Stdio::null()).stderr(log).spawn()?;
        let client = client(binary);
        let mut serving = Self {
            child,
            address,
            figures,
            client,
            database,
            operative,
            coordinator,
            password,
            started: Duration::ZERO,
        };
        serving.wait(begun)?;
        Ok(serving)
    }

    fn wait(&mut self, begun: Instant) -> Result<()> {
        while !get(self.address, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            if begun.elapsed() > PATIENCE {
                bail!("the server does not become ready");
            }
            thread::sleep(Duration::from_millis(2));
        }
        self.started = begun.elapsed();
        Ok(())
    }

    /// Memory that the process and those it started hold, in megabytes.
    pub(super) fn resident_mb(&self) -> Result<f64> {
        let mut kilobytes = resident_kb(self.child.id())?;
        for thread in fs::read_dir(format!("/proc/{0}/task", self.child.id()))? {
            let children = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
                // One that has ended meanwhile holds nothing.
                kilobytes += resident_kb(child).unwrap_or(0.0);
            }
        }
        Ok(kilobytes * 1.024 / 1000.0)
    }

    /// Waits until no document is printed any more; answers how many mails went out so far.
    pub(super) fn printed(&self) -> Result<u64> {
        let begun = Instant::now();
        let (mut last, mut since) = (self.mailed()?, Instant::now());
        while since.elapsed() < QUIET {
            if begun.elapsed() > PRINTING {
                bail!("after {} s documents are still being printed", PRINTING.as_secs());
            }
            thread::sleep(Duration::from_millis(250));
            let now = self.mailed()?;
            if now > last {
                (last, since) = (now, Instant::now());
            }
        }
        Ok(last)
    }

    /// Mails that left so far, each with its document.
    fn mailed(&self) -> Result<u64> {
        let figures = get(self.figures, "/metrics")?;
        let sent = figures.lines().filter(|line| line.starts_with("huella_mail_total{"));
        let sent = sent.filter(|line| line.contains("\"sent\""));
        Ok(sent.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum())
    }

    /// Puts a load on the server.
    pub(super) fn load(&self, load: &Load) -> Result<Measured> {
        let mut client = self.client(load.name());
        match load {
            Load::Pages(..) | Load::Papers(_) => {}
            Load::Lists { .. } => drop(client.arg("--email").arg(&self.coordinator)),
            _ => drop(client.arg("--email").arg(&self.operative)),
        }
        for (flag, value) in load.words() {
            client.arg(flag).args((!value.is_empty()).then_some(value));
        }
        let measured: Measured = told(&mut client)?;
        if measured.failed > 0 {
            bail!("{}: {} were answered otherwise", load.name(), measured.failed);
        }
        Ok(measured)
    }

    /// Aborts uploads, and looks at what they left behind.
    pub(super) fn aborts(&self, count: usize, skip: usize) -> Result<Left> {
        let mut client = self.client("aborts");
        client.arg("--email").arg(&self.operative).arg("--database").arg(&self.database);
        client.args(["--count", &count.to_string(), "--skip", &skip.to_string()]);
        told(&mut client)
    }

    /// Opens an outreach with so many places, for which so many people ask, each numbered from
    /// `skip` on; without mail no ticket is printed for them.
    pub(super) fn places(
        &self,
        (capacity, count, skip): (u32, u32, u32),
        mail: bool,
    ) -> Result<Given> {
        let mut client = self.client("places");
        client.args((!mail).then_some("--without-mail"));
        client.arg("--database").arg(&self.database).args(["--capacity", &capacity.to_string()]);
        client.args(["--count", &count.to_string(), "--skip", &skip.to_string()]);
        told(&mut client)
    }

    /// Has the database look at what came at once, which it does by itself after a while.
    pub(super) fn settle(&self) -> Result<()> {
        told(self.client("settle").arg("--database").arg(&self.database)).map(|_: Measured| ())
    }

    /// Fetches the list of chips, in which those of so many visits must be.
    pub(super) fn chips(&self, first: usize, held: usize) -> Result<Carried> {
        let mut client = self.client("chips");
        client.arg("--email").arg(&self.operative);
        client.args(["--first", &first.to_string(), "--held", &held.to_string()]);
        told(&mut client)
    }

    /// What the database itself can promise, without a server.
    pub(super) fn commits(binary: &Path, engine: &Engine, clients: usize) -> Result<Measured> {
        let mut command = Command::new(client(binary));
        command.args(["--url", "http://127.0.0.1:1", "commits", "--database", &engine.url()]);
        told(command.args(["--clients", &clients.to_string()]))
    }

    fn client(&self, name: &str) -> Command {
        let mut client = Command::new(&self.client);
        client.arg("--url").arg(format!("http://{}", self.address)).arg(name);
        client.env("HUELLA_LOAD_PASSWORD", &self.password);
        // What it makes itself, it makes on one core: documents are counted by core.
        client.env("RAYON_NUM_THREADS", "1");
        client
    }
}

impl Load {
    const fn name(&self) -> &'static str {
        match self {
            Self::Pages(..) | Self::Lists { .. } => "pages",
            Self::Visits { .. } => "visits",
            Self::Verify(_) => "verify",
            Self::Papers(_) => "papers",
            Self::Search { .. } => "search",
        }
    }

    /// Flags with their values; a flag without one has none.
    fn words(&self) -> Vec<(&'static str, String)> {
        let number = |n: &usize| n.to_string();
        match self {
            Self::Pages(path, clients, count) => vec![
                ("--path", (*path).to_owned()),
                ("--clients", number(clients)),
                ("--count", number(count)),
            ],
            Self::Lists { paths, clients, count } => {
                let mut words: Vec<_> = paths.iter().map(|path| ("--path", path.clone())).collect();
                words.extend([("--clients", number(clients)), ("--count", number(count))]);
                words
            }
            Self::Visits { clients, count, batch, skip, mail } => {
                let mut words = vec![
                    ("--clients", number(clients)),
                    ("--count", number(count)),
                    ("--batch", number(batch)),
                    ("--skip", number(skip)),
                ];
                words.extend((!mail).then(|| ("--without-mail", String::new())));
                words
            }
            Self::Verify(way) => vec![("--way", (*way).to_owned())],
            Self::Papers(count) => vec![("--count", number(count))],
            Self::Search { first, held, count } => vec![
                ("--first", number(first)),
                ("--held", number(held)),
                ("--count", number(count)),
            ],
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The process is this run's own; that it may have ended already is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client(binary: &Path) -> PathBuf {
    binary.with_file_name("huella-load")
}

fn told<T: DeserializeOwned>(client: &mut Command) -> Result<T> {
    Ok(serde_json::from_str(run_quietly(client)?.trim())?)
}

/// The address and the password of the demonstration's account with a role.
fn account(told: &str, role: &str) -> Result<(String, String)> {
    let line = told.lines().find(|line| line.trim_start().starts_with(role));
    let mut words = line.context("the demonstration told no account")?.split_whitespace();
    let email = words.nth(1).context("no address")?.to_owned();
    Ok((email, words.next().context("no password")?.to_owned()))
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The whole answer to a request, its head included.
fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    write!(connection, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

fn resident_kb(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.context("the system tells no resident memory")
}
