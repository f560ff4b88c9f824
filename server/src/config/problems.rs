//! What is wrong with settings that are right for the parser of arguments.

use std::net::IpAddr;

use backend::office::fits_qr;

use crate::config::{Config, SENDER};

impl Config {
    /// What is wrong with the addresses of databases. The parser of arguments would repeat a wrong
    /// value in its complaint, and these may hold a password.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        let database = self.database_url();
        let replica = self.read_database_url.as_deref();
        let file = database.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty());
        if !file && !is_postgres(&database) {
            Some("HUELLA_DATABASE_URL: give sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")
        } else if replica.is_some_and(|url| !is_postgres(url)) {
            Some("HUELLA_READ_DATABASE_URL: give postgres://USER:PASSWORD@HOST/DATABASE")
        } else if replica.is_some() && file {
            Some("HUELLA_READ_DATABASE_URL names a replica of PostgreSQL; SQLite has none")
        } else {
            None
        }
    }

    /// What is wrong with the address that people type: it stands on every certificate, and paper
    /// is not put right later.
    #[must_use]
    pub fn public_problem(&self) -> Option<&'static str> {
        let public_url = self.public_url();
        let (scheme, authority) = public_url.split_once("://")?;
        let address: Result<IpAddr, _> = host_of(authority).parse();
        let is_own = is_loopback(authority);
        let others_ask = !self.addr.ip().is_loopback() || self.trusted_hops > 0;
        if address.is_ok_and(|ip| ip.is_unspecified()) {
            Some(
                "HUELLA_PUBLIC_URL: nobody can open an address of zeros; \
                 give the one that people type, as in https://huella.example",
            )
        } else if is_own && others_ask {
            Some(
                "HUELLA_PUBLIC_URL names this machine, and others are to open what it prints; \
                 give the address that people type, as in https://huella.example",
            )
        } else if !is_own && scheme != "https" {
            Some(
                "HUELLA_PUBLIC_URL: give it as https://HOST, or browsers keep no session \
                 and phones no app",
            )
        } else if !fits_qr(&public_url) {
            Some("HUELLA_PUBLIC_URL is too long: no QR of a certificate holds it")
        } else {
            None
        }
    }

    /// What is wrong with the road of the mail, its address being one.
    #[must_use]
    pub fn mail_problem(&self) -> Option<&'static str> {
        let relay = Relay::of(self.smtp_url.as_deref()?)?;
        if is_loopback(relay.authority) {
            None
        } else if relay.has_password && !relay.encrypts {
            Some(
                "HUELLA_SMTP_URL: the password could go unencrypted; \
                 give smtps://… or smtp://…?tls=required",
            )
        } else if self.mail_from == SENDER {
            Some("set HUELLA_MAIL_FROM: other machines take no mail from huella@localhost")
        } else {
            None
        }
    }
}

/// What an address of SMTP says of the relay.
struct Relay<'a> {
    /// `HOST[:PORT]`.
    authority: &'a str,
    has_password: bool,
    /// Whether nothing is sent before the connection is encrypted.
    encrypts: bool,
}

impl<'a> Relay<'a> {
    /// `None` for what is no address of SMTP.
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_wrapped = scheme.eq_ignore_ascii_case("smtps");
        if !is_wrapped && !scheme.eq_ignore_ascii_case("smtp") {
            return None;
        }
        let rest = rest.split('#').next().unwrap_or(rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let place = place.split('/').next().unwrap_or(place);
        let (user, authority) = place.rsplit_once('@').unwrap_or(("", place));
        let tls = query.split('&').find_map(|pair| pair.strip_prefix("tls="));
        let encrypts = is_wrapped || tls == Some("required");
        Some(Self { authority, has_password: user.contains(':'), encrypts })
    }
}

