//! What lies between phones and server: a proxy that drops, cuts, doubles, delays and invents, at
//! points of the exchange and not by time.

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::plan::Fate;
use crate::process::{Server, deliver};

/// How long a whole exchange may take, kills and new starts included.
const PATIENCE: Duration = Duration::from_secs(120);
/// Requests that are kept to be delivered once more when everything is over.
const STALE: usize = 40;
const PORTAL: &str = "<!doctype html><title>Wi-Fi</title><p>Sign in to use this network</p>";

/// An answer that came.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// What a phone sends.
pub(crate) struct Parcel {
    pub(crate) path: &'static str,
    pub(crate) cookie: String,
    pub(crate) body: Vec<u8>,
    pub(crate) is_gzip: bool,
}

/// The way between phones and server.
pub(crate) struct Wire {
    listener: TcpListener,
    client: Client<HttpConnector, Full<Bytes>>,
    /// Requests on a long way, with the operation at which they arrive.
    late: Vec<(u32, Vec<u8>)>,
    stale: Vec<Vec<u8>>,
    /// How often each fate was met.
    pub(crate) met: BTreeMap<&'static str, u32>,
}

impl Wire {
    pub(crate) async fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .build(HttpConnector::new());
        let (late, stale) = (Vec::new(), Vec::new());
        Ok(Self { listener, client, late, stale, met: BTreeMap::new() })
    }

    /// Sends a batch from a phone; nothing when the phone hears nothing.
    pub(crate) async fn exchange(
        &mut self,
        server: &mut Server,
        parcel: Parcel,
        (fate, operation): (Fate, u32),
    ) -> Result<Option<Answered>> {
        self.count(name(fate));
        let request = self.request(parcel)?;
        let both =
            async { tokio::join!(ask(&self.client, request), carry(&self.listener, server, fate)) };
        let both = tokio::time::timeout(PATIENCE, both).await;
        let (answered, carried) = both.context("an exchange does not end")?;
        let carried = carried?;
        if let (Fate::Late(after), Some(bytes)) = (fate, &carried) {
            self.late.push((operation + after, bytes.clone()));
        }
        if let Some(bytes) = carried.filter(|_| operation % 16 == 0 && self.stale.len() < STALE) {
            self.stale.push(bytes);
        }
        Ok(answered)
    }

    /// Counts something beside what becomes of the requests.
    pub(crate) fn count(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    /// Delivers what is due; while the server is away it stays on its way.
    pub(crate) async fn deliver_late(&mut self, operation: u32, server: &Server) {
        if !server.is_up() {
            return;
        }
        let all = std::mem::take(&mut self.late).into_iter();
        let (due, late): (Vec<_>, Vec<_>) = all.partition(|(at, _)| *at <= operation);
        self.late = late;
        for (_, bytes) in &due {
            deliver(server.address, bytes).await;
        }
    }

    /// Delivers once more what was delivered, or lost, long ago.
    pub(crate) async fn deliver_stale(&mut self, server: &Server) {
        for bytes in std::mem::take(&mut self.stale) {
            deliver(server.address, &bytes).await;
        }
    }

    fn request(&self, parcel: Parcel) -> Result<Request<Full<Bytes>>> {
        let address = self.listener.local_addr()?;
        let request = Request::builder()
            .method("POST")
            .uri(format!("http://{address}{}", parcel.path))
            .header("connection", "close")
            .header("content-type", "application/json")
            .header("cookie", parcel.cookie)
            .header("sec-fetch-site", "same-origin");
        let request = match parcel.is_gzip {
            true => request.header("content-encoding", "gzip"),
            false => request,
        };
        Ok(request.body(Full::from(parcel.body))?)
    }
}

