//! Whose an animal was before it went to somebody else, and where who was served lived then.

use uuid::Uuid;

/// That an animal left somebody.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TenureRow {
    /// The animal.
    pub animal_id: Uuid,
    /// The place of it among those of the animal, from 1, as the register learned of them.
    pub place: i64,
    /// Whom it left.
    pub owner_id: Uuid,
    /// When.
    pub left_at: i64,
}

vocabulary! {
    /// Notes that an animal left somebody.
    note_tenure = tenure::note(animal: Uuid, owner: Uuid, left_at: i64) -> ();
    /// Whom some animals left, of each in the order in which the register learned of it.
    tenures_of = tenure::of(animals: &[Uuid]) -> Vec<TenureRow>;
    /// Writes where the owner of an animal lives to its services since a moment.
    move_services = tenure::move_services(
        animal: Uuid, since: i64, residence: Option<&str>
    ) -> u64;
    /// Writes where owners live to the services of animals while those were theirs: of all, or only
    /// where it was not known.
    settle_services = tenure::settle_services(
        owners: &[Uuid], residence: &str, is_for_all: bool
    ) -> u64;
}
