//! The life of an outreach: draft, published, open, under way, closed, reported; or suspended, and
//! put off to another day. Which step leads where, and what has to hold before it is taken.

use super::{OutreachKind, OutreachStatus};
use crate::catalogue::coded;
use crate::timestamp::{HOUR_MS, Timestamp};

/// The team may begin so long before the hour that was announced: it sets up, and the first people
/// stand there already.
pub const BEGINS_BEFORE_MS: i64 = 12 * HOUR_MS;

coded! {
    /// A step in the life of an outreach.
    pub enum LifeStep {
        /// Announce it.
        Publish = "publish",
        /// Let the public book.
        Open = "open",
        /// Let nobody book any more; what is booked stays.
        Hold = "hold",
        /// The team is there.
        Begin = "begin",
        /// It is over.
        Close = "close",
        /// It is accounted for.
        Report = "report",
        /// Call it off, with a reason; also when the team is there, as in a storm at noon.
        Suspend = "suspend",
        /// Put it off to another day.
        Reschedule = "reschedule",
    }
}

coded! {
    /// What stands in the way of a step.
    pub enum Hindrance {
        /// The step does not lead on from where the outreach is.
        NotFromHere = "not_from_here",
        /// There is nothing to book: no offering with a place.
        NoOfferings = "no_offerings",
        /// It begins later than half a day from now.
        TooEarly = "too_early",
        /// Its end lies behind.
        IsOver = "is_over",
        /// Fewer places than are promised already.
        BelowPromised = "below_promised",
        /// Somebody still expects something of it.
        StillBooked = "still_booked",
    }
}

/// What a step depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeFacts {
    /// Where the outreach is.
    pub status: OutreachStatus,
    /// What it is for.
    pub kind: OutreachKind,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// The places of all its offerings.
    pub places: u32,
    /// It was called off, and there is something of it: who came, what was done, or who was told to
    /// wait for another day.
    pub has_remains: bool,
    /// It was called off before it was announced: nobody knows of it.
    pub was_draft: bool,
    /// Now.
    pub now: Timestamp,
}

impl LifeFacts {
    /// Where a step leads.
    ///
    /// # Errors
    /// The first [`Hindrance`] that stands in its way.
    pub fn after(&self, step: LifeStep) -> Result<OutreachStatus, Hindrance> {
        use OutreachStatus as Is;
        let is_over = self.now >= self.ends_at;
        match (step, self.status) {
            // Also one that is over, which is registered afterwards.
            (LifeStep::Publish, Is::Draft) | (LifeStep::Hold, Is::Open) => Ok(Is::Published),
            (LifeStep::Open, Is::Published) if is_over => Err(Hindrance::IsOver),
            (LifeStep::Open, Is::Published) if self.places == 0 => Err(Hindrance::NoOfferings),
            (LifeStep::Open, Is::Published) => Ok(Is::Open),
            (LifeStep::Begin, Is::Draft | Is::Published | Is::Open) => {
                let from = self.starts_at.plus_ms(-BEGINS_BEFORE_MS);
                if self.now < from { Err(Hindrance::TooEarly) } else { Ok(Is::UnderWay) }
            }
            (LifeStep::Close, Is::UnderWay) => Ok(Is::Closed),
            // There may be no other day: what was done before the storm is accounted for.
            (LifeStep::Close, Is::Suspended) if self.has_remains => Ok(Is::Closed),
            (LifeStep::Report, Is::Closed) => Ok(Is::Reported),
            (LifeStep::Suspend, Is::Draft | Is::Published | Is::Open | Is::UnderWay) => {
                Ok(Is::Suspended)
            }
            // What was never announced is not announced by another day either.
            (LifeStep::Reschedule, Is::Suspended) if self.was_draft => Ok(Is::Draft),
            // A suspended one is announced anew, and opened again by hand: who had an hour when it
            // was called off has one then, and is asked whether it suits.
            (LifeStep::Reschedule, Is::Suspended) => Ok(Is::Published),
            (LifeStep::Reschedule, Is::Draft | Is::Published | Is::Open) => Ok(self.status),
            _ => Err(Hindrance::NotFromHere),
        }
    }

