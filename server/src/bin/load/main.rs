//! Load for one server on this machine: registrations, bookings, pages and aborted uploads, bounded
//! in count, seeded, and told as one line of JSON.
//!
//! It talks to a loopback address only and stops by itself.

mod aborts;
mod chips;
mod client;
mod commits;
mod guests;
mod papers;
mod places;
mod reads;
mod visits;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use serde::Serialize;
use std::time::{Duration, Instant};

use client::Client;

/// As the server's: its documents are measured here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Puts a bounded load on a huella server of this machine")]
struct Arguments {
    /// Where the server listens: http://127.0.0.1:PORT
    #[arg(long)]
    url: String,
    #[command(subcommand)]
    load: Load,
}

#[derive(Subcommand)]
enum Load {
    /// Registers new owners with an animal, a chip and two doses.
    Visits(visits::Visits),
    /// Asks for pages again and again.
    Pages {
        /// The paths to ask for, in turn.
        #[arg(long, required = true)]
        path: Vec<String>,
        /// Whom to sign in first, if anybody.
        #[arg(long)]
        email: Option<String>,
        /// The password.
        #[arg(long, env = "HUELLA_LOAD_PASSWORD", default_value = "")]
        password: String,
        /// Requests in flight.
        #[arg(long, default_value_t = 8)]
        clients: usize,
        /// Requests in all.
        #[arg(long, default_value_t = 5_000)]
        count: usize,
    },
    /// Verifies one document again and again (goal P12).
    Verify(reads::Verify),
    /// Looks owners up by chip, RUN and names (goal P9).
    Search(reads::Search),
    /// Prints documents on one core, without the server (goal P11).
    Papers {
        /// Documents in all.
        #[arg(long, default_value_t = 600)]
        count: usize,
    },
    /// Fetches the list of chips that phones take with them.
    Chips(chips::Chips),
    /// Sends uploads and hangs up at any moment (goal R10).
    Aborts(aborts::Aborts),
    /// Books places at one outreach (goal P13).
    Places(places::Places),
    /// Commits single rows to a database, without the server (the limit beside goal P8).
    Commits(commits::Commits),
    /// Has a database look at what it holds, as it does by itself after a while.
    Settle(commits::Settle),
}

/// What a run measured.
#[derive(Debug, Serialize)]
struct Measured {
    /// Things done.
    done: usize,
    /// Things that were answered otherwise than they should.
    failed: usize,
    /// Seconds from the first to the last.
    seconds: f64,
    /// Things each second.
    per_second: f64,
    /// Middle time of a request, milliseconds.
    p50_ms: f64,
    /// Ninety-five of a hundred were faster.
    p95_ms: f64,
    /// Ninety-nine of a hundred were faster.
    p99_ms: f64,
}

impl Measured {
    /// Of the times of the requests that were answered well, each of which did `each` things.
    fn of(mut times: Vec<Duration>, each: usize, failed: usize, whole: Duration) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let index = ((times.len() as f64 - 1.0) * share).round().max(0.0) as usize;
            times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        let done = times.len() * each;
        let seconds = whole.as_secs_f64();
        Self {
            done,
            failed,
            seconds,
            per_second: done as f64 / seconds.max(f64::EPSILON),
            p50_ms: at(0.50),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let client = Client::new(&arguments.url)?;
    let measured = match arguments.load {
        Load::Visits(visits) => visits.run(&client).await?,
        Load::Pages { path, email, password, clients, count } => {
            if let Some(email) = email {
                client.sign_in(&email, &password).await?;
            }
            pages(&client, path, clients, count).await?
        }
        Load::Verify(verify) => verify.run(&client).await?,
        Load::Search(search) => search.run(&client).await?,
        Load::Papers { count } => papers::print(count)?,
        Load::Commits(commits) => commits.run().await?,
        Load::Settle(settle) => settle.run().await?,
        Load::Chips(chips) => {
            tell(&serde_json::to_string(&chips.run(&client).await?)?);
            return Ok(());
        }
        Load::Places(places) => {
            tell(&serde_json::to_string(&places.run(&client).await?)?);
            return Ok(());
        }
        Load::Aborts(aborts) => {
            tell(&serde_json::to_string(&aborts.run(&client).await?)?);
            return Ok(());
        }
    };
    tell(&serde_json::to_string(&measured)?);
    if measured.done == 0 {
        bail!("nothing was answered well");
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the measured figures are what this program is for")]
fn tell(line: &str) {
    println!("{line}");
}

async fn pages(
    client: &Client,
    paths: Vec<String>,
    clients: usize,
    count: usize,
) -> Result<Measured> {
    let begin = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..clients {
        let share = count / clients + usize::from(number < count % clients);
        let (client, paths) = (client.clone(), paths.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::with_capacity(share);
            let mut failed = 0;
            for turn in 0..share {
                let begin = Instant::now();
                match client.get(&paths[turn % paths.len()]).await {
                    Ok((200, _)) => times.push(begin.elapsed()),
                    Ok(_) | Err(_) => failed += 1,
                }
            }
            (times, failed)
        }));
    }
    let (mut times, mut failed) = (Vec::with_capacity(count), 0);
    for task in tasks {
        let (some, missed) = task.await?;
        times.extend(some);
        failed += missed;
    }
    Ok(Measured::of(times, 1, failed, begin.elapsed()))
}
