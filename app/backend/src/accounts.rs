//! Accounts of staff: passwords, sessions, invitations, roles (contracts section 4).

pub mod invitation;
mod looks;
pub mod password;
pub mod session;

pub use looks::Looks;

use domain::catalogue::ProfessionalKind;
use domain::contact::Email;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::StaffId;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{Role, UseCase};
use domain::run::Run;
use domain::timestamp::Timestamp;

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::store::vocabulary::people::StaffRow;
use crate::store::{Store, StoreError, Tx};

/// State of an account whose invitation waits.
pub const INVITED: &str = "invited";
/// State of an account that may sign in.
pub const ACTIVE: &str = "active";
/// State of an account that was closed.
pub const DISABLED: &str = "disabled";

/// Kind of a staff session, and of staff as the subject of letters.
pub const STAFF: &str = "staff";

/// Most characters of a full name.
pub const LONGEST_NAME: usize = 120;

/// The facts of a new account.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Address, unique without regard to case.
    pub email: Email,
    /// Full name.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// RUN, for those who sign certificates.
    pub run: Option<Run>,
    /// What they are by profession.
    pub professional_kind: Option<ProfessionalKind>,
    /// Number in a professional register.
    pub professional_registration: Option<String>,
    /// Whether the account belongs to the demonstration.
    pub demonstration: bool,
}

/// Whether `actor` may make or change accounts of `role`: a coordinator those of the field.
///
/// # Errors
/// As [`authorise`].
pub fn authorise_for(actor: &Actor, role: Role) -> Result<(), Refusal> {
    let field = matches!(role, Role::Operative | Role::Veterinarian);
    authorise(actor, if field { UseCase::InviteFieldStaff } else { UseCase::ManageAccounts })
}

/// Every account, by name, for those who manage accounts.
///
/// # Errors
/// A refusal when the actor may not; a failed database.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<StaffRow>, Error> {
    authorise(actor, UseCase::InviteFieldStaff).map_err(Error::Refused)?;
    store.glance(|tx| Box::pin(async move { Ok(tx.list_staff().await?) })).await
}

/// Makes an account that may sign in at once with a given password hash: for the command line and
/// the demonstration. A person is invited instead (see [`invitation::invite`]).
///
/// # Errors
/// A refusal when the actor may not or the address is taken; a failed database.
pub async fn add(
    store: &Store,
    actor: Actor,
    staff: NewStaff,
    password_hash: String,
    now: Timestamp,
) -> Result<StaffId, Error> {
    authorise(&actor, UseCase::ManageAccounts).map_err(Error::Refused)?;
    store
        .write_with((staff, password_hash), move |tx, (staff, hash)| {
            Box::pin(async move {
                let mut row = row_of(staff, now)?;
                ACTIVE.clone_into(&mut row.state);
                row.password_hash = Some(hash.clone());
                insert(tx, &row).await?;
                note(tx, &row, "account_made", (actor, now)).await?;
                Ok(StaffId(row.id))
            })
        })
        .await
}

/// Closes an account and ends its sessions.
///
/// # Errors
/// A refusal when the actor may not, or it is the last administrator; a failed database.
pub async fn disable(
    store: &Store,
    actor: Actor,
    id: StaffId,
    now: Timestamp,
) -> Result<(), Error> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let mut row = known(tx, id).await?;
                authorise_for(&actor, role_of(&row)?).map_err(Error::Refused)?;
                if row.state == DISABLED {
                    return Ok(());
                }
                keep_an_admin(tx, &row).await?;
                DISABLED.clone_into(&mut row.state);
                tx.update_staff(&row).await?;
                tx.revoke_sessions(STAFF, id.0, None, now.0).await?;
                note(tx, &row, "account_disabled", (actor, now)).await
            })
        })
        .await
}

/// Opens an account again that was closed: with its password if one was chosen, else it waits for
/// an invitation as before. Its sessions stay ended.
///
/// # Errors
/// A refusal when the actor may not; a failed database.
pub async fn enable(store: &Store, actor: Actor, id: StaffId, now: Timestamp) -> Result<(), Error> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let mut row = known(tx, id).await?;
                authorise_for(&actor, role_of(&row)?).map_err(Error::Refused)?;
                if row.state != DISABLED {
                    return Ok(());
                }
                let state = if row.password_hash.is_some() { ACTIVE } else { INVITED };
                state.clone_into(&mut row.state);
                tx.update_staff(&row).await?;
                note(tx, &row, "account_enabled", (actor, now)).await
            })
        })
        .await
}

