//! Messages that wait to leave the house.

use uuid::Uuid;

/// A message of the outbox, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MessageRow {
    /// Its identifier, which becomes the `Message-ID`.
    pub id: Uuid,
    /// Which letter it is.
    pub kind: String,
    /// The address it goes to.
    pub recipient: String,
    /// What the letter says, as JSON.
    pub body: String,
    /// `pending`, `leased`, `sent`, `dead` or `held`.
    pub state: String,
    /// When it may be taken; of a leased one, when its lease ends.
    pub due_at: i64,
    /// How often it was taken.
    pub attempts: i64,
    /// Until when somebody holds it.
    pub lease_until: Option<i64>,
    /// Code of the last failure.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: i64,
    /// When the transport accepted it.
    pub sent_at: Option<i64>,
    /// What kind of thing it is about.
    pub subject_kind: Option<String>,
    /// Which one it is about.
    pub subject_id: Option<Uuid>,
}

/// How a try to send ended, for one message that was leased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow<'a> {
    /// The message.
    pub id: Uuid,
    /// Its count of attempts when it was leased: a later lease makes this result void.
    pub attempts: i64,
    /// The state it goes to: `pending`, `sent` or `dead`.
    pub state: &'a str,
    /// When it is due again.
    pub due_at: i64,
    /// Code of the failure, if it failed.
    pub error: Option<&'a str>,
    /// When the transport accepted it, if it did.
    pub sent_at: Option<i64>,
    /// Whether what it said is forgotten.
    pub forgets: bool,
}

/// Which messages to take.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRow<'a> {
    /// Due by this moment.
    pub now: i64,
    /// Held until this one.
    pub until: i64,
    /// At most so many.
    pub limit: i64,
    /// Of these kinds, or of every other kind.
    pub kinds: &'a [&'a str],
    /// Whether the kinds are those that are taken.
    pub only: bool,
}

/// Which page of a list of messages.
#[derive(Clone, Copy, Debug)]
pub struct MailPageRow<'a> {
    /// Their state.
    pub state: &'a str,
    /// A part of the recipient's address, in lower case; every address when empty.
    pub address: &'a str,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

vocabulary! {
    /// Puts messages in the outbox; a known identifier changes nothing and answers `false`.
    insert_messages = outbox::insert(messages: &[MessageRow]) -> bool;
    /// Whether there is a message that a lease could take now.
    is_message_due = outbox::is_due(lease: &LeaseRow<'_>) -> bool;
    /// Takes due messages and holds them.
    lease_messages = outbox::lease(lease: &LeaseRow<'_>) -> Vec<MessageRow>;
    /// Leaves those dead that were taken `most` times and never came back; answers how many.
    bury_messages = outbox::bury(now: i64, most: i64) -> u64;
    /// Lets a taker who is still at its try hold a message until `until`; `false` when the lease
    /// had passed to somebody else.
    renew_lease = outbox::renew(id: Uuid, attempts: i64, until: i64) -> bool;
    /// Notes how a try ended; `false` when the lease had passed to somebody else.
    conclude_attempt = outbox::conclude(attempt: &AttemptRow<'_>) -> bool;
    /// Messages in a state, oldest first.
    messages_in_state = outbox::in_state(state: &str, limit: i64) -> Vec<MessageRow>;
    /// A page of the messages in a state, newest first.
    messages_page = outbox::page(page: &MailPageRow<'_>) -> Vec<MessageRow>;
    /// One message.
    message = outbox::find(id: Uuid) -> Option<MessageRow>;
    /// Messages about one thing, oldest first.
    messages_about = outbox::about(subject_kind: &str, subject_id: Uuid) -> Vec<MessageRow>;
    /// Makes a dead or held message due at `now`, to `recipient` if one is given.
    revive_message = outbox::revive(id: Uuid, now: i64, recipient: Option<&str>) -> bool;
    /// Messages that were not sent, by state, oldest first.
    unsent_messages = outbox::unsent(limit: i64) -> Vec<MessageRow>;
    /// When the oldest message was written that is due at `now`, or was tried and waits for its
    /// next try.
    oldest_waiting_message = outbox::oldest_waiting(now: i64) -> Option<i64>;
    /// How many messages are in each state but `sent`: without a look at what was sent.
    count_unsent_messages = outbox::count_unsent() -> Vec<(String, i64)>;
    /// Gives a message that has not left another address; `false` when it has left or is leaving.
    redirect_message = outbox::redirect(id: Uuid, recipient: &str) -> bool;
    /// Takes a message from who has it in hand, to be sent to another address; `false` when
    /// nobody has.
    recall_message = outbox::recall(id: Uuid, recipient: &str) -> bool;
    /// Keeps a message from leaving, for a reason; `false` when it has left or is dead already.
    stop_message = outbox::stop(id: Uuid, reason: &str) -> bool;
    /// Forgets what messages of a kind said that were written before a moment and have left or are
    /// dead; answers how many.
    blank_messages = outbox::blank(kind: &str, before: i64) -> u64;
    /// How many messages are in each state.
    count_messages = outbox::count_by_state() -> Vec<(String, i64)>;
}
