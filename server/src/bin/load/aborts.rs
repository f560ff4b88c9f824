//! Uploads that the client hangs up on at any moment, before, during and after the server's work
//! (goal R10): none may leave a connection of the pool in a transaction.

use anyhow::{Result, bail};
use clap::Args;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::Measured;
use crate::client::Client;
use crate::visits::{Hall, Phone};

#[derive(Args)]
pub(crate) struct Aborts {
    /// Address of the account that registers.
    #[arg(long)]
    email: String,
    /// Its password.
    #[arg(long, env = "HUELLA_LOAD_PASSWORD")]
    password: String,
    /// Uploads in all.
    #[arg(long, default_value_t = 1_000)]
    count: usize,
    /// Visits of other runs on this database.
    #[arg(long, default_value_t = 0)]
    skip: usize,
}

/// How long the server may take to answer as before, once all have hung up.
const PATIENCE: Duration = Duration::from_secs(10);

impl Aborts {
    /// Measures the requests after the aborted ones: they are to be answered as before.
    pub(crate) async fn run(&self, client: &Client) -> Result<Measured> {
        client.sign_in(&self.email, &self.password).await?;
        let hall = Hall::find(client).await?;
        let mut phone = Phone::new(hall, self.skip);
        let mut random = fastrand::Rng::with_seed(10);
        let begin = Instant::now();
        for _ in 0..self.count {
            let body = phone.batch(1)?;
            abort(client, &body, &mut random).await?;
        }
        let mut times = Vec::new();
        for _ in 0..50 {
            let body = phone.batch(1)?;
            let asked = Instant::now();
            let sent = client.post_json("/api/v1/submissions", body);
            let (status, answer) = tokio::time::timeout(PATIENCE, sent).await??;
            if status != 200 {
                bail!("after {} aborts: {status} {}", self.count, String::from_utf8_lossy(&answer));
            }
            times.push(asked.elapsed());
        }
        Ok(Measured::of(times, 1, 0, begin.elapsed()))
    }
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
