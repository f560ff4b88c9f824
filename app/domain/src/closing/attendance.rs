//! What became of every place of an outreach.

use crate::booking::{BookingState, Offering};

/// How many animals of bookings in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingCount {
    /// For what.
    pub offering: Offering,
    /// Where the bookings are.
    pub state: BookingState,
    /// Their people came without a booking.
    pub walk_in: bool,
    /// How many animals.
    pub animals: u32,
    /// How many of these were served: of a booking that was not served as a whole, some may be.
    pub served: u32,
}

/// What became of the places of one offering, counted in animals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// Booked beforehand, and not given back.
    pub booked: u32,
    /// Came, with or without a booking.
    pub arrived: u32,
    /// Of these, served.
    pub served: u32,
    /// Of these, turned away.
    pub turned_away: u32,
    /// Booked, and did not come.
    pub no_shows: u32,
    /// Came without a booking.
    pub walk_ins: u32,
    /// Given back beforehand.
    pub cancelled: u32,
    /// Waited for a place, and got none.
    pub waiting: u32,
}

impl Attendance {
    /// Came, and were neither served nor turned away.
    #[must_use]
    pub const fn undecided(self) -> u32 {
        self.arrived.saturating_sub(self.served).saturating_sub(self.turned_away)
    }

    fn add(&mut self, count: &BookingCount) {
        use BookingState as Is;
        let animals = count.animals;
        let add = |figure: &mut u32| *figure = figure.saturating_add(animals);
        match count.state {
            Is::Waiting | Is::Offered | Is::Lapsed => add(&mut self.waiting),
            Is::Cancelled => add(&mut self.cancelled),
            Is::Booked => add(&mut self.booked),
            Is::NoShow => {
                add(&mut self.booked);
                add(&mut self.no_shows);
            }
            Is::Arrived | Is::Served | Is::TurnedAway => {
                add(&mut self.arrived);
                add(if count.walk_in { &mut self.walk_ins } else { &mut self.booked });
                self.served = self.served.saturating_add(count.served);
                if count.state == Is::TurnedAway {
                    let away = animals.saturating_sub(count.served);
                    self.turned_away = self.turned_away.saturating_add(away);
                }
            }
        }
    }
}

/// The offerings of which there are bookings, in their order, each with what became of its places.
#[must_use]
pub fn attendance(counts: &[BookingCount]) -> Vec<(Offering, Attendance)> {
    let of = |offering: Offering| {
        let mut figures = Attendance::default();
        let own = counts.iter().filter(|count| count.offering == offering);
        own.for_each(|count| figures.add(count));
        (offering, figures)
    };
    let has_any = |offering: &&Offering| counts.iter().any(|count| count.offering == **offering);
    Offering::ALL.iter().filter(has_any).map(|offering| of(*offering)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn count(state: BookingState, walk_in: bool, animals: u32) -> BookingCount {
        let served = if state == BookingState::Served { animals } else { 0 };
        BookingCount { offering: Offering::Chip, state, walk_in, animals, served }
    }

    #[test]
    fn of_a_booking_each_animal_counts_by_itself() {
        let counts = [
            BookingCount { served: 2, ..count(BookingState::Arrived, false, 3) },
            BookingCount { served: 1, ..count(BookingState::TurnedAway, true, 3) },
        ];
        let figures = Attendance {
            booked: 3,
            arrived: 6,
            served: 3,
            turned_away: 2,
            walk_ins: 3,
            ..Attendance::default()
        };
        assert_eq!(attendance(&counts), [(Offering::Chip, figures)]);
        assert_eq!(figures.undecided(), 1);
    }

    #[test]
    fn every_place_is_told_once() {
        let counts = [
            count(BookingState::Served, false, 30),
            count(BookingState::Served, true, 5),
            count(BookingState::TurnedAway, false, 2),
            count(BookingState::Arrived, true, 1),
            count(BookingState::NoShow, false, 7),
            count(BookingState::Cancelled, false, 4),
            count(BookingState::Lapsed, false, 3),
        ];
        let figures = Attendance {
            booked: 39,
            arrived: 38,
            served: 35,
            turned_away: 2,
            no_shows: 7,
            walk_ins: 6,
            cancelled: 4,
            waiting: 3,
        };
        assert_eq!(attendance(&counts), [(Offering::Chip, figures)]);
        assert_eq!(figures.undecided(), 1);
        assert_eq!(attendance(&[]), []);
    }

    proptest! {
        #[test]
        fn who_came_was_booked_or_walked_in(
            rows in prop::collection::vec(
                (select(BookingState::ALL), any::<bool>(), 0_u32..50), 0..20),
        ) {
            let mut counts = Vec::new();
            for (state, walk_in, animals) in rows {
                // Only who comes can come without a booking.
                let came = matches!(
                    state,
                    BookingState::Arrived | BookingState::Served | BookingState::TurnedAway
                );
                let one = count(state, walk_in && came, animals);
                // Some of the animals of who came may have been served.
                let served = if came { one.served.max(animals / 2) } else { 0 };
                counts.push(BookingCount { served, ..one });
            }
            let still_to_come: u32 = counts
                .iter()
                .filter(|count| count.state == BookingState::Booked)
                .map(|count| count.animals)
                .sum();
            for (_, is) in attendance(&counts) {
                prop_assert_eq!(is.booked + is.walk_ins, is.arrived + is.no_shows + still_to_come);
                prop_assert_eq!(is.served + is.turned_away + is.undecided(), is.arrived);
            }
        }
    }
}
