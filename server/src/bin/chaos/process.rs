//! The real server, as a process of its own that is killed and started again on its database.

use anyhow::{Context, Result, bail};
use std::fs::{self, OpenOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long the server may take to become ready, or to answer.
const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(4);
/// How much of its log is told when it does not start, in bytes.
const TAIL: usize = 2_000;

/// Where the server is and what it works on.
pub(crate) struct Server {
    program: PathBuf,
    folder: PathBuf,
    database: String,
    pub(crate) address: SocketAddr,
    child: Option<Child>,
    pub(crate) kills: u32,
}

impl Server {
    /// A server that is not started yet, on a free port that it keeps.
    pub(crate) fn new(program: PathBuf, folder: PathBuf, database: String) -> Result<Self> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Ok(Self { program, folder, database, address, child: None, kills: 0 })
    }

    pub(crate) const fn is_up(&self) -> bool {
        self.child.is_some()
    }

    /// Starts it, unless it runs, and waits until it is ready.
    pub(crate) async fn start(&mut self) -> Result<()> {
        if self.is_up() {
            return Ok(());
        }
        self.child = Some(self.command()?.spawn().context("the server cannot be started")?);
        let begun = Instant::now();
        let host = self.address;
        let ask = format!("GET /readyz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        loop {
            let answer = deliver(self.address, ask.as_bytes()).await;
            if answer.is_some_and(|answer| answer.starts_with(b"HTTP/1.1 200")) {
                return Ok(());
            }
            let ended = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            if ended.is_some() || begun.elapsed() > PATIENCE {
                bail!("the server does not become ready:\n{}", self.log());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Kills it without a warning, as `kill -9` does.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
            self.kills += 1;
        }
        Ok(())
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HUELLA_") {
                command.env_remove(name);
            }
        }
        let log = OpenOptions::new().create(true).append(true).open(self.folder.join("log"))?;
        command.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
            .env("HUELLA_DATABASE_URL", &self.database)
            .env("HUELLA_DATA_DIR", &self.folder)
            .env("HUELLA_ADDR", self.address.to_string())
            .env("HUELLA_METRICS_ADDR", "off")
            .env("HUELLA_FLOOD_PER_SECOND", "1000000")
            .env("HUELLA_SMTP_URL", format!("folder:{}", self.folder.join("mail").display()));
        Ok(command)
    }

    /// The end of what it wrote.
    fn log(&self) -> String {
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(TAIL)..]).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It is this run's own; that it may have ended already is no failure.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Sends a whole request that asks to close, and reads until the server does; nothing when nobody
/// answers.
pub(crate) async fn deliver(address: SocketAddr, request: &[u8]) -> Option<Vec<u8>> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        stream.write_all(request).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        (!answer.is_empty()).then_some(answer)
    };
    tokio::time::timeout(PATIENCE, exchange).await.ok().flatten()
}
