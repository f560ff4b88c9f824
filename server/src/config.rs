//! Configuration: every setting is a flag and an environment variable, documented by `--help`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Settings that every subcommand takes.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Database: `sqlite:PATH` or `postgres://…` [default: sqlite:DATA_DIR/huella.db]
    #[arg(long, env = "HUELLA_DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// A read-only replica of the PostgreSQL database, for answers that may be seconds old
    #[arg(long, env = "HUELLA_READ_DATABASE_URL", hide_env_values = true, global = true)]
    pub read_database_url: Option<String>,
    /// Where to listen
    #[arg(long, env = "HUELLA_ADDR", default_value = "127.0.0.1:3000", global = true)]
    pub addr: SocketAddr,
    /// The address people type, for links and QR codes [default: http://ADDR]
    #[arg(long, env = "HUELLA_PUBLIC_URL", global = true, value_parser = origin)]
    pub public_url: Option<String>,
    /// Where mail goes: `smtp://…`, `smtps://…` or `folder:PATH`; `serve` needs it, unless --demo
    #[arg(long, env = "HUELLA_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,
    /// Sender of every mail
    #[arg(
        long,
        env = "HUELLA_MAIL_FROM",
        default_value = "Huella <huella@localhost>",
        global = true
    )]
    pub mail_from: String,
    /// A Maildir into which delivery reports of the sender's address fall
    #[arg(long, env = "HUELLA_BOUNCE_MAILDIR", global = true)]
    pub bounce_maildir: Option<PathBuf>,
    /// The secret that keys are encrypted with; made at the first start
    /// [default: DATA_DIR/secret]
    #[arg(long, env = "HUELLA_SECRET_FILE", global = true)]
    pub secret_file: Option<PathBuf>,
    /// Reverse proxies in front, counted from the right of X-Forwarded-For
    #[arg(long, env = "HUELLA_TRUSTED_HOPS", default_value_t = 0, global = true)]
    pub trusted_hops: u8,
    /// Where `/metrics` listens, or `off`
    #[arg(
        long,
        env = "HUELLA_METRICS_ADDR",
        default_value = "127.0.0.1:9464",
        global = true,
        value_parser = metrics_addr
    )]
    pub metrics_addr: MetricsAddr,
    /// Where files are kept that no other setting places
    #[arg(long, env = "HUELLA_DATA_DIR", default_value = "./data", global = true)]
    pub data_dir: PathBuf,
    /// The body that issues the documents of a programme that names none, and signs the mails
    #[arg(long, env = "HUELLA_ISSUER_NAME", default_value = "Huella", global = true)]
    pub issuer_name: String,
    /// Requests an address may send each second before the flood layer refuses
    #[arg(long, env = "HUELLA_FLOOD_PER_SECOND", default_value_t = 200, global = true,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub flood_per_second: u32,
}

/// Where the metrics are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsAddr {
    /// Nowhere.
    Off,
    /// On this address.
    On(SocketAddr),
}

impl Config {
    /// The database's address.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("huella.db").display()))
    }

    /// The file of the secret.
    #[must_use]
    pub fn secret_file(&self) -> PathBuf {
        self.secret_file.clone().unwrap_or_else(|| self.data_dir.join("secret"))
    }

    /// The origin under which people reach the pages, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr))
    }

    /// Where mail goes: a demonstration that was told nothing else keeps it in a folder.
    #[must_use]
    pub fn mail_url(&self) -> String {
        let folder = || format!("folder:{}", self.data_dir.join("mail").display());
        self.smtp_url.clone().unwrap_or_else(folder)
    }

    /// The folder that mail goes to, if it does not leave.
    #[must_use]
    pub fn mail_folder(&self) -> Option<PathBuf> {
        self.mail_url().strip_prefix("folder:").map(PathBuf::from)
    }
}

/// Takes `http(s)://HOST[:PORT]`, in lower case, with or without a slash at its end.
fn origin(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(text),
        _ => Err("give it as https://HOST, without a path".to_owned()),
    }
}

fn metrics_addr(text: &str) -> Result<MetricsAddr, String> {
    if text == "off" {
        return Ok(MetricsAddr::Off);
    }
    text.parse().map(MetricsAddr::On).map_err(|_| "give ADDRESS:PORT or off".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_an_origin_and_nothing_more() {
        assert_eq!(origin("https://Huella.cl/").as_deref(), Ok("https://huella.cl"));
        assert_eq!(origin("http://127.0.0.1:3000").as_deref(), Ok("http://127.0.0.1:3000"));
        for wrong in ["", "huella.cl", "https://", "https://a/b", "ftp://a", "https://u@h"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
