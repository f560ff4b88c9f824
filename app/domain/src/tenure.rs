//! Whose an animal was, and when, as far as the moves of its owners tell.

use crate::id::{AnimalId, OwnerId};
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

/// That an animal left somebody for somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Whom.
    pub owner: OwnerId,
    /// When, by the clock that a service is told by.
    pub at: Timestamp,
}

/// Whose an animal was at a moment, of those it has left, in the order in which the register
/// learned of it; nobody of them when it was its present owner's already. What comes home late is
/// told by its own moment, so that no order of arrival gives a service to somebody else.
#[must_use]
pub fn owner_then(left: &[Left], at: Timestamp) -> Option<OwnerId> {
    left.iter().find(|one| one.at > at).map(|one| one.owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
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

    #[test]
    fn a_service_is_of_whom_the_animal_had_not_left_by_then() {
        let [ana, berta] = [1, 2].map(|id| OwnerId(Uuid::from_u128(id)));
        let left = |owner, at| Left { owner, at: Timestamp(at) };
        let of = |all: &[Left], at| owner_then(all, Timestamp(at));
        assert_eq!(of(&[], 5), None, "it was never anybody else's");
        let twice = [left(ana, 10), left(berta, 20)];
        let then = [9, 10, 19, 20].map(|at| of(&twice, at));
        assert_eq!(then, [Some(ana), Some(berta), Some(berta), None]);
        // What was learned later of an earlier moment takes nothing from who had it then.
        let disordered = [left(ana, 20), left(berta, 10)];
        assert_eq!([9, 19, 20].map(|at| of(&disordered, at)), [Some(ana), Some(ana), None]);
    }

    proptest! {
        #[test]
        fn an_animal_never_comes_back_to_whom_it_left(
            moments in prop::collection::vec(0_i64..50, 0..8),
            first in 0_i64..50,
            later in 0_i64..50,
        ) {
            let left: Vec<_> = moments
                .iter()
                .zip(1_u128..)
                .map(|(at, id)| Left { owner: OwnerId(Uuid::from_u128(id)), at: Timestamp(*at) })
                .collect();
            let place = |at: i64| match owner_then(&left, Timestamp(at)) {
                Some(owner) => left.iter().position(|one| one.owner == owner),
                None => Some(left.len()),
            };
            let (first, later) = (first.min(later), first.max(later));
            prop_assert!(place(first) <= place(later));
        }
    }
}
