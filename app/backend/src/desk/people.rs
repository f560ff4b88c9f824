//! Accounts and keys as the coordination shows them.

use domain::catalogue::ProfessionalKind;
use domain::contact::Email;
use domain::desk::people::{AccountState, InvitationForm, KeyLine, KeyList, StaffLine, StaffList};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::StaffId;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{Caller, Role, UseCase, allows};
use domain::run::Run;

use super::may;
use crate::accounts::session::Present;
use crate::accounts::{self, NewRole, NewStaff, authorise_for, invitation, role_of};
use crate::actor::Actor;
use crate::error::Error;
use crate::keys::Purpose;
use crate::office::Office;
use crate::records::code;

/// Every account, and what the caller may do with each.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(office: &Office, actor: Actor) -> Result<StaffList, Error> {
    let mut rows = Vec::new();
    for row in accounts::list(&office.store, &actor).await? {
        let role = role_of(&row)?;
        rows.push(StaffLine {
            id: row.id.into(),
            name: row.name,
            email: row.email,
            role,
            state: code(&row.state, AccountState::from_code)?,
            has_signature: row.signature_svg.is_some(),
            has_run: row.run.is_some(),
            may_change: authorise_for(&actor, role).is_ok() && actor.id() != Some(row.id),
        });
    }
    let caller = actor.caller().unwrap_or(Caller::Public);
    let roles = Role::ALL.iter().copied().filter(|&role| authorise_for(&actor, role).is_ok());
    Ok(StaffList {
        rows,
        may_invite: roles.collect(),
        may_change_roles: allows(caller, UseCase::ManageAccounts),
    })
}

/// Invites somebody by mail.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that cannot be taken; those of [`invitation::invite`].
pub async fn invite(office: &Office, actor: Actor, form: InvitationForm) -> Result<(), Error> {
    let staff = read(&form, office.demonstration.is_set()).map_err(Error::Refused)?;
    invitation::invite(office, actor, staff).await.map(drop)
}

/// Gives an account another role; a RUN that was typed is taken where none is known.
///
/// # Errors
/// [`Refusal::Invalid`] for a RUN that is none; those of [`accounts::change_role`].
pub async fn change_role(
    office: &Office,
    actor: Actor,
    staff: StaffId,
    (role, run): (Role, &str),
) -> Result<(), Error> {
    may(&actor, UseCase::ManageAccounts)?;
    let run =
        match run.trim() {
            "" => None,
            text => Some(Run::parse_person(text).map_err(|error| {
                Error::Refused(Refusal::field(FieldError::new(Field::Run, error)))
            })?),
        };
    let new = NewRole { role, run };
    accounts::change_role(&office.store, actor, staff, new, office.clock.now()).await
}

fn read(form: &InvitationForm, demonstration: bool) -> Result<NewStaff, Refusal> {
    let mut fields = Vec::new();
    let mut wrong = |field, problem: Problem| fields.push(FieldError::new(field, problem));
    let email = Email::parse(&form.email).map_err(|error| wrong(Field::Email, error.into())).ok();
    let role = Role::from_code(&form.role);
    if role.is_none() {
        wrong(Field::Role, Problem::Empty);
    }
    let name = ShortText::<{ accounts::LONGEST_NAME }>::parse(&form.name)
        .map_err(|error| wrong(Field::PersonName, error.into()))
        .map(|name| name.to_string())
        .unwrap_or_default();
    let registration = ShortText::<60>::parse_optional(&form.registration)
        .map_err(|error| wrong(Field::Document, error.into()))
        .unwrap_or_default();
    let signs = role == Some(Role::Veterinarian);
    let run = match form.run.trim() {
        "" if signs => {
            wrong(Field::Run, Problem::Empty);
            None
        }
        "" => None,
        text => Run::parse_person(text).map_err(|error| wrong(Field::Run, error.into())).ok(),
    };
    let (Some(email), Some(role), true) = (email, role, fields.is_empty()) else {
        return Err(Refusal::Invalid { fields });
    };
    Ok(NewStaff {
        email,
        name,
        role,
        run,
        professional_kind: signs.then_some(ProfessionalKind::Veterinarian),
        professional_registration: registration.map(|text| text.to_string()),
        demonstration,
    })
}

/// Every signing key, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn keys(office: &Office, present: &Present) -> Result<KeyList, Error> {
    may(&present.actor, UseCase::ManageKeys)?;
    office.keys.refresh(&office.store).await?;
    let mut keys = office.keys.list();
    keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
    let rows = keys.into_iter().map(|key| KeyLine {
        kid: data_encoding::HEXLOWER.encode(&key.kid),
        purpose: key.purpose.code().to_owned(),
        created_at: key.created_at,
        retired_at: key.retired_at,
    });
    let is_fresh = present.must_be_fresh(office.clock.now()).is_ok();
    Ok(KeyList { rows: rows.collect(), is_fresh })
}

/// Puts a new key in the place of the current one of a purpose.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::SignInAgain`]; [`Refusal::Unreadable`] for no purpose.
pub async fn rotate_key(office: &Office, present: &Present, purpose: &str) -> Result<(), Error> {
    may(&present.actor, UseCase::ManageKeys)?;
    let now = office.clock.now();
    present.must_be_fresh(now).map_err(Error::Refused)?;
    let purpose = Purpose::from_code(purpose).ok_or(Error::Refused(Refusal::Unreadable))?;
    office.keys.rotate(&office.store, &present.actor, purpose, now).await.map(drop)
}
