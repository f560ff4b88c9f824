//! What does not fit in a plan.

use super::{CrewLine, Duty};
use crate::booking::Offering;
use crate::closing::Target;
use crate::id::OutreachId;
use crate::outreach::Outreach;
use crate::outreach::times::Promised;
use crate::role::Role;
use crate::timestamp::{CivilDate, Timestamp};
use std::collections::BTreeMap;

/// What of the stock is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockKind {
    /// Chips.
    Chips,
    /// Internal doses.
    InternalDoses,
    /// External doses.
    ExternalDoses,
}

/// Something that does not fit. It is shown and keeps nobody from anything: the coordinator
/// decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody of the team is at another outreach at the same time.
    TwoPlaces {
        /// The full name.
        name: String,
        /// The other one.
        outreach: OutreachId,
        /// Its name.
        outreach_name: String,
    },
    /// More work than there are hours.
    TooLong {
        /// Of what.
        offering: Offering,
        /// How many fit into the hours.
        fits: u32,
        /// How many are offered.
        capacity: u32,
    },
    /// One owner may bring more animals than there are places.
    FewerThanOwner {
        /// Of what.
        offering: Offering,
        /// How many places there are.
        capacity: u32,
        /// How many animals one owner may bring.
        per_owner: u8,
    },
    /// Less was allotted than is offered.
    StockShort {
        /// What.
        kind: StockKind,
        /// How much was allotted that is good on the day.
        allotted: u32,
        /// How much is needed.
        needed: u32,
    },
    /// A lot that was allotted is past its day when the outreach is held: it counts for nothing.
    LotExpires {
        /// The product's name.
        product: String,
        /// The batch as printed.
        batch: String,
        /// Its last day of use.
        expires_on: CivilDate,
        /// How many doses of it were allotted.
        doses: u32,
    },
    /// A programme would do more than it promised.
    TargetPassed {
        /// Its name, where several pay for the outreach.
        programme: Option<String>,
        /// What.
        target: Target,
        /// How much would be done in all.
        planned: u32,
        /// How much was promised.
        promised: u32,
    },
    /// Nobody may answer for the surgeries.
    NoVeterinarian,
    /// More is operated at once than there are veterinarians.
    FewVeterinarians {
        /// How many of them can operate, at the hour at which they are fewest.
        veterinarians: u32,
        /// At how many tables.
        tables: u32,
    },
    /// More people than the free maximum allows.
    TooManyPeople {
        /// How many there may be at once, the team among them.
        people: u32,
        /// How many are allowed.
        most: u32,
    },
}

/// How many animals fit into the hours of an outreach.
#[must_use]
pub fn fitting(outreach: &Outreach, minutes: u16, stations: u16) -> u32 {
    let length = outreach.ends_at.since_ms(outreach.starts_at).max(0) / 60_000;
    let work = length.saturating_mul(i64::from(stations));
    u32::try_from(work / i64::from(minutes.max(1))).unwrap_or(u32::MAX)
}

/// The most people who may be there at once: the whole team, and whoever is asked to come at one
/// time, each animal with somebody of its own. Nobody where no times are told.
#[must_use]
pub fn most_at_once(times: &[(Offering, Promised)], team: usize) -> u32 {
    let mut coming = BTreeMap::<Timestamp, u32>::new();
    for (_, time) in times {
        let sum = coming.entry(time.slot.starts_at).or_default();
        *sum = sum.saturating_add(time.slot.capacity);
    }
    let team = u32::try_from(team).unwrap_or(u32::MAX);
    coming.into_values().max().map_or(0, |people| people.saturating_add(team))
}

/// How many of the team can operate between two moments, at the hour at which they are fewest: the
/// veterinarians who are there and are not put to another task.
#[must_use]
pub fn operating((begins, ends): (Timestamp, Timestamp), crew: &[CrewLine]) -> u32 {
    let can = |member: &&CrewLine| {
        member.role == Role::Veterinarian
            && matches!(member.duty, None | Some(Duty::Surgery | Duty::Lead))
    };
    let there: Vec<_> = crew
        .iter()
        .filter(can)
        .map(|member| (member.starts_at.unwrap_or(begins), member.ends_at.unwrap_or(ends)))
        .collect();
    // They are fewest when it begins, or when somebody has just left.
    let moments = std::iter::once(begins).chain(there.iter().map(|(_, to)| *to));
    let moments = moments.filter(|at| *at < ends);
    let count = |at: Timestamp| there.iter().filter(|(from, to)| *from <= at && at < *to).count();
    u32::try_from(moments.map(count).min().unwrap_or(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::Slot;
    use crate::id::StaffId;
    use crate::timestamp::HOUR_MS;
    use uuid::Uuid;

    const START: Timestamp = Timestamp(100 * HOUR_MS);

    fn hour(hours: i64) -> Timestamp {
        START.plus_ms(hours * HOUR_MS)
    }

    fn time(hours: i64, capacity: u32) -> Promised {
        Promised { slot: Slot { starts_at: hour(hours), capacity }, booked: 0 }
    }

    fn member(role: Role, duty: Option<Duty>, hours: (Option<i64>, Option<i64>)) -> CrewLine {
        CrewLine {
            id: StaffId(Uuid::nil()),
            name: "Prueba".to_owned(),
            role,
            registration: None,
            duty,
            starts_at: hours.0.map(hour),
            ends_at: hours.1.map(hour),
        }
    }

    #[test]
    fn who_is_asked_to_come_at_one_time_is_there_at_once_with_the_team() {
        let times = [
            (Offering::Chip, time(0, 12)),
            (Offering::Chip, time(1, 10)),
            (Offering::Sterilisation, time(1, 4)),
        ];
        assert_eq!(most_at_once(&times, 5), 19);
        assert_eq!(most_at_once(&times[..1], 0), 12);
        assert_eq!(most_at_once(&[], 5), 0, "nobody is asked to come");
    }

    #[test]
    fn they_are_fewest_when_one_has_left_or_has_not_come() {
        let day = (START, hour(4));
        let whole = (None, None);
        let vet = |duty, hours| member(Role::Veterinarian, duty, hours);
        let operative = member(Role::Operative, Some(Duty::Surgery), whole);
        let (one, chipping) = (vet(None, whole), vet(Some(Duty::Chipping), whole));
        assert_eq!(operating(day, &[]), 0);
        assert_eq!(operating(day, &[operative, chipping, one.clone()]), 1);
        let early = vet(Some(Duty::Surgery), (None, Some(2)));
        let late = vet(Some(Duty::Lead), (Some(2), None));
        assert_eq!(operating(day, &[one.clone(), early.clone()]), 1);
        assert_eq!(operating(day, &[one, early, late.clone()]), 2);
        assert_eq!(operating(day, &[late]), 0, "nobody is there when it begins");
    }
}
