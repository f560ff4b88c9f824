//! What every handler and worker shares.

use std::sync::Arc;

use anyhow::Context;
use backend::accounts::password::{Cost, Passwords};
use backend::clock::Clock;
use backend::keys::{Keys, Secret};
use backend::office::Office;
use backend::store::{Store, StoreOptions};
use tokio::sync::Notify;

use crate::config::Config;
use crate::layers::flood::FloodGate;
use crate::papers::Press;

/// Cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct AppState {
    /// Database, keys, clock: what every use case works with.
    pub office: Office,
    /// Makes and checks password hashes.
    pub passwords: Passwords,
    /// Makes the bytes of documents.
    pub press: Press,
    /// The settings.
    pub config: Arc<Config>,
    /// Wakes the worker: something was put into the outbox.
    pub wake: Arc<Notify>,
    /// The flood gate of this process.
    pub gate: FloodGate,
    /// Whether the folder's mails are shown at `/correo`.
    pub shows_mail: bool,
}

impl AppState {
    /// Opens the database, migrates it and reads the keys.
    ///
    /// # Errors
    /// When the database or the secret file cannot be used.
    pub async fn open(config: Config, demo: bool) -> anyhow::Result<Self> {
        let office = open_office(&config).await?;
        let gate = FloodGate::new(config.flood_per_second, config.trusted_hops);
        let shows_mail = demo && config.addr.ip().is_loopback() && config.mail_folder().is_some();
        Ok(Self {
            office,
            passwords: Passwords::new(Cost::Owasp)?,
            press: Press::default(),
            config: Arc::new(config),
            wake: Arc::new(Notify::new()),
            gate,
            shows_mail,
        })
    }
}

/// Opens the database and brings its tables up to this version.
///
/// # Errors
/// When it cannot be reached, or belongs to a later version.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let read_url = config.read_database_url.clone();
    let options = StoreOptions { read_url, ..StoreOptions::new(config.database_url()) };
    let store = Store::open(&options).await.context("the database cannot be opened")?;
    store.migrate().await.context("the database cannot be brought up to this version")?;
    Ok(store)
}

/// Opens the database and reads the keys, making the secret file at the first start.
///
/// # Errors
/// As [`open_store`]; when the secret file cannot be read, or is another one than sealed the keys.
pub async fn open_office(config: &Config) -> anyhow::Result<Office> {
    let store = open_store(config).await?;
    let clock = Clock::System;
    let path = config.secret_file();
    let secret = Secret::read_or_make(&path)
        .with_context(|| format!("the secret file {}", path.display()))?;
    let keys = Keys::open(&store, secret, clock.now()).await?;
    let office = Office::open(store, keys, clock, &config.public_url()).await?;
    if !office.fits_qr() {
        tracing::warn!(
            "HUELLA_PUBLIC_URL is too long: no QR of version 10 holds it, no document can be issued"
        );
    }
    // The programme's own issuer comes first; this one is for a programme that names none.
    Ok(Office { issuer: Some(config.issuer_name.clone()), ..office })
}
