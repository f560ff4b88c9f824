//! The demonstration's accounts: one for each role, all with one password drawn at random.

use anyhow::{Context, Result};
use backend::accounts::password::{Cost, Passwords};
use backend::actor::Actor;
use backend::clock;
use backend::office::Office;
use backend::store::StoreError;
use backend::store::vocabulary::people::StaffRow;
use domain::id::StaffId;
use domain::role::Role;
use domain::run::Run;

use super::draw::Draw;

/// Somebody to sign in as.
#[derive(Clone, Debug)]
pub struct Account {
    /// The role.
    pub role: Role,
    /// The address.
    pub email: String,
    /// The password, told once.
    pub password: String,
}

/// The people of the demonstration.
pub(super) struct Team {
    pub(super) accounts: Vec<Account>,
    pub(super) operative: StaffId,
    pub(super) veterinarian: StaffId,
    pub(super) coordinator: StaffId,
}

impl Team {
    /// The coordinator at work.
    pub(super) const fn coordinating(&self) -> Actor {
        Actor::Staff { id: self.coordinator, role: Role::Coordinator }
    }
}

const PEOPLE: &[(Role, &str, &str)] = &[
    (Role::Admin, "administracion", "Administración (demostración)"),
    (Role::Coordinator, "coordinacion", "Coordinación (demostración)"),
    (Role::Veterinarian, "veterinaria", "Dra. Antonia Demostración Núñez"),
    (Role::Operative, "terreno", "Terreno (demostración)"),
    (Role::Auditor, "auditoria", "Auditoría (demostración)"),
];

/// A looping stroke: a signature that nobody has.
pub(super) const SIGNATURE: &str = "M40 140L70 60L95 130L120 80L150 125L185 70L210 130\
L260 95L300 120L350 88L400 118L470 92L560 110";

pub(super) async fn make(office: &Office, draw: &mut Draw) -> Result<Team> {
    let password = fresh_password()?;
    let hash = Passwords::new(Cost::Owasp)?.hash(&password).await?;
    let now = office.clock.now();
    let mut rows = Vec::new();
    let mut accounts = Vec::new();
    for (role, local, name) in PEOPLE {
        let email = email(local);
        let is_veterinarian = *role == Role::Veterinarian;
        let run = Run::from_number(41_000_000).map(Run::compact);
        rows.push(StaffRow {
            id: draw.id(now),
            email: email.clone(),
            email_key: email.clone(),
            name: (*name).to_owned(),
            role: role.code().to_owned(),
            state: "active".to_owned(),
            password_hash: Some(hash.clone()),
            run: run.filter(|_| is_veterinarian),
            professional_kind: is_veterinarian.then(|| "veterinarian".to_owned()),
            professional_registration: is_veterinarian.then(|| "DEMO-0001".to_owned()),
            signature_svg: is_veterinarian.then(|| SIGNATURE.to_owned()),
            signature_drawn_at: is_veterinarian.then_some(now.0),
            created_at: now.0,
            demonstration: true,
        });
        accounts.push(Account { role: *role, email, password: password.clone() });
    }
    let team = team(&rows, accounts)?;
    let stored: Result<(), StoreError> = office
        .store
        .write_with(rows, |tx, rows| {
            Box::pin(async move {
                for row in rows {
                    tx.insert_staff(row).await?;
                }
                Ok(())
            })
        })
        .await;
    stored?;
    Ok(team)
}

/// The people of a demonstration that was made before; their password is not known any more.
pub(super) async fn known(office: &Office) -> Result<Team> {
    let rows: Result<Vec<StaffRow>, StoreError> = office
        .store
        .read(|tx| {
            Box::pin(async move {
                let mut rows = Vec::new();
                for (_, local, _) in PEOPLE {
                    rows.extend(tx.staff_by_email(&email(local)).await?);
                }
                Ok(rows)
            })
        })
        .await;
    team(&rows?, Vec::new())
}

fn team(rows: &[StaffRow], accounts: Vec<Account>) -> Result<Team> {
    let id_of = |role: Role| {
        let row = rows.iter().find(|row| row.role == role.code());
        row.map(|row| StaffId(row.id)).context("a role has no account")
    };
    let (operative, veterinarian) = (id_of(Role::Operative)?, id_of(Role::Veterinarian)?);
    Ok(Team { accounts, operative, veterinarian, coordinator: id_of(Role::Coordinator)? })
}

fn email(local: &str) -> String {
    format!("{local}@example.cl.invalid")
}

fn fresh_password() -> Result<String> {
    let bytes = clock::random::<10>()?;
    let text = data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
    Ok(text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
}
