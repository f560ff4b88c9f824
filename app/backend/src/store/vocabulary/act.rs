//! Acts at the desk that are no submissions.

use uuid::Uuid;

/// Something that was done at the desk.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeskActRow {
    /// Which, as its sheet named it.
    pub id: Uuid,
    /// SHA-256 of what was asked, in hexadecimal digits.
    pub said: String,
    /// What was answered, JSON.
    pub answer: String,
    /// When.
    pub done_at: i64,
}

vocabulary! {
    /// An act at the desk that was done.
    desk_act = act::find(id: Uuid) -> Option<DeskActRow>;
    /// Notes that one was done.
    insert_desk_act = act::insert(act: &DeskActRow) -> ();
}
