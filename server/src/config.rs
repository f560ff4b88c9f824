//! Configuration: every setting is a flag and an environment variable, documented by `--help`.

mod problems;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use domain::name::ShortText;

pub use problems::is_loopback;

/// The sender where no setting names one: of this machine, and no other one takes mail from it.
const SENDER: &str = "Huella <huella@localhost>";

/// Settings that every subcommand takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
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
    /// The address people type, for links and QR codes; `serve` wants https://… unless others
    /// cannot ask, or --demo is given [default: http://ADDR]
    #[arg(long, env = "HUELLA_PUBLIC_URL", global = true, value_parser = origin)]
    pub public_url: Option<String>,
    /// Where mail goes: `smtps://…`, `smtp://…?tls=required`, `smtp://…?tls=opportunistic`,
    /// `smtp://…` or `folder:PATH`; `serve` needs it, unless --demo
    ///
    /// Plain `smtp://…` never encrypts, and `opportunistic` only where the relay offers it: with a
    /// password, as in `smtps://USER:PASSWORD@HOST:PORT`, neither goes to another machine.
    #[arg(long, env = "HUELLA_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,
    /// Sender of every mail; to be set where the relay is another machine
    #[arg(long, env = "HUELLA_MAIL_FROM", default_value = SENDER, global = true)]
    pub mail_from: String,
    /// A Maildir into which delivery reports of the sender's address fall
    #[arg(long, env = "HUELLA_BOUNCE_MAILDIR", global = true)]
    pub bounce_maildir: Option<PathBuf>,
    /// The secret that keys are encrypted with; made at the first start
    /// [default: DATA_DIR/secret]
    #[arg(long, env = "HUELLA_SECRET_FILE", global = true)]
    pub secret_file: Option<PathBuf>,
    /// Reverse proxies in front, counted from the right of X-Forwarded-For; left at 0 behind a
    /// proxy, all visitors share one address, and with it every limit that counts by address
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
    /// [default: Huella]
    #[arg(long, env = "HUELLA_ISSUER_NAME", global = true, value_parser = issuer)]
    pub issuer_name: Option<String>,
    /// Requests an address may send each second before the flood layer refuses
    #[arg(long, env = "HUELLA_FLOOD_PER_SECOND", default_value_t = 200, global = true,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub flood_per_second: u32,
    /// Searches and looks at chips that one account may make in a day
    #[arg(long, env = "HUELLA_LOOKUPS_PER_DAY", global = true,
          default_value_t = backend::office::LOOKUPS_PER_DAY,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub lookups_per_day: u32,
    /// Pictures of the ground for the map: `https://HOST/…/{z}/{x}/{y}.png`; without it the map
    /// shows our own shapes alone
    #[arg(long, env = "HUELLA_TILES_URL", global = true, value_parser = tiles)]
    pub tiles_url: Option<String>,
    /// Whose those pictures are, as their owner asks to be named
    #[arg(long, env = "HUELLA_TILES_ATTRIBUTION", default_value = "", global = true)]
    pub tiles_attribution: String,
    /// Places that may be asked for from one address in an hour
    #[arg(long, env = "HUELLA_BOOKINGS_PER_HOUR", global = true,
          default_value_t = backend::bookings::BOOKINGS_PER_HOUR,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub bookings_per_hour: u32,
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

    /// Who issues documents and signs mails.
    #[must_use]
    pub fn issuer_name(&self) -> &str {
        self.issuer_name.as_deref().unwrap_or(backend::office::ISSUER)
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

    /// Whether nobody but this machine can ask: it listens on loopback, no proxy passes requests of
    /// others on, and the address that people type is this machine's own.
    #[must_use]
    pub fn is_for_this_machine(&self) -> bool {
        let public_url = self.public_url();
        let host = public_url.split_once("://").map_or("", |(_, host)| host);
        self.addr.ip().is_loopback() && self.trusted_hops == 0 && is_loopback(host)
    }

    /// The origin of the pictures of the ground, if there are some.
    #[must_use]
    pub fn tiles_origin(&self) -> Option<String> {
        let (scheme, rest) = self.tiles_url.as_deref()?.split_once("://")?;
        let host = rest.split('/').next()?;
        Some(format!("{scheme}://{host}"))
    }

    /// The folder that mail goes to, if it does not leave.
    #[must_use]
    pub fn mail_folder(&self) -> Option<PathBuf> {
        self.mail_url().strip_prefix("folder:").map(PathBuf::from)
    }
}

/// Takes a name as a programme's issuer has one.
fn issuer(text: &str) -> Result<String, String> {
    let name = ShortText::<120>::parse(text).map(|name| name.to_string());
    name.map_err(|_| "give a name of one line and at most 120 letters".to_owned())
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

/// Takes the address of pictures of the ground. Its origin stands in a header: nothing in it may
/// end or part what is written there.
fn tiles(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let (host, path) = rest.and_then(|rest| rest.split_once('/')).unwrap_or_default();
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || "-.:[]".contains(letter);
    let is_path = |letter: char| letter.is_ascii_graphic() && !"\"'<>;,\\".contains(letter);
    let has_places = ["{z}", "{x}", "{y}"].iter().all(|place| path.contains(place));
    let fits = !host.is_empty() && host.chars().all(is_host) && path.chars().all(is_path);
    if fits && has_places {
        return Ok(text.to_owned());
    }
    Err("give it as https://HOST/…/{z}/{x}/{y}.png".to_owned())
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
    fn who_issues_documents_has_a_name_that_a_programme_could_have() {
        assert_eq!(issuer(" Municipalidad de Taltal ").as_deref(), Ok("Municipalidad de Taltal"));
        for wrong in ["", " ", "a\0b", "a".repeat(121).as_str()] {
            assert!(issuer(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pictures_of_the_ground_have_an_address_of_their_form() {
        for right in ["https://t.example/{z}/{x}/{y}.png", "http://[::1]:8080/a/{z}/{x}/{y}?k=1"] {
            assert_eq!(tiles(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            "https://t.example",
            "https://t.example/{z}/{x}.png",
            "https://{s}.t.example/{z}/{x}/{y}.png",
            "https://t.example; script-src *//{z}/{x}/{y}",
            "https://t.example/{z}/{x}/{y}\"",
            "ftp://t.example/{z}/{x}/{y}",
            "https:///{z}/{x}/{y}",
        ] {
            assert!(tiles(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_public_address_is_an_origin_and_nothing_more() {
        assert_eq!(origin("https://Huella.cl/").as_deref(), Ok("https://huella.cl"));
        assert_eq!(origin("http://127.0.0.1:3000").as_deref(), Ok("http://127.0.0.1:3000"));
        for wrong in ["", "huella.cl", "https://", "https://a/b", "ftp://a", "https://u@h"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
