//! What became of every place of an outreach.

use crate::booking::{BookingState, Offering, Places};

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
    /// How many of these are over the count; of who was turned away, those that were served so.
    pub over: u32,
}

/// What became of one offering, counted in animals: who came and who did not, and every place.
///
/// A place is free again once it is given back, its people did not come, or were turned away: who
/// had it then is told beside the places, since somebody else may have had it after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// How many places there were.
    pub capacity: u32,
    /// Taken in over the count: phones without signal promised more than was left.
    pub over: u32,
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
    /// Booked, and neither there nor missed.
    pub expected: u32,
    /// Places that phones still hold.
    pub lent: u32,
    /// Given back beforehand, or taken off the list.
    pub cancelled: u32,
    /// Waited for a place, and were offered none.
    pub waiting: u32,
    /// Were offered a place that became free, and have not answered.
    pub offered: u32,
    /// Were offered one, and did not answer in time.
    pub lapsed: u32,
}

impl Attendance {
    /// Came, and were neither served nor turned away.
    #[must_use]
    pub const fn undecided(self) -> u32 {
        self.arrived.saturating_sub(self.served).saturating_sub(self.turned_away)
    }

    /// Every place there was, with those over the count.
    #[must_use]
    pub const fn places(self) -> u32 {
        self.capacity.saturating_add(self.over)
    }

    /// Places that somebody had, or that are still promised.
    const fn taken(self) -> u32 {
        let there = self.served.saturating_add(self.undecided());
        let promised = self.expected.saturating_add(self.offered).saturating_add(self.lent);
        there.saturating_add(promised)
    }

    /// Places that nobody had in the end.
    #[must_use]
    pub const fn unused(self) -> u32 {
        self.places().saturating_sub(self.taken())
    }

