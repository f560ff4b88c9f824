//! Who works with the phone and where, what time it is on it, and which day is being worked.

use super::Phone;
use crate::offline::browser;
use crate::offline::held::Head;
use domain::decide::may_amend;
use domain::id::{OutreachId, StaffId};
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use domain::view::{FieldSetup, OutreachView};
use leptos::prelude::*;

impl Phone {
    /// Who works with it, as far as it knows.
    #[must_use]
    pub fn staff(self) -> Option<StaffId> {
        self.setup.with_untracked(|setup| setup.as_ref().map(|setup| setup.staff.id))
    }

    /// An outreach of which the set-up tells.
    #[must_use]
    pub fn known_outreach(self, id: OutreachId) -> Option<OutreachView> {
        self.setup.with_untracked(|setup| {
            let mut known = setup.iter().flat_map(|setup| &setup.outreaches);
            known.find(|view| view.outreach.id == id).cloned()
        })
    }

    /// The phone's clock and the zone's offset then, in minutes.
    #[must_use]
    pub fn now(self) -> (Timestamp, i32) {
        let now = browser::now();
        let zone = |setup: &Option<FieldSetup>| {
            setup.as_ref().map_or(0, |setup| setup.zone.offset_minutes(now))
        };
        (now, self.setup.with_untracked(zone))
    }

    /// The local day.
    #[must_use]
    pub fn today(self) -> CivilDate {
        let (now, offset) = self.now();
        now.local(offset).0
    }

    /// Notes that another day has begun, which no record tells.
    pub(super) fn look_at_day(self) {
        let today = self.today().days();
        if self.day.get_untracked() != today {
            self.day.set(today);
        }
    }

    /// Of the chosen outreach, the day on which it is, where that is another than the one that is
    /// being worked. What crosses midnight is of the day before.
    #[must_use]
    pub fn other_day(self) -> Option<CivilDate> {
        self.day.track();
        let ((now, _), today) = (self.now(), self.today());
        let outreach = self.outreach()?.outreach;
        (outreach.day_of(now, today) != outreach.held_on).then_some(outreach.held_on)
    }

    /// Whether somebody may still put right here what a record says ([`may_amend`]).
    #[must_use]
    pub fn may_amend(self, head: &Head) -> bool {
        let now = self.now();
        self.setup.with(|setup| {
            let Some(setup) = setup else { return false };
            let mut outreaches = setup.outreaches.iter().map(|view| &view.outreach);
            let held = outreaches.find(|outreach| Some(outreach.id) == head.outreach);
            let made = (head.recorded_at, head.utc_offset_minutes);
            may_amend(setup.staff.id, (head.actor, made), now, held)
        })
    }

    /// When the day began that is being worked; an outreach that goes on past midnight is of the
    /// day before.
    pub(super) fn day_start(self) -> Option<Timestamp> {
        self.setup.with_untracked(Option::is_some).then(|| {
            let ((now, offset), today) = (self.now(), self.today());
            let here = untrack(|| self.outreach());
            let day = here.map_or(today, |view| view.outreach.day_of(now, today));
            let days = day.days().min(today.days());
            Timestamp(days * DAY_MS - i64::from(offset) * 60_000)
        })
    }
}
