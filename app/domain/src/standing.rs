//! What holds of an animal that has several records, since two of them turned out to be of one.
//!
//! Each record keeps what it says; what holds of the animal is derived here, and nowhere else.

use serde::{Deserialize, Serialize};

use crate::catalogue::{ReproductiveState, VitalState};
use crate::rnm::RnmState;
use crate::timestamp::{CivilDate, Timestamp};

#[cfg(test)]
mod tests;

/// What became of an animal: as one of its records says it, or as it holds of all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Sterilised or not, with young or not.
    pub reproductive_state: ReproductiveState,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Since when.
    pub vital_since: Option<CivilDate>,
    /// Where its request in the RNM stands.
    pub registration: Registration,
}

/// Where a request in the RNM stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The state.
    pub state: RnmState,
    /// The number the RNM gave.
    pub number: Option<String>,
    /// Why the municipality observed or rejected it.
    pub reason: Option<String>,
    /// When the state last changed.
    pub since: Timestamp,
}

impl Registration {
    /// How far the municipality has come with it, and the later word of two as far; the least for
    /// what only follows from the data.
    const fn weight(&self) -> (u8, i64) {
        let step = match self.state {
            RnmState::NoChip | RnmState::Incomplete | RnmState::BlockedNoRun | RnmState::Ready => {
                return (0, i64::MIN);
            }
            // A request beside it is open still.
            RnmState::Rejected => 1,
            RnmState::Requested => 2,
            RnmState::Observed => 3,
            RnmState::Approved => 4,
            RnmState::CertificateMailed => 5,
        };
        (step, self.since.0)
    }

    /// Whether both have a number, and not the same one.
    fn is_other_than(&self, other: &Self) -> bool {
        self.number.is_some() && other.number.is_some() && self.number != other.number
    }
}

impl Standing {
    /// What holds of an animal of several records: `own` is what the one says that stands for the
    /// others. It is sterilised when one of them says so, for nothing undoes it. It is dead when
    /// one says so, else with somebody else, for only a correction takes either back; lost or
    /// found counts as it was said last, and a record that nobody has said it of weighs nothing.
    /// The request that came furthest stands; of two numbers that of `own`.
    #[must_use]
    pub fn of_all(own: &Self, others: &[Self]) -> Self {
        let sterilised = others.iter().find(|other| other.reproductive_state.is_sterilised());
        let vital = others
            .iter()
            .fold(own, |most, other| if weight(other) > weight(most) { other } else { most });
        let bearer = Self::bearer(own, others).and_then(|at| others.get(at)).unwrap_or(own);
        Self {
            reproductive_state: sterilised.unwrap_or(own).reproductive_state,
            vital_state: vital.vital_state,
            vital_since: vital.vital_since,
            registration: bearer.registration.clone(),
        }
    }

    /// Which of the others has the request in the RNM that stands; none when it is `own`'s.
    #[must_use]
    pub fn bearer(own: &Self, others: &[Self]) -> Option<usize> {
        let (mut at, mut most) = (None, own.registration.weight());
        for (place, other) in others.iter().enumerate() {
            let other = &other.registration;
            if other.weight() > most && !own.registration.is_other_than(other) {
                (at, most) = (Some(place), other.weight());
            }
        }
        at
    }

    /// What the record that stands for the others says itself when `now` holds of all of them.
    /// What was said since they became one is said of every record that would speak against it,
    /// so that [`Standing::of_all`] is `now` again; all else is as it was.
    #[must_use]
    pub fn apart(now: &Self, own: &Self, others: &mut [Self]) -> Self {
        let stood = Self::of_all(own, others);
        let mut own = own.clone();
        if now.reproductive_state != stood.reproductive_state {
            own.reproductive_state = now.reproductive_state;
            let is_sterilised = now.reproductive_state.is_sterilised();
            for other in others.iter_mut().filter(|_| !is_sterilised) {
                if other.reproductive_state.is_sterilised() {
                    other.reproductive_state = now.reproductive_state;
                }
            }
        }
        if weight(now) != weight(&stood) {
            own.live_as(now);
            for other in others.iter_mut().filter(|other| weight(other) > weight(now)) {
                other.live_as(now);
            }
        }
        if now.registration != stood.registration {
            own.register_as(&now.registration, others);
        }
        own
    }

    fn live_as(&mut self, other: &Self) {
        self.vital_state = other.vital_state;
        self.vital_since = other.vital_since;
    }

    /// A step belongs to the request that it was a step of.
    fn register_as(&mut self, now: &Registration, others: &mut [Self]) {
        let at = Self::bearer(self, others).filter(|_| !now.state.is_derived());
        let own = &mut self.registration;
        if at.is_none() || own.weight() >= now.weight() || own.is_other_than(now) {
            own.clone_from(now);
        }
        for (place, other) in others.iter_mut().enumerate() {
            let other = &mut other.registration;
            let is_against = !other.state.is_derived()
                && other.weight() >= now.weight()
                && !own.is_other_than(other);
            if at == Some(place) || is_against {
                other.clone_from(now);
            }
        }
    }
}

/// What outweighs what of the words on an animal's life.
fn weight(one: &Standing) -> (u8, Option<CivilDate>, VitalState) {
    let last = match one.vital_state {
        VitalState::Alive | VitalState::Lost => 0,
        VitalState::Transferred => 1,
        VitalState::Deceased => 2,
    };
    (last, one.vital_since, one.vital_state)
}