async fn ask(
    client: &Client<HttpConnector, Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Option<Answered> {
    let response = client.request(request).await.ok()?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.ok()?.to_bytes();
    Some(Answered { status, text: String::from_utf8(body.to_vec()).ok()? })
}

/// Takes one connection of a phone and lets its fate happen; answers the request, if it was read.
async fn carry(listener: &TcpListener, server: &mut Server, fate: Fate) -> Result<Option<Vec<u8>>> {
    let (mut phone, _) = listener.accept().await?;
    phone.set_nodelay(true)?;
    if fate == Fate::NeverArrives {
        hang_up(phone);
        return Ok(None);
    }
    let request = whole_request(&mut phone).await?;
    let address = server.address;
    let answer = match fate {
        Fate::Portal => Some(page(200, "OK")),
        Fate::Gateway => Some(page(502, "Bad Gateway")),
        _ if !server.is_up() => None,
        Fate::Passes => deliver(address, &request).await,
        Fate::SignedOut => deliver(address, &without_cookie(&request)).await,
        Fate::AnswerLost => deliver(address, &request).await.and(None),
        Fate::AnswerCut(share) => deliver(address, &request).await.map(|all| cut(&all, share)),
        Fate::BreaksOff(share) => break_off(address, &request, share).await,
        Fate::Twice => {
            deliver(address, &request).await;
            deliver(address, &request).await
        }
        Fate::TwiceAtOnce => {
            let (one, other) = tokio::join!(deliver(address, &request), deliver(address, &request));
            one.filter(|answer| answer.starts_with(b"HTTP/1.1 200")).or(other)
        }
        Fate::Late(_) | Fate::NeverArrives => None,
        Fate::KilledBefore => server.kill().map(|()| None)?,
        Fate::KilledAmid(share) => {
            break_off(address, &request, share).await;
            server.kill().map(|()| None)?
        }
        Fate::KilledAfter => {
            deliver(address, &request).await;
            server.kill().map(|()| None)?
        }
        Fate::KilledAtWork(after) => kill_at_work(server, &request, after).await?,
    };
    match answer {
        // The phone may have hung up: it is not told so, and it is no failure of this program.
        Some(answer) => {
            let _ = phone.write_all(&answer).await;
        }
        None => hang_up(phone),
    }
    Ok(Some(request))
}

/// Kills the server while it works. Whether it had committed is the machine's business; so that the
/// seed replays, the same request then arrives once more and is answered to nobody.
async fn kill_at_work(server: &mut Server, request: &[u8], after: u64) -> Result<Option<Vec<u8>>> {
    let (address, bytes) = (server.address, request.to_vec());
    let work = tokio::spawn(async move { deliver(address, &bytes).await });
    tokio::time::sleep(Duration::from_micros(after)).await;
    server.kill()?;
    work.await?;
    server.start().await?;
    let answer = deliver(address, request).await;
    ensure!(answer.is_some(), "a server that was killed at work does not answer");
    Ok(None)
}

/// Sends a part of a request and hangs up.
async fn break_off(address: SocketAddr, request: &[u8], share: usize) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(&cut(request, share)).await.ok()?;
    hang_up(stream);
    None
}

/// So many hundredths of some bytes, never all of them.
fn cut(bytes: &[u8], share: usize) -> Vec<u8> {
    bytes[..bytes.len() * share.min(99) / 100].to_vec()
}

/// Zero linger: the peer sees a reset, as when a phone loses its signal and the cell drops it.
fn hang_up(stream: TcpStream) {
    let _ = stream.set_zero_linger();
    drop(stream);
}

fn page(status: u16, words: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} {words}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        PORTAL.len()
    );
    [head.as_bytes(), PORTAL.as_bytes()].concat()
}

/// Reads a request with its body.
async fn whole_request(phone: &mut TcpStream) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.context("a request without its length")?.parse()?;
            if bytes.len() >= end + 4 + length {
                return Ok(bytes);
            }
        }
        ensure!(phone.read_buf(&mut bytes).await? > 0, "a phone hung up by itself");
    }
}

fn without_cookie(request: &[u8]) -> Vec<u8> {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(0);
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let is_cookie = |line: &&str| line.to_ascii_lowercase().starts_with("cookie:");
    let kept: Vec<_> = head.split("\r\n").filter(|line| !is_cookie(line)).collect();
    [kept.join("\r\n").as_bytes(), &request[end..]].concat()
}

/// What a fate is called when they are counted.
const fn name(fate: Fate) -> &'static str {
    match fate {
        Fate::Passes => "passed",
        Fate::NeverArrives => "dropped_before",
        Fate::BreaksOff(_) => "dropped_amid",
        Fate::AnswerLost => "dropped_after_commit",
        Fate::AnswerCut(_) => "answer_cut",
        Fate::Twice => "twice",
        Fate::TwiceAtOnce => "twice_at_once",
        Fate::Late(_) => "late",
        Fate::Portal => "portal",
        Fate::Gateway => "gateway",
        Fate::SignedOut => "signed_out",
        Fate::KilledBefore => "killed_before",
        Fate::KilledAmid(_) => "killed_amid",
        Fate::KilledAtWork(_) => "killed_at_work",
        Fate::KilledAfter => "killed_after_commit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_loses_its_session_and_nothing_else() {
        let request = b"POST / HTTP/1.1\r\nCookie: a=b\r\nhost: x\r\n\r\nbody";
        assert_eq!(without_cookie(request), b"POST / HTTP/1.1\r\nhost: x\r\n\r\nbody");
    }

    #[test]
    fn a_cut_is_never_the_whole() {
        assert_eq!(cut(&[0; 200], 100).len(), 198);
        assert!(cut(&[0; 200], 0).is_empty());
    }
}
