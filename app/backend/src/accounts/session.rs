//! Signing in and out; the list of one's devices. Owners' code sessions use the same rows.

use domain::contact::Email;
use domain::id::{OwnerId, SessionId, StaffId};
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::accounts::looks::{self, Looks};
use crate::accounts::password::Passwords;
use crate::accounts::{ACTIVE, STAFF, role_named};
use crate::actor::Actor;
use crate::clock;
use crate::counters::{self, Limit};
use crate::error::Error;
use crate::store::vocabulary::people::{HeldSessionRow, SessionRow, StaffRow};
use crate::store::{Isolation, Store, StoreError, Tx};

/// A session ends after this long without use: twelve hours, a day in the field.
pub const IDLE_MS: i64 = 12 * HOUR_MS;
/// A session ends after this long in any case: seven days.
pub const LONGEST_MS: i64 = 7 * DAY_MS;
/// A use is noted at most this often: one write a minute is enough to know.
const NOTED_MS: i64 = 60_000;
/// How long a password given again opens the acts that ask for it: five minutes.
pub const FRESH_MS: i64 = 5 * 60_000;

/// Sign-ins looked at for one account.
pub const BY_ACCOUNT: Limit = Limit { name: "sign_in_account", most: 10, window_ms: 900_000 };
/// Passwords looked at in one session that asks for it once more. It is another counter than
/// [`BY_ACCOUNT`]: who knows only the address of an account cannot keep its owner from signing.
pub const BY_SESSION: Limit = Limit { name: "sign_in_session", most: 10, window_ms: 900_000 };
/// Sign-ins looked at from one address: an office shares one.
pub const BY_ADDRESS: Limit = Limit { name: "sign_in_address", most: 60, window_ms: 900_000 };

/// Kind of an owner's session.
const OWNER: &str = "owner";

/// Longest text kept of what a browser calls itself.
const AGENT_BYTES: usize = 200;

/// What a person signs in with.
#[derive(Clone)]
pub struct SignIn {
    /// Address as typed.
    pub email: String,
    /// Password as typed.
    pub password: String,
    /// Network address the request came from.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// Whose session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A member of staff.
    Staff(StaffId),
    /// An owner.
    Owner(OwnerId),
}

impl Holder {
    fn row(self) -> (&'static str, Uuid) {
        match self {
            Self::Staff(id) => (STAFF, id.0),
            Self::Owner(id) => (OWNER, id.0),
        }
    }
}

