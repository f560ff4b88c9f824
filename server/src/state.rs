//! What every handler and worker shares.

use std::sync::Arc;

use anyhow::Context;
use backend::accounts::password::{Cost, Passwords};
use backend::clock::Clock;
use backend::keys::Keys;
use backend::office::{Office, fits_qr};
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
        let office = open_office(&config, Tables::Migrated).await?;
        let gate = FloodGate::new(config.flood_per_second, config.trusted_hops);
        let shows_mail = demo && config.is_for_this_machine() && config.mail_folder().is_some();
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

/// What a command may do to a database whose tables are not those of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// It is made where there is none, and brought up to this version.
    Migrated,
    /// It is made where there is none; an earlier one is an error.
    Made,
    /// Nothing: to whoever looks at it an empty one would be a wrong answer, and an earlier one may
    /// be served by the version that it is of.
    Kept,
}

/// Opens the database, with tables of this version.
///
/// # Errors
/// When it cannot be reached, is not there, is empty or of an earlier version and may not be
/// changed, or belongs to a later version.
pub async fn open_store(config: &Config, tables: Tables) -> anyhow::Result<Store> {
    let read_url = config.read_database_url.clone();
    let may_create = tables != Tables::Kept;
    let options = StoreOptions { read_url, may_create, ..StoreOptions::new(config.database_url()) };
    let store = Store::open(&options).await.context("the database cannot be opened")?;
    if tables != Tables::Migrated {
        let is_there = store.is_migrated().await?;
        if !is_there && tables == Tables::Kept {
            anyhow::bail!("the database is empty; `huella migrate` makes its tables");
        }
        if is_there && store.is_behind().await? {
            anyhow::bail!("the database is of an earlier version; run `huella migrate`");
        }
    }
    store.migrate().await.context("the database cannot be brought up to this version")?;
    Ok(store)
}

/// Opens the database and reads the keys, making the secret file at the first start.
///
/// # Errors
/// As [`open_store`]; when the secret file is missing although there are keys, cannot be read, or
/// is another one than sealed them.
pub async fn open_office(config: &Config, tables: Tables) -> anyhow::Result<Office> {
    let store = open_store(config, tables).await?;
    let clock = Clock::System;
    let keys = Keys::open_with(&store, &config.secret_file(), clock.now()).await;
    let keys = keys.context("the keys cannot be opened")?;
    let office = Office::open(store, keys, clock, &config.public_url()).await?;
    if !fits_qr(&office.public_url) {
        tracing::warn!(
            "HUELLA_PUBLIC_URL is too long: no QR of version 10 holds it, no document can be issued"
        );
    }
    // The programme's own issuer comes first; this one is for a programme that names none.
    let issuer = config.issuer_name().to_owned();
    let (lookups_per_day, bookings_per_hour) = (config.lookups_per_day, config.bookings_per_hour);
    Ok(Office { issuer, lookups_per_day, bookings_per_hour, ..office })
}
