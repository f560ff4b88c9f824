//! Submissions, their final answers, and the phones they came from.

use uuid::Uuid;

/// A submission's answer, as stored; its body only while a person may need it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SubmissionRow {
    /// The submission.
    pub id: Uuid,
    /// The phone.
    pub device_id: Uuid,
    /// The phone's count.
    pub sequence: i64,
    /// Who sent it.
    pub staff_id: Uuid,
    /// Who recorded it, as it says; of one that cannot be read who sent it.
    pub maker_id: Uuid,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// SHA-256 of its canonical JSON.
    pub body_hash: Vec<u8>,
    /// By the phone's clock.
    pub recorded_at: i64,
    /// By the server's.
    pub received_at: i64,
    /// Code of the outcome.
    pub outcome: String,
    /// The whole answer, as JSON.
    pub answer: String,
    /// The whole submission, as JSON, unless it was accepted.
    pub body: Option<String>,
    /// The one it mends.
    pub replaces: Option<Uuid>,
    /// When a person solved it, or the server heard that it was withdrawn.
    pub resolved_at: Option<i64>,
    /// Who.
    pub resolved_by: Option<Uuid>,
    /// When its maker withdrew it on the phone, by the phone's clock.
    pub withdrawn_at: Option<i64>,
}

/// A list of submissions that were not accepted.
#[derive(Clone, Copy, Debug)]
pub enum Unaccepted {
    /// In conflict or in quarantine, and solved by nobody.
    Waiting,
    /// Refused, and neither solved by anybody nor sent again corrected; a correction that was
    /// withdrawn is none. What a desk was refused it has told there.
    Refused,
    /// Withdrawn on its phone, as was heard after a moment.
    Withdrawn {
        /// That moment.
        since: i64,
    },
}

/// Which submissions are wanted that were not accepted.
#[derive(Clone, Copy, Debug)]
pub struct UnacceptedWantedRow {
    /// Of which list.
    pub list: Unaccepted,
    /// Of one phone alone.
    pub device: Option<Uuid>,
}

/// A phone or browser that sends, as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct DeviceRow {
    /// The phone.
    pub id: Uuid,
    /// Who used it last.
    pub staff_id: Uuid,
    /// What people call it.
    pub name: String,
    /// It is a browser of the coordination, known by its session.
    pub is_desk: bool,
    /// When it was first seen.
    pub created_at: i64,
    /// When it was last seen.
    pub last_seen_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// Submissions of it that are stored, whatever the answer.
    pub stored_total: i64,
    /// Every sequence number up to this one is stored.
    pub complete_to_sequence: i64,
    /// When it last said how it stands; of an old app never.
    pub reported_at: Option<i64>,
    /// The build of its app.
    pub build: Option<String>,
    /// Its records without an answer.
    pub waiting: Option<i64>,
    /// Its refused records.
    pub to_mend: Option<i64>,
    /// Its records in conflict or in quarantine.
    pub at_desk: Option<i64>,
    /// When the oldest without an answer was made, by its clock.
    pub oldest_at: Option<i64>,
    /// Whether its browser promised to keep what it holds.
    pub persisted: Option<bool>,
    /// Its clock less the server's at receipt, in milliseconds.
    pub skew_ms: Option<i64>,
    /// Its records that may not be stored although they have an answer.
    pub aside: Option<i64>,
    /// Its pictures that were not sent.
    pub pictures: Option<i64>,
}

vocabulary! {
    /// Adds the answers of submissions; `false` when an identifier among them is known.
    insert_submissions = submission::insert(submissions: &[SubmissionRow]) -> bool;
    /// One submission.
    submission = submission::find(id: Uuid) -> Option<SubmissionRow>;
    /// One submission, locked until the end.
    lock_submission = submission::lock(id: Uuid) -> Option<SubmissionRow>;
    /// Those of a list that are known.
    known_submissions = submission::known(ids: &[Uuid]) -> Vec<SubmissionRow>;
    /// The sequence numbers of some phones, of each above a number and at most `limit`, in order.
    sequences_beyond = submission::sequences_beyond(devices: &[(Uuid, i64)], limit: i64)
        -> Vec<(Uuid, i64)>;
    /// Some submissions that were not accepted: those that wait oldest first, the refused and the
    /// withdrawn latest first.
    list_unaccepted = submission::list_unaccepted(wanted: &UnacceptedWantedRow, limit: i64,
        offset: i64) -> Vec<SubmissionRow>;
    /// How many there are.
    count_unaccepted = submission::count_unaccepted(wanted: &UnacceptedWantedRow) -> i64;
    /// From which phones they came, with how many: the most first.
    phones_unaccepted = submission::phones_unaccepted(wanted: &UnacceptedWantedRow, limit: i64)
        -> Vec<(Uuid, i64)>;
    /// What waited in quarantine of a phone at a moment, whether it does still or not, in the
    /// phone's order behind a number and an identifier.
    quarantined_of = submission::quarantined_of(device: Uuid, at: i64, after: (i64, Uuid),
        limit: i64) -> Vec<SubmissionRow>;
    /// Of the last few hundred submissions of a phone for an outreach that were not accepted as
    /// they came, the last that names this text in either case of letters; first one that waits
    /// for a person. Only what those made counts who paired the phone for it or have had something
    /// accepted from it there, and of what was refused only what they sent themselves. The text has
    /// no sign that `LIKE` reads in its own way.
    unaccepted_naming = submission::unaccepted_naming(phone: (Uuid, Uuid), text: &str)
        -> Option<SubmissionRow>;
    /// Whether a person solved anything from some phones after a moment.
    has_resolved = submission::has_resolved(devices: &[Uuid], since: i64) -> bool;
    /// Answers that a person solved after a moment, by phone and who had sent it or recorded it:
    /// phone, that person, who recorded it, answer; `limit` of each such pair, first those that
    /// were told least often, of these the latest.
    resolved_answers = submission::resolved_answers(senders: &[(Uuid, Uuid)], since: i64,
        limit: i64) -> Vec<(Uuid, Uuid, Uuid, String)>;
    /// Notes that some were told once more, where one reply does not hold all.
    note_told = submission::note_told(ids: &[Uuid]) -> ();
    /// Notes that a person solved it, with the new answer.
    resolve_submission = submission::resolve(id: Uuid, answer: &str, by: Uuid, now: i64) -> ();
    /// Puts the answer that a submission has now, and who has sent it, in the place of a quarantine
    /// that nobody has solved.
    free_submission = submission::free(row: &SubmissionRow) -> ();
    /// Notes that its maker withdrew it on the phone, with the new answer: when the server heard of
    /// it, and when it was, by the phone's clock.
    withdraw_submission = submission::withdraw(id: Uuid, answer: &str, by: Uuid,
        at: (i64, i64)) -> ();
    /// Those of some phones that are known.
    devices = submission::devices(ids: &[Uuid]) -> Vec<DeviceRow>;
    /// Adds phones, or notes what those that are known have brought; names and revocations stay.
    write_devices = submission::write_devices(devices: &[DeviceRow]) -> ();
}