    fn add(&mut self, count: &BookingCount) {
        use BookingState as Is;
        let animals = count.animals;
        let add = |figure: &mut u32| *figure = figure.saturating_add(animals);
        self.over = self.over.saturating_add(count.over);
        match count.state {
            Is::Waiting => add(&mut self.waiting),
            Is::Offered => add(&mut self.offered),
            Is::Lapsed => add(&mut self.lapsed),
            Is::Cancelled => add(&mut self.cancelled),
            Is::Booked => {
                add(&mut self.booked);
                add(&mut self.expected);
            }
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

/// What there is of each offering that was planned or booked, in their order. Whatever is more than
/// there were places is over the count, also where nobody noted it: an account adds up.
#[must_use]
pub fn attendance(
    planned: &[(Offering, Places)],
    counts: &[BookingCount],
) -> Vec<(Offering, Attendance)> {
    let of = |offering: Offering| {
        let mut figures = Attendance::default();
        for (_, places) in planned.iter().filter(|(one, _)| *one == offering) {
            figures.capacity = figures.capacity.saturating_add(places.capacity);
            figures.lent = figures.lent.saturating_add(places.shared);
        }
        let own = counts.iter().filter(|count| count.offering == offering);
        own.for_each(|count| figures.add(count));
        let beyond = figures.taken().saturating_sub(figures.capacity);
        figures.over = figures.over.max(beyond);
        (offering, figures)
    };
    let is_known = |offering: &&Offering| {
        planned.iter().any(|(one, _)| one == *offering)
            || counts.iter().any(|count| count.offering == **offering)
    };
    Offering::ALL.iter().filter(is_known).map(|offering| of(*offering)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn count(state: BookingState, walk_in: bool, animals: u32) -> BookingCount {
        let served = if state == BookingState::Served { animals } else { 0 };
        BookingCount { offering: Offering::Chip, state, walk_in, animals, served, over: 0 }
    }

    fn chips(capacity: u32, shared: u32) -> [(Offering, Places); 1] {
        [(Offering::Chip, Places { capacity, shared, ..Places::default() })]
    }

    #[test]
    fn of_a_booking_each_animal_counts_by_itself() {
        let counts = [
            BookingCount { served: 2, ..count(BookingState::Arrived, false, 3) },
            BookingCount { served: 1, ..count(BookingState::TurnedAway, true, 3) },
        ];
        let figures = Attendance {
            capacity: 10,
            booked: 3,
            arrived: 6,
            served: 3,
            turned_away: 2,
            walk_ins: 3,
            ..Attendance::default()
        };
        assert_eq!(attendance(&chips(10, 0), &counts), [(Offering::Chip, figures)]);
        assert_eq!((figures.undecided(), figures.unused()), (1, 6));
    }

    #[test]
    fn every_place_is_told_once() {
        let counts = [
            count(BookingState::Served, false, 30),
            BookingCount { over: 2, ..count(BookingState::Served, true, 5) },
            count(BookingState::TurnedAway, false, 2),
            count(BookingState::Arrived, true, 1),
            count(BookingState::NoShow, false, 7),
            count(BookingState::Cancelled, false, 4),
            count(BookingState::Lapsed, false, 3),
            count(BookingState::Offered, false, 2),
            count(BookingState::Waiting, false, 6),
            count(BookingState::Booked, false, 1),
        ];
        let figures = Attendance {
            capacity: 40,
            over: 2,
            booked: 40,
            arrived: 38,
            served: 35,
            turned_away: 2,
            no_shows: 7,
            walk_ins: 6,
            expected: 1,
            lent: 1,
            cancelled: 4,
            waiting: 6,
            offered: 2,
            lapsed: 3,
        };
        assert_eq!(attendance(&chips(40, 1), &counts), [(Offering::Chip, figures)]);
        // 35 served, 1 undecided, 1 expected, 2 offered, 1 lent.
        assert_eq!((figures.undecided(), figures.places(), figures.unused()), (1, 42, 2));
        assert_eq!(attendance(&[], &[]), []);
    }

    #[test]
    fn a_place_that_nobody_asked_for_is_told_too() {
        let figures = Attendance { capacity: 20, ..Attendance::default() };
        assert_eq!(attendance(&chips(20, 0), &[]), [(Offering::Chip, figures)]);
        assert_eq!(figures.unused(), 20);
    }

    /// Any outreach: whatever was planned and booked, and whether or not it fits.
    fn outreach() -> impl Strategy<Value = (Vec<(Offering, Places)>, Vec<BookingCount>)> {
        let places = (0_u32..60, 0_u32..20).prop_map(|(capacity, shared)| Places {
            capacity,
            shared,
            ..Places::default()
        });
        let planned = prop::collection::vec(places, 0..=Offering::ALL.len())
            .prop_map(|places| Offering::ALL.iter().copied().zip(places).collect::<Vec<_>>());
        let row = (
            (select(Offering::ALL), select(BookingState::ALL), any::<bool>()),
            (0_u32..50, 0_u32..50, 0_u32..50),
        );
        let counts = prop::collection::vec(row, 0..30).prop_map(|rows| {
            let count = |((offering, state, walked), (animals, served, over))| {
                // Only who comes can come without a booking, be served, or be over the count.
                let came = matches!(
                    state,
                    BookingState::Arrived | BookingState::Served | BookingState::TurnedAway
                );
                let served = match state {
                    BookingState::Served => animals,
                    _ if came => u32::min(served, animals),
                    _ => 0,
                };
                let over = if came { u32::min(over, animals) } else { 0 };
                BookingCount { offering, state, walk_in: walked && came, animals, served, over }
            };
            rows.into_iter().map(count).collect::<Vec<_>>()
        });
        (planned, counts)
    }

    proptest! {
        #[test]
        fn the_places_add_up((planned, counts) in outreach()) {
            let told = attendance(&planned, &counts);
            for (offering, is) in &told {
                let parts = [
                    is.served, is.undecided(), is.expected, is.offered, is.lent, is.unused(),
                ];
                prop_assert_eq!(is.capacity + is.over, parts.iter().sum::<u32>());
                let own = counts.iter().filter(|count| count.offering == *offering);
                let noted: u32 = own.map(|count| count.over).sum();
                prop_assert!(is.over >= noted, "who was over the count stays told");
            }
            let capacity: u32 = planned.iter().map(|(_, places)| places.capacity).sum();
            prop_assert_eq!(told.iter().map(|(_, is)| is.capacity).sum::<u32>(), capacity);
        }

        #[test]
        fn every_animal_is_told_once((planned, counts) in outreach()) {
            for (offering, is) in attendance(&planned, &counts) {
                prop_assert_eq!(is.booked + is.walk_ins, is.arrived + is.no_shows + is.expected);
                prop_assert_eq!(is.served + is.turned_away + is.undecided(), is.arrived);
                let ends = [is.arrived, is.no_shows, is.expected, is.cancelled];
                let listed = [is.waiting, is.offered, is.lapsed];
                let own = counts.iter().filter(|count| count.offering == offering);
                let animals: u32 = own.map(|count| count.animals).sum();
                prop_assert_eq!(ends.iter().chain(&listed).sum::<u32>(), animals);
            }
        }
    }
}
