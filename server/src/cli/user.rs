//! `user add|list|disable`.

use std::io::BufRead;

use anyhow::Context;
use backend::accounts::password::{self, Cost, Passwords};
use backend::accounts::{self, NewStaff};
use backend::actor::Actor;
use backend::clock::Clock;
use backend::error::Error;
use backend::store::Store;
use backend::tokens::{self, INVITATION};
use clap::Subcommand;
use data_encoding::HEXLOWER;
use domain::catalogue::ProfessionalKind;
use domain::contact::Email;
use domain::id::StaffId;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::run::Run;
use phrases::{Explanation, Locale};

use crate::cli::{Outcome, Verdict, complain, say};
use crate::config::Config;
use crate::state::{Tables, open_store};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make an account; without --password-stdin a one-time link is printed
    Add(Add),
    /// Every account: address, role, state, name
    List,
    /// Close an account and end its sessions
    Disable {
        /// Its address
        email: String,
    },
    /// Open an account again that was closed
    Enable {
        /// Its address
        email: String,
    },
}

/// A new account.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The address the person signs in with
    #[arg(value_parser = email)]
    email: Email,
    /// Full name
    #[arg(long)]
    name: String,
    /// admin, coordinator, veterinarian, operative or auditor
    #[arg(long, value_parser = role)]
    role: Role,
    /// RUN, for those who sign certificates
    #[arg(long, value_parser = run)]
    run: Option<Run>,
    /// Number in a professional register
    #[arg(long)]
    registration: Option<String>,
    /// Read the password from the standard input, one line
    #[arg(long)]
    password_stdin: bool,
}

/// Does it.
///
/// # Errors
/// When the database cannot be used.
pub(super) async fn user(config: &Config, act: User) -> Outcome {
    let tables = if matches!(act, User::Add(_)) { Tables::Made } else { Tables::Kept };
    let store = open_store(config, tables).await?;
    let done = match act {
        User::Add(new) => add(config, &store, new).await,
        User::List => list(&store).await,
        User::Disable { email } => set_open(&store, &email, false).await,
        User::Enable { email } => set_open(&store, &email, true).await,
    };
    store.close().await;
    match done {
        Ok(verdict) => Ok(verdict),
        Err(Error::Refused(refusal)) => {
            complain(&told(&refusal));
            Ok(Verdict::No)
        }
        Err(Error::Failed(fault)) => Err(fault.into()),
    }
}

/// A refusal as one line. What was kept is left out: that is of forms. No page marks what is wrong,
/// so each of it is named.
fn told(refusal: &Refusal) -> String {
    if let Refusal::Invalid { fields } = refusal {
        let named = fields.iter().map(|error| phrases::explain_named_field(*error, Locale::En));
        return named.collect::<Vec<_>>().join(" ");
    }
    let Explanation { happened, next, .. } = phrases::explain(refusal, Locale::En);
    format!("{happened} {next}")
}

async fn add(config: &Config, store: &Store, new: Add) -> Result<Verdict, Error> {
    let now = Clock::System.now();
    let passwords = Passwords::new(Cost::Owasp)?;
    let chosen = if new.password_stdin { Some(read_password()?) } else { None };
    let hash = match &chosen {
        Some(chosen) => {
            password::check(chosen, new.email.as_str())?;
            passwords.hash(chosen).await?
        }
        // Nobody knows this password: the link is the only way in.
        None => {
            let unknown = HEXLOWER.encode(&backend::clock::random::<32>()?);
            passwords.hash(&unknown).await?
        }
    };
    let veterinarian = new.role == Role::Veterinarian;
    let staff = NewStaff {
        email: new.email,
        name: new.name,
        role: new.role,
        run: new.run,
        professional_kind: veterinarian.then_some(ProfessionalKind::Veterinarian),
        professional_registration: new.registration,
        demonstration: false,
    };
    let id = accounts::add(store, Actor::System, staff, hash, now).await?;
    if chosen.is_none() {
        say(&format!("{}/e/{}", config.public_url(), invitation(store, id).await?));
    }
    Ok(Verdict::Yes)
}

async fn invitation(store: &Store, id: StaffId) -> Result<String, Error> {
    let now = Clock::System.now();
    let token = store.write(move |tx| {
        Box::pin(async move { tokens::issue(tx, INVITATION, &id.to_string(), &id, now).await })
    });
    Ok(token.await?.as_str().to_owned())
}

async fn list(store: &Store) -> Result<Verdict, Error> {
    for row in accounts::list(store, &Actor::System).await? {
        say(&format!("{}\t{}\t{}\t{}", row.email, row.role, row.state, row.name));
    }
    Ok(Verdict::Yes)
}

async fn set_open(store: &Store, email: &str, open: bool) -> Result<Verdict, Error> {
    let wanted = email.trim().to_ascii_lowercase();
    let rows = accounts::list(store, &Actor::System).await?;
    let Some(row) = rows.iter().find(|row| row.email_key == wanted) else {
        complain("there is no account with this address");
        return Ok(Verdict::No);
    };
    let now = Clock::System.now();
    let (actor, id) = (Actor::System, StaffId(row.id));
    if open {
        accounts::enable(store, actor, id, now).await?;
    } else {
        accounts::disable(store, actor, id, now).await?;
    }
    Ok(Verdict::Yes)
}

fn read_password() -> Result<String, Error> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(backend::error::Fault::from)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err(Error::Refused(Refusal::field(domain::field_error::FieldError::new(
            domain::field_error::Field::Password,
            domain::field_error::Problem::Empty,
        ))));
    }
    Ok(password)
}

fn email(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).ok().context("this is no e-mail address")
}

fn role(text: &str) -> anyhow::Result<Role> {
    Role::from_code(text).context("give admin, coordinator, veterinarian, operative or auditor")
}

fn run(text: &str) -> anyhow::Result<Run> {
    Run::parse_person(text).ok().context("this is no RUN of a person")
}