    /// The steps that can be taken now, in the order of a life.
    #[must_use]
    pub fn steps(&self) -> Vec<LifeStep> {
        LifeStep::ALL.iter().copied().filter(|step| self.after(*step).is_ok()).collect()
    }

    /// What keeps the next step forward from being taken, to be told before it is tried.
    #[must_use]
    pub fn hindrance(&self) -> Option<(LifeStep, Hindrance)> {
        let next = match self.status {
            OutreachStatus::Draft => LifeStep::Publish,
            OutreachStatus::Published if self.kind != OutreachKind::Education => LifeStep::Open,
            OutreachStatus::Published | OutreachStatus::Open => LifeStep::Begin,
            _ => return None,
        };
        self.after(next).err().map(|hindrance| (next, hindrance))
    }
}

impl OutreachStatus {
    /// Whether there is something ahead that a plan can still be made to fit: not of what is over,
    /// and not of what was called off.
    #[must_use]
    pub const fn is_ahead(self) -> bool {
        matches!(self, Self::Draft | Self::Published | Self::Open | Self::UnderWay)
    }
}

impl LifeStep {
    /// Whether the step is taken by a form of its own: it tells people, or looks at what is open.
    #[must_use]
    pub const fn has_own_form(self) -> bool {
        matches!(self, Self::Close | Self::Report | Self::Suspend | Self::Reschedule)
    }

