//! Provisional certificates of a record that has no final ones yet: `/provisional.js` makes and
//! signs them, without signal, with the key for which this phone was paired. And the check of what
//! another phone shows.

use crate::offline::browser;
use crate::offline::held::Held;
use crate::offline::queue::{LATEST, META, PAIRING, Queue, SETUP};
use domain::id::ServiceId;

/// The script that signs.
const SIGNING: &str = "provisional";
/// The script that checks.
const CHECKING: &str = "verify";

/// A provisional certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// What it certifies.
    pub service: ServiceId,
    /// The address that its QR holds.
    pub link: String,
    /// A short code, to be compared with that of the address' page.
    pub code: String,
}

/// Certificates of some services of a record. None where the phone has no word of the server for
/// the outreach and the moment, or has lost its key.
pub async fn issue(queue: &Queue, held: &Held, services: &[ServiceId]) -> Vec<Certificate> {
    let lines = lines(queue, held, services).await.unwrap_or_default();
    lines.lines().filter_map(read).collect()
}

async fn lines(queue: &Queue, held: &Held, services: &[ServiceId]) -> Option<String> {
    let pairing = queue.text(META, PAIRING).await?;
    let setup = queue.text(SETUP, LATEST).await?;
    let services = services.iter().map(ServiceId::to_string).collect::<Vec<_>>().join(",");
    let words = [services.as_str(), &pairing, &setup, &held.body, &held.form];
    browser::ask_script(SIGNING, "issue", &words).await
}

/// What the QR of another phone is worth, by the keys that the set-up has told: the verdict of
/// `/verify.js` and what follows it, line by line.
pub async fn judge(queue: &Queue, text: &str) -> Option<String> {
    let setup = queue.text(SETUP, LATEST).await?;
    browser::ask_script(CHECKING, "judge", &[text, &setup]).await
}

fn read(line: &str) -> Option<Certificate> {
    let mut parts = line.split(' ').map(str::to_owned);
    let service = parts.next()?.parse().ok()?;
    Some(Certificate { service, link: parts.next()?, code: parts.next()? })
}
