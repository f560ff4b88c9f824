//! Things that wait for a person, and who looked at an owner's records.

use uuid::Uuid;

/// A task, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TaskRow {
    /// The task.
    pub id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// `open`, `done` or `dismissed`.
    pub state: String,
    /// About which owner.
    pub owner_id: Option<Uuid>,
    /// About which animal.
    pub animal_id: Option<Uuid>,
    /// About which submission.
    pub submission_id: Option<Uuid>,
    /// About which message.
    pub message_id: Option<Uuid>,
    /// About which booking.
    pub booking_id: Option<Uuid>,
    /// About which outreach.
    pub outreach_id: Option<Uuid>,
    /// About which organisation that holds it.
    pub organisation_id: Option<Uuid>,
    /// What there is to know, as JSON.
    pub body: String,
    /// When it arose.
    pub created_at: i64,
    /// When it was solved.
    pub solved_at: Option<i64>,
    /// By whom.
    pub solved_by: Option<Uuid>,
    /// What was done.
    pub resolution: Option<String>,
}

/// How a task ends.
#[derive(Clone, Debug)]
pub struct SolutionRow<'a> {
    /// The task.
    pub id: Uuid,
    /// `done` or `dismissed`.
    pub state: &'a str,
    /// By whom.
    pub by: Uuid,
    /// What was done.
    pub resolution: &'a str,
    /// When.
    pub at: i64,
}

/// One look at an owner's records.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LookupRow {
    /// The look.
    pub id: Uuid,
    /// At whose records.
    pub owner_id: Uuid,
    /// When.
    pub at: i64,
    /// Code of what was looked at.
    pub kind: String,
    /// Code of what the one who looked is.
    pub by_kind: String,
    /// Who looked, when known.
    pub by_id: Option<Uuid>,
    /// The outreach it was for, of a card that was taken along to one.
    pub outreach_id: Option<Uuid>,
}

vocabulary! {
    /// Adds a task; `false` when one of its kind is open about the same message or booking, or the
    /// same organisation at an outreach.
    insert_task = task::insert(task: &TaskRow) -> bool;
    /// One task.
    task = task::find(id: Uuid) -> Option<TaskRow>;
    /// Open tasks of a kind, oldest first; of every kind when none is given.
    open_tasks = task::open(kind: Option<&str>, limit: i64) -> Vec<TaskRow>;
    /// The open tasks about a booking, oldest first.
    open_tasks_of_booking = task::of_booking(booking: Uuid) -> Vec<TaskRow>;
    /// The open tasks about an organisation at an outreach, oldest first.
    open_tasks_of_host = task::of_host(outreach: Uuid, organisation: Uuid) -> Vec<TaskRow>;
    /// Takes an open task back, of which nothing is left to say.
    withdraw_task = task::withdraw(id: Uuid) -> ();
    /// Takes the open tasks of a kind about these owners back.
    withdraw_tasks_of = task::withdraw_of(kind: &str, owners: &[Uuid]) -> ();
    /// How many tasks of each kind are open.
    count_tasks = task::count_open() -> Vec<(String, i64)>;
    /// Ends a task; `false` when somebody had ended it.
    solve_task = task::solve(solution: &SolutionRow<'_>) -> bool;
    /// Notes looks at owners' records; one that is there already stays as it is.
    insert_lookups = task::insert_lookups(lookups: &[LookupRow]) -> ();
    /// The looks at an owner's records, the latest first: those by which the card was taken along
    /// to an outreach, or all others.
    lookups_of = task::lookups_of(owner: Uuid, is_pack: bool, limit: i64) -> Vec<LookupRow>;
}
