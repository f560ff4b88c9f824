//! `verify <URL or PDF>` (contracts section 3).

mod offline;

use std::path::{Path, PathBuf};

use anyhow::Context;
use app::pages::public::verification::shown;
use backend::clock::Clock;
use backend::documents;
use clap::Args;
use domain::certificate::{self, CertificateError, provisional};
use domain::document::Verification;
use serde::Serialize;

use crate::cli::{Outcome, Verdict, complain, pdf_link, print_json, with_causes};
use crate::config::Config;
use crate::state::{Tables, open_office};
use crate::verification::signed_text;
use offline::{KeySet, Revocations};

/// What to verify, and with what.
#[derive(Args, Debug)]
pub(super) struct Verify {
    /// The address of the QR, its signed text, or a PDF file; a provisional certificate that still
    /// counts is valid
    what: String,
    /// Verify without a database, with the public keys of this key set: /.well-known/jwks.json of
    /// the server, for provisional certificates /.well-known/delegations.json
    #[arg(long, value_name = "JWKS")]
    keys: Option<PathBuf>,
    /// A list of documents that are no longer valid, for use with --keys
    #[arg(long, requires = "keys", value_name = "FILE")]
    revocations: Option<PathBuf>,
}

/// What is printed: the verdict as `/api/v1/verify` gives it, and what it rests on.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    verification: Verification,
    checked: Vec<&'static str>,
    not_checked: Vec<&'static str>,
    /// What is wrong with the file, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileFault>,
    /// The day of the list of revocations.
    #[serde(skip_serializing_if = "Option::is_none")]
    list_of: Option<String>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum FileFault {
    /// It is no PDF, or a damaged one.
    NoPdf,
    /// A PDF without a link to a signature of ours.
    NoSignature,
    /// Its signature is ours, and its bytes are not those that were issued.
    OtherBytes,
}

/// The signed text of a file: of what its first link to a verification opens, else none, and why.
fn text_of(bytes: &[u8]) -> (String, Option<FileFault>) {
    let Some(links) = pdf_link::links(bytes.to_vec()) else {
        return (String::new(), Some(FileFault::NoPdf));
    };
    match links.into_iter().find(|link| link.to_uppercase().contains("/V/")) {
        Some(link) => (signed_text(&link).to_owned(), None),
        None => (String::new(), Some(FileFault::NoSignature)),
    }
}

/// Verifies, prints the verdict as JSON, and answers whether the document is valid.
///
/// # Errors
/// When a file or the database cannot be read.
pub(super) async fn verify(config: &Config, wanted: Verify) -> Outcome {
    let read = match Inputs::read(&wanted) {
        Ok(read) => read,
        Err(error) => {
            complain(&with_causes(&error));
            return Ok(Verdict::Misuse);
        }
    };
    let file = read.file;
    let (text, fault) = match &file {
        None => (signed_text(&wanted.what).to_owned(), None),
        // A file without our link carries no signature: an empty text is not ours either.
        Some(bytes) => text_of(bytes),
    };
    let mut report = match &read.keys {
        Some(keys) => without_database(&text, file.is_some(), keys, read.list),
        None => with_database(config, &text, file.as_deref()).await?,
    };
    if matches!(report.verification, Verification::NotOurs) {
        report.file = fault.or(file.as_ref().map(|_| FileFault::NoSignature));
    }
    print_json(&report)?;
    // Without a database the status is unknown and the signature is all there is to go by.
    let by_signature =
        wanted.keys.is_some() && matches!(report.verification, Verification::Unknown { .. });
    let valid = matches!(
        report.verification,
        Verification::Valid { .. } | Verification::Provisional { .. }
    );
    Ok(if valid || by_signature { Verdict::Yes } else { Verdict::No })
}

/// The files that were named. One that cannot be read is wrong use: nothing was verified.
struct Inputs {
    file: Option<Vec<u8>>,
    keys: Option<KeySet>,
    list: Option<Revocations>,
}

impl Inputs {
    fn read(wanted: &Verify) -> anyhow::Result<Self> {
        let path = Path::new(&wanted.what);
        let file = if path.is_file() || looks_like_a_file(&wanted.what) {
            let bytes = std::fs::read(path);
            Some(bytes.with_context(|| format!("cannot read {}", path.display()))?)
        } else {
            None
        };
        let keys = wanted.keys.as_deref().map(KeySet::from_file).transpose()?;
        let list = wanted.revocations.as_deref().map(Revocations::from_file).transpose()?;
        Ok(Self { file, keys, list })
    }
}

/// Whether a text that names no file was meant to: a signed text has neither points nor slashes,
/// and an address has its `/V/` or `/P/`.
fn looks_like_a_file(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let is_address = text.contains("/V/") || text.contains("/P/");
    text.ends_with(".PDF") || (text.contains(['.', '/']) && !is_address)
}

async fn with_database(config: &Config, text: &str, file: Option<&[u8]>) -> anyhow::Result<Report> {
    let office = open_office(config, Tables::Kept).await?;
    if let (Some(bytes), "") = (file, text)
        && let Some(verification) = documents::verify_bytes(&office, bytes).await?
    {
        // The municipality's certificate carries no signature of ours; its bytes are what we kept.
        office.store.close().await;
        let (checked, not_checked) = (vec!["file", "status"], vec!["signature"]);
        return Ok(Report { verification, checked, not_checked, file: None, list_of: None });
    }
    let mut verification = documents::verify_any(&office, text).await?;
    let (mut checked, mut not_checked) = (vec!["signature", "status"], Vec::new());
    let mut fault = None;
    let id = shown(&verification).map(|shown| shown.id);
    if let (Some(file), Some(id)) = (file, id) {
        match documents::verify_file(&office, id, file).await? {
            Some(true) => checked.push("file"),
            Some(false) => {
                checked.push("file");
                verification = Verification::Altered;
                fault = Some(FileFault::OtherBytes);
            }
            None => not_checked.push("file"),
        }
    }
    office.store.close().await;
    Ok(Report { verification, checked, not_checked, file: fault, list_of: None })
}

fn without_database(text: &str, is_file: bool, keys: &KeySet, list: Option<Revocations>) -> Report {
    if provisional::is_one(text) {
        // A list names documents; of a record under way it knows nothing.
        let verification = offline::judge_provisional(keys, text, Clock::System.now());
        let (checked, not_checked) = (vec!["signature"], vec!["status"]);
        return Report { verification, checked, not_checked, file: None, list_of: None };
    }
    let (mut checked, mut not_checked) = (vec!["signature"], Vec::new());
    let status = if list.is_some() { &mut checked } else { &mut not_checked };
    status.push("status");
    if is_file {
        not_checked.push("file");
    }
    let verification = match certificate::decode(text) {
        Ok(signed) => offline::judge(keys, signed, list.as_ref()),
        Err(CertificateError::Payload { kid }) if keys.knows(kid) => Verification::Altered,
        Err(_) => Verification::NotOurs,
    };
    let list_of = list.map(|list| list.as_of.to_string());
    Report { verification, checked, not_checked, file: None, list_of }
}
