//! Uploads that the client hangs up on at any moment, before, during and after the server's work
//! (goal R10): none may leave a connection of the pool in a transaction, or half a record.

use anyhow::{Result, ensure};
use backend::store::{Store, StoreError, StoreOptions};
use clap::Args;
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::Measured;
use crate::client::{Account, Client};
use crate::visits::{Hall, Phone};

#[derive(Args)]
pub(crate) struct Aborts {
    #[command(flatten)]
    account: Account,
    /// The server's database, to be asked what the uploads left behind
    #[arg(long)]
    database: String,
    /// Uploads in all.
    #[arg(long, default_value_t = 1_000)]
    count: usize,
    /// Visits of other runs on this database.
    #[arg(long, default_value_t = 0)]
    skip: usize,
}

/// How often it is looked whether a connection is still in a transaction.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
/// How long the server may take to answer as before, once all have hung up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Requests measured before and after.
const MEASURED: usize = 50;

/// What the uploads left behind.
#[derive(Serialize)]
pub(crate) struct Left {
    /// The requests after the aborted ones.
    #[serde(flatten)]
    measured: Measured,
    /// Ninety-five of a hundred requests before them were faster, milliseconds.
    before_p95_ms: f64,
    /// Connections in a transaction that nobody ends.
    idle: i64,
    /// Records that are there without their other half.
    halves: i64,
    /// Aborted uploads that were registered all the same, whole.
    whole: i64,
}

/// What one visit adds one of.
#[derive(Clone, Copy)]
struct Counts {
    owners: i64,
    animals: i64,
    implantations: i64,
    doses: i64,
}

impl Aborts {
    /// Measures the requests after the aborted ones: they are to be answered as before.
    pub(crate) async fn run(&self, client: &Client) -> Result<Left> {
        self.account.sign_in(client).await?;
        let store = Store::open(&StoreOptions::new(self.database.as_str())).await?;
        let hall = Hall::find(client).await?;
        let mut phone = Phone::new(hall, self.skip);
        // The requests after are to be compared with those before, not with the printing.
        phone.with_mail = false;
        let mut random = fastrand::Rng::with_seed(10);
        let before = measured(client, &mut phone).await?;
        let counted = counts(&store, hall).await?;
        for _ in 0..self.count {
            let body = phone.batch(1)?;
            abort(client, &body, &mut random).await?;
        }
        let measured = measured(client, &mut phone).await?;
        // What the server was still at when the last one hung up is at its end by now.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = counts(&store, hall).await?;
        let idle = abandoned(&store).await?;
        let owners = now.owners - counted.owners;
        let halves = (now.animals - counted.animals - owners).abs()
            + (now.implantations - counted.implantations - owners).abs()
            + (now.doses - counted.doses - 2 * owners).abs();
        let whole = owners - i64::try_from(MEASURED)?;
        Ok(Left { measured, before_p95_ms: before.p95_ms, idle, halves, whole })
    }
}

/// Connections in a transaction that nobody ends: seen at every look, as one at work is not.
async fn abandoned(store: &Store) -> Result<i64> {
    let mut fewest = i64::MAX;
    for _ in 0..LOOKS {
        let idle = store.glance(|tx| Box::pin(async move { tx.idle_transactions().await }));
        fewest = fewest.min(idle.await.map_err(|error: StoreError| error)?);
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(fewest)
}

async fn counts(store: &Store, hall: Hall) -> Result<Counts> {
    let outreach = hall.outreach.0;
    let counts = store.read(move |tx| {
        Box::pin(async move {
            let services = tx.count_services(&[outreach]).await?;
            let of = |part: &str| {
                let counted = services.iter().filter(|row| row.kind.contains(part));
                counted.map(|row| row.total).sum()
            };
            Ok(Counts {
                owners: tx.count_owners().await?,
                animals: tx.count_animals().await?,
                implantations: of("implantation"),
                doses: of("deworming"),
            })
        })
    });
    Ok(counts.await.map_err(|error: StoreError| error)?)
}

async fn measured(client: &Client, phone: &mut Phone) -> Result<Measured> {
    let (begin, mut times) = (Instant::now(), Vec::new());
    for _ in 0..MEASURED {
        let body = phone.batch(1)?;
        let asked = Instant::now();
        let sent = client.post_json("/api/v1/submissions", body);
        let (status, answer) = tokio::time::timeout(PATIENCE, sent).await??;
        ensure!(status == 200, "{status} {}", String::from_utf8_lossy(&answer));
        times.push(asked.elapsed());
    }
    Ok(Measured::of(times, 1, 0, begin.elapsed()))
}

/// Sends some or all of a request, waits a little or not at all, and hangs up.
async fn abort(client: &Client, body: &[u8], random: &mut fastrand::Rng) -> Result<()> {
    let head = format!(
        "POST /api/v1/submissions HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\n\
         cookie: {1}\r\ncontent-type: application/json\r\ncontent-length: {2}\r\n\r\n",
        client.address,
        client.cookie(),
        body.len()
    );
    let whole = [head.as_bytes(), body].concat();
    // Two of three go out whole, so that the server is at work when the client hangs up.
    let sent = if random.u8(..3) == 0 { random.usize(1..whole.len()) } else { whole.len() };
    let mut connection = TcpStream::connect(client.address).await?;
    connection.set_nodelay(true)?;
    connection.write_all(&whole[..sent]).await?;
    tokio::time::sleep(Duration::from_micros(random.u64(..3_000))).await;
    // Zero linger: the peer sees a reset, as when a phone loses its signal and the cell drops it.
    connection.set_zero_linger()?;
    drop(connection);
    Ok(())
}
