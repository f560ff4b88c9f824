//! Where it happens: a demonstration's database with one outreach under way, its team, and a
//! session for each phone.

use anyhow::{Context, Result};
use backend::accounts::session::{self, Holder};
use backend::actor::Actor;
use backend::clock::{Clock, fresh_id};
use backend::documents;
use backend::error::Error;
use backend::keys::Keys;
use backend::office::{DEMONSTRATION, Office};
use backend::registry::field_setup;
use backend::store::vocabulary::people::StaffRow;
use backend::store::vocabulary::programme::{OutreachRow, ProgrammeRow};
use backend::store::{Store, StoreError, StoreOptions};
use domain::animal::Drawing;
use domain::id::{OutreachId, StaffId};
use domain::role::Role;
use domain::run::Run;
use domain::timestamp::{HOUR_MS, Timestamp};
use std::path::Path;

use crate::copies::RecoveryKey;
use crate::programme::programme;

/// Somebody with a phone.
#[derive(Clone)]
pub(crate) struct Operative {
    pub(crate) id: StaffId,
    pub(crate) cookie: String,
}

/// What the phones were prepared with.
pub(crate) struct Town {
    /// Every key, for the signatures of receipts.
    pub(crate) keys: Keys,
    pub(crate) outreach: OutreachId,
    /// To which phones seal their copies.
    pub(crate) recovery_key: RecoveryKey,
    pub(crate) veterinarian: StaffId,
    pub(crate) operatives: Vec<Operative>,
    /// The moment at which the phones' time begins.
    pub(crate) begins: Timestamp,
}

impl Town {
    /// Makes the tables and the rows in an empty database, and closes it: while the phones work,
    /// only the server has it open.
    pub(crate) async fn build(database: &str, folder: &Path, phones: usize) -> Result<Self> {
        let store = open(database).await?;
        let begins = Clock::System.now();
        let keys = Keys::open_with(&store, &folder.join("secret"), begins).await?;
        let mark =
            store.write(|tx| Box::pin(async move { tx.put_setting(DEMONSTRATION, "true").await }));
        mark.await.map_err(|error: StoreError| error)?;
        let office =
            Office::open(store.clone(), keys.clone(), Clock::System, "http://127.0.0.1").await?;
        let veterinarian = staff(&store, Role::Veterinarian, 0).await?;
        let mut team = vec![veterinarian];
        for number in 0..phones {
            team.push(staff(&store, Role::Operative, number).await?);
        }
        let outreach = lay_out(&store, begins, team.clone()).await?;
        let actor = Actor::Staff { id: veterinarian, role: Role::Veterinarian };
        let drawing = Drawing::parse("M10 100L200 40L400 160L590 90")?;
        documents::draw_signature(&office, actor, drawing).await?;
        documents::authorise_outreach(&office, actor, outreach).await?;
        let setup = field_setup(&office, actor, String::new()).await?;
        let told = setup.outreaches.first().and_then(|view| view.recovery_key.as_deref());
        let recovery_key = RecoveryKey::read(outreach, told)?;
        let mut operatives = Vec::new();
        for id in team.into_iter().skip(1) {
            operatives.push(Operative { id, cookie: signed_in(&store, id, begins).await? });
        }
        store.close().await;
        Ok(Self { keys, outreach, recovery_key, veterinarian, operatives, begins })
    }
}

/// Opens the database and brings its tables up to this version.
pub(crate) async fn open(database: &str) -> Result<Store> {
    let store = Store::open(&StoreOptions::new(database)).await?;
    store.migrate().await.context("the tables cannot be made")?;
    Ok(store)
}

async fn staff(store: &Store, role: Role, number: usize) -> Result<StaffId> {
    let email = format!("{}{number}@example.cl.invalid", role.code());
    let is_veterinarian = role == Role::Veterinarian;
    let run = Run::from_number(41_000_000).map(Run::compact);
    let row = StaffRow {
        id: fresh_id(),
        email: email.clone(),
        email_key: email,
        name: format!("Chaos {} {number}", role.code()),
        role: role.code().to_owned(),
        state: "active".to_owned(),
        password_hash: None,
        run: run.filter(|_| is_veterinarian),
        professional_kind: is_veterinarian.then(|| "veterinarian".to_owned()),
        professional_registration: None,
        signature_svg: None,
        signature_drawn_at: None,
        created_at: Clock::System.now().0,
        demonstration: true,
    };
    let id = StaffId(row.id);
    let stored =
        store.write_with(row, |tx, row| Box::pin(async move { tx.insert_staff(row).await }));
    stored.await.map_err(|error: StoreError| error)?;
    Ok(id)
}

async fn signed_in(store: &Store, id: StaffId, now: Timestamp) -> Result<String> {
    let begun = store.write(move |tx| {
        Box::pin(async move { session::begin(tx, Holder::Staff(id), "chaos", now).await })
    });
    let begun = begun.await.map_err(|error: Error| error)?;
    Ok(format!("__Host-huella={}", begun.secret))
}

/// The day of the outreach is wide enough for every phone's clock, so that what is recorded
/// belongs to it.
async fn lay_out(store: &Store, now: Timestamp, team: Vec<StaffId>) -> Result<OutreachId> {
    let programme = programme();
    let outreach = outreach(&programme, now);
    let id = OutreachId(outreach.id);
    let laid =
        store.write_with((programme, outreach, team), move |tx, (programme, outreach, team)| {
            Box::pin(async move {
                tx.insert_programme(programme).await?;
                tx.insert_outreach(outreach).await?;
                for member in team {
                    tx.join_team(outreach.id, member.0, now.0).await?;
                }
                Ok(())
            })
        });
    laid.await.map_err(|error: StoreError| error)?;
    Ok(id)
}

fn outreach(programme: &ProgrammeRow, now: Timestamp) -> OutreachRow {
    OutreachRow {
        id: fresh_id(),
        programme_id: programme.id,
        name: "La Chimba".to_owned(),
        kind: "chip_and_deworming".to_owned(),
        status: "under_way".to_owned(),
        held_on: now.local(-180).0.to_string(),
        starts_at: now.plus_ms(-HOUR_MS).0,
        ends_at: now.plus_ms(8 * HOUR_MS).0,
        place: "Sicilia 1516".to_owned(),
        commune: "02101".to_owned(),
        unit: None,
        host_id: None,
        phase: None,
        max_people: None,
    }
}
