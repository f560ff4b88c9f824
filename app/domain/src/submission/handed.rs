//! What became of a file of sealed copies that somebody handed in for a phone.

use super::Outcome;

/// Which of a phone's files one is: a copy of many records comes in several, so that each goes
/// through one request on a slow line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePart {
    part: u32,
    of: u32,
}

impl FilePart {
    /// The part with this number, from 1; none when it is the only one, or no part of so many.
    #[must_use]
    pub const fn new(part: u32, of: u32) -> Option<Self> {
        if part >= 1 && part <= of && of > 1 { Some(Self { part, of }) } else { None }
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn part(self) -> u32 {
        self.part
    }

    /// How many there are.
    #[must_use]
    pub const fn of(self) -> u32 {
        self.of
    }
}

/// Where the records of a file stand now, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedIn {
    /// Taken just now.
    pub recorded: u32,
    /// Taken before, from the phone itself or by another file.
    pub known: u32,
    /// At the desk: in quarantine, or in conflict with another record.
    pub waiting: u32,
    /// Refused, those that could be opened and not read among them: who made them mends them.
    pub refused: u32,
    /// Not opened: nothing of them is stored.
    pub unopened: u32,
    /// Which file it is, where the phone made several.
    pub part: Option<FilePart>,
}

impl HandedIn {
    /// Counts the answer to one record that was opened, and whether it had been given before.
    pub const fn count(&mut self, outcome: &Outcome, is_repeated: bool) {
        let place = match outcome {
            Outcome::Accepted { .. } if is_repeated => &mut self.known,
            Outcome::Accepted { .. } => &mut self.recorded,
            Outcome::Conflict { .. } | Outcome::Quarantined => &mut self.waiting,
            Outcome::Refused { .. } => &mut self.refused,
        };
        *place = place.saturating_add(1);
    }

    /// Counts one that could not be opened.
    pub const fn count_unopened(&mut self) {
        self.unopened = self.unopened.saturating_add(1);
    }

    /// All records of the file.
    #[must_use]
    pub fn total(self) -> u64 {
        let all = [self.recorded, self.known, self.waiting, self.refused, self.unopened];
        all.into_iter().map(u64::from).sum()
    }

    /// The counts for an address: five numbers with dots between, and of a part its two.
    #[must_use]
    pub fn word(self) -> String {
        let Self { recorded, known, waiting, refused, unopened, part } = self;
        let counts = format!("{recorded}.{known}.{waiting}.{refused}.{unopened}");
        match part {
            Some(FilePart { part, of }) => format!("{counts}.{part}.{of}"),
            None => counts,
        }
    }

    /// The counts that an address tells; none for anything else.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut numbers = word.split('.').map(|number| number.parse::<u32>().ok());
        let mut next = || numbers.next().flatten();
        let told = Self {
            recorded: next()?,
            known: next()?,
            waiting: next()?,
            refused: next()?,
            unopened: next()?,
            part: None,
        };
        match numbers.collect::<Vec<_>>().as_slice() {
            [] => Some(told),
            [Some(part), Some(of)] => Some(Self { part: Some(FilePart::new(*part, *of)?), ..told }),
            _ => None,
        }
    }
}

/// Why a file was not taken in; nothing of it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There was no file, or it is empty.
    Missing,
    /// Nothing that a phone of ours makes, or damaged.
    NotOurs,
    /// It, or everything in it, is of a version that this server does not read.
    OtherVersion,
    /// Without a single record.
    Empty,
    /// With more records than one file may hold.
    TooMany,
    /// Ours by its looks, and not one copy opens: made for another server.
    Unopened,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;

    #[test]
    fn every_answer_counts_in_one_place() {
        let accepted = || Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
        let refused = |refusal| Outcome::Refused { command: None, refusal };
        let mut told = HandedIn::default();
        told.count(&accepted(), false);
        told.count(&accepted(), true);
        told.count(&Outcome::Quarantined, true);
        told.count(&Outcome::Quarantined, false);
        told.count(&refused(Refusal::Unreadable), false);
        told.count(&refused(Refusal::IdReused), true);
        told.count_unopened();
        let wanted = HandedIn {
            recorded: 1,
            known: 1,
            waiting: 2,
            refused: 2,
            unopened: 1,
            ..HandedIn::default()
        };
        assert_eq!((told, told.total()), (wanted, 7));
    }

    #[test]
    fn the_counts_come_back_out_of_an_address() {
        let counted = HandedIn { known: 20, waiting: 3, ..HandedIn::default() };
        let told = HandedIn { recorded: 1, unopened: u32::MAX, ..counted };
        for part in [None, FilePart::new(2, 3)] {
            let told = HandedIn { part, ..told };
            assert_eq!(HandedIn::from_word(&told.word()), Some(told));
        }
        let cut = ["", "1.2.3.4", "1.2.3.4.5.6", "1.2.3.4.5.1.2.3", "1.2.3.4.5.3.2", "1.2.3.4.5."];
        let odd =
            ["1.2.3.4.x", "-1.2.3.4.5", "1.2.3.4.4294967296", "1.2.3.4.5.0.2", "1.2.3.4.5.1.x"];
        for odd in cut.into_iter().chain(odd) {
            assert_eq!(HandedIn::from_word(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_part_is_one_of_several() {
        let told = |part, of| FilePart::new(part, of).map(|one| (one.part(), one.of()));
        assert_eq!([told(1, 2), told(3, 3)], [Some((1, 2)), Some((3, 3))]);
        for (part, of) in [(0, 2), (3, 2), (1, 1), (0, 0)] {
            assert_eq!(told(part, of), None, "{part} of {of}");
        }
    }
}
