//! A small HTTP client with one cookie, for loopback addresses only.

use anyhow::{Context, Result, bail};
use axum::body::Bytes;
use clap::Args;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Connections;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

// In whose name a load is put on the server. As a docstring it would be the help of the command.
#[derive(Args)]
pub(crate) struct Account {
    /// Address of the account.
    #[arg(long)]
    email: String,
    /// Its password.
    #[arg(long, env = "HUELLA_LOAD_PASSWORD")]
    password: String,
}

impl Account {
    pub(crate) async fn sign_in(&self, client: &Client) -> Result<()> {
        client.sign_in(&self.email, &self.password).await
    }
}

/// Keeps its connections open and shares them with its clones.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    connections: Connections<HttpConnector, Full<Bytes>>,
    cookie: Arc<OnceLock<String>>,
}

impl Client {
    pub(crate) fn new(url: &str) -> Result<Self> {
        let address = url.strip_prefix("http://").context("the address begins with http://")?;
        let address: SocketAddr = address.trim_end_matches('/').parse()?;
        if !address.ip().is_loopback() {
            bail!("a load goes to this machine only");
        }
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let connections = Connections::builder(TokioExecutor::new()).build(connector);
        Ok(Self { address, connections, cookie: Arc::default() })
    }

    /// The status and body of a page.
    pub(crate) async fn get(&self, path: &str) -> Result<(u16, Bytes)> {
        let request = self.request("GET", path).body(Full::default())?;
        self.send(request).await.map(|(status, body, _)| (status, body))
    }

    /// The status and body after a body of JSON was sent.
    pub(crate) async fn post_json(&self, path: &str, body: Vec<u8>) -> Result<(u16, Bytes)> {
        let request = self.request("POST", path).header("content-type", "application/json");
        let request = request.body(Full::from(body))?;
        self.send(request).await.map(|(status, body, _)| (status, body))
    }

    /// The status and body after a form was sent, its fields encoded already.
    pub(crate) async fn post_form(&self, path: &str, form: String) -> Result<(u16, Bytes)> {
        let kind = "application/x-www-form-urlencoded";
        let request = self.request("POST", path).header("content-type", kind);
        let request = request.body(Full::from(form))?;
        self.send(request).await.map(|(status, body, _)| (status, body))
    }

    /// The status and body after JSON compressed by gzip was sent, as a phone sends its batches.
    pub(crate) async fn post_gzip(&self, path: &str, body: Vec<u8>) -> Result<(u16, Bytes)> {
        let request = self.request("POST", path).header("content-type", "application/json");
        let request = request.header("content-encoding", "gzip").body(Full::from(body))?;
        self.send(request).await.map(|(status, body, _)| (status, body))
    }

    /// Signs in; later requests carry the session.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Result<()> {
        let plain =
            |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let form = format!("email={}&password={}", plain(email), plain(password));
        let request = self
            .request("POST", "/ingresar")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Full::from(form))?;
        let (status, _, cookie) = self.send(request).await?;
        let cookie = cookie.with_context(|| format!("sign-in was answered {status}"))?;
        let _ = self.cookie.set(cookie);
        Ok(())
    }

    /// The session's cookie, for requests written by hand.
    pub(crate) fn cookie(&self) -> &str {
        self.cookie.get().map_or("", String::as_str)
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        axum::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("origin", format!("http://{}", self.address))
            .header("cookie", self.cookie())
    }

    async fn send(
        &self,
        request: axum::http::Request<Full<Bytes>>,
    ) -> Result<(u16, Bytes, Option<String>)> {
        let response = self.connections.request(request).await?;
        let status = response.status().as_u16();
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|text| text.split(';').next()).map(str::to_owned);
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, body, cookie))
    }
}
