//! How far a programme is.

use uuid::Uuid;

/// How many services of a kind count in a programme.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KindTotalRow {
    /// Code of the kind.
    pub kind: String,
    /// How many.
    pub total: i64,
}

vocabulary! {
    /// What counts in the outreaches of a programme, by kind.
    programme_totals = progress::totals(programme: Uuid) -> Vec<KindTotalRow>;
    /// Outreaches of a programme with at least one service that counts, or teaching session.
    programme_outreaches = progress::outreaches(programme: Uuid) -> i64;
}