/// A session just begun. The secret goes into the cookie and nowhere else.
#[derive(Clone)]
pub struct Begun {
    /// Its identifier.
    pub session: SessionId,
    /// 256 bits, hexadecimal.
    pub secret: String,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

/// Who is behind a live session.
#[derive(Clone, Debug)]
pub struct Present {
    /// The session.
    pub session: SessionId,
    /// Who acts.
    pub actor: Actor,
    /// Name of a member of staff; empty for an owner.
    pub name: String,
    /// When the password was last given.
    pub reauthenticated_at: Option<Timestamp>,
}

impl Present {
    /// Whether the password was given a moment ago, as signing, authorising and keys ask for.
    ///
    /// # Errors
    /// [`Refusal::SignInAgain`].
    pub fn must_be_fresh(&self, now: Timestamp) -> Result<(), Refusal> {
        let age_ms = self.reauthenticated_at.map(|at| now.since_ms(at));
        if age_ms.is_some_and(|age_ms| age_ms < FRESH_MS) {
            Ok(())
        } else {
            Err(Refusal::SignInAgain)
        }
    }
}

/// Signs a member of staff in. The same work is done whether or not the account exists.
///
/// # Errors
/// [`Refusal::TooManyAttempts`], [`Refusal::WrongCredentials`]; a failed database.
pub async fn sign_in(
    store: &Store,
    passwords: &Passwords,
    by: SignIn,
    now: Timestamp,
) -> Result<Begun, Error> {
    counters::attempt(store, BY_ADDRESS, &by.address, now).await?;
    let key = by.email.trim().to_ascii_lowercase();
    counters::attempt(store, BY_ACCOUNT, &key, now).await?;
    // What is no address belongs to nobody, and is asked for like any other.
    let wanted = Email::parse(&by.email).map(|email| email.key()).unwrap_or_default();
    let row = store.glance(move |tx| {
        Box::pin(async move { Ok::<_, Error>(tx.staff_by_email(&wanted).await?) })
    });
    let staff = with_password(passwords, row.await?, &by.password).await?;
    counters::clear(store, BY_ACCOUNT, &key).await?;
    let holder = Holder::Staff(StaffId(staff.id));
    store.write_with(by.user_agent, move |tx, agent| Box::pin(begin(tx, holder, agent, now))).await
}

/// Notes that the password was given again in a session.
///
/// # Errors
/// As [`sign_in`].
pub async fn sign_in_again(
    store: &Store,
    passwords: &Passwords,
    present: &Present,
    password: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let Actor::Staff { id, .. } = present.actor else {
        return Err(Error::Refused(Refusal::SignedOut));
    };
    let session = present.session;
    let key = session.to_string();
    counters::attempt(store, BY_SESSION, &key, now).await?;
    let row =
        store.glance(move |tx| Box::pin(async move { Ok::<_, Error>(tx.staff(id.0).await?) }));
    with_password(passwords, row.await?, password).await.map_err(|error| match error {
        Error::Refused(Refusal::WrongCredentials) => Error::Refused(Refusal::WrongPassword),
        other => other,
    })?;
    counters::clear(store, BY_SESSION, &key).await?;
    let noted = store.write(move |tx| {
        Box::pin(async move { Ok::<_, Error>(tx.reauthenticate_session(session.0, now.0).await?) })
    });
    if noted.await? { Ok(()) } else { Err(Error::Refused(Refusal::SignedOut)) }
}

/// The account, if it may sign in and this is its password. The same work is done without one.
async fn with_password(
    passwords: &Passwords,
    row: Option<StaffRow>,
    password: &str,
) -> Result<StaffRow, Error> {
    let active = row.filter(|row| row.state == ACTIVE);
    let hash = active.as_ref().and_then(|row| row.password_hash.as_deref());
    let right = passwords.matches(password, hash).await?;
    active.filter(|_| right).ok_or(Error::Refused(Refusal::WrongCredentials))
}

/// Begins a session of somebody who has proved who they are.
///
/// # Errors
/// A failed database.
pub async fn begin(
    tx: &mut Tx,
    holder: Holder,
    user_agent: &str,
    now: Timestamp,
) -> Result<Begun, Error> {
    let secret = data_encoding::HEXLOWER.encode(&clock::random::<32>()?);
    let (kind, subject_id) = holder.row();
    let expires_at = now.plus_ms(IDLE_MS);
    let row = SessionRow {
        id: clock::fresh_id(),
        id_hash: hash_of(&secret),
        kind: kind.to_owned(),
        subject_id,
        created_at: now.0,
        last_seen_at: now.0,
        expires_at: expires_at.0,
        reauthenticated_at: Some(now.0),
        user_agent: shortened(user_agent),
        revoked_at: None,
    };
    tx.insert_session(&row).await?;
    Ok(Begun { session: SessionId(row.id), secret, expires_at })
}

/// Who is behind the secret of a cookie; nobody when the session is over, ended or unknown, or
/// the account is closed. Notes the use, at most once a minute.
///
/// # Errors
/// A failed database.
pub async fn find(store: &Store, secret: &str, now: Timestamp) -> Result<Option<Present>, Error> {
    let held = looks::sessions(store, vec![hash_of(secret)]).await?.pop();
    noted(store, held, now).await
}

/// The same for a request, of which many may look at the same time.
///
/// # Errors
/// As [`find`].
pub async fn find_among(
    looks: &Looks,
    store: &Store,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Present>, Error> {
    let held = looks.session(store, hash_of(secret)).await?;
    noted(store, held, now).await
}

/// Who is behind a session that was found, whose use is noted.
async fn noted(
    store: &Store,
    held: Option<HeldSessionRow>,
    now: Timestamp,
) -> Result<Option<Present>, Error> {
    let is_live = |row: &SessionRow| row.revoked_at.is_none() && row.expires_at > now.0;
    let held = held.filter(|held| is_live(&held.session));
    let Some(HeldSessionRow { session: row, staff_name, staff_role, staff_state }) = held else {
        return Ok(None);
    };
    let account = staff_state.filter(|state| state == ACTIVE).and(staff_name.zip(staff_role));
    let Some(present) = present(&row, account)? else { return Ok(None) };
    if now.0 - row.last_seen_at >= NOTED_MS {
        let expires_at = (now.0 + IDLE_MS).min(row.created_at + LONGEST_MS);
        store
            .write_at(Isolation::Committed, (), move |tx, ()| {
                Box::pin(async move { tx.touch_session(row.id, now.0, expires_at).await })
            })
            .await
            .map_err(|error: StoreError| Error::from(error))?;
    }
    Ok(Some(present))
}

/// Who is behind a session; `account` is the name and the role of an active member of staff.
fn present(row: &SessionRow, account: Option<(String, String)>) -> Result<Option<Present>, Error> {
    let session = SessionId(row.id);
    let reauthenticated_at = row.reauthenticated_at.map(Timestamp);
    if row.kind == OWNER {
        let actor = Actor::Owner { owner: OwnerId(row.subject_id), session };
        return Ok(Some(Present { session, actor, name: String::new(), reauthenticated_at }));
    }
    let Some((name, role)) = account.filter(|_| row.kind == STAFF) else { return Ok(None) };
    let actor = Actor::Staff { id: StaffId(row.subject_id), role: role_named(&role)? };
    Ok(Some(Present { session, actor, name, reauthenticated_at }))
}

/// The live sessions of a person, the latest used first.
///
/// # Errors
/// A failed database.
pub async fn list(store: &Store, of: Holder, now: Timestamp) -> Result<Vec<SessionRow>, Error> {
    let (kind, id) = of.row();
    store
        .glance(move |tx| Box::pin(async move { Ok(tx.live_sessions(kind, id, now.0).await?) }))
        .await
}

/// Ends one session of a person; `false` when it is not theirs or has ended.
///
/// # Errors
/// A failed database.
pub async fn revoke(
    store: &Store,
    of: Holder,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, Error> {
    let (kind, id) = of.row();
    store
        .write(move |tx| {
            Box::pin(async move { Ok(tx.revoke_session(kind, id, session.0, now.0).await?) })
        })
        .await
}

/// Ends every session of a person but, if given, one; answers how many.
///
/// # Errors
/// A failed database.
pub async fn revoke_all(
    store: &Store,
    of: Holder,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<u64, Error> {
    let (kind, id) = of.row();
    let but = but.map(|session| session.0);
    store
        .write(move |tx| {
            Box::pin(async move { Ok(tx.revoke_sessions(kind, id, but, now.0).await?) })
        })
        .await
}

fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn shortened(agent: &str) -> String {
    let printable = agent.chars().filter(|c| !c.is_control());
    let mut kept = String::new();
    for letter in printable {
        if kept.len() + letter.len_utf8() > AGENT_BYTES {
            break;
        }
        kept.push(letter);
    }
    kept
}
