//! Invitations and forgotten passwords: a one-time link by mail, used by one button.

use domain::contact::Email;
use domain::id::{MessageId, StaffId};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::timestamp::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};

use crate::accounts::password::{Passwords, check};
use crate::accounts::{
    ACTIVE, INVITED, NewStaff, STAFF, authorise_for, insert, note, role_of, row_of,
};
use crate::actor::Actor;
use crate::counters::{self, Limit};
use crate::error::{Error, Fault};
use crate::keys::Keys;
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::store::vocabulary::people::StaffRow;
use crate::store::{Store, Tx};
use crate::tokens::{self, INVITATION, PASSWORD_RESET, Purpose};

/// Kind of the letter with an invitation; its body is a [`LinkLetter`].
pub const INVITATION_LETTER: &str = "invitation";
/// Kind of the letter with a link for a new password; its body is a [`LinkLetter`].
pub const RESET_LETTER: &str = "password_reset";

/// Resets looked at for one account.
pub const RESETS_BY_ACCOUNT: Limit = Limit { name: "reset_account", most: 3, window_ms: HOUR_MS };
/// Resets looked at from one address.
pub const RESETS_BY_ADDRESS: Limit = Limit { name: "reset_address", most: 20, window_ms: HOUR_MS };

/// What the mailroom needs for a letter with a link; the path is `/e/{token}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLetter {
    /// Name of the person.
    pub name: String,
    /// Code of their role.
    pub role: String,
    /// Name of who invites; empty when the program does, and in a letter for a new password.
    pub inviter: String,
    /// The token of the link.
    pub token: String,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// What a link of these purposes is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFor {
    /// The account.
    pub staff: StaffId,
    /// Name of the person.
    pub name: String,
    /// Address of the account.
    pub email: String,
}

/// Makes an account in the state `invited` and writes its letter. Inviting an account that was
/// invited before sends a new link and makes the old one useless.
///
/// # Errors
/// A refusal when the actor may not or the address is taken; a failed database.
pub async fn invite(office: &Office, actor: Actor, staff: NewStaff) -> Result<StaffId, Error> {
    authorise_for(&actor, staff.role).map_err(Error::Refused)?;
    let now = office.clock.now();
    office
        .store
        .write_with((staff, office.keys.clone()), move |tx, (staff, keys)| {
            Box::pin(async move {
                let mut row = row_of(staff, now)?;
                match tx.staff_by_email(&row.email_key).await? {
                    None => insert(tx, &row).await?,
                    Some(known) if known.state == INVITED => {
                        // Else a coordinator could make an operative of an invited administrator.
                        authorise_for(&actor, role_of(&known)?).map_err(Error::Refused)?;
                        row.id = known.id;
                        row.created_at = known.created_at;
                        tx.update_staff(&row).await?;
                    }
                    Some(_) => return Err(Error::Refused(Refusal::AccountExists)),
                }
                let inviter = match actor.id() {
                    Some(id) => tx.staff(id).await?.map(|staff| staff.name).unwrap_or_default(),
                    None => String::new(),
                };
                write_letter(tx, keys, (&row, INVITATION), (&inviter, now)).await?;
                note(tx, &row, "invited", (actor, now)).await?;
                Ok(StaffId(row.id))
            })
        })
        .await
}

/// Writes a letter with a link for a new password, if there is such an account. Whether or not
/// there is one, the same statements run and the answer is the same: a letter to nobody is written
/// and taken back.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; a failed database.
pub async fn request_reset(office: &Office, email: &str, address: &str) -> Result<(), Error> {
    let (store, now) = (&office.store, office.clock.now());
    counters::attempt(store, RESETS_BY_ADDRESS, address, now).await?;
    let key = email.trim().to_ascii_lowercase();
    counters::attempt(store, RESETS_BY_ACCOUNT, &key, now).await?;
    // What is no address belongs to nobody, and is asked for like any other.
    let key = Email::parse(email).map(|email| email.key()).unwrap_or_default();
    let nobody = nobody(now)?;
    store
        .write_with((key, nobody, office.keys.clone()), move |tx, (key, nobody, keys)| {
            Box::pin(async move {
                let known = tx.staff_by_email(key).await?.filter(|row| row.state == ACTIVE);
                let row = known.as_ref().unwrap_or(nobody);
                let written = write_letter(tx, keys, (row, PASSWORD_RESET), ("", now)).await?;
                let taken_back = if known.is_some() { nobody.id } else { written.0 };
                tx.withdraw_message(taken_back).await?;
                Ok(())
            })
        })
        .await
}