/// Whether `HOST[:PORT]` names this machine by its loopback address or as `localhost`.
#[must_use]
pub fn is_loopback(authority: &str) -> bool {
    let host = host_of(authority);
    let address: Result<IpAddr, _> = host.parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

/// The host of `HOST[:PORT]`, without the brackets of an IPv6 address.
fn host_of(authority: &str) -> &str {
    let bracketed = authority.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match bracketed {
        Some((host, _)) => host,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings of such flags.
    fn config(flags: &[&str]) -> Config {
        #[derive(clap::Parser)]
        struct Only {
            #[command(flatten)]
            config: Config,
        }
        let arguments = ["huella"].into_iter().chain(flags.iter().copied());
        <Only as clap::Parser>::parse_from(arguments).config
    }

    #[test]
    fn a_database_is_a_file_or_a_server_of_postgresql() {
        let problem = |database: &str, replica: Option<&str>| {
            let mut flags = vec!["--database-url", database];
            flags.extend(replica.into_iter().flat_map(|url| ["--read-database-url", url]));
            config(&flags).problem()
        };
        for right in ["sqlite:./data/huella.db", "postgres://u:p@h/db", "postgresql://h/db"] {
            assert_eq!(problem(right, None), None, "{right}");
        }
        for wrong in ["", "sqlite:", "mysql://user:pw@h/db", "./huella.db", "postgres:h"] {
            assert!(problem(wrong, None).is_some(), "{wrong}");
        }
        assert_eq!(problem("postgres://h/db", Some("postgres://r/db")), None);
        assert!(problem("postgres://h/db", Some("sqlite:x")).is_some());
        assert!(problem("sqlite:x", Some("postgres://r/db")).is_some());
    }

    #[test]
    fn this_machine_is_known_by_its_loopback_names() {
        for own in ["localhost", "LOCALHOST:3000", "127.0.0.1:3000", "127.9.9.9", "[::1]:3000"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["", "huella.cl", "10.0.0.1:80", "127.0.0.1.evil.cl", "[2001:db8::1]:1"] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    #[test]
    fn what_stands_on_paper_opens_on_the_phone_of_who_holds_it() {
        let longest = format!("https://{}.cl", "h".repeat(66));
        let too_long = format!("https://{}.cl", "h".repeat(67));
        for right in [
            &["--addr", "127.0.0.1:3000"][..],
            &["--addr", "[::1]:0"],
            &["--addr", "127.0.0.1:1", "--public-url", "http://localhost:1"],
            &["--addr", "127.0.0.1:1", "--public-url", "https://huella.cl"],
            &["--addr", "0.0.0.0:1", "--public-url", "https://huella.cl", "--trusted-hops", "1"],
            &["--addr", "0.0.0.0:1", "--public-url", &longest],
        ] {
            assert_eq!(config(right).public_problem(), None, "{right:?}");
        }
        let wrongs: [(&[&str], &str); 8] = [
            (&["--addr", "0.0.0.0:3000"], "zeros"),
            (&["--addr", "[::]:3000"], "zeros"),
            (&["--addr", "127.0.0.1:1", "--public-url", "https://0.0.0.0"], "zeros"),
            (&["--addr", "0.0.0.0:1", "--public-url", "https://localhost"], "this machine"),
            (&["--addr", "127.0.0.1:1", "--trusted-hops", "1"], "this machine"),
            (&["--addr", "10.0.0.1:1"], "https"),
            (&["--addr", "127.0.0.1:1", "--public-url", "http://huella.cl"], "https"),
            (&["--addr", "0.0.0.0:1", "--public-url", &too_long], "too long"),
        ];
        for (wrong, word) in wrongs {
            let told = config(wrong).public_problem().unwrap_or_default();
            assert!(told.contains(word), "{wrong:?}: {told}");
        }
    }

    #[test]
    fn a_password_goes_to_another_machine_encrypted_or_not_at_all() {
        let problem =
            |url: &str| config(&["--smtp-url", url, "--mail-from", "h@huella.cl"]).mail_problem();
        for right in [
            "folder:/a://b",
            "smtp://127.0.0.1:25",
            "smtp://user:pw@localhost:25",
            "smtp://user:pw@[::1]",
            "smtp://relay.cl",
            "smtp://relay.cl?tls=opportunistic",
            "smtps://user:pw@relay.cl:465",
            "SMTPS://user:pw@relay.cl",
            "smtp://user:pw@relay.cl:587/huella.cl?a=b&tls=required",
        ] {
            assert_eq!(problem(right), None, "{right}");
        }
        for wrong in [
            "smtp://user:pw@relay.cl",
            "SMTP://user:pw@relay.cl:587/127.0.0.1",
            "smtp://user:pw@relay.cl?tls=opportunistic",
            "smtp://user:pw@relay.cl#?tls=required",
            "smtp://user:pw@localhost@relay.cl",
        ] {
            let told = problem(wrong).unwrap_or_default();
            assert!(told.contains("unencrypted"), "{wrong}: {told}");
        }
    }

    #[test]
    fn another_machine_s_relay_is_told_who_sends() {
        let problem = |url: &str| config(&["--smtp-url", url]).mail_problem();
        assert!(problem("smtps://relay.cl").is_some_and(|told| told.contains("MAIL_FROM")));
        assert_eq!(problem("smtp://127.0.0.1:25"), None);
        assert_eq!(problem("folder:mail"), None);
    }
}