    /// The step from one status to another that needs nothing but a decision.
    #[must_use]
    pub fn between(from: OutreachStatus, to: OutreachStatus) -> Option<Self> {
        use OutreachStatus as Is;
        match (from, to) {
            (Is::Draft, Is::Published) => Some(Self::Publish),
            (Is::Published, Is::Open) => Some(Self::Open),
            (Is::Open, Is::Published) => Some(Self::Hold),
            (Is::Draft | Is::Published | Is::Open, Is::UnderWay) => Some(Self::Begin),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    const START: Timestamp = Timestamp(100 * HOUR_MS);

    fn facts(status: OutreachStatus) -> LifeFacts {
        LifeFacts {
            status,
            kind: OutreachKind::Mixed,
            starts_at: START,
            ends_at: START.plus_ms(4 * HOUR_MS),
            places: 50,
            has_remains: false,
            was_draft: false,
            now: START,
        }
    }

    #[test]
    fn a_life_goes_from_a_draft_to_the_report() {
        let mut status = OutreachStatus::Draft;
        for step in
            [LifeStep::Publish, LifeStep::Open, LifeStep::Begin, LifeStep::Close, LifeStep::Report]
        {
            let next = facts(status).after(step).unwrap();
            assert_eq!(LifeStep::between(status, next), Some(step).filter(|s| !s.has_own_form()));
            status = next;
        }
        assert_eq!(status, OutreachStatus::Reported);
        assert_eq!(facts(status).steps(), []);
    }

    #[test]
    fn what_has_nothing_to_book_is_not_opened() {
        let empty = LifeFacts { places: 0, ..facts(OutreachStatus::Published) };
        assert_eq!(empty.after(LifeStep::Open), Err(Hindrance::NoOfferings));
        assert_eq!(empty.hindrance(), Some((LifeStep::Open, Hindrance::NoOfferings)));
        assert_eq!(empty.after(LifeStep::Begin), Ok(OutreachStatus::UnderWay));
        let talk = LifeFacts { kind: OutreachKind::Education, ..empty };
        assert_eq!(talk.hindrance(), None);
    }

    #[test]
    fn a_storm_at_noon_calls_off_what_is_under_way_and_another_day_takes_it_up() {
        let noon = LifeFacts { now: START.plus_ms(HOUR_MS), ..facts(OutreachStatus::UnderWay) };
        assert_eq!(noon.after(LifeStep::Reschedule), Err(Hindrance::NotFromHere));
        assert_eq!(noon.after(LifeStep::Suspend), Ok(OutreachStatus::Suspended));
        let off = LifeFacts { status: OutreachStatus::Suspended, ..noon };
        assert_eq!(off.steps(), [LifeStep::Reschedule]);
        assert_eq!(off.after(LifeStep::Reschedule), Ok(OutreachStatus::Published));
        for over in [OutreachStatus::Closed, OutreachStatus::Reported] {
            assert!(facts(over).after(LifeStep::Suspend).is_err(), "{over}");
        }
    }

    #[test]
    fn a_draft_that_was_called_off_is_a_draft_again_on_another_day() {
        let off = LifeFacts { was_draft: true, ..facts(OutreachStatus::Suspended) };
        assert_eq!(off.steps(), [LifeStep::Reschedule]);
        assert_eq!(off.after(LifeStep::Reschedule), Ok(OutreachStatus::Draft));
        let open = LifeFacts { was_draft: true, ..facts(OutreachStatus::Open) };
        assert_eq!(open.after(LifeStep::Reschedule), Ok(OutreachStatus::Open));
    }

    #[test]
    fn what_was_called_off_is_closed_where_something_of_it_is_left() {
        let off = facts(OutreachStatus::Suspended);
        assert_eq!(off.after(LifeStep::Close), Err(Hindrance::NotFromHere), "it never was");
        let left = LifeFacts { has_remains: true, ..off };
        assert_eq!(left.steps(), [LifeStep::Close, LifeStep::Reschedule]);
        assert_eq!(left.after(LifeStep::Close), Ok(OutreachStatus::Closed));
    }

    #[test]
    fn what_is_over_is_not_opened() {
        let late = |status| LifeFacts { now: START.plus_ms(4 * HOUR_MS), ..facts(status) };
        let published = Ok(OutreachStatus::Published);
        assert_eq!(late(OutreachStatus::Draft).after(LifeStep::Publish), published);
        let over = Err(Hindrance::IsOver);
        assert_eq!(late(OutreachStatus::Published).after(LifeStep::Open), over);
        assert_eq!(
            late(OutreachStatus::Suspended).after(LifeStep::Reschedule),
            Ok(OutreachStatus::Published)
        );
    }

    #[test]
    fn a_plan_is_made_to_fit_as_long_as_something_is_ahead() {
        let ahead: Vec<_> = OutreachStatus::ALL.iter().filter(|status| status.is_ahead()).collect();
        assert_eq!(ahead.len(), 4);
        assert!(!OutreachStatus::Suspended.is_ahead());
    }

    #[test]
    fn the_team_begins_at_most_half_a_day_before() {
        let at = |ms| LifeFacts { now: START.plus_ms(ms), ..facts(OutreachStatus::Open) };
        assert_eq!(at(-BEGINS_BEFORE_MS - 1).after(LifeStep::Begin), Err(Hindrance::TooEarly));
        assert_eq!(at(-BEGINS_BEFORE_MS).after(LifeStep::Begin), Ok(OutreachStatus::UnderWay));
    }

    proptest! {
        #[test]
        fn no_step_leads_back_from_what_is_accounted_for(
            steps in prop::collection::vec(select(LifeStep::ALL), 0..12),
            places in 0_u32..3,
            has_remains in any::<bool>(),
            hours in -20_i64..20,
        ) {
            let mut status = OutreachStatus::Draft;
            let (mut was_reported, mut was_draft, mut was_announced) = (false, false, false);
            for step in steps {
                let now = START.plus_ms(hours * HOUR_MS);
                let facts = LifeFacts { places, has_remains, was_draft, now, ..facts(status) };
                if let Ok(next) = facts.after(step) {
                    if step == LifeStep::Suspend {
                        was_draft = status == OutreachStatus::Draft;
                    }
                    // Another day announces nothing, and takes nothing back.
                    let unknown = [OutreachStatus::Draft, OutreachStatus::Suspended];
                    let is_known = !unknown.contains(&next);
                    prop_assert!(step != LifeStep::Reschedule || is_known == was_announced);
                    was_announced |= is_known;
                    prop_assert!(facts.steps().contains(&step));
                    // Nobody books where there is nothing to book.
                    prop_assert!(next != OutreachStatus::Open || places > 0);
                    status = next;
                }
                was_reported |= status == OutreachStatus::Reported;
                prop_assert!(!was_reported || status == OutreachStatus::Reported);
            }
        }

        #[test]
        fn a_step_between_two_is_one_that_leads_there(
            from in select(OutreachStatus::ALL), to in select(OutreachStatus::ALL),
        ) {
            if let Some(step) = LifeStep::between(from, to) {
                prop_assert_eq!(facts(from).after(step), Ok(to));
            }
        }
    }
}