/// What an account becomes.
#[derive(Clone, Copy, Debug)]
pub struct NewRole {
    /// The role.
    pub role: Role,
    /// The person's RUN, where none is known yet; a known one stays.
    pub run: Option<Run>,
}

/// Gives an account another role and ends its sessions, which carry the old one.
///
/// # Errors
/// A refusal when the actor may not, it is the last administrator, or a veterinarian's RUN is
/// missing; a failed database.
pub async fn change_role(
    store: &Store,
    actor: Actor,
    id: StaffId,
    NewRole { role, run }: NewRole,
    now: Timestamp,
) -> Result<(), Error> {
    authorise(&actor, UseCase::ManageAccounts).map_err(Error::Refused)?;
    store
        .write(move |tx| {
            Box::pin(async move {
                let mut row = known(tx, id).await?;
                if role_of(&row)? == role {
                    return Ok(());
                }
                keep_an_admin(tx, &row).await?;
                row.run = row.run.or_else(|| run.map(|run| run.to_string()));
                signs_by_name(role, row.run.is_some())?;
                role.code().clone_into(&mut row.role);
                tx.update_staff(&row).await?;
                tx.revoke_sessions(STAFF, id.0, None, now.0).await?;
                note(tx, &row, "role_changed", (actor, now)).await
            })
        })
        .await
}

/// The role of a stored account.
///
/// # Errors
/// [`StoreError::Inconsistent`] when its code is none of ours.
pub fn role_of(row: &StaffRow) -> Result<Role, StoreError> {
    role_named(&row.role)
}

/// The role of a code.
fn role_named(code: &str) -> Result<Role, StoreError> {
    Role::from_code(code).ok_or(StoreError::Inconsistent("an account has an unknown role"))
}

async fn known(tx: &mut Tx, id: StaffId) -> Result<StaffRow, Error> {
    let unknown = FieldError::new(Field::PersonName, Problem::Unknown);
    tx.staff(id.0).await?.ok_or_else(|| Error::Refused(Refusal::field(unknown)))
}

/// Locks the administrators, so that two cannot disable each other at the same moment.
async fn keep_an_admin(tx: &mut Tx, row: &StaffRow) -> Result<(), Error> {
    let admin = row.role == Role::Admin.code() && row.state == ACTIVE;
    if admin && tx.lock_active_of_role(Role::Admin.code()).await? < 2 {
        return Err(Error::Refused(Refusal::LastAdmin));
    }
    Ok(())
}

async fn insert(tx: &mut Tx, row: &StaffRow) -> Result<(), Error> {
    match tx.insert_staff(row).await {
        Err(error) if error.is_unique_violation() => Err(Error::Refused(Refusal::AccountExists)),
        done => Ok(done?),
    }
}

/// A veterinarian's documents print the number of the identity card (domain: the voucher's form).
fn signs_by_name(role: Role, has_run: bool) -> Result<(), Error> {
    let missing = FieldError::new(Field::Run, Problem::Empty);
    match role {
        Role::Veterinarian if !has_run => Err(Error::Refused(Refusal::field(missing))),
        _ => Ok(()),
    }
}

fn row_of(staff: &NewStaff, now: Timestamp) -> Result<StaffRow, Error> {
    signs_by_name(staff.role, staff.run.is_some())?;
    let name = ShortText::<LONGEST_NAME>::parse(&staff.name).map_err(|error| {
        Error::Refused(Refusal::field(FieldError::new(Field::PersonName, error)))
    })?;
    Ok(StaffRow {
        id: clock::fresh_id(),
        email: staff.email.to_string(),
        email_key: staff.email.key(),
        name: name.to_string(),
        role: staff.role.code().to_owned(),
        state: INVITED.to_owned(),
        password_hash: None,
        run: staff.run.map(|run| run.to_string()),
        professional_kind: staff.professional_kind.map(|kind| kind.code().to_owned()),
        professional_registration: staff.professional_registration.clone(),
        signature_svg: None,
        signature_drawn_at: None,
        created_at: now.0,
        demonstration: staff.demonstration,
    })
}

/// Appends to the account's history who did what to it: name, address, role and state as they
/// then were, and no password.
async fn note(
    tx: &mut Tx,
    row: &StaffRow,
    kind: &'static str,
    by: (Actor, Timestamp),
) -> Result<(), Error> {
    let body = serde_json::json!({
        "name": row.name, "email": row.email, "role": row.role, "state": row.state,
    });
    let entry = Entry::new(Subject::Staff(StaffId(row.id)), kind, by.0, by.1, &body)?;
    history::append(tx, &entry).await
}
