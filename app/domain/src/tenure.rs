//! Whose an animal was, and when, as far as the moves of its owners tell.

use crate::id::AnimalId;
use crate::timestamp::Timestamp;

/// An animal that came to somebody, or left.
#[derive(Clone, Copy)]
pub struct Move {
    /// Which.
    pub animal: AnimalId,
    /// When.
    pub at: Timestamp,
    /// It came; else it left.
    pub came: bool,
}

/// Whether an animal was certainly somebody else's than those whose moves these are: both when
/// something was recorded, by the phone's clock, and when it was received. What is in doubt was
/// not.
#[must_use]
pub fn was_anothers(moves: &[Move], animal: AnimalId, moments: [Timestamp; 2]) -> bool {
    moments.into_iter().all(|at| was_anothers_at(moves, animal, at))
}

fn was_anothers_at(moves: &[Move], animal: AnimalId, at: Timestamp) -> bool {
    let of = || moves.iter().filter(move |step| step.animal == animal);
    if of().any(|step| step.at == at) {
        return false;
    }
    // Between two records of one person it leaves and comes at once.
    match of().filter(|step| step.at < at).max_by_key(|step| (step.at, step.came)) {
        Some(last) => !last.came,
        None => of().min_by_key(|step| (step.at, step.came)).is_some_and(|first| first.came),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_animal_is_somebody_elses_only_beyond_doubt() {
        let [dog, cat] = [1, 2].map(|id| AnimalId(Uuid::from_u128(id)));
        let step = |at, came| Move { animal: dog, at: Timestamp(at), came };
        let was = |moves: &[Move], at| was_anothers(moves, dog, [Timestamp(at); 2]);
        let left = [step(10, false)];
        assert_eq!([9, 10, 11].map(|at| was(&left, at)), [false, false, true]);
        let came = [step(10, true)];
        assert_eq!([9, 10, 11].map(|at| was(&came, at)), [true, false, false]);
        let back = [step(10, false), step(20, true)];
        assert_eq!([9, 15, 21].map(|at| was(&back, at)), [false, true, false]);
        // From one record of a person to the other.
        let within = [step(10, true), step(10, false)];
        assert_eq!([9, 11].map(|at| was(&within, at)), [false, false]);
        assert!(!was_anothers(&left, cat, [Timestamp(11); 2]), "it never left");
        // Recorded before it left and received after.
        assert!(!was_anothers(&left, dog, [9, 11].map(Timestamp)));
        assert!(!was_anothers(&left, dog, [11, 9].map(Timestamp)), "a clock may be wrong");
    }
}
