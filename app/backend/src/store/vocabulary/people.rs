//! Staff, sessions, link tokens and settings.

use uuid::Uuid;

/// A member of staff, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffRow {
    /// Identifier.
    pub id: Uuid,
    /// The address as it was written.
    pub email: String,
    /// The address in the form in which it is unique.
    pub email_key: String,
    /// Full name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// `invited`, `active` or `disabled`.
    pub state: String,
    /// argon2id, in PHC text; absent until an invitation is accepted.
    pub password_hash: Option<String>,
    /// RUN, canonical.
    pub run: Option<String>,
    /// Code of the professional kind.
    pub professional_kind: Option<String>,
    /// Number in a professional register.
    pub professional_registration: Option<String>,
    /// The signature drawn by hand, as an SVG path.
    pub signature_svg: Option<String>,
    /// When it was drawn.
    pub signature_drawn_at: Option<i64>,
    /// When the account was made.
    pub created_at: i64,
    /// Whether it belongs to the demonstration.
    pub demonstration: bool,
}

/// A session of a member of staff or of an owner, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// Identifier, which may be shown in a list of devices.
    pub id: Uuid,
    /// SHA-256 of the secret in the cookie.
    pub id_hash: Vec<u8>,
    /// `staff` or `owner`.
    pub kind: String,
    /// Who signed in.
    pub subject_id: Uuid,
    /// When.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub last_seen_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// When the password was last given.
    pub reauthenticated_at: Option<i64>,
    /// What the browser calls itself.
    pub user_agent: String,
    /// When it was ended by hand.
    pub revoked_at: Option<i64>,
}

/// A session, and of a member of staff what the account behind it is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldSessionRow {
    /// The session.
    #[sqlx(flatten)]
    pub session: SessionRow,
    /// Full name.
    pub staff_name: Option<String>,
    /// Code of the role.
    pub staff_role: Option<String>,
    /// `invited`, `active` or `disabled`.
    pub staff_state: Option<String>,
}

/// A link token, as stored; the token itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TokenRow {
    /// SHA-256 of purpose and token.
    pub hash: Vec<u8>,
    /// The one purpose it serves.
    pub purpose: String,
    /// Whom or what it is about.
    pub subject: String,
    /// What the purpose needs, as JSON.
    pub data: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

vocabulary! {
    /// A setting.
    setting = setting::find(key: &str) -> Option<String>;
    /// Writes a setting over the one before.
    put_setting = setting::put(key: &str, value: &str) -> ();
    /// Writes a setting unless there is one, and answers the one that holds.
    settle_setting = setting::settle(key: &str, value: &str) -> String;
    /// Answers when the database does.
    ping = setting::ping() -> ();

    /// Makes an account. A taken address breaks the unique index `staff_email_key`.
    insert_staff = staff::insert(staff: &StaffRow) -> ();
    /// Writes every column of an account but its identifier and age.
    update_staff = staff::update(staff: &StaffRow) -> bool;
    /// An account by identifier.
    staff = staff::find(id: Uuid) -> Option<StaffRow>;
    /// An account by the unique form of its address.
    staff_by_email = staff::find_by_email(email_key: &str) -> Option<StaffRow>;
    /// Every account, by name.
    list_staff = staff::list() -> Vec<StaffRow>;
    /// Locks the active accounts of a role until the end of the transaction and counts them.
    lock_active_of_role = staff::lock_active_of_role(role: &str) -> i64;

    /// Begins a session.
    insert_session = session::insert(session: &SessionRow) -> ();
    /// Sessions by the hashes of their secrets, each with the account behind it, whatever the state
    /// of both.
    sessions_by_hash = session::find_by_hashes(hashes: &[Vec<u8>]) -> Vec<HeldSessionRow>;
    /// Notes that a session was used, and until when it now lasts.
    touch_session = session::touch(id: Uuid, seen_at: i64, expires_at: i64) -> bool;
    /// Notes that the password was given again.
    reauthenticate_session = session::reauthenticate(id: Uuid, at: i64) -> bool;
    /// Sessions of a subject that are neither ended nor over at `now`, latest first.
    live_sessions = session::live(kind: &str, subject: Uuid, now: i64) -> Vec<SessionRow>;
    /// Ends one session of a subject.
    revoke_session = session::revoke(kind: &str, subject: Uuid, id: Uuid, at: i64) -> bool;
    /// Ends every session of a subject but, if given, one; answers how many.
    revoke_sessions =
        session::revoke_all(kind: &str, subject: Uuid, but: Option<Uuid>, at: i64) -> u64;
    /// Forgets sessions that were over before a moment; answers how many.
    forget_sessions = session::forget(before: i64) -> u64;

    /// Keeps a token's hash.
    insert_token = token::insert(token: &TokenRow) -> ();
    /// A token by its hash, whatever its state.
    token = token::find(hash: &[u8]) -> Option<TokenRow>;
    /// Uses a token up: it is answered only the first time, and only before its end.
    use_token = token::take(hash: &[u8], now: i64) -> Option<TokenRow>;
    /// Makes every unused token of a purpose and subject useless; answers how many.
    void_tokens = token::void(purpose: &str, subject: &str, now: i64) -> u64;
    /// Forgets tokens that ended before a moment; answers how many.
    forget_tokens = token::forget(before: i64) -> u64;
}