/// Stands for the account that does not exist. Its letter never leaves.
fn nobody(now: Timestamp) -> Result<StaffRow, Error> {
    let email = Email::parse("nobody@example.invalid")
        .map_err(|_| Fault::new("the address of nobody cannot be read"))?;
    let staff = NewStaff {
        email,
        name: "Nobody Known".to_owned(),
        role: Role::Coordinator,
        run: None,
        professional_kind: None,
        professional_registration: None,
        demonstration: false,
    };
    row_of(&staff, now)
}

/// What the link in a letter is about, without using it.
///
/// # Errors
/// [`Refusal::LinkUnusable`]; a failed database.
pub async fn look(
    store: &Store,
    purpose: Purpose,
    token: String,
    now: Timestamp,
) -> Result<LinkFor, Error> {
    store
        .read(move |tx| {
            Box::pin(async move {
                let (_, staff) = tokens::look::<StaffId>(tx, purpose, &token, now).await?;
                let row = invited_or_active(tx, staff).await?;
                Ok(LinkFor { staff, name: row.name, email: row.email })
            })
        })
        .await
}

/// The choice of a password through the link of a letter.
#[derive(Clone)]
pub struct Choice {
    /// [`INVITATION`] or [`PASSWORD_RESET`].
    pub purpose: Purpose,
    /// The token of the link.
    pub token: String,
    /// The password, as typed.
    pub password: String,
}

/// Uses a link up and sets the password: the account becomes active, its sessions end.
///
/// # Errors
/// [`Refusal::LinkUnusable`], [`Refusal::Invalid`] on the password; a failed database.
pub async fn choose_password(
    store: &Store,
    passwords: &Passwords,
    choice: Choice,
    now: Timestamp,
) -> Result<StaffId, Error> {
    let about = look(store, choice.purpose, choice.token.clone(), now).await?;
    check(&choice.password, &about.email)?;
    let hash = passwords.hash(&choice.password).await?;
    let Choice { purpose, token, .. } = choice;
    store
        .write_with((token, hash), move |tx, (token, hash)| {
            Box::pin(async move {
                let (_, staff) = tokens::redeem::<StaffId>(tx, purpose, token, now).await?;
                let mut row = invited_or_active(tx, staff).await?;
                ACTIVE.clone_into(&mut row.state);
                row.password_hash = Some(hash.clone());
                tx.update_staff(&row).await?;
                tx.revoke_sessions(STAFF, row.id, None, now.0).await?;
                let role = role_of(&row)?;
                let actor = Actor::Staff { id: staff, role };
                note(tx, &row, "password_chosen", (actor, now)).await?;
                Ok(staff)
            })
        })
        .await
}

async fn invited_or_active(tx: &mut Tx, id: StaffId) -> Result<StaffRow, Error> {
    let row = tx.staff(id.0).await?.filter(|row| row.state == ACTIVE || row.state == INVITED);
    row.ok_or(Error::Refused(Refusal::LinkUnusable))
}

async fn write_letter(
    tx: &mut Tx,
    keys: &Keys,
    (row, purpose): (&StaffRow, Purpose),
    (inviter, now): (&str, Timestamp),
) -> Result<MessageId, Error> {
    let kind = if purpose == INVITATION { INVITATION_LETTER } else { RESET_LETTER };
    let id = StaffId(row.id);
    let token = tokens::issue(tx, purpose, &row.id.to_string(), &id, now).await?;
    let body = LinkLetter {
        name: row.name.clone(),
        role: row.role.clone(),
        inviter: inviter.to_owned(),
        token: token.as_str().to_owned(),
        expires_at: now.plus_ms(purpose.lasts_ms),
    };
    let letter = Letter {
        kind,
        recipient: &row.email,
        body: &body,
        about: Some((STAFF, row.id)),
        due_at: now,
    };
    outbox::enqueue_sealed(tx, keys, letter, now).await
}
